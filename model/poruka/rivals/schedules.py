"""The rivals by name: what they share, and the rules of each in the order of the month."""

from functools import cache
from typing import Protocol, Self, TypeVar

from poruka.engine.rule import Rule, Schedule
from poruka.rivals import age_clock, diffusion, office, proximity_voting, resource_rents
from poruka.rules import indices
from poruka.rules.forces import (
    ageing,
    economy,
    elections,
    external_shocks,
    institutions,
    interventions,
)
from poruka.rules.schedule import SCHEDULE
from poruka.utils.errors import unknown_name_error

_BEFORE = (
    interventions.apply_interventions,
    external_shocks.apply_external_shocks,
    external_shocks.fade,
    institutions.update_statehood,
    office.open_presidency,
    elections.calendar,
    economy.reform,
    economy.produce,
    economy.update_hardship,
    economy.update_chaos,
    ageing.age,
)
_AFTER = (office.close_month, indices.update_control, indices.update_indices)


def _around(*rules: Rule) -> Schedule:
    return Schedule((*_BEFORE, *rules, *_AFTER), SCHEDULE.start)


RIVALS = {
    "proximity voting": _around(
        proximity_voting.converge,
        proximity_voting.compare_positions,
        proximity_voting.elect_sample,
        proximity_voting.elect_nearest,
    ),
    "age clock": _around(
        age_clock.count_months,
        age_clock.leave_before_end,
        age_clock.elect_house_by_machine,
        age_clock.elect_by_machine,
    ),
    "resource rents": _around(
        resource_rents.distribute_rents,
        resource_rents.turn_with_rents,
        resource_rents.rise_unpaid,
        resource_rents.elect_house_by_rents,
        resource_rents.elect_by_rents,
    ),
    "diffusion": _around(
        diffusion.watch_neighbours,
        diffusion.copy_neighbours,
        diffusion.follow_crowds,
        diffusion.follow_defectors,
        diffusion.elect_house_after_example,
        diffusion.elect_after_example,
    ),
}
"""The rules of each rival by its name."""


class _HasRules(Protocol):
    def with_rules(self, rules: Schedule) -> Self: ...


_Scenario = TypeVar("_Scenario", bound=_HasRules)


def rival_scenarios(scenario: _Scenario) -> dict[str, _Scenario]:
    """Return a scenario under the rules of each rival, by the rival's name.

    Parameters
    ----------
    scenario : Scenario

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> list(rival_scenarios(load("estonia")))
    ['proximity voting', 'age clock', 'resource rents', 'diffusion']
    """
    return {name: scenario.with_rules(rules) for name, rules in RIVALS.items()}


def rules_called(name: str) -> Schedule:
    """Return the rules of one rival; a hyphen in the name stands for a blank.

    Raises
    ------
    BadInput
        For an unknown name, with the nearest ones.

    Examples
    --------
    >>> rules_called("age-clock").ids[-3:]
    ('office.close', 'measures.control', 'measures.indices')
    """
    spoken = name.replace("-", " ")
    if spoken not in RIVALS:
        advice = f"allowed are {', '.join(RIVALS)}."
        raise unknown_name_error("rival account", name, RIVALS, advice=advice)
    return RIVALS[spoken]


@cache
def rules_of_rivals() -> dict[str, Rule]:
    """Return the rules by id that belong to rivals only.

    Examples
    --------
    >>> [id for id in rules_of_rivals() if id.startswith("age_clock.")][:2]
    ['age_clock.reckon', 'age_clock.defect']
    """
    rules = {rule.id: rule for schedule in RIVALS.values() for rule in schedule.rules}
    return {id: rule for id, rule in rules.items() if id not in SCHEDULE.ids}


@cache
def rules_of_package() -> dict[str, Rule]:
    """Return all rules of the package by id, those of the main account and of the rivals.

    Examples
    --------
    >>> "oligarchs.defect" in rules_of_package() and "diffusion.watch" in rules_of_package()
    True
    """
    return {rule.id: rule for rule in SCHEDULE.rules} | rules_of_rivals()
