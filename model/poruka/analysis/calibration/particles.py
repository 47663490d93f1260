"""The played particles of a calibration, kept in its folder, so that nothing is played twice."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.utils.atomic_files import write_text_atomically


class PlayedParticles(NamedTuple):
    """Points and the quantities of their worlds; NaN for a world that failed or is not there."""

    points: pd.DataFrame
    values: np.ndarray


class ParticleStore:
    """A folder of CSV files with one row a played world.

    Parameters
    ----------
    folder : Path, optional
        Nothing is kept without it.
    about : str
        Country and rules; particles of another are neither read nor reused.
    """

    def __init__(self, folder: Path | None, about: str):
        self.folder = folder
        self._about = hashlib.sha256(about.encode()).hexdigest()[:10]
        self._own: list[str] = []

    def play(
        self,
        stage: str,
        points: pd.DataFrame,
        quantities: Sequence[str],
        worlds: int,
        seed: int,
        simulate: Callable[[], np.ndarray],
    ) -> np.ndarray:
        """Return the quantities of a stage's worlds, from the folder where they are kept there.

        Parameters
        ----------
        stage : str
            What the file is called, such as ``wave-1``.
        points : DataFrame
        quantities : sequence of str
        worlds, seed : int
        simulate : callable
            Plays the worlds; shape (points, worlds, quantities).
        """
        if self.folder is None:
            return simulate()
        asked = [points.to_csv(index=False), list(quantities), worlds, seed]
        plan = hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:10]
        path = self.folder / f"{self._about}-{plan}-{stage}.csv"
        self._own.append(path.stem)
        kept = _read(path, list(points), quantities)
        if kept is not None and kept.values.shape[:2] == (len(points), worlds):
            return kept.values
        values = simulate()
        rows = {
            "point": np.repeat(np.arange(len(points)), worlds),
            "world": np.tile(np.arange(worlds), len(points)),
            **{f"number {name}": np.repeat(points[name].to_numpy(), worlds) for name in points},
            **{
                f"quantity {name}": values[:, :, index].ravel()
                for index, name in enumerate(quantities)
            },
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        write_text_atomically(path, pd.DataFrame(rows).to_csv(index=False, na_rep="nan"))
        return values

    def others(
        self, names: Sequence[str], quantities: Sequence[str], purpose: str
    ) -> list[PlayedParticles]:
        """Return the particles that other stages and calibrations have left here.

        They have the same numbers and all quantities, in the same country under the same rules.
        Which files there are is written down when a purpose is first asked for, so that a resumed
        calibration uses the same ones.

        Parameters
        ----------
        names, quantities : sequence of str
        purpose : str
            Identifies what the particles are used for.
        """
        if self.folder is None:
            return []
        plan = hashlib.sha256(purpose.encode()).hexdigest()[:10]
        path = self.folder / f"{self._about}-{plan}.reused.json"
        try:
            stems = list(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            there = sorted(found.stem for found in self.folder.glob(f"{self._about}-*.csv"))
            stems = [stem for stem in there if stem not in self._own]
            self.folder.mkdir(parents=True, exist_ok=True)
            write_text_atomically(path, json.dumps(stems))
        found_particles = (_read(self.folder / f"{stem}.csv", names, quantities) for stem in stems)
        return [particles for particles in found_particles if particles is not None]


def _read(path: Path, names: Sequence[str], quantities: Sequence[str]) -> PlayedParticles | None:
    """Return the particles of a file; None if it is missing, cut short or of something else."""
    columns = [f"quantity {name}" for name in quantities]
    try:
        # Through text, since the fast reader of numbers loses their last digit.
        table = pd.read_csv(path, dtype=str, keep_default_na=False).astype(float)
        worlds = int(table["world"].max()) + 1
        points = table.loc[table["world"] == 0, [f"number {name}" for name in names]]
        values = table[columns].to_numpy(dtype=float).reshape(len(points), worlds, len(columns))
    except (OSError, ValueError, KeyError):
        return None
    numbers = [name for name in table if str(name).startswith("number ")]
    if len(numbers) != len(names):
        return None
    return PlayedParticles(
        points.set_axis(list(names), axis=1).reset_index(drop=True).astype(float), values
    )
