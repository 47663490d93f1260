"""The check of a scenario file: every problem of shape and contents said in one message.

A shock dated before the start is refused, since what holds at the start belongs into
``[start.outside]``; one dated after the end is allowed and never strikes, so that a shorter
scenario can extend a longer one.
"""

import copy
import reprlib
from typing import Any

from pydantic import ValidationError

from poruka.engine import codes
from poruka.engine.parameters import mechanism_groups, mechanisms, validate_parameter
from poruka.scenario.schema import (
    ENTRY_MODELS,
    MAX_MONTHS,
    MAX_SHOCK_SIZE,
    Expectation,
    MechanismSwitches,
    PartialScenarioFile,
    ScenarioFile,
    Shock,
    parse_month,
    validate_scenario_start_value,
)
from poruka.utils.errors import BadInput, nearest_names, unknown_name_error


def validate_scenario_data(raw: dict[str, Any], file_name: str, model: Any) -> Any:
    """Return the checked contents of a file; every problem of shape and contents is collected into
    one message.

    Parameters
    ----------
    raw : dict
        What the file holds.
    file : str
        Its name, for the message.
    shape : type
        ``ScenarioFile``, or ``Extension`` for a file still to be laid over another.
    """
    try:
        found, problems = model.model_validate(raw), []
    except ValidationError as error:
        faults = error.errors(include_url=False)
        problems = [_format_error(one, raw, file_name) for one in faults]
        found = _drop_invalid_parts(raw, faults)
    problems += _validate_contents(found, file_name)
    if problems:
        raise BadInput("\n".join(problems))
    return found


def _drop_invalid_parts(raw: dict[str, Any], errors: Any) -> PartialScenarioFile:
    """Return what is left of a file without its ill-shaped parts, so that the rest is still looked
    at.
    """
    kept = copy.deepcopy(raw)
    gone: set[tuple[str, int]] = set()
    for one in errors:
        if one["loc"][0] in ("shocks", "fork") and len(one["loc"]) > 1:
            list_name, place = one["loc"][:2]
            if one["type"] == "extra_forbidden" and len(one["loc"]) == 3:
                kept[list_name][place].pop(one["loc"][-1], None)
            else:
                gone.add((list_name, place))
        elif one["loc"][0] == "path":
            kept.pop("path", None)
        elif one["loc"][0] == "start" and len(one["loc"]) > 2:
            kept["start"].get(one["loc"][1], {}).pop(one["loc"][2], None)
        elif len(one["loc"]) > 1 and isinstance(kept.get(one["loc"][0]), dict):
            kept[one["loc"][0]].pop(one["loc"][1], None)
        else:
            kept.pop(one["loc"][0], None)
    for list_name, place in sorted(gone, reverse=True):
        del kept[list_name][place]
    return PartialScenarioFile.model_validate(kept)


def _validate_contents(contents: PartialScenarioFile, file_name: str) -> list[str]:
    """Return what is wrong with the contents of a file of sound shape, one sentence each."""
    problems: list[str] = []

    def attempt(check: Any, *arguments: Any) -> Any:
        try:
            return check(*arguments)
        except BadInput as error:
            problems.append(str(error))
            return None

    first = (
        attempt(parse_month, contents.start_date, f"{file_name}: start_date")
        if contents.start_date is not None
        else None
    )
    last = (
        attempt(parse_month, contents.end_date, f"{file_name}: end_date")
        if contents.end_date is not None
        else None
    )
    if first is not None and last is not None:
        if last < first:
            problems.append(
                f"{file_name}: end_date {contents.end_date} lies before start_date"
                f" {contents.start_date}; exchange them."
            )
        elif last - first + 1 > MAX_MONTHS:
            problems.append(
                f"{file_name}: the run lasts {last - first + 1} months; at most {MAX_MONTHS} are"
                " allowed, choose a nearer end_date."
            )
    for page, entries in contents.start.items():
        for key, entry in entries.items():
            attempt(
                validate_scenario_start_value,
                f"{page}.{key}",
                entry.value,
                f"{file_name} [start.{page}]",
            )
    for key, override in contents.parameters.items():
        attempt(validate_parameter, key, override.value, f"{file_name} [parameters]")
    for id in contents.mechanisms.off:
        if id not in mechanisms() and id not in mechanism_groups():
            problems.append(
                str(
                    unknown_name_error(
                        "mechanism",
                        id,
                        [*mechanisms(), *mechanism_groups()],
                        f"{file_name} [mechanisms]",
                    )
                )
            )
    seen: set[str] = set()
    for shock in contents.shocks:
        where = f"{file_name}: shock {shock.id!r}"
        if shock.id in seen:
            problems.append(f"{where} stands there twice; ids are unique, rename one.")
        seen.add(shock.id)
        month = attempt(parse_month, shock.date, f"{where} date")
        if month is not None and first is not None and month < first:
            problems.append(
                f"{where} is dated {shock.date}, before the start {contents.start_date}; put what"
                " holds at the start into [start.outside]."
            )
        problems += find_shock_errors(shock, where)
    return problems


def find_shock_errors(shock: Shock, location: str) -> list[str]:
    """Return what is wrong with a shock wherever it stands, one sentence each; dates are looked at
    by whoever knows the calendar.
    """
    problems = []
    if shock.variable not in codes.EXTERNAL_VARIABLES:
        problems.append(
            f"{location} writes {shock.variable!r}; shocks come from outside and write only outside"
            " variables:"
            f" {', '.join(nearest_names(shock.variable, codes.EXTERNAL_VARIABLES) or codes.EXTERNAL_VARIABLES)}."
        )
    if (shock.set is None) == (shock.add is None):
        problems.append(f"{location} needs exactly one of `set` (a level) and `add` (a change).")
    value = shock.set if shock.set is not None else shock.add
    if value is not None and not abs(value) <= MAX_SHOCK_SIZE:
        problems.append(
            f"{location} has the value {value:g}; give a number between -{MAX_SHOCK_SIZE:g} and"
            f" {MAX_SHOCK_SIZE:g}."
        )
    return problems


_ADVICE_BY_ERROR_TYPE = {
    "missing": "every scenario, start value, shock and override must give it",
    "string_type": "give a text in quotes",
    "string_too_short": "write something there",
    "string_pattern_mismatch": (
        "give a name of small letters, digits and _, beginning with a letter (an id of a path: C11;"
        " a sign: +, - or 0)"
    ),
    "float_type": "give a number",
    "finite_number": "give a finite number",
    "list_type": "give a list in [ ]",
    "dict_type": "give a table of names and values",
    "model_type": 'give a table such as { value = 0.5, fact = "…", source = "…" }',
}


def _format_error(error: Any, raw: dict[str, Any], file_name: str) -> str:
    """Turn one finding of the checker into a sentence: where, what, and what to do."""
    parts = [str(part) for part in error["loc"]]
    shape: Any = (
        Expectation
        if parts[:2] == ["path", "expect"] and len(parts) > 2
        else ENTRY_MODELS.get(parts[0], ScenarioFile)
    )
    if parts[0] in ("shocks", "fork") and len(parts) > 1:
        entry = raw[parts[0]][error["loc"][1]]
        name = (
            entry.get("id" if parts[0] == "shocks" else "at") if isinstance(entry, dict) else None
        )
        parts[1] = name if isinstance(name, str) else f"#{error['loc'][1] + 1}"
    place = ".".join(parts)
    if error["type"] == "extra_forbidden":
        close = nearest_names(
            parts[-1], shape.model_fields if len(parts) > 1 else ScenarioFile.model_fields
        )
        todo = (
            f"did you mean {' or '.join(map(repr, close))}?"
            if close
            else f"allowed are {', '.join(shape.model_fields)}; remove it."
        )
        return f"{file_name}: unknown key {place!r}: {todo}"
    kind = (
        "dict_type"
        if error["type"] == "model_type" and shape is MechanismSwitches
        else error["type"]
    )
    advice = _ADVICE_BY_ERROR_TYPE.get(kind, error["msg"][0].lower() + error["msg"][1:])
    return (
        f"{file_name}: {place!r} is"
        f" {'missing' if error['type'] == 'missing' else reprlib.repr(error.get('input'))};"
        f" {advice}."
    )
