"""Looking things up at the command line.

1. Bad input leaves with 2, a failure with 1, an interruption with 130; each says one line, without
   a traceback.
2. A version can be asked for, and no command at all shows what there is.
3. Looking up loads no library for plots, agents or graphs, compiles nothing, and is quick.
4. `explain` knows every rule, thesis, instrument and number of one, parameter, start value, field,
   mechanism and index.
5. `check` names what is wrong with the record of a scenario too.
"""

import json
import os
import subprocess
import sys

import pytest
from package_folder import MODEL

from poruka.cli import lookup, main
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.engine.instrument_columns import instrument_columns
from poruka.engine.parameters import (
    main_parameters,
    mechanism_groups,
    mechanisms,
    parameters,
    start_values,
)
from poruka.engine.state import fields
from poruka.rules.instrument_numbers import given_instrument_numbers, instrument_numbers
from poruka.rules.instruments import instruments
from poruka.rules.schedule import SCHEDULE
from poruka.theory.explanations import explain
from poruka.theory.theses import theses
from poruka.utils.errors import BadInput, PorukaError


def leave(*arguments: str) -> int:
    """Run the command line in this process and return its exit code."""
    try:
        return main.main(list(arguments))
    except SystemExit as left:
        return int(left.code or 0)


@pytest.mark.parametrize(
    ("error", "code"),
    [(BadInput("so it is"), 2), (PorukaError("so it is"), 1), (KeyboardInterrupt(), 130)],
)
def test_every_way_of_failing_has_its_exit_code(error, code, monkeypatch, capsys):
    """Proposition 1."""

    def fail(app):
        @app.command("fail")
        def failing():
            raise error

    monkeypatch.setattr(lookup, "register_lookup_commands", fail)
    assert leave("fail") == code
    told = capsys.readouterr()
    assert (
        told.out == "" and "Traceback" not in told.err and len(told.err.strip().splitlines()) == 1
    )
    assert "so it is" in told.err or code == 130 and "interrupted" in told.err


@pytest.mark.parametrize(
    "arguments", [["check"], ["list", "--jsn"], ["explain"], ["rules", "extra"]]
)
def test_wrong_usage_leaves_with_two(arguments, capsys):
    """Proposition 1."""
    assert leave(*arguments) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_version_can_be_asked_for(capsys):
    """Proposition 2."""
    assert leave("--version") == 0
    assert capsys.readouterr().out.startswith("poruka 0.")


@pytest.mark.parametrize(
    "arguments",
    [
        ["list"],
        ["rules", "--json"],
        ["rules", "--numbers"],
        ["explain", "T041"],
        ["check", "kazakhstan"],
    ],
)
def test_looking_up_loads_and_compiles_nothing_it_does_not_need(arguments, tmp_path):
    """Proposition 3."""
    code = (
        "import sys; from poruka.cli.main import main\n"
        f"try:\n    main({arguments!r})\n"
        "finally:\n    heavy = ('mesa', 'matplotlib', 'networkx', 'duckdb')\n"
        "    print([name for name in heavy if name in sys.modules], file=sys.stderr)"
    )
    environment = {**os.environ, "PYTHONPATH": str(MODEL), "PORUKA_CACHE": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "[]"
    assert not list(tmp_path.rglob("*.nbi")) and not list(tmp_path.rglob("driver_*.py"))


def test_the_numbers_of_the_rules_are_listed_and_counted(capsys):
    """Proposition 3: each with its range, and as many as are declared."""
    assert leave("rules", "--numbers") == 0
    lines = capsys.readouterr().out.splitlines()
    given = given_instrument_numbers()
    assert lines[-1].startswith(f"{len(main_parameters())} numbers are declared, and")
    assert f" {len(given)} steps stand in it, under 25 declared columns" in lines[-1]
    assert lines[-1].endswith("List the steps with --instruments.")
    assert sum(line.startswith("camps.fear ") for line in lines) == 1
    assert leave("rules", "--numbers", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert [row["key"] for row in listed] == list(parameters())


def test_the_numbers_of_the_instruments_are_listed_and_counted(capsys):
    """Proposition 3: alone, or after those of the rules."""
    given = given_instrument_numbers()
    assert leave("rules", "--instruments") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].endswith("the heights of the steps are three of the numbers.")
    listed = [line.split()[0] for line in lines if line.startswith("instruments.")]
    assert listed == list(given)
    assert "instruments.I08.blunt              strong (1): how directly" in "\n".join(lines)
    assert [line for line in lines if line.startswith(("strength ", "against.heirship "))]
    assert leave("rules", "--numbers", "--instruments", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["key"] for row in rows] == [*parameters(), *given]
    assert all(row["source"] and row["unit"] and row["low"] < row["high"] for row in rows)


def test_everything_that_has_a_name_can_be_explained():
    """Proposition 4."""
    known = [
        *SCHEDULE.ids,
        *theses(),
        *(one.id for one in instruments()),
        *parameters(),
        *(f"start.{key}" for key in start_values()),
        *instrument_numbers(),
        *(f"instruments.{name}" for name in instrument_columns()),
        *fields(),
        *mechanisms(),
        *mechanism_groups(),
        *INDEX_DESCRIPTIONS,
    ]
    for word in known:
        assert len(explain(word)) > 20, word


def test_an_explanation_for_machines_is_json(capsys):
    """Proposition 4."""
    assert leave("explain", "M3.predation", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["name"] == "M3.predation" and "off:" in found["text"]


def test_check_reads_the_record_too(tmp_path, capsys):
    """Proposition 5."""
    path = tmp_path / "here.toml"
    path.write_text(
        'title = "x"\ncountry = "x"\nstart_date = "1990-01"\nend_date = "1990-12"\nrecord ='
        ' "here.csv"\n'
    )
    (tmp_path / "here.csv").write_text("nonsense\n1\n")
    assert leave("check", str(path)) == 2
    assert "here.csv" in capsys.readouterr().err
