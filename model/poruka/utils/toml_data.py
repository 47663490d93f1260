"""Experiments as data: where their files lie, and how they are read and checked."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from poruka.utils.errors import BadInput, nearest_names
from poruka.utils.shipped_files import shipped_places

Schema = TypeVar("Schema", bound=BaseModel)


class StrictModel(BaseModel):
    """A table of a data file: unknown keys are refused, and values cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def experiment_folders(name: str) -> list[Path]:
    """Return where the files of an experiment may lie.

    These are the working folder, the source checkout and the installed package.

    Examples
    --------
    >>> [path.name for path in experiment_folders("theses")]
    ['theses', 'theses', 'theses']
    """
    return [Path("experiments", name), *shipped_places(f"experiments/{name}")]


def read_toml(
    path: Path, schema: type[Schema], description: str, tables: Mapping[str, type[BaseModel]]
) -> Schema:
    """Return the contents of a TOML file, checked against their schema.

    Parameters
    ----------
    path : Path
    schema : type
        The schema of the whole file.
    description : str
        What the file is, for the message.
    tables : mapping of str to type
        The schemas of its tables by name, for the message: what an entry may have.

    Raises
    ------
    BadInput
        Naming the file, the first error and what is allowed.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"{path} cannot be read as {description}: {error}; correct it.") from None
    try:
        return schema.model_validate(raw)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        # A key that does not exist explains more than the one that is then missing.
        first = next((fault for fault in faults if fault["type"] == "extra_forbidden"), faults[0])
        message = _format_validation_error(
            first["loc"], first["msg"], first["type"], schema, description, tables
        )
        raise BadInput(f"{path}: {message}") from None


def _format_validation_error(
    loc: tuple[int | str, ...],
    message: str,
    kind: str,
    schema: type[BaseModel],
    description: str,
    tables: Mapping[str, type[BaseModel]],
) -> str:
    """Return what is wrong, where, and which keys the innermost named table may have."""
    # The innermost name that is no field itself, so that a wrong key is explained by its own table.
    enclosing = [str(part) for part in loc[:-1] if str(part) in tables] or [
        str(part) for part in loc if str(part) in tables
    ]
    name, table = (enclosing[-1], tables[enclosing[-1]]) if enclosing else (description, schema)
    fields = list(table.model_fields)
    hint = ""
    if kind == "extra_forbidden":
        message, close = f"{loc[-1]!r} is not a key here", nearest_names(str(loc[-1]), fields)
        hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
    place = ".".join(str(part) for part in loc)
    holder = name if name.startswith(("a ", "an ")) else f"[{name}]"
    return f"{place}: {message}{hint}; {holder} has {', '.join(fields)}."
