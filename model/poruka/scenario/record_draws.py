"""Draws of the numbers that a country's record leaves, kept in named and versioned files.

The files are made by the experiment that sets the numbers from the record; one row is one draw of
every number, and of the code of every cell of the instruments on which the coders differ, as the
rank of its step. They are data: what cannot be used with the declared numbers is refused.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from poruka.engine.instrument_steps import step_rank
from poruka.engine.parameters import parameters
from poruka.rules.instrument_numbers import doubtful_cells
from poruka.utils.errors import BadInput
from poruka.utils.shipped_files import shipped_places

DRAWS_FOLDER = "scenarios/draws"
"""Where files of draws lie: in the working folder, the source checkout or the package."""
_NAME = re.compile(r"record-(?P<version>[1-9]\d{0,3})")
_REMEDY = (
    "it was made for other rules; run the experiment 09_numbers_from_the_record again, or draw"
    " from the ranges with `prior`"
)


class DrawTable(NamedTuple):
    """Draws of all numbers, each as probable as any other.

    Attributes
    ----------
    name : str
        Such as ``record-1``.
    keys : tuple of str
        Numbers of the rules, and cells of instruments on which the two coders differ.
    rows : tuple of tuple
        One a draw, with a value for every key.
    digest : str
        A hash of the file.
    newer : tuple of str
        What is declared now and not in the file: it is drawn from its range.
    gone : tuple of str
        What is in the file and declared no longer: it is left out.
    """

    name: str
    keys: tuple[str, ...]
    rows: tuple[tuple[float | str, ...], ...]
    digest: str
    newer: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def misfit(self) -> str:
        """What of the file does not fit the numbers declared now, as a sentence, or nothing."""
        parts = [
            f"{len(keys)} {what} ({keys[0]}{', …' if len(keys) > 1 else ''})"
            for keys, what in (
                (self.newer, "not in the file, drawn from the range"),
                (self.gone, "in the file, declared no longer"),
            )
            if keys
        ]
        return f"numbers newer or older than {self.name}: {'; '.join(parts)}" if parts else ""

    def require_whole(self) -> "DrawTable":
        """Return the table, or refuse one that other numbers were declared for.

        Raises
        ------
        BadInput
            Naming the file and the first number that it lacks or has no more.
        """
        if self.gone:
            raise BadInput(
                f"the draws {self.name} hold {self.gone[0]}, which is no number that is drawn;"
                f" {_REMEDY}."
            )
        if self.newer:
            raise BadInput(f"the draws {self.name} lack {self.newer[0]}; {_REMEDY}.")
        return self

    def values(self, seed: int, draw: int) -> dict[str, float | str]:
        """Return the values of a draw by key.

        Draws of one seed go through the file from a row that the seed chooses, so that none comes
        twice before all have come once.
        """
        first = int.from_bytes(hashlib.blake2b(str(seed).encode(), digest_size=8).digest(), "big")
        row = self.rows[(first + draw) % len(self.rows)]
        return dict(zip(self.keys, row, strict=True))


def list_draw_files() -> dict[str, Path]:
    """Return the files of draws by name, the oldest version first.

    Examples
    --------
    >>> all(name.startswith("record-") for name in list_draw_files())
    True
    """
    found: dict[str, Path] = {}
    for folder in (Path(DRAWS_FOLDER), *shipped_places(DRAWS_FOLDER)):
        for path in sorted(folder.glob("record-*.csv")) if folder.is_dir() else []:
            if _NAME.fullmatch(path.stem):
                found.setdefault(path.stem, path)
    return dict(sorted(found.items(), key=lambda item: int(item[0].removeprefix("record-"))))


def resolve_draws_name(name: str) -> str:
    """Return the name of a version; ``record`` means the newest one.

    Raises
    ------
    BadInput
        When there is none of that name.
    """
    known = list_draw_files()
    if name == "record" and known:
        return list(known)[-1]
    if name in known:
        return name
    raise BadInput(
        f"there are no draws called {name!r}"
        + (f"; there are {', '.join(known)}." if known else "; none have been made yet.")
        + " They are made by the experiment 09_numbers_from_the_record."
    )


def load_draw_table(name: str) -> DrawTable:
    """Return a file of draws by its name, read once for each state of the file.

    Raises
    ------
    BadInput
        When it cannot be read, or does not fit the declared numbers.
    """
    path = list_draw_files().get(name)
    if path is None:
        resolve_draws_name(name)
    assert path is not None
    state = path.stat()
    return _read_draw_table(path.absolute(), state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)
def _read_draw_table(path: Path, modified: int, size: int) -> DrawTable:
    return parse_draw_table(path.read_text(encoding="utf-8"), path.stem)


def parse_draw_table(text: str, name: str) -> DrawTable:
    """Return the draws that a CSV text holds, checked against the declared numbers.

    A number that was declared after the file was made is not in it, and one that was removed is in
    it still: the table names both.

    Raises
    ------
    BadInput
        Naming the file, the line and the key.
    """
    lines = list(csv.reader(io.StringIO(text)))
    keys = tuple(lines[0]) if lines else ()
    declared = [*parameters(), *doubtful_cells()]
    if len(lines) < 3 or any(len(line) != len(keys) for line in lines[1:]):
        raise BadInput(
            f"the draws {name} need two rows or more, each with a value for every one of its"
            f" {len(keys)} keys."
        )
    known, present = set(declared), set(keys)
    held = [(column, key) for column, key in enumerate(keys) if key in known]
    rows = tuple(
        tuple(_parse_value(name, number, key, line[column]) for column, key in held)
        for number, line in enumerate(lines[1:], start=2)
    )
    return DrawTable(
        name,
        tuple(key for _, key in held),
        rows,
        hashlib.sha256(text.encode()).hexdigest(),
        newer=tuple(key for key in declared if key not in present),
        gone=tuple(key for key in keys if key not in known),
    )


def format_draw_table(draws: Iterable[Mapping[str, float | str]]) -> str:
    """Return draws as the CSV text that :func:`parse_draw_table` reads.

    Five digits of each number are kept: no result hangs on more, and the file stays small.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row, values in enumerate(draws):
        if row == 0:
            writer.writerow(list(values))
        writer.writerow(
            str(step_rank(value)) if isinstance(value, str) else f"{value:.5g}"
            for value in values.values()
        )
    return out.getvalue()


def _parse_value(name: str, line: int, key: str, cell: str) -> float | str:
    steps = doubtful_cells().get(key)
    if steps is not None:
        by_rank = {str(step_rank(step)): step for step in steps}
        if cell not in by_rank:
            raise BadInput(
                f"the draws {name}, line {line}, {key}: {cell!r} is none of its codes"
                f" {' and '.join(by_rank)}; {_REMEDY}."
            )
        return by_rank[cell]
    number = parameters()[key]
    try:
        value = float(cell)
    except ValueError:
        value = float("nan")
    if not number.low - 1e-9 <= value <= number.high + 1e-9:
        raise BadInput(
            f"the draws {name}, line {line}, {key}: {cell!r} is not within {number.low:g} to"
            f" {number.high:g}; {_REMEDY}."
        )
    return min(max(value, number.low), number.high)
