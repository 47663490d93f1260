"""Validation of everything that an experiment will simulate: the scenarios of its points, and every
quantity that is computed from their worlds. Nothing is compiled or simulated for it.
"""

import csv
import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from poruka.analysis.calibration.targets import build_calibration_targets
from poruka.analysis.designs import build_design_points
from poruka.analysis.factors import Factor
from poruka.analysis.quantity_validation import validate_quantities
from poruka.analysis.scenario_builder import ScenarioBuilder
from poruka.analysis.sensitivity.main_effects import OUTCOME_SHARE_QUANTITIES
from poruka.analysis.specification import Experiment, ModesAnalysis, PrimAnalysis, TreeAnalysis
from poruka.scenario.scenario import Scenario
from poruka.utils.errors import BadInput

MAX_POINTS_BUILT = 2_000
"""Points of a design whose scenarios are built for validation; of more, an even selection is."""

MIN_POINTS_OF_HALVES = 8
"""Fewest points, not counting levels, of which one half can be searched and the other tested."""


def collect_quantities(experiment: Experiment) -> list[str]:
    """Return every quantity that is computed from the worlds of an experiment's design.

    Examples
    --------
    >>> from poruka.experiments.catalogue import find_experiment, read_experiment
    >>> loaded = read_experiment(find_experiment("01_market_speed"))
    >>> collect_quantities(loaded.experiment)[0] == loaded.experiment.outcome[0].quantity
    True
    """
    quantities = [outcome.quantity for outcome in experiment.outcome]
    for analysis in experiment.analysis:
        if isinstance(analysis, ModesAnalysis):
            quantities += OUTCOME_SHARE_QUANTITIES
        if isinstance(analysis, PrimAnalysis | TreeAnalysis):
            quantities.append(analysis.where.quantity)
    return list(dict.fromkeys(quantities))


def validate_points(experiment: Experiment, builder: ScenarioBuilder, folder: Path) -> None:
    """Raise an error if a point of an experiment cannot be simulated, or a quantity not computed.

    Parameters
    ----------
    experiment : Experiment
        Its tables are already validated.
    builder : ScenarioBuilder
        Builds the scenario of a point.
    folder : Path
        The folder of the file that a design ``table`` names.

    Raises
    ------
    BadInput
        Naming the point, or the scenario and the quantity.
    """
    base = builder.base_scenario()
    scenarios = [base, *_build_point_scenarios(experiment, builder, folder)]
    _validate_pairs_of_dates(experiment.numeric_factors, base)
    quantities = collect_quantities(experiment)
    for scenario in _one_of_each_calendar(scenarios):
        _validate_in(scenario, quantities)
    if experiment.calibration is not None:
        targets = build_calibration_targets(experiment.calibration, base)
        _validate_in(base, targets.quantities)


def _validate_in(scenario: Scenario, quantities: Sequence[str]) -> None:
    try:
        validate_quantities(quantities, scenario)
    except BadInput as error:
        raise BadInput(f"in {scenario.name}: {error}") from None


def _build_point_scenarios(
    experiment: Experiment, builder: ScenarioBuilder, folder: Path
) -> list[Scenario]:
    """Return the scenarios of the design's points, of many points of an even selection."""
    if experiment.design is None:
        return []
    try:
        table = folder / experiment.design.file
        # A pipe would be waited for.
        if experiment.design.file and table.exists() and not table.is_file():
            raise BadInput(f"the table of points {table} is not a regular file; give a CSV file.")
        points = build_design_points(
            experiment.design, experiment.factor, builder.base_scenario(), folder
        )
    except (csv.Error, OSError, ValueError) as error:
        raise BadInput(
            f"the table of points {experiment.design.file!r} cannot be read ({error}); give a CSV"
            " with one column a factor."
        ) from None
    _validate_halves(experiment, points)
    selected = _select_points(points.reset_index(drop=True), experiment.factor)
    scenarios, base = [], builder.base_scenario()
    for number, point in zip(selected.index, selected.to_dict("records"), strict=True):
        try:
            scenarios.append(builder(point))
        except BadInput as error:
            values = ", ".join(
                f"{factor.label} = {factor.format_value(point[factor.label], base)}"
                for factor in experiment.factor
            )
            raise BadInput(f"point {number + 1} of the design ({values}): {error}") from None
    return scenarios


def _validate_halves(experiment: Experiment, points: pd.DataFrame) -> None:
    """Raise an error if conditions are to be searched for among fewer points than that takes."""
    numbers = [factor.label for factor in experiment.numeric_factors]
    count = len(points[numbers].drop_duplicates()) if numbers else len(points)
    for analysis in experiment.analysis:
        if isinstance(analysis, PrimAnalysis | TreeAnalysis) and count < MIN_POINTS_OF_HALVES:
            raise BadInput(
                f"the analysis {analysis.kind!r} searches for conditions in one half of the points"
                f" and tests them on the other, but there are {count}; give at least"
                f" {MIN_POINTS_OF_HALVES}, better hundreds."
            )


def _select_points(points: pd.DataFrame, factors: Iterable[Factor]) -> pd.DataFrame:
    if len(points) <= MAX_POINTS_BUILT:
        return points
    even = np.linspace(0, len(points) - 1, MAX_POINTS_BUILT).astype(int)
    levels = [factor.label for factor in factors if factor.levels]
    # Every combination of levels is among them, since these differ in anything.
    combined = points.drop_duplicates(levels).index if levels else points.index[:0]
    return points.loc[sorted({*points.index[even], *combined})]


def _validate_pairs_of_dates(factors: Sequence[Factor], scenario: Scenario) -> None:
    """Raise an error if two interventions contradict each other in a month that both can take."""
    moved = [factor for factor in factors if factor.happens is not None]
    for first, second in itertools.combinations(moved, 2):
        (low, high), (other_low, other_high) = first.bounds(scenario), second.bounds(scenario)
        month = max(low, other_low)
        if month > min(high, other_high):
            continue
        try:
            second.apply_to(first.apply_to(scenario, month), month)
        except BadInput as error:
            raise BadInput(
                f"the factors {first.label!r} and {second.label!r} cannot be in one month, such as"
                f" {scenario.date_of(round(month))}: {error} Or give them ranges that do not"
                " overlap."
            ) from None


def _one_of_each_calendar(scenarios: Iterable[Scenario]) -> list[Scenario]:
    """Return one scenario for each name, start, length and number of forks.

    Scenarios that agree in these have the same quantities and the same observed record.
    """
    distinct = {
        (
            scenario.name,
            scenario.start_date,
            scenario.months,
            len(scenario.forks),
            scenario.record_path,
        ): scenario
        for scenario in scenarios
    }
    return list(distinct.values())
