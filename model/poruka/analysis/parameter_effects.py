"""Effects of parameters: each is varied under the same seeds, and the quantity that it is declared
to affect must respond.
"""

import math

import numpy as np
import pandas as pd

from poruka.analysis.effect_contexts import EFFECT_CONTEXTS
from poruka.engine.declarations import Parameter
from poruka.engine.parameters import parameters, start_values
from poruka.rivals import RIVALS
from poruka.rules.instrument_numbers import given_instrument_numbers
from poruka.scenario.scenario import Scenario
from poruka.simulation.ensemble import Ensemble, simulate_in_memory
from poruka.simulation.run_spec import RunSpec
from poruka.utils.errors import BadInput


def build_quantity_table(ensemble: Ensemble) -> pd.DataFrame:
    """Return all quantities that can be compared between two ensembles, one row a world.

    These are the numbers among the outcomes, with the means of all indices over the months, counts
    of events by kind (``count_verdict``) and of instruments (``count_I19``), shares of outcomes and
    first months. The date of an event that did not happen counts as the length of the run.
    """
    outcomes = ensemble.outcomes.set_index("world")
    numbers = outcomes.select_dtypes("number").copy()
    for column in (
        "exit_month",
        "first_dissolution",
        "first_defection",
        "first_election_month",
        "second_election_month",
    ):
        numbers[column] = numbers[column].fillna(ensemble.months)
    events = ensemble.events
    kinds = pd.crosstab(events["world"], events["kind"].astype(str)).add_prefix("count_")
    acts = events[events["instrument"].astype(str) != ""]
    used = pd.crosstab(acts["world"], acts["instrument"].astype(str)).add_prefix("count_")
    table = pd.concat([numbers, kinds, used], axis=1).fillna(0.0)
    for outcome in (
        "incumbent",
        "heir",
        "pact",
        "rotation",
        "revolution",
        "palace_coup",
        "civil_conflict",
    ):
        table[f"share_{outcome}"] = (outcomes["outcome"] == outcome).astype(float)
    for id, uses in acts.groupby(acts["instrument"].astype(str)):
        table[f"first_{id}"] = (
            uses.groupby("world")["month"].min().reindex(table.index).fillna(ensemble.months)
        )
    for kind in ("movement", "naming", "constitution"):
        first = events[events["kind"].astype(str) == kind].groupby("world")["month"].min()
        table[f"first_{kind}"] = first.reindex(table.index).fillna(ensemble.months)
    return table.astype(float)


COUNTED = ("rung", "yes/no", "number", "persons", "rows", "seats")
"""Units in which a start value is given as a whole number."""


def start_value_pair(declared: Parameter) -> tuple[float, float]:
    """Return the two values between which a start value's effect is measured, inside its range.

    Sizes of the model are halved and doubled, since the ends of their ranges are far away.

    Examples
    --------
    >>> from poruka.engine.parameters import start_values
    >>> start_value_pair(start_values()["scale.citizens"])
    (200.0, 800.0)
    >>> start_value_pair(start_values()["constitution.mandate"])
    (0.0, 2.0)
    """
    if declared.key.startswith("scale."):
        low, high = max(declared.low, declared.value / 2), min(declared.high, declared.value * 2)
    else:
        low, high = low_and_high_value(declared)
    if declared.unit in COUNTED:
        return float(math.floor(low)), float(math.ceil(high))
    return low, high


def low_and_high_value(parameter: Parameter) -> tuple[float, float]:
    """Return the two values at which a parameter's effect is measured, inside its range."""
    low = parameter.value - 0.9 * (parameter.value - parameter.low)
    high = parameter.value + 0.6 * (parameter.high - parameter.value)
    return low, high


def value_pairs_around_default(
    parameter: Parameter,
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the pairs of values, below and above the default, for an effect that reverses."""
    low, high = low_and_high_value(parameter)
    return (low, parameter.value), (parameter.value, high)


def measure_parameter_effect(
    scenario: Scenario, key: str, worlds: int, seed: int, values: tuple[float, float] | None = None
) -> pd.DataFrame:
    """Return the paired differences of all quantities between a number's high and low value.

    ``key`` names a number of the rules or, as ``start.president.age``, a start value. The table has
    one row a world that was completed on both sides, and one column a quantity.
    """
    name = key.removeprefix("start.")
    if name != key and name in start_values():
        low, high = values or start_value_pair(start_values()[name])
    elif key in parameters():
        low, high = values or low_and_high_value(parameters()[key])
    else:
        raise BadInput(f"{key} is no number; `scenario.keys()` lists all numbers.")
    sides = scenario.change({key: low}), scenario.change({key: high})
    return paired_differences(*sides, worlds, seed)


def measure_column_effect(scenario: Scenario, column: str, worlds: int, seed: int) -> pd.DataFrame:
    """Return the paired differences of all quantities between a column raised and lowered.

    All cells of the column of instruments that are given are moved half-way to one end of its
    range, then half-way to the other.
    """
    cells = {
        key: number
        for key, number in given_instrument_numbers().items()
        if key.split(".", 2)[2] == column
    }
    if not cells:
        raise BadInput(f"{column} is no column of the table of instruments with a step given.")
    lowered = {key: (cell.value + cell.low) / 2.0 for key, cell in cells.items()}
    raised = {key: (cell.value + cell.high) / 2.0 for key, cell in cells.items()}
    return paired_differences(scenario.change(lowered), scenario.change(raised), worlds, seed)


def paired_differences(lowered: Scenario, raised: Scenario, worlds: int, seed: int) -> pd.DataFrame:
    """Return what all quantities gain from one scenario to the other, in worlds of equal seeds."""
    runs = [
        simulate_in_memory(RunSpec.build(scenario, worlds=worlds, seed=seed), progress=False)
        for scenario in (lowered, raised)
    ]
    sides = [build_quantity_table(run) for run in runs]
    # An event that never happened on one side counts as after the end, not as at the start.
    late = {
        column: float(runs[0].months)
        for column in sides[0].columns.union(sides[1].columns)
        if column.startswith("first_")
    }
    low_side, high_side = (
        side.reindex(columns=sides[0].columns.union(sides[1].columns)).fillna(late).fillna(0.0)
        for side in sides
    )
    # A world that failed on one side has no pair; it does not count as one without any events.
    shared = low_side.index.intersection(high_side.index)
    return high_side.loc[shared] - low_side.loc[shared]


def t_statistics(differences: pd.DataFrame) -> pd.Series:
    """Return each quantity's mean paired difference in standard errors; 0 where none differs."""
    error = differences.std(ddof=1) / np.sqrt(len(differences))
    return (differences.mean() / error.where(error > 0.0)).fillna(0.0)


def declared_effect(parameter: Parameter) -> tuple[str, str, str]:
    """Return the declared effect of a parameter as quantity, direction (``+``, ``-`` or
    ``reverses``) and context.

    Examples
    --------
    >>> from poruka.engine.parameters import parameters
    >>> death = parameters()["biology.death"]
    >>> declared_effect(death._replace(effect="count_death + | old ruler"))
    ('count_death', '+', 'old ruler')
    """
    movement, _, context = parameter.effect.partition(" | ")
    quantity, _, direction = movement.rpartition(" ")
    if (
        direction not in ("+", "-", "reverses")
        or not quantity
        or (context or "usual") not in (*EFFECT_CONTEXTS, *RIVALS)
    ):
        raise BadInput(
            f"parameter {parameter.key}: the effect {parameter.effect!r} cannot be read; write"
            " 'quantity +', 'quantity -' or 'quantity reverses', optionally with ' | context' from"
            f" {', '.join((*EFFECT_CONTEXTS, *RIVALS))}."
        )
    return quantity, direction, context or "usual"
