"""What each arm does to each headline result: effects in pairs of worlds, tested together."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from poruka.analysis.evaluate import summary_statistics
from poruka.analysis.inference.sign_flips import assess_jointly, draw_sign_flips
from poruka.analysis.over_draws import is_share
from poruka.analysis.statistics import estimate_paired_effect, estimate_share_effect, is_binary
from poruka.utils.draw_statistics import DIFFERENCE_OF_SHARES, SHARE, estimate_over_draws

_LESS = " less "
_PROCEDURES = 3.0
"""Procedures that share the error rate: two statistics, and single p-values."""
_POWER_REACH = 1.2816
"""Quantile of the normal distribution for nine screenings in ten."""
EFFECT_COLUMNS = [
    "country",
    "quantity",
    "group",
    "arm",
    "detail",
    "base",
    "mean",
    "mean_low",
    "mean_high",
    "effect",
    "low",
    "high",
    "numbers_low",
    "numbers_high",
    "sd",
    "size",
    "p",
    "q",
    "found",
    "large",
    "detectable",
    "differ",
    "worlds",
]


class ArmWorlds(NamedTuple):
    """The worlds of one arm in one country, or of the difference of two countries.

    Attributes
    ----------
    country, group, arm, detail : str
        ``group`` is empty for the country as it is.
    values : ndarray of float64, shape (worlds, quantities)
        NaN where a world failed, or does not have the quantity.
    """

    country: str
    group: str
    arm: str
    detail: str
    values: np.ndarray


def with_difference(played: Sequence[ArmWorlds]) -> list[ArmWorlds]:
    """Return the arms of two countries, and those of the first country less the second.

    World k of both has the same draw of the numbers, so that their difference is one of pairs. An
    arm that only one country can have is left out of the difference.

    Examples
    --------
    >>> one, two = np.array([[2.0]]), np.array([[0.5]])
    >>> arms = [ArmWorlds("a", "", "as it is", "", one), ArmWorlds("b", "", "as it is", "", two)]
    >>> with_difference(arms)[-1].country, with_difference(arms)[-1].values.tolist()
    ('a less b', [[1.5]])
    """
    countries = list(dict.fromkeys(arm.country for arm in played))
    if len(countries) != 2:
        return list(played)
    first, second = (
        {(arm.group, arm.arm): arm for arm in played if arm.country == country}
        for country in countries
    )
    name = _LESS.join(countries)
    return [
        *played,
        *(
            ArmWorlds(name, *key, "", arm.values - second[key].values)
            for key, arm in first.items()
            if key in second
        ),
    ]


def is_between(country: str) -> bool:
    """Return whether a name stands for the difference of two countries.

    Examples
    --------
    >>> is_between("kazakhstan less russia"), is_between("russia")
    (True, False)
    """
    return _LESS in country


def measure_effects(
    played: Sequence[ArmWorlds],
    quantities: Sequence[str],
    draws: Mapping[str, np.ndarray | None],
    large: float,
    false_discovery_rate: float,
    seed: int = 1,
) -> pd.DataFrame:
    """Return what every arm does to every quantity, against the same worlds as they are.

    Parameters
    ----------
    played : sequence of ArmWorlds
        Of every country, its arm without a group first.
    quantities : sequence of str
    draws : mapping of str to ndarray or None
        By country, the draw of the numbers of each world; None where none are drawn.
    large : float
        An effect of this many standard deviations of worlds is large.
    false_discovery_rate : float
        Share of false ones among the effects found, over all arms, quantities and countries.
    seed : int
        Of the signs that are flipped.

    Returns
    -------
    pandas.DataFrame
        One row a country, arm and quantity: mean as it is and in the arm, effect (mean of paired
        differences) with its 95 % interval of chance (low, high), the interval of the effect
        expected under a further draw of the numbers (numbers_low, numbers_high; NaN where none are
        drawn), sd of worlds as they are, size (effect in these), p, q, found, large (found and at
        least that large), detectable (in the same units: what would have been found in nine of
        ten), differ (share of worlds that differ at all) and worlds (pairs). ``mean_low`` and
        ``mean_high`` are the 95 % interval of the mean in the arm.
    """
    base = {arm.country: arm for arm in played if not arm.group}
    rows, per_unit = [], []
    for arm in played:
        if not arm.group:
            continue
        usual, member_of = base[arm.country].values, draws[arm.country]
        differences, between = arm.values - usual, is_between(arm.country)
        for place, quantity in enumerate(quantities):
            values = differences[:, place]
            rows.append(
                (
                    *(arm.country, quantity, arm.group, arm.arm, arm.detail),
                    estimate_level(usual[:, place], member_of, quantity, between)[0],
                    *estimate_level(arm.values[:, place], member_of, quantity, between),
                    *_two_intervals(usual[:, place], arm.values[:, place], member_of),
                    _spread(usual[:, place]),
                    float((np.nan_to_num(values) != 0.0).mean()),
                    int(np.isfinite(values).sum()),
                )
            )
            per_unit.append(_means_of_units(values, member_of))
    names = [*EFFECT_COLUMNS[: EFFECT_COLUMNS.index("size")], "differ", "worlds"]
    table = pd.DataFrame(rows, columns=names)
    if not len(table):
        return table.reindex(columns=EFFECT_COLUMNS)
    units = _stack(per_unit)
    signs = draw_sign_flips(len(units), np.random.default_rng((seed, 17)))
    statistics = _flipped_sums(units, signs)
    test = assess_jointly(statistics, _flipped_sums(_signed_ranks(units), signs))
    table["p"], table["q"] = test.p_values, test.q_values
    spread = table["sd"].where(table["sd"] > 0.0)
    # Where all worlds are alike as they are, whatever differs is large.
    size = (table["effect"] / spread).where(spread.notna(), np.sign(table["effect"]) * np.inf)
    table["size"] = size.where(table["effect"] != 0.0, 0.0)
    table["found"] = table["q"] <= false_discovery_rate
    table["large"] = table["found"] & (table["size"].abs() >= large)
    reach = float(np.quantile(statistics.max(axis=1), 1.0 - false_discovery_rate / _PROCEDURES))
    error = np.sqrt((units**2).sum(axis=0)) / len(units)
    table["detectable"] = (reach + _POWER_REACH) * error / spread
    return table[EFFECT_COLUMNS]


def estimate_level(
    values: np.ndarray, draws: np.ndarray | None, quantity: str, is_difference: bool = False
) -> tuple[float, float, float]:
    """Return the mean of a quantity over worlds with its 95 % interval, draws as independent units.

    The difference of two countries' shares lies between -1 and 1.

    Examples
    --------
    >>> worlds = np.array([0.0, 1.0, 1.0, 1.0])
    >>> [round(end, 2) for end in estimate_level(worlds, None, "share_heir")]
    [0.75, 0.3, 0.95]
    """
    if draws is not None:
        bounds = DIFFERENCE_OF_SHARES if is_difference else SHARE
        estimate = estimate_over_draws(values, draws, bounds if is_share(quantity) else None)
        return estimate.mean, estimate.mean_low, estimate.mean_high
    if is_difference and is_share(quantity):
        effect = estimate_share_effect(values[np.isfinite(values)])
        return effect.mean, effect.low, effect.high
    found = summary_statistics(values, quantity)
    return found["mean"], found["low"], found["high"]


def _spread(values: np.ndarray) -> float:
    kept = values[np.isfinite(values)]
    return float(kept.std(ddof=1)) if len(kept) > 1 else np.nan


def _two_intervals(
    usual: np.ndarray, there: np.ndarray, draws: np.ndarray | None
) -> tuple[float, float, float, float, float]:
    """Return the mean of paired differences, its interval, and that of a further draw."""
    paired = np.isfinite(usual) & np.isfinite(there)
    if paired.sum() < 2:
        return (np.nan,) * 5
    usual, there = usual[paired], there[paired]
    if draws is None:
        effect = estimate_paired_effect(usual, there)
        return effect.mean, effect.low, effect.high, np.nan, np.nan
    # The difference of two countries' shares is no share, and has no such bounds.
    bounds = DIFFERENCE_OF_SHARES if is_binary(usual) and is_binary(there) else None
    found = estimate_over_draws(there - usual, draws[paired], bounds)
    return found.mean, found.mean_low, found.mean_high, found.low, found.high


def _means_of_units(values: np.ndarray, draws: np.ndarray | None) -> np.ndarray:
    """Return one difference a unit that is independent of the others: a draw, or else a world."""
    if draws is None:
        return np.nan_to_num(values)
    kept = np.isfinite(values)
    count = int(draws.max()) + 1
    sums = np.bincount(draws[kept], weights=values[kept], minlength=count)
    return np.asarray(sums / np.bincount(draws[kept], minlength=count).clip(min=1))


def _stack(columns: Sequence[np.ndarray]) -> np.ndarray:
    """Return columns of differences side by side; a unit that one does not have is 0 there."""
    units = np.zeros((max(map(len, columns)), len(columns)))
    for place, column in enumerate(columns):
        units[: len(column), place] = column
    return units


def _flipped_sums(units: np.ndarray, signs: np.ndarray) -> np.ndarray:
    """Return the sums of differences under flipped signs, over the root of their squares.

    Flips change the sum only, so that this orders them as Student's statistic does; it is bounded,
    and one world that differs weighs no more than 1.
    """
    scale = np.sqrt((units**2).sum(axis=0))
    scaled = np.divide(units, scale, out=np.zeros_like(units), where=scale > 0.0)
    return np.abs(signs @ scaled)


def _signed_ranks(units: np.ndarray) -> np.ndarray:
    """Return the ranks of differences by size, with their signs: few large ones do not drown what
    all others have in common. What does not differ counts as nothing.
    """
    return np.asarray(np.sign(units) * rankdata(np.abs(units), axis=0))
