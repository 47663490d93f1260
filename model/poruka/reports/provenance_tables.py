"""The ledger of a run: inputs with their evidence, and results beside the observed record."""

from typing import Any

import pandas as pd

from poruka.engine.instrument_steps import resolve_cell
from poruka.engine.parameters import mechanism_groups, parameters, parameters_of_rules, start_values
from poruka.figures import OutcomeShares
from poruka.figures.base.ensemble_access import require_worlds
from poruka.rules.instrument_numbers import declared_numbers
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
"""Columns of the table of the ledger; ``side`` is "put in" (inputs) or "came out" (results)."""


def start_value_table(scenario: Scenario) -> pd.DataFrame:
    """Return every start value with its evidence and, where two coders judged it, both codings.

    ``kind`` names the basis of a value: ``fact`` (counted or read in a source), ``coded`` (judged
    twice by the codebook), ``neutral`` (nothing is known, the default of every country),
    ``changed`` (set by hand for this run).
    """
    start, codings = scenario.start(), read_codings(scenario)
    rows = []
    for key, declaration in start_values().items():
        section, name = key.split(".")
        value, entry, coding = (
            float(getattr(getattr(start, section), name)),
            scenario.file.start.get(section, {}).get(name),
            codings.get(key),
        )
        coding_columns = (
            {
                "first": coding["first"],
                "second": coding["second"],
                "second_evidence": coding["second_fact"],
                "how_settled": coding["how_settled"],
            }
            if coding
            else {}
        )
        if any(changed == f"start.{key}" for changed, _ in scenario.overrides):
            kind, evidence, source = (
                "changed",
                f"set by hand{f', instead of {entry.value:g}: {entry.fact}' if entry else ''}",
                "this run",
            )
        elif entry is None:
            kind, evidence, source = (
                "neutral",
                f"no fact is known: {declaration.meaning}",
                declaration.source,
            )
        else:
            kind, evidence, source = ("coded" if coding else "fact"), entry.fact, entry.source
            if coding and float(coding["settled"]) != value:
                coding_columns["how_settled"] += (
                    f" (settled on {coding['settled']}, put in {value:g})"
                )
        rows.append(
            {
                "side": "put in",
                "kind": f"start value, {kind}",
                "name": key,
                "value": value,
                "unit": declaration.unit,
                "evidence": evidence,
                "source": source,
                **coding_columns,
            }
        )
    return pd.DataFrame(rows, columns=PROVENANCE_COLUMNS)


def _changed_instrument_numbers(scenario: Scenario) -> list[tuple[Any, ...]]:
    """Return the cells of instruments that the scenario's file, or a hand, has changed."""
    heights = scenario.step_heights
    declared = {one.id: declared_numbers(one, heights) for one in scenario.declared_instruments}
    rows: list[tuple[Any, ...]] = []
    for instrument in scenario.coded_instruments:
        for key, number in declared_numbers(instrument, heights).items():
            default = declared[instrument.id][key].value
            if number.value == default:
                continue
            entry = scenario.file.parameters.get(key)
            reason, source = (
                (entry.why, "this scenario")
                if entry and resolve_cell(entry.value, heights) == number.value
                else (f"set by hand, instead of {default:g}", "this run")
            )
            rows.append(("instrument changed", key, number.value, number.unit, reason, source))
    return rows


def external_input_table(scenario: Scenario) -> pd.DataFrame:
    """Return external shocks, changed numbers, what is switched off, and interventions."""
    rows: list[tuple[Any, ...]] = []
    for shock in scenario.shocks:
        if f"shocks.{shock.id}" in scenario.removed_ids:
            rows.append(("shock left out", shock.id, "", "", shock.fact, shock.source))
            continue
        date, value = scenario.resolve_shock(shock)
        change = (
            f"{shock.variable} {'set to' if shock.set is not None else 'moved by'} {value:g} in"
            f" {date}"
        )
        rows.append(
            ("shock", shock.id, value, shock.variable, f"{shock.fact} ({change})", shock.source)
        )
    params = scenario.params()
    for key, declaration in parameters().items():
        section, name = key.split(".")
        value, entry = (
            float(getattr(getattr(params, section), name)),
            scenario.file.parameters.get(key),
        )
        if value != declaration.value:
            reason, source = (
                (entry.why, "this scenario")
                if entry
                else (f"set by hand, instead of {declaration.value:g}", "this run")
            )
            rows.append(("parameter overridden", key, value, declaration.unit, reason, source))
    rows += _changed_instrument_numbers(scenario)
    switched_off = {
        part for id in scenario.file.mechanisms.off for part in mechanism_groups().get(id, (id,))
    } | scenario.disabled_mechanisms
    rows += [
        ("mechanism off", id, "", "", "switched off", "this run") for id in sorted(switched_off)
    ]
    rows += [
        ("instrument forbidden", id, "", "", "no ruler can use it in this scenario", "this run")
        for id in sorted(scenario.forbidden_instruments)
    ]
    rows += [
        (
            "made to happen",
            scenario.date_of(month),
            intervention,
            "code",
            "intervention of the experimenter",
            "this run",
        )
        for month, intervention, _ in scenario.interventions
    ]
    return pd.DataFrame([("put in", *row) for row in rows], columns=PROVENANCE_COLUMNS[:7]).reindex(
        columns=PROVENANCE_COLUMNS
    )


def outcome_provenance_table(ensemble: Any) -> pd.DataFrame:
    """Return the share of worlds of each outcome with its 95 % interval."""
    rows = [
        ("outcome", format_label(row.outcome, "outcome"), row.share, row.low, row.high)
        for row in OutcomeShares(ensemble).table.itertuples()
    ]
    table = pd.DataFrame(rows, columns=["kind", "name", "value", "low", "high"])
    return table.assign(
        side="came out", unit="share of worlds (low and high: 95 % interval)"
    ).reindex(columns=PROVENANCE_COLUMNS)


def record_fit_table(ensemble: Any) -> pd.DataFrame:
    """Return every figure of the observed record with value, median and 90 % band.

    The table is empty without a record. A band is given only where the forecast has skill; figures
    that a scenario puts in or that the run does not reach, and patterns, have none.
    """
    if ensemble.observed_record is None:
        return pd.DataFrame(columns=PROVENANCE_COLUMNS)
    scored = ensemble.score().figures.set_index("id")
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
            "covered": "input" if fact.role == "input" else "not reached",
        }
        if str(fact.id) in scored.index:
            score = scored.loc[str(fact.id)]
            row |= {
                "low": score["low"],
                "median": score["median"],
                "high": score["high"],
                "covered": {1.0: "yes", 0.0: "no"}.get(score["covered"], "no band"),
            }
        rows.append(row)
    return pd.DataFrame(rows, columns=PROVENANCE_COLUMNS)


def provenance_table(ensemble: Any) -> pd.DataFrame:
    """Return inputs and results as one table.

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
    """Return the number of inputs and of results of each kind."""
    table = provenance_table(ensemble) if table is None else table
    input_counts = table.loc[table["side"] == "put in", "kind"].value_counts()
    scored = table[table["kind"] == "figure of the record"]
    descriptions = {
        "start value, fact": "start values from facts",
        "start value, coded": "start values coded twice",
        "start value, neutral": "start values left neutral",
        "start value, changed": "start values set by hand",
        "shock": "shocks from outside",
        "shock left out": "shocks left out",
        "parameter overridden": "parameters overridden",
        "mechanism off": "mechanisms off",
        "instrument changed": "numbers of instruments changed",
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
    inputs = {
        description: int(input_counts.get(kind, 0))
        for kind, description in descriptions.items()
        if kind in always or input_counts.get(kind, 0)
    }
    inputs["parameters shared by all countries"] = (
        len(parameters_of_rules(ensemble.scenario.rules.ids)) - inputs["parameters overridden"]
    )
    covered_counts = scored["covered"].value_counts()
    open_ended = (scored["covered"] == "yes") & (scored["high"].astype(float) == float("inf"))
    coverage = require_worlds(ensemble)
    lost = coverage.requested - coverage.available
    results = {
        "worlds": coverage.available,
        **({"worlds that failed or are missing": lost} if lost else {}),
        "figures of the record": len(scored),
        "inputs, not scored": int(covered_counts.get("input", 0)),
        "not reached": int(covered_counts.get("not reached", 0)),
        "without a band (no skill, or a pattern)": int(covered_counts.get("no band", 0)),
        "inside their 90 % band": int(covered_counts.get("yes", 0)),
        "of these in a band that ends at never": int(open_ended.sum()),
        "outside it": int(covered_counts.get("no", 0)),
    }
    return {"put in": inputs, "came out": results}
