"""The memory of a world as C structures: the same fields at the same offsets."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from .kinds import Array, Bytes, Kind, Record, Row, Scalar, Table, Untranslatable, scalar_of


def c_name(name: str) -> str:
    """Return a Python name as a C name: the underscore keeps it apart from every word of C."""
    return f"{name}_"


def _room(size: int, position: int) -> list[str]:
    """Return what keeps room that C's own alignment does not, such as that between sections."""
    return [f"    char room_{position}[{size}];\n"] if size >= np.dtype(np.float64).itemsize else []


class Layout:
    """The structures of a world's tables and of the records a kernel reads.

    Parameters
    ----------
    world : NamedTuple
        An allocated world; its tables are numpy record arrays, and raw memory has no names.
    records : dict
        Record arrays by name, such as ``{"params": ..., "start": ...}``; they may be nested.
    """

    def __init__(self, world: Any, records: Mapping[str, np.ndarray]):
        self.tables: dict[str, np.dtype] = {
            name: getattr(world, name).dtype for name in world._fields
        }
        self.records: dict[str, np.dtype] = {}
        for name, record in records.items():
            self._add_record(name, record.dtype)

    def _add_record(self, name: str, dtype: np.dtype) -> None:
        for field in dtype.names or ():
            inner = dtype[field]
            if inner.names:
                self._add_record(f"{name}_{field}", inner)
        self.records[name] = dtype

    def part_of_world(self, name: str) -> Kind:
        """Return what a world carries under a name."""
        if name not in self.tables:
            raise Untranslatable(f"a world has no table {name}")
        return Table(name) if self.tables[name].names else Bytes()

    def field_of(self, kind: Row | Record, name: str) -> Kind:
        """Return the kind of a field."""
        dtype = self.tables[kind.name] if isinstance(kind, Row) else self.records[kind.name]
        if name not in (dtype.names or ()):
            raise Untranslatable(f"{kind} has no field {name}")
        if dtype[name].names:
            return Record(f"{kind.name}_{name}")
        return scalar_of(dtype[name])

    def _structure(self, name: str, dtype: np.dtype, prefix: str) -> str:
        fields: list[str] = []
        end = 0
        for field, (_, offset, *_title) in (dtype.fields or {}).items():
            inner = dtype[field]
            fields += _room(offset - end, len(fields))
            end = offset + inner.itemsize
            kind = f"struct record_{prefix}{field}" if inner.names else scalar_of(inner).c
            fields.append(f"    {kind} {c_name(field)};\n")
        fields += _room(dtype.itemsize - end, len(fields))
        checks = [f'_Static_assert(sizeof(struct {name}) == {dtype.itemsize}, "{name}");\n']
        for field, (_, offset, *_title) in (dtype.fields or {}).items():
            address = f"offsetof(struct {name}, {c_name(field)})"
            checks.append(f'_Static_assert({address} == {offset}, "{name}.{field}");\n')
        return f"struct {name} {{\n{''.join(fields)}}};\n{''.join(checks)}"

    def declarations(self) -> str:
        """Return the C structures, each checked against the size and offsets numpy gives it."""
        text, tables = [], []
        for name, dtype in self.tables.items():
            if dtype.names:
                text.append(self._structure(f"row_{name}", dtype, ""))
            rows = Row(name).c if dtype.names else Bytes().c
            text.append(f"struct table_{name} {{ {rows}rows; int64_t count; }};\n")
            tables.append(f"    struct table_{name} {c_name(name)};\n")
        for name, dtype in self.records.items():
            text.append(self._structure(f"record_{name}", dtype, f"{name}_"))
        text.append(f"struct world {{\n{''.join(tables)}}};\n")
        return "\n".join(text)


def world_pointer(world: Any) -> np.ndarray:
    """Return ``struct world`` filled with the addresses and lengths of a world's tables."""
    tables = [getattr(world, name) for name in world._fields]
    return np.array([(table.ctypes.data, len(table)) for table in tables], dtype=np.int64)


def constant_array(values: np.ndarray) -> tuple[str, Array]:
    """Return a global array of numbers as C writes it, and its kind."""
    if values.ndim != 1:
        raise Untranslatable(f"a global array of {values.ndim} dimensions")
    kind: Scalar = scalar_of(values.dtype)
    return ", ".join(repr(value) for value in values.tolist()), Array(kind, len(values))
