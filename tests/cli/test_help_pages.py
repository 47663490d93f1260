"""The command line as a newcomer meets it.

1. Commands stand in groups, each with an example that names an existing command and existing
   options.
2. Every command that plays worlds takes --threads and --processes; worker processes play the same
   worlds, and none is left when the command ends.
3. Keys are listed with value, range and unit, all or by a part of their name.
4. The notebooks come to where the user is, and replace nothing.
5. No word is broken inside at 80 columns.
6. Lists fit 80 columns, word for word what stands whole in a pipe, where each entry is one line.
7. Tables cut no word; that of a query has several parts where its columns do not fit.
8. A name of several words can be explained without quotation marks.
"""

import json
import os
import re
import shlex
import sys

import pandas as pd
import pytest
import typer
from command_ends import left_with

import poruka as pk
from poruka.cli.counterfactuals import print_path_results
from poruka.cli.countries import print_swaps
from poruka.cli.help_pages import HELP_PAGES
from poruka.cli.main import build_app
from poruka.cli.store import print_rows
from poruka.simulation import runner as runner_page
from poruka.utils import resources, worker_pool
from poruka.utils.errors import RunStopped


def commands():
    """Return every command by its words, such as ``theses run``."""
    found = {}
    for name, entry in typer.main.get_command(build_app()).commands.items():
        inside = getattr(entry, "commands", {})
        found |= {f"{name} {part}": command for part, command in inside.items()}
        found[name] = entry
    return found


def test_the_pages_of_help_are_those_of_the_commands():
    """Proposition 1."""
    apart = sorted({name for name in commands() if " " not in name} ^ set(HELP_PAGES))
    assert not apart, f"{apart}: a command has a group and an example in cli/help_pages.py"


@pytest.mark.parametrize("name", list(HELP_PAGES))
def test_every_command_has_a_group_and_an_example_that_exists(name):
    """Proposition 1."""
    words = shlex.split(HELP_PAGES[name].example)
    assert words[:2] == ["poruka", name]
    known = commands()
    command = known.get(" ".join(words[1:3])) or known[name]
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("-")} <= options
    assert command.help or known[name].help


@pytest.mark.parametrize("name", [name for name, page in HELP_PAGES.items() if page.plays])
def test_every_command_that_plays_worlds_takes_threads_and_processes(name):
    """Proposition 2."""
    playing = [
        command
        for words, command in commands().items()
        if words.split()[0] == name and " " in words
    ] or [commands()[name]]
    for command in playing:
        options = {option for parameter in command.params for option in parameter.opts}
        assert options >= {"--threads", "--processes"}


def test_threads_limit_the_processors_of_a_command(monkeypatch, capsys):
    """Proposition 2."""
    monkeypatch.setattr(resources, "processor_limit", [])
    assert left_with("groups", "estonia", "-n", 1, "--threads", 1) == 0
    assert resources.available_processors() == 1
    capsys.readouterr()


SWEEP = ["sweep", "kazakhstan", "--vary", "start.president.age=40,70", "-n", 21, "--json"]
RUN = ["run", "kazakhstan", "-n", 21, "--until", "1991-06", "--json"]


@pytest.mark.parametrize("asked", [SWEEP, RUN])
def test_worker_processes_play_the_same_worlds(asked, monkeypatch, capsys):
    """Proposition 2: this process plays none, where two others were asked for."""
    assert left_with(*asked) == 0
    on_threads = json.loads(capsys.readouterr().out)
    monkeypatch.setattr(
        runner_page, "run_chunk", lambda *arguments: pytest.fail("played in this process")
    )
    assert left_with(*asked, "--processes", 2) == 0
    assert json.loads(capsys.readouterr().out) == on_threads
    assert not worker_pool.has_workers()


def test_failures_of_worker_processes_are_told(monkeypatch):
    """Proposition 2: a world that fails elsewhere is counted, and a worker that dies is named."""
    worker_pool.request_workers(1)
    broken = pk.load("kazakhstan", numbers="declared").with_draws("prior")
    asked = {"worlds": 40, "until": "1990-06", "progress": False}
    try:
        elsewhere = pk.simulate(broken, **asked)
        with pytest.raises(RunStopped, match="a worker process died"):
            worker_pool.call_in_worker(os._exit, 1)
    finally:
        worker_pool.stop_workers()
    here = pk.simulate(broken, **asked)
    assert here.outcomes.equals(elsewhere.outcomes)
    assert here.failures.equals(elsewhere.failures)


def test_keys_are_listed_with_value_range_and_unit(capsys):
    """Proposition 3."""
    assert left_with("keys", "Kazakhstan", "oligarchs.inertia") == 0
    line = capsys.readouterr().out.splitlines()[0]
    assert line.split()[0] == "oligarchs.inertia" and " to " in line and line.endswith(")")
    assert left_with("keys", "kazakhstan", "start.president", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) > 5 and all("start.president" in row["key"] for row in rows)
    assert left_with("keys", "kazakhstan", "nothing.like.it") == 2
    assert "lists all" in capsys.readouterr().err


def test_notebooks_come_and_replace_nothing(tmp_path, capsys):
    """Proposition 4."""
    assert left_with("notebooks", tmp_path / "mine") == 0
    assert len(list((tmp_path / "mine").glob("*.ipynb"))) >= 8
    assert left_with("notebooks", tmp_path / "mine") == 2
    assert "not replaced" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["", *HELP_PAGES])
def test_help_breaks_no_word_at_eighty_columns(name, capsys, monkeypatch):
    """Proposition 5: a line never ends inside a word that the help text has whole."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERMINAL_WIDTH", "80")
    assert left_with(*([name] if name else []), "--help") == 0
    printed = capsys.readouterr().out
    assert max(len(line) for line in printed.splitlines()) <= 80
    known = commands()
    texts = [known[name].help or ""] if name else [known[one].help or "" for one in HELP_PAGES]
    words = {word for text in texts for word in re.findall(r"[a-z]{12,}", text)}
    assert [word for word in words if word not in printed] == []


LISTS = [
    ["list"],
    ["rules"],
    ["channels"],
    ["theses"],
    ["paths"],
    ["experiment", "list"],
    ["experiment", "check", "03_solidarity"],
    ["rules", "--numbers"],
    ["keys", "kazakhstan", "start"],
    ["explain", "T041"],
    ["explain", "oligarchs.inertia"],
    ["check", "kazakhstan"],
    ["theses", "check", "T041"],
]


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_lists_fit_eighty_columns_word_for_word(words, capsys, monkeypatch):
    """Proposition 6."""
    monkeypatch.setenv("COLUMNS", "80")
    assert left_with(*words) == 0
    whole = capsys.readouterr().out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert left_with(*words) == 0
    fitted = capsys.readouterr().out
    assert fitted.split() == whole.split()
    assert [line for line in fitted.splitlines() if len(line) > 80 and " " in line.strip()] == []
    if words[-1] in ("rules", "channels"):
        assert max(map(len, whole.splitlines())) > 80


def test_an_error_is_fitted_to_a_terminal_too(capsys, monkeypatch):
    """Proposition 6."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert left_with("compare", "kazakhstan", "russia", "-n", 2) == 2
    told = capsys.readouterr().err
    told = told[told.index("poruka: ") :]  # what comes before are the bars of the worlds
    assert max(map(len, told.splitlines())) <= 80


def test_a_wide_table_of_a_query_stands_in_several(capsys, monkeypatch):
    """Proposition 7: whatever stands in a cell, square brackets too."""
    monkeypatch.setenv("COLUMNS", "80")
    wide = {f"a_long_heading_{number}": [f"value [b]{number}", "1990-03"] for number in range(12)}
    frame = pd.DataFrame({"world": [0, 1], **wide})
    print_rows(frame)
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= 80 and "…" not in printed
    for name in wide:
        assert printed.count(f" {name} ") == 1 and wide[name][0] in printed
    assert printed.count(" world ") > 2
    print_rows(frame[["world", "a_long_heading_1"]])
    assert capsys.readouterr().out.count(" world ") == 1
    print_rows(pd.DataFrame({"count": []}))
    assert "count" in capsys.readouterr().out


def test_a_name_of_several_words_is_explained(capsys):
    """Proposition 8."""
    assert left_with("explain", "ethnic", "war") == 0
    apart = capsys.readouterr().out
    assert left_with("explain", "ethnic war") == 0
    assert capsys.readouterr().out == apart and "war" in apart


def test_tables_of_paths_and_swaps_cut_no_word(capsys, monkeypatch):
    """Proposition 7: the longest names there are."""
    monkeypatch.setenv("COLUMNS", "80")
    path = {"id": "C11", "quantity": "mean belief_in_alternative 1995-01..1996-11", "said": "rises"}
    path |= {"there": 0.27, "here": 0.277, "verdict": "not told apart"}
    path |= {"difference": 0.007, "low": -0.002, "high": 0.017, "paired": True}
    print_path_results(pd.DataFrame([path]))
    printed = capsys.readouterr().out
    for word in [*path["quantity"].replace("_", " ").split(), "apart", "difference", "expected"]:
        assert f" {word} " in printed
    swap = {"key": "opposition.communist_radicalism", "into": "kazakhstan", "clear": True}
    swap |= {"base": 0.505, "swapped": 0.793, "effect": 0.289, "high": 0.409, "closes": -0.91}
    print_swaps(pd.DataFrame([swap | {"quantity": "end_control"}]), top=1)
    printed = capsys.readouterr().out
    assert f"{swap['key']} {swap['into']} " in printed and "…" not in printed
    assert max(map(len, printed.splitlines())) <= 80
