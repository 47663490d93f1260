"""All theses at a glance: a row for each part of the argument, a cell for each thesis."""

from typing import Any, NamedTuple

import pandas as pd

from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.style import GREY, LIGHT_GREY, NEAR_BLACK, ORANGE, SKY, VERMILION
from poruka.theory.theses import theses


class VerdictStyle(NamedTuple):
    """How a verdict is drawn."""

    colour: str
    hatch: str
    mark: str


VERDICT_STYLES = {
    "shown": VerdictStyle(SKY, "", ""),
    "in part": VerdictStyle(SKY, "..", "½"),
    "necessary here": VerdictStyle(SKY, "||", "n"),
    "built in": VerdictStyle(LIGHT_GREY, "", "b"),
    "not shown": VerdictStyle(ORANGE, "///", "–"),
    "opposite": VerdictStyle(VERMILION, "xxx", "×"),
    "not testable": VerdictStyle("white", "", "?"),
}
"""Style of every verdict; a thesis that is shown has no mark, so that the others stand out."""


class ThesisMatrix(Drawing):
    """The verdict on each thesis that was tested.

    Parameters
    ----------
    verdicts : pandas.DataFrame
        As :func:`poruka.verdicts` returns them.

    Examples
    --------
    >>> from poruka import verdicts
    >>> ThesisMatrix(verdicts("T015")).alt
    '1 not testable. not testable: T015.'
    """

    def __init__(self, verdicts: pd.DataFrame):
        if not len(verdicts):
            raise NothingToDraw(
                "there are no verdicts to draw; `poruka theses run T041` tests a thesis."
            )
        declared = theses()
        kept = ["group", "id", "core", "verdict", "where", "where_not", "p", "q"]
        self.table = verdicts.assign(group=[declared[id].group for id in verdicts["id"]])[kept]
        tested = set(verdicts["id"])
        self.groups = list(dict.fromkeys(declared[id].group for id in declared if id in tested))
        widest = int(self.table["group"].value_counts().max())
        self.size = (max(7.0, 2.9 + 0.42 * widest), 1.5 + 0.34 * len(self.groups))
        counts = self.table["verdict"].value_counts()
        summary = ", ".join(f"{counts[name]} {name}" for name in VERDICT_STYLES if name in counts)
        self.title = f"Verdicts on {len(self.table)} of {len(declared)} theses"
        self.caption = (
            f"{summary}. Bold frame: a core thesis. Shown: the cause that the text names moves the"
            " outcome by more than the smallest effect of interest, not without the links that the"
            " text names, in every seed and nine of ten draws of the numbers; p-values are adjusted"
            f" for all {len(declared)} theses (Benjamini and Yekutieli, 5 %)."
        )
        others = self.table[self.table["verdict"] != "shown"]
        self.alt = f"{summary}." + "".join(
            f" {name}: {', '.join(rows['id'])}."
            for name, rows in others.groupby("verdict", sort=False)
        )

    def _draw(self, ax: Any) -> None:
        from matplotlib.patches import Patch, Rectangle

        for row, group in enumerate(self.groups):
            for column, thesis in enumerate(
                self.table[self.table["group"] == group].sort_values("id").itertuples()
            ):
                style = VERDICT_STYLES[thesis.verdict]
                ax.add_patch(
                    Rectangle(
                        (column + 0.05, row + 0.1),
                        0.9,
                        0.8,
                        facecolor=style.colour,
                        hatch=style.hatch,
                        edgecolor="white",
                        linewidth=0,
                    )
                )
                ax.add_patch(
                    Rectangle(
                        (column + 0.05, row + 0.1),
                        0.9,
                        0.8,
                        facecolor="none",
                        edgecolor=NEAR_BLACK if thesis.core else GREY,
                        linewidth=1.6 if thesis.core else 0.5,
                    )
                )
                ax.text(
                    column + 0.5,
                    row + 0.52,
                    f"{thesis.id[1:]}{style.mark}",
                    ha="center",
                    va="center",
                    fontsize=7,
                    color=NEAR_BLACK,
                    bbox=(
                        {
                            "boxstyle": "round,pad=0.1",
                            "facecolor": "white",
                            "edgecolor": "none",
                            "alpha": 0.85,
                        }
                        if style.hatch
                        else None
                    ),
                )
        ax.set_xlim(0, max(self.table["group"].value_counts()) + 0.1)
        ax.set_ylim(len(self.groups) + 0.05, 0)
        ax.set_yticks([row + 0.5 for row in range(len(self.groups))], self.groups)
        ax.set_xticks([])
        ax.tick_params(length=0, labelcolor=NEAR_BLACK)
        for spine in ax.spines.values():
            spine.set_visible(False)
        present_verdicts = set(self.table["verdict"])
        ax.legend(
            handles=[
                Patch(
                    facecolor=style.colour,
                    hatch=style.hatch,
                    edgecolor=LIGHT_GREY,
                    label=f"{name} {style.mark}".strip(),
                )
                for name, style in VERDICT_STYLES.items()
                if name in present_verdicts
            ],
            loc="lower right",
            bbox_to_anchor=(1.0, 1.0),
            ncols=len(present_verdicts),
        )
