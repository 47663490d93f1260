"""Scoring worlds against the observed record: a proper score, a band and a baseline per figure."""

import csv
import re
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from poruka.simulation.record_measures import evaluate_measure, is_within_run, parse_measure
from poruka.utils.errors import BadInput
from poruka.utils.statistics import prediction_interval

OBSERVED_RECORD_COLUMNS = ("id", "date", "figure", "measure", "value", "unit", "fact", "locator")
"""Columns of a record file, in this order."""
SCORE_COLUMNS = (
    "figure",
    "kind",
    "value",
    "median",
    "low",
    "high",
    "percentile",
    "crps",
    "crps_baseline",
    "covered",
)
"""Columns of a score, one row per recorded figure."""


def read_observed_record(path: str | Path) -> pd.DataFrame:
    """Read and validate a country's record of observed facts.

    Parameters
    ----------
    path : str or Path
        CSV with the columns id, date, figure, measure, value, unit, fact, locator.

    Raises
    ------
    BadInput
        When the file cannot be used; the message names file and line.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(
            f"the record {path} cannot be read ({error.strerror}); correct `record` in the"
            " scenario."
        ) from None
    except UnicodeDecodeError:
        raise BadInput(
            f"the record {path} is not a text file in UTF-8; give a CSV with the columns"
            f" {', '.join(OBSERVED_RECORD_COLUMNS)}."
        ) from None
    rows = list(csv.DictReader(text.splitlines()))
    if not rows or tuple(rows[0]) != OBSERVED_RECORD_COLUMNS:
        raise BadInput(
            f"the record {path.name} needs the columns {', '.join(OBSERVED_RECORD_COLUMNS)} in this"
            " order and at least one row."
        )
    seen: set[str] = set()
    for line, row in enumerate(rows, start=2):
        location = f"{path.name}, line {line}"
        if row["id"] in seen:
            raise BadInput(f"{location}: the id {row['id']!r} occurs twice; ids are unique.")
        seen.add(row["id"])
        try:
            row["value"] = float(row["value"])  # type: ignore[assignment]
        except (TypeError, ValueError):
            raise BadInput(
                f"{location}: the value {row['value']!r} is not a number; write it with a point and"
                " without a unit."
            ) from None
        if not np.isfinite(row["value"]):  # type: ignore[arg-type]
            raise BadInput(
                f"{location}: the value is {row['value']}; a record holds finite numbers, so omit"
                " the row."
            )
        if row["date"] and not re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-\d{2})?)?", row["date"]):
            raise BadInput(
                f"{location}: the date {row['date']!r} is not understood; write 1993, 1993-12 or"
                " 1993-12-10, or leave it empty."
            )
        if not row["fact"] or not row["locator"]:
            raise BadInput(f"{location}: every figure needs a fact and a locator.")
        parse_measure(row["measure"], location)
    frame = pd.DataFrame(rows, columns=list(OBSERVED_RECORD_COLUMNS))
    frame["date"] = pd.Series([row["date"] or None for row in rows], dtype=object)
    return frame


def crps(values: np.ndarray, recorded: float) -> float:
    """Return the continuous ranked probability score of an ensemble.

    It is the mean distance to the recorded value less half the mean distance between worlds.

    Examples
    --------
    >>> crps(np.array([1.0, 3.0]), 2.0)
    0.5
    """
    ordered = np.sort(values)
    count = len(ordered)
    weights = 2.0 * np.arange(1, count + 1) - count - 1.0
    return float(np.abs(ordered - recorded).mean() - (weights * ordered).sum() / (count * count))


def baseline_forecast(kind: str, recorded: float, months: int) -> np.ndarray:
    """Return an uninformed forecast, as 200 evenly spaced quantiles.

    A date is uniform over the run, a share from 0 to 100, an index from 0 to 1, a count from 0 to
    twice the recorded one plus two; growth is normal with mean 0 and standard deviation 10 points.
    """
    quantiles = (np.arange(200) + 0.5) / 200.0
    if kind == "growth":
        return np.array([NormalDist(0.0, 10.0).inv_cdf(quantile) for quantile in quantiles])
    highest = {
        "month": float(months),
        "share": 100.0,
        "index": 1.0,
        "count": 2.0 * abs(recorded) + 2.0,
    }[kind]
    return quantiles * highest


def score_worlds(
    record: pd.DataFrame, outcomes: pd.DataFrame, series: Any, events: pd.DataFrame, scenario: Any
) -> pd.DataFrame:
    """Score worlds against the observed record.

    Returns
    -------
    pandas.DataFrame
        figure, kind, value, median, low and high (the band that holds 90 % of further worlds, see
        :func:`poruka.utils.statistics.prediction_interval`), percentile (share of worlds at or
        below the recorded value), crps, crps_baseline, covered. Dates are months since the start.
        What did not happen in a world counts as +inf there; for the CRPS a date counts as the
        length of the run and a share that was never published as 0. Figures on months that the run
        does not reach are omitted.
    """
    values_by_line = evaluate_record(record, outcomes, series, events, scenario)
    return score_values(record, values_by_line, int(len(series["month"])))


def evaluate_record(
    record: pd.DataFrame, outcomes: pd.DataFrame, series: Any, events: pd.DataFrame, scenario: Any
) -> dict[int, tuple[str, np.ndarray]]:
    """Return kind and values over worlds of every recorded figure that the run reaches, by line."""
    if not len(outcomes):
        raise BadInput(
            "no world was completed, so there is nothing to score; see the failures of this run."
        )
    months_run = int(len(series["month"]))
    return {
        fact.Index: evaluate_measure(fact.measure, fact.unit, outcomes, series, events, scenario)
        for fact in record.itertuples()
        if is_within_run(fact.measure, fact.date, scenario, months_run)
    }


def score_values(
    record: pd.DataFrame, values_by_line: dict[int, tuple[str, np.ndarray]], months_run: int
) -> pd.DataFrame:
    """Score figures whose values over worlds are known; see :func:`score_worlds`."""
    rows = []
    for fact in record.itertuples():
        if fact.Index not in values_by_line:
            continue
        kind, values = values_by_line[fact.Index]
        recorded = float(fact.value)
        if kind == "month" and recorded >= months_run:
            continue  # the run ends before the recorded date
        substitute = float(months_run) if kind == "month" else 0.0
        finite_values = np.where(np.isfinite(values), values, substitute)
        low, high = prediction_interval(values, 0.9)
        median = float(np.quantile(values, 0.5, method="nearest"))
        rows.append(
            {
                "figure": fact.figure,
                "kind": kind,
                "value": recorded,
                "median": median,
                "low": low,
                "high": high,
                "percentile": float((values <= recorded).mean()),
                "crps": crps(finite_values, recorded),
                "crps_baseline": crps(baseline_forecast(kind, recorded, months_run), recorded),
                "covered": float(low <= recorded <= high),
            }
        )
    return pd.DataFrame(rows, columns=list(SCORE_COLUMNS))
