"""Figures: each computes its numbers, keeps them as a table and draws them.

``FanChart(e, "control").draw()`` draws one; ``.table`` holds exactly what is drawn.
"""

from poruka.figures.base.drawing import Drawing, NothingToDraw, save_figure
from poruka.figures.comparisons.causal_chain import CausalChain
from poruka.figures.comparisons.causal_links import CausalLinks
from poruka.figures.comparisons.crossing import ControlCrossing
from poruka.figures.comparisons.modal_outcome import ModalOutcome
from poruka.figures.comparisons.paired_differences import PairedDifferences
from poruka.figures.comparisons.start_value_swaps import StartValueSwaps
from poruka.figures.ensembles.alluvial import Alluvial
from poruka.figures.ensembles.convergence import OutcomeConvergence
from poruka.figures.ensembles.fan import FanChart, FanChartGrid
from poruka.figures.ensembles.instrument_raster import InstrumentRaster
from poruka.figures.ensembles.outcomes import OutcomeShares
from poruka.figures.ensembles.phase_portrait import PhasePortrait
from poruka.figures.ensembles.scorecard import ScoreCard
from poruka.figures.ensembles.skill_chart import SkillChart
from poruka.figures.ensembles.survival import RulerSurvival
from poruka.figures.ensembles.timing import MilestoneTiming
from poruka.figures.experiments.discovery import PrimFigure, TreeFigure
from poruka.figures.experiments.implausibility import ImplausibilityFigure
from poruka.figures.experiments.later_verdicts import LaterVerdictsChart
from poruka.figures.experiments.main_effects import CurveFigure, EffectsFigure
from poruka.figures.experiments.mean_convergence import ConvergenceFigure
from poruka.figures.experiments.posterior import PosteriorFigure, PosteriorPredictiveFigure
from poruka.figures.experiments.rank_histograms import RankHistograms
from poruka.figures.experiments.record_bands import (
    RecordBands,
    RecordCombinations,
    RecordTargetsReached,
)
from poruka.figures.experiments.robustness import RobustnessChart
from poruka.figures.experiments.screening import ScreeningFigure
from poruka.figures.experiments.screening_aspects import (
    SectionAspectsFigure,
    StrongestNumbersFigure,
)
from poruka.figures.experiments.sensitivity import MorrisFigure, TornadoFigure
from poruka.figures.experiments.sobol import SobolFigure, YearlySensitivityFigure
from poruka.figures.experiments.variance_sources import VarianceComponentsFigure
from poruka.figures.one_world.blocs import BlocTimeline
from poruka.figures.one_world.defection_cascade import DefectionCascade
from poruka.figures.one_world.pyramid import PatronagePyramid, build_pyramid
from poruka.figures.one_world.pyramid_animation import animate_pyramid
from poruka.figures.one_world.recording import Recording, record_world
from poruka.figures.one_world.support_map import SupportMap
from poruka.figures.one_world.threats import ThreatTimeline
from poruka.figures.one_world.tie_graph import TieGraph
from poruka.figures.sweeps.quantity_map import QuantityMap
from poruka.figures.theory.ablation_matrix import AblationMatrix
from poruka.figures.theory.counterfactuals import CounterfactualEffects
from poruka.figures.theory.thesis_matrix import ThesisMatrix
from poruka.utils.statistics import paired_share_interval, t_interval, t_quantile, wilson_interval

__all__ = [
    "YearlySensitivityFigure",
    "VarianceComponentsFigure",
    "TreeFigure",
    "TornadoFigure",
    "StrongestNumbersFigure",
    "StartValueSwaps",
    "SobolFigure",
    "SectionAspectsFigure",
    "ScreeningFigure",
    "RankHistograms",
    "RecordBands",
    "RecordCombinations",
    "RecordTargetsReached",
    "RobustnessChart",
    "QuantityMap",
    "PrimFigure",
    "PosteriorPredictiveFigure",
    "PosteriorFigure",
    "MorrisFigure",
    "LaterVerdictsChart",
    "ImplausibilityFigure",
    "EffectsFigure",
    "CurveFigure",
    "CounterfactualEffects",
    "ConvergenceFigure",
    "AblationMatrix",
    "Alluvial",
    "BlocTimeline",
    "DefectionCascade",
    "CausalChain",
    "OutcomeConvergence",
    "ControlCrossing",
    "Drawing",
    "FanChart",
    "FanChartGrid",
    "Recording",
    "CausalLinks",
    "ModalOutcome",
    "NothingToDraw",
    "OutcomeShares",
    "PairedDifferences",
    "PatronagePyramid",
    "InstrumentRaster",
    "ScoreCard",
    "SkillChart",
    "PhasePortrait",
    "SupportMap",
    "RulerSurvival",
    "ThesisMatrix",
    "ThreatTimeline",
    "TieGraph",
    "MilestoneTiming",
    "build_pyramid",
    "animate_pyramid",
    "save_figure",
    "record_world",
    "paired_share_interval",
    "t_interval",
    "t_quantile",
    "wilson_interval",
]
