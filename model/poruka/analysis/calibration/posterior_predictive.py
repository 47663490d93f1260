"""Posterior predictive checks: worlds drawn from prior and posterior beside the targets."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.analysis.calibration.targets import CalibrationTargets
from poruka.analysis.quantities import QuantityReader
from poruka.utils.statistics import prediction_interval


def posterior_predictive_table(
    prior_ensemble: Any, posterior_ensemble: Any, targets: CalibrationTargets
) -> pd.DataFrame:
    """Return the distribution of each target over worlds drawn from prior and posterior.

    Returns
    -------
    pandas.DataFrame
        Columns name, aim (the target), before_5, before_50, before_95 (prior: the median, and the
        band that holds one more world in 90 % of cases, however few worlds were drawn), after_5,
        after_50, after_95 (posterior, likewise), width (of the prior's band), inside_before,
        inside_after, error_before, error_after (distance of the median, in widths).
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
        row: dict[str, Any] = {"name": name, "aim": value}
        for side, reader in readers.items():
            values = reader[quantity] * unit_factor
            low, high = prediction_interval(values, 0.9)
            row |= {f"{side}_5": low, f"{side}_50": float(np.median(values)), f"{side}_95": high}
        row["width"] = max(row["before_95"] - row["before_5"], 1e-9)
        for side in readers:
            row[f"inside_{side}"] = bool(row[f"{side}_5"] <= value <= row[f"{side}_95"])
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
