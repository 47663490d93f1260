"""The two codings of the table of instruments, what follows from them, and how far they agree.

``data/instrument_coding.csv`` keeps, for every cell that at least one of two coders did not leave
at none, both codes and both reasons. Both coded apart by ``docs/instrument_codebook.md``. A cell is
settled by a rule: where the codes are the same, it is that step; where they differ, it is both, so
that the mean of their heights is played at the centre and either of them in a draw.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from poruka.engine.instrument_columns import instrument_columns
from poruka.engine.instrument_steps import BETWEEN, NONE, step_of_rank, step_rank
from poruka.engine.state import DATA_FOLDER

CODING_FILE = "instrument_coding.csv"


class CodedCell(NamedTuple):
    """One cell of the table of instruments as two coders gave it.

    Attributes
    ----------
    instrument, column : str
    first, second : str
        The step each coder gave.
    settled : str
        The step of the table, or both where they differ.
    first_why, second_why : str
        The reasons of the coders, of the cell or of its instrument.
    """

    instrument: str
    column: str
    first: str
    second: str
    settled: str
    first_why: str
    second_why: str

    @property
    def distance(self) -> int:
        """How many steps the two codes lie apart."""
        return abs(step_rank(self.first) - step_rank(self.second))


class Agreement(NamedTuple):
    """How far two coders agree in a column.

    Attributes
    ----------
    column : str
    cells : int
        Instruments coded.
    coded : int
        Of these, cells that at least one coder did not leave at none.
    same, one_apart, more_apart : int
        Of the coded cells: codes that are the same, one step apart, more than one.
    kappa : float
        Linearly weighted kappa over all cells; NaN where both coders gave one step throughout.
    """

    column: str
    cells: int
    coded: int
    same: int
    one_apart: int
    more_apart: int
    kappa: float


@cache
def read_instrument_coding() -> tuple[CodedCell, ...]:
    """Return the coded cells in the order of the file.

    Examples
    --------
    >>> next(cell for cell in read_instrument_coding() if cell.column == "blunt").settled != "none"
    True
    """
    with open(DATA_FOLDER / CODING_FILE, encoding="utf-8", newline="") as file:
        return tuple(CodedCell(**row) for row in csv.DictReader(file, strict=True))


def settle(first: str, second: str) -> str:
    """Return what a cell holds after two codings: the common step, or both in rising order.

    Examples
    --------
    >>> settle("slight", "slight"), settle("strong", "slight"), settle("none", "-slight")
    ('slight', 'slight/strong', '-slight/none')
    """
    ranks = sorted({step_rank(first), step_rank(second)})
    return BETWEEN.join(step_of_rank(rank) for rank in ranks)


def weighted_kappa(first: Sequence[int], second: Sequence[int]) -> float:
    """Return the linearly weighted kappa of two codings in ranks.

    It is 1 less the mean distance of the two codes of a cell, divided by the mean distance of a
    code of the first coder to a code of the second in any other cell or the same (what chance would
    give with the same frequencies). A difference of two steps counts twice one of one step.

    Parameters
    ----------
    first, second : sequence of int
        Ranks of the same cells, in the same order.

    Returns
    -------
    float
        1 for full agreement, 0 for that of chance; NaN where both gave one rank throughout.

    Examples
    --------
    >>> weighted_kappa([0, 1, 2, 3], [0, 1, 2, 3])
    1.0
    >>> round(weighted_kappa([0, 0, 1, 1], [0, 1, 1, 1]), 3)
    0.5
    """
    pairs = list(zip(first, second, strict=True))
    observed = sum(abs(a - b) for a, b in pairs) / len(pairs)
    expected = sum(abs(a - b) for a in first for b in second) / len(pairs) ** 2
    return 1.0 - observed / expected if expected else float("nan")


def measure_agreement(
    coding: Iterable[CodedCell], instruments: Sequence[str]
) -> Mapping[str, Agreement]:
    """Return how far the coders agree, by column; a cell not in the coding counts as none twice.

    Parameters
    ----------
    coding : iterable of CodedCell
    instruments : sequence of str
        Ids of the instruments that were coded.
    """
    by_place = {(cell.instrument, cell.column): cell for cell in coding}
    found = {}
    for column in instrument_columns():
        cells = [by_place.get((id, column)) for id in instruments]
        distances = [cell.distance for cell in cells if cell is not None]
        ranks = [
            (step_rank(cell.first), step_rank(cell.second)) if cell else (step_rank(NONE),) * 2
            for cell in cells
        ]
        found[column] = Agreement(
            column,
            cells=len(cells),
            coded=len(distances),
            same=sum(distance == 0 for distance in distances),
            one_apart=sum(distance == 1 for distance in distances),
            more_apart=sum(distance > 1 for distance in distances),
            kappa=weighted_kappa([a for a, _ in ranks], [b for _, b in ranks]),
        )
    return found
