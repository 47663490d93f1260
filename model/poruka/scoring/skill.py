"""Skill: how much less a model errs than a baseline, with a verdict and an interval.

What one history tells of one episode is one piece of evidence, however many figures it fills. So
the difference of two scores is tested by Student's t over episodes, each with the sum of the
differences of its figures. That holds its level however many figures an episode has, and however
much those of some differ more than those of others (Ibragimov and Müller 2010).

Two things are added to the variance. The luck of the worlds, as far as all episodes have it in
common; the rest of it is in the spread between episodes already. And one further episode, imagined,
in which the record answers every question the other way round: where history happened to answer
alike throughout, a forecast that was sure and right would otherwise pass for knowing.

The interval holds those skills that the same test does not refuse (Fieller), so that it leaves out
0 where the verdict is better or worse.
"""

import math
from typing import NamedTuple

import numpy as np

from poruka.scoring.forecast import Forecast, mean_answers
from poruka.scoring.scored_figures import ScoredFigure
from poruka.utils.statistics import Interval, t_quantile

REPLICATES = 1000
"""Replicates of the worlds."""
MIN_EPISODES = 6
"""Episodes below which no verdict is given: five that all lean to one side do so by luck once in
sixteen times.
"""
_SEED = 20
BETTER, WORSE, CANNOT_TELL, SAME_WORLDS = "better", "worse", "cannot tell", "the same worlds"


class Scores(NamedTuple):
    """The score of each figure: as it is, had every question been answered the other way round, and
    in every replicate of the worlds; and how many units of worlds there are.
    """

    points: np.ndarray
    otherwise: np.ndarray
    replicates: np.ndarray
    units: int


class Skill(NamedTuple):
    """Score of a model and of a baseline over some figures, and what follows from them."""

    score: float
    baseline_score: float
    skill: float
    low: float
    high: float
    verdict: str


def score_figures(
    figures: tuple[ScoredFigure, ...], forecast: Forecast, months: int, replicates: int = REPLICATES
) -> Scores:
    """Return the score of each figure, and its replicates over the units of the forecast.

    The draws depend on the number of units only, so that forecasts with equally many are paired.
    """
    count = forecast.unit_count
    draws = np.random.default_rng([_SEED, count])
    weights = draws.multinomial(count, np.full(count, 1.0 / count), size=replicates) / count
    points, otherwise = np.zeros(len(figures)), np.zeros(len(figures))
    repeated = np.zeros((replicates, len(figures)))
    for i, figure in enumerate(figures):
        answers, features = mean_answers(figure, forecast, figures, months)
        points[i] = features.score(answers.mean(axis=0))
        otherwise[i] = features.score_otherwise(answers.mean(axis=0))
        repeated[:, i] = features.score(weights @ answers)
    return Scores(points, otherwise, repeated, count)


def compare_scores(
    figures: tuple[ScoredFigure, ...], model: Scores, baseline: Scores, chosen: np.ndarray
) -> Skill:
    """Return the skill of a model against a baseline, with its 95 % interval and a verdict.

    The chosen figures have equal weight.

    Parameters
    ----------
    figures : tuple of ScoredFigure
    model, baseline : Scores
    chosen : ndarray of bool
        Which figures count.

    Returns
    -------
    Skill
        The verdict is better or worse where the difference of the two scores is significant at 5 %
        in a two-sided test, and cannot tell below :data:`MIN_EPISODES`. An end of the interval that
        nothing bounds is -inf; with one episode, or one world of each, both are NaN.
    """
    names = [figure.episode for figure, is_in in zip(figures, chosen, strict=True) if is_in]
    episodes, member_of = np.unique(names, return_inverse=True)
    sums = np.eye(len(episodes))[member_of] / len(names)
    both = (baseline, model)
    other, own = (float(scores.points[chosen].mean()) for scores in both)
    with np.errstate(divide="ignore", invalid="ignore"):
        skill = float(1.0 - np.float64(own) / other)
    covariance = _covariance_of_episodes(
        np.stack([scores.points[chosen] @ sums for scores in both])
    ) + _covariance_of_worlds(np.stack([scores.replicates[:, chosen] @ sums for scores in both]))
    # What is imagined is a difference, not two scores: it is put down to one of them.
    otherwise = float((baseline.otherwise - model.otherwise)[chosen].mean())
    covariance[1, 1] += _variance_of_imagined(other - own, otherwise, len(episodes))
    counts = [len(episodes), *(scores.units for scores in both if scores.units > 1)]
    reach = t_quantile(min(counts) - 1)
    ratio = _ratio_interval(own, other, covariance, reach)
    error = math.sqrt(covariance[0, 0] - 2.0 * covariance[0, 1] + covariance[1, 1])
    is_told = len(episodes) >= MIN_EPISODES and abs(other - own) > reach * error
    verdict = CANNOT_TELL if not is_told else BETTER if own < other else WORSE
    return Skill(own, other, skill, 1.0 - ratio.high, 1.0 - ratio.low, verdict)


def _covariance_of_episodes(parts: np.ndarray) -> np.ndarray:
    """Return the covariance of both mean scores, from what each episode adds to either."""
    count = parts.shape[1]
    if count < 2:
        return np.full((2, 2), math.nan)
    around = parts - parts.mean(axis=1, keepdims=True)
    return count / (count - 1.0) * around @ around.T


def _variance_of_imagined(difference: float, otherwise: float, count: int) -> float:
    """Return what one more episode, with the other difference, adds to the variance of a mean."""
    if count < 2:
        return math.nan
    return (otherwise - difference) ** 2 / (count**2 - 1.0)


def _covariance_of_worlds(repeated: np.ndarray) -> np.ndarray:
    """Return the covariance of both mean scores by luck of worlds that all episodes share.

    Parameters
    ----------
    repeated : ndarray, shape (2, replicates, episodes)
        What each episode adds to both mean scores in every replicate of the worlds.
    """
    around = repeated - repeated.mean(axis=1, keepdims=True)
    of_sums = around.sum(axis=2)
    shared = of_sums @ of_sums.T - np.einsum("ire,jre->ij", around, around)
    values, vectors = np.linalg.eigh(shared / (repeated.shape[1] - 1.0))
    return (vectors * np.maximum(values, 0.0)) @ vectors.T


def _ratio_interval(own: float, other: float, covariance: np.ndarray, reach: float) -> Interval:
    """Return which ratios of two means, from 0 up, lie within so many standard errors.

    Parameters
    ----------
    own, other : float
        The mean above and the mean below the line.
    covariance : ndarray, shape (2, 2)
        Of ``other`` and ``own``, in this order.
    reach : float
        Standard errors.

    Examples
    --------
    >>> exact = _ratio_interval(1.0, 2.0, np.diag([0.0, 0.01]), 2.0)
    >>> [round(end, 6) for end in exact]
    [0.4, 0.6]
    >>> _ratio_interval(1.0, 2.0, np.diag([4.0, 0.01]), 2.0).high
    inf
    """
    if math.isnan(reach) or np.isnan(covariance).any():
        return Interval(math.nan, math.nan)
    square, middle, rest = (
        first * second - reach**2 * float(covariance[i, j])
        for first, second, i, j in ((other, other, 0, 0), (other, own, 0, 1), (own, own, 1, 1))
    )
    root = math.sqrt(max(0.0, middle**2 - square * rest))
    if square > 0.0:
        return Interval(max(0.0, (middle - root) / square), max(0.0, (middle + root) / square))
    if square < 0.0 and root > 0.0 and (middle + root) / square < 0.0:
        return Interval(max(0.0, (middle - root) / square), math.inf)
    return Interval(0.0, math.inf)
