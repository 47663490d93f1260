"""The command that opens the app in a browser on this machine."""

from pathlib import Path
from typing import Annotated

import typer

from poruka.cli.options import SetOption, WithoutOption, _load_scenario


def app_command(
    scenario: Annotated[
        str, typer.Argument(help="A scenario file, or the name of one.")
    ] = "kazakhstan",
    port: Annotated[
        int,
        typer.Option(
            "--port", min=0, max=65535, help="Where to listen on this machine; 0 takes a free port."
        ),
    ] = 8765,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the world shown first.")] = 1,
    world: Annotated[int, typer.Option("--world", min=0, help="Its number.")] = 0,
    folder: Annotated[Path, typer.Option("--folder", help="Where scenarios are saved.")] = Path(
        "."
    ),
    changes: SetOption = None,
    without: WithoutOption = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open a browser too.")] = False,
) -> None:
    """Play a world month by month in a browser, look into it, branch it; on this machine only,
    without a network.
    """
    from poruka.app.serve import HOST, check_libraries, serve, take_port
    from poruka.simulation.runner import compile_rules
    from poruka.utils.errors import BadInput

    check_libraries()
    found = _load_scenario(scenario, changes, without)
    if not folder.is_dir():
        raise BadInput(
            f"{folder} is no folder; give an existing one with --folder, to save scenarios in."
        )
    place = take_port(port)
    compile_rules(found)
    address = f"http://{HOST}:{place.getsockname()[1]}"
    print(f"{found.title}, world {world} of seed {seed}: {address} (Ctrl-C ends it)", flush=True)
    if open_browser:
        import webbrowser

        webbrowser.open(address)
    serve(place, scenario=found, seed=seed, world=world, folder=folder)
    print("ended")


def register_app_command(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("app")(app_command)
