"""Numbers moved alone: effects of those that went on, and what idle ones leave as it is."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from poruka.analysis.cache import ProgressCallback
from poruka.analysis.inference.false_discovery import benjamini_yekutieli
from poruka.analysis.screening_specification import Screening
from poruka.analysis.sensitivity.group_design import ScreenedScenario, build_single_moves
from poruka.utils.statistics import t_quantile


def move_alone(
    scenario: ScreenedScenario,
    candidates: Sequence[str],
    quantities: Sequence[str],
    plan: Screening,
    progress: ProgressCallback | None,
) -> pd.DataFrame:
    """Return the effects of numbers that are moved alone, in worlds of luck that no block has.

    Columns are factor, quantity, p, and up and down with their 95 % intervals.
    """
    from scipy.special import stdtr

    columns = ["factor", "quantity", "p"]
    sides = ["up", "up_low", "up_high", "down", "down_low", "down_high"]
    if not candidates:
        return pd.DataFrame({name: [] for name in (*columns, *sides)})
    points = build_single_moves(scenario.ranges, candidates)
    # All share the luck of one fresh seed, which no block of the first stage has.
    model = scenario.model.with_point_seeds([plan.blocks + 1] * len(points))
    values = model.values(points, quantities, plan.worlds, progress)
    up, down = values[1::2] - values[0], values[2::2] - values[0]
    rows: dict[str, np.ndarray] = {}
    smallest = np.ones(up.shape[::2])
    for name, differences in (("up", up), ("down", down), ("span", up - down)):
        count = np.isfinite(differences).sum(axis=1)
        mean = np.nansum(differences, axis=1) / np.maximum(count, 1)
        squares = np.nansum((differences - mean[:, None]) ** 2, axis=1)
        error = np.sqrt(squares / np.maximum(count - 1, 1) / np.maximum(count, 1))
        with np.errstate(divide="ignore", invalid="ignore"):
            p = 2.0 * stdtr(np.maximum(count - 1, 1), -np.abs(mean) / error)
        # Where no world differs there is no effect; where all differ by the same there is one.
        p = np.where(error > 0.0, p, np.where(mean == 0.0, 1.0, 0.0))
        smallest = np.minimum(smallest, np.where(count > 1, p, 1.0))
        # Worlds that failed on a side are no pairs; a single pair has no interval.
        half = np.vectorize(t_quantile, otypes=[float])(count - 1) * error
        rows |= {name: mean, f"{name}_low": mean - half, f"{name}_high": mean + half}
    table = pd.DataFrame({name: rows[name].ravel() for name in sides})
    table.insert(0, "factor", np.repeat(candidates, len(quantities)))
    table.insert(1, "quantity", list(quantities) * len(candidates))
    table.insert(2, "p", np.minimum(1.0, 3.0 * smallest).ravel())
    return table


def check_idle_numbers(
    scenarios: Mapping[str, ScreenedScenario],
    numbers: pd.DataFrame,
    plan: Screening,
    progress: ProgressCallback | None = None,
) -> pd.DataFrame:
    """Return what numbers that pass the first stage in no country do when they are moved alone.

    Where a number is moved alone, worlds of the same luck are the same until it acts, so that far
    smaller effects are seen than among the moves of a group.

    Parameters
    ----------
    scenarios : mapping of str to ScreenedScenario
    numbers : pandas.DataFrame
        As :func:`poruka.analysis.sensitivity.group_screening.screen_groups` makes it.
    plan : Screening
        In ``plan.idle_worlds`` worlds of each of ``plan.idle_scenarios``, or of all countries.

    Returns
    -------
    pandas.DataFrame
        As of :func:`move_alone`, with scenario, sd (of worlds at the defaults), q (false discovery
        rate among all), moves, size (the larger effect) and bound (the farthest end of its two
        intervals), both in standard deviations of worlds.
    """
    idle = [name for name, any_passed in _passed_anywhere(numbers).items() if not any_passed]
    quantities = list(dict.fromkeys(numbers["quantity"]))
    alone_plan = plan.model_copy(update={"worlds": plan.idle_worlds})
    frames = []
    for name in plan.idle_scenarios or scenarios:
        table = move_alone(scenarios[name], idle, quantities, alone_plan, progress)
        deviations = numbers[numbers["scenario"] == name].groupby("quantity")["sd"].first()
        frames.append(table.assign(scenario=name, sd=table["quantity"].map(deviations)))
    alone = pd.concat(frames, ignore_index=True)
    alone["q"] = benjamini_yekutieli(alone["p"].to_numpy(dtype=float))
    alone["moves"] = alone["q"] <= plan.false_discovery_rate
    deviations = alone["sd"].where(alone["sd"] > 0.0)
    ends = ["up_low", "up_high", "down_low", "down_high"]
    alone["size"] = alone[["up", "down"]].abs().max(axis=1) / deviations
    alone["bound"] = alone[ends].abs().max(axis=1) / deviations
    return alone


def _passed_anywhere(numbers: pd.DataFrame) -> "pd.Series[bool]":
    return numbers.groupby("factor", sort=False)["passed"].any()
