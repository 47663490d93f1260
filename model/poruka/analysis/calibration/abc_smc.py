"""ABC-SMC: numbers whose worlds come near what is known, generation by generation, with a tolerance
and a kernel that adapt (Lenormand et al. 2013).
"""

import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.calibration.priors import Prior, density, draw
from poruka.utils.errors import BadInput

Distance = Callable[[pd.DataFrame, int], np.ndarray]
"""Told points and the generation, returns how far each one's worlds lie from what is known."""


class Sample(NamedTuple):
    """A sample of the posterior.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a particle, one column a number.
    weights : ndarray
        Sum to 1.
    distances : ndarray
    history : pandas.DataFrame
        One row a generation: generation, tolerance, played (points so far), new (share of new
        points nearer than the tolerance before), effective (size of the sample that the weights are
        worth).
    """

    points: pd.DataFrame
    weights: np.ndarray
    distances: np.ndarray
    history: pd.DataFrame


class _State(NamedTuple):
    points: np.ndarray
    weights: np.ndarray
    distances: np.ndarray
    history: list[tuple[int, float, int, float, float]]


COLUMNS = ("generation", "tolerance", "played", "new", "effective")


def abc_smc(
    priors: Mapping[str, Prior],
    distance: Distance,
    particles: int = 60,
    keep: float = 0.5,
    generations: int = 6,
    least_new: float = 0.05,
    seed: int = 1,
    folder: Path | None = None,
    about: str = "",
    tell: Callable[[Mapping[str, float]], None] | None = None,
) -> Sample:
    """Return a sample of what is held possible once the record is looked at.

    The nearest ``keep`` of the particles survive each generation and set its tolerance; new ones
    are drawn around them with a normal kernel of twice their weighted covariance, and weighted by
    prior over proposal.

    Parameters
    ----------
    priors : mapping of str to Prior
    distance : callable
        As :data:`Distance`; a point whose worlds failed may be infinite.
    particles : int
        Particles of the first generation; each later one plays ``particles * (1 - keep)`` new ones.
    keep : float
        Share that survives.
    generations : int
        At most.
    least_new : float
        Stop when fewer of the new particles than this came nearer than the tolerance before.
    seed : int
    folder : Path, optional
        Where each generation is kept; the same call over the same folder goes on from the last.
    about : str
        What the distance is made of; a folder that holds another calibration is refused.
    tell : callable, optional
        Told each generation's line of the history.

    Examples
    --------
    >>> def distance(points, generation):
    ...     return (points["x"] - 0.3).abs().to_numpy()
    >>> found = abc_smc({"x": Prior(0.0, 0.5, 1.0, "uniform")}, distance, particles=100)
    >>> bool(abs(np.average(found.points["x"], weights=found.weights) - 0.3) < 0.02)
    True
    """
    survive = max(2, int(keep * particles))
    signature = json.dumps(
        [{name: list(one) for name, one in priors.items()}, particles, keep, seed, about]
    )
    state = _last(folder, signature)
    while len(state.history) < generations:
        if len(state.history) > 1 and state.history[-1][3] < least_new:
            break
        generation = len(state.history)
        rng = np.random.default_rng((seed, generation))
        state = (
            _first(priors, distance, particles, survive, seed)
            if generation == 0
            else _next(state, priors, distance, particles - survive, survive, rng)
        )
        _keep(state, folder, signature, priors)
        if tell is not None:
            tell(dict(zip(COLUMNS, state.history[-1], strict=True)))
    return Sample(
        pd.DataFrame(state.points, columns=list(priors)),
        state.weights / state.weights.sum(),
        state.distances,
        pd.DataFrame(state.history, columns=list(COLUMNS)),
    )


def _frame(points: np.ndarray, priors: Mapping[str, Prior]) -> pd.DataFrame:
    return pd.DataFrame(points, columns=list(priors))


def first_points(priors: Mapping[str, Prior], particles: int, seed: int) -> pd.DataFrame:
    """Return the points of the first generation, drawn from the priors."""
    return _frame(draw(priors, particles, np.random.default_rng((seed, 0))), priors)


def _first(
    priors: Mapping[str, Prior], distance: Distance, particles: int, survive: int, seed: int
) -> _State:
    points = first_points(priors, particles, seed)
    distances = np.asarray(distance(points, 0), dtype=float)
    return _nearest(points.to_numpy(), np.ones(particles), distances, survive, [], particles, 1.0)


def _next(
    state: _State,
    priors: Mapping[str, Prior],
    distance: Distance,
    count: int,
    survive: int,
    rng: np.random.Generator,
) -> _State:
    points, weights = _proposed(state, priors, count, rng)
    distances = np.asarray(distance(_frame(points, priors), len(state.history)), dtype=float)
    new = float((distances < state.history[-1][1]).mean())
    return _nearest(
        np.concatenate([state.points, points]),
        np.concatenate([state.weights, weights]),
        np.concatenate([state.distances, distances]),
        survive,
        state.history,
        state.history[-1][2] + count,
        new,
    )


def _nearest(
    points: np.ndarray,
    weights: np.ndarray,
    distances: np.ndarray,
    survive: int,
    history: list,
    played: int,
    new: float,
) -> _State:
    distances = np.where(np.isnan(distances), np.inf, distances)
    order = np.argsort(distances, kind="stable")[:survive]
    weights = weights[order]
    effective = float(weights.sum() ** 2 / (weights**2).sum())
    return _State(
        points[order],
        weights,
        distances[order],
        [*history, (len(history), float(distances[order[-1]]), played, new, effective)],
    )


def _proposed(
    state: _State, priors: Mapping[str, Prior], count: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return new points drawn around the survivors, with their weights: prior over proposal."""
    share = state.weights / state.weights.sum()
    middle = share @ state.points
    away = state.points - middle
    width = np.array([one.high - one.low for one in priors.values()])
    # A little of the range in every direction, should all survivors agree in one.
    spread = 2.0 * (away * share[:, None]).T @ away + np.diag((1e-4 * width) ** 2)
    root = np.linalg.cholesky(spread)
    made: list[np.ndarray] = []
    tried = 0
    while len(made) < count:
        tried += 1
        if tried > 10_000 * count:
            raise BadInput("no new point falls into the ranges of the priors any more; widen them.")
        one = state.points[rng.choice(len(share), p=share)] + root @ rng.standard_normal(len(width))
        if density(priors, one[None, :])[0] > 0.0:
            made.append(one)
    points = np.array(made)
    gaps = np.linalg.solve(
        root, (points[:, None, :] - state.points[None, :, :]).reshape(-1, len(width)).T
    ).T.reshape(count, -1, len(width))
    scale = math.exp(
        -0.5 * len(width) * math.log(2.0 * math.pi) - float(np.log(np.diag(root)).sum())
    )
    proposal = scale * (np.exp(-0.5 * (gaps**2).sum(axis=2)) @ share)
    # Draws that fell outside were thrown away, which makes the proposal denser inside.
    return points, density(priors, points) / (proposal * tried / count)


def _keep(state: _State, folder: Path | None, signature: str, priors: Mapping[str, Prior]) -> None:
    if folder is None:
        return
    from poruka.utils.atomic_files import write_text

    folder.mkdir(parents=True, exist_ok=True)
    write_text(
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
    posterior = _frame(state.points, priors)
    posterior.insert(0, "distance", state.distances)
    posterior.insert(0, "weight", state.weights / state.weights.sum())
    write_text(folder / f"generation-{state.history[-1][0]:02d}.csv", posterior.to_csv(index=False))


def _last(folder: Path | None, signature: str) -> _State:
    path = folder / "last.json" if folder is not None else None
    if path is None or not path.is_file():
        return _State(np.empty(0), np.empty(0), np.empty(0), [])
    try:
        there: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        state = _State(
            np.array(there["points"]),
            np.array(there["weights"]),
            np.array(there["distances"]),
            [tuple(one) for one in there["history"]],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{path} cannot be read as a calibration ({error}); remove it, or give another folder."
        ) from None
    if there["signature"] != signature:
        raise BadInput(
            f"{path.parent} holds another calibration (other priors, targets, particles or seed);"
            " give another folder, or remove that one."
        )
    return state
