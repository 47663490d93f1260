"""Commands on the theory: the map of theses, and putting theses to the test."""

import json
from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="For machines.")]
theses_app = typer.Typer(
    help="The theses of the text: what carries each, and what comes of moving its cause.",
    invoke_without_command=True,
)


@theses_app.callback()
def thesis_map_command(context: typer.Context, as_json: Json = False) -> None:
    """Print which rules, numbers and instruments carry each thesis, or why none does."""
    if context.invoked_subcommand is not None:
        return
    from poruka.theory.theses import UNENCODED_THESES, theses, thesis_coverage

    carried = thesis_coverage()
    if as_json:
        print(
            json.dumps(
                [
                    {
                        "id": id,
                        "title": one.title,
                        "core": one.core,
                        **carried[id]._asdict(),
                        "why_not": UNENCODED_THESES.get(id, ""),
                    }
                    for id, one in theses().items()
                ]
            )
        )
        return
    for id, one in theses().items():
        parts = [", ".join(carried[id].rules)] if carried[id].rules else []
        parts += [f"numbers {', '.join(carried[id].parameters)}"] if carried[id].parameters else []
        parts += (
            [f"instruments {', '.join(carried[id].instruments)}"] if carried[id].instruments else []
        )
        print(
            f"{id}{'*' if one.core else ' '} {one.title}\n     "
            f" {'; '.join(parts) or 'nothing: ' + UNENCODED_THESES[id]}"
        )
    print(
        f"\n{len(theses())} theses, {sum(one.core for one in theses().values())} of them core (*)."
        " `poruka theses run T041` puts one to the test."
    )


@theses_app.command("run")
def run_theses_command(
    ids: Annotated[
        list[str] | None, typer.Argument(help="Theses such as T041; all without any.")
    ] = None,
    core: Annotated[bool, typer.Option("--core", help="Only the core theses.")] = False,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of all arms.")] = 2041,
    worlds: Annotated[
        int | None,
        typer.Option(
            "-n", "--worlds", min=20, max=5000, help="Worlds per arm instead of what the files say."
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder for the pages.")] = Path("runs/theses"),
    as_json: Json = False,
) -> None:
    """Move each thesis's cause, see whether its effect follows, and whether it goes with the
    mechanism.
    """
    from poruka.reports.theses_pages import verdict_records as listed
    from poruka.reports.theses_pages import write_theses_pages
    from poruka.theory.hypothesis_tests import ThesisVerdict, run_thesis_tests, select_theses
    from poruka.utils.atomic_files import create_results_folder

    def tell(one: ThesisVerdict) -> None:
        found = one.decisive_result
        if not as_json:
            numbers = (
                f"{found.comparison.quantity}: {found.effect.mean:+.3g} ({found.effect.low:+.3g} to"
                f" {found.effect.high:+.3g})"
                if found
                else one.thesis_test.untestable
            )
            print(f"{one.thesis_id} {one.verdict:<12} {numbers}", flush=True)

    select_theses(ids or (), core)  # a misspelt thesis is refused before a folder is made
    create_results_folder(out)
    verdicts = run_thesis_tests(ids or (), core=core, seed=seed, worlds=worlds, on_verdict=tell)
    index = write_theses_pages(verdicts, out, seed)
    if as_json:
        print(json.dumps(listed(verdicts)))
        return
    counts = {
        name: sum(one.verdict == name for one in verdicts)
        for name in ("shown", "not shown", "opposite", "not testable")
    }
    print(
        ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        + f"; pages in {index}"
    )
