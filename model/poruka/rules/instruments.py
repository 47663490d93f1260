"""The instruments and the external shocks as the tables of a world.

Labels stay in the data; a world holds numbers only.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from poruka.engine import codes, instrument_codes
from poruka.engine.state import read_data_file
from poruka.utils.errors import BadInput, unknown_name_error

MANNER_CODES = {
    "I07": 1,
    "I10": 2,
    "I20": 3,
}  # ways of acting: after another's example, under a shock, in haste
SHARE_ATTRIBUTES = ("strength", "lasting", "irregular", "deniable", "blunt")
COST_BEARERS = ("citizens", "elite", "west", "minority")


class Instrument(NamedTuple):
    """One instrument of the ruler as the data declare it.

    Attributes
    ----------
    id, label : str
        What the events and the chronicle call it.
    verb : str
        The generic act, one of ``names.VERBS``.
    strength : float
        How far it goes (0-1).
    through : str
        The tool whose obedience decides success, one of ``names.TOOLS``.
    needs, gives : tuple of str
        Conditions before and after, of ``names.CONDITIONS``.
    against : dict
        Share of each sphere's threat it is expected to remove (-1 to 1).
    cost : dict
        Offence to citizens, elite, West and minority (-1 to 1).
    lasting, irregular, deniable, blunt : float
        Whether what it wins stays won; how far it breaks the law; share of blame that falls
        elsewhere; directness (0-1).
    precedent : str
        Outside example that cheapens it, or an empty string.
    defensive : bool
        Whether it answers a threat rather than extends control.
    theses : tuple of str
        What of the text it stands for.
    """

    id: str
    label: str
    verb: str
    strength: float
    through: str
    needs: tuple[str, ...]
    gives: tuple[str, ...]
    against: dict[str, float]
    cost: dict[str, float]
    lasting: float
    irregular: float
    deniable: float
    blunt: float
    precedent: str
    defensive: bool
    theses: tuple[str, ...]


@cache
def _read_instruments() -> tuple[Instrument, ...]:
    found = []
    for id, entry in read_data_file("instruments").items():
        if isinstance(entry, dict):
            fixed = {
                key: tuple(value) if isinstance(value, list) else value
                for key, value in entry.items()
            }
            found.append(Instrument(id=id, **fixed))
    return tuple(found)


def instruments() -> list[Instrument]:
    """Return the repertoire in the order of its ids.

    Examples
    --------
    >>> instruments()[0].id, len(instruments())
    ('I01', 73)
    """
    return list(_read_instruments())


def adjustable_numbers(instrument: Instrument) -> dict[str, tuple[float, float, float]]:
    """Return what of an instrument can be changed: ``{"strength": (value, low, high),
    "against.rival": …}``.

    Examples
    --------
    >>> adjustable_numbers(instruments()[0])["strength"]
    (0.5, 0.0, 1.0)
    """
    found = {key: (float(getattr(instrument, key)), 0.0, 1.0) for key in SHARE_ATTRIBUTES}
    found |= {f"cost.{who}": (float(instrument.cost[who]), -1.0, 1.0) for who in COST_BEARERS}
    return found | {
        f"against.{sphere}": (float(instrument.against.get(sphere, 0.0)), -1.0, 1.0)
        for sphere in codes.SPHERES
    }


def adjust_instrument(instrument: Instrument, overrides: Mapping[str, float]) -> Instrument:
    """Return an instrument with some of its numbers changed; keys are those of
    :func:`adjustable_numbers`.
    """
    for key, value in overrides.items():
        part, _, inner = key.partition(".")
        instrument = instrument._replace(
            **{part: {**getattr(instrument, part), inner: value} if inner else value}
        )
    return instrument


def add_custom_instruments(custom: Iterable[Instrument]) -> tuple[Instrument, ...]:
    """Return the repertoire with instruments of one's own, in place of those of the same id or
    after the others.
    """
    mine = {one.id: one for one in custom}
    known = tuple(mine.pop(one.id, one) for one in instruments())
    return (*known, *mine.values())


def override_instrument_numbers(
    repertoire: Iterable[Instrument], overrides: Iterable[tuple[str, Any]]
) -> tuple[Instrument, ...]:
    """Return a repertoire with the numbers changed that ``("instruments.I54.strength", 0.9)`` and
    the like name.
    """
    changes: dict[str, dict[str, float]] = {}
    for key, value in overrides:
        if key.startswith("instruments."):
            changes.setdefault(key.split(".")[1], {})[key.split(".", 2)[2]] = value
    return tuple(adjust_instrument(one, changes.get(one.id, {})) for one in repertoire)


def validate_instrument_number(repertoire: Iterable[Instrument], key: str, value: Any) -> float:
    """Return a changed number of an instrument, or say why it cannot be used."""
    _, id, part = [*key.split(".", 2), ""][:3]
    known = {one.id: one for one in repertoire}
    if id not in known:
        raise unknown_name_error("instrument", id, known)
    numbers = adjustable_numbers(known[id])
    if part not in numbers:
        raise unknown_name_error(f"number of {id}", part, numbers)
    _, low, high = numbers[part]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise BadInput(f"{key} is {value!r}; give a number between {low:g} and {high:g}.")
    return float(value)


def validate_instrument(candidate: Any) -> Instrument:
    """Return an instrument of one's own if a world can use it, or say what is wrong with it.

    Raises
    ------
    BadInput
        For unknown words or numbers out of range, naming the instrument and what is allowed.
    """
    if not isinstance(candidate, Instrument):
        raise BadInput(
            f"{candidate!r} is no instrument; make one with poruka.Instrument(...), or take one of"
            " instruments() and _replace what differs."
        )
    if not isinstance(candidate.id, str) or not re.fullmatch(r"[A-Z][A-Za-z0-9_]*", candidate.id):
        raise BadInput(
            f"the instrument's id is {candidate.id!r}; a capital and then letters, digits or"
            " underscores, such as X01."
        )
    where = f"instrument {candidate.id}"
    for word, words, what in (
        (candidate.verb, instrument_codes.VERBS, "verb"),
        (candidate.through, instrument_codes.TOOLS, "tool"),
    ):
        if word not in words:
            raise unknown_name_error(what, word, words, where)
    for condition in (*candidate.needs, *candidate.gives):
        if condition not in instrument_codes.CONDITIONS:
            raise unknown_name_error("condition", condition, instrument_codes.CONDITIONS, where)
    for sphere in candidate.against:
        if sphere not in codes.SPHERES:
            raise unknown_name_error("sphere", sphere, codes.SPHERES, where)
    if candidate.precedent and candidate.precedent not in codes.EXTERNAL_VARIABLES:
        raise unknown_name_error(
            "outside variable", candidate.precedent, codes.EXTERNAL_VARIABLES, where
        )
    if set(candidate.cost) != set(COST_BEARERS):
        raise BadInput(
            f"{where}: cost names {', '.join(sorted(candidate.cost))}; give one number for each of"
            f" {', '.join(COST_BEARERS)}."
        )
    for key, (value, low, high) in adjustable_numbers(candidate).items():
        if not low <= value <= high:
            raise BadInput(f"{where}: {key} is {value!r}; it lies between {low:g} and {high:g}.")
    return candidate


def condition_mask(conditions: Iterable[str]) -> int:
    """Return conditions as a world holds them, one bit each."""
    return sum(1 << instrument_codes.CONDITIONS.index(condition) for condition in conditions)


def write_instruments(
    world: Any, repertoire: Iterable[Instrument], forbidden: Iterable[str] = ()
) -> None:
    """Write the numbers of a repertoire into a world's tables."""
    away = set(forbidden)
    for place, one in enumerate(repertoire):
        row = world.instruments[place]
        row.verb = instrument_codes.VERBS.index(one.verb)
        row.strength, row.through = one.strength, instrument_codes.TOOLS.index(one.through)
        row.needs, row.gives = condition_mask(one.needs), condition_mask(one.gives)
        row.cost_citizens, row.cost_elite = one.cost["citizens"], one.cost["elite"]
        row.cost_west, row.cost_minority = one.cost["west"], one.cost["minority"]
        row.lasting = one.lasting
        row.irregular, row.deniable, row.blunt = one.irregular, one.deniable, one.blunt
        row.precedent = codes.EXTERNAL_VARIABLES.index(one.precedent) if one.precedent else -1
        row.defensive = one.defensive
        row.forbidden = one.id in away
        row.manner = MANNER_CODES.get(one.id, 4 if one.verb == "modifier" else 0)
        for sphere, fall in one.against.items():
            world.aims[place * len(codes.SPHERES) + codes.SPHERES.index(sphere)].fall = fall


def write_shocks(world: Any, shocks: list[tuple[int, str, float, bool]]) -> None:
    """Write dated shocks from abroad into a world's table: month, outside variable, value, whether
    it is added.
    """
    for place, (month, variable, value, adds) in enumerate(shocks):
        row = world.shocks[place]
        row.month, row.variable, row.value, row.adds = (
            month,
            codes.EXTERNAL_VARIABLES.index(variable),
            value,
            adds,
        )


def write_interventions(world: Any, interventions: Iterable[tuple[int, int, int]]) -> None:
    """Write what an experimenter asks for into a world's table: month, what, contender or
    instrument meant.
    """
    for row_number, (month, kind, subject) in enumerate(interventions):
        row = world.interventions[row_number]
        row.month, row.kind, row.subject, row.done = month, kind, subject, False


def build_initial_memory(world: Any, scenario: Any) -> np.ndarray:
    """Return the memory every world of a scenario starts from: declared values, repertoire, shocks
    and interventions.
    """
    write_instruments(world, scenario.instruments, scenario.forbidden_instruments)
    write_shocks(world, scenario.shock_table())
    write_interventions(world, scenario.interventions)
    return world.memory.copy()
