"""Paths as a user gives them: expanded and made absolute once, so that they mean the same folder
for as long as they are used.
"""

import os
from pathlib import Path
from typing import Any

from poruka.utils.errors import BadInput


def absolute_path(value: Any, name: str = "path", target: str = "a file or folder") -> Path:
    """Return a path with its ``~`` expanded, counted from the folder that is current now.

    Links in it are left as they are: whoever gives a path chooses them.

    Parameters
    ----------
    value : str or path
        The path as the user gave it.
    name, target : str
        The argument it was given for and what it should lead to, for messages.

    Raises
    ------
    BadInput
        When it is no path, is empty, or its beginning cannot be expanded.

    Examples
    --------
    >>> absolute_path("runs/big") == Path.cwd() / "runs/big"
    True
    >>> absolute_path("", "out", "a folder")
    Traceback (most recent call last):
    poruka.utils.errors.BadInput: out is ''; give the path of a folder.
    """
    text = os.fspath(value) if isinstance(value, (str, os.PathLike)) else None
    # An empty text would be the current folder: it is what a variable without a value leaves.
    if not isinstance(text, str) or not text.strip() or "\0" in text:
        raise BadInput(f"{name} is {value!r}; give the path of {target}.")
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError:
        raise BadInput(
            f"{name} is {text!r}, and there is no home folder for {Path(text).parts[0]!r}; write"
            " the path out."
        ) from None
    except OSError as error:
        raise BadInput(
            f"{name} is {text!r}, and the current folder is not known ({error.strerror}); give a"
            " path that begins at the root, or change to a folder that exists."
        ) from None


def address_or_path(value: Any, name: str) -> str:
    """Return a network address as it is, and the path of a file that exists in its absolute form.

    Examples
    --------
    >>> address_or_path("tcp://host:8786", "cluster")
    'tcp://host:8786'
    """
    if "://" in str(value):
        return str(value)
    path = absolute_path(value, name, "an address or a file")
    return str(path if path.is_file() else value)
