"""Pairs of worlds of which one failed.

1. A world that failed in one of two runs is left out of both, and the pairs are counted:
   comparisons, the page of a fork, crossings.
2. Worlds of several arms keep their partners where as many failed in each, and not the same ones:
   ablations; where fewer than two pairs are left an error says so.
3. Tables of swaps, countries and paths count the worlds that their rows rest on.
4. A world that failed on one side of a parameter's effect is left out, and not counted as one in
   which nothing happened; an arm without any world raises and names the first failure.
"""

import re

import matplotlib
import pandas as pd
import pytest

matplotlib.use("Agg")

from failing_worlds import break_worlds
from test_failed_worlds import BROKEN, FIVE_FAILED, break_branches, without
from worlds import kazakhstan

import poruka as pk
from poruka import figures
from poruka.analysis import parameter_effects
from poruka.analysis.paired_runs import run_arms
from poruka.reports.fork_page import write_fork_page
from poruka.theory.ablation import ablation_row
from poruka.theory.classification import classify_countries
from poruka.theory.counterfactuals.results import build_results_table, coverage_notes
from poruka.theory.counterfactuals.run import run_counterfactuals
from poruka.theory.counterfactuals.specification import load_counterfactuals
from poruka.theory.paired_arms import shared_worlds
from poruka.theory.start_value_swaps import run_start_value_swaps
from poruka.utils.coverage import table_coverage
from poruka.utils.errors import BadInput, WorldFailed


@pytest.fixture(scope="module")
def whole():
    """Return twelve worlds, none of which failed."""
    return pk.simulate(kazakhstan(), worlds=12, seed=1, until="1999-12", progress=False)


def test_a_world_that_failed_in_one_arm_has_no_pair_in_the_other(whole, monkeypatch, tmp_path):
    """Proposition 1: worlds 0 and 3 fail in the parent, 3 and 8 in the branch."""
    break_branches(monkeypatch, 3, 8)
    parent, branch = without(whole, [0, 3]), whole.fork("1991-01", force="president.dies")
    assert branch.coverage == "10 of 12 worlds (2 failed)"
    both = pk.compare(parent, branch)
    assert both.worlds.tolist() == [1, 2, 4, 5, 6, 7, 9, 10, 11]
    assert both.coverage == "9 of 12 pairs of worlds (3 failed)" and both.coverage in str(both)
    assert f"n = {both.coverage}" in figures.PairedDifferences(both).caption
    links = figures.CausalLinks(both.count_links(max_worlds=2))
    assert re.search(r"Traced: 2 of \d pairs that differ, of 9 of 12 pairs", links.caption)
    text = write_fork_page(both, tmp_path, traced_pairs=2).read_text(encoding="utf-8")
    assert text.count(both.coverage) >= 4 and "worlds=12, seed=1" in text
    with pytest.raises(WorldFailed, match="every one of the 12"):
        pk.compare(without(whole, range(12)), branch)
    with pytest.raises(BadInput, match="12 pairs failed"):
        pk.compare(without(whole, range(6)), without(whole, range(6, 12)))


def test_a_crossing_counts_both_countries_and_their_pairs(whole):
    """Proposition 1."""
    drawing = figures.ControlCrossing(without(whole, [1]), without(whole, BROKEN))
    assert "has 11 of 12 worlds (1 failed)" in drawing.caption
    assert f"n = {FIVE_FAILED}, seed 1" in drawing.caption
    assert str(drawing.result.pair_coverage) == "6 of 12 worlds (6 failed)"
    assert [apogee.requested_worlds for apogee in drawing.result.apogees] == [12, 12]


def test_arms_keep_their_partners_where_different_worlds_failed():
    """Proposition 2: as many worlds are left in both arms, and not the same ones."""
    low, high = pd.Series([1.0, 2.0, 3.0], [0, 1, 2]), pd.Series([2.5, 3.5, 9.0], [1, 2, 3])
    shared = shared_worlds({"low": low, "high": high}, "a test")
    assert shared.tolist() == [1, 2] and (high - low).loc[shared].tolist() == [0.5, 0.5]
    with pytest.raises(WorldFailed, match="1 were completed in every arm.*3 in low, 1 in high"):
        shared_worlds({"low": low, "high": high.iloc[:1]}, "a test")


def test_ablations_paths_swaps_and_countries_count_their_worlds(monkeypatch):
    """Proposition 3: world 1 fails everywhere."""
    break_worlds(monkeypatch, 1)
    break_branches(monkeypatch, 1)
    swaps = run_start_value_swaps(
        pk.load("kazakhstan", numbers="declared"),
        pk.load("russia", numbers="declared"),
        4,
        quantities=["end_control"],
        only=["media"],
    )
    countries = classify_countries(["kazakhstan"], worlds=4)
    for table in (swaps, countries):
        assert str(table_coverage(table)) == "3 of 4 worlds (1 failed)"
    paths = {"E01": load_counterfactuals()["E01"]}
    results = build_results_table(run_counterfactuals(paths, worlds=4, seed=1))
    assert set(results["completed"]) == {3} and set(results["worlds"]) == {4}
    assert coverage_notes(results) == ["E01: 3 of 4 worlds (1 failed)"]


def test_an_ablation_pairs_worlds_and_refuses_where_too_few_are_left():
    """Proposition 2."""
    from poruka.analysis.patterns import load_patterns

    pattern = load_patterns().patterns[0]
    frame = pd.DataFrame(1.0, index=range(8), columns=pattern.quantities)
    row = ablation_row("M1", pattern, frame, frame.iloc[3:], 1, 8)
    assert row[-2:] == (5, 8)
    with pytest.raises(WorldFailed, match="without M1"):
        ablation_row("M1", pattern, frame, frame.iloc[:1], 1, 8)


def test_a_world_that_failed_on_one_side_has_no_effect_of_a_parameter(whole, monkeypatch):
    """Proposition 4: worlds 0 and 3 fail on the low side, 3 and 8 on the high one."""
    sides = iter([without(whole, [0, 3]), without(whole, [3, 8])])
    monkeypatch.setattr(parameter_effects, "simulate_in_memory", lambda *_, **__: next(sides))
    key = "economy.reform_pace"
    effect = parameter_effects.measure_parameter_effect(kazakhstan(), key, 12, 1)
    assert effect.index.tolist() == [1, 2, 4, 5, 6, 7, 9, 10, 11]
    # Both sides are the same worlds, so that no quantity differs.
    assert (effect == 0.0).all(axis=None)


def test_an_arm_without_a_world_names_the_first_failure(monkeypatch):
    """Proposition 4."""
    break_worlds(monkeypatch, 0, 1)
    with pytest.raises(WorldFailed, match="every one of the 2 worlds .* world 0"):
        run_arms({"only": kazakhstan()}, ["end_control"], worlds=2, seed=1)
