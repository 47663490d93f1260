"""The command ``poruka notebooks``: puts the notebooks where the user is."""

import json
from pathlib import Path
from typing import Annotated

import typer

from poruka.cli.options import JsonOption
from poruka.cli.terminal import print_fitted
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.contained_writing import write_inside
from poruka.utils.errors import BadInput
from poruka.utils.shipped_files import shipped_places

_KINDS = (".ipynb", ".py", ".md")


def notebooks_command(
    folder: Annotated[Path, typer.Argument(help="Where they are put.")] = Path("notebooks"),
    as_json: JsonOption = False,
) -> None:
    """Put the notebooks of the package into a folder of yours; files there are never replaced."""
    source = next((place for place in shipped_places("notebooks") if place.is_dir()), None)
    if source is None:
        raise BadInput("this installation has no notebooks; install poruka again.")
    files = sorted(path for path in source.iterdir() if path.suffix in _KINDS)
    target = create_results_folder(folder)
    if target.resolve() == source.resolve():
        raise BadInput(f"{folder} is where the notebooks of the package lie; give another folder.")
    if taken := [path.name for path in files if (target / path.name).exists()]:
        raise BadInput(
            f"{folder} holds {taken[0]} already, which is not replaced; give another folder."
        )
    for path in files:
        write_inside(target, path.name, content=path.read_bytes())
    if as_json:
        print(json.dumps({"folder": str(folder), "files": [path.name for path in files]}))
        return
    count = sum(path.suffix == ".ipynb" for path in files)
    print_fitted(
        f"{count} notebooks are in {folder}; `pip install 'poruka[notebooks,analysis,calibration]'`"
        f" and then `jupyter lab {folder}` open them. Begin with the first."
    )


def register_notebooks_command(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("notebooks")(notebooks_command)
