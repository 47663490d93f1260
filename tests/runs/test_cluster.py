"""Beyond one machine.

1. A cluster of two workers gives the same files as one machine, though one of them is killed on the
   way.
2. When the scheduler dies the run stops in words; what was finished is kept, and it goes on without
   a cluster to the same end.
3. A cluster that nobody answers for, or a run by rules of one's own, is refused before anything is
   written.
"""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from torture import ASKED, contents, environment, receipts, whole
from worlds import kazakhstan

import poruka as pk
from poruka.runs import chunks as chunks_page
from poruka.utils.errors import BadInput, RunStopped

distributed = pytest.importorskip("distributed")


def until(happened) -> None:
    """Wait for something, for two minutes at most."""
    for _ in range(6000):
        if happened():
            return
        time.sleep(0.02)
    raise AssertionError("it did not happen")


@pytest.mark.filterwarnings("ignore::Warning")
def test_a_cluster_gives_the_same_worlds_though_a_worker_is_killed(tmp_path, monkeypatch):
    """Proposition 1: the nanny starts another, and chunks on their way are given out again."""
    monkeypatch.setattr(chunks_page, "WORLDS_PER_CHUNK", 5)
    pk.simulate(kazakhstan(), out=tmp_path / "here", **ASKED)
    killed: list[int] = []
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:

        def strike() -> None:
            while receipts(tmp_path / "there") < 2:
                time.sleep(0.02)
            killed.append(next(iter(cluster.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

        threading.Thread(target=strike, daemon=True).start()
        pk.simulate(
            kazakhstan(), out=tmp_path / "there", cluster=cluster.scheduler_address, **ASKED
        )
    assert killed and whole(tmp_path / "there", contents(tmp_path / "here"))


@pytest.mark.slow
def test_a_run_outlives_its_scheduler(tmp_path, monkeypatch):
    """Proposition 2: scheduler and worker are processes of their own here, and the scheduler is
    killed.
    """
    monkeypatch.setattr(chunks_page, "WORLDS_PER_CHUNK", 5)
    where = tmp_path / "scheduler.json"
    scheduler, worker = (
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                f"distributed.cli.dask_{what}",
                "--scheduler-file",
                str(where),
                "--no-dashboard",
                *more,
            ],
            env=environment(),
            stderr=subprocess.DEVNULL,
        )
        for what, more in (
            ("scheduler", ["--port", "0"]),
            ("worker", ["--nworkers", "1", "--nthreads", "1", "--no-nanny"]),
        )
    )
    try:
        until(where.is_file)
        threading.Thread(
            target=lambda: (until(lambda: receipts(tmp_path / "there") >= 2), scheduler.kill()),
            daemon=True,
        ).start()
        with pytest.raises(
            RunStopped, match=r"scheduler of the cluster.*is gone.*worlds are kept.*poruka resume"
        ):
            pk.simulate(kazakhstan(), out=tmp_path / "there", cluster=str(where), **ASKED)
    finally:
        for process in (scheduler, worker):
            process.kill()
            process.wait()
    assert 2 <= receipts(tmp_path / "there") < 24
    pk.simulate(kazakhstan(), out=tmp_path / "there", **ASKED)
    pk.simulate(kazakhstan(), out=tmp_path / "here", **ASKED)
    assert whole(tmp_path / "there", contents(tmp_path / "here"))


def test_a_cluster_that_cannot_be_used_is_refused_before_anything_is_written(tmp_path, monkeypatch):
    """Proposition 3."""
    from poruka.engine.rule import rule

    @rule("own.nothing", "Nothing happens.", standing="assumption", register=False)
    def nothing(world, params, stream):
        world.index[0].gdp = world.index[0].gdp

    monkeypatch.setattr("poruka.runs.dask_cluster.CLUSTER_TIMEOUT_SECONDS", 0.5)
    with pytest.raises(BadInput, match="no scheduler"):
        pk.simulate(kazakhstan(), out=tmp_path / "run", cluster="tcp://127.0.0.1:9", **ASKED)
    own = kazakhstan().with_rules(kazakhstan().rules.add(nothing, after="measures.indices"))
    with pytest.raises(BadInput, match="own.nothing.*cannot be handed"):
        pk.simulate(own, out=tmp_path / "run", cluster="tcp://127.0.0.1:9", **ASKED)
    assert not list(tmp_path.iterdir())
