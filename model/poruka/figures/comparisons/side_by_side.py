"""Two chronicles of a pair of worlds side by side: shared up to the fork, then in two columns."""

import re
from calendar import month_abbr
from html import escape
from typing import Any

import pandas as pd

from poruka.figures.base.style import format_caption
from poruka.figures.comparisons.chain_steps import choose_example_pair
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

    def to_html(self) -> str:
        """Return both histories as HTML."""
        parts = []
        for year, rows in self.table.groupby("year", sort=True):
            shared = rows[rows["column"] == "both"]
            content = self._list_html(shared, "both") if len(shared) else ""
            if len(shared) < len(rows):
                content += (
                    '<div class="two">'
                    + "".join(
                        self._column_html(rows[rows["column"] == name], name)
                        for name in ("parent", "branch")
                    )
                    + "</div>"
                )
            parts.append(
                f'<section class="year" aria-labelledby="year-{year}"><h3'
                f' id="year-{year}">{year}</h3><div>{content}</div></section>'
            )
        if not parts:
            return "<p>No event was recorded in either world.</p>"
        outcomes = "".join(
            f'<div class="{name}"><h4>{COLUMN_HEADINGS[name]}</h4><p>Outcome:'
            f" <strong>{escape(self.outcomes[name])}</strong></p></div>"
            for name in ("parent", "branch")
        )
        divergence = (
            f"They diverge in {escape(self.divergence_date)}. "
            if self.divergence_date
            else "They are the same throughout. "
        )
        return (
            f'<p class="soft">{divergence}{escape(self.caption)}</p><div'
            f' class="histories">{"".join(parts)}<section class="year" aria-label="The'
            f' outcomes"><h3>Outcome</h3><div class="two">{outcomes}</div></section></div>'
        )

    def _column_html(self, rows: pd.DataFrame, name: str) -> str:
        content = (
            self._list_html(rows, name) if len(rows) else '<p class="soft">no event of its own</p>'
        )
        return f'<div class="{name}"><h4>{COLUMN_HEADINGS[name]}</h4>{content}</div>'

    @staticmethod
    def _list_html(rows: pd.DataFrame, name: str) -> str:
        lines = []
        previous_month = ""
        for row in rows.itertuples():
            month = (
                f'<time datetime="{row.year}-{row.month}">{month_abbr[int(row.month)]}</time>'
                if row.month and row.month != previous_month
                else "<span></span>"
            )
            previous_month = row.month
            lines.append(
                f"<li>{month}<span>{escape(row.line[:1].upper() + row.line[1:])}</span></li>"
            )
        return f'<ul class="told {name}" aria-label="{COLUMN_HEADINGS[name]}">{"".join(lines)}</ul>'
