"""Base worlds: what the links of the theory contributed in worlds of a country as its file has it.

Their means are what a held channel gives; a world of their own is the donor of a channel that
speaks from another world.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from poruka.engine.channel_kinds import ChannelMode
from poruka.engine.channels import DeclaredChannel, channels
from poruka.engine.driver import WorldBuffer, load_driver, run_chunk
from poruka.engine.parameters import as_record
from poruka.engine.state import allocate_world
from poruka.rules import instruments
from poruka.scenario.channel_settings import (
    MEANS_COLUMNS,
    PREFIX,
    count_signals,
    donor_channels,
    place_signals,
)
from poruka.scenario.scenario import Scenario
from poruka.utils.errors import WorldFailed

NEXT_WORLD = 1
"""How far the donor of a world lies from it: each speaks to the one before."""
DONORS_KEPT = 256
"""Donors whose signals are kept, so that several arms of a test share them."""


@lru_cache(maxsize=64)
def base_scenario(scenario: Scenario) -> Scenario:
    """Return a scenario as its file has it, every channel on, with as many agents and its rules.

    Changes, forks, interventions and drawn numbers are left out: a cause under test must not reach
    a link by way of the donor.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> older = load("kazakhstan").change({"start.president.age": 70.0})
    >>> base_scenario(older).start().president.age < 60.0
    True
    """
    numbers = {
        key: entry for key, entry in scenario.file.parameters.items() if not key.startswith(PREFIX)
    }
    file = scenario.file.model_copy(update={"parameters": numbers})
    scale = tuple(
        (key, value) for key, value in scenario.overrides if key.startswith("start.scale.")
    )
    bare = Scenario(scenario.name, file, scenario.folder, scenario.rules, overrides=scale)
    return bare.without(*file.without)


@lru_cache(maxsize=8)
def _recorder(base: Scenario, chosen: tuple[DeclaredChannel, ...]) -> tuple[Any, ...]:
    """Return what is needed to record some channels of base worlds."""
    sizes = base.table_sizes() | {"signals": 0}
    sizes["signals"] = max(1, count_signals(chosen, sizes, base.months))
    world = allocate_world(sizes, event_capacity=1)
    instruments.build_initial_memory(world, base)
    for channel, first, rows in place_signals(chosen, sizes, base.months):
        row = world.channels[channel.row]
        row.mode, row.first_signal, row.rows = ChannelMode.RECORDED, first, rows
    numbers = as_record(base.params()), as_record(base.start())
    return load_driver(base.rules), sizes, world.memory.copy(), *numbers


def record_signals(
    base: Scenario, chosen: tuple[DeclaredChannel, ...], seed: int, number: int
) -> np.ndarray:
    """Return the signals of some channels in one base world, one after the other.

    Returns
    -------
    record array
        ``value`` (the sum over the calls of a month) and ``calls``, by channel, month and agent.

    Raises
    ------
    WorldFailed
        When the base world fails.
    """
    driver, sizes, memory, params, start = _recorder(base, chosen)
    buffer = WorldBuffer(sizes, 1, base.months, False, False)
    if run_chunk(driver, buffer, memory, params, start, seed, number, 1, base.months) != -1:
        raise WorldFailed(
            f"base world {number} of {base.name} (seed {seed}) failed and can be no donor; choose"
            " another seed."
        )
    return np.asarray(buffer.world.signals).copy()


_donor_signals = lru_cache(maxsize=DONORS_KEPT)(record_signals)


def write_donor(world: Any, scenario: Scenario, seed: int, number: int) -> None:
    """Write the signals of a world's donor into its table, where a channel speaks from one."""
    chosen = donor_channels(scenario)
    if chosen:
        base = base_scenario(scenario)
        signals = _donor_signals(base, chosen, seed, number + NEXT_WORLD)
        world.signals[: len(signals)] = signals


def measure_means(
    scenario: Scenario, worlds: int, seed: int, progress: Callable[[int, int], None] | None = None
) -> pd.DataFrame:
    """Measure the mean contribution of every channel over base worlds of a country.

    Parameters
    ----------
    scenario : Scenario
    worlds, seed : int
    progress : callable, optional
        Receives ``(worlds played, worlds in all)``.

    Returns
    -------
    pandas.DataFrame
        country, channel, mean (over all calls), spread (standard deviation of the worlds' means),
        calls, worlds, seed. A channel that no world reads is left out.
    """
    base = base_scenario(scenario)
    chosen = tuple(channels().values())
    sums, calls = np.zeros((worlds, len(chosen))), np.zeros((worlds, len(chosen)))
    places = list(place_signals(chosen, base.table_sizes(), base.months))
    for number in range(worlds):
        signals = record_signals(base, chosen, seed, number)
        for k, (_, first, rows) in enumerate(places):
            part = signals[first : first + rows * base.months]
            sums[number, k], calls[number, k] = part["value"].sum(), part["calls"].sum()
        if progress is not None:
            progress(number + 1, worlds)
    rows_of_table = []
    for k, channel in enumerate(chosen):
        is_read = calls[:, k] > 0
        if not is_read.any():
            continue
        of_worlds = sums[is_read, k] / calls[is_read, k]
        total = int(calls[:, k].sum())
        mean, spread = sums[:, k].sum() / total, of_worlds.std(ddof=min(1, is_read.sum() - 1))
        row = (base.country, channel.name, float(mean), float(spread), total, worlds, seed)
        rows_of_table.append(row)
    return pd.DataFrame(rows_of_table, columns=list(MEANS_COLUMNS))
