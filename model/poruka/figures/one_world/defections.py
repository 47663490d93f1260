"""Defections of one world: who breaks with the ruler when, and after whom."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.engine.codes import STANCES
from poruka.engine.kinds import Stance

CONTAGION_WINDOW = 24
"""Months within which a defection by someone of the same clan or horde counts as an example."""
OLIGARCH_FIELDS = ("clan", "horde", "titular", "stance", "wealth", "regime_made")
DEFECTED_STANCES = (Stance.OPPONENT, Stance.EXILE, Stance.PRISONER)


def defection_table(recording: Any) -> pd.DataFrame:
    """Return the elite of a world with the date of each first defection and whom it follows.

    Columns oligarch, clan, horde, titular, wealth (at his defection, else at the end), regime_made,
    month (of the recording; NaN where he never defects), date, end (stance at the end), after (the
    last of his clan, else of his horde, to defect in the two years before him; -1 for none), tie
    (``clan``, ``horde`` or empty), place (from the top of the figure).
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
        {"oligarch": rows}
        | {name: oligarchs[name][months, rows] for name in OLIGARCH_FIELDS if name != "stance"}
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
    after, tie = np.full(len(rows), -1), np.full(len(rows), "", dtype=object)
    for position, (month, _, row) in enumerate(defectors):
        for kind in ("clan", "horde"):
            predecessors = [
                predecessor
                for predecessor_month, _, predecessor in defectors[:position]
                if month - predecessor_month <= CONTAGION_WINDOW
                and table[kind][predecessor] == table[kind][row]
                and (kind == "clan" or table["titular"][predecessor] == table["titular"][row])
            ]
            if predecessors:
                after[row], tie[row] = predecessors[-1], kind
                break
    table["after"], table["tie"] = after, tie
    display_order = table.sort_values(["horde", "clan", "month", "oligarch"], kind="stable").index
    table["place"] = pd.Series(np.arange(len(table)), index=display_order)
    return table
