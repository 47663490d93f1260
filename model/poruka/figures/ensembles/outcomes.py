"""How often each outcome occurs, with the sampling uncertainty of the number of worlds."""

from typing import Any

import pandas as pd

from poruka.engine.codes import OUTCOMES
from poruka.figures.base.drawing import Drawing
from poruka.figures.base.ensemble_access import require_worlds, world_count
from poruka.figures.base.style import NEAR_BLACK, OUTCOME_STYLES, edge_colour, format_caption
from poruka.utils.labels import format_label
from poruka.utils.statistics import wilson_interval


def outcome_share_table(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return count, share and 95 % interval of every outcome, those that never occur included."""
    worlds = len(outcomes)
    counts = outcomes["outcome"].value_counts()
    rows = []
    for outcome in OUTCOMES:
        count = int(counts.get(outcome, 0))
        rows.append((outcome, count, count / max(worlds, 1), *wilson_interval(count, worlds)))
    return pd.DataFrame(rows, columns=["outcome", "count", "share", "low", "high"])


class OutcomeShares(Drawing):
    """How often each outcome occurs."""

    size = (7.5, 3.4)

    def __init__(self, ensemble: Any):
        self.worlds = world_count(ensemble)
        self.table = outcome_share_table(ensemble.outcomes)
        self.title = "How the first change of ruler went"
        self.caption = format_caption(
            "Share of worlds by outcome; incumbent: the first ruler stays to the end of the run. "
            "Whiskers: Wilson 95 % intervals.",
            require_worlds(ensemble),
            ensemble.seed,
            "share of worlds",
        )
        ranked = self.table.sort_values("share", ascending=False)
        self.alt = (
            "Bars of outcome shares: "
            + ", ".join(
                f"{format_label(row.outcome)} {row.share:.1%}" for row in ranked.itertuples()
            )
            + "."
        )

    def _draw(self, ax: Any) -> None:
        from matplotlib.ticker import PercentFormatter

        for position, row in enumerate(self.table.itertuples()):
            style = OUTCOME_STYLES[row.outcome]
            ax.barh(
                position,
                row.share,
                height=0.68,
                color=style.colour,
                hatch=style.hatch,
                edgecolor=edge_colour(row.outcome),
                linewidth=0.6,
            )
            ax.plot(
                [row.low, row.high],
                [position] * 2,
                color="white",
                linewidth=3.5,
                solid_capstyle="butt",
            )
            ax.errorbar(
                row.share,
                position,
                xerr=[[row.share - row.low], [row.high - row.share]],
                color=NEAR_BLACK,
                capsize=3,
                linewidth=1.1,
            )
            ax.text(
                1.02,
                position,
                f"{row.count:,} · {row.share:.1%} ({row.low:.1%}–{row.high:.1%})",
                va="center",
                fontsize=8,
                transform=ax.get_yaxis_transform(),
            )
        ax.text(
            1.02,
            -0.75,
            "worlds · share (95 % interval)",
            va="center",
            fontsize=8,
            fontweight="bold",
            transform=ax.get_yaxis_transform(),
        )
        ax.set_yticks(
            range(len(self.table)), [format_label(name) for name in self.table["outcome"]]
        )
        ax.set_ylim(len(self.table) - 0.4, -0.9)
        ax.set_xlim(0, 1)
        ax.xaxis.set_major_formatter(PercentFormatter(1.0))
        ax.set_xlabel("share of worlds")
        ax.grid(axis="x")
        ax.tick_params(axis="y", length=0, labelcolor=NEAR_BLACK)
