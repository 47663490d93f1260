"""The file of targets: what of each country's record the numbers may be set by, and what never."""

import csv
import hashlib
import io
import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from poruka.scoring.joint_patterns import is_pattern, measures_of, parse_pattern
from poruka.scoring.measures import parse_measure
from poruka.scoring.record_lines import DID_NOT_HAPPEN
from poruka.utils.errors import BadInput, join_errors

COLUMNS = (
    "id",
    "country",
    "kind",
    "quantity",
    "unit",
    "value",
    "discrepancy",
    "last_month",
    "fact",
    "label",
    "why",
)
KINDS = ("figure", "pattern", "event")
FORBIDDEN_EVENTS = ("movement", "wave", "defection", "premier_bid", "bid")
"""Kinds of events that belong to the fraying of the elite, which is never a target."""
FORBIDDEN_IN = {"russia": ("accession", "handover", "conclave", "succession")}
"""Russia's handover is left for the model to give."""
MISSING_SHARE = -0.5
"""Stands for the share of a vote that was not held, half the scale below all others."""
LARGEST_GROWTH = 25.0
"""Growth beyond so many percent counts as this much, as in the score."""
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class RecordTarget(NamedTuple):
    """One thing of a country's record; the columns of the file of targets.

    ``discrepancy`` is how far, as a standard deviation, the best world may lie from the record
    beside its own chance; ``last_month`` is the last month that the fact needs.
    """

    id: str
    country: str
    kind: str
    quantity: str
    unit: str
    value: float
    discrepancy: float
    last_month: str
    fact: str
    label: str
    why: str

    @property
    def is_month(self) -> bool:
        """Whether the value counts months since the start, or between two events."""
        return self.quantity.startswith(("month ", "gap "))


class RecordTargets:
    """The targets of all countries, in the order of their file.

    Parameters
    ----------
    rows : sequence of RecordTarget
    last_month : str
        Worlds are played up to this month, which is included.
    digest : str
        A hash of the file.
    """

    def __init__(self, rows: Sequence[RecordTarget], last_month: str, digest: str):
        self.rows, self.last_month, self.digest = tuple(rows), last_month, digest

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def countries(self) -> tuple[str, ...]:
        """The countries, in the order in which they come first."""
        return tuple(dict.fromkeys(row.country for row in self.rows))

    def of(self, country: str) -> list[RecordTarget]:
        """Return the targets of a country."""
        return [row for row in self.rows if row.country == country]

    def record(self, months: dict[str, int]) -> np.ndarray:
        """Return what the record says, on the scale on which worlds are compared."""
        return np.array(
            [bound_value(row, np.array([row.value]), months[row.country])[0] for row in self.rows]
        )


def bound_value(target: RecordTarget, values: np.ndarray, months: int) -> np.ndarray:
    """Return values on a scale with two ends, on which what did not happen has a place too.

    An event that never came stands at the end of the months played, and so does a gap of which one
    end is missing.

    Examples
    --------
    >>> one = RecordTarget("a", "x", "event", "month war 1", "month", 9.0, 0.0, "", "", "", "")
    >>> bound_value(one, np.array([12.0, np.inf]), 103).tolist()
    [12.0, 103.0]
    """
    missing = ~np.isfinite(values)
    known = np.where(missing, 0.0, values)
    if target.is_month:
        return np.where(missing, float(months), np.clip(known, -float(months), float(months)))
    if target.quantity.startswith("growth"):
        return np.clip(known, -LARGEST_GROWTH, LARGEST_GROWTH)
    return np.where(missing, MISSING_SHARE * (100.0 if target.unit == "percent" else 1.0), known)


def add_discrepancy(
    targets: RecordTargets, values: np.ndarray, months: dict[str, int], rng: np.random.Generator
) -> np.ndarray:
    """Return the values of worlds as a record of them would give them.

    Each value that a world has is moved by a normal draw of the discrepancy of its target, so that
    to be near a record includes that the best world need not meet it (Wilkinson 2013).

    Parameters
    ----------
    values : ndarray of float64, shape (worlds, targets)
        As :func:`bound_value` returns them; NaN for a world that failed.
    """
    noise = rng.standard_normal(values.shape)
    moved = values.copy()
    for index, target in enumerate(targets.rows):
        column = values[:, index]
        end = float(months[target.country])
        absent = column >= end if target.is_month else column < 0.0
        absent &= not target.quantity.startswith("growth")
        shifted = column + target.discrepancy * noise[:, index]
        if target.is_month:
            shifted = np.clip(shifted, -end, end)
        moved[:, index] = np.where(absent, column, shifted)
    return moved


def read_record_targets(path: Path, last_month: str) -> RecordTargets:
    """Read and validate a file of targets.

    Raises
    ------
    BadInput
        Naming every line that needs a month after the last one, asks for what is never a target,
        or cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise BadInput(f"the targets {path} cannot be read ({error}); give a CSV.") from None
    reader = csv.DictReader(io.StringIO(text))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise BadInput(f"{path.name} needs the columns {', '.join(COLUMNS)}, in this order.")
    rows, errors = [], []
    for line, cells in enumerate(reader, start=2):
        where = f"{path.name}, line {line}"
        try:
            rows.append(_read_target(cells, where, last_month))
        except BadInput as error:
            errors.append(str(error))
    ids = [row.id for row in rows]
    errors += [f"{path.name}: the id {id} stands twice." for id in set(ids) if ids.count(id) > 1]
    if errors or not rows:
        raise BadInput(join_errors(errors or [f"{path.name} holds no target."]))
    return RecordTargets(rows, last_month, hashlib.sha256(text.encode()).hexdigest()[:16])


def _read_target(cells: dict[str, Any], where: str, last_month: str) -> RecordTarget:
    if cells["kind"] not in KINDS:
        raise BadInput(f"{where}: the kind is {cells['kind']!r}; allowed are {', '.join(KINDS)}.")
    if not _MONTH.fullmatch(cells["last_month"] or ""):
        raise BadInput(f"{where}: last_month is {cells['last_month']!r}; write a month: 1995-08.")
    measure = cells["quantity"]
    named = [cells["last_month"], *_months_read(measure)]
    if too_late := [month for month in named if month > last_month]:
        raise BadInput(f"{where}: {measure!r} needs {too_late[0]}, which is after {last_month}.")
    refuse_forbidden(measure, cells["country"], where)
    try:
        value = np.inf if cells["value"] == DID_NOT_HAPPEN else float(cells["value"])
        discrepancy = float(cells["discrepancy"])
    except ValueError:
        raise BadInput(f"{where}: value and discrepancy are numbers, or never.") from None
    if not 0.0 <= discrepancy < np.inf:
        raise BadInput(f"{where}: the discrepancy is {discrepancy:g}; it is 0 or more.")
    return RecordTarget(**{**cells, "value": value, "discrepancy": discrepancy})


def _months_read(measure: str) -> list[str]:
    """Return the months that a measure names; growth in a year reads it to its end."""
    if year := re.fullmatch(r"growth (\d{4})", measure):
        return [f"{year[1]}-12"]
    return re.findall(r"\d{4}-\d{2}", measure)


def refuse_forbidden(measure: str, country: str, where: str) -> None:
    """Raise an error for a quantity by which no number may be set.

    These are outcomes of a whole run, the fraying of the elite, control or cohesion that falls, and
    Russia's handover and its rich.

    Examples
    --------
    >>> refuse_forbidden("month dissolution 1", "russia", "here")
    """
    if is_pattern(measure):
        form, parts = parse_pattern(measure, where)
        if form in ("is", "order"):
            raise BadInput(f"{where}: {measure!r} reads a whole run, which is no target.")
        if form == "less" and _month_in(parts[0]) > _month_in(parts[1]):
            raise BadInput(f"{where}: {measure!r} is a fall, which is never a target.")
    for part in measures_of(measure):
        found = parse_measure(part, where)
        kind = found.get("kind") or found.get("ckind") or ""
        if "column" in found:
            raise BadInput(f"{where}: {part!r} reads a whole run, which is no target.")
        if kind in (*FORBIDDEN_EVENTS, *FORBIDDEN_IN.get(country, ())):
            raise BadInput(f"{where}: {part!r} is never a target; it is left for what follows.")


def _month_in(measure: str) -> str:
    months = re.findall(r"\d{4}-\d{2}", measure)
    return months[0] if months else ""
