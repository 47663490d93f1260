"""Commands on the history of one world: chronicle, why."""

import json
from typing import Annotated, Any

import typer

from poruka.cli.options import (
    JsonOption,
    PartialOption,
    RunOrScenarioArgument,
    SeedOption,
    SetOption,
    TrustedOption,
    WithoutOption,
    WorldNumberOption,
    is_run_folder,
    load_changed_scenario,
    open_run_to_read,
)
from poruka.cli.sparklines import format_index_lines
from poruka.cli.terminal import print_wrapped
from poruka.utils.errors import BadInput
from poruka.utils.labels import format_label

_DEFAULT_SEED = 1
_WORLD_NUMBERS = 2**31


def _run_world(
    name: str,
    world: int,
    seed: int,
    changes: list[str] | None,
    without: list[str] | None,
    partial: bool,
    trusted: bool,
) -> Any:
    """Return one world, of a stored run or of a scenario, simulated to its end."""
    from poruka.simulation.regime import Regime
    from poruka.simulation.runner import compile_rules

    if is_run_folder(name):
        run = open_run_to_read(name, partial, trusted)
        if changes or without or seed not in (_DEFAULT_SEED, run.seed):
            raise BadInput(
                f"{name} is a run with seed {run.seed}; leave out --set, --without and --seed, or"
                " name a scenario to change."
            )
        low, high = run.manifest["span"]
        scenario, seed, months = run.scenario, run.seed, run.months
    else:
        scenario = load_changed_scenario(name, changes, without)
        low, high, months = 0, _WORLD_NUMBERS, scenario.months
    if not low <= world < high:
        raise BadInput(f"--world is {world}; {name} has the worlds {low} to {high - 1}.")
    compile_rules(scenario)
    return Regime(scenario, seed=seed, world=world).run_until(scenario.date_of(months - 1))


def chronicle_command(
    run: RunOrScenarioArgument,
    world: WorldNumberOption = 0,
    seed: SeedOption = _DEFAULT_SEED,
    most: Annotated[int, typer.Option("--most", help="Maximum number of events.")] = 60,
    changes: SetOption = None,
    without: WithoutOption = None,
    partial: PartialOption = False,
    trusted: TrustedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Print the chronicle of one world: its most important events by date."""
    regime = _run_world(run, world, seed, changes, without, partial, trusted)
    if as_json:
        print(regime.events.drop(columns=["world"]).to_json(orient="records"))
        return
    title, *lines = regime.chronicle(max_lines=most).splitlines()
    outcome = format_label(str(regime.outcomes.iloc[0]["outcome"]))
    print(f"{title}: world {world} of seed {regime.ensemble_seed}, outcome: {outcome}\n")
    print("\n".join(format_index_lines(regime.series)) + "\n")
    print_wrapped("\n".join(lines), "      ")
    count = sum(line.startswith(" ") for line in lines)
    print_wrapped(
        f"\n{count} of {len(regime.events)} events, the most important (--most N for another"
        f" number, --json for all). Why an event occurred: poruka why {run} --world {world} --event"
        " NUMBER"
    )


def why_command(
    run: RunOrScenarioArgument,
    event: Annotated[
        int, typer.Option("--event", help="Number of the event in the world's chronicle.")
    ],
    world: WorldNumberOption = 0,
    seed: SeedOption = _DEFAULT_SEED,
    changes: SetOption = None,
    without: WithoutOption = None,
    partial: PartialOption = False,
    trusted: TrustedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Explain why an event occurred: the rule that made it, and the values that decided it."""
    regime = _run_world(run, world, seed, changes, without, partial, trusted)
    explanation = regime.why(event)
    if not as_json:
        print_wrapped(str(explanation))
        return
    print(
        json.dumps(
            {
                "event": event,
                "text": explanation.text,
                "rule": explanation.rule,
                "claim": explanation.claim,
                "theses": explanation.theses,
                "standing": explanation.standing,
                "reasons": explanation.reasons,
            }
        )
    )


def register_chronicle_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("chronicle")(chronicle_command)
    app.command("why")(why_command)
