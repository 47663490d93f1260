"""An experiment as data: a question, what is moved, how, what is looked at, and what is
made of it.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from poruka.analysis.arm import Arm
from poruka.analysis.factors import Factor, FactorLevel, FactorValue, MovedIntervention
from poruka.analysis.patterns import QuantityRange
from poruka.utils.toml_data import StrictModel

DesignKind = Literal[
    "single", "grid", "factorial", "table", "latin_hypercube", "sobol_sequence", "one_at_a_time"
]


class Outcome(StrictModel):
    """What is looked at, in the grammar of :mod:`poruka.analysis.quantities`."""

    quantity: str = Field(min_length=1)
    label: str = ""
    unit: str = ""

    @property
    def name(self) -> str:
        """The words a reader sees."""
        return self.label or self.quantity


class Design(StrictModel):
    """Which points are played."""

    kind: DesignKind
    points: int = Field(64, ge=2, le=1_000_000)
    seed: int = Field(1, ge=0, description="of the design; the worlds have their own")
    file: str = ""


class Precision(StrictModel):
    """Worlds are added until every point's 95 % interval is this narrow, or there are ``at_most``
    of them.
    """

    quantity: str
    half_width: float = Field(gt=0.0)
    at_least: int = Field(20, ge=2)
    step: int = Field(20, ge=1)
    at_most: int = Field(400, ge=2, le=100_000)


class CurveAnalysis(StrictModel):
    """How outcomes follow a factor, in one line or one for each value of another."""

    kind: Literal["curve"]
    x: str
    lines: str = ""
    outcomes: list[str] = []


class EffectsAnalysis(StrictModel):
    """What moving a factor does, world by world, and whether that depends on another."""

    kind: Literal["effects"]
    factor: str
    against: FactorValue | None = None
    by: str = ""
    outcomes: list[str] = []


class TornadoAnalysis(StrictModel):
    """What each factor does by itself, from low to high."""

    kind: Literal["tornado"]
    outcomes: list[str] = []


class ModesAnalysis(StrictModel):
    """Which outcome is the most frequent one over two factors, and how surely."""

    kind: Literal["modes"]
    x: str
    y: str


class ConvergenceAnalysis(StrictModel):
    """How the mean of an outcome settles as worlds are added."""

    kind: Literal["convergence"]
    outcome: str


class VarianceAnalysis(StrictModel):
    """How much of the variance is chance, parameters and, with ``variants``, which rules hold."""

    kind: Literal["split"]
    variants: str = ""
    outcomes: list[str] = []


class CaseAnalysis(StrictModel):
    """Which worlds are cases of interest."""

    where: QuantityRange
    label: str = ""


class PrimAnalysis(CaseAnalysis):
    """Under which conditions most cases lie: PRIM."""

    kind: Literal["prim"]
    alpha: float = Field(0.05, gt=0.0, lt=0.5, description="share peeled off at once")
    smallest: float = Field(
        0.05, gt=0.0, lt=1.0, description="share of worlds below which a box is not made smaller"
    )
    coverage: float = Field(
        0.5, gt=0.0, le=1.0, description="share of cases the chosen box must hold"
    )


class TreeAnalysis(CaseAnalysis):
    """Under which conditions cases lie: a classification tree (CART)."""

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
    """Which numbers matter: Morris screening, Sobol indices, or Sobol on what survives the
    screening.
    """

    method: Literal["morris", "sobol", "morris then sobol"]
    factors: list[str] = []
    outcomes: list[str] = []
    series: list[str] = Field([], description="indices looked at year by year as well")
    trajectories: int = Field(10, ge=2, le=10_000)
    base: int = Field(
        32, ge=4, le=1_000_000, description="base points of the Sobol design, a power of two"
    )
    worlds: int = Field(
        0, ge=0, le=5000, description="worlds of every point, if not those of the experiment"
    )
    keep: float = Field(
        0.1,
        ge=0.0,
        lt=1.0,
        description="share of the largest effect below which a number is dropped",
    )
    most: int = Field(6, ge=1, le=100, description="numbers that go on to the Sobol design at most")
    resamples: int = Field(300, ge=20, le=100_000)
    seed: int = Field(1, ge=0)


class TargetValue(StrictModel):
    """A number the worlds should come near."""

    quantity: str
    value: float
    scale: float | None = Field(
        None,
        gt=0.0,
        description=(
            "what counts as one unit of distance; by default the spread of the first generation"
        ),
    )


class Calibration(StrictModel):
    """What the record says about the numbers: ABC-SMC, and a point fit."""

    patterns: list[str] = Field(
        [], description="patterns of experiments/knockout/patterns.toml, the most important first"
    )
    figures: list[str] = Field([], description="ids of the record's figures, or all")
    target: list[TargetValue] = []
    prior: Literal["triangular", "uniform"] = "triangular"
    particles: int = Field(60, ge=8, le=100_000)
    keep: float = Field(
        0.5, gt=0.05, lt=1.0, description="share of particles that survives a generation"
    )
    generations: int = Field(6, ge=1, le=1000)
    least_new: float = Field(
        0.05,
        ge=0.0,
        lt=1.0,
        description="stop when fewer of the new particles than this are nearer than before",
    )
    worlds: int = Field(2, ge=1, le=5000, description="worlds of each particle")
    predictive: int = Field(
        100, ge=2, le=5000, description="worlds drawn from prior and posterior to look at"
    )
    trials: int = Field(0, ge=0, le=100_000, description="trials of the point fit; none without")
    fit_worlds: int = Field(10, ge=1, le=5000)


class Experiment(StrictModel):
    """A question put to the model."""

    question: str = Field(min_length=10)
    about: str = ""
    theses: list[str] = []
    scenario: str = "kazakhstan"
    seed: int = Field(1, ge=0)
    worlds: int = Field(40, ge=2, le=5000)
    common_random_numbers: bool = True
    context: Arm = Arm()
    factor: list[Factor] = []
    outcome: list[Outcome] = Field(min_length=1)
    design: Design | None = None
    precision: Precision | None = None
    analysis: list[Analysis] = []
    sensitivity: Sensitivity | None = None
    calibration: Calibration | None = None

    @property
    def numeric_factors(self) -> list[Factor]:
        """The factors that take numbers."""
        return [one for one in self.factor if one.is_number]

    def select_outcomes(self, names: list[str]) -> list[Outcome]:
        """Return the outcomes asked for by label or quantity; all of them when none is named."""
        return [
            one for one in self.outcome if not names or one.name in names or one.quantity in names
        ]

    def get_factor(self, name: str) -> Factor:
        """Return a factor by its name."""
        return next(one for one in self.factor if one.label == name)


class UnknownAnalysis(StrictModel):
    """What an analysis of an unknown kind should have said."""

    kind: str


EXPERIMENT_SCHEMAS: dict[str, type[BaseModel]] = {
    "outcome": Outcome,
    "design": Design,
    "precision": Precision,
    "sensitivity": Sensitivity,
    "calibration": Calibration,
    "target": TargetValue,
    "factor": Factor,
    "levels": FactorLevel,
    "happens": MovedIntervention,
    "context": Arm,
    "analysis": UnknownAnalysis,
    "where": QuantityRange,
    **ANALYSIS_KINDS,
}
"""The tables of an experiment file by name."""
