"""Evaluation of a design: the quantities of the worlds at each of its points. All points share
their random numbers, so that they differ only by their factors.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd

from poruka.analysis.cache import ProgressCallback, QuantityCache
from poruka.scenario.scenario import Scenario
from poruka.utils.statistics import t_interval, wilson_interval


class Model(Protocol):
    """Anything that returns quantities for points: a country, or functions with known values."""

    def values(
        self,
        points: pd.DataFrame,
        quantities: Sequence[str],
        worlds: int,
        progress: ProgressCallback | None = None,
    ) -> np.ndarray:
        """Return quantities, shape (points, worlds, quantities)."""


class ScenarioModel:
    """Simulates worlds of a scenario at each point.

    Parameters
    ----------
    build_scenario : callable
        Builds the scenario of a point, given as a mapping of factor names to values.
    seed : int
        World k has the same random numbers at every point.
    cache : QuantityCache
        Stores the quantities of the worlds.
    common_random_numbers : bool
        Whether all points share their random numbers; otherwise every point has its own seed.
    calendar : Scenario, optional
        Where countries start in different months, the scenario from whose start months are counted.
    date_quantities : sequence of str
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
        self.build_scenario = build_scenario
        self.seed = seed
        self.cache = cache
        self.common_random_numbers = common_random_numbers
        self.calendar = calendar
        self.date_quantities = date_quantities

    def values(
        self,
        points: pd.DataFrame,
        quantities: Sequence[str],
        worlds: int,
        progress: ProgressCallback | None = None,
    ) -> np.ndarray:
        """Return quantities, shape (points, worlds, quantities)."""
        seeded_scenarios = [
            (
                self.build_scenario(point),
                self.seed if self.common_random_numbers else self.seed + 1 + index,
            )
            for index, point in enumerate(points.to_dict("records"))
        ]
        values = self.cache.values(seeded_scenarios, quantities, worlds, progress)
        if self.calendar is not None:
            months = [
                index
                for index, quantity in enumerate(quantities)
                if quantity in self.date_quantities
            ]
            values[:, :, months] += np.array(
                [self.calendar.month_of(scenario.start_date) for scenario, _ in seeded_scenarios]
            )[:, None, None]
        return values


class AnalyticModel:
    """A substitute for a country: functions of the points with known values, optionally with noise.

    Examples
    --------
    >>> double = AnalyticModel({"y": lambda points: 2.0 * points["x"]})
    >>> evaluate_points(pd.DataFrame({"x": [1.0, 2.0]}), double, ["y"], worlds=1).mean("y").tolist()
    [2.0, 4.0]
    """

    def __init__(
        self,
        functions: Mapping[str, Callable[[pd.DataFrame], Any]],
        noise: float = 0.0,
        seed: int = 1,
        common_random_numbers: bool = False,
    ):
        self.functions = functions
        self.noise = noise
        self.seed = seed
        self.common_random_numbers = common_random_numbers

    def values(
        self,
        points: pd.DataFrame,
        quantities: Sequence[str],
        worlds: int,
        progress: ProgressCallback | None = None,
    ) -> np.ndarray:
        """Return quantities, shape (points, worlds, quantities)."""
        means = np.stack(
            [np.asarray(self.functions[quantity](points), dtype=float) for quantity in quantities],
            axis=-1,
        )[:, None, :]
        shape = (1 if self.common_random_numbers else len(points), len(quantities))
        draws = [
            np.random.default_rng((self.seed, world)).standard_normal(shape)
            for world in range(worlds)
        ]
        return np.asarray(means + self.noise * np.stack(draws, axis=1))


def mean_over_valid_worlds(values: np.ndarray, axis: int) -> np.ndarray:
    """Return the mean over the worlds that did not fail; NaN where all failed, without a warning.

    Examples
    --------
    >>> mean_over_valid_worlds(np.array([[1.0, np.nan], [3.0, np.nan]]), axis=0)
    array([ 2., nan])
    """
    valid_count = np.isfinite(values).sum(axis=axis)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.nansum(values, axis=axis) / np.where(valid_count > 0, valid_count, np.nan)


class DesignResult(NamedTuple):
    """The points of a design with the quantities of their worlds.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a point, one column a factor.
    quantities : tuple of str
        In the grammar of :mod:`poruka.analysis.quantities`.
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
        """Return mean, 95 % interval, median and standard deviation of each quantity and point."""
        rows = []
        for index, point in enumerate(self.points.to_dict("records")):
            for quantity in self.quantities:
                rows.append(
                    {
                        "point": index,
                        **point,
                        "quantity": quantity,
                        **summary_statistics(self.quantity_values(quantity)[index], quantity),
                    }
                )
        return pd.DataFrame(rows)


def is_share(quantity: str) -> bool:
    """Return whether a quantity is 0 or 1 in every world, so that its mean is a share of worlds.

    Examples
    --------
    >>> is_share("share_pact"), is_share("is first_successor kin")
    (True, True)
    >>> is_share("largest_wave"), is_share("share_pact minus share_heir")
    (False, False)
    """
    combines_two = " minus " in quantity or " over " in quantity
    return not combines_two and (
        quantity.startswith(("share_", "group_", "is ")) or quantity in ("broken", "passed_on")
    )


def summary_statistics(values: np.ndarray, quantity: str = "") -> dict[str, float]:
    """Return mean, 95 % interval, median, standard deviation and number of worlds.

    The interval of a share of worlds is Wilson's, that of any other mean Student's. Each value must
    come from a world of its own.

    Examples
    --------
    >>> summary = summary_statistics(np.array([0.0, 1.0, 1.0, 1.0]), "broken")
    >>> {name: round(value, 2) for name, value in summary.items()}
    {'mean': 0.75, 'low': 0.3, 'high': 0.95, 'median': 1.0, 'sd': 0.5, 'worlds': 4}
    """
    values = values[np.isfinite(values)]
    if not len(values):
        return dict.fromkeys(("mean", "low", "high", "median", "sd"), float("nan")) | {"worlds": 0}
    mean = float(values.mean())
    deviation = float(values.std(ddof=1)) if len(values) > 1 else float("nan")
    if is_share(quantity):
        low, high = wilson_interval(int(values.sum()), len(values))
    else:
        low, high = t_interval(values)
    return {
        "mean": mean,
        "low": float(low),
        "high": float(high),
        "median": float(np.median(values)),
        "sd": deviation,
        "worlds": len(values),
    }


def evaluate_points(
    points: pd.DataFrame,
    model: Model,
    quantities: Sequence[str],
    worlds: int,
    progress: ProgressCallback | None = None,
) -> DesignResult:
    """Simulate every point of a design and return the quantities of its worlds.

    Parameters
    ----------
    points : pandas.DataFrame
        One row a point, one column a factor.
    model : Model
        A :class:`ScenarioModel`, or an :class:`AnalyticModel` to test an analysis.
    quantities : sequence of str
        In the grammar of :mod:`poruka.analysis.quantities`.
    worlds : int
        Worlds of every point.
    progress : callable, optional
        Receives ``(worlds completed, worlds to simulate)``.
    """
    quantities = tuple(dict.fromkeys(quantities))
    return DesignResult(
        points.reset_index(drop=True),
        quantities,
        model.values(points, quantities, worlds, progress),
    )
