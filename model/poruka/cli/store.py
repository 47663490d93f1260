"""Commands on runs that are stored on disk: resume, verify, merge, sql."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from poruka.cli.options import (
    ClusterOption,
    JsonOption,
    PartialOption,
    ProcessesOption,
    RunArgument,
    ThreadsOption,
    TrustedOption,
    open_run_to_read,
)
from poruka.cli.run_report import report_run
from poruka.cli.terminal import print_fitted
from poruka.utils.errors import RunStopped


def resume_command(
    run: RunArgument,
    worlds: Annotated[
        int | None,
        typer.Option(
            "-n", "--worlds", help="Worlds the run is to have in all, to add some to those it has."
        ),
    ] = None,
    threads: ThreadsOption = None,
    processes: ProcessesOption = None,
    cluster: ClusterOption = None,
    quarantined: Annotated[
        bool, typer.Option("--quarantined", help="Retry the worlds in quarantine.")
    ] = False,
    trusted: TrustedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Resume a run where it stopped, simulate again what is damaged, and add worlds with -n.

    Worlds that are added are those of a run begun with the larger number.
    """
    from poruka.runs.open_run import resume_run

    stored = resume_run(
        run,
        threads,
        processes,
        cluster,
        progress=False if as_json else None,
        quarantined=quarantined,
        trusted=trusted,
        worlds=worlds,
    )
    report_run(stored, run, as_json)


def verify_command(run: RunArgument, as_json: JsonOption = False) -> None:
    """Verify the integrity of a run (read-only): every finished world present once and unchanged.

    The worlds over the numbers, which lie in a folder inside it, are verified as well.
    Exits with 1 when it is not.
    """
    from poruka.runs.manifest import MANIFEST_FILE
    from poruka.runs.verify import verify_run
    from poruka.simulation.run_spec import OVER_NUMBERS_FOLDER
    from poruka.utils.contained_files import is_regular_file

    verifications = {"": verify_run(run)}
    if is_regular_file(run, f"{OVER_NUMBERS_FOLDER}/{MANIFEST_FILE}"):
        verifications[OVER_NUMBERS_FOLDER] = verify_run(run / OVER_NUMBERS_FOLDER)
    if as_json:
        facts, *further = (found.to_dict() for found in verifications.values())
        print(json.dumps(facts | ({"over_numbers": further[0]} if further else {})))
    else:
        for name, found in verifications.items():
            print_fitted((f"{name}: " if name else "") + found.format_report())
    if not all(found.is_valid for found in verifications.values()):
        raise typer.Exit(1)


def merge_command(
    out: Annotated[Path, typer.Argument(help="Folder that is to hold the whole run.")],
    parts: Annotated[
        list[Path] | None, typer.Argument(help="Folders of its parts; by default those inside OUT.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Merge the parts of a run that `run --shard i/n` simulated."""
    from poruka.runs.merge import merge_parts

    merged = merge_parts(out, parts or [])
    if as_json:
        print(json.dumps(merged))
    else:
        print_fitted(
            f"{out} holds {merged['whole']} of {merged['worlds']} worlds,"
            f" {merged['taken']} of them new"
        )
        for item in merged["damaged"]:
            print_fitted(f"not merged: {item}")
    if merged["whole"] < merged["worlds"]:
        incomplete = (
            f" Incomplete parts: --shard {', '.join(merged['missing'])}."
            if merged["missing"]
            else ""
        )
        raise RunStopped(
            f"{merged['worlds'] - merged['whole']} worlds are missing.{incomplete} Merge again when"
            f" they are complete, or simulate them with `poruka resume {out}`."
        )


def sql_command(
    run: RunArgument,
    query: Annotated[
        str,
        typer.Argument(help='Such as "select outcome, count(*) from outcomes group by outcome".'),
    ],
    partial: PartialOption = False,
    external: Annotated[
        bool,
        typer.Option(
            "--external", help="Let the query read and write other files, too, as `copy … to` does."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Query a run in SQL: its tables are outcomes, series, events and failures."""
    frame = open_run_to_read(run, partial).query(query, external)
    if as_json:
        print(frame.to_json(orient="records", date_format="iso"))
        return
    print_rows(frame)


def _format_cell(value: Any) -> str:
    """Return a value as a table shows it; whole numbers keep all their digits, also as floats."""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 2**53 else f"{value:.6g}"
    return str(value)


def _group_columns(widths: list[int], available: int) -> list[list[int]]:
    """Return columns in groups that each fit beside the first column, at least one in each.

    Examples
    --------
    >>> _group_columns([5, 10, 10, 50], 40)
    [[0, 1, 2], [0, 3]]
    """
    border, padding = 1, 3
    groups, used = [[0][: len(widths)]], border + sum(widths[:1]) + padding
    first = used
    for place, width in enumerate(widths[1:], start=1):
        if used + width + padding > available and len(groups[-1]) > 1:
            groups.append([0])
            used = first
        groups[-1].append(place)
        used += width + padding
    return groups


def print_rows(frame: Any, max_rows: int = 200) -> None:
    """Print the rows of a query, in as many tables as the width of the terminal asks for."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    rows = [
        [_format_cell(value) for value in row]
        for row in frame.head(max_rows).itertuples(index=False)
    ]
    widths = [
        max(len(str(name)), *(len(row[place]) for row in rows), 0)
        for place, name in enumerate(frame.columns)
    ]
    for group in _group_columns(widths, console.width):
        table = Table()
        for place in group:
            is_number = frame.iloc[:, place].dtype.kind in "iuf"
            heading = Text(str(frame.columns[place]))
            table.add_column(heading, justify="right" if is_number else "left")
        for row in rows:
            table.add_row(*(Text(row[place]) for place in group))
        console.print(table)
    if len(frame) > max_rows:
        console.print(f"and {len(frame) - max_rows} more rows; --json prints all of them.")


def register_store_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("resume")(resume_command)
    app.command("verify")(verify_command)
    app.command("merge")(merge_command)
    app.command("sql")(sql_command)
