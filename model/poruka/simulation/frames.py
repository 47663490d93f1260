"""Tables of results: events with names instead of codes, series with dates."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from poruka.engine import codes
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.scenario.scenario import Scenario


def _codes_to_labels(values: np.ndarray, labels: list[str]) -> pd.Categorical:
    """Return codes as names; -1 is the empty name."""
    categories = list(dict.fromkeys(["", *labels]))
    positions = {label: i for i, label in enumerate(categories)}
    lookup = np.array([positions[label] for label in labels] + [0])
    return pd.Categorical.from_codes(lookup[np.where(values < 0, len(labels), values)], categories)


def _codes_to_actors(values: np.ndarray) -> pd.Categorical:
    unique, inverse = np.unique(values, return_inverse=True)
    labels = [codes.actor_label(int(code)) for code in unique]
    categories = list(dict.fromkeys(labels))
    positions = {label: i for i, label in enumerate(categories)}
    lookup = np.array([positions[label] for label in labels], dtype=np.int64)
    return pd.Categorical.from_codes(lookup[inverse] if len(unique) else [], categories)


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
            "kind": _codes_to_labels(raw["kind"], list(codes.EVENT_KINDS)),
            "rule": _codes_to_labels(raw["rule"], list(scenario.rules.ids)),
            "instrument": _codes_to_labels(
                raw["instrument"], [instrument.id for instrument in scenario.instruments]
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
    import xarray as xr  # slow to load, and not needed by a worker that only writes tables

    months = month_dates(scenario, values.shape[1])
    data = {
        name: (("world", "month"), values[:, :, i], {"formula": INDEX_DESCRIPTIONS[name]})
        for i, name in enumerate(indices)
    }
    return xr.Dataset(data, coords={"world": np.asarray(worlds), "month": months})
