"""What a test of one side found, as it is stored."""

from pydantic import Field

from poruka.theory.hypotheses.contrasts import Contrast
from poruka.utils.toml_data import StrictModel

IDENTICAL = "identical to the bit"
"""How a refusal calls arms that nothing tells apart."""
SIGNIFICANCE = 0.05
"""Level of every single step of a test."""


class Estimate(StrictModel):
    """A mean contrast over worlds with its 95 % interval."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, contrast: Contrast) -> "Estimate":
        """Return the estimate of a contrast."""
        low, high = contrast.interval()
        # Adding 0 makes a 0 of -0.
        return cls(mean=contrast.mean + 0.0, low=low + 0.0, high=high + 0.0)


class OffStateResult(StrictModel):
    """What is left of the effect with the links off in one way, and what the control still does."""

    state: str
    left: Estimate
    lost_share: float | None = Field(description="share of the effect that is gone")
    left_p: float
    control: Estimate | None = None
    control_p: float | None = None
    is_empty: bool = False


class SideResult(StrictModel):
    """The result of one side: a verdict, why, its p-value, and the numbers behind it.

    The verdict is shown, necessary here, built in, not shown, opposite or refused. ``p`` is the
    largest of the p-values of all steps, 1 where a step without one failed.
    """

    side: str
    verdict: str
    why: str = ""
    p: float = 1.0
    was_played: bool = Field(True, description="False where an arm could not be played")
    quantity: str = ""
    worlds: int = 0
    missing: float = 0.0
    effect: Estimate | None = None
    effect_p: float | None = None
    against_p: float | None = Field(
        None, description="p-value of an effect against the claim of the smallest size at least"
    )
    seeds: list[float] = Field([], description="the effect in each seed")
    control: Estimate | None = None
    control_p: float | None = None
    off: list[OffStateResult] = []
    link_shares: dict[str, float] = Field(
        {}, description="share of the effect that goes when one link alone is held"
    )
    draws_with_sign: float | None = None
    over_numbers: Estimate | None = Field(
        None, description="the effect, and between what that of a further draw of numbers lies"
    )
    diverged: float | None = Field(None, description="share of worlds that differ at all")


class Refusal(Exception):
    """A side that cannot be tested as it is declared; the message is the reason."""
