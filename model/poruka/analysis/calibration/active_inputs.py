"""Screening for an emulator: the numbers that move an output, told apart from those that do not."""

import numpy as np

from poruka.utils.errors import BadInput

ALL_ACTIVE_UP_TO = 8
"""With so few numbers all are emulated, and none is screened out."""
MOST_ACTIVE = 12
"""Numbers that an emulator takes at most, the most important first."""


def require_scikit_learn() -> None:
    """Raise an error if scikit-learn, which fits the emulators, is not installed."""
    try:
        import sklearn  # noqa: F401
    except ModuleNotFoundError:
        raise BadInput(
            "history matching needs scikit-learn, which is not installed; install it with `pip"
            " install poruka[analysis]`, or give `waves = 0`."
        ) from None


def find_active_inputs(inputs: np.ndarray, outputs: np.ndarray, seed: int = 1) -> np.ndarray:
    """Return the positions of the inputs that move an output, the most important first.

    Every input gets a shuffled copy, which cannot matter. A forest of extremely randomised trees
    ranks inputs and copies, and an input is active if it beats the best copy (one round of the
    method known as Boruta).

    Parameters
    ----------
    inputs : ndarray of float64, shape (points, inputs)
    outputs : ndarray of float64, shape (points,)
    seed : int

    Examples
    --------
    >>> inputs = np.random.default_rng(1).random((80, 30))
    >>> find_active_inputs(inputs, inputs[:, 4] - 2.0 * inputs[:, 17]).tolist()
    [17, 4]
    """
    count = inputs.shape[1]
    if count <= ALL_ACTIVE_UP_TO:
        return np.arange(count)
    if np.ptp(outputs) == 0.0:
        return np.arange(0)
    from sklearn.ensemble import ExtraTreesRegressor

    copies = np.random.default_rng((seed, count)).permuted(inputs, axis=0)
    forest = ExtraTreesRegressor(
        n_estimators=150, min_samples_leaf=4, max_features=0.3, random_state=seed
    )
    scores = forest.fit(np.hstack([inputs, copies]), outputs).feature_importances_
    order = np.argsort(-scores[:count], kind="stable")
    return order[scores[order] > scores[count:].max()][:MOST_ACTIVE]
