"""Groups: whether countries, from their own starts under the same rules, fall into the three groups
the chapter puts them in.
"""

import csv
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from poruka.scenario.file import scenario_folders
from poruka.scenario.scenario import load
from poruka.simulation.ensemble import simulate_in_memory
from poruka.simulation.run_spec import RunSpec
from poruka.utils.errors import BadInput
from poruka.utils.statistics import wilson_interval

COUNTRY_GROUPS = (1, 2, 3)
GROUP_MEANINGS = {
    1: "power rotates by vote and the way stays open",
    2: "power changed by force, or once by vote and the way was closed",
    3: "no alternative",
}


def read_expected_groups() -> pd.DataFrame:
    """Return the group the chapter puts each country in: columns scenario, group, locator, note.

    Examples
    --------
    >>> int(read_expected_groups().set_index("scenario").loc["russia", "group"])
    3
    """
    path = next(
        (
            folder / "groups.csv"
            for folder in scenario_folders()
            if (folder / "groups.csv").is_file()
        ),
        None,
    )
    if path is None:
        raise BadInput(
            "groups.csv lies in none of the folders of scenarios; restore it, it says which group"
            " the chapter puts each country in."
        )
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
        return pd.DataFrame(
            [(row["scenario"], int(row["group"]), row["locator"], row["note"]) for row in rows],
            columns=["scenario", "group", "locator", "note"],
        )
    except (OSError, UnicodeDecodeError, KeyError, ValueError) as error:
        raise BadInput(
            f"{path} cannot be read ({error!r}); it is a CSV in UTF-8 with the columns scenario,"
            " group, locator, note."
        ) from None


def classify_countries(
    names: Sequence[str] | None = None,
    worlds: int = 200,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Play countries and count the groups their worlds end in.

    Parameters
    ----------
    names : sequence of str, optional
        Scenarios or files; those the chapter groups by default. A country the chapter does not
        group has no expected group.
    worlds, seed : int

    Returns
    -------
    pandas.DataFrame
        One row a country: scenario, country, expected (NaN where the chapter is silent), modal,
        then for each group share, low, high (Wilson 95 % intervals), wars, rotations (mean number
        of changes by vote), worlds.
    """
    chapter = read_expected_groups().set_index("scenario")["group"]
    names = list(names or chapter.index)
    scenarios = [load(name) for name in names]
    rows = []
    for done, scenario in enumerate(scenarios):
        spec = RunSpec.build(scenario, worlds=worlds, seed=seed, record="outcomes")
        outcomes = simulate_in_memory(spec, progress=False).outcomes
        count = len(outcomes)
        counts = {group: int((outcomes["furman_group"] == group).sum()) for group in COUNTRY_GROUPS}
        row: dict[str, Any] = {
            "scenario": scenario.name,
            "country": scenario.country,
            "expected": float(chapter.get(scenario.name, float("nan"))),
            "modal": max(COUNTRY_GROUPS, key=lambda group: counts[group]),
        }
        for group in COUNTRY_GROUPS:
            low, high = wilson_interval(counts[group], count)
            row |= {
                f"group_{group}": counts[group] / max(1, count),
                f"low_{group}": low,
                f"high_{group}": high,
            }
        rows.append(
            row
            | {
                "wars": float((outcomes["wars"] > 0).mean()),
                "rotations": float(outcomes["rotations"].mean()),
                "worlds": count,
            }
        )
        if progress is not None:
            progress(done + 1, len(scenarios))
    return pd.DataFrame(rows)


def confusion_matrix(table: pd.DataFrame) -> pd.DataFrame:
    """Return how the worlds of the countries of each expected group (rows) spread over the groups
    they end in (columns), as mean shares.

    Examples
    --------
    >>> made = pd.DataFrame({"expected": [1.0, 3.0], "group_1": [0.9, 0.0]})
    >>> made["group_2"], made["group_3"] = [0.1, 0.2], [0.0, 0.8]
    >>> float(confusion_matrix(made).loc[3, "group_3"])
    0.8
    """
    known = table.dropna(subset=["expected"])
    frame = known.groupby(known["expected"].astype(int))[
        [f"group_{group}" for group in COUNTRY_GROUPS]
    ].mean()
    frame.index.name = "expected"
    return frame
