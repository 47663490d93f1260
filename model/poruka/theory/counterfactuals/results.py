"""Results of all counterfactuals: one table beside their files, written by a run, read without one,
and shown in their README.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from poruka.theory.counterfactuals.run import BORNE_OUT, ExpectationResult
from poruka.theory.counterfactuals.specification import (
    COUNTERFACTUAL_FAMILIES,
    Counterfactual,
    format_expectation,
)
from poruka.utils.contained_writing import write_inside
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
README_BEGIN_MARK, README_END_MARK = (
    "<!-- answers: written by `poruka paths run --write`, change nothing between these lines -->",
    "<!-- end of answers -->",
)


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


def _escape_cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def format_results_markdown(table: pd.DataFrame, known: Mapping[str, Counterfactual]) -> str:
    """Return the results as Markdown: a table for each family, with claims and verdicts."""
    runs = table[["worlds", "seed"]].drop_duplicates()
    command = "; ".join(
        f"`poruka paths run -n {worlds} --seed {seed} --write`"
        for worlds, seed in runs.itertuples(index=False)
    )
    counts = table["verdict"].value_counts()
    lines = [
        f"Generated by {command}. {len(table)} expectations of {table['id'].nunique()} paths: "
        + ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        + ". Of this many differences, at 95 %, about"
        f" {round(0.05 * int(table['said'].str.match('rises|falls').sum()))} would show a"
        " direction by chance."
    ]
    if notes := coverage_notes(table):
        lines += ["", f"Worlds that failed are left out: {'; '.join(notes)}."]
    present = list(dict.fromkeys(table["family"]))
    for family in [
        *(known_family for known_family in COUNTERFACTUAL_FAMILIES if known_family in present),
        *(new_family for new_family in present if new_family not in COUNTERFACTUAL_FAMILIES),
    ]:
        lines += [
            "",
            f"### {family.capitalize()}",
            "",
            (
                "| path | claim | encoded by | quantity and expectation | baseline → path | paired"
                " difference (95 %) | verdict |"
            ),
            "|---|---|---|---|---|---|---|",
        ]
        last = ""
        for row in table[table["family"] == family].itertuples():
            entry = known[row.id].entry
            first = row.id != last
            last = row.id
            diverges = "" if row.opened > 0.995 else f"; diverges in {row.opened:.0%} of worlds"
            name = (
                f"[{row.id}]({row.id}.toml) {row.title}; against {row.against}{diverges}"
                if first
                else ""
            )
            expectation_cell = (
                f"`{_escape_cell(row.quantity)}` {row.said}: {_escape_cell(row.stands_for)}"
            )
            means_cell = (
                f"{format_effect_number(row.there)} → {format_effect_number(row.here)}"
                f" ({format_effect_number(row.here_low)} to {format_effect_number(row.here_high)})"
            )
            claim = _escape_cell(entry.claim) if first else ""
            encodes = _escape_cell(entry.encodes) if first else ""
            lines.append(
                f"| {name} | {claim} | {encodes} | {expectation_cell} | {means_cell} |"
                f" {format_interval(table.loc[row.Index])} | {row.verdict} |"
            )
        doubtful = dict.fromkeys(
            table.loc[(table["family"] == family) & (table["verdict"] != BORNE_OUT), "id"]
        )
        argued = [
            f"- **{id}**: {' '.join(known[id].entry.argued.split())}"
            for id in doubtful
            if known[id].entry.argued
        ]
        lines += (
            ["", "What is not borne out, and the probable reason:", "", *argued] if argued else []
        )
    return "\n".join(lines)


def write_results(
    table: pd.DataFrame, known: Mapping[str, Counterfactual], folder: Path
) -> tuple[Path, Path]:
    """Write the results beside the counterfactuals, as a table and into their README.

    Returns
    -------
    tuple of Path
        The table and the README.

    Raises
    ------
    BadInput
        If the folder cannot be written.
    """
    page = folder / "README.md"
    try:
        results = table.to_csv(index=False, float_format="%.6g")
        write_inside(folder, RESULTS_FILE, content=results)
        text = (
            page.read_text(encoding="utf-8")
            if page.is_file()
            else f"# Paths not taken\n\n{README_BEGIN_MARK}\n{README_END_MARK}\n"
        )
        head, _, rest = text.partition(README_BEGIN_MARK)
        tail = rest.partition(README_END_MARK)[2] if README_END_MARK in rest else "\n"
        write_inside(
            folder,
            page.name,
            content=f"{head}{README_BEGIN_MARK}\n\n{format_results_markdown(table, known)}\n\n"
            f"{README_END_MARK}{tail}",
        )
    except OSError as error:
        raise BadInput(
            f"{folder} cannot be written ({error.strerror}); run without --write, or in a checkout"
            " of your own."
        ) from None
    return folder / RESULTS_FILE, page
