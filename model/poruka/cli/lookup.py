"""Commands that look things up: check, list, rules, explain, instruments."""

import json
from typing import Annotated, Any

import typer

from poruka.cli.experiment import check_experiment, is_experiment
from poruka.cli.options import JsonOption, ScenarioArgument, SeedOption
from poruka.cli.terminal import print_fitted
from poruka.utils.errors import BadInput


def check_command(
    file: Annotated[
        str,
        typer.Argument(
            help="A scenario file, a divergence path or the folder of an experiment, or its name."
        ),
    ],
    as_json: JsonOption = False,
) -> None:
    """Check a scenario, a divergence path or an experiment, and report what is still missing."""
    if is_experiment(file):
        check_experiment(file, as_json)
        return
    from poruka.scenario.codebook import find_missing_items
    from poruka.scenario.display import numbers_sentence
    from poruka.scenario.scenario import load
    from poruka.scoring.record import figures_outside, validate_record_of

    scenario = load(file)
    validate_record_of(scenario)
    outside = figures_outside(scenario)
    missing = find_missing_items(scenario)
    facts = {
        "name": scenario.name,
        "title": scenario.title,
        "country": scenario.country,
        "start": scenario.start_date,
        "months": scenario.months,
        "start_values": sum(len(page) for page in scenario.file.start.values()),
        "shocks": len(scenario.shocks),
        "numbers": scenario.numbers,
        "digest": scenario.digest,
        "owed": {
            "blank": missing.undocumented,
            "off_step": missing.off_scale,
            "late": missing.dated_after_start,
        },
        "figures_outside": outside,
    }
    path_facts = _describe_path(file) if scenario.file.path is not None else {}
    if as_json:
        print(json.dumps(facts | path_facts))
        return
    print_fitted(
        f"{file} is in order: {scenario.title}, {scenario.months} months from"
        f" {scenario.start_date}, {facts['start_values']} start values, {facts['shocks']} shocks;"
        f" {numbers_sentence(scenario)}."
    )
    if path_facts:
        print_fitted(
            f"path {path_facts['path']} ({path_facts['family']}), against {path_facts['against']}:"
            f" {path_facts['expectations']} expectations"
        )
    for label, keys in (
        ("no fact, neutral value held", missing.undocumented),
        ("off the steps of the codebook", missing.off_scale),
        ("fact names a year after the start", missing.dated_after_start),
        ("figures of the record outside these months, never scored", outside),
    ):
        if keys:
            print_fitted(f"{label} ({len(keys)}): {', '.join(keys)}")


def _describe_path(file: str) -> dict[str, Any]:
    from poruka.scenario.file import find_scenario_file
    from poruka.theory.counterfactuals.specification import read_counterfactual

    counterfactual = read_counterfactual(find_scenario_file(file))
    return {
        "path": counterfactual.entry.id,
        "family": counterfactual.entry.family,
        "against": counterfactual.baseline.name,
        "expectations": len(counterfactual.entry.expect),
    }


def list_scenarios_command(as_json: JsonOption = False) -> None:
    """List the scenarios that can be run by name."""
    from poruka.scenario.catalogue import list_scenarios

    scenarios = list_scenarios()
    if as_json:
        print(scenarios.to_json(orient="records"))
        return
    width = max(map(len, scenarios["name"]))
    for scenario in scenarios.itertuples():
        print_fitted(f"{scenario.name:<{width}} {scenario.months:>4} months  {scenario.title}")


def keys_command(
    scenario: ScenarioArgument,
    pattern: Annotated[
        str, typer.Argument(help="A part of the keys wanted, such as oligarchs or start.president.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """List everything that can be changed in a scenario: key, value, range, unit.

    A key is what --set, `poruka sweep --vary` and Scenario.change take.
    """
    from poruka.scenario.scenario import load

    table = load(scenario).keys()
    if pattern:
        table = table[table["key"].str.contains(pattern, case=False, regex=False)]
    if not len(table):
        raise BadInput(
            f"no key of {scenario} holds {pattern!r}; `poruka keys {scenario}` lists all."
        )
    if as_json:
        print(table.to_json(orient="records"))
        return
    width = max(map(len, table["key"]))
    for row in table.itertuples():
        span = f", {row.low} to {row.high}" if row.low == row.low and row.low is not None else ""
        value = f"{row.value:g}" if isinstance(row.value, float) else row.value
        print_fitted(f"{row.key:<{width}}  {value}{span} ({row.unit})")
    print_fitted(f"{len(table)} keys; `poruka explain KEY` says what one means and what it moves")


def explain_command(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME",
            help="A rule, thesis, instrument, number, outcome, index … such as ethnic war.",
        ),
    ],
    as_json: JsonOption = False,
) -> None:
    """Explain one name of the model."""
    from poruka.theory.explanations import explain

    name = " ".join(words)
    text = explain(name)
    if as_json:
        print(json.dumps({"name": name, "text": text}))
    else:
        print_fitted(text)


def instruments_command(
    names: Annotated[
        list[str] | None, typer.Argument(help="Scenarios or files; Kazakhstan by default.")
    ] = None,
    worlds: Annotated[
        int,
        typer.Option("-n", "--worlds", min=1, max=1000, help="Number of worlds of each country."),
    ] = 20,
    seed: SeedOption = 1,
    as_json: JsonOption = False,
) -> None:
    """Count for each instrument the months in which it was available and how often it was used.

    Several countries stand beside each other.
    """
    from poruka.analysis.instrument_use import measure_repertoire
    from poruka.cli.instrument_table import format_repertoire, format_use
    from poruka.scenario.scenario import load
    from poruka.simulation.runner import compile_rules

    chosen = [load(name) for name in names or ["kazakhstan"]]
    compile_rules(chosen[0], quiet=as_json)
    table = measure_repertoire(chosen, worlds, seed)
    if as_json:
        print(table.to_json(orient="records"))
        return
    size = f"{worlds} worlds of {', '.join(one.title for one in chosen)}, seed {seed}"
    format_lines = format_use if len(chosen) == 1 else format_repertoire
    print_fitted("\n".join(format_lines(table, size)))


def register_lookup_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("check")(check_command)
    app.command("list")(list_scenarios_command)
    app.command("keys")(keys_command)
    app.command("explain")(explain_command)
    app.command("instruments")(instruments_command)
