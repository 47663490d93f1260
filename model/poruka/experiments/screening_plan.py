"""What an experiment screens: its numbers, their groups and their ranges, checked beforehand."""

from collections.abc import Callable, Sequence

import numpy as np

from poruka.analysis.factors import Factor
from poruka.analysis.screening_specification import Screening
from poruka.analysis.sensitivity.group_design import NumberRange, divide_groups, require_groups
from poruka.analysis.specification import Experiment
from poruka.experiments.analysis_validation import require_factor, require_outcomes
from poruka.scenario.scenario import Scenario
from poruka.utils.errors import BadInput, unknown_name_error


def screened_factors(experiment: Experiment, screening: Screening) -> list[Factor]:
    """Return the factors that are screened: those named, or all that take numbers."""
    return [
        factor
        for factor in experiment.numeric_factors
        if not screening.factors or factor.label in screening.factors
    ]


def screening_groups(screening: Screening, factors: Sequence[Factor]) -> dict[str, list[str]]:
    """Return the groups of a screening: those given, or one for each page of numbers.

    Examples
    --------
    >>> from poruka.analysis.scenario_builder import expand_pages
    >>> factors = expand_pages([Factor(page="press"), Factor(page="instruments.I54")])
    >>> groups = screening_groups(Screening(), factors)
    >>> list(groups), len(groups["instruments.I54"])
    (['press', 'instruments.I54'], 11)
    """
    groups: dict[str, list[str]] = {group.name: list(group.factors) for group in screening.group}
    if not groups:
        for factor in factors:
            page = _page_of(factor.scenario_keys[0]) if factor.scenario_keys else "months"
            if factor.together:
                page = f"{factor.label.split('.')[0]} together"
            groups.setdefault(page or "other", []).append(factor.label)
    return divide_groups(groups, screening.largest_group)


def _page_of(key: str) -> str:
    """Return the page of a number: the key without its name; of an instrument's number, its id."""
    parts = key.split(".")
    return ".".join(parts[:2] if parts[0] == "instruments" else parts[:-1])


def number_ranges(factors: Sequence[Factor], scenario: Scenario) -> dict[str, NumberRange]:
    """Return the range and the default of each factor in a country."""
    ranges = {}
    for factor in factors:
        low, high = factor.bounds(scenario)
        ends = factor.round_values(np.array([low, factor.default_value(scenario), high]))
        ranges[factor.label] = NumberRange(*map(float, ends))
    return ranges


def validate_screening(experiment: Experiment, load_base: Callable[[str], Scenario]) -> None:
    """Raise an error if a screening does not fit the factors, outcomes and countries it names.

    Parameters
    ----------
    experiment : Experiment
    load_base : callable
        Returns a country by name, or with an empty name the experiment's own.
    """
    screening = experiment.screening
    assert screening is not None
    for name in screening.factors:
        require_factor(experiment, name, "[screening]")
    require_outcomes(experiment, screening.outcomes, "[screening]")
    factors = screened_factors(experiment, screening)
    unfit = [name for name in screening.factors if not experiment.get_factor(name).is_number]
    unfit += [factor.label for factor in factors if not factor.scenario_keys]
    if unfit:
        raise BadInput(
            f"[screening] moves numbers, but {', '.join(map(repr, unfit))} sets none; name the"
            " `factors` to screen."
        )
    if len(factors) < 2:
        raise BadInput("[screening] needs at least two factors that take numbers.")
    screened = screening.scenarios or [experiment.scenario]
    for name in screening.idle_scenarios:
        if name not in screened:
            raise unknown_name_error("country", name, screened, "`idle_scenarios` of [screening]")
    groups = screening_groups(screening, factors)
    for name in screening.scenarios or [""]:
        scenario = load_base(name)
        for factor in factors:
            factor.validate_factor(lambda _, scenario=scenario: scenario)  # type: ignore[misc]
        require_groups(groups, number_ranges(factors, scenario), screening.blocks)
