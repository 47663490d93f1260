"""What the record says of the numbers: one by one, in combinations, and what it leaves open."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import binom, kstwobign, norm

from poruka.analysis.calibration.weighted_sample import weighted_quantiles
from poruka.analysis.inference.false_discovery import benjamini_hochberg
from poruka.analysis.record_fit.number_table import NumberTable, Scaling
from poruka.analysis.record_fit.record_targets import RecordTargets
from poruka.analysis.record_fit.target_signal import TargetSignal
from poruka.utils.statistics import wilson_interval

RESAMPLES = 400
"""Resamples of draws for an interval."""
COMBINATIONS = 12
"""Combinations of numbers that are looked at."""
HARDLY = 0.05
"""Share of draws, or of worlds, below which a thing is hardly reached."""


class NumberFindings(NamedTuple):
    """What the record says of every number, and of combinations of them.

    Attributes
    ----------
    numbers : pandas.DataFrame
        One row a number: low, high (its range), prior_low, prior_high and posterior_low, posterior,
        posterior_high (90 % bands and median), contraction of the variance with interval, shift (of
        the mean, in standard deviations of the prior), p (adjusted), informed.
    combinations : pandas.DataFrame
        One row a combination of numbers that targets see: expected and found share of its prior
        variance that is left, with interval, and its largest members.
    """

    numbers: pd.DataFrame
    combinations: pd.DataFrame


def find_informed(
    table: NumberTable, prior: np.ndarray, rows: np.ndarray, signal: TargetSignal, seed: int
) -> NumberFindings:
    """Return what a set of draws says against draws of the prior."""
    scaling = Scaling.over(prior)
    before, after = scaling.scaled(prior), scaling.scaled(rows)
    rng, weights = np.random.default_rng((seed, 37)), np.ones(len(rows))
    resampled = [after[rng.integers(len(after), size=len(after))] for _ in range(RESAMPLES)]
    records = []
    for column, key in enumerate(table.keys):
        low, middle, high = weighted_quantiles(rows[:, column], weights, (0.05, 0.5, 0.95))
        left = np.array([part[:, column].var(ddof=1) for part in resampled])
        shift = float(after[:, column].mean())
        gap = _largest_gap(prior[:, column], rows[:, column])
        of_shape = float(kstwobign.sf(gap * np.sqrt(len(rows))))
        of_mean = 2.0 * float(norm.sf(abs(shift) * np.sqrt(len(rows))))
        records.append(
            {
                "number": key,
                "prior_low": float(np.quantile(prior[:, column], 0.05)),
                "prior_high": float(np.quantile(prior[:, column], 0.95)),
                "posterior_low": low,
                "posterior": middle,
                "posterior_high": high,
                "contraction": 1.0 - float(after[:, column].var(ddof=1)),
                "contraction_low": 1.0 - float(np.quantile(left, 0.975)),
                "contraction_high": 1.0 - float(np.quantile(left, 0.025)),
                "shift": shift,
                # Of two looks the more telling one counts, at half its level.
                "p": min(1.0, 2.0 * min(of_shape, of_mean)),
            }
        )
    numbers = pd.DataFrame(records)
    numbers["p"] = benjamini_hochberg(numbers["p"].to_numpy())
    numbers["informed"] = numbers["p"] < 0.05
    return NumberFindings(numbers, _combinations(table, before, after, resampled, signal))


def _largest_gap(prior: np.ndarray, posterior: np.ndarray) -> float:
    """Return the Kolmogorov-Smirnov distance of two samples."""
    places = np.sort(np.concatenate([prior, posterior]))
    below_prior = np.searchsorted(np.sort(prior), places, side="right") / len(prior)
    below = np.searchsorted(np.sort(posterior), places, side="right") / len(posterior)
    return float(np.abs(below_prior - below).max())


def _combinations(
    table: NumberTable,
    before: np.ndarray,
    after: np.ndarray,
    resampled: list[np.ndarray],
    signal: TargetSignal,
) -> pd.DataFrame:
    """Return the directions of numbers that the targets see best, and what is left of each."""
    values, vectors = np.linalg.eigh(signal.information)
    records = []
    for place in np.argsort(-values)[:COMBINATIONS]:
        direction = vectors[:, place]
        of_prior = float((before @ direction).var())
        left = [float((part @ direction).var(ddof=1)) / of_prior for part in resampled]
        order = np.argsort(-np.abs(direction))[:4]
        records.append(
            {
                "information": float(values[place]),
                "expected": float(1.0 / (1.0 + max(values[place], 0.0))),
                "left": float((after @ direction).var(ddof=1)) / of_prior,
                "left_low": float(np.quantile(left, 0.025)),
                "left_high": float(np.quantile(left, 0.975)),
                "largest_share": float(direction[order[0]] ** 2),
                "members": ", ".join(
                    f"{'+' if direction[i] > 0 else '−'}{abs(direction[i]):.2f} {table.keys[i]}"
                    for i in order
                ),
            }
        )
    return pd.DataFrame(records)


def compare_targets(
    targets: RecordTargets,
    record: np.ndarray,
    prior: np.ndarray,
    posterior: np.ndarray,
    signal: TargetSignal,
) -> pd.DataFrame:
    """Return how worlds of the prior and of the posterior stand to the record, target by target.

    ``near_before`` and ``near_after`` are the shares of worlds as near to the record as a tenth of
    the way between two worlds of the prior, or as twice its discrepancy if that is more. A target
    is *hardly reached* where fewer than 5 % of worlds of the posterior are that near, chance
    included, and *pulled away* where fewer are than of the prior: others ask for something else.
    """
    records = []
    for index, target in enumerate(targets.rows):
        before = prior[:, index][~np.isnan(prior[:, index])]
        after = posterior[:, index][~np.isnan(posterior[:, index])]
        within = max(2.0 * target.discrepancy, 0.1 * float(signal.scale[index]), 1e-9)
        counts = [int((np.abs(part - record[index]) <= within).sum()) for part in (before, after)]
        near = [counts[0] / len(before), counts[1] / len(after)]
        highest = wilson_interval(counts[1], len(after))[1]
        records.append(
            {
                "id": target.id,
                "country": target.country,
                "label": target.label,
                "record": float(record[index]),
                "before_low": float(np.quantile(before, 0.05)),
                "before": float(np.median(before)),
                "before_high": float(np.quantile(before, 0.95)),
                "after_low": float(np.quantile(after, 0.05)),
                "after": float(np.median(after)),
                "after_high": float(np.quantile(after, 0.95)),
                "within": within,
                "near_before": near[0],
                "near_after": near[1],
                "signal": float(signal.shares[index]),
                "weight": float(signal.weights[index]),
                "p": float(binom.cdf(counts[1], len(after), near[0])),
                "hardly": highest < HARDLY,
            }
        )
    table = pd.DataFrame(records)
    fewer = (table["near_after"] < table["near_before"]) & (
        benjamini_hochberg(table["p"].to_numpy()) < 0.05
    )
    table["state"] = np.select(
        [table["hardly"], fewer], ["hardly reached", "pulled away"], default="reached"
    )
    return table.drop(columns=["p", "hardly"])
