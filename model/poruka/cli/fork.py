"""Commands that branch histories and set two of them side by side: fork, compare."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from poruka.cli.options import (
    JsonOption,
    SeedOption,
    SetOption,
    WithoutOption,
    _load_scenario,
    _parse_value,
    parse_key_values,
)
from poruka.utils.errors import BadInput

OptionTexts = list[str] | None
PairsOption = Annotated[int, typer.Option("-n", "--worlds", help="How many pairs of worlds.")]
WorldOption = Annotated[
    int | None,
    typer.Option("--world", help="Tell the story of this pair instead of summing all up."),
]
LinksOption = Annotated[
    bool,
    typer.Option("--links", help="Also count which steps carry the effect, in how many worlds."),
]


def _parse_change(text: str) -> float | str:
    """Return a value, where ``+0.2`` and ``*1.5`` stay steps."""
    return text if text[:1] in ("+", "*") else _parse_value(text)


def _print_comparison(comparison: Any, world: int | None, links: bool, as_json: bool) -> None:
    """Print a comparison: all pairs summed up, or the story of one."""
    from poruka.cli.summary import print_wrapped

    table = comparison.count_links() if links else None
    if as_json:
        parting = (
            comparison.divergence
            if world is None
            else comparison.divergence[comparison.divergence["world"] == world]
        )
        found = {
            "worlds": len(comparison.worlds),
            "seed": comparison.seed,
            "parting": json.loads(parting.to_json(orient="records")),
            "differences": json.loads(comparison.differences.to_json(orient="records")),
        }
        if world is not None:
            found["chain"] = [link._asdict() for link in comparison.causal_chain(world)]
        if table is not None:
            found["links"] = json.loads(table.to_json(orient="records"))
        print(json.dumps(found))
        return
    if world is None:
        print_wrapped(str(comparison), "    ")
    else:
        print_wrapped(comparison.narrative(world), "    ")
        print()
        _print_histories(comparison.side_by_side(world))
    if table is not None:
        print(f"\nSteps that carry the effect ({table.attrs['traced']} worlds traced):")
        for one in table.head(12).itertuples():
            print_wrapped(
                f"  {one.cause} → {one.effect} through {one.field}: {one.worlds} worlds"
                f" ({one.share:.0%}, {one.low:.0%} to {one.high:.0%}), such as {one.example}",
                "    ",
            )


def _print_histories(frame: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="Both histories, year by year", show_lines=True)
    for column in ("year", "in both", "only in the parent", "only in the branch"):
        table.add_column(column, vertical="top")
    for one in frame.itertuples():
        table.add_row(one.year, *("\n".join(lines) for lines in (one.both, one.parent, one.branch)))
    Console().print(table)


def fork_command(
    scenario: Annotated[
        str, typer.Argument(help="A name that `poruka list` shows, or a scenario file.")
    ],
    at: Annotated[
        str,
        typer.Option(
            "--at",
            help=(
                "When the branch opens: 1998-10, 'before dissolution', 'after presidential_election"
                " 2', "
                "'before I19', 'strongest_threat > 0.4'."
            ),
        ),
    ],
    change: Annotated[
        OptionTexts,
        typer.Option(
            "--change",
            help="KEY=VALUE: a parameter, a coming shock, or state.president.health=0.3.",
        ),
    ] = None,
    force: Annotated[
        OptionTexts,
        typer.Option(
            "--force",
            help="president.dies, president.falls_ill, heir.unknown …, or an act by its id.",
        ),
    ] = None,
    forbid: Annotated[
        OptionTexts, typer.Option("--forbid", help="An act no ruler may use from then on.")
    ] = None,
    allow: Annotated[
        OptionTexts, typer.Option("--allow", help="An act that is allowed again.")
    ] = None,
    lift: Annotated[
        OptionTexts, typer.Option("--lift", help="A mechanism, shock or act left out from then on.")
    ] = None,
    worlds: PairsOption = 200,
    seed: SeedOption = 1,
    world: WorldOption = None,
    links: LinksOption = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Keep both runs in this folder, as parent and branch."),
    ] = None,
    initial_changes: SetOption = None,
    without: WithoutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Branch every world of a scenario at a moment, and say what the change led to and through
    what.

    --set and --without change the scenario from its start, in both.
    """
    from poruka.api import simulate
    from poruka.comparison.comparison import compare
    from poruka.simulation.regime import Regime
    from poruka.simulation.runner import compile_rules

    parent = _load_scenario(scenario, initial_changes, without)
    asked = parse_key_values("--change", change, "state.president.health=0.3", _parse_change)
    branch = parent.fork(
        at, asked, force=force or (), forbid=forbid or (), allow=allow or (), without=lift or ()
    )
    compile_rules(parent, quiet=as_json)
    if world is not None and out is None:
        if world < 0:
            raise BadInput(f"--world is {world}; worlds are numbered from 0.")
        _print_comparison(
            compare(
                Regime(parent, seed=seed, world=world).run(),
                Regime(branch, seed=seed, world=world).run(),
            ),
            world,
            links,
            as_json,
        )
        return
    if not as_json:
        print(f"{parent.title}: {worlds} pairs of worlds, seed {seed}", flush=True)
    progress = False if as_json else None
    runs = [
        simulate(
            one,
            worlds=worlds,
            seed=seed,
            out=None if out is None else out / name,
            progress=progress,
        )
        for name, one in (("parent", parent), ("branch", branch))
    ]
    both = compare(*runs)
    _print_comparison(both, world, links, as_json)
    if out is not None:
        from poruka.reports.fork_page import write_fork_page

        page = write_fork_page(both, out, world)
        if not as_json:
            print(
                f"kept in {out}; the page is {page}; `poruka compare {out}/parent {out}/branch`"
                " tells it again"
            )


def compare_command(
    first: Annotated[str, typer.Argument(help="Folder of a run, or a scenario.")],
    second: Annotated[str, typer.Argument(help="Another, of the same seed and start.")],
    worlds: PairsOption = 200,
    seed: SeedOption = 1,
    world: WorldOption = None,
    links: LinksOption = False,
    as_json: JsonOption = False,
) -> None:
    """Compare two runs of the same worlds: when they part, what differs, and by which chain of
    events.
    """
    from poruka.api import simulate
    from poruka.comparison.comparison import compare
    from poruka.runs.stored_run import open_run
    from poruka.simulation.runner import compile_rules

    runs = []
    for name in (first, second):
        if (Path(name) / "manifest.json").is_file():
            runs.append(open_run(name))
            continue
        chosen = _load_scenario(name, None, None)
        compile_rules(chosen, quiet=as_json)
        runs.append(simulate(chosen, worlds=worlds, seed=seed, progress=False if as_json else None))
    _print_comparison(compare(*runs), world, links, as_json)


def register_fork_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("fork")(fork_command)
    app.command("compare")(compare_command)
