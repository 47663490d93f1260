"""Validation of the analyses of an experiment against its factors, outcomes and design."""

from collections.abc import Iterable

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
from poruka.experiments.table_validation import validate_range
from poruka.scenario.scenario import Scenario
from poruka.utils.errors import BadInput, unknown_name_error

SAMPLED_DESIGNS = ("latin_hypercube", "sobol_sequence")


def require_outcomes(experiment: Experiment, outcomes: Iterable[str], location: str) -> None:
    """Raise an error if a name is neither label nor quantity of an outcome of the experiment."""
    known = [
        *(outcome.name for outcome in experiment.outcome),
        *(outcome.quantity for outcome in experiment.outcome),
    ]
    labels = ", ".join(repr(outcome.name) for outcome in experiment.outcome)
    for name in outcomes:
        if name not in known:
            raise unknown_name_error(
                "outcome", name, known, location, f"the outcomes are {labels}."
            )


def require_factor(experiment: Experiment, name: str, location: str) -> None:
    """Raise an error if the experiment has no factor of this name."""
    known = [factor.label for factor in experiment.factor]
    if name not in known:
        raise unknown_name_error(
            "factor",
            name,
            known,
            location,
            f"the factors are {', '.join(repr(label) for label in known)}.",
        )


def validate_analysis(experiment: Experiment, analysis: object, scenario: Scenario) -> None:
    """Raise an error if an analysis does not fit the experiment's factors, outcomes and design."""
    kind = getattr(analysis, "kind", "")
    design = experiment.design.kind if experiment.design else ""
    location = f"the analysis {kind!r}"
    require_outcomes(experiment, getattr(analysis, "outcomes", []), location)
    if isinstance(analysis, CurveAnalysis | ModesAnalysis):
        second = analysis.y if isinstance(analysis, ModesAnalysis) else analysis.lines
        for name in filter(None, (analysis.x, second)):
            require_factor(experiment, name, location)
        if design not in ("grid", "factorial", "table"):
            raise BadInput(
                f"{location} needs points on a grid; the design is {design!r}, make it grid or"
                " factorial."
            )
    if isinstance(analysis, EffectsAnalysis):
        for name in filter(None, (analysis.factor, analysis.by)):
            require_factor(experiment, name, location)
        if design not in ("grid", "factorial"):
            raise BadInput(
                f"{location} compares worlds pair by pair over all combinations; the design is"
                f" {design!r}, make it grid or factorial."
            )
        factor = experiment.get_factor(analysis.factor)
        if analysis.against is not None:
            value = (
                analysis.against if factor.levels else factor.to_number(analysis.against, scenario)
            )
            if value not in factor.grid_values(scenario):
                allowed = ", ".join(
                    factor.format_value(grid_value, scenario)
                    for grid_value in factor.grid_values(scenario)
                )
                raise BadInput(
                    f"{location} has `against` = {analysis.against!r}, which is none of the values"
                    f" of {analysis.factor!r}; allowed are {allowed}."
                )
        if analysis.by == analysis.factor:
            raise BadInput(
                f"{location} has the factor {analysis.factor!r} also as `by`; name another, or omit"
                " `by`."
            )
    if isinstance(analysis, TornadoAnalysis) and design != "one_at_a_time":
        raise BadInput(f"{location} needs the design one_at_a_time; the design is {design!r}.")
    if isinstance(analysis, ConvergenceAnalysis):
        require_outcomes(experiment, [analysis.outcome], location)
    if isinstance(analysis, VarianceAnalysis):
        if design not in SAMPLED_DESIGNS:
            raise BadInput(
                f"{location} needs points drawn from ranges; the design is {design!r}, make it"
                " latin_hypercube or sobol_sequence."
            )
        if analysis.variants:
            require_factor(experiment, analysis.variants, location)
        levels = [factor.label for factor in experiment.factor if factor.levels]
        if levels != ([analysis.variants] if analysis.variants else []):
            raise BadInput(
                f"{location} takes at most one factor with levels, named as `variants`; the factors"
                f" with levels are {', '.join(levels) or 'none'}."
            )
    if (
        isinstance(analysis, VarianceAnalysis | EffectsAnalysis)
        and not experiment.common_random_numbers
    ):
        raise BadInput(
            f"{location} pairs worlds that share their random numbers; set common_random_numbers ="
            " true."
        )
    if isinstance(analysis, CaseAnalysis):
        validate_range(analysis.where, location)
