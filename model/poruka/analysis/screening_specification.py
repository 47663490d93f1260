"""Specification of a screening of many numbers as data."""

from pydantic import Field

from poruka.utils.toml_data import StrictModel


class ScreenedGroup(StrictModel):
    """A group of numbers that are moved together in the first stage of a screening."""

    name: str = Field(min_length=1)
    factors: list[str] = Field(min_length=1)


class Screening(StrictModel):
    """Screening of many numbers: groups first, then the members that may matter, each alone."""

    factors: list[str] = []
    outcomes: list[str] = []
    scenarios: list[str] = Field(
        [], description="countries screened; by default that of the experiment"
    )
    group: list[ScreenedGroup] = Field([], description="by default one group a page of numbers")
    largest_group: int = Field(30, ge=2, le=100, description="larger groups are divided")
    blocks: int = Field(
        300, ge=20, le=100_000, description="random moves of each group, each with luck of its own"
    )
    pass_level: float = Field(
        0.05, gt=0.0, lt=1.0, description="share of idle numbers that go on to the second stage"
    )
    most: int = Field(
        150,
        ge=0,
        le=10_000,
        description="numbers that go on at most; with 0 the groups give the answer",
    )
    worlds: int = Field(200, ge=8, le=5000, description="worlds in which each is moved alone")
    idle_worlds: int = Field(
        0, ge=0, le=5000, description="worlds in which each is moved alone that passes nowhere"
    )
    idle_scenarios: list[str] = Field([], description="countries of those worlds; all by default")
    false_discovery_rate: float = Field(0.05, gt=0.0, lt=0.5)
    seed: int = Field(1, ge=0)
