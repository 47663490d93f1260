"""Evaluation of a design: the quantities of the worlds at each of its points. All points share
their random numbers, so that they differ only by their factors.
"""

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd

from poruka.analysis.cache import ProgressCallback, QuantityCache
from poruka.analysis.inference import (
    mean_over_valid_worlds,
    pooled_mean_interval,
    pooled_share_interval,
)
from poruka.analysis.over_draws import is_share, mean_over_draws
from poruka.scenario.scenario import Scenario


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


class SeededModel(Model, Protocol):
    """A model of which some points can be given luck of their own."""

    def with_point_seeds(self, offsets: Sequence[int]) -> Model:
        """Return the model with seeds per point: points of equal offset share their luck."""


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
        self.seed_offsets: Sequence[int] | None = None

    def with_point_seeds(self, offsets: Sequence[int]) -> "ScenarioModel":
        """Return the model with seeds per point: points of equal offset share their luck."""
        seeded = copy.copy(self)
        seeded.seed_offsets = [int(offset) for offset in offsets]
        return seeded

    def _seed_of_point(self, index: int) -> int:
        if self.seed_offsets is not None:
            return self.seed + self.seed_offsets[index]
        return self.seed if self.common_random_numbers else self.seed + 1 + index

    def values(
        self,
        points: pd.DataFrame,
        quantities: Sequence[str],
        worlds: int,
        progress: ProgressCallback | None = None,
    ) -> np.ndarray:
        """Return quantities, shape (points, worlds, quantities)."""
        seeded_scenarios = [
            (self.build_scenario(point), self._seed_of_point(index))
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
        self.seed_offsets: Sequence[int] | None = None

    def with_point_seeds(self, offsets: Sequence[int]) -> "AnalyticModel":
        """Return the model with seeds per point: points of equal offset share their luck."""
        seeded = copy.copy(self)
        seeded.seed_offsets = [int(offset) for offset in offsets]
        return seeded

    def _draw_noise(self, points: int, quantities: int, world: int) -> np.ndarray:
        noise, offsets = np.empty((points, quantities)), np.array(self.seed_offsets or [0] * points)
        for offset in np.unique(offsets):
            rows = 1 if self.common_random_numbers else int((offsets == offset).sum())
            # Without offsets the seed and the world alone address the noise.
            rng = np.random.default_rng((self.seed, world, *([int(offset)] if offset else [])))
            noise[offsets == offset] = rng.standard_normal((rows, quantities))
        return noise

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
        draws = [self._draw_noise(len(points), len(quantities), world) for world in range(worlds)]
        return np.asarray(means + self.noise * np.stack(draws, axis=1))


class DesignResult(NamedTuple):
    """The points of a design with the quantities of their worlds.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a point, one column a factor.
    quantities : tuple of str
        In the grammar of :mod:`poruka.analysis.quantities`.
    values : ndarray of float64, shape (points, worlds, quantities)
    draws : ndarray of int or None
        The draw of the numbers of each world, where several worlds share one.
    """

    points: pd.DataFrame
    quantities: tuple[str, ...]
    values: np.ndarray
    draws: np.ndarray | None = None

    @property
    def worlds(self) -> int:
        """Worlds of every point."""
        return self.values.shape[1]

    @property
    def failed_worlds(self) -> int:
        """Worlds that failed, over all points."""
        # A world that was completed may have no value of one quantity, such as of a ratio.
        return int(np.isnan(self.values).all(axis=2).sum())

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
                        **summary_statistics(
                            self.quantity_values(quantity)[index], quantity, self.draws
                        ),
                    }
                )
        return pd.DataFrame(rows)


def summary_statistics(
    values: np.ndarray, quantity: str = "", draws: np.ndarray | None = None
) -> dict[str, float]:
    """Return mean, 95 % interval, median, standard deviation and number of worlds.

    The interval of a share of worlds is Wilson's, that of any other mean Student's. Where several
    points are given, world k is taken to have the same luck at each of them: intervals and the
    number of worlds are those of as many worlds as one point has.

    Parameters
    ----------
    values : ndarray, shape (worlds,) or (points, worlds)
        NaN where a world failed.
    quantity : str
    draws : ndarray of int, optional
        The draw of the numbers of each world, where several share one: draws are then the
        independent units, and ``numbers_low`` and ``numbers_high`` the interval over the numbers.

    Examples
    --------
    >>> summary = summary_statistics(np.array([0.0, 1.0, 1.0, 1.0]), "broken")
    >>> {name: round(value, 2) for name, value in summary.items()}
    {'mean': 0.75, 'low': 0.3, 'high': 0.95, 'median': 1.0, 'sd': 0.5, 'worlds': 4}
    """
    values = np.where(np.isfinite(values), values, np.nan)
    values = values.reshape(-1, values.shape[-1])
    valid = values[~np.isnan(values)]
    if not len(valid):
        empty = dict.fromkeys(("mean", "low", "high", "median", "sd"), float("nan"))
        numbers = () if draws is None else ("numbers_low", "numbers_high")
        return empty | {"worlds": 0} | dict.fromkeys(numbers, float("nan"))
    if draws is None:
        interval = (pooled_share_interval if is_share(quantity) else pooled_mean_interval)(values)
        found = {"mean": float(valid.mean()), "low": interval.low, "high": interval.high}
    else:
        found = mean_over_draws(values, draws, quantity)
    return found | {
        "median": float(np.median(valid)),
        "sd": float(valid.std(ddof=1)) if len(valid) > 1 else float("nan"),
        "worlds": int((~np.isnan(values)).any(axis=0).sum()),
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


def share_draws(result: DesignResult, worlds_each: int) -> DesignResult:
    """Return a result that knows which of its worlds share a draw of the numbers, where any do."""
    draws = np.arange(result.worlds) // worlds_each if worlds_each > 1 else None
    return result._replace(draws=draws)
