"""State that a user writes into a regime by hand is checked, as a fork's is."""

from typing import Any

import numpy as np

from poruka.engine.state import allocate_world, tables
from poruka.utils.errors import BadInput


def refuse_impossible_state(world: Any, memory_left: np.ndarray, sizes: dict[str, int]) -> None:
    """Raise an error where a field that was written by hand lies outside its declared range.

    Parameters
    ----------
    world : NamedTuple of record tables
    memory_left : ndarray
        The memory of the world as the rules left it: what has not changed since is theirs.
    sizes : dict
        Number of rows of the tables whose size a scenario sets.

    Raises
    ------
    BadInput
        The message names field, row, value and what is allowed.
    """
    left = allocate_world(sizes, event_capacity=1)
    left.memory[:] = memory_left
    for table in tables().values():
        rows, rows_left = getattr(world, table.name), getattr(left, table.name)
        for field in table.fields:
            if field.unit in ("row", "bits"):
                continue
            values = np.asarray(rows[field.name], dtype=float)
            written = values != np.asarray(rows_left[field.name], dtype=float)
            outside = written & ~((values >= field.low) & (values <= field.high))
            if outside.any():
                row = np.argwhere(outside)[0]
                where = f"row {int(row[0])}" if len(values) > 1 else "its only row"
                raise BadInput(
                    f"{field.key} was set to {values[tuple(row)]:g} by hand ({where}); allowed is"
                    f" {field.low:g} to {field.high:g} ({field.unit}). Set it to a value in this"
                    " range before the next month."
                )
