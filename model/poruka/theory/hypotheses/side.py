"""A side of a test: one part of a hypothesis in one country, with the scenarios of all its arms."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from poruka.scenario.scenario import Scenario
from poruka.theory.hypotheses.causes import moved_coefficients
from poruka.theory.hypotheses.declaration import (
    Hypothesis,
    HypothesisPart,
    build_arm,
    part_countries,
)
from poruka.theory.hypotheses.links import with_links_off


class Side(NamedTuple):
    """One part of a hypothesis in one country, ready to be played.

    Attributes
    ----------
    name : str
        ``T040.1 kazakhstan``: thesis, number of the part, country.
    low, high, control_low, control_high : Scenario
        Its arms with all links on.
    part : HypothesisPart
        The claim.
    switched_off : callable
        Returns an arm with links off, from the arm, the links and the off-state.
    coefficients : tuple of str
        Moved keys that are coefficients.
    necessity, hedged : bool
        As the hypothesis has them.
    shuffle : int or None
        The seed with which the labels of low and high are permuted world by world: a placebo.
    """

    name: str
    low: Scenario
    high: Scenario
    control_low: Scenario
    control_high: Scenario
    part: HypothesisPart
    switched_off: Callable[[Scenario, tuple[str, ...], str], Scenario]
    coefficients: tuple[str, ...] = ()
    necessity: bool = False
    hedged: bool = False
    shuffle: int | None = None


def build_side(hypothesis: Hypothesis, number: int, country: str) -> Side:
    """Return a side of a hypothesis; parts are numbered from 1."""
    part = hypothesis.part[number - 1]
    return Side(
        f"{hypothesis.thesis}.{number} {country}",
        build_arm(part, country, part.low),
        build_arm(part, country, part.high),
        build_arm(part, country, part.control.low),
        build_arm(part, country, part.control.high),
        part,
        with_links_off,
        moved_coefficients(part.low, part.high),
        hypothesis.necessity,
        hypothesis.hedged,
    )


def sides_of(hypothesis: Hypothesis) -> list[Side]:
    """Return all sides of a hypothesis: each part in each country that claims it."""
    return [
        build_side(hypothesis, number, country)
        for number, part in enumerate(hypothesis.part, start=1)
        for country in part_countries(hypothesis, part)
    ]


def shared_quantities(sides: Iterable[Side]) -> dict[str, set[str]]:
    """Return by the digest of an arm the quantities that any side reads from it.

    An arm that several theses move is then played once for all of them.
    """
    quantities: dict[str, set[str]] = {}
    for side in sides:
        for arm in (side.low, side.high, side.control_low, side.control_high):
            quantities.setdefault(arm.digest, set()).add(side.part.quantity)
    return quantities
