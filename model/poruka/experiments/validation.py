"""What cannot be seen in one table of an experiment file alone: names that must exist, designs that
fit what is made of them.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable

from poruka.analysis.patterns import load_patterns
from poruka.analysis.specification import (
    CaseAnalysis,
    ConvergenceAnalysis,
    CurveAnalysis,
    EffectsAnalysis,
    Experiment,
    ModesAnalysis,
    TornadoAnalysis,
    VarianceAnalysis,
)
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.scenario.scenario import Scenario
from poruka.utils.errors import BadInput, unknown_name_error

SAMPLED_DESIGNS = ("latin_hypercube", "sobol_sequence")
RESERVED_COLUMNS = (
    "point",
    "quantity",
    "mean",
    "low",
    "high",
    "median",
    "sd",
    "worlds",
    "came",
    "weight",
    "distance",
)
"""Names of columns that no factor may have."""
MAX_GRID_POINTS = 100_000
"""Points of a grid at most."""


def validate_experiment(experiment: Experiment, load_base: Callable[[str], Scenario]) -> None:
    """Refuse an experiment that cannot be run as it stands, saying why; ``base`` gives a country by
    name.
    """
    scenario = load_base("")
    if (
        experiment.design is None
        and experiment.sensitivity is None
        and experiment.calibration is None
    ):
        raise BadInput(
            "there is nothing to do: give a [design], a [sensitivity] or a [calibration]."
        )
    for one in experiment.factor:
        one.validate_factor(load_base)
    for name, count in Counter(one.label for one in experiment.factor).items():
        if count > 1:
            raise BadInput(f"two factors are called {name!r}; give each a name of its own.")
        if name in RESERVED_COLUMNS:
            raise BadInput(
                f"a factor is called {name!r}, which the tables use themselves; give it another"
                " name."
            )
    for name, count in Counter(one.name for one in experiment.outcome).items():
        if count > 1:
            raise BadInput(f"two outcomes are called {name!r}; give each a label of its own.")
    _validate_design(experiment, scenario)
    for analysis in experiment.analysis:
        _validate_analysis(experiment, analysis, scenario)
    if experiment.sensitivity is not None:
        _validate_sensitivity(experiment)
    if experiment.calibration is not None:
        _validate_calibration(experiment, scenario)


def _validate_design(experiment: Experiment, scenario: Scenario) -> None:
    design = experiment.design
    if design is None:
        if experiment.analysis:
            raise BadInput(
                "there are [[analysis]] tables but no [design] whose points they could look at."
            )
        if experiment.precision is not None:
            raise BadInput("there is a [precision] but no [design] whose worlds it could count.")
        return
    if design.kind == "single" and experiment.factor:
        raise BadInput(
            "the design 'single' plays one point, but there are factors; name another design, such"
            " as grid."
        )
    if design.kind != "single" and not experiment.factor:
        raise BadInput(f"the design {design.kind!r} needs at least one [[factor]].")
    if design.kind in (*SAMPLED_DESIGNS, "one_at_a_time") and not experiment.numeric_factors:
        raise BadInput(
            f"the design {design.kind!r} needs a factor that takes numbers; levels alone make a"
            " factorial."
        )
    if design.kind == "one_at_a_time" and any(
        level.scenario for one in experiment.factor for level in one.levels
    ):
        raise BadInput(
            "the design 'one_at_a_time' starts from one country's values, but a level names another"
            " scenario; make it grid or factorial."
        )
    size = (
        math.prod(len(one.grid_values(scenario)) for one in experiment.factor)
        if design.kind in ("grid", "factorial")
        else 0
    )
    if size > MAX_GRID_POINTS:
        raise BadInput(
            f"the {design.kind} has {size:,} points, at most {MAX_GRID_POINTS:,} are played; give"
            " fewer steps, or draw points with latin_hypercube."
        )
    if (design.kind == "table") != bool(design.file):
        raise BadInput(
            "the design 'table' needs a `file` (CSV, one column a factor), and no other design has"
            " one."
        )
    if experiment.precision is not None:
        if not experiment.precision.at_least <= experiment.precision.at_most:
            raise BadInput(
                f"[precision] asks for at least {experiment.precision.at_least} and at most"
                f" {experiment.precision.at_most} worlds."
            )
        _require_outcomes(experiment, [experiment.precision.quantity], "[precision]")


def _require_outcomes(experiment: Experiment, outcomes: Iterable[str], location: str) -> None:
    known = [
        *(one.name for one in experiment.outcome),
        *(one.quantity for one in experiment.outcome),
    ]
    for text in outcomes:
        if text not in known:
            raise unknown_name_error(
                "outcome",
                text,
                known,
                location,
                f"the outcomes are {', '.join(repr(one.name) for one in experiment.outcome)}.",
            )


def _require_factor(experiment: Experiment, name: str, location: str) -> None:
    known = [one.label for one in experiment.factor]
    if name not in known:
        raise unknown_name_error(
            "factor",
            name,
            known,
            location,
            f"the factors are {', '.join(repr(one) for one in known)}.",
        )


def _validate_analysis(experiment: Experiment, analysis: object, scenario: Scenario) -> None:
    kind, design = getattr(analysis, "kind"), (experiment.design.kind if experiment.design else "")  # noqa: B009 - a union of shapes
    where = f"the analysis {kind!r}"
    _require_outcomes(experiment, getattr(analysis, "outcomes", []), where)
    if isinstance(analysis, CurveAnalysis | ModesAnalysis):
        for name in filter(
            None,
            (analysis.x, analysis.y if isinstance(analysis, ModesAnalysis) else analysis.lines),
        ):
            _require_factor(experiment, name, where)
        if design not in ("grid", "factorial", "table"):
            raise BadInput(
                f"{where} needs points on a grid; the design is {design!r}, make it grid or"
                " factorial."
            )
    if isinstance(analysis, EffectsAnalysis):
        for name in filter(None, (analysis.factor, analysis.by)):
            _require_factor(experiment, name, where)
        if design not in ("grid", "factorial"):
            raise BadInput(
                f"{where} compares worlds pair by pair over all combinations; the design is"
                f" {design!r}, make it grid or factorial."
            )
        factor = experiment.get_factor(analysis.factor)
        if analysis.against is not None:
            value = (
                analysis.against if factor.levels else factor.to_number(analysis.against, scenario)
            )
            if value not in factor.grid_values(scenario):
                known = ", ".join(
                    factor.format_value(other, scenario) for other in factor.grid_values(scenario)
                )
                raise BadInput(
                    f"{where} is asked for against {analysis.against!r}, which is none of the"
                    f" values of {analysis.factor!r}: {known}."
                )
        if analysis.by == analysis.factor:
            raise BadInput(
                f"{where} has the factor {analysis.factor!r} also under `by`; name another, or"
                " leave it out."
            )
    if isinstance(analysis, TornadoAnalysis) and design != "one_at_a_time":
        raise BadInput(f"{where} needs the design one_at_a_time, not {design!r}.")
    if isinstance(analysis, ConvergenceAnalysis):
        _require_outcomes(experiment, [analysis.outcome], where)
    if isinstance(analysis, VarianceAnalysis):
        if design not in SAMPLED_DESIGNS:
            raise BadInput(
                f"{where} needs points drawn from ranges (latin_hypercube or sobol_sequence), not"
                f" {design!r}."
            )
        if analysis.variants:
            _require_factor(experiment, analysis.variants, where)
        levels = [other.label for other in experiment.factor if other.levels]
        if levels != ([analysis.variants] if analysis.variants else []):
            raise BadInput(
                f"{where} splits over one factor with levels at most, named as `variants`; those"
                f" with levels are {', '.join(levels) or 'none'}."
            )
    if (
        isinstance(analysis, VarianceAnalysis | EffectsAnalysis)
        and not experiment.common_random_numbers
    ):
        raise BadInput(
            f"{where} pairs worlds that share their chance; leave common_random_numbers = true."
        )
    if isinstance(analysis, CaseAnalysis) and (analysis.where.low, analysis.where.high) == (
        float("-inf"),
        float("inf"),
    ):
        raise BadInput(
            f"{where}: `where` has no range a world could miss; give low, high, or both."
        )


def _validate_sensitivity(experiment: Experiment) -> None:
    asked = experiment.sensitivity
    assert asked is not None
    if len(experiment.numeric_factors) < 2:
        raise BadInput("[sensitivity] needs at least two factors that take numbers.")
    for name in asked.factors:
        _require_factor(experiment, name, "[sensitivity]")
        if not experiment.get_factor(name).is_number:
            raise BadInput(
                f"[sensitivity] names {name!r}, which has levels; it takes factors with numbers"
                " only."
            )
    _require_outcomes(experiment, asked.outcomes, "[sensitivity]")
    for index in asked.series:
        if index not in INDEX_DESCRIPTIONS:
            raise unknown_name_error("index", index, INDEX_DESCRIPTIONS, "[sensitivity] series")
    if asked.base & (asked.base - 1):
        raise BadInput(
            f"[sensitivity] base is {asked.base}; a Sobol design wants a power of two, such as"
            f" {1 << asked.base.bit_length() - 1}."
        )


def _validate_calibration(experiment: Experiment, scenario: Scenario) -> None:
    asked = experiment.calibration
    assert asked is not None
    if not asked.patterns and not asked.figures and not asked.target:
        raise BadInput(
            "[calibration] compares worlds with nothing; give patterns, figures or"
            " [[calibration.target]] tables."
        )
    if not experiment.numeric_factors:
        raise BadInput(
            "[calibration] needs at least one factor that takes numbers: what is to be found."
        )
    for one in experiment.factor:
        if one.levels or one.happens is not None:
            raise BadInput(
                f"[calibration] looks for values of scenario keys; {one.label!r} is none. Put it"
                " into [context]."
            )
    known = {one.id: one for one in load_patterns().patterns}
    for id in asked.patterns:
        if id not in known:
            raise unknown_name_error(
                "pattern", id, known, "[calibration]", f"patterns are {', '.join(known)}."
            )
        if known[id].scenario != experiment.scenario:
            raise BadInput(
                f"[calibration] names the pattern {id} of {known[id].scenario}, but the scenario is"
                f" {experiment.scenario}."
            )
    if asked.figures:
        if scenario.record_path is None:
            raise BadInput(f"[calibration] asks for figures, but {scenario.name} has no record.")
        from poruka.simulation.scoring import read_observed_record

        ids = list(read_observed_record(scenario.record_path)["id"])
        for id in asked.figures:
            if id != "all" and id not in ids:
                raise unknown_name_error(
                    "figure",
                    id,
                    ids,
                    "[calibration]",
                    f'give ids of {scenario.record_path.name}, or "all".',
                )
