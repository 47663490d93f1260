"""The command that switches mechanisms off one at a time: knockout."""

import json
from pathlib import Path
from typing import Annotated

import typer

from poruka.cli.options import JsonOption, SeedOption
from poruka.cli.terminal import progress_printer
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
    with_theses: Annotated[
        bool, typer.Option("--theses", help="Also test every thesis without the mechanism (hours).")
    ] = False,
    core: Annotated[
        bool, typer.Option("--core", help="Also test the core theses without the mechanism.")
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
    """Switch mechanisms off one at a time and show which patterns, and which theses, are lost."""
    from poruka.analysis.patterns import load_patterns
    from poruka.reports.ablation_page import write_ablation_page
    from poruka.theory.ablation import run_ablation, select_mechanisms
    from poruka.theory.ablation_of_theses import run_thesis_ablation
    from poruka.theory.hypothesis_specification import load_thesis_tests

    chosen = select_mechanisms(ids or (), parts)
    # Files that cannot be used are refused before a folder is made and the first arm simulated.
    load_patterns()
    if with_theses or core:
        load_thesis_tests()
    out = create_results_folder(out)
    ablation = run_ablation(chosen, worlds, seed, progress_printer("arm", as_json), quiet=as_json)
    thesis_table = (
        run_thesis_ablation(chosen, core=core, progress=progress_printer("thesis", as_json))
        if with_theses or core
        else None
    )
    flags = (("--parts", parts), ("--theses", with_theses), ("--core", core))
    arguments = [*(ids or []), *(flag for flag, is_set in flags if is_set)]
    page = write_ablation_page(ablation, thesis_table, out, worlds, seed, " ".join(arguments))
    if as_json:
        tables = {
            "patterns": ablation.pattern_effects,
            "mechanisms": ablation.mechanism_summary,
            "theses": thesis_table,
        }
        records = {
            name: json.loads(table.to_json(orient="records")) if table is not None else None
            for name, table in tables.items()
        }
        print(json.dumps({**records, "page": str(page)}))
        return
    for row in ablation.mechanism_summary.itertuples():
        effects = ablation.pattern_effects
        count = table_coverage(effects[effects["mechanism"] == row.mechanism])
        print(f"{row.mechanism:<16} {row.says}" + ("" if count.is_complete else f" ({count})"))
    if thesis_table is not None:
        for mechanism, rows in thesis_table.groupby("mechanism", sort=False):
            lost = rows[rows["cell"] == "lost"]["thesis"]
            print(
                f"{mechanism:<16} {len(lost)} of {int(rows['shows'].sum())} theses that are shown"
                f" with the mechanism are lost without it: {', '.join(lost) or 'none'}"
                + ("" if (count := table_coverage(rows)).is_complete else f" ({count})")
            )
    print(f"the page is {page}")


def register_knockout_command(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("knockout")(knockout_command)
