"""The command that writes a scenario file for a new country."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from poruka.cli.options import JsonOption
from poruka.cli.terminal import print_fitted
from poruka.scenario.codebook import read_codebook
from poruka.scenario.template import choose_output_path, format_country_template
from poruka.utils.errors import BadInput


def new_command(
    name: Annotated[
        str, typer.Argument(help="Name of the country in small letters, such as latvia.")
    ],
    extends: Annotated[
        str, typer.Option("--extends", help="The scenario that supplies what the country shares.")
    ] = "soviet_republic",
    start: Annotated[
        str | None, typer.Option("--start", help="First month, such as 1990-06.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="The file to write; scenarios/NAME.toml by default."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a scenario file for a new country, with every start value that has to be looked up."""
    text = format_country_template(name, extends, start)
    path = choose_output_path(name, out)
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise BadInput(
            f"{path} cannot be written ({error.strerror}); choose another place with --out."
        ) from None
    facts: dict[str, Any] = {
        "file": str(path),
        "extends": extends,
        "start_values": len(read_codebook()),
        "lines": len(text.splitlines()),
    }
    if as_json:
        print(json.dumps(facts))
        return
    print_fitted(
        f"{path} is written, with {facts['start_values']} start values to be looked up as"
        f" scenarios/README.md explains. `poruka check {path}` lists those still missing."
    )


def register_new_command(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("new")(new_command)
