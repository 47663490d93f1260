"""Arms of a side paired over seeds and worlds, and what is left of an effect with links off."""

from collections.abc import Mapping
from functools import reduce
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr

from poruka.theory.hypotheses.contrasts import Contrast, blocked_contrast, share_step
from poruka.theory.hypotheses.play import ArmTable
from poruka.theory.hypotheses.side_result import Estimate, Refusal
from poruka.utils.draw_statistics import DIFFERENCE_OF_SHARES, estimate_over_draws

EQUIVALENCE_SHARE = 1.0 / 3.0
"""What is left counts as nothing when it is shown to be within this share of the effect."""
_PAIRS = (("low", "high"), ("low off", "high off"))


class WhatIsLeft(NamedTuple):
    """What is left of an effect, the p-value that it is little enough, and the share that went."""

    left: Contrast
    p: float
    lost_share: float | None


def paired_values(
    arms: Mapping[str, ArmTable], quantity: str, shuffle: int | None = None
) -> tuple[dict[str, np.ndarray], pd.MultiIndex]:
    """Return a quantity of several arms over the worlds that have it in every one of them.

    Parameters
    ----------
    arms : mapping of str to ArmTable
    quantity : str
    shuffle : int, optional
        A seed: low and high, with links on and off, change places in half of the worlds at random.

    Raises
    ------
    Refusal
        When no block has two worlds that have it everywhere.
    """
    columns = {name: table.values[quantity].dropna() for name, table in arms.items()}
    index = reduce(
        lambda first, second: first.intersection(second), (c.index for c in columns.values())
    )
    index = index.sort_values()
    if len(index) <= index.get_level_values(0).nunique():
        raise Refusal(
            f"{len(index)} worlds have {quantity} in all of {', '.join(arms)}, hardly one a seed;"
            " ask for more."
        )
    values = {name: column.loc[index].to_numpy(dtype=float) for name, column in columns.items()}
    if shuffle is not None:
        swapped = swapped_worlds(index, shuffle)
        for low, high in _PAIRS:
            if low in values:
                first, second = values[low], values[high]
                values[low] = np.where(swapped, second, first)
                values[high] = np.where(swapped, first, second)
    return values, index


class ClaimedEffect(NamedTuple):
    """How far a quantity moves from a low to a high arm, counted in the direction of its claim.

    ``difference`` has one value a world, ``seeds`` its block, ``contrast`` their mean and error.
    """

    difference: np.ndarray
    seeds: np.ndarray
    contrast: Contrast


def direction_of(sign: str) -> float:
    """Return -1 for a claim that a quantity falls, else 1.

    Examples
    --------
    >>> direction_of("-"), direction_of("+"), direction_of("0")
    (-1.0, 1.0, 1.0)
    """
    return -1.0 if sign == "-" else 1.0


def claimed_effect(
    arms: Mapping[str, ArmTable], quantity: str, sign: str, shuffle: int | None = None
) -> ClaimedEffect:
    """Return the effect between two arms, the low one first, over the worlds of both.

    ``shuffle`` and what is raised are those of :func:`paired_values`.
    """
    values, index = paired_values(arms, quantity, shuffle)
    low, high = values.values()
    difference = direction_of(sign) * (high - low)
    seeds = index.get_level_values(0).to_numpy()
    contrast = blocked_contrast(difference, seeds, share_step(low, high))
    return ClaimedEffect(difference, seeds, contrast)


def effect_over_draws(low: np.ndarray, high: np.ndarray, draws: np.ndarray) -> Estimate:
    """Return the mean difference of two arms, and between what that of a further draw lies.

    Examples
    --------
    >>> draws, luck = np.repeat(np.arange(20), 8), np.random.default_rng(1).normal(size=160)
    >>> one = effect_over_draws(luck, 2.0 * luck + draws, draws)
    >>> one.low < 1.0 < 9.0 < one.mean < 10.0 < 18.0 < one.high
    True
    """
    bounds = DIFFERENCE_OF_SHARES if share_step(low, high) else None
    over = estimate_over_draws(high - low, draws, bounds)
    return Estimate(mean=over.mean + 0.0, low=over.low + 0.0, high=over.high + 0.0)


def swapped_worlds(index: pd.MultiIndex, seed: int) -> np.ndarray:
    """Return which worlds change their labels; the same world always has the same answer.

    Examples
    --------
    >>> worlds = pd.MultiIndex.from_product([[7], range(400)])
    >>> swapped = swapped_worlds(worlds, 1)
    >>> bool((swapped[:9] == swapped_worlds(worlds[:9], 1)).all())
    True
    >>> bool(160 < swapped.sum() < 240)
    True
    """
    keys = [np.random.SeedSequence([seed, *map(int, world)]) for world in index]
    return np.array([key.generate_state(1)[0] % 2 == 1 for key in keys])


def what_is_left(
    values: Mapping[str, np.ndarray], seeds: np.ndarray, direction: float, carries: float | None
) -> WhatIsLeft:
    """Return what is left of an effect with links off, against the effect in the same worlds.

    Without ``carries`` two one-sided tests show that it lies within a third of the effect. With it
    one shows that the effect has fallen by that share and, unless all of it has to go, another that
    it has not turned round by more than a third, which no link that carries a part can do. Effect
    and rest are taken world by world, so that the uncertainty of both counts.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> low, seeds = rng.normal(size=200), np.repeat(np.arange(5), 40)
    >>> arms = {"low": low, "high": low + 2.0 + rng.normal(size=200)}
    >>> gone = arms | {"low off": low, "high off": low + 0.2 * rng.normal(size=200)}
    >>> kept = arms | {"low off": low, "high off": low + 2.0 + rng.normal(size=200)}
    >>> [what_is_left(one, seeds, 1.0, None).p < 0.05 for one in (gone, kept)]
    [True, False]
    """
    effect = direction * (values["high"] - values["low"])
    left = direction * (values["high off"] - values["low off"])
    step = share_step(*values.values())
    if carries is None:
        margin = EQUIVALENCE_SHARE * effect
        p = max(
            blocked_contrast(margin - left, seeds, step).p_above(0.0),
            blocked_contrast(margin + left, seeds, step).p_above(0.0),
        )
    else:
        p = blocked_contrast((1.0 - carries) * effect - left, seeds, step).p_above(0.0)
        if carries < 1.0:
            turned = blocked_contrast(EQUIVALENCE_SHARE * effect + left, seeds, step)
            p = max(p, turned.p_above(0.0))
    share = 1.0 - float(left.mean() / effect.mean()) if effect.mean() != 0.0 else None
    return WhatIsLeft(blocked_contrast(direction * left, seeds, step), p, share)


def is_empty(quantity: str, months: int, *arms: np.ndarray) -> bool:
    """Return whether the outcome occurs in no world: no event, or none before the end of the run.

    Examples
    --------
    >>> never = np.full(3, 178.0)
    >>> is_empty("first_dissolution", 178, never), is_empty("any_handover", 178, np.zeros(3))
    (True, True)
    >>> is_empty("any_handover", 178, np.ones(3))
    False
    """
    nothing = float(months) if quantity.startswith("first_") else 0.0
    return bool((np.concatenate(arms) == nothing).all())


def share_within(means: np.ndarray, variances: np.ndarray, margin: float, worlds: int) -> float:
    """Return the share of draws of the numbers whose expected effect lies within a margin.

    The chance of the few worlds of each draw is taken out of the spread of their means, and what
    is left is taken as normal.

    Parameters
    ----------
    means, variances : ndarray
        Mean effect and variance between worlds of each draw.
    margin : float
        The largest effect that counts as none.
    worlds : int
        Worlds of each draw.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> alike, apart = rng.normal(0.0, 1.0, (20, 8)), rng.normal(0.0, 3.0, (20, 1))
    >>> [
    ...     round(share_within(one.mean(axis=1), one.var(axis=1, ddof=1), 1.0, 8), 2)
    ...     for one in (alike, alike + apart)
    ... ]
    [1.0, 0.31]
    """
    spread = max(0.0, float(np.var(means, ddof=1)) - float(np.mean(variances)) / worlds) ** 0.5
    centre = float(np.mean(means))
    if spread == 0.0:
        return float(abs(centre) < margin)
    return float(ndtr((margin - centre) / spread) - ndtr((-margin - centre) / spread))
