"""ABC-SMC: approximate Bayesian computation by sequential Monte Carlo, with an adaptive tolerance
and kernel (Lenormand et al. 2013).
"""

import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.calibration.priors import Prior, draw_points, joint_density
from poruka.utils.atomic_files import write_text_atomically
from poruka.utils.errors import BadInput

DistanceFunction = Callable[[pd.DataFrame, int], np.ndarray]
"""Takes points and the generation, returns the distance of each point's worlds from the targets."""


class PosteriorSample(NamedTuple):
    """A weighted sample of the posterior.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a particle, one column a number.
    weights : ndarray
        Sum to 1.
    distances : ndarray
        From the targets.
    history : pandas.DataFrame
        One row a generation: generation, tolerance, played (points evaluated so far), new (share of
        new points nearer than the previous tolerance), effective (effective sample size).
    """

    points: pd.DataFrame
    weights: np.ndarray
    distances: np.ndarray
    history: pd.DataFrame


class _Generation(NamedTuple):
    points: np.ndarray
    weights: np.ndarray
    distances: np.ndarray
    history: list[tuple[int, float, int, float, float]]


HISTORY_COLUMNS = ("generation", "tolerance", "played", "new", "effective")


def abc_smc(
    priors: Mapping[str, Prior],
    distance: DistanceFunction,
    particles: int = 60,
    survival_share: float = 0.5,
    generations: int = 6,
    min_acceptance: float = 0.05,
    seed: int = 1,
    folder: Path | None = None,
    target_signature: str = "",
    on_generation: Callable[[Mapping[str, float]], None] | None = None,
) -> PosteriorSample:
    """Return a sample of the posterior distribution.

    The nearest ``survival_share`` of the particles survive each generation and set its tolerance;
    new ones are drawn around them with a normal kernel of twice their weighted covariance, and
    weighted by prior over proposal.

    Parameters
    ----------
    priors : mapping of str to Prior
    distance : callable
        As :data:`DistanceFunction`; infinite for a point whose worlds failed.
    particles : int
        Particles of the first generation; each later one evaluates ``particles * (1 -
        survival_share)`` new ones.
    survival_share : float
        Share of particles that survives.
    generations : int
        At most.
    min_acceptance : float
        Stop when a smaller share of the new particles is nearer than the previous tolerance.
    seed : int
    folder : Path, optional
        Where each generation is stored; the same call over the same folder resumes after the last.
    target_signature : str
        Identifies the distance; a folder that holds another calibration is refused.
    on_generation : callable, optional
        Receives each generation's row of the history.

    Examples
    --------
    >>> def distance(points, generation):
    ...     return (points["x"] - 0.3).abs().to_numpy()
    >>> sample = abc_smc({"x": Prior(0.0, 0.5, 1.0, "uniform")}, distance, particles=100)
    >>> bool(abs(np.average(sample.points["x"], weights=sample.weights) - 0.3) < 0.02)
    True
    """
    survive = max(2, int(survival_share * particles))
    signature = json.dumps(
        [
            {name: list(prior) for name, prior in priors.items()},
            particles,
            survival_share,
            seed,
            target_signature,
        ]
    )
    state = _load_generation(folder, signature)
    while len(state.history) < generations:
        if len(state.history) > 1 and state.history[-1][3] < min_acceptance:
            break
        generation = len(state.history)
        rng = np.random.default_rng((seed, generation))
        state = (
            _first_generation(priors, distance, particles, survive, seed)
            if generation == 0
            else _next_generation(state, priors, distance, particles - survive, survive, rng)
        )
        _save_generation(state, folder, signature, priors)
        if on_generation is not None:
            on_generation(dict(zip(HISTORY_COLUMNS, state.history[-1], strict=True)))
    return PosteriorSample(
        pd.DataFrame(state.points, columns=list(priors)),
        state.weights / state.weights.sum(),
        state.distances,
        pd.DataFrame(state.history, columns=list(HISTORY_COLUMNS)),
    )


def _point_table(points: np.ndarray, priors: Mapping[str, Prior]) -> pd.DataFrame:
    return pd.DataFrame(points, columns=list(priors))


def draw_prior_points(priors: Mapping[str, Prior], particles: int, seed: int) -> pd.DataFrame:
    """Return the points of the first generation, drawn from the priors."""
    return _point_table(draw_points(priors, particles, np.random.default_rng((seed, 0))), priors)


def _first_generation(
    priors: Mapping[str, Prior],
    distance: DistanceFunction,
    particles: int,
    survivor_count: int,
    seed: int,
) -> _Generation:
    points = draw_prior_points(priors, particles, seed)
    distances = np.asarray(distance(points, 0), dtype=float)
    return _select_nearest(
        points.to_numpy(), np.ones(particles), distances, survivor_count, [], particles, 1.0
    )


def _next_generation(
    state: _Generation,
    priors: Mapping[str, Prior],
    distance: DistanceFunction,
    count: int,
    survivor_count: int,
    rng: np.random.Generator,
) -> _Generation:
    points, weights = _propose_points(state, priors, count, rng)
    distances = np.asarray(distance(_point_table(points, priors), len(state.history)), dtype=float)
    acceptance = float((distances < state.history[-1][1]).mean())
    return _select_nearest(
        np.concatenate([state.points, points]),
        np.concatenate([state.weights, weights]),
        np.concatenate([state.distances, distances]),
        survivor_count,
        state.history,
        state.history[-1][2] + count,
        acceptance,
    )


def _select_nearest(
    points: np.ndarray,
    weights: np.ndarray,
    distances: np.ndarray,
    survivor_count: int,
    history: list,
    points_evaluated: int,
    acceptance: float,
) -> _Generation:
    distances = np.where(np.isnan(distances), np.inf, distances)
    order = np.argsort(distances, kind="stable")[:survivor_count]
    weights = weights[order]
    effective = float(weights.sum() ** 2 / (weights**2).sum())
    return _Generation(
        points[order],
        weights,
        distances[order],
        [
            *history,
            (len(history), float(distances[order[-1]]), points_evaluated, acceptance, effective),
        ],
    )


def _propose_points(
    state: _Generation, priors: Mapping[str, Prior], count: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return new points drawn around the survivors, with their weights: prior over proposal."""
    share = state.weights / state.weights.sum()
    mean = share @ state.points
    deviations = state.points - mean
    width = np.array([prior.high - prior.low for prior in priors.values()])
    # A small variance in every direction keeps the covariance regular where survivors coincide.
    covariance = 2.0 * (deviations * share[:, None]).T @ deviations + np.diag((1e-4 * width) ** 2)
    root = np.linalg.cholesky(covariance)
    accepted: list[np.ndarray] = []
    tried = 0
    while len(accepted) < count:
        tried += 1
        if tried > 10_000 * count:
            raise BadInput("no new point falls into the ranges of the priors; widen them.")
        candidate = state.points[rng.choice(len(share), p=share)] + root @ rng.standard_normal(
            len(width)
        )
        if joint_density(priors, candidate[None, :])[0] > 0.0:
            accepted.append(candidate)
    points = np.array(accepted)
    gaps = np.linalg.solve(
        root, (points[:, None, :] - state.points[None, :, :]).reshape(-1, len(width)).T
    ).T.reshape(count, -1, len(width))
    scale = math.exp(
        -0.5 * len(width) * math.log(2.0 * math.pi) - float(np.log(np.diag(root)).sum())
    )
    proposal = scale * (np.exp(-0.5 * (gaps**2).sum(axis=2)) @ share)
    # Rejecting draws outside the prior ranges raises the proposal density inside them.
    return points, joint_density(priors, points) / (proposal * tried / count)


def _save_generation(
    state: _Generation, folder: Path | None, signature: str, priors: Mapping[str, Prior]
) -> None:
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    write_text_atomically(
        folder / "last.json",
        json.dumps(
            {
                "signature": signature,
                "points": state.points.tolist(),
                "weights": state.weights.tolist(),
                "distances": state.distances.tolist(),
                "history": state.history,
            }
        ),
    )
    posterior = _point_table(state.points, priors)
    posterior.insert(0, "distance", state.distances)
    posterior.insert(0, "weight", state.weights / state.weights.sum())
    write_text_atomically(
        folder / f"generation-{state.history[-1][0]:02d}.csv", posterior.to_csv(index=False)
    )


def _load_generation(folder: Path | None, signature: str) -> _Generation:
    path = folder / "last.json" if folder is not None else None
    if path is None or not path.is_file():
        return _Generation(np.empty(0), np.empty(0), np.empty(0), [])
    try:
        stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        state = _Generation(
            np.array(stored["points"]),
            np.array(stored["weights"]),
            np.array(stored["distances"]),
            [tuple(row) for row in stored["history"]],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{path} cannot be read as a calibration ({error}); remove it, or give another folder."
        ) from None
    if stored["signature"] != signature:
        raise BadInput(
            f"{path.parent} holds another calibration (other priors, targets, particles or seed);"
            " give another folder, or remove that one."
        )
    return state
