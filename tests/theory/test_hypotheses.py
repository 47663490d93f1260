"""The bench of hypothesis tests.

1. A declaration is data; what is wrong with a file is said with its place before anything is
   played.
2. A cause is a start value, a shock, an act or a state; every other key is a coefficient.
3. A declaration's hash depends on its content, not on comments or the order of keys.
4. A planted effect that runs through its links is shown; one that is not there, is too small, goes
   the other way, survives its links, or fails in a seed or in the draws is not.
5. Refused with the reason: arms identical to the bit, a control that no longer moves the outcome, a
   coefficient, a quantity that too many worlds lack, arms of two countries whose links have no
   common mean. The run goes on.
6. A claim of no effect needs its interval within the margin, also over the draws of the numbers and
   in nine of ten of them, and a control that moves.
7. Necessity may empty the outcome, and an outcome that always occurs is not empty; a claim that the
   text hedges demands no share of its links.
8. A quantity that a world lacks is missing; a time until an event is restricted to the run.
"""

from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from poruka.analysis.quantity_validation import invented_reader
from poruka.scenario.scenario import load
from poruka.theory.hypotheses.causes import moved_coefficients, moved_keys
from poruka.theory.hypotheses.declaration import CauseArm, HypothesisPart
from poruka.theory.hypotheses.pairing import what_is_left
from poruka.theory.hypotheses.play import ArmTable
from poruka.theory.hypotheses.procedure import run_side
from poruka.theory.hypotheses.reading import declaration_hash, read_hypothesis
from poruka.theory.hypotheses.side import Side
from poruka.utils.errors import BadInput

SEEDS = (1, 2, 3, 4, 5)

DECLARED = """
thesis = "T041"
[[part]]
cause = "danger to property"
low = { change = { "start.society.law_custom" = 0.9 } }
high = { change = { "start.society.law_custom" = 0.0 } }
quantity = "defections"
sign = "+"
smallest = 1.0
smallest_from = "one person"
channels = ["insecurity_of_property"]
[part.control]
cause = "obedience"
low = { change = { "start.force.obedience" = 0.2 } }
high = { change = { "start.force.obedience" = 0.9 } }
sign = "-"
smallest = 1.0
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("law_custom", "law_costum", "low in kazakhstan.*law_custom"),
        ('"defections"', '"defektions"', r"part 1 \(defektions\).*'defections'"),
        ('sign = "+"', 'sign = "up"', "part.0.sign"),
        ("T041", "T999", "unknown thesis 'T999'"),
        ("T041", "T042", "name the file after its thesis"),
        ('cause = "obedience"\n', "", "part.0.control.cause"),
        ("smallest_from", "smalest_from", "did you mean 'smallest_from'"),
        ('channels = ["insecurity_of_property"]', "", "name the links that carry the effect"),
        ("force.obedience", "society.law_custom", "a positive control is another cause"),
        ('sign = "+"\nsmallest', 'sign = "0"\nsmallest', "margin_argued"),
        ("[[part]]", 'untestable = "no"\n[[part]]', "give either"),
        ("[[part]]", 'scope = ["utopia"]\n[[part]]', "unknown country 'utopia'"),
        ("0.9 } }\nhigh = { change = { ", "0.0 } }\nhigh = { change = { ", "are the same"),
    ],
)
def test_a_broken_declaration_says_what_and_where(tmp_path, old, new, said):
    """Proposition 1."""
    path = tmp_path / "T041.toml"
    path.write_text(DECLARED)
    assert read_hypothesis(path).part[0].quantity == "defections"
    assert old in DECLARED
    path.write_text(DECLARED.replace(old, new))
    with pytest.raises(BadInput, match=f"(?s){said}"):
        read_hypothesis(path)


def test_a_cause_is_what_the_text_names_and_not_a_coefficient():
    """Proposition 2."""
    causes = [
        {"change": {"start.society.habit": 0.5}},
        {"change": {"shocks.oil.date": "1996-01"}},
        {"off": ["I13", "shocks.oil"]},
        {"happen": [{"date": "1998-10", "force": ["president.dies"]}]},
        {"fork": [{"at": "1998-10", "change": {"state.economy.assets_left": 0.1}}]},
        {"fork": [{"at": "1998-10", "force": "president.dies", "without": ["I13"]}]},
        {"pages": {"society": "russia"}},
        {"country": "russia"},
    ]
    coefficients = [
        {"change": {"property.pace": 0.1}},
        {"change": {"instruments.I13.strength": 0.1}},
        {"off": ["M3.predation"]},
        {"fork": [{"at": "1998-10", "change": {"property.pace": 0.1}}]},
        {"fork": [{"at": "1998-10", "without": ["M3.predation"]}]},
    ]
    for one in causes:
        assert moved_keys(CauseArm(), CauseArm(**one)), one
        assert not moved_coefficients(CauseArm(), CauseArm(**one)), one
        assert not moved_keys(CauseArm(**one), CauseArm(**one))
    for one in coefficients:
        assert moved_coefficients(CauseArm(), CauseArm(**one)), one


def test_a_hash_knows_the_content_and_not_the_comments(tmp_path):
    """Proposition 3."""
    path = tmp_path / "T041.toml"
    hashes = []
    for text in (
        DECLARED,
        "# one more comment\n" + DECLARED.replace("smallest = 1.0\n", "smallest = 1.00\n"),
        DECLARED.replace("[[part]]", "[[part]]\nworlds = 40"),
        DECLARED.replace("smallest = 1.0", "smallest = 1.1", 1),
    ):
        path.write_text(text)
        hashes.append(declaration_hash(read_hypothesis(path)))
    assert hashes[0] == hashes[1] == hashes[2] != hashes[3]


class PlantedArm(NamedTuple):
    """An arm of a planted world: how high cause and control are, and whether its link is off."""

    cause: float = 0.0
    control: float = 0.0
    off: str = ""
    drawn: bool = False
    country: str = "Kazakhstan"
    months: int = 178

    def with_draws(self, form):
        """Return the arm with its numbers drawn."""
        assert form == "prior:8"
        return self._replace(drawn=True)


class PlantedWorlds:
    """Plays arms as tables of numbers: what a law gives, plus luck that differs between arms."""

    def __init__(self, law, luck=1.0):
        self.law, self.luck, self.played = law, luck, []

    def play(self, arms, seeds, worlds, quantities):
        """Return the worlds of arms as :class:`poruka.theory.hypotheses.play.WorldPlayer` does."""
        tables = {}
        for name, arm in arms.items():
            self.played.append(name)
            index = pd.MultiIndex.from_product([seeds, range(worlds)])
            values = np.concatenate([self._worlds(arm, seed, worlds) for seed in seeds])
            frame = pd.DataFrame(dict.fromkeys(quantities, values), index=index)
            hashes = pd.util.hash_pandas_object(frame, index=False).to_numpy()
            tables[name] = ArmTable(frame, pd.Series(hashes, index=index))
        return tables

    def _worlds(self, arm, seed, worlds):
        key = [seed, int(1000 * arm.cause), int(1000 * arm.control), len(arm.off), int(arm.drawn)]
        rng = np.random.default_rng(key)
        means = np.array([self.law(arm, seed, world) for world in range(worlds)], dtype=float)
        return means + self.luck * rng.normal(size=worlds)


def planted(law, luck=1.0, side=None, **claim):
    """Test a planted claim: a cause from 0 to 1 raises the outcome by more than 0.5."""
    part = HypothesisPart(
        **{
            "cause": "the cause",
            "low": {},
            "high": {},
            "quantity": "wars",
            "sign": "+",
            "smallest": 0.5,
            "smallest_from": "planted",
            "channels": ["worth_of_rules"],
            "worlds": 60,
            "control": {"cause": "another", "low": {}, "high": {}, "sign": "+", "smallest": 0.5},
        }
        | claim
    )
    player = PlantedWorlds(law, luck)
    arms = Side(
        "T041.1 kazakhstan",
        PlantedArm(cause=0.0),
        PlantedArm(cause=1.0),
        PlantedArm(control=0.0),
        PlantedArm(control=1.0),
        part,
        lambda arm, links, state: arm._replace(off=state),
    )._replace(**(side or {}))
    return run_side(arms, player, SEEDS), player


def through_link(arm, seed=1, world=1, size=2.0, beside=0.0, control_off=1.0):
    """A law in which the cause works through its link, and partly beside it."""
    carried = 0.0 if arm.off else size * arm.cause
    control = 2.0 * arm.control * (control_off if arm.off else 1.0)
    return carried + beside * arm.cause + control


def test_a_planted_effect_through_its_link_is_shown():
    """Proposition 4."""
    result, player = planted(through_link)
    assert (result.verdict, result.why) == ("shown", "")
    assert result.p == max(
        result.effect_p,
        result.control_p,
        *(off.left_p for off in result.off),
        *(off.control_p for off in result.off),
    )
    assert [off.state for off in result.off] == ["held", "donor"]
    assert 1.8 < result.effect.mean < 2.2 and result.worlds == 300
    assert all(abs(off.lost_share - 1.0) < 0.15 for off in result.off)
    assert len(result.seeds) == 5 and result.draws_with_sign == 1.0
    barely, _ = planted(lambda a, s, w: through_link(a) - 1.35 * a.control * (not a.off))
    assert barely.verdict == "shown" and barely.p == barely.control_p > 10.0 * result.p
    mirrored, _ = planted(lambda *a: -through_link(*a), sign="-", control=CONTROL | {"sign": "-"})
    assert mirrored.verdict == "shown" and mirrored.effect.mean < -1.8
    built_in, _ = planted(through_link, side={"coefficients": ("a.b",)}, built_in="nothing else")
    assert built_in.verdict == "built in"


CONTROL = {"cause": "another", "low": {}, "high": {}, "sign": "+", "smallest": 0.5}


def least_part(**given):
    """Return a part that claims a rise of wars, and says no more than it has to."""
    fixed = {"cause": "c", "low": {}, "high": {}, "quantity": "wars", "sign": "+"}
    return HypothesisPart(**fixed, smallest_from="x", control=CONTROL, **given)


@pytest.mark.parametrize(
    ("law", "verdict", "said"),
    [
        (partial(through_link, size=0.0), "not shown", "not above the smallest"),
        (partial(through_link, size=0.45), "not shown", "not above the smallest"),
        (partial(through_link, size=-2.0), "opposite", "against the claim"),
        (
            partial(through_link, size=1.0, beside=1.0),
            "not shown",
            "too much of the effect is left",
        ),
        (partial(through_link, size=0.0, beside=2.0), "not shown", "held too much"),
        (lambda a, s, w: through_link(a) * (-0.2 if s == 3 else 1.0), "not shown", "4 of 5 seeds"),
        (
            lambda a, s, w: through_link(a) * (-1.0 if a.drawn and w < 40 else 1.0),
            "not shown",
            "75% of the draws",
        ),
        (
            lambda a, s, w: through_link(a, beside=2.0 * (a.off == "donor")),
            "not shown",
            "donor too much",
        ),
        (
            lambda a, s, w: np.nan if a.drawn and w >= 16 else through_link(a),
            "not shown",
            "over the draws wars is missing in 90%",
        ),
    ],
)
def test_what_is_not_so_is_not_shown(law, verdict, said):
    """Proposition 4; the p-value of a side that is not shown is no evidence."""
    result, _ = planted(law)
    assert result.verdict == verdict and said in result.why, result
    assert result.p > 0.05


def test_nothing_more_is_played_once_a_step_has_failed():
    """Proposition 4: most worlds are played where they decide."""
    _, player = planted(partial(through_link, size=0.0))
    assert player.played == ["low", "high"]
    _, player = planted(partial(through_link, beside=2.0))
    assert player.played[-2:] == ["low off", "high off"] and len(player.played) == 6


def test_a_share_is_enough_where_the_text_names_other_ways():
    """Proposition 4: with `carries`, the effect must fall by that share and no further."""
    law = partial(through_link, size=2.4, beside=0.6)
    assert planted(partial(through_link, size=2.0, beside=1.0), luck=0.5)[0].verdict == "not shown"
    assert planted(law, luck=0.5, carries=0.67)[0].verdict == "shown"
    assert planted(law, luck=0.5, carries=0.9)[0].verdict == "not shown"


def test_an_effect_that_turns_round_without_its_links_is_not_carried_by_them():
    """Proposition 4: what a part of the effect runs through cannot take five times of it away; but
    where all has to go the outcome may turn round.
    """
    turned = lambda a, s, w: through_link(a) - (8.0 * a.cause if a.off else 0.0)  # noqa: E731
    assert planted(turned, luck=0.5, carries=0.67)[0].verdict == "not shown"
    assert planted(turned, luck=0.5)[0].verdict == "not shown"
    assert planted(turned, luck=0.5, carries=1.0)[0].verdict == "shown"


def test_a_draw_in_which_no_world_has_the_quantity_does_not_speak_for_the_sign():
    """Proposition 4: of twenty draws three have none, which is more than one in ten."""
    law = lambda a, s, w: np.nan if a.drawn and w < 24 else through_link(a)  # noqa: E731
    result = planted(law, missing_at_most=0.5)[0]
    assert result.verdict == "not shown" and result.draws_with_sign == 0.85


@pytest.mark.parametrize(
    ("law", "luck", "said", "more"),
    [
        (lambda a, s, w: a.control, 0.0, "'low' and 'high' are identical to the bit", {}),
        (
            lambda a, s, w: through_link(a) + (0.0 if a.off else w),
            0.0,
            "'low off' and 'high off' are identical to the bit",
            {},
        ),
        (partial(through_link, control_off=0.0), 1.0, "switches off the outcome", {}),
        (lambda a, s, w: 2.0 * a.cause * (not a.off), 1.0, "links on; choose another", {}),
        (
            through_link,
            1.0,
            "moves property.pace, a coefficient",
            {"side": {"coefficients": ("property.pace",)}},
        ),
        (
            lambda a, s, w: np.nan if a.cause and w % 10 == 0 else through_link(a),
            1.0,
            "does not exist in 10% of the worlds",
            {"missing_at_most": 0.05},
        ),
        (through_link, 1.0, "unknown channel 'worth_of_rule'", {"channels": ["worth_of_rule"]}),
        (partial(through_link, control_off=0.0), 1.0, "the outcome", {"side": {"hedged": True}}),
        (
            through_link,
            1.0,
            "the arms are Kazakhstan and Russia",
            {"side": {"high": PlantedArm(cause=1.0, country="Russia")}},
        ),
        (
            lambda a, s, w: np.nan if w else through_link(a),
            1.0,
            "hardly one a seed",
            {"missing_at_most": 0.99},
        ),
        (
            lambda a, s, w: np.nan if w % 3 == (1 if a.off else 0) else through_link(a),
            1.0,
            "in 100 of 300 worlds only",
            {"missing_at_most": 0.35},
        ),
    ],
)
def test_what_cannot_be_tested_is_refused_with_the_reason(law, luck, said, more):
    """Proposition 5."""
    result, _ = planted(law, luck, **more)
    assert result.verdict == "refused" and said in result.why, result
    assert result.p > 0.05


def test_a_quantity_may_be_missing_where_that_is_declared():
    """Proposition 5: the worlds that lack it have no pair."""
    result, _ = planted(
        lambda a, s, w: np.nan if a.cause and w % 10 == 0 else through_link(a), missing_at_most=0.1
    )
    assert result.verdict == "shown" and result.worlds == 270 and result.missing == 0.1


def test_an_arm_that_cannot_be_played_is_recorded():
    """Proposition 5."""

    class Broken(PlantedWorlds):
        def play(self, arms, seeds, worlds, quantities):
            raise BadInput("the health is 3; allowed is 0 to 1.")

    side = planted(through_link)[0]
    assert side.verdict == "shown"
    part = least_part(smallest=1)
    arm = PlantedArm()
    result = run_side(Side("x", arm, arm, arm, arm, part, lambda *a: arm), Broken(None), SEEDS)
    assert result.verdict == "refused" and "allowed is 0 to 1" in result.why
    assert not result.was_played and side.was_played


def test_no_effect_is_shown_within_its_margin_only():
    """Proposition 6."""
    claim = {"sign": "0", "channels": [], "margin_argued": "too small to matter"}
    none = partial(through_link, size=0.0)
    none_at_centre = planted(none, **claim)[0]
    assert none_at_centre.verdict == "shown" and none_at_centre.draws_with_sign > 0.9
    assert planted(none, luck=9.0, **claim)[0].verdict == "not shown"
    assert planted(through_link, **claim)[0].verdict == "opposite"
    drawn = planted(lambda a, s, w: none(a) + (a.drawn and 0.4 * a.cause), **claim)[0]
    assert drawn.p > none_at_centre.p, "the draws are a step with a p-value of its own"
    apart = lambda a, s, w: none(a) + a.drawn * 0.6 * a.cause * (-1) ** (w // 8)  # noqa: E731
    spread = planted(apart, luck=0.2, **claim)[0]
    assert spread.verdict == "not shown" and "% of the draws of the numbers" in spread.why
    fixed = planted(lambda a, s, w: 0.0, luck=0.3, **claim)[0]
    assert fixed.verdict == "refused" and "choose another" in fixed.why, (
        "an outcome that nothing moves shows nothing"
    )


def test_necessity_may_empty_the_outcome_that_occurs_elsewhere():
    """Proposition 7: here the outcome does not occur without the link, whatever the control."""

    def law(arm, seed, world):
        if arm.off:
            return 0.0
        return through_link(arm) + (seed * 31 + world * 17) % 7 / 7.0

    class Emptied(PlantedWorlds):
        def play(self, arms, seeds, worlds, quantities):
            tables = super().play(arms, seeds, worlds, quantities)
            for name, arm in arms.items():  # worlds differ in other things than the outcome
                table = tables[name]
                salt = hash((arm.cause, arm.control)) % 1000
                tables[name] = table._replace(fingerprints=table.fingerprints + salt)
            return tables

    part = least_part(smallest=0.5, channels=["worth_of_rules"], worlds=60)
    side = Side(
        "T006.1 kazakhstan",
        PlantedArm(0.0),
        PlantedArm(1.0),
        PlantedArm(0.0, 0.0),
        PlantedArm(0.0, 1.0),
        part,
        lambda arm, links, state: arm._replace(off=state),
    )
    plain = run_side(side, Emptied(law, 0.0), SEEDS)
    assert plain.verdict == "refused" and "switches off the outcome" in plain.why
    needed = run_side(side._replace(necessity=True), Emptied(law, 0.0), SEEDS)
    assert needed.verdict == "necessary here" and all(off.is_empty for off in needed.off)
    everywhere = Emptied(lambda arm, *at: 5.0 if arm.off else law(arm, *at), 0.0)
    always = run_side(side._replace(necessity=True), everywhere, SEEDS)
    assert always.verdict == "refused" and not any(off.is_empty for off in always.off)


def test_what_the_text_hedges_demands_no_share_of_its_links():
    """Proposition 7: the share is measured and reported."""
    hedged = planted(partial(through_link, beside=2.0), side={"hedged": True})[0]
    assert hedged.verdict == "shown"
    assert all(0.4 < off.lost_share < 0.6 and off.left_p > 0.05 for off in hedged.off)
    idle = planted(partial(through_link, size=0.0), side={"hedged": True})[0]
    assert idle.verdict == "not shown", "the effect itself is demanded all the same"


def test_shuffled_labels_take_a_planted_effect_away():
    """Proposition 4: the effect sits in the labels, and in nothing else."""
    assert planted(through_link)[0].verdict == "shown"
    shuffled = [planted(through_link, side={"shuffle": seed})[0] for seed in range(20)]
    assert sum(result.verdict == "shown" for result in shuffled) == 0


def test_a_lucky_remainder_is_not_taken_for_none():
    """Proposition 4: few worlds cannot show that nothing is left, however small it looks."""
    rng, seeds = np.random.default_rng(3), np.repeat(np.arange(5), 4)
    low = rng.normal(size=20)
    arms = {"low": low, "high": low + rng.normal(1.0, 3.0, 20)}
    arms |= {"low off": low, "high off": low + rng.normal(0.0, 3.0, 20)}
    assert what_is_left(arms, seeds, 1.0, None).p > 0.05


def test_what_a_world_lacks_is_missing_and_times_are_restricted():
    """Proposition 8: one invented world without votes, referenda, acts and events."""
    reader = invented_reader(load("kazakhstan", numbers="declared"))
    for lacking in (
        "first_election_share",
        "second_election_share",
        "rival_share",
        "last_referendum_share",
        "defensive_share",
        "value_verdict",
        "value president_election 2",
        "wars over elections",
    ):
        assert np.isnan(reader[lacking]).all(), lacking
    for restricted in ("first_I19", "month president_election 1"):
        assert reader[restricted].tolist() == [178.0], restricted
    assert reader["count_I19"].tolist() == [0.0]
