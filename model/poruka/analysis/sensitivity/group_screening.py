"""Screening of a thousand numbers: groups first, then the members that may matter, each alone.

How it is done, what it costs and what it finds is said at :func:`screen_groups`.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.cache import ProgressCallback
from poruka.analysis.inference.false_discovery import benjamini_yekutieli
from poruka.analysis.screening_specification import Screening
from poruka.analysis.sensitivity.group_design import (
    Groups,
    ScreenedScenario,
    divide_groups,
    require_groups,
)
from poruka.analysis.sensitivity.group_effects import (
    detectable_in_groups,
    effects_table,
    estimate_group_effects,
)
from poruka.analysis.sensitivity.screening_summary import summarise_groups
from poruka.analysis.sensitivity.single_moves import check_idle_numbers, move_alone
from poruka.utils.statistics import t_quantile

POWER_QUANTILE = 1.645
"""Standard errors by which 95 % of estimates lie above a lower limit; both stages: 90 %."""
ONE_STAGE_QUANTILE = 1.282
"""The same for 90 %, where there is one stage only."""


class GroupScreening(NamedTuple):
    """The result of a screening.

    Attributes
    ----------
    groups : pandas.DataFrame
        One row a scenario and group: scenario, group, numbers, passed (numbers that went on), found
        (numbers that move something), strongest (quantity moved most clearly).
    numbers : pandas.DataFrame
        One row a scenario, number and quantity: scenario, group, factor, quantity, passed, up,
        up_low, up_high, down, down_low, down_high (effects of moving it alone from its default to
        either end, with 95 % intervals; missing if it did not go on), p, q (false discovery rate
        among all that went on), moves, detectable (the smallest effect on either side that would
        not have been missed in nine of ten screenings with as many other effects; missing for a
        number that could have gone on but for the limit), sd (standard deviation of worlds at the
        defaults).
    passed_in_all : dict
        Scenario to the numbers that passed the first stage, before the limit on those that go on.
    idle : pandas.DataFrame, optional
        What those that passed in no country do when they are moved alone, if that was asked for:
        see :func:`poruka.analysis.sensitivity.single_moves.check_idle_numbers`.
    """

    groups: pd.DataFrame
    numbers: pd.DataFrame
    passed_in_all: dict[str, int]
    idle: pd.DataFrame | None = None


def screen_groups(
    scenarios: Mapping[str, ScreenedScenario],
    groups: Groups,
    quantities: Sequence[str],
    plan: Screening,
    progress: ProgressCallback | None = None,
) -> GroupScreening:
    """Return which of many numbers move which quantities, upwards or downwards, in which country.

    In the first stage each block, with luck of its own, moves one group of numbers after the other:
    half of its members, each to a random end of its range, and then all of them to the opposite
    ends, in the same world. Random directions keep members from cancelling each other out; the half
    difference of the two sides shows what acts in one direction, their mean against no move what
    acts alike on both sides, and a regression on the moves shows which member it is. A number goes
    on if its smallest p-value over quantities, times their number, is at most ``plan.pass_level``.
    In the second stage each that went on is moved alone, up and down, in ``plan.worlds`` worlds of
    fresh luck, so that the choice of numbers does not bias their effects. Of the effects said to be
    there, over all countries, numbers and quantities, at most ``plan.false_discovery_rate`` are
    false on average, whatever they have in common (Benjamini and Yekutieli 2001).

    Where hundreds matter, moving each alone costs most of the worlds. With ``plan.most`` of 0 there
    is no second stage: effects are those of the groups, means over what else of the group is moved,
    and a number that passes without an effect that is said to be there stays undecided. The worlds
    saved can go to those that pass nowhere (``plan.idle_worlds``).

    A model with a cache goes on where it was interrupted.

    Parameters
    ----------
    scenarios : mapping of str to ScreenedScenario
        Countries by name, all with the same numbers.
    groups : mapping of str to sequence of str
        Groups larger than ``plan.largest_group`` are divided.
    quantities : sequence of str
    plan : Screening
    progress : callable, optional
        Receives ``(worlds completed, worlds to simulate)`` of each call of a model.

    Notes
    -----
    The cost is ``blocks * (1 + 2 * groups)`` worlds, then at most ``(1 + 2 * most) * worlds``: for
    1,300 numbers in 44 groups, 300 blocks and 150 numbers alone in 200 worlds, 27,000 and at most
    60,000 worlds a country; at 20 milliseconds for a world by itself and 9 for one of many, nine
    minutes on two processors. An effect two thirds as large as the standard deviation of worlds, on
    one side only, is then found in nine of ten screenings where worlds share no luck, smaller ones
    where they do or where both sides show it; ``detectable`` says it for each number.

    Examples
    --------
    >>> from poruka.analysis.evaluate import AnalyticModel
    >>> from poruka.analysis.sensitivity.group_design import NumberRange
    >>> model = AnalyticModel({"y": lambda points: 2.0 * points["a"] - 2.0 * points["b"]}, 0.5)
    >>> ranges = dict.fromkeys("abcd", NumberRange(-1.0, 0.0, 1.0))
    >>> found = screen_groups(
    ...     {"here": ScreenedScenario(model, ranges)},
    ...     {"all": ["a", "b", "c", "d"]},
    ...     ["y"],
    ...     Screening(blocks=40, worlds=20),
    ... )
    >>> found.numbers.loc[found.numbers["moves"], "factor"].tolist()
    ['a', 'b']
    """
    divided = divide_groups(groups, plan.largest_group)
    members = [member for group in divided.values() for member in group]
    frames, passed_in_all = [], {}
    for name, scenario in scenarios.items():
        require_groups(divided, scenario.ranges, plan.blocks)
        effects = estimate_group_effects(scenario, divided, list(quantities), plan, progress)
        level = np.nanmin(effects.p_values, axis=1) * len(quantities)
        passing = np.flatnonzero(level <= plan.pass_level)
        passed_in_all[name] = len(passing)
        clearest = passing[np.argsort(level[passing], kind="stable")]
        quantile = POWER_QUANTILE if plan.most else ONE_STAGE_QUANTILE
        detectable = detectable_in_groups(effects, divided, plan, quantile)
        detectable[clearest[plan.most :]] = np.nan  # passed, but was not looked at any closer
        table = pd.DataFrame(
            {
                "scenario": name,
                "group": np.repeat(
                    [group for group, names in divided.items() for _ in names], len(quantities)
                ),
                "factor": np.repeat(members, len(quantities)),
                "quantity": list(quantities) * len(members),
                "passed": np.repeat(level <= plan.pass_level, len(quantities)),
                "detectable": detectable.ravel(),
                "spread": effects.spread.ravel(),
                "sd": np.tile(effects.deviations, len(members)),
            }
        )
        if plan.most:
            candidates = [members[index] for index in np.sort(clearest[: plan.most])]
            found = move_alone(scenario, candidates, quantities, plan, progress)
        else:
            found = effects_table(effects, list(quantities), divided, plan)
        frames.append(table.merge(found, on=["factor", "quantity"], how="left"))
    numbers = pd.concat(frames, ignore_index=True)
    if plan.most:
        numbers["passed"] = numbers["p"].notna()
    numbers["q"] = benjamini_yekutieli(numbers["p"].to_numpy())
    numbers["moves"] = numbers["q"] <= plan.false_discovery_rate
    if plan.most:
        error = numbers["spread"] / np.sqrt(plan.worlds)
        numbers["detectable"] = np.maximum(
            numbers["detectable"], _reach_alone(numbers, plan) * error
        )
    numbers = numbers.drop(columns="spread")
    idle = check_idle_numbers(scenarios, numbers, plan, progress) if plan.idle_worlds else None
    return GroupScreening(summarise_groups(numbers), numbers, passed_in_all, idle)


def _reach_alone(numbers: pd.DataFrame, plan: Screening) -> float:
    """Return the standard errors from 0 at which an effect is found in 95 % of second stages.

    The more effects there are, the weaker ones are found: the procedure takes every p-value up to
    the largest that it took, and its first step where it took none.
    """
    tests = max(1, int(numbers["passed"].sum()))
    first = plan.false_discovery_rate / (tests * sum(1.0 / k for k in range(1, tests + 1)))
    level = max(
        first, float(numbers.loc[numbers["moves"], "p"].max() if numbers["moves"].any() else 0)
    )
    # Three differences were tested, each on two sides.
    return float(t_quantile(plan.worlds - 1, 1.0 - level / 6.0) + POWER_QUANTILE)
