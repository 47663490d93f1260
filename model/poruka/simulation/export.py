"""Tables for other programs: outcomes with everything that was set, as Parquet or Excel files."""

from pathlib import Path
from typing import Any

import pandas as pd

from poruka.utils.errors import BadInput
from poruka.utils.paths import absolute_path

_EXCEL_ROWS = 2**20 - 1


class ExportedTables:
    """What ensembles and stored runs have in common: a table that needs nothing beside it."""

    scenario: Any
    seed: int
    outcomes: Any

    def flat_table(self) -> pd.DataFrame:
        """Return the outcomes with scenario, seed and every changed key as columns of their own.

        Where worlds draw their numbers, the draws are not among them: ``scenario.for_world(seed,
        world)`` gives those of one world.
        """
        table = self.outcomes
        front = {"scenario": self.scenario.name, **dict(self.scenario.overrides), "seed": self.seed}
        return pd.concat(
            [
                pd.DataFrame(front, index=table.index),
                table.drop(columns=list(front), errors="ignore"),
            ],
            axis=1,
        )

    def to_parquet(self, path: str | Path) -> Path:
        """Write :meth:`flat_table` as a Parquet file and return its path.

        Raises
        ------
        BadInput
            When the file cannot be written, or the extra ``export`` is not installed.
        """
        return write_table(self.flat_table(), path, ".parquet")

    def to_excel(self, path: str | Path) -> Path:
        """Write :meth:`flat_table` as an Excel file and return its path.

        Raises
        ------
        BadInput
            When the file cannot be written, or the extra ``export`` is not installed.
        """
        return write_table(self.flat_table(), path, ".xlsx")


def write_table(table: pd.DataFrame, path: str | Path, suffix: str) -> Path:
    """Write a table as Parquet or Excel, by the ending of its name."""
    target = absolute_path(path, "path", "a file")
    if target.suffix != suffix:
        raise BadInput(f"{target} does not end in {suffix}; give a name that does.")
    if suffix == ".xlsx" and len(table) > _EXCEL_ROWS:
        raise BadInput(
            f"an Excel sheet holds {_EXCEL_ROWS:,} rows and this table has {len(table):,}; use"
            " to_parquet."
        )
    try:
        if suffix == ".parquet":
            table.to_parquet(target, index=False)
        else:
            table.to_excel(target, index=False)
    except ImportError:
        raise BadInput(
            f"a {suffix} file needs libraries that are not installed; `pip install"
            " 'poruka[export]'` installs them."
        ) from None
    except OSError as error:
        raise BadInput(
            f"{target} cannot be written ({error.strerror or error}); give a folder that exists and"
            " where you may write."
        ) from None
    return target
