"""Small models with known answers in which true numbers are planted."""

import numpy as np

from poruka.analysis.calibration.planted_truths import PlantedProblem
from poruka.analysis.calibration.priors import Prior

UNIT = Prior(0.0, 0.5, 1.0, "uniform")


def normal_problem(noise: float = 0.2) -> PlantedProblem:
    """Return a history that is normal around one number.

    Examples
    --------
    >>> normal_problem(0.0).play(np.array([[0.3]]), np.random.default_rng(1)).tolist()
    [[0.3]]
    """

    def play(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return points + rng.normal(scale=noise, size=points.shape) if noise else points

    return PlantedProblem("a normal quantity", {"theta": UNIT}, ("y",), play)


def count_problem() -> PlantedProblem:
    """Return a history with a count and a level moved by two numbers, and a number that is idle."""

    def play(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        rate, level = 20.0 * points[:, 0], points[:, 1] - 0.5 * points[:, 0]
        return np.column_stack(
            [rng.poisson(rate), level + rng.normal(scale=0.15, size=len(points))]
        ).astype(float)

    priors = {"rate": Prior(0.0, 0.3, 1.0), "level": UNIT, "idle": UNIT}
    return PlantedProblem("a count and a level", priors, ("count", "level"), play)
