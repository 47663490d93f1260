"""What worlds drawn from prior and posterior show, against what they were compared with."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.analysis.calibration.calibrate import CalibrationTargets
from poruka.analysis.quantities import QuantityReader


def posterior_predictive_table(
    prior_ensemble: Any, posterior_ensemble: Any, targets: CalibrationTargets
) -> pd.DataFrame:
    """Return for each figure and number aimed at where prior and posterior worlds lie.

    Returns
    -------
    pandas.DataFrame
        Columns name, aim, before_5, before_50, before_95, after_5, after_50, after_95, width (of
        the prior's 90 % band), inside_before, inside_after, error_before, error_after (distance of
        the median, in widths).
    """
    asked = {
        name: QuantityReader(one)
        for name, one in (("before", prior_ensemble), ("after", posterior_ensemble))
    }
    rows = []
    lines = [
        (
            f"{one.label} ({one.id})" if one.label else one.quantity,
            one.quantity,
            one.unit_factor,
            one.value,
        )
        for one in targets.figures
    ] + [(text, text, 1.0, value) for text, value, _ in targets.target_values]
    for name, text, factor, value in lines:
        row: dict[str, Any] = {"name": name, "aim": value}
        for side, measured in asked.items():
            for share, at in zip(
                (5, 50, 95), np.quantile(measured[text] * factor, (0.05, 0.5, 0.95)), strict=True
            ):
                row[f"{side}_{share}"] = float(at)
        row["width"] = max(row["before_95"] - row["before_5"], 1e-9)
        for side in asked:
            row[f"inside_{side}"] = bool(row[f"{side}_5"] <= value <= row[f"{side}_95"])
            row[f"error_{side}"] = abs(row[f"{side}_50"] - value) / row["width"]
        rows.append(row)
    return pd.DataFrame(rows)


def pattern_share_table(
    prior_ensemble: Any, posterior_ensemble: Any, targets: CalibrationTargets
) -> pd.DataFrame:
    """Return the share of prior and posterior worlds that show each pattern, in the order of
    importance.
    """
    rows = []
    for rank, one in enumerate(targets.patterns, start=1):
        shares = []
        for ensemble in (prior_ensemble, posterior_ensemble):
            measured = QuantityReader(ensemble)
            shares.append(
                one.presence(pd.DataFrame({text: measured[text] for text in one.quantities}))
            )
        rows.append((rank, one.id, one.says, *shares))
    return pd.DataFrame(rows, columns=["rank", "pattern", "says", "before", "after"])
