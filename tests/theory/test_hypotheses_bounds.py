"""Bounds and directions of the bench of hypothesis tests: it asks for so much, no less, no more.

1. The smallest effect is asked for as it is declared, its p-value counts, seeds are told as they
   moved, fewer worlds may be asked for, and what is declared to be built in is called so.
2. A claim of no effect is bounded by its margin, in every seed, and what goes against it counts on
   both sides.
3. What is called opposite, and what is left of an effect, is judged at 5 % of a t with seeds as
   blocks; worlds that all agree are not certain, and what is left is told as it moved.
4. The control has a direction of its own.
5. What each link alone carries is told apart; how many worlds differ is told of the effect itself;
   shuffles differ with their seed.
6. Pairs may be missing with the links off as far as two pairs of arms allow.
7. The sign has to hold in nine of ten draws, not in more.
8. Necessity is claimed where one off-state empties both arms.
9. A thesis is shown only where its largest p-value stands; sides that stand by themselves make it
   shown in part.
10. The rules' hash knows every arm, and the procedure every file that decides; results of other
    worlds than the bench asks for are said to be so.

Each was found by changing the procedure on purpose and running the tests.
"""

import importlib.util
import math
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtr
from test_hypotheses import CONTROL, SEEDS, PlantedArm, PlantedWorlds, planted, through_link
from test_hypotheses_bench import found

from poruka.theory import hypotheses
from poruka.theory.hypotheses import results
from poruka.theory.hypotheses.contrasts import Contrast, blocked_contrast, share_step
from poruka.theory.hypotheses.declaration import HypothesisPart
from poruka.theory.hypotheses.pairing import (
    claimed_effect,
    paired_values,
    swapped_worlds,
    what_is_left,
)
from poruka.theory.hypotheses.play import ArmTable
from poruka.theory.hypotheses.procedure import run_side
from poruka.theory.hypotheses.reading import declaration_hash, load_hypotheses
from poruka.theory.hypotheses.results import (
    BENCH_SEEDS,
    PROCEDURE,
    describe_smaller,
    outdated_results,
    rules_hash,
)
from poruka.theory.hypotheses.side import Side
from poruka.theory.hypotheses.side_result import SideResult
from poruka.theory.hypotheses.verdict_family import hypothesis_table
from poruka.theory.theses import theses
from poruka.utils.statistics import t_quantile

NO_EFFECT = {"sign": "0", "channels": [], "margin_argued": "too small to matter"}


def planted_part(**given):
    """Return a part that claims a rise of wars through one link."""
    fixed = {"cause": "c", "low": {}, "high": {}, "quantity": "wars", "sign": "+"}
    more = {"smallest": 0.5, "smallest_from": "x", "channels": ["worth_of_rules"]}
    return HypothesisPart(**fixed, **more, control=CONTROL, **given)


def bisect(side_of, low, high, steps=8):
    """Return a number between two, where what ``side_of`` gives turns from below 0 to above."""
    for _ in range(steps):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if side_of(middle) < 0.0 else (low, middle)
    return 0.5 * (low + high)


def test_an_effect_little_above_the_smallest_is_shown_and_its_p_value_counts():
    """Proposition 1: 0.8 where 0.5 is asked; twice that is not asked."""
    result, _ = planted(partial(through_link, size=0.8), side={"hedged": True})
    assert result.verdict == "shown" and result.p == result.effect_p > 1e-6


def test_seeds_are_told_as_they_moved():
    """Proposition 1: a fall that is claimed and found is told as a fall, in each seed as in all."""
    fall = CONTROL | {"sign": "-"}
    result, _ = planted(lambda *a: -through_link(*a), sign="-", control=fall)
    assert len(result.seeds) == 5 and max(result.seeds) < 0.0 and result.effect.mean < 0.0


def test_fewer_worlds_may_be_asked_for():
    """Proposition 1: the number given takes the place of the declared one, in each seed."""
    arms = [PlantedArm(cause=0.0), PlantedArm(cause=1.0), PlantedArm(), PlantedArm(control=1.0)]
    switch = lambda arm, links, state: arm._replace(off=state)  # noqa: E731
    side = Side("T041.1 kazakhstan", *arms, planted_part(worlds=60), switch)
    assert run_side(side, PlantedWorlds(through_link), SEEDS, worlds=20).worlds == 100


def test_what_is_declared_to_be_built_in_is_called_so():
    """Proposition 1: also where no coefficient is moved, as it is true by construction."""
    result, _ = planted(through_link, built_in="no rule reads it")
    assert (result.verdict, result.why) == ("built in", "no rule reads it")


def test_worlds_that_all_agree_do_not_make_a_share_certain():
    """Proposition 3: the effect on a share, and what is left of it, keep an error."""
    index = pd.MultiIndex.from_product([[1, 2], range(10)])
    arms = {}
    for name, value in (("low", 0.0), ("high", 1.0), ("low off", 0.0), ("high off", 0.0)):
        frame = pd.DataFrame({"any_war": np.full(20, value)}, index=index)
        arms[name] = ArmTable(frame, pd.Series(0, index=index))
    two = {name: arms[name] for name in ("low", "high")}
    assert claimed_effect(two, "any_war", "+").contrast.error > 0.0
    values, _ = paired_values(arms, "any_war")
    left = what_is_left(values, np.repeat([1, 2], 10), 1.0, None)
    assert left.left.error > 0.0 and left.p > 0.0


def test_p_values_follow_few_worlds():
    """Proposition 3: Student's t with its degrees; none where there are none; and of a share two
    worlds, one each way, are added to what varies.
    """
    assert Contrast(1.0, 0.5, 3.0).p_above(0.0) == pytest.approx(float(stdtr(3.0, -2.0)))
    assert Contrast(1.0, math.nan, 0.0).p_above(0.0) == 1.0
    sure = blocked_contrast(np.ones(20), np.zeros(20), step=1.0)
    assert sure.error == pytest.approx(math.sqrt(2.0 / 19.0 / 20.0))
    assert share_step(np.ones(3), np.full(3, 0.5)) == 0.0


def test_seeds_are_blocks_of_every_effect():
    """Proposition 3: a shift of one seed in one arm is no uncertainty."""
    index = pd.MultiIndex.from_product([[1, 2], range(30)])
    noise = np.random.default_rng(1).normal(size=60)
    errors = []
    for shift in (0.0, 50.0):
        high = noise + shift * np.repeat([0.0, 1.0], 30)
        arms = {
            name: ArmTable(pd.DataFrame({"wars": values}, index=index), pd.Series(0, index=index))
            for name, values in (("low", np.zeros(60)), ("high", high))
        }
        errors.append(claimed_effect(arms, "wars", "+").contrast.error)
    assert errors[0] == pytest.approx(errors[1])


def test_what_is_left_is_told_as_it_moved():
    """Proposition 3: of a fall, a fall is left; where there is no effect no share of it is."""
    law = lambda a, s, w: -through_link(a, beside=1.0)  # noqa: E731
    side = {"hedged": True}
    result, _ = planted(law, sign="-", control=CONTROL | {"sign": "-"}, side=side)
    assert all(off.left.mean < -0.5 for off in result.off) and len(result.off) == 2
    same = dict.fromkeys(("low", "high", "low off", "high off"), np.arange(8.0))
    assert what_is_left(same, np.repeat([1, 2], 4), 1.0, None).lost_share is None


def test_a_part_that_links_carry_does_not_turn_the_effect_by_half():
    """Proposition 3: a third is the most, where less than all has to go."""
    turned = lambda a, s, w: through_link(a) - (1.0 * a.cause if a.off else 0.0)  # noqa: E731
    assert planted(turned, luck=0.2, carries=0.67)[0].verdict == "not shown"


def test_shuffles_differ_with_their_seed():
    """Proposition 5: else all placebos of one pair of arms would be the same."""
    index = pd.MultiIndex.from_product([[7], range(60)])
    first, second = (swapped_worlds(index, seed) for seed in (1, 2))
    assert 15 < (first != second).sum() < 45


def test_a_side_without_an_effect_does_not_speak_against_the_claim():
    """Proposition 3: it was refused before anything was measured."""
    refused = SideResult(side="T041.2 kazakhstan", verdict="refused", why="no arms")
    result = found("T041", ("not shown", 1.0))
    both = result.model_copy(update={"sides": [*result.sides, refused]})
    assert hypothesis_table({"T041": both}).iloc[0]["p_against"] == 1.0


def test_no_effect_is_bounded_by_its_margin_in_every_seed():
    """Proposition 2."""
    beyond, _ = planted(partial(through_link, size=0.75), **NO_EFFECT)
    assert beyond.verdict == "opposite"
    one_seed = lambda a, s, w: a.cause * (0.75 if s == 3 else -0.15) + 2.0 * a.control  # noqa: E731
    uneven, _ = planted(one_seed, luck=0.3, **NO_EFFECT)
    assert uneven.verdict == "not shown" and "4 of 5 seeds" in uneven.why


def test_what_goes_against_no_effect_counts_on_both_sides():
    """Proposition 2: twice the p-value of the side on which it goes beyond the margin."""
    result, _ = planted(partial(through_link, size=0.6), **NO_EFFECT)
    degrees = result.worlds - len(SEEDS)
    error = (result.effect.high - result.effect.low) / 2.0 / t_quantile(degrees)
    one_side = stdtr(degrees, -(result.effect.mean - 0.5) / error)
    assert result.against_p == pytest.approx(2.0 * one_side)


def test_opposite_is_judged_at_five_per_cent():
    """Proposition 3: at 7 % it is not shown, and no more."""

    def run(size):
        return planted(partial(through_link, size=-size))[0]

    result = run(bisect(lambda size: 0.07 - run(size).against_p, 0.4, 1.2))
    assert 0.05 < result.against_p < 0.1 and result.verdict == "not shown"


def test_what_is_left_is_judged_at_five_per_cent():
    """Proposition 3: at 20 % too much may be left."""

    def run(beside):
        return planted(partial(through_link, beside=beside), luck=0.5)[0]

    result = run(bisect(lambda beside: run(beside).off[0].left_p - 0.2, 0.0, 3.0))
    assert 0.05 < result.off[0].left_p < 0.4
    assert result.verdict == "not shown" and "held too much" in result.why


def test_the_control_has_a_direction_of_its_own():
    """Proposition 4: the cause raises the outcome, the control lowers it."""
    law = lambda a, s, w: 2.0 * a.cause * (not a.off) - 2.0 * a.control  # noqa: E731
    result, _ = planted(law, control=CONTROL | {"sign": "-"})
    assert result.verdict == "shown" and result.control.mean < -1.8
    assert all(off.control.mean < -1.8 for off in result.off)
    wrong, _ = planted(law)
    assert wrong.verdict == "refused" and "links on; choose another" in wrong.why


def test_what_each_link_alone_carries_is_told_apart():
    """Proposition 5: three quarters run through the one and a quarter through the other."""
    links = ["worth_of_rules", "spoils_to_come"]

    def law(arm, seed, world):
        carried = 1.5 * (links[0] not in arm.off) + 0.5 * (links[1] not in arm.off)
        return carried * arm.cause + 2.0 * arm.control

    switch = lambda arm, names, state: arm._replace(off=" ".join([state, *names]))  # noqa: E731
    result, _ = planted(law, side={"switched_off": switch}, luck=0.5, channels=links)
    assert result.verdict == "shown"
    assert result.link_shares == pytest.approx({links[0]: 0.75, links[1]: 0.25}, abs=0.1)


def test_how_many_worlds_differ_is_told_of_the_effect():
    """Proposition 5: in every second world; and in all of them where the control is moved."""
    law = lambda a, s, w: 4.0 * a.cause * (w % 2) + 2.0 * a.control + w  # noqa: E731
    result, _ = planted(law, luck=0.0)
    assert result.control is not None and result.diverged == 0.5


def test_pairs_may_be_missing_as_far_as_two_pairs_of_arms_allow():
    """Proposition 6: a tenth with the links on and a twentieth of others with them off."""

    def law(arm, seed, world):
        lacks = world % 20 == 1 if arm.off else world % 10 == 0
        return np.nan if lacks else through_link(arm)

    result, _ = planted(law, missing_at_most=0.1)
    assert result.verdict == "shown"


@pytest.mark.parametrize(("draws", "verdict"), [(2, "shown"), (3, "not shown")])
def test_nine_of_ten_draws_are_enough(draws, verdict):
    """Proposition 7: of twenty draws two may go the other way."""
    law = lambda a, s, w: through_link(a) * (-1.0 if a.drawn and w < 8 * draws else 1.0)  # noqa: E731
    result, _ = planted(law, luck=0.5)
    assert result.verdict == verdict and result.draws_with_sign == 1.0 - draws / 20.0


class SaltedWorlds(PlantedWorlds):
    """Planted worlds that differ in other things than the outcome."""

    def play(self, arms, seeds, worlds, quantities):
        """Return the worlds, whose fingerprints differ between all arms."""
        tables = super().play(arms, seeds, worlds, quantities)
        return {
            name: table._replace(fingerprints=table.fingerprints + number)
            for number, (name, table) in enumerate(tables.items(), start=len(self.played))
        }


@pytest.mark.parametrize(
    ("held", "donor", "verdict"),
    [
        ((0.0, 0.0), None, "necessary here"),
        ((0.0, 0.001), None, "refused"),
        ((0.0, 0.0), (0.0, 0.001), "refused"),
    ],
)
def test_necessity_asks_for_an_off_state_that_empties_both_arms(held, donor, verdict):
    """Proposition 8: where one off-state empties the outcome the other may keep it, if the control
    still moves it; a rest in one arm alone is not empty.
    """

    def law(arm, seed, world):
        given = held if arm.off == "held" else donor
        if arm.off and given is not None:
            return given[int(arm.cause)]
        return through_link(arm) + (seed * 31 + world * 17) % 7 / 7.0

    part = planted_part(worlds=60)
    arms = [PlantedArm(cause=0.0), PlantedArm(cause=1.0), PlantedArm(), PlantedArm(control=1.0)]
    switch = lambda arm, links, state: arm._replace(off=state)  # noqa: E731
    side = Side("T006.1 kazakhstan", *arms, part, switch, necessity=True)
    assert run_side(side, SaltedWorlds(law, luck=0.0), SEEDS).verdict == verdict


def test_a_thesis_is_shown_only_where_its_largest_p_value_stands():
    """Proposition 9: forty theses hold on one of their sides, which lets smaller claims stand among
    those of one side, and none among those of all.
    """
    halves = {id: found(id, ("shown", 1e-9), ("not shown", 1.0)) for id in list(theses())[:40]}
    single, double = "T101", "T102"
    tested = halves | {
        single: found(single, ("shown", 3e-4)),
        double: found(double, ("shown", 1e-5), ("shown", 3e-4)),
    }
    table = hypothesis_table(tested).set_index("id")
    assert table.loc[single, "q"] > 0.05 and table.loc[single, "verdict"] == "not shown"
    assert "does not stand among those of all theses" in table.loc[single, "why"]
    assert table.loc[double, "verdict"] == "in part"
    assert table.loc[double, ["where", "where_not"]].tolist() == ["1 kazakhstan", "2 kazakhstan"]
    assert (table.loc[table["verdict"] == "shown", "q"] <= 0.05).all()
    alone = hypothesis_table({single: found(single, ("shown", 1e-5))}).iloc[0]
    assert alone["verdict"] == "shown" and alone["q"] <= 0.05


def test_the_hash_knows_every_arm_and_every_file_that_decides():
    """Proposition 10: a control that is moved further is another test."""
    declared = load_hypotheses()["T041"]
    part = declared.part[0]
    moved = part.control.high.model_copy(update={"change": {"start.society.solidarity": 0.8}})
    control = part.control.model_copy(update={"high": moved})
    changed = declared.model_copy(update={"part": [part.model_copy(update={"control": control})]})
    assert rules_hash(changed) != rules_hash(declared)
    folder = Path(hypotheses.__file__).parent
    told_elsewhere = {"__init__", "bench", "placebos", "reading", "results", "verdict_family"}
    deciding = {path.stem for path in folder.glob("*.py")} - told_elsewhere
    assert {Path(name).stem for name in PROCEDURE if "hypotheses" in name} == deciding


def test_results_of_few_worlds_are_said_to_be_so():
    """Proposition 10: who tried four worlds does not find his verdicts among those of the bench."""
    tried = found("T041", ("shown", 1e-9)).model_copy(update={"worlds": 4})
    whole = tried.model_copy(update={"worlds": None, "seeds": list(BENCH_SEEDS)})
    assert "1 of 2 theses (T041)" in describe_smaller({"T041": tried, "T042": whole})
    assert "T042" in describe_smaller({"T042": whole.model_copy(update={"seeds": [1]})})
    assert describe_smaller({"T042": whole}) == ""


@pytest.mark.parametrize("changed", ["hash_request", "held_means"])
def test_a_result_is_outdated_by_whatever_it_rests_on(monkeypatch, changed):
    """Proposition 10: by the rules and their tables, the means of links, and its declaration."""
    declared = load_hypotheses()["T041"]
    result = found("T041").model_copy(
        update={"declaration": declaration_hash(declared), "rules": rules_hash(declared)}
    )
    assert outdated_results({"T041": result}, {"T041": declared}) == []
    other = result.model_copy(update={"declaration": "other"})
    assert outdated_results({"T041": other}, {"T041": declared}) == ["T041"]
    monkeypatch.setattr(results, changed, lambda *side: ["changed"])
    assert outdated_results({"T041": result}, {"T041": declared}) == ["T041"]


@pytest.mark.parametrize(
    ("page", "moves"),
    [("x = a + b  # a reason\n", False), ('"""A page."""\nx = (a\n     + b)\n', False)]
    + [("x = a - b\n", True), ("x = a + b + 0.0\n", True)],
)
def test_only_what_a_rule_does_outdates_a_result(tmp_path, page, moves):
    """Proposition 10: a comment or a new line break changes no world, and no result."""
    rule = tmp_path / "rule.py"
    rule.write_text("x = a + b\n")
    before = hash_with_rules(rule)
    rule.write_text(page)
    assert (hash_with_rules(rule) != before) is moves


def hash_with_rules(page: Path) -> str:
    """Return the hash of a request where a page holds all rules, as a new process would find it."""
    spec = importlib.util.spec_from_file_location("results_anew", results.__file__)
    anew = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(anew)
    anew.rule_sources = lambda: [page]
    return anew.hash_request([])
