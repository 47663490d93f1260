"""Specification of a page on robustness as data: what is done to countries, arm by arm."""

from pydantic import Field

from poruka.utils.toml_data import StrictModel


class Robustness(StrictModel):
    """The headline results of several countries under another scale, another order of the month,
    without each part of a mechanism, and with start values a step higher or lower.
    """

    scenarios: list[str] = Field([], description="countries; by default that of the experiment")
    scale: list[str] = Field([], description="numbers of agents that are multiplied, one by one")
    scale_factors: list[float] = Field([0.5, 2.0], min_length=1)
    blocks: dict[str, str] = Field(
        {}, description="blocks of the month by name, each by the id of its first rule, in order"
    )
    blocks_end: str = Field("", description="the first rule after the last block")
    orders: int = Field(0, ge=0, le=50, description="orders of the blocks that are drawn")
    mechanisms: list[str] = Field([], description="mechanisms and parts of them; or all parts")
    start: list[str] = Field([], description="start values that are moved a step; or all judged")
    draws: str = Field("", description="draws of the numbers; those of each scenario by default")
    worlds_each: int = Field(2, ge=1, le=100, description="worlds of a draw")
    large: float = Field(
        0.5,
        gt=0.0,
        le=10.0,
        description="an effect of this many standard deviations of worlds counts as large",
    )
    false_discovery_rate: float = Field(0.05, gt=0.0, lt=0.5)
