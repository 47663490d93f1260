"""The command that writes a start file for a new country."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from poruka.scenario.codebook import read_codebook
from poruka.scenario.template import choose_output_path, format_country_template
from poruka.utils.errors import BadInput


def new_command(
    name: Annotated[
        str, typer.Argument(help="Name of the country in small letters, such as latvia.")
    ],
    extends: Annotated[
        str,
        typer.Option("--extends", help="The scenario that holds what is not the country's own."),
    ] = "soviet_republic",
    start: Annotated[
        str | None, typer.Option("--start", help="First month, such as 1990-06.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="The file to write; scenarios/NAME.toml without it."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Write a start file for a new country, with all that has to be looked up, to be filled in."""
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
    print(
        f"{path} is written: {len(read_codebook())} start values to be looked up, by"
        f" scenarios/README.md. `poruka check {path}` says what is still blank."
    )


def register_new_command(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("new")(new_command)
