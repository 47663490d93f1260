"""The test of a thesis: worlds of both arms, and the effect with and without the mechanism."""

import textwrap
from typing import Any

import numpy as np
import pandas as pd

from poruka.figures.base.drawing import Drawing
from poruka.figures.base.style import BLUE, GREY, LIGHT_GREY, NEAR_BLACK, ORANGE, format_caption
from poruka.figures.base.wording import quantity_label
from poruka.theory.hypothesis_tests import ThesisVerdict
from poruka.theory.theses import theses


class ThesisFigure(Drawing):
    """Both arms of every comparison of a thesis, and its effect with and without the mechanism.

    Parameters
    ----------
    verdict : ThesisVerdict
        As :func:`poruka.theory.hypothesis_tests.run_thesis_tests` returns it.
    seed : int
        Seed of the arms.
    """

    def __init__(self, verdict: ThesisVerdict, seed: int):
        self.results = verdict.results
        thesis = theses()[verdict.thesis_id]
        self.title = f"{verdict.thesis_id} {thesis.title}: {verdict.verdict}"
        self.grid = (len(self.results), 2)
        self.size = (7.5, 1.2 + 1.7 * len(self.results))
        rows = []
        for result in self.results:
            remaining = (
                result.ablated_effect._asdict()
                if result.ablated_effect
                else {"mean": np.nan, "low": np.nan, "high": np.nan}
            )
            rows.append(
                {
                    "comparison": result.comparison.label or result.comparison.quantity,
                    "quantity": result.comparison.quantity,
                    "claimed": result.comparison.sign,
                    "smallest": result.comparison.smallest,
                    "low_arm": result.low_arm.mean(),
                    "high_arm": result.high_arm.mean(),
                    "effect": result.effect.mean,
                    "effect_low": result.effect.low,
                    "effect_high": result.effect.high,
                    "left": remaining["mean"],
                    "left_low": remaining["low"],
                    "left_high": remaining["high"],
                    "verdict": result.verdict,
                    "worlds": len(result.low_arm),
                    "requested": result.requested_worlds,
                }
            )
        self.table = pd.DataFrame(rows)
        fullest = max((result.coverage for result in self.results), key=lambda n: n.available)
        self.caption = format_caption(
            "Left: the worlds of both arms (line from the 5th to the 95th percentile, box from the"
            " 25th to the 75th, dot at the mean). Right: mean paired difference, whiskers 95 %;"
            " inside the band it is too small to matter; n above each.",
            fullest,
            seed,
            "own unit of each quantity",
        )
        self.alt = " ".join(
            f"{row.comparison}: raising the cause changes {row.quantity} by {row.effect:+.3g}"
            f" ({row.effect_low:+.3g} to {row.effect_high:+.3g}), with the mechanism off by"
            f" {row.left:+.3g}."
            for row in self.table.itertuples()
        )

    def _draw(self, ax: Any) -> None:
        axes = np.atleast_2d(ax)
        for (arms_ax, effect_ax), result in zip(axes, self.results, strict=True):
            self._draw_arms(arms_ax, result)
            self._draw_effect(effect_ax, result)

    @staticmethod
    def _draw_arms(ax: Any, result: Any) -> None:
        for position, (name, values, colour) in enumerate(
            (("low", result.low_arm, GREY), ("high", result.high_arm, BLUE))
        ):
            ends = np.quantile(values, [0.05, 0.25, 0.75, 0.95])
            ax.plot(ends[[0, 3]], [position, position], color=colour, linewidth=1.2)
            ax.plot(
                ends[[1, 2]],
                [position, position],
                color=colour,
                linewidth=6,
                alpha=0.45,
                solid_capstyle="butt",
            )
            ax.plot(
                values.mean(),
                position,
                marker="o" if name == "high" else "s",
                color=colour,
                markersize=6,
            )
        ax.set_yticks([0, 1], ["cause low", "cause high"])
        ax.set_ylim(-0.6, 1.6)
        ax.set_title(result.comparison.label or "the worlds", fontsize=8.5)
        ax.set_xlabel(textwrap.fill(quantity_label(result.comparison.quantity), 44), fontsize=8)
        ax.margins(x=0.08)
        ax.tick_params(axis="y", length=0, labelcolor=NEAR_BLACK)

    @staticmethod
    def _draw_effect(ax: Any, result: Any) -> None:
        ax.axvspan(
            -result.comparison.smallest,
            result.comparison.smallest,
            color=LIGHT_GREY,
            alpha=0.6,
            linewidth=0,
        )
        ax.axvline(0.0, color=GREY, linewidth=0.8)
        rows = [("full model", result.effect, BLUE, "o")] + (
            [("mechanism off", result.ablated_effect, ORANGE, "D")] if result.ablated_effect else []
        )
        for position, (_, effect, colour, marker) in enumerate(reversed(rows)):
            ax.errorbar(
                effect.mean,
                position,
                xerr=[[effect.mean - effect.low], [effect.high - effect.mean]],
                color=colour,
                marker=marker,
                capsize=3,
                markersize=6,
            )
        ax.set_yticks(range(len(rows)), [name for name, *_ in reversed(rows)])
        ax.set_ylim(-0.6, len(rows) - 0.4)
        claim = {"+": "claimed: more", "-": "claimed: less", "0": "claimed: no change"}[
            result.comparison.sign
        ]
        count = result.coverage
        n = f"{count.available}" if count.is_complete else f"{count.available} of {count.requested}"
        ax.set_title(f"{claim}; {result.verdict} (n = {n})", fontsize=8.5)
        ax.set_xlabel("high minus low", fontsize=8)
        ax.locator_params(axis="x", nbins=5)
        ax.margins(x=0.12)
        ax.tick_params(axis="y", length=0, labelcolor=NEAR_BLACK)
