"""Axes of a sweep: what one key varies, and what each of its values does to a scenario.

A key is anything that :meth:`poruka.Scenario.keys` lists, or one of four further words:
``scenario`` (names or scenarios), ``rules`` (names of rule sets or schedules), ``fork`` (forks by
label), and an act with its month, such as ``force president.dies`` or ``forbid I18``. Any other
name takes labelled changes: ``{"oil": {"low": {"shocks.oil.value": 0.1}, "as it was": {}}}``.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from poruka.analysis.arm import ForkedArm
from poruka.analysis.declared_ranges import key_table
from poruka.engine.parameters import mechanism_groups
from poruka.engine.rule import Schedule
from poruka.rivals import RIVALS, rules_called
from poruka.rules.schedule import SCHEDULE
from poruka.scenario.scenario import Scenario, load
from poruka.utils.errors import BadInput, unknown_name_error
from poruka.utils.plain_values import plain_value, plain_values

ACTIONS = ("force", "forbid", "allow")
"""What the key of an act begins with."""
SPECIAL_KEYS = ("scenario", "rules", "fork")
"""Keys beside those of a scenario."""
COLUMNS_OF_RESULTS = tuple("seed world point quantity mean low high median sd worlds".split())
"""Names that labelled changes cannot have."""
_SWITCH_WORDS: dict[Any, bool] = {
    **dict.fromkeys(("on", "true", "yes", True), True),
    **dict.fromkeys(("off", "false", "no", False), False),
}
_DAY = re.compile(r"^(\d{4}-\d{2})-\d{2}(?:[T ].*)?$")
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
        Plain values, or values by the label that they have in the table.

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
    settings = parse_settings(scenario, key, values)
    cells = [setting.cell for setting in settings]
    for cell in dict.fromkeys(cells):
        if cells.count(cell) > 1:
            advice = (
                "give each value only once."
                if key not in SPECIAL_KEYS
                else f'give them labels, such as {{"{key}": {{"one": …, "another": …}}}}.'
            )
            raise BadInput(f"{key} has {cell!r} twice; {advice}")
    return settings


def parse_settings(scenario: Scenario, key: Any, values: Any) -> list[Setting]:
    """Return one setting for each value given, checked, also where two have the same cell."""
    if not isinstance(key, str):
        raise BadInput(f"the key {key!r} of a sweep is no text; scenario.keys() lists the keys.")
    if key in COLUMNS_OF_RESULTS:
        instead = f"; give {key}= to the sweep itself" if key in ("seed", "worlds") else ""
        raise BadInput(
            f"the key {key!r} of a sweep would have the name of a column of its results{instead};"
            " call labelled changes by another name."
        )
    given: list[tuple[str | None, Any]]
    is_one_fork = key == "fork" and isinstance(values, Mapping) and "at" in values
    if isinstance(values, Mapping) and not is_one_fork:
        given = [(str(plain_value(label)), value) for label, value in values.items()]
    else:
        listed = [dict(values)] if is_one_fork else plain_values(values)
        given = [(_fork_label(value) if key == "fork" else None, value) for value in listed]
    if not given:
        raise BadInput(f"{key} has no value; give at least one.")
    settings = [_setting(scenario, key, label, value) for label, value in given]
    for setting in settings:
        try:
            setting.change(scenario)
        except BadInput as error:
            raise BadInput(f"{key} = {setting.cell!r}: {error}") from None
    return settings


def _fork_label(value: Any) -> str:
    if is_missing(value):
        return "none"
    _require_fork(value)
    others = ", ".join(f"{name} {_part_text(part)}" for name, part in value.items() if name != "at")
    return f"{plain_value(value.get('at'))}: {others}"


def _part_text(part: Any) -> str:
    if isinstance(part, Mapping):
        return ", ".join(f"{key} = {plain_value(value)}" for key, value in part.items())
    return ", ".join(map(str, part)) if isinstance(part, list | tuple) else str(part)


def _require_fork(value: Any) -> None:
    if not isinstance(value, Mapping):
        raise BadInput(
            f"the fork {value!r} is no mapping; give what Scenario.fork takes, such as"
            ' {"at": "1998-10", "force": "president.dies"}, or None for no fork.'
        )


def _setting(scenario: Scenario, key: str, label: str | None, value: Any) -> Setting:
    """Return the setting of one value; a label is given where values are named."""
    word, _, subject = key.partition(" ")
    if key == "scenario":
        chosen = value if isinstance(value, Scenario) else load(value)
        return Setting(label or chosen.name, lambda _: chosen)
    if key == "rules":
        rules = _schedule(value)
        spoken = value if isinstance(value, str) else "own rules"
        return Setting(label or spoken, lambda base: base.with_rules(rules))
    if key == "fork":
        if is_missing(value):
            return Setting(str(label), lambda base: base)
        _require_fork(value)
        return Setting(str(label), lambda base: ForkedArm(fork=[dict(value)]).apply_to(base))
    if isinstance(value, Mapping):
        return Setting(str(label), _arm_change(key, value))
    table = key_table(scenario)
    is_act = word in ACTIONS and bool(subject)
    if not is_act and key not in table.index and key not in mechanism_groups():
        raise unknown_name_error(
            "key",
            key,
            [*table.index, *SPECIAL_KEYS],
            "a sweep",
            "`scenario.keys()` lists the keys; `scenario`, `rules`, `fork` and acts such as"
            " `force president.dies` can be swept too, and any other name by labelled changes.",
        )
    value = plain_value(value)
    if value is not None and not isinstance(value, str | int | float | complex | bytes):
        raise BadInput(
            f"{key} has the value {value!r} (of type {type(value).__name__}); give single numbers,"
            " texts, dates, or True and False."
        )
    if key in mechanism_groups() or key in scenario_switches(scenario):
        return _switch(scenario, key, label, value)
    if is_act and is_missing(value):
        return Setting(label or "none", lambda base: base)
    if isinstance(value, str) and (is_act or key.endswith(".date")):
        value = _DAY.sub(r"\1", value.strip())
    if is_act:
        return Setting(label or value, lambda base: base.intervene(value, **{word: [subject]}))
    return Setting(label or value, lambda base: base.change({key: value}))


def is_missing(value: Any) -> bool:
    """Return whether a cell is empty: None, or what pandas has for it.

    Examples
    --------
    >>> is_missing(None), is_missing(float("nan")), is_missing(pd.NA), is_missing(0)
    (True, True, True, False)
    """
    return value is None or value is pd.NA or (isinstance(value, float) and value != value)


def _schedule(value: Any) -> Schedule:
    if isinstance(value, Schedule):
        return value
    if not isinstance(value, str):
        raise BadInput(
            f'the rules {value!r} are no name and no Schedule; give "main", the name of a rival'
            f" ({', '.join(RIVALS)}), or a Schedule."
        )
    spoken = value.strip().lower()
    return SCHEDULE if spoken == "main" else rules_called(spoken)


def scenario_switches(scenario: Scenario) -> set[str]:
    """Return the keys of a scenario that are on or off: mechanisms, shocks and instruments."""
    table = key_table(scenario)
    return set(table.index[(table["unit"] == "on/off") | (table["kind"] == "mechanism")])


def _switch(scenario: Scenario, key: str, label: str | None, value: Any) -> Setting:
    word = value.strip().lower() if isinstance(value, str) else value
    if word is None or word not in _SWITCH_WORDS:
        raise BadInput(f"{key} is {value!r}; it is on or off, give True or False.")
    is_on = _SWITCH_WORDS[word]
    parts = set(mechanism_groups().get(key, [key]))
    if is_on and parts & scenario.disabled_mechanisms:
        raise BadInput(
            f"{key} cannot be swept: the scenario is without it already, and what is switched off"
            " stays off; sweep the scenario that still has it."
        )
    return Setting(label or is_on, lambda base: base if is_on else base.without(key))


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
