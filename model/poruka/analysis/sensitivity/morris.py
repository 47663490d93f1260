"""Morris screening: which numbers matter at all, told apart from what chance alone would show."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from poruka.analysis.evaluate import DesignResult
from poruka.utils.errors import BadInput

FactorBounds = Mapping[str, tuple[float, float]]
"""Factor to the two ends of its range."""
MORRIS_LEVELS = 4


def import_salib(part: str) -> Any:
    """Return a part of SALib, or say how to get it."""
    from importlib import import_module

    try:
        return import_module(f"SALib.{part}")
    except ModuleNotFoundError:
        raise BadInput(
            "sensitivity needs SALib, which is not installed; `pip install poruka[analysis]`"
            " brings it."
        ) from None


def build_salib_problem(bounds: FactorBounds) -> dict[str, Any]:
    """Return the factors on the unit cube, as SALib wants them described."""
    return {"num_vars": len(bounds), "names": list(bounds), "bounds": [[0.0, 1.0]] * len(bounds)}


def scale_to_bounds(unit_points: np.ndarray, bounds: FactorBounds) -> pd.DataFrame:
    """Return points of the unit cube on the factors' own ranges."""
    low, high = (np.array([ends[side] for ends in bounds.values()]) for side in (0, 1))
    return pd.DataFrame(low + unit_points * (high - low), columns=list(bounds))


def sample_morris_trajectories(bounds: FactorBounds, trajectories: int, seed: int) -> pd.DataFrame:
    """Return Morris trajectories: paths through the space of factors that move one of them at each
    step.

    Examples
    --------
    >>> sample_morris_trajectories({"a": (0.0, 1.0), "b": (0.0, 10.0)}, trajectories=3, seed=1).shape
    (9, 2)
    """
    return scale_to_bounds(
        import_salib("sample.morris").sample(
            build_salib_problem(bounds), trajectories, num_levels=MORRIS_LEVELS, seed=seed
        ),
        bounds,
    )


def elementary_effects(result: DesignResult, bounds: FactorBounds, quantity: str) -> np.ndarray:
    """Return the effect of each step on the whole range of its factor, shape (trajectories,
    factors, worlds).
    """
    size = len(bounds) + 1
    values = result.quantity_values(quantity).reshape(-1, size, result.worlds)
    low, high = (np.array([ends[side] for ends in bounds.values()]) for side in (0, 1))
    unit = ((result.points[list(bounds)].to_numpy(dtype=float) - low) / (high - low)).reshape(
        -1, size, len(bounds)
    )
    steps = np.diff(unit, axis=1)
    which = np.abs(steps).argmax(axis=2)
    length = np.take_along_axis(steps, which[:, :, None], axis=2)
    made = np.empty((values.shape[0], len(bounds), result.worlds))
    # A month that was rounded away moved nothing: no effect, not an endless one.
    moved = np.divide(
        np.diff(values, axis=1),
        length,
        out=np.zeros_like(values[:, 1:]),
        where=np.abs(length) > 1e-12,
    )
    np.put_along_axis(made, which[:, :, None], moved, axis=1)
    return made


def screen_factors(
    result: DesignResult,
    bounds: FactorBounds,
    quantities: Sequence[str],
    resamples: int = 300,
    seed: int = 1,
    min_relative_effect: float = 0.1,
    max_factors: int = 6,
) -> pd.DataFrame:
    """Return what each number moves, with intervals from resampled trajectories and worlds.

    Returns
    -------
    pandas.DataFrame
        Columns quantity, factor, mu (mean effect of the whole range), mu_star (mean size),
        mu_star_low, mu_star_high (95 %), sigma (spread of the effects: interaction or curvature),
        by_chance (the mu_star chance alone would show), survives.
    """
    analyse, rng, rows = import_salib("analyze.morris").analyze, np.random.default_rng(seed), []
    units = _to_unit_cube(result, bounds)
    for text in quantities:
        effects = elementary_effects(result, bounds, text)
        found = analyse(
            build_salib_problem(bounds),
            units,
            result.mean(text),
            num_levels=MORRIS_LEVELS,
            num_resamples=2,
            seed=seed,
            print_to_console=False,
        )
        count, _, worlds = effects.shape
        stars = np.empty((resamples, len(bounds)))
        for place in range(resamples):
            some = effects[rng.integers(count, size=count)][:, :, rng.integers(worlds, size=worlds)]
            stars[place] = np.abs(np.nanmean(some, axis=2)).mean(axis=0)
        # Worlds drawn with replacement are noisier than those there are; that much of a resampled
        # size is taken off again.
        low, high = np.maximum(
            0.0,
            np.quantile(stars, (0.025, 0.975), axis=0) - (stars.mean(axis=0) - found["mu_star"]),
        )
        error = (
            np.nanstd(effects, axis=2, ddof=1) / np.sqrt(worlds)
            if worlds > 1
            else np.zeros(effects.shape[:2])
        )
        chance = np.sqrt(2.0 / np.pi) * error.mean(axis=0)
        for place, name in enumerate(bounds):
            rows.append(
                (
                    text,
                    name,
                    float(found["mu"][place]),
                    float(found["mu_star"][place]),
                    low[place],
                    high[place],
                    float(found["sigma"][place]),
                    chance[place],
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
    kept = select_factors(table, min_relative_effect, max_factors)
    table["survives"] = table["factor"].isin(kept)
    return table


def _to_unit_cube(result: DesignResult, bounds: FactorBounds) -> np.ndarray:
    low, high = (np.array([ends[side] for ends in bounds.values()]) for side in (0, 1))
    return (result.points[list(bounds)].to_numpy(dtype=float) - low) / (high - low)


def select_factors(table: pd.DataFrame, min_relative_effect: float, max_factors: int) -> list[str]:
    """Return the numbers that go on: those whose effect beyond chance reaches a share of the
    largest one, on any quantity.

    Where more than ``most`` do, those stay that rank highest, by the largest share of any
    quantity's biggest effect.
    """
    beyond = (table["mu_star"] - table["by_chance"]).clip(lower=0.0)
    # The years of a series are one quantity: a year in which it hardly moves has no largest effect
    # worth the name.
    what = table["quantity"].str.replace(
        r"^(mean \w+) \d{4}-\d{2}\.\.\d{4}-\d{2}$", r"\1", regex=True
    )
    largest = beyond.groupby(what).transform("max")
    some = largest > 0.0
    reaches = some & (beyond >= min_relative_effect * largest)
    share = beyond.where(some, 0.0) / largest.where(some, 1.0)
    rank = (
        share.groupby(table["factor"], sort=False).max().sort_values(ascending=False, kind="stable")
    )
    may = reaches.groupby(table["factor"], sort=False).any()
    return [str(name) for name in rank.index if may[name]][:max_factors]
