"""Experiments as data: where their files lie, and one way to read and check them."""

import tomllib
from importlib import resources
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from ..errors import BadInput

Shape = TypeVar("Shape", bound=BaseModel)


class Strict(BaseModel):
    """A table of a data file: nothing undeclared, nothing changed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def folders(question: str) -> list[Path]:
    """Return where the files of a question lie: here, in the source checkout, in the installed package.

    Examples
    --------
    >>> [path.name for path in folders("theses")]
    ['theses', 'theses', 'theses']
    """
    package = Path(str(resources.files("poruka")))
    return [top / "experiments" / question for top in (Path(), package.parent.parent, package)]


def parse(path: Path, shape: type[Shape], what: str, entry: str, allowed: type[BaseModel]) -> Shape:
    """Return the contents of a file in their declared shape.

    Parameters
    ----------
    path : Path
    shape : type
        What the whole file holds.
    what, entry : str
        What the file is and what one entry of it is called, for the message.
    allowed : type
        The shape whose fields an entry may have.

    Raises
    ------
    BadInput
        Naming the file, the first thing that is wrong and what is allowed.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"{path} cannot be read as {what}: {error}; mend it.") from None
    try:
        return shape.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{path}: {place}: {first['msg']}; {entry} has {', '.join(allowed.model_fields)}.") from None
