"""Types of what a world holds, for type checkers and editors: made from the declarations.

Compiled rules take records whose types Python does not see. The stub beside
:mod:`.world_types` tells a type checker what they hold, so that a misspelt field or number is found
before anything is run::

    python -m poruka.engine.type_stub
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from poruka.engine.parameters import mechanisms, parameters, start_values
from poruka.engine.state import EVENT_DTYPE, REASON_DTYPE, tables

STUB = Path(__file__).with_name("world_types.pyi")
HEAD = '''"""What a world holds, for type checkers; made by `python -m poruka.engine.type_stub`."""

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

_Row = TypeVar("_Row")

class Rows(Generic[_Row]):
    def __getitem__(self, row: int) -> _Row: ...
    def __setitem__(self, row: int, value: _Row) -> None: ...
    def __iter__(self) -> Iterator[_Row]: ...
    def __len__(self) -> int: ...
'''
FIELD_TYPES = {"real": "float", "count": "int", "flag": "bool"}


def type_name(name: str) -> str:
    """Return the name of the type of a row or a section.

    Examples
    --------
    >>> type_name("rival_clan")
    'RivalClan'
    """
    return "".join(word.title() for word in name.split("_"))


def type_names() -> list[str]:
    """Return the names of all types of a world.

    Examples
    --------
    >>> {"World", "Oligarch", "OligarchsNumbers"} <= set(type_names())
    True
    """
    rows = [type_name(table.row_name) for table in tables().values()]
    numbers = [f"{type_name(section)}Numbers" for section in _sections(parameters())]
    starts = [f"{type_name(section)}Start" for section in _sections(start_values())]
    whole = ["World", "Switches", "Parameters", "StartValues", "Stream"]
    return [*rows, "Event", "ReasonOfEvent", *numbers, *starts, *whole]


def describe_types() -> str:
    """Return the stub.

    Examples
    --------
    >>> "class Oligarch:" in describe_types()
    True
    """
    held = tables().values()
    rows = {type_name(t.row_name): {f.name: FIELD_TYPES[f.kind] for f in t.fields} for t in held}
    world = {table.name: f"Rows[{type_name(table.row_name)}]" for table in held}
    world |= {"memory": "Any", "events": "Rows[Event]", "reasons": "Rows[ReasonOfEvent]"}
    logs = {"Event": _parts_of(EVENT_DTYPE), "ReasonOfEvent": _parts_of(REASON_DTYPE)}
    classes = [*rows.items(), *logs.items(), ("World", world)]
    for keys, ending, whole, more in (
        (parameters(), "Numbers", "Parameters", {"on": "Switches"}),
        (start_values(), "Start", "StartValues", {}),
    ):
        sections = _sections(keys)
        for section, names in sections.items():
            classes.append((f"{type_name(section)}{ending}", dict.fromkeys(names, "float")))
        held_in = {section: f"{type_name(section)}{ending}" for section in sections}
        classes.append((whole, {**held_in, **more}))
    switches = [mechanism.switch for mechanism in mechanisms().values()]
    classes.append(("Switches", dict.fromkeys(switches, "float")))
    return "\n".join([HEAD, *(_describe_class(*one) for one in classes), "Stream = int\n"])


def _parts_of(line: np.dtype) -> dict[str, str]:
    """Return the types of the parts of a line of a log."""
    return {name: "float" if line[name].kind == "f" else "int" for name in line.names or ()}


def _sections(keys: Iterable[str]) -> dict[str, list[str]]:
    """Return the names of each section of keys such as ``oligarchs.inertia``."""
    sections: dict[str, list[str]] = {}
    for key in keys:
        section, name = key.split(".")
        sections.setdefault(section, []).append(name)
    return sections


def _describe_class(name: str, attributes: dict[str, str]) -> str:
    return "\n".join([f"class {name}:", *_lines(attributes), ""])


def _lines(attributes: dict[str, str]) -> Iterator[str]:
    for attribute, kind in attributes.items():
        yield f"    {attribute}: {kind}"


if __name__ == "__main__":
    STUB.write_text(describe_types(), encoding="utf-8")
