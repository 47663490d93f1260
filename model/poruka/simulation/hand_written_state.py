"""State that a user writes into a regime by hand is checked, as a fork's is."""

from typing import Any

import numpy as np

from poruka.engine.state import tables
from poruka.utils.errors import BadInput


def refuse_impossible_state(world: Any) -> None:
    """Raise an error where a field of a world lies outside its declared range.

    Raises
    ------
    BadInput
        The message names field, row, value and what is allowed.
    """
    for table in tables().values():
        rows = getattr(world, table.name)
        for field in table.fields:
            if field.unit in ("row", "bits"):
                continue
            values = np.asarray(rows[field.name], dtype=float)
            outside = ~((values >= field.low) & (values <= field.high))
            if outside.any():
                row = np.argwhere(outside)[0]
                where = f"row {int(row[0])}" if len(values) > 1 else "its only row"
                raise BadInput(
                    f"{field.key} was set to {values[tuple(row)]:g} by hand ({where}); allowed is"
                    f" {field.low:g} to {field.high:g} ({field.unit}). Set it to a value in this"
                    " range before the next month."
                )
