"""Draws of the numbers of a scenario, which say how far they are unknown: from their ranges, or
from what the record leaves of these.

A draw depends on seed, number of the draw and key only: a number has the same value in all
scenarios that draw it, whatever else they change, so that two scenarios of one seed are paired by
seed and draw.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from poruka.engine.parameters import parameters
from poruka.rules.instrument_numbers import doubtful_cells, draw_instrument_codes
from poruka.scenario.range_draws import draw_from_ranges, uniform_of
from poruka.scenario.record_draws import load_draw_table, resolve_draws_name

PRIOR = "prior"
"""Source of draws from the declared ranges."""
DECLARED = "declared"
"""What says that no number is drawn: all are as they are declared, one point for illustration."""
_FORM = re.compile(r"(?P<source>prior|record(-[1-9]\d{0,3})?)(:(?P<each>[1-9]\d{0,5}))?")


@dataclass(frozen=True)
class NumberDraws:
    """The declared numbers drawn, one draw for every few worlds.

    Attributes
    ----------
    worlds_each : int
        Worlds that share a draw: world k has draw k // worlds_each.
    source : str
        ``prior`` for the declared ranges, or the name of a file of draws such as ``record-1``.

    Examples
    --------
    >>> NumberDraws(5).draw_index(seed=1, world=12), str(NumberDraws(5))
    (2, 'prior:5')
    """

    worlds_each: int = 1
    source: str = PRIOR

    def __str__(self) -> str:
        each = f":{self.worlds_each}" if self.worlds_each != 1 else ""
        return f"{self.source}{each}"

    def draw_index(self, seed: int, world: int) -> int:
        """Return the number of a world's draw, which no other seed changes."""
        return world // self.worlds_each

    def without(self, keys: Iterable[str]) -> "NumberDraws":
        """Return the same draws: what a scenario sets itself is left out when they are made."""
        return self

    def apply(self, scenario: Any, seed: int, world: int) -> Any:
        """Return a scenario with the numbers of one world's draw."""
        return _apply_number_draw(scenario, seed, self.draw_index(seed, world))

    def drawn_keys(self, scenario: Any) -> tuple[str, ...]:
        """Return the keys that differ between the draws of a scenario."""
        return tuple(draw_numbers(replace(scenario, parameter_draws=self), 0, 0))

    @property
    def origin(self) -> str:
        """Where the values of a world come from, as a phrase."""
        return "drawn from " + (
            "its range" if self.source == PRIOR else f"the draws {self.source}, set from the record"
        )

    @property
    def source_label(self) -> str:
        """Where the numbers are drawn from, as words after "from"."""
        return "their ranges" if self.source == PRIOR else f"{self.source}, set from the record"

    @property
    def source_words(self) -> str:
        """Where the numbers are drawn from, as words after "from" where the source is named."""
        return "their ranges" if self.source == PRIOR else "what the record leaves of their ranges"

    @cached_property
    def digest(self) -> str:
        """A hash over everything that drawn worlds depend on, the declared ranges included."""
        declared = [
            (key, *number[1:5], number.order, number.dirichlet, number.drawn)
            for key, number in parameters().items()
        ]
        parts = [self.to_dict(), declared, doubtful_cells()]
        if self.source != PRIOR:
            parts.append(load_draw_table(self.source).digest)
        text = json.dumps(parts, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def validate(self) -> None:
        """Refuse draws that do not fit the declared numbers, before anything is played with them.

        Raises
        ------
        BadInput
            Naming the file and the first number that is missing, unknown or out of its range.
        """
        if self.source != PRIOR:
            load_draw_table(self.source)

    def describe(self) -> str:
        """Return what is drawn, and for how many worlds each time, as a phrase."""
        kind = "numbers of the rules, and codes of the instruments on which coders differ,"
        misfit = f" ({self.misfit})" if self.misfit else ""
        return f"{kind} drawn from {self.source_label} for {self.each_label}{misfit}"

    @property
    def misfit(self) -> str:
        """What of the file of draws does not fit the declared numbers, in words, or nothing."""
        return "" if self.source == PRIOR else load_draw_table(self.source).misfit

    @property
    def each_label(self) -> str:
        """How many worlds share a draw, as words after "for"."""
        return "every world" if self.worlds_each == 1 else f"every {self.worlds_each} worlds"

    def to_dict(self) -> dict[str, Any]:
        """Return the draws as plain values, which ``draws_from_dict`` takes."""
        return {"prior": str(self)}


def names_file_of_numbers(text: str) -> bool:
    """Return whether a text names a file of numbers, not the declared ones or a kind of draws.

    Examples
    --------
    >>> names_file_of_numbers("posterior.csv"), names_file_of_numbers("record")
    (True, False)
    """
    return text != DECLARED and _FORM.fullmatch(text) is None


def parse_number_draws(text: Any) -> NumberDraws | None:
    """Return the draws that a text such as ``prior:5`` or ``record`` names; None for anything else.

    ``record`` is the newest file of draws, whose name is then fixed.

    Examples
    --------
    >>> parse_number_draws("prior:5"), parse_number_draws("posterior.csv")
    (NumberDraws(worlds_each=5, source='prior'), None)
    """
    match = _FORM.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    source = match["source"]
    name = source if source == PRIOR else resolve_draws_name(source)
    return NumberDraws(int(match["each"] or 1), name)


def draw_numbers(scenario: Any, seed: int, draw: int) -> dict[str, float | str]:
    """Return one draw of the numbers that a scenario leaves as they are declared, by key.

    A cell of the instruments on which the two coders differ takes either code; the heights of the
    steps are numbers like others. What the scenario's file or a change sets is not drawn, and
    neither are start values.

    Parameters
    ----------
    scenario : Scenario
        Its :class:`NumberDraws` say where from; without any, from the declared ranges.
    seed, draw : int

    Raises
    ------
    BadInput
        Where what the scenario sets leaves no room for the other numbers of a group.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> drawn = draw_numbers(load("kazakhstan"), seed=1, draw=0)
    >>> drawn == draw_numbers(load("kazakhstan"), seed=1, draw=0), drawn["crisis.rounds"] % 1.0
    (True, 0.0)
    """
    fixed: dict[str, Any] = {key: entry.value for key, entry in scenario.file.parameters.items()}
    fixed |= dict(scenario.overrides)
    draws = scenario.parameter_draws
    if isinstance(draws, NumberDraws) and draws.source != PRIOR:
        table = load_draw_table(draws.source)
        drawn = table.values(seed, draw) | fixed
        newer = _draw_from_ranges(drawn, seed, draw) if table.newer else {}
        return newer | {key: value for key, value in drawn.items() if key not in fixed}
    return _draw_from_ranges(fixed, seed, draw)


def _draw_from_ranges(fixed: dict[str, Any], seed: int, draw: int) -> dict[str, float | str]:
    codes = draw_instrument_codes(lambda key: uniform_of(seed, draw, key))
    return {
        **draw_from_ranges(parameters(), fixed, seed, draw),
        **{key: code for key, code in codes.items() if key not in fixed},
    }


@lru_cache(maxsize=256)
def _apply_number_draw(scenario: Any, seed: int, draw: int) -> Any:
    numbers = draw_numbers(scenario, seed, draw)
    drawn = with_valid_numbers(_without_draws(scenario), numbers)
    source = scenario.parameter_draws or PRIOR
    return replace(drawn, one_draw=(str(source), frozenset(numbers)))


@lru_cache(maxsize=16)
def _without_draws(scenario: Any) -> Any:
    return replace(scenario, parameter_draws=None)


def with_valid_numbers(scenario: Any, numbers: dict[str, float | str]) -> Any:
    """Return a scenario with numbers that are known to be valid, without looking at each again.

    Hundreds of drawn numbers a world would otherwise take as long to check as the world to play.
    """
    return replace(scenario, overrides=tuple({**dict(scenario.overrides), **numbers}.items()))
