"""The parameters of the rules: ``data/parameters/`` gives value, unit, range, meaning, source,
standing and tested effect of each.

Rules see them as one immutable NamedTuple of sections (``params.oligarchs.inertia``); ``params.on``
holds the switches of the mechanisms. Start values of a country are declared the same way in
``data/start.toml`` and set by its scenario.
"""

from collections import namedtuple
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from poruka.engine.declarations import Parameter, read_parameters, read_start_values, rival_sections
from poruka.engine.state import read_data_file
from poruka.utils.errors import BadInput, unknown_name_error
from poruka.utils.renamed_names import changed_number


@cache
def parameters() -> dict[str, Parameter]:
    """Return all parameters by key."""
    return read_parameters()


def main_parameters() -> dict[str, Parameter]:
    """Return the parameters of the main rules by key, without those of rival accounts."""
    return parameters_of_rules(())


def parameters_of_rules(ids: Iterable[str]) -> dict[str, Parameter]:
    """Return the parameters that concern a set of rules, by key.

    Those of a rival account are left out where none of its rules is among them.

    Examples
    --------
    >>> "diffusion.swing" in parameters_of_rules(["diffusion.watch"])
    True
    >>> parameters_of_rules(["oligarchs.defect"]) == main_parameters()
    True
    """
    unread = set(rival_sections()) - {id.partition(".")[0] for id in ids}
    return {key: one for key, one in parameters().items() if key.partition(".")[0] not in unread}


@cache
def start_values() -> dict[str, Parameter]:
    """Return all declared start values of a country by key (without the leading ``start.``)."""
    return read_start_values()


class Mechanism(NamedTuple):
    """A mechanism, or a part of one, that can be switched off.

    ``neutral`` says how a world behaves without it.
    """

    id: str
    title: str
    theses: tuple[str, ...]
    neutral: str

    @property
    def switch(self) -> str:
        """The name of its switch in ``params.on``."""
        return self.id.replace(".", "_")


@cache
def mechanisms() -> dict[str, Mechanism]:
    """Return all mechanism parts by id, such as ``M3.defection``."""
    return {
        id: Mechanism(id, title, tuple(theses.split()), neutral)
        for id, (title, theses, neutral) in read_data_file("mechanisms").items()
    }


@cache
def mechanism_groups() -> dict[str, tuple[str, ...]]:
    """Return the parts of each whole mechanism: ``{"M3": ("M3.privatisation", …)}``."""
    groups: dict[str, tuple[str, ...]] = {}
    for id in mechanisms():
        group = id.split(".")[0]
        groups[group] = (*groups.get(group, ()), id)
    return groups


def _section_types(declared: dict[str, Parameter]) -> dict[str, Any]:
    names: dict[str, list[str]] = {}
    for key in declared:
        section, name = key.split(".")
        names.setdefault(section, []).append(name)
    return {
        section: namedtuple(section.title().replace("_", ""), keys)
        for section, keys in names.items()
    }


@cache
def _parameter_types() -> tuple[Any, dict[str, Any], Any]:
    sections = _section_types(parameters())
    make_type: Any = namedtuple
    switches = make_type("Switches", [mechanism.switch for mechanism in mechanisms().values()])
    return make_type("Parameters", [*sections, "on"]), sections, switches


@cache
def _start_types() -> tuple[Any, dict[str, Any]]:
    sections = _section_types(start_values())
    return namedtuple("Start", list(sections)), sections


SECTION_CAPACITY = 128
"""Numbers for which a record keeps room in every section.

Rules are compiled for the offsets of the sections they name. With equal room for all, a number
added to one section moves no other, and only the rules that read this section compile again.
"""


def as_record(values: Any) -> np.ndarray:
    """Return nested NamedTuples of numbers as one read-only record, as compiled rules take them.

    Examples
    --------
    >>> record = as_record(build_parameters({}, frozenset()))
    >>> bool(record[0].oligarchs.inertia == parameters()["oligarchs.inertia"].value)
    True
    """
    dtype = _record_dtype(tuple((name, getattr(values, name)._fields) for name in values._fields))
    record = np.zeros(1, dtype=dtype)
    for section in values._fields:
        record[section] = tuple(getattr(values, section))
    record = record.view(np.recarray)
    record.flags.writeable = False
    return record


@cache
def _record_dtype(sections: tuple[tuple[str, tuple[str, ...]], ...]) -> np.dtype:
    for section, names in sections:
        if len(names) > SECTION_CAPACITY:
            raise BadInput(
                f"section {section} declares {len(names)} numbers; at most {SECTION_CAPACITY} have"
                " room: give some of them a section of their own."
            )
    number = np.dtype(np.float64)
    room = SECTION_CAPACITY * number.itemsize
    return np.dtype(
        {
            "names": [section for section, _ in sections],
            "formats": [[(name, number) for name in names] for _, names in sections],
            "offsets": [position * room for position in range(len(sections))],
            "itemsize": len(sections) * room,
        }
    )


def _validate_number(
    key: str, value: Any, declared: dict[str, Parameter], kind: str, location: str
) -> float:
    if key not in declared:
        raise unknown_name_error(kind, key, declared, location)
    declaration = declared[key]
    unit, low, high = declaration.unit, declaration.low, declaration.high
    subject = f"{kind} {key}{f' in {location}' if location else ''}"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadInput(
            f"{subject} is {value!r}, a {type(value).__name__};"
            f" give a number between {low:g} and {high:g} ({unit})."
        )
    value = float(value)
    if not low <= value <= high:  # also refuses NaN
        raise BadInput(
            f"{subject} is {value:g}; allowed is {low:g} to {high:g} ({unit}):"
            f" {declaration.meaning}.{_meaning_of_old(key, kind)}"
        )
    return value


def _meaning_of_old(key: str, kind: str) -> str:
    """Return what a number meant in version 0.1 whose value may have been taken from there."""
    changed = changed_number(key) if kind == "parameter" else ""
    return f" {changed[0].upper()}{changed[1:]}." if changed else ""


def validate_parameter(key: str, value: Any, location: str = "") -> float:
    """Return a parameter's value as a float.

    Raises
    ------
    BadInput
        For an unknown key, a value that is no number, or one out of range.
    """
    return _validate_number(key, value, parameters(), "parameter", location)


def validate_start_value(key: str, value: Any, location: str = "") -> float:
    """Return a start value as a float; ``key`` comes without the leading ``start.``.

    Raises
    ------
    BadInput
        For an unknown key, a value that is no number, or one out of range.
    """
    return _validate_number(key, value, start_values(), "start value", location)


def build_parameters(overrides: dict[str, float], disabled_mechanisms: frozenset[str]) -> Any:
    """Return the parameters of a world as an immutable NamedTuple.

    Parameters
    ----------
    overrides : dict
        Values that differ from the defaults, already validated.
    disabled_mechanisms : frozenset of str
        Mechanism parts that are switched off.

    Examples
    --------
    >>> build_parameters({"oligarchs.inertia": 0.5}, frozenset()).oligarchs.inertia
    0.5
    """
    parameters_type, section_types, switches_type = _parameter_types()
    switches = switches_type(*(float(id not in disabled_mechanisms) for id in mechanisms()))
    sections = _build_sections(section_types, overrides, parameters())
    return parameters_type(**sections, on=switches)


def default_numbers(section: str) -> Any:
    """Return the numbers of a section at their declared values, as a rule reads them.

    For examples and tests of single equations.

    Examples
    --------
    >>> bool(default_numbers("oligarchs").hope > 0)
    True
    """
    return getattr(build_parameters({}, frozenset()), section)


def build_start_values(values: dict[str, float]) -> Any:
    """Return the start values of a country as an immutable NamedTuple.

    Those not given take the declared neutral value.
    """
    start_type, section_types = _start_types()
    return start_type(**_build_sections(section_types, values, start_values()))


def _build_sections(
    section_types: dict[str, Any], values: dict[str, float], declared: dict[str, Parameter]
) -> dict[str, Any]:
    sections = {}
    for section, section_type in section_types.items():
        keys = [f"{section}.{name}" for name in section_type._fields]
        sections[section] = section_type(
            *(float(values.get(key, declared[key].value)) for key in keys)
        )
    return sections
