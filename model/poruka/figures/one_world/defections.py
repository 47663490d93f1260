"""Defections of one world: who breaks with the ruler when, and after whom."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.engine.codes import STANCES
from poruka.engine.kinds import Stance

CONTAGION_WINDOW = 24
"""Months within which the defection of one tied to a man counts as an example."""
TIE_KINDS = ("kin", "home", "patron")
"""Ties among the elite, in the order in which one is named where several hold."""
SHUFFLES = 200
"""Times that men are exchanged in the graph of ties, for what chance alone would give."""
OLIGARCH_FIELDS = ("clan", "horde", "titular", "wealth", "regime_made")
DEFECTED_STANCES = (Stance.OPPONENT, Stance.EXILE, Stance.PRISONER)


def defection_table(recording: Any) -> pd.DataFrame:
    """Return the elite of a world with the date of each first defection and whom it follows.

    Columns oligarch, clan, horde, titular, wealth (at his defection, else at the end), regime_made,
    month (of the recording; NaN where he never defects), date, end (stance at the end), after (the
    last of those tied to him to defect in the two years before him; -1 for none), tie (``kin``,
    ``home``, ``patron`` or empty), place (from the top of the figure).

    The table's ``attrs`` hold how many of them follow one tied to them (``tied``), and how many do
    where men are exchanged in the graph of ties: on average (``tied_by_chance``), and in all but
    one in twenty shuffles at most (``tied_by_chance_at_most``).
    """
    oligarchs = recording.tables["oligarchs"]
    defected = np.isin(oligarchs["stance"], DEFECTED_STANCES)
    first_months = np.where(defected.any(axis=0), defected.argmax(axis=0), -1)
    events = recording.events[
        (recording.events["kind"] == "defection")
        & recording.events["month"].between(
            recording.first_month, recording.first_month + recording.months - 1
        )
    ]
    order: dict[int, int] = {}
    for rank, (actor, month) in enumerate(
        zip(events["actor"], events["month"] - recording.first_month, strict=True)
    ):
        row = int(str(actor).split()[-1])
        if row not in order:
            order[row] = rank
            # Who gives in within the month is silent at its end, but has defected all the same.
            first_months[row] = month if first_months[row] < 0 else min(first_months[row], month)
    months = np.where(first_months >= 0, first_months, oligarchs.shape[0] - 1)
    rows = np.arange(oligarchs.shape[1])
    table = pd.DataFrame(
        {"oligarch": rows} | {name: oligarchs[name][months, rows] for name in OLIGARCH_FIELDS}
    )
    table["month"] = np.where(first_months >= 0, first_months, np.nan)
    table["date"] = [
        f"{recording.dates[month]:%Y-%m}" if month >= 0 else "" for month in first_months
    ]
    table["end"] = [STANCES[stance] for stance in oligarchs["stance"][-1]]
    defectors = sorted(
        (int(month), order.get(row, 10**9), row)
        for row, month in enumerate(first_months)
        if month >= 0
    )
    ties = _ties_at_defection(oligarchs, months)
    after, tie = _tied_predecessors(defectors, ties)
    table["after"], table["tie"] = after, tie
    shuffled = _tied_by_chance(defectors, ties)
    table.attrs |= {
        "tied": int((after >= 0).sum()),
        "tied_by_chance": float(shuffled.mean()),
        "tied_by_chance_at_most": float(np.quantile(shuffled, 0.95)),
    }
    display_order = table.sort_values(["horde", "clan", "month", "oligarch"], kind="stable").index
    table["place"] = pd.Series(np.arange(len(table)), index=display_order)
    return table


def _ties_at_defection(oligarchs: np.ndarray, months: np.ndarray) -> np.ndarray:
    """Return the kind of tie between two men in the month in which the first defects; 0 for none.

    Shape (men, men); ties hold both ways, and where several hold the first of the kinds counts.
    """
    count = oligarchs.shape[1]
    ties = np.zeros((count, count), dtype=np.int8)
    for number, kind in reversed(list(enumerate(TIE_KINDS, start=1))):
        for row in range(count):
            others = oligarchs[f"{kind}_tie"][months[row]]
            if others[row] >= 0:
                ties[row, others[row]] = number
            ties[row, np.flatnonzero(others == row)] = number
    return ties


def _tied_predecessors(
    defectors: list[tuple[int, int, int]], ties: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return for each man the last of those tied to him who left before, and the kind of tie."""
    after, tie = np.full(len(ties), -1), np.full(len(ties), "", dtype=object)
    for position, (month, _, row) in enumerate(defectors):
        for earlier, _, predecessor in reversed(defectors[:position]):
            if month - earlier <= CONTAGION_WINDOW and ties[row, predecessor]:
                after[row], tie[row] = predecessor, TIE_KINDS[ties[row, predecessor] - 1]
                break
    return after, tie


def _tied_by_chance(defectors: list[tuple[int, int, int]], ties: np.ndarray) -> np.ndarray:
    """Return how many follow one tied to them where men are exchanged in the graph of ties."""
    draws = np.random.default_rng(1)
    counts = []
    for _ in range(SHUFFLES):
        order = draws.permutation(len(ties))
        counts.append((_tied_predecessors(defectors, ties[np.ix_(order, order)])[0] >= 0).sum())
    return np.array(counts)
