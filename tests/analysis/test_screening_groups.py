"""Screening by groups alone: what hundreds of numbers move, without moving each by itself.

1. More blocks leave the first ones as they are, so that a screening is made more precise at the
   price of the blocks that are added.
2. A member that does nothing is not taken for what its group does, also where the group moves
   something by having any half of its members moved.
3. Effects on either side lie in their intervals; what passes without being found is undecided, not
   idle; an effect as large as stated is found in nine of ten.
4. Sums by number, aspect and section say what moves, and what moves nothing in any country.
5. The page says which numbers move nothing, at what size they would have been found, and on how
   many worlds that rests.
6. The numbers of a page can be moved together: each by its share of the way to an end of its range.
7. The experiment that is part of the project screens every number of the rules.
"""

import numpy as np
import pandas as pd
import pytest

from poruka.analysis.evaluate import AnalyticModel
from poruka.analysis.factors import Factor
from poruka.analysis.scenario_builder import expand_pages
from poruka.analysis.screening_specification import Screening
from poruka.analysis.sensitivity.group_design import NumberRange, ScreenedScenario, draw_moves
from poruka.analysis.sensitivity.group_screening import screen_groups
from poruka.analysis.sensitivity.screening_summary import (
    idle_numbers,
    summarise_aspects,
    summarise_idle,
    summarise_numbers,
    summarise_sections,
)
from poruka.engine.instrument_columns import instrument_columns
from poruka.engine.parameters import main_parameters
from poruka.experiments.catalogue import find_experiment, read_experiment
from poruka.experiments.cost_estimate import estimate_cost
from poruka.experiments.experiment_result import AnalysisResult, ExperimentResult
from poruka.experiments.screening_plan import number_ranges, screened_factors, screening_groups
from poruka.figures.experiments.screening_aspects import sections_of
from poruka.reports.experiment_page import write_experiment_page
from poruka.rules.instrument_numbers import given_instrument_numbers
from poruka.scenario.scenario import load
from poruka.utils.errors import BadInput

SIDES = NumberRange(-1.0, 0.0, 1.0)
NAMES = [f"n{k}" for k in range(60)]
GROUPS = {"a": NAMES[:20], "b": NAMES[20:40], "c": NAMES[40:]}
PLAN = Screening(blocks=120, most=0)


def idle(points):
    """Return a quantity that nothing moves."""
    return np.zeros(len(points))


def screen(functions, seed=1, plan=PLAN, countries=("here",)):
    """Return what a screening by groups alone finds, in worlds that share no luck."""
    scenarios = {
        name: ScreenedScenario(
            AnalyticModel(functions, noise=1.0, seed=seed + 100 * place),
            dict.fromkeys(NAMES, SIDES),
        )
        for place, name in enumerate(countries)
    }
    return screen_groups(scenarios, GROUPS, list(functions), plan)


def test_more_blocks_leave_the_first_as_they_are():
    """Proposition 1: also beyond the blocks that are drawn at once."""
    few, many = (draw_moves(GROUPS, blocks, seed=3) for blocks in (120, 450))
    assert all((few[name] == many[name][:120]).all() for name in GROUPS)
    assert (many["b"][:200] != many["b"][200:400]).any()


def test_a_member_that_does_nothing_is_not_taken_for_its_group():
    """Proposition 2: 20 screenings; any move of two members has the whole effect, and 58 numbers do
    nothing. One in 20 of them may pass; without an intercept one in eight does.
    """
    passed = []
    for seed in range(20):
        functions = {"y": lambda p: 4.0 * (p[["n0", "n1"]].abs().max(axis=1) > 0.0)}
        numbers = screen(functions, seed).numbers.set_index("factor")
        assert numbers.loc[["n0", "n1"], "moves"].all()
        passed.append(numbers.loc[NAMES[2:20], "passed"].mean())
    assert np.mean(passed) <= 0.07, np.mean(passed)


def test_effects_on_either_side_lie_in_their_intervals():
    """Proposition 3: 40 screenings of an effect on one side only; 95 % of 80 intervals are 76."""
    held = []
    for seed in range(40):
        numbers = screen({"y": lambda p: 2.0 * np.maximum(p["n7"], 0.0)}, seed).numbers
        row = numbers.set_index("factor").loc["n7"]
        held += [row["up_low"] <= 2.0 <= row["up_high"], row["down_low"] <= 0.0 <= row["down_high"]]
    assert sum(held) >= 70, sum(held)


def test_an_effect_as_large_as_stated_passes():
    """Proposition 3: 60 screenings of an effect on one side; nine of ten are 54, fewer than 48 come
    once in 100 tests.
    """
    stated = screen({"y": idle}).numbers["detectable"].median()
    passed = [
        screen({"y": lambda p: stated * np.maximum(p["n7"], 0.0)}, seed)
        .numbers.set_index("factor")
        .loc["n7", "passed"]
        for seed in range(60)
    ]
    assert sum(passed) >= 48, sum(passed)


def test_what_passes_without_being_found_is_undecided():
    """Proposition 3: there it is not said what would have been found."""
    plan = PLAN.model_copy(update={"pass_level": 0.9})
    numbers = screen({f"q{k}": idle for k in range(4)}, plan=plan).numbers
    summary = summarise_numbers(numbers, {f"q{k}": "all" for k in range(4)})
    passed = numbers.loc[numbers["passed"], "factor"].unique()
    assert len(passed) and not numbers["moves"].any()
    undecided = summary.loc[summary["verdict"] == "undecided", "factor"]
    assert set(undecided) == set(passed)
    assert set(idle_numbers(summary)) == set(NAMES) - set(passed)


def test_sums_say_what_moves_and_what_moves_nothing_in_any_country():
    """Proposition 4: one number moves two of three quantities, in both countries."""
    functions = {"x": lambda p: 3.0 * p["n5"], "y": lambda p: -3.0 * p["n5"], "z": idle}
    aspects = {"x": "outcomes", "y": "indices", "z": "indices"}
    result = screen(functions, countries=("here", "there"))
    summary = summarise_numbers(result.numbers, aspects)
    row = summary[(summary["scenario"] == "there") & (summary["factor"] == "n5")].iloc[0]
    assert (row["verdict"], row["outcomes"], row["indices"]) == ("moves", 1, 1)
    assert row["size"] == pytest.approx(3.0, abs=0.8) and "n5" not in idle_numbers(summary)
    by_aspect = summarise_aspects(result.numbers, aspects)
    assert by_aspect["moving"].tolist() == [1, 1, 1, 1]
    assert by_aspect["quantities"].tolist() == [1, 2, 1, 2]
    assert by_aspect["smallest"].between(0.3, 1.5).all()
    sections = sections_of(summary)
    assert sections["n5"] == "a"
    table = summarise_sections(summary, sections).set_index("section")
    assert table.loc["a", ["numbers", "all", "some"]].tolist() == [20, 1, 1]
    assert table["none"].sum() == len(idle_numbers(summary))


def test_idle_numbers_are_moved_alone_where_that_is_asked_for():
    """Proposition 4: with the same luck a small effect is seen that the groups hide, in the country
    that is named only; what leaves every world as it is does not act.
    """
    functions = {"x": lambda p: 0.2 * p["n5"] + 9.0 * p["n6"] * p["n7"] * p["n8"]}
    model = AnalyticModel(functions, noise=1.0, seed=1, common_random_numbers=True)
    scenario = ScreenedScenario(model, dict.fromkeys(NAMES, SIDES))
    plan = Screening(blocks=80, most=0, pass_level=0.01, idle_worlds=10, idle_scenarios=["there"])
    scenarios = {"here": scenario, "there": scenario}
    result = screen_groups(scenarios, {"all": NAMES[:20], "b": NAMES[20:]}, ["x"], plan)
    alone = result.idle
    assert set(alone["scenario"]) == {"there"} and not result.numbers["moves"].any()
    table = summarise_idle(alone).set_index("factor")
    assert table.index[table["acts"]].tolist() == table.index[table["moves"]].tolist() == ["n5"]
    assert table.loc["n5", "size"] == pytest.approx(0.2, abs=0.08)
    assert table.loc["n7", "bound"] == 0.0


EXPERIMENT = """
question = "Which of these numbers move control?"
scenario = "kazakhstan"

[[factor]]
page = "press"

[[factor]]
page = "instruments.blunt"
together = true
within = 0.5

[[factor]]
page = "instruments.cost.west"
together = true
within = 0.5

[[outcome]]
quantity = "mean_control"
label = "control"
aspect = "indices"

[[outcome]]
quantity = "dissolutions"
aspect = "patterns"

[screening]
scenarios = ["kazakhstan", "russia"]
blocks = 60
most = 0
"""


def read(tmp_path):
    """Return the experiment of these tests, read from a folder of its own."""
    (tmp_path / "own").mkdir(exist_ok=True)
    (tmp_path / "own" / "experiment.toml").write_text(EXPERIMENT)
    return read_experiment(tmp_path / "own" / "experiment.toml")


def test_the_page_says_what_moves_nothing_and_on_what_it_rests(tmp_path):
    """Proposition 5: worlds are invented, so none is simulated."""
    loaded = read(tmp_path)
    experiment, plan = loaded.experiment, loaded.experiment.screening
    factors = screened_factors(experiment, plan)
    groups = screening_groups(plan, factors)
    assert list(groups) == ["press", "instruments together"]
    assert [(stage.points, stage.worlds) for stage in estimate_cost(loaded)] == [(2 * 60 * 5, 1)]
    functions = {"mean_control": lambda p: 5.0 * p["press.leaking"], "dissolutions": idle}
    scenarios = {}
    for name in plan.scenarios:
        ranges = number_ranges(factors, loaded.builder.base_scenario(name))
        scenarios[name] = ScreenedScenario(AnalyticModel(functions, 0.5, seed=2), ranges)
    found = screen_groups(scenarios, groups, list(functions), plan)
    (tmp_path / "result").mkdir()
    answer = ExperimentResult(loaded, 1, 40)
    answer.analyses = [AnalysisResult("screening", plan, found.numbers, found)]
    page = write_experiment_page(answer, tmp_path / "result", "a command").read_text()
    assert "600 points of 1 world each" in page and " 0 points" not in page
    assert "## Numbers that move nothing detectable" in page
    said = page.split("## Numbers that move nothing detectable")[1]
    assert " leaking," not in said and "press: " in said and "blunt" in said
    assert "standard deviations of worlds would not have been missed in nine of ten" in said
    numbers = pd.read_csv(tmp_path / "result" / "tables" / "numbers.csv")
    assert set(numbers.loc[numbers["verdict"] == "moves", "factor"]) >= {"press.leaking"}
    for name in ("screening-sections", "screening-strongest"):
        assert (tmp_path / "result" / "figures" / f"{name}.png").is_file()


def test_the_numbers_of_a_page_can_be_moved_together(tmp_path):
    """Proposition 6: half of the way to either end, each from its own value; cells of the table of
    instruments that are empty stay at nothing.
    """
    loaded, given = read(tmp_path), given_instrument_numbers()
    factor = next(one for one in loaded.builder.factors if one.label == "instruments.blunt")
    assert factor.bounds(loaded.scenario) == (-0.5, 0.5)
    assert factor.default_value(loaded.scenario) == 0.0
    for share, end in ((0.5, 1.0), (-0.5, 0.0)):
        moved = loaded.builder({"instruments.blunt": share})
        heights = {f"instruments.{one.id}.blunt": one.blunt for one in moved.instruments}
        assert 0 < len(heights.keys() & given) < len(heights)
        for key, height in heights.items():
            before = given[key].value if key in given else 0.0
            after = before + 0.5 * (end - before) if key in given else 0.0
            assert height == pytest.approx(after), key
    still = loaded.builder({"instruments.blunt": 0.0})
    assert still.instruments == loaded.scenario.instruments


def test_a_number_without_a_range_is_not_moved_with_others():
    """Proposition 6."""
    factor = Factor(name="dates", keys=["shocks.S01.date"], together=True)
    with pytest.raises(BadInput, match="no declared range|dates"):
        factor.apply_to(load("kazakhstan", numbers="declared"), 0.5)


def test_the_experiment_screens_every_number_of_the_rules():
    """Proposition 7: and each column of the table of instruments, every output with an aspect."""
    experiment = read_experiment(find_experiment("08_what_the_numbers_do")).experiment
    columns = {f"instruments.{name}" for name in instrument_columns()}
    assert {factor.label for factor in experiment.factor} == set(main_parameters()) | columns
    assert all(outcome.aspect for outcome in experiment.outcome)
    assert len(expand_pages([Factor(page="rules")])) == len(main_parameters())
