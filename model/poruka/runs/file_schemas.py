"""The form that the small files of a run must have: its manifest and the receipts of its chunks.

Nothing of a file is used before it has been found to have this form, since a run folder may come
from anywhere.
"""

import json
from collections.abc import Mapping
from pathlib import PurePath
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from poruka.runs.chunks import MAX_CHUNK_WORLDS, part_span
from poruka.simulation.request_values import MAX_SHARDS, MAX_WORLDS
from poruka.simulation.run_spec import RECORD_LEVELS

MAX_MANIFEST_BYTES, MAX_RECEIPT_BYTES = 2**26, 2**28
"""Largest sizes that are read of a manifest, and of a receipt, which holds the tracebacks of failed
worlds.
"""
MAX_TABLE_BYTES = 2**30
"""Largest size of a table of one chunk, some hundred times that of the largest that are written."""
MAX_EXTENSIONS = 1000
"""How often worlds can be added to one run: each time, a chunk may be smaller than the others."""

_Count = Annotated[int, Field(strict=True, ge=0, le=MAX_WORLDS)]
_Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Table = Literal["outcomes", "series", "events"]


class _FileSchema(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)


class _RecordFile(_FileSchema):
    name: str
    sha256: _Sha256

    @model_validator(mode="after")
    def _check_name(self) -> "_RecordFile":
        # One plain name: the file lies in a folder of the run, never anywhere else.
        if self.name in ("", ".", "..") or PurePath(self.name).name != self.name:
            raise ValueError("the record must be a file name")
        return self


class _Extension(_FileSchema):
    worlds: Annotated[int, Field(ge=1, le=MAX_WORLDS)]
    command: list[str]


class _Manifest(_FileSchema):
    run: str
    digest: str
    scenario: str
    file: dict[str, Any]
    folder: str
    resolved: dict[str, Any]
    code: dict[str, Any]
    own_rules: list[str]
    worlds: Annotated[int, Field(ge=1, le=MAX_WORLDS)]
    seed: Annotated[int, Field(ge=0)]
    months: Annotated[int, Field(ge=1, le=100_000)]
    record: _Table
    chunk: Annotated[int, Field(ge=1, le=max(MAX_CHUNK_WORLDS.values()))]
    part: list[int] | None
    span: list[int]
    finished: bool
    record_file: _RecordFile | None = None
    extensions: Annotated[list[_Extension], Field(max_length=MAX_EXTENSIONS)] = []

    @model_validator(mode="after")
    def _check_span(self) -> "_Manifest":
        if self.part is not None and not (
            len(self.part) == 2 and 1 <= self.part[0] <= self.part[1] <= MAX_SHARDS
        ):
            raise ValueError("the part must be i of n")
        part = None if self.part is None else (self.part[0], self.part[1])
        if self.span != list(part_span(self.worlds, self.chunk, part)):
            raise ValueError("the span does not belong to the worlds of this part")
        counts = [*(extension.worlds for extension in self.extensions), self.worlds]
        if counts != sorted(set(counts)) or (self.extensions and self.part is not None):
            raise ValueError("only a whole run is extended, and by one world at least")
        if "name" not in self.resolved:
            raise ValueError("the scenario has no name")
        return self


class _TableFile(_FileSchema):
    rows: _Count
    bytes: Annotated[int, Field(ge=0, le=MAX_TABLE_BYTES)]
    sha256: _Sha256


class _Receipt(_FileSchema):
    run: str
    first: _Count
    count: Annotated[int, Field(ge=1, le=max(MAX_CHUNK_WORLDS.values()))]
    files: dict[_Table, _TableFile]
    failures: list[tuple[_Count, int, str, str, str]]
    outcomes: dict[str, _Count]

    @model_validator(mode="before")
    @classmethod
    def _rows_are_tuples(cls, data: Any) -> Any:
        # JSON knows lists only.
        if isinstance(data, dict) and isinstance(data.get("failures"), list):
            rows = [tuple(row) if isinstance(row, list) else row for row in data["failures"]]
            return {**data, "failures": rows}
        return data

    @model_validator(mode="after")
    def _check_worlds(self) -> "_Receipt":
        failed = {row[0] for row in self.failures}
        if len(failed) != len(self.failures) or any(
            not self.first <= world < self.first + self.count for world in failed
        ):
            raise ValueError("failed worlds must be worlds of the chunk")
        if sum(self.outcomes.values()) != self.count - len(failed):
            raise ValueError("every world must have an outcome or have failed")
        return self


def read_json_table(content: bytes) -> dict[str, Any]:
    """Return the table of values that a JSON file holds; a ValueError where it holds none.

    Examples
    --------
    >>> read_json_table(b'{"worlds": 7}')
    {'worlds': 7}
    """
    try:
        data = json.loads(content)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(data, dict):
        raise ValueError("not a table of values")
    return data


def has_manifest_form(data: Mapping[str, Any]) -> bool:
    """Return whether values have the form of a manifest of this version."""
    try:
        _Manifest.model_validate(dict(data))
    except (ValidationError, RecursionError):
        return False
    return True


def has_receipt_form(data: Mapping[str, Any], record_level: str) -> bool:
    """Return whether values have the form of a receipt of a run that recorded these tables."""
    try:
        receipt = _Receipt.model_validate(dict(data))
    except (ValidationError, RecursionError):
        return False
    tables = RECORD_LEVELS[: RECORD_LEVELS.index(record_level) + 1]
    all_failed = len(receipt.failures) == receipt.count
    return set(receipt.files) == (set() if all_failed else set(tables))
