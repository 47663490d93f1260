"""Changes of a scenario: every key and value is validated before anything is simulated."""

from collections.abc import Mapping
from typing import Any

from poruka.engine.channels import channels
from poruka.engine.instrument_columns import instrument_columns
from poruka.engine.parameters import (
    mechanism_groups,
    mechanisms,
    parameters,
    start_values,
    validate_parameter,
)
from poruka.rules.instruments import validate_instrument_number
from poruka.scenario.channel_settings import PREFIX, validate_channel_setting
from poruka.scenario.schema import MAX_SHOCK_SIZE, parse_month, validate_scenario_start_value
from poruka.utils.errors import BadInput, unknown_name_error
from poruka.utils.plain_values import plain_value


def validate_overrides(scenario: Any, changes: Any) -> dict[str, Any]:
    """Return the changes of a scenario, validated.

    Raises
    ------
    BadInput
        For an unknown key, with the nearest names, or a value out of range.
    """
    if not isinstance(changes, Mapping):
        raise BadInput(
            f"changes are {changes!r}; give a mapping of keys to values, such as"
            " {'oligarchs.inertia': 0.5}."
        )
    validated: dict[str, Any] = {}
    switches = {
        *mechanisms(),
        *mechanism_groups(),
        *(f"shocks.{shock.id}" for shock in scenario.shocks),
        *(instrument.id for instrument in scenario.declared_instruments),
    }
    for key, given in changes.items():
        value = plain_value(given)
        if key in switches:
            is_shock = isinstance(key, str) and key.startswith("shocks.")
            advice = f" What can be changed is {key}.value and {key}.date." if is_shock else ""
            raise BadInput(f"{key} is switched off, not changed; use without({key!r}).{advice}")
        if not isinstance(key, str):
            raise unknown_name_error("key", str(key), list_override_keys(scenario))
        if key.startswith("start."):
            validated[key] = validate_scenario_start_value(key[len("start.") :], value)
        elif key.startswith("shocks."):
            validated[key] = _validate_shock_override(scenario, key, value)
        elif key.startswith("instruments."):
            validated[key] = validate_instrument_number(scenario.instruments, key, value)
        elif key.startswith(PREFIX):
            validated[key] = validate_channel_setting(key, value)
        elif key.startswith("state."):
            raise BadInput(
                f"{key} is part of a world's state and can only be changed by a fork:"
                f' scenario.fork("1998-10", change={{{key!r}: …}}).'
            )
        elif key in parameters():
            validated[key] = validate_parameter(key, value)
        else:
            raise unknown_name_error("key", key, list_override_keys(scenario))
    return validated


def list_override_keys(scenario: Any) -> list[str]:
    """Return the keys of parameters, start values, shocks, instruments' numbers and channels."""
    shocks = [
        f"shocks.{shock.id}.{part}" for shock in scenario.shocks for part in ("date", "value")
    ]
    numbers = [
        f"instruments.{instrument.id}.{name}"
        for instrument in scenario.declared_instruments
        for name in instrument_columns()
    ]
    links = [channel.key for channel in channels().values()]
    return [*parameters(), *(f"start.{key}" for key in start_values()), *shocks, *numbers, *links]


def _validate_shock_override(scenario: Any, key: str, value: Any) -> Any:
    if key not in list_override_keys(scenario):
        raise unknown_name_error("key", key, list_override_keys(scenario))
    if key.endswith(".date"):
        if parse_month(value, key) < parse_month(scenario.start_date, "start_date"):
            raise BadInput(
                f"{key} is {value}, before the start {scenario.start_date}; remove the shock with "
                f"without({key.rsplit('.', 1)[0]!r}) or set the start value instead."
            )
        return value
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not abs(value) <= MAX_SHOCK_SIZE
    ):
        raise BadInput(
            f"{key} is {value!r}; give a number between -{MAX_SHOCK_SIZE:g} and {MAX_SHOCK_SIZE:g}."
        )
    return float(value)


def add_removals(scenario: Any, ids: tuple[Any, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """Return disabled mechanisms, and removed shocks and instruments, with some ids added."""
    disabled, removed = set(scenario.disabled_mechanisms), set(scenario.removed_ids)
    shocks = {f"shocks.{shock.id}" for shock in scenario.file.shocks}
    instruments = {instrument.id for instrument in scenario.declared_instruments}
    for id in ids:
        if not isinstance(id, str):
            shock = next(iter(scenario.file.shocks)).id if scenario.file.shocks else "id"
            raise BadInput(
                f"{id!r} is not a name; write without('M3.predation', 'shocks.{shock}')."
            )
        if id in mechanism_groups():
            disabled |= set(mechanism_groups()[id])
        elif id in mechanisms():
            disabled.add(id)
        elif id in shocks or id in instruments:
            removed.add(id)
        else:
            raise unknown_name_error(
                "mechanism, shock or instrument",
                id,
                [*mechanisms(), *mechanism_groups(), *shocks, *instruments],
            )
    return frozenset(disabled), frozenset(removed)
