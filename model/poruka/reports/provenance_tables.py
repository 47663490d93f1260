"""The ledger of a result: what was put in, with its evidence, and what came out, so that nobody
mistakes one for the other.
"""

from typing import Any

import pandas as pd

from poruka.engine.parameters import mechanism_groups, parameters, start_values
from poruka.figures import OutcomeShares
from poruka.figures.base.ensemble_access import world_count
from poruka.scenario.codebook import read_codings
from poruka.scenario.scenario import Scenario
from poruka.utils.labels import format_label

PROVENANCE_COLUMNS = [
    "side",
    "kind",
    "name",
    "value",
    "unit",
    "evidence",
    "source",
    "first",
    "second",
    "second_evidence",
    "how_settled",
    "low",
    "median",
    "high",
    "covered",
]
"""Columns of the ledger's table; ``side`` is "put in" or "came out"."""


def start_value_table(scenario: Scenario) -> pd.DataFrame:
    """Return every start value with the fact it rests on and, where two coders judged it, both
    codings.

    ``kind`` says what stands behind a value: ``fact`` (counted or read off a source), ``coded``
    (judged twice by the codebook), ``neutral`` (nothing is known, the value every country begins
    with), ``changed`` (set by hand for this run).
    """
    start, coded = scenario.start(), read_codings(scenario)
    rows = []
    for key, one in start_values().items():
        page_of, name = key.split(".")
        value, entry, both = (
            float(getattr(getattr(start, page_of), name)),
            scenario.file.start.get(page_of, {}).get(name),
            coded.get(key),
        )
        known = (
            {
                "first": both["first"],
                "second": both["second"],
                "second_evidence": both["second_fact"],
                "how_settled": both["how_settled"],
            }
            if both
            else {}
        )
        if any(changed == f"start.{key}" for changed, _ in scenario.overrides):
            kind, evidence, source = (
                "changed",
                f"set by hand{f', instead of {entry.value:g}: {entry.fact}' if entry else ''}",
                "this run",
            )
        elif entry is None:
            kind, evidence, source = "neutral", f"no fact is known: {one.meaning}", one.source
        else:
            kind, evidence, source = ("coded" if both else "fact"), entry.fact, entry.source
            if both and float(both["settled"]) != value:
                known["how_settled"] += f" (settled on {both['settled']}, put in {value:g})"
        rows.append(
            {
                "side": "put in",
                "kind": f"start value, {kind}",
                "name": key,
                "value": value,
                "unit": one.unit,
                "evidence": evidence,
                "source": source,
                **known,
            }
        )
    return pd.DataFrame(rows, columns=PROVENANCE_COLUMNS)


def external_input_table(scenario: Scenario) -> pd.DataFrame:
    """Return the shocks, the parameters that differ from their defaults, and what is switched off
    or made to happen.
    """
    rows: list[tuple[Any, ...]] = []
    for shock in scenario.file.shocks:
        if f"shocks.{shock.id}" in scenario.removed_ids:
            rows.append(("shock left out", shock.id, "", "", shock.fact, shock.source))
            continue
        date, value = scenario.resolve_shock(shock)
        way = (
            f"{shock.variable} {'set to' if shock.set is not None else 'moved by'} {value:g} in"
            f" {date}"
        )
        rows.append(
            ("shock", shock.id, value, shock.variable, f"{shock.fact} ({way})", shock.source)
        )
    params = scenario.params()
    for key, one in parameters().items():
        page_of, name = key.split(".")
        value, why = (
            float(getattr(getattr(params, page_of), name)),
            scenario.file.parameters.get(key),
        )
        if value != one.value:
            reason, source = (
                (why.why, "this scenario")
                if why
                else (f"set by hand, instead of {one.value:g}", "this run")
            )
            rows.append(("parameter overridden", key, value, one.unit, reason, source))
    away = {
        part for id in scenario.file.mechanisms.off for part in mechanism_groups().get(id, (id,))
    } | scenario.disabled_mechanisms
    rows += [("mechanism off", id, "", "", "switched off", "this run") for id in sorted(away)]
    rows += [
        ("instrument forbidden", id, "", "", "no ruler can use it here", "this run")
        for id in sorted(scenario.forbidden_instruments)
    ]
    rows += [
        (
            "made to happen",
            scenario.date_of(month),
            what,
            "code",
            "an experimenter's hand",
            "this run",
        )
        for month, what, _ in scenario.interventions
    ]
    return pd.DataFrame([("put in", *row) for row in rows], columns=PROVENANCE_COLUMNS[:7]).reindex(
        columns=PROVENANCE_COLUMNS
    )


def outcome_provenance_table(ensemble: Any) -> pd.DataFrame:
    """Return the share of worlds of each outcome and of each group of regimes, with its 95 %
    interval.
    """
    rows = [
        ("outcome", format_label(row.outcome), row.share, row.low, row.high)
        for row in OutcomeShares(ensemble).table.itertuples()
    ]
    made = pd.DataFrame(rows, columns=["kind", "name", "value", "low", "high"])
    return made.assign(
        side="came out", unit="share of worlds (low and high: 95 % interval)"
    ).reindex(columns=PROVENANCE_COLUMNS)


def record_fit_table(ensemble: Any) -> pd.DataFrame:
    """Return every figure of the record with its recorded value, median and 90 % band; empty where
    there is no record.

    Figures the run does not reach are listed without a band.
    """
    if ensemble.observed_record is None:
        return pd.DataFrame(columns=PROVENANCE_COLUMNS)
    scored = ensemble.score().set_index("figure")
    rows = []
    for fact in ensemble.observed_record.itertuples():
        row = {
            "side": "came out",
            "kind": "figure of the record",
            "name": fact.figure,
            "value": float(fact.value),
            "unit": fact.unit,
            "evidence": fact.fact,
            "source": f"{fact.id}, {fact.locator}",
            "covered": "not reached",
        }
        if fact.figure in scored.index:
            found = scored.loc[fact.figure]
            row |= {
                "low": found["low"],
                "median": found["median"],
                "high": found["high"],
                "covered": "yes" if found["covered"] else "no",
            }
        rows.append(row)
    return pd.DataFrame(rows, columns=PROVENANCE_COLUMNS)


def provenance_table(ensemble: Any) -> pd.DataFrame:
    """Return both sides of the ledger as one table.

    Examples
    --------
    >>> from poruka.api import simulate
    >>> from poruka.scenario.scenario import load
    >>> e = simulate(load("kazakhstan"), worlds=2, seed=1, until="1991-06", progress=False)
    >>> sorted(provenance_table(e)["side"].unique())
    ['came out', 'put in']
    """
    parts = [
        start_value_table(ensemble.scenario),
        external_input_table(ensemble.scenario),
        outcome_provenance_table(ensemble),
        record_fit_table(ensemble),
    ]
    return pd.concat([part.astype(object) for part in parts if len(part)], ignore_index=True)


def count_entries(ensemble: Any, table: pd.DataFrame | None = None) -> dict[str, dict[str, int]]:
    """Return how much of each kind was put in and came out."""
    table = provenance_table(ensemble) if table is None else table
    put = table.loc[table["side"] == "put in", "kind"].value_counts()
    scored = table[table["kind"] == "figure of the record"]
    named = {
        "start value, fact": "start values from facts",
        "start value, coded": "start values coded twice",
        "start value, neutral": "start values left neutral",
        "start value, changed": "start values set by hand",
        "shock": "shocks from outside",
        "shock left out": "shocks left out",
        "parameter overridden": "parameters overridden",
        "mechanism off": "mechanisms off",
        "instrument forbidden": "instruments forbidden",
        "made to happen": "events made to happen",
    }
    always = (
        "start value, fact",
        "start value, coded",
        "start value, neutral",
        "shock",
        "parameter overridden",
    )
    inside = {
        said: int(put.get(kind, 0))
        for kind, said in named.items()
        if kind in always or put.get(kind, 0)
    }
    inside["parameters shared by all countries"] = (
        len(parameters()) - inside["parameters overridden"]
    )
    said = scored["covered"].value_counts()
    open_ended = (scored["covered"] == "yes") & (scored["high"].astype(float) == float("inf"))
    out = {
        "worlds": world_count(ensemble),
        "figures of the record": len(scored),
        "inside their 90 % band": int(said.get("yes", 0)),
        "of these in a band that ends at never": int(open_ended.sum()),
        "outside it": int(said.get("no", 0)),
        "not reached": int(said.get("not reached", 0)),
    }
    return {"put in": inside, "came out": out}
