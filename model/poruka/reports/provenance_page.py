"""The ledger set on paper: one page that needs nothing else, with what was put in above what came
out.
"""

from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from poruka.figures import NothingToDraw, Outcomes, ScoreCard, save
from poruka.figures.base.ensemble_access import last_month, start_of, world_count
from poruka.figures.ensembles.scorecard import said
from poruka.reports.html import figure_html, page, table_html
from poruka.reports.provenance_tables import counts, ledger_table
from poruka.reports.run_page import command, outcome_words
from poruka.utils.atomic_files import write_text

KINDS = {"month": "month", "percent": "share"}
"""How values of a unit are written; see :func:`poruka.figures.ensembles.scorecard.said`."""


def _plain(value: Any) -> str:
    return (
        ""
        if value is None or value != value
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )


def _starts(table: pd.DataFrame) -> str:
    """Return the start values, page by page."""
    parts = []
    chosen = table[table["kind"].str.startswith("start value")]
    for name, rows in chosen.groupby(chosen["name"].str.split(".").str[0], sort=False):
        shown = pd.DataFrame(
            {
                "start value": rows["name"].str.split(".").str[1].str.replace("_", " "),
                "value": rows["value"].map(_plain),
                "unit": rows["unit"],
                "rests on": rows["kind"].str.removeprefix("start value, "),
                "evidence": rows["evidence"],
                "source": rows["source"],
                "two codings": [
                    f"{_plain(row.first)} and {_plain(row.second)}" if _plain(row.first) else ""
                    for row in rows.itertuples()
                ],
                "how settled": rows["how_settled"].map(_plain),
            }
        )
        parts.append(table_html(shown, f"Start values: {name}", True))
    return "".join(parts)


def _outside(table: pd.DataFrame) -> str:
    rows = table[(table["side"] == "put in") & ~table["kind"].str.startswith("start value")]
    if not len(rows):
        return "<p>No shocks, no parameters of its own, nothing switched off.</p>"
    shown = (
        rows[["name", "kind", "value", "unit", "evidence", "source"]]
        .assign(value=rows["value"].map(_plain))
        .rename(columns={"unit": "unit or variable"})
    )
    return table_html(
        shown,
        "Shocks from outside, parameters overridden, what is switched off or made to happen",
        True,
    )


def _record(ensemble: Any, table: pd.DataFrame) -> str:
    rows = table[table["kind"] == "figure of the record"]
    if not len(rows):
        return "<p>There is no record of this country, so nothing is compared.</p>"

    def write(row: Any, name: str) -> str:
        value = getattr(row, name)
        return (
            ""
            if value is None or value != value
            else said(ensemble, KINDS.get(row.unit, "count"), float(value))
        )

    shown = pd.DataFrame(
        [
            (
                row.name,
                *(write(row, name) for name in ("value", "median", "low", "high")),
                row.covered,
                row.evidence,
                row.source,
            )
            for row in rows.itertuples(index=False)
        ],
        columns=["figure", "record", "median", "5 %", "95 %", "in the band", "fact", "where"],
    )
    return table_html(shown, "Every figure of the record beside what the worlds gave", True)


def _counts(found: dict[str, int], caption: str) -> str:
    return table_html(
        pd.DataFrame({"what": list(found), "how many": list(found.values())}), caption
    )


def write_ledger(ensemble: Any, folder: str | Path) -> Path:
    """Write the ledger as one page and one table, and return the path of the page.

    Parameters
    ----------
    ensemble : Ensemble
        With events, where the country has a record.
    folder : path
        Where ``ledger.html``, ``ledger.csv`` and ``figures/`` go.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    table = ledger_table(ensemble)
    table.to_csv(folder / "ledger.csv", index=False)
    found = counts(ensemble, table)
    drawn = {}
    for name, make in (("outcomes", Outcomes), ("scorecard", ScoreCard)):
        try:
            drawing = make(ensemble)
        except NothingToDraw:
            continue
        save(drawing, folder / "figures", name)
        drawn[name] = figure_html(drawing, name)
    scenario = ensemble.scenario
    sources = pd.DataFrame(
        {"source": list(scenario.file.sources), "what it is": list(scenario.file.sources.values())}
    )
    sections = {
        "How to read this": (
            "<p>What was put in comes first: start values with evidence from before the start,"
            " dated shocks from abroad, and parameters, the same for every country unless one is"
            " named here. What came out follows: what the worlds then did by themselves, beside the"
            " record. Where a recorded figure only repeats something that was put in, its lying"
            " inside the band says nothing for the model.</p>"
            + _counts(found["put in"], "Put in")
            + _counts(found["came out"], "Came out")
        ),
        "Put in at the start": _starts(table),
        "Put in from outside": _outside(table),
        "Sources": table_html(sources, "Sources by the short names used above", True),
        "Came out as outcomes": (
            drawn["outcomes"]
            + table_html(
                outcome_words(Outcomes(ensemble)),
                "Outcomes: shares of worlds with Wilson 95 % intervals",
            )
        ),
        "Came out beside the record": _record(ensemble, table) + drawn.get("scorecard", ""),
        "To run it again": (
            f"<pre>{escape(command(ensemble).replace('poruka run', 'poruka ledger', 1))}</pre>"
        ),
    }
    lead = (
        f"{scenario.title}: {world_count(ensemble):,} worlds, seed {ensemble.seed},"
        f" {start_of(ensemble):%Y-%m} to {last_month(ensemble):%Y-%m}"
    )
    path = folder / "ledger.html"
    write_text(path, page(f"Ledger of {scenario.country}", lead, sections))
    return path
