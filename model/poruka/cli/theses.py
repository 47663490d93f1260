"""Commands on the theory: list the theses with what encodes each, and test them."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from poruka.cli.options import DrawsOption, JsonOption
from poruka.utils.atomic_files import create_results_folder

theses_app = typer.Typer(
    help="The theses of the text: what encodes each of them, and tests of each.",
    invoke_without_command=True,
)


@theses_app.callback()
def thesis_map_command(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the theses with the rules, parameters and instruments that encode each, if any."""
    if context.invoked_subcommand is not None:
        return
    from poruka.theory.theses import UNENCODED_THESES, theses, thesis_coverage

    coverage = thesis_coverage()
    if as_json:
        rows = [
            {
                "id": id,
                "title": thesis.title,
                "core": thesis.core,
                "rules": coverage[id].rules,
                "parameters": coverage[id].parameters,
                "instruments": coverage[id].instruments,
                "why_not": UNENCODED_THESES.get(id, ""),
            }
            for id, thesis in theses().items()
        ]
        print(json.dumps(rows))
        return
    for id, thesis in theses().items():
        encoded_by = [
            prefix + ", ".join(names)
            for prefix, names in (
                ("", coverage[id].rules),
                ("parameters ", coverage[id].parameters),
                ("instruments ", coverage[id].instruments),
            )
            if names
        ]
        print(f"{id}{'*' if thesis.core else ' '} {thesis.title}")
        print(f"      {'; '.join(encoded_by) or 'nothing: ' + UNENCODED_THESES[id]}")
    core_count = sum(thesis.core for thesis in theses().values())
    print(
        f"\n{len(theses())} theses, {core_count} of them core (*)."
        " `poruka theses run T041` tests one."
    )


@theses_app.command("run")
def run_theses_command(
    ids: Annotated[
        list[str] | None, typer.Argument(help="Theses such as T041; all by default.")
    ] = None,
    core: Annotated[bool, typer.Option("--core", help="Only the core theses.")] = False,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of all arms.")] = 2041,
    worlds: Annotated[
        int | None,
        typer.Option(
            "-n",
            "--worlds",
            min=20,
            max=5000,
            help="Number of worlds of each arm, in place of that in the files.",
        ),
    ] = None,
    draws: DrawsOption = None,
    out: Annotated[Path, typer.Option("--out", help="Folder for the pages.")] = Path("runs/theses"),
    as_json: JsonOption = False,
) -> None:
    """Test theses: change the cause, see whether the effect follows, and whether it disappears with
    the mechanism off.
    """
    from poruka.reports.theses_pages import verdict_records, write_theses_pages
    from poruka.simulation.number_design import parse_number_design
    from poruka.simulation.over_numbers import NOT_PLAYED
    from poruka.theory.hypothesis_tests import run_thesis_tests, select_theses
    from poruka.theory.theses_over_numbers import (
        decisive_effect,
        effects_over_numbers,
        format_effect,
    )

    def print_verdict(verdict: Any) -> None:
        if not as_json:
            print(_format_verdict(verdict), flush=True)

    design = parse_number_design(draws)
    select_theses(ids or (), core)  # a misspelt thesis is refused before a folder is made
    out = create_results_folder(out)
    verdicts = run_thesis_tests(
        ids or (), core=core, seed=seed, worlds=worlds, on_verdict=print_verdict
    )
    over = None if design is None else effects_over_numbers(verdicts, design, seed)
    index = write_theses_pages(verdicts, out, seed, over)
    if as_json:
        print(json.dumps(verdict_records(verdicts, over)))
        return
    if over is None:
        print(NOT_PLAYED)
    for verdict in verdicts:
        if one := decisive_effect(verdict, over):
            print(f"{verdict.thesis_id} {one.quantity}: {format_effect(one)}; {one.coverage}")
    counts = {
        name: sum(verdict.verdict == name for verdict in verdicts)
        for name in ("shown", "not shown", "opposite", "not testable")
    }
    summary = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    print(f"{summary}; pages in {index}")


def _format_verdict(verdict: Any) -> str:
    result = verdict.decisive_result
    if not result:
        return f"{verdict.thesis_id} {verdict.verdict:<12} {verdict.thesis_test.untestable}"
    effect = result.effect
    return (
        f"{verdict.thesis_id} {verdict.verdict:<12} {result.comparison.quantity}:"
        f" {effect.mean:+.3g} ({effect.low:+.3g} to {effect.high:+.3g})"
        + ("" if result.coverage.is_complete else f", {result.coverage}")
    )
