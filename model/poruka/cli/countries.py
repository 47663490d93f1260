"""Commands that compare countries: crossing, swap, groups."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from poruka.cli.options import JsonOption, SeedOption
from poruka.cli.terminal import print_wrapped, progress_printer
from poruka.scenario.scenario import load
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.contained_writing import write_inside
from poruka.utils.coverage import Coverage, format_coverage, table_coverage

FirstScenarioArgument = Annotated[str, typer.Argument(help="The first scenario.")]
SecondScenarioArgument = Annotated[str, typer.Argument(help="The second scenario.")]


def _format_number(value: float, sign: str = "") -> str:
    """Return a number with the decimals that a narrow table has room for."""
    return f"{value:{sign}.3f}" if abs(value) < 10.0 else f"{value:{sign}.1f}"


def crossing_command(
    first_scenario: FirstScenarioArgument = "kazakhstan",
    second_scenario: SecondScenarioArgument = "russia",
    worlds: Annotated[
        int,
        typer.Option("-n", "--worlds", min=2, max=5000, help="Number of worlds of each country."),
    ] = 300,
    seed: SeedOption = 1,
    out: Annotated[Path, typer.Option("--out", help="Folder for the figure and its data.")] = Path(
        "runs/crossing"
    ),
    as_json: JsonOption = False,
) -> None:
    """Compare the control of two rulers: when each has most, and when the second overtakes the
    first.
    """
    from poruka.api import simulate
    from poruka.figures.base.drawing import save_figure
    from poruka.figures.comparisons.crossing import APOGEE_YEARS, ControlCrossing
    from poruka.simulation.run_spec import RunSpec
    from poruka.simulation.runner import compile_rules

    scenarios = [load(first_scenario), load(second_scenario)]
    for scenario in scenarios:
        RunSpec.build(scenario, worlds=worlds, seed=seed, record="series")
    out = create_results_folder(out)
    compile_rules(scenarios[0], quiet=as_json)
    progress = False if as_json else None
    drawing = ControlCrossing(
        *(
            simulate(scenario, worlds=worlds, seed=seed, record="series", progress=progress)
            for scenario in scenarios
        )
    )
    figure, _, numbers = save_figure(drawing, out, "crossing")
    result = drawing.result
    if as_json:
        print(json.dumps(_crossing_to_dict(result, seed)))
        return
    for apogee in result.apogees:
        print(
            f"{apogee.name}: control highest in {apogee.median_date} (median of"
            f" {_format_apogee_worlds(apogee)}); {apogee.share_in_apogee_years:.1%} of worlds have"
            f" their apogee in {APOGEE_YEARS[0][:4]}-{APOGEE_YEARS[1][:4]},"
            f" {apogee.share_in_last_year:.1%} in the last year"
        )
    print(
        f"the medians cross for the last time in {result.crossing_date}"
        if result.crossing_date
        else "the medians do not cross"
    )
    first, second = (apogee.name for apogee in result.apogees)
    print(
        f"{result.crossed_share:.1%} of"
        f" {format_coverage(*result.pair_coverage, 'pair of worlds', 'pairs of worlds')}"
        f" ({result.low:.1%} to {result.high:.1%}): {second} below {first} at {first}'s apogee and"
        " above it at the end"
    )
    print(f"figure {figure}, numbers {numbers}")


def _format_apogee_worlds(apogee: Any) -> str:
    failed = apogee.requested_worlds - apogee.worlds
    return format_coverage(apogee.worlds, apogee.requested_worlds, failed)


def _crossing_to_dict(result: Any, seed: int) -> dict[str, Any]:
    return {
        "apogees": [
            {
                "name": apogee.name,
                "median": apogee.median_date,
                "in_height": apogee.share_in_apogee_years,
                "in_last_year": apogee.share_in_last_year,
                "worlds": apogee.requested_worlds,
                "available": apogee.worlds,
                "failed": apogee.requested_worlds - apogee.worlds,
            }
            for apogee in result.apogees
        ],
        "crossing": result.crossing_date,
        "crossed": result.crossed_share,
        "low": result.low,
        "high": result.high,
        "pairs": result.pair_count,
        "requested_pairs": result.requested_pairs,
        "seed": seed,
    }


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
    _print_swaps(table, top)
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


def _print_swaps(table: Any, top: int) -> None:
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


def groups_command(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Scenarios or files; by default the countries the chapter groups."),
    ] = None,
    worlds: Annotated[
        int,
        typer.Option("-n", "--worlds", min=1, max=5000, help="Number of worlds of each country."),
    ] = 200,
    seed: SeedOption = 1,
    as_json: JsonOption = False,
) -> None:
    """Simulate countries from their own start values and show which of the three groups they fall
    into, beside the chapter's.
    """
    from poruka.simulation.run_spec import RunSpec
    from poruka.simulation.runner import compile_rules
    from poruka.theory.classification import classify_countries, confusion_matrix

    for name in names or ():
        RunSpec.build(name, worlds=worlds, seed=seed)
    compile_rules(load((names or ["kazakhstan"])[0]), quiet=as_json)
    countries = classify_countries(names, worlds, seed, progress_printer("country", as_json))
    confusion = confusion_matrix(countries)
    if as_json:
        print(
            json.dumps(
                {
                    "seed": seed,
                    "countries": json.loads(countries.to_json(orient="records")),
                    "confusion": json.loads(confusion.to_json(orient="index")),
                }
            )
        )
        return
    _print_groups(countries, confusion, f"{worlds} worlds each, seed {seed}")


def _print_groups(countries: Any, confusion: Any, size: str) -> None:
    """Print the groups of the countries, then where the worlds of each expected group end."""
    from rich.console import Console
    from rich.table import Table

    from poruka.theory.classification import COUNTRY_GROUPS, GROUP_MEANINGS

    console = Console()
    group_columns = [f"group {group}" for group in COUNTRY_GROUPS]
    table = Table(
        title=f"Groups of countries ({size}); * where most worlds are in the chapter's group"
    )
    for column in ("country", "chapter", *group_columns, "war", "changes by vote"):
        table.add_column(column, justify="left" if column == "country" else "right")
    for country in countries.to_dict("records"):
        has_group = country["expected"] == country["expected"]
        star = " *" if country["expected"] == country["modal"] else ""
        count = Coverage(country["worlds"], country["requested"])
        count = count._replace(failed=count.requested - count.available)
        table.add_row(
            country["country"] + ("" if count.is_complete else f" ({count})"),
            f"{country['expected']:.0f}{star}" if has_group else "-",
            *(
                f"{country[f'group_{group}']:.0%}"
                f" ({country[f'low_{group}']:.0%}–{country[f'high_{group}']:.0%})"
                for group in COUNTRY_GROUPS
            ),
            f"{country['wars']:.0%}",
            f"{country['rotations']:.2f}",
        )
    console.print(table)
    console.print("; ".join(f"{group}: {meaning}" for group, meaning in GROUP_MEANINGS.items()))
    if not len(confusion):
        return
    table = Table(
        title="Where the worlds of each expected group end (mean share over its countries)"
    )
    for column in ("the chapter's group", *group_columns):
        table.add_column(column, justify="right")
    for group, shares in confusion.iterrows():
        table.add_row(str(group), *(f"{share:.0%}" for share in shares))
    console.print(table)


def register_country_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("crossing")(crossing_command)
    app.command("swap")(swap_command)
    app.command("groups")(groups_command)
