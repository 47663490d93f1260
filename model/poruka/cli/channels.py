"""The command that lists the channels of the theory and measures what they contribute: channels."""

import json
from pathlib import Path
from typing import Annotated

import typer

from poruka.cli.options import JsonOption, ScenarioArgument, SeedOption
from poruka.cli.terminal import print_fitted, progress_printer
from poruka.scenario.channel_settings import MEANS_COLUMNS, read_mean_rows
from poruka.utils.atomic_files import write_text_atomically


def channels_command(
    scenario: ScenarioArgument = "kazakhstan",
    write: Annotated[
        Path | None,
        typer.Option(
            "--write",
            help=(
                "Table of means in which the country's lines are replaced; a channel that is held"
                " gives the mean that stands there."
            ),
        ),
    ] = None,
    worlds: Annotated[
        int, typer.Option("-n", "--worlds", min=2, max=1000, help="Number of base worlds.")
    ] = 40,
    seed: SeedOption = 1,
    as_json: JsonOption = False,
) -> None:
    """List the links of the theory that can be switched off, and measure their contributions.

    Without --write they are only listed. A channel is set in a scenario by its key: channels.NAME =
    "held" or "donor".
    """
    from poruka.engine.channels import channels
    from poruka.scenario.scenario import load
    from poruka.simulation.base_worlds import measure_means
    from poruka.simulation.runner import compile_rules

    country = load(scenario)
    if write is None:
        if as_json:
            print(json.dumps([channel._asdict() for channel in channels().values()]))
            return
        for channel in channels().values():
            print_fitted(
                f"{channel.key:<34}  {channel.meaning}\n{'':<34}  {channel.rule};"
                f" {' '.join(channel.theses)}"
            )
        print_fitted(f"{len(channels())} channels; set one to 'held' or 'donor' to switch it off.")
        return
    compile_rules(country, quiet=as_json)
    means = measure_means(country, worlds, seed, progress=progress_printer("world", as_json))
    kept = _lines_of_others(write, country.country)
    lines = kept + [[*map(_format_cell, row)] for row in means.itertuples(index=False)]
    write_text_atomically(write, _format_table(lines))
    if as_json:
        print(means.to_json(orient="records"))
        return
    silent = sorted(set(channels()) - set(means["channel"]))
    print_fitted(f"{write}: {len(means)} means over {worlds} base worlds of {country.country}.")
    if silent:
        print_fitted(f"never read in these worlds, and so without a mean: {', '.join(silent)}")


def _lines_of_others(path: Path, country: str) -> list[list[str]]:
    """Return the lines of a table that belong to other countries."""
    if not path.is_file():
        return []
    others = [row for row in read_mean_rows(path) if row["country"] != country]
    return [[row[name] for name in MEANS_COLUMNS] for row in others]


def _format_cell(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _format_table(lines: list[list[str]]) -> str:
    """Return the text of a table of means, by country and channel."""
    comment = "# Means that held channels give; written by `poruka channels COUNTRY --write FILE`."
    return "\n".join([comment, ",".join(MEANS_COLUMNS), *map(",".join, sorted(lines))]) + "\n"


def register_channels_command(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("channels")(channels_command)
