"""The steps of the table of instruments and their heights: none, slight, middling, strong.

A cell of the table holds a step (``slight``; with a minus, ``-slight``), or the two steps that two
coders gave it (``none/slight``). A step becomes a number when the tables of a world are built:
``none`` is 0, the heights of the others are the numbers ``steps.*``. Between two steps a cell has
the mean of both heights. A scenario can put a number where the table has a step.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from poruka.engine.parameters import parameters

NONE = "none"
STEPS = (NONE, "slight", "middling", "strong")
"""The steps from nothing to the most that is known."""
BETWEEN = "/"
"""Separates the two steps of a cell on which coders differ."""


class StepHeights(NamedTuple):
    """The height of each step, as a world has them."""

    slight: float
    middling: float
    strong: float


def declared_heights() -> StepHeights:
    """Return the heights of the steps as they are declared.

    Examples
    --------
    >>> declared_heights().strong
    1.0
    """
    return StepHeights(*(parameters()[f"steps.{step}"].value for step in StepHeights._fields))


def step_rank(step: str) -> int:
    """Return a step as a whole number: 0 for none, 3 for strong, below 0 with a minus.

    Raises
    ------
    ValueError
        If it is no step.

    Examples
    --------
    >>> step_rank("none"), step_rank("strong"), step_rank("-slight")
    (0, 3, -1)
    """
    rank = STEPS.index(step.removeprefix("-"))
    if not step.startswith("-"):
        return rank
    if rank == 0:
        raise ValueError(step)
    return -rank


def step_of_rank(rank: int) -> str:
    """Return the step of a whole number, as :func:`step_rank` gives it.

    Examples
    --------
    >>> step_of_rank(0), step_of_rank(2), step_of_rank(-3)
    ('none', 'middling', '-strong')
    """
    return ("-" if rank < 0 else "") + STEPS[abs(rank)]


def possible_steps(cell: str) -> tuple[str, ...]:
    """Return the steps that a cell can have: one, or the two between which its coders differ.

    Examples
    --------
    >>> possible_steps("strong"), possible_steps("none/slight")
    (('strong',), ('none', 'slight'))
    """
    return tuple(cell.split(BETWEEN))


def is_step_text(cell: Any, signed: bool = True) -> bool:
    """Return whether a text names a step, or two different steps in rising order.

    Parameters
    ----------
    cell : Any
    signed : bool
        Whether steps with a minus are allowed.

    Examples
    --------
    >>> [is_step_text(text) for text in ("slight", "-slight/none", "slight/none", "slihgt", 0.5)]
    [True, True, False, False, False]
    >>> is_step_text("-slight", signed=False)
    False
    """
    if not isinstance(cell, str):
        return False
    try:
        ranks = [step_rank(step) for step in possible_steps(cell)]
    except ValueError:
        return False
    rising = len(ranks) == 1 or (len(ranks) == 2 and ranks[0] < ranks[1])
    return rising and (signed or ranks[0] >= 0)


def allowed_steps(signed: bool) -> Iterable[str]:
    """Return the steps that a cell may name."""
    return STEPS if not signed else (*(f"-{step}" for step in STEPS[:0:-1]), *STEPS)


def resolve_cell(cell: float | str, heights: StepHeights) -> float:
    """Return the number of a cell.

    Parameters
    ----------
    cell : float or str
        A number, a step, or two steps.
    heights : StepHeights

    Examples
    --------
    >>> heights = StepHeights(slight=0.25, middling=0.5, strong=1.0)
    >>> resolve_cell("-middling", heights), resolve_cell("none/strong", heights)
    (-0.5, 0.5)
    >>> resolve_cell(0.3, heights)
    0.3
    """
    if not isinstance(cell, str):
        return float(cell)
    ranks = [step_rank(step) for step in possible_steps(cell)]
    numbers = [(-1.0 if rank < 0 else 1.0) * (0.0, *heights)[abs(rank)] for rank in ranks]
    return sum(numbers) / len(numbers)
