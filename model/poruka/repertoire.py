"""The instruments and the shocks as the tables a world carries: labels stay in the data, numbers go in."""

from typing import Any, NamedTuple

import numpy as np

from . import names
from .state import read_data

MANNERS = {"I07": 1, "I10": 2, "I20": 3}  # ways of acting: after another's example, under a shock, in haste


class Instrument(NamedTuple):
    """One instrument of the ruler as the data declare it."""

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


def instruments() -> list[Instrument]:
    """Return the repertoire in the order of its ids.

    Examples
    --------
    >>> instruments()[0].id, len(instruments())
    ('I01', 73)
    """
    found = []
    for id, entry in read_data("instruments").items():
        if isinstance(entry, dict):
            fixed = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
            found.append(Instrument(id=id, **fixed))
    return found


def _mask(conditions: tuple[str, ...]) -> int:
    return sum(1 << names.CONDITIONS.index(condition) for condition in conditions)


def fill_repertoire(world: Any) -> None:
    """Write the numbers of the repertoire into a world's tables."""
    for place, one in enumerate(instruments()):
        row = world.instruments[place]
        row.verb = names.VERBS.index(one.verb)
        row.strength, row.through = one.strength, names.TOOLS.index(one.through)
        row.needs, row.gives = _mask(one.needs), _mask(one.gives)
        row.cost_citizens, row.cost_elite = one.cost["citizens"], one.cost["elite"]
        row.cost_west, row.cost_minority = one.cost["west"], one.cost["minority"]
        row.lasting = one.lasting
        row.irregular, row.deniable, row.blunt = one.irregular, one.deniable, one.blunt
        row.precedent = names.OUTSIDE.index(one.precedent) if one.precedent else -1
        row.defensive = one.defensive
        row.manner = MANNERS.get(one.id, 4 if one.verb == "modifier" else 0)
        for sphere, fall in one.against.items():
            world.aims[place * len(names.SPHERES) + names.SPHERES.index(sphere)].fall = fall


def fill_shocks(world: Any, shocks: list[tuple[int, str, float, bool]]) -> None:
    """Write dated shocks from abroad into a world's table: month, outside variable, value, whether it is added."""
    for place, (month, variable, value, adds) in enumerate(shocks):
        row = world.shocks[place]
        row.month, row.variable, row.value, row.adds = month, names.OUTSIDE.index(variable), value, adds


def template(world: Any, shocks: list[tuple[int, str, float, bool]]) -> np.ndarray:
    """Return the memory every world of a scenario starts from: declared values, repertoire and shocks."""
    fill_repertoire(world)
    fill_shocks(world, shocks)
    return world.memory.copy()
