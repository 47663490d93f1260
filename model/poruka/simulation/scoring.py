"""Scoring worlds against the observed record: a proper score, a band and a baseline per figure."""

from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from poruka.simulation.record_measures import evaluate_measure, is_within_run
from poruka.simulation.record_validation import (
    OBSERVED_RECORD_COLUMNS,
    list_record_errors,
    read_record_lines,
)
from poruka.utils.errors import BadInput, join_errors
from poruka.utils.statistics import prediction_interval

MAX_RECORD_BYTES = 16 * 2**20
"""Largest size of a record file."""
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
    "worlds",
    "requested",
)
"""Columns of a score, one row per recorded figure."""


def read_observed_record(path: str | Path, scenario: Any = None) -> pd.DataFrame:
    """Read and validate a country's record of observed facts.

    Parameters
    ----------
    path : str or Path
        CSV with the columns id, date, figure, measure, value, unit, fact, locator.
    scenario : Scenario, optional
        The scenario that is scored against it; dates are then compared with its start as well.

    Raises
    ------
    BadInput
        When the file cannot be used; the message names the file and every line that is wrong.
    """
    path = Path(path)
    lines = list(read_record_lines(_read_text(path), path.name))
    if errors := list_record_errors(lines, path.name, scenario):
        raise BadInput(join_errors(errors))
    frame = pd.DataFrame([row for _, row in lines], columns=list(OBSERVED_RECORD_COLUMNS))
    frame["value"] = frame["value"].astype(float)
    frame["date"] = pd.Series([row["date"] or None for _, row in lines], dtype=object)
    return frame


def _read_text(path: Path) -> str:
    try:
        if path.exists() and not path.is_file():
            raise BadInput(
                f"the record {path} is not a regular file; correct `record` in the scenario."
            )
        if path.stat().st_size > MAX_RECORD_BYTES:
            raise BadInput(
                f"the record {path} has {path.stat().st_size:,} bytes, at most"
                f" {MAX_RECORD_BYTES:,} are read; a record has one short line for every figure."
            )
        return path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise BadInput(
                f"the record {path} is not a text file in UTF-8; give a CSV with the columns"
                f" {', '.join(OBSERVED_RECORD_COLUMNS)}."
            ) from None
        raise BadInput(
            f"the record {path} cannot be read ({getattr(error, 'strerror', error)}); correct"
            " `record` in the scenario."
        ) from None


_VALID_RECORDS: set[tuple[Any, ...]] = set()


def validate_record_of(scenario: Any) -> None:
    """Raise an error if a scenario names a record that its worlds could not be scored against.

    It is called before the first world is simulated. A file that has not changed since it was
    found valid is not read again.

    Raises
    ------
    BadInput
        When the record cannot be used; the message names the file and every line that is wrong.
    """
    path = scenario.record_path
    if path is None:
        return
    calendar = (scenario.start_date, len(scenario.forks))
    try:
        status = Path(path).stat()
    except OSError:
        read_observed_record(path, scenario)  # which says why
        return
    key = (str(path), status.st_mtime_ns, status.st_size, status.st_ino, *calendar)
    if key not in _VALID_RECORDS:
        read_observed_record(path, scenario)
        _VALID_RECORDS.add(key)


def figures_outside(scenario: Any) -> list[str]:
    """Return the ids of recorded figures on months that a scenario does not have.

    A scenario that ends sooner may share the record of a longer one; these figures are not scored.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> figures_outside(load("kazakhstan"))
    []
    """
    if scenario.record_path is None:
        return []
    return [
        str(figure.id)
        for figure in read_observed_record(scenario.record_path, scenario).itertuples()
        if not is_within_run(figure.measure, figure.date, scenario, scenario.months)
    ]


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
    record: pd.DataFrame,
    outcomes: pd.DataFrame,
    series: Any,
    events: pd.DataFrame,
    scenario: Any,
    requested: int | None = None,
) -> pd.DataFrame:
    """Score worlds against the observed record.

    Returns
    -------
    pandas.DataFrame
        figure, kind, value, median, low and high (the band that holds 90 % of further worlds, see
        :func:`poruka.utils.statistics.prediction_interval`), percentile (share of worlds at or
        below the recorded value), crps, crps_baseline, covered, worlds (scored) and requested (the
        same number, unless another is given). Dates are months since the start.
        What did not happen in a world counts as +inf there; for the CRPS a date counts as the
        length of the run and a share that was never published as 0. Figures on months that the run
        does not reach are omitted.
    """
    values_by_line = evaluate_record(record, outcomes, series, events, scenario)
    return score_values(record, values_by_line, int(len(series["month"])), requested)


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
    record: pd.DataFrame,
    values_by_line: dict[int, tuple[str, np.ndarray]],
    months_run: int,
    requested: int | None = None,
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
                "worlds": len(values),
                "requested": len(values) if requested is None else requested,
            }
        )
    return pd.DataFrame(rows, columns=list(SCORE_COLUMNS))
