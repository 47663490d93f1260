"""The command ``poruka rules``: the rules in order, their numbers, their generated source."""

import json
from typing import Annotated

import typer

from poruka.cli.options import JsonOption
from poruka.cli.terminal import print_fitted


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
        print_fitted(
            f"{rule.id:<24}  {rule.claim}\n{'':<24}  {rule.standing};"
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
        print_fitted(
            f"{number.key:<34}  {number.value:g}, {number.low:g} to {number.high:g}"
            f" {number.unit}: {number.meaning}\n{'':<34}  {number.standing}{source};"
            f" {number.effect}"
        )
    if instruments:
        print_fitted("\n".join([*format_cells(of_instruments.values()), *format_agreement()]))
    named = sum(name.isupper() for name in vars(constants))
    left_out = len(instrument_numbers()) - len(of_instruments)
    of_rivals = len(of_rules) - len(main_parameters())
    print_fitted(
        f"{len(main_parameters())} numbers are declared, and {of_rivals} of rival accounts;"
        f" {named} constants have a name in the code."
        f" The table of instruments holds no number: {len(of_instruments)} steps stand in it, under"
        f" {len(instrument_columns())} declared columns ({left_out} more cells are none), and the"
        " heights of the steps are three of the numbers."
        f"{'' if instruments else ' List the steps with --instruments.'}"
    )


def register_rules_command(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("rules")(rules_command)
