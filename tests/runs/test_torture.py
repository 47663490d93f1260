"""Runs on disk that are disturbed.

1. Killed at any moment, coordinator or worker, a run goes on and ends to the bit as if nothing had
   happened: nothing lost, nothing twice.
2. A worker that dies is replaced and its chunk played again; a world that kills its workers, or
   never ends, is put into quarantine, the others go
   on.
3. Ctrl-C and a polite end leave a run that can be gone on with, and no worker behind; they leave
   with 130.
4. Of two processes on one run the second is refused by name; readers may look.
5. A full disk and a folder nobody may write to are said, not suffered; what is there can be read,
   and gone on with elsewhere.
6. Files that were shortened, changed, lost or put there by somebody are found, not counted, and
   played again.
7. A lost or damaged ledger or manifest costs no world, nor does a clock that was moved, nor a copy
   without the files it was made from.
8. What was begun with other code is refused in words that say what changed; a run can still be
   read.
"""

import json
import os
import random
import resource
import shutil
import signal
import time

import numpy as np
import pytest
import torture
from torture import (
    ASKED,
    command,
    contents,
    finish,
    kill,
    receipts,
    start,
    until_kept,
    whole,
    workers,
)
from worlds import kazakhstan

import poruka as pk
from poruka.runs import chunks as chunks_page
from poruka.runs import job as batch_page
from poruka.runs import manifest as manifest_page
from poruka.runs import workers as hands_page
from poruka.runs.job_db import read_job_database
from poruka.runs.open_run import resume_run
from poruka.runs.verify import verify_run
from poruka.utils.errors import BadInput, DamagedRun, RunStopped

SMALL = {"worlds": 15, "seed": 4, "until": "1991-12", "progress": False, "processes": 0}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> dict[str, str]:
    """Return the files of the run nobody disturbs."""
    folder = tmp_path_factory.mktemp("undisturbed") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks_page, "WORLDS_PER_CHUNK", 5)
        pk.simulate(kazakhstan(), out=folder, **ASKED)
    return contents(folder)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Return a finished run of three chunks."""
    folder = tmp_path_factory.mktemp("finished") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks_page, "WORLDS_PER_CHUNK", 5)
        pk.simulate(kazakhstan(), out=folder, **SMALL)
    return folder


@pytest.fixture
def small(finished, tmp_path, monkeypatch):
    """Return a copy of a finished run of three chunks and its files."""
    monkeypatch.setattr(chunks_page, "WORLDS_PER_CHUNK", 5)
    shutil.copytree(finished, tmp_path / "run")
    return tmp_path / "run", contents(tmp_path / "run")


SLOWLY = """
import time
from poruka.runs import job
commit_chunk = job.commit_chunk
job.commit_chunk = lambda *a: (commit_chunk(*a), time.sleep(1.0))
"""
"""What makes a run keep a chunk a second and no faster."""
IDLE = """
import time
from poruka.runs import workers
ask = workers.ProcessWorker._request
def ask_after_a_rest(self, line, *a):
    time.sleep(4.0 if "drafts" in line else 0.0)
    return ask(self, line, *a)
workers.ProcessWorker._request = ask_after_a_rest
"""
"""What gives every chunk of a worker four seconds of rest before it; what happens is still heard at
once.
"""


_AT_WORLD_13 = """
import os, signal, time
from poruka.simulation import runner
honest = runner.Runner.run_worlds
def run_worlds(self, first, count):
    while first <= 13 < first + count:
        {what}
    return honest(self, first, count)
runner.Runner.run_worlds = run_worlds
"""
CRASHING = _AT_WORLD_13.format(what="os.kill(os.getpid(), signal.SIGSEGV)")
"""What makes a worker crash over world 13."""
HANGING = _AT_WORLD_13.format(what="time.sleep(1.0)")
"""What makes a worker play world 13 without end."""


def kill_at_random(folder, times: int, seed: int) -> list[str]:
    """Kill a run's coordinator or one of its workers at random moments until it has been killed so
    often; return what was killed.
    """
    dice, killed, process = random.Random(seed), [], None
    while len(killed) < times:
        if process is None or process.poll() is not None:
            assert process is None or process.returncode == 0, process.communicate()[1]
            if receipts(folder) > 12:  # there must be something left to play when it is killed
                for path in sorted((folder / "receipts").glob("*"))[::2]:
                    path.unlink()
            process = start(folder, processes=dice.choice([0, 2]))
        until_kept(process, folder, receipts(folder) + dice.randint(0, 3))
        time.sleep(dice.random() * 0.1)
        if process.poll() is not None:
            continue
        at_work = [pid for pid in workers(folder) if pid != process.pid]
        if at_work and dice.random() < 0.5:
            os.kill(dice.choice(at_work), signal.SIGKILL)
            killed.append("worker")
        elif (
            at_work or dice.random() < 0.5
        ):  # else it is spared until it has workers, or something to lose
            kill(process)
            killed.append("coordinator")
            process = None
    if process is not None:
        process.communicate(timeout=300)
    return killed


def test_killed_at_random_moments_nothing_is_lost_or_counted_twice(tmp_path, undisturbed):
    """Proposition 1: a few kills, the moments from a fixed seed."""
    killed = kill_at_random(tmp_path / "run", 3, seed=11)
    resume_run(tmp_path / "run", processes=0, progress=False)
    assert len(killed) == 3 and whole(tmp_path / "run", undisturbed)


@pytest.mark.slow
def test_killed_a_hundred_times_nothing_is_lost_or_counted_twice(tmp_path, undisturbed):
    """Proposition 1, at length: five runs, each killed twenty times."""
    for seed in range(5):
        killed = kill_at_random(tmp_path / f"run{seed}", 20, seed=100 + seed)
        assert finish(tmp_path / f"run{seed}")[0] == 0
        assert (
            len(killed) == 20
            and {"worker", "coordinator"} == set(killed)
            and whole(tmp_path / f"run{seed}", undisturbed)
        ), seed


@pytest.mark.parametrize("tries", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_world_that_kills_its_workers_is_quarantined(tmp_path, undisturbed, monkeypatch, tries):
    """Proposition 2: world 13 crashes whoever plays it; once it does not any more, the run can be
    made whole.
    """
    monkeypatch.setattr(hands_page, "MAX_WORKER_DEATHS", tries)
    monkeypatch.setattr(hands_page, "WORKER_PROGRAM", CRASHING + hands_page.WORKER_PROGRAM)
    monkeypatch.setattr(chunks_page, "WORLDS_PER_CHUNK", 5)
    asked = {**ASKED, "processes": 1}
    run = pk.simulate(kazakhstan(), out=tmp_path / "run", **asked)
    assert (
        run.failures["world"].to_list() == [13]
        and "quarantined" in run.failures["error"][0]
        and "signal 11" in run.failures["error"][0]
    )
    assert "Segmentation fault" in run.failures["traceback"][0] and len(run.outcomes) == 119
    assert not run.outcomes["world"].isin([13]).any()
    again = resume_run(tmp_path / "run", processes=0, progress=False, quarantined=True)
    assert again.failures.empty and contents(tmp_path / "run") == undisturbed


@pytest.mark.slow
def test_a_world_that_never_ends_is_quarantined(tmp_path, undisturbed, monkeypatch):
    """Proposition 2: world 13 holds up whoever plays it; its worker is ended when it has been
    silent for too long.
    """
    monkeypatch.setattr(hands_page, "MAX_WORKER_DEATHS", 1)
    monkeypatch.setattr(hands_page, "WORKER_TIMEOUT_SECONDS", 20.0)
    monkeypatch.setattr(hands_page, "SECONDS_PER_AGENT_MONTH", 0.0)
    monkeypatch.setattr(hands_page, "WORKER_PROGRAM", HANGING + hands_page.WORKER_PROGRAM)
    monkeypatch.setattr(chunks_page, "WORLDS_PER_CHUNK", 5)
    run = pk.simulate(kazakhstan(), out=tmp_path / "run", **{**ASKED, "processes": 1})
    assert (
        run.failures["world"].to_list() == [13]
        and "quarantined" in run.failures["error"][0]
        and "silent for 20 s" in run.failures["error"][0]
    )
    assert (
        resume_run(tmp_path / "run", processes=0, progress=False, quarantined=True).failures.empty
        and contents(tmp_path / "run") == undisturbed
    )


def test_a_worker_that_dies_is_replaced_and_ctrl_c_leaves_no_worker_behind(tmp_path, undisturbed):
    """Propositions 2 and 3."""
    process = start(
        tmp_path / "run", processes=2, before=IDLE
    )  # so that it is still at work when the new worker is
    until_kept(process, tmp_path / "run", 2)
    victims = workers(tmp_path / "run")
    os.kill(victims[0], signal.SIGKILL)
    give_up = time.monotonic() + 60.0
    while victims[0] in (at_work := workers(tmp_path / "run")) or len(at_work) < 2:
        assert process.poll() is None and time.monotonic() < give_up, "the worker is not replaced"
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130 and not any(os.path.exists(f"/proc/{pid}") for pid in at_work)
    assert (
        read_job_database(tmp_path / "run")["sessions"][-1]["ended"] == "interrupted"
        and not verify_run(tmp_path / "run").damaged
    )
    resume_run(tmp_path / "run", processes=0, progress=False)
    assert whole(tmp_path / "run", undisturbed)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_that_python_throws_away_is_remembered(
    tmp_path, undisturbed, monkeypatch, asked
):
    """Proposition 3: the signal strikes while an object is buried, where its exception goes
    nowhere.
    """

    class Buried:
        def __del__(self):
            signal.raise_signal(asked)

    def kept(*arguments):
        commit_chunk(*arguments)
        Buried()

    commit_chunk = batch_page.commit_chunk
    monkeypatch.setattr(batch_page, "commit_chunk", kept)
    monkeypatch.setattr(chunks_page, "WORLDS_PER_CHUNK", 5)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            pk.simulate(kazakhstan(), out=tmp_path / "run", threads=1, processes=0, **ASKED)
    finally:
        signal.signal(signal.SIGINT, before)
    assert (
        receipts(tmp_path / "run") == 1
        and read_job_database(tmp_path / "run")["sessions"][-1]["ended"] == "interrupted"
    )
    monkeypatch.setattr(batch_page, "commit_chunk", commit_chunk)
    resume_run(tmp_path / "run", processes=0, progress=False)
    assert whole(tmp_path / "run", undisturbed)


def test_two_processes_on_one_run_refuse_politely_and_readers_may_look(tmp_path, undisturbed):
    """Propositions 3 and 4: the first is slowed down, looked at, and in the end asked to leave."""
    process = start(tmp_path / "run", threads=1, processes=0, before=SLOWLY)
    until_kept(process, tmp_path / "run", 1)
    second = command("resume", tmp_path / "run")
    assert (
        second.returncode == 2
        and f"process {process.pid}" in second.stderr
        and "Traceback" not in second.stderr
    )
    with pytest.raises(BadInput, match="is being run by process"):
        pk.simulate(kazakhstan(), out=tmp_path / "run", **ASKED)
    seen = pk.open_run(tmp_path / "run")
    assert 0 < len(seen.outcomes) < 120 and len(seen.series["world"]) == len(seen.outcomes)
    looked = verify_run(tmp_path / "run")
    assert looked.running and looked.is_valid
    process.terminate()
    process.communicate(timeout=60)
    assert process.returncode == 130
    resume_run(tmp_path / "run", processes=0, progress=False)
    assert whole(tmp_path / "run", undisturbed)


def test_a_full_disk_stops_a_run_that_goes_on_when_there_is_room(tmp_path, monkeypatch):
    """Proposition 5: for a while no file may grow beyond a size that the ledger does not reach and
    the monthly indices do.
    """
    monkeypatch.setattr(chunks_page, "WORLDS_PER_CHUNK", 40)
    pk.simulate(kazakhstan(), out=tmp_path / "undisturbed", **ASKED)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, before[1]))
    try:
        for processes in (0, 1):
            with pytest.raises(
                RunStopped,
                match=r"stopped: .*File too large.* of 120 worlds are kept .*poruka resume",
            ):
                pk.simulate(kazakhstan(), out=tmp_path / "run", **{**ASKED, "processes": processes})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert verify_run(tmp_path / "run").damaged == []
    resume_run(tmp_path / "run", processes=0, progress=False)
    assert whole(tmp_path / "run", contents(tmp_path / "undisturbed"))


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk")
def test_a_small_disk_that_is_full_stops_a_run(tmp_path, undisturbed):
    """Proposition 5, on a real file system with room for some chunks only."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.system(f"mount -t tmpfs -o size=600k tmpfs '{disk}' 2>/dev/null") != 0:
        pytest.skip("no disk can be mounted here")
    try:
        code, said = finish(disk / "run", processes=0)
        assert code == 1 and "No space left" in said and "Traceback" not in said, said
        assert verify_run(disk / "run").damaged == []
        os.system(f"mount -o remount,size=20m '{disk}'")
        assert finish(disk / "run")[0] == 0 and whole(disk / "run", undisturbed)
    finally:
        os.system(f"umount '{disk}'")


def test_a_folder_nobody_may_write_to_is_read_and_not_written(small, finished):
    """Proposition 5; root may write anywhere and plays nobody meanwhile."""
    folder, like = small
    shutil.rmtree(folder / "events")
    asked = verify_run(folder)
    assert len(asked.damaged) == 3
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    me = os.geteuid()
    for parent in {*folder.parents, *finished.parents}:
        if (
            me == 0
            and parent.owner() == "root"
            and parent.stat().st_mode & 0o001 == 0
            and len(parent.parts) > 2
        ):
            parent.chmod(parent.stat().st_mode | 0o011)
    try:
        if me == 0:
            os.seteuid(65534)
        with pytest.raises(DamagedRun, match="is missing"):
            pk.open_run(folder)
        assert pk.open_run(folder, partial=True).coverage == "0 of 15 worlds (15 missing)"
        assert verify_run(folder).to_dict()["whole"] == 0
        assert resume_run(finished, processes=0, progress=False).worlds == 15, (
            "what is finished and whole is left as it is"
        )
        with pytest.raises(BadInput, match="cannot be written"):
            resume_run(folder, processes=0, progress=False)
        with pytest.raises(BadInput, match="cannot be"):
            pk.simulate(kazakhstan(), out=folder / "new", **SMALL)
    finally:
        if me == 0:
            os.seteuid(0)
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
    resume_run(folder, processes=0, progress=False)
    assert contents(folder) == like


def shorten(path):
    """Cut a file in half."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path):
    """Change one bit in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def remove(path):
    """Remove a file."""
    path.unlink()


def exchange(path):
    """Put the file of other worlds in its place."""
    shutil.copyfile(path.with_name(path.name.replace("05", "10")), path)


@pytest.mark.parametrize("spoil", [shorten, flip, remove, exchange])
@pytest.mark.parametrize("kind", ["outcomes", "series", "events", "receipts"])
def test_what_was_spoiled_is_found_and_played_again(small, spoil, kind):
    """Proposition 6: it is the second of three chunks."""
    folder, like = small
    spoil(next((folder / kind).glob("worlds-000000005.*")))
    found = verify_run(folder)
    assert (
        not found.is_valid
        and (found.intact_worlds, found.worlds) == (10, 15)
        and any("5" in one for one in found.damaged)
    )
    with pytest.raises(DamagedRun, match="damaged: .*resume"):
        pk.open_run(folder).query(f"select * from {'outcomes' if kind == 'receipts' else kind}")
    rest = pk.open_run(folder, partial=True)
    assert rest.outcomes["world"].to_list() == [*range(5), *range(10, 15)]
    assert rest.coverage == "10 of 15 worlds (5 missing)" and len(rest.damage) == 1
    assert resume_run(folder, processes=0, progress=False).outcomes["world"].to_list() == list(
        range(15)
    )
    assert contents(folder) == like and verify_run(folder).is_valid


@pytest.mark.parametrize("name", ["receipts/worlds-000000005.json", "manifest.json"])
def test_no_flipped_bit_of_a_receipt_or_manifest_goes_unseen(small, name):
    """Propositions 6 and 7: forty bits spread over the file, one at a time; whatever is still read
    is what was written, and the run is whole again after.
    """
    folder, like = small
    intact = (folder / name).read_bytes()
    for place in np.linspace(0, 8 * len(intact) - 1, 40).astype(int):
        data = bytearray(intact)
        data[place // 8] ^= 1 << (place % 8)
        (folder / name).write_bytes(data)
        found = verify_run(folder)
        assert not found.is_valid and any(name.split("/")[-1] in one for one in found.damaged), (
            f"bit {place} of {name}"
        )
        with pytest.raises(BadInput):
            pk.open_run(folder).outcome_counts()
    resume_run(folder, processes=0, progress=False)
    assert (
        contents(folder) == like
        and verify_run(folder).is_valid
        and pk.open_run(folder).manifest["finished"]
    )


@pytest.mark.parametrize("spoil", [flip, remove])
def test_a_record_that_was_changed_is_not_scored_against(small, spoil):
    """Proposition 6: it is found, and taken again from where it was when the run was begun."""
    folder, _ = small
    before = pk.open_run(folder).score().figures
    spoil(folder / "scenario" / "kazakhstan.record.csv")
    assert any("kazakhstan.record.csv" in one for one in verify_run(folder).damaged)
    with pytest.raises(BadInput, match="record.csv is gone or was changed"):
        pk.open_run(folder).score()
    resume_run(folder, processes=0, progress=False)
    assert pk.open_run(folder).score().figures.equals(before) and verify_run(folder).is_valid


def test_what_belongs_to_no_finished_chunk_is_not_counted(small):
    """Proposition 6: a shard under a name of its own, a draft, and a receipt of another run."""
    folder, like = small
    shutil.copyfile(
        folder / "outcomes" / "worlds-000000005.parquet",
        folder / "outcomes" / "worlds-000000007.parquet",
    )
    (folder / "outcomes" / "worlds-000000005.parquet.part").write_text("half")
    assert pk.open_run(folder).outcomes["world"].to_list() == list(range(15))
    assert (
        verify_run(folder).is_valid
        and "belong to no finished chunk" in verify_run(folder).format_report()
    )
    receipt = folder / "receipts" / "worlds-000000005.json"
    receipt.write_text(json.dumps(json.loads(receipt.read_text()) | {"run": "0" * 16}))
    assert "another run" in verify_run(folder).damaged[0]
    (folder / "outcomes" / "worlds-000000007.parquet").unlink()
    (folder / "outcomes" / "worlds-000000005.parquet.part").unlink()
    resume_run(folder, processes=0, progress=False)
    assert contents(folder) == like


def break_ledger(folder):
    """Put noise where the ledger was."""
    (folder / "ledger.sqlite").write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)


def lose_ledger(folder):
    """Remove the ledger."""
    for path in folder.glob("ledger.sqlite*"):
        path.unlink()


def lose_manifest(folder):
    """Remove the manifest, of which the ledger has a copy."""
    (folder / "manifest.json").unlink()


def break_manifest(folder):
    """Cut the manifest in half."""
    shorten(folder / "manifest.json")


def move_clock(folder):
    """Date every file far ahead; the process that goes on lives in 1970."""
    for path in folder.rglob("*"):
        os.utime(path, (4e9, 4e9))


@pytest.mark.parametrize(
    "strike", [break_ledger, lose_ledger, lose_manifest, break_manifest, move_clock]
)
def test_a_run_outlives_its_ledger_its_manifest_and_the_clock(small, strike, monkeypatch):
    """Proposition 7: an unfinished run, its last chunk missing; the first two are not
    played again.
    """
    folder, like = small
    (folder / "receipts" / "worlds-000000010.json").unlink()
    strike(folder)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    before = (folder / "outcomes" / "worlds-000000000.parquet").stat().st_mtime_ns
    resume_run(folder, processes=0, progress=False)
    assert (
        contents(folder) == like
        and verify_run(folder).is_valid
        and pk.open_run(folder).manifest["finished"]
    )
    assert (folder / "outcomes" / "worlds-000000000.parquet").stat().st_mtime_ns == before
    assert read_job_database(folder)["states"] == {"kept": 3}


def test_a_copy_goes_on_without_the_files_it_was_made_from(tmp_path, monkeypatch):
    """Proposition 7: the scenario's file, its record and the first folder are gone; the run still
    scores.
    """
    monkeypatch.setattr(chunks_page, "WORLDS_PER_CHUNK", 5)
    (tmp_path / "mine").mkdir()
    shutil.copy(kazakhstan().record_path, tmp_path / "mine" / "kazakhstan.record.csv")
    (tmp_path / "mine" / "older.toml").write_text(
        'title = "Older"\nextends = "kazakhstan"\nrecord = "kazakhstan.record.csv"\n[start]\n'
        '[start.president]\nage = { value = 62, fact = "for a test", source = "none" }\n'
    )
    scenario = (
        pk.load(tmp_path / "mine" / "older.toml")
        .without("M3.predation")
        .fork("1991-03", forbid=["I19"])
    )
    asked = {**SMALL, "until": "1994-12"}
    pk.simulate(scenario, out=tmp_path / "run", **asked)
    like = contents(tmp_path / "run")
    (tmp_path / "run" / "receipts" / "worlds-000000010.json").unlink()
    shutil.copytree(tmp_path / "run", tmp_path / "elsewhere" / "copy")
    shutil.rmtree(tmp_path / "run")
    shutil.rmtree(tmp_path / "mine")
    run = resume_run(tmp_path / "elsewhere" / "copy", processes=0, progress=False)
    assert (
        contents(tmp_path / "elsewhere" / "copy") == like
        and len(pk.open_run(tmp_path / "elsewhere" / "copy").score().figures) > 0
    )
    assert run.scenario.digest == scenario.digest


def test_what_was_begun_with_other_code_is_refused_in_words(small, monkeypatch):
    """Proposition 8."""
    folder, like = small
    (folder / "receipts" / "worlds-000000010.json").unlink()
    honest = manifest_page.code_fingerprint()
    for moved, words in (
        ({"numba": "0.99"}, "numba changed from .* to 0.99"),
        ({"rules": "x"}, "sources of the rules changed"),
        ({"kernels": "x"}, "changed"),
    ):
        monkeypatch.setattr(
            manifest_page, "code_fingerprint", lambda moved=moved: {**honest, **moved}
        )
        with pytest.raises(BadInput, match=words):
            resume_run(folder, processes=0, progress=False)
        with pytest.raises(BadInput, match=words):
            pk.simulate(kazakhstan(), out=folder, **SMALL)
        assert (
            "cannot be continued here" in verify_run(folder).format_report()
            and len(pk.open_run(folder, partial=True).outcomes) == 10
        )
    monkeypatch.setattr(manifest_page, "code_fingerprint", lambda: honest)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["resolved"]["parameters"]["oligarchs"]["inertia"], manifest["digest"] = 0.123, "0" * 64
    (folder / "manifest.json").write_text(manifest_page.format_manifest(manifest))
    with pytest.raises(BadInput, match="parameters.oligarchs.inertia was 0.123 and is"):
        resume_run(folder, processes=0, progress=False)
    manifest["format"] = 1
    (folder / "manifest.json").write_text(manifest_page.format_manifest(manifest))
    with pytest.raises(BadInput, match="format 1"):
        pk.open_run(folder)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_worlds(tmp_path):
    """Proposition 1, at length: four times the worlds take at most a tenth more memory in the
    largest process.
    """
    peaks = []
    for worlds in (400, 1600):
        code = (
            torture.PLAY.format(chunk=20)
            + "import resource\nprint(max(resource.getrusage(who).ru_maxrss for who in "
            "(resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))\n"
        )
        import subprocess
        import sys

        done = subprocess.run(
            [
                sys.executable,
                "-c",
                code,
                json.dumps({**ASKED, "worlds": worlds, "processes": 2}),
                str(tmp_path / str(worlds)),
            ],
            env=torture.environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        peaks.append(int(done.stdout.split()[-1]))
    assert peaks[1] < 1.1 * peaks[0], (
        f"{peaks} KiB (limit {resource.getrlimit(resource.RLIMIT_AS)})"
    )
