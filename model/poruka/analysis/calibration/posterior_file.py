"""A posterior as a calibration leaves it: of a sample, and to a file that `scenario.over` reads."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from poruka.analysis.calibration.abc_smc import Sample
from poruka.scenario.parameter_draws import Posterior
from poruka.utils.atomic_files import write_text


def write_posterior(path: Path, posterior: Posterior, distances: np.ndarray | None = None) -> Path:
    """Write a posterior: a CSV with a column ``weight``, perhaps ``distance``, and one column a
    key.
    """
    table: Any = posterior.points
    if distances is not None:
        table.insert(0, "distance", distances)
    table.insert(0, "weight", posterior.weights)
    write_text(path, table.to_csv(index=False))
    return path


def of_sample(sample: Sample, keys: Mapping[str, list[str]]) -> Posterior:
    """Return a sample as a posterior of scenario keys; a number that moves several keys gives each
    of them its column.
    """
    return Posterior.of(
        {key: list(sample.points[name]) for name, moved in keys.items() for key in moved},
        sample.weights,
    )
