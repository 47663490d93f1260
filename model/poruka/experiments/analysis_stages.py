"""Analyses of an experiment: what is computed from the worlds of its design, and its sensitivity
analysis.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from poruka.analysis import replication
from poruka.analysis.discovery import decision_tree, scenario_discovery
from poruka.analysis.evaluate import DesignResult, ScenarioModel, evaluate_points
from poruka.analysis.sensitivity import main_effects, morris, sobol
from poruka.analysis.sensitivity.variance_components import decompose_variance
from poruka.analysis.specification import (
    ConvergenceAnalysis,
    CurveAnalysis,
    EffectsAnalysis,
    ModesAnalysis,
    Outcome,
    PrimAnalysis,
    Sensitivity,
    TornadoAnalysis,
    TreeAnalysis,
    VarianceAnalysis,
)
from poruka.experiments.experiment_result import AnalysisResult, ExperimentResult, design_coverage

StageCallback = Callable[[str, int, int], None]
"""Receives the name of the stage, the worlds completed and the worlds in all."""


def stage_progress(progress: StageCallback | None, stage: str) -> Callable[[int, int], None] | None:
    """Return the progress callback of one stage; None where no progress is reported."""
    return None if progress is None else lambda done, total: progress(stage, done, total)


def _outcome_quantities(outcomes: Sequence[Outcome]) -> list[str]:
    return [outcome.quantity for outcome in outcomes]


def run_analysis(analysis: Any, result: ExperimentResult) -> AnalysisResult:
    """Return the result of one analysis of the design's worlds."""
    design_result, experiment = result.design_result, result.experiment
    assert design_result is not None
    if isinstance(analysis, ModesAnalysis):
        table = main_effects.compute_modal_outcomes(design_result, analysis.x, analysis.y)
        return AnalysisResult(analysis.kind, analysis, table)
    if isinstance(analysis, PrimAnalysis):
        boxes = scenario_discovery.run_prim(design_result, analysis)
        return AnalysisResult(analysis.kind, analysis, boxes.condition_table, boxes)
    if isinstance(analysis, TreeAnalysis):
        tree = decision_tree.grow_tree(design_result, analysis)
        return AnalysisResult(analysis.kind, analysis, tree.nodes, tree)
    if isinstance(analysis, ConvergenceAnalysis):
        quantity = experiment.select_outcomes([analysis.outcome])[0].quantity
        table = replication.convergence_table(design_result, quantity)
        return AnalysisResult(analysis.kind, analysis, table, replication.stable_from(table))
    quantities = _outcome_quantities(experiment.select_outcomes(analysis.outcomes))
    if isinstance(analysis, CurveAnalysis):
        table = main_effects.compute_response_curve(
            design_result, analysis.x, analysis.lines, quantities
        )
        return AnalysisResult(analysis.kind, analysis, table)
    if isinstance(analysis, EffectsAnalysis):
        factor = experiment.get_factor(analysis.factor)
        against = (
            analysis.against
            if analysis.against is None or factor.levels
            else factor.to_number(analysis.against, result.loaded.scenario)
        )
        table = main_effects.compute_main_effects(
            design_result, analysis.factor, against, analysis.by, quantities
        )
        return AnalysisResult(analysis.kind, analysis, table)
    if isinstance(analysis, TornadoAnalysis):
        labels = [factor.label for factor in experiment.numeric_factors]
        table = main_effects.compute_tornado(design_result, labels, quantities)
        return AnalysisResult(analysis.kind, analysis, table)
    assert isinstance(analysis, VarianceAnalysis)
    table = decompose_variance(design_result, quantities, analysis.variants)
    return AnalysisResult(analysis.kind, analysis, table)


def yearly_mean_quantities(index: str, start: str, months: int) -> list[str]:
    """Return the quantities that give the mean of an index in every calendar year of a run.

    Examples
    --------
    >>> yearly_mean_quantities("control", "1990-03", 12)
    ['mean control 1990-03..1990-12', 'mean control 1991-01..1991-02']
    """
    dates = [str(month) for month in np.datetime64(start, "M") + np.arange(months)]
    years = dict.fromkeys(date[:4] for date in dates)
    dates_by_year = [[date for date in dates if date.startswith(year)] for year in years]
    return [f"mean {index} {in_year[0]}..{in_year[-1]}" for in_year in dates_by_year]


def run_sensitivity(
    specification: Sensitivity,
    result: ExperimentResult,
    model: ScenarioModel,
    worlds: int | None,
    progress: StageCallback | None,
) -> list[AnalysisResult]:
    """Return the Morris screening, the Sobol indices, or both: indices of the factors screened."""
    experiment, scenario = result.experiment, result.loaded.scenario
    factors = [
        factor
        for factor in experiment.numeric_factors
        if not specification.factors or factor.label in specification.factors
    ]
    bounds = {factor.label: factor.bounds(scenario) for factor in factors}
    fits = {factor.label: factor.round_values for factor in factors}
    quantities = _outcome_quantities(experiment.select_outcomes(specification.outcomes))
    quantities += [
        quantity
        for index in specification.series
        for quantity in yearly_mean_quantities(index, scenario.start_date, scenario.months)
    ]
    count = worlds or specification.worlds or experiment.worlds
    results: list[AnalysisResult] = []

    def evaluate(points: pd.DataFrame, stage: str) -> DesignResult:
        rounded = pd.DataFrame({name: fits[name](points[name].to_numpy()) for name in points})
        return evaluate_points(rounded, model, quantities, count, stage_progress(progress, stage))

    if specification.method != "sobol":
        points = morris.sample_morris_trajectories(
            bounds, specification.trajectories, specification.seed
        )
        worlds_of_points = evaluate(points, f"Morris, {len(points)} points")
        table = morris.screen_factors(
            worlds_of_points,
            bounds,
            quantities,
            specification.seed,
            specification.false_discovery_rate,
        )
        results.append(
            AnalysisResult("morris", specification, table, design_coverage(worlds_of_points))
        )
        selected = morris.select_factors(table, specification.keep, specification.most)
        bounds = {name: limits for name, limits in bounds.items() if name in selected}
    if specification.method != "morris" and bounds:
        points = sobol.build_saltelli_design(bounds, specification.base, specification.seed)
        worlds_of_points = evaluate(points, f"Sobol, {len(points)} points")
        table = sobol.compute_sobol_indices(
            worlds_of_points, bounds, quantities, specification.resamples, specification.seed
        )
        results.append(
            AnalysisResult("sobol", specification, table, design_coverage(worlds_of_points))
        )
    return results
