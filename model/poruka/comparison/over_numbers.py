"""Paired effects over the numbers: both runs have the same draw and the same luck in each world."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.comparison.paired_statistics import mean_index_differences
from poruka.scenario.number_draws import NumberDraws
from poruka.simulation.over_numbers import NOT_PLAYED, to_json
from poruka.utils.draw_statistics import DIFFERENCE_OF_SHARES, DrawEstimate, estimate_over_draws
from poruka.utils.errors import BadInput
from poruka.utils.labels import format_label

MEANING_OF_EFFECTS = (
    "mean over the draws, and where the expected difference of a further draw lies with 95 %"
)


def validate_pairs_of_draws(first: Any, second: Any) -> None:
    """Raise an error if two scenarios have other draws of the numbers in worlds of one number.

    Raises
    ------
    BadInput
        When one draw is shared by more worlds in one of them, or covers the instruments there only.
    """
    draws = [getattr(scenario, "parameter_draws", None) for scenario in (first, second)]
    if are_drawn(first, second) and draws[0] != draws[1]:
        raise BadInput(
            f"the runs draw their numbers as {draws[0]} and as {draws[1]}; worlds are paired by"
            " seed and draw, so run one of them again with the draws of the other."
        )


def are_drawn(*scenarios: Any) -> bool:
    """Return whether the numbers of all these scenarios are drawn from their ranges.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> are_drawn(load("russia")), are_drawn(load("russia", numbers="declared"))
    (True, False)
    """
    return all(isinstance(getattr(one, "parameter_draws", None), NumberDraws) for one in scenarios)


def draws_of_pairs(comparison: Any) -> np.ndarray:
    """Return the draw of each pair of a comparison of two runs over the numbers."""
    return np.asarray(comparison.worlds // comparison.scenarios[0].parameter_draws.worlds_each)


def outcome_effects(comparison: Any) -> pd.DataFrame:
    """Return the shares of outcomes of two runs over the numbers, and their paired difference.

    Parameters
    ----------
    comparison : Comparison
        Of the worlds over the numbers of two runs.

    Returns
    -------
    pandas.DataFrame
        Columns outcome, parent, branch (shares of worlds) and those of
        :class:`poruka.utils.draw_statistics.DrawEstimate`, of branch less parent; the most frequent
        first.
    """
    outcomes, draws = comparison.divergence, draws_of_pairs(comparison)
    rows = []
    for outcome in comparison.outcome_shares["outcome"]:
        parent, branch = (
            (outcomes[side] == outcome).to_numpy(dtype=float) for side in ("parent", "branch")
        )
        estimate = estimate_over_draws(branch - parent, draws, DIFFERENCE_OF_SHARES)
        shares = (float(parent.mean()), float(branch.mean()))
        rows.append((outcome, *shares, *estimate))
    return pd.DataFrame(rows, columns=["outcome", "parent", "branch", *DrawEstimate._fields])


def index_effects(comparison: Any) -> pd.DataFrame:
    """Return how far the indices of two runs over the numbers lie apart after they diverge.

    Columns index and those of :class:`poruka.utils.draw_statistics.DrawEstimate`.
    """
    months = np.maximum(comparison.divergence["month"].to_numpy(), 0)
    draws = draws_of_pairs(comparison)
    means = mean_index_differences(comparison.index_values, months, comparison.months)
    rows = [(name, *estimate_over_draws(values, draws)) for name, values in means.items()]
    return pd.DataFrame(rows, columns=["index", *DrawEstimate._fields])


def describe_pairs(comparison: Any) -> str:
    """Return on how many draws and pairs of worlds a comparison over the numbers rests."""
    draws = comparison.scenarios[0].parameter_draws
    asked = -(-comparison.requested_worlds // draws.worlds_each)
    return f"{asked:,} draws of all numbers from {draws.source_label}; {comparison.coverage}"


def format_over_numbers(comparison: Any) -> list[str]:
    """Return the lines that say the effects over the numbers, or that they were not played."""
    over = comparison.over_numbers
    if over is None:
        return [f"{NOT_PLAYED}{_who_lacks_them(comparison)}"]
    lines = [
        f"Over the numbers: {describe_pairs(over)}; {MEANING_OF_EFFECTS}:",
        "outcome             parent  branch   difference in points (95 % over the numbers)",
    ]
    for row in outcome_effects(over).itertuples():
        lines.append(
            f"{format_label(row.outcome):<18} {row.parent:>7.1%} {row.branch:>7.1%}  "
            f" {100 * row.mean:+.1f} ({_format_ends(100 * row.low, 100 * row.high, '.1f')})"
        )
    effects = index_effects(over).set_index("index")
    for name in comparison.differences["index"].head(6):
        row = effects.loc[name]
        ends = _format_ends(row["low"], row["high"], ".3f")
        lines.append(f"  {format_label(name):<24} {row['mean']:+.3f} ({ends})")
    return lines


def effects_to_json(comparison: Any) -> dict[str, Any] | None:
    """Return the effects over the numbers as plain values; None where they were not played."""
    over = comparison.over_numbers
    if over is None:
        return None
    return {
        "draws": -(-over.requested_worlds // over.scenarios[0].parameter_draws.worlds_each),
        "worlds": over.requested_worlds,
        "available": over.available_worlds,
        "failed": over.failed_worlds,
        "missing": over.missing_worlds,
        "outcomes": [_row_to_json(row, 3) for row in outcome_effects(over).itertuples(index=False)],
        "differences": [
            _row_to_json(row, 1) for row in index_effects(over).itertuples(index=False)
        ],
    }


def _row_to_json(row: Any, named: int) -> dict[str, Any]:
    values = row._asdict()
    first = dict(list(values.items())[:named])
    return first | to_json(DrawEstimate(*list(values.values())[named:]))


def _who_lacks_them(comparison: Any) -> str:
    """Return which of two runs lacks worlds over the numbers, where the other has them."""
    runs = {"parent": comparison.parent, "branch": comparison.branch}
    lacking = [name for name, run in runs.items() if getattr(run, "over_numbers", None) is None]
    return f" to the {lacking[0]}" if len(lacking) == 1 else ""


def _format_ends(low: float, high: float, form: str) -> str:
    return "one world a draw" if low != low else f"{low:+{form}} to {high:+{form}}"
