"""World by world: when control is highest, and whether it crosses that of another country."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.figures.base.ensemble_access import require_series

APOGEE_YEARS = ("1995-01", "1998-12")
"""Years in which the text places the first country's apogee of control."""
MONTHS_IN_LAST_YEAR = 12


def apogee_truths(
    ensemble: Any, apogee_years: tuple[str, str] = APOGEE_YEARS
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the month of each world's apogee, whether it lies in some years, and in the last."""
    apogees = ensemble.outcomes["apogee_month"].to_numpy(dtype=int)
    dates = np.array([ensemble.scenario.date_of(month) for month in apogees], dtype=str)
    in_years = (dates >= apogee_years[0]) & (dates <= apogee_years[1])
    return apogees, in_years, apogees >= ensemble.months - MONTHS_IN_LAST_YEAR


def pairs_that_cross(first_ensemble: Any, second_ensemble: Any, shared_months: Any) -> pd.Series:
    """Return for each pair of worlds, by number, whether control crosses.

    It does when control in the second country is below the first's in the month of the first's own
    apogee and above it in the last shared month.
    """
    first, second = (
        require_series(first_ensemble)["control"],
        require_series(second_ensemble)["control"],
    )
    shared = np.intersect1d(first["world"], second["world"])
    first_control, second_control = (
        control.sel(world=shared, month=shared_months).transpose("world", "month").to_numpy()
        for control in (first, second)
    )
    peaks = first.sel(world=shared).transpose("world", "month").to_numpy().argmax(axis=1)
    start = int(np.searchsorted(first["month"].to_numpy(), shared_months[0]))
    # An apogee before the second country begins counts in the first shared month.
    months = np.clip(peaks - start, 0, first_control.shape[1] - 1)
    rows = np.arange(len(shared))
    crossed = (second_control[rows, months] < first_control[rows, months]) & (
        second_control[:, -1] > first_control[:, -1]
    )
    return pd.Series(crossed, index=shared)
