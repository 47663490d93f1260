"""Figure of the sources of variance of an outcome."""

from typing import Any

import pandas as pd

from poruka.analysis.sensitivity.variance_components import VARIANCE_SOURCES
from poruka.figures.base.axis_naming import AxisNaming
from poruka.figures.base.drawing import Drawing
from poruka.figures.base.style import BLUE, GREEN, LIGHT_GREY, NEAR_BLACK, ORANGE, format_caption
from poruka.utils.coverage import DesignCoverage


class VarianceComponentsFigure(Drawing):
    """Sources of the variance of one world's outcome: chance, parameters and rules."""

    PART_STYLES = dict(
        zip(
            VARIANCE_SOURCES,
            ((BLUE, ""), (ORANGE, "////"), (GREEN, "...."), (LIGHT_GREY, "")),
            strict=True,
        )
    )

    def __init__(
        self,
        table: pd.DataFrame,
        naming: AxisNaming,
        points: int,
        worlds: int | DesignCoverage,
        seed: int,
    ):
        self.table, self.naming = table, naming
        self.quantities = list(dict.fromkeys(table["quantity"]))
        self.size = (7.5, 1.5 + 0.5 * len(self.quantities))
        self.title = "How much variance comes from chance, parameters and rules"
        self.caption = format_caption(
            "Shares of the variance of one world's outcome; intervals are in the table.",
            worlds,
            seed,
            points=points,
        )
        self.alt = " ".join(
            f"{naming.outcome_label(row.quantity)}: {row.part} {row.share:.0%} ({row.low:.0%} to"
            f" {row.high:.0%})."
            for row in table.itertuples()
        )

    def _draw(self, ax: Any) -> None:
        for position, quantity in enumerate(self.quantities):
            left, rows = 0.0, self.table[self.table["quantity"] == quantity].set_index("part")
            for part, (colour, hatch) in self.PART_STYLES.items():
                if part in rows.index:
                    share = float(rows.loc[part, "share"])
                    ax.barh(
                        position,
                        share,
                        left=left,
                        height=0.62,
                        color=colour,
                        hatch=hatch,
                        edgecolor="white",
                        label=part if position == 0 else None,
                    )
                    if share >= 0.06:
                        ax.text(
                            left + share / 2,
                            position,
                            f"{share:.0%}",
                            ha="center",
                            va="center",
                            fontsize=8,
                            bbox={
                                "boxstyle": "round,pad=0.12",
                                "facecolor": "white",
                                "edgecolor": "none",
                                "alpha": 0.85,
                            },
                        )
                    left += share
        ax.set_yticks(
            range(len(self.quantities)),
            [self.naming.outcome_label(quantity, 34) for quantity in self.quantities],
        )
        ax.set_ylim(len(self.quantities) - 0.5, -0.5)
        ax.set_xlim(0.0, 1.0)
        ax.set_xlabel("share of variance")
        ax.tick_params(axis="y", length=0, labelcolor=NEAR_BLACK)
        ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))
