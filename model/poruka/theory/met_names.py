"""Explains names met in events, keys and quantities: actors, shocks, quantities, labels of fields.

They belong to no list of their own: a label of a field or of an instrument, a row of a table
(``oligarch 13``), a shock of a scenario, a quantity such as ``count_I19``.
"""

import re
from collections.abc import Callable
from functools import cache

from poruka.engine.codes import (
    CRISES,
    EVENT_KINDS,
    EXTERNAL_VARIABLES,
    POSTS,
    REASON_QUANTITIES,
    SPHERES,
)
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.engine.parameters import parameters, start_values
from poruka.engine.state import fields, tables
from poruka.rivals import RIVALS
from poruka.rules.instruments import instruments
from poruka.scenario.file import list_scenario_files
from poruka.scenario.interventions import FORCED_EVENT_CODES, HEIR_ROLES
from poruka.scenario.scenario import Scenario, load
from poruka.simulation.event_explanation import REASON_UNITS
from poruka.theory.reader_names import reader_names
from poruka.utils.errors import PorukaError
from poruka.utils.labels import FIELD_LABELS, INDEX_LABELS, UNIT_LABELS, format_label
from poruka.utils.shipped_files import shipped_places

_COUNTED = re.compile(r"(count|any|value|first)_(\w+)")
_MEASURES = {
    "count": "how often it happens in a world",
    "any": "whether it happens in a world (1) or not (0)",
    "value": "highest value among its events in a world",
    "first": "month in which it first happens, counted from the start",
}
_ROW = re.compile(r"([a-z_ ]+?) (\d+)")
_QUANTITIES = {
    "passed_on": "whether the first change of ruler was agreed: heir or pact",
    "broken": "whether the first change of ruler was forced: revolution, palace coup or ethnic war",
    "fall_of_control": "highest control less control in the last month",
    "trough_month": "month of the lowest output, counted from the start",
}
_STANDINGS = {
    "stated": "the text says it",
    "operationalised": "the text says it, and how it is measured or reckoned is ours",
    "assumption": "the text does not say it; it is ours",
}
_SHOWN = 6
_PARTS = {
    "": "an event from outside that the scenario gives a date; True and False switch it",
    ".date": "month in which it comes",
    ".value": "what it adds, or the level that it sets",
}


def explain_met_name(name: str) -> str | None:
    """Return the explanation of a name met in events, keys, quantities or labels, or None.

    Examples
    --------
    >>> explain_met_name("oligarch 13")
    'actor oligarch 13: one of the oligarchs, whose rows are counted from 0'
    >>> explain_met_name("count_I19")[:62]
    'quantity count_I19: how often it happens in a world; I19 is te'
    >>> explain_met_name("demand for order")[:38]
    'index order_demand (demand for order):'
    """
    wanted = name.strip().lower().removeprefix("the ")
    kinds: tuple[Callable[[str], list[str]], ...] = (
        _explain_labels,
        _explain_row,
        _explain_quantity,
        _explain_act,
        _explain_word,
        _explain_scenario,
    )
    lines = [line for explain_kind in kinds for line in explain_kind(wanted)]
    return "\n".join(dict.fromkeys(lines)) or None


def labels_of_instruments() -> dict[str, str]:
    """Return the id of every instrument by its label in small letters.

    Examples
    --------
    >>> labels_of_instruments()["prohibitive signature requirement"]
    'I01'
    """
    return {instrument.label.lower(): instrument.id for instrument in instruments()}


def _explain_labels(wanted: str) -> list[str]:
    lines = [
        f"index {code} ({label}): {INDEX_DESCRIPTIONS[code]}"
        for code, label in INDEX_LABELS.items()
        if wanted == label.lower() and code in INDEX_DESCRIPTIONS
    ]
    for key, field in fields().items():
        code = key.rpartition(".")[2]
        if wanted in (code, format_label(code, "field").lower()):
            lines.append(f"field {key}: {field.meaning}")
    numbers = {**parameters(), **{f"start.{key}": one for key, one in start_values().items()}}
    for key, number in numbers.items():
        code = key.rpartition(".")[2]
        if code in FIELD_LABELS and wanted in (code, FIELD_LABELS[code].lower()):
            lines.append(f"number {key}: {number.meaning}")
    for family, codes, what in (
        ("sphere", SPHERES, "one of the spheres out of which a threat to the ruler can grow"),
        ("post", POSTS, "a post that a member of the elite can hold"),
        ("crisis", CRISES, "what set off a crisis of the regime, or that there is none"),
    ):
        for code in codes:
            label = format_label(code, family)
            if wanted in (code, label.lower()):
                lines.append(f"{family} {code} ({label}): {what}")
    return lines


def _explain_row(wanted: str) -> list[str]:
    match = _ROW.fullmatch(wanted)
    lines = []
    for table in tables().values():
        row = table.row_name.replace("_", " ")
        if wanted in (table.name, row, format_label(table.name, "table").lower()):
            lines.append(f"table {table.name}: {table.meaning}")
        elif match and match[1] == row and table.size != 1:
            is_known = table.name == "outsides" and int(match[2]) < len(EXTERNAL_VARIABLES)
            which = f", {format_label(EXTERNAL_VARIABLES[int(match[2])])}" if is_known else ""
            lines.append(
                f"actor {wanted}{which}: one of the {table.name}, whose rows are counted from 0"
            )
    return lines


def _explain_quantity(wanted: str) -> list[str]:
    if wanted in _QUANTITIES:
        return [f"quantity {wanted}: {_QUANTITIES[wanted]}"]
    if match := re.fullmatch(r"group_([123])", wanted):
        meaning = reader_names()["group"][match[1]]
        return [f"quantity {wanted}: whether a world ends in group {match[1]}: {meaning}"]
    if match := re.fullmatch(r"fork_(\d+)_month", wanted):
        return [f"column {wanted}: month in which fork {match[1]} branched, counted from the start"]
    if match := re.fullmatch(r"mean (\w+) (\S+)\.\.(\S+)", wanted):
        meaning = INDEX_DESCRIPTIONS.get(match[1], "")
        return [f"quantity {wanted}: mean of {match[1]} ({meaning}) from {match[2]} to {match[3]}"]
    match = _COUNTED.fullmatch(wanted)
    if match is None:
        return []
    acts = {instrument.id: instrument.label for instrument in instruments()}
    measure, event = _MEASURES[match[1]], match[2]
    if event in EVENT_KINDS:
        meaning = reader_names()["event"][event]
        return [f"quantity {wanted}: {measure}; {format_label(event, 'event')} is: {meaning}"]
    if event.upper() in acts:
        id = event.upper()
        return [f"quantity {match[1]}_{id}: {measure}; {id} is {acts[id]}"]
    return []


def _explain_act(wanted: str) -> list[str]:
    word, _, subject = wanted.rpartition(" ")
    acts = {
        **dict(zip(FORCED_EVENT_CODES, ("the ruler dies", "the ruler falls ill"), strict=True)),
        **{f"heir.{role}": f"the ruler names him: {format_label(role)}" for role in HEIR_ROLES},
    }
    if word in ("", "force") and subject in acts:
        return [f"act from outside {subject}: {acts[subject]} (with `force`)"]
    return []


def _explain_word(wanted: str) -> list[str]:
    lines = [
        f"unit {unit}: {label}"
        for unit, label in UNIT_LABELS.items()
        if wanted in (unit, label.lower())
    ]
    if wanted in _STANDINGS:
        lines.append(f"standing {wanted}: {_STANDINGS[wanted]}")
    if wanted in (*(reason.replace("_", " ") for reason in REASON_QUANTITIES), *REASON_QUANTITIES):
        code = wanted.replace(" ", "_")
        unit = f" ({REASON_UNITS[code]})" if code in REASON_UNITS else ""
        lines.append(
            f"number {code}: one of those that decide an event, as `poruka why` shows{unit}"
        )
    if wanted == "main" or wanted.replace("-", " ") in RIVALS:
        which = "the rules of the package" if wanted == "main" else "a rival account"
        lines.append(f"rules {wanted}: {which}; `--rules` and the key `rules` of a sweep take it")
    return lines


def _explain_scenario(wanted: str) -> list[str]:
    lines: list[str] = []
    places: dict[str, list[str]] = {}
    for name, scenario in _shipped_scenarios().items():
        if wanted == name.lower():
            lines.append(f"scenario {name}: {scenario.title}; `poruka keys {name}` lists its keys")
    id, part = wanted.removeprefix("shocks."), ""
    for suffix in (".date", ".value"):
        if id.endswith(suffix):
            id, part = id.removesuffix(suffix), suffix
    for name, scenario in _shipped_scenarios().items():
        for shock in scenario.file.shocks:
            if shock.id.lower() == id:
                places.setdefault(f"{shock.date}: {shock.fact or shock.id}", []).append(name)
    if places:
        lines.append(f"shock shocks.{id}{part}: {_PARTS[part]}")
    for what, names in places.items():
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        lines.append(f"  {what} (in {', '.join(names[:_SHOWN])}{more})")
    return lines


@cache
def _shipped_scenarios() -> dict[str, Scenario]:
    found: dict[str, Scenario] = {}
    for folder in shipped_places("scenarios"):
        for path in list_scenario_files(folder):
            try:
                found.setdefault(path.stem, load(path))
            except PorukaError:
                continue  # `poruka check` says what is wrong with it
    return found
