"""Figures of the analyses of an experiment."""

from poruka.experiments.experiment_result import AnalysisResult, ExperimentResult
from poruka.figures.base.axis_naming import AxisNaming
from poruka.figures.base.drawing import Drawing
from poruka.figures.comparisons.modal_outcome import ModalOutcome
from poruka.figures.experiments.discovery import PrimFigure, TreeFigure
from poruka.figures.experiments.main_effects import CurveFigure, EffectsFigure
from poruka.figures.experiments.mean_convergence import ConvergenceFigure
from poruka.figures.experiments.screening import ScreeningFigure
from poruka.figures.experiments.sensitivity import MorrisFigure, TornadoFigure
from poruka.figures.experiments.sobol import SobolFigure, YearlySensitivityFigure
from poruka.figures.experiments.variance_sources import VarianceComponentsFigure


def build_figures(
    analysis: AnalysisResult, answer: ExperimentResult, naming: AxisNaming
) -> list[tuple[str, Drawing]]:
    """Return the figures of an analysis with their names."""
    worlds, seed, specification = answer.worlds, answer.seed, analysis.specification
    points = len(answer.design_result.points) if answer.design_result is not None else 0
    if analysis.kind == "curve":
        return [
            (
                "curve",
                CurveFigure(
                    analysis.table, specification.x, specification.lines, naming, worlds, seed
                ),
            )
        ]
    if analysis.kind == "effects":
        return [
            (
                "effects",
                EffectsFigure(
                    analysis.table, specification.factor, specification.by, naming, worlds, seed
                ),
            )
        ]
    if analysis.kind == "tornado":
        return [("tornado", TornadoFigure(analysis.table, naming, worlds, seed))]
    if analysis.kind == "modes":
        return [
            (
                "modes",
                ModalOutcome.from_points(
                    analysis.table, specification.x, specification.y, naming, seed
                ),
            )
        ]
    if analysis.kind == "convergence":
        quantity = answer.experiment.select_outcomes([specification.outcome])[0].quantity
        precision = answer.experiment.precision
        half_width = (
            precision.half_width
            if precision is not None
            and precision.quantity in (quantity, naming.outcome_label(quantity))
            else None
        )
        return [
            (
                "convergence",
                ConvergenceFigure(
                    analysis.table, analysis.details, quantity, half_width, naming, seed
                ),
            )
        ]
    if analysis.kind == "split":
        return [("split", VarianceComponentsFigure(analysis.table, naming, points, worlds, seed))]
    if analysis.kind == "prim":
        return [("prim", PrimFigure(analysis.details, naming, points, worlds, seed))]
    if analysis.kind == "tree":
        return [("tree", TreeFigure(analysis.details, naming, points, worlds, seed))]
    if analysis.kind == "screening":
        return [("screening", ScreeningFigure(analysis.details, naming, specification, seed))]
    figure_class = MorrisFigure if analysis.kind == "morris" else SobolFigure
    figures: list[tuple[str, Drawing]] = [
        (
            analysis.kind,
            figure_class(
                analysis.table, naming, analysis.details["points"], analysis.details["worlds"], seed
            ),
        )
    ]
    figures += [
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
        for index in specification.series
    ]
    return figures
