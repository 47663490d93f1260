"""Commands on paths not taken: what there is, and what comes of each."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from poruka.cli.countries import _progress_printer
from poruka.cli.options import JsonOption

counterfactuals_app = typer.Typer(
    help=(
        "Paths not taken: histories that leave their parent at some point, with what is expected of"
        " each."
    ),
    invoke_without_command=True,
)


@counterfactuals_app.callback()
def list_counterfactuals_command(
    context: typer.Context,
    as_json: JsonOption = False,
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
    from poruka.theory.counterfactuals.results import (
        find_stale_counterfactuals,
        read_results,
        write_results,
    )
    from poruka.theory.counterfactuals.specification import (
        counterfactuals_folder,
        load_counterfactuals,
    )

    folder = counterfactuals_folder()
    known, table = load_counterfactuals(folder), read_results(folder)
    old = find_stale_counterfactuals(table, known)
    if page:
        write_results(table[table["id"].isin(known)], known, folder)
    if as_json:
        rows = [
            {
                "id": id,
                "family": one.entry.family,
                "title": one.scenario.title,
                "claim": " ".join(one.entry.claim.split()),
                "locator": one.entry.locator,
                "against": one.baseline.name,
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
            f" against {one.baseline.name}: {verdicts}"
            + (" (for another version of it)" if id in old and (table["id"] == id).any() else "")
        )
    print(
        f"\n{len(known)} paths. `poruka paths run C11` plays one, `poruka paths run crowds` a"
        f" family; {folder / 'README.md'} says how to write and combine them."
    )


@counterfactuals_app.command("run")
def run_counterfactuals_command(
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
        bool,
        typer.Option(
            "--write", help="Also renew answers.csv and README.md beside the load_counterfactuals."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Play paths and the histories they leave under one seed, and judge what was
    expected of each.
    """
    from poruka.reports.counterfactuals_page import write_counterfactuals_page
    from poruka.theory.counterfactuals.results import (
        build_results_table,
        merge_results,
        read_results,
        write_results,
    )
    from poruka.theory.counterfactuals.run import run_counterfactuals
    from poruka.theory.counterfactuals.specification import (
        counterfactuals_folder,
        load_counterfactuals,
        select_counterfactuals,
    )
    from poruka.utils.atomic_files import create_results_folder

    folder = counterfactuals_folder()
    known = load_counterfactuals(folder)
    wanted = select_counterfactuals(
        list(ids or ()), known
    )  # a misspelt path is refused before a folder is made
    create_results_folder(out)
    table = build_results_table(
        run_counterfactuals(
            wanted, worlds, seed, _progress_printer("history", as_json), quiet=as_json
        )
    )
    command = f"poruka paths run {' '.join(ids or ())} -n {worlds} --seed {seed}".replace("  ", " ")
    index = write_counterfactuals_page(table, known, out, command)
    written = (
        write_results(merge_results(read_results(folder), table, known), known, folder)
        if write
        else ()
    )
    if as_json:
        print(table.to_json(orient="records", double_precision=6))
        return
    _print_results(table)
    counts = ", ".join(
        f"{count} {verdict}" for verdict, count in table["verdict"].value_counts().items()
    )
    print(
        f"{counts}; page {index}"
        + (f"; renewed {' and '.join(map(str, written))}" if written else "")
    )


def _print_results(table: Any) -> None:
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    from poruka.theory.counterfactuals.results import format_effect_number, format_interval

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
            format_effect_number(row["there"]),
            format_effect_number(row["here"]),
            format_interval(row),
            row["verdict"],
        )
    Console().print(shown)
