"""Outcomes of a scenario on a grid of two parameters."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from poruka.simulation.ensemble import simulate_in_memory
from poruka.simulation.failures import require_completed_world
from poruka.simulation.run_spec import RunSpec
from poruka.utils.errors import BadInput


def run_grid(
    scenario: Any,
    x_values: Mapping[str, Sequence[float]],
    y_values: Mapping[str, Sequence[float]],
    worlds: int = 20,
    seed: int = 1,
) -> pd.DataFrame:
    """Simulate a scenario on a grid of two parameters, every point with the same seed.

    Parameters
    ----------
    scenario : Scenario
    x_values, y_values : mapping
        One key each of ``scenario.keys()`` with the values it takes, such as
        ``{"oligarchs.inertia": [0.2, 0.4]}``.
    worlds, seed : int
        Number of worlds of each point, and their seed.

    Returns
    -------
    pandas.DataFrame
        One row a point and world: a column for each key, world, outcome. Worlds that failed have
        no row; ``attrs["requested"]`` holds the worlds requested of each point.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> s = load("kazakhstan").change({"shocks.putsch.date": "1991-08"})
    >>> x, y = {"start.president.age": [50]}, {"president.noise": [0.1, 0.5]}
    >>> run_grid(s, x, y, worlds=2)["world"].tolist()
    [0, 1, 0, 1]
    """
    if len(x_values) != 1 or len(y_values) != 1:
        raise BadInput(
            "a grid has two axes; give one key for x and one key for y, each with its values."
        )
    (x_key, x_levels), (y_key, y_levels) = (
        next(iter(x_values.items())),
        next(iter(y_values.items())),
    )
    if x_key == y_key or not len(x_levels) or not len(y_levels):
        raise BadInput(
            f"{x_key} and {y_key} make no grid; give two different keys, each with at least one"
            " value."
        )
    # All points are validated before the first of them is simulated.
    points = [{x_key: x, y_key: y} for x in x_levels for y in y_levels]
    specs = [
        RunSpec.build(scenario.change(point), worlds=worlds, seed=seed, record="outcomes")
        for point in points
    ]
    tables = []
    for point, spec in zip(points, specs, strict=True):
        outcomes = require_completed_world(simulate_in_memory(spec, progress=False)).outcomes
        tables.append(pd.DataFrame(point | dict(outcomes[["world", "outcome"]].items())))
    grid = pd.concat(tables, ignore_index=True)
    grid.attrs["requested"] = worlds
    return grid
