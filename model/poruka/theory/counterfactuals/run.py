"""Paths put to the test: each is played with the history it leaves under one seed, and what was
expected of it is judged.
"""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.paired_runs import difference, play_arms
from poruka.analysis.statistics import Z90, Z95, Effect
from poruka.scenario.schema import Expectation
from poruka.theory.counterfactuals.specification import PathTaken
from poruka.utils.statistics import wilson

NOTHING = float("nan")
BORNE, OPPOSITE, OPEN = "borne out", "opposite", "not told apart"


class Level(NamedTuple):
    """A mean over worlds with its 95 % interval, and how far worlds lie apart."""

    mean: float
    low: float
    high: float
    spread: float


class Answer(NamedTuple):
    """What was found of one expectation of a path.

    Attributes
    ----------
    there, here : Level
        The quantity in the history it is set against, and on the path.
    effect : Effect
        Mean difference with its 95 % interval; world by world where the two are histories of one
        country.
    opened : float
        Share of worlds in which the path parts from its parent at all.
    """

    path: PathTaken
    expect: Expectation
    there: Level
    here: Level
    effect: Effect
    opened: float
    verdict: str
    worlds: int
    seed: int


def level_of(values: np.ndarray) -> Level:
    """Return a mean and its 95 % interval: Wilson's for what is either so or not, normal for
    everything else.

    Examples
    --------
    >>> [round(x, 3) for x in level_of(np.array([0.0] * 20))]
    [0.0, 0.0, 0.161, 0.0]
    """
    values = values[np.isfinite(values)]  # a world that has nothing of the kind counts for nothing
    if len(values) < 2:
        return Level(NOTHING, NOTHING, NOTHING, NOTHING)
    mean, spread = float(values.mean()), float(values.std(ddof=1))
    if _yes_or_no(values):
        return Level(mean, *wilson(int(values.sum()), len(values)), spread)
    half = Z95 * spread / math.sqrt(len(values))
    return Level(mean, mean - half, mean + half, spread)


def _yes_or_no(values: np.ndarray) -> bool:
    return bool(np.isin(values, (0.0, 1.0)).all())


def effect_between(there: pd.DataFrame, here: pd.DataFrame, text: str) -> Effect:
    """Return the mean paired difference of a quantity with its 95 % interval.

    For what is either so or not the interval is Bonett and Price's, which a few worlds that differ
    cannot fool: the normal one would call four worlds of 200, all to one side, beyond doubt.

    Examples
    --------
    >>> here = pd.DataFrame({"x": [0.0] * 200})
    >>> there = pd.DataFrame({"x": [1.0] * 4 + [0.0] * 196})
    >>> few = effect_between(here, there, "x")
    >>> few.mean, few.low < 0.0
    (0.02, True)
    """
    both = there.index[there[text].notna()].intersection(here.index[here[text].notna()])
    one, other = (
        there.loc[both, text].to_numpy(dtype=float),
        here.loc[both, text].to_numpy(dtype=float),
    )
    if len(both) < 2 or not (_yes_or_no(one) and _yes_or_no(other)):
        return difference(there.loc[both], here.loc[both], text)
    worlds = len(both)
    gained, lost = (float(((other - one) == way).sum() + 1) / (worlds + 2) for way in (1.0, -1.0))
    middle, error = gained - lost, math.sqrt((gained + lost - (gained - lost) ** 2) / (worlds + 2))
    return Effect(float((other - one).mean()), middle - Z95 * error, middle + Z95 * error, error)


def effect_apart(there: pd.DataFrame, here: pd.DataFrame, text: str) -> Effect:
    """Return the difference of a quantity between the worlds of two countries, which are no pairs,
    with its 95 % interval.

    For what is either so or not the interval is Agresti and Caffo's, for everything else Welch's
    with normal quantiles.

    Examples
    --------
    >>> one, other = pd.DataFrame({"x": [0.0, 1.0] * 50}), pd.DataFrame({"x": [1.0] * 100})
    >>> round(effect_apart(one, other, "x").mean, 2)
    0.5
    """
    one, other = (frame[text].dropna().to_numpy(dtype=float) for frame in (there, here))
    if len(one) < 2 or len(other) < 2:
        return Effect(NOTHING, NOTHING, NOTHING, NOTHING)
    mean = float(other.mean() - one.mean())
    if _yes_or_no(one) and _yes_or_no(other):
        shares = [(values.sum() + 1.0) / (len(values) + 2.0) for values in (one, other)]
        error = math.sqrt(
            sum(
                share * (1.0 - share) / (len(values) + 2.0)
                for share, values in zip(shares, (one, other), strict=True)
            )
        )
        middle = float(shares[1] - shares[0])
    else:
        error, middle = math.sqrt(one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other)), mean
    return Effect(mean, middle - Z95 * error, middle + Z95 * error, error)


def judge(expect: Expectation, here: Level, effect: Effect) -> str:
    """Return whether an expectation is borne out, its opposite is, or neither can be told.

    A difference is borne out when its 95 % interval lies on the expected side of nothing (or of the
    margin, where one is given: no less); none at all when its 90 % interval lies within what still
    counts as none (two one-sided tests at 5 %). A level is borne out when its whole 95 % interval
    lies where it should.

    Examples
    --------
    >>> rare = Expectation(quantity="wars", at_most=0.02, stands_for="virtually impossible")
    >>> judge(rare, Level(0.0, 0.0, 0.019, 0.0), None)
    'borne out'
    """
    if expect.sign is None:
        least = -math.inf if expect.at_least is None else float(expect.at_least)
        most = math.inf if expect.at_most is None else float(expect.at_most)
        if least <= here.low and here.high <= most:
            return BORNE
        return OPPOSITE if here.high < least or here.low > most else OPEN
    if expect.sign == "0":
        margin = float(expect.within or 0.0)
        if abs(effect.mean) + Z90 * effect.error <= margin:
            return BORNE
        return OPPOSITE if effect.low > margin or effect.high < -margin else OPEN
    low, high = (effect.low, effect.high) if expect.sign == "+" else (-effect.high, -effect.low)
    margin = -float(expect.within or 0.0)
    return BORNE if low > margin else OPPOSITE if high < margin else OPEN


def run_paths(
    wanted: Mapping[str, PathTaken],
    worlds: int,
    seed: int,
    tell: Callable[[int, int], None] | None = None,
    quiet: bool = True,
) -> list[Answer]:
    """Play paths with what they are set against, and judge every expectation.

    Parameters
    ----------
    wanted : mapping of str to PathTaken
    worlds, seed : int
        Worlds per history, and the seed of all of them.
    tell : callable, optional
        Told ``(histories done, histories in all)``.
    quiet : bool
        Whether compiling, where it must be, goes on in silence.

    Examples
    --------
    >>> from poruka.theory.counterfactuals.specification import paths
    >>> made = run_paths({"E01": paths()["E01"]}, worlds=2, seed=1)
    >>> made[0].worlds, made[0].opened
    (2, 1.0)
    """
    arms, texts = {}, {}
    for id, one in wanted.items():
        asked = [expect.quantity for expect in one.entry.expect]
        arms[id], texts[id] = one.scenario, [*asked, *_openings(one)]
        arms[f"against {id}"], texts[f"against {id}"] = one.against, asked
    made = play_arms(arms, texts, worlds, seed, tell, quiet)
    return [
        _answer(one, expect, made[f"against {id}"], made[id], worlds, seed)
        for id, one in wanted.items()
        for expect in one.entry.expect
    ]


def _openings(one: PathTaken) -> list[str]:
    return [f"fork_{place + 1}_month" for place in range(len(one.scenario.forks))]


def _answer(
    one: PathTaken,
    expect: Expectation,
    there: pd.DataFrame,
    here: pd.DataFrame,
    worlds: int,
    seed: int,
) -> Answer:
    effect = (effect_between if one.paired else effect_apart)(there, here, expect.quantity)
    level, found = (
        level_of(frame[expect.quantity].to_numpy(dtype=float)) for frame in (there, here)
    )
    return Answer(
        one,
        expect,
        level,
        found,
        effect,
        _opened(one, here),
        judge(expect, found, effect),
        worlds,
        seed,
    )


def _opened(one: PathTaken, here: pd.DataFrame) -> float:
    """Return in what share of worlds a path parts from its parent: always where it differs before
    any fork, else where a fork of its own opens.
    """
    own = [
        text
        for text, fork in zip(_openings(one), one.scenario.forks, strict=True)
        if fork not in one.against.forks
    ]
    if _from_the_start(one) or not own:
        return 1.0
    return float((here[own] < one.scenario.months).any(axis=1).mean())


def _from_the_start(one: PathTaken) -> bool:
    """Return whether a path differs before any fork: by start values, parameters, shocks or what is
    left out.
    """
    mine, theirs = one.scenario.resolved(), one.against.resolved()
    return any(mine[key] != theirs[key] for key in mine if key not in ("name", "title", "forks"))
