"""Commands that look things up: check, list, rules, explain."""

import json
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="For machines.")]


def check_command(
    file: Annotated[str, typer.Argument(help="A scenario file, or the name of one.")],
    as_json: Json = False,
) -> None:
    """Read a scenario, a path or the folder of an experiment, and say whether it can be used."""
    from poruka.cli.experiment import check_experiment, is_experiment

    if is_experiment(file):
        check_experiment(file, as_json)
        return
    from poruka.scenario.file import find_scenario_file
    from poruka.scenario.scenario import load

    found = load(file)
    if found.record_path is not None:
        from poruka.simulation.scoring import read_observed_record

        read_observed_record(found.record_path)
    from poruka.scenario.codebook import find_missing_items

    owes = find_missing_items(found)
    facts = {
        "name": found.name,
        "title": found.title,
        "country": found.country,
        "start": found.start_date,
        "months": found.months,
        "start_values": sum(len(page) for page in found.file.start.values()),
        "shocks": len(found.file.shocks),
        "digest": found.digest,
        "owed": {
            "blank": owes.undocumented,
            "off_step": owes.off_scale,
            "late": owes.dated_after_start,
        },
    }
    path = None
    if found.file.path is not None:
        from poruka.theory.counterfactuals.specification import read_counterfactual

        path = read_counterfactual(find_scenario_file(file))
        facts |= {
            "path": path.entry.id,
            "family": path.entry.family,
            "against": path.baseline.name,
            "expectations": len(path.entry.expect),
        }
    if as_json:
        print(json.dumps(facts))
        return
    print(
        f"{file} is in order: {found.title}, {found.months} months from {found.start_date}, "
        f"{facts['start_values']} start values, {facts['shocks']} shocks."
    )
    if path is not None:
        print(
            f"path {path.entry.id} ({path.entry.family}), against {path.baseline.name}:"
            f" {len(path.entry.expect)} expectations"
        )
    for keys, said in (
        (owes.undocumented, "no fact, neutral value held"),
        (owes.off_scale, "off the steps of the codebook"),
        (owes.dated_after_start, "fact names a year after the start"),
    ):
        if keys:
            print(f"{said} ({len(keys)}): {', '.join(keys)}")


def list_scenarios_command(as_json: Json = False) -> None:
    """List the scenarios that can be run by name."""
    from poruka.scenario.catalogue import list_scenarios

    found = list_scenarios()
    if as_json:
        print(found.to_json(orient="records"))
        return
    for one in found.itertuples():
        print(f"{one.name:<24} {one.months:>4} months  {one.title}")


def rules_command(
    as_json: Json = False,
    source: Annotated[
        bool, typer.Option("--source", help="The generated month and driver, as they are compiled.")
    ] = False,
) -> None:
    """List the rules in the order of the month, each with its claim."""
    from poruka.rules.schedule import SCHEDULE

    if source:
        from poruka.engine.driver_codegen import driver_source

        print(driver_source(SCHEDULE.rules), end="")
        return
    if as_json:
        print(
            json.dumps(
                [
                    {
                        "id": one.id,
                        "claim": one.claim,
                        "theses": one.theses,
                        "locator": one.locator,
                        "standing": one.standing,
                        "mechanism": one.mechanism,
                        "reads": sorted(one.reads),
                        "writes": sorted(one.writes),
                    }
                    for one in SCHEDULE.rules
                ]
            )
        )
        return
    for one in SCHEDULE.rules:
        print(
            f"{one.id:<24} {one.claim}\n{'':<24} {one.standing};"
            f" {' '.join(one.theses) or 'no thesis'}; {one.mechanism or 'always on'}"
        )


def explain_command(
    name: Annotated[
        str,
        typer.Argument(help="A rule, thesis, instrument, parameter, field, mechanism or index."),
    ],
    as_json: Json = False,
) -> None:
    """Explain one name of the model."""
    from poruka.theory.theses import explain

    text = explain(name)
    print(json.dumps({"name": name, "text": text}) if as_json else text)


def instruments_command(
    scenario: Annotated[
        str, typer.Argument(help="A scenario file, or the name of one.")
    ] = "kazakhstan",
    worlds: Annotated[
        int, typer.Option("-n", "--worlds", min=1, max=1000, help="How many worlds.")
    ] = 20,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed.")] = 1,
    as_json: Json = False,
) -> None:
    """Say how long each instrument was open to rulers and how often they used it."""
    from poruka.analysis.instrument_use import measure_instrument_use
    from poruka.scenario.scenario import load
    from poruka.simulation.runner import compile_rules

    found = load(scenario)
    compile_rules(found)
    table = measure_instrument_use(found, worlds, seed)
    if as_json:
        print(table.to_json(orient="records"))
        return
    print(
        f"{'':4} {'open months':>11} {'uses':>6} {'per open year':>13} {'in worlds':>9}  instrument"
        f" ({worlds} worlds of {found.title}, seed {seed})"
    )
    for one in table.itertuples():
        rate = f"{one.uses_per_open_year:.2f}" if one.open_months > 0 else "–"
        print(
            f"{one.id:<4} {one.open_months:>11.1f} {one.uses:>6.2f} {rate:>13}"
            f" {one.used_worlds:>9.0%}  {one.label}"
        )
    print(
        f"{(table['uses'] > 0).sum()} of {len(table)} instruments were used;"
        f" {(table['open_months'] == 0).sum()} were never open."
    )


def register_lookup_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("check")(check_command)
    app.command("list")(list_scenarios_command)
    app.command("rules")(rules_command)
    app.command("explain")(explain_command)
    app.command("instruments")(instruments_command)
