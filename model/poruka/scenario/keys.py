"""Everything of a scenario as one table of what can be changed, and as plain values good for a
manifest.
"""

from dataclasses import replace
from typing import Any

import pandas as pd

from poruka.engine.parameters import mechanisms, parameters, start_values
from poruka.rules.instruments import Instrument, adjustable_numbers, instruments
from poruka.scenario.fork import build_fork
from poruka.scenario.parameter_draws import draws_from_dict
from poruka.scenario.schema import MAX_SHOCK_SIZE


def build_key_table(scenario: Any) -> pd.DataFrame:
    """Return what ``change`` and ``without`` understand.

    Returns
    -------
    pandas.DataFrame
        Columns key, kind (parameter, start, shock, instrument, mechanism), value, unit, low, high,
        source.
    """
    rows: list[tuple] = [
        *_number_rows(scenario),
        *_shock_rows(scenario),
        *_instrument_rows(scenario),
    ]
    on = scenario.params().on
    rows += [
        (id, "mechanism", getattr(on, one.switch), "on/off", 0.0, 1.0, " ".join(one.theses))
        for id, one in mechanisms().items()
    ]
    table = pd.DataFrame(rows, columns=["key", "kind", "value", "unit", "low", "high", "source"])
    if scenario.parameter_draws:
        drawn = table["key"].isin(scenario.parameter_draws.keys)
        table.loc[drawn, "source"] = (
            f"drawn for every world from {len(scenario.parameter_draws.rows)} points of a"
            " posterior; not drawn: " + table.loc[drawn, "source"]
        )
    return table


def _number_rows(scenario: Any) -> list[tuple]:
    params, start, rows = scenario.params(), scenario.start(), []
    for key, one in parameters().items():
        page, name = key.split(".")
        rows.append(
            (
                key,
                "parameter",
                getattr(getattr(params, page), name),
                one.unit,
                one.low,
                one.high,
                one.source,
            )
        )
    for key, one in start_values().items():
        page, name = key.split(".")
        entry = scenario.file.start.get(page, {}).get(name)
        source = f"{entry.fact} ({entry.source})" if entry else f"neutral value ({one.source})"
        rows.append(
            (
                f"start.{key}",
                "start",
                getattr(getattr(start, page), name),
                one.unit,
                one.low,
                one.high,
                source,
            )
        )
    return rows


def _shock_rows(scenario: Any) -> list[tuple]:
    rows: list[tuple] = []
    for shock in scenario.file.shocks:
        there = f"shocks.{shock.id}" not in scenario.removed_ids
        date, value = scenario.resolve_shock(shock)
        rows.append(
            (f"shocks.{shock.id}", "shock", 1.0 if there else 0.0, "on/off", 0.0, 1.0, shock.source)
        )
        rows.append(
            (
                f"shocks.{shock.id}.date",
                "shock",
                date,
                "month",
                scenario.start_date,
                scenario.file.end_date,
                shock.fact,
            )
        )
        rows.append(
            (
                f"shocks.{shock.id}.value",
                "shock",
                value,
                "own unit",
                -MAX_SHOCK_SIZE,
                MAX_SHOCK_SIZE,
                shock.fact,
            )
        )
    return rows


def _instrument_rows(scenario: Any) -> list[tuple]:
    rows: list[tuple] = []
    for one in scenario.instruments:
        rows.append(
            (
                one.id,
                "instrument",
                0.0 if one.id in scenario.forbidden_instruments else 1.0,
                "on/off",
                0.0,
                1.0,
                " ".join(one.theses),
            )
        )
        rows += [
            (f"instruments.{one.id}.{part}", "instrument", value, "share", low, high, one.label)
            for part, (value, low, high) in adjustable_numbers(one).items()
        ]
    return rows


def build_resolved_values(scenario: Any) -> dict[str, Any]:
    """Return everything a run of a scenario depends on as plain values."""
    start, params, usual = scenario.start(), scenario.params(), instruments()
    drawn = {"posterior": scenario.parameter_draws.digest} if scenario.parameter_draws else {}
    return {
        "name": scenario.name,
        "title": scenario.title,
        "country": scenario.country,
        "start_date": scenario.start_date,
        "end_date": scenario.file.end_date,
        "rules": list(scenario.rules.ids),
        "shocks": [list(row) for row in scenario.shock_table()],
        "instruments": {one.id: one._asdict() for one in scenario.instruments if one not in usual},
        "forbidden": sorted(scenario.forbidden_instruments),
        "interventions": [list(row) for row in scenario.interventions],
        "forks": [fork.to_dict() for fork in scenario.forks],
        "start": {page: getattr(start, page)._asdict() for page in start._fields},
        "parameters": {page: getattr(params, page)._asdict() for page in params._fields},
    } | drawn


def build_recipe(scenario: Any) -> dict[str, Any]:
    """Return how a scenario was made from its file, as plain values that :func:`apply_recipe`
    takes.
    """
    return {
        "changes": dict(scenario.overrides),
        "without": sorted({*scenario.disabled_mechanisms, *scenario.removed_ids}),
        "interventions": [list(row) for row in scenario.interventions],
        "forks": [fork.to_dict() for fork in scenario.forks],
        "own": [one._asdict() for one in scenario.custom_instruments],
        "posterior": scenario.parameter_draws and scenario.parameter_draws.to_dict(),
    }


def apply_recipe(scenario: Any, recipe: dict[str, Any]) -> Any:
    """Return a loaded scenario changed as a recipe says; what the file itself asks for is not asked
    twice.
    """
    own = [
        Instrument(
            **{
                key: tuple(value) if isinstance(value, list) else value
                for key, value in one.items()
            }
        )
        for one in recipe.get("own", ())
    ]
    made = scenario.with_instruments(*own).change(recipe["changes"]).without(*recipe["without"])
    forks = tuple(
        build_fork(**{**one, "change": dict(one["change"])}) for one in recipe.get("forks", ())
    )
    return replace(
        made,
        interventions=tuple(tuple(row) for row in recipe.get("interventions", ())),
        forks=forks,
        parameter_draws=draws_from_dict(recipe.get("posterior")),
    )
