"""Commands on experiments: list them, and run one and print its results."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from poruka.cli.options import JsonOption
from poruka.cli.record_fit import run_record_fit, validate_record_fit
from poruka.cli.robustness import run_robustness_page
from poruka.cli.stage_progress import StageProgress
from poruka.cli.terminal import print_fitted
from poruka.cli.what_follows import run_what_follows
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.errors import BadInput, RunStopped
from poruka.utils.toml_data import MAX_DATA_FILE_BYTES

experiment_app = typer.Typer(
    help="Run experiments: questions with a design, sensitivity, calibration or robustness.",
    no_args_is_help=True,
)


@experiment_app.command("list")
def list_experiments_command(as_json: JsonOption = False) -> None:
    """List the experiments with their questions and whether their results are up to date."""
    from poruka.experiments.catalogue import list_experiments, open_experiment
    from poruka.experiments.result_folder import result_status

    rows = []
    for name, path in list_experiments().items():
        try:
            loaded = open_experiment(path)
            question, status = loaded.experiment.question, result_status(loaded)
        except BadInput as error:
            question, status = f"cannot be used: {error}", ""
        rows.append({"name": name, "question": question, "standing": status, "path": str(path)})
    if as_json:
        print(json.dumps(rows))
        return
    for row in rows:
        print_fitted(f"{row['name']:<28}  {row['question']}")
        if row["standing"]:
            print_fitted(f"{'':<28}  ({row['standing']})")
    print_fitted(
        "`poruka experiment run NAME` runs one; experiments/README.md explains how to write one."
    )


@experiment_app.command("run")
def run_experiment_command(
    name: Annotated[
        str, typer.Argument(help="A name that `poruka experiment list` shows, or a folder or file.")
    ],
    worlds: Annotated[
        int | None,
        typer.Option(
            "-n",
            "--worlds",
            min=2,
            max=5000,
            help="Number of worlds of every point, in place of that in the file.",
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, help="Seed, in place of that in the file.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder of the results; runs/experiments/NAME by default."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Run an experiment and write its results: a page with figures and tables.

    After an interruption, the same command continues where it stopped.
    """
    run_and_report_experiment(name, worlds, seed, out, as_json)


@experiment_app.command("validate")
def validate_calibration_command(
    name: Annotated[
        str, typer.Argument(help="An experiment with a calibration, whose targets are used.")
    ] = "07_what_the_record_allows",
    replications: Annotated[
        int | None,
        typer.Option("--replications", min=50, max=100_000, help="Truths planted (300)."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, help="Seed of truths and worlds.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Folder of the page: runs/planted_truths, or beside a fit to a record."
        ),
    ] = None,
) -> None:
    """Plant true numbers and write a page on whether calibrations find them again.

    It has ranks and coverage, in small models with known answers and in the country itself. Of a
    fit to a record the whole procedure is tried, and without that page no number is set.
    """
    from poruka.experiments.catalogue import find_experiment, read_experiment
    from poruka.reports.planted_truths_page import write_planted_truths_page

    loaded = read_experiment(find_experiment(name))
    if loaded.experiment.record_fit is not None:
        if replications is not None:
            raise BadInput("how many truths are planted stands in the [record_fit]: truths.")
        validate_record_fit(loaded, seed, out, StageProgress(quiet=False))
        return
    replications, seed = replications or 300, 1 if seed is None else seed
    out = out or Path("runs/planted_truths")
    command = (
        f"poruka experiment validate {loaded.name} --replications {replications} --seed {seed}"
        f" --out {out}"
    )
    page = write_planted_truths_page(
        loaded, out, command, replications, seed=seed, tell=lambda text: print(text, flush=True)
    )
    print_fitted(f"the page is {page}")


def is_experiment(name: str) -> bool:
    """Return whether a name or path means an experiment rather than a scenario."""
    from poruka.experiments.catalogue import list_experiments

    path = Path(name)
    try:
        if path.is_dir():
            return (path / "experiment.toml").is_file()
        if path.name == "experiment.toml":
            return True
        if path.is_file():
            return path.suffix == ".toml" and _holds_question(path)
        return name in list_experiments()
    except (OSError, ValueError):  # a name too long for a file, for one
        return False


def _holds_question(path: Path) -> bool:
    """Return whether a TOML file of another name is an experiment: scenarios ask no question."""
    import tomllib

    if path.stat().st_size > MAX_DATA_FILE_BYTES:
        return False
    try:
        return "question" in tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False


def check_experiment(name: str, as_json: bool) -> None:
    """Print that an experiment is valid, and how many simulations it takes."""
    from poruka.experiments.catalogue import find_experiment, read_experiment
    from poruka.experiments.cost_estimate import estimate_cost, format_cost_estimate
    from poruka.experiments.result_folder import result_status
    from poruka.experiments.table_validation import validate_libraries

    loaded = read_experiment(find_experiment(name))
    validate_libraries(loaded.experiment)
    question, status, stages = (
        loaded.experiment.question,
        result_status(loaded),
        estimate_cost(loaded),
    )
    if not as_json:
        print_fitted(f"{name} is in order: {question}\n{format_cost_estimate(stages)}\n{status}")
        return
    stage_rows = [
        {
            "what": stage.label,
            "points": stage.points,
            "worlds": stage.worlds,
            "at_most": stage.at_most,
            "total": stage.total_worlds,
        }
        for stage in stages
    ]
    facts = {"name": loaded.name, "question": question, "standing": status, "stages": stage_rows}
    print(json.dumps(facts))


@experiment_app.command("check")
def check_experiment_command(
    name: Annotated[
        str, typer.Argument(help="A name that `poruka experiment list` shows, or a folder or file.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Check an experiment as its run does, without simulating, and show what it would cost."""
    check_experiment(name, as_json)


def run_and_report_experiment(
    name: str, worlds: int | None, seed: int | None, out: Path | None, as_json: bool
) -> None:
    """Run an experiment, write its page and print its results.

    Raises
    ------
    RunStopped
        When the page cannot be written.
    """
    from poruka.experiments.catalogue import find_experiment, read_experiment
    from poruka.experiments.cost_estimate import estimate_cost, format_cost_estimate
    from poruka.experiments.run import run_experiment, validate_counts
    from poruka.experiments.table_validation import validate_libraries
    from poruka.reports.experiment_page import write_experiment_page
    from poruka.reports.experiment_sections import build_sections

    loaded = read_experiment(find_experiment(name))
    validate_counts(worlds, seed)
    validate_libraries(loaded.experiment)
    tables = {
        "record_fit": run_record_fit,
        "what_follows": run_what_follows,
        "robustness": run_robustness_page,
    }
    for table, run in tables.items():
        if getattr(loaded.experiment, table) is not None:
            run(loaded, worlds, seed, out, as_json, StageProgress(quiet=as_json))
            return
    progress = StageProgress(quiet=as_json)
    folder = create_results_folder(out or Path("runs/experiments") / loaded.name)
    if not as_json:
        cost = format_cost_estimate(estimate_cost(loaded, worlds))
        print_fitted(f"{loaded.experiment.question}\n{cost}")
    result = run_experiment(loaded, folder, worlds, seed, progress, quiet=as_json)
    progress.close()
    options = "".join(
        f" {flag} {value}"
        for flag, value in (("-n", worlds), ("--seed", seed))
        if value is not None
    )
    try:
        page = write_experiment_page(result, folder, f"poruka experiment run {name}{options}")
    except OSError as error:
        raise RunStopped(
            f"the worlds are kept in {folder}, but the results could not be written ({error}); make"
            " the folder writable, then the same command continues."
        ) from None
    if as_json:
        print(json.dumps(_to_json_data(result, page)))
        return
    for section in build_sections(result):
        print_fitted(f"\n{section.heading}")
        for paragraph in section.paragraphs:
            print_fitted(f"  {paragraph}")
    print_fitted(f"\nthe page is {page}")


def _to_records(table: Any) -> list[dict[str, Any]]:
    return json.loads(table.to_json(orient="records"))


def _to_json_data(result: Any, page: Path) -> dict[str, Any]:
    points = posterior = None
    if result.design_result is not None:
        points = _to_records(result.design_result.table())
    if result.calibration_result:
        draws = result.calibration_result.posterior
        posterior = _to_records(draws.points.assign(weight=list(draws.weights)))
    return {
        "experiment": result.loaded.name,
        "question": result.experiment.question,
        "seed": result.seed,
        "worlds": result.worlds,
        "failed": len(result.failures),
        "coverage": str(result.coverage),
        "points": points,
        "analyses": [
            {"kind": analysis.kind, "rows": _to_records(analysis.table)}
            for analysis in result.analyses
        ],
        "posterior": posterior,
        "page": str(page),
    }
