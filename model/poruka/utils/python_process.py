"""Python processes of this package: started with an explicit path, on which the current folder is
not, so that no file that happens to lie there is carried out.
"""

import contextlib
import importlib.metadata
import os
import re
import sys
import sysconfig
from functools import cache
from pathlib import Path

PACKAGE_FOLDER = Path(__file__).resolve().parent.parent
"""Folder of this package; other processes of it begin there."""
_SET_PATH = "import sys; sys.path[:] = sys.argv[1:]; del sys.argv[1:]\n"
_FOLDER_VARIABLES = ("PYTHONPATH", "PYTHONSTARTUP", "PYTHONINSPECT")


@cache
def _required_folders() -> frozenset[str]:
    """Return the folders in which this package and all that it requires are installed."""
    waiting, known, folders = ["poruka", "numpy", "numba", "duckdb", "pandas"], set(), set()
    while waiting:
        name = waiting.pop()
        if name in known:
            continue
        known.add(name)
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # not needed on this system, or installed without its description
        if name != "poruka":
            folders.add(os.path.realpath(str(distribution.locate_file(""))))
        for requirement in distribution.requires or ():
            if "extra ==" not in requirement or name == "poruka":
                waiting.append(re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower())
    return frozenset(folders)


def _standard_folders() -> list[str]:
    """Return the folders of the standard library that are on this process's path, in its order."""
    library = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib")}
    library |= {os.path.join(folder, "lib-dynload") for folder in library}
    library |= {os.path.dirname(os.__file__), os.path.join(sys.base_exec_prefix, "DLLs")}
    known = {os.path.realpath(folder) for folder in library}
    zipped = f"python{sys.version_info.major}{sys.version_info.minor}.zip"
    return [
        folder
        for folder in sys.path
        if os.path.isabs(folder)
        and (os.path.realpath(folder) in known or os.path.basename(folder) == zipped)
    ]


def _folders_of_the_user() -> set[str]:
    """Return the current folder and that of the program this process runs."""
    folders = {os.path.dirname(os.path.abspath(getattr(sys.modules["__main__"], "__file__", "x")))}
    with contextlib.suppress(OSError):  # the current folder was removed
        folders.add(os.getcwd())
    return {os.path.realpath(folder) for folder in folders}


def module_search_path() -> list[str]:
    """Return the folders in which another process of this package looks for modules.

    The standard library comes first, so that nothing can take the place of its modules, then this
    package, then what it requires. The current folder and the folder of the user's own program are
    not among them, unless the package itself lies there.

    Examples
    --------
    >>> "" in module_search_path() or "." in module_search_path()
    False
    """
    needed = _required_folders() - _folders_of_the_user()
    required = [
        folder
        for folder in sys.path
        if os.path.isabs(folder) and os.path.realpath(folder) in needed
    ]
    return list(dict.fromkeys([*_standard_folders(), str(PACKAGE_FOLDER.parent), *required]))


def python_command(program: str) -> list[str]:
    """Return the command that runs a program text in a Python process with an explicit path."""
    # -P: the current folder is not put on the path, neither before nor while the program starts.
    return [sys.executable, "-P", "-c", _SET_PATH + program, *module_search_path()]


def python_environment(**more: str) -> dict[str, str]:
    """Return the environment of such a process: this one's, without other folders of modules."""
    kept = {name: value for name, value in os.environ.items() if name not in _FOLDER_VARIABLES}
    return {**kept, **more}
