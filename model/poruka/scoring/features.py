"""One proper score for every figure: a distance between shares of worlds and what was recorded.

Each figure asks a set of yes-or-no questions of a world. Its score is the weighted sum, over the
questions, of the squared difference between the share of worlds that say yes and the record's own
answer. Which questions, and with what weights, does not depend on the record, so that nobody gains
by forecasting anything but what he believes; and no forecast errs by more than 1.

event   - "had it happened by month m?" of every month: the mean Brier score over months
number  - "is it at most x?" of evenly spaced x: the CRPS in units of the figure's range. Of counts
    the spaces are even in log(1 + x), as one more tells less where there are many. A world that
    lacks the figure lies at distance 1 from every number, and at 0 from others that lack it
pattern - "is it shown?": the Brier score
order   - for each two events of the list, "in this order?", "in the other?", "neither?"
"""

import itertools
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.scoring.joint_patterns import compare_order, pairs_in_order
from poruka.scoring.scored_figures import ScoredFigure

THRESHOLDS = 400
"""Values of a number at which shares of worlds are compared with the record."""
_NUMBERS = ("month", "share", "growth", "count", "index", "gap")


class Features(NamedTuple):
    """Answers of worlds (one row each), answers of the record, and the weight of each question."""

    answers: np.ndarray
    recorded: np.ndarray
    weights: np.ndarray

    def score(self, shares: np.ndarray) -> np.ndarray:
        """Return the score of mean answers, whose last axis runs over the questions."""
        return ((shares - self.recorded) ** 2) @ self.weights

    def score_otherwise(self, shares: np.ndarray) -> np.ndarray:
        """Return what the score would be had the record every answer the other way round."""
        return ((shares + self.recorded - 1.0) ** 2) @ self.weights


def features_of(
    figure: ScoredFigure, values: pd.DataFrame, figures: tuple[ScoredFigure, ...], months: int
) -> Features:
    """Return the questions of a figure with the answers of worlds and of the record.

    Parameters
    ----------
    figure : ScoredFigure
    values : pandas.DataFrame
        As :func:`poruka.scoring.scored_figures.evaluate_figures` returns them.
    figures : tuple of ScoredFigure
        All figures, whose events the order of events compares.
    months : int
        Length of the run.
    """
    if figure.kind == "order":
        return _order_features(values, figures)
    numbers = values[figure.id].to_numpy(dtype=float)
    if figure.kind in _NUMBERS:
        return _number_features(figure, numbers)
    if figure.kind == "yes":
        return Features(numbers[:, None], np.array([figure.value]), np.ones(1))
    grid = np.arange(months, dtype=float)
    weights = np.full(months, 1.0 / months)
    happened = (numbers[:, None] <= grid).astype(np.float32)
    return Features(happened, (figure.value <= grid).astype(float), weights)


def _number_features(figure: ScoredFigure, numbers: np.ndarray) -> Features:
    """Return thresholds of a number, and a last question that holds apart what lacks it.

    At each threshold a world without the number answers one half, so that it is as far from a low
    number as from a high one; the last question makes that distance 1.
    """
    steps = (np.arange(THRESHOLDS) + 0.5) / THRESHOLDS
    grid = figure.low + steps * (figure.high - figure.low)
    if figure.kind == "count":
        grid = np.expm1(steps * np.log1p(figure.high))
    weights = np.append(np.full(THRESHOLDS, 1.0 / THRESHOLDS), 0.75)
    has_it = np.isfinite(numbers)
    below = np.where(has_it[:, None], numbers[:, None] <= grid, 0.5)
    answers = np.column_stack([below, ~has_it]).astype(np.float32)
    return Features(answers, np.append(figure.value <= grid, 0.0), weights)


def _order_features(values: pd.DataFrame, figures: tuple[ScoredFigure, ...]) -> Features:
    """Return three questions for each two events, also for those that the record does not order:
    to ask only of the others would reward worlds in which everything happens.
    """
    events, recorded = _event_months(values, figures)
    pairs = list(itertools.combinations(range(len(recorded)), 2))
    answers, answer = (
        np.concatenate([order == 1.0, order == -1.0, order == 0.0], axis=1)
        for order in (compare_order(months, pairs) for months in (events, recorded[None, :]))
    )
    weights = np.full(3 * len(pairs), 0.5 / max(1, len(pairs)))
    return Features(answers.astype(np.float32), answer[0].astype(float), weights)


def kendalls_tau(values: pd.DataFrame, figures: tuple[ScoredFigure, ...]) -> np.ndarray:
    """Return how far each world has the events in the order of the record, from -1 to 1."""
    events, recorded = _event_months(values, figures)
    order = compare_order(events, pairs_in_order(recorded))
    return order.mean(axis=1) if order.shape[1] else np.full(len(values), np.nan)


def _event_months(
    values: pd.DataFrame, figures: tuple[ScoredFigure, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the months of all events in worlds (one row each), and in the record."""
    events = [figure for figure in figures if figure.kind == "event"]
    months = values[[event.id for event in events]].to_numpy(dtype=float)
    return months, np.array([event.value for event in events])
