"""Morris screening: which numbers matter at all, told apart from what chance alone would show."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from poruka.analysis.evaluate import Played
from poruka.utils.errors import BadInput

Bounds = Mapping[str, tuple[float, float]]
"""Factor to the two ends of its range."""
LEVELS = 4


def salib(part: str) -> Any:
    """Return a part of SALib, or say how to get it."""
    from importlib import import_module

    try:
        return import_module(f"SALib.{part}")
    except ModuleNotFoundError:
        raise BadInput(
            "sensitivity needs SALib, which is not installed; `pip install poruka[analysis]`"
            " brings it."
        ) from None


def unit_problem(bounds: Bounds) -> dict[str, Any]:
    """Return the factors on the unit cube, as SALib wants them described."""
    return {"num_vars": len(bounds), "names": list(bounds), "bounds": [[0.0, 1.0]] * len(bounds)}


def scaled(unit: np.ndarray, bounds: Bounds) -> pd.DataFrame:
    """Return points of the unit cube on the factors' own ranges."""
    low, high = (np.array([ends[side] for ends in bounds.values()]) for side in (0, 1))
    return pd.DataFrame(low + unit * (high - low), columns=list(bounds))


def morris_points(bounds: Bounds, trajectories: int, seed: int) -> pd.DataFrame:
    """Return Morris trajectories: paths through the space of factors that move one of them at each
    step.

    Examples
    --------
    >>> morris_points({"a": (0.0, 1.0), "b": (0.0, 10.0)}, trajectories=3, seed=1).shape
    (9, 2)
    """
    return scaled(
        salib("sample.morris").sample(
            unit_problem(bounds), trajectories, num_levels=LEVELS, seed=seed
        ),
        bounds,
    )


def elementary_effects(played: Played, bounds: Bounds, text: str) -> np.ndarray:
    """Return the effect of each step on the whole range of its factor, shape (trajectories,
    factors, worlds).
    """
    size = len(bounds) + 1
    values = played.of(text).reshape(-1, size, played.worlds)
    low, high = (np.array([ends[side] for ends in bounds.values()]) for side in (0, 1))
    unit = ((played.points[list(bounds)].to_numpy(dtype=float) - low) / (high - low)).reshape(
        -1, size, len(bounds)
    )
    steps = np.diff(unit, axis=1)
    which = np.abs(steps).argmax(axis=2)
    length = np.take_along_axis(steps, which[:, :, None], axis=2)
    made = np.empty((values.shape[0], len(bounds), played.worlds))
    # A month that was rounded away moved nothing: no effect, not an endless one.
    moved = np.divide(
        np.diff(values, axis=1),
        length,
        out=np.zeros_like(values[:, 1:]),
        where=np.abs(length) > 1e-12,
    )
    np.put_along_axis(made, which[:, :, None], moved, axis=1)
    return made


def screen(
    played: Played,
    bounds: Bounds,
    texts: Sequence[str],
    resamples: int = 300,
    seed: int = 1,
    keep: float = 0.1,
    most: int = 6,
) -> pd.DataFrame:
    """Return what each number moves, with intervals from resampled trajectories and worlds.

    Returns
    -------
    pandas.DataFrame
        Columns quantity, factor, mu (mean effect of the whole range), mu_star (mean size),
        mu_star_low, mu_star_high (95 %), sigma (spread of the effects: interaction or curvature),
        by_chance (the mu_star chance alone would show), survives.
    """
    analyse, rng, rows = salib("analyze.morris").analyze, np.random.default_rng(seed), []
    units = _units(played, bounds)
    for text in texts:
        effects = elementary_effects(played, bounds, text)
        found = analyse(
            unit_problem(bounds),
            units,
            played.mean(text),
            num_levels=LEVELS,
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
    kept = survivors(table, keep, most)
    table["survives"] = table["factor"].isin(kept)
    return table


def _units(played: Played, bounds: Bounds) -> np.ndarray:
    low, high = (np.array([ends[side] for ends in bounds.values()]) for side in (0, 1))
    return (played.points[list(bounds)].to_numpy(dtype=float) - low) / (high - low)


def survivors(table: pd.DataFrame, keep: float, most: int) -> list[str]:
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
    reaches = some & (beyond >= keep * largest)
    share = beyond.where(some, 0.0) / largest.where(some, 1.0)
    rank = (
        share.groupby(table["factor"], sort=False).max().sort_values(ascending=False, kind="stable")
    )
    may = reaches.groupby(table["factor"], sort=False).any()
    return [str(name) for name in rank.index if may[name]][:most]
