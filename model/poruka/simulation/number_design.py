"""How many draws of the numbers are played, and in how many worlds each."""

import re
from typing import Any, NamedTuple

from poruka.scenario.number_draws import PRIOR, NumberDraws, parse_number_draws
from poruka.utils.errors import BadInput

_FORM = re.compile(r"(?P<source>[^:]+)(:(?P<draws>\d{1,5})x(?P<each>\d{1,5}))?")
FEWEST_DRAWS = 2
OWN_DRAWS = "own"
"""Asks for draws from where a scenario draws its own numbers, in as many worlds as the run has."""
NO_DRAWS = "none"
"""Asks for no draws beside a run."""


class NumberDesign(NamedTuple):
    """Draws of the numbers, each played in a few worlds whose luck is their own.

    The few worlds of each draw tell how far worlds of one draw differ by chance, so that this can
    be taken out of how far the draws differ.

    Examples
    --------
    >>> NumberDesign().worlds, str(NumberDesign())
    (500, '100 draws of 5 worlds')
    """

    draws: int = 100
    worlds_each: int = 5
    source: str = PRIOR

    @property
    def worlds(self) -> int:
        """Worlds in all."""
        return self.draws * self.worlds_each

    @property
    def number_draws(self) -> NumberDraws:
        """The draws as a scenario has them."""
        return NumberDraws(self.worlds_each, self.source)

    def __str__(self) -> str:
        return f"{self.draws:,} draws of {self.worlds_each:,} world" + "s" * (self.worlds_each > 1)

    def to_text(self) -> str:
        """Return the design as :func:`parse_number_design` reads it.

        Examples
        --------
        >>> NumberDesign(40, 5).to_text()
        'prior:40x5'
        """
        return f"{self.source}:{self.draws}x{self.worlds_each}"


def own_design(scenario: Any, worlds: int) -> NumberDesign | None:
    """Return draws from where a scenario draws its own numbers; None where it draws none of all.

    Five worlds a draw, about as many in all as the run has, and not more than a hundred draws.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> own_design(load("kazakhstan", numbers="prior"), 200)
    NumberDesign(draws=40, worlds_each=5, source='prior')
    >>> own_design(load("kazakhstan", numbers="declared"), 200)
    """
    draws, usual = scenario.parameter_draws, NumberDesign()
    if not isinstance(draws, NumberDraws):
        return None
    count = min(max(worlds // usual.worlds_each, FEWEST_DRAWS), usual.draws)
    return usual._replace(draws=count, source=draws.source)


def parse_number_design(value: Any) -> NumberDesign | None:
    """Return the design that a text names; None for none.

    Raises
    ------
    BadInput
        For any other value, or fewer than two draws; the message shows the form.

    Examples
    --------
    >>> parse_number_design("prior"), parse_number_design("prior:40x5").worlds
    (NumberDesign(draws=100, worlds_each=5, source='prior'), 200)
    """
    if value is None or isinstance(value, NumberDesign):
        return value
    if isinstance(value, str) and value == NO_DRAWS:
        return None
    match = _FORM.fullmatch(value) if isinstance(value, str) else None
    named = parse_number_draws(match["source"]) if match else None
    if match is None or named is None:
        raise BadInput(
            f"draws are {value!r}; write record, or record:40x5 for forty draws of five worlds"
            " each; prior and prior:40x5 draw from the ranges, none leaves them out."
        )
    if match["draws"] is None:
        return NumberDesign(source=named.source)
    design = NumberDesign(int(match["draws"]), int(match["each"]), named.source)
    if design.draws < FEWEST_DRAWS or design.worlds_each < 1:
        raise BadInput(
            f"draws are {value!r}; give at least {FEWEST_DRAWS} draws of one world, since one draw"
            " does not say how far draws differ."
        )
    return design
