"""Point fit: the parameter values whose worlds come nearest to the targets."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.cache import ProgressCallback
from poruka.analysis.calibration.priors import build_priors
from poruka.analysis.calibration.targets import build_calibration_targets, compute_distances
from poruka.analysis.evaluate import Model
from poruka.analysis.factors import Factor
from poruka.analysis.specification import Calibration
from poruka.scenario.scenario import Scenario
from poruka.utils.errors import BadInput


class PointFit(NamedTuple):
    """A point fit: the best values, their distance from the targets, and all trials."""

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
    """Return the values whose worlds come nearest to the targets, found by optuna's TPE sampler.

    All trials share their worlds, so that they differ by their values and not by chance. The
    default is tried first. The point of a trial depends only on the trials before it and on its
    position among them, so an interrupted and resumed fit gives the same result.
    """
    try:
        import optuna
        from optuna.storages.journal import JournalFileBackend
    except ModuleNotFoundError:
        raise BadInput(
            "a point fit needs optuna, which is not installed; install it with `pip install"
            " poruka[calibration]`."
        ) from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    targets = build_calibration_targets(specification, scenario)
    priors = build_priors(factors, scenario, specification.prior)
    default = {name: prior.mode for name, prior in priors.items()}
    scales = {
        quantity: scale or max(abs(value), 1e-9) for quantity, value, scale in targets.target_values
    }

    def objective(trial: Any) -> float:
        point = {}
        for factor in factors:
            prior = priors[factor.label]
            suggested = np.array(trial.suggest_float(factor.label, prior.low, prior.high))
            point[factor.label] = float(factor.round_values(suggested))
        values = model.values(pd.DataFrame([point]), targets.quantities, specification.fit_worlds)
        return float(compute_distances(values, targets, scales)[0])

    signature = repr((targets, priors, specification.fit_worlds, seed, scenario.digest))
    try:
        study = optuna.create_study(
            # The name depends on the targets: a fit to other targets starts a study of its own.
            study_name=hashlib.sha256(signature.encode()).hexdigest()[:16],
            load_if_exists=True,
            storage=(
                optuna.storages.JournalStorage(JournalFileBackend(str(storage)))
                if storage is not None
                else None
            ),
        )
    except (ValueError, KeyError, AssertionError, OSError) as error:
        raise BadInput(
            f"{storage} cannot be read ({error}); remove it, and the trials are run again."
        ) from None
    # A trial still marked as running was in progress when the fit was interrupted.
    for trial in study.get_trials(states=[optuna.trial.TrialState.RUNNING]):
        study.tell(trial.number, state=optuna.trial.TrialState.FAIL)

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
            {"trial": index, "distance": trial.value, **trial.params}
            for index, trial in enumerate(finished())
        ]
    )
    return PointFit(
        dict(study.best_params), float(study.best_value), float(trials["distance"].iloc[0]), trials
    )
