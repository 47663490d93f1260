"""Tests of theses as data: the cause varied, the expected effect and its direction, and the
mechanism without which it must vanish.
"""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from poruka.analysis.arm import Arm
from poruka.analysis.quantity_validation import validate_quantities
from poruka.scenario.scenario import Scenario, load
from poruka.theory.theses import theses
from poruka.utils.errors import BadInput, unknown_name_error
from poruka.utils.toml_data import StrictModel, experiment_folders, read_toml

DEFAULT_ARM_WORLDS = 100
"""Default number of worlds per arm."""


class ThesisComparison(StrictModel):
    """One comparison: a cause varied from low to high, the quantity it should affect, and the
    ablation that removes the effect.
    """

    label: str = ""
    scenario: str = "kazakhstan"
    context: Arm = Arm()
    low: Arm
    high: Arm
    quantity: str
    sign: Literal["+", "-", "0"]
    smallest: float = Field(
        gt=0.0, description="smallest effect of interest, in the quantity's own unit"
    )
    knockout: Arm | None = None
    why_undone: str = ""
    worlds: int = Field(DEFAULT_ARM_WORLDS, ge=20, le=5000)


class ThesisTest(StrictModel):
    """The test of a thesis, or the reason why it cannot be tested."""

    thesis: str
    moved: str = ""
    side: list[ThesisComparison] = []
    untestable: str = ""
    argued: str = Field("", description="two sentences for a verdict other than shown")


def read_thesis_test(path: Path) -> ThesisTest:
    """Read and validate the test of a thesis.

    Raises
    ------
    BadInput
        If the file cannot be used; the message names the file, the error and the allowed values.
    """
    thesis_test = read_toml(
        path,
        ThesisTest,
        "an experiment",
        {"side": ThesisComparison, "low": Arm, "high": Arm, "knockout": Arm, "context": Arm},
    )
    if thesis_test.thesis not in theses():
        raise unknown_name_error("thesis", thesis_test.thesis, theses(), str(path))
    if bool(thesis_test.side) == bool(thesis_test.untestable):
        raise BadInput(f"{path}: give either [[side]] tables or `untestable` with the reason.")
    for comparison in thesis_test.side:
        if comparison.sign != "0" and comparison.knockout is None:
            raise BadInput(
                f"{path}: the side {comparison.label or comparison.quantity!r} has no knockout;"
                " name what must be switched off to remove the effect."
            )
        if comparison.low == comparison.high:
            raise BadInput(
                f"{path}: the side {comparison.label or comparison.quantity!r} has the same arm as"
                " low and as high; vary the cause between them."
            )
        try:
            for scenario in build_arms(comparison).values():
                validate_quantities([comparison.quantity], scenario)
        except BadInput as error:
            raise BadInput(f"{path}: {error}") from None
    return thesis_test


def build_arms(comparison: ThesisComparison) -> dict[str, Scenario]:
    """Return the scenarios of a comparison: low and high, and the same with the mechanism off."""
    base = comparison.context.apply_to(load(comparison.scenario))
    low, high = comparison.low.apply_to(base), comparison.high.apply_to(base)
    arms = {"low": low, "high": high}
    if comparison.knockout is not None:
        arms |= {
            "low off": comparison.knockout.apply_to(low),
            "high off": comparison.knockout.apply_to(high),
        }
    return arms


@cache
def load_thesis_tests() -> dict[str, ThesisTest]:
    """Return the tests of all theses, by thesis."""
    folder = next(
        (candidate for candidate in experiment_folders("theses") if any(candidate.glob("T*.toml"))),
        None,
    )
    if folder is None:
        raise BadInput(
            "there are no tests of theses in experiments/theses; run this in a checkout, or install"
            " the package."
        )
    thesis_tests = {path.stem: read_thesis_test(path) for path in sorted(folder.glob("T*.toml"))}
    for id, thesis_test in thesis_tests.items():
        if thesis_test.thesis != id:
            raise BadInput(
                f"{folder / id}.toml tests {thesis_test.thesis}; name the file after its thesis."
            )
    return thesis_tests
