"""Figures: each computes its numbers, keeps them as a table, then draws them (``Fan(e, "control").draw()``)."""

from .apart import Links, PairedDifferences
from .chain import Chain
from .drawing import Drawing, NothingToDraw, save
from .fan import Fan, Fans
from .outcomes import Outcomes, wilson
from .pyramid import Pyramid, grow_pyramid
from .scorecard import ScoreCard
from .timing import Raster, Timing

__all__ = ["Chain", "Drawing", "Fan", "Fans", "Links", "NothingToDraw", "Outcomes", "PairedDifferences", "Pyramid", "Raster", "ScoreCard", "Timing",
           "grow_pyramid", "save", "wilson"]
