"""The calibration of an experiment: history matching, posterior, point fit, and worlds drawn from
prior and posterior.
"""

from pathlib import Path
from typing import Any

import numpy as np

from poruka.analysis.cache import QuantityCache
from poruka.analysis.calibration.abc_smc import PosteriorSample, draw_prior_points
from poruka.analysis.calibration.calibrate import calibrate, independent_models
from poruka.analysis.calibration.history_matching import match_history
from poruka.analysis.calibration.particles import ParticleStore
from poruka.analysis.calibration.point_fit import run_point_fit
from poruka.analysis.calibration.posterior_file import build_posterior, write_posterior
from poruka.analysis.calibration.priors import build_priors
from poruka.analysis.evaluate import ScenarioModel
from poruka.analysis.specification import Calibration
from poruka.engine.jit import source_fingerprint
from poruka.experiments.analysis_stages import StageCallback, stage_progress
from poruka.experiments.experiment_result import CalibrationResult, ExperimentResult
from poruka.simulation.ensemble import simulate_in_memory
from poruka.simulation.failures import require_completed_world
from poruka.simulation.run_spec import RunSpec


def run_calibration(
    specification: Calibration,
    result: ExperimentResult,
    model: ScenarioModel,
    cache: QuantityCache,
    folder: Path | None,
    progress: StageCallback | None,
) -> CalibrationResult:
    """Return what history matching leaves, the posterior, its point fit, and worlds drawn from
    prior and posterior.
    """
    loaded, seed = result.loaded, result.seed
    store = ParticleStore(
        folder / "particles" if folder else None, f"{loaded.scenario.digest} {source_fingerprint()}"
    )
    models = independent_models(loaded.builder, seed, cache)
    factors = result.experiment.numeric_factors

    def report_wave(row: Any) -> None:
        if progress is not None:
            progress(
                f"wave {row['wave']:.0f}, {row['share']:.3g} of the prior is not implausible",
                int(row["worlds"]),
                int(row["worlds"]),
            )

    history_match = None
    if specification.waves:
        history_match = match_history(
            models,
            factors,
            loaded.scenario,
            specification,
            seed,
            store,
            report_wave,
            stage_progress(progress, "worlds of a wave"),
        )

    def report_generation(row: Any) -> None:
        if progress is not None:
            progress(
                f"generation {row['generation']:.0f}, tolerance {row['tolerance']:.3g},"
                f" {row['new']:.0%} of the new points accepted",
                int(row["played"]),
                int(row["played"]),
            )

    sample = calibrate(
        models,
        factors,
        loaded.scenario,
        specification,
        seed,
        folder / "generations" if folder else None,
        store,
        report_generation,
        stage_progress(progress, "particles"),
    )
    keys = {factor.label: factor.scenario_keys for factor in factors}
    posterior = build_posterior(_with_months_as_dates(sample, result), keys)
    priors = build_priors(factors, loaded.scenario, specification.prior)
    prior_points = draw_prior_points(priors, 4 * specification.particles, seed + 1)
    prior = build_posterior(
        _with_months_as_dates(
            sample._replace(
                points=prior_points,
                weights=np.full(len(prior_points), 1.0 / len(prior_points)),
                distances=np.zeros(len(prior_points)),
            ),
            result,
        ),
        keys,
    )
    if folder is not None:
        write_posterior(folder / "posterior.csv", posterior, sample.distances)
    point_fit = None
    if specification.trials:
        point_fit = run_point_fit(
            model,
            factors,
            loaded.scenario,
            specification,
            seed,
            folder / "fit.journal" if folder else None,
            stage_progress(progress, "trials of the point fit"),
        )
    prior_ensemble, posterior_ensemble = (
        require_completed_world(
            simulate_in_memory(
                RunSpec.build(
                    loaded.scenario.with_draws(draws), worlds=specification.predictive, seed=seed
                ),
                progress=stage_progress(progress, stage) or False,
            )
        )
        for draws, stage in (
            (prior, "worlds drawn from the prior"),
            (posterior, "worlds drawn from the posterior"),
        )
    )
    return CalibrationResult(
        sample, posterior, prior_ensemble, posterior_ensemble, point_fit, history_match
    )


def _with_months_as_dates(sample: PosteriorSample, result: ExperimentResult) -> PosteriorSample:
    """Return a sample with months written as dates, the form that scenario keys take."""
    points = sample.points.copy()
    for factor in result.experiment.numeric_factors:
        if factor.is_date:
            points[factor.label] = [
                factor.format_value(value, result.loaded.scenario) for value in points[factor.label]
            ]
    return sample._replace(points=points)
