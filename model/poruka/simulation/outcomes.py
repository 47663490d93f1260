"""Outcomes: one row per world, with how its ruler left office and Furman's group of countries."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.engine import codes
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.engine.record_kinds import Exit
from poruka.engine.state import tables
from poruka.simulation.country_groups import CountryGroup
from poruka.utils.statistics import wilson_interval

_MONTH_COLUMNS = (
    "exit_month",
    "first_dissolution",
    "first_defection",
    "first_election_month",
    "second_election_month",
)


def furman_group(rotations: int, last_exit_by_force: bool, closed: bool) -> int:
    """Return the group in Furman's typology of a country whose power changed hands as given.

    1: power rotates under fixed rules (a vote changed the ruler, and another change by vote is
    possible); 2: transitional (power changed by force, or once by vote, after which the new ruler
    closed the way to another); 3: no alternative (the same man, or a successor whom he or his court
    chose).

    Whether the way counts as closed at the end of the run is told by :mod:`poruka.rules.indices`.

    Examples
    --------
    >>> furman_group(0, False, True), furman_group(1, False, True), furman_group(2, False, False)
    (3, 2, 1)
    """
    if rotations >= 1:
        return int(CountryGroup.TRANSITIONAL if closed else CountryGroup.ROTATION)
    return int(CountryGroup.TRANSITIONAL if last_exit_by_force else CountryGroup.NO_ALTERNATIVE)


def outcome_frame(raw: np.ndarray, months: int, failed: set[int]) -> pd.DataFrame:
    """Return the outcomes of worlds as a table.

    Parameters
    ----------
    raw : structured ndarray
        The driver's results for each world.
    months : int
        Length of the run, for means over months.
    failed : set of int
        Worlds that are omitted.

    Returns
    -------
    pandas.DataFrame
        One row per world: world, outcome, exit_month (NaN while he stays), furman_group,
        dissolutions, first_dissolution and other dates in months since the start (NaN when it did
        not happen), apogee and its month, counts, official shares, defections, then ``mean_`` and
        ``end_`` of every index.
    """
    raw = raw[~np.isin(raw["world"], list(failed))] if failed else raw
    frame = pd.DataFrame({"world": raw["world"]})
    frame["outcome"] = [codes.OUTCOMES[code] for code in raw["first_exit"]]
    frame["exit_month"] = raw["first_exit_month"].astype(float)
    ethnic_war = raw["first_exit"] == Exit.ETHNIC_WAR
    by_force = raw["coups"] + raw["revolutions"] + ethnic_war > 0
    frame["furman_group"] = [
        furman_group(int(rotations), bool(force), bool(barred))
        for rotations, force, barred in zip(raw["rotations"], by_force, raw["closed"], strict=True)
    ]
    frame["dissolutions"] = raw["dissolutions"]
    frame["first_dissolution"] = raw["first_dissolution_month"].astype(float)
    frame["apogee"] = raw["apogee"]
    frame["apogee_month"] = raw["apogee_month"]
    for column in (
        "defections",
        "first_defection",
        "defection_waves",
        "largest_wave",
        "instruments_used",
        "defensive_share",
    ):
        frame[column] = raw[column].astype(float) if column == "first_defection" else raw[column]
    not_shown = {"first_exit", "first_exit_month", "first_dissolution_month", "dissolutions"}
    not_shown |= {"closed"}
    for field in tables()["history"].fields:
        if field.name not in not_shown:
            frame[field.name] = (
                raw[field.name].astype(float) if field.name in _MONTH_COLUMNS else raw[field.name]
            )
    # An election that was never held has no official share.
    for before, column in enumerate(("first_election_share", "second_election_share")):
        frame[column] = frame[column].where(raw["elections"] > before)
    frame["last_election_share"] = frame["last_election_share"].where(raw["elections"] > 0)
    frame["first_successor"] = [
        codes.CONTENDERS[code] if code >= 0 else "" for code in raw["first_successor"]
    ]
    frame["first_dissolution_how"] = [
        codes.PARLIAMENT_ENDINGS[code] if dissolutions > 0 else ""
        for code, dissolutions in zip(
            raw["first_dissolution_how"], raw["dissolutions"], strict=True
        )
    ]
    frame["last_house_ended"] = [codes.PARLIAMENT_ENDINGS[code] for code in raw["last_house_ended"]]
    for column in _MONTH_COLUMNS:
        frame[column] = frame[column].where(frame[column] >= 0.0)
    for name in INDEX_DESCRIPTIONS:
        frame[f"mean_{name}"] = raw[f"{name}_sum"] / months
        frame[f"end_{name}"] = raw[f"{name}_end"]
    return frame


def outcome_shares(frame: pd.DataFrame) -> dict[str, Any]:
    """Return the shares of outcomes with Wilson 95 % intervals: ``{outcome: (share, low, high)}``.

    Examples
    --------
    >>> worlds = pd.DataFrame({"outcome": ["incumbent"] * 8 + ["heir"] * 2})
    >>> share, low, high = outcome_shares(worlds)["incumbent"]
    >>> round(share, 2), round(low, 2), round(high, 2)
    (0.8, 0.49, 0.94)
    """
    total = max(1, len(frame))
    counts = {name: int((frame["outcome"] == name).sum()) for name in codes.OUTCOMES}
    return {name: (count / total, *wilson_interval(count, total)) for name, count in counts.items()}
