"""Skill: how much less a model errs than a baseline, with an interval and a verdict.

The interval is that of a bootstrap which draws two things anew: the worlds (or draws of the
numbers) of both forecasts, and the episodes of history, whose figures stay together. What one
history tells of one episode is one piece of evidence, however many figures it fills.
"""

from typing import NamedTuple

import numpy as np

from poruka.scoring.forecast import Forecast, mean_answers
from poruka.scoring.scored_figures import ScoredFigure

REPLICATES = 1000
"""Replicates of the bootstrap."""
MIN_EPISODES = 3
"""Episodes below which no verdict is given."""
_SEED = 20
BETTER, WORSE, CANNOT_TELL, SAME_WORLDS = "better", "worse", "cannot tell", "the same worlds"


class Scores(NamedTuple):
    """The score of each figure, as it is and in every replicate of the worlds."""

    points: np.ndarray
    replicates: np.ndarray


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
    points = np.zeros(len(figures))
    repeated = np.zeros((replicates, len(figures)))
    for i, figure in enumerate(figures):
        answers, features = mean_answers(figure, forecast, figures, months)
        points[i] = features.score(answers.mean(axis=0))
        repeated[:, i] = features.score(weights @ answers)
    return Scores(points, repeated)


def draw_episodes(figures: tuple[ScoredFigure, ...], replicates: int = REPLICATES) -> np.ndarray:
    """Return how often each figure is drawn in every replicate; those of an episode together."""
    episodes, position = np.unique([figure.episode for figure in figures], return_inverse=True)
    draws = np.random.default_rng([_SEED, len(episodes), 1])
    counts = draws.multinomial(
        len(episodes), np.full(len(episodes), 1.0 / len(episodes)), size=replicates
    )
    return counts[:, position]


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
    """
    part = tuple(figure for figure, is_in in zip(figures, chosen, strict=True) if is_in)
    own, other = float(model.points[chosen].mean()), float(baseline.points[chosen].mean())
    times = draw_episodes(part, len(model.replicates))
    with np.errstate(invalid="ignore", divide="ignore"):
        own_again = (times * model.replicates[:, chosen]).sum(axis=1) / times.sum(axis=1)
        other_again = (times * baseline.replicates[:, chosen]).sum(axis=1) / times.sum(axis=1)
        skills = 1.0 - own_again / other_again
        skill = float(1.0 - np.float64(own) / other)
    known = skills[np.isfinite(skills)]
    low, high = np.quantile(known, [0.025, 0.975]) if len(known) else (np.nan, np.nan)
    least, most = np.quantile(other_again - own_again, [0.025, 0.975])
    verdict = BETTER if least > 0.0 else WORSE if most < 0.0 else CANNOT_TELL
    if len({figure.episode for figure in part}) < MIN_EPISODES:
        verdict = CANNOT_TELL
    return Skill(own, other, skill, float(low), float(high), verdict)
