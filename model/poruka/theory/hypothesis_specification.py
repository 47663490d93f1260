"""Thesis experiments as data: what is moved, what should follow, in which direction, and what
switched off must undo it.
"""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from poruka.analysis.arm import Arm
from poruka.scenario.scenario import load
from poruka.theory.theses import theses
from poruka.utils.errors import BadInput, unknown_name_error
from poruka.utils.toml_data import StrictModel, experiment_folders, read_toml

DEFAULT_ARM_WORLDS = 100
"""Worlds of an arm where the file says nothing else."""


class ThesisComparison(StrictModel):
    """One comparison: a cause moved from low to high, the quantity that should follow and what
    undoes it.
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
    """A thesis experiment, or the reason why there is none."""

    thesis: str
    moved: str = ""
    side: list[ThesisComparison] = []
    untestable: str = ""
    argued: str = Field("", description="two sentences for a verdict other than shown")


def read_thesis_test(path: Path) -> ThesisTest:
    """Read and check one experiment.

    Raises
    ------
    BadInput
        Naming the file, what is wrong and what is allowed.
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
                f"{path}: the side {comparison.label or comparison.quantity!r} has no knockout; name what,"
                " switched off, must undo the effect."
            )
        base = comparison.context.apply_to(load(comparison.scenario))
        for arm in (
            comparison.low,
            comparison.high,
            *([comparison.knockout] if comparison.knockout else []),
        ):
            try:
                arm.apply_to(base)
            except BadInput as error:
                raise BadInput(f"{path}: {error}") from None
    return thesis_test


@cache
def load_thesis_tests() -> dict[str, ThesisTest]:
    """Return the experiments of all theses, by thesis."""
    folder = next(
        (candidate for candidate in experiment_folders("theses") if any(candidate.glob("T*.toml"))),
        None,
    )
    if folder is None:
        raise BadInput(
            "there are no thesis experiments in experiments/theses; run this in a checkout, or"
            " install the package."
        )
    thesis_tests = {path.stem: read_thesis_test(path) for path in sorted(folder.glob("T*.toml"))}
    for id, thesis_test in thesis_tests.items():
        if thesis_test.thesis != id:
            raise BadInput(
                f"{folder / id}.toml speaks of {thesis_test.thesis}; name the file after its thesis."
            )
    return thesis_tests
