"""Figures of the analyses of an experiment."""

from collections.abc import Callable
from functools import partial

from poruka.experiments.experiment_result import AnalysisResult, ExperimentResult
from poruka.figures.base.axis_naming import AxisNaming
from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.comparisons.modal_outcome import ModalOutcome
from poruka.figures.experiments.discovery import PrimFigure, TreeFigure
from poruka.figures.experiments.main_effects import CurveFigure, EffectsFigure
from poruka.figures.experiments.mean_convergence import ConvergenceFigure
from poruka.figures.experiments.screening import ScreeningFigure
from poruka.figures.experiments.screening_aspects import (
    SectionAspectsFigure,
    StrongestNumbersFigure,
    sections_of,
)
from poruka.figures.experiments.sensitivity import MorrisFigure, TornadoFigure
from poruka.figures.experiments.sobol import SobolFigure, YearlySensitivityFigure
from poruka.figures.experiments.variance_sources import VarianceComponentsFigure
from poruka.reports.robustness_page import robustness_figure
from poruka.reports.screening_section import aspects_of, numbers_table
from poruka.utils.coverage import DesignCoverage
from poruka.utils.labels import format_label


def analysis_coverage(analysis: AnalysisResult, answer: ExperimentResult) -> DesignCoverage:
    """Return how many worlds an analysis rests on: those of the design, or of its own points."""
    if analysis.kind == "robustness":
        found: DesignCoverage = analysis.details.coverage
        return found
    if analysis.kind in ("morris", "sobol"):
        coverage: DesignCoverage = analysis.details
        return coverage
    return answer.coverage


def build_figures(
    analysis: AnalysisResult, answer: ExperimentResult, naming: AxisNaming
) -> tuple[list[tuple[str, Drawing]], list[str]]:
    """Return the figures of an analysis with their names, and why others could not be drawn."""
    figures, reasons = [], []
    for name, build in _figure_builders(analysis, answer, naming).items():
        try:
            figures.append((name, build()))
        except NothingToDraw as reason:
            reasons.append(f"No figure of {format_label(name)}: {str(reason).rstrip('.')}.")
    return figures, reasons


def _figure_builders(
    analysis: AnalysisResult, answer: ExperimentResult, naming: AxisNaming
) -> dict[str, Callable[[], Drawing]]:
    """Return the functions that build the figures of an analysis, by name."""
    table, seed, specification = analysis.table, answer.seed, analysis.specification
    worlds = analysis_coverage(analysis, answer)
    points = worlds.points

    def build_convergence() -> Drawing:
        quantity = answer.experiment.select_outcomes([specification.outcome])[0].quantity
        precision = answer.experiment.precision
        half_width = (
            precision.half_width
            if precision is not None
            and precision.quantity in (quantity, naming.outcome_label(quantity))
            else None
        )
        return ConvergenceFigure(
            table, analysis.details, quantity, half_width, naming, seed, worlds
        )

    builders: dict[str, Callable[[], Drawing]] = {
        "curve": lambda: CurveFigure(
            table, specification.x, specification.lines, naming, worlds, seed
        ),
        "effects": lambda: EffectsFigure(
            table, specification.factor, specification.by, naming, worlds, seed
        ),
        "tornado": lambda: TornadoFigure(table, naming, worlds, seed),
        "modes": lambda: ModalOutcome.from_points(
            table, specification.x, specification.y, naming, seed, worlds
        ),
        "convergence": build_convergence,
        "split": lambda: VarianceComponentsFigure(table, naming, points, worlds, seed),
        "prim": lambda: PrimFigure(analysis.details, naming, points, worlds, seed),
        "tree": lambda: TreeFigure(analysis.details, naming, points, worlds, seed),
        "morris": lambda: MorrisFigure(table, naming, points, worlds, seed),
        "sobol": lambda: SobolFigure(table, naming, points, worlds, seed),
        "screening": lambda: ScreeningFigure(analysis.details, naming, specification, seed),
        "robustness": lambda: robustness_figure(answer),
    }
    if analysis.kind == "screening" and any(one.aspect for one in answer.experiment.outcome):
        return _aspect_figures(analysis, answer)
    chosen = {analysis.kind: builders[analysis.kind]}
    if analysis.kind in ("morris", "sobol"):
        chosen |= {
            f"{analysis.kind}-{index}": partial(
                YearlySensitivityFigure, table, index, naming, points, worlds, seed
            )
            for index in specification.series
        }
    return chosen


def _aspect_figures(
    analysis: AnalysisResult, answer: ExperimentResult
) -> dict[str, Callable[[], Drawing]]:
    """Return the figures of a screening through too many quantities for one column each."""
    details, plan, seed = analysis.details, analysis.specification, answer.seed
    aspects = aspects_of(answer.experiment)
    sections = sections_of(numbers_table(analysis, answer.experiment))
    return {
        "screening-sections": lambda: SectionAspectsFigure(details, aspects, sections, plan, seed),
        "screening-strongest": lambda: StrongestNumbersFigure(details, aspects, plan, seed),
    }
