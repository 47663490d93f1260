"""Figures: each computes its numbers, keeps them as a table, then draws them (``Fan(e, "control").draw()``)."""

from .alluvial import Alluvial
from .apart import Links, PairedDifferences
from .chain import Chain
from .convergence import Convergence
from .drawing import Drawing, NothingToDraw, save
from .fan import Fan, Fans
from .outcomes import Outcomes, wilson
from .portrait import StagePortrait
from .pyramid import Pyramid, grow_pyramid
from .scorecard import ScoreCard
from .survival import Survival
from .timing import Raster, Timing

__all__ = ["Alluvial", "Chain", "Convergence", "Drawing", "Fan", "Fans", "Links", "NothingToDraw", "Outcomes", "PairedDifferences",
           "Pyramid", "Raster", "ScoreCard", "StagePortrait", "Survival", "Timing", "grow_pyramid", "save", "wilson"]
