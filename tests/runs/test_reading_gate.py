"""Reading a run: one gate, whatever the folder is called and whatever lies in it.

1. Whatever its folder is called, a run has its own worlds, also beside folders that its name would
   match as a pattern, and under any locale.
2. Nothing is read through a link, a pipe or a folder in place of a file, nothing empty, cut,
   changed or too large; a hard link is a file like any other. Nothing waits.
3. What a manifest claims costs no time, and what cannot be is refused.
4. A part is never shown as the whole: what is missing of a finished run is refused with exit code 1
   unless read in part, and then all tables show the same worlds and say how many; an unfinished
   run, one being played and one with failed worlds open and say so.
5. What is read is what was compared: a file exchanged or written to in between is found.
6. A query sees the run and nothing else, and writes nothing, unless asked otherwise.
7. Verifying covers every file: what belongs to no run is named, and what is not covered.
8. Parts are merged through the same gate.
9. Several threads read one file without disturbing each other.

Of the names of folders, and of the ways to spoil a file, each with each file, every third is tried
each time, so that each way and each file is among them; all in the long campaigns.
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from torture import ended_after, environment
from worlds import small

import poruka as pk
from poruka.cli import run_report
from poruka.cli.main import main
from poruka.experiments.catalogue import find_experiment, read_experiment
from poruka.experiments.result_folder import changed_inputs, lock_result_folder
from poruka.runs import chunks as chunks_page
from poruka.runs import job_db, run_files, table_files
from poruka.runs.chunk_files import write_parquet
from poruka.runs.chunks import Chunk
from poruka.runs.inventory import format_receipt, open_table
from poruka.runs.job_db import read_job_database
from poruka.runs.manifest import format_manifest
from poruka.runs.merge import merge_parts
from poruka.runs.open_run import resume_run
from poruka.runs.table_files import TableFile, connect_tables
from poruka.runs.verify import verify_run
from poruka.simulation import runner as runner_page
from poruka.utils import contained_files, file_lock
from poruka.utils.checksums import file_sha256
from poruka.utils.errors import BadInput, DamagedRun

ASKED = {"worlds": 12, "until": "1990-03", "progress": False, "processes": 0}
FAILED = (1, 6)
SECOND = "worlds-000000004"
KINDS = ("outcomes", "series", "events")


@pytest.fixture(autouse=True)
def impatient():
    """End a test that waits for a pipe."""
    yield from ended_after(60)


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Return two runs of three chunks, of other seeds, the second with two failed worlds."""
    folder = tmp_path_factory.mktemp("played")
    patch = pytest.MonkeyPatch()
    patch.setattr(runner_page, "WORLDS_PER_CHUNK", 2)
    patch.setattr(chunks_page, "WORLDS_PER_CHUNK", 4)
    honest = runner_page.run_chunk

    def run_chunk(*arguments):
        first, count = arguments[6:8]
        bad = [world for world in range(first, first + count) if world in FAILED]
        return bad[0] if bad else honest(*arguments)

    try:
        pk.simulate(small(), out=folder / "whole", seed=4, **ASKED)
        pk.simulate(small(), out=folder / "part", seed=4, shard="1/2", **ASKED)
        pk.simulate(small(), out=folder / "part", seed=4, shard="2/2", **ASKED)
        patch.setattr(runner_page, "run_chunk", run_chunk)
        patch.setattr(runner_page, "interpreted_traceback", lambda *arguments: "")
        pk.simulate(small(), out=folder / "failed", seed=5, **ASKED)
    finally:
        patch.undo()
    return folder


@pytest.fixture
def run(played, tmp_path):
    """Return the folder of a whole run that may be spoiled."""
    return Path(shutil.copytree(played / "whole", tmp_path / "run"))


def read_all(folder: Path, partial: bool = False) -> tuple[pd.DataFrame, ...]:
    """Return everything that can be read of a run."""
    opened = pk.open_run(folder, partial=partial)
    opened.score()
    return opened.outcomes, opened.events, opened.series.to_dataframe()


def same(one: Path, other: Path) -> bool:
    """Return whether two folders hold the same worlds."""
    return all(a.equals(b) for a, b in zip(read_all(one), read_all(other), strict=True))


def exit_code(*arguments: object) -> int:
    """Give a command and return its exit code."""
    with pytest.raises(SystemExit) as left:
        main([str(one) for one in arguments])
    return int(left.value.code or 0)


NAMES = (
    ("world=7", "world=8"),
    ("outcome=dead/seed=1", "outcome=x"),
    ("reform=0.1", "reform=0.2"),
    ("run[A]", "runA"),
    ("r?", "rA"),
    ("a*b", "aXb"),
    ("**", "anything"),
    ("[!x]", "y"),
    ("{p,q}", "p"),
    ("back\\slash[1]", "back\\slash1"),
    ("a b", "ab"),
    ("o'brien; drop table outcomes; --", "o"),
    ('"quoted"', "quoted"),
    ("new\nline*", "new\nlines"),
    ("-dash", "dash"),
    ("~", "home"),
    ("%41#?x=1", "A"),
    ("Қазақстан", "K"),
    (os.fsdecode(b"caf\xe9*"), "cafe"),
)


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        pytest.param(*names, marks=pytest.mark.slow if number % 3 else [])
        for number, names in enumerate(NAMES)
    ],
)
def test_no_name_of_a_folder_changes_what_is_read(name, beside, played, tmp_path, monkeypatch):
    """Proposition 1: the run beside it is another one, which a pattern would find."""
    shutil.copytree(played / "whole", tmp_path / name)
    if beside != name.split("/")[0]:
        shutil.copytree(played / "failed", tmp_path / beside)
    monkeypatch.chdir(tmp_path)
    # A relative ~ is the home folder; only its whole path names a folder that is called so.
    for path in (tmp_path / name, *([Path(name)] if name != "~" else [])):
        assert same(path, played / "whole") and verify_run(path).is_valid
        found = pk.open_run(path).query("select count(*) as n, max(world) as last from outcomes")
        assert found.iloc[0].to_list() == [12, 11]
        with pk.open_run(path).connect() as connection:
            assert connection.execute("select count(*) from outcomes").fetchone() == (12,)


@pytest.mark.parametrize(
    "name", ["world=7", "run[A]", "a*b", "~", os.fsdecode(b"caf\xe9"), "x=1/y=2"]
)
def test_no_name_of_a_folder_changes_what_is_played(name, played, tmp_path, monkeypatch):
    """Proposition 1, for writing."""
    monkeypatch.setattr(chunks_page, "WORLDS_PER_CHUNK", 4)
    pk.simulate(small(), out=tmp_path / name, seed=4, **ASKED)
    assert same(tmp_path / name, played / "whole") and verify_run(tmp_path / name).is_valid
    tables = ("outcomes", "series", "events", "receipts")
    assert {p.name: file_sha256(p) for t in tables for p in (tmp_path / name / t).iterdir()} == {
        p.name: file_sha256(p) for t in tables for p in (played / "whole" / t).iterdir()
    }


def ordered(*arguments: object, **more: str) -> bytes:
    """Give a command in a process of its own and return what it prints."""
    said = subprocess.run(
        [sys.executable, "-m", "poruka.cli.main", *map(str, arguments)],
        env=environment(**more),
        capture_output=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    return said.stdout


@pytest.mark.parametrize(
    "name", ["Қазақстан", pytest.param(os.fsdecode(b"caf\xe9"), marks=pytest.mark.slow)]
)
def test_a_plain_locale_reads_and_writes_every_name(name, played, tmp_path):
    """Proposition 1."""
    shutil.copytree(played / "whole", tmp_path / name)
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    count = "select count(*) as n from outcomes"
    said = ordered("sql", tmp_path / name, count, "--json", **plain)
    assert json.loads(said) == [{"n": 12}]
    assert b"finished and in order" in ordered("verify", tmp_path / name, **plain)
    new = (tmp_path / name).with_name(f"{name}2")
    ordered("run", "kazakhstan", "-n", 1, "--until", "1990-03", "--out", new, **plain)
    assert len(pk.open_run(new).outcomes) == 1


def link(path: Path) -> None:
    """Put a link to the very same content in the place of a file or folder."""
    elsewhere = path.parent.parent / f"elsewhere {path.name}"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def dangle(path: Path) -> None:
    """Put a link that leads nowhere in the place of a file."""
    path.unlink()
    path.symlink_to(path.with_name("nowhere"))


def pipe(path: Path) -> None:
    """Put a pipe in the place of a file."""
    path.unlink()
    os.mkfifo(path)


def folder(path: Path) -> None:
    """Put a folder in the place of a file."""
    path.unlink()
    path.mkdir()


def empty(path: Path) -> None:
    """Empty a file."""
    path.write_bytes(b"")


def cut(path: Path) -> None:
    """Cut a file in half."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    """Change a byte in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def inflate(path: Path) -> None:
    """Make a file larger than any memory, without taking room on the disk."""
    os.truncate(path, 2**40)


def remove(path: Path) -> None:
    """Remove a file."""
    path.unlink()


SPOILT = (link, dangle, pipe, folder, empty, cut, flip, inflate, remove)
FILES = (
    "manifest.json",
    f"receipts/{SECOND}.json",
    f"outcomes/{SECOND}.parquet",
    f"series/{SECOND}.parquet",
    f"events/{SECOND}.parquet",
    "scenario/kazakhstan.record.csv",
)


@pytest.mark.parametrize(
    ("spoil", "name"),
    [
        pytest.param(spoil, name, marks=pytest.mark.slow if (way + file) % 3 else [])
        for way, spoil in enumerate(SPOILT)
        for file, name in enumerate(FILES)
    ],
)
def test_what_is_no_unchanged_file_of_the_run_is_refused(run, name, spoil):
    """Propositions 2, 4 and 7."""
    spoil(run / name)
    with pytest.raises(DamagedRun, match=Path(name).name.replace(".", r"\.")):
        read_all(run)
    assert exit_code("show", run) == 1
    found = verify_run(run)
    assert not found.is_valid and any(Path(name).name in one for one in found.damaged)
    if name != "manifest.json":
        whole = 12 if name.startswith("scenario") else 8
        opened = pk.open_run(run, partial=True)
        assert (opened.available_worlds, opened.worlds) == (whole, 12) and opened.damage
        assert opened.status.startswith("Read in part") and Path(name).name in opened.status


@pytest.mark.parametrize("name", ["receipts", "outcomes", "series", "events", "scenario"])
def test_no_folder_is_entered_through_a_link(run, name):
    """Proposition 2."""
    link(run / name)
    with pytest.raises(DamagedRun, match="is a link"):
        read_all(run)
    found = verify_run(run)
    assert not found.is_valid and any("is a link" in one for one in found.damaged)
    assert any(repr(name) in one for one in found.foreign)


def test_a_folder_that_becomes_a_link_meanwhile_is_not_entered(run, monkeypatch):
    """Propositions 2 and 5: it is exchanged after every part of the path was looked at."""
    looked_at = contained_files.contained_path

    def strike(folder, *names):
        path = looked_at(folder, *names)
        if names[0] == "outcomes" and not (run / "outcomes").is_symlink():
            link(run / "outcomes")
        return path

    monkeypatch.setattr(contained_files, "contained_path", strike)
    with pytest.raises(BadInput, match="cannot be read"):
        open_table(run, "outcomes", Chunk(0, 4), {"bytes": 1})


def test_a_link_to_the_whole_folder_and_hard_links_are_fine(run, played, tmp_path):
    """Proposition 2: whoever names a folder chooses it."""
    (tmp_path / "link").symlink_to(run)
    for number, path in enumerate(sorted((run / "events").iterdir())):
        os.link(path, tmp_path / f"hard {number}")
    assert same(tmp_path / "link", played / "whole") and verify_run(tmp_path / "link").is_valid


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm", "-journal"])
@pytest.mark.parametrize("spoil", [link, dangle, pipe, folder, inflate])
def test_the_job_database_is_read_as_a_file_of_the_run_or_not_at_all(run, suffix, spoil):
    """Proposition 2: it decides nothing, so the worlds are still read."""
    path = run / f"ledger.sqlite{suffix}"
    if not path.exists():
        path.write_bytes(b"")
    spoil(path)
    assert read_job_database(run) is None
    assert not (run / "nowhere").exists()
    assert "job database" in " ".join(verify_run(run).remarks)
    assert len(pk.open_run(run).outcomes) == 12


def test_looking_at_a_run_writes_nothing(run):
    """Proposition 2."""

    def contents():
        return {path: path.stat().st_mtime_ns for path in (run, *run.rglob("*"))}

    before = contents()
    assert verify_run(run).is_valid and read_job_database(run)["states"] == {"kept": 3}
    read_all(run)
    assert contents() == before


def test_a_job_database_that_takes_too_long_is_given_up(run, monkeypatch):
    """Propositions 2 and 3: with the tables it should have, and too many rows for the time."""
    with sqlite3.connect(run / "ledger.sqlite") as base:
        rows = ((first, 4) for first in range(1000, 60_000))
        base.executemany("insert into chunks (first, count) values (?, ?)", rows)
    base.close()
    assert read_job_database(run) is not None
    monkeypatch.setattr(job_db, "MAX_READING_SECONDS", 0.0)
    assert read_job_database(run) is None


def test_a_job_database_that_never_ends_is_given_up(run):
    """Propositions 2 and 3: a view in the place of a table computes without end."""
    with sqlite3.connect(run / "ledger.sqlite") as base:
        base.execute("drop table run")
        base.execute(
            "create view run as with recursive n(manifest) as (select 1 union all select manifest"
            " + 1 from n) select max(manifest) as manifest from n"
        )
    base.close()
    assert read_job_database(run) is None


def claim(folder: Path, /, **claims) -> None:
    """Let a manifest claim something, with a checksum that is right."""
    manifest = {**json.loads((folder / "manifest.json").read_text()), **claims}
    (folder / "manifest.json").write_text(format_manifest(manifest))


@pytest.mark.parametrize("chunk", [1, 4, 2000])
def test_a_claim_of_many_worlds_costs_no_time(run, chunk):
    """Proposition 3."""
    signal.alarm(10)
    claim(run, worlds=10**12, span=[0, 10**12], chunk=chunk, finished=False)
    assert verify_run(run).worlds == 10**12 and not verify_run(run).is_valid
    for name in ("manifest.json", "ledger.sqlite"):
        before = (run / name).read_bytes()
        for write in (lambda: resume_run(run, processes=0), lambda: merge_parts(run / "m", [run])):
            with pytest.raises(BadInput, match="at most 10,000,000 chunks"):
                write()
        assert (run / name).read_bytes() == before and not (run / "m").exists()
    if chunk == 4:
        opened = pk.open_run(run)
        assert opened.coverage == "12 of 1,000,000,000,000 worlds (999,999,999,988 missing)"
        assert len(opened.outcomes) == 12


@pytest.mark.parametrize(
    "claims",
    [
        {"worlds": -1},
        {"worlds": 12.0},
        {"worlds": True},
        {"worlds": 10**30},
        {"span": [0, 24]},
        {"span": [4, 12]},
        {"span": "ab"},
        {"chunk": 0},
        {"chunk": 10**9},
        {"months": 10**12},
        {"seed": None},
        {"record": "everything"},
        {"part": [3, 2]},
        {"part": [1, 10**9], "span": [0, 0]},
        {"own_rules": None},
        {"resolved": {}},
        {"run": 7},
        {"record_file": {"name": "../../secret", "sha256": "0" * 64}},
        {"record_file": {"name": "/etc/passwd", "sha256": "0" * 64}},
        {"record_file": {"name": "", "sha256": "0" * 64}},
        {"record_file": []},
        {"finished": "yes"},
    ],
)
def test_a_manifest_that_cannot_be_is_refused(run, claims):
    """Proposition 3."""
    claim(run, **claims)
    with pytest.raises(DamagedRun, match=r"manifest\.json"):
        pk.open_run(run)
    assert not verify_run(run).is_valid


@pytest.mark.parametrize(
    "claims",
    [
        {"count": 5},
        {"first": 5},
        {"files": {}},
        {"files": {"../../outcomes": {"rows": 1, "bytes": 1, "sha256": "0" * 64}}},
        {"files": {"outcomes": {"rows": 1, "bytes": 1, "sha256": "0" * 64}}},
        {"files": []},
        {"files": {k: {"rows": 1, "bytes": 2**40, "sha256": "0" * 64} for k in KINDS}},
        {"failures": [[4, 4, "an error", "", ""]]},
        {"failures": [[99, 4, "an error", "", ""]]},
        {"failures": {"4": "an error"}},
        {"failures": [["4"]]},
        {"outcomes": {"incumbent": 400}},
        {"outcomes": {"incumbent": -1, "exit": 5}},
        {"outcomes": [4]},
        {"outcomes": {"incumbent": 4.0}},
        {"run": "another"},
    ],
)
def test_a_receipt_that_cannot_be_is_refused(run, claims):
    """Proposition 3: its checksum is right, since whoever changed it could make that right, too."""
    path = run / f"receipts/{SECOND}.json"
    path.write_text(format_receipt({**json.loads(path.read_text()), **claims}))
    with pytest.raises(DamagedRun, match=SECOND):
        pk.open_run(run)
    assert not verify_run(run).is_valid and pk.open_run(run, partial=True).available_worlds == 8


def test_nesting_without_end_is_no_manifest_and_no_receipt(run):
    """Proposition 3."""
    (run / f"receipts/{SECOND}.json").write_text("[" * 10**6)
    with pytest.raises(DamagedRun, match="cannot be read"):
        pk.open_run(run)
    (run / "manifest.json").write_text('{"a":' * 10**6)
    with pytest.raises(DamagedRun, match="cannot be read"):
        pk.open_run(run)


def test_shares_of_a_large_run_are_of_the_worlds_that_are_there(
    played, tmp_path, monkeypatch, capsys
):
    """Proposition 4: beyond a size only shares are printed, here of 7 of 12 worlds."""
    monkeypatch.setattr(run_report, "MAX_REPORTED_WORLDS", 1)
    run = Path(shutil.copytree(played / "failed", tmp_path / "run"))
    (run / f"receipts/{SECOND}.json").unlink()
    opened = pk.open_run(run, partial=True)
    run_report.report_run(opened, run, as_json=True)
    facts = json.loads(capsys.readouterr().out)
    assert [facts[name] for name in ("worlds", "available", "failed", "missing")] == [12, 7, 1, 4]
    assert sum(share["share"] for share in facts["outcomes"].values()) == 1.0
    run_report.report_run(opened, run, as_json=False)
    assert "shares of 7 of 12 worlds (1 failed, 4 missing)" in capsys.readouterr().out


def test_a_run_without_its_record_says_why_it_is_not_scored(run, capsys):
    """Proposition 4: all of its worlds are there."""
    (run / "scenario" / "kazakhstan.record.csv").unlink()
    assert exit_code("show", run, "--partial") == 0
    said = capsys.readouterr()
    for text in (said.out, said.err):
        assert "Read in part, 12 worlds: scenario/kazakhstan.record.csv is gone" in text
    assert exit_code("show", run, "--partial", "--json") == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["score"] is None and "kazakhstan.record.csv" in summary["damage"][0]


@pytest.mark.parametrize("lost", [("receipts",), ("receipts", "outcomes", "series", "events")])
def test_a_part_is_refused_or_said_to_be_one(run, lost, capsys):
    """Proposition 4: a receipt is deleted, or a chunk with everything."""
    for path in [path for kind in lost for path in (run / kind).glob(f"{SECOND}.*")]:
        path.unlink()
    for arguments in (["show"], ["sql"], ["chronicle"], ["why"], ["compare"]):
        more = {"sql": ["select 1"], "why": ["--event", 1], "compare": [run]}.get(arguments[0], [])
        assert exit_code(*arguments, run, *more) == 1
        assert "is damaged" in (said := capsys.readouterr()).err and not said.out
    assert exit_code("sql", run, "select count(*) as n from outcomes", "--json", "--partial") == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == [{"n": 8}] and "8 of 12 worlds (4 missing)" in said.err
    opened = pk.open_run(run, partial=True)
    rest = [0, 1, 2, 3, 8, 9, 10, 11]
    assert opened.outcomes["world"].to_list() == rest == opened.series["world"].values.tolist()
    assert set(opened.events["world"]) == set(rest) and sum(opened.outcome_counts().values()) == 8
    assert (opened.requested_worlds, opened.missing_worlds, opened.failed_worlds) == (12, 4, 0)
    with pytest.raises(BadInput, match="world 5 is not among"):
        opened.events_of(5)


def test_failed_worlds_and_unfinished_runs_open_and_say_so(played, run, capsys):
    """Proposition 4."""
    failed = pk.open_run(played / "failed")
    assert failed.coverage == "10 of 12 worlds (2 failed)" and len(failed.outcomes) == 10
    assert failed.status == "Finished: 10 of 12 worlds (2 failed)." and not failed.damage
    assert "10 of 12 worlds (2 failed)" in repr(failed)
    assert exit_code("sql", played / "failed", "select 1") == 0
    assert "10 of 12 worlds (2 failed)" in capsys.readouterr().err
    (run / f"receipts/{SECOND}.json").unlink()
    claim(run, finished=False)
    begun = pk.open_run(run)
    assert begun.coverage == "8 of 12 worlds (4 missing)" and len(begun.outcomes) == 8
    assert begun.status.startswith("Not finished: 8 of 12 worlds")
    with file_lock.acquire_lock(run / "lock"):
        assert begun.status.startswith("Being played: 8 of 12 worlds")
    few = begun.thinned(4)
    assert few.available_worlds == 4 and few.coverage == ("4 of 12 worlds (4 missing, 4 not drawn)")


def test_an_opened_run_does_not_depend_on_the_current_folder(run, tmp_path, monkeypatch):
    """Proposition 1: nor does a run in the home folder on who expands its name."""
    expected = json.dumps(pk.open_run(run).score().to_dict())
    monkeypatch.chdir(run.parent)
    opened = pk.open_run("run")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert len(opened.outcomes) == 12 and json.dumps(opened.score().to_dict()) == expected
    monkeypatch.setenv("HOME", str(run.parent))
    assert len(pk.open_run("~/run").outcomes) == 12 and verify_run("~/run").is_valid


def test_a_run_without_any_world_names_the_first_failure(run):
    """Proposition 4."""
    for receipt in (run / "receipts").iterdir():
        receipt.unlink()
    claim(run, finished=False)
    with pytest.raises(BadInput, match=r"no completed world: 0 of 12 worlds \(12 missing\)"):
        _ = pk.open_run(run).outcomes


def test_a_file_that_changes_after_it_was_compared_is_found(run):
    """Proposition 5: between two readings of one opened run."""
    opened = pk.open_run(run)
    before = opened.query("select * from outcomes")
    path = run / f"outcomes/{SECOND}.parquet"
    os.utime(path, (1, 1))
    assert opened.query("select * from outcomes").equals(before), "its content is the same"
    shutil.copyfile(run / "outcomes/worlds-000000000.parquet", path)
    with pytest.raises(DamagedRun, match=SECOND):
        opened.query("select * from outcomes")


@pytest.mark.parametrize("exchange", ["replace", "write"])
def test_a_file_exchanged_while_it_is_read_does_no_harm(run, monkeypatch, exchange):
    """Proposition 5: after its checksum was compared and before its rows are read. A file in its
    place is another file; one written to is found.
    """
    path = run / "outcomes/worlds-000000000.parquet"
    right = pk.open_run(run).outcomes
    opened = pk.open_run(run)
    lock = run_files.lock_connection

    def strike(connection):
        lock(connection)
        other = (run / f"outcomes/{SECOND}.parquet").read_bytes()
        if exchange == "replace":
            (run / "other").write_bytes(other)
            os.replace(run / "other", path)
        else:
            path.write_bytes(other)

    monkeypatch.setattr(run_files, "lock_connection", strike)
    with pytest.raises(DamagedRun, match="worlds-000000000"):
        assert opened.query("select * from outcomes").equals(right)


def test_a_file_written_to_after_it_was_opened_for_the_last_time_is_found(run, monkeypatch):
    """Proposition 5: the rows that were read may be of both contents."""
    path, honest = run / "outcomes/worlds-000000000.parquet", table_files.RunFileSystem.open
    opened_files: list[str] = []
    last = 0

    def open_and_strike(self, name, *arguments, **more):
        file = honest(self, name, *arguments, **more)
        opened_files.append(name)
        if len(opened_files) == last:
            with path.open("ab") as written:
                written.write(b"more")
        return file

    monkeypatch.setattr(table_files.RunFileSystem, "open", open_and_strike)
    opened = pk.open_run(run)
    opened.query("select * from outcomes")
    last = len(opened_files)
    opened_files.clear()
    with pytest.raises(DamagedRun, match="worlds-000000000"):
        opened.query("select * from outcomes")
    assert len(opened_files) == last, "it was opened as often as before"


def test_a_query_sees_the_run_and_nothing_else(run, tmp_path, monkeypatch):
    """Proposition 6."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.csv").write_text("a\n1\n")
    own = "run://outcomes/worlds-000000000.parquet"
    before = {path: file_sha256(path) for path in run.rglob("*") if path.is_file()}
    secret = pd.DataFrame({"a": [1]})
    opened = pk.open_run(run)
    for sql in (
        "select * from 'secret.csv'",
        "select * from read_csv('secret.csv')",
        "select * from read_text('/etc/hostname')",
        "select * from glob('*')",
        "select * from secret",
        "copy outcomes to 'out.csv'",
        "with x as (copy outcomes to 'out.csv') select * from x",
        f"copy (select 1) to '{own}' (format parquet, use_tmp_file false)",
        f"explain analyze copy (select 1) to '{own}' (format csv, use_tmp_file false)",
        "export database 'out'",
        "attach 'out.db'",
        "install httpfs",
        "set enable_external_access = true",
        "set allowed_directories = ['/']",
        "reset lock_configuration",
        "select * from 'run://outcomes/../manifest.json'",
        "select * from 'run://receipts/worlds-000000000.json'",
    ):
        with pytest.raises(BadInput, match="cannot be executed"):
            opened.query(sql)
    assert secret.size and sorted(path.name for path in tmp_path.iterdir()) == ["run", "secret.csv"]
    assert before == {path: file_sha256(path) for path in run.rglob("*") if path.is_file()}
    opened.query("copy outcomes to 'out.csv'", external=True)
    assert len(pd.read_csv("out.csv")) == 12
    joined = f"select a, count(*) as n from outcomes, read_csv('{tmp_path}/secret.csv') group by a"
    assert exit_code("sql", run, joined) == 2 and exit_code("sql", run, joined, "--external") == 0
    with opened.connect() as connection, pytest.raises(Exception, match="disabled"):
        connection.execute("copy outcomes to 'again.csv'")
    with opened.connect(external=True) as connection:
        connection.execute("copy outcomes to 'again.csv'")
    assert len(pd.read_csv("again.csv")) == 12


def test_verifying_names_everything_in_the_folder(run, tmp_path):
    """Proposition 7: none of it changes what is read."""
    (run / "notes").mkdir()
    (run / "notes" / "mine.txt").write_text("mine")
    (run / "report.html").write_text("<p>")
    (run / "outcomes" / "worlds-000000002.parquet").write_bytes(b"PAR1")
    (run / "scenario" / "other.csv").write_text("id")
    found = verify_run(run)
    assert found.is_valid and "worlds-000000002.parquet" in " ".join(found.remarks)
    for name in ("notes/mine.txt", "scenario/other.csv", "report.html", "ro-crate-metadata.json"):
        assert name in " ".join(found.not_covered) and name in found.format_report()
    (tmp_path / "outside").mkdir()
    (run / "figures").symlink_to(tmp_path / "outside")
    (run / "notes" / "link").symlink_to("/etc/passwd")
    os.mkfifo(run / "lock2")
    (run / "lock").unlink()
    os.mkfifo(run / "lock")
    found = verify_run(run)
    assert not found.is_valid and not found.damaged and exit_code("verify", run) == 1
    assert found.foreign == [
        "'figures' is a link",
        "'lock' is a pipe",
        "'lock2' is a pipe",
        "'notes/link' is a link",
    ]
    assert len(pk.open_run(run).outcomes) == 12 and "Finished" in pk.open_run(run).status
    json.dumps(found.to_dict())


def test_parts_are_merged_through_the_same_gate(played, tmp_path):
    """Proposition 8: a table behind a link, a record behind a link, and a linked part."""
    parts = Path(shutil.copytree(played / "part", tmp_path / "parts"))
    first, second = sorted(path for path in parts.iterdir() if path.name.startswith("part-"))
    link(second / "events" / next(iter(os.listdir(second / "events"))))
    link(first / "scenario" / "kazakhstan.record.csv")
    found = merge_parts(parts)
    assert found["whole"] < 12 and any("is a link" in one for one in found["damaged"])
    assert not any(path.is_symlink() for path in parts.rglob("*") if "part-" not in str(path))
    record = parts / "scenario" / "kazakhstan.record.csv"
    assert record.is_file() and not record.is_symlink(), "the other part has it"
    other = Path(shutil.copytree(played / "part", tmp_path / "other"))
    link(other / first.name)
    with pytest.raises(BadInput, match="is a link"):
        merge_parts(other)
    good = Path(shutil.copytree(played / "part", tmp_path / "run[A]=1"))
    assert merge_parts(good)["whole"] == 12 and same(good, played / "whole")


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_table_of_a_part_is_not_merged(played, tmp_path, kind):
    """Proposition 8: its size is that of the receipt, and its content is not."""
    parts = Path(shutil.copytree(played / "part", tmp_path / "parts"))
    part = max(path for path in parts.iterdir() if path.name.startswith("part-"))
    table = min((part / kind).iterdir())
    flip(table)
    found = merge_parts(parts)
    assert found["whole"] < 12 and any(
        f"{kind}/{table.name} does not match its checksum" in one for one in found["damaged"]
    )
    assert not (parts / kind / table.name).exists()
    assert not (parts / "receipts" / table.with_suffix(".json").name).exists()


def test_threads_share_a_file_without_disturbing_each_other(tmp_path):
    """Proposition 9: twelve row groups and eight threads, five times."""
    (tmp_path / "events").mkdir()
    frame = pd.DataFrame({"world": np.arange(1_400_000), "value": np.arange(1_400_000) % 977 / 7})
    path = tmp_path / "events" / "worlds-000000000.parquet"
    write_parquet(frame, path)
    file = TableFile(tmp_path, "events", Chunk(0, 1), path.stat().st_size, file_sha256(path))
    for _ in range(5):
        connection, errors = connect_tables({"events": [file]}, {})
        with connection:
            connection.execute("set threads = 8")
            assert connection.execute("select * from events").df().equals(frame) and not errors


def test_a_table_is_written_to_its_own_file_only(tmp_path):
    """Proposition 2: a draft left behind as a link is replaced, never written through."""
    (tmp_path / "outside").write_text("mine")
    draft = tmp_path / "draft.parquet"
    draft.symlink_to(tmp_path / "outside")
    write_parquet(pd.DataFrame({"world": [1]}), draft)
    assert (tmp_path / "outside").read_text() == "mine" and not draft.is_symlink()
    with pytest.raises(OSError, match="full|space|No such"):
        write_parquet(pd.DataFrame({"world": [1]}), tmp_path / "nowhere" / "draft.parquet")


@pytest.mark.parametrize("name", ["manifest.json", "experiment.toml"])
@pytest.mark.parametrize("spoil", [link, pipe, inflate])
def test_results_of_an_experiment_are_read_as_files_of_their_folder(tmp_path, name, spoil):
    """Proposition 2: whether they are up to date is asked by every list of experiments."""
    loaded = read_experiment(find_experiment("01_market_speed"))
    results = tmp_path / "results"
    results.mkdir()
    written = {"experiment": loaded.name, "rules": "", "digest": loaded.scenario.digest}
    (results / "manifest.json").write_text(json.dumps(written))
    (results / "experiment.toml").write_bytes(loaded.path.read_bytes())
    assert changed_inputs(loaded, results) == ["the rules"]
    spoil(results / name)
    with pytest.raises(BadInput, match=name):
        changed_inputs(loaded, results)
    if name == "manifest.json":
        with pytest.raises(BadInput, match=name), lock_result_folder(results, loaded):
            pytest.fail("it is written to")
