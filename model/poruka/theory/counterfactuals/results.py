"""Results of all counterfactuals: one table beside their files, written by a run, read without one,
and shown in their README.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from poruka.theory.counterfactuals.run import ExpectationResult
from poruka.theory.counterfactuals.specification import Counterfactual, format_expectation
from poruka.utils.coverage import format_coverage
from poruka.utils.errors import BadInput

COUNTERFACTUAL_COLUMNS = tuple(
    "id family title against quantity said stands_for paired there here here_low here_high spread"
    " difference low high verdict opened worlds seed digest against_digest completed".split()
)
"""Columns of the table of results: identity, expectation, means in both histories, their paired
difference, verdict, worlds requested, seed, scenarios, and worlds completed in both (may be empty).
"""
RESULTS_FILE = "answers.csv"
OVER_FILE = "over-numbers.csv"
"""Differences over the numbers, one row an expectation, beside the table of results."""


def build_results_table(results: Iterable[ExpectationResult]) -> pd.DataFrame:
    """Return results as a table, one row an expectation."""
    rows = []
    for result in results:
        entry, scenario, baseline = result.counterfactual
        deviations = (
            result.baseline_mean.standard_deviation,
            result.counterfactual_mean.standard_deviation,
        )
        spread = ((deviations[0] ** 2 + deviations[1] ** 2) / 2.0) ** 0.5
        rows.append(
            (
                entry.id,
                entry.family,
                scenario.title,
                baseline.name,
                result.expectation.quantity,
                format_expectation(result.expectation),
                result.expectation.stands_for.replace("\n", " "),
                result.counterfactual.is_paired,
                result.baseline_mean.mean,
                result.counterfactual_mean.mean,
                result.counterfactual_mean.low,
                result.counterfactual_mean.high,
                spread,
                result.effect.mean,
                result.effect.low,
                result.effect.high,
                result.verdict,
                result.divergence_share,
                result.worlds,
                result.seed,
                scenario.digest,
                baseline.digest,
                result.completed,
            )
        )
    return pd.DataFrame(rows, columns=list(COUNTERFACTUAL_COLUMNS))


def read_results(folder: Path) -> pd.DataFrame:
    """Return the results stored beside the counterfactuals; an empty table if there are none.

    Raises
    ------
    BadInput
        If the file exists but is not a table of results.
    """
    file = folder / RESULTS_FILE
    if not file.is_file():
        return pd.DataFrame(columns=list(COUNTERFACTUAL_COLUMNS))
    try:
        table = pd.read_csv(file, dtype={"family": str})
    except (OSError, ValueError) as error:
        raise BadInput(
            f"{file} cannot be read ({error}); delete it and run `poruka paths run --write`."
        ) from None
    if tuple(table.columns) == COUNTERFACTUAL_COLUMNS[:-1]:
        table["completed"] = pd.NA
    if tuple(table.columns) != COUNTERFACTUAL_COLUMNS:
        raise BadInput(
            f"{file} does not have the columns {', '.join(COUNTERFACTUAL_COLUMNS)}; delete it and"
            " run `poruka paths run --write`."
        )
    return table.astype({"completed": "Int64"})


def merge_results(old: pd.DataFrame, new: pd.DataFrame, order: Iterable[str]) -> pd.DataFrame:
    """Return old results updated by new ones; counterfactuals not in ``order`` are removed."""
    order = list(order)
    parts = [part for part in (old[~old["id"].isin(new["id"])], new) if len(part)]
    merged = pd.concat(parts, ignore_index=True) if parts else new
    merged = merged[merged["id"].isin(order)]
    return merged.iloc[merged["id"].map(order.index).argsort(kind="stable")].reset_index(drop=True)


def read_over_numbers(folder: Path) -> pd.DataFrame | None:
    """Return the stored differences over the numbers of a folder of paths, or None."""
    file = folder / OVER_FILE
    return pd.read_csv(file) if file.is_file() else None


def merge_over_numbers(
    old: pd.DataFrame | None, new: pd.DataFrame | None, order: Iterable[str]
) -> pd.DataFrame | None:
    """Return stored differences over the numbers updated by new ones; None where there are none."""
    known = [table for table in (old, new) if table is not None]
    return merge_results(known[0], known[-1], order) if known else None


def find_stale_counterfactuals(
    table: pd.DataFrame, known: Mapping[str, Counterfactual]
) -> set[str]:
    """Return the counterfactuals without results for the present version of their scenarios."""
    fresh = {
        id
        for id, rows in table.groupby("id")
        if id in known
        and set(rows["digest"]) == {known[id].scenario.digest}
        and set(rows["against_digest"]) == {known[id].baseline.digest}
        and list(rows["quantity"])
        == [expectation.quantity for expectation in known[id].entry.expect]
        and list(rows["said"])
        == [format_expectation(expectation) for expectation in known[id].entry.expect]
    }
    return set(known) - fresh


def coverage_notes(table: pd.DataFrame) -> list[str]:
    """Return for each counterfactual with failed worlds how many of those requested it rests on.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["C08", "C09"], "worlds": 200, "completed": [195, 200]})
    >>> coverage_notes(table)
    ['C08: 195 of 200 worlds (5 failed)']
    """
    known = table.dropna(subset=["completed"]).drop_duplicates("id")
    return [
        f"{row.id}: {format_coverage(row.completed, row.worlds, row.worlds - row.completed)}"
        for row in known.itertuples()
        if row.completed < row.worlds
    ]


def format_effect_number(value: float, sign: str = "") -> str:
    """Return a number as text with one or three decimal places.

    Examples
    --------
    >>> format_effect_number(0.12345), format_effect_number(12.345, "+")
    ('0.123', '+12.3')
    >>> format_effect_number(-0.0001), format_effect_number(float("nan"))
    ('0.000', '–')
    """
    if value != value:
        return "–"
    text = f"{value:{sign}.1f}" if abs(value) >= 10.0 else f"{value:{sign}.3f}"
    return text if float(text) else text.replace("-", "").replace("+", "")


def format_interval(row: pd.Series) -> str:
    """Return a difference with its interval as text, marked if the worlds are not paired."""
    if row["difference"] != row["difference"]:
        return "–"
    return (
        f"{format_effect_number(row['difference'], '+')} ({format_effect_number(row['low'], '+')}"
        f" to {format_effect_number(row['high'], '+')})" + ("" if row["paired"] else ", not paired")
    )


def format_drawn_difference(row: pd.Series) -> str:
    """Return a difference over the numbers with where that of a further draw lies, as text."""
    if row["mean"] != row["mean"]:
        return "–"
    ends = "one world a draw"
    if row["low"] == row["low"]:
        low, high = (format_effect_number(row[end], "+") for end in ("low", "high"))
        ends = f"{low} to {high}"
    return f"{format_effect_number(row['mean'], '+')} ({ends})"
