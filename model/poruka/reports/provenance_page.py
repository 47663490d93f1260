"""The page of the ledger: inputs with their evidence, then results beside the observed record."""

from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from poruka.figures import NothingToDraw, OutcomeShares, ScoreCard, save_figure
from poruka.figures.base.ensemble_access import last_month, require_worlds, start_month
from poruka.figures.ensembles.scorecard import format_score_value
from poruka.reports.html import figure_html, page_html, table_html
from poruka.reports.provenance_tables import count_entries, provenance_table
from poruka.reports.reproduction import reproduction_command
from poruka.reports.run_tables import format_outcome_table
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.contained_writing import refuse_special_files, write_inside
from poruka.utils.html_templates import fill_html, join_html

KIND_OF_UNIT = {"month": "month", "percent": "share"}
"""Unit to kind of value; see :func:`poruka.figures.ensembles.scorecard.format_score_value`."""
HOW_TO_READ = (
    "Inputs come first: start values with evidence from before the start, dated external shocks,"
    " and parameters, which are the same for every country unless listed here. Results follow: what"
    " the simulated worlds do by themselves, beside the observed record. A recorded figure that"
    " only repeats an input is not scored, and a band is given only where the worlds are a better"
    " forecast than two plain ones."
)


def _format_cell(value: Any) -> str:
    return (
        ""
        if value is None or value != value
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )


def _start_values_html(table: pd.DataFrame) -> Markup:
    """Return the start values as HTML, section by section."""
    parts = []
    start_values = table[table["kind"].str.startswith("start value")]
    for name, rows in start_values.groupby(start_values["name"].str.split(".").str[0], sort=False):
        shown = pd.DataFrame(
            {
                "start value": rows["name"].str.split(".").str[1].str.replace("_", " "),
                "value": rows["value"].map(_format_cell),
                "unit": rows["unit"],
                "rests on": rows["kind"].str.removeprefix("start value, "),
                "evidence": rows["evidence"],
                "source": rows["source"],
                "two codings": [
                    (
                        f"{_format_cell(row.first)} and {_format_cell(row.second)}"
                        if _format_cell(row.first)
                        else ""
                    )
                    for row in rows.itertuples()
                ],
                "how settled": rows["how_settled"].map(_format_cell),
            }
        )
        parts.append(table_html(shown, f"Start values: {name}", True))
    return join_html(parts)


def _external_inputs_html(table: pd.DataFrame) -> Markup:
    rows = table[(table["side"] == "put in") & ~table["kind"].str.startswith("start value")]
    if not len(rows):
        return Markup("<p>No shocks, no changed parameters, nothing switched off.</p>")
    shown = (
        rows[["name", "kind", "value", "unit", "evidence", "source"]]
        .assign(value=rows["value"].map(_format_cell))
        .rename(columns={"unit": "unit or variable"})
    )
    return table_html(
        shown,
        "External shocks, changed parameters, what is switched off and what interventions cause",
        True,
    )


def _record_html(ensemble: Any, table: pd.DataFrame) -> Markup:
    rows = table[table["kind"] == "figure of the record"]
    if not len(rows):
        return Markup("<p>There is no record of this country, so no comparison is made.</p>")

    def format_column(row: Any, name: str) -> str:
        value = getattr(row, name)
        return (
            ""
            if value is None or value != value
            else format_score_value(ensemble, KIND_OF_UNIT.get(row.unit, "count"), float(value))
        )

    shown = pd.DataFrame(
        [
            (
                row.name,
                *(format_column(row, name) for name in ("value", "median", "low", "high")),
                row.covered,
                row.evidence,
                row.source,
            )
            for row in rows.itertuples(index=False)
        ],
        columns=["figure", "record", "median", "5 %", "95 %", "in the band", "fact", "where"],
    )
    return table_html(shown, "Every figure of the record beside the simulated worlds", True)


def _counts_html(counts: dict[str, int], caption: str) -> Markup:
    return table_html(
        pd.DataFrame({"entry": list(counts), "count": list(counts.values())}), caption
    )


def write_provenance_page(ensemble: Any, folder: str | Path) -> Path:
    """Write the ledger as a page and a table, and return the path of the page.

    Parameters
    ----------
    ensemble : Ensemble
        With events, where the country has a record.
    folder : path
        Where ``ledger.html``, ``ledger.csv`` and ``figures/`` go.
    """
    folder = create_results_folder(folder)
    refuse_special_files(folder, ["ledger.html", "ledger.csv", "figures"])
    table = provenance_table(ensemble)
    write_inside(folder, "ledger.csv", content=table.to_csv(index=False))
    counts = count_entries(ensemble, table)
    figures_html = {}
    for name, figure_class in (("outcomes", OutcomeShares), ("scorecard", ScoreCard)):
        try:
            drawing = figure_class(ensemble)
        except NothingToDraw:
            continue
        save_figure(drawing, folder, f"figures/{name}")
        figures_html[name] = figure_html(drawing, name)
    scenario = ensemble.scenario
    sources = pd.DataFrame(
        {"source": list(scenario.file.sources), "what it is": list(scenario.file.sources.values())}
    )
    command = reproduction_command(ensemble).replace("poruka run", "poruka ledger", 1)
    sections = {
        "How to read this": (
            fill_html("<p>{}</p>", HOW_TO_READ)
            + _counts_html(counts["put in"], "Inputs")
            + _counts_html(counts["came out"], "Results")
        ),
        "Inputs at the start": _start_values_html(table),
        "External inputs": _external_inputs_html(table),
        "Sources": table_html(sources, "Sources by the short names used above", True),
        "Results: outcomes": (
            figures_html["outcomes"]
            + table_html(
                format_outcome_table(OutcomeShares(ensemble), ensemble),
                f"Outcomes: shares of {require_worlds(ensemble)} with Wilson 95 % intervals",
            )
        ),
        "Results beside the observed record": _record_html(ensemble, table)
        + figures_html.get("scorecard", Markup()),
        "To reproduce": fill_html("<pre>{}</pre>", command),
    }
    lead = (
        f"{scenario.title}: {require_worlds(ensemble)}, seed {ensemble.seed},"
        f" {start_month(ensemble):%Y-%m} to {last_month(ensemble):%Y-%m}"
    )
    page = page_html(f"Ledger of {scenario.country}", lead, sections)
    return write_inside(folder, "ledger.html", content=page)
