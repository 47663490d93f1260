"""A scenario has the numbers of the record where it says nothing else, and says which it has.

1. Every shipped scenario, and a file that names no numbers, draws them from the newest file of
   draws; each world has a row of its own, and world k of a seed the same row in all countries.
2. A file, `load` and `with_draws` take the same words: `declared` draws nothing, a version stays
   that version, and a file that extends another has its numbers unless it names its own.
3. A key that is set has one value in all worlds.
4. A saved scenario is read back with the same numbers, whichever they are.
5. What a reader sees says where the numbers come from: the scenario, one world, the check of a
   file, the summary of a run, its page, and the command that repeats it.
6. On the command line the worlds over the numbers are played beside a run from where it draws its
   own, unless they are left out, nothing is drawn, or it is a part of a run.
7. Draws that do not fit the declared numbers are refused before a world is played, and a scenario
   can still be read with them.
8. A mean over worlds with rows of their own is that of the rows that the file holds.
"""

import json

import numpy as np
import pytest
from command_ends import main_ends

import poruka as pk
from poruka.scenario import record_draws
from poruka.scenario.number_draws import NumberDraws
from poruka.scenario.record_draws import list_draw_files, load_draw_table
from poruka.simulation.run_spec import RunSpec
from poruka.utils.errors import BadInput

NEWEST = list(list_draw_files())[-1]
KEY = "oligarchs.inertia"
SHORT = {"until": "1990-08", "progress": False}
COUNTRY = 'title = "mine"\nextends = "kazakhstan"\n'


def scenario_file(folder, name, text):
    """Return a scenario file with a text."""
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_scenarios_and_files_that_say_nothing_have_the_newest_draws(tmp_path):
    """Proposition 1."""
    names = list(pk.list_scenarios()["name"])
    assert len(names) > 60
    assert {pk.load(name).numbers for name in names} == {NEWEST}
    silent = tmp_path / "silent.toml"
    base = pk.load("kazakhstan")
    silent.write_text(COUNTRY, encoding="utf-8")
    assert pk.load(silent).parameter_draws == base.parameter_draws == NumberDraws(1, NEWEST)


def test_every_world_has_a_row_of_its_own_and_countries_share_it():
    """Proposition 1."""
    rows = {row for row in load_draw_table(NEWEST).rows}
    seen = [pk.load("kazakhstan").for_world(3, world).params() for world in range(20)]
    other = [pk.load("estonia").for_world(3, world).params() for world in range(20)]
    assert len({one.oligarchs.inertia for one in seen}) == 20 and seen == other
    place = load_draw_table(NEWEST).keys.index(KEY)
    assert {one.oligarchs.inertia for one in seen} < {row[place] for row in rows}


@pytest.mark.parametrize("said", ["declared", "prior", "prior:4", "record", NEWEST, "record:2"])
def test_a_file_load_and_with_draws_take_the_same_words(tmp_path, said):
    """Proposition 2."""
    own = scenario_file(tmp_path, "own", f'{COUNTRY}numbers = "{said}"\n')
    inherits = scenario_file(tmp_path, "inherits", 'title = "further"\nextends = "own"\n')
    asked = pk.load("kazakhstan").with_draws(said)
    assert asked.parameter_draws == pk.load("kazakhstan", numbers=said).parameter_draws
    assert asked.parameter_draws == pk.load(own).parameter_draws
    assert asked.parameter_draws == pk.load(inherits).parameter_draws
    assert (asked.parameter_draws is None) == (said == "declared")
    back = scenario_file(tmp_path, "back", 'title = "back"\nextends = "own"\nnumbers = "record"\n')
    assert pk.load(back).numbers == NEWEST


def test_a_word_that_names_no_numbers_is_refused(tmp_path):
    """Proposition 2."""
    with pytest.raises(BadInput, match=r"there are no draws called 'record-77'"):
        pk.load(scenario_file(tmp_path, "old", f'{COUNTRY}numbers = "record-77"\n'))
    with pytest.raises(BadInput, match=r"nowhere\.csv"):
        pk.load(scenario_file(tmp_path, "lost", f'{COUNTRY}numbers = "nowhere.csv"\n'))


def test_a_key_that_is_set_has_one_value_in_all_worlds(tmp_path):
    """Proposition 3."""
    text = f'{COUNTRY}[parameters]\n"{KEY}" = {{ value = 0.31, why = "a try" }}\n'
    for scenario in (
        pk.load("kazakhstan").change({KEY: 0.31}),
        pk.load(scenario_file(tmp_path, "set", text)),
    ):
        worlds = [scenario.for_world(1, world).params() for world in range(8)]
        assert {one.oligarchs.inertia for one in worlds} == {0.31}
        assert len({one.clans.rooting for one in worlds}) == 8


@pytest.mark.parametrize("said", ["declared", "prior:3", "record"])
def test_a_saved_scenario_keeps_its_numbers(tmp_path, said):
    """Proposition 4."""
    kept = pk.load(pk.save(pk.load("russia", numbers=said), tmp_path / "kept.toml"))
    assert kept.parameter_draws == pk.load("russia", numbers=said).parameter_draws


def test_what_a_reader_sees_says_where_the_numbers_come_from(tmp_path, capsys):
    """Proposition 5."""
    country = pk.load("kazakhstan")
    assert f"numbers: {NEWEST}" in repr(country) and NEWEST in country._repr_html_()
    assert "numbers: declared" in repr(country.with_draws("declared"))
    world = pk.Regime(country, seed=1, world=2)
    assert f"one draw from {NEWEST}" in world._repr_html_()
    assert "changed" not in repr(world.world_scenario)
    assert f"changed: {KEY}" in repr(world.world_scenario.change({KEY: 0.2}))
    main_ends(["check", "kazakhstan"], 0)
    assert f"numbers: {NEWEST}" in " ".join(capsys.readouterr().out.split())
    out = tmp_path / "run"
    main_ends(["run", "kazakhstan", "-n", "6", "--until", "1990-08", "--out", str(out)], 0)
    assert f"numbers: {NEWEST}" in capsys.readouterr().out
    main_ends(["show", str(out), "--json"], 0)
    shown = json.loads(capsys.readouterr().out)
    assert shown["numbers"] == NEWEST and shown["over_numbers"]["numbers"] == f"{NEWEST}:5"
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["recipe"]["posterior"] == {"prior": NEWEST}
    page = (out / "report.html").read_text()
    assert f"Numbers: {NEWEST}" in page and f"--numbers {NEWEST}" in page
    main_ends(["run", "kazakhstan", "-n", "4", "--until", "1990-08", "--numbers", "declared"], 0)
    assert "numbers: declared, one point for illustration" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "beside"),
    [
        ([], f"{NEWEST}:2x5"),
        (["--draws", "record:3x2"], f"{NEWEST}:3x2"),
        (["--draws", "prior:3x2"], "prior:3x2"),
        (["--numbers", "prior"], "prior:2x5"),
        (["--numbers", "declared"], None),
        (["--draws", "none"], None),
        (["--shard", "1/2", "--out", "parts"], None),
    ],
)
def test_the_worlds_over_the_numbers_are_played_beside_a_run(
    monkeypatch, tmp_path, options, beside
):
    """Proposition 6."""
    monkeypatch.chdir(tmp_path)
    asked = []

    def stop(spec, progress):
        asked.append(spec)
        raise BadInput("enough")

    monkeypatch.setattr("poruka.api.run_worlds", stop)
    main_ends(["run", "kazakhstan", "-n", "8", "--until", "1990-08", *options], 2)
    design = asked[0].over_numbers
    assert (design and design.to_text()) == beside


def test_a_run_of_many_worlds_has_a_hundred_draws_beside_it():
    """Proposition 6."""
    spec = RunSpec.build("kazakhstan", worlds=100_000, out="run", over_numbers="own")
    assert spec.over_numbers.to_text() == f"{NEWEST}:100x5"


def test_draws_that_do_not_fit_are_refused_before_anything_is_played(monkeypatch, tmp_path):
    """Proposition 7: a file with a number out of its range, and a scenario that names it; what a
    file merely lacks is drawn from its range, and said.
    """
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / record_draws.DRAWS_FOLDER
    folder.mkdir(parents=True)
    lines = list_draw_files()[NEWEST].read_text().splitlines()
    short = [line.partition(",")[2] for line in lines]
    (folder / "record-9000.csv").write_text("\n".join(short) + "\n")
    assert "1 not in the file, drawn from the range" in pk.load("kazakhstan").parameter_draws.misfit
    assert len(pk.simulate(pk.load("kazakhstan"), worlds=2, **SHORT).outcomes) == 2
    spoilt = [lines[0], "1e9," + short[1], *lines[2:]]
    (folder / "record-9001.csv").write_text("\n".join(spoilt) + "\n")
    country = pk.load("kazakhstan")
    assert country.numbers == "record-9001" and country.months == 178
    with pytest.raises(BadInput, match=r"the draws record-9001, line 2, .* is not within"):
        pk.simulate(country, worlds=2, out="run", **SHORT)
    assert not (tmp_path / "run").exists()
    assert len(pk.simulate(pk.load("kazakhstan", "declared"), worlds=2, **SHORT).outcomes) == 2


def test_the_draws_of_a_run_go_through_the_file_before_one_comes_again():
    """Proposition 8."""
    table = load_draw_table(NEWEST)
    place, count = table.keys.index(KEY), len(table.rows)
    country = pk.load("kazakhstan")
    drawn = [country.for_world(5, world).params().oligarchs.inertia for world in range(count)]
    assert np.mean(drawn) == pytest.approx(np.mean([row[place] for row in table.rows]))
