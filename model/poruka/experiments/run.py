"""Runs an experiment: simulates its design, makes each analysis and returns the results as
tables.
"""

from pathlib import Path

from poruka.analysis.cache import QuantityCache
from poruka.analysis.designs import build_design_points
from poruka.analysis.evaluate import ScenarioModel, evaluate_points, share_draws
from poruka.analysis.replication import replicate_until_precise
from poruka.experiments.analysis_stages import (
    StageCallback,
    run_analysis,
    run_sensitivity,
    stage_progress,
)
from poruka.experiments.calibration_stage import run_calibration
from poruka.experiments.catalogue import LoadedExperiment
from poruka.experiments.experiment_result import ExperimentResult
from poruka.experiments.point_validation import collect_quantities
from poruka.experiments.result_folder import lock_result_folder
from poruka.experiments.robustness_stage import run_robustness
from poruka.experiments.screening_stage import run_screening
from poruka.experiments.table_validation import validate_libraries
from poruka.simulation.request_values import seed_number, whole_number
from poruka.simulation.runner import compile_rules
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.errors import BadInput, WorldFailed
from poruka.utils.paths import absolute_path

MAX_WORLDS_PER_POINT = 5000
"""Largest number of worlds at a point."""


def validate_counts(worlds: int | None, seed: int | None) -> None:
    """Raise an error for a number of worlds or a seed that an experiment cannot be run with.

    Examples
    --------
    >>> validate_counts(20, None)
    """
    if worlds is not None and whole_number("worlds", worlds, 2) > MAX_WORLDS_PER_POINT:
        raise BadInput(
            f"worlds is {worlds}; an experiment takes 2 to {MAX_WORLDS_PER_POINT} at every point."
        )
    if seed is not None:
        seed_number(seed)


def run_experiment(
    loaded: LoadedExperiment,
    folder: Path | None = None,
    worlds: int | None = None,
    seed: int | None = None,
    progress: StageCallback | None = None,
    quiet: bool = True,
) -> ExperimentResult:
    """Run an experiment and return its results.

    Parameters
    ----------
    loaded : LoadedExperiment
        As :func:`poruka.experiments.catalogue.read_experiment` returns it.
    folder : Path, optional
        Where worlds are stored; a second run over the same folder simulates none of them again.
    worlds, seed : int, optional
        Instead of the values in the file.
    progress : callable, optional
        Called with the stage, the worlds completed and the worlds in all.
    quiet : bool
        Whether rules compile without printing anything.

    Examples
    --------
    >>> from poruka.experiments.catalogue import find_experiment, read_experiment
    >>> loaded = read_experiment(find_experiment("01_market_speed"))
    >>> run_experiment(loaded, worlds=2).analyses[0].kind
    'curve'
    """
    folder = None if folder is None else absolute_path(folder, "out", "a folder")
    validate_counts(worlds, seed)
    validate_libraries(loaded.experiment)
    if loaded.experiment.record_fit is not None:
        raise BadInput(
            f"{loaded.name} sets the numbers from the record: `poruka experiment run"
            f" {loaded.name}` does it, after its planted truths were found; in Python"
            " poruka.experiments.record_fit_stage.fit_to_record."
        )
    if loaded.experiment.what_follows is not None:
        raise BadInput(
            f"{loaded.name} scores what follows the record: `poruka experiment run {loaded.name}`"
            " does it; in Python poruka.experiments.what_follows_stage.score_what_follows."
        )
    with lock_result_folder(folder, loaded):
        return _run_stages(loaded, folder, worlds, seed, progress, quiet)


def _run_stages(
    loaded: LoadedExperiment,
    folder: Path | None,
    worlds: int | None,
    seed: int | None,
    progress: StageCallback | None,
    quiet: bool,
) -> ExperimentResult:
    experiment = loaded.experiment
    seed = experiment.seed if seed is None else seed
    result = ExperimentResult(loaded, seed, worlds or experiment.worlds)
    quantities = collect_quantities(experiment)
    _compile_countries(loaded, quiet)
    cache = QuantityCache(
        create_results_folder(folder) / "worlds.sqlite" if folder is not None else None
    )
    dates = [outcome.quantity for outcome in experiment.outcome if outcome.unit == "date"]
    model = ScenarioModel(
        loaded.builder, seed, cache, experiment.common_random_numbers, loaded.scenario, dates
    )
    if experiment.design is not None:
        points = build_design_points(
            experiment.design, experiment.factor, loaded.scenario, loaded.path.parent
        )
        design_progress = stage_progress(progress, f"{len(points)} points")
        if experiment.precision is not None and worlds is None:
            quantity = experiment.select_outcomes([experiment.precision.quantity])[0].quantity
            result.replication = replicate_until_precise(
                *(points, model, quantities, experiment.precision, quantity, design_progress),
                loaded.builder.worlds_each(),
            )
            result.design_result = result.replication.design_result
        else:
            played = evaluate_points(points, model, quantities, result.worlds, design_progress)
            result.design_result = share_draws(played, loaded.builder.worlds_each())
        result.worlds = result.design_result.worlds
        _require_completed_point(result, cache)
        result.analyses = [run_analysis(analysis, result) for analysis in experiment.analysis]
    if experiment.sensitivity is not None:
        result.analyses += run_sensitivity(experiment.sensitivity, result, model, worlds, progress)
    if experiment.screening is not None:
        result.analyses.append(
            run_screening(experiment.screening, loaded, seed, cache, worlds, progress)
        )
    if experiment.robustness is not None:
        plan = experiment.robustness
        result.analyses.append(run_robustness(plan, loaded, seed, cache, result.worlds, progress))
    if experiment.calibration is not None:
        result.calibration_result = run_calibration(
            experiment.calibration, result, model, cache, folder, progress
        )
    result.failures = cache.failures()
    return result


def _require_completed_point(result: ExperimentResult, cache: QuantityCache) -> None:
    """Raise an error that names the first failure, where no world of any point is left."""
    coverage, failures = result.coverage, cache.failures()
    if coverage.failed < coverage.points * coverage.worlds or not len(failures):
        return
    first = failures.iloc[0]
    raise WorldFailed(
        f"every world failed at all {coverage.points} points of {result.loaded.path}, so nothing is"
        f" left to analyse. The first was world {first['world']} (seed {first['seed']}):"
        f" {first['error']}. Change the factor, rule or parameter that the error names."
    )


def _compile_countries(loaded: LoadedExperiment, quiet: bool) -> None:
    """Compile the rules of each country of the experiment, where that is needed."""
    levels = (level for factor in loaded.experiment.factor for level in factor.levels)
    for name in sorted({"", *(level.scenario for level in levels)}):
        compile_rules(loaded.builder.base_scenario(name), quiet=quiet)
