"""Runs an experiment: its design is played, each analysis asked for is made, and everything comes
back as tables.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis import replication
from poruka.analysis.cache import QuantityCache, run_world_range
from poruka.analysis.calibration.abc_smc import PosteriorSample, draw_prior_points
from poruka.analysis.calibration.calibrate import (
    PointFit,
    build_priors,
    calibrate,
    independent_models,
    run_point_fit,
)
from poruka.analysis.calibration.posterior_file import build_posterior, write_posterior
from poruka.analysis.designs import build_design_points
from poruka.analysis.discovery import scenario_discovery
from poruka.analysis.evaluate import DesignResult, ScenarioModel, evaluate_points
from poruka.analysis.quantities import build_quantity_frame
from poruka.analysis.replication import ReplicationResult
from poruka.analysis.sensitivity import main_effects, morris, sobol
from poruka.analysis.sensitivity.variance_components import decompose_variance
from poruka.analysis.specification import (
    Calibration,
    ConvergenceAnalysis,
    CurveAnalysis,
    EffectsAnalysis,
    Experiment,
    ModesAnalysis,
    Outcome,
    PrimAnalysis,
    Sensitivity,
    TornadoAnalysis,
    TreeAnalysis,
    VarianceAnalysis,
)
from poruka.experiments.catalogue import LoadedExperiment
from poruka.experiments.result_folder import lock_result_folder
from poruka.scenario.parameter_draws import ParameterDraws
from poruka.simulation.ensemble import simulate_in_memory
from poruka.simulation.failures import FAILURE_COLUMNS
from poruka.simulation.run_spec import RunSpec
from poruka.simulation.runner import compile_rules
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.errors import BadInput

StageCallback = Callable[[str, int, int], None]
"""Told what is being done, and how many of how many worlds are played."""


class AnalysisResult(NamedTuple):
    """One analysis with its table, and whatever else its figure needs."""

    kind: str
    specification: Any
    table: pd.DataFrame
    details: Any = None


class CalibrationResult(NamedTuple):
    """What calibration found, and worlds drawn from the prior and from the posterior."""

    sample: PosteriorSample
    posterior: ParameterDraws
    prior_ensemble: Any
    posterior_ensemble: Any
    point_fit: PointFit | None


@dataclass
class ExperimentResult:
    """An experiment's answer.

    Attributes
    ----------
    found : Found
        The experiment.
    seed, worlds : int
        Of every point of the design (``worlds`` as they became, where a precision was asked for).
    played : Played or None
        What the design gave.
    made : list of Made
        The analyses, in the order of the file.
    calibrated : Calibrated or None
    failures : pandas.DataFrame
        Worlds that failed, of design, sensitivity and calibration alike: world, seed, error,
        traceback, parameters.
    """

    loaded: LoadedExperiment
    seed: int
    worlds: int
    design_result: DesignResult | None = None
    replication: ReplicationResult | None = None
    analyses: list[AnalysisResult] = field(default_factory=list)
    calibration_result: CalibrationResult | None = None
    failures: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=FAILURE_COLUMNS))

    @property
    def experiment(self) -> Experiment:
        """The experiment."""
        return self.loaded.experiment


def run_experiment(
    loaded: LoadedExperiment,
    folder: Path | None = None,
    worlds: int | None = None,
    seed: int | None = None,
    progress: StageCallback | None = None,
    quiet: bool = True,
) -> ExperimentResult:
    """Run an experiment and return its answer.

    Parameters
    ----------
    found : Found
        As :func:`poruka.experiments.catalogue.read_experiment` returns it.
    folder : Path, optional
        Where worlds are kept; run again over the same folder, nothing is played twice.
    worlds, seed : int, optional
        Instead of what the file says.
    say : callable, optional
        Told what is being done and how far it is.

    Examples
    --------
    >>> from poruka.experiments.catalogue import find_experiment, read_experiment
    >>> answer = run_experiment(read_experiment(find_experiment("01_market_speed")), worlds=2)
    >>> answer.analyses[0].kind
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
    experiment, seed = loaded.experiment, loaded.experiment.seed if seed is None else seed
    answer = ExperimentResult(loaded, seed, worlds or experiment.worlds)
    texts = _collect_quantities(experiment)
    _validate_quantities(loaded, texts, quiet)
    cells = QuantityCache(
        create_results_folder(folder) / "worlds.sqlite" if folder is not None else None
    )
    dates = [one.quantity for one in experiment.outcome if one.unit == "date"]
    model = ScenarioModel(
        loaded.builder, seed, cells, experiment.common_random_numbers, loaded.scenario, dates
    )
    if experiment.design is not None:
        points = build_design_points(
            experiment.design, experiment.factor, loaded.scenario, loaded.path.parent
        )
        tell = _stage_progress(progress, f"{len(points)} points")
        if experiment.precision is not None and worlds is None:
            quantity = experiment.select_outcomes([experiment.precision.quantity])[0].quantity
            answer.replication = replication.replicate_until_precise(
                points, model, texts, experiment.precision, quantity, tell
            )
            answer.design_result = answer.replication.design_result
        else:
            answer.design_result = evaluate_points(points, model, texts, answer.worlds, tell)
        answer.worlds = answer.design_result.worlds
        answer.analyses = [_run_analysis(one, answer) for one in experiment.analysis]
    if experiment.sensitivity is not None:
        answer.analyses += _run_sensitivity(experiment.sensitivity, answer, model, worlds, progress)
    if experiment.calibration is not None:
        answer.calibration_result = _run_calibration(
            experiment.calibration, answer, model, cells, folder, progress
        )
    answer.failures = cells.failures()
    return answer


def _stage_progress(
    progress: StageCallback | None, stage: str
) -> Callable[[int, int], None] | None:
    return None if progress is None else lambda done, total: progress(stage, done, total)


def _collect_quantities(experiment: Experiment) -> list[str]:
    """Return every quantity the design's worlds are asked for."""
    made = [one.quantity for one in experiment.outcome]
    for one in experiment.analysis:
        if isinstance(one, ModesAnalysis):
            made += main_effects.OUTCOME_SHARE_QUANTITIES
        if isinstance(one, PrimAnalysis | TreeAnalysis):
            made.append(one.where.quantity)
    return list(dict.fromkeys(made))


def _validate_quantities(loaded: LoadedExperiment, quantities: list[str], quiet: bool) -> None:
    """Ask one world of each country for every quantity, so that a misspelt one is said before
    anything long is played.
    """
    experiment = loaded.experiment
    asked = experiment.calibration.target if experiment.calibration else []
    countries = {"", *(level.scenario for one in experiment.factor for level in one.levels)}
    for name in sorted(countries):
        scenario = loaded.builder.base_scenario(name)
        compile_rules(scenario, quiet=quiet)
        try:
            build_quantity_frame(
                run_world_range(scenario, 1, 0, 1), [*quantities, *(one.quantity for one in asked)]
            )
        except BadInput as error:
            raise BadInput(f"{loaded.path}: in {scenario.name}: {error}") from None


def _outcome_quantities(outcomes: Sequence[Outcome]) -> list[str]:
    return [one.quantity for one in outcomes]


def _run_analysis(analysis: Any, result: ExperimentResult) -> AnalysisResult:
    """Return what one analysis makes of the design's worlds."""
    played, experiment = result.design_result, result.experiment
    assert played is not None
    if isinstance(analysis, ModesAnalysis):
        return AnalysisResult(
            analysis.kind,
            analysis,
            main_effects.compute_modal_outcomes(played, analysis.x, analysis.y),
        )
    if isinstance(analysis, PrimAnalysis):
        boxes = scenario_discovery.run_prim(played, analysis)
        return AnalysisResult(analysis.kind, analysis, boxes.condition_table, boxes)
    if isinstance(analysis, TreeAnalysis):
        tree = scenario_discovery.grow_tree(played, analysis)
        return AnalysisResult(analysis.kind, analysis, tree.nodes, tree)
    if isinstance(analysis, ConvergenceAnalysis):
        text = experiment.select_outcomes([analysis.outcome])[0].quantity
        table = replication.convergence_table(played, text)
        return AnalysisResult(analysis.kind, analysis, table, replication.stable_from(table))
    texts = _outcome_quantities(experiment.select_outcomes(analysis.outcomes))
    if isinstance(analysis, CurveAnalysis):
        return AnalysisResult(
            analysis.kind,
            analysis,
            main_effects.compute_response_curve(played, analysis.x, analysis.lines, texts),
        )
    if isinstance(analysis, EffectsAnalysis):
        factor = experiment.get_factor(analysis.factor)
        against = (
            analysis.against
            if analysis.against is None or factor.levels
            else factor.to_number(analysis.against, result.loaded.scenario)
        )
        return AnalysisResult(
            analysis.kind,
            analysis,
            main_effects.compute_main_effects(played, analysis.factor, against, analysis.by, texts),
        )
    if isinstance(analysis, TornadoAnalysis):
        return AnalysisResult(
            analysis.kind,
            analysis,
            main_effects.compute_tornado(
                played, [other.label for other in experiment.numeric_factors], texts
            ),
        )
    assert isinstance(analysis, VarianceAnalysis)
    return AnalysisResult(
        analysis.kind, analysis, decompose_variance(played, texts, analysis.variants)
    )


def yearly_mean_quantities(index: str, start: str, months: int) -> list[str]:
    """Return the mean of an index in every calendar year of a run, as quantities.

    Examples
    --------
    >>> yearly_mean_quantities("control", "1990-03", 12)
    ['mean control 1990-03..1990-12', 'mean control 1991-01..1991-02']
    """
    dates = [str(one) for one in np.datetime64(start, "M") + np.arange(months)]
    years = dict.fromkeys(date[:4] for date in dates)
    inside = [[date for date in dates if date.startswith(year)] for year in years]
    return [f"mean {index} {one[0]}..{one[-1]}" for one in inside]


def _run_sensitivity(
    specification: Sensitivity,
    result: ExperimentResult,
    model: ScenarioModel,
    worlds: int | None,
    progress: StageCallback | None,
) -> list[AnalysisResult]:
    """Return the screening, the Sobol indices, or the screening and the indices of what survives
    it.
    """
    experiment, scenario = result.experiment, result.loaded.scenario
    factors = [
        one
        for one in experiment.numeric_factors
        if not specification.factors or one.label in specification.factors
    ]
    bounds = {one.label: one.bounds(scenario) for one in factors}
    fits = {one.label: one.round_values for one in factors}
    texts = _outcome_quantities(experiment.select_outcomes(specification.outcomes))
    texts += [
        text
        for index in specification.series
        for text in yearly_mean_quantities(index, scenario.start_date, scenario.months)
    ]
    count, made = worlds or specification.worlds or experiment.worlds, []

    def played(points: pd.DataFrame, what: str) -> DesignResult:
        fitted = pd.DataFrame({name: fits[name](points[name].to_numpy()) for name in points})
        return evaluate_points(fitted, model, texts, count, _stage_progress(progress, what))

    if specification.method != "sobol":
        points = morris.sample_morris_trajectories(
            bounds, specification.trajectories, specification.seed
        )
        table = morris.screen_factors(
            played(points, f"Morris, {len(points)} points"),
            bounds,
            texts,
            specification.resamples,
            specification.seed,
            specification.keep,
            specification.most,
        )
        made.append(
            AnalysisResult("morris", specification, table, {"points": len(points), "worlds": count})
        )
        kept = table.loc[table["survives"], "factor"].drop_duplicates()
        bounds = {name: ends for name, ends in bounds.items() if name in set(kept)}
    if specification.method != "morris" and bounds:
        points = sobol.build_saltelli_design(bounds, specification.base, specification.seed)
        table = sobol.compute_sobol_indices(
            played(points, f"Sobol, {len(points)} points"),
            bounds,
            texts,
            specification.resamples,
            specification.seed,
        )
        made.append(
            AnalysisResult("sobol", specification, table, {"points": len(points), "worlds": count})
        )
    return made


def _run_calibration(
    specification: Calibration,
    result: ExperimentResult,
    model: ScenarioModel,
    cache: QuantityCache,
    folder: Path | None,
    progress: StageCallback | None,
) -> CalibrationResult:
    experiment, found, seed = result.experiment, result.loaded, result.seed

    def tell(line: Any) -> None:
        if progress is not None:
            progress(
                f"generation {line['generation']:.0f}, tolerance {line['tolerance']:.3g},"
                f" {line['new']:.0%} of the new points nearer",
                int(line["played"]),
                int(line["played"]),
            )

    factors = experiment.numeric_factors
    sample = calibrate(
        independent_models(found.builder, seed, cache),
        factors,
        found.scenario,
        specification,
        seed,
        folder / "generations" if folder else None,
        tell,
        _stage_progress(progress, "particles"),
    )
    keys = {one.label: one.scenario_keys for one in factors}
    posterior = build_posterior(_with_months_as_dates(sample, result), keys)
    priors = build_priors(factors, found.scenario, specification.prior)
    drawn = draw_prior_points(priors, 4 * specification.particles, seed + 1)
    prior = build_posterior(
        _with_months_as_dates(
            sample._replace(
                points=drawn,
                weights=np.full(len(drawn), 1.0 / len(drawn)),
                distances=np.zeros(len(drawn)),
            ),
            result,
        ),
        keys,
    )
    if folder is not None:
        write_posterior(folder / "posterior.csv", posterior, sample.distances)
    fit = None
    if specification.trials:
        fit = run_point_fit(
            model,
            factors,
            found.scenario,
            specification,
            seed,
            folder / "fit.journal" if folder else None,
            _stage_progress(progress, "trials of the point fit"),
        )
    before, after = (
        simulate_in_memory(
            RunSpec.build(
                found.scenario.with_draws(one), worlds=specification.predictive, seed=seed
            ),
            progress=_stage_progress(progress, what) or False,
        )
        for one, what in (
            (prior, "worlds over the prior"),
            (posterior, "worlds over the posterior"),
        )
    )
    return CalibrationResult(sample, posterior, before, after, fit)


def _with_months_as_dates(sample: PosteriorSample, result: ExperimentResult) -> PosteriorSample:
    """Return a sample with months written as dates, as the keys of a scenario want them."""
    points = sample.points.copy()
    for one in result.experiment.numeric_factors:
        if one.is_date:
            points[one.label] = [
                one.format_value(value, result.loaded.scenario) for value in points[one.label]
            ]
    return sample._replace(points=points)
