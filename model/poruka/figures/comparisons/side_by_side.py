"""Two chronicles of one world side by side: one history up to the fork, then parent and branch in
two columns, on a phone below each other.
"""

import re
from calendar import month_abbr
from html import escape
from typing import Any

import pandas as pd

from poruka.figures.base.style import format_caption
from poruka.figures.comparisons.causal_chain import choose_example_pair
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
        A pair; without it the first with the most frequent change of outcome.
    most : int
        How many lines of each history at most; the weightiest are kept.

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
                    found = _DATED_LINE.fullmatch(line)
                    rows.append(
                        (year.year, found[2] if found else "", column, found[3] if found else line)
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
            "The weightiest events; those both worlds have in the same month stand once, above the"
            " columns.",
            1,
            comparison.seed,
            counted="pair",
        )

    def to_html(self) -> str:
        """Return both histories as part of a page."""
        parts = []
        for year, rows in self.table.groupby("year", sort=True):
            shared = rows[rows["column"] == "both"]
            inside = self._list_html(shared, "both") if len(shared) else ""
            if len(shared) < len(rows):
                inside += (
                    '<div class="two">'
                    + "".join(
                        self._column_html(rows[rows["column"] == name], name)
                        for name in ("parent", "branch")
                    )
                    + "</div>"
                )
            parts.append(
                f'<section class="year" aria-labelledby="year-{year}"><h3'
                f' id="year-{year}">{year}</h3><div>{inside}</div></section>'
            )
        if not parts:
            return "<p>Nothing was told in either world.</p>"
        ends = "".join(
            f'<div class="{name}"><h4>{COLUMN_HEADINGS[name]}</h4><p>It ends as'
            f" <strong>{escape(self.outcomes[name])}</strong>.</p></div>"
            for name in ("parent", "branch")
        )
        parted = (
            f"They part in {escape(self.divergence_date)}. "
            if self.divergence_date
            else "They are the same throughout. "
        )
        return (
            f'<p class="soft">{parted}{escape(self.caption)}</p><div'
            f' class="histories">{"".join(parts)}<section class="year" aria-label="The'
            f' ends"><h3>End</h3><div class="two">{ends}</div></section></div>'
        )

    def _column_html(self, rows: pd.DataFrame, name: str) -> str:
        inside = (
            self._list_html(rows, name)
            if len(rows)
            else '<p class="soft">nothing but what both have</p>'
        )
        return f'<div class="{name}"><h4>{COLUMN_HEADINGS[name]}</h4>{inside}</div>'

    @staticmethod
    def _list_html(rows: pd.DataFrame, name: str) -> str:
        lines = []
        before = ""
        for row in rows.itertuples():
            when = (
                f'<time datetime="{row.year}-{row.month}">{month_abbr[int(row.month)]}</time>'
                if row.month and row.month != before
                else "<span></span>"
            )
            before = row.month
            lines.append(
                f"<li>{when}<span>{escape(row.line[:1].upper() + row.line[1:])}</span></li>"
            )
        return f'<ul class="told {name}" aria-label="{COLUMN_HEADINGS[name]}">{"".join(lines)}</ul>'
