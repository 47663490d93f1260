"""Verdicts on single figures, and on parts of several histories together.

Of one figure only the draws and worlds can be repeated, not the history: its interval says whether
other draws would have given the same, and the figure stays one piece of evidence. Over many figures
the episodes of history are the units, as in every other score.
"""

import math

import numpy as np
import pandas as pd

from poruka.scoring.score import ALL_PARTS, PARTS
from poruka.scoring.scored_figures import ScoredFigure
from poruka.scoring.skill import (
    BETTER,
    CANNOT_TELL,
    SAME_WORLDS,
    WORSE,
    Scores,
    Skill,
    compare_scores,
)
from poruka.utils.statistics import t_quantile

_LEAST_ERROR = 1e-12
"""Errors closer than this are the same number."""


def compare_each_figure(
    figures: tuple[ScoredFigure, ...], own: Scores, other: Scores
) -> pd.DataFrame:
    """Return for each figure how much less a model errs than another, with an interval over draws.

    Returns
    -------
    pandas.DataFrame
        id, label, part, episode, score, other_score, gain (other_score less score), low and high
        (its 95 % interval over draws and worlds), skill and verdict.
    """
    gains = other.points - own.points
    reach = (
        t_quantile(max(1, min(s.units for s in (own, other) if s.units > 1) - 1))
        if (own.units > 1 or other.units > 1)
        else math.inf
    )
    # Forecasts of equally many units share their replicates, so that common luck falls out.
    error = (other.replicates - own.replicates).std(axis=0, ddof=1)
    rows = []
    for i, figure in enumerate(figures):
        gain, half = float(gains[i]), float(reach * error[i])
        is_told = abs(gain) > max(half, _LEAST_ERROR)
        rows.append(
            {
                "id": figure.id,
                "label": figure.name,
                "part": figure.role,
                "episode": figure.episode,
                "score": float(own.points[i]),
                "other_score": float(other.points[i]),
                "gain": gain,
                "low": gain - half,
                "high": gain + half,
                "skill": 1.0 - own.points[i] / other.points[i] if other.points[i] > 0 else math.nan,
                "verdict": CANNOT_TELL if not is_told else BETTER if gain > 0.0 else WORSE,
            }
        )
    return pd.DataFrame(rows)


def compare_parts(
    figures: tuple[ScoredFigure, ...], own: Scores, other: Scores, is_same: bool = False
) -> pd.DataFrame:
    """Return the skill of a model over another for each part, with its interval over episodes.

    Parameters
    ----------
    figures : tuple of ScoredFigure
        Of one history, or of several put together by :func:`join_scores`.
    own, other : Scores
    is_same : bool
        Whether both are the same worlds, so that there is nothing to tell.
    """
    roles, rows = np.array([figure.role for figure in figures]), []
    for part in PARTS:
        chosen = (roles == part) if part != ALL_PARTS else (roles != "growth")
        if not chosen.any():
            continue
        if is_same:
            score = float(own.points[chosen].mean())
            skill = Skill(score, score, 0.0, 0.0, 0.0, SAME_WORLDS)
        else:
            skill = compare_scores(figures, own, other, chosen)
        episodes = {figure.episode for figure, is_in in zip(figures, chosen, strict=True) if is_in}
        sizes = {"part": part, "figures": int(chosen.sum()), "episodes": len(episodes)}
        rows.append(sizes | skill._asdict())
    return pd.DataFrame(rows)


def join_scores(scores: list[Scores]) -> Scores:
    """Return the scores of several histories as those of one, with all their figures.

    Their worlds are drawn independently: replicates of one history are put beside those of another
    in another order.
    """
    order = np.random.default_rng(len(scores))
    repeated = [order.permutation(one.replicates, axis=0) for one in scores]
    return Scores(
        np.concatenate([one.points for one in scores]),
        np.concatenate([one.otherwise for one in scores]),
        np.concatenate(repeated, axis=1),
        min((one.units for one in scores if one.units > 1), default=1),
    )
