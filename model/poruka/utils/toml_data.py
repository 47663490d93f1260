"""Experiments as data: where their files lie, and how they are read and checked."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from poruka.utils.errors import BadInput, join_errors, nearest_names
from poruka.utils.shipped_files import shipped_places

MAX_DATA_FILE_BYTES = 4 * 2**20
"""Largest size of a file of data."""
Schema = TypeVar("Schema", bound=BaseModel)


class StrictModel(BaseModel):
    """A table of a data file: unknown keys and numbers that are not finite are refused, and values
    cannot be changed.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False
    )


def experiment_folders(name: str) -> list[Path]:
    """Return where the files of an experiment may lie.

    These are the working folder, the source checkout and the installed package.

    Examples
    --------
    >>> [path.name for path in experiment_folders("hypotheses")]
    ['hypotheses', 'hypotheses', 'hypotheses']
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
        Naming the file, every error and what is allowed.
    """
    raw = _parse_toml(path, description)
    try:
        return schema.model_validate(raw)
    except ValidationError as error:
        # A key that does not exist explains more than the one that is then missing.
        faults = sorted(
            error.errors(include_url=False), key=lambda fault: fault["type"] != "extra_forbidden"
        )
        messages = [
            _format_validation_error(
                fault["loc"], fault["msg"], fault["type"], schema, description, tables
            )
            for fault in faults
        ]
        raise BadInput(join_errors(f"{path}: {message}" for message in messages)) from None


def _parse_toml(path: Path, description: str) -> dict[str, Any]:
    try:
        if path.is_dir():
            raise BadInput(f"{path} is a folder; give the file in it that holds {description}.")
        if path.exists() and not path.is_file():
            raise BadInput(f"{path} is not a regular file; give a file that holds {description}.")
        if path.stat().st_size > MAX_DATA_FILE_BYTES:
            raise BadInput(
                f"{path} has {path.stat().st_size:,} bytes; at most"
                f" {MAX_DATA_FILE_BYTES:,} are read of {description}."
            )
        # Spreadsheets and some editors put a mark of the encoding at the beginning.
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except RecursionError:
        raise BadInput(
            f"{path} nests its values too deeply to be {description}; correct it."
        ) from None
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{path} cannot be read as {description}: it is not a text in UTF-8 ({error.reason} at"
            f" byte {error.start}); save it as UTF-8."
        ) from None
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be read as {description}: {error}; correct it.") from None


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
