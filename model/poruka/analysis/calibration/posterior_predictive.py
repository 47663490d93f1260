"""Posterior predictive checks: worlds drawn from prior and posterior beside the targets."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.analysis.calibration.targets import CalibrationTargets
from poruka.analysis.over_draws import is_share
from poruka.analysis.quantities import QuantityReader
from poruka.utils.statistics import prediction_interval, wilson_interval


def is_yes_or_no(quantity: str) -> bool:
    """Return whether a quantity of a world is 0 or 1: it has a share of worlds and no quantiles.

    Examples
    --------
    >>> [is_yes_or_no(name) for name in ("share_heir", "any_coup", "apogee")]
    [True, True, False]
    """
    return is_share(quantity) or (quantity.startswith("any_") and quantity.count(" ") == 0)


def _share_ends(values: np.ndarray) -> tuple[float, float, float]:
    """Return a share of worlds between the ends of its 95 % interval."""
    share = float(values.mean())
    low, high = wilson_interval(float(values.sum()), len(values))
    return low, share, high


def posterior_predictive_table(
    prior_ensemble: Any, posterior_ensemble: Any, targets: CalibrationTargets
) -> pd.DataFrame:
    """Return the distribution of each target over worlds drawn from prior and posterior.

    Returns
    -------
    pandas.DataFrame
        Columns name, kind (band, or share of a target that a world meets or not), aim (the
        target), before_5, before_50, before_95 (prior: the median, and the band that holds one more
        world in 90 % of cases, however few worlds were drawn), after_5, after_50, after_95
        (posterior, likewise), width (of the prior's band), inside_before, inside_after,
        error_before, error_after (distance of the median, in widths). Of a share, the three are the
        share between the ends of its 95 % interval, the width is 1, and inside is not said.
    """
    readers = {
        name: QuantityReader(ensemble)
        for name, ensemble in (("before", prior_ensemble), ("after", posterior_ensemble))
    }
    rows = []
    compared = [
        (
            f"{figure.label} ({figure.id})" if figure.label else figure.quantity,
            figure.quantity,
            figure.unit_factor,
            figure.value,
        )
        for figure in targets.figures
    ] + [(quantity, quantity, 1.0, value) for quantity, value, _ in targets.target_values]
    for name, quantity, unit_factor, value in compared:
        has_share = is_yes_or_no(quantity)
        row: dict[str, Any] = {"name": name, "kind": "share" if has_share else "band", "aim": value}
        for side, reader in readers.items():
            values = reader[quantity] * (1.0 if has_share else unit_factor)
            if has_share:
                low, middle, high = _share_ends(values)
            else:
                (low, high), middle = prediction_interval(values, 0.9), float(np.median(values))
            row |= {f"{side}_5": low, f"{side}_50": middle, f"{side}_95": high}
        row["width"] = 1.0 if has_share else max(row["before_95"] - row["before_5"], 1e-9)
        for side in readers:
            is_inside = bool(row[f"{side}_5"] <= value <= row[f"{side}_95"])
            row[f"inside_{side}"] = None if has_share else is_inside
            row[f"error_{side}"] = abs(row[f"{side}_50"] - value) / row["width"]
        rows.append(row)
    return pd.DataFrame(rows)


def pattern_share_table(
    prior_ensemble: Any, posterior_ensemble: Any, targets: CalibrationTargets
) -> pd.DataFrame:
    """Return the share of prior and posterior worlds that show each pattern, by importance."""
    rows = []
    for rank, pattern in enumerate(targets.patterns, start=1):
        shares = []
        for ensemble in (prior_ensemble, posterior_ensemble):
            reader = QuantityReader(ensemble)
            shares.append(
                pattern.presence(
                    pd.DataFrame({quantity: reader[quantity] for quantity in pattern.quantities})
                )
            )
        rows.append((rank, pattern.id, pattern.says, *shares))
    return pd.DataFrame(rows, columns=["rank", "pattern", "says", "before", "after"])
