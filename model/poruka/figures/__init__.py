"""Figures: each computes its numbers, keeps them as a table, then draws them (``Fan(e, "control").draw()``)."""

from .drawing import Drawing, NothingToDraw, save
from .fan import Fan, Fans
from .outcomes import Outcomes, wilson
from .pyramid import Pyramid, grow_pyramid
from .scorecard import ScoreCard
from .timing import Raster, Timing

__all__ = ["Drawing", "Fan", "Fans", "NothingToDraw", "Outcomes", "Pyramid", "Raster", "ScoreCard", "Timing",
           "grow_pyramid", "save", "wilson"]
