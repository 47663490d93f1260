"""A design played: every point gives the same worlds, so that what differs between points is what
was moved.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd

from poruka.analysis.cache import ProgressCallback, QuantityCache
from poruka.analysis.statistics import Z95
from poruka.scenario.scenario import Scenario
from poruka.utils.statistics import wilson_interval


class Model(Protocol):
    """Anything that gives quantities for points: a country, or a function whose answer is known."""

    def values(
        self,
        points: pd.DataFrame,
        quantities: Sequence[str],
        worlds: int,
        progress: ProgressCallback | None = None,
    ) -> np.ndarray:
        """Return quantities, shape (points, worlds, quantities)."""


class ScenarioModel:
    """Plays worlds of a scenario at each point.

    Parameters
    ----------
    build : callable
        Makes the scenario of a point, given as a mapping of factor names to values.
    seed : int
        World k is the same draw of chance at every point.
    cells : Cells
        Where what was played is kept.
    common : bool
        Whether all points share their random numbers; without it every point has a seed of its own.
    calendar : Scenario, optional
        Where countries start in different months, the one whose start months are counted from.
    dates : sequence of str
        The quantities that are months.
    """

    def __init__(
        self,
        build_scenario: Callable[[Mapping[str, Any]], Scenario],
        seed: int,
        cache: QuantityCache,
        common_random_numbers: bool = True,
        calendar: Scenario | None = None,
        date_quantities: Sequence[str] = (),
    ):
        (
            self.build_scenario,
            self.seed,
            self.cache,
            self.common_random_numbers,
            self.calendar,
            self.date_quantities,
        ) = (build_scenario, seed, cache, common_random_numbers, calendar, date_quantities)

    def values(
        self,
        points: pd.DataFrame,
        quantities: Sequence[str],
        worlds: int,
        progress: ProgressCallback | None = None,
    ) -> np.ndarray:
        """Return quantities, shape (points, worlds, quantities)."""
        asked = [
            (
                self.build_scenario(point),
                self.seed if self.common_random_numbers else self.seed + 1 + place,
            )
            for place, point in enumerate(points.to_dict("records"))
        ]
        made = self.cache.values(asked, quantities, worlds, progress)
        if self.calendar is not None:
            months = [
                place for place, text in enumerate(quantities) if text in self.date_quantities
            ]
            made[:, :, months] += np.array(
                [self.calendar.month_of(scenario.start_date) for scenario, _ in asked]
            )[:, None, None]
        return made


class AnalyticModel:
    """Stands in for a country: functions of the points whose answer is known, with noise if wanted.

    Examples
    --------
    >>> twice = AnalyticModel({"y": lambda points: 2.0 * points["x"]})
    >>> evaluate_points(pd.DataFrame({"x": [1.0, 2.0]}), twice, ["y"], worlds=1).mean("y").tolist()
    [2.0, 4.0]
    """

    def __init__(
        self,
        functions: Mapping[str, Callable[[pd.DataFrame], Any]],
        noise: float = 0.0,
        seed: int = 1,
        common_random_numbers: bool = False,
    ):
        self.functions, self.noise, self.seed, self.common_random_numbers = (
            functions,
            noise,
            seed,
            common_random_numbers,
        )

    def values(
        self,
        points: pd.DataFrame,
        quantities: Sequence[str],
        worlds: int,
        progress: ProgressCallback | None = None,
    ) -> np.ndarray:
        """Return quantities, shape (points, worlds, quantities)."""
        means = np.stack(
            [np.asarray(self.functions[text](points), dtype=float) for text in quantities], axis=-1
        )[:, None, :]
        shape = (1 if self.common_random_numbers else len(points), len(quantities))
        draws = [
            np.random.default_rng((self.seed, world)).standard_normal(shape)
            for world in range(worlds)
        ]
        return np.asarray(means + self.noise * np.stack(draws, axis=1))


def mean_over_valid_worlds(values: np.ndarray, axis: int) -> np.ndarray:
    """Return the mean over the worlds that did not fail, NaN where all did; without a word, since
    failures are told elsewhere.

    Examples
    --------
    >>> mean_over_valid_worlds(np.array([[1.0, np.nan], [3.0, np.nan]]), axis=0)
    array([ 2., nan])
    """
    there = np.isfinite(values).sum(axis=axis)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.nansum(values, axis=axis) / np.where(there > 0, there, np.nan)


class DesignResult(NamedTuple):
    """Points with what their worlds gave.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a point, one column a factor.
    texts : tuple of str
        The quantities.
    values : ndarray of float64, shape (points, worlds, quantities)
    """

    points: pd.DataFrame
    quantities: tuple[str, ...]
    values: np.ndarray

    @property
    def worlds(self) -> int:
        """Worlds of every point."""
        return self.values.shape[1]

    @property
    def failed_worlds(self) -> int:
        """Worlds that failed, over all points."""
        return int(np.isnan(self.values).any(axis=2).sum())

    def quantity_values(self, quantity: str) -> np.ndarray:
        """Return a quantity, shape (points, worlds)."""
        return self.values[:, :, self.quantities.index(quantity)]

    def mean(self, quantity: str) -> np.ndarray:
        """Return the mean of a quantity over the worlds of each point."""
        return mean_over_valid_worlds(self.quantity_values(quantity), axis=1)

    def table(self) -> pd.DataFrame:
        """Return every point and quantity with mean, 95 % interval, median and standard deviation
        over worlds.
        """
        rows = []
        for place, point in enumerate(self.points.to_dict("records")):
            for text in self.quantities:
                rows.append(
                    {
                        "point": place,
                        **point,
                        "quantity": text,
                        **summary_statistics(self.quantity_values(text)[place], text),
                    }
                )
        return pd.DataFrame(rows)


def is_share(quantity: str) -> bool:
    """Return whether a quantity is 1 in some worlds and 0 in the others, so that its mean is a
    share of worlds.

    Examples
    --------
    >>> is_share("share_pact"), is_share("is first_successor kin")
    (True, True)
    >>> is_share("largest_wave"), is_share("share_pact minus share_heir")
    (False, False)
    """
    made_of_two = " minus " in quantity or " over " in quantity
    return not made_of_two and (
        quantity.startswith(("share_", "group_", "is ")) or quantity in ("broken", "passed_on")
    )


def summary_statistics(values: np.ndarray, quantity: str = "") -> dict[str, float]:
    """Return mean, 95 % interval (Wilson's for shares of worlds), median, standard deviation and
    number of worlds.

    Examples
    --------
    >>> found = summary_statistics(np.array([0.0, 1.0, 1.0, 1.0]), "broken")
    >>> {name: round(value, 2) for name, value in found.items()}
    {'mean': 0.75, 'low': 0.3, 'high': 0.95, 'median': 1.0, 'sd': 0.5, 'worlds': 4}
    """
    values = values[np.isfinite(values)]
    if not len(values):
        return dict.fromkeys(("mean", "low", "high", "median", "sd"), float("nan")) | {"worlds": 0}
    mean, spread = (
        float(values.mean()),
        (float(values.std(ddof=1)) if len(values) > 1 else float("nan")),
    )
    low, high = (
        mean - Z95 * spread / np.sqrt(len(values)),
        mean + Z95 * spread / np.sqrt(len(values)),
    )
    if is_share(quantity):
        low, high = wilson_interval(int(values.sum()), len(values))
    return {
        "mean": mean,
        "low": float(low),
        "high": float(high),
        "median": float(np.median(values)),
        "sd": spread,
        "worlds": len(values),
    }


def evaluate_points(
    points: pd.DataFrame,
    model: Model,
    quantities: Sequence[str],
    worlds: int,
    progress: ProgressCallback | None = None,
) -> DesignResult:
    """Play every point of a design and return what its worlds gave.

    Parameters
    ----------
    points : pandas.DataFrame
        One row a point, one column a factor.
    model : Model
        A :class:`ScenarioModel`, or :class:`AnalyticModel` functions to try an analysis on.
    texts : sequence of str
        Quantities in the grammar of :mod:`poruka.analysis.quantities`.
    worlds : int
        Worlds of every point.
    tell : callable, optional
        Told ``(worlds done, worlds to play)``.
    """
    quantities = tuple(dict.fromkeys(quantities))
    return DesignResult(
        points.reset_index(drop=True),
        quantities,
        model.values(points, quantities, worlds, progress),
    )
