"""Commands that set countries side by side, keep the books of a result, and switch mechanisms off:
crossing, swap, groups, ledger, knockout.
"""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from poruka.cli.options import JsonOption, SetOption, WithoutOption, _load_scenario

NonNegativeSeedOption = Annotated[
    int,
    typer.Option("--seed", min=0, help="Seed of all worlds; world k of a seed is always the same."),
]


def _progress_printer(label: str, quiet: bool) -> Any:
    """Return what says on a terminal how many arms are played."""
    if quiet or not sys.stderr.isatty():
        return None
    return lambda done, total: print(
        f"{label} {done} of {total}",
        end="\n" if done == total else "\r",
        file=sys.stderr,
        flush=True,
    )


def _format_number(value: float, sign: str = "") -> str:
    """Return a number as short as a narrow table wants it."""
    return f"{value:{sign}.3f}" if abs(value) < 10.0 else f"{value:{sign}.1f}"


def crossing_command(
    first_scenario: Annotated[str, typer.Argument(help="The first scenario.")] = "kazakhstan",
    second_scenario: Annotated[str, typer.Argument(help="The second scenario.")] = "russia",
    worlds: Annotated[
        int, typer.Option("-n", "--worlds", min=2, max=5000, help="Worlds of each.")
    ] = 300,
    seed: NonNegativeSeedOption = 1,
    out: Annotated[
        Path, typer.Option("--out", help="Folder for the figure and its numbers.")
    ] = Path("runs/crossing"),
    as_json: JsonOption = False,
) -> None:
    """Play two countries and see where the control of each stands highest and when the second
    overtakes the first.
    """
    from poruka.api import simulate
    from poruka.figures.base.drawing import save_figure
    from poruka.figures.comparisons.crossing import APOGEE_YEARS, ControlCrossing
    from poruka.scenario.scenario import load
    from poruka.simulation.runner import compile_rules
    from poruka.utils.atomic_files import create_results_folder

    scenarios = [load(first_scenario), load(second_scenario)]
    create_results_folder(out)
    compile_rules(scenarios[0], quiet=as_json)
    drawing = ControlCrossing(
        *(
            simulate(
                scenario,
                worlds=worlds,
                seed=seed,
                record="series",
                progress=False if as_json else None,
            )
            for scenario in scenarios
        )
    )
    paths = save_figure(drawing, out, "crossing")
    made = drawing.result
    if as_json:
        print(
            json.dumps(
                {
                    "apogees": [
                        {
                            "name": apogee.name,
                            "median": apogee.median_date,
                            "in_height": apogee.share_in_apogee_years,
                            "in_last_year": apogee.share_in_last_year,
                            "worlds": apogee.worlds,
                        }
                        for apogee in made.apogees
                    ],
                    "crossing": made.crossing_date,
                    "crossed": made.crossed_share,
                    "low": made.low,
                    "high": made.high,
                    "pairs": made.pair_count,
                    "seed": seed,
                }
            )
        )
        return
    for apogee in made.apogees:
        print(
            f"{apogee.name}: control highest in {apogee.median_date} (median of {apogee.worlds}"
            f" worlds); {apogee.share_in_apogee_years:.1%} of worlds have their apogee in"
            f" {APOGEE_YEARS[0][:4]}-{APOGEE_YEARS[1][:4]}, {apogee.share_in_last_year:.1%} in the"
            " last year"
        )
    print(
        f"the medians cross for the last time in {made.crossing_date}"
        if made.crossing_date
        else "the medians do not cross"
    )
    first, second = (apogee.name for apogee in made.apogees)
    print(
        f"{made.crossed_share:.1%} of {made.pair_count} pairs of worlds ({made.low:.1%} to"
        f" {made.high:.1%}): {second} below {first} at {first}'s apogee and above it at the end"
    )
    print(f"figure {paths[0]}, numbers {paths[2]}")


def swap_command(
    first_scenario: Annotated[str, typer.Argument(help="The first scenario.")] = "kazakhstan",
    second_scenario: Annotated[str, typer.Argument(help="The second scenario.")] = "russia",
    worlds: Annotated[
        int, typer.Option("-n", "--worlds", min=2, max=5000, help="Worlds per arm.")
    ] = 60,
    seed: NonNegativeSeedOption = 1917,
    quantities: Annotated[
        list[str] | None, typer.Option("--quantity", help="What to look at; may be repeated.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="A page or a start value, such as society; may be repeated."),
    ] = None,
    top: Annotated[
        int, typer.Option("--top", min=1, help="Rows of each table on the terminal.")
    ] = 8,
    out: Annotated[Path, typer.Option("--out", help="Folder for the table and the figure.")] = Path(
        "runs/swap"
    ),
    as_json: JsonOption = False,
) -> None:
    """Put each start value of one country into the other, and see what it contributes to how they
    differ.
    """
    from poruka.figures.base.drawing import save_figure
    from poruka.figures.comparisons.start_value_swaps import QUANTITY_LABELS, StartValueSwaps
    from poruka.scenario.scenario import load
    from poruka.theory.start_value_swaps import DEFAULT_SWAP_QUANTITIES, run_start_value_swaps
    from poruka.utils.atomic_files import create_results_folder

    mine, theirs = load(first_scenario), load(second_scenario)
    table = run_start_value_swaps(
        mine,
        theirs,
        worlds,
        seed,
        quantities or DEFAULT_SWAP_QUANTITIES,
        only or (),
        _progress_printer("arm", as_json),
        quiet=as_json,
    )
    table.to_csv(create_results_folder(out) / "swap.csv", index=False)
    paths = save_figure(StartValueSwaps(table, seed), out, "swap-figure")
    if as_json:
        print(table.to_json(orient="records"))
        return
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for text, rows in table.groupby("quantity", sort=False):
        shown = Table(
            title=f"{QUANTITY_LABELS.get(str(text), text)}: what a swap changes",
            box=SIMPLE,
            title_justify="left",
            padding=0,
        )
        for column in ("start value", "put into", "before", "after", "change ± 95 %", "of gap"):
            shown.add_column(
                column,
                justify="left" if column in ("start value", "put into") else "right",
                no_wrap=column != "put into",
            )
        for row in rows.head(top).itertuples():
            closes = "–" if row.closes != row.closes else f"{row.closes:+.0%}"
            change = (
                f"{_format_number(row.effect, '+')} ±"
                f" {_format_number(row.high - row.effect)}{' *' if row.clear else ''}"
            )
            shown.add_row(
                str(row.key),
                str(row.into),
                _format_number(row.base),
                _format_number(row.swapped),
                change,
                closes,
            )
        console.print(shown)
    console.print(
        f"{int(table['clear'].sum())} of {len(table)} intervals leave out 0 (*); about"
        f" {0.05 * len(table):.0f} would by chance. {worlds} pairs of worlds each, seed {seed}."
        f" Everything in {out / 'swap.csv'}, figure {paths[0]}",
        highlight=False,
    )


def ledger_command(
    scenario: Annotated[
        str, typer.Argument(help="A name that `poruka list` shows, or a scenario file.")
    ],
    worlds: Annotated[
        int, typer.Option("-n", "--worlds", min=1, max=5000, help="How many worlds.")
    ] = 300,
    seed: NonNegativeSeedOption = 1,
    out: Annotated[Path, typer.Option("--out", help="Folder for the page and its table.")] = Path(
        "runs/ledger"
    ),
    changes: SetOption = None,
    without: WithoutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Set what was put into a result beside what came out of it, on one page."""
    from poruka.api import simulate
    from poruka.reports.provenance_page import write_provenance_page
    from poruka.reports.provenance_tables import count_entries
    from poruka.simulation.runner import compile_rules
    from poruka.utils.atomic_files import create_results_folder

    chosen = _load_scenario(scenario, changes, without)
    create_results_folder(out)
    compile_rules(chosen, quiet=as_json)
    done = simulate(chosen, worlds=worlds, seed=seed, progress=False if as_json else None)
    page = write_provenance_page(done, out)
    found = count_entries(done)
    if as_json:
        print(json.dumps({**found, "page": str(page)}))
        return
    print("put in:   " + ", ".join(f"{count} {name}" for name, count in found["put in"].items()))
    print("came out: " + ", ".join(f"{count} {name}" for name, count in found["came out"].items()))
    print(f"the ledger is {page}")


def knockout_command(
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            help="Mechanisms or parts such as M3 or M3.predation; all groups without any."
        ),
    ] = None,
    parts: Annotated[
        bool, typer.Option("--parts", help="Also every part of a mechanism by itself.")
    ] = False,
    with_theses: Annotated[
        bool, typer.Option("--theses", help="Also whether each thesis still shows (takes hours).")
    ] = False,
    core: Annotated[
        bool, typer.Option("--core", help="The same for the core theses alone.")
    ] = False,
    worlds: Annotated[
        int, typer.Option("-n", "--worlds", min=20, max=5000, help="Worlds per arm.")
    ] = 100,
    seed: NonNegativeSeedOption = 3001,
    out: Annotated[
        Path, typer.Option("--out", help="Folder for the page, tables and figures.")
    ] = Path("runs/knockout"),
    as_json: JsonOption = False,
) -> None:
    """Switch mechanisms off one at a time and see which patterns, and which theses, are lost."""
    from poruka.reports.ablation_page import write_ablation_page
    from poruka.theory.ablation import run_ablation, select_mechanisms
    from poruka.theory.ablation_of_theses import run_thesis_ablation
    from poruka.utils.atomic_files import create_results_folder

    chosen = select_mechanisms(ids or (), parts)
    create_results_folder(out)
    found = run_ablation(chosen, worlds, seed, _progress_printer("arm", as_json), quiet=as_json)
    shown = (
        run_thesis_ablation(chosen, core=core, progress=_progress_printer("thesis", as_json))
        if with_theses or core
        else None
    )
    asked = [
        *(ids or []),
        *(
            flag
            for flag, given in (("--parts", parts), ("--theses", with_theses), ("--core", core))
            if given
        ),
    ]
    page = write_ablation_page(found, shown, out, worlds, seed, " ".join(asked))
    if as_json:
        print(
            json.dumps(
                {
                    "patterns": json.loads(found.pattern_effects.to_json(orient="records")),
                    "mechanisms": json.loads(found.mechanism_summary.to_json(orient="records")),
                    "theses": (
                        json.loads(shown.to_json(orient="records")) if shown is not None else None
                    ),
                    "page": str(page),
                }
            )
        )
        return
    for row in found.mechanism_summary.itertuples():
        print(f"{row.mechanism:<16} {row.says}")
    if shown is not None:
        for mechanism, rows in shown.groupby("mechanism", sort=False):
            lost = rows[rows["cell"] == "lost"]["thesis"]
            print(
                f"{mechanism:<16} {len(lost)} of {int(rows['shows'].sum())} theses that show by"
                f" themselves are lost: {', '.join(lost) or 'none'}"
            )
    print(f"the matrix is on {page}")


def groups_command(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Scenarios or files; those the chapter groups by default."),
    ] = None,
    worlds: Annotated[
        int, typer.Option("-n", "--worlds", min=1, max=5000, help="Worlds of each.")
    ] = 200,
    seed: NonNegativeSeedOption = 1,
    as_json: JsonOption = False,
) -> None:
    """Play countries from their own starts and see which of the three groups they fall into,
    against the chapter's.
    """
    from rich.console import Console
    from rich.table import Table

    from poruka.scenario.scenario import load
    from poruka.simulation.runner import compile_rules
    from poruka.theory.classification import (
        COUNTRY_GROUPS,
        GROUP_MEANINGS,
        classify_countries,
        confusion_matrix,
    )

    compile_rules(load((names or ["kazakhstan"])[0]), quiet=as_json)
    made = classify_countries(names, worlds, seed, _progress_printer("country", as_json))
    mixed = confusion_matrix(made)
    if as_json:
        print(
            json.dumps(
                {
                    "seed": seed,
                    "countries": json.loads(made.to_json(orient="records")),
                    "confusion": json.loads(mixed.to_json(orient="index")),
                }
            )
        )
        return
    console = Console()
    table = Table(
        title=(
            f"Groups of countries ({worlds} worlds each, seed {seed}); * where most worlds are in"
            " the chapter's group"
        )
    )
    for column in (
        "country",
        "chapter",
        *(f"group {group}" for group in COUNTRY_GROUPS),
        "war",
        "changes by vote",
    ):
        table.add_column(column, justify="left" if column == "country" else "right")
    for one in made.to_dict("records"):
        said = (
            "-"
            if one["expected"] != one["expected"]
            else f"{one['expected']:.0f}" + (" *" if one["expected"] == one["modal"] else "")
        )
        shares = [
            f"{one[f'group_{group}']:.0%} ({one[f'low_{group}']:.0%}–{one[f'high_{group}']:.0%})"
            for group in COUNTRY_GROUPS
        ]
        table.add_row(
            one["country"], said, *shares, f"{one['wars']:.0%}", f"{one['rotations']:.2f}"
        )
    console.print(table)
    console.print("; ".join(f"{group}: {meaning}" for group, meaning in GROUP_MEANINGS.items()))
    if len(mixed):
        table = Table(
            title="Where the worlds of each expected group end (mean share over its countries)"
        )
        for column in ("the chapter's group", *(f"group {group}" for group in COUNTRY_GROUPS)):
            table.add_column(column, justify="right")
        for group, row in mixed.iterrows():
            table.add_row(str(group), *(f"{value:.0%}" for value in row))
        console.print(table)


def register_country_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("crossing")(crossing_command)
    app.command("swap")(swap_command)
    app.command("ledger")(ledger_command)
    app.command("knockout")(knockout_command)
    app.command("groups")(groups_command)
