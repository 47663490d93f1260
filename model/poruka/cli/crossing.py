"""The command that compares control in two countries: crossing."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from poruka.cli.options import (
    DrawsOption,
    FirstScenarioArgument,
    JsonOption,
    SecondScenarioArgument,
    SeedOption,
)
from poruka.cli.terminal import print_fitted, print_wrapped
from poruka.scenario.display import numbers_sentence
from poruka.scenario.scenario import load
from poruka.simulation.number_design import OWN_DRAWS
from poruka.simulation.over_numbers import NOT_PLAYED, to_json
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.coverage import format_coverage


def crossing_command(
    first_scenario: FirstScenarioArgument = "kazakhstan",
    second_scenario: SecondScenarioArgument = "russia",
    worlds: Annotated[
        int,
        typer.Option("-n", "--worlds", min=2, max=5000, help="Number of worlds of each country."),
    ] = 300,
    seed: SeedOption = 1,
    draws: DrawsOption = OWN_DRAWS,
    out: Annotated[Path, typer.Option("--out", help="Folder for the figure and its data.")] = Path(
        "runs/crossing"
    ),
    as_json: JsonOption = False,
) -> None:
    """Compare the control of two rulers: when each has most, and when the second overtakes the
    first.
    """
    from poruka.api import simulate
    from poruka.figures.base.drawing import save_figure
    from poruka.figures.comparisons.crossing import ControlCrossing
    from poruka.figures.comparisons.crossing_over_numbers import measure_crossing_over_numbers
    from poruka.simulation.run_spec import RunSpec
    from poruka.simulation.runner import compile_rules

    scenarios = [load(first_scenario), load(second_scenario)]
    for scenario in scenarios:
        RunSpec.build(scenario, worlds=worlds, seed=seed, record="series", over_numbers=draws)
    out = create_results_folder(out)
    compile_rules(scenarios[0], quiet=as_json)
    progress = False if as_json else None
    ensembles = [
        simulate(
            scenario,
            worlds=worlds,
            seed=seed,
            record="series",
            progress=progress,
            over_numbers=draws,
        )
        for scenario in scenarios
    ]
    drawing = ControlCrossing(*ensembles)
    over = measure_crossing_over_numbers(*ensembles)
    figure, _, numbers = save_figure(drawing, out, "crossing")
    result = drawing.result
    if as_json:
        print(json.dumps(_crossing_to_dict(result, over, seed)))
        return
    for said in dict.fromkeys(map(numbers_sentence, scenarios)):
        print_fitted(said)
    for apogee in result.apogees:
        print_wrapped(_format_apogee(apogee))
    print_fitted(
        f"the medians cross for the last time in {result.crossing_date}"
        if result.crossing_date
        else "the medians do not cross"
    )
    first, second = (apogee.name for apogee in result.apogees)
    print_fitted(
        f"{result.crossed_share:.1%} of"
        f" {format_coverage(*result.pair_coverage, 'pair of worlds', 'pairs of worlds')}"
        f" ({result.low:.1%} to {result.high:.1%}): {second} below {first} at {first}'s apogee and"
        " above it at the end"
    )
    for line in _format_over_numbers(over, scenarios):
        print_wrapped(line)
    print_fitted(f"figure {figure}, numbers {numbers}")


def _format_apogee(apogee: Any) -> str:
    from poruka.figures.comparisons.crossing_pairs import APOGEE_YEARS

    shares = (
        f"{share:.1%} ({ends.low:.1%} to {ends.high:.1%})"
        for share, ends in (
            (apogee.share_in_apogee_years, apogee.interval_in_apogee_years),
            (apogee.share_in_last_year, apogee.interval_in_last_year),
        )
    )
    in_years, in_last = shares
    return (
        f"{apogee.name}: control highest in {apogee.median_date} (median of"
        f" {_format_apogee_worlds(apogee)}); {in_years} of worlds have their apogee in"
        f" {APOGEE_YEARS[0][:4]}-{APOGEE_YEARS[1][:4]}, {in_last} in the last year"
    )


def _format_over_numbers(over: Any, scenarios: list[Any]) -> list[str]:
    """Return the lines on the crossing over the numbers, or that it was not played."""
    if over is None:
        return [NOT_PLAYED]
    from poruka.figures.comparisons.crossing_pairs import APOGEE_YEARS

    lines = []
    for apogee, scenario in zip(over.apogees, scenarios, strict=True):
        dates = [
            scenario.date_of(round(month)) if month == month else "–"
            for month in (apogee.month.mean, apogee.month.low, apogee.month.high)
        ]
        lines.append(
            f"{apogee.name} over the numbers ({apogee.coverage}): control expected to be highest in"
            f" {dates[0]} ({dates[1]} to {dates[2]}); {_format_estimate(apogee.in_apogee_years)} of"
            f" worlds have their apogee in {APOGEE_YEARS[0][:4]}-{APOGEE_YEARS[1][:4]},"
            f" {_format_estimate(apogee.in_last_year)} in the last year"
        )
    return [*lines, f"over the numbers {_format_estimate(over.crossed)} of pairs cross"]


def _format_estimate(estimate: Any) -> str:
    ends = "one world a draw"
    if estimate.low == estimate.low:
        ends = f"95 % of draws {estimate.low:.1%} to {estimate.high:.1%}"
    return f"{estimate.mean:.1%} ({ends})"


def _format_apogee_worlds(apogee: Any) -> str:
    failed = apogee.requested_worlds - apogee.worlds
    return format_coverage(apogee.worlds, apogee.requested_worlds, failed)


def _crossing_to_dict(result: Any, over: Any, seed: int) -> dict[str, Any]:
    return {
        "apogees": [
            {
                "name": apogee.name,
                "median": apogee.median_date,
                "in_height": apogee.share_in_apogee_years,
                "in_height_95": list(apogee.interval_in_apogee_years),
                "in_last_year": apogee.share_in_last_year,
                "in_last_year_95": list(apogee.interval_in_last_year),
                "worlds": apogee.requested_worlds,
                "available": apogee.worlds,
                "failed": apogee.requested_worlds - apogee.worlds,
            }
            for apogee in result.apogees
        ],
        "crossing": result.crossing_date,
        "crossed": result.crossed_share,
        "low": result.low,
        "high": result.high,
        "pairs": result.pair_count,
        "requested_pairs": result.requested_pairs,
        "seed": seed,
        "over_numbers": over
        and {
            "apogees": [
                {
                    "name": apogee.name,
                    "month": to_json(apogee.month),
                    "in_height": to_json(apogee.in_apogee_years),
                    "in_last_year": to_json(apogee.in_last_year),
                    "coverage": apogee.coverage,
                }
                for apogee in over.apogees
            ],
            "crossed": to_json(over.crossed),
        },
    }
