"""Commands on paths not taken: what there is, and what comes of each."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from poruka.cli.countries import _teller
from poruka.cli.options import Json

app = typer.Typer(
    help=(
        "Paths not taken: histories that leave their parent at some point, with what is expected of"
        " each."
    ),
    invoke_without_command=True,
)


@app.callback()
def list_command(
    context: typer.Context,
    as_json: Json = False,
    page: Annotated[
        bool,
        typer.Option(
            "--page", help="Also set their README anew from the answers there, without playing."
        ),
    ] = False,
) -> None:
    """List all paths with their claim and, where they have been run, how each expectation fared."""
    if context.invoked_subcommand is not None:
        return
    from poruka.theory.counterfactuals.results import read_answers, stale, write_answers
    from poruka.theory.counterfactuals.specification import paths, paths_folder

    folder = paths_folder()
    known, table = paths(folder), read_answers(folder)
    old = stale(table, known)
    if page:
        write_answers(table[table["id"].isin(known)], known, folder)
    if as_json:
        rows = [
            {
                "id": id,
                "family": one.entry.family,
                "title": one.scenario.title,
                "claim": " ".join(one.entry.claim.split()),
                "locator": one.entry.locator,
                "against": one.against.name,
                "verdicts": table.loc[table["id"] == id, "verdict"].tolist(),
                "current": id not in old,
            }
            for id, one in known.items()
        ]
        print(json.dumps(rows))
        return
    family = ""
    for id, one in known.items():
        if one.entry.family != family:
            family = one.entry.family
            print(f"\n{family}")
        verdicts = ", ".join(table.loc[table["id"] == id, "verdict"]) or "not run yet"
        print(
            f"  {id:<4} {one.scenario.title}\n       {' '.join(one.entry.claim.split())}\n      "
            f" against {one.against.name}: {verdicts}"
            + (" (for another version of it)" if id in old and (table["id"] == id).any() else "")
        )
    print(
        f"\n{len(known)} paths. `poruka paths run C11` plays one, `poruka paths run crowds` a"
        f" family; {folder / 'README.md'} says how to write and combine them."
    )


@app.command("run")
def run_command(
    ids: Annotated[
        list[str] | None,
        typer.Argument(help="Paths such as C11, or families such as crowds; all without any."),
    ] = None,
    worlds: Annotated[
        int, typer.Option("-n", "--worlds", min=2, max=5000, help="Worlds of each history.")
    ] = 200,
    seed: Annotated[
        int,
        typer.Option(
            "--seed", min=0, help="Seed of all worlds; world k of a seed is always the same."
        ),
    ] = 1,
    out: Annotated[Path, typer.Option("--out", help="Folder for the page and its figure.")] = Path(
        "runs/paths"
    ),
    write: Annotated[
        bool, typer.Option("--write", help="Also renew answers.csv and README.md beside the paths.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Play paths and the histories they leave under one seed, and judge what was
    expected of each.
    """
    from poruka.reports.counterfactuals_page import write_page
    from poruka.theory.counterfactuals.results import (
        answer_frame,
        merged,
        read_answers,
        write_answers,
    )
    from poruka.theory.counterfactuals.run import run_paths
    from poruka.theory.counterfactuals.specification import chosen_paths, paths, paths_folder
    from poruka.utils.atomic_files import results_folder

    folder = paths_folder()
    known = paths(folder)
    wanted = chosen_paths(
        list(ids or ()), known
    )  # a misspelt path is refused before a folder is made
    results_folder(out)
    table = answer_frame(
        run_paths(wanted, worlds, seed, _teller("history", as_json), quiet=as_json)
    )
    command = f"poruka paths run {' '.join(ids or ())} -n {worlds} --seed {seed}".replace("  ", " ")
    index = write_page(table, known, out, command)
    written = (
        write_answers(merged(read_answers(folder), table, known), known, folder) if write else ()
    )
    if as_json:
        print(table.to_json(orient="records", double_precision=6))
        return
    _print(table)
    counts = ", ".join(
        f"{count} {verdict}" for verdict, count in table["verdict"].value_counts().items()
    )
    print(
        f"{counts}; page {index}"
        + (f"; renewed {' and '.join(map(str, written))}" if written else "")
    )


def _print(table: Any) -> None:
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    from poruka.theory.counterfactuals.results import interval, number

    shown = Table(box=SIMPLE, pad_edge=False)
    for column, how in (
        ("path", "left"),
        ("asked", "left"),
        ("expected", "left"),
        ("there", "right"),
        ("here", "right"),
        ("difference (95 %)", "right"),
        ("verdict", "left"),
    ):
        shown.add_column(column, justify=how, overflow="fold")  # type: ignore[arg-type]
    for _, row in table.iterrows():
        shown.add_row(
            row["id"],
            row["quantity"],
            row["said"],
            number(row["there"]),
            number(row["here"]),
            interval(row),
            row["verdict"],
        )
    Console().print(shown)
