"""Commands on the theory: list the theses with what encodes each, and put them to tests."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from poruka.cli.options import JsonOption
from poruka.cli.terminal import print_fitted

theses_app = typer.Typer(
    help="The theses of the text: what encodes each of them, and tests of each that can fail.",
    invoke_without_command=True,
)
_IdsArgument = Annotated[
    list[str] | None, typer.Argument(help="Theses such as T041; all that are declared by default.")
]
_SeedsOption = Annotated[
    list[int] | None,
    typer.Option("--seed", min=0, help="A seed of all arms; give it several times for several."),
]
_WorldsOption = Annotated[
    int | None,
    typer.Option(
        "-n", "--worlds", min=2, max=1000, help="Worlds of each seed, in place of the declared."
    ),
]
_OutOption = Annotated[Path, typer.Option("--out", help="Folder of the results.")]
_ArmsOption = Annotated[
    Path | None,
    typer.Option("--arms", help="Folder that keeps arms which other runs and placebos move too."),
]
_RESULTS = Path("runs/theses")


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
        print_fitted(f"{id}{'*' if thesis.core else ' '} {thesis.title}")
        print_fitted(f"      {'; '.join(encoded_by) or 'nothing: ' + UNENCODED_THESES[id]}")
    core_count = sum(thesis.core for thesis in theses().values())
    print_fitted(
        f"\n{len(theses())} theses, {core_count} of them core (*)."
        " `poruka theses run T041` tests one."
    )


@theses_app.command("run")
def run_theses_command(
    ids: _IdsArgument = None,
    core: Annotated[bool, typer.Option("--core", help="Only the core theses.")] = False,
    seeds: _SeedsOption = None,
    worlds: _WorldsOption = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume/--anew",
            help="Take over what is stored of the same declarations, rules, seeds and worlds.",
        ),
    ] = True,
    out: _OutOption = _RESULTS,
    arms: _ArmsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Test theses: does the text's cause move the outcome, through the links the text names?

    Each result is stored when it is finished, so that an interrupted run is continued.
    """
    from poruka.theory.hypotheses.bench import BENCH_SEEDS, run_hypotheses

    def print_result(result: Any, is_stored: bool) -> None:
        if as_json:
            return
        for side in result.sides:
            print_fitted(_format_side(side) + ("  (stored)" if is_stored else ""))

    asked = ids or (), core, tuple(seeds or BENCH_SEEDS), worlds, resume
    run_hypotheses(out, *asked, on_result=print_result, arms=arms)
    _print_verdicts(out, ids or (), as_json)


@theses_app.command("show")
def show_theses_command(
    ids: _IdsArgument = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder of the results; the shipped ones if none.")
    ] = None,
    page: Annotated[
        Path | None, typer.Option("--page", help="Folder for a page with all numbers.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show stored verdicts and the rate of shown placebos, of theses asked for also each part."""
    from poruka.theory.hypotheses.results import require_results, shipped_results_folder

    folder = out or shipped_results_folder()
    _print_verdicts(folder, ids or (), as_json)
    if page is not None:
        from poruka.reports.hypotheses_page import write_hypotheses_page

        results = require_results(folder)
        written = write_hypotheses_page(results, page, _read_placebos(folder))
        if not as_json:
            print_fitted(f"page in {written}")


@theses_app.command("placebos")
def placebos_command(
    ids: _IdsArgument = None,
    fewest: Annotated[
        int, typer.Option("--fewest", min=1, max=5000, help="Placebos that are played at least.")
    ] = 200,
    seeds: _SeedsOption = None,
    worlds: _WorldsOption = None,
    out: _OutOption = _RESULTS,
    arms: _ArmsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put placebos made of the declared theses through the same procedure.

    Each is stored when it is finished, so that an interrupted run is continued.
    """
    from poruka.theory.hypotheses.bench import BENCH_SEEDS, bench_player, select_hypotheses
    from poruka.theory.hypotheses.placebos import placebo_rates, plan_placebos, run_placebos
    from poruka.theory.hypotheses.results import PLACEBO_FILE
    from poruka.utils.atomic_files import create_results_folder
    from poruka.utils.contained_writing import write_inside

    def store(placebo: Any, result: Any, table: Any) -> None:
        write_inside(folder, PLACEBO_FILE, content=table.to_csv(index=False))
        if not as_json:
            print_fitted(f"{placebo.kind:<9} {_format_side(result)}")

    placebos = plan_placebos(select_hypotheses(ids or (), False), fewest)
    folder = create_results_folder(out)
    stored = _read_placebos(folder)
    asked = placebos, tuple(seeds or BENCH_SEEDS), worlds
    player = None if arms is None else bench_player({}, arms)
    table = run_placebos(*asked, player=player, on_result=store, stored=stored)
    write_inside(folder, PLACEBO_FILE, content=table.to_csv(index=False))
    if as_json:
        print(placebo_rates(table).to_json(orient="index"))
    else:
        print(placebo_rates(table).to_string())


@theses_app.command("check")
def check_theses_command(
    ids: _IdsArgument = None,
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Folder of the declarations.")
    ] = None,
) -> None:
    """Read declarations and say what a run would refuse, without playing anything."""
    from poruka.theory.hypotheses.causes import moved_coefficients, moved_keys
    from poruka.theory.hypotheses.reading import hypotheses_folder, read_hypothesis
    from poruka.theory.theses import theses
    from poruka.utils.errors import BadInput, unknown_name_error

    for id in ids or ():
        if id not in theses():
            raise unknown_name_error("thesis", id, theses())
    folder = folder or hypotheses_folder()
    paths = [folder / f"{id}.toml" for id in ids or ()] or sorted(folder.glob("T*.toml"))
    errors = []
    for path in paths:
        try:
            hypothesis = read_hypothesis(path)
        except BadInput as error:
            errors.append(str(error))
            continue
        print_fitted(f"{hypothesis.thesis}: {hypothesis.untestable or ', '.join(hypothesis.scope)}")
        for number, part in enumerate(hypothesis.part, start=1):
            print_fitted(
                f"   {number}. {', '.join(moved_keys(part.low, part.high))} -> {part.quantity}"
            )
            coefficients = moved_coefficients(part.low, part.high)
            if coefficients and not part.built_in:
                errors.append(
                    f"{path}, part {number}: {', '.join(coefficients)} is a coefficient; a run"
                    " refuses it without `built_in`."
                )
    if errors:
        raise BadInput("\n".join(errors))


def _format_side(side: Any) -> str:
    """Return a side's result in one line."""
    effect = side.effect
    numbers = (
        f" {side.quantity} {effect.mean:+.3g} ({effect.low:+.3g} to {effect.high:+.3g})"
        if effect
        else ""
    )
    if side.over_numbers:
        over = side.over_numbers
        numbers += f", over the numbers {over.mean:+.3g} ({over.low:+.3g} to {over.high:+.3g})"
    left = "".join(
        f"; {off.state}: {off.lost_share:.0%} gone"
        for off in side.off
        if off.lost_share is not None
    )
    return f"{side.side}: {side.verdict},{numbers}{left}, p {side.p:.2g}. {side.why}".rstrip()


def _print_verdicts(folder: Path, ids: Any, as_json: bool) -> None:
    from poruka.theory.hypotheses.reading import load_hypotheses
    from poruka.theory.hypotheses.results import (
        describe_outdated,
        describe_smaller,
        require_results,
    )
    from poruka.theory.hypotheses.verdict_family import VERDICTS, hypothesis_table, with_first_bench

    results = require_results(folder, ids)
    table = with_first_bench(hypothesis_table(results))
    table = table[table["id"].isin(list(ids))] if ids else table
    shown = {id: results[id] for id in table["id"]}
    if as_json:
        print(table.to_json(orient="records"))
        return
    for row in table.itertuples():
        where = f" in {row.where}" if row.where else ""
        where_not = f"; not in {row.where_not}" if row.where_not and row.where else ""
        why = f" ({row.why})" if row.why else ""
        print_fitted(f"{row.id}{'*' if row.core else ' '} {row.verdict}{where}{where_not}{why}")
        p, q = (row.p_against, row.q_against) if row.verdict == "opposite" else (row.p, row.q)
        print_fitted(f"      first bench: {row.first}; p {p:.2g}, among all theses {q:.2g}")
        for side in shown[row.id].sides if ids else ():
            print_fitted(f"      {_format_side(side)}")
    counts = table["verdict"].value_counts()
    print_fitted(", ".join(f"{counts[name]} {name}" for name in VERDICTS if name in counts))
    broken = [one.side for result in shown.values() for one in result.sides if not one.was_played]
    if broken:
        print_fitted(
            f"{len(broken)} sides could not be played and will be tried again: {broken[0]} …"
        )
    for said in (describe_smaller(shown), describe_outdated(shown, load_hypotheses())):
        if said:
            print_fitted(said)
    _print_placebo_rates(folder)


def _read_placebos(folder: Path) -> Any:
    """Return the table of placebos in a folder of results, or None."""
    import pandas as pd

    from poruka.theory.hypotheses.results import PLACEBO_FILE

    return pd.read_csv(folder / PLACEBO_FILE) if (folder / PLACEBO_FILE).is_file() else None


def _print_placebo_rates(folder: Path) -> None:
    """Print how many placebos were shown, if they were played."""
    from poruka.theory.hypotheses.placebos import placebo_rates

    placebos = _read_placebos(folder)
    if placebos is None:
        print_fitted("no placebos were played; `poruka theses placebos` plays them")
        return
    rates = placebo_rates(placebos)
    for kind, name in (("negative", "negative controls"), ("all", "all placebos")):
        row = rates.loc[kind]
        print_fitted(
            f"{name}: {row['shown']:.0f} of {row['placebos']:.0f} shown"
            f" ({row['low']:.1%} to {row['high']:.1%}); {row['moved']:.0f} moved the quantity"
        )
