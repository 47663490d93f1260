"""Cost of an experiment: the points and worlds it simulates, estimated before it runs."""

from typing import NamedTuple

from poruka.analysis.designs import build_design_points
from poruka.analysis.sensitivity.group_design import count_screening_points
from poruka.experiments.catalogue import LoadedExperiment
from poruka.experiments.robustness_arms import arms_by_country
from poruka.experiments.screening_plan import screened_factors, screening_groups
from poruka.rivals import RIVALS
from poruka.scoring.baselines import BASELINES
from poruka.theory.classification import read_expected_groups


class CostStage(NamedTuple):
    """A stage of an experiment: its points, worlds of each, and whether that is an upper bound."""

    label: str
    points: int
    worlds: int
    at_most: bool = False

    @property
    def total_worlds(self) -> int:
        """Worlds in all."""
        return self.points * self.worlds


def estimate_cost(loaded: LoadedExperiment, worlds: int | None = None) -> list[CostStage]:
    """Return the number of points and worlds an experiment simulates, stage by stage.

    Parameters
    ----------
    loaded : LoadedExperiment
        As :func:`poruka.experiments.catalogue.read_experiment` returns it.
    worlds : int, optional
        Worlds of every point, instead of the number in the file.

    Examples
    --------
    >>> from poruka.experiments.catalogue import find_experiment, read_experiment
    >>> loaded = read_experiment(find_experiment("01_market_speed"))
    >>> [stage.points for stage in estimate_cost(loaded)]
    [20]
    """
    experiment, stages = loaded.experiment, []
    count = worlds or experiment.worlds
    if experiment.design is not None:
        points = build_design_points(
            experiment.design, experiment.factor, loaded.scenario, loaded.path.parent
        )
        precision = experiment.precision if worlds is None else None
        stages.append(
            CostStage(
                f"design {experiment.design.kind}",
                len(points),
                precision.at_most if precision else count,
                precision is not None,
            )
        )
    if (sensitivity := experiment.sensitivity) is not None:
        factors = len(sensitivity.factors or experiment.numeric_factors)
        point_worlds = worlds or sensitivity.worlds or experiment.worlds
        if sensitivity.method != "sobol":
            screening_points = sensitivity.trajectories * (factors + 1)
            stages.append(CostStage("Morris screening", screening_points, point_worlds))
        if sensitivity.method != "morris":
            after_morris = sensitivity.method == "morris then sobol"
            sobol_factors = min(factors, sensitivity.most) if after_morris else factors
            sobol_points = sensitivity.base * (sobol_factors + 2)
            stages.append(CostStage("Sobol indices", sobol_points, point_worlds, after_morris))
    if (screening := experiment.screening) is not None:
        screened = screened_factors(experiment, screening)
        moves, singles = count_screening_points(
            len(screening_groups(screening, screened)),
            screening.blocks,
            min(screening.most, len(screened)),
        )
        countries = len(screening.scenarios) or 1
        stages.append(CostStage("groups of numbers", countries * moves, 1))
        if screening.idle_worlds:
            checked = len(screening.idle_scenarios) or countries
            points = checked * (1 + 2 * len(screened))
            stages.append(CostStage("idle numbers alone", points, screening.idle_worlds, True))
        if screening.most:
            stages.append(
                CostStage("numbers alone", countries * singles, worlds or screening.worlds, True)
            )
    if (robustness := experiment.robustness) is not None:
        arms = arms_by_country(loaded.builder, experiment, robustness, experiment.seed)
        points = sum(map(len, arms.values()))
        stages.append(CostStage("arms of robustness", points, count))
    if (calibration := experiment.calibration) is not None:
        if calibration.waves:
            points = calibration.waves * calibration.points_of_wave(len(experiment.numeric_factors))
            stages.append(CostStage("history matching", points, calibration.wave_worlds, True))
        surviving = max(2, int(calibration.keep * calibration.particles))
        new_particles = calibration.particles - surviving
        particles = calibration.particles + (calibration.generations - 1) * new_particles
        stages.append(CostStage("ABC-SMC", particles, 1, at_most=True))
        if calibration.trials:
            stages.append(CostStage("point fit", calibration.trials, calibration.fit_worlds))
        stages.append(CostStage("worlds drawn from prior and posterior", 2, calibration.predictive))
    if (fit := experiment.record_fit) is not None:
        # A world of each of the two countries; planted truths are draws of the prior themselves.
        stages.append(CostStage("draws of the prior", fit.pool, 2))
        stages.append(CostStage("draws that are left, played anew", fit.kept, 2))
    if (later := experiment.what_follows) is not None:
        stages.append(CostStage("draws of the prior of every rival", later.pool * len(RIVALS), 2))
        accounts = len(BASELINES) + 1
        histories = len(later.history) * accounts
        stages.append(CostStage("histories under every account", histories, later.worlds))
        republics = len(read_expected_groups()) * (len(RIVALS) + 1)
        each = 2 * later.republic_draws * later.republic_worlds
        stages.append(CostStage("republics", republics, each, at_most=True))
    return stages


def format_cost_estimate(stages: list[CostStage]) -> str:
    """Return a cost estimate in one line.

    Examples
    --------
    >>> format_cost_estimate([CostStage("design grid", 60, 40)])
    'design grid: 60 points of 40 worlds; 2,400 worlds in all'
    >>> format_cost_estimate([CostStage("Sobol indices", 128, 10, at_most=True)])
    'Sobol indices: at most 128 points of 10 worlds; at most 1,280 worlds in all'
    """
    is_upper_bound = any(stage.at_most for stage in stages)
    parts = [
        f"{stage.label}: {'at most ' if stage.at_most else ''}{stage.points:,}"
        f" point{'s' if stage.points != 1 else ''} of {stage.worlds} worlds"
        for stage in stages
    ]
    total = sum(stage.total_worlds for stage in stages)
    return f"{'; '.join(parts)}; {'at most ' if is_upper_bound else ''}{total:,} worlds in all"
