"""Calibration targets: patterns, recorded figures and numbers, and the distance of worlds from
them.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.patterns import Pattern, load_patterns
from poruka.analysis.specification import Calibration
from poruka.scenario.scenario import Scenario
from poruka.scoring.measures import is_within_run
from poruka.scoring.proper_scores import baseline_forecast, crps
from poruka.scoring.record import read_observed_record
from poruka.utils.errors import BadInput


class RecordedFigure(NamedTuple):
    """A recorded figure, expressed in the grammar of quantities."""

    id: str
    quantity: str
    kind: str
    unit_factor: float
    value: float
    label: str = ""


class CalibrationTargets(NamedTuple):
    """The targets of a calibration: patterns by importance, recorded figures, and numbers."""

    patterns: tuple[Pattern, ...]
    figures: tuple[RecordedFigure, ...]
    target_values: tuple[tuple[str, float, float | None], ...]
    months: int

    @property
    def quantities(self) -> list[str]:
        """Every quantity that the targets require."""
        return list(
            dict.fromkeys(
                [quantity for pattern in self.patterns for quantity in pattern.quantities]
                + [figure.quantity for figure in self.figures]
                + [quantity for quantity, _, _ in self.target_values]
            )
        )


def read_recorded_figures(scenario: Scenario, ids: Sequence[str]) -> tuple[RecordedFigure, ...]:
    """Return recorded figures as quantities; the id ``all`` selects every figure with a number.

    As in the score, inputs and figures on months that the run does not reach are left out of
    ``all``, and so are patterns and events that did not happen, which are no numbers; one of them
    that is named is refused, except inputs.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> read_recorded_figures(load("kazakhstan"), ["R061b"])[0].quantity
    'value president_election 1'
    """
    if not ids:
        return ()
    assert scenario.record_path is not None
    figures = []
    for row in read_observed_record(scenario.record_path).itertuples():
        if "all" in ids or row.id in ids:
            if row.role == "input" and row.id not in ids:
                continue
            if row.role == "pattern" or not np.isfinite(row.value):
                if row.id in ids:
                    raise BadInput(
                        f"the figure {row.id} ({row.figure}) is no number that can be fitted:"
                        " leave out patterns and events that did not happen."
                    )
                continue
            is_month = row.measure.startswith("month") or row.unit == "month"
            if not is_within_run(row.measure, row.date, scenario, scenario.months) or (
                is_month and float(row.value) >= scenario.months
            ):
                if row.id in ids:
                    raise BadInput(
                        f"the figure {row.id} ({row.figure}) lies beyond the run, which ends after"
                        f" {scenario.months} months; leave it out, or simulate longer."
                    )
                continue
            is_percent = row.unit == "percent" and not row.measure.startswith("growth")
            unit_factor = 100.0 if is_percent else 1.0
            quantity = row.measure.removeprefix("outcome ")
            kind = _figure_kind(row.measure, row.unit, is_percent)
            figures.append(
                RecordedFigure(row.id, quantity, kind, unit_factor, float(row.value), row.figure)
            )
    return tuple(figures)


def _figure_kind(measure: str, unit: str, is_percent: bool) -> str:
    """Return the kind of a recorded figure, on which its baseline forecast depends."""
    for kind in ("growth", "count"):
        if measure.startswith(kind):
            return kind
    if measure.startswith("series"):
        return "index"
    if measure.startswith("month") or unit == "month":
        return "month"
    return "share" if is_percent else "count"


def build_calibration_targets(specification: Calibration, scenario: Scenario) -> CalibrationTargets:
    """Return the targets of a calibration."""
    patterns = {pattern.id: pattern for pattern in load_patterns().patterns}
    return CalibrationTargets(
        tuple(patterns[id] for id in specification.patterns),
        read_recorded_figures(scenario, specification.figures),
        tuple((target.quantity, target.value, target.scale) for target in specification.target),
        scenario.months,
    )


def validate_one_history(specification: Calibration) -> None:
    """Raise an error for targets or settings that one history cannot be compared with.

    Raises
    ------
    BadInput
        For several worlds a particle, or a pattern of the mean over worlds.
    """
    if specification.worlds != 1:
        raise BadInput(
            f"[calibration] worlds is {specification.worlds}; the record is one history, so a"
            " particle plays one world: remove the line, and raise `particles` instead."
        )
    known = {pattern.id: pattern for pattern in load_patterns().patterns}
    for id in specification.patterns:
        if id in known and known[id].of == "mean":
            raise BadInput(
                f"[calibration] names the pattern {id}, which is about the mean over many worlds;"
                " one history cannot show it, so leave it out."
            )


def compute_distances(
    values: np.ndarray, targets: CalibrationTargets, scales: Mapping[str, float]
) -> np.ndarray:
    """Return the distance of each point's worlds from the targets, scored against one history.

    Patterns, figures and numbers have equal weights.

    Parameters
    ----------
    values : ndarray of float64, shape (points, worlds, quantities)
        In the order of ``targets.quantities``.
    targets : CalibrationTargets
    scales : mapping of str to float
        The unit of distance of each number.

    Returns
    -------
    ndarray of float64, shape (points,)
        Patterns contribute the share of them that is missing, weighted by one over rank; figures
        their CRPS relative to that of a baseline forecast; numbers the root mean square of their
        CRPS in units. The CRPS of a single world is its distance. The distance of a point with a
        failed world is infinite.
    """
    distances = []
    for point in values:
        if np.isnan(point).any():
            distances.append(np.inf)
            continue
        worlds = dict(zip(targets.quantities, point.T, strict=True))
        parts = []
        if targets.patterns:
            frame = pd.DataFrame(worlds)
            weights = 1.0 / np.arange(1, len(targets.patterns) + 1)
            missing = np.array([1.0 - pattern.presence(frame) for pattern in targets.patterns])
            parts.append(float(weights @ missing / weights.sum()))
        if targets.figures:
            scores = [
                _relative_crps(figure, worlds[figure.quantity], targets.months)
                for figure in targets.figures
            ]
            parts.append(float(np.mean(scores)))
        if targets.target_values:
            gaps = [
                crps(worlds[quantity], value) / scales[quantity]
                for quantity, value, _ in targets.target_values
            ]
            parts.append(float(np.sqrt(np.mean(np.square(gaps)))))
        distances.append(float(np.mean(parts)))
    return np.array(distances)


def _relative_crps(figure: RecordedFigure, values: np.ndarray, months: int) -> float:
    """Return the CRPS of the worlds for a figure, relative to that of the baseline forecast."""
    baseline = crps(baseline_forecast(figure.kind, figure.value, months), figure.value)
    return crps(values * figure.unit_factor, figure.value) / max(baseline, 1e-9)


def compute_scales(values: np.ndarray, targets: CalibrationTargets) -> dict[str, float]:
    """Return the unit of distance of each number.

    It is the unit in the file, or else the median absolute deviation over the points' means.
    """
    scales = {}
    for quantity, _, scale in targets.target_values:
        means = np.nanmean(values[:, :, targets.quantities.index(quantity)], axis=1)
        spread = float(np.nanmedian(np.abs(means - np.nanmedian(means))))
        scales[quantity] = scale or (spread if spread > 0.0 else float(np.nanstd(means)) or 1.0)
    return scales
