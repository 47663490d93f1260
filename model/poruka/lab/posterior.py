"""A posterior as a file, and worlds drawn over it: every world has the numbers of one particle, addressed by seed and world."""

import csv
import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..ensemble import IN_MEMORY, Ensemble
from ..errors import BadInput
from ..machine import processors
from ..runner import Runner, failures_frame, join
from ..scenario import Scenario
from .cells import prepare
from .smc import Sample

_TAG = 0x706F7374
"""Keeps these draws apart from any other use of seed and world."""


class Posterior(NamedTuple):
    """Weighted points of scenario keys.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a particle; columns are keys such as ``oligarchs.inertia``, ``start.society.habit`` or ``shocks.rouble_exit.date``.
    weights : ndarray
        Sum to 1.
    """

    points: pd.DataFrame
    weights: np.ndarray

    @property
    def digest(self) -> str:
        """A hash over everything worlds drawn over it depend on."""
        return hashlib.sha256(self.points.assign(weight=self.weights).to_csv(index=False).encode()).hexdigest()

    def place(self, seed: int, world: int) -> int:
        """Return which particle a world has; the same for the same seed and world, whatever else is played.

        Examples
        --------
        >>> one = Posterior(pd.DataFrame({"oligarchs.inertia": [0.2, 0.4]}), np.array([0.5, 0.5]))
        >>> one.place(seed=1, world=7) == one.place(seed=1, world=7)
        True
        """
        share = np.random.default_rng((seed, world, _TAG)).random()
        return min(int(np.searchsorted(np.cumsum(self.weights), share, side="right")), len(self.weights) - 1)

    def point(self, seed: int, world: int) -> dict[str, Any]:
        """Return the numbers of a world, as :meth:`poruka.scenario.Scenario.change` takes them."""
        return dict(self.points.iloc[self.place(seed, world)])


def write_posterior(path: Path, points: pd.DataFrame, weights: np.ndarray, distances: np.ndarray | None = None) -> Path:
    """Write a posterior: a CSV with a column ``weight``, perhaps ``distance``, and one column a key."""
    from .store import write_text

    table = points.copy()
    if distances is not None:
        table.insert(0, "distance", distances)
    table.insert(0, "weight", weights)
    write_text(path, table.to_csv(index=False))
    return path


def read_posterior(path: str | Path, scenario: Scenario) -> Posterior:
    """Read a posterior and check that every one of its points can be played in a scenario.

    Raises
    ------
    BadInput
        Naming the file, the line, what is wrong and what is allowed.
    """
    path = Path(path)
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), restval=""))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"the posterior {path} cannot be read ({error}); give a CSV with a column weight and one column a key.") from None
    if not rows or "weight" not in rows[0] or len(rows[0]) - ("distance" in rows[0]) < 2:
        raise BadInput(f"the posterior {path} needs a column weight, at least one column a key such as oligarchs.inertia, and at least one row.")
    keys = [key for key in rows[0] if key not in ("weight", "distance")]
    points, weights = [], []
    for line, row in enumerate(rows, start=2):
        where = f"{path.name}, line {line}"
        try:
            weights.append(float(row["weight"]))
            point = {key: row[key] if key.endswith(".date") else float(row[key]) for key in keys}
        except (TypeError, ValueError) as error:
            raise BadInput(f"{where}: {error}; write numbers with a point.") from None
        if not 0.0 <= weights[-1] < np.inf:
            raise BadInput(f"{where}: the weight is {row['weight']}; weights are 0 or more.")
        try:
            scenario.change(point)
        except BadInput as error:
            raise BadInput(f"{where}: {error}") from None
        points.append(point)
    if sum(weights) <= 0.0:
        raise BadInput(f"the posterior {path} has no weight above 0.")
    return Posterior(pd.DataFrame(points, columns=keys), np.array(weights) / sum(weights))


def of_sample(sample: Sample, keys: Mapping[str, list[str]]) -> Posterior:
    """Return a sample as a posterior of scenario keys; a number that moves several keys gives each of them its column."""
    made = {key: sample.points[name] for name, moved in keys.items() for key in moved}
    return Posterior(pd.DataFrame(made), sample.weights)


def simulate_over(
    scenario: Scenario, posterior: Posterior, worlds: int, seed: int = 1, threads: int | None = None, progress: Any = False
) -> Ensemble:
    """Play an ensemble in which every world has the numbers of one particle of a posterior.

    World k has the same chance as world k of any other ensemble of the seed; only its numbers differ.

    Parameters
    ----------
    scenario : Scenario
    posterior : Posterior
    worlds, seed : int
    threads : int, optional
        All processors by default.
    progress : callable, optional
        Told ``(worlds done, worlds)``.

    Examples
    --------
    >>> from poruka.scenario import load
    >>> one = Posterior(pd.DataFrame({"oligarchs.inertia": [0.2, 0.4]}), np.array([0.5, 0.5]))
    >>> len(simulate_over(load("kazakhstan"), one, worlds=3, seed=1).outcomes)
    3
    """
    if not 1 <= worlds <= IN_MEMORY:
        raise BadInput(f"worlds is {worlds}; over a posterior 1 to {IN_MEMORY} worlds are played at once, in memory.")
    prepare(scenario)
    drawn: dict[int, list[int]] = {}
    for world in range(worlds):
        drawn.setdefault(posterior.place(seed, world), []).append(world)

    def play(place: int) -> tuple[dict[int, dict[str, np.ndarray]], pd.DataFrame]:
        runner = Runner(scenario.change(dict(posterior.points.iloc[place])), seed, scenario.months, "events")
        return {world: runner.chunk(world, 1) for world in drawn[place]}, failures_frame(runner)

    parts: dict[int, dict[str, np.ndarray]] = {}
    failures = []
    with ThreadPoolExecutor(threads or processors()) as pool:
        for made, failed in pool.map(play, drawn):
            parts |= made
            failures.append(failed)
            if callable(progress):
                progress(len(parts), worlds)
    failed = pd.concat(failures, ignore_index=True).sort_values("world", ignore_index=True)
    return Ensemble(scenario, seed, worlds, scenario.months, "events", join([parts[world] for world in range(worlds)]), failed)
