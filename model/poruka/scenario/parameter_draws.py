"""A posterior: weighted particles of scenario keys; each world gets one, by seed and world."""

import csv
import hashlib
import io
import json
import math
import os
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from poruka.scenario.number_draws import PRIOR, NumberDraws, parse_number_draws
from poruka.utils.errors import BadInput

_STREAM_TAG = 0x706F7374
"""Separates these draws from any other use of seed and world."""
_NON_KEY_COLUMNS = ("weight", "distance")
_FORMAT_DESCRIPTION = (
    "a column weight, at least one column for a key such as oligarchs.inertia, and one row or more"
)


@dataclass(frozen=True)
class ParameterDraws:
    """Weighted particles: values of some scenario keys, such as a posterior.

    Attributes
    ----------
    keys : tuple of str
        Such as ``oligarchs.inertia``, ``start.society.habit`` or ``shocks.rouble_exit.date``.
    rows : tuple of tuple
        One per particle, with a value for every key.
    weights : tuple of float
        Sum to 1.

    Examples
    --------
    >>> draws = ParameterDraws.from_table({"oligarchs.inertia": [0.2, 0.4]}, [1, 3])
    >>> draws.weights, draws.draw_values(seed=1, world=7) == draws.draw_values(seed=1, world=7)
    ((0.25, 0.75), True)
    """

    keys: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    weights: tuple[float, ...]

    @classmethod
    def from_table(cls, points: Any, weights: Iterable[float]) -> "ParameterDraws":
        """Return the posterior of a pandas frame, or of a mapping of keys to equal columns."""
        try:
            keys = tuple(str(key) for key in points)
            columns = [
                [value.item() if isinstance(value, np.generic) else value for value in points[key]]
                for key in points
            ]
            raw_weights = [float(weight) for weight in weights]
        except (TypeError, ValueError, KeyError) as error:
            raise BadInput(
                f"a posterior needs {_FORMAT_DESCRIPTION}; give a pandas frame or a mapping of keys"
                f" to lists, and a list of weights ({error})."
            ) from None
        if (
            not keys
            or not raw_weights
            or any(len(column) != len(raw_weights) for column in columns)
        ):
            raise BadInput(
                f"a posterior needs {_FORMAT_DESCRIPTION}; given are {len(raw_weights)} weights and"
                f" columns of {sorted({len(column) for column in columns})} rows."
            )
        if any(not 0.0 <= weight < math.inf for weight in raw_weights) or sum(raw_weights) <= 0.0:
            raise BadInput(
                "the weights of a posterior are 0 or more, and at least one of them is above 0."
            )
        total = sum(raw_weights)
        return cls(
            keys, tuple(zip(*columns, strict=True)), tuple(weight / total for weight in raw_weights)
        )

    def __str__(self) -> str:
        return f"a posterior of {len(self.rows)} points"

    @property
    def points(self) -> Any:
        """The particles as a pandas frame: one row per particle, one column per key."""
        import pandas as pd

        return pd.DataFrame(list(self.rows), columns=list(self.keys))

    @cached_property
    def digest(self) -> str:
        """A hash over everything that drawn worlds depend on."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()

    @cached_property
    def _cumulative_weights(self) -> list[float]:
        return list(accumulate(self.weights))

    def draw_index(self, seed: int, world: int) -> int:
        """Return the index of a world's particle; it depends on seed and world only."""
        share = np.random.default_rng((seed, world, _STREAM_TAG)).random()
        index = min(bisect_right(self._cumulative_weights, share), len(self.weights) - 1)
        # Rounding may assign the last share to a particle without weight.
        while self.weights[index] == 0.0:
            index -= 1
        return index

    def draw_values(self, seed: int, world: int) -> dict[str, Any]:
        """Return the values of a world by key, as ``Scenario.change`` takes them."""
        return dict(zip(self.keys, self.rows[self.draw_index(seed, world)], strict=True))

    def drawn_keys(self, scenario: Any) -> tuple[str, ...]:
        """Return the keys that differ between the worlds of a scenario."""
        return self.keys

    @property
    def origin(self) -> str:
        """Where the values of a world come from, as a phrase."""
        return f"drawn for every world from {len(self.rows)} points of a posterior"

    def apply(self, scenario: Any, seed: int, world: int) -> Any:
        """Return a scenario with the values of one world's particle."""
        return apply_draw(scenario, self.draw_index(seed, world))

    def describe(self) -> str:
        """Return what is drawn, and from how many particles, as a phrase."""
        keys = ", ".join(self.keys[:4]) + (", …" if len(self.keys) > 4 else "")
        return f"{keys} drawn from {len(self.rows):,} particles"

    def without(self, keys: Iterable[str]) -> "ParameterDraws | None":
        """Return the posterior of the other keys; None if there are none."""
        removed = set(keys)
        columns = [column for column, key in enumerate(self.keys) if key not in removed]
        if not columns:
            return None
        return ParameterDraws(
            tuple(self.keys[column] for column in columns),
            tuple(tuple(row[column] for column in columns) for row in self.rows),
            self.weights,
        )

    def to_csv(self, distances: Iterable[float] | None = None) -> str:
        """Return the CSV text that :func:`read_parameter_draws` reads.

        Distances of the particles from the observed record are written if they are given.
        """
        leading_columns = (
            [[weight] for weight in self.weights]
            if distances is None
            else [list(pair) for pair in zip(self.weights, distances, strict=True)]
        )
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*_NON_KEY_COLUMNS[: len(leading_columns[0])], *self.keys])
        writer.writerows(
            [*leading, *row] for leading, row in zip(leading_columns, self.rows, strict=True)
        )
        return out.getvalue()

    def to_dict(self) -> dict[str, Any]:
        """Return the posterior as plain values, which :func:`draws_from_dict` takes."""
        return {
            "keys": list(self.keys),
            "rows": [list(row) for row in self.rows],
            "weights": list(self.weights),
        }


def draws_from_dict(data: Mapping[str, Any] | None) -> ParameterDraws | NumberDraws | None:
    """Return the draws that plain values describe; weights of a posterior are taken unchanged."""
    if not data:
        return None
    if "prior" in data:
        return parse_number_draws(data["prior"])
    rows = tuple(tuple(row) for row in data["rows"])
    return ParameterDraws(tuple(data["keys"]), rows, tuple(data["weights"]))


def read_parameter_draws(path: str | Path) -> ParameterDraws:
    """Read a posterior from a CSV file.

    It has a column ``weight``, perhaps ``distance``, and one column per key.

    Raises
    ------
    BadInput
        Naming the file, the line, what is wrong and what is allowed.
    """
    path = Path(os.path.expanduser(path))
    rows: list[dict[Any, Any]] = []
    lines: list[int] = []
    header: list[str] = []
    try:
        if path.exists() and not path.is_file():
            raise BadInput(f"the posterior {path} is not a regular file; give a CSV file.")
        text = io.StringIO(path.read_text(encoding="utf-8-sig"), newline=None)
        # Read strictly: an unclosed quotation mark would otherwise swallow the lines after it.
        reader = csv.DictReader(text, restval="", strict=True)
        header = [column.strip() for column in reader.fieldnames or []]
        reader.fieldnames = header
        for row in reader:
            rows.append(row)
            lines.append(reader.line_num)
    except (OSError, ValueError, csv.Error) as error:
        raise BadInput(
            f"the posterior {path} cannot be read ({getattr(error, 'strerror', None) or error});"
            f" give a CSV with {_FORMAT_DESCRIPTION}."
        ) from None
    keys = [key for key in header if key not in _NON_KEY_COLUMNS]
    if not rows or "weight" not in header or not keys:
        raise BadInput(f"the posterior {path} needs {_FORMAT_DESCRIPTION}.")
    if repeated := [column for column in dict.fromkeys(header) if header.count(column) > 1]:
        raise BadInput(f"the posterior {path} has the column {repeated[0]!r} twice; keep one.")
    weights, points = [], []
    for line, row in zip(lines, rows, strict=True):
        where = f"{path.name}, line {line}"
        if None in row:
            raise BadInput(
                f"{where}: there are more values than columns; give one value for each of"
                f" {', '.join(['weight', *keys])}."
            )
        weights.append(_parse_number(row["weight"], f"{where}, weight"))
        points.append(
            [
                row[key].strip()
                if key.endswith(".date")
                else _parse_number(row[key], f"{where}, {key}")
                for key in keys
            ]
        )
        if not 0.0 <= weights[-1] < math.inf:
            raise BadInput(f"{where}: the weight is {row['weight']}; weights are 0 or more.")
    if sum(weights) <= 0.0:
        raise BadInput(f"the posterior {path} has no weight above 0.")
    return ParameterDraws.from_table(
        {key: [point[column] for point in points] for column, key in enumerate(keys)}, weights
    )


def _draws_of_table(table: Any) -> ParameterDraws:
    """Return the posterior of a pandas frame or mapping; without weights all rows are alike."""
    points = {key: list(table[key]) for key in table.keys() if key not in _NON_KEY_COLUMNS}
    rows = max((len(column) for column in points.values()), default=0)
    return ParameterDraws.from_table(points, table["weight"] if "weight" in table else [1.0] * rows)


def _parse_number(text: str, location: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadInput(
            f"{location}: {text!r} is not a number; write numbers with a decimal point."
        ) from None


@lru_cache(maxsize=4096)
def apply_draw(scenario: Any, draw_index: int) -> Any:
    """Return a scenario with the values of one of its particles, the same in all worlds."""
    posterior = scenario.parameter_draws
    return replace(scenario, parameter_draws=None).change(
        dict(zip(posterior.keys, posterior.rows[draw_index], strict=True))
    )


def validate_draws(scenario: Any, draws: Any) -> ParameterDraws | NumberDraws:
    """Return draws that are valid for a scenario; a path is read first.

    Raises
    ------
    BadInput
        Naming the particle, what is wrong and what is allowed.
    """
    if kind := draws if isinstance(draws, NumberDraws) else parse_number_draws(draws):
        if kind.source == PRIOR:
            kind.apply(scenario, seed=0, world=0)  # refuses what leaves no room for a group
        return kind
    if hasattr(draws, "keys") and not isinstance(draws, ParameterDraws):
        draws = _draws_of_table(draws)
    posterior = draws if isinstance(draws, ParameterDraws) else read_parameter_draws(draws)
    sizes = [key for key in posterior.keys if key.startswith("start.scale.")]
    if sizes:
        raise BadInput(
            f"{sizes[0]} counts agents and cannot differ between the worlds of a run; remove that"
            " column."
        )
    file = None if isinstance(draws, ParameterDraws) else Path(draws).name
    for particle, row in enumerate(posterior.rows):
        try:
            scenario.change(dict(zip(posterior.keys, row, strict=True)))
        except BadInput as error:
            place = f"{file}, line {particle + 2}" if file else f"particle {particle}"
            raise BadInput(f"{place}{'' if file else ' of the posterior'}: {error}") from None
    return posterior
