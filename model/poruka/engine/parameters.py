"""Every number of the rules: ``data/parameters.toml`` gives value, unit, range, meaning, source and
tested effect.

Rules see them as one immutable NamedTuple of pages (``params.oligarchs.inertia``); ``params.on``
holds the switches of the mechanisms. Start values of a country are declared the same way in
``data/start.toml`` and filled by its scenario.
"""

from collections import namedtuple
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from poruka.engine.state import read_data_file
from poruka.utils.errors import BadInput, unknown_name_error


class Parameter(NamedTuple):
    """One declared number.

    Attributes
    ----------
    key : str
        ``page.name``.
    value, low, high : float
        Default and the range within which it may be moved.
    unit, meaning, source : str
        ``source`` names theses, or ``assumption``.
    effect : str
        ``quantity + | quantity - | quantity reverses``: what moves which way when the number is
        raised.
    """

    key: str
    value: float
    unit: str
    low: float
    high: float
    meaning: str
    source: str
    effect: str


def _read_declarations(name: str) -> dict[str, Parameter]:
    found = {}
    for page, entries in read_data_file(name).items():
        for key, (value, unit, low, high, meaning, source, effect) in entries.items():
            found[f"{page}.{key}"] = Parameter(
                f"{page}.{key}",
                float(value),
                unit,
                float(low),
                float(high),
                meaning,
                source,
                effect,
            )
    return found


@cache
def parameters() -> dict[str, Parameter]:
    """Return all parameters by key."""
    return _read_declarations("parameters")


@cache
def start_values() -> dict[str, Parameter]:
    """Return all declared start values of a country by key (without the leading ``start.``)."""
    return _read_declarations("start")


class Mechanism(NamedTuple):
    """A mechanism, or a part of one, that can be switched off; ``neutral`` says what a world
    without it does.
    """

    id: str
    title: str
    theses: tuple[str, ...]
    neutral: str

    @property
    def switch(self) -> str:
        return self.id.replace(".", "_")


@cache
def mechanisms() -> dict[str, Mechanism]:
    """Return all mechanism parts by id, such as ``M3.defection``."""
    found = {}
    for id, (title, theses, neutral) in read_data_file("mechanisms").items():
        found[id] = Mechanism(id, title, tuple(theses.split()), neutral)
    return found


@cache
def mechanism_groups() -> dict[str, tuple[str, ...]]:
    """Return the parts of each whole mechanism: ``{"M3": ("M3.privatisation", …)}``."""
    groups: dict[str, tuple[str, ...]] = {}
    for id in mechanisms():
        groups[id.split(".")[0]] = groups.get(id.split(".")[0], ()) + (id,)
    return groups


def _section_types(declared: dict[str, Parameter]) -> dict[str, Any]:
    names: dict[str, list[str]] = {}
    for key in declared:
        page, name = key.split(".")
        names.setdefault(page, []).append(name)
    return {page: namedtuple(page.title().replace("_", ""), keys) for page, keys in names.items()}


@cache
def _parameter_types() -> tuple[Any, dict[str, Any], Any]:
    pages = _section_types(parameters())
    named: Any = namedtuple
    switches = named("Switches", [one.switch for one in mechanisms().values()])
    return named("Parameters", [*pages, "on"]), pages, switches


@cache
def _start_types() -> tuple[Any, dict[str, Any]]:
    pages = _section_types(start_values())
    return namedtuple("Start", list(pages)), pages


def as_record(values: Any) -> np.ndarray:
    """Return nested NamedTuples of numbers as one read-only record: what compiled rules are handed.

    Examples
    --------
    >>> record = as_record(build_parameters({}, frozenset()))
    >>> bool(record[0].oligarchs.inertia == parameters()["oligarchs.inertia"].value)
    True
    """
    pages = [
        (page, [(name, np.float64) for name in getattr(values, page)._fields])
        for page in values._fields
    ]
    record = np.array([tuple(tuple(page) for page in values)], dtype=np.dtype(pages)).view(
        np.recarray
    )
    record.flags.writeable = False
    return record


def _validate_number(
    key: str, value: Any, declared: dict[str, Parameter], kind: str, where: str
) -> float:
    if key not in declared:
        raise unknown_name_error(kind, key, declared, where)
    one = declared[key]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadInput(
            f"{kind} {key}{f' in {where}' if where else ''} is {value!r}, a {type(value).__name__};"
            f" give a number between {one.low:g} and {one.high:g} ({one.unit})."
        )
    value = float(value)
    if not one.low <= value <= one.high:  # also refuses NaN
        raise BadInput(
            f"{kind} {key}{f' in {where}' if where else ''} is {value:g}; "
            f"allowed is {one.low:g} to {one.high:g} ({one.unit}): {one.meaning}."
        )
    return value


def validate_parameter(key: str, value: Any, where: str = "") -> float:
    """Return a parameter's value as a float, or say why it cannot be used."""
    return _validate_number(key, value, parameters(), "parameter", where)


def validate_start_value(key: str, value: Any, where: str = "") -> float:
    """Return a start value as a float, or say why it cannot be used; ``key`` comes without the
    leading ``start.``.
    """
    return _validate_number(key, value, start_values(), "start value", where)


def build_parameters(overrides: dict[str, float], disabled_mechanisms: frozenset[str]) -> Any:
    """Return the immutable parameters of a world.

    Parameters
    ----------
    changes : dict
        Values that differ from the defaults, already checked.
    off : frozenset of str
        Mechanism parts switched off.

    Examples
    --------
    >>> build_parameters({"oligarchs.inertia": 0.5}, frozenset()).oligarchs.inertia
    0.5
    """
    whole, pages, switches = _parameter_types()
    filled = {
        page: kind(
            *(
                float(overrides.get(f"{page}.{name}", parameters()[f"{page}.{name}"].value))
                for name in kind._fields
            )
        )
        for page, kind in pages.items()
    }
    on = switches(*(float(one.id not in disabled_mechanisms) for one in mechanisms().values()))
    return whole(**filled, on=on)


def build_start_values(values: dict[str, float]) -> Any:
    """Return the immutable start of a country; values not given are the declared neutral ones."""
    whole, pages = _start_types()
    return whole(
        **{
            page: kind(
                *(
                    float(values.get(f"{page}.{name}", start_values()[f"{page}.{name}"].value))
                    for name in kind._fields
                )
            )
            for page, kind in pages.items()
        }
    )
