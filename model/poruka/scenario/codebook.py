"""The codebook: how each start value of a country is decided, and what a country's file still owes.

``data/codebook.toml`` gives every start value either anchors for a judgement in steps or what is
counted. The tables of ``scenarios/codebook.md`` and the template of ``poruka new`` are written from
it.
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
"""The steps a judged value may take, by kind of scale."""

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
    """How one start value is decided.

    Attributes
    ----------
    key : str
        ``page.name``.
    steps : str
        Kind of scale of a judged value, a key of :data:`SCALE_STEPS`; empty for what is counted.
    what : str
        What a judged value says, or what is counted.
    low, middle, high : str
        Anchors of a judged value at the first, the middle and the last step.
    rule, find : str
        How doubtful cases are decided, and where to look.
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
    """Return how each start value is decided, by key.

    Examples
    --------
    >>> read_codebook()["society.habit"].middle
    'once, within living memory'
    """
    found = {}
    for page, names in read_data_file("codebook").items():
        for name, one in names.items():
            texts = [one.get(part, "") for part in ("low", "middle", "high", "rule", "find")]
            found[f"{page}.{name}"] = CodebookEntry(
                f"{page}.{name}", one.get("steps", ""), one.get("what", one.get("how", "")), *texts
            )
    return found


def is_scale_step(key: str, value: float) -> bool:
    """Return whether a judged value is a step of its scale, or what two coders one step apart
    settle on (rounded to two digits).

    Examples
    --------
    >>> is_scale_step("society.habit", 0.5), is_scale_step("society.habit", 0.38), is_scale_step("society.habit", 0.6)
    (True, True, False)
    """
    steps = SCALE_STEPS[read_codebook()[key].scale]
    between = [(low + high) / 2 for low, high in zip(steps, steps[1:], strict=False)]
    return any(abs(value - fit) <= 0.00501 for fit in (*steps, *between))


def read_codings(scenario: Any) -> dict[str, dict[str, str]]:
    """Return both codings of every judged start value of a country, from ``coding.csv`` beside its
    scenario; nothing where there is none.

    Raises
    ------
    BadInput
        When the file cannot be read.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> read_codings(load("kazakhstan"))["society.solidarity"]["settled"]
    '0.6'
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
    """What a scenario's start still owes, as keys of start values: without a fact, off the steps,
    with a fact of a year after the start.
    """

    undocumented: list[str]
    off_scale: list[str]
    dated_after_start: list[str]


def find_missing_items(scenario: Any) -> MissingItems:
    """Return what the start of a scenario owes to the codebook; a value two coders have settled
    owes it no step.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> find_missing_items(load("kazakhstan")).undocumented
    ['president.guilt', 'elite.outsiders_eligible']
    """
    given = {
        f"{page}.{name}": entry
        for page, names in scenario.file.start.items()
        for name, entry in names.items()
    }
    blank = [key for key in start_values() if key not in given and not key.startswith("scale.")]
    judged = {
        key: entry
        for key, entry in given.items()
        if key in read_codebook() and read_codebook()[key].scale
    }
    settled = read_codings(scenario)
    off = [
        key
        for key, entry in judged.items()
        if key not in settled and not is_scale_step(key, entry.value)
    ]
    start = int(scenario.start_date[:4])
    late = [
        key
        for key, entry in given.items()
        if any(int(year) > start for year in _YEAR_PATTERN.findall(entry.fact))
    ]
    return MissingItems(blank, off, late)


def format_judged_table() -> str:
    """Return the table of judged values with their anchors, as codebook.md shows it."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for one in read_codebook().values():
        if one.scale in ("share", "part", "half"):
            rows.setdefault((one.definition, one.low, one.middle, one.high), []).append(
                f"`{one.key}`"
            )
    lines = ["| value | 0.05 | 0.5 | 0.95 |", "|---|---|---|---|"]
    return "\n".join(
        [
            *lines,
            *(
                f"| {', '.join(keys)}: {what} | {low} | {middle} | {high} |"
                for (what, low, middle, high), keys in rows.items()
            ),
        ]
    )


def format_position_table() -> str:
    """Return the table of positions and good will with their anchors, as codebook.md shows it."""
    lines = ["| value | lowest | 0 | highest |", "|---|---|---|---|"]
    return "\n".join(
        [
            *lines,
            *(
                f"| `{one.key}`: {one.definition} | {one.low} | {one.middle} | {one.high} |"
                for one in read_codebook().values()
                if one.scale in ("quarter", "tenth")
            ),
        ]
    )


def format_counted_table() -> str:
    """Return the table of what is counted, as codebook.md shows it."""
    return "\n".join(
        [
            "| value | what is counted |",
            "|---|---|",
            *(
                f"| `{one.key}` | {one.definition} |"
                for one in read_codebook().values()
                if not one.scale
            ),
        ]
    )
