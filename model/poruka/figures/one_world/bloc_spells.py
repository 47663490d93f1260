"""Blocs of one world: when each was founded, who led it, what it pooled, and how it ended."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.engine.codes import CONTENDERS
from poruka.engine.kinds import Current, Stance

END_LABELS = {
    "jailed": "its last leader in prison",
    "exiled": "its last leader abroad",
    "silent": "its last leader gave in",
    "coopted": "its last leader won over by a post",
    "split": "its last leader let back in as a critic",
    "returned": "its last leader with the ruler again",
    "rules": "its leader became ruler",
    "lasts": "still there at the end",
}
"""How a bloc ended, and what a reader sees for it; nobody was left who could have led it on."""
_ENDS_BY_STANCE = {
    Stance.PRISONER: "jailed",
    Stance.EXILE: "exiled",
    Stance.SILENT: "silent",
    Stance.COOPTED: "coopted",
    Stance.CRITIC: "split",
}
MONTH_COLUMNS = ("bloc", "month", "date", "row", "leader", "clan", "members", "means", "threat")


def bloc_months(recording: Any) -> pd.DataFrame:
    """Return the blocs of a world month by month, each from its founding to its end.

    A row of the movements is used anew once its bloc has gone, in the same month at the earliest:
    what tells two blocs of one row apart is the founding that the world has logged.

    Columns bloc (numbered by founding, from 1), month (of the recording), date, row (among the
    movements), leader (an oligarch), clan (his), members (at liberty), means and threat (of its
    leader).
    """
    movements, contenders = recording.tables["movements"], recording.tables["contenders"]
    clans = recording.tables["oligarchs"]["clan"]
    founded = _founding_months(recording)
    spells = []
    for row in range(Current.FIRST_BLOC, movements.shape[1]):
        active = movements["active"][:, row]
        for month in np.flatnonzero(active).tolist():
            is_new = month == 0 or not active[month - 1] or month in founded.get(row, ())
            if is_new:
                spells.append((month, row, [month]))
            else:
                spells[-1][2].append(month)
    lines = []
    for bloc, (_, row, months) in enumerate(sorted(spells), start=1):
        for month in months:
            contender = contenders[month, movements["contender"][month, row]]
            leader = int(contender["person"])
            lines.append(
                (
                    bloc,
                    month,
                    recording.dates[month],
                    row,
                    leader,
                    int(clans[month, leader]),
                    int(movements["members"][month, row]),
                    float(contender["backing"]),
                    float(contender["threat"]),
                )
            )
    return pd.DataFrame(lines, columns=list(MONTH_COLUMNS))


def bloc_table(recording: Any, months: pd.DataFrame) -> pd.DataFrame:
    """Return one line for each bloc of :func:`bloc_months`.

    Columns bloc, row, founded and last (its first and last month in the recording), founder,
    leaders (how many led it one after the other), members and means (the most it had), end (a key
    of ``END_LABELS``).
    """
    rows = []
    for bloc, mine in months.groupby("bloc"):
        leaders = mine["leader"]
        rows.append(
            {
                "bloc": bloc,
                "row": int(mine["row"].iloc[0]),
                "founded": f"{mine['date'].iloc[0]:%Y-%m}",
                "last": f"{mine['date'].iloc[-1]:%Y-%m}",
                "founder": int(leaders.iloc[0]),
                "leaders": int((leaders != leaders.shift()).sum()),
                "members": int(mine["members"].max()),
                "means": float(mine["means"].max()),
                "end": _end_of_bloc(recording, mine.iloc[-1]),
            }
        )
    return pd.DataFrame(rows)


def _founding_months(recording: Any) -> dict[int, set[int]]:
    """Return the months of the recording in which a bloc was founded in each row."""
    events = recording.events[recording.events["kind"] == "movement"]
    founded: dict[int, set[int]] = {}
    for event in events.itertuples():
        row = int(str(event.target).split()[-1])
        founded.setdefault(row, set()).add(int(event.month) - recording.first_month)
    return founded


def _end_of_bloc(recording: Any, last: Any) -> str:
    """Return how a bloc ended, from what became of its leader when he ceased to lead it."""
    month, leader = int(last["month"]), int(last["leader"])
    if month + 1 >= recording.months:
        return "lasts"
    contender = CONTENDERS[int(recording.tables["movements"]["contender"][month, last["row"]])]
    first = recording.first_month + month
    exits = recording.events[
        (recording.events["kind"] == "exit_of_ruler")
        & recording.events["month"].between(first, first + 1)
    ]
    if contender.replace("_", " ") in set(exits["target"].astype(str)):
        return "rules"
    # The bloc ends in the month after he left it, or in the same: before the rule of blocs is
    # applied he may still be an opponent.
    stances = recording.tables["oligarchs"]["stance"][month : month + 2, leader]
    stance = stances[0] if stances[0] != Stance.OPPONENT else stances[1]
    return _ENDS_BY_STANCE.get(Stance(int(stance)), "returned")
