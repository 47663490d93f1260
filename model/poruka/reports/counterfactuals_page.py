"""The page of counterfactual paths: their figure and, by family, claims, encodings and results."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from poruka.figures.base.drawing import NothingToDraw, save_figure
from poruka.figures.theory.counterfactuals import CounterfactualEffects
from poruka.reports.html import figure_html, page_html, table_html
from poruka.scenario.display import numbers_sentence
from poruka.simulation.over_numbers import NOT_PLAYED
from poruka.theory.counterfactuals.results import (
    coverage_notes,
    format_drawn_difference,
    format_effect_number,
    format_interval,
)
from poruka.theory.counterfactuals.run import BORNE_OUT
from poruka.theory.counterfactuals.specification import Counterfactual
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.contained_writing import refuse_special_files, write_inside
from poruka.utils.html_templates import fill_html, join_html, render_html


def _family_section(
    rows: pd.DataFrame,
    counterfactuals: Mapping[str, Counterfactual],
    over: pd.DataFrame | None = None,
) -> Markup:
    parts = []
    for id, path_rows in rows.groupby("id", sort=False):
        entry = counterfactuals[str(id)].entry
        results = pd.DataFrame(
            {
                "quantity": [f"{row.quantity}: {row.stands_for}" for row in path_rows.itertuples()],
                "expected": path_rows["said"].to_numpy(),
                "baseline": [format_effect_number(x) for x in path_rows["there"]],
                "path (95 %)": [
                    f"{format_effect_number(row.here)} ({format_effect_number(row.here_low)} to"
                    f" {format_effect_number(row.here_high)})"
                    for row in path_rows.itertuples()
                ],
                "difference (95 %)": [format_interval(row) for _, row in path_rows.iterrows()],
                "verdict": path_rows["verdict"].to_numpy(),
            }
        )
        if over is not None:
            drawn = over[over["id"] == id]
            results["over the numbers (95 % of draws)"] = [
                f"{format_drawn_difference(row)}, {row['verdict']}" for _, row in drawn.iterrows()
            ]
        parts.append(
            render_html(
                "counterfactual.html",
                id=id,
                title=path_rows["title"].iloc[0],
                entry=entry,
                results=table_html(results, f"Against {path_rows['against'].iloc[0]}", prose=True),
                is_argued=entry.argued and (path_rows["verdict"] != BORNE_OUT).any(),
            )
        )
    return join_html(parts)


def _numbers_of(counterfactuals: Mapping[str, Counterfactual], table: pd.DataFrame) -> list[str]:
    """Return where the numbers of the paths of a table come from, each once."""
    ids = table["id"].unique()
    return list(dict.fromkeys(numbers_sentence(counterfactuals[id].scenario) for id in ids))


def write_counterfactuals_page(
    table: pd.DataFrame,
    counterfactuals: Mapping[str, Counterfactual],
    folder: Path,
    command: str,
    over: pd.DataFrame | None = None,
) -> Path:
    """Write the page of counterfactual paths with its figure as files, and return its path.

    The differences over the numbers, ``over``, stand beside those of chance where they were played.

    Raises
    ------
    BadInput
        When the folder cannot be written.
    """
    folder = create_results_folder(folder)
    refuse_special_files(folder, ["index.html", "figures"])
    sections = {}
    try:
        figure = CounterfactualEffects(table)
        save_figure(figure, folder, "figures/paths")
        sections["At a glance"] = figure_html(figure, "paths")
    except NothingToDraw:
        pass  # paths that expect only levels have no difference to draw
    for family in dict.fromkeys(table["family"]):
        sections[family.capitalize()] = _family_section(
            table[table["family"] == family], counterfactuals, over
        )
    sections["To reproduce"] = fill_html("<pre>{}</pre>", command)
    counts = ", ".join(
        f"{count} {verdict}" for verdict, count in table["verdict"].value_counts().items()
    )
    counts += (
        f". {NOT_PLAYED}"
        if over is None
        else f". Over the numbers: {'; '.join(over['coverage'].unique())}"
    )
    if notes := coverage_notes(table):
        counts += f". Worlds that failed are left out: {'; '.join(notes)}"
    return write_inside(
        folder,
        "index.html",
        content=page_html(
            "Counterfactual paths",
            f"{table['id'].nunique()} paths, {len(table)} expectations"
            f" ({', '.join(_numbers_of(counterfactuals, table))}): {counts}",
            sections,
        ),
    )
