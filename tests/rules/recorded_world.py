"""Plays a world of given sizes month by month, if wanted with a list of what each rule uses."""

from types import SimpleNamespace

from poruka.engine.driver import KernelAddresses, WorldBuffer, load_driver, run_chunk
from poruka.engine.parameters import as_record
from poruka.rules import instruments
from poruka.simulation.recorded_use import recorded_numbers, recorded_world


def play_sized(scenario, seed: int, world: int, months: int, sizes, settings=(), recorder=None):
    """Play a world of given sizes month by month; return its buffer, and what it is every month.

    That is its bytes, and those of what has become of it so far.

    ``settings`` are fields that are set before a month, over all rows of a table or in one:
    ``(month, table, row or None, field, value)``.
    """
    buffer = WorldBuffer(sizes, 1, months, True, True, events_per_world=12000)
    template = instruments.build_initial_memory(buffer.world, scenario)
    plain = buffer.world
    driver = load_driver(scenario.rules)
    params, start = as_record(scenario.params()), as_record(scenario.start())
    if recorder is not None:
        rules = tuple(recorder.follow(one.id, one.function) for one in scenario.rules.rules)
        first = recorder.follow("start", driver.start.function)
        driver = SimpleNamespace(module=driver.module, addresses=KernelAddresses(rules, first))
        buffer.world = recorded_world(recorder, buffer.world)
        params = recorded_numbers(recorder, "params", params)
        start = recorded_numbers(recorder, "start", start)
    states = []
    for month in range(months):
        for at, table, row, field, value in settings:
            if at == month:
                getattr(plain, table)[field][slice(None) if row is None else row] = value
        span = (seed, world, 1, month + 1, month == 0)
        assert run_chunk(driver, buffer, template, params, start, *span) == -1, (
            f"month {month} of world {world}, seed {seed} failed"
        )
        states.append(buffer.world.memory.tobytes() + buffer.outcomes.tobytes())
    return buffer, states
