"""Arms of an experiment on robustness, and what it may not ask for."""

from poruka.analysis.quantity_validation import validate_quantities
from poruka.analysis.robustness.arms import RobustnessArm, build_arms
from poruka.analysis.robustness_specification import Robustness
from poruka.analysis.scenario_builder import ScenarioBuilder
from poruka.analysis.specification import Experiment
from poruka.utils.errors import BadInput


def robustness_countries(experiment: Experiment, plan: Robustness) -> list[str]:
    """Return the countries in which robustness is looked at."""
    return plan.scenarios or [experiment.scenario]


def arms_by_country(
    builder: ScenarioBuilder, experiment: Experiment, plan: Robustness, seed: int
) -> dict[str, list[RobustnessArm]]:
    """Return the arms of each country, the first of each the country as it is."""
    return {
        name: build_arms(builder.base_scenario(name), plan, seed)
        for name in robustness_countries(experiment, plan)
    }


def validate_robustness(experiment: Experiment, builder: ScenarioBuilder) -> None:
    """Raise an error if a page on robustness cannot be made, before anything is simulated."""
    plan = experiment.robustness
    assert plan is not None
    if experiment.factor or experiment.design is not None or experiment.analysis:
        raise BadInput(
            "a [robustness] builds its arms by itself; remove [[factor]], [design] and"
            " [[analysis]]."
        )
    if len(set(plan.scenarios)) < len(plan.scenarios):
        raise BadInput("[robustness] names a country twice in `scenarios`; name each once.")
    if bool(plan.blocks) != bool(plan.blocks_end):
        raise BadInput("[robustness] needs both `blocks` and `blocks_end`, or neither.")
    for name, arms in arms_by_country(builder, experiment, plan, experiment.seed).items():
        validate_quantities([outcome.quantity for outcome in experiment.outcome], arms[0].scenario)
        if len(arms) < 2:
            raise BadInput(
                f"[robustness] does nothing to {name}; give scale, blocks with orders, mechanisms"
                " or start."
            )
