"""Two chronicles of a pair of worlds side by side: shared up to the fork, then in two columns."""

import re
from typing import Any

import pandas as pd
from markupsafe import Markup

from poruka.figures.base.style import format_caption
from poruka.figures.comparisons.chain_steps import choose_example_pair
from poruka.utils.chronicle_lines import ChronicleLine, group_months
from poruka.utils.html_templates import render_html
from poruka.utils.labels import format_label

COLUMN_HEADINGS = {"both": "In both worlds", "parent": "Parent", "branch": "Branch"}
_DATED_LINE = re.compile(r"(\d{4})-(\d\d)\s+(.*)")


class SideBySideChronicles:
    """The chronicles of one pair of worlds, year by year.

    Parameters
    ----------
    comparison : Comparison
        As :func:`poruka.compare` returns it, with events.
    world : int, optional
        Number of the pair; by default the first with the most frequent change of outcome.
    max_lines : int
        Most lines of each history; the most important events are shown.

    Attributes
    ----------
    table : pandas.DataFrame
        Columns year, month, column (both, parent, branch) and line: exactly what is shown.

    Examples
    --------
    >>> from poruka.comparison.comparison import compare
    >>> from poruka.api import simulate
    >>> from poruka.scenario.scenario import load
    >>> e = simulate(load("kazakhstan"), worlds=1, seed=1, until="1990-12", progress=False)
    >>> page = SideBySideChronicles(compare(e, e.fork("1990-06", force="president.dies")))
    >>> page.table.query("column == 'branch'")["line"].iloc[0]
    'the ruler dies at 50'
    """

    def __init__(self, comparison: Any, world: int | None = None, max_lines: int = 40):
        self.world = choose_example_pair(comparison) if world is None else int(world)
        rows = []
        for year in comparison.side_by_side(self.world, max_lines).itertuples():
            for column in COLUMN_HEADINGS:
                for line in getattr(year, column):
                    match = _DATED_LINE.fullmatch(line)
                    rows.append(
                        (year.year, match[2] if match else "", column, match[3] if match else line)
                    )
        self.table = pd.DataFrame(rows, columns=["year", "month", "column", "line"])
        row = comparison.divergence.set_index("world").loc[self.world]
        self.outcomes = {
            "parent": format_label(row["parent"]),
            "branch": format_label(row["branch"]),
        }
        self.divergence_date = str(row["date"])
        self.title = f"World {self.world} twice, year by year"
        self.caption = format_caption(
            "The most important events; those of both worlds in the same month stand once, above"
            " the columns.",
            1,
            comparison.seed,
            counted="pair",
        )

    def to_html(self) -> Markup:
        """Return both histories as HTML."""
        years = [
            (
                year,
                self._lines(rows, "both"),
                {name: self._lines(rows, name) for name in ("parent", "branch")},
            )
            for year, rows in self.table.groupby("year", sort=True)
        ]
        return render_html(
            "side_by_side.html",
            years=years,
            headings=COLUMN_HEADINGS,
            outcomes=self.outcomes,
            divergence_date=self.divergence_date,
            caption=self.caption,
        )

    @staticmethod
    def _lines(rows: pd.DataFrame, column: str) -> list[ChronicleLine]:
        shown = rows[rows["column"] == column]
        return group_months(zip(shown["year"], shown["month"], shown["line"], strict=True))
