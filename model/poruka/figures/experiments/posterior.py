"""Figures of a calibration: prior and posterior of each parameter, and posterior predictions."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.analysis.calibration.abc_smc import PosteriorSample
from poruka.analysis.calibration.point_fit import PointFit
from poruka.analysis.calibration.priors import Prior
from poruka.analysis.calibration.weighted_sample import weighted_quantiles
from poruka.figures.base.axis_naming import AxisNaming
from poruka.figures.base.drawing import Drawing
from poruka.figures.base.style import (
    BLUE,
    GREY,
    LIGHT_BLUE,
    NEAR_BLACK,
    ORANGE,
    VERMILION,
    format_caption,
)
from poruka.figures.experiments.panels import panel_grid, visible_axes
from poruka.utils.coverage import Coverage


class PosteriorFigure(Drawing):
    """Prior, posterior and point fit of each parameter, and the tolerance of each generation."""

    def __init__(
        self,
        sample: PosteriorSample,
        priors: dict[str, Prior],
        fit: PointFit | None,
        naming: AxisNaming,
        seed: int,
    ):
        self.sample, self.priors, self.fit, self.naming = sample, priors, fit, naming
        rows = []
        for name, prior in priors.items():
            low, middle, high = weighted_quantiles(
                sample.points[name].to_numpy(dtype=float), sample.weights, (0.05, 0.5, 0.95)
            )
            rows.append(
                (
                    name,
                    *prior.quantile(np.array([0.05, 0.5, 0.95])),
                    low,
                    middle,
                    high,
                    fit.best_values[name] if fit else np.nan,
                )
            )
        self.table = pd.DataFrame(
            rows,
            columns=[
                "factor",
                "prior_5",
                "prior_50",
                "prior_95",
                "posterior_5",
                "posterior_50",
                "posterior_95",
                "point_fit",
            ],
        )
        self.grid = panel_grid(len(priors) + 1, 3)
        self.size = (3.2 * self.grid[1] + 0.3, 2.5 * self.grid[0] + 1.0)
        last = sample.history.iloc[-1]
        self.title = "Prior and posterior, given the observed record"
        self.caption = format_caption(
            f"Grey line: prior; bars: {len(sample.weights)} weighted particles of the posterior"
            f" (worth {last['effective']:.0f} independent ones), line and band its median and 90"
            f" %{'; triangle: point fit' if fit else ''}. Last panel: the tolerated distance"
            " by generation.",
            int(last["played"]),
            seed,
        )
        self.alt = " ".join(
            f"{row.factor}: prior {row.prior_5:.3g} to {row.prior_95:.3g}, posterior"
            f" {row.posterior_5:.3g} to {row.posterior_95:.3g}, median {row.posterior_50:.3g}."
            for row in self.table.itertuples()
        )

    def _draw(self, axes: Any) -> None:
        cells = visible_axes(axes, len(self.priors) + 1)
        for ax, (name, prior), row in zip(
            cells, self.priors.items(), self.table.itertuples(), strict=False
        ):
            bins = np.linspace(prior.low, prior.high, 16)
            ax.axvspan(row.posterior_5, row.posterior_95, color=LIGHT_BLUE, linewidth=0)
            ax.hist(
                self.sample.points[name],
                bins=bins,
                weights=self.sample.weights / np.diff(bins)[0],
                color=BLUE,
                alpha=0.75,
            )
            values = np.linspace(prior.low, prior.high, 200)
            ax.plot(values, prior.density(values), color=GREY, linewidth=1.3)
            ax.axvline(row.posterior_50, color=NEAR_BLACK, linewidth=1.2)
            if self.fit is not None:
                ax.plot(
                    self.fit.best_values[name],
                    0.0,
                    marker="^",
                    color=ORANGE,
                    markeredgecolor=NEAR_BLACK,
                    markersize=9,
                    clip_on=False,
                    zorder=5,
                )
            ax.set_title(name)
            ax.set_yticks([])
            ax.spines["left"].set_visible(False)
            self.naming.format_factor_axis(ax.xaxis, name)
        last, history = cells[-1], self.sample.history
        last.plot(history["generation"], history["tolerance"], marker="o", color=BLUE)
        last.set_title("tolerated distance")
        last.set_xlabel("generation")
        last.set_xticks(history["generation"])
        last.set_ylim(0.0, 1.08 * float(history["tolerance"].max()))


class PosteriorPredictiveFigure(Drawing):
    """Worlds drawn from prior and posterior against the targets of the calibration."""

    def __init__(self, table: pd.DataFrame, worlds: int | Coverage, seed: int):
        self.table = table
        bands = table[table["kind"] == "band"]
        share_note = (
            " Of what a world shows or does not show: share of worlds, with its 95 % interval."
            if len(bands) < len(table)
            else ""
        )
        self.size = (7.5, 1.5 + 0.34 * len(table))
        self.title = "Worlds drawn from prior and posterior, against the observed record"
        self.caption = format_caption(
            "Grey: prior; blue: posterior; diamond: the record, hollow where it lies outside the"
            " axis. Each line is scaled by the prior's band, which holds 90 % of worlds (0 to 1);"
            " dot: median." + share_note,
            worlds,
            seed,
        )
        inside_counts = bands[["inside_before", "inside_after"]].astype(float).sum()
        self.alt = (
            f"{int(inside_counts['inside_before'])} of {len(bands)} targets lie in the 90 % band of"
            f" the prior and {int(inside_counts['inside_after'])} in that of the posterior; their"
            f" mean error changes from {bands['error_before'].mean():.3g} to"
            f" {bands['error_after'].mean():.3g} of that band."
            if len(bands)
            else ""
        ) + "".join(
            f" {row.name}: in {row.before_50:.0%} of worlds of the prior and {row.after_50:.0%} of"
            " the posterior."
            for row in table[table["kind"] == "share"].itertuples()
        )

    def _draw(self, ax: Any) -> None:
        for position, row in enumerate(self.table.itertuples()):

            def scaled(value: float, row: Any = row) -> float:
                origin = 0.0 if row.kind == "share" else row.before_5
                return float(np.clip((value - origin) / row.width, -0.6, 1.6))

            for side, y, colour in (("before", -0.16, GREY), ("after", 0.16, BLUE)):
                low, middle, high = (
                    scaled(getattr(row, f"{side}_{quantile}")) for quantile in (5, 50, 95)
                )
                ax.plot(
                    [low, high],
                    [position + y] * 2,
                    color=colour,
                    linewidth=3,
                    solid_capstyle="butt",
                )
                ax.plot(
                    middle,
                    position + y,
                    marker="o",
                    color=colour,
                    markerfacecolor="white",
                    markersize=6,
                )
            target = (row.aim - (0.0 if row.kind == "share" else row.before_5)) / row.width
            ax.plot(
                scaled(row.aim),
                position,
                marker="D",
                color=VERMILION,
                markerfacecolor=VERMILION if -0.6 <= target <= 1.6 else "white",
                markersize=6,
            )
        ax.set_yticks(range(len(self.table)), self.table["name"])
        ax.set_ylim(len(self.table) - 0.5, -0.5)
        ax.set_xlim(-0.65, 1.65)
        ax.set_xlabel("in units of the prior's 90 % band; of a share: 0 to 1")
        ax.tick_params(axis="y", length=0, labelcolor=NEAR_BLACK)
