"""Draws of all numbers as rows of a table."""

from typing import NamedTuple

import numpy as np

from poruka.engine.parameters import parameters
from poruka.rules.instrument_numbers import doubtful_cells, draw_instrument_codes
from poruka.scenario.range_draws import draw_from_ranges, uniform_of

IDLE = "idle"
"""A number that nothing reads: what a fit says of it shows what chance alone says."""


class NumberTable:
    """The columns of a table of draws: numbers, codes of doubtful cells, and the idle number.

    A code is held as its place among the two that the coders gave.
    """

    def __init__(self) -> None:
        self.numbers = tuple(parameters())
        self.cells = tuple(doubtful_cells())
        self.keys = (*self.numbers, *self.cells, IDLE)

    def draw_prior(self, count: int, seed: int, first: int = 0) -> np.ndarray:
        """Return draws from the declared ranges, shape (count, columns).

        Examples
        --------
        >>> table = NumberTable()
        >>> bool((table.draw_prior(3, seed=1)[1:] == table.draw_prior(2, seed=1, first=1)).all())
        True
        """
        return np.array([self._draw_one(seed, draw) for draw in range(first, first + count)])

    def _draw_one(self, seed: int, draw: int) -> list[float]:
        drawn = draw_from_ranges(parameters(), {}, seed, draw)
        codes = draw_instrument_codes(lambda key: uniform_of(seed, draw, key))
        places = [float(doubtful_cells()[key].index(codes[key])) for key in self.cells]
        return [*(float(drawn[key]) for key in self.numbers), *places, uniform_of(seed, draw, IDLE)]

    def values(self, row: np.ndarray) -> dict[str, float | str]:
        """Return a row as values by key, as a scenario takes them; the idle number is left out."""
        count = len(self.numbers)
        numbers: dict[str, float | str] = dict(zip(self.numbers, row[:count].tolist(), strict=True))
        places = row[count:-1].astype(int)
        return numbers | {
            key: doubtful_cells()[key][place] for key, place in zip(self.cells, places, strict=True)
        }


class Scaling(NamedTuple):
    """Mean and standard deviation of each column over draws of the prior."""

    mean: np.ndarray
    sd: np.ndarray

    @classmethod
    def over(cls, rows: np.ndarray) -> "Scaling":
        """Return the scaling of a table; a column that never differs has standard deviation 1."""
        sd = rows.std(axis=0)
        return cls(rows.mean(axis=0), np.where(sd > 0.0, sd, 1.0))

    def scaled(self, rows: np.ndarray) -> np.ndarray:
        """Return rows in standard deviations from the mean."""
        return (rows - self.mean) / self.sd
