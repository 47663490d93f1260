"""What `poruka explain` says of a number.

1. It names all that reads a number or a start value: rules, what a world begins with, and what is
   read before it begins; every one has a reader.
2. Of a number and of a column of the instruments it says what the screening of all numbers has
   found, read from the stored table: in which country it moves what, its clearest quantity with
   size and unit, where nothing was seen, and whether the result is of other rules than these.
3. Where the results are not there, cannot be read or lack the number, it says nothing of them.
"""

import csv
import json
import re
from pathlib import Path

import pytest

import poruka
from poruka.engine.parameters import parameters, start_values
from poruka.rivals import rules_of_package
from poruka.runs.rules_digest import rules_digest
from poruka.theory.explanations import explain
from poruka.theory.number_readers import describe_readers
from poruka.theory.number_screening import EXPERIMENT, describe_screening

PACKAGE = Path(poruka.__file__).parent
ROOT = PACKAGE.parent.parent
KEYS = [*parameters(), *(f"start.{key}" for key in start_values())]


@pytest.mark.parametrize(
    ("key", "reader"),
    [
        ("start.opposition.nationalist", "rules/initial_contenders.py:set_contenders"),
        ("initial.belief", "rules/initial_contenders.py:set_contenders"),
        ("start.president.age", "rules/initial_state.py:_set_ruler"),
        ("biology.hazard_growth", "rules/initial_state.py:_set_ruler"),
        ("start.scale.clans", "scenario/tables.py"),
        ("steps.strong", "scenario/definition.py"),
    ],
)
def test_what_is_read_as_a_world_begins_has_its_reader(key, reader):
    """Proposition 1."""
    line = next(line for line in explain(key).splitlines() if line.startswith("read "))
    assert reader in line and "no rule" not in line


def test_what_rules_and_the_start_both_read_has_both():
    """Proposition 1: a hazard of age is reckoned every month, and for the first ruler."""
    line = describe_readers("biology.hazard_growth")
    rules, _, start = line.partition("; read as a world begins")
    ids = rules.removeprefix("read by ").split(", ")
    assert start and ids == sorted(
        id
        for id, rule in rules_of_package().items()
        if "params.biology.hazard_growth" in rule.parameters
    )


def test_every_number_and_start_value_has_a_reader():
    """Proposition 1: of 340 numbers and all start values none is read by nobody."""
    assert [key for key in KEYS if describe_readers(key) == "read by no rule"] == []
    assert describe_readers("no.number") == "read by no rule"


def test_what_is_named_as_a_reader_exists():
    """Proposition 1."""
    places = {
        place for key in KEYS for place in re.findall(r"[\w/]+\.py(?::\w+)?", describe_readers(key))
    }
    assert len(places) >= 8
    for place in places:
        name, _, function = place.partition(":")
        assert f"def {function}" in (PACKAGE / name).read_text(encoding="utf-8")


QUESTION = """
[[outcome]]
quantity = "coups"
label = "coups"
unit = "coups"
aspect = "outcomes"

[[outcome]]
quantity = "exit_month"
label = "the ruler leaves"
unit = "date"
aspect = "timings"

[[outcome]]
quantity = "broken"
label = "revolution, coup or conflict"
aspect = "outcomes"
"""
NUMBERS = """
scenario,group,factor,verdict,outcomes,timings,clearest,up,down,p,size,smallest
russia,a,a.first,moves,1,0,coups,0.5,-0.25,1e-4,2.0,
soviet_republic,a,a.first,moves,0,2,exit_month,-30.2,12,1e-9,9.0,
estonia,a,a.first,nothing detectable,0,0,,,,,,0.75
russia,a,a.second,moves alone,0,0,,,,,,1.5
estonia,a,a.second,undecided,0,0,,,,,,
russia,together,instruments.cost.west,moves,1,0,broken,0.125,0,1e-5,1.0,
russia,a,a.third,nothing detectable,0,0,,,,,,
""".lstrip()
IDLE = "factor,acts,moves,quantity,size,bound\na.second,True,True,coups,4.25,0.5\n"


@pytest.fixture
def results(tmp_path):
    """A folder with the results of a screening under these rules."""
    tables = tmp_path / "tables"
    tables.mkdir()
    (tables / "numbers.csv").write_text(NUMBERS)
    (tables / "idle.csv").write_text(IDLE)
    (tmp_path / "experiment.toml").write_text(QUESTION)
    (tmp_path / "manifest.json").write_text(json.dumps({"rules": rules_digest()}))
    return tmp_path


def test_a_number_is_explained_by_what_it_moves_in_each_country(results):
    """Proposition 2: the clearest effect is that with the smallest p-value of all countries."""
    moves, clearest, rest = describe_screening("a.first", results)
    assert moves == (
        "set to the ends of its range, it moves 1 outcome in Russia; 2 timings in Soviet Republic"
        f" ({EXPERIMENT})"
    )
    assert clearest == (
        "most clearly exit_month (the ruler leaves) in Soviet Republic: -30 when raised, +12 when"
        " lowered, months"
    )
    assert rest.startswith("nothing seen in Estonia (0.75); in brackets the effect")


def test_a_number_that_shows_alone_is_told_from_one_that_is_undecided(results):
    """Proposition 2."""
    moves, rest = describe_screening("a.second", results)
    alone = "coups (by 4.2 standard deviations of worlds) in Russia when moved alone"
    assert f"it moves {alone} (" in moves and rest == "undecided in Estonia"
    (results / "tables" / "idle.csv").unlink()
    assert (
        "it moves something in Russia when moved alone ("
        in describe_screening("a.second", results)[0]
    )


def test_a_number_that_moves_nothing_is_said_to(results):
    """Proposition 2: where it is not known what would have been seen, no size is made up."""
    moves, rest = describe_screening("a.third", results)
    assert "it moves nothing that could be seen" in moves and rest == "nothing seen in Russia"


def test_a_column_is_moved_half_way_and_a_share_is_one_of_worlds(results):
    """Proposition 2."""
    moves, clearest = describe_screening("instruments.cost.west", results)
    assert moves.startswith("set half-way to the ends of its range, it moves 1 outcome in Russia")
    assert clearest.endswith("+0.12 when raised, +0 when lowered, share of worlds")


def test_results_of_other_rules_say_so(results):
    """Proposition 2."""
    assert "other rules" not in describe_screening("a.first", results)[0]
    (results / "manifest.json").write_text(json.dumps({"rules": "0123456789abcdef"}))
    assert "computed under other rules than these" in describe_screening("a.first", results)[0]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("tables/numbers.csv", None),
        ("tables/numbers.csv", ""),
        ("tables/numbers.csv", NUMBERS.replace("1e-4", "little")),
        ("tables/numbers.csv", NUMBERS + "russia,a"),
        ("experiment.toml", "outcome = 3"),
        ("experiment.toml", None),
        ("manifest.json", "[]"),
        ("manifest.json", "{"),
    ],
)
def test_results_that_cannot_be_read_are_no_error(results, file, content):
    """Proposition 3."""
    assert len(describe_screening("a.first", results)) == 3
    if content is None:
        (results / file).unlink()
    else:
        (results / file).write_text(content)
    assert describe_screening("a.first", results) == []


def test_a_number_that_was_not_screened_is_explained_without_it(results):
    """Proposition 3."""
    assert describe_screening("a.fourth", results) == []
    assert describe_screening("instruments.I01.cost.west") == []
    assert EXPERIMENT not in explain("instruments.I01.cost.west")


@pytest.mark.parametrize("key", ["clans.rooting", "instruments.cost.west"])
def test_the_shipped_screening_stands_in_the_explanation(key):
    """Proposition 2: the counts are those of the table, and the quantity is the clearest in it."""
    with (ROOT / EXPERIMENT / "result/tables/numbers.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["factor"] == key]
    moving = [row for row in rows if row["verdict"] == "moves"]
    assert moving
    lines = explain(key).splitlines()
    (moves,) = (line for line in lines if f"({EXPERIMENT}" in line)
    (clearest,) = (line for line in lines if line.startswith("most clearly "))
    best = min(moving, key=lambda row: float(row["p"]))
    assert clearest.startswith(f"most clearly {best['clearest']} (")
    assert best["scenario"].title() in clearest
    for row in moving:
        part = next(one for one in moves.split(";") if row["scenario"].title() in one)
        counted = sum(int(number) for number in re.findall(r"(\d+) (?:out|tim|ind|pat)", part))
        assert counted == sum(
            int(row[aspect]) for aspect in ("outcomes", "timings", "indices", "patterns")
        )
