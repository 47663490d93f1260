"""The page of the paths not taken: their figure and, family by family, what is said, how it is
encoded and what was found.
"""

from collections.abc import Mapping
from html import escape
from pathlib import Path

import pandas as pd

from poruka.figures.base.drawing import NothingToDraw, save_figure
from poruka.figures.theory.counterfactuals import CounterfactualEffects
from poruka.reports.html import figure_html, page_html, table_html
from poruka.theory.counterfactuals.results import format_effect_number, format_interval
from poruka.theory.counterfactuals.run import BORNE_OUT
from poruka.theory.counterfactuals.specification import Counterfactual
from poruka.utils.atomic_files import create_results_folder, write_text_atomically


def _collapse_whitespace(text: str) -> str:
    return " ".join(text.split())


def _family_section(rows: pd.DataFrame, known: Mapping[str, Counterfactual]) -> str:
    parts = []
    for id, mine in rows.groupby("id", sort=False):
        entry = known[str(id)].entry
        found = pd.DataFrame(
            {
                "asked": [f"{row.quantity}: {row.stands_for}" for row in mine.itertuples()],
                "expected": mine["said"].to_numpy(),
                "there": [format_effect_number(x) for x in mine["there"]],
                "here (95 %)": [
                    f"{format_effect_number(row.here)} ({format_effect_number(row.here_low)} to"
                    f" {format_effect_number(row.here_high)})"
                    for row in mine.itertuples()
                ],
                "difference (95 %)": [format_interval(row) for _, row in mine.iterrows()],
                "verdict": mine["verdict"].to_numpy(),
            }
        )
        argued = (
            f"<p>{escape(_collapse_whitespace(entry.argued))}</p>"
            if entry.argued and (mine["verdict"] != BORNE_OUT).any()
            else ""
        )
        words = (
            f"<p>{escape(_collapse_whitespace(entry.claim))} <span"
            f' class="soft">({escape(entry.locator)})</span></p><p>Encoded:'
            f" {escape(_collapse_whitespace(entry.encodes))}</p>"
        )
        heading = f'<h3 id="{id}">{id} {escape(mine["title"].iloc[0])}</h3>'
        parts.append(
            heading
            + words
            + table_html(found, f"Against {mine['against'].iloc[0]}", prose=True)
            + argued
        )
    return "".join(parts)


def write_counterfactuals_page(
    table: pd.DataFrame, known: Mapping[str, Counterfactual], folder: Path, command: str
) -> Path:
    """Write the page of paths that were run, with the figure as PNG, SVG and CSV beside it; returns
    the page.

    Raises
    ------
    BadInput
        When the folder cannot be written.
    """
    create_results_folder(folder)
    sections = {}
    try:
        figure = CounterfactualEffects(table)
        save_figure(figure, folder / "figures", "paths")
        sections["At a glance"] = figure_html(figure, "paths")
    except NothingToDraw:
        pass  # paths of levels only have no difference to draw
    for family in dict.fromkeys(table["family"]):
        sections[family.capitalize()] = _family_section(table[table["family"] == family], known)
    sections["To run it again"] = f"<pre>{escape(command)}</pre>"
    counts = ", ".join(
        f"{count} {verdict}" for verdict, count in table["verdict"].value_counts().items()
    )
    index = folder / "index.html"
    write_text_atomically(
        index,
        page_html(
            "Paths not taken",
            f"{table['id'].nunique()} paths, {len(table)} expectations: {counts}",
            sections,
        ),
    )
    return index
