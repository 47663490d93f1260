"""Commands on counterfactuals: list the divergence paths, run them and test their expectations."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from poruka.cli.options import DrawsOption, JsonOption, SeedOption
from poruka.cli.terminal import longest_word, print_fitted, progress_printer
from poruka.scenario.display import numbers_sentence
from poruka.simulation.number_design import OWN_DRAWS
from poruka.simulation.over_numbers import NOT_PLAYED
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.contained_writing import write_inside

counterfactuals_app = typer.Typer(
    help="Divergence paths: counterfactual histories, with what is expected of each.",
    invoke_without_command=True,
)


@counterfactuals_app.callback()
def list_counterfactuals_command(
    context: typer.Context,
    as_json: JsonOption = False,
    page: Annotated[
        bool,
        typer.Option(
            "--page",
            help="Also write their README again from the stored results, without simulations.",
        ),
    ] = False,
) -> None:
    """List all paths with their claims and, where they have been run, the verdicts."""
    if context.invoked_subcommand is not None:
        return
    from poruka.theory.counterfactuals.readme import write_results
    from poruka.theory.counterfactuals.results import (
        find_stale_counterfactuals,
        read_over_numbers,
        read_results,
    )
    from poruka.theory.counterfactuals.specification import (
        counterfactuals_folder,
        load_counterfactuals,
    )

    folder = counterfactuals_folder()
    counterfactuals, table = load_counterfactuals(folder), read_results(folder)
    stale = find_stale_counterfactuals(table, counterfactuals)
    if page:
        known = table[table["id"].isin(counterfactuals)]
        write_results(known, counterfactuals, folder, read_over_numbers(folder))
    rows = [
        {
            "id": id,
            "family": counterfactual.entry.family,
            "title": counterfactual.scenario.title,
            "claim": " ".join(counterfactual.entry.claim.split()),
            "locator": counterfactual.entry.locator,
            "against": counterfactual.baseline.name,
            "verdicts": table.loc[table["id"] == id, "verdict"].tolist(),
            "current": id not in stale,
        }
        for id, counterfactual in counterfactuals.items()
    ]
    if as_json:
        print(json.dumps(rows))
        return
    family = ""
    for row in rows:
        if row["family"] != family:
            family = row["family"]
            print_fitted(f"\n{family}")
        verdicts = ", ".join(row["verdicts"]) or "not run yet"
        outdated = " (of an earlier version)" if row["verdicts"] and not row["current"] else ""
        print_fitted(f"  {row['id']:<4} {row['title']}\n       {row['claim']}")
        print_fitted(f"       against {row['against']}: {verdicts}{outdated}")
    print_fitted(
        f"\n{len(rows)} paths. `poruka paths run C11` runs one, `poruka paths run crowds` a family;"
        f" {folder / 'README.md'} explains how to write and combine them."
    )


@counterfactuals_app.command("run")
def run_counterfactuals_command(
    ids: Annotated[
        list[str] | None,
        typer.Argument(help="Paths such as C11, or families such as crowds; all by default."),
    ] = None,
    worlds: Annotated[
        int,
        typer.Option("-n", "--worlds", min=2, max=5000, help="Number of worlds of each history."),
    ] = 200,
    seed: SeedOption = 1,
    draws: DrawsOption = OWN_DRAWS,
    out: Annotated[Path, typer.Option("--out", help="Folder for the page and its figure.")] = Path(
        "runs/paths"
    ),
    write: Annotated[
        bool,
        typer.Option("--write", help="Also update answers.csv and README.md beside the paths."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Run paths and the histories they diverge from under one seed, and test what was expected of
    each.
    """
    from poruka.reports.counterfactuals_page import write_counterfactuals_page
    from poruka.simulation.number_design import own_design, parse_number_design
    from poruka.theory.counterfactuals.over_numbers import run_counterfactuals_over_numbers
    from poruka.theory.counterfactuals.readme import write_results
    from poruka.theory.counterfactuals.results import (
        build_results_table,
        coverage_notes,
        merge_over_numbers,
        merge_results,
        read_over_numbers,
        read_results,
    )
    from poruka.theory.counterfactuals.run import run_counterfactuals
    from poruka.theory.counterfactuals.specification import (
        counterfactuals_folder,
        load_counterfactuals,
        select_counterfactuals,
    )

    folder = counterfactuals_folder()
    counterfactuals = load_counterfactuals(folder)
    # A misspelt path is refused before a folder is made.
    selected = select_counterfactuals(list(ids or ()), counterfactuals)
    first = next(iter(selected.values())).scenario
    design = own_design(first, worlds) if draws == OWN_DRAWS else parse_number_design(draws)
    out = create_results_folder(out)
    progress = progress_printer("history", as_json)
    table = build_results_table(
        run_counterfactuals(selected, worlds, seed, progress, quiet=as_json)
    )
    over = None
    if design is not None:
        over = run_counterfactuals_over_numbers(selected, design, seed, progress, quiet=as_json)
        write_inside(out, "over-numbers.csv", content=over.to_csv(index=False))
    options = f"-n {worlds} --seed {seed}" + (f" --draws {draws}" if draws != OWN_DRAWS else "")
    command = " ".join(["poruka paths run", *(ids or ()), options])
    index = write_counterfactuals_page(table, counterfactuals, out, command, over)
    written: tuple[Path, ...] = ()
    if write:
        merged = merge_results(read_results(folder), table, counterfactuals)
        drawn = merge_over_numbers(read_over_numbers(folder), over, counterfactuals)
        written = tuple(write_results(merged, counterfactuals, folder, drawn))
    if as_json:
        rows = json.loads(table.to_json(orient="records", double_precision=6))
        drawn = [None] * len(rows)
        if over is not None:
            drawn = json.loads(over.to_json(orient="records", double_precision=6))
        pairs = zip(rows, drawn, strict=True)
        print(json.dumps([row | {"over_numbers": one} for row, one in pairs]))
        return
    for said in dict.fromkeys(numbers_sentence(one.scenario) for one in selected.values()):
        print_fitted(said)
    print_path_results(table)
    _print_over_numbers(over)
    if notes := coverage_notes(table):
        print_fitted(f"worlds that failed are left out: {'; '.join(notes)}")
    counts = ", ".join(
        f"{count} {verdict}" for verdict, count in table["verdict"].value_counts().items()
    )
    updated = f"; updated {' and '.join(map(str, written))}" if written else ""
    print_fitted(f"{counts}; page {index}{updated}")


def _in_words(quantity: str) -> str:
    """Return a quantity with spaces, so that a narrow column need not break it inside a word."""
    return quantity.replace("_", " ")


def _print_rows(
    shown: Any, columns: tuple[tuple[str, Literal["left", "right"]], ...], rows: list[Any]
) -> None:
    """Print a table; where it is wider than the terminal its columns break between words only."""
    from rich.console import Console

    texts = [[name, *(row[place] for row in rows)] for place, (name, _) in enumerate(columns)]
    console = Console()
    too_wide = sum(max(map(len, column)) + 3 for column in texts) > console.width
    for (name, justify), column in zip(columns, texts, strict=True):
        # The column of quantities takes what the others leave.
        width = longest_word(column) if too_wide and name != "quantity" else None
        shown.add_column(name, justify=justify, overflow="fold", width=width)
    for row in rows:
        shown.add_row(*row)
    console.print(shown)


def print_path_results(table: Any) -> None:
    """Print what came of each expectation of the paths, one row each."""
    from rich.box import SIMPLE
    from rich.table import Table

    from poruka.theory.counterfactuals.results import format_effect_number, format_interval

    shown = Table(box=SIMPLE, pad_edge=False)
    columns: tuple[tuple[str, Literal["left", "right"]], ...] = (
        ("path", "left"),
        ("quantity", "left"),
        ("expected", "left"),
        ("baseline", "right"),
        ("on the path", "right"),
        ("difference (95 %)", "right"),
        ("verdict", "left"),
    )
    rows = [
        (
            row["id"],
            _in_words(row["quantity"]),
            row["said"],
            format_effect_number(row["there"]),
            format_effect_number(row["here"]),
            format_interval(row),
            row["verdict"],
        )
        for _, row in table.iterrows()
    ]
    _print_rows(shown, columns, rows)


def _print_over_numbers(over: Any) -> None:
    """Print the differences over the numbers, or that they were not played."""
    if over is None:
        print_fitted(NOT_PLAYED)
        return
    from rich.box import SIMPLE
    from rich.table import Table

    from poruka.theory.counterfactuals.results import format_drawn_difference

    shown = Table(box=SIMPLE, pad_edge=False, title="Over the numbers", title_justify="left")
    names = ("path", "quantity", "expected", "difference (95 % of draws)", "verdict")
    rows = [
        (
            row["id"],
            _in_words(row["quantity"]),
            row["said"],
            format_drawn_difference(row),
            row["verdict"],
        )
        for _, row in over.iterrows()
    ]
    _print_rows(shown, tuple((name, "left") for name in names), rows)
    for coverage in over["coverage"].unique():
        print_fitted(f"over the numbers: {coverage}")
