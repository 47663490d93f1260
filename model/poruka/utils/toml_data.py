"""Experiments as data: where their files lie, and one way to read and check them."""

import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from poruka.utils.errors import BadInput, nearest_names

Schema = TypeVar("Schema", bound=BaseModel)


class StrictModel(BaseModel):
    """A table of a data file: nothing undeclared, nothing changed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def experiment_folders(name: str) -> list[Path]:
    """Return where the files of a question lie: here, in the source checkout, in the installed
    package.

    Examples
    --------
    >>> [path.name for path in experiment_folders("theses")]
    ['theses', 'theses', 'theses']
    """
    package = Path(str(resources.files("poruka")))
    return [top / "experiments" / name for top in (Path(), package.parent.parent, package / "data")]


def read_toml(
    path: Path, schema: type[Schema], description: str, tables: Mapping[str, type[BaseModel]]
) -> Schema:
    """Return the contents of a file in their declared shape.

    Parameters
    ----------
    path : Path
    shape : type
        What the whole file holds.
    what : str
        What the file is, for the message.
    tables : mapping of str to type
        The shapes of its tables by name, for the message: what an entry may have.

    Raises
    ------
    BadInput
        Naming the file, the first thing that is wrong and what is allowed.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"{path} cannot be read as {description}: {error}; mend it.") from None
    try:
        return schema.model_validate(raw)
    except ValidationError as error:
        found = error.errors(include_url=False)
        # A key that does not exist explains more than the one that is then missing.
        first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
        raise BadInput(
            f"{path}:"
            f" {_format_validation_error(first['loc'], first['msg'], first['type'], schema, description, tables)}"
        ) from None


def _format_validation_error(
    loc: tuple[int | str, ...],
    message: str,
    kind: str,
    schema: type[BaseModel],
    description: str,
    tables: Mapping[str, type[BaseModel]],
) -> str:
    """Return what is wrong, where, and what the innermost table that is known by name may hold."""
    # The innermost name that is no field itself, so that a wrong key is explained by its own table.
    inside = [str(part) for part in loc[:-1] if str(part) in tables] or [
        str(part) for part in loc if str(part) in tables
    ]
    name, allowed = (inside[-1], tables[inside[-1]]) if inside else (description, schema)
    fields = list(allowed.model_fields)
    hint = ""
    if kind == "extra_forbidden":
        message, close = f"{loc[-1]!r} is not a key here", nearest_names(str(loc[-1]), fields)
        hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
    place = ".".join(str(part) for part in loc)
    return (
        f"{place}: {message}{hint}; {name if name.startswith(('a ', 'an ')) else f'[{name}]'} has"
        f" {', '.join(fields)}."
    )
