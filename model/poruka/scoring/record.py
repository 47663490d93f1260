"""The observed record of a country: read, validated, and compared with what a run reaches."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from poruka.scoring.measures import is_within_run
from poruka.scoring.record_lines import (
    ALL_COLUMNS,
    DID_NOT_HAPPEN,
    OBSERVED_RECORD_COLUMNS,
    read_record_lines,
)
from poruka.scoring.record_validation import list_record_errors
from poruka.utils.errors import BadInput, join_errors

MAX_RECORD_BYTES = 16 * 2**20
"""Largest size of a record file."""


def read_observed_record(path: str | Path, scenario: Any = None) -> pd.DataFrame:
    """Read and validate a country's record of observed facts.

    Parameters
    ----------
    path : str or Path
        CSV with the columns of :data:`poruka.scoring.record_lines.OBSERVED_RECORD_COLUMNS`, and of
        :data:`poruka.scoring.record_lines.COLUMNS_OF_COUNTS` where it scores counts.
    scenario : Scenario, optional
        The scenario that is scored against it; dates are then compared with its start as well.

    Returns
    -------
    pandas.DataFrame
        One row per line. The value of an event that did not happen is +inf; ``most`` is NaN where
        none is given.

    Raises
    ------
    BadInput
        When the file cannot be used; the message names the file and every line that is wrong.
    """
    path = Path(path)
    lines = list(read_record_lines(_read_text(path), path.name))
    if errors := list_record_errors(lines, path.name, scenario):
        raise BadInput(join_errors(errors))
    frame = pd.DataFrame([row for _, row in lines], columns=list(ALL_COLUMNS))
    frame["value"] = frame["value"].replace(DID_NOT_HAPPEN, np.inf).astype(float)
    frame["most"] = frame["most"].replace("", np.nan).astype(float)
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
