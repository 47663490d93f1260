"""Figures: each computes its numbers, keeps them as a table, then draws them (``Fan(e,
"control").draw()``).
"""

from poruka.figures.base.drawing import Drawing, NothingToDraw, save
from poruka.figures.comparisons.causal_chain import Chain
from poruka.figures.comparisons.crossing import Crossing
from poruka.figures.comparisons.modal_outcome import ModalOutcome, play_grid
from poruka.figures.comparisons.paired_differences import Links, PairedDifferences
from poruka.figures.ensembles.alluvial import Alluvial
from poruka.figures.ensembles.convergence import Convergence
from poruka.figures.ensembles.fan import Fan, Fans
from poruka.figures.ensembles.outcomes import Outcomes
from poruka.figures.ensembles.phase_portrait import StagePortrait
from poruka.figures.ensembles.scorecard import ScoreCard
from poruka.figures.ensembles.survival import Survival
from poruka.figures.ensembles.timing import Raster, Timing
from poruka.figures.one_world.defection_cascade import Cascade
from poruka.figures.one_world.pyramid import Pyramid, grow_pyramid
from poruka.figures.one_world.pyramid_animation import move_pyramid
from poruka.figures.one_world.recording import Film, shoot
from poruka.figures.one_world.support_map import SupportMap
from poruka.figures.one_world.threats import Threats
from poruka.figures.theory.thesis_matrix import ThesisMatrix
from poruka.utils.statistics import wilson

__all__ = [
    "Alluvial",
    "Cascade",
    "Chain",
    "Convergence",
    "Crossing",
    "Drawing",
    "Fan",
    "Fans",
    "Film",
    "Links",
    "ModalOutcome",
    "NothingToDraw",
    "Outcomes",
    "PairedDifferences",
    "Pyramid",
    "Raster",
    "ScoreCard",
    "StagePortrait",
    "SupportMap",
    "Survival",
    "ThesisMatrix",
    "Threats",
    "Timing",
    "grow_pyramid",
    "move_pyramid",
    "play_grid",
    "save",
    "shoot",
    "wilson",
]
