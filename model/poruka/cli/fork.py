"""Commands that fork histories and compare two of them: fork, compare."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from poruka.cli.options import (
    DrawsOption,
    JsonOption,
    PartialOption,
    RunOrScenarioArgument,
    ScenarioArgument,
    SeedOption,
    SetOption,
    TrustedOption,
    WithoutOption,
    is_run_folder,
    load_changed_scenario,
    open_run_to_read,
    parse_key_values,
    parse_value,
)
from poruka.cli.terminal import print_fitted, print_wrapped
from poruka.simulation.number_design import OWN_DRAWS
from poruka.utils.contained_files import contained_path
from poruka.utils.contained_writing import refuse_special_files
from poruka.utils.errors import BadInput
from poruka.utils.labels import format_label
from poruka.utils.paths import absolute_path

OptionTexts = list[str] | None
PairsOption = Annotated[int, typer.Option("-n", "--worlds", help="Number of pairs of worlds.")]
PairOption = Annotated[
    int | None,
    typer.Option("--world", help="Describe the pair of this number instead of summarising all."),
]
LinksOption = Annotated[
    bool,
    typer.Option(
        "--links", help="Also count the steps that carry the effect, and in how many worlds."
    ),
]
_MAX_LINKS = 12


def _parse_change(text: str) -> float | str:
    """Return a value, where the relative changes ``+0.2`` and ``*1.5`` stay text."""
    return text if text[:1] in ("+", "*") else parse_value(text)


def _comparison_to_dict(comparison: Any, world: int | None, link_table: Any) -> dict[str, Any]:
    from poruka.comparison.over_numbers import effects_to_json

    divergence = comparison.divergence
    if world is not None:
        divergence = divergence[divergence["world"] == world]
    content = {
        "worlds": comparison.requested_worlds,
        "available": comparison.available_worlds,
        "failed": comparison.failed_worlds,
        "missing": comparison.missing_worlds,
        "seed": comparison.seed,
        "parting": json.loads(divergence.to_json(orient="records")),
        "differences": json.loads(comparison.differences.to_json(orient="records")),
        "over_numbers": effects_to_json(comparison) if world is None else None,
    }
    if world is not None:
        content["chain"] = [
            {
                "month": link.month,
                "event": link.event_number,
                "only_in": link.only_in,
                "rule": link.rule,
                "name": link.name,
                "text": link.text,
                "field": link.field,
                "parent": link.parent,
                "branch": link.branch,
            }
            for link in comparison.causal_chain(world)
        ]
    if link_table is not None:
        content["links"] = json.loads(link_table.to_json(orient="records"))
    return content


def _print_comparison(comparison: Any, world: int | None, links: bool, as_json: bool) -> None:
    """Print a comparison: the summary of all pairs, or the narrative of one."""
    link_table = comparison.count_links() if links else None
    if as_json:
        print(json.dumps(_comparison_to_dict(comparison, world, link_table)))
        return
    if world is None:
        print_wrapped(str(comparison), "    ")
    else:
        print_wrapped(comparison.narrative(world), "    ")
        print()
        _print_histories(comparison.side_by_side(world))
    if link_table is not None:
        print_fitted(f"\nSteps that carry the effect ({link_table.attrs['traced']} worlds traced):")
        for link in link_table.head(_MAX_LINKS).itertuples():
            print_wrapped(
                f"  {format_label(link.cause)} → {format_label(link.effect)} through"
                f" {format_label(link.field)}: {link.worlds} worlds ({link.share:.0%},"
                f" {link.low:.0%} to {link.high:.0%}), such as world {link.example}",
                "    ",
            )


def _print_histories(frame: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="Both histories, year by year", show_lines=True)
    for column in ("year", "in both", "only in the parent", "only in the branch"):
        table.add_column(column, vertical="top")
    for row in frame.itertuples():
        table.add_row(row.year, *("\n".join(lines) for lines in (row.both, row.parent, row.branch)))
    Console().print(table)


def fork_command(
    scenario: ScenarioArgument,
    at: Annotated[
        str,
        typer.Option(
            "--at",
            help=(
                "When the branch starts: 1998-10, 'before dissolution', 'after"
                " presidential_election 2', 'before I19', 'strongest_threat > 0.4'."
            ),
        ),
    ],
    change: Annotated[
        OptionTexts,
        typer.Option(
            "--change", help="KEY=VALUE: a parameter, a later shock, or state.president.health=0.3."
        ),
    ] = None,
    force: Annotated[
        OptionTexts,
        typer.Option(
            "--force",
            help="president.dies, president.falls_ill, heir.unknown …, or the id of an instrument.",
        ),
    ] = None,
    forbid: Annotated[
        OptionTexts,
        typer.Option("--forbid", help="An instrument that no ruler may use from then on."),
    ] = None,
    allow: Annotated[
        OptionTexts, typer.Option("--allow", help="An instrument that is allowed again.")
    ] = None,
    lift: Annotated[
        OptionTexts,
        typer.Option("--lift", help="A mechanism, shock or instrument switched off from then on."),
    ] = None,
    worlds: PairsOption = 200,
    seed: SeedOption = 1,
    world: PairOption = None,
    links: LinksOption = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Keep both runs in this folder, as parent and branch."),
    ] = None,
    draws: DrawsOption = OWN_DRAWS,
    initial_changes: SetOption = None,
    without: WithoutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fork every world of a scenario at a moment, and show what the change led to and how.

    --set and --without change the scenario from its start, in both branches.
    """
    from poruka.api import simulate
    from poruka.comparison.comparison import compare
    from poruka.simulation.regime import Regime
    from poruka.simulation.run_spec import RunSpec
    from poruka.simulation.runner import compile_rules

    if out is not None:
        out = absolute_path(out, "--out", "a folder")
        refuse_special_files(out, ["parent", "branch", "fork.html", "figures"])
    parent = load_changed_scenario(scenario, initial_changes, without)
    changes = parse_key_values("--change", change, "state.president.health=0.3", _parse_change)
    branch = parent.fork(
        at, changes, force=force or (), forbid=forbid or (), allow=allow or (), without=lift or ()
    )
    for scenario_side in (parent, branch):
        RunSpec.build(scenario_side, worlds=worlds, seed=seed, out=out, over_numbers=draws)
    compile_rules(parent, quiet=as_json)
    if world is not None and out is None:
        if world < 0:
            raise BadInput(f"--world is {world}; worlds are numbered from 0.")
        regimes = [Regime(side, seed=seed, world=world).run() for side in (parent, branch)]
        _print_comparison(compare(*regimes), world, links, as_json)
        return
    if not as_json:
        print_fitted(f"{worlds} pairs of worlds of {parent.title} are played")
    runs = [
        simulate(
            side,
            worlds=worlds,
            seed=seed,
            over_numbers=draws,
            out=None if out is None else contained_path(out, name),
            progress=False if as_json else None,
        )
        for name, side in (("parent", parent), ("branch", branch))
    ]
    comparison = compare(*runs)
    _print_comparison(comparison, world, links, as_json)
    if out is not None:
        from poruka.reports.fork_page import write_fork_page

        page = write_fork_page(comparison, out, world)
        if not as_json:
            print_fitted(
                f"kept in {out}; the page is {page}; `poruka compare {out}/parent {out}/branch`"
                " prints the comparison again"
            )


def compare_command(
    first: RunOrScenarioArgument,
    second: Annotated[str, typer.Argument(help="Another, of the same seed and start.")],
    worlds: PairsOption = 200,
    seed: SeedOption = 1,
    world: PairOption = None,
    links: LinksOption = False,
    draws: DrawsOption = OWN_DRAWS,
    partial: PartialOption = False,
    trusted: TrustedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Compare two runs of the same worlds: when they diverge, what differs, and through which chain
    of events.

    Of run folders the worlds over the numbers are read where both were run with --draws.
    """
    from poruka.api import run_worlds
    from poruka.comparison.comparison import compare
    from poruka.simulation.run_spec import RunSpec
    from poruka.simulation.runner import compile_rules

    # Both are opened or validated before the first is simulated.
    sides = [
        open_run_to_read(name, partial, trusted)
        if is_run_folder(name)
        else RunSpec.build(name, worlds=worlds, seed=seed, over_numbers=draws)
        for name in (first, second)
    ]
    runs: list[Any] = []
    for side in sides:
        if isinstance(side, RunSpec):
            compile_rules(side.scenario, quiet=as_json)
            runs.append(run_worlds(side, False if as_json else None))
        else:
            runs.append(side)
    _print_comparison(compare(*runs), world, links, as_json)


def register_fork_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("fork")(fork_command)
    app.command("compare")(compare_command)
