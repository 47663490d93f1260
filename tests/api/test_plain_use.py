"""Values as people have them, results that stay as they are, and objects at home in a notebook.

1. A scenario goes by its name in capitals or small letters; dates and numbers of every library do.
2. A seed outside its bounds is refused with the bound; a fork without a change is refused.
3. Tables and series that a user changes do not change the results.
4. State written into a regime by hand is checked as a fork's is, before the next month.
5. Scenarios, ensembles, runs, regimes, comparisons and sweeps show themselves short; figures draw
   themselves.
6. A world's end says who rules, how he came, and whether the regime survived.
7. Saving replaces a file only when asked, and then all of it or nothing.
8. Tables for other programs carry what was set; a stored run forks like an ensemble.
9. Every public name is completed, and only those.
10. Every name that a reader meets in tables, chronicles and figures is explained; the three groups
    are named in one place.
"""

import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from worlds import small

import poruka as pk
from poruka.analysis.quantity_validation import list_outcome_columns
from poruka.engine import codes
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.figures import FanChart
from poruka.figures.one_world.bloc_spells import END_LABELS
from poruka.figures.one_world.tie_graph import TIE_STYLES
from poruka.simulation.ending import Ending
from poruka.theory.reader_names import group_names, reader_names
from poruka.utils.labels import CONTENDER_LABELS, EVENT_LABELS, OUTCOME_LABELS
from poruka.utils.plain_values import plain_value


@pytest.fixture(scope="module")
def played():
    """A few worlds of the small country, with a change."""
    scenario = small().change({"oligarchs.inertia": 0.3})
    return pk.simulate(scenario, worlds=3, seed=2, until="1993-12", progress=False)


@pytest.mark.parametrize("name", ["kazakhstan", "Kazakhstan", "KAZAKHSTAN", "c11", "C11"])
def test_a_scenario_goes_by_its_name_in_any_letters(name):
    """Proposition 1."""
    assert pk.load(name, numbers="declared").name.lower() == name.lower()


@pytest.mark.parametrize(
    "date",
    [
        "1998-10",
        np.datetime64("1998-10-20"),
        pd.Timestamp("1998-10-31"),
        pd.Period("1998-10", freq="M"),
        datetime.date(1998, 10, 1),
        datetime.datetime(1998, 10, 5, 12),
    ],
)
def test_dates_of_every_library_are_months(date):
    """Proposition 1."""
    assert small().intervene(date, force=["president.dies"]).interventions == ((103, 1, -1),)
    assert small().fork(date, force="president.dies").forks[0].at == "1998-10"
    assert small().change({"shocks.putsch.date": date}).overrides[-1][1] == "1998-10"


@pytest.mark.parametrize("number", [np.float32(0.5), np.float64(0.5), np.array(0.5), 0.5])
def test_numbers_of_every_library_are_numbers(number):
    """Proposition 1."""
    assert small().change({"oligarchs.inertia": number}).params().oligarchs.inertia == 0.5
    assert isinstance(plain_value(number), float)
    forked = small().fork("1991-05", {"state.president.health": number})
    assert forked.forks[0].change == (("state.president.health", 0.5),)


@pytest.mark.parametrize("seed", [-1, 2**63, 1.5, True, "1"])
def test_a_seed_outside_its_bounds_is_refused_with_the_bound(seed):
    """Proposition 2."""
    with pytest.raises(pk.BadInput, match=r"2\*\*63 - 1"):
        pk.simulate(small(), worlds=1, seed=seed, progress=False)


def test_the_largest_seed_gives_the_same_world_alone_and_in_an_ensemble():
    """Proposition 2."""
    seed = np.uint64(2**63 - 1)
    worlds = pk.simulate(small(), worlds=2, seed=seed, until="1990-06", progress=False)
    alone = pk.Regime(small(), seed=seed, world=1).run_until("1990-06")
    assert float(worlds.series["control"][1, -1]) == alone.control


def test_a_fork_without_a_change_is_refused(played):
    """Proposition 2."""
    for forking in (small().fork, played.fork):
        with pytest.raises(pk.BadInput, match="changes nothing"):
            forking("1992-01")


def test_changing_a_table_does_not_change_the_results(played):
    """Proposition 3."""
    for name in ("outcomes", "events"):
        table = getattr(played, name)
        before = table.copy(deep=True)
        table.iloc[0, 1] = table.iloc[-1, 1]
        table["added"] = 1
        pd.testing.assert_frame_equal(getattr(played, name), before)
    with pytest.raises(ValueError, match="read-only"):
        played.series["control"].values[0, 0] = 5.0


@pytest.mark.parametrize("value", [7.0, -0.1, float("nan")])
def test_state_written_by_hand_is_checked_before_the_next_month(value):
    """Proposition 4."""
    regime = pk.Regime(small(), seed=2).run_until("1990-06")
    regime.world.president[0].health = value
    with pytest.raises(pk.BadInput, match=r"president\.health .* allowed is 0 to 1"):
        regime.step()
    regime.world.president[0].health = 0.5
    regime.step()
    assert regime.date == "1990-07"


def test_what_rules_write_is_never_taken_for_a_users_mistake():
    """Proposition 4: a world is only checked after it was written to, and then it passes."""
    regime = pk.Regime(small(), seed=3)
    for _ in range(48):
        regime.world.citizens.habit[0] = regime.world.citizens.habit[0] * 0.5
        regime.step()


def test_objects_show_themselves_short(played):
    """Proposition 5."""
    forked = pk.compare(played, played.fork("1992-01", force="president.dies"))
    swept = pk.sweep(small(), {"president.noise": [0.1, 0.3]}, worlds=2, progress=False)
    regime = pk.Regime(small(), seed=2).run_until("1990-06")
    for thing, said in (
        (played.scenario, "oligarchs.inertia = 0.3"),
        (played, "3 worlds, seed 2"),
        (regime, "1990-06"),
        (forked, "come apart"),
        (swept, "president.noise"),
    ):
        html = thing._repr_html_()
        assert said in html and len(html) < 4000 and html.count("<div") == html.count("</div")
        assert len(repr(thing)) < 250 or thing is forked
    assert FanChart(played, "control")._repr_png_()[:4] == b"\x89PNG"


def test_an_end_says_who_rules_how_he_came_and_whether_the_regime_survived(played):
    """Proposition 6."""
    ending = played.ending(0)
    assert ending == pk.Regime(played.scenario, seed=2).run_until("1993-12").ending()
    handed_over = Ending("2004-12", "premier", "by a vote", "2001-05", 2, 1)
    assert str(handed_over) == (
        "At the end of 2004-12, after 2 changes of ruler, the premier rules, who came by a vote in"
        " 2001-05; the regime without an alternative is gone: votes decide who rules (group 1)."
    )
    branch = played.fork("1992-01", force="president.dies")
    for world in range(3):
        after = branch.ending(world)
        assert after.changes >= 1 and after.since >= "1992-01" and after.ruler != "ruler"
        assert after.survived == (branch.outcomes["furman_group"][world] == 3)
    assert str(ending) in pk.Regime(played.scenario, seed=2).run_until("1993-12").chronicle()
    with pytest.raises(pk.BadInput, match="not among the worlds completed"):
        played.ending(99)


def test_saving_replaces_a_file_only_when_asked(tmp_path):
    """Proposition 7."""
    path = tmp_path / "mine.toml"
    pk.save(small(), path)
    changed = small().change({"oligarchs.inertia": 0.3})
    with pytest.raises(pk.BadInput, match="exists"):
        pk.save(changed, path)
    pk.save(changed, path, overwrite=True)
    assert pk.load(path).params().oligarchs.inertia == 0.3
    assert [file.name for file in tmp_path.iterdir()] == ["mine.toml"]


def test_tables_for_other_programs_carry_what_was_set(played, tmp_path):
    """Proposition 8."""
    pytest.importorskip("pyarrow")
    pytest.importorskip("openpyxl")
    table = played.flat_table()
    assert (table["oligarchs.inertia"] == 0.3).all() and (table["seed"] == 2).all()
    there = pd.read_parquet(played.to_parquet(tmp_path / "worlds.parquet"))
    pd.testing.assert_frame_equal(there, table, check_dtype=False, check_column_type=False)
    assert len(pd.read_excel(played.to_excel(tmp_path / "worlds.xlsx"))) == 3
    with pytest.raises(pk.BadInput, match=r"\.parquet"):
        played.to_parquet(tmp_path / "worlds.csv")
    with pytest.raises(pk.BadInput, match="cannot be written"):
        played.to_excel(tmp_path / "nowhere" / "worlds.xlsx")


def test_a_stored_run_forks_and_ends_like_an_ensemble(played, tmp_path):
    """Proposition 8."""
    stored = pk.simulate(
        played.scenario,
        worlds=3,
        seed=2,
        until="1993-12",
        out=tmp_path / "run",
        processes=0,
        progress=False,
    )
    expected = played.fork("1992-01", force="president.dies")
    branch = stored.fork("1992-01", force="president.dies")
    pd.testing.assert_frame_equal(branch.outcomes, expected.outcomes)
    assert stored.ending(1) == played.ending(1)
    with pytest.raises(pk.BadInput, match="not among"):
        stored.ending(99)


def test_every_public_name_is_completed():
    """Proposition 9."""
    assert dir(pk) == sorted(pk.__all__)
    assert not [name for name in pk.__all__ if not hasattr(pk, name)]
    with pytest.raises(AttributeError, match="it offers"):
        pk.simulat  # noqa: B018


def test_every_name_that_a_reader_meets_is_explained():
    """Proposition 10."""
    met = [
        *codes.OUTCOMES,
        *codes.CONTENDERS,
        *codes.EVENT_KINDS,
        *codes.EXIT_CODES,
        *codes.PARLIAMENT_ENDINGS,
        *TIE_STYLES,
        *END_LABELS,
        *list_outcome_columns(small()),
        *(f"share_{outcome}" for outcome in codes.OUTCOMES),
        *(f"group {group}" for group in (1, 2, 3)),
        *OUTCOME_LABELS.values(),
        *CONTENDER_LABELS.values(),
        *EVENT_LABELS.values(),
        *INDEX_DESCRIPTIONS,
    ]
    for name in met:
        assert len(pk.explain(name)) > len(name) + 10, name
    with pytest.raises(pk.BadInput, match="did you mean 'bound heir'"):
        pk.explain("bound hair")
    for kind, meanings in reader_names().items():
        known = {
            "outcome": codes.OUTCOMES,
            "contender": codes.CONTENDERS,
            "event": codes.EVENT_KINDS,
            "exit": codes.EXIT_CODES,
            "court": codes.COURTS,
            "end_of_parliament": codes.PARLIAMENT_ENDINGS,
            "tie": TIE_STYLES,
            "end_of_bloc": END_LABELS,
            "column": list_outcome_columns(small()),
            "group": ("1", "2", "3"),
        }[kind]
        assert set(meanings) <= set(known), kind


def test_groups_are_named_in_one_place():
    """Proposition 10."""
    package = Path(pk.__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in package.rglob("*.py")]
    for group, meaning in reader_names()["group"].items():
        name, means = meaning.split(": ")
        assert group_names()[int(group)] == name
        assert means in pk.explain(f"group {group}")
        assert not [text for text in texts if means in text]
