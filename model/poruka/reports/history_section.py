"""The section of an experiment's page on history matching."""

import pandas as pd

from poruka.analysis.calibration.history_ranges import marginal_ranges, share_not_implausible
from poruka.experiments.experiment_result import ExperimentResult
from poruka.figures.base.axis_naming import AxisNaming
from poruka.figures.base.drawing import Drawing
from poruka.figures.experiments.implausibility import ImplausibilityFigure
from poruka.reports.experiment_tables import format_table

BEYOND_3_SD = 0.0027
"""Probability of a normal value beyond three standard deviations."""


def history_figure(answer: ExperimentResult, naming: AxisNaming) -> ImplausibilityFigure:
    """Return the figure of history matching."""
    calibration, result = answer.experiment.calibration, answer.calibration_result
    assert calibration is not None and result is not None and result.history_match is not None
    return ImplausibilityFigure(result.history_match, calibration.cutoff, naming, answer.seed)


def history_paragraphs(answer: ExperimentResult, drawing: Drawing) -> list[str]:
    """Return what history matching has come to, what it could miss, and ABC-SMC as its check."""
    calibration, result = answer.experiment.calibration, answer.calibration_result
    assert calibration is not None and result is not None and result.history_match is not None
    match = result.history_match
    targets = match.emulators["target"].nunique()
    paragraphs = [drawing.alt]
    if calibration.cutoff == 3.0 and not calibration.misses:
        missed = 1.0 - (1.0 - BEYOND_3_SD) ** targets
        paragraphs.append(
            f"With {targets} targets, were they normal and independent, chance alone would put"
            f" the record beyond the cut-off in {missed:.1%} of histories of the true numbers."
        )
    failed = int(match.waves["failed"].sum())
    if failed:
        paragraphs.append(f"{failed} worlds of the waves failed and were left out.")
    if not match.region.empty:
        inside = share_not_implausible(
            match,
            result.sample.points,
            result.sample.weights,
            calibration.cutoff,
            calibration.misses,
        )
        paragraphs.append(
            f"Check: {inside:.0%} of the posterior of ABC-SMC, which was played by itself, lies in"
            " the region that is not implausible."
        )
    return paragraphs


def history_tables(
    answer: ExperimentResult, naming: AxisNaming
) -> list[tuple[str, pd.DataFrame, str]]:
    """Return the tables of history matching with their captions."""
    result = answer.calibration_result
    assert result is not None and result.history_match is not None
    match = result.history_match
    last = match.emulators[match.emulators["wave"] == match.emulators["wave"].max()]
    accuracy = last[
        ["target", "label", "points_fitted", "held_out_error", "explained", "beyond_3_sd"]
        + ["moved_by"]
    ]
    terms = last[
        ["target", "record", "sd_emulator", "sd_worlds", "sd_model", "sd_observation", "source"]
    ]
    return [
        ("waves", format_table(match.waves, naming), "Waves: share of the prior not implausible"),
        (
            "numbers-left",
            format_table(marginal_ranges(match), naming),
            "What is left of each number, the most narrowed first",
        ),
        (
            "emulators",
            format_table(accuracy, naming),
            "Emulators of the last wave: error on points held out, and share of variance explained",
        ),
        (
            "implausibility-terms",
            format_table(terms, naming),
            "Terms of the implausibility at the middle of the ranges, as standard deviations",
        ),
    ]
