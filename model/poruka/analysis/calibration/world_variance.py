"""The variance of worlds at a point: how far one history may lie from the mean of all."""

from typing import NamedTuple

import numpy as np

_FOLDS = 5
_SMALLEST_SHARE = 1e-3


class WorldVariance(NamedTuple):
    """The variance of one world's output, as a function of the inputs.

    It is one number, or exp(intercept + slopes · (x, x²)) of the active inputs x; for a share it
    is p (1 − p) of the mean p instead.
    """

    is_share: bool
    floor: float
    intercept: float
    slopes: np.ndarray
    active: np.ndarray

    @property
    def varies(self) -> bool:
        """Whether the variance differs between points."""
        return self.is_share or bool(len(self.slopes))

    def at(self, inputs: np.ndarray, means: np.ndarray) -> np.ndarray:
        """Return the variance at points whose mean outputs are known."""
        if self.is_share:
            shares = np.clip(means, 0.0, 1.0)
            return np.maximum(shares * (1.0 - shares), self.floor)
        logs = np.full(len(inputs), self.intercept)
        if len(self.slopes):
            logs = logs + _with_squares(inputs[:, self.active]) @ self.slopes
        return np.maximum(np.exp(np.clip(logs, -700.0, 700.0)), self.floor)


def _with_squares(inputs: np.ndarray) -> np.ndarray:
    centred = inputs - 0.5
    return np.hstack([centred, centred**2])


def fit_world_variance(
    inputs: np.ndarray, worlds: np.ndarray, active: np.ndarray, is_share: bool = False
) -> WorldVariance:
    """Return the variance of worlds, estimated from several worlds at each point.

    A regression of the log of the variance on the active inputs is kept where it predicts the
    variances of points held out better than their mean does; otherwise the pooled variance is.

    Parameters
    ----------
    inputs : ndarray of float64, shape (points, inputs)
    worlds : ndarray of float64, shape (points, worlds)
        NaN where a point has fewer worlds.
    active : ndarray of int
        Inputs that may move the variance.
    is_share : bool
        Whether the output is 0 or 1.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> inputs = rng.random((200, 2))
    >>> worlds = rng.normal(scale=np.exp(inputs[:, :1]), size=(200, 4))
    >>> fitted = fit_world_variance(inputs, worlds, np.array([0, 1]))
    >>> low, high = fitted.at(np.array([[0.0, 0.5], [1.0, 0.5]]), np.zeros(2))
    >>> bool(0.6 < low < 1.6 and 4.5 < high < 12.0)
    True
    """
    count = np.isfinite(worlds).sum(axis=1)
    total = int(count.sum())
    empty = np.zeros(0)
    if is_share:
        # A share seen in none of so many worlds may still be about one over their number.
        return WorldVariance(True, 1.0 / max(total, 1), 0.0, empty, active)
    several = count >= 2
    inputs, worlds, freedom = inputs[several], worlds[several], count[several] - 1.0
    if not len(worlds):
        return WorldVariance(False, 0.0, -700.0, empty, active)
    variances = np.nanvar(worlds, axis=1) * (freedom + 1.0) / freedom
    pooled = float((variances * freedom).sum() / freedom.sum())
    floor = _SMALLEST_SHARE * pooled
    constant = WorldVariance(
        False, max(floor, 1e-300), float(np.log(max(pooled, 1e-300))), empty, active
    )
    if pooled == 0.0 or not len(active) or len(worlds) < 4 * _FOLDS:
        return constant
    fold = np.arange(len(worlds)) % _FOLDS
    gain = 0.0
    for number in range(_FOLDS):
        inside, outside = fold != number, fold == number
        flat = float((variances[inside] * freedom[inside]).sum() / freedom[inside].sum())
        fitted = _regress(inputs[inside], variances[inside], freedom[inside], active, floor)
        predicted = fitted.at(inputs[outside], np.zeros(int(outside.sum())))
        gain += float(
            (_log_score(variances[outside], predicted) * freedom[outside]).sum()
            - (
                _log_score(variances[outside], np.full_like(predicted, flat)) * freedom[outside]
            ).sum()
        )
    # Two units of log likelihood: a gain that chance alone rarely gives.
    return _regress(inputs, variances, freedom, active, floor) if gain > 2.0 else constant


def _log_score(variances: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Return the log likelihood of sample variances, by degree of freedom."""
    return -0.5 * (np.log(predicted) + variances / predicted)


def _regress(
    inputs: np.ndarray, variances: np.ndarray, freedom: np.ndarray, active: np.ndarray, floor: float
) -> WorldVariance:
    from sklearn.linear_model import Ridge

    columns = _with_squares(inputs[:, active])
    model = Ridge(alpha=1.0).fit(columns, np.log(variances + 10.0 * floor), sample_weight=freedom)
    # The log of a noisy variance lies below the log of its mean; the level is set by the mean.
    ratio = variances * np.exp(-(columns @ model.coef_))
    level = float((ratio * freedom).sum() / freedom.sum())
    return WorldVariance(
        False, floor, float(np.log(max(level, 1e-300))), np.asarray(model.coef_), active
    )
