"""How much an experiment plays, said before it does."""

from typing import NamedTuple

from poruka.analysis.designs import build_design_points
from poruka.experiments.catalogue import LoadedExperiment


class CostStage(NamedTuple):
    """A part of an experiment: what it is, its points, worlds of each, and whether that is only the
    most it may come to.
    """

    label: str
    points: int
    worlds: int
    at_most: bool = False

    @property
    def total_worlds(self) -> int:
        """Worlds in all."""
        return self.points * self.worlds


def estimate_cost(loaded: LoadedExperiment, worlds: int | None = None) -> list[CostStage]:
    """Return what an experiment plays, stage by stage.

    Parameters
    ----------
    found : Found
        As :func:`poruka.experiments.catalogue.read_experiment` returns it.
    worlds : int, optional
        Worlds of every point instead of what the file says.

    Examples
    --------
    >>> from poruka.experiments.catalogue import find_experiment, read_experiment
    >>> [stage.points for stage in estimate_cost(read_experiment(find_experiment("01_market_speed")))]
    [20]
    """
    experiment, stages = loaded.experiment, []
    count = worlds or experiment.worlds
    if experiment.design is not None:
        points = len(
            build_design_points(
                experiment.design, experiment.factor, loaded.scenario, loaded.path.parent
            )
        )
        asked = experiment.precision if worlds is None else None
        stages.append(
            CostStage(
                f"design {experiment.design.kind}",
                points,
                asked.at_most if asked else count,
                asked is not None,
            )
        )
    if (sensitive := experiment.sensitivity) is not None:
        factors = len(sensitive.factors or experiment.numeric_factors)
        each = worlds or sensitive.worlds or experiment.worlds
        if sensitive.method != "sobol":
            stages.append(
                CostStage("Morris screening", sensitive.trajectories * (factors + 1), each)
            )
        if sensitive.method != "morris":
            screened = sensitive.method == "morris then sobol"
            stages.append(
                CostStage(
                    "Sobol indices",
                    sensitive.base * ((min(factors, sensitive.most) if screened else factors) + 2),
                    each,
                    screened,
                )
            )
    if (asked_of := experiment.calibration) is not None:
        new = asked_of.particles - max(2, int(asked_of.keep * asked_of.particles))
        stages.append(
            CostStage(
                "ABC-SMC",
                asked_of.particles + (asked_of.generations - 1) * new,
                asked_of.worlds,
                True,
            )
        )
        if asked_of.trials:
            stages.append(CostStage("point fit", asked_of.trials, asked_of.fit_worlds))
        stages.append(CostStage("worlds over prior and posterior", 2, asked_of.predictive))
    return stages


def format_cost_estimate(stages: list[CostStage]) -> str:
    """Return a plan in one line.

    Examples
    --------
    >>> format_cost_estimate([CostStage("design grid", 6, 40), CostStage("Sobol indices", 128, 10, True)])
    'design grid: 6 points of 40 worlds; Sobol indices: at most 128 points of 10 worlds; at most
    1,520 worlds in all'
    """
    most = any(stage.at_most for stage in stages)
    parts = [
        f"{one.label}: {'at most ' if one.at_most else ''}{one.points:,}"
        f" point{'s' if one.points != 1 else ''} of {one.worlds} worlds"
        for one in stages
    ]
    return (
        f"{'; '.join(parts)};"
        f" {'at most ' if most else ''}{sum(one.total_worlds for one in stages):,} worlds in all"
    )
