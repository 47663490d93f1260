"""The crossing of control of two countries over the numbers: pairs have the same draw and seed."""

from typing import Any, NamedTuple

import numpy as np

from poruka.comparison.over_numbers import validate_pairs_of_draws
from poruka.figures.comparisons.crossing import control_table
from poruka.figures.comparisons.crossing_pairs import apogee_truths, pairs_that_cross
from poruka.simulation.over_numbers import (
    describe_over_numbers,
    estimate_over_numbers,
    share_over_numbers,
    worlds_over_numbers,
)
from poruka.theory.start_value_swaps import distinct_names
from poruka.utils.draw_statistics import SHARE, DrawEstimate, estimate_over_draws


class ApogeeOverNumbers(NamedTuple):
    """When control of one country is highest, over the numbers.

    Attributes
    ----------
    name : str
    month, in_apogee_years, in_last_year : DrawEstimate
        Expected month, counted from the start, and shares of worlds.
    coverage : str
        Draws and worlds.
    """

    name: str
    month: DrawEstimate
    in_apogee_years: DrawEstimate
    in_last_year: DrawEstimate
    coverage: str


class CrossingOverNumbers(NamedTuple):
    """Both apogees and the share of pairs that cross, over the numbers."""

    apogees: tuple[ApogeeOverNumbers, ...]
    crossed: DrawEstimate


def measure_crossing_over_numbers(first: Any, second: Any) -> CrossingOverNumbers | None:
    """Return the crossing of control in the worlds over the numbers of two ensembles.

    Parameters
    ----------
    first, second : Ensemble
        With series, each with its worlds over the numbers beside it or drawn itself.

    Returns
    -------
    CrossingOverNumbers or None
        None where one was played without them, or none of its worlds is left.

    Raises
    ------
    BadInput
        When their worlds are not paired by draw.
    """
    drawn: list[Any] = [worlds_over_numbers(ensemble) for ensemble in (first, second)]
    if any(one is None or not len(one.outcomes) for one in drawn):
        return None
    validate_pairs_of_draws(*(one.scenario for one in drawn))
    apogees = []
    for name, one in zip(distinct_names(first.scenario, second.scenario), drawn, strict=True):
        months, in_years, in_last = apogee_truths(one)
        apogees.append(
            ApogeeOverNumbers(
                name,
                estimate_over_numbers(one, months),
                share_over_numbers(one, in_years),
                share_over_numbers(one, in_last),
                describe_over_numbers(one),
            )
        )
    shared = control_table(drawn[0], drawn[1]).dropna(subset=["gap"])["month"].to_numpy()
    pairs = pairs_that_cross(drawn[0], drawn[1], shared)
    draws = np.asarray(pairs.index) // drawn[0].scenario.parameter_draws.worlds_each
    return CrossingOverNumbers(
        tuple(apogees), estimate_over_draws(pairs.to_numpy(dtype=float), draws, SHARE)
    )
