"""What moving a factor does: curves, paired effects and their interactions, one factor at a time,
and the most frequent outcome over two factors.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from poruka.analysis.evaluate import DesignResult, mean_over_valid_worlds, summary_statistics
from poruka.analysis.statistics import estimate_effect
from poruka.engine import codes
from poruka.utils.errors import BadInput

OUTCOME_SHARE_QUANTITIES = tuple(f"share_{one}" for one in codes.OUTCOMES)
"""The quantities that say how a world's first change of ruler went."""


def compute_response_curve(
    result: DesignResult, x: str, line_factor: str, quantities: Sequence[str]
) -> pd.DataFrame:
    """Return an outcome along a factor, for each value of another: quantity, x, line, mean, low,
    high, median, sd, worlds.

    Where other factors were moved too, all their points count together.
    """
    rows = []
    for text in quantities:
        values = result.quantity_values(text)
        for (at, line), places in result.points.groupby(
            [x, line_factor] if line_factor else [x, _constant_column(result)], sort=False
        ).indices.items():
            rows.append(
                {
                    "quantity": text,
                    "x": at,
                    "line": line if line_factor else "",
                    **summary_statistics(values[places].ravel(), text),
                }
            )
    return pd.DataFrame(rows)


def _constant_column(result: DesignResult) -> np.ndarray:
    return np.zeros(len(result.points))


def compute_main_effects(
    result: DesignResult, factor: str, against: Any, by: str, quantities: Sequence[str]
) -> pd.DataFrame:
    """Return what each value of a factor does compared with one of them, pair by pair of worlds
    that share their chance.

    Each world's difference is the mean over the points of all other factors. With ``by``, there is
    one such effect for each value of that factor, and how far the effect at each differs from that
    at the first.

    Returns
    -------
    pandas.DataFrame
        Columns quantity, by, value, against, base, effect, low, high (95 %), worlds, and change,
        change_low, change_high against the first value of ``by``.
    """
    points, rows = result.points, []
    values_of = list(dict.fromkeys(points[factor]))
    first = values_of[0] if against is None else against
    if first not in values_of:
        raise BadInput(
            f"the effects of {factor!r} are asked for against {against!r}, which is none of its"
            f" values: {', '.join(map(str, values_of))}."
        )
    groups = list(dict.fromkeys(points[by])) if by else [None]
    for text in quantities:
        reference: dict[Any, np.ndarray] = {}
        for group in groups:
            inside = (points[by] == group).to_numpy() if by else np.ones(len(points), dtype=bool)
            worlds = {
                one: mean_over_valid_worlds(
                    result.quantity_values(text)[inside & (points[factor] == one).to_numpy()],
                    axis=0,
                )
                for one in values_of
            }
            for one in values_of:
                if one == first:
                    continue
                gap = worlds[one] - worlds[first]
                reference.setdefault(one, gap)
                made, change = estimate_effect(gap[np.isfinite(gap)]), gap - reference[one]
                turned = estimate_effect(change[np.isfinite(change)])
                rows.append(
                    (
                        text,
                        group if by else "",
                        one,
                        first,
                        float(np.nanmean(worlds[first])),
                        made.mean,
                        made.low,
                        made.high,
                        int(np.isfinite(gap).sum()),
                        turned.mean,
                        turned.low,
                        turned.high,
                    )
                )
    table = pd.DataFrame(
        rows,
        columns=[
            "quantity",
            "by",
            "value",
            "against",
            "base",
            "effect",
            "low",
            "high",
            "worlds",
            "change",
            "change_low",
            "change_high",
        ],
    )
    return table if by else table.drop(columns=["by", "change", "change_low", "change_high"])


def compute_tornado(
    result: DesignResult, factors: Sequence[str], quantities: Sequence[str]
) -> pd.DataFrame:
    """Return what each factor does by itself: its low and high end against the point where nothing
    is moved, the widest first.

    Returns
    -------
    pandas.DataFrame
        Columns quantity, factor, end (low or high), at, base, effect, low, high (95 % of the paired
        difference), swing (from low to high), clear (whether the swing is beyond doubt).
    """
    rows = []
    # The design's rows are the base, then low and high of each factor; levels are crossed behind
    # each of them.
    size = len(result.points) // (1 + 2 * len(factors))
    for text in quantities:
        values = result.quantity_values(text)
        for place, name in enumerate(factors):
            base, low, high = (
                mean_over_valid_worlds(values[row * size : (row + 1) * size], axis=0)
                for row in (0, 1 + 2 * place, 2 + 2 * place)
            )
            swing = estimate_effect(high - low)
            for end, row, arm in (("low", 1 + 2 * place, low), ("high", 2 + 2 * place, high)):
                made = estimate_effect(arm - base)
                rows.append(
                    (
                        text,
                        name,
                        end,
                        float(result.points[name].iloc[row * size]),
                        float(base.mean()),
                        made.mean,
                        made.low,
                        made.high,
                        swing.mean,
                        swing.low > 0.0 or swing.high < 0.0,
                    )
                )
    table = pd.DataFrame(
        rows,
        columns=[
            "quantity",
            "factor",
            "end",
            "at",
            "base",
            "effect",
            "low",
            "high",
            "swing",
            "clear",
        ],
    )
    widest = [
        table[table["quantity"] == text].sort_values(
            "swing", key=abs, ascending=False, kind="stable"
        )
        for text in quantities
    ]
    return pd.concat(widest, ignore_index=True)


def compute_modal_outcomes(
    result: DesignResult, x: str, y: str, resamples: int = 400, seed: int = 1
) -> pd.DataFrame:
    """Return the most frequent outcome at every pair of values, its share, and how surely it is the
    most frequent.

    Returns
    -------
    pandas.DataFrame
        Columns x, y, mode, share, sure (share of resampled worlds in which the same outcome leads),
        entropy (0: one outcome alone, 1: all seven alike), second (the runner-up), worlds, then the
        share of every outcome.
    """
    rng, rows = np.random.default_rng(seed), []
    shares = np.stack([result.quantity_values(text) for text in OUTCOME_SHARE_QUANTITIES], axis=2)
    for (at, height), places in result.points.groupby([x, y], sort=False).indices.items():
        worlds = shares[places].reshape(-1, len(OUTCOME_SHARE_QUANTITIES))
        worlds = worlds[np.isfinite(worlds).all(axis=1)]
        mean = worlds.mean(axis=0)
        drawn = rng.multinomial(len(worlds), mean / mean.sum(), size=resamples)
        order = np.argsort(-mean, kind="stable")
        leads = (drawn.argmax(axis=1) == order[0]).mean()
        some = mean[mean > 0.0]
        rows.append(
            (
                at,
                height,
                codes.OUTCOMES[order[0]],
                mean[order[0]],
                float(leads),
                float(-(some * np.log(some)).sum() / np.log(len(OUTCOME_SHARE_QUANTITIES))) + 0.0,
                codes.OUTCOMES[order[1]] if mean[order[1]] > 0.0 else "",
                len(worlds),
                *mean,
            )
        )
    return pd.DataFrame(
        rows,
        columns=["x", "y", "mode", "share", "sure", "entropy", "second", "worlds", *codes.OUTCOMES],
    )
