"""Experiments whose worlds share draws of the numbers give two intervals.

1. The interval of chance holds the mean over draws as often as it says; one that takes the worlds
   of a draw for independent does not.
2. The interval over the numbers holds what is expected under a further draw; it is hardly wider
   than chance where the numbers do nothing.
3. Worlds of one draw in which all is alike count as one: for a lead, and for when to stop.
4. From file to page: pairs have seed and draw in common, tables have both intervals, captions say
   what they are; with one world a draw the page says that they cannot be told apart.
5. Countries that share draws among different numbers of worlds are refused before anything is
   played.
"""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_experiment import SMALL, written

from poruka.analysis.evaluate import DesignResult, evaluate_points, share_draws
from poruka.analysis.over_draws import INTERVALS_IN_WORDS
from poruka.analysis.replication import half_widths, replicate_until_precise
from poruka.analysis.sensitivity.main_effects import (
    OUTCOME_SHARE_QUANTITIES,
    compute_main_effects,
    compute_modal_outcomes,
    compute_response_curve,
    compute_tornado,
)
from poruka.analysis.specification import Precision
from poruka.api import simulate
from poruka.experiments.catalogue import read_experiment
from poruka.experiments.run import run_experiment
from poruka.reports.experiment_page import write_experiment_page
from poruka.scenario.scenario import load
from poruka.utils.errors import BadInput

ROOT = Path(__file__).parents[2]
DRAWS, EACH = 30, 2
SHARED = SMALL.replace("context = { ", 'context = { numbers = "prior:2", ')


def planted(rng, between, quantity="y"):
    """Return two points whose effect of 3 differs between draws, and effects of further draws."""
    effects = rng.normal(3.0, between, 2 * DRAWS)
    luck = rng.normal(size=(2, DRAWS * EACH))
    luck[1] += np.repeat(effects[:DRAWS], EACH)
    points = pd.DataFrame({"x": [0.0, 1.0]})
    return share_draws(DesignResult(points, (quantity,), luck[:, :, None]), EACH), effects[DRAWS:]


def test_both_intervals_of_an_effect_hold_what_they_say():
    """Propositions 1 and 2."""
    rng = np.random.default_rng(5)
    held, naive, further, repeats = 0, 0, [], 400
    for _ in range(repeats):
        result, others = planted(rng, 2.0)
        row = compute_main_effects(result, "x", None, "", ["y"]).iloc[0]
        alone = compute_main_effects(result._replace(draws=None), "x", None, "", ["y"]).iloc[0]
        assert row["effect"] == pytest.approx(alone["effect"]) and "numbers_low" not in alone
        held += row["low"] <= 3.0 <= row["high"]
        naive += alone["low"] <= 3.0 <= alone["high"]
        further += [row["numbers_low"] <= one <= row["numbers_high"] for one in others]
    assert 0.92 <= held / repeats <= 0.98 and naive / repeats < 0.91
    assert 0.92 <= np.mean(further) <= 0.98


def test_numbers_that_do_nothing_add_little():
    """Proposition 2."""
    rng, widths = np.random.default_rng(6), []
    for _ in range(50):
        row = compute_main_effects(planted(rng, 0.0)[0], "x", None, "", ["y"]).iloc[0]
        widths.append((row["numbers_high"] - row["numbers_low"], row["high"] - row["low"]))
        assert row["numbers_low"] <= row["low"] and row["high"] <= row["numbers_high"]
    numbers, chance = np.mean(widths, axis=0)
    assert numbers < 3.0 * chance  # 5 times as wide where draws differ by 2


def test_curves_and_tornados_have_both_intervals_for_means_shares_and_differences():
    """Proposition 2: shares stay within 0 and 1, their differences within -1 and 1."""
    rng = np.random.default_rng(7)
    chances = np.repeat(rng.beta(1.0, 1.0, DRAWS), EACH)
    values = (rng.uniform(size=(3, DRAWS * EACH)) < chances).astype(float)[:, :, None]
    points = pd.DataFrame({"u": [0.0, -1.0, 1.0]})
    result = share_draws(DesignResult(points, ("share_heir",), values), EACH)
    curve = compute_response_curve(result, "u", "", ["share_heir"])
    assert (curve["numbers_low"] >= 0.0).all() and (curve["numbers_high"] <= 1.0).all()
    assert (curve["numbers_high"] - curve["numbers_low"] > 0.7).all()
    assert (curve["high"] - curve["low"] < 0.35).all()
    assert curve["mean"].tolist() == pytest.approx(values.mean(axis=(1, 2)).tolist())
    tornado = compute_tornado(result, ["u"], ["share_heir"])
    assert (tornado["numbers_low"] >= -1.0).all() and (tornado["swing_numbers_high"] <= 1.0).all()
    assert (tornado["numbers_low"] <= tornado["low"]).all()
    assert result.table()["numbers_low"].tolist() == curve["numbers_low"].tolist()


def test_five_worlds_alike_in_each_draw_count_as_one_draw():
    """Proposition 3: 60 worlds of 100 would lead surely, 12 draws of 20 do not."""
    worlds = np.repeat(np.repeat(np.eye(7), [12, 8, 0, 0, 0, 0, 0], axis=0), 5, axis=0)[None]
    points = pd.DataFrame({"x": [0], "y": [0]})
    alone = DesignResult(points, OUTCOME_SHARE_QUANTITIES, worlds)
    shared = share_draws(alone, 5)
    naive, found = (compute_modal_outcomes(one, "x", "y").iloc[0] for one in (alone, shared))
    assert naive["significant"] and not found["significant"]
    assert found["mode"] == naive["mode"] and found["share"] == naive["share"] == 0.6
    assert found["low"] < naive["low"] and found["numbers_low"] < 0.05
    values = np.repeat(np.random.default_rng(8).normal(size=(1, 20)), 5, axis=1)
    assert half_widths(values, shared.draws, "y") == pytest.approx(half_widths(values[:, ::5]))


class AlikeInDraws:
    """A model in which both worlds of a draw have the same value."""

    def values(self, points, quantities, worlds, progress=None):
        """Return quantities, shape (points, worlds, quantities)."""
        of_draws = np.random.default_rng(9).normal(size=(1, 1000))
        return np.repeat(of_draws, EACH, axis=1)[:, :worlds, None]


def test_worlds_are_added_until_the_draws_are_enough():
    """Proposition 3."""
    precision = Precision(quantity="y", half_width=0.3, at_least=20, step=2, at_most=400)
    points, model = pd.DataFrame({"x": [0.0]}), AlikeInDraws()
    alone, shared = (
        replicate_until_precise(points, model, ["y"], precision, "y", worlds_each=each)
        for each in (1, EACH)
    )
    assert alone.precision_reached and shared.precision_reached
    assert shared.design_result.worlds > 1.5 * alone.design_result.worlds
    assert evaluate_points(points, model, ["y"], 4).draws is None


def test_a_file_with_shared_draws_comes_to_a_page_with_both_intervals(tmp_path):
    """Proposition 4."""
    loaded = read_experiment(written(tmp_path / "shared", SHARED) / "experiment.toml")
    answer = run_experiment(loaded, worlds=6, seed=21)
    assert answer.design_result.draws.tolist() == [0, 0, 1, 1, 2, 2]
    table = answer.analyses[0].table
    base = load("kazakhstan").with_draws("prior:2").change({"camps.clash": 0.0})
    slow, fast = (
        simulate(
            base.change({"economy.reform_pace": pace}), worlds=6, seed=21, progress=False
        ).outcomes["mean_control"]
        for pace in (0.02, 0.08)
    )
    row = table[(table["quantity"] == "mean_control") & (table["by"] == "all")].iloc[0]
    assert row["effect"] == pytest.approx((fast - slow).mean())
    assert row["numbers_low"] <= row["low"] <= row["effect"] <= row["high"] <= row["numbers_high"]
    (tmp_path / "out").mkdir()
    page = write_experiment_page(answer, tmp_path / "out", "poruka experiment run shared")
    text = page.read_text()
    assert "| numbers low | numbers high |" in text and text.count(INTERVALS_IN_WORDS) == 2
    assert "wide pale bars" in text and "Every 2 worlds share a draw of the numbers" in text
    points = pd.read_csv(tmp_path / "out" / "tables" / "points.csv")
    assert (points["numbers_low"] <= points["low"]).all()


def test_with_a_world_a_draw_the_page_says_that_one_interval_holds_both(tmp_path):
    """Proposition 4."""
    text = SMALL.replace("context = { ", 'context = { numbers = "prior", ')
    loaded = read_experiment(written(tmp_path / "own", text) / "experiment.toml")
    answer = run_experiment(loaded, worlds=2)
    (tmp_path / "out").mkdir()
    page = write_experiment_page(answer, tmp_path / "out", "poruka experiment run own").read_text()
    assert "hold chance and numbers together" in page and "numbers low" not in page


def test_countries_that_share_draws_otherwise_are_refused(tmp_path):
    """Proposition 5."""
    folder = written(
        tmp_path / "two", SMALL.replace('label = "all"', 'label = "all", scenario = "there.toml"')
    )
    text = (ROOT / "scenarios" / "russia.toml").read_text()
    text = re.sub(r"^record = .*\n", "", text, flags=re.M)
    text = re.sub(r"^numbers = .*\n", 'numbers = "prior:3"\n', text, flags=re.M)
    (folder / "there.toml").write_text(text)
    with pytest.raises(BadInput, match="different numbers of worlds.*record:2"):
        read_experiment(folder / "experiment.toml")
