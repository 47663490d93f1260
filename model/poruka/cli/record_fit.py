"""Fits to the record on the command line: planted truths first, then the fit and its draws."""

import json
from pathlib import Path
from typing import Any

from poruka.cli.terminal import print_fitted
from poruka.experiments.catalogue import LoadedExperiment
from poruka.utils.errors import BadInput

WORLDS_FOLDER = "runs/experiments/{name}/worlds"
"""Where worlds are kept, for planted truths and fit alike, and for a resumed command."""


def with_seed(loaded: LoadedExperiment, seed: int | None) -> LoadedExperiment:
    """Return an experiment with another seed."""
    if seed is None:
        return loaded
    return loaded._replace(experiment=loaded.experiment.model_copy(update={"seed": seed}))


def _worlds_of(loaded: LoadedExperiment) -> Path:
    return Path(WORLDS_FOLDER.format(name=loaded.name))


def _seed_option(seed: int | None) -> str:
    return "" if seed is None else f" --seed {seed}"


def validate_record_fit(
    loaded: LoadedExperiment, seed: int | None, out: Path | None, progress: Any
) -> None:
    """Plant truths, write the page, and say whether the fit may be made.

    Raises
    ------
    BadInput
        When planted truths were not found as demanded; the page is written all the same.
    """
    from poruka.experiments.record_fit_stage import plant_in_record_fit
    from poruka.experiments.record_gate import TRUTHS_FOLDER
    from poruka.experiments.result_folder import lock_result_folder
    from poruka.reports.record_truths_page import write_record_truths_page

    folder = out or loaded.path.parent / TRUTHS_FOLDER
    chosen = with_seed(loaded, seed)
    with lock_result_folder(_worlds_of(loaded).parent, loaded):
        report = plant_in_record_fit(chosen, _worlds_of(loaded), progress, processes=True)
    progress.close()
    command = f"poruka experiment validate {loaded.name}{_seed_option(seed)}"
    page = write_record_truths_page(chosen, report, folder, command)
    for check in report.checks:
        mark = "holds" if check.passed else "FAILS"
        print_fitted(f"{mark}: {check.name}: {check.found} (demanded: {check.demanded})")
    print_fitted(f"the page is {page}")
    if not report.passed:
        raise BadInput("planted truths were not found as demanded; no number is set by this.")


def run_record_fit(
    loaded: LoadedExperiment,
    worlds: int | None,
    seed: int | None,
    out: Path | None,
    as_json: bool,
    progress: Any,
) -> None:
    """Set the numbers from the record and write page and draws, if planted truths were found."""
    from poruka.experiments.record_fit_stage import fit_to_record
    from poruka.experiments.record_gate import (
        draws_path,
        refuse_other_draws,
        require_planted_truths,
        signature_of,
    )
    from poruka.experiments.result_folder import lock_result_folder
    from poruka.reports.record_fit_page import write_record_fit_page

    if worlds is not None:
        raise BadInput("a fit to the record plays one world a draw; leave out -n.")
    folder = out or Path("runs/experiments") / loaded.name
    require_planted_truths(loaded)
    # The named file is that of the seed in the experiment; another seed is a check on it.
    is_named = seed is None or seed == loaded.experiment.seed
    chosen = with_seed(loaded, seed)
    refuse_other_draws(draws_path(chosen, folder, is_named), signature_of(chosen))
    if not as_json:
        print_fitted(loaded.experiment.question)
    # The lock lies where the worlds do: no file of it among the results.
    with lock_result_folder(_worlds_of(loaded).parent, loaded):
        report = fit_to_record(chosen, _worlds_of(loaded), progress, processes=True)
        progress.close()
        command = f"poruka experiment run {loaded.name}{_seed_option(seed)}"
        command += f" --out {out}" if out else ""
        page, draws = write_record_fit_page(chosen, report, folder, command, is_named)
    informed = int(report.findings.numbers["informed"].sum())
    states = report.reached["state"].value_counts().to_dict()
    if as_json:
        print(
            json.dumps(
                {
                    "experiment": loaded.name,
                    "informed": informed,
                    "numbers": len(report.findings.numbers) - 1,
                    "targets": len(report.reached),
                    "states": {state: int(count) for state, count in states.items()},
                    "page": str(page),
                    "draws": str(draws),
                }
            )
        )
        return
    print_fitted(
        f"the record says something of {informed} of {len(report.findings.numbers) - 1} numbers and"
        f" codes; targets: {', '.join(f'{count} {state}' for state, count in states.items())}"
    )
    print_fitted(f"the page is {page}\nthe draws are {draws}")
