"""What scenarios there are."""

from typing import Any

from poruka.scenario.file import list_scenario_files, scenario_folders
from poruka.scenario.scenario import load
from poruka.utils.errors import BadInput


def list_scenarios() -> Any:
    """Return a pandas table of the scenarios that can be loaded by name; one that cannot be used
    says so and has no months.
    """
    import pandas as pd

    rows, seen = [], set()
    for folder in scenario_folders():
        for path in list_scenario_files(folder):
            if path.stem not in seen:
                seen.add(path.stem)
                try:
                    one = load(path)
                    rows.append((path.stem, one.title, one.months, str(path)))
                except BadInput:
                    rows.append(
                        (
                            path.stem,
                            f"cannot be used; `poruka check {path.stem}` says why",
                            0,
                            str(path),
                        )
                    )
    return pd.DataFrame(rows, columns=["name", "title", "months", "path"])
