"""Planted truths of a fit to the record of several countries, made in the same way as the fit."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import binom

from poruka.analysis.calibration.planted_truths import RANK_DRAWS
from poruka.analysis.calibration.weighted_sample import weighted_quantiles
from poruka.analysis.inference.false_discovery import benjamini_hochberg
from poruka.analysis.record_fit.nearest_draws import Pool, find_nearest
from poruka.analysis.record_fit.number_table import IDLE, NumberTable, Scaling
from poruka.analysis.record_fit.target_signal import TargetSignal, measure_signal

MOST_MOVED = 0.1
"""Share of the numbers that the targets are moved by most; they are looked at apart."""
BOUNDS_90, BOUNDS_50 = (0.86, 0.94), (0.44, 0.56)
"""Where shares of truths inside bands may lie, over all numbers; as for small known problems."""
LARGEST_IDLE_CONTRACTION = 0.05
PLACEBOS = 100
"""Truths planted with histories that are not theirs."""
LARGEST_SHUFFLED_SHARE = 0.02
"""Share of a target shuffled between histories that numbers may seem to account for."""


class PlantedNumbers(NamedTuple):
    """Truths planted in the countries, and what their fits say.

    Attributes
    ----------
    located : pandas.DataFrame
        One row a truth and number: truth, number, rank, inside_50, inside_90, contraction (of the
        variance, against the prior), true_score and mean_score (truth and posterior mean, in
        standard deviations of the prior).
    tolerances : ndarray
        How far the draws of each fit lie from its history at most.
    shuffled : ndarray
        Share that numbers seem to account for of each target shuffled between histories.
    placebo : pandas.DataFrame
        As located, of truths whose histories were shuffled between draws.
    """

    located: pd.DataFrame
    tolerances: np.ndarray
    shuffled: np.ndarray
    placebo: pd.DataFrame


class Check(NamedTuple):
    """One thing that planted truths must show before a fit counts."""

    name: str
    found: str
    demanded: str
    passed: bool


def plant_numbers(
    table: NumberTable,
    pool: Pool,
    signal: TargetSignal,
    kept: int,
    truths: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> PlantedNumbers:
    """Return whether the numbers under which histories were played are found again.

    A draw of the pool is the truth and its worlds are the history; the fit is made with all other
    draws, the same distance and as many draws kept as for the record.
    """
    located, tolerances = _plant(table, pool, signal, kept, truths, seed, progress)
    order = np.random.default_rng((seed, 31)).permutation(len(pool.rows))
    mixed = Pool(pool.rows, pool.outputs[order])
    placebo, _ = _plant(table, mixed, signal, kept, min(truths, PLACEBOS), seed, None)
    shuffled = measure_signal(mixed.rows, mixed.outputs).shares
    return PlantedNumbers(located, tolerances, shuffled, placebo)


def _plant(
    table: NumberTable,
    pool: Pool,
    signal: TargetSignal,
    kept: int,
    truths: int,
    seed: int,
    progress: Callable[[int, int], None] | None,
) -> tuple[pd.DataFrame, np.ndarray]:
    """Return where truths lie in their fits, and the tolerance of each fit."""
    scaling = Scaling.over(pool.rows)
    located, tolerances = [], []
    for truth, place in enumerate(_choose_truths(pool, truths, seed)):
        found = find_nearest(
            pool.outputs[place], pool, signal.scale, signal.weights, kept, left_out=place
        )
        own = np.random.default_rng((seed, 29, truth))
        rows = pool.rows[found.places]
        located.append(_locate(truth, table, scaling, pool.rows[place], rows, own))
        tolerances.append(found.tolerance)
        if progress is not None:
            progress(truth + 1, truths)
    return pd.concat(located, ignore_index=True), np.array(tolerances)


def tolerances_of_truths(
    pool: Pool, signal: TargetSignal, kept: int, truths: int, seed: int
) -> np.ndarray:
    """Return how far the draws kept lie from the histories of the same truths at most."""
    return np.array(
        [
            find_nearest(
                pool.outputs[place], pool, signal.scale, signal.weights, kept, left_out=place
            ).tolerance
            for place in _choose_truths(pool, truths, seed)
        ]
    )


def _choose_truths(pool: Pool, truths: int, seed: int) -> list[int]:
    rng = np.random.default_rng((seed, 23))
    return [int(place) for place in rng.permutation(len(pool.rows))[:truths]]


def _locate(
    truth: int,
    table: NumberTable,
    scaling: Scaling,
    true_row: np.ndarray,
    rows: np.ndarray,
    rng: np.random.Generator,
) -> pd.DataFrame:
    true_scores, scores = scaling.scaled(true_row), scaling.scaled(rows)
    weights = np.ones(len(rows))
    records = []
    for column, key in enumerate(table.keys):
        if key in table.cells:  # of two codes no band says anything
            continue
        values, value = rows[:, column], true_row[column]
        low, low_50, high_50, high = weighted_quantiles(values, weights, (0.05, 0.25, 0.75, 0.95))
        drawn = values[rng.integers(len(values), size=RANK_DRAWS)]
        ties = int((drawn == value).sum())
        records.append(
            {
                "truth": truth,
                "number": key,
                "rank": int((drawn < value).sum()) + int(rng.integers(ties + 1)),
                "inside_50": bool(low_50 <= value <= high_50),
                "inside_90": bool(low <= value <= high),
                "contraction": 1.0 - float(scores[:, column].var(ddof=1)),
                "true_score": float(true_scores[column]),
                "mean_score": float(scores[:, column].mean()),
            }
        )
    return pd.DataFrame(records)


def check_planted(planted: PlantedNumbers, signal: TargetSignal, table: NumberTable) -> list[Check]:
    """Return what planted truths must show, and whether they do.

    The bounds were settled before a pool of the size of the fit was played.
    """
    located = planted.located
    moved = most_moved(signal, table)
    checks = [
        _coverage(located, "inside_90", BOUNDS_90, "all numbers, 90 % bands"),
        _coverage(located, "inside_50", BOUNDS_50, "all numbers, 50 % bands"),
    ]
    part = located[located["number"].isin(moved)]
    # Wider bands than need be are no fault here: what is near a history is not the same as it.
    checks += [
        _coverage(part, "inside_90", (BOUNDS_90[0], 1.0), "numbers moved most, 90 % bands"),
        _coverage(part, "inside_50", (BOUNDS_50[0], 1.0), "numbers moved most, 50 % bands"),
    ]
    counts = located.groupby("number", sort=False)["inside_90"].agg(["sum", "size"])
    p_values = binom.cdf(counts["sum"], counts["size"], 0.9)
    narrow = int((benjamini_hochberg(p_values) < 0.05).sum())
    checks.append(
        Check(
            "single numbers whose 90 % bands are too narrow",
            f"{narrow} of {len(counts)}",
            "none, at a false discovery rate of 5 %",
            narrow == 0,
        )
    )
    idle = located.loc[located["number"] == IDLE, "contraction"]
    mean, error = float(idle.mean()), float(idle.std(ddof=1) / np.sqrt(len(idle)))
    checks.append(
        Check(
            "a number that nothing reads stays at its prior",
            f"variance smaller by {mean:.1%} ± {1.96 * error:.1%}",
            f"within {LARGEST_IDLE_CONTRACTION:.0%}, chance aside",
            abs(mean) - 1.96 * error <= LARGEST_IDLE_CONTRACTION,
        )
    )
    largest = float(planted.shuffled.max())
    checks.append(
        Check(
            "targets shuffled between histories say nothing",
            f"at most {largest:.1%} of the variance",
            f"at most {LARGEST_SHUFFLED_SHARE:.0%}",
            largest <= LARGEST_SHUFFLED_SHARE,
        )
    )
    own, exchanged = correlation_with_truths(part), correlation_when_exchanged(part)
    highest = float(np.quantile(exchanged, 0.99))
    checks.append(
        Check(
            "fits say more of their own truth than of another's, numbers moved most",
            f"correlation {own:+.3f}; of others 99 % below {highest:+.3f}",
            "above 99 % of the exchanges",
            own > highest,
        )
    )
    placebo = planted.placebo[planted.placebo["number"].isin(moved)]
    blind = correlation_with_truths(placebo)
    chance = float(np.quantile(np.abs(correlation_when_exchanged(placebo)), 0.99))
    checks.append(
        Check(
            "fits to histories shuffled between draws say nothing of the truth",
            f"correlation {blind:+.3f}; by chance up to {chance:.3f} (99 %)",
            "within chance",
            abs(blind) <= chance,
        )
    )
    return checks


def most_moved(signal: TargetSignal, table: NumberTable) -> list[str]:
    """Return the numbers by which the targets are moved most."""
    keys = [key for key in table.keys if key not in table.cells and key != IDLE]
    importance = dict(zip(table.keys, signal.importance(), strict=True))
    count = max(1, int(MOST_MOVED * len(keys)))
    return sorted(keys, key=lambda key: -importance[key])[:count]


def _coverage(located: pd.DataFrame, column: str, bounds: tuple[float, float], name: str) -> Check:
    """Return whether bands hold what they say; the truth is the unit, since its fit is one."""
    shares = located.groupby("truth")[column].mean()
    mean, error = float(shares.mean()), float(shares.std(ddof=1) / np.sqrt(len(shares)))
    demanded = (
        f"{bounds[0]:.0%} to {bounds[1]:.0%}" if bounds[1] < 1.0 else f"{bounds[0]:.0%} or more"
    )
    return Check(
        f"{name} hold the truth",
        f"{mean:.1%} ± {1.96 * error:.1%}",
        demanded,
        bounds[0] <= mean <= bounds[1],
    )


def correlation_with_truths(located: pd.DataFrame, shift: int = 0) -> float:
    """Return the correlation of truths with posterior means, averaged over numbers.

    With a shift each truth is set beside the fit to the history of another.
    """
    wide = located.pivot(index="truth", columns="number", values=["true_score", "mean_score"])
    truths, means = wide["true_score"].to_numpy(), wide["mean_score"].to_numpy()
    means = np.roll(means, shift, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        truths = (truths - truths.mean(axis=0)) / truths.std(axis=0)
        means = (means - means.mean(axis=0)) / means.std(axis=0)
    return float(np.nanmean((truths * means).mean(axis=0)))


def correlation_when_exchanged(located: pd.DataFrame) -> np.ndarray:
    """Return the same for every way to shift fits along the truths."""
    count = located["truth"].nunique()
    return np.array([correlation_with_truths(located, shift) for shift in range(1, count)])
