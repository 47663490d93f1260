"""What figures read from an ensemble, with errors where something was not recorded."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.figures.base.drawing import NothingToDraw
from poruka.utils.coverage import Coverage, coverage_of
from poruka.utils.errors import PorukaError

BAND_QUANTILES = {"low_90": 0.05, "low_50": 0.25, "median": 0.5, "high_50": 0.75, "high_90": 0.95}
"""Median and edges of the bands that hold 50 % and 90 % of worlds."""
RECORD_COLUMNS = ["id", "date", "figure", "role", "measure", "value", "unit", "fact", "locator"]
ACCESS_ERRORS = (AttributeError, KeyError, ValueError, OSError, PorukaError)


def _get_or_none(ensemble: Any, name: str) -> Any:
    try:
        return getattr(ensemble, name)
    except ACCESS_ERRORS:
        return None


def require_series(ensemble: Any) -> Any:
    """Return the monthly indices, or raise NothingToDraw where none were recorded."""
    require_worlds(ensemble)
    series = _get_or_none(ensemble, "series")
    if series is None or not len(getattr(series, "data_vars", ())):
        raise NothingToDraw(
            "this ensemble recorded no monthly series; run it with record='series' or 'events'"
        )
    return series


def require_events(ensemble: Any) -> pd.DataFrame:
    """Return the events of all worlds, or raise NothingToDraw where none were recorded."""
    require_worlds(ensemble)
    events = _get_or_none(ensemble, "events")
    if events is None:
        raise NothingToDraw("this ensemble recorded no events; run it with record='events'")
    return events


def observed_record(ensemble: Any) -> pd.DataFrame:
    """Return the dated facts the country is scored against; empty without a record."""
    facts = _get_or_none(ensemble, "observed_record")
    if facts is None or isinstance(facts, str):
        facts = []
    table = (
        facts
        if isinstance(facts, pd.DataFrame)
        else pd.DataFrame([getattr(fact, "__dict__", fact) for fact in facts])
    )
    return table.reindex(columns=RECORD_COLUMNS).astype({"measure": str})


def require_score(ensemble: Any) -> Any:
    """Return the score against the observed record, or raise NothingToDraw without one."""
    has_record = len(observed_record(ensemble)) > 0
    try:
        score = ensemble.score()
    except ACCESS_ERRORS as reason:
        if has_record:
            raise NothingToDraw(
                f"the record could not be compared with this run ({str(reason).rstrip('.')})"
            ) from None
        score = None
    if score is None or not len(score.figures):
        raise NothingToDraw(
            "none of the record's figures can be measured in this run"
            if has_record
            else "there is no record to compare this country with"
        )
    return score


def require_worlds(ensemble: Any) -> Coverage:
    """Return how many of the worlds requested there are, or raise NothingToDraw where none is."""
    coverage = coverage_of(ensemble)
    if not coverage.available:
        failed = len(getattr(ensemble, "failures", ()))
        first = f"; the first failure: {ensemble.failures['error'].iloc[0]}" if failed else ""
        raise NothingToDraw(f"no world is left to show: {coverage}{first}")
    return coverage


def world_count(ensemble: Any) -> int:
    """Return how many worlds were completed; see :func:`require_worlds` for how many of how many.

    Raises
    ------
    NothingToDraw
        Where no world was completed.
    """
    return require_worlds(ensemble).available


def parse_months(dates: Any) -> pd.Series:
    """Return the month of dates such as "1994", "1994-03" or "1994-03-07"; NaT without a date."""
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
    """Return the month that lies a number of months after the start."""
    return start_month(ensemble) + pd.DateOffset(months=int(offset))


def last_month(ensemble: Any) -> pd.Timestamp:
    """Return the last simulated month, which may come before the last of the scenario."""
    count = getattr(ensemble, "months", None) or getattr(ensemble.scenario, "months", None)
    return (
        date_from_offset(ensemble, count - 1)
        if count
        else pd.Timestamp(require_series(ensemble)["month"].to_numpy()[-1])
    )


def thin_ensemble(ensemble: Any) -> Any:
    """Return an ensemble, a large stored run thinned to the worlds that fit into memory.

    A selection is measured against the whole run wherever its worlds are counted.
    """
    require_worlds(ensemble)
    return ensemble.thinned() if hasattr(ensemble, "thinned") else ensemble


def choose_typical_world(ensemble: Any) -> int:
    """Return the world with the most frequent outcome whose indices stay closest to the medians."""
    ensemble = thin_ensemble(ensemble)
    outcomes = ensemble.outcomes
    modal_outcome = outcomes["outcome"].value_counts().index[0]
    candidates = outcomes.loc[outcomes["outcome"] == modal_outcome, "world"].to_numpy()
    try:
        series = require_series(ensemble)
    except NothingToDraw:
        return int(candidates[0])
    worlds = series["world"].to_numpy()
    distance = np.zeros(len(worlds))
    for name in (name for name in INDEX_DESCRIPTIONS if name in series):
        values = series[name].transpose("world", "month").to_numpy()
        distance += np.abs(
            (values - np.median(values, axis=0)) / max(float(values.std()), 1e-9)
        ).mean(axis=1)
    is_candidate = np.isin(worlds, candidates)
    return (
        int(worlds[is_candidate][distance[is_candidate].argmin()])
        if is_candidate.any()
        else int(candidates[0])
    )
