"""Calibration of a country by ABC-SMC: parameter values under which one world comes near the
record, which is one history.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from poruka.analysis.cache import ProgressCallback, QuantityCache
from poruka.analysis.calibration.abc_smc import PosteriorSample, abc_smc, draw_prior_points
from poruka.analysis.calibration.particles import ParticleStore
from poruka.analysis.calibration.priors import build_priors
from poruka.analysis.calibration.targets import (
    build_calibration_targets,
    compute_distances,
    compute_scales,
)
from poruka.analysis.evaluate import Model, ScenarioModel
from poruka.analysis.factors import Factor
from poruka.analysis.specification import Calibration
from poruka.scenario.scenario import Scenario

GENERATION_SEED_STRIDE = 1_000_003
"""Distance between the seeds of two generations, so that no two particles share their worlds."""


def calibrate(
    model_for_generation: Callable[[int], Model],
    factors: Sequence[Factor],
    scenario: Scenario,
    specification: Calibration,
    seed: int,
    folder: Path | None = None,
    store: ParticleStore | None = None,
    on_generation: Callable[[Mapping[str, float]], None] | None = None,
    progress: ProgressCallback | None = None,
) -> PosteriorSample:
    """Return a posterior sample of the numbers under which a world comes near the targets.

    The record is one history, so a particle plays one world, whatever ``specification.worlds``
    says: the mean of several worlds varies less than a history does, and a posterior that aims
    at it is too narrow.

    Parameters
    ----------
    model_for_generation : callable
        Returns the model of a generation. Every particle should have a world of its own (see
        :func:`independent_models`), so that the posterior includes the chance of worlds too.
    factors : sequence of Factor
        The numbers to calibrate.
    scenario : Scenario
        The scenario whose defaults, dates and record apply.
    specification : Calibration
    seed : int
    folder : Path, optional
        Where generations are stored; the same call over the same folder resumes the calibration.
    store : ParticleStore, optional
        Keeps every played particle.
    on_generation, progress : callable, optional
        Receive each generation's row of the history, and the worlds completed.
    """
    targets = build_calibration_targets(specification, scenario)
    priors = build_priors(factors, scenario, specification.prior)

    def round_points(points: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame(
            {
                factor.label: factor.round_values(points[factor.label].to_numpy())
                for factor in factors
            }
        )

    def values(points: pd.DataFrame, generation: int) -> np.ndarray:
        rounded = round_points(points)
        return (store or ParticleStore(None, "")).play(
            f"generation-{generation}",
            rounded,
            targets.quantities,
            1,
            seed,
            lambda: model_for_generation(generation).values(
                rounded, targets.quantities, 1, progress
            ),
        )

    scales: dict[str, float] = {}

    def distance(points: pd.DataFrame, generation: int) -> np.ndarray:
        particle_values = values(points, generation)
        if not scales:
            # The first generation sets the units; a resumed calibration draws the same one again.
            first_values = (
                particle_values
                if generation == 0
                else values(draw_prior_points(priors, specification.particles, seed), 0)
            )
            scales.update(compute_scales(first_values, targets))
        return compute_distances(particle_values, targets, scales)

    target_signature = repr((targets, scenario.digest))
    sample = abc_smc(
        priors,
        distance,
        specification.particles,
        specification.keep,
        specification.generations,
        specification.least_new,
        seed,
        folder,
        target_signature,
        on_generation,
    )
    return sample._replace(points=round_points(sample.points))


def independent_models(
    build_scenario: Callable[[Mapping[str, Any]], Scenario], seed: int, cache: QuantityCache
) -> Callable[[int], Model]:
    """Return a model for each generation in which no two particles share their worlds."""
    return lambda generation: ScenarioModel(
        build_scenario,
        seed + GENERATION_SEED_STRIDE * (generation + 1),
        cache,
        common_random_numbers=False,
    )
