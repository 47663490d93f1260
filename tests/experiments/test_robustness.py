"""Robustness of headline results: what was planted is found, and nothing else.

1. Arms that do nothing show something in no more than the stated share of pages, with draws of the
   numbers and without; an effect that is real and large is found.
2. A part of a mechanism that is left out shows where it must: without defection of the rich,
   hardly anybody breaks.
3. Another order of the month is another order of the same rules, drawn by the seed alone; its
   worlds differ from the usual ones, and are the same whenever they are played.
4. A start value moves by one step of the guide and never beyond its ends; what is counted has none.
5. A level falls by a large effect, the difference of two countries by losing its sign; the second
   interval says how far draws of the numbers differ, and is not there without them.
6. The command writes one page with its figure and tables, plays no world twice, and refuses what
   cannot be played before anything is.
"""

import json

import numpy as np
import pandas as pd
import pytest
from command_ends import left_with
from small_experiment import written

from poruka.analysis.quantities import QuantityReader
from poruka.analysis.robustness.arms import build_arms, divide_month, draw_orders
from poruka.analysis.robustness.arms import neighbouring_steps as next_steps
from poruka.analysis.robustness.effects import ArmWorlds, measure_effects, with_difference
from poruka.analysis.robustness.verdicts import judge_headlines
from poruka.analysis.robustness_specification import Robustness
from poruka.experiments.catalogue import find_experiment, read_experiment
from poruka.experiments.run import run_experiment
from poruka.rules.schedule import SCHEDULE
from poruka.scenario.codebook import SCALE_STEPS, is_scale_step, read_codebook
from poruka.scenario.scenario import load
from poruka.simulation.ensemble import simulate_in_memory
from poruka.simulation.run_spec import RunSpec
from poruka.utils.errors import BadInput

UNTIL = "1990-12"
BLOCKS = {"press": "press.report", "clans": "clans.root", "business": "oligarchs.fear_loss"}
SMALL = """
question = "Does the small page on robustness come out as it should?"
worlds = 4

[[outcome]]
quantity = "defections"
label = "breaks"

[[outcome]]
quantity = "first_dissolution"
label = "first parliament ended"
unit = "date"

[robustness]
scenarios = ["kazakhstan", "russia"]
mechanisms = ["M3.defection"]
start = ["society.habit"]
"""


def planted(rng, draws, arms, moved=0.0, worlds=60, country="a"):
    """Return a country as it is and arms of two quantities; the first arm is moved."""
    each = 1 if draws is None else len(draws) // (int(draws.max()) + 1)
    of_draw = np.repeat(rng.normal(size=(worlds // each, 2)), each, axis=0)
    usual = of_draw + rng.normal(size=(worlds, 2))
    played = [ArmWorlds(country, "", "as it is", "", usual)]
    for arm in range(arms):
        # Worlds of an arm share only part of their luck with those as they are.
        values = 0.6 * usual + 0.8 * (of_draw * 0.5 + rng.normal(size=(worlds, 2)))
        values[:, 0] += moved if arm == 0 else 0.0
        played.append(ArmWorlds(country, "scale", f"arm {arm}", "", values))
    return played


def effects_of(played, draws=None, seed=1):
    """Return the effects of planted arms."""
    return measure_effects(played, ["x", "y"], {"a": draws}, 0.5, 0.05, seed)


@pytest.mark.parametrize("drawn", [False, True])
def test_arms_that_do_nothing_show_nothing_at_the_stated_rate(drawn):
    """Proposition 1."""
    draws = np.arange(60) // 2 if drawn else None
    pages = 120
    false = sum(
        bool(effects_of(planted(np.random.default_rng(k), draws, 12), draws, k)["found"].any())
        for k in range(pages)
    )
    # Where nothing is real, any finding is false: 5 % of pages may have one, and a few by luck.
    assert false <= 0.05 * pages + 3.0 * (0.05 * 0.95 * pages) ** 0.5
    real = [
        effects_of(planted(np.random.default_rng(k), draws, 12, moved=1.5), draws, k)
        for k in range(20)
    ]
    assert sum(bool(found.loc[0, "large"]) for found in real) >= 18
    assert all(found.loc[0, "quantity"] == "x" for found in real)


def test_the_same_arm_again_has_no_effect_at_all():
    """Proposition 1."""
    usual = planted(np.random.default_rng(3), None, 1)
    same = ArmWorlds("a", "scale", "nothing", "", usual[0].values)
    found = effects_of([*usual, same]).set_index(["arm", "quantity"]).loc["nothing"]
    assert (found["effect"] == 0.0).all() and not found["found"].any()
    assert (found["q"] == 1.0).all() and (found["differ"] == 0.0).all()
    assert (found["size"] == 0.0).all() and (found["low"] == 0.0).all()


def test_what_is_found_is_a_mean_over_draws_with_both_intervals():
    """Proposition 5."""
    rng, draws = np.random.default_rng(5), np.arange(200) // 2
    usual = rng.normal(size=(200, 2))
    reaction = np.repeat(rng.normal(1.0, 2.0, size=100), 2)
    moved = usual + np.column_stack([reaction, np.full(200, 0.5)]) + 0.1 * rng.normal(size=(200, 2))
    played = [ArmWorlds("a", "", "as it is", "", usual), ArmWorlds("a", "start", "up", "", moved)]
    uneven, even = effects_of(played, draws).itertuples()
    assert abs(uneven.effect - reaction.mean()) < 0.05
    assert 0.5 < uneven.high - uneven.low < 1.2
    # Draws disagree by a standard deviation of 2 about one quantity, not at all about the other.
    assert 6.0 < uneven.numbers_high - uneven.numbers_low < 10.0
    assert even.numbers_high - even.numbers_low < 0.1 and even.found
    alone = effects_of(played)
    assert alone[["numbers_low", "numbers_high"]].isna().all(axis=None)


def test_a_difference_falls_when_it_loses_its_sign_and_a_level_when_it_moves_far():
    """Proposition 5."""
    rng = np.random.default_rng(2)
    luck = rng.normal(size=(80, 1))
    played = []
    for country, level, far in (("a", 2.0, -2.0), ("b", 0.0, 0.0)):
        usual = level + luck
        played += [
            ArmWorlds(country, "", "as it is", "", usual),
            ArmWorlds(country, "order", "far", "", usual + far + 0.1 * rng.normal(size=(80, 1))),
            ArmWorlds(country, "order", "near", "", usual + 0.2),
        ]
    compared = with_difference(played)
    assert [arm.country for arm in compared[6:]] == ["a less b"] * 3
    countries = dict.fromkeys(("a", "b", "a less b"))
    effects = measure_effects(compared, ["x"], countries, 0.5, 0.05)
    ends = ((2.0, 1.8, 2.2), (0.0, -0.2, 0.2), (2.0, 1.9, 2.1))
    base = pd.DataFrame(
        [(name, "x", *mean_and_ends) for name, mean_and_ends in zip(countries, ends, strict=True)],
        columns=["country", "quantity", "mean", "low", "high"],
    )
    first, second, difference = judge_headlines(effects, base, 0.5)
    assert not len(first.open) and not len(difference.open)
    assert list(first.lost["arm"]) == ["far"] and list(first.moved["arm"]) == ["near"]
    assert not len(second.lost) and list(difference.lost["arm"]) == ["far"]
    assert difference.told and difference.is_difference and not first.is_difference
    # A difference that has no sign as the countries are has none to lose.
    base.loc[2, ["mean", "low", "high"]] = (0.1, -0.5, 0.7)
    untold = judge_headlines(effects, base, 0.5)[2]
    assert not untold.told and not len(untold.lost)


def test_another_order_of_the_month_is_one_and_is_drawn_by_the_seed_alone():
    """Proposition 3."""
    plan = Robustness(blocks=BLOCKS, blocks_end="regions.obey", orders=3)
    base = load("kazakhstan").with_draws(None)
    arms, again = (build_arms(base, plan, seed=4)[1:] for _ in range(2))
    usual = SCHEDULE.ids
    assert [arm.scenario.rules.ids for arm in arms] == [arm.scenario.rules.ids for arm in again]
    assert len({arm.scenario.rules.ids for arm in arms} - {usual}) == len(arms) == 4
    first, last = usual.index("press.report"), usual.index("regions.obey")
    for arm in arms:
        ids = arm.scenario.rules.ids
        assert sorted(ids) == sorted(usual)
        assert ids[:first] == usual[:first] and ids[last:] == usual[last:]
    assert arms[0].detail == "business, clans, press"
    month = divide_month(SCHEDULE, BLOCKS, "regions.obey")
    assert sum(month.values(), []) == list(usual[first:last])
    many = draw_orders("abcdef", 30, seed=9)
    assert len({*map(tuple, many)}) == 30 and list("abcdef") not in many
    assert len(draw_orders("abc", 50, seed=1)) == 5  # every order but the usual one
    assert draw_orders("abcdef", 30, seed=8) != many


@pytest.mark.slow
def test_worlds_in_another_order_differ_and_are_the_same_whenever_they_are_played():
    """Proposition 3."""
    plan = Robustness(blocks=BLOCKS, blocks_end="regions.obey", orders=1)
    base, other = (
        arm.scenario for arm in build_arms(load("kazakhstan").with_draws(None), plan, seed=4)[:2]
    )
    specs = [RunSpec.build(one, worlds=2, seed=3, until=UNTIL) for one in (base, other, other)]
    played = [simulate_in_memory(spec, progress=False) for spec in specs]
    values = [one.series.to_dataarray().to_numpy() for one in played]
    assert not np.array_equal(values[0], values[1])
    assert np.array_equal(values[1], values[2])
    cohesion = played[0].series["monolith"].transpose("world", "month").to_numpy()
    assert (QuantityReader(played[0])["peak monolith"] == cohesion.argmax(axis=1)).all()


@pytest.mark.parametrize("country", ["kazakhstan", "russia"])
def test_start_values_move_one_step_of_the_guide(country):
    """Proposition 4."""
    scenario = load(country)
    arms = build_arms(scenario, Robustness(start=["all"]), seed=1)[1:]
    judged = {key for key, entry in read_codebook().items() if entry.scale}
    assert {arm.name.split()[0] for arm in arms} == judged
    for arm in arms:
        key, side = arm.name.split()
        page, name = key.split(".")
        before, after = (
            getattr(getattr(one.start(), page), name) for one in (scenario, arm.scenario)
        )
        assert (after > before) == (side == "up") and after != before
        steps = SCALE_STEPS[read_codebook()[key].scale]
        assert steps[0] <= after <= steps[-1]
        if is_scale_step(key, before) and before in steps:
            assert abs(steps.index(after) - steps.index(before)) == 1
    assert next_steps("society.habit", 0.05) == {"up": 0.15}
    with pytest.raises(BadInput, match="counted has no steps"):
        build_arms(scenario, Robustness(start=["parliament.seats"]), seed=1)


REFUSED = [
    ('start = ["society.habit"]', 'start = ["society.habitt"]', "did you mean.*society.habit"),
    ('mechanisms = ["M3.defection"]', 'mechanisms = ["M3.defecton"]', "M3.defection"),
    ("[robustness]", '[robustness]\nscale = ["citizen"]', "citizens"),
    ("[robustness]", "[robustness]\nscale = ['deputies']\nscale_factors = [0.1]", "deputies"),
    ("[robustness]", "[robustness]\nblocks_end = 'regions.obey'", "both `blocks` and"),
    (
        "[robustness]",
        "[robustness]\norders = 2\nblocks_end = 'press.report'\nblocks = { a = 'clans.root' }",
        "not in the order of the month",
    ),
    ('["kazakhstan", "russia"]', '["kazakhstan", "kazakhstan"]', "a country twice"),
    ('quantity = "defections"', 'quantity = "peak monolit"', "did you mean 'monolith'"),
    ("[robustness]", "[design]\nkind = 'single'\n\n[robustness]", "builds its arms by itself"),
]


@pytest.mark.parametrize(("old", "new", "message"), REFUSED)
def test_what_cannot_be_played_is_refused_before_anything_is(tmp_path, old, new, message):
    """Proposition 6."""
    assert old in SMALL
    folder = written(tmp_path / "mine", SMALL.replace(old, new, 1))
    with pytest.raises(BadInput, match=message):
        read_experiment(folder / "experiment.toml")


def test_the_experiment_of_the_house_has_arms_of_every_group_in_both_countries():
    """Proposition 6."""
    loaded = read_experiment(find_experiment("11_robustness"))
    plan = loaded.experiment.robustness
    assert plan.scenarios == ["kazakhstan", "russia"] and 8 <= len(loaded.experiment.outcome) <= 13
    for country in plan.scenarios:
        arms = build_arms(load(country), plan, loaded.experiment.seed)
        groups = pd.Series([arm.group for arm in arms[1:]]).value_counts()
        assert groups["scale"] == 14 and groups["order"] == 6
        assert groups["rules"] >= 50 and groups["start"] >= 70
        assert len({arm.name for arm in arms}) == len(arms)
        assert len({arm.scenario.digest for arm in arms}) == len(arms)


@pytest.mark.slow
def test_a_part_left_out_shows_on_one_page_that_is_made_again_without_a_world(
    tmp_path, monkeypatch, capsys
):
    """Propositions 2 and 6."""
    monkeypatch.chdir(tmp_path)
    folder = written(tmp_path / "small", SMALL.replace("worlds = 4", "worlds = 16"))
    command = ("experiment", "run", folder, "--out", "page", "--json")
    assert left_with(*command) == 0
    told = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    page = (tmp_path / "page" / "README.md").read_text()
    effects = pd.read_csv(tmp_path / "page" / "result" / "tables" / "effects.csv")
    off = effects[(effects["arm"] == "M3.defection off") & (effects["quantity"] == "defections")]
    alone = off[off["country"] == "kazakhstan"].iloc[0]
    assert alone["mean"] < 0.1 * alone["base"] and alone["effect"] < 0.0 and alone["large"]
    assert "`M3.defection`" in page and "poruka experiment run small" in page
    assert told["worlds"] == 16 and told["failed"] == 0 and len(told["effects"]) == len(effects)
    assert (tmp_path / "page" / "result" / "figures" / "robustness.png").stat().st_size > 5000
    manifest = json.loads((tmp_path / "page" / "result" / "manifest.json").read_text())
    assert manifest["command"] in page

    def never(*arguments, **options):
        raise AssertionError("a world was played again")

    monkeypatch.setattr("poruka.analysis.cache.measure_world_range", never)
    assert left_with(*command) == 0
    assert (tmp_path / "page" / "README.md").read_text() == page


@pytest.mark.slow
def test_a_country_with_draws_has_an_interval_over_the_numbers(tmp_path):
    """Proposition 5."""
    text = SMALL.replace("[robustness]", '[robustness]\ndraws = "prior"\nworlds_each = 2')
    text = text.replace('["kazakhstan", "russia"]', '["kazakhstan"]')
    loaded = read_experiment(written(tmp_path / "drawn", text) / "experiment.toml")
    analysis = run_experiment(loaded, worlds=8).analyses[0]
    assert analysis.details.drawn == "their ranges"
    assert analysis.table[["numbers_low", "numbers_high"]].notna().all(axis=None)
    assert (analysis.table["numbers_low"] <= analysis.table["low"] + 1e-9).all()
