"""What a rule's source shows and the forced worlds show under another rule only, key by key.

`tests/reference/shown_elsewhere.csv` lists it. These are not faults of the rules: a source shows
every branch that a rule has, in all helpers it calls, while a few small worlds take some of them.
Most belong to ways out of office, each of which can end in every other and ask every tool that a
ruler has (elections, confidence, succession), and to the president, who chooses few of his acts in
any world; `test_forced_worlds.py` gives the reason for each rule, asks that every key happens under
some rule, and fails where the list is too long or too short. After a change of rules or of forced
worlds, write the list anew, and read what moved::

    NUMBA_DISABLE_JIT=1 PYTHONPATH=model python tests/rules/forced_record.py found.json
    NUMBA_DISABLE_JIT=1 PYTHONPATH=model python tests/rules/shown_elsewhere.py found.json
"""

import csv
import json
import sys
from functools import cache
from pathlib import Path

from poruka.engine.rule_source import find_field_usage
from poruka.rules.schedule import SCHEDULE

LIST = Path(__file__).parents[1] / "reference" / "shown_elsewhere.csv"
KINDS = ("reads", "writes", "depends on")
Key = tuple[str, str, str]
"""A rule, what it does, and the field or number it does it to."""


@cache
def shown_by_sources() -> dict[str, tuple[frozenset[str], ...]]:
    """Return what every rule, and the start, was seen to use in its source."""
    found = {one.id: (one.reads, one.writes, one.parameters) for one in SCHEDULE.rules}
    return found | {"start": find_field_usage(SCHEDULE.start)[:3]}


def missing_here(recorded: dict[str, list[list[str]]]) -> set[Key]:
    """Return what sources show and did not happen under the rules themselves."""
    return {
        (rule, kind, key)
        for rule, shown in shown_by_sources().items()
        for kind, part, happened in zip(KINDS, shown, recorded[rule], strict=True)
        for key in part - set(happened)
    }


def listed() -> set[Key]:
    """Return what is listed."""
    with LIST.open(encoding="utf-8", newline="") as file:
        return {
            (row["rule"], row["what"], f"{row['of']}.{name}")
            for row in csv.DictReader(file)
            for name in row["names"].split()
        }


def write_list(missing: set[Key]) -> None:
    """Write the list, one line for each rule, kind and table or section."""
    rows: dict[Key, list[str]] = {}
    for rule, kind, key in sorted(missing):
        of, _, name = key.rpartition(".")
        rows.setdefault((rule, kind, of), []).append(name)
    with LIST.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["rule", "what", "of", "names"])
        writer.writerows([*row, " ".join(names)] for row, names in rows.items())


if __name__ == "__main__":
    write_list(missing_here(json.loads(Path(sys.argv[1]).read_text())["recorded"]))
