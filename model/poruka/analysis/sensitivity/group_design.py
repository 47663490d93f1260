"""Design of a screening of many numbers: groups, their random moves, and what that costs."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.evaluate import SeededModel
from poruka.utils.errors import BadInput

BLOCKS_DRAWN = 200
"""Blocks whose moves are drawn at once."""

Groups = Mapping[str, Sequence[str]]
"""Group to the names of the numbers in it."""


class NumberRange(NamedTuple):
    """The ends of the range of a number, and where it stands when it is not moved."""

    low: float
    default: float
    high: float


class ScreenedScenario(NamedTuple):
    """A country, or any model, with the ranges of its numbers."""

    model: SeededModel
    ranges: Mapping[str, NumberRange]


def divide_groups(groups: Groups, largest: int) -> dict[str, list[str]]:
    """Return groups of which none has more than ``largest`` members; larger ones are divided.

    Examples
    --------
    >>> divide_groups({"a": ["a1", "a2", "a3"], "b": ["b1"]}, largest=2)
    {'a (1)': ['a1', 'a2'], 'a (2)': ['a3'], 'b': ['b1']}
    """
    divided: dict[str, list[str]] = {}
    for name, members in groups.items():
        parts = -(-len(members) // largest)
        for part, places in enumerate(np.array_split(np.arange(len(members)), parts), start=1):
            label = f"{name} ({part})" if parts > 1 else name
            divided[label] = [members[place] for place in places]
    return divided


def require_groups(groups: Groups, ranges: Mapping[str, NumberRange], blocks: int) -> None:
    """Raise an error if groups do not hold every number once, or are too large for the blocks."""
    members = [name for group in groups.values() for name in group]
    twice = sorted({name for name in members if members.count(name) > 1}) if members else []
    missing = [name for name in ranges if name not in set(members)]
    unknown = [name for name in members if name not in ranges]
    for names, fault in (
        (twice, "in more than one group"),
        (missing, "in no group"),
        (unknown, "in a group, but not among the factors"),
    ):
        if names:
            raise BadInput(
                f"a screening has {', '.join(map(repr, names[:5]))} {fault}; put every number that"
                " is screened into one group."
            )
    largest = max(groups, key=lambda name: len(groups[name]))
    if blocks < 2 * len(groups[largest]):
        raise BadInput(
            f"a screening has {blocks} blocks, too few for the {len(groups[largest])} numbers of"
            f" {largest!r}; give at least {2 * len(groups[largest])} blocks, or smaller groups."
        )


def draw_moves(groups: Groups, blocks: int, seed: int) -> dict[str, np.ndarray]:
    """Return how each block moves the members of each group: down (-1), not (0) or up (1).

    Half of the members are moved, each in a direction of its own, so that members that act against
    each other do not cancel out; the opposite move is simulated too. More blocks leave the first
    ones as they are, so that a screening can be made more precise later.

    Examples
    --------
    >>> draw_moves({"a": ["a1", "a2"]}, blocks=3, seed=1)["a"].shape
    (3, 2)
    """
    parts: dict[str, list[np.ndarray]] = {name: [] for name in groups}
    for first in range(0, blocks, BLOCKS_DRAWN):
        rng = np.random.default_rng([seed, first] if first else seed)
        for name, members in groups.items():
            drawn = rng.choice([-1, 0, 0, 1], size=(BLOCKS_DRAWN, len(members)))
            still = ~drawn.any(axis=1)
            drawn[still, rng.integers(len(members), size=still.sum())] = rng.choice(
                [-1, 1], size=still.sum()
            )
            parts[name].append(drawn)
    return {name: np.concatenate(drawn)[:blocks] for name, drawn in parts.items()}


def build_block_points(
    ranges: Mapping[str, NumberRange],
    groups: Groups,
    moves: Mapping[str, np.ndarray],
    blocks: Sequence[int],
) -> pd.DataFrame:
    """Return the points of some blocks: no move, then each group's move and its opposite."""
    names = list(ranges)
    columns = {name: place for place, name in enumerate(names)}
    low, default, high = (np.array(side) for side in zip(*ranges.values(), strict=True))
    points = np.tile(default, (len(blocks), 1 + 2 * len(groups), 1))
    for index, (name, members) in enumerate(groups.items()):
        places = [columns[member] for member in members]
        for opposite, sign in enumerate((1, -1)):
            move = sign * moves[name][list(blocks)]
            points[:, 1 + 2 * index + opposite, places] = np.select(
                [move > 0, move < 0], [high[places], low[places]], default[places]
            )
    return pd.DataFrame(points.reshape(-1, len(names)), columns=names)


def build_single_moves(
    ranges: Mapping[str, NumberRange], candidates: Sequence[str]
) -> pd.DataFrame:
    """Return the points of the second stage: no move, then each candidate alone up and down."""
    default = {name: limits.default for name, limits in ranges.items()}
    rows = [default]
    for name in candidates:
        rows += [{**default, name: ranges[name].high}, {**default, name: ranges[name].low}]
    return pd.DataFrame(rows)


def count_screening_points(groups: int, blocks: int, candidates: int) -> tuple[int, int]:
    """Return the points of both stages: of one world each, and of all worlds of the second stage.

    Examples
    --------
    >>> count_screening_points(groups=44, blocks=300, candidates=150)
    (26700, 301)
    """
    return blocks * (1 + 2 * groups), 1 + 2 * candidates
