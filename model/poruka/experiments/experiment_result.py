"""Results of an experiment: the design's worlds, each analysis and the calibration."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
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
from poruka.utils.coverage import DesignCoverage


def design_coverage(result: DesignResult | None, worlds: int = 0) -> DesignCoverage:
    """Return how many worlds the points of a design were asked for, and how many of them failed.

    A failed world has no quantity at all; one to which a single quantity does not apply has others.

    Parameters
    ----------
    result : DesignResult or None
    worlds : int
        Worlds of a point where there is no design.
    """
    if result is None:
        return DesignCoverage(0, worlds)
    failed = int(np.isnan(result.values).all(axis=2).sum())
    return DesignCoverage(len(result.points), result.worlds, failed)


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

    @property
    def coverage(self) -> DesignCoverage:
        """Points of the design, worlds of each, and how many failed over all points."""
        return design_coverage(self.design_result, self.worlds)

    @property
    def empty_points(self) -> list[int]:
        """Points of the design at which every world failed, by their number."""
        if self.design_result is None:
            return []
        is_empty = np.isnan(self.design_result.values).all(axis=(1, 2))
        return [int(number) for number in np.flatnonzero(is_empty)]
