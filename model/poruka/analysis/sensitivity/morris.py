"""Morris screening: which numbers have an effect beyond what chance alone would show."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from poruka.analysis.evaluate import DesignResult
from poruka.analysis.inference.sign_flips import assess_jointly, draw_sign_flips
from poruka.analysis.sensitivity.effect_size import estimate_effect_size, flipped_statistics
from poruka.utils.errors import BadInput

FactorBounds = Mapping[str, tuple[float, float]]
"""Factor to the lower and upper limit of its range."""
MORRIS_LEVELS = 4
MOST_UNITS = 100
"""Units whose signs are flipped; more worlds are flipped in as many batches."""


def import_salib(part: str) -> Any:
    """Return a module of SALib; if it is not installed, the error says how to install it."""
    from importlib import import_module

    try:
        return import_module(f"SALib.{part}")
    except ModuleNotFoundError:
        raise BadInput(
            "sensitivity analysis needs SALib, which is not installed; install it with `pip install"
            " poruka[analysis]`."
        ) from None


def build_salib_problem(bounds: FactorBounds) -> dict[str, Any]:
    """Return the factors on the unit cube as a SALib problem."""
    return {"num_vars": len(bounds), "names": list(bounds), "bounds": [[0.0, 1.0]] * len(bounds)}


def scale_to_bounds(unit_points: np.ndarray, bounds: FactorBounds) -> pd.DataFrame:
    """Return points of the unit cube scaled to the ranges of the factors."""
    low, high = (np.array([limits[side] for limits in bounds.values()]) for side in (0, 1))
    return pd.DataFrame(low + unit_points * (high - low), columns=list(bounds))


def sample_morris_trajectories(bounds: FactorBounds, trajectories: int, seed: int) -> pd.DataFrame:
    """Return Morris trajectories: sequences of points that change one factor at each step.

    Examples
    --------
    >>> bounds = {"a": (0.0, 1.0), "b": (0.0, 10.0)}
    >>> sample_morris_trajectories(bounds, trajectories=3, seed=1).shape
    (9, 2)
    """
    return scale_to_bounds(
        import_salib("sample.morris").sample(
            build_salib_problem(bounds), trajectories, num_levels=MORRIS_LEVELS, seed=seed
        ),
        bounds,
    )


def elementary_effects(result: DesignResult, bounds: FactorBounds, quantity: str) -> np.ndarray:
    """Return the effect of each step, scaled to the full range of its factor.

    The shape is (trajectories, factors, worlds).
    """
    size = len(bounds) + 1
    values = result.quantity_values(quantity).reshape(-1, size, result.worlds)
    low, high = (np.array([limits[side] for limits in bounds.values()]) for side in (0, 1))
    unit = ((result.points[list(bounds)].to_numpy(dtype=float) - low) / (high - low)).reshape(
        -1, size, len(bounds)
    )
    steps = np.diff(unit, axis=1)
    changed_factor = np.abs(steps).argmax(axis=2)
    length = np.take_along_axis(steps, changed_factor[:, :, None], axis=2)
    effects = np.empty((values.shape[0], len(bounds), result.worlds))
    # A step rounded to the same month changes nothing: its effect is 0, not infinite.
    step_effects = np.divide(
        np.diff(values, axis=1),
        length,
        out=np.zeros_like(values[:, 1:]),
        where=np.abs(length) > 1e-12,
    )
    np.put_along_axis(effects, changed_factor[:, :, None], step_effects, axis=1)
    return effects


def screen_factors(
    result: DesignResult,
    bounds: FactorBounds,
    quantities: Sequence[str],
    seed: int = 1,
    false_discovery_rate: float = 0.05,
) -> pd.DataFrame:
    """Return the Morris measures of each number, and which of its effects are more than luck.

    Worlds that share their luck are the independent unit. An effect survives by a sign-flip test
    over worlds (:func:`poruka.analysis.inference.sign_flips.assess_jointly`): of those that
    survive, over all numbers and quantities together, at most ``false_discovery_rate`` are false on
    average. A number that does nothing to the expected outcome but changes the luck of worlds is
    no exception. With fewer than seven worlds at 5 % nothing can survive. Of 24 numbers and 17
    quantities, in ten trajectories of ten worlds, an effect of the whole range that is as large as
    the standard deviation of worlds is found in two of three designs, one and a half times as large
    in all.

    Parameters
    ----------
    result : DesignResult
        Of the points of :func:`sample_morris_trajectories`.
    bounds : mapping of str to (float, float)
    quantities : sequence of str
    seed : int
        Of the sign flips, where there are too many worlds to try all.
    false_discovery_rate : float

    Returns
    -------
    pandas.DataFrame
        Columns quantity, factor, mu (mean effect of the full range), mu_low, mu_high (95 %), rms
        (root mean square of the expected effects, free of the luck of few worlds), rms_low,
        rms_high (95 %), mu_star (mean absolute effect, as SALib gives it: luck adds to it),
        by_chance (the mu_star that luck alone would show), sigma (standard deviation of the
        effects: interaction or curvature), p (of this effect alone), q (false discovery rate among
        all), survives.
    """
    analyse = import_salib("analyze.morris").analyze
    flips = draw_sign_flips(min(result.worlds, MOST_UNITS), np.random.default_rng(seed))
    units, rows, statistics = _to_unit_cube(result, bounds), [], []
    for quantity in quantities:
        effects = elementary_effects(result, bounds, quantity)
        estimate = analyse(
            build_salib_problem(bounds),
            units,
            result.mean(quantity),
            num_levels=MORRIS_LEVELS,
            num_resamples=2,
            seed=seed,
            print_to_console=False,
        )
        chance = _mean_size_by_chance(effects)
        statistics.append(flipped_statistics(effects, flips))
        for index, name in enumerate(bounds):
            found = estimate_effect_size(effects[:, index])
            rows.append(
                {
                    "quantity": quantity,
                    "factor": name,
                    "mu": float(estimate["mu"][index]),
                    "mu_low": found.mean_low,
                    "mu_high": found.mean_high,
                    "rms": found.size,
                    "rms_low": found.size_low,
                    "rms_high": found.size_high,
                    "mu_star": float(estimate["mu_star"][index]),
                    "by_chance": chance[index],
                    "sigma": float(estimate["sigma"][index]),
                }
            )
    table = pd.DataFrame(rows)
    table["p"], table["q"] = assess_jointly(
        *(np.hstack(parts) for parts in zip(*statistics, strict=True))
    )
    table["survives"] = table["q"] <= false_discovery_rate
    return table


def _mean_size_by_chance(effects: np.ndarray) -> np.ndarray:
    """Return the mean absolute effect that luck alone would show, for each number."""
    worlds = effects.shape[2]
    if worlds < 2:
        return np.zeros(effects.shape[1])
    error = np.nanstd(effects, axis=2, ddof=1) / np.sqrt(worlds)
    return np.asarray(np.sqrt(2.0 / np.pi) * error.mean(axis=0))


def _to_unit_cube(result: DesignResult, bounds: FactorBounds) -> np.ndarray:
    low, high = (np.array([limits[side] for limits in bounds.values()]) for side in (0, 1))
    return (result.points[list(bounds)].to_numpy(dtype=float) - low) / (high - low)


def select_factors(table: pd.DataFrame, min_relative_effect: float, max_factors: int) -> list[str]:
    """Return the numbers that go on to a closer analysis, those of the largest effects first.

    These are the numbers that survive on some quantity with at least ``min_relative_effect`` of the
    size of the largest effect on it. If there are more than ``max_factors``, those with the largest
    share remain.
    """
    size = table["rms"].where(table["survives"], 0.0)
    # The years of a series count as one quantity, since the largest effect in a year of little
    # variation means nothing.
    group = table["quantity"].str.replace(
        r"^(mean \w+) \d{4}-\d{2}\.\.\d{4}-\d{2}$", r"\1", regex=True
    )
    largest = size.groupby(group).transform("max")
    share = size / largest.where(largest > 0.0, 1.0)
    reaches = table["survives"] & (size > 0.0) & (share >= min_relative_effect)
    rank = (
        share.groupby(table["factor"], sort=False).max().sort_values(ascending=False, kind="stable")
    )
    selected = reaches.groupby(table["factor"], sort=False).any()
    return [str(name) for name in rank.index if selected[name]][:max_factors]
