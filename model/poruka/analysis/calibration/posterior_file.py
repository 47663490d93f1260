"""A posterior as a calibration leaves it: of a sample, and to a file that `scenario.over` reads."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from poruka.analysis.calibration.abc_smc import PosteriorSample
from poruka.scenario.parameter_draws import ParameterDraws
from poruka.utils.atomic_files import write_text_atomically


def write_posterior(
    path: Path, posterior: ParameterDraws, distances: np.ndarray | None = None
) -> Path:
    """Write a posterior: a CSV with a column ``weight``, perhaps ``distance``, and one column a
    key.
    """
    table: Any = posterior.points
    if distances is not None:
        table.insert(0, "distance", distances)
    table.insert(0, "weight", posterior.weights)
    write_text_atomically(path, table.to_csv(index=False))
    return path


def build_posterior(sample: PosteriorSample, keys: Mapping[str, list[str]]) -> ParameterDraws:
    """Return a sample as a posterior of scenario keys; a number that moves several keys gives each
    of them its column.
    """
    return ParameterDraws.from_table(
        {key: list(sample.points[name]) for name, moved in keys.items() for key in moved},
        sample.weights,
    )
