"""Specification of an experiment as data: question, factors, design, outcomes and analyses."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from poruka.analysis.arm import FactorLevel, SharedContext
from poruka.analysis.calibration.calibration_tables import (
    Calibration,
    TargetDiscrepancy,
    TargetValue,
)
from poruka.analysis.factors import Factor, FactorValue, MovedIntervention
from poruka.analysis.later_specification import LaterHistory, WhatFollows
from poruka.analysis.patterns import QuantityRange
from poruka.analysis.record_fit.record_specification import RecordFit
from poruka.analysis.robustness_specification import Robustness
from poruka.analysis.screening_specification import ScreenedGroup, Screening
from poruka.utils.toml_data import StrictModel

DesignKind = Literal[
    "single", "grid", "factorial", "table", "latin_hypercube", "sobol_sequence", "one_at_a_time"
]


class Outcome(StrictModel):
    """An outcome of interest, in the grammar of :mod:`poruka.analysis.quantities`."""

    quantity: str = Field(min_length=1)
    label: str = ""
    unit: str = ""
    aspect: str = Field(
        "", description="what it is an aspect of, such as timings; a screening sums up by aspects"
    )

    @property
    def name(self) -> str:
        """The label, or the quantity where there is none."""
        return self.label or self.quantity


class Design(StrictModel):
    """The design: the points at which worlds are simulated."""

    kind: DesignKind
    points: int = Field(64, ge=2, le=1_000_000)
    seed: int = Field(1, ge=0, description="of the design; the worlds have their own")
    file: str = ""


class Precision(StrictModel):
    """The required precision: worlds are added until every 95 % interval is narrow enough.

    There are never more than ``at_most`` worlds.
    """

    quantity: str
    half_width: float = Field(gt=0.0)
    at_least: int = Field(20, ge=2)
    step: int = Field(20, ge=1)
    at_most: int = Field(400, ge=2, le=100_000)


class CurveAnalysis(StrictModel):
    """Outcomes along a factor, in one line or one for each value of another."""

    kind: Literal["curve"]
    x: str
    lines: str = ""
    outcomes: list[str] = []


class EffectsAnalysis(StrictModel):
    """The paired effect of a factor, and its interaction with another."""

    kind: Literal["effects"]
    factor: str
    against: FactorValue | None = None
    by: str = ""
    outcomes: list[str] = []


class TornadoAnalysis(StrictModel):
    """The effect of each factor by itself, from low to high."""

    kind: Literal["tornado"]
    outcomes: list[str] = []


class ModesAnalysis(StrictModel):
    """The most frequent outcome over two factors, and its certainty."""

    kind: Literal["modes"]
    x: str
    y: str


class ConvergenceAnalysis(StrictModel):
    """Convergence of the mean of an outcome as worlds are added."""

    kind: Literal["convergence"]
    outcome: str


class VarianceAnalysis(StrictModel):
    """Decomposition of variance into chance, parameters and, with ``variants``, rule variants."""

    kind: Literal["split"]
    variants: str = ""
    outcomes: list[str] = []


class CaseAnalysis(StrictModel):
    """The definition of a case of interest."""

    where: QuantityRange
    label: str = ""


class PrimAnalysis(CaseAnalysis):
    """The conditions that contain most cases: PRIM."""

    kind: Literal["prim"]
    alpha: float = Field(0.05, gt=0.0, lt=0.5, description="share peeled off at once")
    smallest: float = Field(
        0.05, gt=0.0, lt=1.0, description="share of worlds below which a box is not made smaller"
    )
    coverage: float = Field(
        0.5, gt=0.0, le=1.0, description="share of cases the chosen box must hold"
    )


class TreeAnalysis(CaseAnalysis):
    """The conditions that separate cases from non-cases: a classification tree (CART)."""

    kind: Literal["tree"]
    depth: int = Field(3, ge=1, le=8)
    smallest: float = Field(
        0.05, gt=0.0, lt=0.5, description="share of worlds of the smallest leaf"
    )


Analysis = Annotated[
    CurveAnalysis
    | EffectsAnalysis
    | TornadoAnalysis
    | ModesAnalysis
    | ConvergenceAnalysis
    | VarianceAnalysis
    | PrimAnalysis
    | TreeAnalysis,
    Field(discriminator="kind"),
]
ANALYSIS_KINDS: dict[str, type[StrictModel]] = {
    "curve": CurveAnalysis,
    "effects": EffectsAnalysis,
    "tornado": TornadoAnalysis,
    "modes": ModesAnalysis,
    "convergence": ConvergenceAnalysis,
    "split": VarianceAnalysis,
    "prim": PrimAnalysis,
    "tree": TreeAnalysis,
}


class Sensitivity(StrictModel):
    """Sensitivity analysis: Morris screening, Sobol indices, or Sobol indices after screening."""

    method: Literal["morris", "sobol", "morris then sobol"]
    factors: list[str] = []
    outcomes: list[str] = []
    series: list[str] = Field([], description="indices analysed year by year as well")
    trajectories: int = Field(10, ge=2, le=10_000)
    base: int = Field(
        32, ge=4, le=1_000_000, description="base points of the Sobol design, a power of two"
    )
    worlds: int = Field(
        0, ge=0, le=5000, description="worlds of every point, if not those of the experiment"
    )
    false_discovery_rate: float = Field(
        0.05,
        gt=0.0,
        lt=0.5,
        description="share of false ones among the effects that survive the screening, on average",
    )
    keep: float = Field(
        0.1,
        ge=0.0,
        lt=1.0,
        description="share of the largest effect below which a number that survives is dropped",
    )
    most: int = Field(6, ge=1, le=100, description="numbers that go on to the Sobol design at most")
    resamples: int = Field(300, ge=20, le=100_000, description="for the intervals of Sobol indices")
    seed: int = Field(1, ge=0)


class Experiment(StrictModel):
    """An experiment: a question, and how the model answers it."""

    question: str = Field(min_length=10)
    about: str = ""
    theses: list[str] = []
    scenario: str = "kazakhstan"
    seed: int = Field(1, ge=0, le=2**53)
    worlds: int = Field(40, ge=2, le=5000)
    common_random_numbers: bool = True
    context: SharedContext = SharedContext()
    factor: list[Factor] = []
    outcome: list[Outcome] = []
    design: Design | None = None
    precision: Precision | None = None
    analysis: list[Analysis] = []
    sensitivity: Sensitivity | None = None
    screening: Screening | None = None
    calibration: Calibration | None = None
    record_fit: RecordFit | None = None
    what_follows: WhatFollows | None = None
    robustness: Robustness | None = None

    @property
    def numeric_factors(self) -> list[Factor]:
        """The factors that take numbers."""
        return [factor for factor in self.factor if factor.is_number]

    def select_outcomes(self, names: list[str]) -> list[Outcome]:
        """Return the outcomes with these labels or quantities; all of them if none is named."""
        return [
            outcome
            for outcome in self.outcome
            if not names or outcome.name in names or outcome.quantity in names
        ]

    def get_factor(self, name: str) -> Factor:
        """Return a factor by its name."""
        return next(factor for factor in self.factor if factor.label == name)


class UnknownAnalysis(StrictModel):
    """The fields of an analysis whose kind is unknown, for error messages."""

    kind: str


EXPERIMENT_SCHEMAS: dict[str, type[BaseModel]] = {
    "outcome": Outcome,
    "design": Design,
    "precision": Precision,
    "sensitivity": Sensitivity,
    "screening": Screening,
    "group": ScreenedGroup,
    "calibration": Calibration,
    "record_fit": RecordFit,
    "what_follows": WhatFollows,
    "history": LaterHistory,
    "robustness": Robustness,
    "target": TargetValue,
    "discrepancy": TargetDiscrepancy,
    "factor": Factor,
    "levels": FactorLevel,
    "happens": MovedIntervention,
    "context": SharedContext,
    "analysis": UnknownAnalysis,
    "where": QuantityRange,
    **ANALYSIS_KINDS,
}
"""The tables of an experiment file by name."""
