"""Morris screening: which numbers have an effect beyond what chance alone would show."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from poruka.analysis.evaluate import DesignResult
from poruka.utils.errors import BadInput

FactorBounds = Mapping[str, tuple[float, float]]
"""Factor to the lower and upper limit of its range."""
MORRIS_LEVELS = 4


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
    resamples: int = 300,
    seed: int = 1,
    min_relative_effect: float = 0.1,
    max_factors: int = 6,
) -> pd.DataFrame:
    """Return the Morris measures of each number, with intervals from resampling.

    Trajectories and worlds are resampled.

    Returns
    -------
    pandas.DataFrame
        Columns quantity, factor, mu (mean effect of the full range), mu_star (mean absolute
        effect), mu_star_low, mu_star_high (95 %), sigma (standard deviation of the effects:
        interaction or curvature), by_chance (the mu_star that chance alone would show), survives.
    """
    analyse = import_salib("analyze.morris").analyze
    rng, rows = np.random.default_rng(seed), []
    units = _to_unit_cube(result, bounds)
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
        count, _, worlds = effects.shape
        stars = np.empty((resamples, len(bounds)))
        for draw in range(resamples):
            sample = effects[rng.integers(count, size=count)][
                :, :, rng.integers(worlds, size=worlds)
            ]
            stars[draw] = np.abs(np.nanmean(sample, axis=2)).mean(axis=0)
        # Worlds drawn with replacement are noisier than the original ones, which inflates the
        # resampled means; the excess is subtracted.
        low, high = np.maximum(
            0.0,
            np.quantile(stars, (0.025, 0.975), axis=0) - (stars.mean(axis=0) - estimate["mu_star"]),
        )
        error = (
            np.nanstd(effects, axis=2, ddof=1) / np.sqrt(worlds)
            if worlds > 1
            else np.zeros(effects.shape[:2])
        )
        chance = np.sqrt(2.0 / np.pi) * error.mean(axis=0)
        for index, name in enumerate(bounds):
            rows.append(
                (
                    quantity,
                    name,
                    float(estimate["mu"][index]),
                    float(estimate["mu_star"][index]),
                    low[index],
                    high[index],
                    float(estimate["sigma"][index]),
                    chance[index],
                )
            )
    table = pd.DataFrame(
        rows,
        columns=[
            "quantity",
            "factor",
            "mu",
            "mu_star",
            "mu_star_low",
            "mu_star_high",
            "sigma",
            "by_chance",
        ],
    )
    surviving = select_factors(table, min_relative_effect, max_factors)
    table["survives"] = table["factor"].isin(surviving)
    return table


def _to_unit_cube(result: DesignResult, bounds: FactorBounds) -> np.ndarray:
    low, high = (np.array([limits[side] for limits in bounds.values()]) for side in (0, 1))
    return (result.points[list(bounds)].to_numpy(dtype=float) - low) / (high - low)


def select_factors(table: pd.DataFrame, min_relative_effect: float, max_factors: int) -> list[str]:
    """Return the numbers that survive the screening.

    These are the numbers whose effect beyond chance reaches ``min_relative_effect`` of the largest
    effect on any quantity. If there are more than ``max_factors``, those with the largest relative
    effect on any quantity remain.
    """
    beyond = (table["mu_star"] - table["by_chance"]).clip(lower=0.0)
    # The years of a series count as one quantity, since the largest effect in a year of little
    # variation means nothing.
    group = table["quantity"].str.replace(
        r"^(mean \w+) \d{4}-\d{2}\.\.\d{4}-\d{2}$", r"\1", regex=True
    )
    largest = beyond.groupby(group).transform("max")
    has_effect = largest > 0.0
    reaches = has_effect & (beyond >= min_relative_effect * largest)
    share = beyond.where(has_effect, 0.0) / largest.where(has_effect, 1.0)
    rank = (
        share.groupby(table["factor"], sort=False).max().sort_values(ascending=False, kind="stable")
    )
    survives = reaches.groupby(table["factor"], sort=False).any()
    return [str(name) for name in rank.index if survives[name]][:max_factors]
