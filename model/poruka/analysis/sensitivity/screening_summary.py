"""What a screening of many numbers comes to: by group, by number, and by aspect of a history."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

MOVES, MOVES_ALONE = "moves", "moves alone"
NOTHING, UNDECIDED = "nothing detectable", "undecided"
"""What is said of a number in a country; alone: passed nowhere, but has an effect when it is moved
alone; undecided: it passed the first stage, no more.
"""


def summarise_groups(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return one row a scenario and group: how many numbers went on and move something."""
    rows = []
    for (scenario, group), members in numbers.groupby(["scenario", "group"], sort=False):
        moving = members[members["moves"]]
        rows.append(
            {
                "scenario": scenario,
                "group": group,
                "numbers": members["factor"].nunique(),
                "passed": members.loc[members["passed"], "factor"].nunique(),
                "found": moving["factor"].nunique(),
                "strongest": moving.loc[moving["p"].idxmin(), "quantity"] if len(moving) else "",
            }
        )
    return pd.DataFrame(rows)


def with_sizes(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return the table of a screening with effects in standard deviations of worlds.

    ``size`` is the larger effect of the two ends, ``smallest`` the effect that would not have been
    missed; both are missing for a quantity that is the same in all worlds at the defaults, the
    latter also where no move of a group ever changed it: of what is rare that says nothing.
    """
    deviations = numbers["sd"].where(numbers["sd"] > 0.0)
    return numbers.assign(
        size=numbers[["up", "down"]].abs().max(axis=1) / deviations,
        smallest=(numbers["detectable"] / deviations).replace([0.0, np.inf], np.nan),
    )


def summarise_numbers(numbers: pd.DataFrame, aspects: Mapping[str, str]) -> pd.DataFrame:
    """Return one row a scenario and number: what is said of it, and on what ground.

    Parameters
    ----------
    numbers : pandas.DataFrame
        As :func:`poruka.analysis.sensitivity.group_screening.screen_groups` returns it.
    aspects : mapping of str to str
        Quantity to the aspect it belongs to.

    Returns
    -------
    pandas.DataFrame
        scenario, group, factor, verdict, one column an aspect (its quantities that are moved),
        clearest (quantity), up, down (effects on it), p (its p-value), size (largest effect on what
        is moved, in standard deviations of worlds), smallest (the median, over quantities, of
        effects that would not have been missed in nine of ten screenings).
    """
    sized = with_sizes(numbers)
    sized["aspect"] = sized["quantity"].map(aspects)
    keys = ["scenario", "group", "factor"]
    grouped = sized.groupby(keys, sort=False)
    table = grouped.agg(passed=("passed", "any"), moves=("moves", "any"))
    # A quantity that never varies has no effect that could be stated in its deviations.
    table["smallest"] = grouped["smallest"].median()
    looked_at = grouped["detectable"].agg(lambda column: column.notna().any())
    table["verdict"] = np.select([table["moves"], looked_at], [MOVES, NOTHING], UNDECIDED)
    moving = sized[sized["moves"]]
    for aspect in dict.fromkeys(aspects.values()):
        of_aspect = moving[moving["aspect"] == aspect].groupby(keys, sort=False).size()
        table[aspect] = of_aspect.reindex(table.index, fill_value=0)
    clearest = moving.sort_values("p", kind="stable").drop_duplicates(keys).set_index(keys)
    for column in ("quantity", "up", "down", "p"):
        table[column] = clearest[column].reindex(table.index)
    table["size"] = moving.groupby(keys, sort=False)["size"].max().reindex(table.index)
    table = table.reset_index().rename(columns={"quantity": "clearest"})
    counted = list(dict.fromkeys(aspects.values()))
    return table[[*keys, "verdict", *counted, "clearest", "up", "down", "p", "size", "smallest"]]


def summarise_aspects(numbers: pd.DataFrame, aspects: Mapping[str, str]) -> pd.DataFrame:
    """Return one row a scenario and aspect: numbers that move it, and what would have been found.

    ``smallest`` is the median, over numbers and quantities, of the effect that would not have been
    missed in nine of ten screenings, in standard deviations of worlds; ``nine in ten`` the effect
    that is as large as that of nine in ten of them.
    """
    sized = with_sizes(numbers)
    sized["aspect"] = sized["quantity"].map(aspects)
    rows = []
    for (scenario, aspect), members in sized.groupby(["scenario", "aspect"], sort=False):
        rows.append(
            {
                "scenario": scenario,
                "aspect": aspect,
                "quantities": members["quantity"].nunique(),
                "numbers": members["factor"].nunique(),
                "moving": members.loc[members["moves"], "factor"].nunique(),
                "smallest": members["smallest"].median(),
                "nine in ten": members["smallest"].quantile(0.9),
            }
        )
    return pd.DataFrame(rows)


def summarise_sections(summary: pd.DataFrame, sections: Mapping[str, str]) -> pd.DataFrame:
    """Return one row a section: numbers that move something in some country, in all, in none.

    Parameters
    ----------
    summary : pandas.DataFrame
        As :func:`summarise_numbers` returns it.
    sections : mapping of str to str
        Number to its section.
    """
    moves = summary["verdict"].isin([MOVES, MOVES_ALONE])
    moving = moves.groupby(summary["factor"], sort=False)
    table = pd.DataFrame({"some": moving.any(), "all": moving.all()})
    table["none"] = table.index.isin(idle_numbers(summary))
    table["numbers"] = 1
    by_section = table.groupby(table.index.map(sections), sort=False).sum().astype(int)
    by_section.index.name = "section"
    return by_section.reset_index()[["section", "numbers", "all", "some", "none"]]


def idle_numbers(summary: pd.DataFrame) -> list[str]:
    """Return the numbers that move nothing detectable in any country in which they were screened.

    A number that is undecided in some country is none of them.

    Examples
    --------
    >>> said = {"factor": ["a", "a", "b", "b"], "verdict": [NOTHING, NOTHING, NOTHING, MOVES]}
    >>> idle_numbers(pd.DataFrame(said))
    ['a']
    """
    idle = (summary["verdict"] == NOTHING).groupby(summary["factor"], sort=False).all()
    return list(idle.index[idle])


def summarise_idle(alone: pd.DataFrame) -> pd.DataFrame:
    """Return one row a number that passed nowhere: what moving it alone has shown.

    Parameters
    ----------
    alone : pandas.DataFrame
        As :func:`poruka.analysis.sensitivity.single_moves.check_idle_numbers` returns it.

    Returns
    -------
    pandas.DataFrame
        factor, acts (whether any world differs), moves (whether an effect was found), quantity (of
        those found, that with the largest effect), size (of it) and bound (of the largest effect
        that is not ruled out, on a quantity in the middle), in standard deviations of worlds.
    """
    grouped = alone.groupby("factor", sort=False)
    table = grouped.agg(moves=("moves", "any"), bound=("bound", "median"))
    differs = alone[["up", "down"]].ne(0.0).any(axis=1)
    table.insert(0, "acts", differs.groupby(alone["factor"], sort=False).any())
    # The largest of many estimates without an effect would be their noise.
    found = alone[alone["moves"]].sort_values("size", ascending=False, kind="stable")
    largest = found.drop_duplicates("factor").set_index("factor").reindex(table.index)
    table.insert(2, "quantity", largest["quantity"])
    table.insert(3, "size", largest["size"])
    return table.reset_index()


def with_single_moves(summary: pd.DataFrame, alone: pd.DataFrame) -> pd.DataFrame:
    """Return the summary of numbers with what moving the idle ones alone has found.

    Parameters
    ----------
    summary : pandas.DataFrame
        As :func:`summarise_numbers` returns it.
    alone : pandas.DataFrame
        As :func:`poruka.analysis.sensitivity.single_moves.check_idle_numbers` returns it.
    """
    moving = alone[alone["moves"]]
    found = set(zip(moving["scenario"], moving["factor"], strict=True))
    pairs = zip(summary["scenario"], summary["factor"], strict=True)
    is_found = np.array([pair in found for pair in pairs])
    return summary.assign(verdict=np.where(is_found, MOVES_ALONE, summary["verdict"]))
