"""A hypothesis as data: the cause the text names, the effect it should have, the links that carry
it, and a second cause that must still move the outcome when those links are off.
"""

from functools import lru_cache
from typing import Any, Literal

from pydantic import Field

from poruka.analysis.arm import ForkedArm
from poruka.scenario.scenario import Scenario, load
from poruka.theory.start_value_swaps import differing_start_values
from poruka.utils.errors import BadInput, unknown_name_error
from poruka.utils.toml_data import StrictModel

DEFAULT_WORLDS_PER_SEED = 40
"""Default number of worlds of each seed of an arm."""


class CauseArm(ForkedArm):
    """One arm of a hypothesis: what it changes, makes happen or sets from a moment on.

    ``country`` plays another country than the scope names; ``pages`` takes whole pages of start
    values from other countries, such as ``{ society = "russia" }``.
    """

    country: str = ""
    pages: dict[str, str] = {}

    def apply_to(self, scenario: Scenario) -> Scenario:
        """Return the scenario with this arm's pages, changes, interventions and forks."""
        for page, donor in self.pages.items():
            given = _page_values(scenario, load(donor), page)
            scenario = scenario.change(given)
        return super().apply_to(scenario)


def _page_values(recipient: Scenario, donor: Scenario, page: str) -> dict[str, Any]:
    """Return the start values of one page in which a donor differs, as changes of a scenario."""
    pages = [name for name in recipient.start()._fields if name != "scale"]
    if page not in pages:
        raise unknown_name_error("page of start values", page, pages)
    differing = differing_start_values(recipient, donor)
    return {f"start.{key}": new for key, (_, new) in differing.items() if key.split(".")[0] == page}


class PositiveControl(StrictModel):
    """Another cause that must move the same quantity, with the links on and with them off."""

    cause: str = Field(min_length=1, description="what is moved, in words")
    low: CauseArm
    high: CauseArm
    sign: Literal["+", "-"]
    smallest: float = Field(gt=0.0)


class HypothesisPart(StrictModel):
    """One part of a thesis: a cause moved from low to high, and what should follow."""

    label: str = ""
    cause: str = Field(min_length=1, description="what is moved, in words")
    low: CauseArm
    high: CauseArm
    context: CauseArm = CauseArm()
    countries: list[str] = Field([], description="where, if not in all of the scope")
    quantity: str = Field(min_length=1)
    sign: Literal["+", "-", "0"]
    smallest: float = Field(
        gt=0.0, description="smallest effect of interest, in the quantity's own unit"
    )
    smallest_from: str = Field(
        min_length=1, description="the text or the scale from which the smallest effect comes"
    )
    margin_argued: str = Field("", description="for a claim of no effect: why this margin")
    missing_at_most: float = Field(
        0.0, ge=0.0, lt=1.0, description="share of worlds that may lack the quantity"
    )
    channels: list[str] = []
    carries: float | None = Field(
        None, gt=0.0, le=1.0, description="share of the effect that goes when the links are off"
    )
    built_in: str = Field("", description="why only a coefficient moves the cause")
    control: PositiveControl
    negative: list[str] = Field(
        [], description="theses whose causes the text does not link to this quantity"
    )
    worlds: int = Field(DEFAULT_WORLDS_PER_SEED, ge=10, le=1000, description="of each seed")

    @property
    def name(self) -> str:
        """How messages call the part."""
        return self.label or self.quantity


class Hypothesis(StrictModel):
    """The test of one thesis on the bench, or the reason why it cannot be tested."""

    thesis: str
    scope: list[str] = Field(["kazakhstan"], min_length=1)
    necessity: bool = False
    hedged: bool = False
    untestable: str = ""
    part: list[HypothesisPart] = []


def part_countries(hypothesis: Hypothesis, part: HypothesisPart) -> tuple[str, ...]:
    """Return the countries in which a part is claimed: its own, else the scope of the thesis."""
    return tuple(part.countries or hypothesis.scope)


def build_arm(part: HypothesisPart, country: str, arm: CauseArm) -> Scenario:
    """Return the scenario of one arm of a part in a country.

    Examples
    --------
    >>> other = {"low": {}, "high": {"pages": {"force": "russia"}}, "sign": "+", "smallest": 1.0}
    >>> part = HypothesisPart(
    ...     cause="free media",
    ...     low={},
    ...     high={"pages": {"media": "russia"}},
    ...     quantity="wars",
    ...     sign="+",
    ...     smallest=1.0,
    ...     smallest_from="one war",
    ...     control={"cause": "commanders", **other},
    ... )
    >>> arm = build_arm(part, "kazakhstan", part.high)
    >>> arm.start().media == load("russia").start().media
    True
    """
    where = arm.country or part.context.country or country
    return _build_arm(where, part.context.model_dump_json(), arm.model_dump_json())


@lru_cache(maxsize=1024)
def _build_arm(country: str, context: str, arm: str) -> Scenario:
    base = _build_context(country, context)
    return CauseArm.model_validate_json(arm).apply_to(base)


@lru_cache(maxsize=256)
def _build_context(country: str, context: str) -> Scenario:
    return CauseArm.model_validate_json(context).apply_to(load(country))


def check_part(part: HypothesisPart, hedged: bool, place: str) -> None:
    """Raise an error for a part that says too little or contradicts itself; its place is named."""
    faults = []
    if part.low == part.high:
        faults.append("low and high are the same; vary the cause between them.")
    if part.control.low == part.control.high:
        faults.append("low and high of [control] are the same; vary its cause between them.")
    if part.sign == "0":
        if not part.margin_argued:
            faults.append(
                "a claim of no effect needs `margin_argued`: why an effect below `smallest` does"
                " not matter."
            )
        if part.channels or part.carries is not None:
            faults.append("a claim of no effect has no links; drop `channels` and `carries`.")
    else:
        if part.margin_argued:
            faults.append('`margin_argued` belongs to a claim of no effect (sign = "0").')
        if not part.channels and not part.built_in and not hedged:
            faults.append(
                "`channels` is empty; name the links that carry the effect, as"
                " `poruka channels` lists them."
            )
    if faults:
        raise BadInput("\n".join(f"{place}: {fault}" for fault in faults))
