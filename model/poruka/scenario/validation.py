"""Validation of a scenario file: all errors of structure and contents in one message.

A shock dated before the start is refused, since what holds at the start belongs in
``[start.outside]``; one dated after the end is allowed and never occurs, so that a shorter
scenario can extend a longer one.
"""

import copy
import reprlib
from typing import Any

from pydantic import ValidationError

from poruka.engine import codes
from poruka.engine.parameters import mechanism_groups, mechanisms, validate_parameter
from poruka.rules.instruments import instruments, validate_instrument_number
from poruka.scenario.channel_settings import PREFIX, validate_channel_setting
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
    """Return the validated contents of a file, or raise an error that lists all problems.

    Parameters
    ----------
    raw : dict
        Contents of the file.
    file_name : str
        Its name, for the message.
    model : type
        ``ScenarioFile``, or ``PartialScenarioFile`` for a file that extends another.
    """
    try:
        contents, problems = model.model_validate(raw), []
    except ValidationError as validation_error:
        errors = validation_error.errors(include_url=False)
        problems = [_format_error(error, raw, file_name) for error in errors]
        contents = _drop_invalid_parts(raw, errors)
    problems += _validate_contents(contents, file_name)
    if problems:
        raise BadInput("\n".join(problems))
    return contents


def _validate_instrument_override(key: str, value: Any, location: str) -> None:
    try:
        validate_instrument_number(instruments(), key, value)
    except BadInput as error:
        raise BadInput(f"{location}: {error}") from None


def _drop_invalid_parts(raw: dict[str, Any], errors: Any) -> PartialScenarioFile:
    """Return a file without its invalid parts, so that the rest can still be validated."""
    valid = copy.deepcopy(raw)
    removed: set[tuple[str, int]] = set()
    for error in errors:
        location = error["loc"]
        if location[0] in ("shocks", "fork") and len(location) > 1:
            list_name, index = location[:2]
            if error["type"] == "extra_forbidden" and len(location) == 3:
                valid[list_name][index].pop(location[-1], None)
            else:
                removed.add((list_name, index))
        elif location[0] == "path":
            valid.pop("path", None)
        elif location[0] == "start" and len(location) > 2:
            valid["start"].get(location[1], {}).pop(location[2], None)
        elif len(location) > 1 and isinstance(valid.get(location[0]), dict):
            valid[location[0]].pop(location[1], None)
        else:
            valid.pop(location[0], None)
    for list_name, index in sorted(removed, reverse=True):
        del valid[list_name][index]
    return PartialScenarioFile.model_validate(valid)


def _validate_contents(contents: PartialScenarioFile, file_name: str) -> list[str]:
    """Return the errors in the contents of a file of valid structure, one sentence each."""
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
    for name in ("abroad_until", "record_until"):
        if (date := getattr(contents, name)) is not None:
            attempt(parse_month, date, f"{file_name}: {name}")
    for page, entries in contents.start.items():
        for key, entry in entries.items():
            attempt(
                validate_scenario_start_value,
                f"{page}.{key}",
                entry.value,
                f"{file_name} [start.{page}]",
            )
    for key, override in contents.parameters.items():
        if key.startswith("instruments."):
            attempt(_validate_instrument_override, key, override.value, f"{file_name} [parameters]")
        elif key.startswith(PREFIX):
            attempt(validate_channel_setting, key, override.value)
        else:
            attempt(validate_parameter, key, override.value, f"{file_name} [parameters]")
    for id in contents.mechanisms.off:
        if id not in mechanisms() and id not in mechanism_groups():
            known = [*mechanisms(), *mechanism_groups()]
            error = unknown_name_error("mechanism", id, known, f"{file_name} [mechanisms]")
            problems.append(str(error))
    seen: set[str] = set()
    for shock in contents.shocks:
        where = f"{file_name}: shock {shock.id!r}"
        if shock.id in seen:
            problems.append(f"{where} is given twice; ids are unique, rename one.")
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
    """Return the errors of a shock in a file or a fork, one sentence each; dates excepted."""
    problems = []
    if shock.variable not in codes.EXTERNAL_VARIABLES:
        known = nearest_names(shock.variable, codes.EXTERNAL_VARIABLES) or codes.EXTERNAL_VARIABLES
        problems.append(
            f"{location} writes {shock.variable!r}; shocks are external and write only external"
            f" variables: {', '.join(known)}."
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
    "string_too_short": "write a longer text",
    "string_pattern_mismatch": (
        "give a name of lower-case letters, digits and _, beginning with a letter (an id of a path:"
        " C11; a sign: +, - or 0)"
    ),
    "float_type": "give a number",
    "finite_number": "give a finite number",
    "list_type": "give a list in [ ]",
    "dict_type": "give a table of names and values",
    "model_type": 'give a table such as { value = 0.5, fact = "…", source = "…" }',
}


def _format_error(error: Any, raw: dict[str, Any], file_name: str) -> str:
    """Return one validation error as a sentence: where, what, and what to do."""
    parts = [str(part) for part in error["loc"]]
    model: Any = (
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
            parts[-1], model.model_fields if len(parts) > 1 else ScenarioFile.model_fields
        )
        advice = (
            f"did you mean {' or '.join(map(repr, close))}?"
            if close
            else f"allowed are {', '.join(model.model_fields)}; remove it."
        )
        return f"{file_name}: unknown key {place!r}: {advice}"
    kind = (
        "dict_type"
        if error["type"] == "model_type" and model is MechanismSwitches
        else error["type"]
    )
    advice = _ADVICE_BY_ERROR_TYPE.get(kind, error["msg"][0].lower() + error["msg"][1:])
    return (
        f"{file_name}: {place!r} is"
        f" {'missing' if error['type'] == 'missing' else reprlib.repr(error.get('input'))};"
        f" {advice}."
    )
