"""The posterior of a calibration: built from a sample, and written to a file for
`Scenario.with_draws`.
"""

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
    """Write a posterior as CSV: columns weight, distance (if given), and one for each key."""
    table: Any = posterior.points
    if distances is not None:
        table.insert(0, "distance", distances)
    table.insert(0, "weight", posterior.weights)
    write_text_atomically(path, table.to_csv(index=False))
    return path


def build_posterior(sample: PosteriorSample, keys: Mapping[str, list[str]]) -> ParameterDraws:
    """Return a sample as a posterior of scenario keys.

    Parameters
    ----------
    sample : PosteriorSample
    keys : mapping of str to list of str
        The scenario keys that each number sets; each key receives a column of its own.
    """
    columns = {
        key: list(sample.points[name])
        for name, scenario_keys in keys.items()
        for key in scenario_keys
    }
    return ParameterDraws.from_table(columns, sample.weights)
