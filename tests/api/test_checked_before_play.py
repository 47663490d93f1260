"""What can be known without playing is checked before the first world is played.

1. The control: with input in order every entry point plays, by the one function that is watched
   here and that must never be called below.
2. A record that worlds could not be scored against is refused with file, line and remedy, also
   where it is not the first scenario of a comparison.
3. A quantity is refused wherever it stands, with the nearest names and the months it may name.
4. An experiment whose tables, points or numbers cannot be used is refused; its check and its run
   say the same.
5. A scenario file, a posterior, the months of a run and a fork are refused the same way.
6. Several mistakes of one file are told together.
7. Nothing is compiled for it and nothing is written.
"""

import importlib.util
import os
from concurrent.futures import Future
from pathlib import Path

import pytest

import poruka as pk
from poruka.analysis.paired_runs import run_arms
from poruka.analysis.patterns import Pattern, QuantityRange, read_patterns
from poruka.cli.main import main
from poruka.experiments.catalogue import read_experiment
from poruka.scenario.timeline import refuse_changes_after
from poruka.scoring.record_lines import OBSERVED_RECORD_COLUMNS
from poruka.simulation import runner
from poruka.simulation.run_spec import RunSpec
from poruka.theory.ablation import run_ablation
from poruka.theory.classification import classify_countries
from poruka.theory.counterfactuals.specification import read_counterfactual
from poruka.theory.hypotheses import bench, play
from poruka.theory.hypotheses.reading import load_hypotheses, read_hypothesis
from poruka.theory.start_value_swaps import run_start_value_swaps
from poruka.utils.errors import BadInput

HEAD = ",".join(OBSERVED_RECORD_COLUMNS)
EVENT = "event,a house,month dissolution 1"
FIGURE = f"{EVENT},45,month"
GOOD = f"R1,1993-12,first dissolution,{FIGURE},A house ends,a book"
EXPERIMENT = """
question = "Does the pace of reform move the first break?"
scenario = "kazakhstan"
worlds = 4

[[factor]]
name = "pace"
key = "economy.reform_pace"
values = [0.02, 0.08]

[[outcome]]
quantity = "mean_control"

[design]
kind = "grid"
"""
THESIS = """
thesis = "T041"

[[part]]
cause = "the age of the president"
quantity = "end_control"
sign = "+"
smallest = 0.01
smallest_from = "a hundredth of the scale"
low = { change = { "start.president.age" = 50.0 } }
high = { change = { "start.president.age" = 60.0 } }
channels = ["worth_of_rules"]

[part.control]
cause = "habit"
sign = "+"
smallest = 0.01
low = { change = { "start.society.habit" = 0.4 } }
high = { change = { "start.society.habit" = 0.6 } }
"""


class Played(Exception):
    """Raised in place of playing."""


class AtOnce:
    """A pool that runs what it is given at once, so that no thread outlives its test."""

    def __init__(self, threads):
        self.threads = threads

    def submit(self, call, *arguments):
        """Run a call and return its finished future."""
        future: Future = Future()
        try:
            future.set_result(call(*arguments))
        except Exception as error:
            future.set_exception(error)
        return future


@pytest.fixture(autouse=True)
def watched(monkeypatch, tmp_path):
    """Watch the functions that play and compile, and work in an empty folder."""
    calls: list[str] = []

    def play(self, first_world, world_count):
        calls.append("played")
        raise Played

    def compile_nothing(scenario, progress=None):
        calls.append("compiled")
        return 0.0

    monkeypatch.setattr(runner.Runner, "run_worlds", play)
    monkeypatch.setattr(runner, "compile_if_needed", compile_nothing)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return calls


def refused(watched, call, *words: str) -> str:
    """Assert that a call refuses its input before anything is played, compiled or written."""
    with pytest.raises(BadInput) as error:
        call()
    text = str(error.value)
    for word in words:
        assert word in text, f"{word!r} is not in:\n{text}"
    assert watched == []
    assert not Path("out").exists() and not Path("runs").exists()
    return text


def refused_by_command(watched, capsys, arguments: list[str], *words: str) -> str:
    """Assert the same of a command, which exits with 2."""
    with pytest.raises(SystemExit) as stop:
        raise SystemExit(main(arguments))
    text = " ".join(capsys.readouterr().err.split())
    assert stop.value.code == 2, text
    for word in words:
        assert word in text, f"{word!r} is not in:\n{text}"
    assert watched == []
    assert not Path("out").exists() and not Path("runs").exists()
    return text


def scenario_with_record(tmp_path: Path, *lines: str, head: str = HEAD, more: str = "") -> Path:
    """Write a scenario that extends Kazakhstan and has a record of its own."""
    (tmp_path / "own.record.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    path = tmp_path / "own.toml"
    path.write_text(f'extends = "kazakhstan"\nrecord = "own.record.csv"\n{more}', encoding="utf-8")
    return path


def experiment_file(tmp_path: Path, text: str = EXPERIMENT) -> Path:
    """Write an experiment into a folder of its own."""
    path = tmp_path / "own" / "experiment.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


ENTRIES = {
    "in memory": lambda path: pk.simulate(path, worlds=2, progress=False),
    "arms": lambda path: run_arms({"": pk.load(path)}, ["end_control"], 2, 1),
    "groups": lambda path: classify_countries(["kazakhstan", str(path)], worlds=2),
    "swap": lambda path: run_start_value_swaps(
        pk.load("russia", numbers="declared"), pk.load(path), 2, 1, ["end_control"], ["media"]
    ),
}


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_point_plays_what_is_in_order_by_the_watched_function(watched, tmp_path, entry):
    """Proposition 1."""
    with pytest.raises(Played):
        ENTRIES[entry](scenario_with_record(tmp_path, GOOD))
    assert watched[-1] == "played"


def test_an_experiment_and_a_thesis_in_order_play_by_the_watched_function(
    watched, tmp_path, monkeypatch
):
    """Proposition 1."""
    with pytest.raises(Played):
        pk.experiment(experiment_file(tmp_path))
    assert watched[-1] == "played"
    watched.clear()
    monkeypatch.setattr(play, "ThreadPoolExecutor", AtOnce)
    with pytest.raises(Played):
        bench.play_hypotheses(["T041"], worlds=2)
    assert watched[-1] == "played"


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_bad_record_is_refused_by_every_entry_point(watched, tmp_path, entry):
    """Propositions 2 and 7: an outcome that does not exist used to be found after all worlds."""
    path = scenario_with_record(tmp_path, GOOD.replace(EVENT, "value,e,outcome apogee_mnth"))
    refused(watched, lambda: ENTRIES[entry](path), "own.record.csv, line 2", "'apogee_month'")


@pytest.mark.parametrize(
    "old, new, words",
    [
        (EVENT, "value,e,outcome outcome", ["line 2", "not a figure", "apogee_month"]),
        (EVENT, "value,e,outcome fork_1_month", ["line 2", "unknown outcome"]),
        ("45,month", "45,months", ["line 2", "'months'", "allowed is month"]),
        ("45,month", "45,percent", ["line 2", "'percent'", "allowed is month"]),
        ("1,45,month", "1,46,month", ["line 2", "46 months", "1993-12 is 45", "correct one"]),
        ("R1,1993-12", "R1,1994", ["line 2", "1994 is 46 to 57"]),
        ("1,45,month", "1,-3,month", ["line 2", "-3", "from the start"]),
        (FIGURE, "value,e,value wave 1,130,percent", ["130", "between 0 and 100"]),
        (FIGURE, "value,e,value wave 1,55,share", ["55", "between 0 and 1"]),
        (FIGURE, "value,e,count wave 1991-01..1992-01,1.5,count", ["1.5", "whole number"]),
        (FIGURE, "growth,e,growth 1993,-120,percent", ["-120", "above -100"]),
        (FIGURE, "value,e,series gdp 1993-12,0.5,percent", ["index, share"]),
        ("month dissolution 1", "month disolution 1", ["line 2", "'dissolution'"]),
        ("1993-12", "1993-12-32", ["line 2", "calendar", "write 1993"]),
        ("1993-12", "12.1993", ["line 2", "not understood", "write 1993"]),
        (",45,", ",inf,", ["line 2", "finite"]),
        (",45,", ',"4,5",', ["line 2", "not a number", "with a point"]),
        ("A house ends", "A house, ends", ["line 2", "11 values for 10 columns", "double quotes"]),
        ("A house ends", '"A house ends', ["not CSV", "quotation mark"]),
        (",a book", "", ["line 2", "fact and a locator"]),
        ("event,", "evnt,", ["line 2", "the role is 'evnt'", "pattern (what holds"]),
        ("event,", "value,", ["line 2", "needs the role event, or input"]),
        ("event,", "pattern,", ["line 2", "needs the role event"]),
        ("a house,", ",", ["line 2", "the episode is empty"]),
        (",45,", ",nver,", ["line 2", "not a number", "never"]),
        (FIGURE, "value,e,value wave 1,never,count", ["line 2", "only an event"]),
        (
            FIGURE,
            "pattern,e,before month wave 1 | month wave 2,0.5,yes",
            ["line 2", "shown (1) or not (0)"],
        ),
        (
            FIGURE,
            "pattern,e,gap value wave 1 | month wave 2,3,month",
            ["line 2", "'value wave 1' is none", "month KIND N"],
        ),
        (
            FIGURE,
            "pattern,e,less month wave 1,3,yes",
            ["line 2", "not understood", "gap MONTH | MONTH"],
        ),
        (FIGURE, "pattern,e,is first_successor heri,1,yes", ["line 2", "'heir'"]),
        ("R1,", ",", ["line 2", "id is empty"]),
        ("first dissolution", "", ["line 2", "no name"]),
        (GOOD, "", ["no line", "at least one figure"]),
    ],
)
def test_a_line_of_a_record_is_refused_with_line_and_remedy(watched, tmp_path, old, new, words):
    """Proposition 2."""
    assert old in GOOD
    path = scenario_with_record(tmp_path, GOOD.replace(old, new))
    refused(watched, lambda: pk.simulate(path, worlds=2, out="out"), "own.record.csv", *words)


@pytest.mark.parametrize(
    "head, words",
    [
        (HEAD.replace("unit,", ""), ["missing: unit"]),
        (
            HEAD.replace("role,episode,", ""),
            ["missing: role, episode", "role says what a line is", "episode names the episode"],
        ),
        (HEAD.replace("unit", "unti"), ["unknown: 'unti' (did you mean 'unit'?)"]),
        (HEAD.replace("id,date", "date,id"), ["their order differs"]),
        (HEAD + ",unit", ["twice: unit"]),
        ("", ["it is empty"]),
    ],
)
def test_the_columns_of_a_record_are_refused_with_those_it_needs(watched, tmp_path, head, words):
    """Proposition 2."""
    path = scenario_with_record(tmp_path, GOOD, head=head)
    refused(
        watched, lambda: pk.simulate(path, worlds=2, out="out"), HEAD.replace(",", ", "), *words
    )


@pytest.mark.parametrize(
    "content, word",
    [
        (b"\xff\xfe\x00R", "UTF-8"),
        (b"", "empty"),
        (b"\x00" * 8, "columns"),
        (b"x" * 2**25, "bytes"),
    ],
)
def test_a_record_that_is_no_table_is_refused(watched, tmp_path, content, word):
    """Proposition 2."""
    path = scenario_with_record(tmp_path, GOOD)
    (tmp_path / "own.record.csv").write_bytes(content)
    refused(watched, lambda: pk.simulate(path, worlds=2, out="out"), "own.record.csv", word)


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_line_ends_and_a_mark_of_the_encoding_are_no_mistake(watched, tmp_path, ending, encoding):
    """Proposition 2: what spreadsheets write is read, and lines are counted as an editor does."""
    path = scenario_with_record(tmp_path)
    record = tmp_path / "own.record.csv"
    record.write_bytes(ending.join([HEAD, GOOD, ""]).encode(encoding))
    assert RunSpec.build(path, worlds=2).worlds == 2
    record.write_bytes(ending.join([HEAD, GOOD, GOOD.replace("R1", "R2") + "x,y"]).encode(encoding))
    line = "line 5" if ending == "\n\n" else "line 3"
    refused(watched, lambda: RunSpec.build(path, worlds=2), f"own.record.csv, {line}")


def test_a_record_changed_after_it_was_found_valid_is_read_again(watched, tmp_path):
    """Proposition 2: what was in order before is remembered for the same file only."""
    path = scenario_with_record(tmp_path, GOOD)
    RunSpec.build(path, worlds=2)
    scenario_with_record(tmp_path, GOOD.replace(",45,", ",46,"))
    refused(watched, lambda: RunSpec.build(path, worlds=2), "46 months")


def test_a_later_start_is_not_scored_by_months_counted_from_an_earlier_one(watched, tmp_path):
    """Proposition 2: every date of an inherited record would be wrong by the same months."""
    path = tmp_path / "later.toml"
    path.write_text('extends = "kazakhstan"\nstart_date = "1990-06"\n', encoding="utf-8")
    text = refused(watched, lambda: pk.simulate(path, worlds=2), "1990-06", "record of its own")
    assert "kazakhstan.record.csv, line 2" in text


def test_a_comparison_of_commands_is_refused_before_its_first_side(watched, tmp_path, capsys):
    """Propositions 2 and 7: the second side used to be read after the first was played."""
    bad = str(scenario_with_record(tmp_path, GOOD.replace("45,month", "45,moon")))
    for arguments in (
        ["compare", "kazakhstan", bad, "-n", "2"],
        ["compare", "kazakhstan", "kazakhstn", "-n", "2"],
        ["crossing", "kazakhstan", bad, "-n", "2", "--out", "out"],
        ["groups", "kazakhstan", bad, "-n", "2"],
        ["fork", bad, "--at", "1998-10", "--force", "president.dies", "--world", "1"],
        ["check", bad],
    ):
        word = "kazakhstan" if "kazakhstn" in arguments else "allowed is month"
        refused_by_command(watched, capsys, arguments, word)


BAD_QUANTITIES = [
    ("mean_contrl", "'mean_control'"),
    ("share_revolutoin", "'share_revolution'"),
    ("count_defectoin", "'count_defection'"),
    ("outcome", "'is outcome VALUE'"),
    ("is outcome pakt", "'pact'"),
    ("is outcome", "allowed are"),
    ("is furman_group best", "1|2"),
    ("mean control 2003-01..2010-12", "1990-03 to 2004-12"),
    ("mean control 1985-01..1991-01", "1990-03 to 2004-12"),
    ("mean control 1991-13..1992-01", "1991-08"),
    ("mean control 1993-01..1992-01", "before it begins"),
    ("mean contrl 1993-01..1994-01", "'control'"),
    ("count wave 1985-01..1991-01", "1990-03 to 2004-12"),
    ("series control 2050-01", "1990-03 to 2004-12"),
    ("growth 1990", "1990-03 to 2004-12"),
    ("month wave 0", "number 1"),
    ("fork_1_month", "unknown quantity"),
    ("mean_control minus ", "Forms are"),
    (" plus ".join(["wars"] * 4000), "shorter"),
]


@pytest.mark.parametrize("quantity, word", BAD_QUANTITIES, ids=lambda value: str(value)[:24])
def test_a_quantity_of_an_experiment_is_refused_when_its_file_is_read(
    watched, tmp_path, quantity, word
):
    """Proposition 3."""
    path = experiment_file(tmp_path, EXPERIMENT.replace('"mean_control"', f'"{quantity}"'))
    refused(watched, lambda: pk.experiment(path, out="out"), str(path), word)


def test_a_quantity_is_refused_wherever_it_stands(watched, tmp_path):
    """Proposition 3: in a case, a target, a thesis, a pattern, an arm, a swap, a path."""
    case = '\n[[analysis]]\nkind = "prim"\nwhere = { quantity = "warss", low = 1 }\n'
    target = '\n[calibration]\n[[calibration.target]]\nquantity = "warss"\nvalue = 1.0\n'
    grid = EXPERIMENT.replace("values = [0.02, 0.08]", "steps = 9")
    for more in (case, target):
        path = experiment_file(tmp_path, grid + more)
        refused(watched, lambda: pk.experiment(path, out="out"), str(path), "'wars'")  # noqa: B023
    thesis = tmp_path / "T041.toml"
    thesis.write_text(THESIS.replace("end_control", "end_contrl"), encoding="utf-8")
    refused(watched, lambda: read_hypothesis(thesis), str(thesis), "'end_control'")
    pattern = Pattern(
        id="P99",
        label="some",
        says="Some of them happen.",
        scenario="russia",
        holds=[QuantityRange(quantity="warss", low=1)],
    )
    good = pattern.model_copy(update={"holds": [QuantityRange(quantity="wars", low=1)]})
    patterns = [good.model_copy(update={"scenario": "kazakhstan"}), pattern]
    refused(watched, lambda: run_ablation(worlds=2, selected_patterns=patterns), "'wars'")
    countries = pk.load("kazakhstan", numbers="declared"), pk.load("russia", numbers="declared")
    refused(watched, lambda: run_start_value_swaps(*countries, 2, 1, ["warss"]), "'wars'")
    arms = {"a": countries[0], "b": countries[1]}
    by_arm = {"a": ["wars"], "b": ["mean control 1990-03..1991-01"]}
    refused(watched, lambda: run_arms(arms, by_arm, 2, 1), "1990-06 to 2004-12")
    counterfactual = tmp_path / "X99.toml"
    counterfactual.write_text(
        'extends = "kazakhstan"\nwithout = ["M3.predation"]\n[path]\nid = "X99"\nfamily = "votes"\n'
        'claim = "It differs."\nlocator = "here"\nencodes = "this"\n'
        '[[path.expect]]\nquantity = "warss"\nsign = "+"\nstands_for = "war"\n',
        encoding="utf-8",
    )
    refused(watched, lambda: read_counterfactual(counterfactual), "X99.toml", "'wars'")


def test_the_last_point_of_a_grid_is_refused_before_the_first_is_played(watched):
    """Proposition 4."""
    axes = {"oligarchs.inertia": [0.2, 0.4], "economy.reform_pace": [0.02, 0.9]}
    refused(watched, lambda: pk.sweep("kazakhstan", axes, worlds=2), "0 to 0.1")


def test_a_broken_thesis_is_told_before_the_first_is_played(watched, capsys):
    """Proposition 3."""
    theses = Path("experiments/hypotheses")
    theses.mkdir(parents=True)
    (theses / "T041.toml").write_text(THESIS.replace("end_control", "end_contrl"))
    load_hypotheses.cache_clear()
    try:
        arguments = ["theses", "run", "T041", "--out", "out"]
        refused_by_command(watched, capsys, arguments, "T041.toml", "'end_control'")
    finally:
        load_hypotheses.cache_clear()


def test_an_experiment_of_any_name_is_checked_and_run_as_one(watched, tmp_path, capsys):
    """Proposition 4: a file that asks a question is no scenario."""
    path = tmp_path / "pace.toml"
    path.write_text(EXPERIMENT.replace("0.08]", "0.9]"), encoding="utf-8")
    for command in ("check", "run"):
        refused_by_command(watched, capsys, [command, str(path)], "pace.toml", "0 to 0.1")


def test_a_file_of_patterns_is_refused_with_the_pattern(watched, tmp_path):
    """Proposition 3."""
    shipped = Path(__file__).parents[2] / "experiments" / "knockout" / "patterns.toml"
    text = shipped.read_text(encoding="utf-8")
    assert read_patterns(shipped).patterns
    path = tmp_path / "patterns.toml"
    path.write_text(text.replace('quantity = "', 'quantity = "x', 1), encoding="utf-8")
    refused(watched, lambda: read_patterns(path), str(path), "P01", "unknown quantity")


@pytest.mark.parametrize(
    "old, new, words",
    [
        ('kind = "grid"', 'kind = "table"\nfile = "no.csv"', ["no.csv", "cannot be read"]),
        ('kind = "grid"', 'kind = "table"\nfile = "bad.csv"', ["bad.csv, line 3", "0.9"]),
        ('kind = "grid"', 'kind = "table"\nfile = "big.csv"', ["big.csv", "give a CSV"]),
        ("worlds = 4", "worlds = 4.5", ["worlds", "integer"]),
        ("worlds = 4", "worlds = nan", ["worlds"]),
        ("values = [0.02, 0.08]", "values = [0.02, nan]", ["factor", "finite"]),
        ("values = [0.02, 0.08]", "low = 0.0\nhigh = inf", ["factor", "finite"]),
        ("values = [0.02, 0.08]", "values = [0.02, 0.9]", ["pace", "0 to 0.1"]),
        ('key = "economy', 'key = "ecnomy', ["'economy.reform_pace'"]),
        ('"kazakhstan"', '"kazakhstn"', ["'kazakhstan'"]),
        ("question", "qestion", ["did you mean 'question'"]),
    ],
)
def test_an_experiment_is_refused_by_its_check_and_its_run_in_the_same_words(
    watched, tmp_path, capsys, old, new, words
):
    """Propositions 4 and 7."""
    assert old in EXPERIMENT
    path = experiment_file(tmp_path, EXPERIMENT.replace(old, new, 1))
    (path.parent / "bad.csv").write_text("pace\n0.02\n0.9\n")
    (path.parent / "big.csv").write_text("pace\n0.02" + 200_000 * "0" + "\n")
    said = refused(watched, lambda: pk.experiment(path, out="out"), str(path), *words)
    for command in (["check"], ["experiment", "check"], ["experiment", "run"], ["run"]):
        text = refused_by_command(watched, capsys, [*command, str(path)])
        assert " ".join(said.split()) in text


CALIBRATED = "\n[calibration]\n"
TARGET = '\n[[calibration.target]]\nquantity = "{}"\nvalue = {}\n'
CASE = '\n[[analysis]]\nkind = "prim"\nwhere = {{ quantity = "{}", {} }}\n'
SENSITIVE = '\n[[factor]]\nkey = "oligarchs.inertia"\n[sensitivity]\nmethod = "sobol"\n'
LEVELS = '\n[[factor]]\nname = "l"\n{}levels = [{{ label = "a" }}, {{ label = "b", off = [{}] }}]\n'


@pytest.mark.parametrize(
    "old, new, more, words",
    [
        ("", "", CASE.format("wars", "low = 2, high = 1"), ["no world meets it", "below high"]),
        ("", "", CASE.format("passed_on", "low = 3"), ["either 0 or 1", "low = 1"]),
        ("", "", CASE.format("wars", "low = 1"), ["but there are 2", "at least 8"]),
        ("", "", CALIBRATED + TARGET.format("passed_on", 1.3), ["1.3", "between 0 and 1"]),
        ("", "", CALIBRATED + TARGET.format("wars", 1) * 2, ["'wars' twice", "once"]),
        ("", "", CALIBRATED + 'figures = ["R024", "R024"]', ["'R024' twice"]),
        ("", "", CALIBRATED + 'patterns = ["P01", "P01"]', ["'P01' twice"]),
        ("", "", CALIBRATED + 'figures = ["R999"]', ["'R999'", "kazakhstan.record.csv"]),
        (
            "values = [0.02, 0.08]",
            "low = 0.0\nhigh = 0.05\ndefault = 0.08",
            CALIBRATED + TARGET.format("wars", 1),
            ["default 0.08", "0 to 0.05"],
        ),
        ("", "", SENSITIVE + 'factors = ["pace", "pace"]', ["'pace' twice"]),
        ("", "", SENSITIVE + 'factors = ["pace"]', ["'pace' only", "at least two"]),
        ('kind = "grid"', 'kind = "grid"\npoints = 300', "", ["points", "latin_hypercube"]),
        ('_control"', '_control"\nunit = "date"', "", ["'date'", "exit_month"]),
        ("worlds = 4", "seed = 99999999999999999999", "", ["seed", "less than or equal"]),
        ("", "", LEVELS.format("", ""), ["'a' and 'b'", "do not differ"]),
        ("", "", LEVELS.format("low = 1\n", '"M3"'), ["also low", "remove"]),
        (
            "",
            "",
            '\n[[factor]]\nname = "d"\nhappens = {}\nlow = "1992-01"\nhigh = "1993-01"\n',
            ["without an intervention", "president.dies"],
        ),
        ('key = "economy', 'page = "press"\nkey = "economy', "", ["'press' and also", "the other"]),
    ],
)
def test_a_table_that_can_have_no_effect_is_refused(watched, tmp_path, old, new, more, words):
    """Proposition 4: what would be ignored, counted double or met by no world is a mistake."""
    assert old in EXPERIMENT
    path = experiment_file(tmp_path, (EXPERIMENT.replace(old, new) if old else EXPERIMENT) + more)
    refused(watched, lambda: pk.experiment(path, out="out"), str(path), *words)


def test_a_missing_library_is_told_before_the_design_is_played(watched, tmp_path, monkeypatch):
    """Proposition 4: it used to be told after all worlds of the design."""
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "SALib" else find(name)
    )
    path = experiment_file(tmp_path, EXPERIMENT + SENSITIVE)
    refused(watched, lambda: pk.experiment(path, out="out"), "SALib", "pip install")
    assert read_experiment(path).experiment.sensitivity is not None  # it can still be listed


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_in_place_of_a_file_is_refused_at_once(watched, tmp_path):
    """Propositions 4 and 5: it would be waited for without end."""
    (tmp_path / "own").mkdir()
    for folder in (tmp_path, tmp_path / "own"):
        os.mkfifo(folder / "pipe.csv")
    own = tmp_path / "own.toml"
    for line in ('record = "pipe.csv"', 'numbers = "pipe.csv"'):
        own.write_text(f'extends = "kazakhstan"\n{line}\n')
        refused(watched, lambda: pk.simulate(own, worlds=2), "own.toml", "pipe.csv")
    table = EXPERIMENT.replace('kind = "grid"', 'kind = "table"\nfile = "pipe.csv"')
    path = experiment_file(tmp_path, table)
    refused(watched, lambda: pk.experiment(path, out="out"), str(path), "not a regular file")
    refused(watched, lambda: read_patterns(tmp_path / "pipe.csv"), "not a regular file")


def test_a_shock_of_a_fork_that_waits_for_an_event_has_a_date_that_exists(watched, tmp_path):
    """Proposition 5: its date used to be read in each world, when the fork opened."""
    path = tmp_path / "own.toml"
    for date, word in (("1999-21", "'1991-08'"), ("1980-01", "before the start 1990-03")):
        path.write_text(
            f'extends = "kazakhstan"\n[[fork]]\nat = "before dissolution"\nwhy = "a try"\n'
            f'shocks = [{{ id = "x", date = "{date}", variable = "oil_price", set = 1,'
            ' fact = "a fact", source = "somewhere" }]\n'
        )
        refused(watched, lambda: pk.simulate(path, worlds=2), "own.toml", "shock 'x'", word)


def test_a_check_names_the_figures_that_a_scenario_never_reaches(watched, tmp_path, capsys):
    """Proposition 2: a scenario that ends sooner may share a record; it says what is left out."""
    late = GOOD.replace("R1,1993-12", "R2,1994-03").replace(",45,", ",48,")
    path = scenario_with_record(tmp_path, GOOD, late, more='end_date = "1994-01"\n')
    with pytest.raises(SystemExit, match="0"):
        raise SystemExit(main(["check", str(path)]))
    assert "never scored (1): R2" in " ".join(capsys.readouterr().out.split())


def test_points_whose_changes_contradict_each_other_are_refused(watched, tmp_path):
    """Proposition 4: each factor can be used by itself, but not both in one month."""
    factor = (
        '\n[[factor]]\nname = "{}"\nhappens = {{ force = ["president.dies"] }}\n'
        'low = "1996-01"\nhigh = "1997-01"\nsteps = 2\n'
    )
    both = factor.format("first death") + factor.format("second death")
    path = experiment_file(tmp_path, EXPERIMENT + both)
    refused(
        watched,
        lambda: pk.experiment(path, out="out"),
        "point 1 of the design (pace = 0.02, first death = 1996-01, second death = 1996-01)",
        "twice",
    )
    sampled = (EXPERIMENT + both).replace('[design]\nkind = "grid"', "")
    path = experiment_file(tmp_path, sampled + '\n[sensitivity]\nmethod = "morris"\nworlds = 8\n')
    refused(watched, lambda: pk.experiment(path, out="out"), "'first death'", "1996-01", "overlap")


def test_a_quantity_is_checked_in_every_country_and_branch_of_an_experiment(watched, tmp_path):
    """Proposition 4: a level may name another country, or have a fork that others lack."""
    for level, quantity, words in (
        ('scenario = "russia"', "mean control 1990-03..1991-01", ["in russia", "1990-06"]),
        (
            'fork = [{ at = "1998-10", force = "president.dies" }]',
            "fork_1_month",
            ["in kazakhstan", "fork_1_month"],
        ),
        ('happen = [{ on = "1998-10" }]', "wars", ["level 'b'", "'on'", "date"]),
        ('happen = [{ force = ["I19"] }]', "wars", ["level 'b'", "needs a date"]),
        ('happen = [{ date = "1998-10", force = 3 }]', "wars", ["level 'b'", "list of ids"]),
    ):
        levels = (
            f'\n[[factor]]\nname = "l"\nlevels = [{{ label = "a" }}, {{ label = "b", {level} }}]\n'
        )
        text = (EXPERIMENT + levels).replace('"mean_control"', f'"{quantity}"')
        path = experiment_file(tmp_path, text)
        refused(watched, lambda: pk.experiment(path, out="out"), *words)  # noqa: B023


@pytest.mark.parametrize(
    "arguments, word",
    [
        ({"worlds": 0}, "worlds is 0"),
        ({"worlds": 1}, "worlds is 1"),
        ({"worlds": 10**6}, "2 to 5000"),
        ({"worlds": 2.5}, "worlds is 2.5"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_worlds_and_seeds_that_cannot_be_used_are_refused(watched, tmp_path, arguments, word):
    """Proposition 4: a number of worlds of 0 used to mean that of the file."""
    path = experiment_file(tmp_path)
    refused(watched, lambda: pk.experiment(path, out="out", **arguments), word)
    if arguments == {"seed": -1}:
        arguments = {"seeds": [-1]}
    if arguments != {"worlds": 10**6}:
        refused(watched, lambda: pk.verdicts("T041", **arguments), word)


def test_a_thesis_is_refused_with_its_file(watched, tmp_path):
    """Proposition 5."""
    path = tmp_path / "T041.toml"
    path.write_text(THESIS, encoding="utf-8-sig")
    assert read_hypothesis(path).thesis == "T041"
    for old, new, word in (
        ("60.0", "50.0", "same"),
        ("60.0", "600.0", "25 to 85"),
        ("worth_of_rules", "worth_of_ruels", "'worth_of_rules'"),
        ("smallest = 0.01", "smallest = inf", "finite"),
        ("smallest = 0.01", "smallset = 0.01", "'smallest'"),
        ('sign = "+"', 'sign = "up"', "sign"),
        ("[[part]]", '[[part]]\ncountries = ["rusia"]', "'russia'"),
    ):
        path.write_text(THESIS.replace(old, new, 1), encoding="utf-8")
        refused(watched, lambda: read_hypothesis(path), str(path), word)


@pytest.mark.parametrize(
    "text, words",
    [
        ("weight,oligarchs.inertia\n1,x\n", ["line 2, oligarchs.inertia", "'x'", "decimal point"]),
        ("weight,oligarchs.inertia\n\n1,0.2\n\n1,\n", ["line 5, oligarchs.inertia"]),
        ("weight,oligarchs.inertia,oligarchs.inertia\n1,0.2,0.3\n", ["twice", "keep one"]),
        ("weight,oligarchs.inertai\n1,0.2\n", ["'oligarchs.inertia'"]),
        ('weight,oligarchs.inertia\n1,"0.2\n1,0.3\n', ["cannot be read", "give a CSV"]),
        ("weight,oligarchs.inertia\n1,nan\n", ["line 2", "-1 to 2"]),
        ("weight,oligarchs.inertia\nnan,0.2\n", ["line 2", "weight"]),
        ("oligarchs.inertia\n0.2\n", ["a column weight"]),
    ],
)
def test_a_posterior_is_refused_with_line_and_column(watched, tmp_path, text, words):
    """Proposition 5."""
    path = tmp_path / "drawn.csv"
    path.write_text(text, encoding="utf-8")
    refused(watched, lambda: RunSpec.build("kazakhstan", worlds=2, draws=path), *words)
    own = tmp_path / "own.toml"
    own.write_text('extends = "kazakhstan"\nnumbers = "drawn.csv"\n')
    refused(watched, lambda: pk.simulate(own, worlds=2, out="out"), "own.toml", *words)


def test_a_scenario_a_month_and_a_fork_are_refused(watched, tmp_path, capsys):
    """Proposition 5."""
    path = tmp_path / "large.toml"
    path.write_bytes(b"# a line\n" * 2**20)
    refused(watched, lambda: pk.simulate(path, worlds=2, out="out"), "large.toml", "bytes")
    for until in ("1998-13", "98-10", "1998", "2030-01", "1989-01"):
        refused(
            watched,
            lambda: pk.simulate("kazakhstan", worlds=2, until=until, out="out"),  # noqa: B023
            f"until is {until}" if until[4:] in ("-01",) else f"until is {until!r}",
        )
    for arguments, word in (
        (["--at", "1989-01", "--force", "president.dies"], "lies outside"),
        (["--at", "1998-10", "--force", "president.dyes"], "president.dies"),
        (["--at", "before disolution", "--forbid", "I13"], "'dissolution'"),
        (["--at", "1998-10", "--change", "oligarchs.inertai=0.5"], "'oligarchs.inertia'"),
        (["--at", "1998-10", "--force", "president.dies", "-n", "0"], "worlds is 0"),
    ):
        command = ["fork", "kazakhstan", *arguments, "--out", "out"]
        refused_by_command(watched, capsys, command, word)


LATE = {
    "a fork": lambda: pk.load("kazakhstan", numbers="declared").fork(
        "1991-01", force="president.dies"
    ),
    "the second fork": lambda: (
        pk.load("kazakhstan", numbers="declared")
        .fork("1990-06", {"state.society.habit": 0.1})
        .fork("1991-06", force="president.dies")
    ),
    "an intervention": lambda: pk.load("kazakhstan", numbers="declared").intervene(
        "1991-01", forbid=["I02"]
    ),
}


@pytest.mark.parametrize("late", LATE)
def test_what_comes_after_the_end_of_a_run_is_refused(watched, tmp_path, late):
    """Proposition 5: it would change nothing; in the last month of the run it is in order."""
    scenario = LATE[late]()
    refused(
        watched,
        lambda: pk.simulate(scenario, worlds=2, until="1990-12", progress=False),
        "comes after the last month of the run, 1990-12",
    )
    RunSpec.build(scenario, worlds=2, until="1991-06")
    # What waits for an event may never open, and nobody knows before.
    refuse_changes_after(
        pk.load("kazakhstan", numbers="declared").fork("before dissolution", force="I02"), 1
    )


def test_several_mistakes_of_one_file_are_told_together(watched, tmp_path):
    """Proposition 6."""
    lines = [GOOD, GOOD, GOOD.replace("R1", "R2").replace("45,month", "45,moon")]
    record = scenario_with_record(tmp_path, *lines, GOOD.replace("R1", "R3").replace(",45,", ",1,"))
    text = refused(watched, lambda: pk.simulate(record, worlds=2, out="out"))
    for place in ("line 3: the id 'R1' occurs twice, first in line 2", "line 4:", "line 5:"):
        assert place in text
    outcomes = '[[outcome]]\nquantity = "warss"\n[[outcome]]\nquantity = "end_contrl"\n'
    path = experiment_file(tmp_path, EXPERIMENT.replace("[design]", outcomes + "[design]"))
    refused(watched, lambda: pk.experiment(path, out="out"), "'wars'", "'end_control'")
    tables = EXPERIMENT.replace("worlds = 4", "worldz = 4\nseed = -1")
    path = experiment_file(tmp_path, tables)
    refused(watched, lambda: pk.experiment(path, out="out"), "did you mean 'worlds'?", "seed")
    many = [f"Q{number},1993-12,x,event,e,month dissolution 1,45,moon,f,l" for number in range(30)]
    scenario = scenario_with_record(tmp_path, *many)
    refused(watched, lambda: pk.simulate(scenario, worlds=2, out="out"), "and 18 more")


def test_a_file_of_an_experiment_is_read_as_editors_save_it(watched, tmp_path):
    """Proposition 4: a mark of the encoding and other line ends are no mistake; rubbish is."""
    path = experiment_file(tmp_path)
    path.write_bytes(EXPERIMENT.replace("\n", "\r\n").encode("utf-8-sig"))
    assert read_experiment(path).experiment.worlds == 4
    for content, word in (
        (b"\xff\xfe\x00", "UTF-8"),
        (b"x = " + b"[" * 5000, "nests"),
        (b"# x\n" * 2**21, "bytes"),
        (b"", "question"),
    ):
        path.write_bytes(content)
        refused(watched, lambda: pk.experiment(path, out="out"), str(path), word)
    for name in ("x" * 400, "a\0b"):
        refused(watched, lambda: pk.experiment(name, out="out"), "experiment")  # noqa: B023
