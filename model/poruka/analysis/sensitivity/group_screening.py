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
    build_block_points,
    build_single_moves,
    divide_groups,
    draw_moves,
    require_groups,
)
from poruka.analysis.sensitivity.screening_summary import summarise_groups
from poruka.utils.statistics import t_quantile

POINTS_AT_ONCE = 2000
"""Points of the first stage that are handed to the model in one call."""
POWER_QUANTILE = 1.645
"""Standard errors by which 95 % of estimates lie above a lower limit; both stages: 90 %."""


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
        have been found in nine of ten screenings with as many other effects; missing for a number
        that could have gone on but for the limit), sd (standard deviation of worlds at the
        defaults).
    passed_in_all : dict
        Scenario to the numbers that passed the first stage, before the limit on those that go on.
    """

    groups: pd.DataFrame
    numbers: pd.DataFrame
    passed_in_all: dict[str, int]


class _FirstStage(NamedTuple):
    """Per number and quantity: p-value, standard error, and standard deviation of a world's pair,
    each of shape (numbers, quantities); per quantity the standard deviation of worlds.
    """

    p_values: np.ndarray
    errors: np.ndarray
    spread: np.ndarray
    deviations: np.ndarray


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
    frames, passed_in_all = [], {}
    for name, scenario in scenarios.items():
        require_groups(divided, scenario.ranges, plan.blocks)
        first = _screen_members(scenario, divided, quantities, plan, progress)
        members = [member for group in divided.values() for member in group]
        level = np.nanmin(first.p_values, axis=1) * len(quantities)
        passing = np.flatnonzero(level <= plan.pass_level)
        passed_in_all[name] = len(passing)
        clearest = passing[np.argsort(level[passing], kind="stable")]
        candidates = [members[index] for index in np.sort(clearest[: plan.most])]
        detectable = _detectable_at_first(first, divided, plan)
        detectable[clearest[plan.most :]] = np.nan  # passed, but was not looked at any closer
        table = pd.DataFrame(
            {
                "scenario": name,
                "group": np.repeat(
                    [group for group, names in divided.items() for _ in names], len(quantities)
                ),
                "factor": np.repeat(members, len(quantities)),
                "quantity": list(quantities) * len(members),
                "detectable": detectable.ravel(),
                "spread": first.spread.ravel(),
                "sd": np.tile(first.deviations, len(members)),
            }
        )
        alone = _move_alone(scenario, candidates, quantities, plan, progress)
        frames.append(table.merge(alone, on=["factor", "quantity"], how="left"))
    numbers = pd.concat(frames, ignore_index=True)
    numbers["passed"] = numbers["p"].notna()
    numbers["q"] = benjamini_yekutieli(numbers["p"].to_numpy())
    numbers["moves"] = numbers["q"] <= plan.false_discovery_rate
    reach = _reach_alone(numbers, plan)
    numbers["detectable"] = np.maximum(
        numbers["detectable"], reach * numbers["spread"] / np.sqrt(plan.worlds)
    )
    return GroupScreening(summarise_groups(numbers), numbers.drop(columns="spread"), passed_in_all)


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


def _screen_members(
    scenario: ScreenedScenario,
    groups: Groups,
    quantities: Sequence[str],
    plan: Screening,
    progress: ProgressCallback | None,
) -> _FirstStage:
    moves = draw_moves(groups, plan.blocks, plan.seed)
    size = 1 + 2 * len(groups)
    at_once = max(1, POINTS_AT_ONCE // size)
    values = []
    for first in range(0, plan.blocks, at_once):
        blocks = range(first, min(plan.blocks, first + at_once))
        points = build_block_points(scenario.ranges, groups, moves, blocks)
        model = scenario.model.with_point_seeds(
            [1 + block for block in blocks for _ in range(size)]
        )
        made = model.values(points, quantities, 1, progress)
        values.append(made[:, 0].reshape(len(blocks), size, len(quantities)))
    simulated = np.concatenate(values)
    parts = []
    for index, name in enumerate(groups):
        base, one, other = (simulated[:, k] for k in (0, 1 + 2 * index, 2 + 2 * index))
        odd = _regress(moves[name], (one - other) / 2.0)
        even = _regress(np.abs(moves[name]), (one + other) / 2.0 - base)
        parts.append(
            (
                np.minimum(1.0, 2.0 * np.minimum(odd[0], even[0])),
                np.minimum(odd[1], even[1]),
                np.broadcast_to(2.0 * odd[2], odd[0].shape),
            )
        )
    deviations = np.nanstd(simulated[:, 0], axis=0, ddof=1)
    return _FirstStage(*(np.concatenate(part) for part in zip(*parts, strict=True)), deviations)


def _regress(moves: np.ndarray, responses: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return p-values and standard errors, shape (members, quantities), and residual deviations."""
    from scipy.special import stdtr

    members, quantities = moves.shape[1], responses.shape[1]
    p_values, errors = np.ones((members, quantities)), np.zeros((members, quantities))
    deviations = np.zeros(quantities)
    for index in range(quantities):
        valid = np.isfinite(responses[:, index])
        design, response = moves[valid].astype(float), responses[valid, index]
        freedom = len(response) - members
        if freedom < 2:
            errors[:, index], deviations[index] = np.inf, np.inf
            continue
        inverse = np.linalg.pinv(design.T @ design)
        slopes = inverse @ design.T @ response
        residual = response - design @ slopes
        deviations[index] = np.sqrt(float(residual @ residual) / freedom)
        # What differs by rounding alone is no difference.
        tiny = 1e-9 * max(1e-300, float(np.abs(response).max(initial=0.0)))
        errors[:, index] = deviations[index] * np.sqrt(np.diag(inverse))
        statistic = np.abs(slopes) / np.maximum(errors[:, index], tiny)
        p_values[:, index] = np.where(np.abs(slopes) > tiny, 2.0 * stdtr(freedom, -statistic), 1.0)
    return p_values, errors, deviations


def _detectable_at_first(first: _FirstStage, groups: Groups, plan: Screening) -> np.ndarray:
    """Return the effect on one side that passes the first stage in 95 % of screenings.

    What acts on one side only has half of its effect in the odd part, half in the even one.
    """
    sizes = np.repeat(
        [len(members) for members in groups.values()], list(map(len, groups.values()))
    )
    level = plan.pass_level / (2.0 * first.p_values.shape[1])
    reach = [t_quantile(plan.blocks - size, 1.0 - level) + POWER_QUANTILE for size in sizes]
    return np.asarray(2.0 * np.array(reach)[:, None] * first.errors)


def _move_alone(
    scenario: ScreenedScenario,
    candidates: Sequence[str],
    quantities: Sequence[str],
    plan: Screening,
    progress: ProgressCallback | None,
) -> pd.DataFrame:
    from scipy.special import stdtr

    columns = ["factor", "quantity", "p"]
    sides = ["up", "up_low", "up_high", "down", "down_low", "down_high"]
    if not candidates:
        return pd.DataFrame({name: [] for name in (*columns, *sides)})
    points = build_single_moves(scenario.ranges, candidates)
    # All share the luck of one fresh seed, which no block of the first stage has.
    model = scenario.model.with_point_seeds([plan.blocks + 1] * len(points))
    values = model.values(points, quantities, plan.worlds, progress)
    up, down = values[1::2] - values[0], values[2::2] - values[0]
    rows: dict[str, np.ndarray] = {}
    smallest = np.ones(up.shape[::2])
    for name, differences in (("up", up), ("down", down), ("span", up - down)):
        count = np.isfinite(differences).sum(axis=1)
        mean = np.nansum(differences, axis=1) / np.maximum(count, 1)
        squares = np.nansum((differences - mean[:, None]) ** 2, axis=1)
        error = np.sqrt(squares / np.maximum(count - 1, 1) / np.maximum(count, 1))
        with np.errstate(divide="ignore", invalid="ignore"):
            p = 2.0 * stdtr(np.maximum(count - 1, 1), -np.abs(mean) / error)
        # Where no world differs there is no effect; where all differ by the same there is one.
        p = np.where(error > 0.0, p, np.where(mean == 0.0, 1.0, 0.0))
        smallest = np.minimum(smallest, np.where(count > 1, p, 1.0))
        half = t_quantile(plan.worlds - 1) * error
        rows |= {name: mean, f"{name}_low": mean - half, f"{name}_high": mean + half}
    table = pd.DataFrame({name: rows[name].ravel() for name in sides})
    table.insert(0, "factor", np.repeat(candidates, len(quantities)))
    table.insert(1, "quantity", list(quantities) * len(candidates))
    table.insert(2, "p", np.minimum(1.0, 3.0 * smallest).ravel())
    return table
