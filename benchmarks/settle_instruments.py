"""Settle two codings of the table of instruments, and write the table from them.

    python benchmarks/settle_instruments.py FIRST.csv SECOND.csv

Each file has the columns instrument, column, code and why, coded by ``docs/instrument_codebook.md``
alone; a cell left out is none. The codes, the reasons and what follows from them are written
to ``data/instrument_coding.csv``, and the cells of ``data/instruments.toml`` are replaced. The rule
that settles a cell is ``settle`` of :mod:`poruka.engine.instrument_coding`.
"""

import csv
import re
import sys
from pathlib import Path

from poruka.engine.instrument_coding import CODING_FILE, CodedCell, settle
from poruka.engine.instrument_columns import column_members, instrument_columns, validate_cell
from poruka.engine.state import DATA_FOLDER
from poruka.theory.instrument_codebook import act_descriptions
from poruka.utils.errors import BadInput

TABLE = DATA_FOLDER / "instruments.toml"
ATTRIBUTES = ("strength", "against", "cost", "lasting", "irregular", "deniable", "blunt")


def read_codes(path: Path) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the code and the reason of each cell that one coder gave.

    Raises
    ------
    BadInput
        For a cell given twice, an instrument that is not coded, or a code that is no step.
    """
    codes = {}
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            place = (row["instrument"].strip(), row["column"].strip())
            code, why = row["code"].strip(), " ".join((row["why"] or "").split())
            where = f"{path.name}, {' '.join(place)}"
            if place[0] not in act_descriptions() or place in codes:
                raise BadInput(f"{where}: this instrument is not coded, or given twice.")
            if "/" in code:
                raise BadInput(f"{where}: the code is {code!r}; give one step.")
            validate_cell(place[1], code, where, f"column in {where}")
            codes[place] = (code, why)
    return codes


def settle_codings(first: Path, second: Path) -> list[CodedCell]:
    """Return the cells that at least one of two coders did not leave at none."""
    one, other = read_codes(first), read_codes(second)
    cells = []
    for id in act_descriptions():
        for column in instrument_columns():
            left_out = ("none", "")
            (code, why), (second_code, second_why) = (
                codes.get((id, column), left_out) for codes in (one, other)
            )
            settled = settle(code, second_code)
            if settled != "none":
                # The reason for a cell left at none is that of its row, or of the instrument.
                whys = (why or reason(one, id), second_why or reason(other, id))
                cells.append(CodedCell(id, column, code, second_code, settled, *whys))
    return cells


def reason(codes: dict[tuple[str, str], tuple[str, str]], id: str) -> str:
    """Return the first reason that a coder gave for an instrument."""
    return next((why for (one, _), (_, why) in codes.items() if one == id and why), "")


def replace_cells(text: str, cells: list[CodedCell]) -> str:
    """Return the table of instruments with the cells of the coding and no others."""
    written, id = [], ""
    for line in text.split("\n"):
        header = re.fullmatch(r"\[(\w+)\]", line)
        id = header[1] if header else id
        key = line.partition(" =")[0]
        if id and key in ATTRIBUTES:
            continue
        if id and key == "precedent":
            written += format_cells([cell for cell in cells if cell.instrument == id])
        written.append(line)
    return "\n".join(written)


def format_cells(cells: list[CodedCell]) -> list[str]:
    """Return the lines of the table for the cells of one instrument."""
    steps = {cell.column: cell.settled for cell in cells}
    lines = []
    for attribute in ATTRIBUTES:
        members = [
            f'{name} = "{steps[f"{attribute}.{name}"]}"'
            for name in column_members(attribute, instrument_columns())
            if f"{attribute}.{name}" in steps
        ]
        if members:
            lines.append(f"{attribute} = {{ {', '.join(members)} }}")
        elif attribute in steps:
            lines.append(f'{attribute} = "{steps[attribute]}"')
    return lines


def main() -> None:
    """Settle the two codings named on the command line."""
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    cells = settle_codings(*map(Path, sys.argv[1:]))
    with open(DATA_FOLDER / CODING_FILE, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(CodedCell._fields)
        writer.writerows(cells)
    TABLE.write_text(replace_cells(TABLE.read_text(encoding="utf-8"), cells), encoding="utf-8")
    differ = [cell for cell in cells if cell.distance]
    print(f"{len(cells)} cells, {len(differ)} of them coded differently")


if __name__ == "__main__":
    main()
