"""The command that switches mechanisms off one at a time: knockout."""

import json
from pathlib import Path
from typing import Annotated

import typer

from poruka.cli.options import JsonOption, SeedOption
from poruka.cli.terminal import print_fitted, progress_printer
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.coverage import table_coverage


def knockout_command(
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            help="Mechanisms or parts such as M3 or M3.predation; all mechanisms by default."
        ),
    ] = None,
    parts: Annotated[
        bool, typer.Option("--parts", help="Also switch off every part of a mechanism alone.")
    ] = False,
    worlds: Annotated[
        int, typer.Option("-n", "--worlds", min=20, max=5000, help="Number of worlds of each arm.")
    ] = 100,
    seed: SeedOption = 3001,
    out: Annotated[
        Path, typer.Option("--out", help="Folder for the page, tables and figures.")
    ] = Path("runs/knockout"),
    as_json: JsonOption = False,
) -> None:
    """Switch mechanisms off one at a time and show which patterns are lost."""
    from poruka.analysis.patterns import load_patterns
    from poruka.reports.ablation_page import write_ablation_page
    from poruka.theory.ablation import run_ablation, select_mechanisms

    chosen = select_mechanisms(ids or (), parts)
    # Files that cannot be used are refused before a folder is made and the first arm simulated.
    load_patterns()
    out = create_results_folder(out)
    ablation = run_ablation(chosen, worlds, seed, progress_printer("arm", as_json), quiet=as_json)
    arguments = [*(ids or []), *(["--parts"] if parts else [])]
    page = write_ablation_page(ablation, out, worlds, seed, " ".join(arguments))
    if as_json:
        tables = {"patterns": ablation.pattern_effects, "mechanisms": ablation.mechanism_summary}
        records = {
            name: json.loads(table.to_json(orient="records")) for name, table in tables.items()
        }
        print(json.dumps({**records, "page": str(page)}))
        return
    for row in ablation.mechanism_summary.itertuples():
        effects = ablation.pattern_effects
        count = table_coverage(effects[effects["mechanism"] == row.mechanism])
        print_fitted(
            f"{row.mechanism:<16} {row.says}" + ("" if count.is_complete else f" ({count})")
        )
    print_fitted(f"the page is {page}")


def register_knockout_command(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("knockout")(knockout_command)
