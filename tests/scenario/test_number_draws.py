"""Numbers are drawn from their declared ranges, by seed, draw and key.

1. A draw depends on seed, draw and key alone: nothing else that a scenario changes moves it, and
   worlds are the same in memory and on disk, in any number, in processes and one by one.
2. What a scenario's file or a change sets is not drawn, before or after `with_draws`; start values
   are not drawn; of the instruments only the cells are on which the coders differ.
3. Every drawn number lies in its range and is uniform over it; what counts is whole.
4. An order is kept and the weights of a sum divide it, each division as probable as any other, also
   where a scenario fixes some of them; a group that cannot be drawn is refused when it is read.
5. A draw is shared by as many worlds as asked for, and their luck is their own.
6. A run keeps its draws in its manifest: interrupted and resumed, it is the same to the bit, and so
   are the worlds over the numbers that lie inside it.
7. A scenario without draws plays as if there were none.
8. A world that fails under extreme numbers is counted, and its numbers can be had again.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from command_ends import main_ends
from failing_worlds import break_worlds
from scipy.stats import kstest
from worlds import kazakhstan

from poruka import Regime, load, open_run, save, simulate
from poruka.engine.declarations import Parameter, build_declaration
from poruka.engine.number_groups import validate_number_groups
from poruka.engine.parameters import parameters
from poruka.rules.instrument_numbers import doubtful_cells
from poruka.runs.job import Job
from poruka.runs.open_run import resume_run
from poruka.scenario.number_draws import NumberDraws, draw_numbers
from poruka.scenario.range_draws import draw_from_ranges, is_whole
from poruka.simulation.number_design import parse_number_design
from poruka.utils.errors import BadInput

SHORT = {"until": "1991-12", "progress": False}
LEVELS = [0.1, 0.3, 0.6, 0.9]


def number(key, value=0.5, low=0.0, high=1.0, unit="level", **groups):
    """Return a declared number."""
    return Parameter(key, value, unit, low, high, "a thing", "assumption", "", "", **groups)


STEPS = {
    f"steps.s{k}": number(f"steps.s{k}", value, order=f"heights {k}")
    for k, value in enumerate(LEVELS, start=1)
}
WEIGHTS = {f"sum.w{k}": number(f"sum.w{k}", 0.25, dirichlet="reasons") for k in range(4)}


def many(declared, fixed=None, draws=2000):
    """Return many draws as a table."""
    rows = [draw_from_ranges(declared, fixed or {}, seed=3, draw=k) for k in range(draws)]
    return pd.DataFrame(rows)


def test_a_draw_depends_on_seed_draw_and_key_alone():
    """Proposition 1."""
    plain, other = kazakhstan(), load("russia", numbers="declared").change({"clans.rooting": 0.05})
    first, second = draw_numbers(plain, 7, 3), draw_numbers(other, 7, 3)
    shared = first.keys() & second.keys()
    assert len(shared) > 0.9 * len(parameters())
    assert all(first[key] == second[key] for key in shared)
    assert draw_numbers(plain, 7, 4) != first != draw_numbers(plain, 8, 3)
    values = np.array([draw_numbers(plain, 7, k)["oligarchs.inertia"] for k in range(50)])
    assert len(set(values)) == 50


def test_drawn_worlds_are_the_same_however_they_are_played(tmp_path):
    """Propositions 1 and 5."""
    scenario = kazakhstan().with_draws("prior:2")
    many_worlds = simulate(scenario, worlds=8, seed=8, **SHORT)
    few = simulate(scenario, worlds=3, seed=8, threads=1, **SHORT)
    assert many_worlds.outcomes.iloc[:3].equals(few.outcomes)
    stored = simulate(scenario, worlds=8, seed=8, out=tmp_path / "run", processes=2, **SHORT)
    assert stored.outcomes.equals(many_worlds.outcomes)
    alone = simulate(
        kazakhstan().change(draw_numbers(kazakhstan(), 8, 2)), worlds=6, seed=8, **SHORT
    )
    inside = Regime(scenario, seed=8, world=5).run_until("1991-12")
    row = many_worlds.series["control"].sel(world=5).to_numpy()
    assert np.array_equal(row, alone.series["control"].sel(world=5).to_numpy())
    assert np.array_equal(row, inside.series["control"].to_numpy().ravel()[: len(row)])
    assert scenario.for_world(8, 4).params() == scenario.for_world(8, 5).params()
    assert scenario.for_world(8, 3).params() != scenario.for_world(8, 4).params()
    means = many_worlds.outcomes.filter(like="mean_").iloc[[4, 5]].to_numpy()
    assert not np.array_equal(*means)


def test_what_a_scenario_sets_is_not_drawn(tmp_path):
    """Proposition 2."""
    for scenario in (
        kazakhstan().change({"clans.rooting": 0.02}).with_draws("prior"),
        kazakhstan().with_draws("prior").change({"clans.rooting": 0.02}),
    ):
        assert scenario.for_world(1, 1).params().clans.rooting == 0.02
        assert "clans.rooting" not in draw_numbers(scenario, 1, 1)
        assert scenario.for_world(1, 1).start() == kazakhstan().start()
    (tmp_path / "mine.toml").write_text(
        'extends = "kazakhstan"\nnumbers = "prior:4"\n'
        '[parameters]\n"oligarchs.inertia" = { value = 0.5, why = "a test" }\n'
    )
    mine = load(tmp_path / "mine.toml")
    assert mine.parameter_draws == NumberDraws(4)
    assert mine.for_world(1, 9).params().oligarchs.inertia == 0.5
    assert load(save(mine, tmp_path / "again.toml")).for_world(3, 2).params() == (
        mine.for_world(3, 2).params()
    )
    assert kazakhstan().with_draws("prior").with_draws(None) == kazakhstan()
    drawn = draw_numbers(kazakhstan().with_draws("prior"), 1, 0)
    codes = {key for key in drawn if key.startswith("instruments.")}
    assert codes == set(doubtful_cells())
    cell = min(codes)
    assert kazakhstan().with_draws("prior").for_world(1, 0).instruments != kazakhstan().instruments
    kept = kazakhstan().with_draws("prior").change({cell: "slight"})
    assert cell not in draw_numbers(kept, 1, 0)
    keys = kazakhstan().with_draws("prior").keys().set_index("key")["source"]
    assert keys["oligarchs.inertia"].startswith("drawn from its range")
    assert not keys["start.president.age"].startswith("drawn")


def test_every_number_is_uniform_over_its_range():
    """Proposition 3."""
    declared = parameters()
    for draw in range(40):
        drawn = draw_numbers(kazakhstan(), 2, draw)
        for key, value in ((key, drawn[key]) for key in declared):
            assert declared[key].low <= value <= declared[key].high, key
            assert not is_whole(declared[key]) or float(value).is_integer(), key
    plain = {"a.b": number("a.b", 1.0, -1.0, 3.0), "a.c": number("a.c", 2.0, 1, 4, "rounds")}
    table = many(plain)
    assert kstest((table["a.b"] + 1.0) / 4.0, "uniform").pvalue > 0.01
    counts = table["a.c"].value_counts()
    assert set(counts.index) == {1.0, 2.0, 3.0, 4.0} and counts.min() > 420
    assert abs(table["a.b"].corr(table["a.c"])) < 0.06


def test_an_order_is_kept():
    """Proposition 4: four heights are the order statistics of four uniform numbers."""
    table = many(STEPS)
    assert (np.diff(table.to_numpy(), axis=1) >= 0.0).all()
    assert np.allclose(table.mean(), [0.2, 0.4, 0.6, 0.8], atol=0.02)
    fixed = many({k: v for k, v in STEPS.items()}, {"steps.s2": 0.4}, draws=500)
    assert list(fixed) == ["steps.s1", "steps.s3", "steps.s4"]
    assert fixed["steps.s1"].max() <= 0.4 <= fixed["steps.s3"].min()
    assert (fixed["steps.s3"] <= fixed["steps.s4"]).all()
    assert fixed["steps.s1"].mean() == pytest.approx(0.2, abs=0.02)
    unequal = {
        "a.low": number("a.low", 0.1, 0.0, 0.5, order="h 1"),
        "a.high": number("a.high", 0.7, 0.4, 1.0, order="h 2"),
    }
    table = many(unequal)
    assert (table["a.low"] <= table["a.high"]).all()
    assert table["a.low"].between(0.0, 0.5).all() and table["a.high"].between(0.4, 1.0).all()


def test_the_weights_of_a_sum_divide_it():
    """Proposition 4: each weight of a flat Dirichlet of four has mean 1/4 and variance 3/80."""
    table = many(WEIGHTS)
    assert np.allclose(table.sum(axis=1), 1.0)
    assert np.allclose(table.mean(), 0.25, atol=0.02)
    assert np.allclose(table.var(), 3.0 / 80.0, atol=0.005)
    fixed = many(WEIGHTS, {"sum.w0": 0.7}, draws=500)
    assert np.allclose(fixed.sum(axis=1), 0.3) and np.allclose(fixed.mean(), 0.1, atol=0.01)
    placed = {
        key: one._replace(order=f"reasons {k}") if k in (1, 2) else one
        for k, (key, one) in enumerate(WEIGHTS.items())
    }
    table = many(placed)
    assert (table["sum.w1"] <= table["sum.w2"]).all() and np.allclose(table.sum(axis=1), 1.0)
    # The smaller and the larger of two of four: 1/8 and 3/8 on average.
    assert np.allclose(table.mean(), [0.25, 0.125, 0.375, 0.25], atol=0.02)
    with pytest.raises(BadInput, match="leaves no room for the other numbers of the group"):
        draw_from_ranges(WEIGHTS, {"sum.w0": 1.2}, 1, 0)


WRONG_GROUPS = {
    "is alone in the order": {"a.b": number("a.b", order="h 1")},
    "is alone in the dirichlet": {"a.b": number("a.b", dirichlet="g")},
    "both have the order 'h 1'": {key: number(key, order="h 1") for key in ("a.b", "a.c")},
    "its value is greater": {
        "a.b": number("a.b", 0.6, order="h 1"),
        "a.c": number("a.c", 0.5, order="h 2"),
    },
    "its high is greater": {
        "a.b": number("a.b", 0.1, order="h 1"),
        "a.c": number("a.c", 0.5, high=0.8, order="h 2"),
    },
    "come to 1, so give each a range": {
        "a.b": number("a.b", low=0.1, dirichlet="g"),
        "a.c": number("a.c", dirichlet="g"),
    },
    "joins weights of different sums": {
        "a.b": number("a.b", order="h 1", dirichlet="g"),
        "a.c": number("a.c", order="h 2"),
    },
}


@pytest.mark.parametrize("said", WRONG_GROUPS)
def test_a_group_that_cannot_be_drawn_is_refused(said):
    """Proposition 4."""
    with pytest.raises(BadInput, match=said):
        validate_number_groups(WRONG_GROUPS[said])


def test_the_keys_of_groups_are_read():
    """Proposition 4: both are optional, and a wrong text is refused with its file."""
    keys = ("value", "unit", "range", "meaning", "source", "standing", "effect")
    entry = {
        "value": 0.3,
        "unit": "weight",
        "range": [0.0, 2.0],
        "meaning": "what one thing counts",
        "source": "T024",
        "standing": "operationalised",
        "effect": "wars +",
    }

    def read(**more):
        return build_declaration("clans.some", {**entry, **more}, keys, "parameters/clans.toml")

    assert (read().order, read().dirichlet) == ("", "")
    both = read(order="heights 2", dirichlet="reasons")
    assert (both.order, both.dirichlet) == ("heights 2", "reasons")
    for wrong in ({"order": "heights"}, {"order": "heights 0"}, {"dirichlet": "two words"}):
        with pytest.raises(BadInput, match=r"clans\.some.*data/parameters/clans\.toml"):
            read(**wrong)


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the tables of a run and of the worlds over the numbers inside it, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*.parquet"))
    }


@pytest.mark.parametrize("stopped_in", ["the run", "over-numbers"])
def test_a_run_that_was_interrupted_resumes_to_the_bit(tmp_path, monkeypatch, stopped_in):
    """Proposition 6."""
    asked = {"worlds": 30, "seed": 4, "over_numbers": "prior:12x2", "processes": 0, **SHORT}
    whole = simulate(kazakhstan(), out=tmp_path / "whole", **asked)
    assert whole.manifest["over_numbers"] == "prior:12x2"
    assert whole.over_numbers.manifest["recipe"]["posterior"] == {"prior": "prior:2"}
    assert len(whole.over_numbers.outcomes) + whole.over_numbers.failed_worlds == 24
    run, out = Job.run, tmp_path / "broken"

    def stop(job, *given, **named):
        if (job.out.name == "over-numbers") == (stopped_in == "over-numbers"):
            job.out.mkdir(exist_ok=True)
            job.prepare_folder()  # the manifest is written, and no world is played
            raise KeyboardInterrupt
        run(job, *given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Job, "run", stop)
        with pytest.raises(KeyboardInterrupt):
            simulate(kazakhstan(), out=out, **asked)
    resumed = resume_run(out, progress=False)
    assert resumed.over_numbers.outcomes.equals(whole.over_numbers.outcomes)
    assert files_of(out) == files_of(tmp_path / "whole") != {}
    assert resume_run(out, progress=False).over_numbers.available_worlds > 0


def test_worlds_over_the_numbers_can_be_added_to_a_run(tmp_path, capsys):
    """Propositions 6 and 7: the run itself stays as it was, and both are verified."""
    plain = simulate(kazakhstan(), worlds=6, seed=2, out=tmp_path / "run", **SHORT)
    assert plain.over_numbers is None
    manifest = (tmp_path / "run" / "manifest.json").read_bytes()
    added = simulate(
        kazakhstan(), worlds=6, seed=2, out=tmp_path / "run", over_numbers="prior:3x2", **SHORT
    )
    assert (tmp_path / "run" / "manifest.json").read_bytes() == manifest
    assert added.outcomes.equals(plain.outcomes) and added.over_numbers.requested_worlds == 6
    in_memory = simulate(kazakhstan(), worlds=6, seed=2, over_numbers="prior:3x2", **SHORT)
    assert in_memory.over_numbers.outcomes.equals(added.over_numbers.outcomes)
    main_ends(["verify", str(tmp_path / "run")], 0)
    assert "over-numbers: " in capsys.readouterr().out
    table = next((tmp_path / "run" / "over-numbers" / "outcomes").glob("*.parquet"))
    table.write_bytes(table.read_bytes()[:-20])
    main_ends(["verify", str(tmp_path / "run"), "--json"], 1)
    assert json.loads(capsys.readouterr().out)["over_numbers"]["in_order"] is False
    resume_run(tmp_path / "run", progress=False)
    assert open_run(tmp_path / "run").over_numbers.outcomes.equals(added.over_numbers.outcomes)


def test_a_scenario_without_draws_has_the_digest_it_had():
    """Proposition 7: neither the request nor the ranges enter it."""
    plain = kazakhstan()
    assert "posterior" not in plain.resolved_values() and plain.for_world(1, 2) is plain
    assert plain.with_draws("prior").digest != plain.with_draws("prior:2").digest != plain.digest


@pytest.mark.parametrize(
    "text",
    ["posterior", "prior:1x5", "prior:5", "prior:0x3", 7, "record-0", "record-99999", "record-"],
)
def test_a_design_that_cannot_be_played_is_refused(text):
    """Proposition 6."""
    with pytest.raises(BadInput, match="draws are"):
        parse_number_design(text)
    posterior = kazakhstan().with_draws({"oligarchs.inertia": [0.2, 0.4]})
    with pytest.raises(BadInput, match="no second set of worlds over the numbers"):
        simulate(posterior, worlds=2, over_numbers="prior", **SHORT)


def test_a_world_that_fails_under_extreme_numbers_is_counted(monkeypatch):
    """Proposition 8."""
    break_worlds(monkeypatch, 1, 4)
    drawn = simulate(kazakhstan().with_draws("prior:2"), worlds=6, seed=8, **SHORT)
    assert drawn.coverage == "4 of 6 worlds (2 failed)"
    recipe = json.loads(drawn.failures["parameters"].iloc[0])
    assert recipe == {"posterior": {"prior": "prior:2"}}
