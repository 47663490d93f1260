"""Small worlds for the tests, made once."""

import functools

import numpy as np
import pytest

import poruka as pk
from poruka.engine.driver import WorldBuffer, load_driver, run_chunk
from poruka.engine.parameters import as_record
from poruka.engine.state import tables
from poruka.rules import instruments
from poruka.scenario.scenario import Scenario
from poruka.scoring.forecast import build_forecast
from poruka.scoring.plain_forecasts import plain_forecasts, start_levels
from poruka.scoring.score import Score, list_not_scored
from poruka.scoring.scored_figures import scored_figures
from poruka.simulation.runner import compile_if_needed

SMALL = {
    "start.scale.citizens": 40,
    "start.scale.clients": 12,
    "start.scale.oligarchs": 20,
    "start.scale.regions": 4,
    "start.scale.deputies": 130,
}


@functools.cache
def kazakhstan() -> Scenario:
    """Return the scenario, compiled."""
    scenario = pk.load("kazakhstan", numbers="declared")
    compile_if_needed(scenario)
    return scenario


def small() -> Scenario:
    """Return a Kazakhstan of some 220 agents, quick enough to be interpreted."""
    return pk.load("kazakhstan", numbers="declared").change(SMALL)


@functools.cache
def many(worlds: int = 300, seed: int = 71, changes: tuple = (), off: tuple = ()):
    """Return an ensemble, kept for the other tests of the process."""
    return pk.simulate(
        kazakhstan().change(dict(changes)).without(*off), worlds=worlds, seed=seed, progress=False
    )


@functools.cache
def parent() -> pk.Ensemble:
    """Return some worlds of Kazakhstan, played once, for forks to be set beside."""
    return pk.simulate(kazakhstan(), worlds=12, seed=5, progress=False)


def score_tables(record, outcomes, series, events, scenario, baselines=None) -> Score:
    """Return the score of worlds that are given as tables."""
    months = series.sizes["month"]
    figures = scored_figures(record, scenario, months)
    return Score(
        scenario.name,
        1,
        len(outcomes),
        figures,
        build_forecast(figures, outcomes, series, events, scenario),
        {**plain_forecasts(figures, start_levels(figures, series)), **(baselines or {})},
        months,
        list_not_scored(record, figures),
    )


def play(scenario: Scenario, seed: int, world: int, months: int) -> WorldBuffer:
    """Play one world and return its buffer, state included.

    A world with more events than there is space for is stopped, as in any run, and returned as far
    as it came.
    """
    buffer = WorldBuffer(scenario.table_sizes(), 1, months, True, True, events_per_world=12000)
    template = instruments.build_initial_memory(buffer.world, scenario)
    answer = run_chunk(
        load_driver(scenario.rules),
        buffer,
        template,
        as_record(scenario.params()),
        as_record(scenario.start()),
        seed,
        world,
        1,
        months,
    )
    overflowed = int(buffer.world.clock[0].told) > len(buffer.world.events)
    assert answer == -1 or overflowed, f"world {world} of seed {seed} failed"
    return buffer


def out_of_range(world) -> list[str]:
    """Return the fields of a world that left their declared range."""
    found = []
    for table in tables().values():
        rows = getattr(world, table.name)
        for field in table.fields:
            values = rows[field.name].astype(float)
            if (
                not np.isfinite(values).all()
                or (values < field.low - 1e-9).any()
                or (values > field.high + 1e-9).any()
            ):
                found.append(
                    f"{field.key} in [{values.min():g}, {values.max():g}], declared [{field.low:g},"
                    f" {field.high:g}]"
                )
    return found


def difference(one, other, column: str) -> tuple[float, float]:
    """Return the mean paired difference of an outcome between two ensembles of one seed, and its
    standard error.
    """
    gap = other.outcomes.set_index("world")[column].astype(float) - one.outcomes.set_index("world")[
        column
    ].astype(float)
    gap = gap.dropna()
    return float(gap.mean()), float(gap.std(ddof=1) / np.sqrt(len(gap)))


NO_CHANGE = {
    "oligarchs.inertia": pk.load("kazakhstan", numbers="declared").params().oligarchs.inertia
}
"""A change of a fork that changes nothing: a number is set to what it is."""


def not_reproduced(*values, reason: str):
    """Return values of a parametrised test that the worlds do not reproduce, and what comes out."""
    said = f"not reproduced with all pieces together: {reason}"
    return pytest.param(*values, marks=pytest.mark.xfail(strict=True, reason=said))


DISSOLVING = ["I08", "I13", "I18"]
"""The acts that end a parliament."""
