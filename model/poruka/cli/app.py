"""The command that opens the app in a browser on this machine."""

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from poruka.cli.options import SetOption, WithoutOption, load_changed_scenario
from poruka.utils.errors import BadInput
from poruka.utils.paths import absolute_path


def app_command(
    scenario: Annotated[
        str, typer.Argument(help="A scenario file, or the name of a scenario.")
    ] = "kazakhstan",
    port: Annotated[
        int,
        typer.Option(
            "--port", min=0, max=65535, help="Port on this machine; 0 takes any that is free."
        ),
    ] = 8765,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the world shown first.")] = 1,
    world: Annotated[
        int, typer.Option("--world", min=0, help="Number of the world shown first.")
    ] = 0,
    folder: Annotated[
        Path, typer.Option("--folder", help="Folder in which scenarios are saved.")
    ] = Path("."),
    changes: SetOption = None,
    without: WithoutOption = None,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Also open the page in a browser.")
    ] = False,
) -> None:
    """Simulate a world month by month in a browser, inspect it and fork it.

    The app runs on this machine only and needs no network.
    """
    from poruka.app.serve import HOST, check_libraries, open_listener, serve
    from poruka.simulation.runner import compile_rules

    check_libraries()
    chosen = load_changed_scenario(scenario, changes, without)
    folder = absolute_path(folder, "--folder", "a folder")
    if not folder.is_dir():
        raise BadInput(
            f"{folder} is no folder; give an existing one with --folder, to save scenarios in."
        )
    listener = open_listener(port)
    compile_rules(chosen)
    address = f"http://{HOST}:{listener.getsockname()[1]}"
    print(f"{chosen.title}, world {world} of seed {seed}: {address} (Ctrl-C ends it)", flush=True)
    if open_browser:
        webbrowser.open(address)
    serve(listener, scenario=chosen, seed=seed, world=world, folder=folder)
    print("ended")


def register_app_command(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("app")(app_command)
