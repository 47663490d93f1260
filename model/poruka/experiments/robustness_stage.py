"""Robustness of an experiment's headline results: arms are played in each country, and compared."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.cache import QuantityCache
from poruka.analysis.robustness.effects import (
    ArmWorlds,
    estimate_level,
    is_between,
    measure_effects,
    with_difference,
)
from poruka.analysis.robustness_specification import Robustness
from poruka.analysis.specification import Outcome
from poruka.experiments.analysis_stages import StageCallback, stage_progress
from poruka.experiments.catalogue import LoadedExperiment
from poruka.experiments.experiment_result import AnalysisResult
from poruka.experiments.robustness_arms import arms_by_country
from poruka.scenario.number_draws import NumberDraws
from poruka.scenario.scenario import Scenario
from poruka.scenario.schema import parse_month
from poruka.utils.coverage import DesignCoverage


class RobustnessDetails(NamedTuple):
    """What a page on robustness needs besides the effects.

    Attributes
    ----------
    base : pandas.DataFrame
        One row a country and quantity: mean, with its 95 % interval, as they are.
    orders : dict of str to str
        The orders of the month that were played, by name.
    drawn : str
        What the numbers were drawn from; empty where they were not.
    start : str
        The month from which months are counted.
    worlds : int
        Of every arm.
    arms : dict of str to int
        Arms of each country.
    failed : int
        Worlds that failed.
    """

    base: pd.DataFrame
    orders: dict[str, str]
    drawn: str
    start: str
    worlds: int
    arms: dict[str, int]
    failed: int

    @property
    def coverage(self) -> DesignCoverage:
        """Arms, with each country as it is, their worlds, and how many failed."""
        return DesignCoverage(sum(self.arms.values()) + len(self.arms), self.worlds, self.failed)


def run_robustness(
    plan: Robustness,
    loaded: LoadedExperiment,
    seed: int,
    cache: QuantityCache,
    worlds: int,
    progress: StageCallback | None,
) -> AnalysisResult:
    """Return the effects of every arm on every headline result, in each country.

    Parameters
    ----------
    plan : Robustness
    loaded : LoadedExperiment
    seed, worlds : int
        Of every arm: world k has the same luck, and the same draw of the numbers, in all of them.
    cache : QuantityCache
    progress : callable, optional
        Called with the stage, the worlds completed and the worlds in all.
    """
    experiment = loaded.experiment
    countries = arms_by_country(loaded.builder, experiment, plan, seed)
    quantities = [outcome.quantity for outcome in experiment.outcome]
    bases = {name: arms[0].scenario for name, arms in countries.items()}
    start = next(iter(bases.values())).start_date
    played: list[ArmWorlds] = []
    for name, arms in countries.items():
        label = f"{len(arms)} arms in {bases[name].name}"
        values = cache.values(
            [(arm.scenario, seed) for arm in arms],
            quantities,
            worlds,
            stage_progress(progress, label),
        )
        values = values + _months_since(start, bases[name], experiment.outcome)
        played += [
            ArmWorlds(bases[name].name, arm.group, arm.name, arm.detail, found)
            for arm, found in zip(arms, values, strict=True)
        ]
    compared = with_difference(played)
    draws = {name.name: _draws_of_worlds(name, worlds) for name in bases.values()}
    usual = list(draws.values())
    for arm in compared:
        # In the difference of two countries a world has the draw that it has in both.
        draws.setdefault(arm.country, next((one for one in usual if one is not None), None))
    effects = measure_effects(
        compared, quantities, draws, plan.large, plan.false_discovery_rate, seed
    )
    first = next(iter(countries.values()))
    details = RobustnessDetails(
        _base_table(compared, quantities, draws),
        {arm.name: arm.detail for arm in first if arm.group == "order"},
        _drawn_from(list(bases.values())),
        start,
        worlds,
        {bases[name].name: len(arms) - 1 for name, arms in countries.items()},
        sum(int(np.isnan(arm.values).all(axis=1).sum()) for arm in played),
    )
    return AnalysisResult("robustness", plan, effects, details)


def _months_since(start: str, scenario: Scenario, outcomes: Sequence[Outcome]) -> np.ndarray:
    """Return what is added to each outcome so that months of all countries are counted alike."""
    later = parse_month(scenario.start_date, "start_date") - parse_month(start, "start_date")
    return np.array([later if outcome.unit == "date" else 0 for outcome in outcomes], dtype=float)


def _draws_of_worlds(scenario: Scenario, worlds: int) -> np.ndarray | None:
    draws = scenario.parameter_draws
    if draws is None:
        return None
    each = draws.worlds_each if isinstance(draws, NumberDraws) else 1
    return np.arange(worlds) // each


def _drawn_from(scenarios: Sequence[Scenario]) -> str:
    drawn = [scenario.parameter_draws for scenario in scenarios]
    labels = {
        draws.source_label if isinstance(draws, NumberDraws) else "a posterior"
        for draws in drawn
        if draws is not None
    }
    return " and ".join(sorted(labels))


def _base_table(
    played: Sequence[ArmWorlds], quantities: Sequence[str], draws: dict[str, np.ndarray | None]
) -> pd.DataFrame:
    rows = [
        (
            arm.country,
            quantity,
            *estimate_level(
                arm.values[:, place], draws[arm.country], quantity, is_between(arm.country)
            ),
        )
        for arm in played
        if not arm.group
        for place, quantity in enumerate(quantities)
    ]
    return pd.DataFrame(rows, columns=["country", "quantity", "mean", "low", "high"])
