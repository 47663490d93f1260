"""What the figures ask of an ensemble, with plain answers where it kept less (no series, no events,
no record).
"""

from typing import Any

import numpy as np
import pandas as pd

from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.figures.base.drawing import NothingToDraw
from poruka.utils.errors import PorukaError

RECORD_COLUMNS = ["id", "date", "figure", "measure", "value", "unit", "fact", "locator"]
ACCESS_ERRORS = (AttributeError, KeyError, ValueError, OSError, PorukaError)


def _get_or_none(ensemble: Any, name: str) -> Any:
    try:
        return getattr(ensemble, name)
    except ACCESS_ERRORS:
        return None


def require_series(ensemble: Any) -> Any:
    """Return the monthly indices, or refuse in words."""
    found = _get_or_none(ensemble, "series")
    if found is None or not len(getattr(found, "data_vars", ())):
        raise NothingToDraw(
            "this ensemble kept no monthly series; run it with record='series' or 'events'"
        )
    return found


def require_events(ensemble: Any) -> pd.DataFrame:
    """Return the events of all worlds, or refuse in words."""
    found = _get_or_none(ensemble, "events")
    if found is None:
        raise NothingToDraw("this ensemble kept no events; run it with record='events'")
    return found


def observed_record(ensemble: Any) -> pd.DataFrame:
    """Return the dated facts the country is scored against; empty where there are none."""
    found = _get_or_none(ensemble, "observed_record")
    if found is None or isinstance(found, str):
        found = []
    table = (
        found
        if isinstance(found, pd.DataFrame)
        else pd.DataFrame([getattr(row, "__dict__", row) for row in found])
    )
    return table.reindex(columns=RECORD_COLUMNS).astype({"measure": str})


def require_score(ensemble: Any) -> pd.DataFrame:
    """Return the score table, or refuse in words."""
    known = len(observed_record(ensemble)) > 0
    try:
        found = ensemble.score()
    except ACCESS_ERRORS as reason:
        if known:
            raise NothingToDraw(
                f"the record could not be compared with this run ({str(reason).rstrip('.')})"
            ) from None
        found = None
    if found is None or not len(found):
        raise NothingToDraw(
            "none of the record's figures can be measured in this run"
            if known
            else "there is no record to compare this country with"
        )
    return found


def world_count(ensemble: Any) -> int:
    """Return how many worlds were played to their end."""
    return len(ensemble.outcomes)


def parse_months(dates: Any) -> pd.Series:
    """Return dates of any length ("1994", "1994-03", "1994-03-07") as the month they fall in; what
    has none is NaT.
    """
    text = pd.Series(dates, dtype="object").astype("string").str.slice(0, 7)
    return pd.to_datetime(text, format="mixed", errors="coerce").dt.as_unit("ns")


def half_year_starts(dates: Any) -> pd.Series:
    """Return the first day of the half-year each date falls in."""
    dates = pd.Series(pd.to_datetime(pd.Series(dates)))
    return pd.to_datetime(
        {"year": dates.dt.year, "month": np.where(dates.dt.month <= 6, 1, 7), "day": 1}
    )


def start_month(ensemble: Any) -> pd.Timestamp:
    """Return the month a scenario starts in."""
    return pd.Timestamp(str(ensemble.scenario.start_date))


def date_from_offset(ensemble: Any, offset: float) -> pd.Timestamp:
    """Return the month that lies so many months after the start."""
    return start_month(ensemble) + pd.DateOffset(months=int(offset))


def last_month(ensemble: Any) -> pd.Timestamp:
    """Return the last month that was played, which may come before the scenario's last."""
    count = getattr(ensemble, "months", None) or getattr(ensemble.scenario, "months", None)
    return (
        date_from_offset(ensemble, count - 1)
        if count
        else pd.Timestamp(require_series(ensemble)["month"].to_numpy()[-1])
    )


def thin_ensemble(ensemble: Any) -> Any:
    """Return an ensemble, or as many worlds of a large stored run as fit into memory with all their
    months and events.
    """
    return ensemble.thinned() if hasattr(ensemble, "thinned") else ensemble


def choose_typical_world(ensemble: Any) -> int:
    """Return the world whose indices stay closest to the medians, among those with the most
    frequent outcome.
    """
    ensemble = thin_ensemble(ensemble)
    outcomes = ensemble.outcomes
    mode = outcomes["outcome"].value_counts().index[0]
    among = outcomes.loc[outcomes["outcome"] == mode, "world"].to_numpy()
    try:
        data = require_series(ensemble)
    except NothingToDraw:
        return int(among[0])
    numbers = data["world"].to_numpy()
    distance = np.zeros(len(numbers))
    for name in (name for name in INDEX_DESCRIPTIONS if name in data):
        values = data[name].transpose("world", "month").to_numpy()
        distance += np.abs(
            (values - np.median(values, axis=0)) / max(float(values.std()), 1e-9)
        ).mean(axis=1)
    kept = np.isin(numbers, among)
    return int(numbers[kept][distance[kept].argmin()]) if kept.any() else int(among[0])
