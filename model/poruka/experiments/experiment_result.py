"""Results of an experiment: the design's worlds, each analysis and the calibration."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd

from poruka.analysis.calibration.abc_smc import PosteriorSample
from poruka.analysis.calibration.history_matching import HistoryMatch
from poruka.analysis.calibration.point_fit import PointFit
from poruka.analysis.evaluate import DesignResult
from poruka.analysis.replication import ReplicationResult
from poruka.analysis.specification import Experiment
from poruka.experiments.catalogue import LoadedExperiment
from poruka.scenario.parameter_draws import ParameterDraws
from poruka.simulation.failures import FAILURE_COLUMNS


class AnalysisResult(NamedTuple):
    """The result of one analysis: its table, and whatever else its figure needs."""

    kind: str
    specification: Any
    table: pd.DataFrame
    details: Any = None


class CalibrationResult(NamedTuple):
    """What history matching leaves, the posterior, and worlds drawn from prior and posterior."""

    sample: PosteriorSample
    posterior: ParameterDraws
    prior_ensemble: Any
    posterior_ensemble: Any
    point_fit: PointFit | None
    history_match: HistoryMatch | None = None


@dataclass
class ExperimentResult:
    """Everything an experiment has produced.

    Attributes
    ----------
    loaded : LoadedExperiment
        The experiment.
    seed, worlds : int
        Of every point of the design (``worlds`` as finally reached, where a precision was
        required).
    design_result : DesignResult or None
        The worlds of the design.
    replication : ReplicationResult or None
        How the number of worlds was reached, where a precision was required.
    analyses : list of AnalysisResult
        The analyses, in the order of the file.
    calibration_result : CalibrationResult or None
    failures : pandas.DataFrame
        Worlds that failed, in design, sensitivity and calibration alike: world, seed, error,
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
