"""An experiment's answer as sections of words, tables and figures, before they are set
on a page.
"""

from typing import NamedTuple

import pandas as pd

from poruka.analysis.calibration.posterior_predictive import (
    pattern_share_table,
    posterior_predictive_table,
)
from poruka.analysis.calibration.priors import build_priors
from poruka.analysis.calibration.targets import build_calibration_targets
from poruka.analysis.factors import format_points
from poruka.experiments.experiment_result import AnalysisResult, ExperimentResult
from poruka.figures.base.axis_naming import AxisNaming
from poruka.figures.base.drawing import Drawing
from poruka.figures.comparisons.modal_outcome import ModalOutcome
from poruka.figures.experiments.discovery import PrimFigure, TreeFigure
from poruka.figures.experiments.main_effects import CurveFigure, EffectsFigure
from poruka.figures.experiments.mean_convergence import ConvergenceFigure
from poruka.figures.experiments.posterior import PosteriorFigure, PosteriorPredictiveFigure
from poruka.figures.experiments.sensitivity import MorrisFigure, TornadoFigure
from poruka.figures.experiments.sobol import SobolFigure, YearlySensitivityFigure
from poruka.figures.experiments.variance_sources import VarianceComponentsFigure

HEADINGS = {
    "curve": "Along the factor",
    "effects": "Effects",
    "tornado": "One factor at a time",
    "modes": "The outcome that leads",
    "convergence": "How the answer settles",
    "split": "Where the variance comes from",
    "prim": "Conditions: boxes",
    "tree": "Conditions: a tree",
    "morris": "Screening",
    "sobol": "Sobol indices",
}


class ReportSection(NamedTuple):
    """A part of the page: a heading, sentences, named tables with captions, and named figures."""

    heading: str
    paragraphs: list[str]
    tables: list[tuple[str, pd.DataFrame, str]]
    figures: list[tuple[str, Drawing]]


def build_figures(
    analysis: AnalysisResult, answer: ExperimentResult, naming: AxisNaming
) -> list[tuple[str, Drawing]]:
    """Return the figures of an analysis by name."""
    worlds, seed, asked = answer.worlds, answer.seed, analysis.specification
    points = len(answer.design_result.points) if answer.design_result is not None else 0
    if analysis.kind == "curve":
        return [("curve", CurveFigure(analysis.table, asked.x, asked.lines, naming, worlds, seed))]
    if analysis.kind == "effects":
        return [
            ("effects", EffectsFigure(analysis.table, asked.factor, asked.by, naming, worlds, seed))
        ]
    if analysis.kind == "tornado":
        return [("tornado", TornadoFigure(analysis.table, naming, worlds, seed))]
    if analysis.kind == "modes":
        return [("modes", ModalOutcome.from_points(analysis.table, asked.x, asked.y, naming, seed))]
    if analysis.kind == "convergence":
        text = answer.experiment.select_outcomes([asked.outcome])[0].quantity
        precision = answer.experiment.precision
        wanted = (
            precision.half_width
            if precision is not None and precision.quantity in (text, naming.outcome_label(text))
            else None
        )
        return [
            (
                "convergence",
                ConvergenceFigure(analysis.table, analysis.details, text, wanted, naming, seed),
            )
        ]
    if analysis.kind == "split":
        return [("split", VarianceComponentsFigure(analysis.table, naming, points, worlds, seed))]
    if analysis.kind == "prim":
        return [("prim", PrimFigure(analysis.details, naming, points, worlds, seed))]
    if analysis.kind == "tree":
        return [("tree", TreeFigure(analysis.details, naming, points, worlds, seed))]
    kind = MorrisFigure if analysis.kind == "morris" else SobolFigure
    found: list[tuple[str, Drawing]] = [
        (
            analysis.kind,
            kind(
                analysis.table, naming, analysis.details["points"], analysis.details["worlds"], seed
            ),
        )
    ]
    found += [
        (
            f"{analysis.kind}-{index}",
            YearlySensitivityFigure(
                analysis.table,
                index,
                naming,
                analysis.details["points"],
                analysis.details["worlds"],
                seed,
            ),
        )
        for index in asked.series
    ]
    return found


def build_sections(answer: ExperimentResult) -> list[ReportSection]:
    """Return everything an answer has to say."""
    naming, found = AxisNaming(answer.loaded), [_question_section(answer)]
    if answer.design_result is not None and len(answer.design_result.points) <= 60:
        table = format_points(
            _point_table(answer), answer.experiment.factor, answer.loaded.scenario
        )
        found.append(
            ReportSection(
                "The points",
                [],
                [
                    (
                        "points",
                        format_table(table, naming),
                        f"Every point, {answer.worlds} worlds each, means with 95 % intervals",
                    )
                ],
                [],
            )
        )
    seen: dict[str, int] = {}
    for made in answer.analyses:
        seen[made.kind] = seen.get(made.kind, 0) + 1
        suffix = f"-{seen[made.kind]}" if seen[made.kind] > 1 else ""
        figures = [(name + suffix, one) for name, one in build_figures(made, answer, naming)]
        found.append(
            ReportSection(
                HEADINGS[made.kind] + (f" ({seen[made.kind]})" if suffix else ""),
                [one.alt for _, one in figures],
                (
                    [
                        (
                            made.kind + suffix + "-table",
                            format_table(_page_table(made, answer), naming),
                            _table_caption(made),
                        )
                    ]
                    if made.kind != "convergence"
                    else []
                ),
                figures,
            )
        )
    return found + _calibration_sections(answer, naming)


def _point_table(answer: ExperimentResult) -> pd.DataFrame:
    """Return the table of points; where an outcome is a date, with the share of worlds in which it
    came at all.
    """
    assert answer.design_result is not None
    table, played = answer.design_result.table(), answer.design_result
    dates = [one.quantity for one in answer.experiment.outcome if one.unit == "date"]
    if dates:
        countries = [answer.loaded.builder(point) for point in played.points.to_dict("records")]
        months = [one.months + answer.loaded.scenario.month_of(one.start_date) for one in countries]
        table["came"] = [
            (
                float((played.quantity_values(row.quantity)[row.point] < months[row.point]).mean())
                if row.quantity in dates
                else float("nan")
            )
            for row in table.itertuples()
        ]
    return table


def _question_section(answer: ExperimentResult) -> ReportSection:
    experiment, points = (
        answer.experiment,
        (len(answer.design_result.points) if answer.design_result is not None else 0),
    )
    words = [experiment.about] if experiment.about else []
    rows = []
    for one in experiment.factor:
        if one.levels:
            rows.append((one.label, "levels", "; ".join(level.label for level in one.levels)))
        else:
            low, high = (
                one.bounds(answer.loaded.scenario)
                if not one.values
                else (min(ends := one.grid_values(answer.loaded.scenario)), max(ends))
            )
            rows.append(
                (
                    one.label,
                    ", ".join(one.scenario_keys) or "month of an intervention",
                    (
                        f"{one.format_value(low, answer.loaded.scenario)} to"
                        f" {one.format_value(high, answer.loaded.scenario)}"
                    ),
                )
            )
    if points:
        words.append(
            f"{points} points of {answer.worlds} worlds each were played, seed {answer.seed}."
        )
    if answer.replication is not None:
        reached = "reached" if answer.replication.precision_reached else "not reached"
        asked = experiment.precision
        assert asked is not None
        words.append(
            f"The precision asked for ({asked.quantity} within ±{asked.half_width:g} at every"
            f" point) was {reached} with {answer.worlds} worlds (widest"
            f" ±{answer.replication.widest_half_width:.3g})."
        )
    tables = (
        [("factors", pd.DataFrame(rows, columns=["factor", "moves", "from"]), "What was moved")]
        if rows
        else []
    )
    if len(answer.failures):
        words.append(
            f"{len(answer.failures)} worlds failed and are left out; the table of failures has the"
            " seed, the parameters and the traceback of each."
        )
        tables.append(
            (
                "failures",
                answer.failures.drop(columns=["traceback", "parameters"]),
                "Worlds that failed",
            )
        )
    return ReportSection("What was asked", words, tables, [])


def _page_table(analysis: AnalysisResult, answer: ExperimentResult) -> pd.DataFrame:
    """Return the columns of a table that fit on a page."""
    drop = {
        "modes": [name for name in analysis.table.columns[8:]],
        "tree": ["side", "factor", "threshold"],
        "effects": ["against"],
    }.get(analysis.kind, [])
    table = analysis.table.drop(columns=drop)
    if analysis.kind in (
        "morris",
        "sobol",
    ):  # the years of a series stand in the figure and in the full table
        table = table[table["quantity"].isin([one.quantity for one in answer.experiment.outcome])]
        return table.drop(
            columns=[name for name in ("S1_plain", "ST_plain", "variance") if name in table]
        )
    return table


def _table_caption(analysis: AnalysisResult) -> str:
    return {
        "curve": "Means, 95 % intervals, medians and standard deviations",
        "effects": "Paired differences with 95 % intervals",
        "tornado": "Each end of each factor against the point where nothing is moved",
        "modes": "The leading outcome of each cell, its share, how surely it leads",
        "split": "Shares of the variance of one world's outcome, with 95 % intervals",
        "prim": "The conditions of the chosen box (quasi-p: so many cases by chance)",
        "tree": "The nodes of the tree",
        "morris": "Effects of the whole range of each number",
        "sobol": "First-order and total indices",
    }[analysis.kind]


def _calibration_sections(answer: ExperimentResult, naming: AxisNaming) -> list[ReportSection]:
    found = answer.calibration_result
    if found is None or answer.experiment.calibration is None:
        return []
    asked, scenario = answer.experiment.calibration, answer.loaded.scenario
    aims, priors = (
        build_calibration_targets(asked, scenario),
        build_priors(answer.experiment.numeric_factors, scenario, asked.prior),
    )
    first = PosteriorFigure(
        found.sample, priors, found.point_fit, naming, asked.worlds, answer.seed
    )
    words = [first.alt]
    figures: list[tuple[str, Drawing]] = [("posterior", first)]
    tables = [
        (
            "posterior-table",
            format_table(first.table, naming),
            "Prior and posterior of each number",
        ),
        ("history", format_table(found.sample.history, naming), "The generations"),
    ]
    if found.point_fit is not None:
        words.append(
            f"The point fit comes to a distance of {found.point_fit.distance:.3g}, against"
            f" {found.point_fit.default_distance:.3g} with the defaults: "
            + ", ".join(
                f"{name} {naming.format_factor_value(name, value)}"
                for name, value in found.point_fit.best_values.items()
            )
            + "."
        )
    table = posterior_predictive_table(found.prior_ensemble, found.posterior_ensemble, aims)
    drawn: list[tuple[str, Drawing]] = []
    if len(table):
        second = PosteriorPredictiveFigure(table, asked.predictive, answer.seed)
        drawn.append(("predictive", second))
    shown = (
        [
            (
                "predictive-table",
                format_table(table.drop(columns=["width"], errors="ignore"), naming),
                "Worlds over prior and posterior against the aims",
            )
        ]
        if len(table)
        else []
    )
    if aims.patterns:
        shown.append(
            (
                "patterns",
                format_table(
                    pattern_share_table(found.prior_ensemble, found.posterior_ensemble, aims),
                    naming,
                ),
                "Share of prior and posterior worlds that show each pattern",
            )
        )
    return [
        ReportSection("Calibration", words, tables, figures),
        ReportSection(
            "Worlds over prior and posterior", [one.alt for _, one in drawn], shown, drawn
        ),
    ]


def format_table(table: pd.DataFrame, naming: AxisNaming) -> pd.DataFrame:
    """Return a table with numbers rounded, yes and no in words, and dates where a quantity or a
    factor is one.
    """
    shown = table.copy().astype(object)
    for row, one in enumerate(table.to_dict("records")):
        text = one.get("quantity", "")
        for column, value in one.items():
            if column == "quantity":
                said = naming.outcome_label(str(value))
            elif (
                column in ("mean", "low", "high", "median", "base")
                and naming.is_date(text)
                and "share" not in one
                and not ("effect" in one and column != "base")
            ):
                said = naming.format_value(text, value)
            elif isinstance(value, bool):
                said = "yes" if value else "no"
            elif isinstance(value, float):
                said = (
                    "–"
                    if value != value
                    else f"{value:.3g}"
                    if abs(value) < 1e6
                    else f"{value:.0f}"
                )
            else:
                said = str(value)
            shown.iloc[row, list(table.columns).index(column)] = said
    return shown
