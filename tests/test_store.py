"""Runs on disk.

1. A stored run holds the same tables and the same score as the ensemble in memory, whatever its folder is called.
2. One world's events, some indices or the answer to a question can be had without reading the rest.
3. A run that was interrupted goes on where it stopped and ends as if nothing had happened, failures included.
4. Another run's folder is refused before anything is played.
"""

import numpy as np
import pandas as pd
import pytest
from worlds import kazakhstan

import poruka as pk
from poruka import runner as runner_page
from poruka.errors import BadInput
from poruka.lab import store as store_page

ASKED = {"worlds": 7, "seed": 4, "until": "1995-06", "progress": False}


@pytest.fixture
def small_shards(monkeypatch):
    """Make chunks of two worlds and shards of four, so that a few worlds are many files."""
    monkeypatch.setattr(runner_page, "CHUNK", 2)
    monkeypatch.setattr(store_page, "SHARD", 4)


def break_worlds(monkeypatch, *broken: int) -> None:
    """Let some worlds fail as if an index had left its bounds."""
    honest = runner_page.run_chunk

    def run_chunk(play, buffer, template, params, start, seed, first, count, months):
        bad = [world for world in range(first, first + count) if world in broken]
        return bad[0] if bad else honest(play, buffer, template, params, start, seed, first, count, months)
    monkeypatch.setattr(runner_page, "run_chunk", run_chunk)
    monkeypatch.setattr(runner_page, "interpreted_traceback", lambda *arguments: "")


def equal(one, other) -> bool:
    """Return whether two runs hold the same worlds to the bit."""
    tables = [(run.outcomes.astype({"outcome": str}), run.events.astype(str)) for run in (one, other)]
    pd.testing.assert_frame_equal(tables[0][0], tables[1][0], check_dtype=False)
    pd.testing.assert_frame_equal(tables[0][1].reset_index(drop=True), tables[1][1].reset_index(drop=True))
    return bool(one.series.identical(other.series))


def test_tables_and_score_are_those_of_the_ensemble_in_memory(tmp_path, small_shards):
    """Proposition 1."""
    memory = pk.simulate(kazakhstan(), **ASKED)
    pk.simulate(kazakhstan(), out=tmp_path / "nobody's run [1]", **ASKED)
    stored = pk.open_run(tmp_path / "nobody's run [1]")
    assert equal(memory, stored)
    pd.testing.assert_frame_equal(memory.score(), stored.score())
    assert stored.manifest["counts"] == {"played": 7, "failed": 0}


def test_what_is_asked_for_is_all_that_is_read(tmp_path, small_shards):
    """Proposition 2."""
    stored = pk.simulate(kazakhstan(), out=tmp_path / "run", **ASKED)
    one = stored.events_of(5)
    assert set(one["world"]) == {5} and one.astype(str).equals(stored.events[stored.events["world"] == 5].astype(str).reset_index(drop=True))
    assert list(stored.series_of(["gdp"])) == ["gdp"] and (stored.series_of(["gdp"])["gdp"] == stored.series["gdp"]).all()
    counts = stored.query("select kind, count(*) as told from events group by kind order by told desc")
    assert counts["told"].sum() == len(stored.events)
    with pytest.raises(BadInput, match="cannot be answered"):
        stored.query("select nonsense from outcomes")


def test_a_world_that_fails_is_named_and_the_others_go_on(monkeypatch):
    """Proposition 3, in memory."""
    good = pk.simulate(kazakhstan(), **ASKED)
    break_worlds(monkeypatch, 1, 6)
    e = pk.simulate(kazakhstan(), **ASKED)
    assert e.failures["world"].to_list() == [1, 6] and set(e.failures["seed"]) == {4}
    rest = ~good.outcomes["world"].isin([1, 6])
    assert e.outcomes.equals(good.outcomes[rest].reset_index(drop=True))
    assert not e.events["world"].isin([1, 6]).any() and e.series.sizes["world"] == 5


def test_an_interrupted_run_goes_on_and_forgets_nothing(tmp_path, small_shards, monkeypatch):
    """Proposition 3: world 1 fails in the first shard, before the interruption; all of the second shard fails."""
    break_worlds(monkeypatch, 1, 4, 5, 6)
    whole = pk.simulate(kazakhstan(), **ASKED)

    def interrupt(done: int, total: int) -> None:
        if done > 4:
            raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        pk.simulate(kazakhstan(), out=tmp_path / "run", threads=1, **{**ASKED, "progress": interrupt})
    assert not pk.open_run(tmp_path / "run").manifest["finished"]
    played: list[int] = []
    honest = runner_page.run_chunk
    monkeypatch.setattr(runner_page, "run_chunk", lambda *a: played.append(a[6]) or honest(*a))
    stored = pk.simulate(kazakhstan(), out=tmp_path / "run", **ASKED)
    assert min(played) == 4, "the first shard was there"
    assert equal(whole, stored) and stored.failures["world"].to_list() == [1, 4, 5, 6]
    assert pk.open_run(tmp_path / "run").manifest["counts"] == {"played": 7, "failed": 4}
    assert not list((tmp_path / "run").rglob("*.part"))
    before = len(played)
    pk.simulate(kazakhstan(), out=tmp_path / "run", **ASKED)
    assert len(played) == before, "a finished run is not played again"


def test_another_runs_folder_is_refused_before_anything_is_played(tmp_path, monkeypatch):
    """Proposition 4."""
    pk.simulate(kazakhstan(), out=tmp_path / "run", record="outcomes", **ASKED)
    monkeypatch.setattr(store_page, "play_chunks", lambda *arguments: pytest.fail("worlds were played"))
    for asked in ({**ASKED, "worlds": 8}, {**ASKED, "seed": 5}, {**ASKED, "until": "1995-07"}):
        with pytest.raises(BadInput, match="another run"):
            pk.simulate(kazakhstan(), out=tmp_path / "run", record="outcomes", **asked)
    with pytest.raises(BadInput, match="no events"):
        _ = pk.open_run(tmp_path / "run").events


def test_whole_numbers_of_numpy_are_whole_numbers(tmp_path):
    """Proposition 1: worlds and seeds come out of tables, too."""
    run = pk.simulate(kazakhstan(), worlds=np.int64(2), seed=np.int64(4), until="1990-06", out=tmp_path / "run", progress=False)
    assert (run.worlds, run.seed) == (2, 4)
