"""Commands on runs that lie on disk: resume, verify, merge, sql."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from poruka.utils.errors import RunStopped

Json = Annotated[bool, typer.Option("--json", help="For machines.")]
RunArgument = Annotated[Path, typer.Argument(help="Folder of a run.")]
ThreadsOption = Annotated[
    int | None, typer.Option("--threads", min=1, help="Processors to use; all by default.")
]
ProcessesOption = Annotated[
    int | None,
    typer.Option(
        "--processes",
        min=0,
        help="Worker processes, 0 for threads only; chosen for the machine by default.",
    ),
]
ClusterOption = Annotated[
    str | None,
    typer.Option("--cluster", help="Address of a dask scheduler, or its scheduler file."),
]


def resume_command(
    run: RunArgument,
    threads: ThreadsOption = None,
    processes: ProcessesOption = None,
    cluster: ClusterOption = None,
    quarantined: Annotated[
        bool, typer.Option("--quarantined", help="Try worlds in quarantine again.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Go on with a run where it stopped, and play again what is damaged."""
    from poruka.cli.summary import report_run
    from poruka.runs.store import resume_run

    done = resume_run(
        run,
        threads,
        processes,
        cluster,
        progress=False if as_json else None,
        quarantined=quarantined,
    )
    report_run(done, run, as_json)


def verify_command(run: RunArgument, as_json: Json = False) -> None:
    """Look a run over: is everything that was finished there, unchanged and once? Nothing is
    written.
    """
    from poruka.runs.verify import verify_run

    found = verify_run(run)
    print(json.dumps(found.to_dict()) if as_json else found.format_report())
    if not found.is_valid:
        raise typer.Exit(1)


def merge_command(
    out: Annotated[Path, typer.Argument(help="Folder that is to hold the whole run.")],
    parts: Annotated[
        list[Path] | None, typer.Argument(help="Folders of its parts; those inside OUT by default.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Put the parts of a run together that `run --shard i/n` played."""
    from poruka.runs.merge import merge_parts

    found = merge_parts(out, parts or [])
    if as_json:
        print(json.dumps(found))
    else:
        print(
            f"{out} holds {found['whole']} of {found['worlds']} worlds, {found['taken']} of"
            " them new"
        )
        for one in found["damaged"]:
            print(f"not taken: {one}")
    if found["whole"] < found["worlds"]:
        missing = (
            f" Parts that are not whole: --shard {', '.join(found['missing'])}."
            if found["missing"]
            else ""
        )
        raise RunStopped(
            f"{found['worlds'] - found['whole']} worlds are missing.{missing} Merge again when they"
            f" are there, or play them with `poruka resume {out}`."
        )


def sql_command(
    run: RunArgument,
    query: Annotated[
        str,
        typer.Argument(help='Such as "select outcome, count(*) from outcomes group by outcome".'),
    ],
    as_json: Json = False,
) -> None:
    """Ask a run in SQL about its tables outcomes, series, events and failures."""
    from poruka.runs.stored_run import open_run

    answer = open_run(run).query(query)
    if as_json:
        print(answer.to_json(orient="records", date_format="iso"))
        return
    _print_table(answer)


def _format_cell(value: Any) -> str:
    """Return a value as it stands in a table; whole numbers keep all their figures, whatever they
    are kept as.
    """
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 2**53 else f"{value:.6g}"
    return str(value)


def _print_table(frame: Any, max_rows: int = 200) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for column in frame.columns:
        table.add_column(
            str(column), justify="right" if frame[column].dtype.kind in "iuf" else "left"
        )
    for row in frame.head(max_rows).itertuples(index=False):
        table.add_row(*(_format_cell(value) for value in row))
    console = Console()
    console.print(table)
    if len(frame) > max_rows:
        console.print(f"and {len(frame) - max_rows} more rows; --json gives them all.")


def register_store_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("resume")(resume_command)
    app.command("verify")(verify_command)
    app.command("merge")(merge_command)
    app.command("sql")(sql_command)
