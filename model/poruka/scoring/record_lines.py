"""The lines of an observed record as they stand in its file, and what its columns mean."""

import csv
import io
from collections.abc import Iterator

from poruka.utils.errors import BadInput, nearest_names

OBSERVED_RECORD_COLUMNS = (
    "id",
    "date",
    "figure",
    "role",
    "episode",
    "measure",
    "value",
    "unit",
    "fact",
    "locator",
)
"""Columns of a record file, in this order."""
COLUMNS_OF_COUNTS = ("most", "most_from")
"""Further columns of a record that scores a count: the largest number that is told apart, and what
it rests on other than what happened. Without counts a record may leave both out.
"""
ALL_COLUMNS = OBSERVED_RECORD_COLUMNS + COLUMNS_OF_COUNTS
"""All columns, in this order."""
ROLES = {
    "input": "what a scenario puts in; listed, not scored",
    "growth": "growth of a year, reported apart",
    "value": "a number that a world has or lacks",
    "event": "what may happen or not; its value is a month, or never",
    "pattern": "what holds of several things in one world",
}
"""What a line of a record is, by its role."""
DID_NOT_HAPPEN = "never"
"""Value of an event that could have happened and did not."""
_NEW_COLUMNS = {
    "role": f"says what a line is ({', '.join(ROLES)})",
    "episode": "names the episode of history to which it belongs",
}


def read_record_lines(text: str, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line number and the fields of every line of a record.

    Raises
    ------
    BadInput
        When the text is not a table with the columns of a record.
    """
    # Read strictly: an unclosed quotation mark would otherwise swallow the lines after it.
    reader = csv.reader(io.StringIO(text, newline=None), strict=True)
    try:
        header = next(reader, [])
        if tuple(header) not in (OBSERVED_RECORD_COLUMNS, ALL_COLUMNS):
            raise BadInput(_describe_header(header, name))
        count = 0
        for fields in reader:
            if not fields:
                continue
            count += 1
            line = reader.line_num
            if len(fields) > len(header):
                raise BadInput(
                    f"{name}, line {line}: there are {len(fields)} values for {len(header)}"
                    " columns; put a text that contains a comma in double quotes."
                )
            padded = [*fields, *[""] * (len(header) - len(fields))]
            row = dict(zip(header, (field.strip() for field in padded), strict=True))
            yield line, dict.fromkeys(COLUMNS_OF_COUNTS, "") | row
    except csv.Error as error:
        raise BadInput(
            f"{name}, line {reader.line_num}: the line is not CSV ({error}); close every quotation"
            " mark, and double those inside a text."
        ) from None
    if not count:
        raise BadInput(f"the record {name} has columns but no line; give at least one figure.")


def _describe_header(header: list[str], name: str) -> str:
    needed = (
        f"the record {name} needs the columns {', '.join(OBSERVED_RECORD_COLUMNS)} in this order"
        " and at least one row"
    )
    if not header:
        return f"{needed}; it is empty."
    parts = []
    if any(column in header for column in COLUMNS_OF_COUNTS):
        needed = needed.replace(" in this order", f", {', '.join(COLUMNS_OF_COUNTS)} in this order")
    missing = [column for column in OBSERVED_RECORD_COLUMNS if column not in header]
    if missing:
        parts.append(f"missing: {', '.join(missing)}")
    for column in dict.fromkeys(header):
        if header.count(column) > 1:
            parts.append(f"twice: {column}")
        if column not in ALL_COLUMNS:
            close = nearest_names(column, missing)
            hint = f" (did you mean {close[0]!r}?)" if close else ""
            parts.append(f"unknown: {column[:40]!r}{hint}")
    advice = "".join(f"; {name} {_NEW_COLUMNS[name]}" for name in _NEW_COLUMNS if name in missing)
    return f"{needed}; {'; '.join(parts) or 'their order differs'}{advice}."
