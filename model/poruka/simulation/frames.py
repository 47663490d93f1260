"""From what worlds tell to tables a reader can use: events with words, series with dates."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from poruka.engine import codes as names
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.scenario.scenario import Scenario


def _codes_to_labels(codes: np.ndarray, labels: list[str]) -> pd.Categorical:
    """Return codes as words; -1 is the empty word."""
    categories = list(dict.fromkeys(["", *labels]))
    place = {word: i for i, word in enumerate(categories)}
    lookup = np.array([place[word] for word in labels] + [0])
    return pd.Categorical.from_codes(lookup[np.where(codes < 0, len(labels), codes)], categories)


def _codes_to_actors(codes: np.ndarray) -> pd.Categorical:
    unique, inverse = np.unique(codes, return_inverse=True)
    words = [names.actor_label(int(code)) for code in unique]
    categories = list(dict.fromkeys(words))
    place = {word: i for i, word in enumerate(categories)}
    return pd.Categorical.from_codes(
        np.array([place[word] for word in words], dtype=np.int64)[inverse] if len(unique) else [],
        categories,
    )


def month_dates(scenario: Scenario, count: int) -> np.ndarray:
    """Return the dates of the first months of a scenario."""
    first = np.datetime64(scenario.start_date, "M")
    return (first + np.arange(count)).astype("datetime64[ns]")


def events_frame(raw: np.ndarray, worlds: np.ndarray, scenario: Scenario) -> pd.DataFrame:
    """Return raw events as a table.

    Returns
    -------
    pandas.DataFrame
        Columns world, month (since the start), date (``1993-12``), kind, rule, instrument (an id
        such as ``I19`` or empty), actor, target, value.
    """
    dates = [scenario.date_of(month) for month in range(scenario.months + 1)]
    month = np.clip(raw["month"], 0, scenario.months)
    return pd.DataFrame(
        {
            "world": worlds,
            "month": raw["month"],
            "date": pd.Categorical.from_codes(month, dates, ordered=True).astype(str),
            "kind": _codes_to_labels(raw["kind"], list(names.EVENT_KINDS)),
            "rule": _codes_to_labels(raw["rule"], list(scenario.rules.ids)),
            "instrument": _codes_to_labels(
                raw["instrument"], [one.id for one in scenario.instruments]
            ),
            "actor": _codes_to_actors(raw["actor"]),
            "target": _codes_to_actors(raw["target"]),
            "value": raw["value"],
        }
    )


def series_dataset(
    values: np.ndarray,
    scenario: Scenario,
    worlds: np.ndarray,
    indices: Iterable[str] = tuple(INDEX_DESCRIPTIONS),
) -> Any:
    """Return monthly indices as an xarray Dataset with dimensions world and month.

    Parameters
    ----------
    values : ndarray of float64, shape (worlds, months, indices)
    indices : iterable of str
        Names of the indices in the order of the last axis; all by default.
    """
    import xarray as xr  # slow to load, and a worker that only writes tables has no use for it

    months = month_dates(scenario, values.shape[1])
    data = {
        name: (("world", "month"), values[:, :, i], {"formula": INDEX_DESCRIPTIONS[name]})
        for i, name in enumerate(indices)
    }
    return xr.Dataset(data, coords={"world": np.asarray(worlds), "month": months})
