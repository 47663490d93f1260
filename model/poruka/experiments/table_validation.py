"""Validation of single tables of an experiment: keys that have no effect, values that no world can
have, and names given twice.
"""

import importlib.util
import math
import re
from collections import Counter
from collections.abc import Iterable

from poruka.analysis.over_draws import is_share
from poruka.analysis.patterns import QuantityRange
from poruka.analysis.specification import Calibration, Experiment, Outcome, TreeAnalysis
from poruka.engine import codes
from poruka.scenario.scenario import Scenario
from poruka.utils.errors import BadInput

_KEYS_WITHOUT_LEVELS = ("low", "high", "default", "within", "values", "steps")
_MONTH_COLUMNS = ("first_dissolution", "first_defection")
_FIRST_EVENT = re.compile(r"first_(\w+)")


def refuse_duplicates(kind: str, names: Iterable[str], location: str) -> None:
    """Raise an error if a name is given twice, which would count it double."""
    for name, count in Counter(names).items():
        if count > 1:
            raise BadInput(f"{location} names the {kind} {name!r} twice; name it once.")


def validate_factor_tables(experiment: Experiment) -> None:
    """Raise an error for a factor with keys that have no effect, or levels that do not differ."""
    for factor in experiment.factor:
        if factor.happens is not None and not any(factor.happens.model_dump().values()):
            raise BadInput(
                f"the factor {factor.label!r} has `happens` without an intervention; give force,"
                ' forbid or allow, such as happens = { force = ["president.dies"] }.'
            )
        if not factor.levels:
            continue
        if unused := sorted(factor.model_fields_set & set(_KEYS_WITHOUT_LEVELS)):
            raise BadInput(
                f"the factor {factor.label!r} has levels and also {', '.join(unused)}, which only a"
                " factor of numbers has; remove them."
            )
        seen: dict[str, str] = {}
        for level in factor.levels:
            content = repr(level.model_dump(exclude={"label"}))
            if content in seen:
                raise BadInput(
                    f"the factor {factor.label!r} has the levels {seen[content]!r} and"
                    f" {level.label!r}, which do not differ; change one, or remove it."
                )
            seen[content] = level.label


def is_month(quantity: str) -> bool:
    """Return whether a quantity is a month, counted from the start.

    Examples
    --------
    >>> is_month("first_defection"), is_month("month dissolution 2"), is_month("first_I19")
    (True, True, True)
    >>> is_month("first_election_share"), is_month("wars")
    (False, False)
    """
    quantity = quantity.split(" if ")[0].strip()
    match = _FIRST_EVENT.fullmatch(quantity)
    first_event = match and (match[1] in codes.EVENT_KINDS or re.fullmatch(r"I\d\d", match[1]))
    return (
        quantity in _MONTH_COLUMNS
        or bool(re.fullmatch(r"\w+_month", quantity))
        or quantity.startswith(("month ", "peak "))
        or bool(first_event)
    )


def validate_outcome(outcome: Outcome) -> None:
    """Raise an error if an outcome is to be shown as a date but is not a month."""
    if outcome.unit == "date" and not is_month(outcome.quantity):
        raise BadInput(
            f"the outcome {outcome.name!r} has the unit 'date', but {outcome.quantity!r} is no"
            " month; give another unit, or a month such as first_defection or exit_month."
        )


def validate_range(where: QuantityRange, location: str) -> None:
    """Raise an error if no world, or every world, lies within the limits of a case."""
    if (where.low, where.high) == (-math.inf, math.inf):
        raise BadInput(
            f"{location}: `where` has no limits, so every world meets it; give low, high, or both."
        )
    if where.low > where.high:
        raise BadInput(
            f"{location}: `where` has low = {where.low:g} and high = {where.high:g}, so no world"
            " meets it; give low below high."
        )
    if is_share(where.quantity) and (where.low > 1.0 or where.high < 0.0):
        raise BadInput(
            f"{location}: `where` asks for {where.quantity!r} beyond 0 or 1, but a world has either"
            " 0 or 1; give low = 1 for the worlds that have it."
        )


def validate_targets(calibration: Calibration) -> None:
    """Raise an error for targets given twice, or that no worlds can reach."""
    refuse_duplicates("pattern", calibration.patterns, "[calibration]")
    refuse_duplicates("figure", calibration.figures, "[calibration]")
    quantities = [target.quantity for target in calibration.target]
    refuse_duplicates("quantity", quantities, "[[calibration.target]]")
    for target in calibration.target:
        if is_share(target.quantity) and not 0.0 <= target.value <= 1.0:
            raise BadInput(
                f"[[calibration.target]] gives {target.quantity!r} the value {target.value:g}; it"
                " is a share of worlds, give a number between 0 and 1."
            )


def validate_defaults(experiment: Experiment, scenario: Scenario) -> None:
    """Raise an error if a calibrated number has its default outside its range."""
    for factor in experiment.numeric_factors:
        (low, high), default = factor.bounds(scenario), factor.default_value(scenario)
        if not low <= default <= high:
            raise BadInput(
                f"[calibration]: the factor {factor.label!r} has the default {default:g} outside"
                f" its range from {low:g} to {high:g}; widen the range, or give a default within."
            )


def validate_libraries(experiment: Experiment) -> None:
    """Raise an error if a library that the experiment needs is not installed.

    It is called before an experiment is run and where it is checked, not where it is only listed.
    """
    calibration = experiment.calibration
    needed = {
        "SALib": ("[sensitivity]", experiment.sensitivity is not None, "analysis"),
        "sklearn": (
            "the analysis 'tree'",
            any(isinstance(analysis, TreeAnalysis) for analysis in experiment.analysis),
            "analysis",
        ),
        "optuna": (
            "the point fit of [calibration]",
            calibration is not None and calibration.trials > 0,
            "calibration",
        ),
    }
    for library, (part, is_needed, extra) in needed.items():
        if is_needed and importlib.util.find_spec(library) is None:
            raise BadInput(
                f"{part} needs {library}, which is not installed; install it with `pip install"
                f" poruka[{extra}]`, or remove that part."
            )
