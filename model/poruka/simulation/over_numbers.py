"""What worlds over the numbers say: shares of outcomes and timings, and how far the numbers leave
them unknown.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from poruka.engine.codes import OUTCOMES
from poruka.scenario.number_draws import NumberDraws
from poruka.utils.coverage import coverage_of
from poruka.utils.draw_statistics import SHARE, DrawEstimate, estimate_over_draws
from poruka.utils.errors import BadInput
from poruka.utils.statistics import Interval

NOT_PLAYED = "interval over the numbers: not played; add --draws record"
"""What an output says where the worlds over the numbers were not asked for."""
MEANING_OF_SHARES = (
    "Drawn: mean share over the draws. Numbers: where the expected share of a further draw lies"
    " with 95 %; the chance of single worlds is taken out of it."
)
"""What is said beside shares over the numbers."""


def worlds_over_numbers(run: Any) -> Any:
    """Return the worlds of a run that say how far the numbers leave it unknown: those beside it,
    else its own where several of them share a draw; None where there are none.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> shared, own = (SimpleNamespace(parameter_draws=NumberDraws(each)) for each in (5, 1))
    >>> run = SimpleNamespace(scenario=shared)
    >>> worlds_over_numbers(run) is run, worlds_over_numbers(SimpleNamespace(scenario=own))
    (True, None)
    """
    beside = getattr(run, "over_numbers", None)
    if beside is not None:
        return beside
    return run if shares_draws(run.scenario) else None


def shares_draws(scenario: Any) -> bool:
    """Return whether several worlds of a scenario share a draw of the numbers."""
    draws = getattr(scenario, "parameter_draws", None)
    return isinstance(draws, NumberDraws) and draws.worlds_each > 1


def draws_of(run: Any) -> np.ndarray:
    """Return the draw of each world of a run over the numbers, in the order of its outcomes.

    Raises
    ------
    BadInput
        When its numbers were not drawn from their ranges.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> from poruka.simulation.ensemble import simulate_in_memory
    >>> from poruka.simulation.run_spec import RunSpec
    >>> spec = RunSpec.build(load("russia").with_draws("prior:2"), worlds=4, until="1990-07")
    >>> draws_of(simulate_in_memory(spec, progress=False)).tolist()
    [0, 0, 1, 1]
    """
    draws = run.scenario.parameter_draws
    if not isinstance(draws, NumberDraws):
        raise BadInput(
            f"the numbers of this run of {run.scenario.name} were not drawn from their ranges; run"
            ' it with with_draws("prior"), or with over_numbers="prior" for a second set of worlds.'
        )
    return np.asarray(run.outcomes["world"].to_numpy() // draws.worlds_each)


def estimate_over_numbers(run: Any, values: Any, bounds: Interval | None = None) -> DrawEstimate:
    """Return what is expected of a quantity over the numbers, from one value per world of a run.

    For the arguments see :func:`poruka.utils.draw_statistics.estimate_over_draws`.
    """
    return estimate_over_draws(np.asarray(values, dtype=float), draws_of(run), bounds)


def share_over_numbers(run: Any, has_it: Any) -> DrawEstimate:
    """Return the share of worlds that have something, over the numbers, from a truth per world."""
    return estimate_over_numbers(run, has_it, SHARE)


def outcome_shares_over_numbers(run: Any) -> dict[str, DrawEstimate]:
    """Return the share of each outcome over the numbers, those that never occur included."""
    return {name: share_over_numbers(run, run.outcomes["outcome"] == name) for name in OUTCOMES}


def describe_over_numbers(run: Any) -> str:
    """Return how many draws and worlds a run over the numbers rests on, and what became of the
    others.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> from poruka.simulation.ensemble import simulate_in_memory
    >>> from poruka.simulation.run_spec import RunSpec
    >>> spec = RunSpec.build(load("russia").with_draws("prior:2"), worlds=4, until="1990-07")
    >>> describe_over_numbers(simulate_in_memory(spec, progress=False))
    '2 draws of all numbers of the rules from their ranges; 4 worlds'
    """
    coverage, each = coverage_of(run), run.scenario.parameter_draws.worlds_each
    asked, played = -(-coverage.requested // each), len(np.unique(draws_of(run)))
    lost = f" (of {asked - played} no world is left)" if played < asked else ""
    source = run.scenario.parameter_draws.source_label
    return f"{asked:,} draws of all numbers of the rules from {source}{lost}; {coverage}"


def to_json(estimate: DrawEstimate) -> dict[str, float | int | None]:
    """Return an estimate as plain values; what cannot be told is None.

    Examples
    --------
    >>> to_json(DrawEstimate(0.5, 0.4, 0.6, float("nan"), 0.9, 0.2, 7, 21))["low"] is None
    True
    """
    return {
        name: None if isinstance(value, float) and not np.isfinite(value) else value
        for name, value in estimate._asdict().items()
    }


def key_figures_over_numbers(run: Any, names: Mapping[str, str] | tuple[str, ...]) -> Any:
    """Return the expected value of key figures of worlds over the numbers.

    Returns
    -------
    pandas.DataFrame
        Columns figure and those of :class:`poruka.utils.draw_statistics.DrawEstimate`; over the
        worlds that have the figure.
    """
    import pandas as pd

    rows = [
        {"figure": name, **estimate_over_numbers(run, run.outcomes[name])._asdict()}
        for name in names
        if name in run.outcomes and run.outcomes[name].notna().any()
    ]
    return pd.DataFrame(rows, columns=["figure", *DrawEstimate._fields])
