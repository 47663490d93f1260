"""Ensembles: many worlds to count.

1. World k of a seed is the same whatever the number of worlds, the chunks and the threads; other
   seeds give other worlds.
2. Series are never NaN, `until` is inclusive, and each level of recording includes the one before.
3. A world that fails is recorded with its seed and the others go on.
4. A run on disk gives the same tables, is found finished a second time, and another run is not
   written over it.
5. A rule that cannot be compiled is refused by its name; no world is blamed for it.
6. Arguments that cannot be used are refused before anything is written.
"""

import numpy as np
import pytest
from worlds import kazakhstan, small

import poruka as pk
from poruka.engine.jit import JIT_ENABLED
from poruka.engine.rule import Schedule, rule
from poruka.rules.schedule import SCHEDULE
from poruka.simulation import runner as runner_page
from poruka.utils.errors import BadInput


def same(one, other) -> bool:
    """Return whether two ensembles hold the same worlds to the bit."""
    return (
        one.outcomes.equals(other.outcomes)
        and one.series.identical(other.series)
        and one.events.equals(other.events)
    )


def test_results_do_not_depend_on_chunks_and_threads(monkeypatch):
    """Proposition 1."""
    base = pk.simulate(kazakhstan(), worlds=23, seed=2, threads=1, until="1994-06", progress=False)
    for chunk, threads in ((1, 2), (7, 2), (23, 1), (5, 4)):
        monkeypatch.setattr(runner_page, "WORLDS_PER_CHUNK", chunk)
        assert same(
            base,
            pk.simulate(
                kazakhstan(), worlds=23, seed=2, threads=threads, until="1994-06", progress=False
            ),
        ), f"chunks of {chunk}, {threads} threads"


def test_a_world_is_the_same_in_a_smaller_ensemble_and_differs_with_the_seed():
    """Proposition 1."""
    ten = pk.simulate(kazakhstan(), worlds=10, seed=2, until="1992-12", progress=False)
    three = pk.simulate(kazakhstan(), worlds=3, seed=2, until="1992-12", progress=False)
    other = pk.simulate(kazakhstan(), worlds=3, seed=3, until="1992-12", progress=False)
    assert ten.outcomes.head(3).equals(three.outcomes)
    assert not other.outcomes.equals(three.outcomes)


def test_until_is_inclusive_and_series_are_whole():
    """Proposition 2."""
    e = pk.simulate(kazakhstan(), worlds=4, seed=1, until="1991-12", progress=False)
    assert (
        str(e.series["month"].values[0])[:7] == "1990-03"
        and str(e.series["month"].values[-1])[:7] == "1991-12"
    )
    assert e.series.sizes == {"world": 4, "month": 22}
    assert all(np.isfinite(e.series[name]).all() for name in e.series)
    assert set(e.events.columns) == {
        "world",
        "month",
        "date",
        "kind",
        "rule",
        "instrument",
        "actor",
        "target",
        "value",
    }


def test_the_levels_of_recording_include_each_other():
    """Proposition 2."""
    kept = {
        level: pk.simulate(
            kazakhstan(), worlds=3, seed=1, until="1993-12", record=level, progress=False
        )
        for level in ("outcomes", "series", "events")
    }
    assert kept["outcomes"].outcomes.equals(kept["events"].outcomes)
    assert kept["series"].series.identical(kept["events"].series)
    with pytest.raises(BadInput, match="record='outcomes'"):
        _ = kept["outcomes"].events


@pytest.mark.slow
def test_a_failing_world_is_recorded_and_the_others_go_on():
    """Proposition 3: a rule of one's own breaks the worlds whose ruler has a draw above
    one half.
    """
    from poruka.engine.random_streams import uniform

    @rule(
        "spoiler.break",
        "A number that is none, in about every second world.",
        standing="assumption",
        register=False,
    )
    def spoil(world, params, stream):
        if world.clock[0].month == 3 and uniform(stream, 0, 0) > 0.5:
            world.index[0].gdp = world.index[0].gdp * np.nan

    scenario = kazakhstan().with_rules(kazakhstan().rules.add(spoil, after="measures.indices"))
    e = pk.simulate(scenario, worlds=12, seed=1, until="1990-12", progress=False)
    good = pk.simulate(kazakhstan(), worlds=12, seed=1, until="1990-12", progress=False)
    failed = set(e.failures["world"])
    assert 0 < len(failed) < 12 and len(e.outcomes) == 12 - len(failed)
    assert set(e.failures["seed"]) == {1} and e.failures["error"].str.len().min() > 10
    assert e.outcomes.reset_index(drop=True).equals(
        good.outcomes[~good.outcomes["world"].isin(failed)].reset_index(drop=True)
    )


def test_a_run_on_disk_gives_the_same_tables(tmp_path):
    """Proposition 4."""
    memory = pk.simulate(kazakhstan(), worlds=25, seed=4, until="1992-12", progress=False)
    stored = pk.simulate(
        kazakhstan(), worlds=25, seed=4, until="1992-12", out=tmp_path / "run", progress=False
    )
    again = pk.open_run(tmp_path / "run")
    assert again.manifest["finished"] and again.worlds == 25
    for run in (stored, again):
        assert (run.outcomes["apogee"].to_numpy() == memory.outcomes["apogee"].to_numpy()).all()
        assert (run.series["control"].to_numpy() == memory.series["control"].to_numpy()).all()
        assert len(run.events) == len(memory.events)
    with pytest.raises(BadInput, match="another run"):
        pk.simulate(
            kazakhstan(), worlds=26, seed=4, until="1992-12", out=tmp_path / "run", progress=False
        )
    pk.simulate(
        kazakhstan(), worlds=25, seed=4, until="1992-12", out=tmp_path / "run", progress=False
    )


@pytest.mark.skipif(not JIT_ENABLED, reason="interpreted rules are not compiled")
def test_a_rule_that_cannot_be_compiled_is_refused_by_name():
    """Proposition 5."""

    @rule("spoiler.misspell", "Output is a word.", standing="assumption", register=False)
    def misspell(world, params, stream):
        world.index[0].gdp = "much"

    first = kazakhstan().rules.rules[0]
    scenario = kazakhstan().with_rules(Schedule((misspell, first), SCHEDULE.start))
    with pytest.raises(BadInput, match="rule spoiler.misspell cannot be compiled"):
        pk.simulate(scenario, worlds=2, progress=False)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"worlds": 0}, "worlds"),
        ({"worlds": True}, "worlds"),
        ({"worlds": 2.5}, "worlds"),
        ({"seed": -1}, "seed"),
        ({"threads": 0}, "threads"),
        ({"record": "all"}, "record"),
        ({"worlds": 5001}, "out"),
        ({"until": "1989-01"}, "until"),
        ({"until": "2030-01"}, "until"),
        ({"until": "1995"}, "date"),
    ],
)
def test_bad_arguments_are_refused(arguments, word):
    """Proposition 6."""
    with pytest.raises(BadInput, match=word):
        pk.simulate(small(), **{"worlds": 2, "progress": False, **arguments})
