"""First stage of a screening: what the members of groups move when half of them are moved."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.cache import ProgressCallback
from poruka.analysis.screening_specification import Screening
from poruka.analysis.sensitivity.group_design import (
    Groups,
    ScreenedScenario,
    build_block_points,
    draw_moves,
)
from poruka.utils.statistics import t_quantile

POINTS_AT_ONCE = 2000
"""Points that are handed to the model in one call."""


class GroupEffects(NamedTuple):
    """What a regression on the moves of a group gives for each number and quantity.

    Attributes
    ----------
    p_values : ndarray, shape (numbers, quantities)
        Of no effect, whether in one direction or alike on both sides.
    errors : ndarray, shape (numbers, quantities)
        Standard error of half the effect of a number, the smaller of its two parts.
    spread : ndarray, shape (numbers, quantities)
        Standard deviation of what two worlds with the same luck differ by.
    deviations : ndarray, shape (quantities,)
        Standard deviation of worlds at the defaults.
    up, down, side_errors : ndarray, shape (numbers, quantities)
        Effects of either end of the range, over what else of the group is moved, and their
        standard error.
    """

    p_values: np.ndarray
    errors: np.ndarray
    spread: np.ndarray
    deviations: np.ndarray
    up: np.ndarray
    down: np.ndarray
    side_errors: np.ndarray


class _Regression(NamedTuple):
    slopes: np.ndarray
    errors: np.ndarray
    p_values: np.ndarray
    deviations: np.ndarray


def estimate_group_effects(
    scenario: ScreenedScenario,
    groups: Groups,
    quantities: list[str],
    plan: Screening,
    progress: ProgressCallback | None = None,
) -> GroupEffects:
    """Simulate the blocks of a design and return what its numbers move, in the order of groups."""
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
    return regress_on_moves(np.concatenate(values), groups, moves)


def regress_on_moves(
    simulated: np.ndarray, groups: Groups, moves: dict[str, np.ndarray]
) -> GroupEffects:
    """Return what the moves of groups explain of simulated quantities.

    Parameters
    ----------
    simulated : ndarray, shape (blocks, 1 + 2 * groups, quantities)
        In each block no move, then each group's move and its opposite.
    groups, moves
        As :func:`poruka.analysis.sensitivity.group_design.draw_moves` takes and returns them.
    """
    parts = []
    for index, name in enumerate(groups):
        base, one, other = (simulated[:, k] for k in (0, 1 + 2 * index, 2 + 2 * index))
        drawn = moves[name][: len(simulated)]
        odd = _regress(drawn, (one - other) / 2.0)
        # Half of the members are moved whichever it is, so that without an intercept an idle member
        # would take what a group moves by having any half of its members moved.
        even = _regress(np.abs(drawn), (one + other) / 2.0 - base, intercept=True)
        parts.append(
            (
                np.minimum(1.0, 2.0 * np.minimum(odd.p_values, even.p_values)),
                np.minimum(odd.errors, even.errors),
                np.broadcast_to(2.0 * odd.deviations, odd.slopes.shape),
                even.slopes + odd.slopes,
                even.slopes - odd.slopes,
                np.hypot(odd.errors, even.errors),
            )
        )
    p_values, errors, spread, up, down, side_errors = (
        np.concatenate(part) for part in zip(*parts, strict=True)
    )
    deviations = np.nanstd(simulated[:, 0], axis=0, ddof=1)
    return GroupEffects(p_values, errors, spread, deviations, up, down, side_errors)


def _regress(moves: np.ndarray, responses: np.ndarray, intercept: bool = False) -> _Regression:
    """Return slopes, their errors and p-values, shape (members, quantities), and residuals."""
    from scipy.special import stdtr

    shape = moves.shape[1], responses.shape[1]
    slopes, errors, p_values = np.zeros(shape), np.zeros(shape), np.ones(shape)
    deviations = np.zeros(shape[1])
    whole = np.column_stack([moves, *([np.ones(len(moves))] if intercept else [])]).astype(float)
    for index in range(shape[1]):
        valid = np.isfinite(responses[:, index])
        design, response = whole[valid], responses[valid, index]
        freedom = len(response) - whole.shape[1]
        if freedom < 2:
            errors[:, index], deviations[index] = np.inf, np.inf
            continue
        inverse = np.linalg.pinv(design.T @ design)
        fitted = inverse @ design.T @ response
        residual = response - design @ fitted
        slopes[:, index] = fitted[: shape[0]]
        deviations[index] = np.sqrt(float(residual @ residual) / freedom)
        # What differs by rounding alone is no difference.
        tiny = 1e-9 * max(1e-300, float(np.abs(response).max(initial=0.0)))
        errors[:, index] = deviations[index] * np.sqrt(np.diag(inverse)[: shape[0]])
        size = np.abs(slopes[:, index])
        p = 2.0 * stdtr(freedom, -size / np.maximum(errors[:, index], tiny))
        p_values[:, index] = np.where(size > tiny, p, 1.0)
    return _Regression(slopes, errors, p_values, deviations)


def group_sizes(groups: Groups) -> np.ndarray:
    """Return for each number, in the order of groups, how many members its group has."""
    sizes = list(map(len, groups.values()))
    return np.repeat(sizes, sizes)


def detectable_in_groups(
    effects: GroupEffects, groups: Groups, plan: Screening, power_quantile: float
) -> np.ndarray:
    """Return the effect on one side that passes the first stage with a power.

    What acts on one side only has half of its effect in the odd part, half in the even one; what
    acts straight is found at half of this size.

    Parameters
    ----------
    effects, groups, plan
    power_quantile : float
        Standard errors by which as many estimates as the power says lie above a lower limit.
    """
    # Both parts are tested for every quantity, each on two sides.
    level = plan.pass_level / (4.0 * effects.p_values.shape[1])
    reach = [t_quantile(plan.blocks - size, 1.0 - level) for size in group_sizes(groups)]
    return np.asarray(2.0 * (np.array(reach) + power_quantile)[:, None] * effects.errors)


def effects_table(
    effects: GroupEffects, quantities: list[str], groups: Groups, plan: Screening
) -> pd.DataFrame:
    """Return the effects of groups as those of numbers moved alone are returned.

    They are means over what else of the group is moved.
    """
    factors = [member for members in groups.values() for member in members]
    rows: dict[str, np.ndarray] = {}
    half = [t_quantile(plan.blocks - size) for size in group_sizes(groups)]
    half = np.array(half)[:, None] * effects.side_errors
    for name, mean in (("up", effects.up), ("down", effects.down)):
        rows |= {name: mean, f"{name}_low": mean - half, f"{name}_high": mean + half}
    table = pd.DataFrame({name: values.ravel() for name, values in rows.items()})
    table.insert(0, "factor", np.repeat(factors, len(quantities)))
    table.insert(1, "quantity", quantities * len(factors))
    table.insert(2, "p", effects.p_values.ravel())
    return table
