"""A scenario as a table of everything that can be changed, and as plain values for a manifest."""

from dataclasses import replace
from typing import Any

import pandas as pd

from poruka.engine.channels import channels
from poruka.engine.parameters import mechanisms, parameters_of_rules, start_values
from poruka.rules.instrument_numbers import declared_numbers
from poruka.rules.instruments import instruments, restore_instrument
from poruka.scenario.channel_settings import channel_settings, held_value
from poruka.scenario.fork import build_fork
from poruka.scenario.parameter_draws import draws_from_dict
from poruka.scenario.schema import MAX_SHOCK_SIZE


def build_key_table(scenario: Any) -> pd.DataFrame:
    """Return the keys that ``change`` and ``without`` of a scenario accept.

    Returns
    -------
    pandas.DataFrame
        Columns key, kind (parameter, start, shock, instrument, mechanism, channel), value, unit,
        low, high, source.
    """
    rows: list[tuple] = [
        *_number_rows(scenario),
        *_shock_rows(scenario),
        *_instrument_rows(scenario),
    ]
    on = scenario.params().on
    rows += [
        (
            id,
            "mechanism",
            getattr(on, mechanism.switch),
            "on/off",
            0.0,
            1.0,
            " ".join(mechanism.theses),
        )
        for id, mechanism in mechanisms().items()
    ]
    settings = channel_settings(scenario)
    rows += [
        (one.key, "channel", settings.get(name, "on"), "on/held/donor", None, None, one.meaning)
        for name, one in channels().items()
    ]
    table = pd.DataFrame(rows, columns=["key", "kind", "value", "unit", "low", "high", "source"])
    if scenario.parameter_draws:
        drawn = table["key"].isin(scenario.parameter_draws.drawn_keys(scenario))
        table.loc[drawn, "source"] = (
            f"{scenario.parameter_draws.origin}; not drawn: " + table.loc[drawn, "source"]
        )
    return table


def _number_rows(scenario: Any) -> list[tuple]:
    params, start, rows = scenario.params(), scenario.start(), []
    for key, declared in parameters_of_rules(scenario.rules.ids).items():
        page, name = key.split(".")
        value = getattr(getattr(params, page), name)
        rows.append(
            (key, "parameter", value, declared.unit, declared.low, declared.high, declared.source)
        )
    for key, declared in start_values().items():
        page, name = key.split(".")
        value = getattr(getattr(start, page), name)
        entry = scenario.file.start.get(page, {}).get(name)
        source = f"{entry.fact} ({entry.source})" if entry else f"neutral value ({declared.source})"
        rows.append(
            (f"start.{key}", "start", value, declared.unit, declared.low, declared.high, source)
        )
    return rows


def _shock_rows(scenario: Any) -> list[tuple]:
    rows: list[tuple] = []
    first, last = scenario.start_date, scenario.file.end_date
    low, high = -MAX_SHOCK_SIZE, MAX_SHOCK_SIZE
    for shock in scenario.shocks:
        id, fact = f"shocks.{shock.id}", shock.fact
        is_on = 0.0 if id in scenario.removed_ids else 1.0
        date, value = scenario.resolve_shock(shock)
        rows += [
            (id, "shock", is_on, "on/off", 0.0, 1.0, shock.source),
            (f"{id}.date", "shock", date, "month", first, last, fact),
            (f"{id}.value", "shock", value, "own unit", low, high, fact),
        ]
    return rows


def _instrument_rows(scenario: Any) -> list[tuple]:
    rows: list[tuple] = []
    for instrument in scenario.coded_instruments:
        id, theses = instrument.id, " ".join(instrument.theses)
        is_on = 0.0 if id in scenario.forbidden_instruments else 1.0
        rows.append((id, "instrument", is_on, "on/off", 0.0, 1.0, theses))
        rows += [
            (key, "instrument", one.value, one.unit, one.low, one.high, one.source)
            for key, one in declared_numbers(instrument, scenario.step_heights).items()
        ]
    return rows


def build_resolved_values(scenario: Any) -> dict[str, Any]:
    """Return everything a run of a scenario depends on as plain values."""
    start, params, defaults = scenario.start(), scenario.params(), instruments()
    draws = {"posterior": scenario.parameter_draws.digest} if scenario.parameter_draws else {}
    return (
        {
            "name": scenario.name,
            "title": scenario.title,
            "country": scenario.country,
            "start_date": scenario.start_date,
            "end_date": scenario.file.end_date,
            "rules": list(scenario.rules.ids),
            "shocks": [list(row) for row in scenario.shock_table()],
            "instruments": {
                instrument.id: instrument._asdict()
                for instrument in scenario.coded_instruments
                if instrument not in defaults
            },
            "forbidden": sorted(scenario.forbidden_instruments),
            "interventions": [list(row) for row in scenario.interventions],
            "forks": [fork.to_dict() for fork in scenario.forks],
            "start": {page: getattr(start, page)._asdict() for page in start._fields},
            "parameters": {page: getattr(params, page)._asdict() for page in params._fields},
        }
        | draws
        | _switched_channels(scenario)
    )


def _switched_channels(scenario: Any) -> dict[str, Any]:
    """Return the channels that are not on, each with its setting and its mean."""
    settings = channel_settings(scenario)
    given = {name: [setting, held_value(scenario, name)] for name, setting in settings.items()}
    return {"channels": given} if given else {}


def build_recipe(scenario: Any) -> dict[str, Any]:
    """Return how a scenario differs from its file, as values that :func:`apply_recipe` takes."""
    return {
        "changes": dict(scenario.overrides),
        "without": sorted({*scenario.disabled_mechanisms, *scenario.removed_ids}),
        "interventions": [list(row) for row in scenario.interventions],
        "forks": [fork.to_dict() for fork in scenario.forks],
        "own": [instrument._asdict() for instrument in scenario.custom_instruments],
        "posterior": scenario.parameter_draws and scenario.parameter_draws.to_dict(),
    }


def apply_recipe(scenario: Any, recipe: dict[str, Any]) -> Any:
    """Return a loaded scenario changed as a recipe says.

    Changes that the file itself contains are not applied twice.
    """
    custom = [restore_instrument(fields) for fields in recipe.get("own", ())]
    changed = (
        scenario.with_instruments(*custom).change(recipe["changes"]).without(*recipe["without"])
    )
    forks = tuple(
        build_fork(**{**fork, "change": dict(fork["change"])}) for fork in recipe.get("forks", ())
    )
    return replace(
        changed,
        interventions=tuple(tuple(row) for row in recipe.get("interventions", ())),
        forks=forks,
        parameter_draws=draws_from_dict(recipe.get("posterior")),
    )
