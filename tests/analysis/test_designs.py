"""Designs of experiments, and how their points are played.

1. A grid holds every combination once; a Latin hypercube has one point in every slice of every
   factor; a Sobol sequence is balanced; one at a time moves
   one factor at a time; levels are crossed with all of them.
2. A table of points is read as it stands, and a wrong cell is named with its line.
3. What is moved arrives in the world: numbers, several keys together, dates of shocks, months of
   interventions, levels with mechanisms off.
4. All points share their chance unless that is switched off; a point that is the default is the
   default world, to the bit.
5. What was played is kept: the same values come back from the file, more worlds only add to them,
   and nothing is played twice.
6. Worlds are added until the interval is narrow enough; a share that is 0 so far is not taken for
   certain.
"""

import numpy as np
import pandas as pd
import pytest
from failing_worlds import break_worlds
from worlds import kazakhstan

from poruka.analysis import cache as cells_page
from poruka.analysis.arm import Arm, FactorLevel, SharedContext
from poruka.analysis.cache import QuantityCache
from poruka.analysis.designs import build_design_points, sample_unit_cube
from poruka.analysis.evaluate import AnalyticModel, ScenarioModel, evaluate_points
from poruka.analysis.factors import Factor, MovedIntervention
from poruka.analysis.quantities import build_quantity_frame
from poruka.analysis.replication import (
    convergence_table,
    half_widths,
    replicate_until_precise,
    stable_from,
)
from poruka.analysis.scenario_builder import ScenarioBuilder
from poruka.analysis.specification import Design, Precision
from poruka.api import simulate
from poruka.utils.errors import BadInput

PACE = Factor(name="pace", key="economy.reform_pace", values=[0.02, 0.06])
RULES = Factor(
    name="rules",
    levels=[FactorLevel(label="all"), FactorLevel(label="no predation", off=["M3.predation"])],
)
DEATH = Factor(
    name="death", happens=MovedIntervention(force=["president.dies"]), low="1995-01", high="1999-12"
)


def test_a_grid_holds_every_combination_once():
    """Proposition 1."""
    points = build_design_points(Design(kind="factorial"), [PACE, RULES], kazakhstan())
    assert list(points.itertuples(index=False, name=None)) == [
        (0.02, "all"),
        (0.02, "no predation"),
        (0.06, "all"),
        (0.06, "no predation"),
    ]


@pytest.mark.parametrize("dimensions", [1, 3, 7])
def test_a_latin_hypercube_has_one_point_in_every_slice(dimensions):
    """Proposition 1."""
    points = sample_unit_cube("latin_hypercube", 50, dimensions, seed=4)
    assert all(
        sorted((50 * points[:, k]).astype(int)) == list(range(50)) for k in range(dimensions)
    )


def test_a_sobol_sequence_is_balanced_and_goes_on():
    """Proposition 1: halves, quarters and eighths of every factor hold equally many; fewer points
    are the beginning of more.
    """
    points = sample_unit_cube("sobol_sequence", 64, 5, seed=4)
    for k in range(5):
        for parts in (2, 4, 8):
            assert set(np.bincount((parts * points[:, k]).astype(int))) == {64 // parts}
    assert np.array_equal(sample_unit_cube("sobol_sequence", 40, 5, seed=4), points[:40])


def test_one_at_a_time_moves_one_factor_at_a_time_and_levels_are_crossed():
    """Proposition 1."""
    rooting = Factor(key="clans.rooting")
    made = build_design_points(
        Design(kind="one_at_a_time"),
        [PACE.model_copy(update={"values": []}), rooting, RULES],
        kazakhstan(),
    )
    assert len(made) == 5 * 2
    alone = made[made["rules"] == "all"].drop(columns="rules").reset_index(drop=True)
    assert [(row != alone.iloc[0]).sum() for _, row in alone.iterrows()] == [0, 1, 1, 1, 1]
    spread = build_design_points(
        Design(kind="latin_hypercube", points=10), [DEATH, RULES], kazakhstan()
    )
    assert (
        len(spread) == 20
        and (spread["death"] == spread["death"].round()).all()
        and spread["death"].between(58, 117).all()
    )


def test_a_table_of_points_is_read_as_it_stands(tmp_path):
    """Proposition 2."""
    (tmp_path / "points.csv").write_text("pace,rules,death\n0.03,no predation,1996-06\n")
    asked = Design(kind="table", file="points.csv")
    made = build_design_points(asked, [PACE, RULES, DEATH], kazakhstan(), tmp_path)
    assert made.to_dict("records") == [{"pace": 0.03, "rules": "no predation", "death": 75.0}]
    for text, said in (
        ("pace,rules\n0.1,all\n", "columns pace, rules, death"),
        ("pace,rules,death,pace\n0.1,all,1995-01,0.2\n", "the column 'pace' twice"),
        ("pace,rules,death\n0.9,all,1996-06\n", "line 2, pace"),
        ("pace,rules,death\n0.03,none,1996-06\n", "line 2, rules"),
        ("pace,rules,death\n0.03,all,96\n", "line 2, death"),
        ("pace,rules,death\nx,all,1996-06\n", "line 2, pace"),
        ("pace,rules,death\n", "at least one row"),
    ):
        (tmp_path / "points.csv").write_text(text)
        with pytest.raises(BadInput, match=said):
            build_design_points(asked, [PACE, RULES, DEATH], kazakhstan(), tmp_path)
    (tmp_path / "points.csv").unlink()
    with pytest.raises(BadInput, match="points.csv"):
        build_design_points(asked, [PACE, RULES, DEATH], kazakhstan(), tmp_path)


def test_what_is_moved_arrives_in_the_scenario():
    """Proposition 3."""
    both = Factor(
        name="radical",
        keys=["start.opposition.moderate_radicalism", "start.opposition.communist_radicalism"],
    )
    shock = Factor(name="exit", key="shocks.rouble_exit.date", low="1993-01", high="1995-01")
    builder = ScenarioBuilder(
        "kazakhstan", Arm(change={"camps.clash": 0.0}), [PACE, RULES, DEATH, both, shock]
    )
    made = builder(
        {"pace": 0.02, "rules": "no predation", "death": 75.0, "radical": 0.7, "exit": 50.0}
    )
    assert (
        made.params().economy.reform_pace == 0.02
        and made.params().camps.clash == 0.0
        and made.disabled_mechanisms == {"M3.predation"}
    )
    assert (
        made.start().opposition.moderate_radicalism
        == made.start().opposition.communist_radicalism
        == 0.7
    )
    assert (
        made.interventions[0][0] == 75
        and made.resolve_shock(next(one for one in made.file.shocks if one.id == "rouble_exit"))[0]
        == "1994-05"
    )


def test_a_path_is_a_level():
    """Proposition 3: a branching leaves the worlds as they are up to it, and a wrong one is named
    with its factor.
    """
    path = Factor(
        name="path",
        levels=[
            FactorLevel(label="as it went"),
            FactorLevel(
                label="without the blow", fork=[{"at": "1993-06", "forbid": ["I13", "I12"]}]
            ),
        ],
    )
    builder = ScenarioBuilder("kazakhstan", Arm(), [path])
    points = pd.DataFrame({"path": ["as it went", "without the blow"]})
    played = evaluate_points(
        points,
        ScenarioModel(builder, 5, QuantityCache()),
        ["mean control 1990-03..1993-05", "mean control 1993-06..2004-12"],
        8,
    )
    before, after = (played.quantity_values(text) for text in played.quantities)
    assert np.array_equal(before[0], before[1]) and not np.array_equal(after[0], after[1])
    broken = Factor(name="path", levels=[FactorLevel(label="lost", fork=[{"when": "1993-06"}])])
    with pytest.raises(BadInput, match="level 'lost'.*needs `at`"):
        broken.validate_factor(ScenarioBuilder("kazakhstan", Arm(), [broken]).base_scenario)


def test_months_are_counted_on_one_calendar():
    """Proposition 3: where countries start in different months, a month of death is the same date
    in both, and so is what comes out.
    """
    country = Factor(
        name="country",
        levels=[FactorLevel(label="here"), FactorLevel(label="there", scenario="russia")],
    )
    builder = ScenarioBuilder("kazakhstan", Arm(), [DEATH, country])
    here, there = (
        builder({"death": 75.0, "country": "here"}),
        builder({"death": 75.0, "country": "there"}),
    )
    assert (
        here.date_of(here.interventions[0][0])
        == there.date_of(there.interventions[0][0])
        == "1996-06"
    )
    model = ScenarioModel(
        builder,
        5,
        QuantityCache(),
        calendar=builder.base_scenario(),
        date_quantities=["exit_month"],
    )
    played = evaluate_points(
        pd.DataFrame({"death": [75.0, 75.0], "country": ["here", "there"]}),
        model,
        ["exit_month", "dissolutions"],
        12,
    )
    alone = build_quantity_frame(
        simulate(there, worlds=12, seed=5, progress=False), ["exit_month", "dissolutions"]
    )
    assert np.array_equal(
        played.quantity_values("exit_month")[1], alone["exit_month"] + 3
    ) and np.array_equal(played.quantity_values("dissolutions")[1], alone["dissolutions"])
    assert (played.quantity_values("exit_month")[1] <= 76).mean() > 0.5, (
        "most rulers who are made to die in June 1996 are gone by then, on the common calendar"
    )


def test_points_share_their_chance_unless_told_otherwise():
    """Proposition 4."""
    builder = ScenarioBuilder("kazakhstan", SharedContext(numbers="declared"), [PACE])
    points = pd.DataFrame({"pace": [0.06, 0.06, 0.02]})
    shared = evaluate_points(
        points, ScenarioModel(builder, 9, QuantityCache()), ["mean_control", "first_defection"], 6
    )
    assert np.array_equal(shared.values[0], shared.values[1]) and not np.array_equal(
        shared.values[0], shared.values[2]
    )
    whole = build_quantity_frame(
        simulate(kazakhstan(), worlds=6, seed=9, progress=False),
        ["mean_control", "first_defection"],
    )
    assert np.array_equal(shared.values[0], whole.to_numpy()), (
        "the default point is the default world"
    )
    apart = evaluate_points(
        points,
        ScenarioModel(builder, 9, QuantityCache(), common_random_numbers=False),
        ["mean_control"],
        6,
    )
    assert not np.array_equal(apart.values[0], apart.values[1])


def test_what_was_played_is_kept(tmp_path, monkeypatch):
    """Proposition 5: also when the first run was interrupted after some worlds."""
    builder, points = (
        ScenarioBuilder("kazakhstan", Arm(), [PACE]),
        pd.DataFrame({"pace": [0.02, 0.06]}),
    )
    texts = ["mean_control", "count_dissolution"]
    first = evaluate_points(
        points, ScenarioModel(builder, 9, QuantityCache(tmp_path / "kept.sqlite")), texts, 22
    )
    played = []
    monkeypatch.setattr(
        cells_page, "run_world_range", lambda *given: played.append(given[2:]) or _stretch(*given)
    )
    again = evaluate_points(
        points, ScenarioModel(builder, 9, QuantityCache(tmp_path / "kept.sqlite")), texts, 22
    )
    assert np.array_equal(first.values, again.values) and not played
    fewer = evaluate_points(
        points, ScenarioModel(builder, 9, QuantityCache(tmp_path / "kept.sqlite")), texts[:1], 8
    )
    assert (
        np.array_equal(
            fewer.quantity_values("mean_control"), first.quantity_values("mean_control")[:, :8]
        )
        and not played
    )
    more = evaluate_points(
        points, ScenarioModel(builder, 9, QuantityCache(tmp_path / "kept.sqlite")), texts, 45
    )
    assert np.array_equal(more.values[:, :22], first.values) and sorted(set(played)) == [
        (20, 20),
        (40, 5),
    ]


_stretch = cells_page.run_world_range


def test_a_file_that_keeps_no_worlds_is_refused(tmp_path):
    """Proposition 5."""
    (tmp_path / "kept.sqlite").write_text(
        "not a database, but long enough to be told from an empty one" * 40
    )
    with pytest.raises(BadInput, match="kept.sqlite"):
        QuantityCache(tmp_path / "kept.sqlite")


def test_a_world_that_fails_is_a_gap_and_not_the_end(monkeypatch):
    """Proposition 5."""
    break_worlds(monkeypatch, 1)
    played = evaluate_points(
        pd.DataFrame({"pace": [0.06]}),
        ScenarioModel(ScenarioBuilder("kazakhstan", Arm(), [PACE]), 9, QuantityCache()),
        ["mean_control"],
        4,
    )
    assert (
        np.isnan(played.quantity_values("mean_control")).tolist() == [[False, True, False, False]]
        and played.failed_worlds == 1
    )
    assert (
        played.table()["worlds"].tolist() == [3] and np.isfinite(played.mean("mean_control")).all()
    )


def test_worlds_are_added_until_the_interval_is_narrow_enough():
    """Proposition 6: with a spread of 1 the half-width asked for, 0.2, needs about 96 worlds; the
    interval then covers the truth in about 95 of 100 tries.
    """
    points, asked = (
        pd.DataFrame({"x": [2.0]}),
        Precision(quantity="y", half_width=0.2, at_least=20, step=10, at_most=400),
    )
    made = [
        replicate_until_precise(
            points, AnalyticModel({"y": lambda p: p["x"]}, noise=1.0, seed=seed), ["y"], asked, "y"
        )
        for seed in range(100)
    ]
    counts = [one.design_result.worlds for one in made]
    assert (
        all(one.precision_reached and one.widest_half_width <= 0.2 for one in made)
        and 80 <= np.mean(counts) <= 110
    )
    assert (
        np.mean(
            [abs(one.design_result.mean("y")[0] - 2.0) <= one.widest_half_width for one in made]
        )
        >= 0.88
    )
    short = replicate_until_precise(
        points,
        AnalyticModel({"y": lambda p: p["x"]}, noise=9.0),
        ["y"],
        asked.model_copy(update={"at_most": 50}),
        "y",
    )
    assert not short.precision_reached and short.design_result.worlds == 50
    assert half_widths(np.zeros((1, 20)))[0] > 0.05, (
        "twenty worlds without a coup do not say that there is none"
    )


def test_the_settling_of_a_mean_is_told_world_by_world():
    """Proposition 6."""
    played = evaluate_points(
        pd.DataFrame({"x": [1.0, 5.0]}),
        AnalyticModel({"y": lambda p: p["x"]}, noise=1.0, seed=2),
        ["y"],
        2000,
    )
    table = convergence_table(played, "y")
    assert len(table) == 2 * 1999 and table.groupby("point")["half_width"].last().max() < 0.25
    stable = stable_from(table)
    late = table.merge(stable.rename_axis("point").reset_index(), on="point").query(
        "worlds >= stable_from"
    )
    last = late.groupby("point")["variation"].transform("last")
    assert ((late["variation"] - last).abs() <= 0.05 * last + 1e-12).all() and (stable > 2).all()
