"""Scenarios that are saved.

1. What was changed, switched off, moved abroad or branched comes back as it was: the same contents,
   and with the same name the same digest.
2. Over a scenario found by name a file says only what differs; over one of another place it stands
   on its own.
3. Changed instruments and interventions are saved as forks and play to the same history.
4. Nothing is overwritten; what cannot be saved is refused in one sentence, and no half of a file is
   left.
"""

import pytest
from worlds import SMALL, kazakhstan

import poruka as pk
from poruka.rules.instruments import instruments
from poruka.scenario.save import save, values_without_labels
from poruka.utils.errors import BadInput


def test_changes_come_back_as_they_were(tmp_path):
    """Proposition 1: every kind of change, shocks of one month among them."""
    s = pk.load("kazakhstan", numbers="declared")
    shocks = s.file.shocks
    changed = s.change(
        {
            "start.president.age": 60.0,
            "oligarchs.inertia": 0.5,
            f"shocks.{shocks[0].id}.date": shocks[4].date,
            f"shocks.{shocks[2].id}.value": 0.25,
        }
    ).without("M3", "M6.heirs", f"shocks.{shocks[5].id}", "I44")
    changed = changed.fork(
        "1998-10",
        {"state.president.health": 0.3, "clans.solidarity": 0.5},
        force=["president.dies", "heir.unknown"],
        forbid="I19",
    )
    changed = changed.fork(
        "strongest_threat > 0.4",
        {"state.citizens.habit": "+0.1"},
        without="M9.press",
        shocks=[
            {
                "id": "quake",
                "date": "2001-01",
                "variable": "trade_shock",
                "add": 0.5,
                "fact": 'an earthquake "at home"',
                "source": "none",
            }
        ],
    )
    again = pk.load(save(changed, tmp_path / "changed.toml", title="Another country\\path"))
    assert (
        values_without_labels(again) == values_without_labels(changed) != values_without_labels(s)
        and again.title == "Another country\\path"
    )
    (tmp_path / "beside").mkdir()
    assert pk.load(save(changed, tmp_path / "beside" / "kazakhstan.toml")).digest == changed.digest


def test_one_world_is_saved_with_the_numbers_it_was_given(tmp_path):
    """Proposition 2: the file of one world asks for no draws, and holds what was drawn."""
    one = pk.load("kazakhstan").for_world(seed=3, world=2)
    again = pk.load(save(one, tmp_path / "one.toml"))
    assert again.numbers == "declared" and again.params() == one.params()


def test_a_file_says_no_more_than_it_must(tmp_path):
    """Proposition 2: a change of a change, saved twice, is still the same scenario."""
    first = pk.load("russia", numbers="declared").change({"oligarchs.inertia": 0.5})
    path = save(first, tmp_path / "first.toml", why="to see what inertia does")
    text = path.read_text(encoding="utf-8")
    assert (
        'extends = "russia"' in text
        and text.count("to see what inertia does") == 1
        and len(text.splitlines()) < 8
    )
    second = pk.load(path).without("M3.predation")
    path = save(second, tmp_path / "second.toml")
    assert "extends = " not in path.read_text(encoding="utf-8")
    assert values_without_labels(pk.load(path)) == values_without_labels(
        first.without("M3.predation")
    )


def test_instruments_and_interventions_play_the_same(tmp_path):
    """Proposition 3."""
    kazakhstan()
    changed = pk.load("kazakhstan", numbers="declared").change(
        SMALL | {"instruments.I13.strength": 0.0, "instruments.I12.cost.elite": 0.5}
    )
    changed = changed.intervene(
        "1991-05", force=["heir.unknown", "president.falls_ill"], forbid=["I09"]
    ).intervene("1993-01", allow=["I09"])
    again = pk.load(save(changed, tmp_path / "wishes.toml"))
    assert [fork.at for fork in again.forks] == ["1990-03", "1991-05", "1993-01"]
    ends = [
        pk.Regime(one, seed=2, world=5).run_until("1996-12")
        for one in (changed, again, pk.load("kazakhstan", numbers="declared").change(SMALL))
    ]
    told = [end.events.drop(columns="world").to_dict("records") for end in ends]
    assert told[0] == told[1] and told[0] != told[2]


def test_what_cannot_be_saved_is_refused(tmp_path):
    """Proposition 4."""
    s = pk.load("kazakhstan", numbers="declared")
    path = save(s, tmp_path / "mine.toml")
    before = path.read_bytes()
    own = s.with_instruments(instruments()[0]._replace(id="X01"))
    backwards = s.with_rules(s.rules.replace("oligarchs.defect", s.rules.rules[0]))
    for scenario, where, why, word in (
        (s, path, "", "not overwritten"),
        (s, tmp_path / "mine.txt", "", "does not end in .toml"),
        (s, tmp_path / "no" / "mine.toml", "", "cannot be written"),
        (own, tmp_path / "own.toml", "", "code"),
        (backwards, tmp_path / "own.toml", "", "code"),
        (s.change({"oligarchs.inertia": 0.5}), tmp_path / "short.toml", "x", "oligarchs.inertia"),
    ):
        with pytest.raises(BadInput, match=word):
            save(scenario, where, why=why)
    assert path.read_bytes() == before and [one.name for one in tmp_path.iterdir()] == ["mine.toml"]
