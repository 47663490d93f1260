"""Scenarios: a start and outside shocks.

1. Kazakhstan starts in March 1990, has 178 months, and every start value and shock gives its fact
   and source.
2. Shocks write external variables only; no event inside the country has a date.
3. Changes and switches make new scenarios, leave the old ones alone, and change the digest.
4. A scenario can extend another; what it gives wins. A scenario that cannot be used does not hide
   the others.
5. Every broken file in `invalid` is refused by one clear message, exit code 2, no
   traceback, nothing written.
6. One message names every fault of a file, with its place and what to do.
7. Every shipped file is a country that the benchmarks and tests of all countries play, or one that
   countries extend.
"""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from command_ends import refused
from package_folder import MODEL
from state_digests import COUNTRIES

import poruka as pk
from poruka.engine import codes
from poruka.utils.errors import BadInput

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
INVALID = sorted((HERE / "invalid").glob("*.toml"))
WORDS = {
    "empty": "empty",
    "no_toml": "not valid TOML",
    "binary_rubbish": "UTF-8",
    "unknown_key": "did you mean 'title'",
    "missing_title": "'title' is missing",
    "impossible_date": "1990-13",
    "end_before_start": "before start_date",
    "too_long": "at most 600",
    "unknown_start_value": "president.age",
    "start_out_of_range": "25 to 85",
    "start_without_fact": "fact",
    "start_is_text": "fifty",
    "start_is_true": "True",
    "start_is_nan": "nan",
    "shock_inside_the_country": "only external variables",
    "shock_twice": "twice",
    "shock_before_start": "before the start",
    "shock_sets_and_adds": "exactly one",
    "unknown_parameter": "oligarchs.inertia",
    "unknown_mechanism": "M3.predation",
    "extends_itself": "extends itself",
    "extends_in_a_ring": "extends itself",
    "ring_back": "extends itself",
    "start_is_no_table": "'start' is 3",
    "start_too_large_for_a_float": "give a number",
    "nested_too_deeply": "too deeply",
    "agents_in_halves": "whole number",
    "record_is_missing": "not a file beside it",
    "record_elsewhere": "not a file beside it",
    "digits_of_another_script": "start_date",
    "shock_of_no_shape_extending": "'shocks.#1' is 1",
    "shock_twice_extending": "twice",
    "sources_are_no_table_extending": "'sources' is 3",
    "start_is_no_table_extending": "'start' is 3",
    "shocks_are_a_number_extending": "'shocks' is 3",
    "extends_nothing": "the name is empty",
    "extends_what_is_not_there": "nonsense",
    "extends_a_name_too_long": "too long",
    "fact_is_blank": "'shocks.one.fact' is",
    "shock_is_infinite": "finite",
    "shock_is_true": "'shocks.one.add' is True",
    "shock_id_is_a_list": "'shocks.#1.id'",
}


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess:
    """Run the command line in a folder of its own."""
    environment = {**os.environ, "PYTHONPATH": str(MODEL), "NUMBA_DISABLE_JIT": "1"}
    return subprocess.run(
        [sys.executable, "-m", "poruka.cli.main", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_kazakhstan_is_what_it_says():
    """Propositions 1 and 2."""
    s = pk.load("kazakhstan", numbers="declared")
    assert (s.months, s.date_of(0), s.date_of(177)) == (178, "1990-03", "2004-12")
    assert all(
        entry.fact and entry.source for page in s.file.start.values() for entry in page.values()
    )
    assert all(
        shock.fact and shock.source and shock.variable in codes.EXTERNAL_VARIABLES
        for shock in s.file.shocks
    )
    cited = {
        source.split(":")[0].split(";")[0].strip()
        for source in [shock.source for shock in s.file.shocks]
    }
    assert cited <= set(s.file.sources), f"sources nobody lists: {cited - set(s.file.sources)}"


def test_changes_and_switches_make_new_scenarios():
    """Proposition 3."""
    s = pk.load("kazakhstan", numbers="declared")
    changed = s.change(
        {"clans.solidarity": 0.0, "start.president.age": 60, "shocks.rouble_exit.date": "1994-06"}
    )
    assert s.params().clans.solidarity == 1.0 and changed.params().clans.solidarity == 0.0
    assert (
        changed.start().president.age == 60.0
        and (51, "trade_shock", 0.65, True) in changed.shock_table()
    )
    off = s.without("M3.predation", "shocks.putsch")
    assert (
        off.params().on.M3_predation == 0.0 and len(off.shock_table()) == len(s.shock_table()) - 1
    )
    assert s.without("M3").params().on.M3_output == 0.0
    assert (
        len({s.digest, changed.digest, off.digest}) == 3
        and pk.load("kazakhstan", numbers="declared").digest == s.digest
    )
    keys = s.keys()
    assert list(keys.columns) == ["key", "kind", "value", "unit", "low", "high", "source"]
    kinds = {"parameter", "start", "shock", "instrument", "mechanism", "channel"}
    assert set(keys["kind"]) == kinds
    assert keys["key"].is_unique


@pytest.mark.parametrize(
    "changes",
    [
        {"clans.solidarty": 0.0},
        {"clans.solidarity": "much"},
        {"clans.solidarity": -1},
        {"clans.solidarity": float("nan")},
        {"start.president.agee": 50},
        {"shocks.rouble_exit.date": "1994-13"},
        {"shocks.rouble_exit.date": 5},
        {"shocks.rouble_exit.value": float("inf")},
        {"shocks.nothing.date": "1994-01"},
        {"clans.solidarity": True},
    ],
)
def test_changes_that_cannot_be_made_are_refused(changes):
    """Proposition 3."""
    with pytest.raises(BadInput):
        pk.load("kazakhstan", numbers="declared").change(changes)


def test_unknown_keys_get_the_nearest_names():
    """Proposition 3."""
    with pytest.raises(BadInput, match="did you mean 'clans.solidarity'"):
        pk.load("kazakhstan", numbers="declared").change({"clans.solidarty": 0.0})
    with pytest.raises(BadInput, match="did you mean 'M3.predation'"):
        pk.load("kazakhstan", numbers="declared").without("M3.predaton")
    with pytest.raises(BadInput, match=r"use without\('M3.predation'\)"):
        pk.load("kazakhstan", numbers="declared").change({"M3.predation": 0.0})
    with pytest.raises(BadInput, match="is not a name"):
        pk.load("kazakhstan", numbers="declared").without(["M3"])
    with pytest.raises(BadInput, match="did you mean 'shocks.oil_1991' or"):
        pk.load("kazakhstan", numbers="declared").without("oil")
    with pytest.raises(BadInput, match=r"can be changed is shocks\.oil_1998\.value"):
        pk.load("kazakhstan", numbers="declared").change({"shocks.oil_1998": 5.0})
    with pytest.raises(BadInput, match=r"a row: state\.outsides\.oil_price\.value"):
        pk.load("kazakhstan", numbers="declared").fork("1998-01", {"state.outsides.oil_price": 5.0})


def test_a_scenario_can_extend_another(tmp_path):
    """Proposition 4."""
    path = tmp_path / "older.toml"
    path.write_text(
        'title = "older"\ncountry = "Kazakhstan"\nstart_date = "1990-03"\nend_date ='
        ' "1999-12"\nextends = "kazakhstan"\n[start.president]\nage = { value = 65.0, fact = "a'
        ' thought", source = "codebook" }\n[[shocks]]\nid = "putsch"\ndate = "1991-10"\nvariable ='
        ' "putsch"\nadd = 0.9\nfact = "a thought"\nsource = "codebook"\n'
    )
    s, base = pk.load(path), pk.load("kazakhstan", numbers="declared")
    assert (
        s.start().president.age == 65.0
        and s.start().society.minority_share == base.start().society.minority_share
    )
    assert (
        s.months == 118
        and len(s.shock_table()) == len([row for row in base.shock_table() if row[0] < 118])
        and (19, "putsch", 0.9, True) in s.shock_table()
    )
    assert s.record_path == base.record_path


def test_equal_scenarios_are_one_key_and_cannot_be_written_to():
    """Proposition 3."""
    s = pk.load("kazakhstan", numbers="declared")
    assert {s: 1}[pk.load("kazakhstan", numbers="declared")] == 1 and s.change(
        {"clans.solidarity": 0.0}
    ) not in {s: 1}
    with pytest.raises(ValueError, match="frozen"):
        s.file.start["president"]["age"].value = 3.0


def test_a_broken_scenario_does_not_hide_the_others(tmp_path, monkeypatch):
    """Proposition 4."""
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "broken.toml").write_text("title = = 1")
    monkeypatch.chdir(tmp_path)
    found = pk.list_scenarios().set_index("name")
    assert list(found.columns) == ["title", "months", "path"]
    assert (
        found.loc["kazakhstan", "months"] == 178
        and "poruka check broken" in found.loc["broken", "title"]
    )


def test_one_message_names_every_fault(tmp_path):
    """Proposition 6: faults of shape and of contents together."""
    path = tmp_path / "many.toml"
    path.write_text(
        'title = "x"\nstart_date = "1990-01"\nend_date = "1990-14"\ntitel ='
        ' "y"\n[start.president]\nage = { value = 500.0, fact = "a fact", source = "here" }\nguilt'
        ' = 0.5\n[[shocks]]\nid = "one"\ndate = "1990-05"\nvariable = "approval"\nadd = 0.1\nfact ='
        ' "a fact"\nsource = "here"\ncolour = "red"\n[parameters]\n"oligarchs.inertai" = { value ='
        ' 0.1, why = "a reason" }\n[mechanisms]\noff = ["M3.predaton"]\n'
    )
    with pytest.raises(BadInput) as caught:
        pk.load(path)
    message = str(caught.value)
    for word in (
        "'country' is missing",
        "1990-14",
        "'titel'",
        "president.age",
        "'start.president.guilt' is 0.5",
        "'approval'",
        "'shocks.one.colour'",
        "oligarchs.inertia",
        "M3.predation",
    ):
        assert word in message, f"{word} is not in:\n{message}"
    assert all("many.toml" in line for line in message.splitlines())


def test_a_file_saved_with_a_byte_order_mark_is_read(tmp_path):
    """Editors on some systems put one there; it is no fault of the author."""
    path = tmp_path / "marked.toml"
    path.write_text(
        'title = "x"\ncountry = "x"\nstart_date = "1990-01"\nend_date = "1990-12"\n',
        encoding="utf-8-sig",
    )
    assert pk.load(path).months == 12


def test_an_unreadable_file_is_refused(tmp_path, monkeypatch):
    """Proposition 5: permissions cannot be taken from an administrator, so the refusal of the
    system is imitated.
    """
    path = tmp_path / "closed.toml"
    path.write_text("x = 1")

    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(BadInput, match="Permission denied"):
        pk.load(path)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_a_broken_file_is_refused_clearly(path, tmp_path, monkeypatch, capsys):
    """Proposition 5."""
    monkeypatch.chdir(tmp_path)
    said = refused(capsys, "check", str(path))
    assert WORDS[path.stem] in said, said
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "word"),
    [
        (".", "folder"),
        ("nothing.toml", "no file"),
        ("kazakstan", "did you mean 'kazakhstan'"),
        ("", "unknown scenario"),
    ],
)
def test_what_is_no_file_is_refused(name, word, tmp_path, monkeypatch, capsys):
    """Proposition 5: folders, missing files, misspelt names; nothing is run or written."""
    monkeypatch.chdir(tmp_path)
    for command in ("check", "run"):
        assert word in refused(capsys, command, name)
        assert not list(tmp_path.iterdir())


def test_a_process_that_refuses_a_file_leaves_no_traceback(tmp_path):
    """Proposition 5."""
    done = run("check", "nothing.toml", cwd=tmp_path)
    assert done.returncode == 2 and "no file" in done.stderr and "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_every_shipped_country_is_played_where_all_are():
    """Proposition 7: there is one list of them, in `benchmarks/state_digests.py`."""
    files = {path.stem: path.read_text() for path in (ROOT / "scenarios").glob("*.toml")}
    bases = {tomllib.loads(text).get("extends") for text in files.values()} - {None}
    assert set(files) - bases == set(COUNTRIES)
    assert len(COUNTRIES) == len(set(COUNTRIES))
