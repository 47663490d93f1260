"""Emulator: a fast statistical model of the mean output of worlds, with its held-out error."""

import warnings
from typing import Any, NamedTuple

import numpy as np

from poruka.analysis.calibration.active_inputs import ALL_ACTIVE_UP_TO, find_active_inputs

FOLDS = 5
"""Parts of the points, each held out once."""
MOST_POINTS = 400
"""Points that a Gaussian process is fitted to at most; the last ones are taken."""


class Emulator(NamedTuple):
    """An emulator of one output, calibrated on points that were held out.

    Attributes
    ----------
    method : str
        ``gaussian process``, ``boosted trees``, or ``mean`` where nothing moves the output.
    active : ndarray of int
        Positions of the inputs used.
    held_out_error : float
        Root mean square error on points held out, with the noise of their worlds in it.
    explained : float
        Share of the variance of held-out outputs that is predicted.
    beyond : float
        Share of held-out outputs more than three standard deviations from the prediction.
    points : int
        Points fitted to.
    """

    method: str
    active: np.ndarray
    held_out_error: float
    explained: float
    beyond: float
    points: int
    model: Any
    variance_scale: float

    def predict(self, inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the predicted mean outputs, and the variance of their error."""
        means, variances = _predict(self.model, inputs[:, self.active])
        return means, self.variance_scale * variances


class _Fitted(NamedTuple):
    kind: str
    regressor: Any
    centre: float
    spread: float
    inverse: np.ndarray


def fit_emulator(
    inputs: np.ndarray,
    outputs: np.ndarray,
    noise: np.ndarray,
    method: str = "gaussian process",
    seed: int = 1,
) -> Emulator:
    """Return an emulator of the mean output, calibrated on points held out.

    Inputs that do not move the output are screened out first, within each fold anew, so that the
    held-out error includes the mistakes of the screening.

    Parameters
    ----------
    inputs : ndarray of float64, shape (points, inputs)
        Between 0 and 1.
    outputs : ndarray of float64, shape (points,)
        Means over the worlds of each point.
    noise : ndarray of float64, shape (points,)
        Variance of each mean, by the chance of its worlds.
    method : {"gaussian process", "boosted trees"}
    seed : int

    Examples
    --------
    >>> inputs = np.random.default_rng(1).random((60, 2))
    >>> emulator = fit_emulator(inputs, np.sin(3.0 * inputs[:, 0]), np.zeros(60))
    >>> mean, variance = emulator.predict(np.array([[0.5, 0.5]]))
    >>> bool(abs(mean[0] - np.sin(1.5)) < 0.01 and emulator.explained > 0.99)
    True
    """
    if method == "gaussian process":
        inputs, outputs, noise = (part[-MOST_POINTS:] for part in (inputs, outputs, noise))
    active = find_active_inputs(inputs, outputs, seed)
    fitted = _fit(inputs[:, active], outputs, method)
    screened = inputs.shape[1] > ALL_ACTIVE_UP_TO
    fold = np.random.default_rng((seed, len(outputs))).permutation(len(outputs)) % FOLDS
    means, variances = np.empty(len(outputs)), np.empty(len(outputs))
    for number in range(FOLDS):
        inside, outside = fold != number, fold == number
        chosen = find_active_inputs(inputs[inside], outputs[inside], seed) if screened else active
        same = len(chosen) == len(active) and bool((chosen == active).all())
        part = _fit(inputs[inside][:, chosen], outputs[inside], method, fitted if same else None)
        means[outside], variances[outside] = _predict(part, inputs[outside][:, chosen])
    errors = outputs - means
    squares = float((errors**2).mean())
    # One standard error of the mean square is added, so that few points do not flatter.
    excess = squares * (1.0 + np.sqrt(2.0 / len(errors))) - float(noise.mean())
    # A Gaussian process is never taken for surer than it is of itself.
    least = {"gaussian process": 1.0, "boosted trees": 0.02}.get(fitted.kind, 1.0 / len(errors))
    scale = max(excess / max(float(variances.mean()), 1e-300), least)
    spread = np.sqrt(scale * variances + noise)
    return Emulator(
        fitted.kind,
        active,
        float(np.sqrt(squares)),
        1.0 - squares / max(float(outputs.var()), 1e-300),
        float((np.abs(errors) > 3.0 * np.maximum(spread, 1e-300)).mean()),
        len(outputs),
        fitted,
        scale,
    )


def _fit(
    inputs: np.ndarray, outputs: np.ndarray, method: str, like: _Fitted | None = None
) -> _Fitted:
    """Return a fitted regressor; with the hyperparameters of another, where one is given."""
    centre, spread = float(outputs.mean()), float(outputs.std())
    if not inputs.shape[1] or spread < 1e-12 * max(1.0, abs(centre)):
        return _Fitted("mean", None, centre, max(spread, 1e-12), np.empty(0))
    scaled = (outputs - centre) / spread
    if method == "boosted trees":
        from sklearn.ensemble import GradientBoostingRegressor

        trees = GradientBoostingRegressor(
            n_estimators=150,
            learning_rate=0.06,
            max_depth=3,
            subsample=0.7,
            min_samples_leaf=max(3, len(outputs) // 40),
            random_state=1,
        )
        return _Fitted(method, trees.fit(inputs, scaled), centre, spread, np.empty(0))
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    kernel = ConstantKernel(1.0, (1e-2, 1e3)) * RBF(
        np.ones(inputs.shape[1]), (0.05, 50.0)
    ) + WhiteKernel(0.1, (1e-8, 2.0))
    process = GaussianProcessRegressor(
        like.regressor.kernel_ if like is not None and like.regressor is not None else kernel,
        optimizer=None if like is not None else _maximise,
        alpha=1e-8,
    )
    with warnings.catch_warnings():
        # A length scale at its bound says that an input does not matter, which is no fault.
        warnings.simplefilter("ignore")
        process.fit(inputs, scaled)
    from scipy.linalg import cho_solve

    inverse = cho_solve((process.L_, True), np.eye(len(inputs)))
    return _Fitted(method, process, centre, spread, inverse)


def _maximise(objective: Any, initial: np.ndarray, bounds: np.ndarray) -> tuple[np.ndarray, float]:
    from scipy.optimize import minimize

    found = minimize(
        objective, initial, method="L-BFGS-B", jac=True, bounds=bounds, options={"maxiter": 40}
    )
    return found.x, float(found.fun)


def _predict(fitted: _Fitted, inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return means, and variances up to the scale that held-out points give."""
    if fitted.regressor is None:
        return np.full(len(inputs), fitted.centre), np.full(len(inputs), fitted.spread**2)
    if fitted.kind == "boosted trees":
        means = fitted.centre + fitted.spread * fitted.regressor.predict(inputs)
        return means, np.full(len(inputs), fitted.spread**2)
    process = fitted.regressor
    # The first term of the kernel alone: the mean's variance, without that of observations.
    mean_kernel = process.kernel_.k1
    between = mean_kernel(inputs, process.X_train_)
    means = between @ process.alpha_
    explained = np.einsum("ij,ij->i", between @ fitted.inverse, between)
    variances = np.maximum(mean_kernel.k1.constant_value - explained, 1e-6)
    return fitted.centre + fitted.spread * means, fitted.spread**2 * variances
