"""Objects that travel: between processes, and into copies.

1. Scenarios, ensembles, comparisons, regimes and stored runs pickle and copy, and go on to give the
   same worlds.
2. A rule of the package travels by its name; a rule of one's own, with its helpers and constants,
   by its source, also from a notebook.
3. `multiprocessing` in its three ways, `joblib`, dask's bags and delayed calls, and mesa's batch
   runs over a regime work.
4. The package itself never reads a pickle from a file.
"""

import copy
import pickle
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import mesa
import pandas as pd
import pytest
from worlds import small

import poruka as pk
from poruka.engine.jit import kernel
from poruka.engine.rule import rule
from poruka.engine.rule_pickling import describe_function
from poruka.rules.schedule import SCHEDULE

ROOT = Path(__file__).parents[2]
WEAKENING = 0.25


@kernel
def weakened(value):
    return value * WEAKENING


def own_rule():
    """Return a rule that no other process finds by its name, and that uses a helper."""

    @rule(id="test.ailing", claim="He ails.", standing="assumption", register=False)
    def ailing(world, params, stream):
        president = world.president[0]
        president.health = weakened(president.health)

    return ailing


def copies(thing):
    """Return a thing as another process would get it, and as a deep copy."""
    return pickle.loads(pickle.dumps(thing)), copy.deepcopy(thing)


@pytest.fixture(scope="module")
def played():
    """A few worlds of the small country."""
    return pk.simulate(small(), worlds=3, seed=2, until="1993-12", progress=False)


def test_scenarios_travel_with_everything_changed_in_them():
    """Proposition 1."""
    changed = (
        small()
        .change({"oligarchs.inertia": 0.3})
        .without("M3.predation")
        .fork("1992-05", force="president.dies")
        .with_draws("prior")
    )
    for one in copies(changed):
        assert one == changed and one.digest == changed.digest and one.rules == SCHEDULE
        assert [rule.run for rule in one.rules.rules] == [rule.run for rule in SCHEDULE.rules]


def test_ensembles_and_comparisons_travel_and_go_on(played):
    """Proposition 1."""
    comparison = pk.compare(played, played.fork("1991-05", force="president.dies"))
    for one in copies(played):
        pd.testing.assert_frame_equal(one.outcomes, played.outcomes)
        pd.testing.assert_frame_equal(one.events, played.events)
        assert one.series.equals(played.series)
        branch = one.fork("1991-05", force="president.dies")
        pd.testing.assert_frame_equal(branch.outcomes, comparison.branch.outcomes)
    for other in copies(comparison):
        assert other.coverage == comparison.coverage
        pd.testing.assert_frame_equal(other.divergence, comparison.divergence)


def test_a_regime_travels_with_its_state_forks_and_reasons():
    """Proposition 1."""
    parent = pk.Regime(small(), seed=2, world=1).run_until("1991-06")
    branch = parent.fork({"state.president.health": 0.4}, force="heir.unknown").run_until("1992-01")
    for one in copies(branch):
        assert one.state_digest() == branch.state_digest() and one.date == branch.date
        assert str(one.why(3)) == str(branch.why(3))
        one.run_until("1993-01")
        further = branch.fork().run_until("1993-01")
        assert one.outcomes.equals(further.outcomes) and one.events.equals(further.events)


def test_a_stored_run_travels(tmp_path):
    """Proposition 1."""
    run = pk.simulate(
        small(), worlds=2, until="1990-12", out=tmp_path / "r", progress=False, processes=0
    )
    for one in copies(run):
        pd.testing.assert_frame_equal(one.outcomes, run.outcomes)


def test_a_rule_of_ones_own_travels_by_its_source_and_plays_the_same_worlds():
    """Proposition 2."""
    assert describe_function(own_rule().function)[0] == "source"
    assert describe_function(SCHEDULE.rules[0].function)[0] == "name"
    scenario = small().with_rules(SCHEDULE.add(own_rule(), after="biology.age"))
    there = pickle.loads(pickle.dumps(scenario))
    assert there.digest == scenario.digest
    worlds = [
        pk.simulate(one, worlds=2, until="1990-08", progress=False).outcomes
        for one in (scenario, there, small())
    ]
    pd.testing.assert_frame_equal(worlds[0], worlds[1])
    assert not worlds[0].equals(worlds[2]), "the rule of one's own does nothing"


NOTEBOOK = """
    import multiprocessing, sys
    import joblib
    import poruka as pk
    from poruka.engine.jit import kernel
    from poruka.engine.rule import rule

    SHARE = 0.25

    @kernel
    def weakened(value):
        return value * SHARE

    @rule(id="test.ailing", claim="He ails.", standing="assumption", register=False)
    def ailing(world, params, stream):
        president = world.president[0]
        president.health = weakened(president.health)

    def play(scenario):
        run = pk.simulate(scenario, worlds=2, threads=1, until="1990-08", progress=False)
        return run.outcomes["mean_control"].tolist()

    if __name__ == "__main__":
        usual = pk.load("kazakhstan", numbers="declared")
        both = [usual, usual.with_rules(usual.rules.add(ailing, after="biology.age"))]
        here = [play(one) for one in both]
        assert here[0] != here[1]
        for way in ("fork", "spawn", "forkserver"):
            with multiprocessing.get_context(way).Pool(2) as pool:
                assert pool.map(play, both) == here, way
        assert joblib.Parallel(n_jobs=2)(joblib.delayed(play)(one) for one in both) == here
        print("the same worlds")
"""


@pytest.mark.slow
def test_processes_of_every_kind_play_the_same_worlds(tmp_path):
    """Proposition 3, with a rule defined where the program starts."""
    pytest.importorskip("joblib")
    program = tmp_path / "program.py"
    program.write_text(textwrap.dedent(NOTEBOOK), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, check=False, timeout=600
    )
    assert done.stdout.endswith("the same worlds\n"), done.stderr[-2000:]


def highest_control(scenario):
    """Return a number of each world of a scenario."""
    run = pk.simulate(scenario, worlds=2, seed=2, until="1990-12", progress=False)
    return run.outcomes["apogee"].tolist()


@pytest.mark.parametrize("scheduler", ["synchronous", "threads", "processes"])
def test_dask_takes_scenarios_and_gives_ensembles(scheduler):
    """Proposition 3: a bag of scenarios, and an ensemble made by one delayed call for another."""
    bags, dask = pytest.importorskip("dask.bag"), pytest.importorskip("dask")
    scenarios = [small().change({"start.president.age": age}) for age in (40, 70)]
    asked = {"worlds": 2, "seed": 2, "until": "1990-12", "progress": False}
    ensemble = dask.delayed(pk.simulate)(small(), **asked)
    fork = dask.delayed(pk.Ensemble.fork)(ensemble, "1990-06", force="president.dies")
    with dask.config.set(scheduler=scheduler, num_workers=1):
        bag = bags.from_sequence(scenarios, npartitions=1).map(highest_control).compute()
        ensemble, fork = dask.compute(ensemble, fork)
    assert bag == [highest_control(scenario) for scenario in scenarios]
    here = pk.simulate(small(), **asked)
    pd.testing.assert_frame_equal(ensemble.events, here.events)
    pd.testing.assert_frame_equal(
        fork.outcomes, here.fork("1990-06", force="president.dies").outcomes
    )


def test_mesa_runs_regimes_in_batches():
    """Proposition 3."""
    rows = mesa.batch_run(
        pk.Regime,
        {"scenario": ["kazakhstan"], "seed": [1, 2]},
        number_processes=2,
        max_steps=3,
        display_progress=False,
    )
    assert len(rows) == 2
    for row in rows:
        regime = pk.Regime("kazakhstan", seed=row["seed"])
        for _ in range(row["Step"]):
            regime.step()
        assert row["control"] == regime.control


def test_the_package_reads_no_pickle():
    """Proposition 4."""
    reading = re.compile(r"\b(pickle|cloudpickle|joblib|dill|shelve)\.(load|Unpickler)|read_pickle")
    # Machine code of kernels lies in a cache folder that is this user's and closed to others.
    others = (path for path in (ROOT / "model").rglob("*.py") if path.stem != "machine_code")
    for path in others:
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not reading.search(line), f"{path.name}: {line}"
