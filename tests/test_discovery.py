"""Discovery: conditions that were planted are found again, and nothing is found where there is
nothing.

1. PRIM peels as a reference implementation does, box for box.
2. A planted box is found, with levels as well as numbers; conditions that do nothing are dropped.
3. What is found on half of the points is tried on the other half, and the held-out figures say so
   when it was luck.
4. A tree finds the planted division; its ranking of new worlds is as good as the plant allows, and
   no better than chance where there is nothing.
5. Where no world or every world is a case, that is said.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from poruka.analysis.discovery.decision_tree import auc, grow_tree
from poruka.analysis.discovery.prim import (
    evaluate_box,
    peel,
    prune,
    quasi_p_values,
    tradeoff_table,
    worlds_in_box,
)
from poruka.analysis.discovery.scenario_discovery import run_prim
from poruka.analysis.evaluate import DesignResult
from poruka.analysis.patterns import QuantityRange
from poruka.analysis.specification import PrimAnalysis, TreeAnalysis
from poruka.utils.errors import BadInput

REFERENCE = Path(__file__).parent / "reference"
BOX, TREE = (
    PrimAnalysis(kind="prim", where=QuantityRange(quantity="fall", low=1.0)),
    TreeAnalysis(kind="tree", where=QuantityRange(quantity="fall", low=1.0), depth=2),
)


def planted(points=300, worlds=4, seed=1, signal=0.9, ground=0.05):
    """Return worlds that fall where x is above 0.6 in the old order, and hardly anywhere else."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "x": rng.uniform(size=points),
            "y": rng.uniform(size=points),
            "order": rng.choice(["old", "new", "mixed"], size=points),
        }
    )
    chance = np.where((table["x"] > 0.6) & (table["order"] == "old"), signal, ground)
    return DesignResult(
        table,
        ("fall",),
        (rng.uniform(size=(points, worlds)) < chance[:, None]).astype(float)[:, :, None],
    )


def test_boxes_are_those_of_a_reference():
    """Proposition 1: ema_workbench 2.5.3 (lenient1, alpha and smallest mass 0.05) on the same 600
    worlds; its peeling is kept in `reference/`.
    """
    worlds, theirs = (
        pd.read_csv(REFERENCE / "prim_worlds.csv"),
        pd.read_csv(REFERENCE / "prim_ema_workbench.csv"),
    )
    cases, conditions = worlds.pop("case").to_numpy(dtype=bool), worlds
    boxes = peel(conditions, cases, alpha=0.05, min_mass=0.05)
    ours = tradeoff_table(boxes)
    assert (
        len(ours) == len(theirs)
        and ours["conditions"].iloc[-1] == theirs["conditions"].iloc[-1] == 2
    )
    for name in ("coverage", "density", "mass"):
        assert np.abs(ours[name] - theirs[name]).max() <= 0.04, name
    last = theirs.iloc[-1]
    for name in conditions:
        low, high = boxes[-1].limits.get(name, (conditions[name].min(), conditions[name].max()))
        assert abs(low - last[f"{name}_low"]) <= 0.01 and abs(high - last[f"{name}_high"]) <= 0.01


def test_a_planted_box_is_found_and_idle_conditions_are_not():
    """Proposition 2."""
    played = planted()
    found = run_prim(played, BOX)
    assert set(found.box.limits) == {"x", "order"} and found.box.limits["order"] == {"old"}
    assert abs(found.box.limits["x"][0] - 0.6) < 0.05 and found.box.density > 0.8
    assert (found.condition_table.set_index("factor")["quasi_p"] < 0.01).all()
    assert (
        found.tradeoff["coverage"].is_monotonic_decreasing
        or found.tradeoff["coverage"].iloc[-1] >= found.tradeoff["coverage"].iloc[-2]
    )
    assert found.tradeoff["mass"].iloc[0] == found.tradeoff["coverage"].iloc[0] == 1.0


def test_a_box_holds_what_it_says():
    """Proposition 2: coverage, density and mass follow from the conditions alone."""
    played = planted()
    conditions = played.points.loc[played.points.index.repeat(4)].reset_index(drop=True)
    cases = played.quantity_values("fall").ravel() == 1.0
    box = evaluate_box({"x": (0.5, 0.9), "order": frozenset({"old", "mixed"})}, conditions, cases)
    by_hand = conditions["x"].between(0.5, 0.9) & conditions["order"].isin(["old", "mixed"])
    assert np.array_equal(worlds_in_box(box.limits, conditions), by_hand)
    assert (
        box.density == cases[by_hand].mean()
        and box.coverage == cases[by_hand].sum() / cases.sum()
        and box.mass == by_hand.mean()
    )
    assert (
        quasi_p_values({"y": (0.2, 0.8)}, conditions, cases)["y"] > 0.05
        and prune(evaluate_box({"y": (0.2, 0.8)}, conditions, cases), conditions, cases).limits
        == {}
    )


def test_a_grid_with_few_values_is_peeled_value_by_value():
    """Proposition 2: where many worlds share a value, that value goes as a whole and no box is
    empty.
    """
    conditions = pd.DataFrame(
        {"x": np.repeat([0.0, 1.0, 2.0, 3.0], 50), "y": np.tile([0.0, 1.0], 100)}
    )
    best = peel(conditions, (conditions["x"] >= 2.0).to_numpy())[-1]
    assert best.limits == {"x": (2.0, 3.0)} and best.density == best.coverage == 1.0


def test_luck_is_seen_on_worlds_held_out():
    """Proposition 3: where nothing decides, boxes look dense on the half they were found on and are
    not on the other; what was planted holds there too.
    """
    nothing = [
        run_prim(planted(points=120, worlds=1, seed=seed, signal=0.3, ground=0.3), BOX)
        for seed in range(20)
    ]
    gap = [
        one.tradeoff["density"].iloc[-1] - one.tradeoff["density_new"].iloc[-1] for one in nothing
    ]
    assert (
        np.mean(gap) > 0.1
        and abs(np.mean([one.held_out["density"] - one.held_out["share"] for one in nothing]))
        < 0.06
    )
    found = run_prim(planted(), BOX)
    assert (
        found.held_out["density_low"] > 2.0 * found.held_out["share"]
        and abs(found.held_out["density"] - 0.9) < 0.12
    )


def test_points_that_differ_in_levels_alone_stay_in_one_half():
    """Proposition 3."""
    from poruka.analysis.discovery.cases import prepare_cases

    points = pd.DataFrame({"x": np.repeat(np.linspace(0, 1, 40), 2), "rules": ["a", "b"] * 40})
    conditions, _, aside = prepare_cases(
        DesignResult(points, ("fall",), np.zeros((80, 2, 1))),
        QuantityRange(quantity="fall", low=1.0),
    )
    assert (
        conditions.assign(aside=aside).groupby("x")["aside"].nunique() == 1
    ).all() and 0.4 < aside.mean() < 0.6
    assert set(conditions[aside]["rules"]) == {"a", "b"}


def test_a_tree_finds_the_planted_division():
    """Proposition 4."""
    played = planted()
    found = grow_tree(played, TREE)
    assert (
        set(found.nodes.loc[~found.nodes["leaf"], "factor"]) <= {"x", "order = old"}
        and found.nodes["depth"].max() == 2
    )
    divided = found.nodes[found.nodes["factor"] == "x"]["threshold"]
    assert (abs(divided - 0.6) < 0.05).any()
    leaves = found.nodes[found.nodes["leaf"]]
    assert (
        leaves["share"].max() > 0.8
        and leaves["share_new"].max() > 0.75
        and leaves["worlds"].sum() == found.nodes["worlds"].iloc[0]
    )
    assert found.auc_low <= found.auc <= found.auc_high and found.auc > 0.75


def test_a_tree_finds_nothing_where_there_is_nothing():
    """Proposition 4: mean over 20 worlds sets within 0.03 of one half."""
    made = [
        grow_tree(
            planted(points=150, worlds=2, seed=seed, signal=0.3, ground=0.3), TREE, resamples=20
        ).auc
        for seed in range(20)
    ]
    assert abs(np.mean(made) - 0.5) < 0.03
    assert auc(np.array([0.2, 0.2]), np.array([True, False])) == 0.5 and np.isnan(
        auc(np.array([0.1]), np.array([True]))
    )


@pytest.mark.parametrize(("signal", "said"), [(0.0, "no world is"), (1.0, "all worlds are")])
def test_where_nothing_divides_the_worlds_that_is_said(signal, said):
    """Proposition 5."""
    played = planted(signal=signal, ground=signal)
    for find, asked in ((run_prim, BOX), (grow_tree, TREE)):
        with pytest.raises(BadInput, match=said):
            find(played, asked)
    with pytest.raises(BadInput, match="too few"):
        run_prim(planted(points=5), BOX)
