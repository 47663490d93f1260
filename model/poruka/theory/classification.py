"""Classification of countries: whether their simulated worlds fall into the three groups to which
the chapter assigns them.
"""

import csv
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from poruka.scenario.file import scenario_folders
from poruka.scenario.scenario import load
from poruka.simulation.ensemble import simulate_in_memory
from poruka.simulation.failures import require_completed_world
from poruka.simulation.number_design import NumberDesign
from poruka.simulation.over_numbers import describe_over_numbers, share_over_numbers
from poruka.simulation.run_spec import RunSpec
from poruka.utils.errors import BadInput
from poruka.utils.statistics import wilson_interval

COUNTRY_GROUPS = (1, 2, 3)


def read_expected_groups() -> pd.DataFrame:
    """Return the group to which the chapter assigns each country.

    Columns are scenario, group, locator and note.

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
            "groups.csv is in none of the scenario folders; restore it: it gives the group to which"
            " the chapter assigns each country."
        )
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
        return pd.DataFrame(
            [(row["scenario"], int(row["group"]), row["locator"], row["note"]) for row in rows],
            columns=["scenario", "group", "locator", "note"],
        )
    except (OSError, UnicodeDecodeError, KeyError, ValueError) as error:
        raise BadInput(
            f"{path} cannot be read ({error!r}); give a CSV in UTF-8 with the columns scenario,"
            " group, locator, note."
        ) from None


def classify_countries(
    names: Sequence[str] | None = None,
    worlds: int = 200,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
    over_numbers: NumberDesign | str | None = None,
) -> pd.DataFrame:
    """Simulate countries and count the groups in which their worlds end.

    Parameters
    ----------
    names : sequence of str, optional
        Scenarios or files; by default those which the chapter classifies. Other countries have no
        expected group.
    worlds, seed : int
        Worlds per country, and their seed.
    progress : callable, optional
        Receives ``(countries completed, countries in all)``.
    over_numbers : NumberDesign or str, optional
        ``"prior"`` to play worlds with all numbers drawn from their ranges too.

    Returns
    -------
    pandas.DataFrame
        One row a country: scenario, country, numbers (where they come from), expected (NaN where
        the chapter does not classify it), modal (the most frequent group), then for each group
        share, low, high (Wilson 95 % intervals), wars (share of worlds), rotations (mean number of
        changes by vote), worlds (completed) and requested. With worlds over the numbers also, for
        each group, drawn (mean share over the draws), drawn_low and drawn_high (where the expected
        share of a further draw lies with 95 %), and over_numbers (draws and worlds in words).
    """
    expected_groups = read_expected_groups().set_index("scenario")["group"]
    names = list(names or expected_groups.index)
    scenarios = [load(name) for name in names]
    rows = []
    # All requests are validated before the first of them is simulated.
    specs = [
        RunSpec.build(
            scenario, worlds=worlds, seed=seed, record="outcomes", over_numbers=over_numbers
        )
        for scenario in scenarios
    ]
    for done, (scenario, spec) in enumerate(zip(scenarios, specs, strict=True)):
        ensemble = require_completed_world(simulate_in_memory(spec, progress=False))
        expected = float(expected_groups.get(scenario.name, float("nan")))
        rows.append(describe_groups(ensemble, expected))
        if progress is not None:
            progress(done + 1, len(scenarios))
    return pd.DataFrame(rows)


def describe_groups(ensemble: Any, expected: float) -> dict[str, Any]:
    """Return the row of one country, from its worlds and those over the numbers beside them.

    Parameters
    ----------
    ensemble : Ensemble
    expected : float
        The group that the chapter gives the country; NaN for none.
    """
    scenario, outcomes = ensemble.scenario, ensemble.outcomes
    count = len(outcomes)
    counts = {group: int((outcomes["furman_group"] == group).sum()) for group in COUNTRY_GROUPS}
    row: dict[str, Any] = {
        "scenario": scenario.name,
        "country": scenario.country,
        "numbers": scenario.numbers,
        "expected": expected,
        "modal": max(COUNTRY_GROUPS, key=lambda group: counts[group]),
    }
    for group in COUNTRY_GROUPS:
        low, high = wilson_interval(counts[group], count)
        row |= {
            f"group_{group}": counts[group] / max(1, count),
            f"low_{group}": low,
            f"high_{group}": high,
        }
    return (
        row
        | _groups_over_numbers(ensemble.over_numbers)
        | {
            "wars": float((outcomes["wars"] > 0).mean()),
            "rotations": float(outcomes["rotations"].mean()),
            "worlds": count,
            "requested": ensemble.requested_worlds,
        }
    )


def _groups_over_numbers(drawn: Any) -> dict[str, Any]:
    """Return the shares of the groups over the numbers; nothing where they were not played."""
    if drawn is None:
        return {}
    found: dict[str, Any] = {"over_numbers": describe_over_numbers(drawn)}
    for group in COUNTRY_GROUPS:
        share = share_over_numbers(drawn, drawn.outcomes["furman_group"] == group)
        found |= {
            f"drawn_{group}": share.mean,
            f"drawn_low_{group}": share.low,
            f"drawn_high_{group}": share.high,
        }
    return found


def confusion_matrix(table: pd.DataFrame) -> pd.DataFrame:
    """Return mean shares of worlds by expected group (rows) and simulated group (columns).

    Examples
    --------
    >>> table = pd.DataFrame({"expected": [1.0, 3.0], "group_1": [0.9, 0.0]})
    >>> table["group_2"], table["group_3"] = [0.1, 0.2], [0.0, 0.8]
    >>> float(confusion_matrix(table).loc[3, "group_3"])
    0.8
    """
    classified = table.dropna(subset=["expected"])
    columns = [f"group_{group}" for group in COUNTRY_GROUPS]
    matrix = classified.groupby(classified["expected"].astype(int))[columns].mean()
    matrix.index.name = "expected"
    return matrix
