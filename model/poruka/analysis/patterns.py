"""Patterns of a country's history as data: what a world must show, and how the share of worlds that
show it is counted.
"""

from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from pydantic import Field

from poruka.engine.parameters import mechanism_groups
from poruka.scenario.scenario import load
from poruka.utils.errors import BadInput
from poruka.utils.toml_data import StrictModel, experiment_folders, read_toml


class QuantityRange(StrictModel):
    """One quantity and the range it must lie in, both ends included."""

    quantity: str
    low: float = float("-inf")
    high: float = float("inf")


class Pattern(StrictModel):
    """A pattern: in which scenario, and what must hold there.

    Examples
    --------
    >>> one = Pattern(
    ...     id="P99",
    ...     label="two",
    ...     says="Two of them.",
    ...     scenario="kazakhstan",
    ...     holds=[QuantityRange(quantity="dissolutions", low=2, high=2)],
    ... )
    >>> one.presence(pd.DataFrame({"dissolutions": [1.0, 2.0, 2.0, 3.0]}))
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
        """Every quantity the pattern asks for."""
        return [line.quantity for line in (*self.given, *self.holds)]

    def presence(self, frame: pd.DataFrame) -> float:
        """Return the share of worlds that show the pattern; of a mean, 1 or 0."""
        return float(self.presence_by_sample(frame, np.arange(len(frame))[None, :])[0])

    def presence_by_sample(self, frame: pd.DataFrame, samples: np.ndarray) -> np.ndarray:
        """Return the presence in each of several choices of worlds, one a row of places in the
        frame.
        """
        asked = _all_in_range(frame, self.given)[samples]
        count = np.maximum(asked.sum(axis=1), 1)
        if self.of == "worlds":
            return (asked & _all_in_range(frame, self.holds)[samples]).sum(axis=1) / count
        inside = np.ones(len(samples), dtype=bool)
        for line in self.holds:
            means = (frame[line.quantity].to_numpy(dtype=float)[samples] * asked).sum(
                axis=1
            ) / count
            inside &= (means >= line.low) & (means <= line.high)
        return inside.astype(float)


def _all_in_range(frame: pd.DataFrame, ranges: list[QuantityRange]) -> np.ndarray:
    """Return in which worlds every line lies in its range."""
    inside = np.ones(len(frame), dtype=bool)
    for line in ranges:
        values = frame[line.quantity].to_numpy(dtype=float)
        inside &= (values >= line.low) & (values <= line.high)
    return inside


class _PatternFile(StrictModel):
    groups: dict[str, str]
    pattern: list[Pattern] = Field(min_length=1)


class PatternSet(NamedTuple):
    """All patterns, and a few words for each group of mechanisms."""

    group_titles: dict[str, str]
    patterns: tuple[Pattern, ...]


def read_patterns(path: Path) -> PatternSet:
    """Read and check a file of patterns.

    Raises
    ------
    BadInput
        Naming the file, what is wrong and what is allowed.
    """
    found = read_toml(
        path,
        _PatternFile,
        "patterns",
        {"pattern": Pattern, "holds": QuantityRange, "given": QuantityRange},
    )
    seen: set[str] = set()
    for one in found.pattern:
        if one.id in seen:
            raise BadInput(f"{path}: the pattern {one.id} stands there twice; ids are unique.")
        seen.add(one.id)
        try:
            load(one.scenario)
        except BadInput as error:
            raise BadInput(f"{path}: {one.id}: {error}") from None
        for line in (*one.given, *one.holds):
            if line.low > line.high or (line.low, line.high) == (float("-inf"), float("inf")):
                raise BadInput(
                    f"{path}: {one.id}: {line.quantity!r} has no range a world could miss; give"
                    " low, high, or both in order."
                )
    if set(found.groups) != set(mechanism_groups()):
        raise BadInput(
            f"{path}: [groups] names {', '.join(found.groups)}; name each of"
            f" {', '.join(mechanism_groups())}."
        )
    return PatternSet(found.groups, tuple(found.pattern))


@cache
def load_patterns() -> PatternSet:
    """Return the patterns that mechanisms are knocked out against.

    Examples
    --------
    >>> load_patterns().patterns[0].scenario
    'kazakhstan'
    """
    path = next(
        (
            one
            for folder in experiment_folders("knockout")
            if (one := folder / "patterns.toml").is_file()
        ),
        None,
    )
    if path is None:
        raise BadInput(
            "there are no patterns in experiments/knockout; run this in a checkout, or install the"
            " package."
        )
    return read_patterns(path)
