"""The command that scores a scenario against its record and against models: score."""

import json
from typing import Annotated

import typer

from poruka.cli.options import (
    JsonOption,
    NumbersOption,
    ScenarioArgument,
    SeedOption,
    SetOption,
    WithoutOption,
    apply_overrides,
)
from poruka.scenario.display import numbers_sentence
from poruka.scenario.scenario import load


def score_command(
    scenario: ScenarioArgument,
    worlds: Annotated[
        int, typer.Option("-n", "--worlds", min=2, max=5000, help="Worlds of every model.")
    ] = 200,
    seed: SeedOption = 1,
    numbers: NumbersOption = None,
    against: Annotated[
        list[str] | None,
        typer.Option("--against", help="A baseline by name; may be repeated. All by default."),
    ] = None,
    changes: SetOption = None,
    without: WithoutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Score a scenario against its record: events, values and patterns, with skill over models.

    Growth is reported apart, and what a scenario puts in is not scored.
    """
    from rich.console import Console

    from poruka.api import run_worlds
    from poruka.cli.score_tables import SCORE_NOTE, print_figures, print_skill
    from poruka.scoring.baselines import BASELINES, select_baselines
    from poruka.simulation.model_score import require_record_file
    from poruka.simulation.run_spec import RunSpec

    spec = RunSpec.build(load(scenario), worlds=worlds, seed=seed, draws=numbers)
    require_record_file(spec.scenario)
    # What is set by hand is not drawn, so changes come after the draws.
    spec = spec.replace(scenario=apply_overrides(spec.scenario, changes, without))
    baselines = select_baselines(spec.scenario, against or None)
    progress = False if as_json else None
    run = run_worlds(spec, progress)
    score = run.score(baselines)
    found = score.to_dict()
    if as_json:
        print(json.dumps(found))
        return
    console = Console()
    console.print(numbers_sentence(run.scenario), highlight=False)
    print_figures(console, run, found)
    print_skill(console, found)
    for name in baselines:
        console.print(f"{name}: {BASELINES[name].meaning}", highlight=False)
    console.print(f"\n{SCORE_NOTE}\n\n{score.sentence}", highlight=False)


def register_score_command(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("score")(score_command)
