"""Runs on disk.

1. A stored run holds the same tables and the same score as the ensemble in memory, whatever its
   folder is called, branchings included.
2. One world's events, some indices or the answer to a question can be had without reading the rest;
   a DuckDB connection knows all tables.
3. A run that was interrupted goes on where it stopped and ends as if nothing had happened, failures
   included.
4. Another run's folder is refused before anything is played.
5. Threads, processes and parts give the same files to the bit.
6. A world of a run is told as far as the run went, and no world or change that the run does not
   have.
7. A world that fails is kept with its seed, its parameters and its error, and the others go on.
"""

import json

import numpy as np
import pandas as pd
import pytest
from command_ends import main_ends
from failing_worlds import break_worlds
from torture import contents
from worlds import kazakhstan

import poruka as pk
from poruka.runs import chunks as chunks_page
from poruka.runs import job as batch_page
from poruka.runs.merge import merge_parts
from poruka.simulation import failures as failures_page
from poruka.simulation import runner as runner_page
from poruka.utils.errors import BadInput

ASKED = {"worlds": 7, "seed": 4, "until": "1995-06", "progress": False}


@pytest.fixture
def small_chunks(monkeypatch):
    """Make chunks of four worlds, played by two, so that a few worlds are many files."""
    monkeypatch.setattr(runner_page, "WORLDS_PER_CHUNK", 2)
    monkeypatch.setattr(chunks_page, "WORLDS_PER_CHUNK", 4)


def equal(one, other) -> bool:
    """Return whether two runs hold the same worlds to the bit."""
    tables = [
        (run.outcomes.astype({"outcome": str}), run.events.astype(str)) for run in (one, other)
    ]
    pd.testing.assert_frame_equal(tables[0][0], tables[1][0], check_dtype=False)
    pd.testing.assert_frame_equal(
        tables[0][1].reset_index(drop=True), tables[1][1].reset_index(drop=True)
    )
    return bool(one.series.identical(other.series))


def test_tables_and_score_are_those_of_the_ensemble_in_memory(tmp_path, small_chunks):
    """Proposition 1."""
    memory = pk.simulate(kazakhstan(), **ASKED)
    pk.simulate(kazakhstan(), out=tmp_path / "nobody's run [1]", **ASKED)
    stored = pk.open_run(tmp_path / "nobody's run [1]")
    assert equal(memory, stored)
    pd.testing.assert_frame_equal(memory.score().figures, stored.score().figures)
    assert stored.manifest["counts"] == {"played": 7, "failed": 0}


def test_branchings_are_kept_with_the_run(tmp_path, small_chunks):
    """Proposition 1."""
    forked = kazakhstan().fork("1992-05", force=["president.dies"])
    memory = pk.simulate(forked, **ASKED)
    pk.simulate(forked, out=tmp_path / "run", **ASKED)
    stored = pk.open_run(tmp_path / "run")
    assert equal(memory, stored) and set(stored.outcomes["fork_1_month"]) == {26.0}
    assert stored.scenario.forks == forked.forks and stored.scenario.digest == forked.digest


def test_what_is_asked_for_is_all_that_is_read(tmp_path, small_chunks):
    """Proposition 2."""
    stored = pk.simulate(kazakhstan(), out=tmp_path / "run", **ASKED)
    other = tmp_path / "run" / "events" / "worlds-000000000.parquet"
    content = other.read_bytes()
    other.write_bytes(bytes(len(content)))
    one = pk.open_run(tmp_path / "run").events_of(5)
    other.write_bytes(content)
    assert set(one["world"]) == {5} and one.astype(str).equals(
        stored.events[stored.events["world"] == 5].astype(str).reset_index(drop=True)
    )
    assert (
        list(stored.series_of(["gdp"])) == ["gdp"]
        and (stored.series_of(["gdp"])["gdp"] == stored.series["gdp"]).all()
    )
    counts = stored.query(
        "select kind, count(*) as told from events group by kind order by told desc"
    )
    assert counts["told"].sum() == len(stored.events)
    with pytest.raises(BadInput, match="cannot be executed"):
        stored.query("select nonsense from outcomes")
    with stored.connect() as connection:
        assert connection.execute("select count(*) from series").fetchone() == (7 * stored.months,)
        assert connection.execute("select count(*) from failures").fetchone() == (0,)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--world", "7"], "worlds 0 to 6"),
        (["--world", "-1"], "worlds 0 to 6"),
        (["--set", "oligarchs.inertia=0.5"], "leave out --set"),
        (["--seed", "9"], "with seed 4"),
    ],
)
def test_a_run_tells_its_own_worlds_and_no_others(asked, said, tmp_path, capsys):
    """Proposition 6."""
    pk.simulate(kazakhstan(), out=tmp_path / "run", **ASKED)
    main_ends(["chronicle", str(tmp_path / "run"), "--world", "6", "--json"], 0)
    told = json.loads(capsys.readouterr().out)
    assert (
        len(told) == len(pk.open_run(tmp_path / "run").events_of(6))
        and max(one["date"] for one in told) <= "1995-06"
    )
    main_ends(["chronicle", str(tmp_path / "run"), *asked], 2)
    assert said in capsys.readouterr().err


def test_a_world_that_fails_is_named_and_the_others_go_on(monkeypatch):
    """Proposition 7, in memory."""
    good = pk.simulate(kazakhstan(), **ASKED)
    break_worlds(monkeypatch, 1, 6)
    e = pk.simulate(kazakhstan().change({"oligarchs.inertia": 0.5}), **ASKED)
    assert e.failures["world"].to_list() == [1, 6] and set(e.failures["seed"]) == {4}
    assert json.loads(e.failures["parameters"][0])["changes"] == {"oligarchs.inertia": 0.5}
    e = pk.simulate(kazakhstan(), **ASKED)
    rest = ~good.outcomes["world"].isin([1, 6])
    assert e.outcomes.equals(good.outcomes[rest].reset_index(drop=True))
    assert not e.events["world"].isin([1, 6]).any() and e.series.sizes["world"] == 5


def test_a_world_that_fails_keeps_the_traceback_of_its_uncompiled_replay(tmp_path, monkeypatch):
    """Proposition 7: the replay, a process of its own that builds the scenario from plain data,
    meets a planted error.
    """
    planted = (
        "from poruka.simulation import regime\n"
        "def step(self):\n"
        "    inertia = self.world_scenario.params().oligarchs.inertia\n"
        "    raise ZeroDivisionError(f'planted for {inertia}')\n"
        "regime.Regime.step = step\n"
    )
    monkeypatch.setattr(failures_page, "REPLAY_PROGRAM", planted + failures_page.REPLAY_PROGRAM)
    honest = runner_page.run_chunk
    monkeypatch.setattr(
        runner_page, "run_chunk", lambda *a: 2 if a[6] <= 2 < a[6] + a[7] else honest(*a)
    )
    run = pk.simulate(
        kazakhstan().change({"oligarchs.inertia": 0.625}),
        out=tmp_path / "run",
        processes=0,
        **{**ASKED, "worlds": 3, "until": "1990-06"},
    )
    failed = run.failures.iloc[0]
    assert (failed["world"], failed["seed"], failed["error"]) == (
        2,
        4,
        "ZeroDivisionError: planted for 0.625",
    ) and len(run.outcomes) == 2
    assert "Traceback" in failed["traceback"] and json.loads(failed["parameters"]) == {
        "changes": {"oligarchs.inertia": 0.625}
    }


def test_an_interrupted_run_goes_on_and_forgets_nothing(tmp_path, small_chunks, monkeypatch):
    """Propositions 3 and 6: world 1 fails in the first chunk, before the interruption; all of the
    second chunk fails.
    """
    break_worlds(monkeypatch, 1, 4, 5, 6)
    whole = pk.simulate(kazakhstan(), **ASKED)
    undisturbed = pk.simulate(kazakhstan(), out=tmp_path / "undisturbed", **ASKED)

    def interrupt(done: int, total: int) -> None:
        assert total == 7
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pk.simulate(
            kazakhstan(), out=tmp_path / "run", threads=1, **{**ASKED, "progress": interrupt}
        )
    begun = pk.open_run(tmp_path / "run")
    assert not begun.manifest["finished"] and begun.outcomes["world"].to_list() == [0, 2, 3], (
        "readers may look"
    )
    played: list[int] = []
    honest = runner_page.run_chunk
    monkeypatch.setattr(runner_page, "run_chunk", lambda *a: played.append(a[6]) or honest(*a))
    stored = pk.simulate(kazakhstan(), out=tmp_path / "run", processes=0, **ASKED)
    assert min(played) == 4, "the first chunk was there"
    assert equal(whole, stored) and stored.failures["world"].to_list() == [1, 4, 5, 6]
    assert pk.open_run(tmp_path / "run").manifest["counts"] == {"played": 7, "failed": 4}
    assert (
        contents(tmp_path / "run") == contents(tmp_path / "undisturbed") and undisturbed.worlds == 7
    )
    assert not (tmp_path / "run" / "drafts").exists()
    before = len(played)
    pk.simulate(kazakhstan(), out=tmp_path / "run", **ASKED)
    assert len(played) == before, "a finished run is not played again"


def test_another_runs_folder_is_refused_before_anything_is_played(tmp_path, monkeypatch):
    """Proposition 4."""
    pk.simulate(kazakhstan(), out=tmp_path / "run", record="outcomes", **ASKED)
    monkeypatch.setattr(
        batch_page, "dispatch_chunks", lambda *arguments: pytest.fail("worlds were played")
    )
    for asked in ({**ASKED, "worlds": 8}, {**ASKED, "seed": 5}, {**ASKED, "until": "1995-07"}):
        with pytest.raises(BadInput, match="another run"):
            pk.simulate(kazakhstan(), out=tmp_path / "run", record="outcomes", **asked)
    with pytest.raises(BadInput, match="another run"):
        pk.simulate(
            kazakhstan().without("M3.predation"), out=tmp_path / "run", record="outcomes", **ASKED
        )
    with pytest.raises(BadInput, match="no events"):
        _ = pk.open_run(tmp_path / "run").events


def test_a_run_killed_before_it_had_a_manifest_can_be_begun_again(tmp_path):
    """Proposition 3: what such a run leaves is no reason to refuse its folder."""
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "lock").write_text("")
    (tmp_path / "run" / "manifest.json.4711.part").write_text('{"format"')
    assert (
        len(
            pk.simulate(
                kazakhstan(),
                worlds=2,
                seed=4,
                until="1990-06",
                out=tmp_path / "run",
                progress=False,
            ).outcomes
        )
        == 2
    )
    assert not list((tmp_path / "run").glob("*.part"))


def test_whole_numbers_of_numpy_are_whole_numbers(tmp_path):
    """Proposition 1: worlds and seeds come out of tables, too."""
    run = pk.simulate(
        kazakhstan(),
        worlds=np.int64(2),
        seed=np.int64(4),
        until="1990-06",
        out=tmp_path / "run",
        progress=False,
    )
    assert (run.worlds, run.seed) == (2, 4)


def test_threads_processes_and_parts_give_the_same_files(tmp_path, small_chunks):
    """Proposition 5: the last part is merged later, after the run has been begun without it."""
    asked = {**ASKED, "worlds": 18}
    pk.simulate(kazakhstan(), out=tmp_path / "threads", processes=0, **asked)
    pk.simulate(kazakhstan(), out=tmp_path / "processes", processes=2, **asked)
    like = contents(tmp_path / "threads")
    assert contents(tmp_path / "processes") == like and len(like) == 4 * 5
    for part in ("1/3", "2/3"):
        pk.simulate(kazakhstan(), out=tmp_path / "parts", shard=part, **asked)
    found = merge_parts(tmp_path / "parts")
    assert (found["whole"], found["missing"], found["damaged"]) == (12, ["3/3"], [])
    assert not pk.open_run(tmp_path / "parts").manifest["finished"]
    pk.simulate(kazakhstan(), out=tmp_path / "parts", shard="3/3", **asked)
    assert merge_parts(tmp_path / "parts")["taken"] == 6 and contents(tmp_path / "parts") == like
    assert (
        merge_parts(tmp_path / "parts")["taken"] == 0
        and pk.open_run(tmp_path / "parts").manifest["finished"]
    )
    pk.simulate(kazakhstan(), out=tmp_path / "others", shard="1/3", **{**asked, "seed": 5})
    with pytest.raises(BadInput, match="part of another run"):
        merge_parts(
            tmp_path / "mixed",
            [
                tmp_path / "parts" / "part-00001-of-00003",
                tmp_path / "others" / "part-00001-of-00003",
            ],
        )


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"shard": "0/3"}, "i/n"),
        ({"shard": "4/3"}, "i/n"),
        ({"shard": "x"}, "i/n"),
        ({"shard": "1/3", "out": None}, "out="),
        ({"cluster": "tcp://127.0.0.1:9"}, "no scheduler"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(asked, word, tmp_path, monkeypatch):
    """Proposition 4."""
    monkeypatch.setattr("poruka.runs.dask_cluster.CLUSTER_TIMEOUT_SECONDS", 0.5)
    with pytest.raises(BadInput, match=word):
        pk.simulate(kazakhstan(), **{**ASKED, "out": tmp_path / "run", **asked})
    assert not list(tmp_path.iterdir())


def test_a_large_run_is_scored_in_pieces_and_drawn_from_some_of_its_worlds(
    tmp_path, small_chunks, monkeypatch
):
    """Proposition 2: with a memory of eight worlds."""
    memory = pk.simulate(kazakhstan(), **{**ASKED, "worlds": 30})
    stored = pk.simulate(kazakhstan(), out=tmp_path / "run", **{**ASKED, "worlds": 30})
    monkeypatch.setattr("poruka.runs.stored_run.MAX_WORLDS_IN_MEMORY", 8)
    pd.testing.assert_frame_equal(memory.score().figures, stored.score().figures)
    few = stored.thinned(8)
    assert (
        few.outcomes["world"].to_list() == [0, 1, 2, 3, 16, 17, 18, 19]
        and few.series.sizes["world"] == 8
        and stored.thinned(30) is stored
    )
    monkeypatch.setattr("poruka.runs.stored_run.available_memory", lambda: 1.0)
    with pytest.raises(BadInput, match="do not fit"):
        _ = stored.events
