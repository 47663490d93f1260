"""The codebook: how each start value of a country is coded, and what a country's file still lacks.

``data/codebook.toml`` gives every start value either the anchors of an ordinal scale or what is
counted. The tables of ``scenarios/codebook.md`` and the template of ``poruka new`` are generated
from it.
"""

import csv
import re
from functools import cache
from typing import Any, NamedTuple

from poruka.engine.parameters import start_values
from poruka.engine.state import read_data_file
from poruka.utils.errors import BadInput

SCALE_STEPS: dict[str, tuple[float, ...]] = {
    "share": (0.05, 0.15, 0.25, 0.5, 0.75, 0.85, 0.95),
    "part": (0.05, 0.15, 0.25, 0.5),
    "half": (0.05, 0.15, 0.25, 0.35, 0.45),
    "quarter": (-1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0),
    "tenth": (-0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3),
}
"""The steps a judged value may take, by scale."""

CODING_COLUMNS = (
    "country",
    "value",
    "first",
    "second",
    "settled",
    "first_fact",
    "second_fact",
    "how_settled",
)

_YEAR_PATTERN = re.compile(r"\b(?:19|20)\d\d\b")


class CodebookEntry(NamedTuple):
    """How one start value is coded.

    Attributes
    ----------
    key : str
        ``page.name``.
    scale : str
        Scale of a judged value, a key of :data:`SCALE_STEPS`; empty for a counted value.
    definition : str
        What a judged value means, or what is counted.
    low, middle, high : str
        Anchors of a judged value at the first, the middle and the last step.
    coding_rule, where_to_look : str
        How doubtful cases are decided, and where to look for evidence.
    """

    key: str
    scale: str
    definition: str
    low: str
    middle: str
    high: str
    coding_rule: str
    where_to_look: str


@cache
def read_codebook() -> dict[str, CodebookEntry]:
    """Return how each start value is coded, by key.

    Examples
    --------
    >>> read_codebook()["society.habit"].middle
    'once, within living memory'
    """
    entries = {}
    for page, page_entries in read_data_file("codebook").items():
        for name, entry in page_entries.items():
            key = f"{page}.{name}"
            definition = entry.get("what", entry.get("how", ""))
            texts = [entry.get(part, "") for part in ("low", "middle", "high", "rule", "find")]
            entries[key] = CodebookEntry(key, entry.get("steps", ""), definition, *texts)
    return entries


def is_scale_step(key: str, value: float) -> bool:
    """Return whether a judged value is a step of its scale or midway between two of them.

    Two coders who are one step apart settle on the middle, rounded to two digits.

    Examples
    --------
    >>> [is_scale_step("society.habit", value) for value in (0.5, 0.38, 0.6)]
    [True, True, False]
    """
    steps = SCALE_STEPS[read_codebook()[key].scale]
    midpoints = [(low + high) / 2 for low, high in zip(steps, steps[1:], strict=False)]
    return any(abs(value - step) <= 0.00501 for step in (*steps, *midpoints))


def read_codings(scenario: Any) -> dict[str, dict[str, str]]:
    """Return both codings of every judged start value of a country, by key.

    They are read from ``coding.csv`` beside the scenario file; without it the result is empty.

    Raises
    ------
    BadInput
        When the file cannot be read.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> read_codings(load("kazakhstan"))["society.solidarity"]["settled"]
    '0.75'
    """
    path = scenario.folder / "coding.csv"
    if not path.is_file():
        return {}
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"{path} cannot be read ({error}); it is a CSV in UTF-8 with the columns"
            f" {', '.join(CODING_COLUMNS)}."
        ) from None
    if rows and tuple(rows[0])[: len(CODING_COLUMNS)] != CODING_COLUMNS:
        raise BadInput(
            f"{path} has the columns {', '.join(map(str, rows[0]))}; it needs"
            f" {', '.join(CODING_COLUMNS)}."
        )
    return {row["value"]: row for row in rows if row["country"] == scenario.country}


class MissingItems(NamedTuple):
    """What the start of a scenario lacks, as keys of start values.

    Attributes
    ----------
    undocumented : list of str
        Values that the file does not give.
    off_scale : list of str
        Judged values that are no step of their scale.
    dated_after_start : list of str
        Values whose fact names a year after the start.
    """

    undocumented: list[str]
    off_scale: list[str]
    dated_after_start: list[str]


def find_missing_items(scenario: Any) -> MissingItems:
    """Return what the start of a scenario lacks according to the codebook.

    A value that two coders have settled need not be a step of its scale.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> find_missing_items(load("kazakhstan")).undocumented
    ['president.guilt', 'elite.outsiders_eligible', 'family.ambition', 'family.aggressiveness']
    """
    entries_by_key = {
        f"{page}.{name}": entry
        for page, names in scenario.file.start.items()
        for name, entry in names.items()
    }
    undocumented = [
        key for key in start_values() if key not in entries_by_key and not key.startswith("scale.")
    ]
    judged = {
        key: entry
        for key, entry in entries_by_key.items()
        if key in read_codebook() and read_codebook()[key].scale
    }
    settled = read_codings(scenario)
    off_scale = [
        key
        for key, entry in judged.items()
        if key not in settled and not is_scale_step(key, entry.value)
    ]
    start_year = int(scenario.start_date[:4])
    dated_after_start = [
        key
        for key, entry in entries_by_key.items()
        if any(int(year) > start_year for year in _YEAR_PATTERN.findall(entry.fact))
    ]
    return MissingItems(undocumented, off_scale, dated_after_start)


def format_judged_table() -> str:
    """Return the table of judged values with their anchors, as codebook.md shows it."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for entry in read_codebook().values():
        if entry.scale in ("share", "part", "half"):
            anchors = (entry.definition, entry.low, entry.middle, entry.high)
            rows.setdefault(anchors, []).append(f"`{entry.key}`")
    lines = ["| value | 0.05 | 0.5 | 0.95 |", "|---|---|---|---|"]
    return "\n".join(
        [
            *lines,
            *(
                f"| {', '.join(keys)}: {definition} | {low} | {middle} | {high} |"
                for (definition, low, middle, high), keys in rows.items()
            ),
        ]
    )


def format_position_table() -> str:
    """Return the table of positions and goodwill with their anchors, as codebook.md shows it."""
    lines = ["| value | lowest | 0 | highest |", "|---|---|---|---|"]
    return "\n".join(
        [
            *lines,
            *(
                f"| `{entry.key}`: {entry.definition} | {entry.low} | {entry.middle}"
                f" | {entry.high} |"
                for entry in read_codebook().values()
                if entry.scale in ("quarter", "tenth")
            ),
        ]
    )


def format_counted_table() -> str:
    """Return the table of counted values, as codebook.md shows it."""
    return "\n".join(
        [
            "| value | what is counted |",
            "|---|---|",
            *(
                f"| `{entry.key}` | {entry.definition} |"
                for entry in read_codebook().values()
                if not entry.scale
            ),
        ]
    )
