"""What the screening of all numbers (experiment 08) has found of one number, in words.

The table is read where the experiment lies, in a checkout or an installation that has it; where it
does not, or has no such number, nothing is said.
"""

import csv
import json
import tomllib
from collections.abc import Mapping
from functools import cache
from math import isfinite
from pathlib import Path
from typing import NamedTuple

from poruka.analysis.sensitivity.screening_summary import MOVES, MOVES_ALONE, NOTHING
from poruka.runs.rules_digest import rules_digest
from poruka.utils.shipped_files import shipped_places

EXPERIMENT = "experiments/08_what_the_numbers_do"
"""The experiment that has screened the numbers, by its place in a checkout."""
_UNITS = {"": "share of worlds", "0-1": "on a scale from 0 to 1", "date": "months"}
"""Units of the experiment, with what an effect in them is; an outcome without one is a share."""
_BRACKETS = (
    "in brackets the effect on a quantity in the middle, in standard deviations of worlds, that"
    " nine of ten screenings would have seen"
)


class _Finding(NamedTuple):
    """What is said of a number in a country: a row of the table ``numbers``."""

    country: str
    verdict: str
    moved: dict[str, int]
    clearest: str
    up: float
    down: float
    p: float
    smallest: float


class _Outcome(NamedTuple):
    label: str
    unit: str
    aspect: str


class _Screening(NamedTuple):
    findings: dict[str, list[_Finding]]
    alone: dict[str, str]
    outcomes: dict[str, _Outcome]
    rules: str


def describe_screening(key: str, folder: Path | None = None) -> list[str]:
    """Return the lines that say what a screening has found of a number, country by country.

    Parameters
    ----------
    key : str
        A number of the rules, or a column of the instruments such as ``instruments.cost.west``.
    folder : Path, optional
        The results of the screening; those of the shipped experiment by default.

    Returns
    -------
    list of str
        Empty where there are no results that can be read, or none of this number.

    Examples
    --------
    >>> describe_screening("clans.rooting", Path("nowhere"))
    []
    """
    screening = _shipped_screening() if folder is None else _read_screening(folder)
    if screening is None or key not in screening.findings:
        return []
    findings = screening.findings[key]
    moving = [one for one in findings if one.verdict == MOVES]
    found = [f"{_count_moved(one)} in {one.country}" for one in moving]
    found += [
        f"{screening.alone.get(key, 'something')} in {one.country} when moved alone"
        for one in findings
        if one.verdict == MOVES_ALONE
    ]
    unseen = [one.country + _smallest(one) for one in findings if one.verdict == NOTHING]
    said = (MOVES, MOVES_ALONE, NOTHING)
    undecided = [one.country for one in findings if one.verdict not in said]
    how = "half-way to the ends" if key.startswith("instruments.") else "to the ends"
    is_other = screening.rules != rules_digest()
    source = f"{EXPERIMENT}{', computed under other rules than these' if is_other else ''}"
    moves = f"it moves {'; '.join(found)}" if found else "it moves nothing that could be seen"
    lines = [f"set {how} of its range, {moves} ({source})"]
    if moving:
        lines.append(_describe_clearest(min(moving, key=lambda one: one.p), screening.outcomes))
    rest = [
        f"nothing seen in {', '.join(unseen)}" if unseen else "",
        f"undecided in {', '.join(undecided)}" if undecided else "",
        _BRACKETS if "(" in "".join(unseen) else "",
    ]
    return [*lines, *filter(None, ["; ".join(filter(None, rest))])]


def _count_moved(finding: _Finding) -> str:
    """Return how many quantities of each aspect a number moves, such as ``2 timings``."""
    counts = [
        f"{count} {aspect if count > 1 else _one_of(aspect)}"
        for aspect, count in finding.moved.items()
        if count
    ]
    return ", ".join(counts)


def _one_of(aspect: str) -> str:
    return "index" if aspect == "indices" else aspect.removesuffix("s")


def _smallest(finding: _Finding) -> str:
    """Return the effect that would not have been missed, in brackets, where it is known."""
    return f" ({finding.smallest:.2g})" if isfinite(finding.smallest) else ""


def _describe_clearest(finding: _Finding, outcomes: Mapping[str, _Outcome]) -> str:
    """Return the line on the quantity on which the effect of a number is clearest."""
    outcome = outcomes.get(finding.clearest, _Outcome("", "", ""))
    label = f" ({outcome.label})" if outcome.label else ""
    effects = f"{finding.up:+.2g} when raised, {finding.down:+.2g} when lowered"
    unit = f", {_UNITS.get(outcome.unit, outcome.unit)}" if outcome.label else ""
    return f"most clearly {finding.clearest}{label} in {finding.country}: {effects}{unit}"


@cache
def _shipped_screening() -> _Screening | None:
    places = shipped_places(f"{EXPERIMENT}/result")
    return next(filter(None, map(_read_screening, places)), None)


def _read_screening(folder: Path) -> _Screening | None:
    """Return what a folder holds of a screening, or None where it cannot be read."""
    try:
        question = tomllib.loads((folder / "experiment.toml").read_text(encoding="utf-8"))
        outcomes = {
            one["quantity"]: _Outcome(
                *(str(one.get(name, "")) for name in ("label", "unit", "aspect"))
            )
            for one in question["outcome"]
        }
        aspects = list(dict.fromkeys(one.aspect for one in outcomes.values()))
        findings: dict[str, list[_Finding]] = {}
        for row in _read_table(folder / "tables" / "numbers.csv"):
            findings.setdefault(row["factor"], []).append(_read_finding(row, aspects))
        # An experiment that moves no number alone has no table of those.
        idle = folder / "tables" / "idle.csv"
        rows = _read_table(idle) if idle.is_file() else []
        alone = {row["factor"]: _describe_alone(row) for row in rows if row["quantity"]}
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return _Screening(findings, alone, outcomes, str(manifest["rules"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, csv.Error):
        return None


def _read_table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _read_finding(row: Mapping[str, str], aspects: list[str]) -> _Finding:
    country = row["scenario"].replace("_", " ").title()
    moved = {aspect: int(row[aspect]) for aspect in aspects}
    numbers = (float(row[name] or "nan") for name in ("up", "down", "p", "smallest"))
    return _Finding(country, row["verdict"], moved, row["clearest"], *numbers)


def _describe_alone(row: Mapping[str, str]) -> str:
    """Return what a number moves most when it is moved alone, with the size where it is known."""
    size = float(row["size"] or "nan")
    by = f" (by {size:.2g} standard deviations of worlds)" if isfinite(size) else ""
    return f"{row['quantity']}{by}"
