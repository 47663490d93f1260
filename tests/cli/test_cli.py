"""The command line.

1. `list`, `rules`, `explain`, `check` answer in words and in JSON.
2. Wrong arguments leave with 2 and one message; nothing is written.
3. `run` sums up, keeps a run with its report, and finds it finished the second time; `show`,
   `chronicle`, `why` and `sql` read it.
4. Parts of a run are put together by `merge`; `verify` says by its exit code whether a run is
   whole, and `resume` makes it so.
5. `instruments` sets several countries beside each other: months available, worlds that used it.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_ends import left_with, refused
from package_folder import MODEL
from worlds import kazakhstan

ROOT = Path(__file__).parents[2]


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess:
    """Give a command in this process, which has imported everything, as in one of its own."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("COLUMNS", "160")
        if cwd is not None:
            changed.chdir(cwd)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = left_with(*arguments)
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def run_apart(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess:
    """Run the command line in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(MODEL), "COLUMNS": "160"}
    return subprocess.run(
        [sys.executable, "-m", "poruka.cli.main", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_looking_up_answers_in_words_and_json():
    """Proposition 1."""
    assert "kazakhstan" in run("list").stdout
    assert {one["name"]: one["months"] for one in json.loads(run("list", "--json").stdout)}[
        "kazakhstan"
    ] == 178
    rules = json.loads(run("rules", "--json").stdout)
    assert len(rules) > 60 and {
        "id",
        "claim",
        "theses",
        "locator",
        "standing",
        "reads",
        "writes",
    } <= set(rules[0])
    for word in (
        "oligarchs.defect",
        "T041",
        "I18",
        "clans.rooting",
        "start.president.age",
        "oligarchs.wealth",
        "M3",
        "M3.predation",
        "control",
    ):
        done = run("explain", word)
        assert done.returncode == 0 and len(done.stdout) > 60, word
    assert json.loads(run("check", "kazakhstan", "--json").stdout)["months"] == 178


@pytest.mark.parametrize(
    "arguments",
    [
        ("explain", "controll"),
        ("run",),
        ("run", "kazakhstan", "-n", "x"),
        ("run", "kazakhstan", "-n", "0"),
        ("run", "kazakhstan", "--seed", "-1"),
        ("run", "kazakhstan", "--until", "2030-01"),
        ("run", "kazakhstan", "--set", "a"),
        ("run", "kazakhstan", "--set", "a=1"),
        ("run", "kazakhstan", "--without", "M99"),
        ("run", "kazakhstan", "--record", "all"),
        ("run", "kazakhstan", "-n", "9000"),
        ("show", "nothing"),
        ("resume", "nothing"),
        ("verify", "nothing"),
        ("merge", "nothing"),
        ("sql", "nothing", "select 1"),
        ("run", "kazakhstan", "--shard", "1/2"),
        ("why", "kazakhstan", "--event", "x"),
        ("nonsense",),
    ],
)
def test_wrong_arguments_leave_with_two(arguments, tmp_path, monkeypatch, capsys):
    """Proposition 2."""
    monkeypatch.chdir(tmp_path)
    assert refused(capsys, *arguments)
    assert not list(tmp_path.iterdir())


def test_a_process_with_wrong_arguments_leaves_with_two(tmp_path):
    """Proposition 2."""
    done = run_apart("run", "kazakhstan", "-n", "x", cwd=tmp_path)
    assert done.returncode == 2 and done.stderr and "Traceback" not in done.stderr


def test_a_run_is_kept_and_read_again(tmp_path):
    """Proposition 3."""
    kazakhstan()
    asked = ("run", "kazakhstan", "-n", "12", "--seed", "3", "--out", "here")
    done = run_apart(*asked, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (
        "Kazakhstan 1990-2004: 12 worlds" in done.stdout.splitlines()[0]
        and "incumbent" in done.stdout
        and "Events: what may happen or not" in done.stdout
    )
    page = (tmp_path / "here" / "report.html").read_text(encoding="utf-8")
    assert "<html" in page and 'http-equiv="refresh"' not in page
    assert json.loads((tmp_path / "here" / "manifest.json").read_text())["finished"]
    again = run(*asked, cwd=tmp_path)
    assert again.returncode == 0
    assert (
        run(
            "run", "kazakhstan", "-n", "13", "--seed", "3", "--out", "here", cwd=tmp_path
        ).returncode
        == 2
    )
    shown = json.loads(run("show", "here", "--json", cwd=tmp_path).stdout)
    assert (
        shown["worlds"] == 12
        and abs(sum(one["share"] for one in shown["outcomes"].values()) - 1.0) < 1e-9
    )
    told = run("chronicle", "here", "--world", "2", cwd=tmp_path)
    assert told.returncode == 0 and "1991" in told.stdout
    events = json.loads(run("chronicle", "here", "--world", "2", "--json", cwd=tmp_path).stdout)
    number = next(
        i
        for i, one in enumerate(events)
        if one["kind"] == "instrument" and one["rule"] == "president.act"
    )
    why = run("why", "here", "--world", "2", "--event", str(number), cwd=tmp_path)
    assert why.returncode == 0 and "president.act" in why.stdout


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    """Proposition 2."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    done = run("run", "kazakhstan", "-n", "1", "--out", "mine", cwd=tmp_path)
    assert done.returncode == 2 and "not empty" in done.stderr
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_parts_are_merged_verified_and_resumed(tmp_path):
    """Propositions 3 and 4: the second of two parts is missing at first, and is then played by
    `resume` instead.
    """
    kazakhstan()
    asked = ("run", "kazakhstan", "-n", "30", "--seed", "3", "--until", "1991-12", "--out", "whole")
    part = run(*asked, "--shard", "1/2", "--json", cwd=tmp_path)
    assert part.returncode == 0 and json.loads(part.stdout)["worlds"] == 20, part.stderr
    merged = run("merge", "whole", cwd=tmp_path)
    assert merged.returncode == 1 and "--shard 2/2" in merged.stderr and "20 of 30" in merged.stdout
    looked = run("verify", "whole", "--json", cwd=tmp_path)
    assert looked.returncode == 1 and json.loads(looked.stdout)["whole"] == 20
    done = run("resume", "whole", "--json", cwd=tmp_path)
    assert done.returncode == 0 and json.loads(done.stdout)["worlds"] == 30, done.stderr
    assert run("verify", "whole", cwd=tmp_path).stdout.endswith("it is finished and in order\n")
    asked = run(
        "sql",
        "whole",
        "select count(*) as n, count(distinct world) as worlds from outcomes",
        "--json",
        cwd=tmp_path,
    )
    assert json.loads(asked.stdout) == [{"n": 30, "worlds": 30}]
    assert (
        "worlds"
        in run("sql", "whole", "select count(*) as worlds from outcomes", cwd=tmp_path).stdout
    )
    assert run("sql", "whole", "select nonsense from outcomes", cwd=tmp_path).returncode == 2


def test_instruments_of_several_countries_stand_beside_each_other():
    """Proposition 5."""
    kazakhstan()
    asked = ("instruments", "kazakhstan", "estonia", "-n", "1", "--seed", "2")
    told = json.loads(run(*asked, "--json").stdout)
    assert {line["scenario"] for line in told} == {"kazakhstan", "estonia"} and len(told) == 146
    assert all(line["open_months"] > 0 for line in told if line["uses"] > 0)
    law = next(line for line in told if line["id"] == "I47")
    assert law["answers"] == "fate after office"
    lines = run(*asked).stdout.splitlines()
    assert lines[1].split() == ["kazakhstan", "estonia"] and len(lines) == 76
    assert "instruments were used" in lines[-1]
    default, kazakh = (run("instruments", *of, "-n", "1").stdout for of in ((), ("kazakhstan",)))
    assert default.splitlines()[-1] == kazakh.splitlines()[-1]
