"""Commands that play worlds or read what they told: run, show, chronicle, why."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from poruka.cli.options import (
    JsonOption,
    SeedOption,
    SetOption,
    WithoutOption,
    WorldsOption,
    _load_scenario,
    changed,
)
from poruka.cli.summary import _build_summary, report_run
from poruka.scenario.scenario import load
from poruka.utils.errors import BadInput


def _run_world(
    name: str, world: int, seed: int, changes: list[str] | None, without: list[str] | None
) -> Any:
    """Return one world, of a stored run or of a scenario, played to its end."""
    from poruka.runs.stored_run import open_run
    from poruka.simulation.regime import Regime
    from poruka.simulation.runner import compile_rules

    if (Path(name) / "manifest.json").is_file():
        run = open_run(name)
        if changes or without or seed not in (1, run.seed):
            raise BadInput(
                f"{name} is a run, of seed {run.seed}; leave --set, --without and --seed out, or"
                " name a scenario to change."
            )
        low, high = run.manifest["span"]
        scenario, seed, months = run.scenario, run.seed, run.months
    else:
        scenario = _load_scenario(name, changes, without)
        low, high, months = 0, 2**31, scenario.months
    if not low <= world < high:
        raise BadInput(f"--world is {world}; {name} has the worlds {low} to {high - 1}.")
    compile_rules(scenario)
    return Regime(scenario, seed=seed, world=world).run_until(scenario.date_of(months - 1))


def run_command(
    context: typer.Context,
    scenario: Annotated[
        str,
        typer.Argument(help="A name that `poruka list` shows, a scenario file, or an experiment."),
    ],
    worlds: WorldsOption = 1000,
    seed: SeedOption = 1,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder of the run; without it nothing is written.")
    ] = None,
    threads: Annotated[
        int | None, typer.Option("--threads", help="Threads; all processors by default.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="Last month, such as 1998-10.")
    ] = None,
    record: Annotated[str, typer.Option("--record", help="outcomes, series or events.")] = "events",
    processes: Annotated[
        int | None,
        typer.Option(
            "--processes", min=0, help="With --out: worker processes; chosen for the machine."
        ),
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option(
            "--shard", help="With --out: play part i of n only, written i/n; see `poruka merge`."
        ),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster", help="With --out: address of a dask scheduler, or its scheduler file."
        ),
    ] = None,
    over: Annotated[
        Path | None,
        typer.Option(
            "--over",
            help="A posterior (CSV: weight and one column a key): every world draws from it.",
        ),
    ] = None,
    changes: SetOption = None,
    without: WithoutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Play many worlds of a scenario, sum them up and, with --out, keep them with a report."""
    from poruka.api import run_worlds
    from poruka.cli.experiment import is_experiment
    from poruka.runs.store import is_finished_run
    from poruka.simulation.run_spec import RunSpec
    from poruka.simulation.runner import compile_rules

    if is_experiment(scenario):
        _run_experiment(context, scenario, worlds, seed, out, as_json)
        return
    spec = RunSpec.build(
        load(scenario),
        worlds=worlds,
        seed=seed,
        threads=threads,
        until=until,
        record=record,
        out=out,
        processes=processes,
        shard=shard,
        cluster=cluster,
        draws=over,
    )
    # A key that is set is the same in all worlds, whatever the draws say of it.
    spec = spec.replace(scenario=changed(spec.scenario, changes, without))
    if not as_json:
        print(
            f"{spec.scenario.title}: {spec.worlds} worlds of {spec.months} months from"
            f" {spec.scenario.start_date}, seed {spec.seed}",
            flush=True,
        )
    # A folder that holds something else, or is being played, is refused before any work is done.
    if spec.out is not None and is_finished_run(spec) and not as_json:
        print(f"this very run lies finished in {out}; nothing is played again", flush=True)
    compile_rules(spec.scenario, quiet=as_json)
    report_run(run_worlds(spec, progress=False if as_json else None), out, as_json)


def _run_experiment(
    context: typer.Context, name: str, worlds: int, seed: int, out: Path | None, as_json: bool
) -> None:
    """Answer an experiment; what only a scenario understands is refused."""
    from poruka.cli.experiment import run_and_report_experiment

    given = {
        key
        for key in context.params
        if (source := context.get_parameter_source(key)) is not None
        and source.name == "COMMANDLINE"
    }
    if foreign := sorted(given - {"scenario", "worlds", "seed", "out", "as_json"}):
        raise BadInput(
            f"{name} is an experiment, which says itself what is moved; leave out"
            f" --{', --'.join(foreign).replace('changes', 'set')}."
        )
    run_and_report_experiment(
        name, worlds if "worlds" in given else None, seed if "seed" in given else None, out, as_json
    )


def show_command(
    run: Annotated[str, typer.Argument(help="Folder of a run.")], as_json: JsonOption = False
) -> None:
    """Sum a stored run up again."""
    from poruka.runs.stored_run import open_run

    stored = open_run(run)
    summary = _build_summary(stored, Path(run))
    if as_json:
        print(json.dumps(summary))
    else:
        from poruka.cli.summary import print_summary

        print_summary(stored, summary)


def chronicle_command(
    run: Annotated[str, typer.Argument(help="Folder of a run, or a scenario.")],
    world: Annotated[int, typer.Option("--world", help="Number of the world.")] = 0,
    seed: SeedOption = 1,
    most: Annotated[int, typer.Option("--most", help="How many events at most.")] = 60,
    changes: SetOption = None,
    without: WithoutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell the history of one world."""
    regime = _run_world(run, world, seed, changes, without)
    if as_json:
        print(regime.events.drop(columns=["world"]).to_json(orient="records"))
    else:
        from poruka.cli.sparklines import format_index_lines
        from poruka.cli.summary import print_wrapped

        title, *told = regime.chronicle(max_lines=most).splitlines()
        row = regime.outcomes.iloc[0]
        print(
            f"{title}: world {world} of seed {regime.ensemble_seed}, which ends as"
            f" {str(row['outcome']).replace('_', ' ')}\n"
        )
        print("\n".join(format_index_lines(regime.series)) + "\n")
        print_wrapped("\n".join(told), "      ")
        count = sum(line.startswith(" ") for line in told)
        print_wrapped(
            f"\n{count} of {len(regime.events)} events, the weightiest (--most N for others, --json"
            f" for all). The numbers behind one: poruka why {run} --world {world} --event NUMBER"
        )


def why_command(
    run: Annotated[str, typer.Argument(help="Folder of a run, or a scenario.")],
    event: Annotated[int, typer.Option("--event", help="Number of the event in the world's list.")],
    world: Annotated[int, typer.Option("--world", help="Number of the world.")] = 0,
    seed: SeedOption = 1,
    changes: SetOption = None,
    without: WithoutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say which rule made an event, and the numbers that decided it."""
    regime = _run_world(run, world, seed, changes, without)
    from poruka.cli.summary import print_wrapped

    account = regime.why(event)
    if as_json:
        print(
            json.dumps(
                {
                    "event": event,
                    "text": account.text,
                    "rule": account.rule,
                    "claim": account.claim,
                    "theses": account.theses,
                    "standing": account.standing,
                    "reasons": account.reasons,
                }
            )
        )
        return
    print_wrapped(str(account))


def register_run_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("run")(run_command)
    app.command("show")(show_command)
    app.command("chronicle")(chronicle_command)
    app.command("why")(why_command)
