"""Validation of experiments across tables: names that must exist, and designs that suit the
analyses made of them.
"""

import math
from collections import Counter
from collections.abc import Callable

from poruka.analysis.calibration.history_targets import build_history_targets
from poruka.analysis.calibration.targets import build_calibration_targets, validate_one_history
from poruka.analysis.factor_conflicts import validate_factor_keys
from poruka.analysis.inference.sign_flips import fewest_units
from poruka.analysis.patterns import load_patterns
from poruka.analysis.specification import Experiment
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.experiments.analysis_validation import (
    SAMPLED_DESIGNS,
    require_factor,
    require_outcomes,
    validate_analysis,
)
from poruka.experiments.screening_plan import validate_screening
from poruka.experiments.table_validation import (
    refuse_duplicates,
    validate_defaults,
    validate_factor_tables,
    validate_outcome,
    validate_targets,
)
from poruka.scenario.scenario import Scenario
from poruka.scoring.record import read_observed_record
from poruka.utils.errors import BadInput, unknown_name_error

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
"""Column names of result tables, which no factor may have."""
MAX_GRID_POINTS = 100_000
"""Largest number of points of a grid."""


def validate_experiment(experiment: Experiment, load_base: Callable[[str], Scenario]) -> None:
    """Raise an error if an experiment cannot be run.

    Parameters
    ----------
    experiment : Experiment
    load_base : callable
        Returns a country by name, or with an empty name the experiment's own.

    Raises
    ------
    BadInput
        If a name does not exist, or a table does not fit the others.
    """
    scenario = load_base("")
    if experiment.record_fit is not None:
        _refuse_other_tables(experiment, "record_fit")
        return
    if experiment.what_follows is not None:
        _refuse_other_tables(experiment, "what_follows")
        return
    if not experiment.outcome:
        raise BadInput(
            "there is nothing to look at: give an [[outcome]] with a quantity, such as quantity ="
            ' "mean_control".'
        )
    if (
        experiment.design is None
        and experiment.sensitivity is None
        and experiment.screening is None
        and experiment.calibration is None
        and experiment.robustness is None
    ):
        raise BadInput(
            "there is nothing to do: give a [design], a [sensitivity], a [screening], a"
            " [calibration], a [robustness], a [record_fit] or a [what_follows]."
        )
    for factor in experiment.factor:
        factor.validate_factor(load_base)
    for name, count in Counter(factor.label for factor in experiment.factor).items():
        if count > 1:
            raise BadInput(f"two factors are called {name!r}; give each a name of its own.")
        if name in RESERVED_COLUMNS:
            raise BadInput(
                f"a factor is called {name!r}, which is a column of the result tables; give it"
                " another name."
            )
    validate_factor_tables(experiment)
    for outcome in experiment.outcome:
        validate_outcome(outcome)
    validate_factor_keys(experiment.factor)
    for name, count in Counter(outcome.name for outcome in experiment.outcome).items():
        if count > 1:
            raise BadInput(f"two outcomes are called {name!r}; give each a label of its own.")
    _validate_design(experiment, scenario)
    for analysis in experiment.analysis:
        validate_analysis(experiment, analysis, scenario)
    if experiment.sensitivity is not None:
        _validate_sensitivity(experiment)
    if experiment.screening is not None:
        validate_screening(experiment, load_base)
    if experiment.calibration is not None:
        _validate_calibration(experiment, scenario)


def _refuse_other_tables(experiment: Experiment, table: str) -> None:
    """Refuse tables beside one that draws all numbers and plays its countries by itself."""
    beside = {"factor", "outcome", "design", "precision", "analysis", "sensitivity", "screening"}
    beside |= {"calibration", "robustness", "context", "worlds", "scenario"}
    beside |= {"common_random_numbers"} | {"what_follows"} - {table}
    fields = type(experiment).model_fields
    # A list of factors is put there, empty, when pages are written out.
    given = sorted(
        name
        for name in beside & experiment.model_fields_set
        if getattr(experiment, name) != fields[name].get_default()
    )
    if given:
        raise BadInput(
            f"a [{table}] draws all numbers and plays its countries by itself; remove {given[0]}."
        )


def _validate_design(experiment: Experiment, scenario: Scenario) -> None:
    design = experiment.design
    if design is None:
        if experiment.analysis:
            raise BadInput(
                "there are [[analysis]] tables but no [design] with points to analyse; give a"
                " [design]."
            )
        if experiment.precision is not None:
            raise BadInput(
                "there is a [precision] but no [design] whose worlds it could count; give a"
                " [design]."
            )
        return
    if design.kind == "single" and experiment.factor:
        raise BadInput(
            "the design 'single' has one point, but there are factors; name another design, such as"
            " grid."
        )
    unused = sorted(design.model_fields_set & {"points", "seed"})
    if unused and design.kind not in SAMPLED_DESIGNS:
        raise BadInput(
            f"the design {design.kind!r} has {' and '.join(unused)}, which only designs drawn from"
            f" ranges have ({', '.join(SAMPLED_DESIGNS)}); remove them, or name one of these."
        )
    if design.kind != "single" and not experiment.factor:
        raise BadInput(f"the design {design.kind!r} needs at least one [[factor]].")
    if design.kind in (*SAMPLED_DESIGNS, "one_at_a_time") and not experiment.numeric_factors:
        raise BadInput(
            f"the design {design.kind!r} needs a factor that takes numbers; levels alone make a"
            " factorial."
        )
    if design.kind == "one_at_a_time" and any(
        level.scenario for factor in experiment.factor for level in factor.levels
    ):
        raise BadInput(
            "the design 'one_at_a_time' starts from one country's values, but a level names another"
            " scenario; make it grid or factorial."
        )
    size = (
        math.prod(len(factor.grid_values(scenario)) for factor in experiment.factor)
        if design.kind in ("grid", "factorial")
        else 0
    )
    if size > MAX_GRID_POINTS:
        raise BadInput(
            f"the {design.kind} has {size:,} points, at most {MAX_GRID_POINTS:,} are allowed; give"
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
                f"[precision] requires at least {experiment.precision.at_least} and at most"
                f" {experiment.precision.at_most} worlds; at_least must not exceed at_most."
            )
        require_outcomes(experiment, [experiment.precision.quantity], "[precision]")


def _validate_sensitivity(experiment: Experiment) -> None:
    sensitivity = experiment.sensitivity
    assert sensitivity is not None
    if len(experiment.numeric_factors) < 2:
        raise BadInput("[sensitivity] needs at least two factors that take numbers.")
    for name in sensitivity.factors:
        require_factor(experiment, name, "[sensitivity]")
        if not experiment.get_factor(name).is_number:
            raise BadInput(
                f"[sensitivity] names {name!r}, which has levels; name only factors that take"
                " numbers."
            )
    refuse_duplicates("factor", sensitivity.factors, "[sensitivity]")
    if len(sensitivity.factors) == 1:
        raise BadInput(
            f"[sensitivity] names the factor {sensitivity.factors[0]!r} only; name at least two, or"
            " none for all."
        )
    require_outcomes(experiment, sensitivity.outcomes, "[sensitivity]")
    for index in sensitivity.series:
        if index not in INDEX_DESCRIPTIONS:
            raise unknown_name_error("index", index, INDEX_DESCRIPTIONS, "[sensitivity] series")
    if sensitivity.base & (sensitivity.base - 1):
        raise BadInput(
            f"[sensitivity] base is {sensitivity.base}; a Sobol design needs a power of two, such"
            f" as {1 << sensitivity.base.bit_length() - 1}."
        )
    worlds = sensitivity.worlds or experiment.worlds
    needed = fewest_units(sensitivity.false_discovery_rate)
    if sensitivity.method != "sobol" and worlds < needed:
        raise BadInput(
            f"[sensitivity] screens with {worlds} worlds at each point, too few to tell any effect"
            f" from luck at a false discovery rate of {sensitivity.false_discovery_rate:g}; give at"
            f" least {needed} worlds."
        )


def _validate_calibration(experiment: Experiment, scenario: Scenario) -> None:
    calibration = experiment.calibration
    assert calibration is not None
    if not calibration.patterns and not calibration.figures and not calibration.target:
        raise BadInput(
            "[calibration] has no targets; give patterns, figures or [[calibration.target]] tables."
        )
    validate_one_history(calibration)
    if not experiment.numeric_factors:
        raise BadInput(
            "[calibration] needs at least one factor that takes numbers, whose value is calibrated."
        )
    for factor in experiment.factor:
        if factor.levels or factor.happens is not None:
            raise BadInput(
                f"[calibration] takes factors that set scenario keys; {factor.label!r} sets none."
                " Move it to [context]."
            )
    validate_defaults(experiment, scenario)
    validate_targets(calibration)
    known = {pattern.id: pattern for pattern in load_patterns().patterns}
    for id in calibration.patterns:
        if id not in known:
            raise unknown_name_error(
                "pattern", id, known, "[calibration]", f"patterns are {', '.join(known)}."
            )
        if known[id].scenario != experiment.scenario:
            raise BadInput(
                f"[calibration] names the pattern {id} of {known[id].scenario}, but the scenario is"
                f" {experiment.scenario}."
            )
    if calibration.figures:
        if scenario.record_path is None:
            raise BadInput(
                f"[calibration] names figures, but {scenario.name} has no record; give patterns or"
                " [[calibration.target]] tables instead."
            )
        ids = list(read_observed_record(scenario.record_path, scenario)["id"])
        for id in calibration.figures:
            if id != "all" and id not in ids:
                raise unknown_name_error(
                    "figure",
                    id,
                    ids,
                    "[calibration]",
                    f'give ids of {scenario.record_path.name}, or "all".',
                )
    build_history_targets(calibration, build_calibration_targets(calibration, scenario))
