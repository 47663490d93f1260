"""Commands that compare countries by their start values, and the registration of all."""

from pathlib import Path
from typing import Annotated, Any

import typer

from poruka.cli.crossing import crossing_command
from poruka.cli.groups import groups_command
from poruka.cli.options import FirstScenarioArgument, JsonOption, SecondScenarioArgument, SeedOption
from poruka.cli.terminal import print_wrapped, progress_printer
from poruka.scenario.scenario import load
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.contained_writing import write_inside
from poruka.utils.coverage import Coverage, format_coverage, table_coverage


def _format_number(value: float, sign: str = "") -> str:
    """Return a number with the decimals that a narrow table has room for."""
    return f"{value:{sign}.3f}" if abs(value) < 10.0 else f"{value:{sign}.1f}"


def swap_command(
    first_scenario: FirstScenarioArgument = "kazakhstan",
    second_scenario: SecondScenarioArgument = "russia",
    worlds: Annotated[
        int, typer.Option("-n", "--worlds", min=2, max=5000, help="Number of worlds of each arm.")
    ] = 60,
    seed: SeedOption = 1917,
    quantities: Annotated[
        list[str] | None, typer.Option("--quantity", help="A quantity to compare; may be repeated.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only", help="A page of start values such as society, or one value; may be repeated."
        ),
    ] = None,
    top: Annotated[
        int, typer.Option("--top", min=1, help="Rows of each table on the terminal.")
    ] = 8,
    out: Annotated[Path, typer.Option("--out", help="Folder for the table and the figure.")] = Path(
        "runs/swap"
    ),
    as_json: JsonOption = False,
) -> None:
    """Swap the start values of two countries one at a time, and show how much of their difference
    each explains.
    """
    from poruka.figures.base.drawing import save_figure
    from poruka.figures.comparisons.start_value_swaps import StartValueSwaps
    from poruka.theory.start_value_swaps import DEFAULT_SWAP_QUANTITIES, run_start_value_swaps

    table = run_start_value_swaps(
        load(first_scenario),
        load(second_scenario),
        worlds,
        seed,
        quantities or DEFAULT_SWAP_QUANTITIES,
        only or (),
        progress_printer("arm", as_json),
        quiet=as_json,
    )
    out = create_results_folder(out)
    write_inside(out, "swap.csv", content=table.to_csv(index=False))
    paths = save_figure(StartValueSwaps(table, seed), out, "swap-figure")
    if as_json:
        print(table.to_json(orient="records"))
        return
    print_swaps(table, top)
    print_wrapped(
        f"{int(table['clear'].sum())} of {len(table)} intervals exclude 0 (*); about"
        f" {0.05 * len(table):.0f} would by chance."
        f" {_format_pairs(table_coverage(table))}, seed {seed}."
        f" All swaps in {out / 'swap.csv'}, figure {paths[0]}"
    )


def _format_pairs(coverage: Coverage) -> str:
    """Return the number of pairs of each swap, of the poorest where worlds failed."""
    count = format_coverage(*coverage, "pair of worlds", "pairs of worlds")
    return f"{count} each" if coverage.is_complete else f"At the least {count}"


def print_swaps(table: Any, top: int) -> None:
    """Print for each quantity the swaps that change it most."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    from poruka.figures.comparisons.start_value_swaps import QUANTITY_LABELS

    console = Console()
    left_columns = ("start value", "put into")
    for quantity, rows in table.groupby("quantity", sort=False):
        shown = Table(
            title=f"{QUANTITY_LABELS.get(str(quantity), quantity)}: what a swap changes",
            box=SIMPLE,
            title_justify="left",
            padding=0,
            show_edge=False,
        )
        for column in (*left_columns, "before", "after", "change ± 95 %", "of gap"):
            justify: Any = "left" if column in left_columns else "right"
            shown.add_column(column, justify=justify, no_wrap=column != "put into")
        for row in rows.head(top).itertuples():
            star = " *" if row.clear else ""
            change = f"{_format_number(row.effect, '+')} ± {_format_number(row.high - row.effect)}"
            shown.add_row(
                str(row.key),
                str(row.into),
                _format_number(row.base),
                _format_number(row.swapped),
                change + star,
                "–" if row.closes != row.closes else f"{row.closes:+.0%}",
            )
        console.print(shown)


def register_country_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("crossing")(crossing_command)
    app.command("swap")(swap_command)
    app.command("groups")(groups_command)
