"""Everything a visitor can change, in groups: what it is now and which values it may take."""

from typing import Any, NamedTuple

from poruka.engine.parameters import mechanism_groups, mechanisms, parameters_of_rules, start_values
from poruka.engine.state import tables
from poruka.scenario.interventions import FORCED_EVENT_CODES, HEIR_ROLES
from poruka.scenario.scenario import Scenario
from poruka.scenario.state_change import DERIVED_TABLES
from poruka.simulation.regime import Regime
from poruka.utils.labels import format_label

CHANGE_GROUPS = {
    "parameter": "a parameter of the rules",
    "mechanism": "a mechanism, switched off",
    "state": "the state of the country now",
    "force": "an event forced to happen now",
    "forbid": "an instrument forbidden to the ruler",
    "shock": "an external shock",
    "start": "a start value (restart only)",
}
"""Group of options to its label."""
_STATE_TABLES = ("president", "society", "economy", "parliament", "constitution", "premier")


class ChangeOption(NamedTuple):
    """One thing that can be changed: the change it makes, its label and current value, the range
    (two equal limits where no number is to be set) and the unit.
    """

    kind: str
    key: str
    label: str
    current: Any = None
    low: float = 0.0
    high: float = 0.0
    unit: str = ""
    is_integer: bool = False


def list_change_options(group: str, regime: Regime) -> list[ChangeOption]:
    """Return the options of one group (see ``CHANGE_GROUPS``) for a world in its current state."""
    scenario = regime.current_scenario
    if group == "parameter":
        return _parameter_options(scenario)
    if group == "start":
        return _start_value_options(scenario)
    if group == "mechanism":
        return _mechanism_options(scenario)
    if group == "shock":
        return [
            option
            for shock in scenario.shocks
            if f"shocks.{shock.id}" not in scenario.removed_ids
            for option in _shock_options(scenario, shock)
        ]
    if group == "forbid":
        return [
            ChangeOption("forbid", instrument.id, f"{instrument.id} {instrument.label}")
            for instrument in scenario.instruments
        ]
    if group == "force":
        return _forced_event_options(scenario)
    return _state_options(regime)


def _parameter_options(scenario: Scenario) -> list[ChangeOption]:
    params = scenario.params()
    return [
        ChangeOption(
            "change",
            key,
            f"{key}: {parameter.meaning}",
            _value_at(params, key),
            parameter.low,
            parameter.high,
            parameter.unit,
        )
        for key, parameter in parameters_of_rules(scenario.rules.ids).items()
    ]


def _start_value_options(scenario: Scenario) -> list[ChangeOption]:
    start = scenario.start()
    return [
        ChangeOption(
            "change",
            f"start.{key}",
            f"{key}: {start_value.meaning}",
            _value_at(start, key),
            start_value.low,
            start_value.high,
            start_value.unit,
            key.startswith("scale."),
        )
        for key, start_value in start_values().items()
    ]


def _mechanism_options(scenario: Scenario) -> list[ChangeOption]:
    switches = scenario.params().on
    groups = [
        ChangeOption(
            "without",
            group_id,
            f"{group_id}, all of it: {', '.join(mechanisms()[part].title for part in parts)}",
        )
        for group_id, parts in mechanism_groups().items()
    ]
    parts = [
        ChangeOption(
            "without",
            mechanism_id,
            f"{mechanism_id} {mechanism.title}: without it {mechanism.neutral}",
            "on" if getattr(switches, mechanism.switch) else "off",
        )
        for mechanism_id, mechanism in mechanisms().items()
    ]
    return groups + parts


def _forced_event_options(scenario: Scenario) -> list[ChangeOption]:
    events = [
        ChangeOption("force", code, f"the {format_label(code.replace('.', ' '))}")
        for code in FORCED_EVENT_CODES
    ]
    heirs = [
        ChangeOption("force", f"heir.{role}", f"the {format_label(role)} is named as heir")
        for role in HEIR_ROLES
    ]
    instruments = [
        ChangeOption(
            "force",
            instrument.id,
            f"{instrument.id} {instrument.label}, as soon as its conditions are met",
        )
        for instrument in scenario.instruments
    ]
    return events + heirs + instruments


def _state_options(regime: Regime) -> list[ChangeOption]:
    return [
        ChangeOption(
            "change",
            f"state.{field.key}",
            f"{field.key}: {field.meaning}",
            getattr(regime.world, table)[0][field.name].item(),
            field.low,
            field.high,
            field.unit,
            field.kind != "real",
        )
        for table in _STATE_TABLES
        if table not in DERIVED_TABLES
        for field in tables()[table].fields
        if field.unit not in ("row", "bits")
    ]


def _value_at(record: Any, key: str) -> float:
    page, name = key.split(".")
    return float(getattr(getattr(record, page), name))


def _shock_options(scenario: Scenario, shock: Any) -> list[ChangeOption]:
    date, value = scenario.resolve_shock(shock)
    return [
        ChangeOption(
            "without", f"shocks.{shock.id}", f"{shock.id}, removed ({date}: {shock.fact})"
        ),
        ChangeOption(
            "change",
            f"shocks.{shock.id}.value",
            f"{shock.id}, its size ({format_label(shock.variable)})",
            value,
            -1000.0,
            1000.0,
            "own unit",
        ),
        ChangeOption(
            "change", f"shocks.{shock.id}.date", f"{shock.id}, its date ({shock.fact})", date
        ),
    ]
