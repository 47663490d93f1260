"""The one gate for writing: what a folder from elsewhere, or the current folder, can do.

1. A link, a pipe or a second name where a run, a page or an experiment is going to write is refused
   with an error that names it, before anything is written, and what it points to stays as it was.
2. Names in a manifest that lead out of the folder are refused; links above the folder that was
   named are the user's own and are followed.
3. A lock is never emptied or written through, says who holds it, and is free when its holder is
   dead; a ledger that holds SQL of its own is set aside.
4. Workers, and the replay of a failed world, look for modules in the standard library, the package
   and what it requires, never in the current folder.
5. Compiled code is kept in a folder of the user's own that is closed to others, or not at all; the
   package is imported without a home folder; the user's cache of numba stays where it is.
6. A path is expanded and made absolute once; a later change of folder changes nothing, nor does a
   name that the locale cannot write.
7. Where a folder holds another run, the message says what differs, with both values, within bounds.
8. A folder is not trusted unless that is said; then its own rules are imported by module and name,
   only as they were when the run began and never from the folder.

Where one thing is tried in several ways that take long, one way is tried each time, and all in the
long campaigns.
"""

import contextlib
import importlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from torture import MODEL, command, contents, ended_after, environment
from worlds import kazakhstan

import poruka as pk
from poruka.cli.main import main
from poruka.experiments.result_folder import refuse_links_in_results
from poruka.figures import OutcomeShares, save_figure
from poruka.runs import commit as commit_page
from poruka.runs.differences import MAX_DIFFERENCES, join_differences, request_differences
from poruka.runs.job_db import DATABASE_FILES, JobDatabase, read_job_database
from poruka.runs.manifest import format_manifest
from poruka.runs.open_run import resume_run
from poruka.scenario.own_rules import OWN_RULES_KEY
from poruka.simulation import failures as failures_page
from poruka.simulation.run_spec import RunSpec
from poruka.utils import file_lock, private_cache, python_process
from poruka.utils.atomic_files import write_text_atomically
from poruka.utils.contained_writing import (
    create_file_inside,
    move_inside,
    remove_file_inside,
    remove_tree_inside,
    write_inside,
)
from poruka.utils.errors import BadInput
from poruka.utils.paths import absolute_path
from poruka.utils.private_cache import private_folder_problem

ASKED = {"worlds": 3, "seed": 4, "until": "1990-05", "progress": False}
RUN_NAMES = (
    *("lock", "lock.holder", "manifest.json", *DATABASE_FILES, "ro-crate-metadata.json"),
    *("outcomes", "series", "events", "receipts", "scenario", "drafts", "figures", "report.html"),
    *("manifest.json.77.part", "anything.part", "receipts/worlds-000000000.json.1.part"),
    *("outcomes/worlds-000000000.parquet", "drafts/4711/outcomes-worlds-000000000.parquet"),
    *("figures/outcomes.png", "receipts/worlds-000000000.json", "scenario/observed.csv"),
)


@pytest.fixture(autouse=True)
def nothing_hangs():
    """Fail instead of waiting for a pipe that nobody writes to."""
    yield from ended_after(120)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Return a finished run of one chunk."""
    folder = tmp_path_factory.mktemp("finished") / "run"
    pk.simulate(kazakhstan(), out=folder, processes=0, **ASKED)
    return folder


@pytest.fixture
def run(finished, tmp_path):
    """Return a copy of the run that has lost a world, so that resuming it writes."""
    folder = tmp_path / "run"
    shutil.copytree(finished, folder)
    (folder / "outcomes" / "worlds-000000000.parquet").unlink()
    return folder


@pytest.fixture
def elsewhere(tmp_path):
    """Return a folder that belongs to somebody else, with a file."""
    folder = tmp_path / "elsewhere"
    (folder / "4711").mkdir(parents=True)
    (folder / "precious.txt").write_text("precious")
    (folder / "worlds-000000000.json.1.part").write_text("precious, too")
    return folder


def state(folder: Path) -> dict[str, tuple]:
    """Return everything below a folder: kind, content, target of links."""
    found = {}
    for path in sorted(folder.rglob("*")):
        where = str(path.relative_to(folder))
        if path.is_symlink():
            found[where] = ("link", os.readlink(path))
        elif path.is_file():
            found[where] = ("file", path.read_bytes())
        else:
            found[where] = ("other", path.lstat().st_mode)
    return found


def put(path: Path, what: str, elsewhere: Path) -> None:
    """Put something hostile in the place of a file or folder."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    target = {
        "file": elsewhere / "precious.txt",
        "folder": elsewhere,
        "nowhere": elsewhere / "new.txt",
    }
    if what == "pipe":
        os.mkfifo(path)
    elif what == "second name":
        os.link(elsewhere / "precious.txt", path)
    else:
        path.symlink_to(target[what])


@pytest.mark.parametrize("what", ["file", "folder", "nowhere", "pipe"])
@pytest.mark.parametrize("name", RUN_NAMES)
def test_a_run_is_not_resumed_through_links_and_pipes(run, elsewhere, name, what):
    """Proposition 1; what is read first may be refused as damaged, which also writes nothing."""
    put(run / name, what, elsewhere)
    before = state(elsewhere), state(run)
    with pytest.raises(BadInput) as refused:
        resume_run(run, processes=0, progress=False)
    assert (state(elsewhere), state(run)) == before
    first = name.split("/")[0]
    assert first in str(refused.value) and str(run) in str(refused.value)


@pytest.mark.parametrize("what", ["file", "folder", "nowhere", "pipe"])
@pytest.mark.parametrize("name", ["lock", "drafts", "outcomes", "ledger.sqlite", "manifest.json"])
def test_a_new_run_is_not_begun_through_links_and_pipes(tmp_path, elsewhere, name, what):
    """Proposition 1."""
    put(tmp_path / "new" / name, what, elsewhere)
    before = state(elsewhere), state(tmp_path / "new")
    with pytest.raises(BadInput):
        pk.simulate(kazakhstan(), out=tmp_path / "new", processes=0, **ASKED)
    assert (state(elsewhere), state(tmp_path / "new")) == before


@pytest.mark.parametrize("name", ["lock", *DATABASE_FILES])
def test_what_is_written_in_place_has_no_second_name_elsewhere(run, elsewhere, name):
    """Proposition 1: a hard link is no link to look at, and is written through all the same."""
    put(run / name, "second name", elsewhere)
    before = state(elsewhere)
    with pytest.raises(BadInput, match="second name"):
        resume_run(run, processes=0, progress=False)
    assert state(elsewhere) == before


def test_a_file_with_a_second_name_is_replaced_and_not_changed(run, elsewhere):
    """Proposition 1: whatever is written whole takes the place of the name only."""
    for name in ("receipts/worlds-000000000.json", "ro-crate-metadata.json"):
        put(run / name, "second name", elsewhere)
    resume_run(run, processes=0, progress=False)
    assert (elsewhere / "precious.txt").read_text() == "precious"
    assert len(pk.open_run(run).outcomes) == 3


def test_a_part_of_a_run_is_not_played_into_a_linked_folder(tmp_path, elsewhere):
    """Proposition 1: the folder of a part lies in the folder that was named."""
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "part-00001-of-00003").symlink_to(elsewhere)
    before = state(elsewhere)
    with pytest.raises(BadInput, match="part-00001-of-00003 is a link"):
        pk.simulate(kazakhstan(), out=tmp_path / "run", shard="1/3", processes=0, **ASKED)
    assert state(elsewhere) == before


@pytest.mark.parametrize(
    "name", ["figures", "report.html", "figures/outcomes.csv", "figures/outcomes.svg"]
)
def test_pages_and_figures_are_not_written_through_links(finished, tmp_path, elsewhere, name):
    """Proposition 1: the report of a finished run, which is not played again."""
    from poruka.reports.run_page import write_run_page

    (tmp_path / "report").mkdir()
    put(tmp_path / "report" / name, "folder" if name == "figures" else "file", elsewhere)
    before = state(elsewhere), state(tmp_path / "report")
    with pytest.raises(BadInput, match="is a link"):
        write_run_page(pk.open_run(finished), tmp_path / "report")
    assert (state(elsewhere), state(tmp_path / "report")) == before


def test_a_figure_replaces_files_and_no_links(finished, tmp_path, elsewhere):
    """Proposition 1: for a folder of the user's own, whose figure goes anywhere inside it."""
    drawing = OutcomeShares(pk.open_run(finished))
    for _ in range(2):
        paths = save_figure(drawing, tmp_path / "mine", "figures/shares")
    assert all(path.stat().st_size > 100 for path in paths)
    assert not list((tmp_path / "mine").rglob("*.part"))
    for suffix in ("png", "svg", "csv"):
        put(tmp_path / "mine" / "figures" / f"shares.{suffix}", "file", elsewhere)
        with pytest.raises(BadInput, match="is a link"):
            save_figure(drawing, tmp_path / "mine", "figures/shares")
        (tmp_path / "mine" / "figures" / f"shares.{suffix}").unlink()
    with pytest.raises(BadInput, match="no name of a file inside"):
        save_figure(drawing, tmp_path / "mine", "../shares")
    assert (elsewhere / "precious.txt").read_text() == "precious"


@pytest.mark.parametrize("name", ["parent", "branch", "fork.html", "figures"])
def test_a_fork_is_not_played_into_links(tmp_path, elsewhere, name, capsys):
    """Proposition 1: both runs lie in the folder that was named."""
    put(tmp_path / "out" / name, "folder", elsewhere)
    before = state(elsewhere), state(tmp_path / "out")
    asked = ["kazakhstan", "--at", "1990-05", "--force", "president.dies", "-n", "20"]
    with pytest.raises(SystemExit) as left:
        main(["fork", *asked, "--out", str(tmp_path / "out")])
    assert left.value.code == 2 and f"{name} is a link" in capsys.readouterr().err
    assert (state(elsewhere), state(tmp_path / "out")) == before


@pytest.mark.parametrize(
    "name", ["worlds.sqlite", "worlds.sqlite-wal", "tables", "generations/last.json", "result.md"]
)
def test_an_experiment_is_not_run_into_links(tmp_path, elsewhere, name):
    """Proposition 1."""
    put(tmp_path / "out" / name, "file", elsewhere)
    with pytest.raises(BadInput, match="is a link"):
        refuse_links_in_results(tmp_path / "out")
    with pytest.raises(BadInput, match="is a link"):
        pk.experiment("01_market_speed", worlds=2, out=tmp_path / "out")
    assert (elsewhere / "precious.txt").read_text() == "precious"


def test_every_way_to_write_stays_inside(tmp_path, elsewhere):
    """Propositions 1 and 2: the functions of the gate themselves."""
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "away").symlink_to(elsewhere)
    source = tmp_path / "source"
    source.write_text("harm")
    for name in ("../x", "/x", "a/../../x", "", ".", "away/precious.txt", "away/4711", "x\0y"):
        for write in (
            lambda name=name: write_inside(folder, name, content="harm"),
            lambda name=name: create_file_inside(folder, name),
            lambda name=name: remove_file_inside(folder, name),
            lambda name=name: remove_tree_inside(folder, name),
            lambda name=name: move_inside(folder, source, name),
        ):
            with pytest.raises(BadInput):
                write()
    (folder / "taken").mkdir()
    with pytest.raises(BadInput, match="is a folder"):
        write_inside(folder, "taken", content="x")
    (folder / "file").write_text("x")
    with pytest.raises(BadInput, match="no folder"):
        write_inside(folder, "file", "below", content="x")
    put(folder / "mine.txt", "nowhere", elsewhere)
    with pytest.raises(FileExistsError):
        os.close(os.open(folder / "mine.txt", os.O_CREAT | os.O_EXCL))
    with pytest.raises(BadInput, match="is a link"):
        write_text_atomically(folder / "mine.txt", "harm")
    with pytest.raises(BadInput, match="is a link"):
        move_inside(folder, source, "mine.txt")
    assert source.read_text() == "harm"
    assert state(elsewhere) == {
        "4711": ("other", (elsewhere / "4711").lstat().st_mode),
        "precious.txt": ("file", b"precious"),
        "worlds-000000000.json.1.part": ("file", b"precious, too"),
    }


def test_removing_a_folder_does_not_follow_the_links_in_it(tmp_path, elsewhere):
    """Proposition 1: drafts that hold a link to somebody else's folder."""
    (tmp_path / "run" / "drafts").mkdir(parents=True)
    (tmp_path / "run" / "drafts" / "away").symlink_to(elsewhere)
    before = state(elsewhere)
    remove_tree_inside(tmp_path / "run", "drafts")
    assert state(elsewhere) == before and not (tmp_path / "run" / "drafts").exists()


def with_manifest(run: Path, **entries) -> None:
    """Change entries of a manifest as its maker could, checksum included."""
    manifest = json.loads((run / "manifest.json").read_text())
    (run / "manifest.json").write_text(format_manifest({**manifest, **entries}))


def with_backup(run: Path, manifest: str) -> str:
    """Change the copy of the manifest in the job database, and return what it was."""
    with contextlib.closing(sqlite3.connect(run / DATABASE_FILES[0])) as database:
        (before,) = database.execute("select manifest from run").fetchone()
        database.execute("update run set manifest = ?", (manifest,))
        database.commit()
    return str(before)


def test_a_record_named_outside_the_folder_is_not_copied_there(run, elsewhere):
    """Proposition 2: name and content both come from whoever made the folder.

    Such a manifest is refused by its form. Where the job database holds an honest copy, that copy
    is used and put in its place; where it holds none, or the same names, nothing is written.
    """
    (run / "payload.txt").write_text("harm")
    described = commit_page.describe_record_file(run / "payload.txt")
    honest, beside = json.loads((run / "manifest.json").read_text()), state(run.parent)
    beside = {name: what for name, what in beside.items() if name.split("/")[0] != "run"}
    names = ("../elsewhere/precious.txt", str(elsewhere / "new.txt"), "../payload.txt", "..")
    for name in names:
        with_manifest(run, record_file={**described, "name": name}, folder=str(run))
        forged = (run / "manifest.json").read_text()
        kept = with_backup(run, forged)
        before = state(run.parent)
        with pytest.raises(BadInput, match="cannot be read as a manifest, or was changed"):
            resume_run(run, processes=0, progress=False)
        assert state(run.parent) == before
        with_backup(run, kept)
        (run / "outcomes" / "worlds-000000000.parquet").unlink(missing_ok=True)
        assert resume_run(run, processes=0, progress=False).available_worlds == 3
        restored = json.loads((run / "manifest.json").read_text())
        assert restored["record_file"] == honest["record_file"]
        after = state(run.parent)
        assert {key: after[key] for key in after if key.split("/")[0] != "run"} == beside


def test_links_above_the_folder_are_the_users_own(tmp_path):
    """Proposition 2."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "runs").symlink_to(tmp_path / "disk")
    pk.simulate(kazakhstan(), out=tmp_path / "runs" / "one", processes=0, **ASKED)
    (tmp_path / "two").symlink_to(tmp_path / "disk" / "one")
    (tmp_path / "disk" / "one" / "outcomes" / "worlds-000000000.parquet").unlink()
    assert len(resume_run(tmp_path / "two", processes=0, progress=False).outcomes) == 3


@pytest.mark.parametrize("fcntl", ["with fcntl", "without fcntl"])
def test_a_lock_is_free_when_its_holder_is_dead_and_says_who_holds_it(tmp_path, monkeypatch, fcntl):
    """Proposition 3: an old lock file with anything in it is no obstacle and keeps its content."""
    if fcntl == "without fcntl":
        monkeypatch.setattr(file_lock, "fcntl", None)
    path = tmp_path / "lock"
    assert not file_lock.is_locked(path) and not path.exists()
    path.write_text('{"pid": 1, "host": "old"}')
    hold = (
        "import sys, time; from pathlib import Path\n"
        "from poruka.utils.file_lock import acquire_lock\n"
        "with acquire_lock(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, str(path)],
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout.readline() == "held\n"
        assert file_lock.is_locked(path)
        with pytest.raises(file_lock.LockHeld, match=f"process {holder.pid} on "):
            with file_lock.acquire_lock(path):
                pass
    finally:
        holder.kill()
        holder.communicate()
    assert not file_lock.is_locked(path)
    with file_lock.acquire_lock(path):
        assert file_lock.lock_holder(path) == f"process {os.getpid()} on {os.uname().nodename}"
    assert path.read_text() == '{"pid": 1, "host": "old"}'
    assert [one.name for one in tmp_path.iterdir()] == ["lock"]


@pytest.mark.parametrize("what", ["file", "nowhere", "pipe"])
@pytest.mark.parametrize("name", ["lock", "lock.holder"])
def test_nobody_is_kept_waiting_by_an_odd_lock(tmp_path, elsewhere, name, what):
    """Proposition 3: asking does not hang, taking is refused."""
    put(tmp_path / "run" / name, what, elsewhere)
    path = tmp_path / "run" / "lock"
    before = state(elsewhere)
    assert not file_lock.is_locked(path) and file_lock.lock_holder(path) == "another process"
    with pytest.raises(BadInput, match=name), file_lock.acquire_lock(path):
        pass
    assert state(elsewhere) == before


def test_a_file_system_without_locks_is_said(tmp_path, monkeypatch, capsys):
    """Proposition 3: the work goes on, and the user is told to see to it."""
    import errno

    def unsupported(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(file_lock.FileLock, "acquire", unsupported)
    with file_lock.acquire_lock(tmp_path / "lock"):
        pass
    assert "without locks" in capsys.readouterr().err


@pytest.mark.parametrize(
    "sql",
    [
        "drop table run; create view run as with recursive n(i) as (select 1 union all select i + 1"
        " from n) select max(i) as manifest from n",
        "create trigger harm after insert on sessions begin delete from chunks; end",
        "create table more (x text)",
    ],
)
def test_a_ledger_with_sql_of_its_own_is_set_aside(run, sql):
    """Proposition 3: nothing of it is carried out, and the run is made whole."""
    with contextlib.closing(sqlite3.connect(run / "ledger.sqlite")) as connection:
        connection.executescript(sql)
    assert read_job_database(run) is None
    resume_run(run, processes=0, progress=False)
    assert (run / "ledger.sqlite.damaged").exists() and read_job_database(run) is not None


def test_a_journal_that_came_with_a_folder_is_not_played_back(run, elsewhere):
    """Proposition 3: it may name another file, which SQLite would remove."""
    (run / "ledger.sqlite-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"x" * 600)
    database = JobDatabase(run)
    database.close()
    assert not (run / "ledger.sqlite-journal").exists()
    assert not database.was_damaged and (elsewhere / "precious.txt").exists()


TRAP = "open({marker!r}, 'a').write(__name__ + '\\n')\n"


@pytest.mark.parametrize(
    "on_path", ["", *(pytest.param(one, marks=pytest.mark.slow) for one in (".", "absolute"))]
)
def test_workers_carry_out_nothing_of_the_current_folder(tmp_path, on_path):
    """Proposition 4: a trap for modules of the standard library, of Python itself and for optional
    ones of the libraries; the parent has all it needs before the folder is on its path.
    """
    marker, trap = tmp_path / "carried-out", tmp_path / "current"
    trap.mkdir()
    for name in ("queue", "sitecustomize", "usercustomize", "numexpr", "bottleneck", "pyarrow"):
        (trap / f"{name}.py").write_text(TRAP.format(marker=str(marker)))
    (trap / "packaging-99.0.dist-info").mkdir()
    (trap / "packaging-99.0.dist-info" / "METADATA").write_text("Name: packaging\nVersion: 99.0\n")
    code = (
        "import os, sys, poruka as pk; pk.simulate; from poruka.runs import workers, dispatch\n"
        "os.chdir(sys.argv[1])\n"
        f"folder = {on_path!r}\n"
        "folder = os.getcwd() if folder == 'absolute' else folder\n"
        "os.environ['PYTHONPATH'] = os.pathsep.join([folder, sys.argv[1]])\n"
        "sys.path[:0] = [folder]\n"
        "run = pk.simulate('kazakhstan', worlds=2, seed=4, until='1990-04', progress=False,"
        " out='run', processes=1)\n"
        "print(len(run.outcomes), run.failures.empty)\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, str(trap)],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "2 True\n", done.stderr
    sessions = read_job_database(trap / "run")["sessions"]
    assert sessions[-1]["hands"].startswith("1 processes"), "it was a worker process that played"
    assert not marker.exists(), marker.read_text()


def test_the_replay_of_a_failed_world_carries_out_nothing_of_the_current_folder(
    tmp_path, monkeypatch
):
    """Proposition 4."""
    (tmp_path / "queue.py").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend("")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(
        failures_page, "REPLAY_PROGRAM", "import queue, sys\nsys.exit(queue.__file__)\n"
    )
    said = failures_page.interpreted_traceback(RunSpec.build(kazakhstan(), worlds=1), 0)
    assert Path(said.strip()).name == "queue.py" and str(tmp_path) not in said


def test_a_process_of_the_package_looks_in_few_folders(tmp_path, monkeypatch):
    """Proposition 4: none of the user's own, and the standard library first."""
    mine = tmp_path / "mine"
    mine.mkdir()
    for folder in ("", ".", "relative", str(mine), os.getcwd()):
        monkeypatch.syspath_prepend(folder)
    found = python_process.module_search_path()
    assert all(os.path.isabs(folder) for folder in found) and str(mine) not in found
    assert found.index(os.path.dirname(os.__file__)) < found.index(str(MODEL.resolve()))
    assert os.path.realpath(os.getcwd()) not in {os.path.realpath(one) for one in found}
    said = subprocess.run(
        python_process.python_command("import sys; print(sys.path == sys.argv[:0] or sys.path)"),
        env=python_process.python_environment(PYTHONHASHSEED="0"),
        cwd=mine,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == repr(found)


def test_a_cache_that_others_can_write_to_is_not_used(tmp_path):
    """Proposition 5: the folder inside it is made, closed, and its state looked at."""
    assert private_folder_problem(tmp_path / "good", "v1") == ""
    assert (tmp_path / "good" / "v1").stat().st_mode & 0o777 == 0o700
    for mode in (0o777, 0o775, 0o722):
        (tmp_path / "good").chmod(mode)
        assert "other users can write" in private_folder_problem(tmp_path / "good", "v1")
    (tmp_path / "good").chmod(0o755)
    assert private_folder_problem(tmp_path / "good", "v1") == ""
    assert "open to other users" in private_folder_problem(tmp_path / "good", "v1", strict=True)
    (tmp_path / "good" / "v1").chmod(0o750)
    assert "open to other users" in private_folder_problem(tmp_path / "good", "v1")
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "good" / "v2").symlink_to(tmp_path / "real")
    assert "is a link" in private_folder_problem(tmp_path / "good", "v2")
    (tmp_path / "linked").symlink_to(tmp_path / "real")
    assert "is a link" in private_folder_problem(tmp_path / "linked", "v1", strict=True)
    (tmp_path / "file").write_text("")
    assert private_folder_problem(tmp_path / "file", "v1") != ""


@pytest.mark.parametrize("owner", ["base", "version"])
def test_a_cache_that_belongs_to_somebody_else_is_not_used(tmp_path, monkeypatch, owner):
    """Proposition 5: seen as another user, who is not the administrator, sees it."""
    assert private_folder_problem(tmp_path / "good", "v1") == ""
    if owner == "version" and os.geteuid() != 0:
        pytest.skip("only what belongs to the administrator is accepted as base")
    monkeypatch.setattr(private_cache, "current_user_id", lambda: 54321)
    problem = private_folder_problem(tmp_path / "good", "v1", strict=owner == "base")
    assert f"belongs to user {os.geteuid()}" in problem


@pytest.mark.parametrize("mode", [0o777, 0o755, 0o700])
def test_the_fallback_in_the_temporary_folder_is_private_or_not_used(
    tmp_path, monkeypatch, capsys, mode
):
    """Proposition 5: where it is not used, the folder is this process's alone, and that is said."""
    fallback = tmp_path / f"poruka-{os.geteuid()}"
    fallback.mkdir()
    fallback.chmod(mode)
    monkeypatch.setenv("PORUKA_CACHE", str(tmp_path / "file" / "below"))
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    found, said = private_cache.private_cache_folder("v1"), capsys.readouterr().err
    assert "PORUKA_CACHE is not used" in said and found.stat().st_mode & 0o777 == 0o700
    if mode == 0o700:
        assert found == fallback / "v1" and "not kept" not in said
    else:
        assert fallback not in found.parents and "compiled rules are not kept" in said


@pytest.mark.parametrize(
    "without", [pytest.param("a home folder", marks=pytest.mark.slow), "any folder to write to"]
)
def test_the_package_is_imported_and_plays(tmp_path, without):
    """Proposition 5: a user number without an entry, or a read-only machine."""
    prepare = {
        "a home folder": "import pwd\n"
        "def unknown(*_): raise KeyError('uid not found')\n"
        "pwd.getpwuid = unknown\n",
        "any folder to write to": "import os, tempfile\n"
        "def none(*_, **__): raise FileNotFoundError(2, 'No usable temporary directory')\n"
        "tempfile.gettempdir = tempfile.mkdtemp = none\n"
        "os.environ['PORUKA_CACHE'] = '/dev/null/cache'\n",
    }
    code = prepare[without] + (
        "import poruka as pk; e = pk.simulate('kazakhstan', worlds=1, until='1990-03',"
        " progress=False)\nprint(len(e.outcomes))\n"
    )
    bare = environment(NUMBA_DISABLE_JIT="1", TMPDIR=str(tmp_path), MPLCONFIGDIR=str(tmp_path))
    for name in ("HOME", "XDG_CACHE_HOME", "PORUKA_CACHE"):
        bare.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-c", code], env=bare, capture_output=True, text=True, check=False
    )
    assert done.stdout == "1\n", done.stderr


@pytest.mark.parametrize("asked", ["", pytest.param("chosen", marks=pytest.mark.slow)])
def test_the_users_numba_cache_is_not_redirected(tmp_path, asked):
    """Proposition 5: code of the user's own is kept where numba keeps it, and the package's where
    the package keeps it, whichever is loaded first.
    """
    (tmp_path / "users_code.py").write_text(
        "import numba\n\n\n@numba.njit(cache=True)\ndef double(x):\n    return 2 * x\n"
    )
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from poruka.engine.jit import CACHE_FOLDER\n"
        "from poruka.engine.driver import load_driver\n"
        "from poruka.rules.schedule import SCHEDULE\n"
        "driver = load_driver(SCHEDULE)\n"
        "import users_code\n"
        "print(users_code.double.stats.cache_path)\n"
        "print(driver.module.run_worlds.stats.cache_path.startswith(str(CACHE_FOLDER)))\n"
    )
    chosen = str(tmp_path / asked) if asked else ""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        env=environment(NUMBA_CACHE_DIR=chosen, NUMBA_DISABLE_JIT="0"),
        capture_output=True,
        text=True,
        check=True,
    )
    users_folder, is_own = done.stdout.splitlines()
    assert users_folder.startswith(chosen or str(tmp_path / "__pycache__")) and is_own == "True"


def test_paths_are_expanded_and_made_absolute_once(tmp_path, monkeypatch):
    """Proposition 6."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert absolute_path("~/x") == tmp_path / "x" and absolute_path("x") == tmp_path / "x"
    (tmp_path / "other").mkdir()
    stored = pk.simulate(kazakhstan(), out="~/one", processes=0, **ASKED)
    relative = pk.simulate(kazakhstan(), out="two", processes=0, **ASKED)
    monkeypatch.chdir(tmp_path / "other")
    assert len(stored.outcomes) == len(relative.outcomes) == 3
    assert not (tmp_path / "~").exists() and (tmp_path / "one" / "manifest.json").exists()
    assert len(resume_run("~/one", processes=0, progress=False).outcomes) == 3
    assert pk.load(pk.save(kazakhstan(), "~/mine.toml")).months == kazakhstan().months


@pytest.mark.parametrize("given", ["", "  ", "a\0b", 3, b"run", "~nobody-of-this-name/run"])
def test_what_is_no_path_is_refused(given):
    """Proposition 6: an empty one would be the current folder."""
    with pytest.raises(BadInput, match="out is"):
        pk.simulate(kazakhstan(), out=given, **ASKED)


def test_a_current_folder_that_is_gone_is_said(tmp_path, monkeypatch):
    """Proposition 6."""
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(BadInput, match="current folder is not known"):
        absolute_path("run", "out", "a folder")


def test_a_name_the_locale_cannot_write_is_kept_as_it_is(tmp_path):
    """Proposition 6: bytes that could not be decoded are written as they were."""
    name = os.fsdecode("Қазақстан".encode())
    undecoded = "Қазақстан".encode().decode("ascii", "surrogateescape")
    write_inside(tmp_path, "page.html", content=f"<p>{undecoded}</p>")
    assert (tmp_path / "page.html").read_bytes() == f"<p>{name}</p>".encode()
    code = (
        "import sys; from pathlib import Path\n"
        "from poruka.utils.contained_writing import write_inside\n"
        "from poruka.utils.file_lock import acquire_lock\n"
        "from poruka.utils.paths import absolute_path\n"
        "from poruka.runs.job_db import JobDatabase\n"
        "out = absolute_path(sys.argv[1]); out.mkdir()\n"
        "with acquire_lock(out / 'lock'): JobDatabase(out).close()\n"
        "print(write_inside(out, 'a', sys.argv[2], content=str(out)).name)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / name), name],
        env=environment(LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / name / "a" / name).read_text(encoding="utf-8") == str(tmp_path / name)
    assert (tmp_path / name / "ledger.sqlite").exists()


def test_the_command_line_prints_under_a_locale_that_knows_only_ascii(tmp_path):
    """Proposition 6: file names come out as the bytes they are."""
    name = str(tmp_path / "прогон")
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = command("explain", "T041", **plain)
    assert done.returncode == 0 and "UnicodeEncodeError" not in done.stderr, done.stderr
    done = command("verify", name, **plain)
    assert done.returncode == 2 and name in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"worlds": 5}, "worlds: 3 stored, 5 requested"),
        ({"seed": 9}, "seed: 4 stored, 9 requested"),
        ({"until": "1990-07"}, "until: 1990-05 stored, 1990-07 requested"),
        ({"record": "series"}, "record: events stored, series requested"),
        (
            {"scenario": pk.load("russia", numbers="declared"), "until": "1990-07"},
            "scenario: kazakhstan stored, russia requested",
        ),
        (
            {
                "scenario": pk.load("kazakhstan", numbers="declared").change(
                    {"oligarchs.inertia": 0.5}
                )
            },
            "oligarchs.inertia: unchanged stored, 0.5 requested",
        ),
        (
            {"scenario": pk.load("kazakhstan", numbers="declared").without("M3.predation")},
            "switched off: M3.predation only requested",
        ),
        (
            {
                "scenario": pk.load("kazakhstan", numbers="declared").fork(
                    "1990-04", force=["president.dies"]
                )
            },
            "branchings: ",
        ),
    ],
)
def test_the_message_says_what_differs(finished, asked, said, capsys):
    """Proposition 7; nothing is written."""
    before = contents(finished)
    scenario = asked.get("scenario", kazakhstan())
    rest = {**ASKED, **{key: value for key, value in asked.items() if key != "scenario"}}
    with pytest.raises(BadInput, match="holds another run") as refused:
        pk.simulate(scenario, out=finished, processes=0, **rest)
    assert said in str(refused.value) and contents(finished) == before


def test_the_message_stays_within_bounds_whatever_is_stored(finished):
    """Proposition 7: a manifest may hold anything."""
    manifest = json.loads((finished / "manifest.json").read_text())
    long = {f"key{number}": "x" * 10_000 for number in range(500)}
    odd = (
        {"recipe": {"changes": long, "without": list(long), "own": long, "forks": "x" * 10_000}},
        {"recipe": 7, "resolved": [], "part": {"a": 1}, "months": "many", OWN_RULES_KEY: 3},
        {"scenario": "\x1b[31m" * 5000, "worlds": None, "resolved": {"start_date": "x"}},
        {OWN_RULES_KEY: [{"id": "x" * 9000, "module": "m" * 9000, "name": ["x"]}, 3]},
    )
    for entries in odd:
        text = join_differences(request_differences({**manifest, **entries}, manifest))
        assert text and len(text) < 400 * (MAX_DIFFERENCES + 1) and "\x1b" not in text


OWN_RULES = """
from poruka.engine.rule import rule
from poruka.rules.forces import ageing

_as_usual = ageing.age.run
TURN = {turn}


@rule(id="test.age", claim="Nobody ages after a while.", standing="assumption", register=False)
def stays_young(world, params, stream):
    if world.clock[0].month {sign} TURN:
        _as_usual(world, params, stream)
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Return a run with a rule of the user's own, unfinished, and the module that holds it."""
    (tmp_path / "modules").mkdir()
    # Bytecode is told from source by size and second: a digit changed at once would be missed.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    name = f"own_rules_{tmp_path.name.replace('-', '_')}"
    module = tmp_path / "modules" / f"{name}.py"
    module.write_text(OWN_RULES.format(turn=1, sign="<"))
    monkeypatch.syspath_prepend(str(tmp_path / "modules"))
    rules = kazakhstan().rules.replace("biology.age", importlib.import_module(name).stays_young)
    pk.simulate(kazakhstan().with_rules(rules), out=tmp_path / "run", processes=0, **ASKED)
    (tmp_path / "run" / "outcomes" / "worlds-000000000.parquet").unlink()
    yield tmp_path / "run", module, name
    sys.modules.pop(name, None)


def forget(name: str) -> None:
    """Forget a module, as a new process would."""
    sys.modules.pop(name, None)
    importlib.invalidate_caches()


def test_own_rules_are_loaded_where_a_folder_is_trusted_and_nowhere_else(own):
    """Proposition 8."""
    folder, _, name = own
    forget(name)
    with pytest.raises(BadInput, match="trusted=True") as refused:
        resume_run(folder, processes=0, progress=False)
    assert "biology.age" in str(refused.value) and name not in sys.modules
    done = command("resume", folder)
    assert done.returncode == 2 and "--trusted" in done.stderr
    run = resume_run(folder, processes=0, progress=False, trusted=True)
    assert len(run.outcomes) == 3 and run.scenario.rules.rules[0].id
    assert name in sys.modules and run.scenario.digest == run.manifest["digest"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("kernel", "was changed since the run began"),
        ("constant", "other constants"),
        ("gone", "no module"),
        ("not a rule", "defines no rule"),
        ("inside", "lies in the folder of the run"),
        ("prompt", "notebook or at a prompt"),
        ("unrecorded", "does not record"),
        ("nested", "inside a function"),
        ("path", "notebook or at a prompt"),
        ("below a module", "no module"),
        ("raises", "cannot be imported"),
    ],
)
def test_own_rules_are_refused_unless_they_are_as_they_were(own, change, said, monkeypatch):
    """Proposition 8; before it is refused, no module is carried out except for a constant, which
    only running it can show.
    """
    folder, module, name = own
    forget(name)
    rows = json.loads((folder / "manifest.json").read_text())[OWN_RULES_KEY]
    if change == "kernel":
        module.write_text(OWN_RULES.format(turn=1, sign="<="))
    elif change == "constant":
        module.write_text(OWN_RULES.format(turn=2, sign="<"))
    elif change == "gone":
        module.unlink()
    elif change == "not a rule":
        module.write_text("raise SystemExit('carried out')\n")
    elif change == "inside":
        shutil.move(module, folder / module.name)
        monkeypatch.syspath_prepend(str(folder))
    elif change == "prompt":
        with_manifest(folder, **{OWN_RULES_KEY: [{**rows[0], "module": "__main__"}]})
    elif change == "path":
        with_manifest(folder, **{OWN_RULES_KEY: [{**rows[0], "module": "../evil"}]})
    elif change == "below a module":
        with_manifest(folder, **{OWN_RULES_KEY: [{**rows[0], "module": f"{name}.{name}"}]})
    elif change == "raises":
        module.write_text(module.read_text() + "\n\nraise OSError('not today')\n")
    elif change == "nested":
        with_manifest(folder, **{OWN_RULES_KEY: [{**rows[0], "name": "f.<locals>.g"}]})
    else:
        with_manifest(folder, **{OWN_RULES_KEY: []})
    importlib.invalidate_caches()
    time.sleep(0.01)
    with pytest.raises(BadInput, match=said):
        resume_run(folder, processes=0, progress=False, trusted=True)
    assert change == "constant" or name not in sys.modules


def test_a_finished_run_says_which_own_rule_was_changed(own):
    """Propositions 7 and 8: the same request with other code."""
    folder, module, name = own
    forget(name)
    module.write_text(OWN_RULES.format(turn=1, sign="<="))
    importlib.invalidate_caches()
    rules = kazakhstan().rules.replace("biology.age", importlib.import_module(name).stays_young)
    with pytest.raises(BadInput, match="rule biology.age: the code of"):
        pk.simulate(kazakhstan().with_rules(rules), out=folder, processes=0, **ASKED)
    with pytest.raises(BadInput, match="that of the package requested"):
        pk.simulate(kazakhstan(), out=folder, processes=0, **ASKED)


def test_the_command_line_refuses_with_a_sentence(run, elsewhere, capsys):
    """Proposition 1, as a user meets it."""
    put(run / "lock", "file", elsewhere)
    with pytest.raises(SystemExit) as left:
        main(["resume", str(run), "--processes", "0"])
    said = capsys.readouterr().err
    assert left.value.code == 2 and "is a link" in said and "remove the link" in said
    assert (elsewhere / "precious.txt").read_text() == "precious"
