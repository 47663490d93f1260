"""Runs an experiment: simulates its design, makes each analysis and returns the results as
tables.
"""

from pathlib import Path

from poruka.analysis.cache import QuantityCache, run_world_range
from poruka.analysis.designs import build_design_points
from poruka.analysis.evaluate import ScenarioModel, evaluate_points
from poruka.analysis.quantities import build_quantity_frame
from poruka.analysis.replication import replicate_until_precise
from poruka.analysis.sensitivity.main_effects import OUTCOME_SHARE_QUANTITIES
from poruka.analysis.specification import Experiment, ModesAnalysis, PrimAnalysis, TreeAnalysis
from poruka.experiments.analysis_stages import (
    StageCallback,
    run_analysis,
    run_sensitivity,
    stage_progress,
)
from poruka.experiments.calibration_stage import run_calibration
from poruka.experiments.catalogue import LoadedExperiment
from poruka.experiments.experiment_result import ExperimentResult
from poruka.experiments.result_folder import lock_result_folder
from poruka.experiments.screening_stage import run_screening
from poruka.simulation.runner import compile_rules
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.errors import BadInput


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
    quantities = _collect_quantities(experiment)
    _validate_quantities(loaded, quantities, quiet)
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
                points, model, quantities, experiment.precision, quantity, design_progress
            )
            result.design_result = result.replication.design_result
        else:
            result.design_result = evaluate_points(
                points, model, quantities, result.worlds, design_progress
            )
        result.worlds = result.design_result.worlds
        result.analyses = [run_analysis(analysis, result) for analysis in experiment.analysis]
    if experiment.sensitivity is not None:
        result.analyses += run_sensitivity(experiment.sensitivity, result, model, worlds, progress)
    if experiment.screening is not None:
        result.analyses.append(
            run_screening(experiment.screening, loaded, seed, cache, worlds, progress)
        )
    if experiment.calibration is not None:
        result.calibration_result = run_calibration(
            experiment.calibration, result, model, cache, folder, progress
        )
    result.failures = cache.failures()
    return result


def _collect_quantities(experiment: Experiment) -> list[str]:
    """Return every quantity that is computed from the design's worlds."""
    quantities = [outcome.quantity for outcome in experiment.outcome]
    for analysis in experiment.analysis:
        if isinstance(analysis, ModesAnalysis):
            quantities += OUTCOME_SHARE_QUANTITIES
        if isinstance(analysis, PrimAnalysis | TreeAnalysis):
            quantities.append(analysis.where.quantity)
    return list(dict.fromkeys(quantities))


def _validate_quantities(loaded: LoadedExperiment, quantities: list[str], quiet: bool) -> None:
    """Compute every quantity in one world of each country, so that a misspelt one is reported
    before a long simulation starts.
    """
    experiment = loaded.experiment
    targets = experiment.calibration.target if experiment.calibration else []
    countries = {"", *(level.scenario for factor in experiment.factor for level in factor.levels)}
    for name in sorted(countries):
        scenario = loaded.builder.base_scenario(name)
        compile_rules(scenario, quiet=quiet)
        try:
            build_quantity_frame(
                run_world_range(scenario, seed=1, first=0, count=1),
                [*quantities, *(target.quantity for target in targets)],
            )
        except BadInput as error:
            raise BadInput(f"{loaded.path}: in {scenario.name}: {error}") from None
