"""Paths not taken.

1. All 27 counterfactuals of the text have one file each, and every family of divergence has some;
   together at least forty.
2. A path says in prose what is claimed, where, what is changed and why, and every expectation names
   what it stands for.
3. A path that contradicts itself, could show nothing or cannot be played is refused with a reason;
   what is merely a scenario is no path.
4. A verdict follows from the intervals alone; a few worlds to one side prove nothing, a claim of no
   difference needs a margin.
5. A path is played with what it leaves under one seed: one whose claim is strong is borne out by
   a few worlds.
6. Paths combine: one extends another, keeps its forks and not its claims, and is set against it; a
   shorter one is compared over its own length.
7. Every path has an answer beside it that names the scenarios it was made with, of chance and over
   the numbers, and an answer for another version is called stale.
8. The command lists, plays, judges, writes and refuses; the figure shows every path and tells
   verdicts apart by more than colour.
"""

import json
import re
import shutil

import matplotlib
import numpy as np
import pandas as pd
import pytest

import poruka as pk
from poruka.analysis.statistics import EffectEstimate
from poruka.cli.main import main
from poruka.figures.base.drawing import NothingToDraw
from poruka.figures.theory.counterfactuals import EXPECTATION_STYLES, CounterfactualEffects
from poruka.scenario.schema import Expectation
from poruka.theory.counterfactuals import estimates
from poruka.theory.counterfactuals import run as bench
from poruka.theory.counterfactuals.readme import README_BEGIN_MARK, README_END_MARK
from poruka.theory.counterfactuals.results import (
    build_results_table,
    find_stale_counterfactuals,
    format_effect_number,
    merge_over_numbers,
    merge_results,
    read_over_numbers,
    read_results,
)
from poruka.theory.counterfactuals.specification import (
    COUNTERFACTUAL_FAMILIES,
    counterfactuals_folder,
    format_expectation,
    load_counterfactuals,
    read_counterfactual,
    select_counterfactuals,
)
from poruka.utils.errors import BadInput

matplotlib.use("Agg")
PATH = """title = "Another way"
extends = "kazakhstan"

[path]
id = "X01"
family = "succession"
claim = "it could have gone another way"
locator = "Conclusion"
encodes = "one death"

[[path.expect]]
quantity = "share_heir"
sign = "+"
stands_for = "an heir comes"

[[fork]]
at = "1998-10"
why = "an autumn like any other"
force = ["president.dies"]
"""


@pytest.fixture(scope="module")
def known():
    """Return all paths of the house."""
    return load_counterfactuals()


def at_declared_numbers(counterfactual):
    """Return a path and its baseline as they are played at one point of the numbers."""
    return counterfactual._replace(
        scenario=counterfactual.scenario.with_draws("declared"),
        baseline=counterfactual.baseline.with_draws("declared"),
    )


def run(*arguments: str) -> int:
    """Run the command line in this process and return its exit code."""
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    return int(left.value.code or 0)


def expect(**what) -> Expectation:
    """Return an expectation."""
    return Expectation(quantity="wars", stands_for="what it stands for", **what)


def test_all_counterfactuals_and_families_are_there(known):
    """Proposition 1."""
    assert {id for id in known if id[0] == "C"} == {f"C{n:02d}" for n in range(1, 28)}
    assert len(known) >= 40 and {one.entry.family for one in known.values()} == set(
        COUNTERFACTUAL_FAMILIES
    )
    for family in COUNTERFACTUAL_FAMILIES[:-1]:
        assert (
            any(one.entry.family == family and id[0] != "C" for id, one in known.items())
            or family == "votes"
        ), f"{family} has nothing of its own"


def test_every_path_reads_as_prose(known):
    """Proposition 2; that every quantity can be asked is checked where paths are read."""
    for id, one in known.items():
        entry = one.entry
        for text in (
            entry.claim,
            entry.encodes,
            *(expectation.stands_for for expectation in entry.expect),
        ):
            assert len(text) > 12 and not re.search(r"\bTODO\b|\?\?", text), (
                f"{id}: {text!r} says nothing"
            )
        assert all(len(fork.why) > 6 for fork in one.scenario.file.fork) and entry.locator
        assert one.is_paired or one.scenario.country != one.baseline.country, (
            f"{id} is set against a history that cannot be compared with it"
        )


@pytest.mark.parametrize(
    ("old", "new", "said_of_it"),
    [
        ('sign = "+"', 'sign = "+"\nat_least = 0.1', "not both"),
        ('sign = "+"\n', "", "not neither"),
        ('sign = "+"', 'sign = "0"', "within"),
        ('sign = "+"', "at_least = 0.5\nwithin = 0.1", "within"),
        ('sign = "+"', "at_least = 0.5\nat_most = 0.2", "at_least must not exceed at_most"),
        ('sign = "+"', 'sign = "up"', "sign"),
        ('"share_heir"', '"share_hier"', "quantity"),
        ('"share_heir"', '"mean control 2007-01..2008-12"', "months"),
        ('"share_heir"', '"is first_successor hier"', "hier"),
        ('force = ["president.dies"]', 'force = ["I19"]\nforbid = ["I19"]', "I19"),
        ('at = "1998-10"', 'at = "2098-10"', "outside"),
        ('at = "1998-10"', 'at = "after the flood"', "occurs"),
        (PATH[PATH.index("[[fork]]") :], "", "changes nothing"),
        (
            'extends = "kazakhstan"',
            'extends = "kazakhstan"\nend_date = "2007-12"',
            "the same months",
        ),
        ('encodes = "one death"', "", "encodes"),
        ('encodes = "one death"', 'encodes = "one death"\nagainst = "atlantis"', "atlantis"),
        (PATH[PATH.index("[[path.expect]]") : PATH.index("[[fork]]")], "", "expect"),
    ],
)
def test_what_contradicts_itself_is_refused_with_a_reason(old, new, said_of_it, tmp_path):
    """Proposition 3."""
    assert old in PATH
    path = tmp_path / "X01.toml"
    path.write_text(PATH.replace(old, new))
    with pytest.raises(BadInput, match=re.escape(said_of_it)):
        read_counterfactual(path)
    path.write_text(PATH)
    assert read_counterfactual(path).entry.id == "X01"


def test_a_scenario_is_no_path_and_a_path_is_named_after_itself(tmp_path):
    """Proposition 3."""
    (tmp_path / "base.toml").write_text(
        'title = "longer"\nextends = "kazakhstan"\nend_date = "2007-12"\n'
    )
    (tmp_path / "X01.toml").write_text(PATH.replace("kazakhstan", "base"))
    assert (
        list(load_counterfactuals(tmp_path)) == ["X01"]
        and load_counterfactuals(tmp_path)["X01"].baseline.months == 214
    )
    with pytest.raises(BadInput, match="is a scenario, not a path"):
        read_counterfactual(tmp_path / "base.toml")
    (tmp_path / "X02.toml").write_text(PATH)
    with pytest.raises(BadInput, match="name the file after its id"):
        load_counterfactuals(tmp_path)


def test_a_verdict_follows_from_the_intervals():
    """Proposition 4."""
    level, effect = (
        estimates.MeanEstimate(0.1, 0.05, 0.15, 0.3),
        EffectEstimate(0.1, 0.02, 0.18, 0.04),
    )
    turned = EffectEstimate(-0.1, -0.18, -0.02, 0.04)
    assert (
        bench.decide_expectation(expect(sign="+"), level, effect)
        == bench.decide_expectation(expect(sign="-"), level, turned)
        == "borne out"
    )
    assert (
        bench.decide_expectation(expect(sign="-"), level, effect)
        == bench.decide_expectation(expect(sign="+"), level, turned)
        == "opposite"
    )
    assert (
        bench.decide_expectation(expect(sign="+"), level, EffectEstimate(0.1, -0.02, 0.22, 0.06))
        == "not told apart"
    )
    assert (
        bench.decide_expectation(
            expect(sign="+", within=0.05), level, EffectEstimate(0.0, -0.04, 0.04, 0.02)
        )
        == "borne out"
    ), "no less, by more than what counts as none"
    assert (
        bench.decide_expectation(
            expect(sign="+", within=0.05), level, EffectEstimate(0.0, -0.08, 0.08, 0.04)
        )
        == "not told apart"
    )
    assert bench.decide_expectation(expect(sign="0", within=0.2), level, effect) == "borne out"
    assert (
        bench.decide_expectation(expect(sign="0", within=0.15), level, effect) == "not told apart"
    ), "part of the interval lies outside the margin"
    assert bench.decide_expectation(expect(sign="0", within=0.01), level, effect) == "opposite"
    assert [
        bench.decide_expectation(expect(at_least=x), level, effect) for x in (0.05, 0.1, 0.2)
    ] == ["borne out", "not told apart", "opposite"]
    assert [
        bench.decide_expectation(expect(at_most=x), level, effect) for x in (0.15, 0.1, 0.02)
    ] == ["borne out", "not told apart", "opposite"]
    assert (
        bench.decide_expectation(expect(at_least=0.02, at_most=0.8), level, effect) == "borne out"
    )


def test_a_few_worlds_to_one_side_prove_nothing():
    """Proposition 4: the interval for differences of shares keeps to its level where few worlds
    differ.

    With no true difference and one pair in twenty that differs, at most 5 % of 2,000 samples of 200
    pairs may leave 0 out; the normal interval would do so in more.
    """
    rng = np.random.default_rng(5)
    wrong = 0
    for _ in range(2000):
        way = np.where(rng.random(200) < 0.05, rng.choice([-1.0, 1.0], 200), 0.0)
        one, other = (
            pd.DataFrame({"x": (way < 0).astype(float)}),
            pd.DataFrame({"x": (way > 0).astype(float)}),
        )
        effect = estimates.paired_effect(one, other, "x")
        wrong += effect.low > 0.0 or effect.high < 0.0
    assert wrong / 2000 <= 0.05
    empty = estimates.paired_effect(
        pd.DataFrame({"x": [1.0, np.nan]}), pd.DataFrame({"x": [np.nan, 1.0]}), "x"
    )
    assert (
        np.isnan(empty.mean)
        and bench.decide_expectation(
            expect(sign="+"), estimates.estimate_mean(np.array([1.0])), empty
        )
        == "not told apart"
    )


def test_strong_claims_are_borne_out_by_a_few_worlds(known):
    """Proposition 5.

    In 200 worlds of seed 1 slow privatisation delays the first break by some 15 months with a
    standard deviation of 49: with 240 worlds it shows with a probability above 0.99 (4.7 standard
    errors).
    """
    worlds = 240
    answers = bench.run_counterfactuals(
        {id: at_declared_numbers(known[id]) for id in ("C02", "E02")}, worlds=worlds, seed=9
    )
    found = {
        (
            one.counterfactual.entry.id,
            one.expectation.quantity,
            format_expectation(one.expectation),
        ): one
        for one in answers
    }
    slow = found["E02", "first_defection", "rises"]
    assert slow.verdict == "borne out", slow.effect
    again = bench.run_counterfactuals(
        {"E02": at_declared_numbers(known["E02"])}, worlds=worlds, seed=9
    )
    assert [one.effect for one in again] == [
        one.effect for one in answers if one.counterfactual.entry.id == "E02"
    ], "an answer hangs on what else is played"


def test_claims_never_taken_back_bring_war(known):
    """Proposition 5."""
    answers = bench.run_counterfactuals(
        {"C02": at_declared_numbers(known["C02"])}, worlds=240, seed=9
    )
    found = {format_expectation(one.expectation): one for one in answers}
    assert found["at least 0.1"].verdict == "borne out", found["at least 0.1"].effect


def test_paths_combine_by_extending_each_other(known, tmp_path):
    """Proposition 6."""
    parent, child = known["D08"], known["D09"]
    assert (
        child.scenario.forks == parent.scenario.forks
        and child.baseline.digest == parent.scenario.digest
        and child.entry.claim != parent.entry.claim
    )
    # An example abroad, on W01's united elite, on W03's anger, on the vote that all of them hold.
    both = pk.load("W02", numbers="declared")
    assert [len(fork.without) for fork in both.forks] == [0, 0, 2] and any(
        shock.id == "neighbour_falls" for shock in both.file.shocks
    )
    assert (
        pk.load("S03", numbers="declared")
        .fork("2002-06", change={"state.clans.rooting": "+0.3"})
        .forks[-1]
        .at
        == "2002-06"
    )
    short = known["C05"]
    assert short.baseline.months == short.scenario.months == 46, (
        "a path that ends sooner is compared over its own length"
    )
    (tmp_path / "X01.toml").write_text(
        PATH.replace(
            'extends = "kazakhstan"', f'extends = "{counterfactuals_folder() / "S03.toml"}"'
        )
    )
    assert [fork.at for fork in read_counterfactual(tmp_path / "X01.toml").scenario.forks] == [
        "2003-06",
        "1998-10",
    ]


def test_every_path_has_an_answer_that_names_what_it_was_made_with(known):
    """Proposition 7; whether answers are fresh is shown by the command, since numbers move between
    runs of `--write`.
    """
    table = read_results(counterfactuals_folder())
    assert set(table["id"]) == set(known)
    for name in ("digest", "against_digest"):
        assert table[name].str.fullmatch(r"[0-9a-f]{64}").all()
    assert (
        set(table["verdict"]) <= set(EXPECTATION_STYLES)
        and (table["worlds"] >= 200).all()
        and (table["seed"] >= 0).all()
    )
    for id, rows in table.groupby("id"):
        assert len(rows) == len(known[id].entry.expect)
    page = (counterfactuals_folder() / "README.md").read_text()
    assert (
        README_BEGIN_MARK in page
        and README_END_MARK in page
        and all(f"[{id}]({id}.toml)" in page for id in known)
    )


def test_every_expectation_has_an_answer_over_the_numbers(known):
    """Proposition 7: of the same draws on both sides, and in the README beside that of chance."""
    folder = counterfactuals_folder()
    table, over = read_results(folder), read_over_numbers(folder)
    key = ["id", "quantity", "said"]
    assert over[key].values.tolist() == table[key].values.tolist()
    assert (over["low"] <= over["mean"]).all() and (over["mean"] <= over["high"]).all()
    assert (over["draws"] >= 20).all()
    rows = [line for line in (folder / "README.md").read_text().splitlines() if " → " in line]
    drawn = [line for line in rows if re.search(r"to [+-]?[0-9.]+\), [a-z ]+ \|$", line)]
    assert len(drawn) == len(table)


def test_new_answers_over_the_numbers_replace_old_ones():
    """Proposition 7."""
    old = pd.DataFrame({"id": ["C05", "E01"], "mean": [0.1, 0.2]})
    new = pd.DataFrame({"id": ["E01"], "mean": [0.3]})
    order = ["E01", "C05"]
    assert merge_over_numbers(old, new, order)["mean"].tolist() == [0.3, 0.1]
    assert merge_over_numbers(None, new, order)["mean"].tolist() == [0.3]
    assert merge_over_numbers(old, None, order)["mean"].tolist() == [0.2, 0.1]
    assert merge_over_numbers(None, None, order) is None


def test_an_answer_for_another_version_is_stale(known):
    """Proposition 7."""
    two = {id: known[id] for id in ("C05", "E01")}
    table = build_results_table(bench.run_counterfactuals(two, worlds=2, seed=1))
    assert find_stale_counterfactuals(table, two) == set() and find_stale_counterfactuals(
        table, {**two, "E02": known["E02"]}
    ) == {"E02"}
    moved = two["E01"]._replace(scenario=two["E01"].scenario.change({"president.noise": 0.1}))
    assert find_stale_counterfactuals(table, {**two, "E01": moved}) == {"E01"}
    assert merge_results(table, table[table["id"] == "E01"], ["E01", "C05"])[
        "id"
    ].drop_duplicates().tolist() == ["E01", "C05"]
    assert format_effect_number(-0.0) == "0.000"


def test_the_command_plays_judges_and_writes(tmp_path, monkeypatch, capsys):
    """Proposition 8: in a folder of one's own the two paths there are played, their answers written
    beside them.
    """
    folder = tmp_path / "scenarios" / "paths"
    folder.mkdir(parents=True)
    for id in ("C05", "E01"):
        shutil.copy(counterfactuals_folder() / f"{id}.toml", folder)
    (folder / "README.md").write_text(
        f"# Mine\n\n{README_BEGIN_MARK}\nan outworn table\n{README_END_MARK}\nafter\n"
    )
    monkeypatch.chdir(tmp_path)
    assert run("paths") == 0 and "not run yet" in capsys.readouterr().out
    assert run("paths", "run", "-n", "2", "--seed", "3", "--write", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in rows] == ["C05", "E01", "E01"] and all(
        row["worlds"] == 2 for row in rows
    )
    page = (folder / "README.md").read_text()
    assert (
        page.startswith("# Mine")
        and page.rstrip().endswith("after")
        and "outworn" not in page
        and "--seed 3" in page
    )
    assert len(read_over_numbers(folder)) == len(rows) and "of draws)" in page
    assert (tmp_path / "runs" / "paths" / "index.html").is_file() and (
        tmp_path / "runs" / "paths" / "figures" / "paths.png"
    ).is_file()
    assert run("paths", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in listed] == ["C05", "E01"] and all(
        one["current"] and one["verdicts"] for one in listed
    )
    (folder / "answers.csv").write_text("nonsense\n1\n")
    assert run("paths") == 2


def test_wrong_words_leave_with_2(capsys):
    """Proposition 8."""
    assert run("paths", "run", "C99") == 2 and "C99" in capsys.readouterr().err
    assert run("paths", "run", "C11", "-n", "1") == 2
    assert (
        run("check", str(counterfactuals_folder() / "C11.toml")) == 0
        and "4 expectations" in capsys.readouterr().out
    )
    with pytest.raises(BadInput, match="poruka paths"):
        select_counterfactuals(["crowd"], load_counterfactuals())


def test_the_figure_shows_every_path_and_tells_verdicts_apart():
    """Proposition 8."""
    table = read_results(counterfactuals_folder())
    drawing = CounterfactualEffects(table)
    ax = drawing.draw()
    labels = " ".join(label.get_text() for label in ax.get_yticklabels())
    assert all(id in labels for id in table["id"]) and all(id in drawing.alt for id in table["id"])
    assert len(
        {(marker, filling == "white") for _, marker, filling in EXPECTATION_STYLES.values()}
    ) == len(EXPECTATION_STYLES)
    assert len(drawing.table) == table["id"].nunique() and "n = " in drawing.caption
    with pytest.raises(NothingToDraw):
        CounterfactualEffects(table.assign(difference=np.nan))
