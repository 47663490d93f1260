"""Calibration of a country: which numbers bring its worlds near the record, by ABC-SMC and as a
point fit.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.cache import ProgressCallback, QuantityCache
from poruka.analysis.calibration.abc_smc import PosteriorSample, abc_smc, draw_prior_points
from poruka.analysis.calibration.priors import Prior
from poruka.analysis.evaluate import Model, ScenarioModel
from poruka.analysis.factors import Factor
from poruka.analysis.patterns import Pattern, load_patterns
from poruka.analysis.specification import Calibration
from poruka.scenario.scenario import Scenario
from poruka.simulation.scoring import _baseline_forecast, crps, read_observed_record
from poruka.utils.errors import BadInput

GENERATION_SEED_STRIDE = 1_000_003
"""Generations draw their chance from seeds this far apart, so that no two particles share their
worlds.
"""


class RecordedFigure(NamedTuple):
    """A figure of the record in the grammar of quantities."""

    id: str
    quantity: str
    kind: str
    unit_factor: float
    value: float
    label: str = ""


class CalibrationTargets(NamedTuple):
    """What worlds are compared with: patterns in their order of importance, figures of the record,
    numbers.
    """

    patterns: tuple[Pattern, ...]
    figures: tuple[RecordedFigure, ...]
    target_values: tuple[tuple[str, float, float | None], ...]
    months: int

    @property
    def quantities(self) -> list[str]:
        """Every quantity that is needed."""
        return list(
            dict.fromkeys(
                [text for one in self.patterns for text in one.quantities]
                + [one.quantity for one in self.figures]
                + [text for text, _, _ in self.target_values]
            )
        )


def read_recorded_figures(scenario: Scenario, ids: Sequence[str]) -> tuple[RecordedFigure, ...]:
    """Return figures of the record as quantities; ``all`` means every one of them.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> read_recorded_figures(load("kazakhstan"), ["R061b"])[0].quantity
    'value president_election 1'
    """
    if not ids:
        return ()
    assert scenario.record_path is not None
    made = []
    for row in read_observed_record(scenario.record_path).itertuples():
        if "all" in ids or row.id in ids:
            percent = row.unit == "percent" and not row.measure.startswith("growth")
            kind = next(
                (word for word in ("growth", "count") if row.measure.startswith(word)),
                (
                    "index"
                    if row.measure.startswith("series")
                    else (
                        "month"
                        if row.measure.startswith("month") or row.unit == "month"
                        else "share"
                        if percent
                        else "count"
                    )
                ),
            )
            text = row.measure.removeprefix("outcome ")
            made.append(
                RecordedFigure(
                    row.id, text, kind, 100.0 if percent else 1.0, float(row.value), row.figure
                )
            )
    return tuple(made)


def build_calibration_targets(specification: Calibration, scenario: Scenario) -> CalibrationTargets:
    """Return what a calibration compares worlds with."""
    known = {one.id: one for one in load_patterns().patterns}
    return CalibrationTargets(
        tuple(known[id] for id in specification.patterns),
        read_recorded_figures(scenario, specification.figures),
        tuple((one.quantity, one.value, one.scale) for one in specification.target),
        scenario.months,
    )


def build_priors(factors: Sequence[Factor], scenario: Scenario, shape: str) -> dict[str, Prior]:
    """Return the priors of the numbers that are looked for: range and default of the parameter
    file, or of the experiment where it gives others.
    """
    made = {}
    for one in factors:
        low, high = one.bounds(scenario)
        made[one.label] = Prior(
            low, float(np.clip(one.default_value(scenario), low, high)), high, shape
        )
    return made


def compute_distances(
    values: np.ndarray, targets: CalibrationTargets, scales: Mapping[str, float]
) -> np.ndarray:
    """Return how far the worlds of each point lie from what is aimed at: patterns, figures and
    numbers weigh alike.

    Parameters
    ----------
    values : ndarray of float64, shape (points, worlds, quantities)
        In the order of ``aims.texts``.
    aims : Aims
    scales : mapping of str to float
        What counts as one unit of distance, for each number.

    Returns
    -------
    ndarray of float64, shape (points,)
        Patterns give the share of them that is missing, weighted by one over rank; figures their
        CRPS over that of a plain baseline; numbers the root mean square of their distances in
        units. A point with a failed world is infinitely far.
    """
    texts, made = targets.quantities, []
    for point in values:
        frame = pd.DataFrame(point, columns=texts)
        if frame.isna().any(axis=None):
            made.append(np.inf)
            continue
        parts = []
        if targets.patterns:
            weights = 1.0 / np.arange(1, len(targets.patterns) + 1)
            missing = np.array([1.0 - one.presence(frame) for one in targets.patterns])
            parts.append(float(weights @ missing / weights.sum()))
        if targets.figures:
            parts.append(
                float(
                    np.mean(
                        [
                            crps(frame[one.quantity].to_numpy() * one.unit_factor, one.value)
                            / max(
                                crps(
                                    _baseline_forecast(one.kind, one.value, targets.months),
                                    one.value,
                                ),
                                1e-9,
                            )
                            for one in targets.figures
                        ]
                    )
                )
            )
        if targets.target_values:
            gaps = [
                (frame[text].mean() - value) / scales[text]
                for text, value, _ in targets.target_values
            ]
            parts.append(float(np.sqrt(np.mean(np.square(gaps)))))
        made.append(float(np.mean(parts)))
    return np.array(made)


def compute_scales(values: np.ndarray, targets: CalibrationTargets) -> dict[str, float]:
    """Return the unit of distance of each number: the one given, or the median distance from the
    median over the points.
    """
    made = {}
    for text, _, scale in targets.target_values:
        means = np.nanmean(values[:, :, targets.quantities.index(text)], axis=1)
        spread = float(np.nanmedian(np.abs(means - np.nanmedian(means))))
        made[text] = scale or (spread if spread > 0.0 else float(np.nanstd(means)) or 1.0)
    return made


def calibrate(
    model_for_generation: Callable[[int], Model],
    factors: Sequence[Factor],
    scenario: Scenario,
    specification: Calibration,
    seed: int,
    folder: Path | None = None,
    on_generation: Callable[[Mapping[str, float]], None] | None = None,
    progress: ProgressCallback | None = None,
) -> PosteriorSample:
    """Return a sample of the numbers that bring the worlds near what is known.

    Parameters
    ----------
    models : callable
        Gives the model of a generation. Every particle should have worlds of its own (see
        :func:`independent_models`), so that the posterior carries the chance of the worlds too.
    factors : sequence of Factor
        What is looked for.
    scenario : Scenario
        Whose defaults, dates and record are meant.
    asked : Calibration
    seed : int
    folder : Path, optional
        Where generations are kept; the same call over the same folder goes on.
    tell, tell_worlds : callable, optional
        Told each generation's line of the history, and the worlds played.
    """
    aims, priors = (
        build_calibration_targets(specification, scenario),
        build_priors(factors, scenario, specification.prior),
    )

    def fitted(points: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame(
            {one.label: one.round_values(points[one.label].to_numpy()) for one in factors}
        )

    def values(points: pd.DataFrame, generation: int) -> np.ndarray:
        return model_for_generation(generation).values(
            fitted(points), aims.quantities, specification.worlds, progress
        )

    scales: dict[str, float] = {}

    def distance(points: pd.DataFrame, generation: int) -> np.ndarray:
        made = values(points, generation)
        if (
            not scales
        ):  # the unit is set by the first generation, which is the same again where a run goes on
            scales.update(
                compute_scales(
                    (
                        made
                        if generation == 0
                        else values(draw_prior_points(priors, specification.particles, seed), 0)
                    ),
                    aims,
                )
            )
        return compute_distances(made, aims, scales)

    about = repr((aims, specification.worlds, scenario.digest))
    found = abc_smc(
        priors,
        distance,
        specification.particles,
        specification.keep,
        specification.generations,
        specification.least_new,
        seed,
        folder,
        about,
        on_generation,
    )
    return found._replace(points=fitted(found.points))


def independent_models(
    build_scenario: Callable[[Mapping[str, Any]], Scenario], seed: int, cache: QuantityCache
) -> Callable[[int], Model]:
    """Return the model of each generation in which no two particles share their worlds."""
    return lambda generation: ScenarioModel(
        build_scenario,
        seed + GENERATION_SEED_STRIDE * (generation + 1),
        cache,
        common_random_numbers=False,
    )


class PointFit(NamedTuple):
    """A point fit: the numbers whose worlds came nearest, and all trials."""

    best_values: dict[str, float]
    distance: float
    default_distance: float
    trials: pd.DataFrame


def run_point_fit(
    model: Model,
    factors: Sequence[Factor],
    scenario: Scenario,
    specification: Calibration,
    seed: int,
    storage: Path | None = None,
    progress: ProgressCallback | None = None,
) -> PointFit:
    """Return the numbers whose worlds come nearest to what is known, by optuna's tree of Parzen
    estimators.

    All trials share their worlds, so that a trial is better for its numbers and not for its luck.
    The default is tried first. Where a trial looks depends on the trials before it and on its place
    among them alone, so that a fit that was interrupted ends as if it had not been.
    """
    try:
        import optuna
        from optuna.storages.journal import JournalFileBackend
    except ModuleNotFoundError:
        raise BadInput(
            "a point fit needs optuna, which is not installed; `pip install poruka[calibration]`"
            " brings it."
        ) from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    aims, priors = (
        build_calibration_targets(specification, scenario),
        build_priors(factors, scenario, specification.prior),
    )
    default = {name: one.mode for name, one in priors.items()}
    scales = {text: scale or max(abs(value), 1e-9) for text, value, scale in aims.target_values}

    def objective(trial: Any) -> float:
        point = {
            one.label: float(
                one.round_values(
                    np.array(
                        trial.suggest_float(
                            one.label, priors[one.label].low, priors[one.label].high
                        )
                    )
                )
            )
            for one in factors
        }
        return float(
            compute_distances(
                model.values(pd.DataFrame([point]), aims.quantities, specification.fit_worlds),
                aims,
                scales,
            )[0]
        )

    about = repr((aims, priors, specification.fit_worlds, seed, scenario.digest))
    try:
        study = optuna.create_study(
            study_name=hashlib.sha256(about.encode()).hexdigest()[
                :16
            ],  # a fit to something else in the same folder starts afresh
            load_if_exists=True,
            storage=(
                optuna.storages.JournalStorage(JournalFileBackend(str(storage)))
                if storage is not None
                else None
            ),
        )
    except (ValueError, KeyError, AssertionError, OSError) as error:
        raise BadInput(
            f"{storage} cannot be read ({error}); remove it, and the trials are played again."
        ) from None
    for one in study.get_trials(
        states=[optuna.trial.TrialState.RUNNING]
    ):  # it was being played when the fit was interrupted
        study.tell(one.number, state=optuna.trial.TrialState.FAIL)

    def finished() -> list[Any]:
        return list(study.get_trials(states=[optuna.trial.TrialState.COMPLETE]))

    while (done := len(finished())) < specification.trials:
        if done == 0:
            study.enqueue_trial(default, skip_if_exists=False)
        study.sampler = optuna.samplers.TPESampler(
            seed=int(np.random.SeedSequence([seed, done]).generate_state(1)[0])
        )
        study.optimize(objective, n_trials=1)
        if progress is not None:
            progress(done + 1, specification.trials)
    trials = pd.DataFrame(
        [
            {"trial": place, "distance": one.value, **one.params}
            for place, one in enumerate(finished())
        ]
    )
    return PointFit(
        dict(study.best_params), float(study.best_value), float(trials["distance"].iloc[0]), trials
    )
