"""Figures: each computes its numbers, keeps them as a table, then draws them (``Fan(e, "control").draw()``)."""

from .alluvial import Alluvial
from .apart import Links, PairedDifferences
from .cascade import Cascade
from .chain import Chain
from .convergence import Convergence
from .crossing import Crossing
from .drawing import Drawing, NothingToDraw, save
from .fan import Fan, Fans
from .film import Film, shoot
from .modes import ModalOutcome, play_grid
from .moving import move_pyramid
from .outcomes import Outcomes, wilson
from .portrait import StagePortrait
from .pyramid import Pyramid, grow_pyramid
from .scorecard import ScoreCard
from .support import SupportMap
from .survival import Survival
from .threats import Threats
from .timing import Raster, Timing
from .verdicts import ThesisMatrix

__all__ = ["Alluvial", "Cascade", "Chain", "Convergence", "Crossing", "Drawing", "Fan", "Fans", "Film", "Links", "ModalOutcome", "NothingToDraw", "Outcomes",
           "PairedDifferences", "Pyramid", "Raster", "ScoreCard", "StagePortrait", "SupportMap", "Survival", "ThesisMatrix", "Threats", "Timing",
           "grow_pyramid", "move_pyramid", "play_grid", "save", "shoot", "wilson"]
