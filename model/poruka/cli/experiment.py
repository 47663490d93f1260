"""Commands on experiments: list them, run one and read its answer."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

Json = Annotated[bool, typer.Option("--json", help="For machines.")]
experiment_app = typer.Typer(
    help="Questions put to the model: designs, sensitivity, discovery, calibration.",
    no_args_is_help=True,
)


@experiment_app.command("list")
def list_experiments_command(as_json: Json = False) -> None:
    """List the experiments there are, each with its question, and whether its answer
    still holds.
    """
    from poruka.experiments.catalogue import list_experiments, read_experiment
    from poruka.experiments.result_folder import result_status
    from poruka.utils.errors import BadInput

    rows = []
    for name, path in list_experiments().items():
        try:
            found = read_experiment(path)
            rows.append(
                {
                    "name": name,
                    "question": found.experiment.question,
                    "standing": result_status(found),
                    "path": str(path),
                }
            )
        except BadInput as error:
            rows.append(
                {
                    "name": name,
                    "question": f"cannot be used: {error}",
                    "standing": "",
                    "path": str(path),
                }
            )
    if as_json:
        print(json.dumps(rows))
        return
    for row in rows:
        print(
            f"{row['name']:<28} {row['question']}"
            + (f"\n{'':<28} ({row['standing']})" if row["standing"] else "")
        )
    print(
        "`poruka experiment run NAME` answers one; experiments/README.md says how to write one's"
        " own."
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
            help="Worlds of every point instead of what the file says.",
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, help="Seed instead of what the file says.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder of the answer; runs/list_experiments/NAME by default."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Play an experiment and write its answer: a page with figures and tables. Interrupted, the
    same command goes on.
    """
    run_and_report_experiment(name, worlds, seed, out, as_json)


def is_experiment(name: str) -> bool:
    """Return whether a name or path means an experiment rather than a scenario."""
    from poruka.experiments.catalogue import list_experiments

    path = Path(name)
    if path.is_dir():
        return (path / "experiment.toml").is_file()
    return path.name == "experiment.toml" or (not path.exists() and name in list_experiments())


def check_experiment(name: str, as_json: bool) -> None:
    """Say that an experiment is in order, and how much it plays."""
    from poruka.experiments.catalogue import find_experiment, read_experiment
    from poruka.experiments.cost_estimate import estimate_cost, format_cost_estimate
    from poruka.experiments.result_folder import result_status

    found = read_experiment(find_experiment(name))
    stages = estimate_cost(found)
    if as_json:
        told = [
            {
                "what": one.label,
                "points": one.points,
                "worlds": one.worlds,
                "at_most": one.at_most,
                "total": one.total_worlds,
            }
            for one in stages
        ]
        print(
            json.dumps(
                {
                    "name": found.name,
                    "question": found.experiment.question,
                    "standing": result_status(found),
                    "stages": told,
                }
            )
        )
        return
    print(
        f"{name} is in order:"
        f" {found.experiment.question}\n{format_cost_estimate(stages)}\n{result_status(found)}"
    )


def run_and_report_experiment(
    name: str, worlds: int | None, seed: int | None, out: Path | None, as_json: bool
) -> None:
    """Run an experiment, write its page and say what came out."""
    from poruka.experiments.catalogue import find_experiment, read_experiment
    from poruka.experiments.cost_estimate import estimate_cost, format_cost_estimate
    from poruka.experiments.run import run_experiment
    from poruka.reports.experiment_page import write_experiment_page
    from poruka.reports.experiment_sections import build_sections
    from poruka.utils.atomic_files import create_results_folder
    from poruka.utils.errors import RunStopped

    found = read_experiment(find_experiment(name))
    folder = create_results_folder(out or Path("runs/experiments") / found.name)
    if not as_json:
        print(
            f"{found.experiment.question}\n{format_cost_estimate(estimate_cost(found, worlds))}",
            flush=True,
        )
    teller = _StageProgress(quiet=as_json)
    answer = run_experiment(found, folder, worlds, seed, teller, quiet=as_json)
    teller.close()
    options = "".join(
        f" {flag} {value}"
        for flag, value in (("-n", worlds), ("--seed", seed))
        if value is not None
    )
    try:
        page = write_experiment_page(answer, folder, f"poruka experiment run {name}{options}")
    except OSError as error:
        raise RunStopped(
            f"the worlds are kept in {folder}, but the answer could not be written ({error}); see"
            " to it, and the same command goes on."
        ) from None
    if as_json:
        print(json.dumps(_to_json_data(answer, page)))
        return
    for section in build_sections(answer):
        print(f"\n{section.heading}")
        for words in section.paragraphs:
            print(f"  {words}")
    print(f"\nthe page is {page}")


def _to_json_data(answer: Any, page: Path) -> dict[str, Any]:
    made = [
        {"kind": one.kind, "rows": json.loads(one.table.to_json(orient="records"))}
        for one in answer.analyses
    ]
    posterior = (
        json.loads(
            answer.calibration_result.posterior.points.assign(
                weight=list(answer.calibration_result.posterior.weights)
            ).to_json(orient="records")
        )
        if answer.calibration_result
        else None
    )
    return {
        "experiment": answer.loaded.name,
        "question": answer.experiment.question,
        "seed": answer.seed,
        "worlds": answer.worlds,
        "points": (
            json.loads(answer.design_result.table().to_json(orient="records"))
            if answer.design_result is not None
            else None
        ),
        "analyses": made,
        "posterior": posterior,
        "page": str(page),
    }


class _StageProgress:
    """Says what an experiment is doing and, stage by stage, how far it is."""

    def __init__(self, quiet: bool):
        self.quiet, self._stage = quiet, ""
        self._progress: Any = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        from poruka.utils.progress import Progress

        if self.quiet:
            return
        if stage != self._stage or self._progress is None or done < self._progress.done:
            self.close()
            if stage != self._stage:
                print(stage, file=sys.stderr, flush=True)
            self._stage, self._progress = stage, Progress(total)
        self._progress.add(done - self._progress.done)

    def close(self) -> None:
        """End the line or bar of a stage."""
        if self._progress is not None:
            self._progress.close()
        self._progress = None
