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

from poruka.engine.state import read_data
from poruka.utils.errors import BadInput, unknown


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


def _read(name: str) -> dict[str, Parameter]:
    found = {}
    for page, entries in read_data(name).items():
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
    return _read("parameters")


@cache
def start_values() -> dict[str, Parameter]:
    """Return all declared start values of a country by key (without the leading ``start.``)."""
    return _read("start")


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
    for id, (title, theses, neutral) in read_data("mechanisms").items():
        found[id] = Mechanism(id, title, tuple(theses.split()), neutral)
    return found


@cache
def mechanism_groups() -> dict[str, tuple[str, ...]]:
    """Return the parts of each whole mechanism: ``{"M3": ("M3.privatisation", …)}``."""
    groups: dict[str, tuple[str, ...]] = {}
    for id in mechanisms():
        groups[id.split(".")[0]] = groups.get(id.split(".")[0], ()) + (id,)
    return groups


def _pages(declared: dict[str, Parameter]) -> dict[str, Any]:
    names: dict[str, list[str]] = {}
    for key in declared:
        page, name = key.split(".")
        names.setdefault(page, []).append(name)
    return {page: namedtuple(page.title().replace("_", ""), keys) for page, keys in names.items()}


@cache
def _parameter_types() -> tuple[Any, dict[str, Any], Any]:
    pages = _pages(parameters())
    named: Any = namedtuple
    switches = named("Switches", [one.switch for one in mechanisms().values()])
    return named("Parameters", [*pages, "on"]), pages, switches


@cache
def _start_types() -> tuple[Any, dict[str, Any]]:
    pages = _pages(start_values())
    return namedtuple("Start", list(pages)), pages


def as_record(values: Any) -> np.ndarray:
    """Return nested NamedTuples of numbers as one read-only record: what compiled rules are handed.

    Examples
    --------
    >>> record = as_record(build({}, frozenset()))
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


def _check(key: str, value: Any, declared: dict[str, Parameter], what: str, where: str) -> float:
    if key not in declared:
        raise unknown(what, key, declared, where)
    one = declared[key]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadInput(
            f"{what} {key}{f' in {where}' if where else ''} is {value!r}, a {type(value).__name__};"
            f" give a number between {one.low:g} and {one.high:g} ({one.unit})."
        )
    value = float(value)
    if not one.low <= value <= one.high:  # also refuses NaN
        raise BadInput(
            f"{what} {key}{f' in {where}' if where else ''} is {value:g}; "
            f"allowed is {one.low:g} to {one.high:g} ({one.unit}): {one.meaning}."
        )
    return value


def check_parameter(key: str, value: Any, where: str = "") -> float:
    """Return a parameter's value as a float, or say why it cannot be used."""
    return _check(key, value, parameters(), "parameter", where)


def check_start(key: str, value: Any, where: str = "") -> float:
    """Return a start value as a float, or say why it cannot be used; ``key`` comes without the
    leading ``start.``.
    """
    return _check(key, value, start_values(), "start value", where)


def build(changes: dict[str, float], off: frozenset[str]) -> Any:
    """Return the immutable parameters of a world.

    Parameters
    ----------
    changes : dict
        Values that differ from the defaults, already checked.
    off : frozenset of str
        Mechanism parts switched off.

    Examples
    --------
    >>> build({"oligarchs.inertia": 0.5}, frozenset()).oligarchs.inertia
    0.5
    """
    whole, pages, switches = _parameter_types()
    filled = {
        page: kind(
            *(
                float(changes.get(f"{page}.{name}", parameters()[f"{page}.{name}"].value))
                for name in kind._fields
            )
        )
        for page, kind in pages.items()
    }
    on = switches(*(float(one.id not in off) for one in mechanisms().values()))
    return whole(**filled, on=on)


def build_start(values: dict[str, float]) -> Any:
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
