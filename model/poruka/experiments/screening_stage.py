"""Screening of an experiment's numbers: groups first, in one or more countries."""

from collections.abc import Mapping, Sequence
from typing import Any

from poruka.analysis.cache import QuantityCache
from poruka.analysis.evaluate import ScenarioModel
from poruka.analysis.factors import Factor
from poruka.analysis.scenario_builder import ScenarioBuilder
from poruka.analysis.screening_specification import Screening
from poruka.analysis.sensitivity.group_design import ScreenedScenario
from poruka.analysis.sensitivity.group_screening import screen_groups
from poruka.experiments.analysis_stages import StageCallback, stage_progress
from poruka.experiments.catalogue import LoadedExperiment
from poruka.experiments.experiment_result import AnalysisResult
from poruka.experiments.screening_plan import number_ranges, screened_factors, screening_groups
from poruka.scenario.scenario import Scenario


def run_screening(
    screening: Screening,
    loaded: LoadedExperiment,
    seed: int,
    cache: QuantityCache,
    worlds: int | None,
    progress: StageCallback | None,
) -> AnalysisResult:
    """Return the screening of an experiment's numbers in each of its countries."""
    experiment = loaded.experiment
    factors = screened_factors(experiment, screening)
    plan = screening if worlds is None else screening.model_copy(update={"worlds": worlds})
    scenarios = {
        name: _screened_scenario(name, loaded, factors, seed, cache)
        for name in screening.scenarios or [experiment.scenario]
    }
    found = screen_groups(
        scenarios,
        screening_groups(screening, factors),
        [outcome.quantity for outcome in experiment.select_outcomes(screening.outcomes)],
        plan,
        stage_progress(progress, f"screening of {len(factors)} numbers"),
    )
    return AnalysisResult("screening", plan, found.numbers, found)


def _screened_scenario(
    name: str, loaded: LoadedExperiment, factors: Sequence[Factor], seed: int, cache: QuantityCache
) -> ScreenedScenario:
    builder = ScenarioBuilder(name, loaded.experiment.context, factors, loaded.path.parent)
    ranges = number_ranges(factors, builder.base_scenario())
    defaults = {label: limits.default for label, limits in ranges.items()}

    def build(point: Mapping[str, Any]) -> Scenario:
        # Setting a thousand numbers to what they are would take longer than a world.
        return builder({key: value for key, value in point.items() if value != defaults[key]})

    return ScreenedScenario(ScenarioModel(build, seed, cache), ranges)
