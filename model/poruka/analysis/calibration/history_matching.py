"""History matching: waves of simulation that rule out the numbers under which the record would be
implausible (Craig et al. 1997, Vernon et al. 2010).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.cache import ProgressCallback
from poruka.analysis.calibration.active_inputs import require_scikit_learn
from poruka.analysis.calibration.history_targets import (
    build_history_targets,
    compute_target_outputs,
)
from poruka.analysis.calibration.history_verdict import (
    ENOUGH,
    describe_history_match,
    find_unmet_targets,
)
from poruka.analysis.calibration.implausibility import HistoryWave, fit_target_emulator, judge_waves
from poruka.analysis.calibration.number_space import NumberSpace
from poruka.analysis.calibration.particles import ParticleStore
from poruka.analysis.calibration.plausible_region import PlausibleRegion, sample_plausible_region
from poruka.analysis.calibration.priors import build_priors
from poruka.analysis.calibration.targets import build_calibration_targets
from poruka.analysis.designs import sample_unit_cube
from poruka.analysis.evaluate import Model
from poruka.analysis.factors import Factor
from poruka.analysis.specification import Calibration
from poruka.scenario.scenario import Scenario
from poruka.utils.errors import BadInput

WAVE_GENERATION = 1000
"""Number of the first wave among the generations, whose worlds are thereby others."""

PRIOR_SAMPLE = 8000
"""Points of the prior whose implausibility is looked at in the end."""


class HistoryMatch(NamedTuple):
    """What history matching has ruled out, wave by wave.

    Attributes
    ----------
    waves : pandas.DataFrame
        One row a wave: wave, points, worlds, failed, reused, share (of the prior, not
        implausible), share_error (relative), kept (share of the region before), smallest
        (implausibility found).
    emulators : pandas.DataFrame
        One row a wave and target: held-out error, and the terms of the implausibility.
    region, region_implausibility : pandas.DataFrame, ndarray
        Points drawn from the region that is not implausible, and what they are judged by; no row
        if it is empty.
    share : float
        Share of the prior that is not implausible.
    prior_points, prior_implausibility : pandas.DataFrame, ndarray
        A sample of the whole prior, and the implausibility it is judged by.
    unmet : list of str
        Where the region is empty, the targets that the model cannot meet.
    verdict : str
        The result in one sentence.
    fitted : tuple of HistoryWave
        The emulators.
    space : NumberSpace
        The numbers with their priors.
    """

    waves: pd.DataFrame
    emulators: pd.DataFrame
    region: pd.DataFrame
    region_implausibility: np.ndarray
    share: float
    prior_points: pd.DataFrame
    prior_implausibility: np.ndarray
    unmet: list[str]
    verdict: str
    fitted: tuple[HistoryWave, ...]
    space: NumberSpace


def match_history(
    model_for_wave: Callable[[int], Model],
    factors: Sequence[Factor],
    scenario: Scenario,
    specification: Calibration,
    seed: int,
    store: ParticleStore | None = None,
    on_wave: Callable[[Mapping[str, float]], None] | None = None,
    progress: ProgressCallback | None = None,
) -> HistoryMatch:
    """Return the region of the numbers under which the record is not implausible.

    Parameters
    ----------
    model_for_wave : callable
        Returns the model of a wave, whose points have worlds of their own; waves are numbered from
        :data:`WAVE_GENERATION`.
    factors : sequence of Factor
        The numbers, any count of them.
    scenario : Scenario
    specification : Calibration
    seed : int
    store : ParticleStore, optional
        Keeps what is played. The same call resumes from it, and what other calibrations have left
        there helps to fit the emulators.
    on_wave, progress : callable, optional
        Receive each wave's row, and the worlds completed.
    """
    require_scikit_learn()
    from threadpoolctl import threadpool_limits

    # The matrices are small, and threads that wait for each other cost more than they give.
    with threadpool_limits(limits=1):
        return _match(
            model_for_wave, factors, scenario, specification, seed, store, on_wave, progress
        )


def _match(
    model_for_wave: Callable[[int], Model],
    factors: Sequence[Factor],
    scenario: Scenario,
    specification: Calibration,
    seed: int,
    store: ParticleStore | None,
    on_wave: Callable[[Mapping[str, float]], None] | None,
    progress: ProgressCallback | None,
) -> HistoryMatch:
    store = store or ParticleStore(None, "")
    targets = build_calibration_targets(specification, scenario)
    aims = build_history_targets(specification, targets)
    space = NumberSpace(factors, build_priors(factors, scenario, specification.prior))
    count, worlds = specification.points_of_wave(len(factors)), specification.wave_worlds
    played: list[tuple[pd.DataFrame, np.ndarray]] = []
    fitted: list[HistoryWave] = []
    rows: list[dict[str, float]] = []
    tables: list[pd.DataFrame] = []
    region: PlausibleRegion | None = None

    def judge(cube: np.ndarray) -> np.ndarray:
        return judge_waves(fitted, space.scaled(space.points(cube)), specification.misses)

    for wave in range(1, specification.waves + 1):
        cube = (
            sample_unit_cube("latin_hypercube", count, len(factors), seed)
            if region is None
            else _spread_out(region.points, count, seed + wave)
        )
        points = space.points(cube)
        purpose = repr((wave, seed, aims, space.names, targets.quantities, count, worlds))
        others = store.others(space.names, targets.quantities, purpose)

        def simulate(points: pd.DataFrame = points, wave: int = wave) -> np.ndarray:
            model = model_for_wave(WAVE_GENERATION + wave - 1)
            return model.values(points, targets.quantities, worlds, progress)

        values = store.play(f"wave-{wave}", points, targets.quantities, worlds, seed, simulate)
        played.append((points, compute_target_outputs(values, targets)))
        reused = [(old.points, compute_target_outputs(old.values, targets)) for old in others]
        inputs, outputs = _training_set(
            played,
            reused,
            space,
            lambda one: judge_waves(fitted, one, specification.misses),
            specification.cutoff,
        )
        wave_emulators = HistoryWave(
            tuple(
                fit_target_emulator(
                    aim, inputs, outputs[:, :, index], specification.emulator, seed + index
                )
                for index, aim in enumerate(aims)
            )
        )
        fitted.append(wave_emulators)
        before = region.share if region is not None else 1.0
        region = sample_plausible_region(
            judge, len(factors), specification.cutoff, seed + 100 + wave, region
        )
        tables.append(wave_emulators.table(space.names, wave))
        rows.append(
            {
                "wave": wave,
                "points": len(points),
                "worlds": worlds * len(points),
                "failed": int(np.isnan(values).all(axis=2).sum()),
                "reused": sum(len(old.points) for old in others),
                "share": region.share,
                "share_error": region.relative_error,
                "kept": region.share / before,
                "smallest": region.smallest,
            }
        )
        if on_wave is not None:
            on_wave(rows[-1])
        if region.is_empty or rows[-1]["kept"] >= ENOUGH:
            break
    assert region is not None
    sample = np.random.default_rng((seed, 9)).random((PRIOR_SAMPLE, len(factors)))
    prior_points = space.points(sample)
    unmet = []
    if region.is_empty:
        nearest = space.scaled(space.points(np.vstack([sample, region.best[None, :]])))
        unmet = find_unmet_targets(aims, fitted, nearest, specification.cutoff)
    return HistoryMatch(
        pd.DataFrame(rows),
        pd.concat(tables, ignore_index=True),
        space.points(region.points),
        judge(region.points) if len(region.points) else np.empty(0),
        region.share,
        prior_points,
        judge(sample),
        unmet,
        describe_history_match(region, unmet, rows, specification),
        tuple(fitted),
        space,
    )


def _training_set(
    played: Sequence[tuple[pd.DataFrame, np.ndarray]],
    reused: Sequence[tuple[pd.DataFrame, np.ndarray]],
    space: NumberSpace,
    judge: Callable[[np.ndarray], np.ndarray],
    cutoff: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs and outputs of all particles in the region so far, the latest wave last."""
    sets = [*reused, *played]
    most = max(outputs.shape[1] for _, outputs in sets)
    inputs = np.concatenate([space.scaled(points) for points, _ in sets])
    outputs = np.concatenate(
        [
            np.pad(part, ((0, 0), (0, most - part.shape[1]), (0, 0)), constant_values=np.nan)
            for _, part in sets
        ]
    )
    usable = np.isfinite(outputs).all(axis=2).any(axis=1)
    usable &= ((inputs >= -1e-9) & (inputs <= 1.0 + 1e-9)).all(axis=1)
    usable &= judge(inputs) <= cutoff
    if usable.sum() < 20:
        raise BadInput(
            f"only {int(usable.sum())} points of a wave have a world that did not fail; see the"
            " failures, or raise `wave_points`."
        )
    return inputs[usable], outputs[usable]


def _spread_out(points: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Return some points of a region: of several random choices the one that is most spread out."""
    rng = np.random.default_rng(seed)
    choices = [
        points[rng.choice(len(points), size=count, replace=len(points) < count)] for _ in range(10)
    ]
    return max(choices, key=lambda chosen: float(np.log(chosen.var(axis=0) + 1e-12).sum()))
