"""Commands that set countries side by side, keep the books of a result, and switch mechanisms off:
crossing, swap, groups, ledger, knockout.
"""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from poruka.cli.options import Json, Set, Without, _scenario

Seed = Annotated[
    int,
    typer.Option("--seed", min=0, help="Seed of all worlds; world k of a seed is always the same."),
]


def _teller(what: str, quiet: bool) -> Any:
    """Return what says on a terminal how many arms are played."""
    if quiet or not sys.stderr.isatty():
        return None
    return lambda done, total: print(
        f"{what} {done} of {total}",
        end="\n" if done == total else "\r",
        file=sys.stderr,
        flush=True,
    )


def _short(value: float, sign: str = "") -> str:
    """Return a number as short as a narrow table wants it."""
    return f"{value:{sign}.3f}" if abs(value) < 10.0 else f"{value:{sign}.1f}"


def crossing_command(
    one: Annotated[str, typer.Argument(help="The first scenario.")] = "kazakhstan",
    other: Annotated[str, typer.Argument(help="The second scenario.")] = "russia",
    worlds: Annotated[
        int, typer.Option("-n", "--worlds", min=2, max=5000, help="Worlds of each.")
    ] = 300,
    seed: Seed = 1,
    out: Annotated[
        Path, typer.Option("--out", help="Folder for the figure and its numbers.")
    ] = Path("runs/crossing"),
    as_json: Json = False,
) -> None:
    """Play two countries and see where the control of each stands highest and when the second
    overtakes the first.
    """
    from poruka.api import simulate
    from poruka.figures.base.drawing import save
    from poruka.figures.comparisons.crossing import HEIGHT, Crossing
    from poruka.scenario.scenario import load
    from poruka.simulation.runner import compile_aloud
    from poruka.utils.atomic_files import results_folder

    scenarios = [load(one), load(other)]
    results_folder(out)
    compile_aloud(scenarios[0], quiet=as_json)
    drawing = Crossing(
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
    paths = save(drawing, out, "crossing")
    made = drawing.numbers
    if as_json:
        print(
            json.dumps(
                {
                    **made._asdict(),
                    "apogees": [apogee._asdict() for apogee in made.apogees],
                    "seed": seed,
                }
            )
        )
        return
    for apogee in made.apogees:
        print(
            f"{apogee.name}: control highest in {apogee.median} (median of {apogee.worlds} worlds);"
            f" {apogee.in_height:.1%} of worlds have their apogee in"
            f" {HEIGHT[0][:4]}-{HEIGHT[1][:4]}, {apogee.in_last_year:.1%} in the last year"
        )
    print(
        f"the medians cross for the last time in {made.crossing}"
        if made.crossing
        else "the medians do not cross"
    )
    first, second = (apogee.name for apogee in made.apogees)
    print(
        f"{made.crossed:.1%} of {made.pairs} pairs of worlds ({made.low:.1%} to {made.high:.1%}):"
        f" {second} below {first} at {first}'s apogee and above it at the end"
    )
    print(f"figure {paths[0]}, numbers {paths[2]}")


def swap_command(
    one: Annotated[str, typer.Argument(help="The first scenario.")] = "kazakhstan",
    other: Annotated[str, typer.Argument(help="The second scenario.")] = "russia",
    worlds: Annotated[
        int, typer.Option("-n", "--worlds", min=2, max=5000, help="Worlds per arm.")
    ] = 60,
    seed: Seed = 1917,
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
    as_json: Json = False,
) -> None:
    """Put each start value of one country into the other, and see what it contributes to how they
    differ.
    """
    from poruka.figures.base.drawing import save
    from poruka.figures.comparisons.start_value_swaps import SAID, Swaps
    from poruka.scenario.scenario import load
    from poruka.theory.start_value_swaps import QUANTITIES, swap_table
    from poruka.utils.atomic_files import results_folder

    mine, theirs = load(one), load(other)
    table = swap_table(
        mine,
        theirs,
        worlds,
        seed,
        quantities or QUANTITIES,
        only or (),
        _teller("arm", as_json),
        quiet=as_json,
    )
    table.to_csv(results_folder(out) / "swap.csv", index=False)
    paths = save(Swaps(table, seed), out, "swap-figure")
    if as_json:
        print(table.to_json(orient="records"))
        return
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for text, rows in table.groupby("quantity", sort=False):
        shown = Table(
            title=f"{SAID.get(str(text), text)}: what a swap changes",
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
                f"{_short(row.effect, '+')} ±"
                f" {_short(row.high - row.effect)}{' *' if row.clear else ''}"
            )
            shown.add_row(
                str(row.key), str(row.into), _short(row.base), _short(row.swapped), change, closes
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
    seed: Seed = 1,
    out: Annotated[Path, typer.Option("--out", help="Folder for the page and its table.")] = Path(
        "runs/ledger"
    ),
    changes: Set = None,
    without: Without = None,
    as_json: Json = False,
) -> None:
    """Set what was put into a result beside what came out of it, on one page."""
    from poruka.api import simulate
    from poruka.reports.provenance_page import write_ledger
    from poruka.reports.provenance_tables import counts
    from poruka.simulation.runner import compile_aloud
    from poruka.utils.atomic_files import results_folder

    chosen = _scenario(scenario, changes, without)
    results_folder(out)
    compile_aloud(chosen, quiet=as_json)
    done = simulate(chosen, worlds=worlds, seed=seed, progress=False if as_json else None)
    page = write_ledger(done, out)
    found = counts(done)
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
    seed: Seed = 3001,
    out: Annotated[
        Path, typer.Option("--out", help="Folder for the page, tables and figures.")
    ] = Path("runs/knockout"),
    as_json: Json = False,
) -> None:
    """Switch mechanisms off one at a time and see which patterns, and which theses, are lost."""
    from poruka.reports.ablation_page import write_knockout
    from poruka.theory.ablation import knock_out, switches
    from poruka.theory.ablation_of_theses import knock_out_theses
    from poruka.utils.atomic_files import results_folder

    chosen = switches(ids or (), parts)
    results_folder(out)
    found = knock_out(chosen, worlds, seed, _teller("arm", as_json), quiet=as_json)
    shown = (
        knock_out_theses(chosen, core=core, tell=_teller("thesis", as_json))
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
    page = write_knockout(found, shown, out, worlds, seed, " ".join(asked))
    if as_json:
        print(
            json.dumps(
                {
                    "patterns": json.loads(found.cells.to_json(orient="records")),
                    "mechanisms": json.loads(found.flags.to_json(orient="records")),
                    "theses": (
                        json.loads(shown.to_json(orient="records")) if shown is not None else None
                    ),
                    "page": str(page),
                }
            )
        )
        return
    for row in found.flags.itertuples():
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
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Play countries from their own starts and see which of the three groups they fall into,
    against the chapter's.
    """
    from rich.console import Console
    from rich.table import Table

    from poruka.scenario.scenario import load
    from poruka.simulation.runner import compile_aloud
    from poruka.theory.classification import GROUPS, MEANINGS, confusion, grouped

    compile_aloud(load((names or ["kazakhstan"])[0]), quiet=as_json)
    made = grouped(names, worlds, seed, _teller("country", as_json))
    mixed = confusion(made)
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
        *(f"group {group}" for group in GROUPS),
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
            for group in GROUPS
        ]
        table.add_row(
            one["country"], said, *shares, f"{one['wars']:.0%}", f"{one['rotations']:.2f}"
        )
    console.print(table)
    console.print("; ".join(f"{group}: {meaning}" for group, meaning in MEANINGS.items()))
    if len(mixed):
        table = Table(
            title="Where the worlds of each expected group end (mean share over its countries)"
        )
        for column in ("the chapter's group", *(f"group {group}" for group in GROUPS)):
            table.add_column(column, justify="right")
        for group, row in mixed.iterrows():
            table.add_row(str(group), *(f"{value:.0%}" for value in row))
        console.print(table)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("crossing")(crossing_command)
    app.command("swap")(swap_command)
    app.command("ledger")(ledger_command)
    app.command("knockout")(knockout_command)
    app.command("groups")(groups_command)
