"""The list of scenarios that can be loaded by name."""

from typing import Any

from poruka.scenario.file import list_scenario_files, scenario_folders
from poruka.scenario.scenario import load
from poruka.utils.errors import BadInput


def list_scenarios() -> Any:
    """Return a pandas table of the scenarios that can be loaded by name.

    The title of an invalid scenario says so, and it has 0 months.
    """
    import pandas as pd

    rows, seen = [], set()
    for folder in scenario_folders():
        for path in list_scenario_files(folder):
            if path.stem not in seen:
                seen.add(path.stem)
                try:
                    scenario = load(path)
                    title, months = scenario.title, scenario.months
                except BadInput:
                    title, months = f"invalid; `poruka check {path.stem}` says why", 0
                rows.append((path.stem, title, months, str(path)))
    return pd.DataFrame(rows, columns=["name", "title", "months", "path"])
