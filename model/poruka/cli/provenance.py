"""The command that shows what was put into a result and what came out: ledger."""

import json
from pathlib import Path
from typing import Annotated

import typer

from poruka.cli.options import (
    JsonOption,
    ScenarioArgument,
    SeedOption,
    SetOption,
    WithoutOption,
    load_changed_scenario,
)
from poruka.cli.terminal import print_fitted
from poruka.utils.atomic_files import create_results_folder


def ledger_command(
    scenario: ScenarioArgument,
    worlds: Annotated[
        int, typer.Option("-n", "--worlds", min=1, max=5000, help="Number of worlds to simulate.")
    ] = 300,
    seed: SeedOption = 1,
    out: Annotated[Path, typer.Option("--out", help="Folder for the page and its table.")] = Path(
        "runs/ledger"
    ),
    changes: SetOption = None,
    without: WithoutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show on one page what was put into a result, with its evidence, and what came out."""
    from poruka.api import simulate
    from poruka.reports.provenance_page import write_provenance_page
    from poruka.reports.provenance_tables import count_entries
    from poruka.simulation.runner import compile_rules

    chosen = load_changed_scenario(scenario, changes, without)
    out = create_results_folder(out)
    compile_rules(chosen, quiet=as_json)
    ensemble = simulate(chosen, worlds=worlds, seed=seed, progress=False if as_json else None)
    page = write_provenance_page(ensemble, out)
    counts = count_entries(ensemble)
    if as_json:
        print(json.dumps({**counts, "page": str(page)}))
        return
    for side in ("put in", "came out"):
        print_fitted(
            f"{side + ':':<10}" + ", ".join(f"{n} {name}" for name, n in counts[side].items())
        )
    print_fitted(f"the ledger is {page}")


def register_ledger_command(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("ledger")(ledger_command)
