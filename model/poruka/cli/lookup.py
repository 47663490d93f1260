"""Commands that look things up: check, list, rules, explain, instruments."""

import json
from typing import Annotated, Any

import typer

from poruka.cli.experiment import check_experiment, is_experiment
from poruka.cli.options import JsonOption, SeedOption


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
        "shocks": len(scenario.file.shocks),
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
    print(
        f"{file} is in order: {scenario.title}, {scenario.months} months from"
        f" {scenario.start_date}, {facts['start_values']} start values, {facts['shocks']} shocks."
    )
    if path_facts:
        print(
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
            print(f"{label} ({len(keys)}): {', '.join(keys)}")


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
    for scenario in scenarios.itertuples():
        print(f"{scenario.name:<24} {scenario.months:>4} months  {scenario.title}")


def rules_command(
    as_json: JsonOption = False,
    source: Annotated[
        bool,
        typer.Option(
            "--source",
            help=(
                "Print instead the Python source that is generated from the rules and compiled: the"
                " month, which calls them in order, and the driver, which runs the months."
            ),
        ),
    ] = False,
    numbers: Annotated[
        bool,
        typer.Option(
            "--numbers",
            help=(
                "List instead every declared number of the rules: value, unit, range, standing,"
                " source, and what it moves when raised; the last line counts them and those of the"
                " instruments."
            ),
        ),
    ] = False,
    instruments: Annotated[
        bool,
        typer.Option(
            "--instruments",
            help=(
                "List instead every step that stands in the table of instruments, with its height,"
                " and how far the two coders agree, with the weighted kappa of each column."
            ),
        ),
    ] = False,
) -> None:
    """List the rules in the order in which a month applies them, each with its claim.

    With --source, print the generated source of the month and the driver instead; with --numbers,
    the numbers of the rules, with --instruments those of the instruments.
    """
    from poruka.rules.schedule import SCHEDULE

    if numbers or instruments:
        _print_numbers(numbers, instruments, as_json)
        return
    if source:
        from poruka.engine.driver_codegen import driver_source

        print(driver_source(SCHEDULE.rules), end="")
        return
    if as_json:
        print(
            json.dumps(
                [
                    {
                        "id": rule.id,
                        "claim": rule.claim,
                        "theses": rule.theses,
                        "locator": rule.locator,
                        "standing": rule.standing,
                        "mechanism": rule.mechanism,
                        "reads": sorted(rule.reads),
                        "writes": sorted(rule.writes),
                    }
                    for rule in SCHEDULE.rules
                ]
            )
        )
        return
    for rule in SCHEDULE.rules:
        print(
            f"{rule.id:<24} {rule.claim}\n{'':<24} {rule.standing};"
            f" {' '.join(rule.theses) or 'no thesis'}; {rule.mechanism or 'always on'}"
        )


def _print_numbers(rules: bool, instruments: bool, as_json: bool) -> None:
    from poruka.cli.instrument_table import format_agreement, format_cells
    from poruka.engine import constants
    from poruka.engine.instrument_columns import instrument_columns
    from poruka.engine.parameters import main_parameters, parameters
    from poruka.rules.instrument_numbers import given_instrument_numbers, instrument_numbers

    of_rules, of_instruments = parameters(), given_instrument_numbers()
    if as_json:
        listed = [
            *(of_rules.values() if rules else ()),
            *(of_instruments.values() if instruments else ()),
        ]
        print(json.dumps([number._asdict() for number in listed]))
        return
    for number in of_rules.values() if rules else ():
        source = "" if number.source == number.standing else f" ({number.source})"
        print(
            f"{number.key:<34} {number.value:g}, {number.low:g} to {number.high:g}"
            f" {number.unit}: {number.meaning}\n{'':<34} {number.standing}{source};"
            f" {number.effect}"
        )
    if instruments:
        print("\n".join([*format_cells(of_instruments.values()), *format_agreement()]))
    named = sum(name.isupper() for name in vars(constants))
    left_out = len(instrument_numbers()) - len(of_instruments)
    of_rivals = len(of_rules) - len(main_parameters())
    print(
        f"{len(main_parameters())} numbers are declared, and {of_rivals} of rival accounts;"
        f" {named} constants have a name in the code."
        f" The table of instruments holds no number: {len(of_instruments)} steps stand in it, under"
        f" {len(instrument_columns())} declared columns ({left_out} more cells are none), and the"
        " heights of the steps are three of the numbers."
        f"{'' if instruments else ' List the steps with --instruments.'}"
    )


def explain_command(
    name: Annotated[
        str,
        typer.Argument(help="A rule, thesis, instrument, parameter, field, mechanism or index."),
    ],
    as_json: JsonOption = False,
) -> None:
    """Explain one name of the model."""
    from poruka.theory.explanations import explain

    text = explain(name)
    print(json.dumps({"name": name, "text": text}) if as_json else text)


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
    print("\n".join(format_lines(table, size)))


def register_lookup_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("check")(check_command)
    app.command("list")(list_scenarios_command)
    app.command("rules")(rules_command)
    app.command("explain")(explain_command)
    app.command("instruments")(instruments_command)
