"""Axes of a sweep: what one key varies, and what each of its values does to a scenario.

A key is anything that :meth:`poruka.Scenario.keys` lists, or one of four further words:
``scenario`` (names or scenarios), ``rules`` (names of rule sets or schedules), ``fork`` (forks by
label), and an act with its month, such as ``force president.dies`` or ``forbid I18``. Any other
name takes labelled changes: ``{"oil": {"low": {"shocks.oil.value": 0.1}, "as it was": {}}}``.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from poruka.analysis.arm import ForkedArm
from poruka.analysis.declared_ranges import key_table
from poruka.engine.rule import Schedule
from poruka.rivals import rules_called
from poruka.scenario.scenario import Scenario, load
from poruka.utils.errors import BadInput, unknown_name_error
from poruka.utils.plain_values import plain_value, plain_values

ACTIONS = ("force", "forbid", "allow")
"""What the key of an act begins with."""
SPECIAL_KEYS = ("scenario", "rules", "fork")
"""Keys beside those of a scenario."""
_SWITCH_WORDS: dict[Any, bool] = {"on": True, "off": False, True: True, False: False}
ScenarioChange = Callable[[Scenario], Scenario]


class Setting(NamedTuple):
    """One value of an axis: the cell it has in the table, and what it does to a scenario."""

    cell: float | str | bool
    change: ScenarioChange


def parse_axis(scenario: Scenario, key: Any, values: Any) -> list[Setting]:
    """Return the settings of one axis; every value is checked against the scenario.

    Parameters
    ----------
    scenario : Scenario
        Whose keys and dates apply.
    key : str
    values : list, array, range, column, categorical, mapping or single value
        Plain values, or by label where a value is a scenario, a schedule, a fork or a set of
        changes.

    Raises
    ------
    BadInput
        For an unknown key, a value out of range, or a value given twice.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> import numpy as np
    >>> kazakhstan = load("kazakhstan")
    >>> [one.cell for one in parse_axis(kazakhstan, "oligarchs.inertia", np.linspace(0.2, 0.6, 3))]
    [0.2, 0.4, 0.6]
    >>> [one.cell for one in parse_axis(kazakhstan, "M3.predation", [True, False])]
    [True, False]
    """
    if not isinstance(key, str):
        raise BadInput(f"the key {key!r} of a sweep is no text; scenario.keys() lists the keys.")
    given = dict(values) if isinstance(values, Mapping) else plain_values(values)
    if not given:
        raise BadInput(f"{key} has no value; give at least one.")
    settings = [_setting(scenario, key, label, value) for label, value in _labelled(key, given)]
    cells = [setting.cell for setting in settings]
    if repeated := [cell for cell in dict.fromkeys(cells) if cells.count(cell) > 1]:
        raise BadInput(f"{key} has {repeated[0]!r} twice; give each value only once.")
    for setting in settings:
        try:
            setting.change(scenario)
        except BadInput as error:
            raise BadInput(f"{key} = {setting.cell!r}: {error}") from None
    return settings


def _labelled(key: str, given: dict[Any, Any] | list[Any]) -> list[tuple[Any, Any]]:
    if isinstance(given, dict):
        return list(given.items())
    if key == "fork":
        return [(_fork_label(value), value) for value in given]
    return [(None, value) for value in given]


def _fork_label(value: Any) -> str:
    if value is None:
        return "none"
    if not isinstance(value, Mapping):
        raise BadInput(
            f"the fork {value!r} is no mapping; give what Scenario.fork takes, such as"
            ' {"at": "1998-10", "force": "president.dies"}, or None for no fork.'
        )
    others = ", ".join(f"{name} {value[name]}" for name in value if name != "at")
    return f"{value.get('at')}: {others}"


def _setting(scenario: Scenario, key: str, label: Any, value: Any) -> Setting:
    """Return the setting of one value; a label is given where values are named."""
    word, _, subject = key.partition(" ")
    kinds = key_table(scenario)["kind"]
    if key == "scenario":
        chosen = value if isinstance(value, Scenario) else load(value)
        return Setting(str(label or chosen.name), lambda _: chosen)
    if key == "rules":
        if value == "main":
            return Setting("main", lambda base: base)
        rules = value if isinstance(value, Schedule) else rules_called(value)
        return Setting(
            str(label or (value if isinstance(value, str) else "own rules")),
            lambda base: base.with_rules(rules),
        )
    if key == "fork":
        return Setting(str(label), lambda base: base if value is None else _forked(base, value))
    if isinstance(value, Mapping):
        return Setting(str(label), _arm_change(key, value))
    if word in ACTIONS and subject:
        month = plain_value(value)
        return Setting(month, lambda base: base.intervene(month, **{word: [subject]}))
    if key not in kinds.index:
        raise unknown_name_error(
            "key",
            key,
            [*kinds.index, *SPECIAL_KEYS],
            "a sweep",
            "`scenario.keys()` lists the keys; `scenario`, `rules`, `fork` and acts such as"
            " `force president.dies` can be swept too, and any other name by labelled changes.",
        )
    if kinds[key] == "mechanism" or key in scenario_switches(scenario):
        return _switch(key, value)
    return Setting(value, lambda base: base.change({key: value}))


def scenario_switches(scenario: Scenario) -> set[str]:
    """Return the keys of a scenario that are on or off: mechanisms, shocks and instruments."""
    table = key_table(scenario)
    return set(table.index[table["unit"] == "on/off"])


def _switch(key: str, value: Any) -> Setting:
    if not isinstance(value, bool | int | float | str) or value not in _SWITCH_WORDS:
        raise BadInput(f"{key} is {value!r}; it is on or off, give True or False.")
    is_on = _SWITCH_WORDS[value]
    return Setting(is_on, lambda base: base if is_on else base.without(key))


def _forked(base: Scenario, fork: Mapping[str, Any]) -> Scenario:
    return ForkedArm(fork=[dict(fork)]).apply_to(base)


def _arm_change(key: str, value: Mapping[str, Any]) -> ScenarioChange:
    """Return what labelled changes do: keys with values, or the parts of an arm."""
    parts = set(ForkedArm.model_fields)
    if set(value) <= parts and value:
        unpacked = {name: _as_list(name, part) for name, part in value.items()}
        return lambda base: ForkedArm(**unpacked).apply_to(base)
    if mixed := sorted(set(value) & parts):
        raise BadInput(
            f"{key} mixes {', '.join(mixed)} with keys of the scenario; put them under `change`."
        )
    return lambda base: base.change(dict(value)) if value else base


def _as_list(name: str, part: Any) -> Any:
    if name == "change":
        return {key: plain_value(value) for key, value in dict(part).items()}
    return [part] if isinstance(part, str | Mapping) else list(part)


def build_axes(scenario: Scenario, axes: Any) -> dict[str, list[Setting]]:
    """Return the axes of a sweep by key, in the order given."""
    if not isinstance(axes, Mapping) or not axes:
        raise BadInput(
            f"a sweep is over {axes!r}; give a mapping of keys to values, such as"
            ' {"oligarchs.inertia": [0.2, 0.4]}, or a table with one column for each key.'
        )
    return {key: parse_axis(scenario, key, values) for key, values in axes.items()}


def axes_of_table(scenario: Scenario, table: pd.DataFrame) -> dict[str, list[Setting]]:
    """Return the axes of a table of points, each with the values that its column holds."""
    if not len(table.columns) or not len(table):
        raise BadInput("the table of points is empty; give one row for each point.")
    if not table.columns.is_unique:
        raise BadInput("the table of points has a column twice; keep one of them.")
    return {
        str(name): parse_axis(scenario, name, list(dict.fromkeys(plain_values(table[name]))))
        for name in table.columns
    }
