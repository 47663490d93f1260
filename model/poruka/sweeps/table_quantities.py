"""Quantities of a sweep that its table already holds, so that no world is played for them."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from poruka.analysis.quantities import QuantityReader
from poruka.utils.errors import BadInput


class NotInTable(Exception):
    """A quantity needs monthly series or events, which the table of a sweep does not hold."""


class _TableOnly:
    """What a reader of quantities asks an ensemble for, with outcomes only."""

    def __init__(self, outcomes: pd.DataFrame, months: int, scenario: Any):
        self.outcomes, self.months, self.scenario = outcomes, months, scenario

    @property
    def series(self) -> Any:
        """Not there."""
        raise NotInTable

    @property
    def events(self) -> Any:
        """Not there."""
        raise NotInTable


def quantity_of_outcomes(
    outcomes: pd.DataFrame, quantity: str, months: int, scenario: Any
) -> np.ndarray:
    """Return a quantity computed from outcomes alone, one value for each row.

    Parameters
    ----------
    outcomes : DataFrame
        Rows of worlds, with all columns of the outcomes under their own names.
    quantity : str
    months : int
        Length of the runs, which stands for the month of what never happened.
    scenario : Scenario

    Raises
    ------
    NotInTable
        When it needs series or events.

    Examples
    --------
    >>> rows = pd.DataFrame({"world": [0, 1], "outcome": ["heir", "incumbent"]})
    >>> quantity_of_outcomes(rows, "share_heir", 178, None).tolist()
    [1.0, 0.0]
    """
    reader: Any = QuantityReader(_TableOnly(outcomes, months, scenario))  # type: ignore[arg-type]
    return np.asarray(reader[quantity], dtype=float)


def quantity_names(given: Any) -> list[str]:
    """Return the quantities of a call, given one by one or as lists.

    Examples
    --------
    >>> quantity_names("apogee"), quantity_names([["apogee", "group_1"]]), quantity_names(None)
    (['apogee'], ['apogee', 'group_1'], [])
    """
    if given is None:
        return []
    if isinstance(given, str):
        return [given]
    if not isinstance(given, Iterable):
        raise BadInput(f"{given!r} is no quantity; give its name, such as 'share_heir'.")
    return list(dict.fromkeys(name for part in given for name in quantity_names(part)))
