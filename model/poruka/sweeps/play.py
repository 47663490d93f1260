"""Plays the worlds of a sweep's points, on the same runner and store as experiments."""

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from poruka.analysis.cache import ProgressCallback, QuantityCache
from poruka.analysis.quantities import column_texts
from poruka.analysis.quantity_validation import (
    list_outcome_columns,
    validate_quantities,
    whole_outcome_columns,
)
from poruka.experiments.run import MAX_WORLDS_PER_POINT
from poruka.scenario.scenario import Scenario
from poruka.simulation.request_values import whole_number
from poruka.sweeps.points import Point
from poruka.utils import file_lock
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.contained_writing import refuse_second_names, refuse_special_files, write_inside
from poruka.utils.errors import BadInput, WorldFailed

STORE_FILE = "worlds.sqlite"
"""File in the folder of a sweep that holds its worlds."""
_ALWAYS_THERE = "column furman_group"
SCENARIO_FILE = "sweep.json"
"""File that says whose sweep it is."""


def open_store(folder: Path | None) -> QuantityCache:
    """Return the store of a sweep's worlds: a file in its folder, or memory."""
    if folder is None:
        return QuantityCache()
    create_results_folder(folder)
    parts = [f"{STORE_FILE}{suffix}" for suffix in ("", "-wal", "-shm", "-journal")]
    refuse_special_files(folder, [*parts, SCENARIO_FILE, "table.csv", "lock"])
    refuse_second_names(folder, parts)
    if (folder / "manifest.json").exists():
        raise BadInput(f"{folder} holds a run or an experiment; give another folder for the sweep.")
    return QuantityCache(folder / STORE_FILE)


def lock_folder(folder: Path | None) -> contextlib.AbstractContextManager[None]:
    """Hold the folder of a sweep against other processes while worlds are played into it."""
    return contextlib.nullcontext() if folder is None else file_lock.hold_folder(folder)


def claim_folder(folder: Path | None, scenario: Scenario) -> None:
    """Write down whose sweep a folder holds, or refuse one that holds another scenario's."""
    if folder is None:
        return
    mine = {"scenario": scenario.name, "title": scenario.title, "digest": scenario.digest}
    try:
        held = json.loads((folder / SCENARIO_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        write_inside(folder, SCENARIO_FILE, content=json.dumps(mine, indent=1) + "\n")
        return
    except (OSError, ValueError):
        held = None
    if not isinstance(held, dict) or "digest" not in held:
        raise BadInput(f"{folder / SCENARIO_FILE} cannot be read; give another folder.")
    if held["digest"] != mine["digest"]:
        raise BadInput(
            f"{folder} holds a sweep of {held.get('title')} ({held.get('scenario')}) with other"
            " values or rules than the scenario given; give another folder."
        )


def checked_worlds(worlds: Any) -> int:
    """Return the number of worlds of each seed at a point, checked."""
    if (count := whole_number("worlds", worlds, 1)) > MAX_WORLDS_PER_POINT:
        raise BadInput(
            f"worlds is {count}; a sweep takes 1 to {MAX_WORLDS_PER_POINT} of each seed at a point."
        )
    return count


def play_points(
    points: Sequence[Point],
    quantities: Sequence[str],
    worlds: int,
    seeds: Sequence[int],
    store: QuantityCache,
    progress: ProgressCallback | None = None,
) -> np.ndarray:
    """Play every point under every seed and return quantities of its worlds.

    Returns
    -------
    ndarray of float64, shape (points, seeds x worlds, quantities)
        A world that failed is NaN in all of them.

    Raises
    ------
    WorldFailed
        When no world of any point was completed; the message names the first failure.
    """
    for scenario in dict.fromkeys(point.scenario for point in points):
        validate_quantities(quantities, scenario)
    pairs = [(point.scenario, seed) for point in points for seed in seeds]
    values = store.values(pairs, quantities, worlds, progress)
    # A quantity may have no value in any world, as where it never happened; the group always has.
    if _ALWAYS_THERE in quantities and np.isnan(values).all():
        first = store.failures().iloc[0]
        raise WorldFailed(
            f"every world failed at all {len(points)} points. The first was world"
            f" {first['world']} (seed {first['seed']}): {first['error']}. Change the value, rule or"
            " number that the error names."
        )
    return values.reshape(len(points), len(seeds) * worlds, len(quantities))


def column_quantities(scenario: Scenario) -> list[str]:
    """Return the quantities that are the columns of the outcomes as they stand."""
    return [f"column {name}" for name in list_outcome_columns(scenario)]


def tidy_table(
    points: Sequence[Point],
    quantities: Sequence[str],
    values: np.ndarray,
    worlds: int,
    seeds: Sequence[int],
) -> pd.DataFrame:
    """Return one row for each completed world: keys, seed, world, then all outcomes.

    Where a key of the sweep is also an outcome, the outcome's column is called ``outcome NAME``.
    """
    count = len(seeds) * worlds
    cells = pd.DataFrame([point.cells for point in points])
    table = cells.loc[cells.index.repeat(count)].reset_index(drop=True)
    added: dict[str, Any] = {
        "seed": np.tile(np.repeat(np.array(seeds, dtype=object), worlds), len(points)),
        "world": np.tile(np.arange(worlds), len(points) * len(seeds)),
    }
    flat = values.reshape(-1, len(quantities))
    completed = ~np.isnan(flat).all(axis=1)
    # By what the column is, not by the values that happen to be in it.
    whole = whole_outcome_columns(points[0].scenario)
    for place, quantity in enumerate(quantities):
        name = quantity.removeprefix("column ")
        added[f"outcome {name}" if name in table else name] = _column(
            name, flat[:, place], name in whole
        )
    table = pd.concat([table, pd.DataFrame(added)], axis=1)
    return table[completed].reset_index(drop=True).infer_objects()


def _column(name: str, numbers: np.ndarray, is_whole: bool) -> Any:
    texts = column_texts(name)
    if not texts and not is_whole:
        return numbers
    # Rows of worlds that failed are left out of the table.
    codes = np.where(np.isnan(numbers), 0.0, numbers).astype(np.int64)
    return np.array(texts, dtype=object)[codes] if texts else codes
