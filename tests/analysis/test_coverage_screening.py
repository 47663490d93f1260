"""Coverage of screening and discovery: of 95 % intervals 92 to 98 in 100 hold the truth.

1. Size and mean of the effects of a screened number, at ten trajectories of ten worlds, whether
   the number is straight, acts with others, turns its sign, or acts more in some worlds than in
   others. Where a number does nothing, its interval reaches down to 0 in at least 95 of 100.
2. Of 24 numbers that do nothing, looked at through 17 quantities, hardly ever one survives; an
   effect one and a half times the standard deviation of worlds is found.
3. Density and coverage of a box on points held out, also where all points share their luck.
4. The area under the curve of a tree on points held out.
5. Effects of a number that is moved alone, to either side.

With the methods of version 0.2 it fails: in each of six designs all 24 idle numbers passed, the
intervals of their effects held 0 in 6 of 100, those of density and coverage of a box the truth in
60 to 64 and 55 of 100; that of the tree, which took points as they are but worlds as if their luck
was not shared, in 93.
"""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from poruka.analysis.discovery.cases import CaseWorlds
from poruka.analysis.discovery.decision_tree import auc, auc_interval
from poruka.analysis.discovery.prim import worlds_in_box
from poruka.analysis.discovery.scenario_discovery import evaluate_on_held_out, run_prim
from poruka.analysis.evaluate import AnalyticModel, DesignResult, evaluate_points
from poruka.analysis.inference.sign_flips import assess_jointly, draw_sign_flips
from poruka.analysis.patterns import QuantityRange
from poruka.analysis.screening_specification import Screening
from poruka.analysis.sensitivity.effect_size import estimate_effect_size
from poruka.analysis.sensitivity.group_design import NumberRange, ScreenedScenario
from poruka.analysis.sensitivity.morris import sample_morris_trajectories, screen_factors
from poruka.analysis.sensitivity.single_moves import check_idle_numbers
from poruka.analysis.specification import PrimAnalysis

ACCEPTED = (0.92, 0.98)
BOUNDS = {f"n{k}": (0.0, 1.0) for k in range(24)}
TRAJECTORIES = sample_morris_trajectories(BOUNDS, 10, seed=1)

PLANTED = {
    "nothing": (lambda rng, shape: 0.0, 0.0, 0.0),
    "nothing but other luck in each world": (
        lambda rng, shape: 0.8 * rng.normal(size=(1, shape[1])),
        0.0,
        0.0,
    ),
    "straight": (lambda rng, shape: 2.0, 2.0, 2.0),
    "only with another number": (
        lambda rng, shape: rng.integers(0, 4, (shape[0], 1)).astype(float),
        1.5,
        np.sqrt(14.0 / 4.0),
    ),
    "of changing sign": (lambda rng, shape: rng.choice([-1.0, 1.0], (shape[0], 1)), 0.0, 1.0),
    "more in some worlds than in others": (
        lambda rng, shape: 1.0 + 0.5 * rng.normal(size=(1, shape[1])),
        1.0,
        1.0,
    ),
}


@pytest.mark.parametrize("kind", PLANTED)
def test_intervals_of_a_screened_number_hold_its_effect(kind):
    """Proposition 1: 1,500 designs, so that a share is known to 1 in 100."""
    draw, mean, size = PLANTED[kind]
    rng, shape, held = np.random.default_rng(11), (10, 10), []
    for _ in range(1500):
        found = estimate_effect_size(draw(rng, shape) + 1.4 * rng.standard_normal(shape))
        held.append(
            (found.mean_low <= mean <= found.mean_high, found.size_low <= size <= found.size_high)
        )
    of_mean, of_size = np.mean(held, axis=0)
    assert ACCEPTED[0] <= of_mean <= ACCEPTED[1], f"mean {of_mean:.3f}"
    least, most = (0.95, 1.0) if size == 0.0 else ACCEPTED
    assert least <= of_size <= most, f"size {of_size:.3f}"


@pytest.mark.parametrize("worlds", [5, pytest.param(20, marks=pytest.mark.slow)])
def test_intervals_of_a_number_moved_alone_hold_its_effect(worlds):
    """Proposition 5: 1,000 screenings of an effect on one side; an interval of 1.96 standard errors
    would hold 88 in 100 at five worlds.
    """
    plan = Screening(blocks=20, most=0, idle_worlds=worlds)
    numbers = pd.DataFrame(
        {"scenario": "here", "factor": ["n0"], "quantity": "y", "passed": False, "sd": 1.0}
    )
    held = {"up": [], "down": []}
    for seed in range(1000):
        model = AnalyticModel({"y": lambda p: 0.5 * np.maximum(p["n0"], 0.0)}, noise=1.0, seed=seed)
        scenarios = {"here": ScreenedScenario(model, {"n0": NumberRange(-1.0, 0.0, 1.0)})}
        found = check_idle_numbers(scenarios, numbers, plan).iloc[0]
        for side, truth in (("up", 0.5), ("down", 0.0)):
            held[side].append(found[f"{side}_low"] <= truth <= found[f"{side}_high"])
            assert found["bound"] >= max(-found[f"{side}_low"], found[f"{side}_high"])
    for side, holds in held.items():
        assert ACCEPTED[0] <= np.mean(holds) <= ACCEPTED[1], (side, np.mean(holds))


def screen_24_numbers(seed, planted=0.0):
    """Return the screening of 24 numbers through 17 quantities; one may move the first quantity."""
    model = AnalyticModel(
        {
            f"q{k}": (lambda p, size=planted * (k == 0): size * p["n0"] + 0.0 * p["n1"])
            for k in range(17)
        },
        noise=1.0,
        seed=seed,
    )
    played = evaluate_points(TRAJECTORIES, model, list(model.functions), worlds=10)
    return screen_factors(played, BOUNDS, list(model.functions), seed=seed)


def test_idle_numbers_do_not_survive_a_screening_of_many_quantities():
    """Proposition 2: 30 designs; 5 in 100 would be 1.5, and 5 or more come once in 60 such tests.
    Single p-values of 5 % or less are 5 in 100, and intervals hold 0 in at least 95.
    """
    tables = [screen_24_numbers(seed) for seed in range(30)]
    assert sum(table["survives"].any() for table in tables) < 5
    small = np.mean([(table["p"] <= 0.05).mean() for table in tables])
    assert 0.035 <= small <= 0.065, small
    assert np.mean([(table["rms_low"] == 0.0).mean() for table in tables]) >= 0.95


def test_an_effect_beyond_the_spread_of_worlds_is_found():
    """Proposition 2: power, 10 designs each: 1.5 standard deviations in 9 of 10, 1.0 in 4 of 10."""
    for size, least in ((1.5, 0.9), (1.0, 0.4)):
        tables = [screen_24_numbers(seed, size) for seed in range(10)]
        assert np.mean([table["survives"].iloc[0] for table in tables]) >= least
        assert sum(table["survives"].iloc[1:].any() for table in tables) <= 2


BOX = {"x": (0.6, 1.0)}


def draw_worlds(rng, points, worlds, shared, x=None):
    """Return x and whether each world is a case: by x, by what else a point has, and by luck, of
    which a part is shared by world k of all points.
    """
    x = rng.uniform(size=points) if x is None else x
    odds = 5.0 * (x - 0.7) + 2.0 * rng.normal(size=points)
    chance = expit(odds[:, None] + shared * rng.normal(size=worlds))
    return x, rng.uniform(size=(points, worlds)) < chance


def as_cases(x, is_case):
    """Return worlds as they come from a design, all of them held out."""
    points, worlds = is_case.shape
    return CaseWorlds(
        pd.DataFrame({"x": np.repeat(x, worlds)}),
        is_case.ravel(),
        np.ones(is_case.size, dtype=bool),
        np.repeat(np.arange(points), worlds),
        np.tile(np.arange(worlds), points),
    )


def rank(x):
    """Return the score that a tree would give: the same for all x of a leaf."""
    return np.round(x, 1)


@pytest.mark.parametrize("shared", [0.0, 1.0])
@pytest.mark.parametrize(("points", "worlds"), [(60, 10), (60, 4), (150, 10)])
def test_intervals_on_points_held_out_hold_the_truth(points, worlds, shared):
    """Propositions 3 and 4: 600 designs; the truth from 400,000 points of one world each."""
    rng = np.random.default_rng(5)
    x = rng.uniform(size=400_000)
    odds = 5.0 * (x - 0.7) + 2.0 * rng.normal(size=len(x)) + shared * rng.normal(size=len(x))
    is_case = rng.uniform(size=len(x)) < expit(odds)
    inside = x >= BOX["x"][0]
    density, coverage, area = is_case[inside].mean(), inside[is_case].mean(), auc(rank(x), is_case)
    rng, held = np.random.default_rng(1), []
    for _ in range(600):
        cases = as_cases(*draw_worlds(rng, points, worlds, shared))
        found = evaluate_on_held_out(BOX, cases)
        ends = auc_interval(rank(cases.conditions["x"].to_numpy()), cases)
        held.append(
            (
                found["density_low"] <= density <= found["density_high"],
                found["coverage_low"] <= coverage <= found["coverage_high"],
                ends.low <= area <= ends.high,
            )
        )
    shares = np.mean(held, axis=0)
    assert ((ACCEPTED[0] <= shares) & (shares <= ACCEPTED[1])).all(), shares


def test_conditions_that_do_nothing_are_not_in_a_box():
    """Proposition 3: 25 designs of 100 points, ten worlds each, and five factors of which one
    decides; a side that does nothing stays in at most one of ten boxes (in four of ten with version
    0.2, which took worlds of a point for independent and one p-value for both ends), the side that
    decides in at least seven of ten. From the search to the held-out half, the intervals of what
    was found hold the truth in at least 44 of 50 cases, where 95 % of them would be 47.5.
    """
    rng, false, true, held = np.random.default_rng(4), [], [], []
    other = pd.DataFrame(rng.uniform(size=(100_000, 5)), columns=["x", "a", "b", "c", "d"])
    odds = 5.0 * (other["x"] - 0.7) + rng.normal(size=(2, len(other))).T @ [2.0, 0.5]
    chance = expit(odds.to_numpy())
    for seed in range(25):
        rng = np.random.default_rng(seed)
        points = pd.DataFrame(rng.uniform(size=(100, 5)), columns=["x", "a", "b", "c", "d"])
        _, is_case = draw_worlds(rng, 100, 10, 0.5, points["x"].to_numpy())
        result = run_prim(
            DesignResult(points, ("fall",), is_case.astype(float)[:, :, None]),
            PrimAnalysis(kind="prim", where=QuantityRange(quantity="fall", low=1.0)),
        )
        inside = worlds_in_box(result.box.limits, other)
        truth = {"density": chance[inside].mean(), "coverage": chance[inside].sum() / chance.sum()}
        ends = result.held_out
        held += [ends[f"{name}_low"] <= truth[name] <= ends[f"{name}_high"] for name in truth]
        found = result.condition_table.set_index("factor")
        sides = found[["p_low", "p_high"]].notna()
        true.append("x" in found.index and bool(sides.loc["x", "p_low"]))
        false.append(int(sides.to_numpy().sum()) > true[-1])
    assert sum(held) >= 44, sum(held)
    assert np.mean(false) <= 0.1 and np.mean(true) >= 0.7, (np.mean(false), np.mean(true))


def test_procedures_share_the_false_discovery_rate():
    """Proposition 2: an effect of one sign in all ten worlds is the largest of 512 flips; each of
    three procedures (two statistics, and single p-values) has a third of the error rate.
    """
    flips = draw_sign_flips(10, np.random.default_rng(1))
    means = np.abs(flips @ np.ones((10, 1)))
    tested = assess_jointly(means, means)
    assert tested.p_values[0] == 1 / 512 and tested.q_values[0] == pytest.approx(3 / 512)


def test_many_worlds_are_flipped_in_batches():
    """Proposition 2: 1,000 worlds; idle numbers are not taken for others, a small effect is found,
    and no table of a thousand by a thousand worlds is made for each number.
    """
    bounds = {f"n{k}": (0.0, 1.0) for k in range(3)}
    model = AnalyticModel({"y": lambda p: 0.3 * p["n1"]}, noise=1.0, seed=2)
    played = evaluate_points(sample_morris_trajectories(bounds, 4, seed=1), model, ["y"], 1000)
    assert screen_factors(played, bounds, ["y"])["survives"].tolist() == [False, True, False]


COVERED = {
    "analysis.discovery.decision_tree.auc_interval": (
        "test_intervals_on_points_held_out_hold_the_truth"
    ),
    "analysis.discovery.scenario_discovery.evaluate_on_held_out": (
        "test_intervals_on_points_held_out_hold_the_truth"
    ),
    "analysis.inference.two_way.share_interval": "test_intervals_on_points_held_out_hold_the_truth",
    "analysis.sensitivity.effect_size.estimate_effect_size": (
        "test_intervals_of_a_screened_number_hold_its_effect"
    ),
    "analysis.sensitivity.morris.screen_factors": (
        "test_intervals_of_a_screened_number_hold_its_effect"
    ),
    "analysis.sensitivity.single_moves.check_idle_numbers": (
        "test_intervals_of_a_number_moved_alone_hold_its_effect"
    ),
    "analysis.sensitivity.single_moves.move_alone": (
        "test_intervals_of_a_number_moved_alone_hold_its_effect"
    ),
}
"""The function that gives an interval to its test above."""
