"""What one history shows of each target, and how far the record may lie from the best model."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.calibration.targets import CalibrationTargets
from poruka.analysis.specification import Calibration
from poruka.utils.errors import BadInput, unknown_name_error

NO_SOURCE = "none stated: model and record are taken as exact"


class HistoryTarget(NamedTuple):
    """One target of history matching.

    Attributes
    ----------
    id : str
        The pattern, the recorded figure, or the quantity.
    label : str
    is_share : bool
        Whether a history shows it or not (a pattern); the record does.
    value : float
        What the record has; 1 for a pattern.
    model, observation : float
        Standard deviations of the model's discrepancy and of the error of the record.
    source : str
        Where both come from.
    """

    id: str
    label: str
    is_share: bool
    value: float
    model: float
    observation: float
    source: str


def build_history_targets(
    specification: Calibration, targets: CalibrationTargets
) -> tuple[HistoryTarget, ...]:
    """Return the targets of history matching with their discrepancies.

    Raises
    ------
    BadInput
        If a discrepancy is of something that is no target, or all targets may be missed.

    Examples
    --------
    >>> from poruka.analysis.calibration.calibration_tables import TargetDiscrepancy, TargetValue
    >>> asked = Calibration(
    ...     target=[TargetValue(quantity="wars", value=1.0)],
    ...     discrepancy=[TargetDiscrepancy(of="wars", model=0.5, source="a guess")],
    ... )
    >>> numbers = CalibrationTargets((), (), (("wars", 1.0, None),), 178)
    >>> build_history_targets(asked, numbers)[0].model
    0.5
    """
    terms = {term.of: term for term in specification.discrepancy}
    rows = [
        *((pattern.id, pattern.label, True, 1.0) for pattern in targets.patterns),
        *((figure.id, figure.label, False, figure.value) for figure in targets.figures),
        *((quantity, quantity, False, value) for quantity, value, _ in targets.target_values),
    ]
    known = [id for id, *_ in rows]
    for name in terms:
        if name not in known:
            raise unknown_name_error(
                "target", name, known, "[[calibration.discrepancy]] of", "give one of the targets."
            )
    if rows and specification.misses >= len(rows):
        raise BadInput(
            f"[calibration] misses is {specification.misses}, but there are {len(rows)} targets; at"
            f" most {len(rows) - 1} of them may lie beyond the cut-off."
        )
    return tuple(
        HistoryTarget(
            id,
            label or id,
            is_share,
            value,
            terms[id].model if id in terms else 0.0,
            terms[id].observation if id in terms else 0.0,
            terms[id].source if id in terms else NO_SOURCE,
        )
        for id, label, is_share, value in rows
    )


def compute_target_outputs(values: np.ndarray, targets: CalibrationTargets) -> np.ndarray:
    """Return what every single world shows of each target, as it is scored.

    Parameters
    ----------
    values : ndarray of float64, shape (points, worlds, quantities)
        In the order of ``targets.quantities``.
    targets : CalibrationTargets

    Returns
    -------
    ndarray of float64, shape (points, worlds, targets)
        Patterns are 1 where a world shows them, figures in the unit of the record. NaN for a
        world that failed.
    """
    points, worlds, _ = values.shape
    flat = values.reshape(points * worlds, -1)
    frame = pd.DataFrame(flat, columns=targets.quantities)
    alone = np.arange(len(frame))[:, None]
    columns = [pattern.presence_by_sample(frame, alone) for pattern in targets.patterns]
    columns += [
        frame[figure.quantity].to_numpy() * figure.unit_factor for figure in targets.figures
    ]
    columns += [frame[quantity].to_numpy() for quantity, _, _ in targets.target_values]
    outputs = np.column_stack(columns)
    outputs[np.isnan(flat).any(axis=1)] = np.nan
    return outputs.reshape(points, worlds, -1)
