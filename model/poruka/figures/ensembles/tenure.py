"""Tenures of rulers, and the share of rulers who last beyond a time."""

import warnings
from typing import Any

import numpy as np
import pandas as pd

from poruka.engine.codes import OUTCOMES
from poruka.figures.base.ensemble_access import last_month, require_events, start_month
from poruka.utils.statistics import wilson_interval


def tenure_table(ensemble: Any) -> pd.DataFrame:
    """Return the tenure of every ruler of every world: first and last month, and how it ended.

    Column ``ruler`` is 1 for the first ruler; a tenure that goes on ends with the run, its ``how``
    is ``incumbent``.
    """
    events = require_events(ensemble)
    exit_events = events[events["kind"] == "exit_of_ruler"].sort_values(
        ["world", "month"], kind="stable"
    )
    last = (
        (last_month(ensemble).year - start_month(ensemble).year) * 12
        + last_month(ensemble).month
        - start_month(ensemble).month
    )
    rows = []
    exits = {
        world: list(zip(world_exits["month"], world_exits["value"], strict=True))
        for world, world_exits in exit_events.groupby("world")
    }
    for world in ensemble.outcomes["world"]:
        first_month = 0
        for number, (month, value) in enumerate([*exits.get(world, []), (None, 0.0)], start=1):
            rows.append(
                (
                    int(world),
                    number,
                    first_month,
                    last if month is None else int(month),
                    OUTCOMES[int(value)],
                )
            )
            first_month = rows[-1][3]
    return pd.DataFrame(rows, columns=["world", "ruler", "from_month", "to_month", "how"])


def kaplan_meier(durations: np.ndarray, observed: np.ndarray) -> pd.DataFrame:
    """Return the Kaplan-Meier estimate of survival with a 95 % band (Greenwood, log-log scale).

    Examples
    --------
    >>> curve = kaplan_meier(np.array([1, 2, 3, 4]), np.array([True, True, False, True]))
    >>> curve[["time", "share"]].values.tolist()
    [[0.0, 1.0], [1.0, 0.75], [2.0, 0.5], [4.0, 0.0]]
    """
    # It loads for more than a second, and no other figure of worlds needs it.
    from scipy.stats import CensoredData, ecdf

    curve = ecdf(CensoredData.right_censored(durations, ~observed)).sf
    with warnings.catch_warnings():
        # Once nobody is left the formula defines no band; it is set below.
        warnings.simplefilter("ignore", RuntimeWarning)
        band = curve.confidence_interval(0.95, method="log-log")
    times, gone = np.unique(durations[observed], return_counts=True)
    rows = np.searchsorted(curve.quantiles, times)
    table = pd.DataFrame(
        {
            "time": times.astype(float),
            "at_risk": np.array([(durations >= time).sum() for time in times], dtype=int),
            "gone": gone,
            "share": curve.probabilities[rows],
            "low": band.low.probabilities[rows],
            "high": band.high.probabilities[rows],
        }
    )
    for row in table.index[table["share"] == 0.0]:
        table.loc[row, ["low", "high"]] = 0.0, wilson_interval(0, int(table.at[row, "at_risk"]))[1]
    begin = {"time": 0.0, "at_risk": len(durations), "gone": 0, "share": 1.0, "low": 1.0}
    return pd.concat([pd.DataFrame([{**begin, "high": 1.0}]), table], ignore_index=True)
