"""Commands that run simulations and summarise a stored run: run, show."""

import json
from pathlib import Path
from typing import Annotated

import typer

from poruka.cli.experiment import is_experiment, run_and_report_experiment
from poruka.cli.options import (
    ClusterOption,
    DrawsOption,
    JsonOption,
    NumbersOption,
    PartialOption,
    RulesOption,
    RunArgument,
    SeedOption,
    SetOption,
    ThreadsOption,
    TrustedOption,
    WithoutOption,
    WorldsOption,
    apply_overrides,
    open_run_to_read,
)
from poruka.cli.run_report import build_run_summary, report_run
from poruka.cli.summary import print_summary
from poruka.cli.terminal import print_fitted
from poruka.rivals import rules_called
from poruka.scenario.scenario import load
from poruka.simulation.number_design import OWN_DRAWS
from poruka.utils.errors import BadInput


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
    threads: ThreadsOption = None,
    until: Annotated[
        str | None, typer.Option("--until", help="Last month, such as 1998-10 (inclusive).")
    ] = None,
    record: Annotated[
        str, typer.Option("--record", help="What is recorded: outcomes, series or events.")
    ] = "events",
    processes: Annotated[
        int | None,
        typer.Option(
            "--processes",
            min=0,
            help="Worker processes; by default threads, and with --out what suits the machine.",
        ),
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option(
            "--shard",
            help="With --out: simulate part i of n only, written i/n; see `poruka merge`.",
        ),
    ] = None,
    cluster: ClusterOption = None,
    numbers: NumbersOption = None,
    draws: DrawsOption = OWN_DRAWS,
    rules: RulesOption = None,
    changes: SetOption = None,
    without: WithoutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run many simulations of a scenario and summarise them; with --out, keep them with a report.

    --cluster and --shard need --out. With --out, an interrupted run continues where it stopped.
    """
    from poruka.api import run_worlds
    from poruka.runs.store import is_finished_run
    from poruka.simulation.run_spec import RunSpec
    from poruka.simulation.runner import compile_rules
    from poruka.utils.worker_pool import request_workers, stop_workers

    if is_experiment(scenario):
        _run_experiment(context, scenario, worlds, seed, out, as_json)
        return
    country = load(scenario)
    spec = RunSpec.build(
        country.with_rules(rules_called(rules)) if rules else country,
        worlds=worlds,
        seed=seed,
        threads=threads,
        until=until,
        record=record,
        out=out,
        processes=processes if out is not None else None,
        shard=shard,
        cluster=cluster,
        draws=numbers,
        over_numbers=draws,
    )
    # A key that is set has the same value in all worlds, whatever the draws say.
    spec = spec.replace(scenario=apply_overrides(spec.scenario, changes, without))
    if not as_json:
        print_fitted(
            f"{spec.scenario.title}: {spec.worlds} worlds of {spec.months} months from"
            f" {spec.scenario.start_date}, seed {spec.seed}"
            + (f", and over the numbers {spec.over_numbers}" if spec.over_numbers else "")
        )
    # A folder that holds something else, or a run in progress, is refused before any work is done.
    if spec.out is not None and is_finished_run(spec) and not as_json:
        print_fitted(f"this run is already finished in {spec.out}; nothing is simulated again")
    compile_rules(spec.scenario, quiet=as_json)
    request_workers(processes if out is None else None)
    try:
        report_run(run_worlds(spec, progress=False if as_json else None), spec.out, as_json)
    finally:
        stop_workers()


def _run_experiment(
    context: typer.Context, name: str, worlds: int, seed: int, out: Path | None, as_json: bool
) -> None:
    """Run an experiment; options that only a scenario takes are refused."""
    given = {
        key
        for key in context.params
        if (source := context.get_parameter_source(key)) is not None
        and source.name == "COMMANDLINE"
    }
    if refused := sorted(given - {"scenario", "worlds", "seed", "out", "as_json"}):
        raise BadInput(
            f"{name} is an experiment, whose file says what is varied; leave out"
            f" --{', --'.join(refused).replace('changes', 'set')}."
        )
    run_and_report_experiment(
        name, worlds if "worlds" in given else None, seed if "seed" in given else None, out, as_json
    )


def show_command(
    run: RunArgument,
    partial: PartialOption = False,
    trusted: TrustedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show the summary of a stored run."""
    from poruka.simulation.failures import require_completed_world

    stored = require_completed_world(open_run_to_read(run, partial, trusted))
    summary = build_run_summary(stored, run)
    if as_json:
        print(json.dumps(summary))
    else:
        print_summary(stored, summary)


def register_run_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("run")(run_command)
    app.command("show")(show_command)
