"""Patterns of a country's history as data: the conditions a world must meet, and the share of
worlds that meet them.
"""

from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from pydantic import Field

from poruka.analysis.quantity_validation import validate_quantities
from poruka.engine.parameters import mechanism_groups
from poruka.scenario.scenario import load
from poruka.utils.errors import BadInput
from poruka.utils.toml_data import StrictModel, experiment_folders, read_toml


class QuantityRange(StrictModel):
    """One quantity and the range it must lie in, including both limits."""

    quantity: str
    low: float = float("-inf")
    high: float = float("inf")


class Pattern(StrictModel):
    """A pattern: its scenario and the conditions that must hold there.

    Examples
    --------
    >>> pattern = Pattern(
    ...     id="P99",
    ...     label="two",
    ...     says="Two of them.",
    ...     scenario="kazakhstan",
    ...     holds=[QuantityRange(quantity="dissolutions", low=2, high=2)],
    ... )
    >>> pattern.presence(pd.DataFrame({"dissolutions": [1.0, 2.0, 2.0, 3.0]}))
    0.5
    """

    id: str = Field(pattern=r"^P\d\d$")
    label: str = Field(min_length=3, max_length=32)
    says: str = Field(min_length=10)
    scenario: str
    of: Literal["worlds", "mean"] = "worlds"
    given: list[QuantityRange] = []
    holds: list[QuantityRange] = Field(min_length=1)

    @property
    def quantities(self) -> list[str]:
        """Every quantity that the pattern requires."""
        return [condition.quantity for condition in (*self.given, *self.holds)]

    def presence(self, frame: pd.DataFrame) -> float:
        """Return the share of worlds that show the pattern; for a mean, 1 or 0."""
        return float(self.presence_by_sample(frame, np.arange(len(frame))[None, :])[0])

    def presence_by_sample(self, frame: pd.DataFrame, samples: np.ndarray) -> np.ndarray:
        """Return the presence in each of several samples of worlds.

        Parameters
        ----------
        frame : pandas.DataFrame
            Quantities, one row a world.
        samples : ndarray of int, shape (samples, worlds)
            Row positions in the frame.
        """
        eligible = _all_in_range(frame, self.given)[samples]
        count = np.maximum(eligible.sum(axis=1), 1)
        if self.of == "worlds":
            return (eligible & _all_in_range(frame, self.holds)[samples]).sum(axis=1) / count
        inside = np.ones(len(samples), dtype=bool)
        for condition in self.holds:
            means = (frame[condition.quantity].to_numpy(dtype=float)[samples] * eligible).sum(
                axis=1
            ) / count
            inside &= (means >= condition.low) & (means <= condition.high)
        return inside.astype(float)


def _all_in_range(frame: pd.DataFrame, ranges: list[QuantityRange]) -> np.ndarray:
    """Return whether every quantity of each world lies in its range."""
    inside = np.ones(len(frame), dtype=bool)
    for condition in ranges:
        values = frame[condition.quantity].to_numpy(dtype=float)
        inside &= (values >= condition.low) & (values <= condition.high)
    return inside


class _PatternFile(StrictModel):
    groups: dict[str, str]
    pattern: list[Pattern] = Field(min_length=1)


class PatternSet(NamedTuple):
    """All patterns, and a title for each group of mechanisms."""

    group_titles: dict[str, str]
    patterns: tuple[Pattern, ...]


def read_patterns(path: Path) -> PatternSet:
    """Read and validate a file of patterns.

    Raises
    ------
    BadInput
        If the file cannot be used; the message names the file, the error and the allowed values.
    """
    content = read_toml(
        path,
        _PatternFile,
        "patterns",
        {"pattern": Pattern, "holds": QuantityRange, "given": QuantityRange},
    )
    seen: set[str] = set()
    for pattern in content.pattern:
        if pattern.id in seen:
            raise BadInput(
                f"{path}: the pattern {pattern.id} is defined twice; ids must be unique."
            )
        seen.add(pattern.id)
        try:
            validate_quantities(pattern.quantities, load(pattern.scenario))
        except BadInput as error:
            raise BadInput(f"{path}: {pattern.id}: {error}") from None
        for condition in (*pattern.given, *pattern.holds):
            unlimited = (condition.low, condition.high) == (float("-inf"), float("inf"))
            if unlimited or condition.low > condition.high:
                raise BadInput(
                    f"{path}: {pattern.id}: {condition.quantity!r} has no limits or low above high;"
                    " give low, high, or both in order."
                )
    if set(content.groups) != set(mechanism_groups()):
        raise BadInput(
            f"{path}: [groups] names {', '.join(content.groups)}; name each of"
            f" {', '.join(mechanism_groups())}."
        )
    return PatternSet(content.groups, tuple(content.pattern))


@cache
def load_patterns() -> PatternSet:
    """Return the patterns against which mechanisms are ablated.

    Examples
    --------
    >>> load_patterns().patterns[0].scenario
    'kazakhstan'
    """
    path = next(
        (
            candidate
            for folder in experiment_folders("knockout")
            if (candidate := folder / "patterns.toml").is_file()
        ),
        None,
    )
    if path is None:
        raise BadInput(
            "there are no patterns in experiments/knockout; run this in a checkout, or install the"
            " package."
        )
    return read_patterns(path)
