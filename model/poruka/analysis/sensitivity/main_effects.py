"""Effects of factors: response curves, paired effects and their interactions, one-at-a-time
effects, and the most frequent outcome over two factors.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from poruka.analysis.evaluate import DesignResult, summary_statistics
from poruka.analysis.inference import (
    FEWEST_WORLDS_OF_A_KIND,
    estimate_lead,
    mean_over_valid_worlds,
    pooled_share_interval,
)
from poruka.analysis.over_draws import (
    average_by_draw,
    is_share,
    mean_over_draws,
    paired_effect_over_draws,
)
from poruka.analysis.statistics import estimate_effect, estimate_share_effect
from poruka.engine import codes
from poruka.utils.errors import BadInput

OUTCOME_SHARE_QUANTITIES = tuple(f"share_{outcome}" for outcome in codes.OUTCOMES)
"""Quantities that give the share of each outcome (how the first change of ruler went)."""


def compute_response_curve(
    result: DesignResult, x: str, line_factor: str, quantities: Sequence[str]
) -> pd.DataFrame:
    """Return outcomes along a factor, for each value of another.

    Where further factors vary, the mean is over all their points. Their worlds share their luck, so
    that the interval is that of one mean per world (see
    :func:`poruka.analysis.inference.pooled_mean_interval`), and ``worlds`` counts the worlds of one
    point.

    Returns
    -------
    pandas.DataFrame
        Columns quantity, x, line, mean, low, high, median, sd, worlds; where worlds share draws of
        the numbers, numbers_low and numbers_high too.
    """
    rows = []
    for quantity in quantities:
        values = result.quantity_values(quantity)
        second = line_factor or _constant_column(result)
        groups = result.points.groupby([x, second], sort=False).indices
        for (x_value, line), places in groups.items():
            rows.append(
                {
                    "quantity": quantity,
                    "x": x_value,
                    "line": line if line_factor else "",
                    **summary_statistics(values[places], quantity, result.draws),
                }
            )
    return pd.DataFrame(rows)


def _constant_column(result: DesignResult) -> np.ndarray:
    return np.zeros(len(result.points))


def compute_main_effects(
    result: DesignResult, factor: str, against: Any, by: str, quantities: Sequence[str]
) -> pd.DataFrame:
    """Return the paired effect of each value of a factor against one of them.

    Worlds that share their random numbers are compared. Each world's difference is the mean over
    the points of all other factors, so that intervals are Student's over worlds; the points are
    taken as they are, and others might give another mean. With ``by``, there is one such effect for
    each value of that factor, and its difference from the effect at the first value.

    Returns
    -------
    pandas.DataFrame
        Columns quantity, by, value, against, base, effect, low, high (95 %), worlds, and change,
        change_low, change_high against the first value of ``by``. Where worlds share draws of the
        numbers, numbers_low, numbers_high and change_numbers_low, change_numbers_high too.
    """
    points, rows = result.points, []
    factor_values = list(dict.fromkeys(points[factor]))
    base = factor_values[0] if against is None else against
    if base not in factor_values:
        raise BadInput(
            f"the effects of {factor!r} have `against` = {against!r}, which is none of its values;"
            f" allowed are {', '.join(map(str, factor_values))}."
        )
    groups = list(dict.fromkeys(points[by])) if by else [None]
    for quantity in quantities:
        reference: dict[Any, np.ndarray] = {}
        for group in groups:
            inside = (points[by] == group).to_numpy() if by else np.ones(len(points), dtype=bool)
            worlds = {
                value: mean_over_valid_worlds(
                    result.quantity_values(quantity)[inside & (points[factor] == value).to_numpy()],
                    axis=0,
                )
                for value in factor_values
            }
            for value in factor_values:
                if value == base:
                    continue
                differences = worlds[value] - worlds[base]
                reference.setdefault(value, differences)
                effect = _effect_over_worlds(differences, quantity, result.draws)
                change = _effect_over_worlds(differences - reference[value], "", result.draws)
                rows.append(
                    {
                        "quantity": quantity,
                        "by": group if by else "",
                        "value": value,
                        "against": base,
                        "base": float(np.nanmean(worlds[base])),
                        **effect,
                        "worlds": int(np.isfinite(differences).sum()),
                        "change": change.pop("effect"),
                        **{f"change_{name}": end for name, end in change.items()},
                    }
                )
    table = pd.DataFrame(rows)
    if by:
        return table
    return table.drop(columns=["by", *(name for name in table if name.startswith("change"))])


def _finite(values: np.ndarray) -> np.ndarray:
    return values[np.isfinite(values)]


def _effect_over_worlds(
    differences: np.ndarray, quantity: str, draws: np.ndarray | None
) -> dict[str, float]:
    """Return the effect from one difference per world; of a share, where worlds changed as a whole
    or few of them did, with the interval for paired shares. Where worlds share draws of the
    numbers, draws are the independent units, and there is an interval over the numbers.

    The quantity is empty for a difference of differences.
    """
    if draws is not None:
        return paired_effect_over_draws(differences, draws, quantity)
    differences = _finite(differences)
    # Where further factors vary, what few worlds would show at all points may not have been seen.
    few = np.abs(differences).sum() < FEWEST_WORLDS_OF_A_KIND
    by_count = is_share(quantity) and (few or np.isin(differences, (-1.0, 0.0, 1.0)).all())
    found = estimate_share_effect(differences) if by_count else estimate_effect(differences)
    return {"effect": found.mean, "low": found.low, "high": found.high}


def compute_tornado(
    result: DesignResult, factors: Sequence[str], quantities: Sequence[str]
) -> pd.DataFrame:
    """Return the effect of each factor by itself: both limits against the base point.

    Factors with the widest swing come first.

    Returns
    -------
    pandas.DataFrame
        Columns quantity, factor, end (low or high), at, base, effect, low, high (95 % interval of
        the paired difference), swing (from low to high), swing_low, swing_high, clear (whether the
        95 % interval of the swing excludes 0). Where worlds share draws of the numbers,
        numbers_low, numbers_high, swing_numbers_low and swing_numbers_high too.
    """
    rows = []
    # The rows of the design are the base, then low and high of each factor, each crossed with all
    # levels.
    size = len(result.points) // (1 + 2 * len(factors))
    for quantity in quantities:
        values = result.quantity_values(quantity)
        for index, name in enumerate(factors):
            base, low, high = (
                mean_over_valid_worlds(values[row * size : (row + 1) * size], axis=0)
                for row in (0, 1 + 2 * index, 2 + 2 * index)
            )
            swing = _effect_over_worlds(high - low, quantity, result.draws)
            for end, row, arm in (("low", 1 + 2 * index, low), ("high", 2 + 2 * index, high)):
                rows.append(
                    {
                        "quantity": quantity,
                        "factor": name,
                        "end": end,
                        "at": float(result.points[name].iloc[row * size]),
                        "base": float(base.mean()),
                        **_effect_over_worlds(arm - base, quantity, result.draws),
                        "swing": swing["effect"],
                        **{
                            f"swing_{end_name}": swing[end_name]
                            for end_name in swing
                            if end_name != "effect"
                        },
                        "clear": swing["low"] > 0.0 or swing["high"] < 0.0,
                    }
                )
    table = pd.DataFrame(rows)
    widest = [
        table[table["quantity"] == quantity].sort_values(
            "swing", key=abs, ascending=False, kind="stable"
        )
        for quantity in quantities
    ]
    return pd.concat(widest, ignore_index=True)


def compute_modal_outcomes(
    result: DesignResult, x: str, y: str, resamples: int = 400, seed: int = 1
) -> pd.DataFrame:
    """Return the most frequent outcome at every pair of values, its share and its certainty.

    Where further factors vary, shares are over all their points, and whole worlds are resampled,
    since a world has the same luck at each of these points.

    Returns
    -------
    pandas.DataFrame
        Columns x, y, mode, share, sure (share of resamples in which the same outcome leads),
        entropy (0: only one outcome, 1: all seven equally frequent), second (the second most
        frequent), worlds (of one point), then the share of every outcome, low and high (95 %
        interval of the share of the leading one), and significant (whether the 95 % interval of its
        lead over the second excludes 0). Where worlds share draws of the numbers, draws are
        resampled in place of worlds, and numbers_low and numbers_high are the interval over the
        numbers of the share of the leading one. Where every world failed, mode is empty, worlds 0
        and no number is given.
    """
    rng, rows = np.random.default_rng(seed), []
    numbers = () if result.draws is None else ("numbers_low", "numbers_high")
    shares = np.stack(
        [result.quantity_values(quantity) for quantity in OUTCOME_SHARE_QUANTITIES], axis=2
    )
    for (x_value, y_value), places in result.points.groupby([x, y], sort=False).indices.items():
        cell = shares[places]
        if not np.isfinite(cell).any():
            unknown = [np.nan] * (len(codes.OUTCOMES) + 2 + len(numbers))
            rows.append((x_value, y_value, "", *[np.nan] * 3, "", 0, *unknown, False))
            continue
        mean = mean_over_valid_worlds(cell, axis=(0, 1))
        units = cell if result.draws is None else average_by_draw(cell, result.draws)
        lead = estimate_lead(units, rng, resamples)
        order = lead.order
        positive = mean[mean > 0.0]
        rows.append(
            (
                x_value,
                y_value,
                codes.OUTCOMES[order[0]],
                mean[order[0]],
                lead.agreement,
                float(-(positive * np.log(positive)).sum() / np.log(len(OUTCOME_SHARE_QUANTITIES)))
                + 0.0,
                codes.OUTCOMES[order[1]] if mean[order[1]] > 0.0 else "",
                int(np.isfinite(cell[:, :, 0]).any(axis=0).sum()),
                *mean,
                *_leading_share_interval(cell[:, :, order[0]], result.draws),
                lead.significant,
            )
        )
    return pd.DataFrame(
        rows,
        columns=[
            "x",
            "y",
            "mode",
            "share",
            "sure",
            "entropy",
            "second",
            "worlds",
            *codes.OUTCOMES,
            "low",
            "high",
            *numbers,
            "significant",
        ],
    )


def _leading_share_interval(cell: np.ndarray, draws: np.ndarray | None) -> tuple[float, ...]:
    if draws is None:
        return tuple(pooled_share_interval(cell))
    found = mean_over_draws(cell, draws, OUTCOME_SHARE_QUANTITIES[0])
    return found["low"], found["high"], found["numbers_low"], found["numbers_high"]
