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
from poruka.engine.parameters import check_parameter, mechanism_groups, mechanisms
from poruka.scenario.schema import (
    LARGEST_SHOCK,
    LONGEST_MONTHS,
    SHAPES,
    Expectation,
    Extension,
    Mechanisms,
    ScenarioFile,
    Shock,
    check_start_value,
    parse_month,
)
from poruka.utils.errors import BadInput, nearest, unknown


def check(raw: dict[str, Any], file: str, shape: Any) -> Any:
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
        found, problems = shape.model_validate(raw), []
    except ValidationError as error:
        faults = error.errors(include_url=False)
        problems = [_say(one, raw, file) for one in faults]
        found = _sound_part(raw, faults)
    problems += _contents(found, file)
    if problems:
        raise BadInput("\n".join(problems))
    return found


def _sound_part(raw: dict[str, Any], faults: Any) -> Extension:
    """Return what is left of a file without its ill-shaped parts, so that the rest is still looked
    at.
    """
    kept = copy.deepcopy(raw)
    gone: set[tuple[str, int]] = set()
    for one in faults:
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
    return Extension.model_validate(kept)


def _contents(found: Extension, file: str) -> list[str]:
    """Return what is wrong with the contents of a file of sound shape, one sentence each."""
    problems: list[str] = []

    def attempt(check: Any, *arguments: Any) -> Any:
        try:
            return check(*arguments)
        except BadInput as error:
            problems.append(str(error))
            return None

    first = (
        attempt(parse_month, found.start_date, f"{file}: start_date")
        if found.start_date is not None
        else None
    )
    last = (
        attempt(parse_month, found.end_date, f"{file}: end_date")
        if found.end_date is not None
        else None
    )
    if first is not None and last is not None:
        if last < first:
            problems.append(
                f"{file}: end_date {found.end_date} lies before start_date {found.start_date};"
                " exchange them."
            )
        elif last - first + 1 > LONGEST_MONTHS:
            problems.append(
                f"{file}: the run lasts {last - first + 1} months; at most {LONGEST_MONTHS} are"
                " allowed, choose a nearer end_date."
            )
    for page, entries in found.start.items():
        for key, entry in entries.items():
            attempt(check_start_value, f"{page}.{key}", entry.value, f"{file} [start.{page}]")
    for key, override in found.parameters.items():
        attempt(check_parameter, key, override.value, f"{file} [parameters]")
    for id in found.mechanisms.off:
        if id not in mechanisms() and id not in mechanism_groups():
            problems.append(
                str(
                    unknown(
                        "mechanism",
                        id,
                        [*mechanisms(), *mechanism_groups()],
                        f"{file} [mechanisms]",
                    )
                )
            )
    seen: set[str] = set()
    for shock in found.shocks:
        where = f"{file}: shock {shock.id!r}"
        if shock.id in seen:
            problems.append(f"{where} stands there twice; ids are unique, rename one.")
        seen.add(shock.id)
        month = attempt(parse_month, shock.date, f"{where} date")
        if month is not None and first is not None and month < first:
            problems.append(
                f"{where} is dated {shock.date}, before the start {found.start_date}; put what"
                " holds at the start into [start.outside]."
            )
        problems += shock_faults(shock, where)
    return problems


def shock_faults(shock: Shock, where: str) -> list[str]:
    """Return what is wrong with a shock wherever it stands, one sentence each; dates are looked at
    by whoever knows the calendar.
    """
    problems = []
    if shock.variable not in codes.OUTSIDE:
        problems.append(
            f"{where} writes {shock.variable!r}; shocks come from outside and write only outside"
            f" variables: {', '.join(nearest(shock.variable, codes.OUTSIDE) or codes.OUTSIDE)}."
        )
    if (shock.set is None) == (shock.add is None):
        problems.append(f"{where} needs exactly one of `set` (a level) and `add` (a change).")
    value = shock.set if shock.set is not None else shock.add
    if value is not None and not abs(value) <= LARGEST_SHOCK:
        problems.append(
            f"{where} has the value {value:g}; give a number between -{LARGEST_SHOCK:g} and"
            f" {LARGEST_SHOCK:g}."
        )
    return problems


_ADVICE = {
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


def _say(one: Any, raw: dict[str, Any], file: str) -> str:
    """Turn one finding of the checker into a sentence: where, what, and what to do."""
    parts = [str(part) for part in one["loc"]]
    shape: Any = (
        Expectation
        if parts[:2] == ["path", "expect"] and len(parts) > 2
        else SHAPES.get(parts[0], ScenarioFile)
    )
    if parts[0] in ("shocks", "fork") and len(parts) > 1:
        entry = raw[parts[0]][one["loc"][1]]
        name = (
            entry.get("id" if parts[0] == "shocks" else "at") if isinstance(entry, dict) else None
        )
        parts[1] = name if isinstance(name, str) else f"#{one['loc'][1] + 1}"
    place = ".".join(parts)
    if one["type"] == "extra_forbidden":
        close = nearest(
            parts[-1], shape.model_fields if len(parts) > 1 else ScenarioFile.model_fields
        )
        todo = (
            f"did you mean {' or '.join(map(repr, close))}?"
            if close
            else f"allowed are {', '.join(shape.model_fields)}; remove it."
        )
        return f"{file}: unknown key {place!r}: {todo}"
    kind = "dict_type" if one["type"] == "model_type" and shape is Mechanisms else one["type"]
    advice = _ADVICE.get(kind, one["msg"][0].lower() + one["msg"][1:])
    return (
        f"{file}: {place!r} is"
        f" {'missing' if one['type'] == 'missing' else reprlib.repr(one.get('input'))}; {advice}."
    )
