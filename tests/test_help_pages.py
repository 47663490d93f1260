"""The command line as a newcomer meets it.

1. Commands stand in groups, each with an example that names an existing command and existing
   options.
2. Every command that plays worlds takes --threads and --processes; worker processes play the same
   worlds, and none is left when the command ends.
3. Keys are listed with value, range and unit, all or by a part of their name.
4. The notebooks come to where the user is, and replace nothing.
5. No word is broken inside at 80 columns.
"""

import json
import os
import re
import shlex

import pytest
import typer
from test_experiments import left_with

import poruka as pk
from poruka.cli.help_pages import HELP_PAGES
from poruka.cli.main import build_app
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
    assert {name for name in commands() if " " not in name} == set(HELP_PAGES)


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
    monkeypatch.setattr(resources, "_limit", [])
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
    broken = pk.load("kazakhstan").with_draws("prior")
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
