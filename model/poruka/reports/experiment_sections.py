"""The result of an experiment as sections of text, tables and figures, before page layout."""

from typing import NamedTuple

import pandas as pd

from poruka.analysis.calibration.posterior_predictive import (
    pattern_share_table,
    posterior_predictive_table,
)
from poruka.analysis.calibration.priors import build_priors
from poruka.analysis.calibration.targets import build_calibration_targets
from poruka.analysis.factors import format_points
from poruka.analysis.over_draws import INTERVALS_IN_WORDS
from poruka.experiments.experiment_result import ExperimentResult
from poruka.figures.base.axis_naming import AxisNaming
from poruka.figures.base.drawing import Drawing
from poruka.figures.experiments.posterior import PosteriorFigure, PosteriorPredictiveFigure
from poruka.reports.experiment_figures import analysis_coverage, build_figures
from poruka.reports.experiment_tables import format_table, page_table, point_table, table_caption
from poruka.reports.history_section import history_figure, history_paragraphs, history_tables
from poruka.reports.screening_section import idle_paragraphs, screening_coverage, summary_tables
from poruka.scenario.number_draws import NumberDraws
from poruka.utils.coverage import coverage_of

HEADINGS = {
    "curve": "Along the factor",
    "effects": "Effects",
    "tornado": "One factor at a time",
    "modes": "The most frequent outcome",
    "convergence": "Convergence",
    "split": "Sources of variance",
    "prim": "Conditions: boxes",
    "tree": "Conditions: a tree",
    "morris": "Screening",
    "sobol": "Sobol indices",
    "screening": "Which numbers matter",
    "robustness": "What stands, and under what",
}
MAX_FACTOR_ROWS = 100
"""Factors beyond which a page says only how many there are."""


class ReportSection(NamedTuple):
    """A section of the page: heading, paragraphs, named tables with captions, and named figures."""

    heading: str
    paragraphs: list[str]
    tables: list[tuple[str, pd.DataFrame, str]]
    figures: list[tuple[str, Drawing]]


def build_sections(answer: ExperimentResult) -> list[ReportSection]:
    """Return all sections of the result of an experiment."""
    naming, sections = AxisNaming(answer.loaded), [_question_section(answer)]
    if answer.design_result is not None and len(answer.design_result.points) <= 60:
        table = format_points(point_table(answer), answer.experiment.factor, answer.loaded.scenario)
        sections.append(
            ReportSection(
                "The points",
                [],
                [
                    (
                        "points",
                        format_table(table, naming),
                        f"Every point ({answer.coverage}), means with"
                        f" {INTERVALS_IN_WORDS if 'numbers_low' in table else '95 % intervals'}",
                    )
                ],
                [],
            )
        )
    kind_counts: dict[str, int] = {}
    for analysis in answer.analyses:
        kind_counts[analysis.kind] = kind_counts.get(analysis.kind, 0) + 1
        suffix = f"-{kind_counts[analysis.kind]}" if kind_counts[analysis.kind] > 1 else ""
        drawn, reasons = build_figures(analysis, answer, naming)
        figures = [(name + suffix, drawing) for name, drawing in drawn]
        # A screening has two stages, of points of its own.
        coverage = (
            screening_coverage(analysis)
            if analysis.kind == "screening"
            else analysis_coverage(analysis, answer)
        )
        sections.append(
            ReportSection(
                HEADINGS[analysis.kind] + (f" ({kind_counts[analysis.kind]})" if suffix else ""),
                [*(drawing.alt for _, drawing in figures), *reasons],
                (
                    [
                        (
                            analysis.kind + suffix + "-table",
                            format_table(page_table(analysis, answer), naming),
                            f"{table_caption(analysis)} ({coverage})",
                        )
                    ]
                    if analysis.kind != "convergence"
                    else []
                ),
                figures,
            )
        )
        if analysis.kind == "screening":
            sections[-1].tables[:0] = [
                (name + suffix, format_table(table, naming), caption)
                for name, table, caption in summary_tables(analysis, answer.experiment)
            ]
            heading = "Numbers that move nothing detectable"
            sections.append(
                ReportSection(heading, idle_paragraphs(analysis, answer.experiment), [], [])
            )
    return sections + _calibration_sections(answer, naming)


def _question_section(answer: ExperimentResult) -> ReportSection:
    experiment, points = (
        answer.experiment,
        (len(answer.design_result.points) if answer.design_result is not None else 0),
    )
    paragraphs = [experiment.about] if experiment.about else []
    rows = []
    for factor in experiment.factor:
        if factor.levels:
            rows.append((factor.label, "levels", "; ".join(level.label for level in factor.levels)))
        else:
            low, high = (
                factor.bounds(answer.loaded.scenario)
                if not factor.values
                else (min(values := factor.grid_values(answer.loaded.scenario)), max(values))
            )
            rows.append(
                (
                    factor.label,
                    ", ".join(factor.scenario_keys) or "month of an intervention",
                    (
                        f"{factor.format_value(low, answer.loaded.scenario)} to"
                        f" {factor.format_value(high, answer.loaded.scenario)}"
                    ),
                )
            )
    if points:
        paragraphs.append(f"{answer.coverage} were simulated, seed {answer.seed}.")
        paragraphs += _drawn_numbers(answer)
    if answer.empty_points:
        paragraphs.append(
            f"No world is left at {len(answer.empty_points)} of {points} points (number"
            f" {', '.join(map(str, answer.empty_points[:20]))}"
            f"{' …' if len(answer.empty_points) > 20 else ''}): every one of them failed."
        )
    if answer.replication is not None:
        reached = "reached" if answer.replication.precision_reached else "not reached"
        precision = experiment.precision
        assert precision is not None
        paragraphs.append(
            f"The required precision ({precision.quantity} within ±{precision.half_width:g} at"
            f" every point) was {reached} with {answer.worlds} worlds (widest"
            f" ±{answer.replication.widest_half_width:.3g})."
        )
    if len(rows) > MAX_FACTOR_ROWS:
        paragraphs.append(f"{len(rows)} factors are moved; `experiment.toml` has them by pages.")
        rows = []
    tables = (
        [("factors", pd.DataFrame(rows, columns=["factor", "varies", "range"]), "Factors")]
        if rows
        else []
    )
    if len(answer.failures):
        count = len(answer.failures)
        lost = f"{count} worlds failed and are" if count > 1 else "1 world failed and is"
        paragraphs.append(
            f"{lost} left out; the table of failures has the seed, the parameters and the traceback"
            " of each."
        )
        tables.append(
            (
                "failures",
                answer.failures.drop(columns=["traceback", "parameters"]),
                "Worlds that failed",
            )
        )
    return ReportSection("Question and design", paragraphs, tables, [])


def _drawn_numbers(answer: ExperimentResult) -> list[str]:
    """Return what the intervals hold of the numbers of the rules."""
    draws = answer.loaded.scenario.parameter_draws
    if draws is None:
        return ["Intervals hold chance only: numbers that are not moved are as they are declared."]
    if not isinstance(draws, NumberDraws):
        return []
    if draws.worlds_each == 1:
        return [
            f"Every world has a draw of the numbers from {draws.source_label}: intervals hold"
            " chance and numbers together, and cannot tell them apart."
        ]
    return [
        f"Every {draws.worlds_each} worlds share a draw of the numbers from {draws.source_label};"
        " draws and luck are the same at every point, so that differences are paired by both."
    ]


def _calibration_sections(answer: ExperimentResult, naming: AxisNaming) -> list[ReportSection]:
    result = answer.calibration_result
    if result is None or answer.experiment.calibration is None:
        return []
    calibration, scenario = answer.experiment.calibration, answer.loaded.scenario
    targets, priors = (
        build_calibration_targets(calibration, scenario),
        build_priors(answer.experiment.numeric_factors, scenario, calibration.prior),
    )
    posterior_figure = PosteriorFigure(result.sample, priors, result.point_fit, naming, answer.seed)
    paragraphs = [posterior_figure.alt]
    figures: list[tuple[str, Drawing]] = [("posterior", posterior_figure)]
    tables = [
        (
            "posterior-table",
            format_table(posterior_figure.table, naming),
            "Prior and posterior of each parameter",
        ),
        ("history", format_table(result.sample.history, naming), "Generations"),
    ]
    if result.point_fit is not None:
        paragraphs.append(
            f"The point fit has a distance of {result.point_fit.distance:.3g}, against"
            f" {result.point_fit.default_distance:.3g} with the defaults: "
            + ", ".join(
                f"{name} {naming.format_factor_value(name, value)}"
                for name, value in result.point_fit.best_values.items()
            )
            + "."
        )
    counts = [coverage_of(run) for run in (result.prior_ensemble, result.posterior_ensemble)]
    fewest = min(counts, key=lambda count: count.available)
    drawn_note = (
        []
        if all(count.is_complete for count in counts)
        else [f"Drawn from the prior: {counts[0]}; from the posterior: {counts[1]}."]
    )
    table = posterior_predictive_table(result.prior_ensemble, result.posterior_ensemble, targets)
    predictive_figures: list[tuple[str, Drawing]] = []
    if len(table):
        predictive_figure = PosteriorPredictiveFigure(table, fewest, answer.seed)
        predictive_figures.append(("predictive", predictive_figure))
    predictive_tables = (
        [
            (
                "predictive-table",
                format_table(table.drop(columns=["width"], errors="ignore"), naming),
                f"Worlds from prior and posterior against the targets ({fewest})",
            )
        ]
        if len(table)
        else []
    )
    if targets.patterns:
        predictive_tables.append(
            (
                "patterns",
                format_table(
                    pattern_share_table(result.prior_ensemble, result.posterior_ensemble, targets),
                    naming,
                ),
                f"Share of prior and posterior worlds that show each pattern ({fewest})",
            )
        )
    history = []
    if result.history_match is not None:
        drawing = history_figure(answer, naming)
        history.append(
            ReportSection(
                "History matching",
                history_paragraphs(answer, drawing),
                history_tables(answer, naming),
                [("implausibility", drawing)],
            )
        )
    return [
        *history,
        ReportSection("Calibration", paragraphs, tables, figures),
        ReportSection(
            "Worlds from prior and posterior",
            [*drawn_note, *(drawing.alt for _, drawing in predictive_figures)],
            predictive_tables,
            predictive_figures,
        ),
    ]
