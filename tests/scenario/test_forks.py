"""Forks: the same history up to a moment, another from then on.

1. A fork that changes nothing is its parent to the bit: at a date, before or after something
   happens, when a level is passed, and forked again.
2. Up to the month in which it opens a branch is its parent; afterwards it shares all draws.
3. A branch of one world is exactly that world of the branched scenario, in an ensemble, in a
   regime, forked in file or in code.
4. What is asked for happens: state, parameters, mechanisms and shocks change there, acts are forced
   and forbidden, the ruler dies, an heir is named.
5. Forks open where they are told to: in the first month, the last, during a vacancy, in the month
   of a vote; a forbidden act that was the only one leaves nothing done.
6. Branches do not notice each other, however many there are.
7. What contradicts itself, the past or the declarations is refused with a reason, before anything
   is played.
"""

import numpy as np
import pytest
from worlds import DISSOLVING, NO_CHANGE, kazakhstan, parent

import poruka as pk
from poruka.engine.state import fields
from poruka.scenario.state_change import EARLIER_FIELD_NAMES, parse_state_change
from poruka.utils.errors import BadInput

SAME = ["month", "kind", "rule", "instrument", "actor", "target", "value"]


def told(frame) -> list[tuple]:
    """Return events as plain tuples."""
    return list(frame[SAME].astype(str).itertuples(index=False, name=None))


@pytest.mark.parametrize(
    "at",
    [
        "1990-03",
        "1998-10",
        "2004-12",
        "before dissolution",
        "after dissolution",
        "before presidential_election 2",
        "before I01",
        "strongest_threat > 0.3",
        "control < 0.4",
        "after death",
    ],
)
def test_a_fork_that_changes_nothing_is_its_parent(at):
    """Proposition 1."""
    e = parent()
    branch = e.fork(at, NO_CHANGE)
    assert branch.series.equals(e.series) and told(branch.events) == told(e.events)
    assert branch.outcomes.drop(columns="fork_1_month").equals(e.outcomes)


def test_a_fork_of_a_fork_that_changes_nothing_is_still_its_parent():
    """Proposition 1."""
    r = pk.Regime(kazakhstan(), seed=5, world=2).run_until("1993-10")
    again = r.fork().run_until("1995-02").fork().fork().run()
    r.run()
    assert (
        again.state_digest() == r.state_digest()
        and told(again.events) == told(r.events)
        and again.series.equals(r.series)
    )


def test_a_branch_is_its_parent_until_it_opens():
    """Proposition 2."""
    e = parent()
    branch = e.fork("before dissolution", forbid=DISSOLVING)
    opened = branch.outcomes["fork_1_month"].to_numpy()
    assert np.array_equal(opened, e.outcomes["first_dissolution"].to_numpy()), (
        "it opens with the month in which the first house would have ended"
    )
    for row, month in enumerate(opened.astype(int)):
        here, there = (run.series["control"].to_numpy()[row] for run in (e, branch))
        assert np.array_equal(here[:month], there[:month])
    assert branch.outcomes["first_dissolution"].isna().all(), (
        "with every way to end a house forbidden none ends one"
    )


def test_draws_are_shared_after_the_branch_opens():
    """Proposition 2: what the change does not touch stays the same, draw for draw."""
    e = parent()
    branch = e.fork("1994-01", {"state.outlets.0.reach": 0.13})
    shocks = [
        run.events[run.events["kind"] == "shock"][["world", "month", "value"]].to_numpy()
        for run in (e, branch)
    ]
    assert np.array_equal(*shocks)
    luck = [
        np.corrcoef(*(run.series["gdp"].diff("month").to_numpy()[row, 60:] for run in (e, branch)))[
            0, 1
        ]
        for row in range(12)
    ]
    assert np.median(luck) > 0.9, "harvests and mere chance come alike in both"


def test_a_branch_is_that_world_of_the_branched_scenario():
    """Proposition 3."""
    s = kazakhstan().fork(
        "after presidential_election",
        {"state.president.health": "-0.4", "family.open_step": 0.2},
        force=["heir.second_heir"],
    )
    e = pk.simulate(s, worlds=3, seed=5, progress=False)
    for world in range(3):
        r = pk.Regime(s, seed=5, world=world).run()
        assert told(r.events) == told(e.events_of(world)) and np.array_equal(
            r.series["control"].to_numpy()[0], e.series["control"].to_numpy()[world]
        )
    first = (
        pk.Regime(kazakhstan(), seed=5, world=1)
        .run_until("1996-05")
        .fork({"oligarchs.inertia": 0.0}, force="president.falls_ill")
        .run()
    )
    second = pk.Regime(first.world_scenario, seed=5, world=1).run()
    assert first.state_digest() == second.state_digest() and first.date == "2004-12"


def test_what_a_file_says_is_what_code_says(tmp_path):
    """Proposition 3."""
    path = tmp_path / "late_death.toml"
    path.write_text(
        'title = "Late death"\nextends = "kazakhstan"\n[[fork]]\nat = "2003-06"\nwhy = "he dies'
        ' late"\nforce = ["president.dies", "heir.unknown"]\nchange = { "state.society.habit" ='
        ' "+0.2", "oligarchs.inertia" = 0.2 }\nwithout = ["M3.predation"]\nshocks = [{ id = "boom",'
        ' date = "2003-09", variable = "oil_price", set = 60.0, fact = "oil doubles", source ='
        ' "supposed" }]\n'
    )
    from_file = pk.load(path, numbers="declared")
    in_code = kazakhstan().fork(
        "2003-06",
        {"state.society.habit": "+0.2", "oligarchs.inertia": 0.2},
        force=["president.dies", "heir.unknown"],
        without="M3.predation",
        shocks=[
            {
                "id": "boom",
                "date": "2003-09",
                "variable": "oil_price",
                "set": 60.0,
                "fact": "oil doubles",
                "source": "supposed",
            }
        ],
    )
    here, there = (
        pk.simulate(one, worlds=2, seed=5, progress=False) for one in (from_file, in_code)
    )
    assert here.series.equals(there.series)
    late = here.events[(here.events["kind"] == "shock") & (here.events["date"] == "2003-09")]
    assert (late["value"] == 60.0).all() and len(late) == 2
    assert set(
        here.events[(here.events["kind"] == "death") & (here.events["date"] == "2003-06")]["world"]
    ) == {0, 1}


def test_state_is_set_raised_and_held_in_its_range():
    """Proposition 4."""
    r = pk.Regime(kazakhstan(), seed=5, world=0).run_until("1995-01")
    wealth = r.world.oligarchs["wealth"].copy()
    f = r.fork(
        {
            "state.oligarchs.wealth": "*2",
            "state.oligarchs.3.boldness": 0.9,
            "state.contenders.magnate.organisation": 0.7,
            "state.society.habit": "+5",
            "state.constitution.deputy_office": True,
        }
    )
    assert (
        np.allclose(f.world.oligarchs["wealth"], 2.0 * wealth)
        and f.world.oligarchs["boldness"][3] == 0.9
    )
    assert (
        f.world.contenders["organisation"][pk_seat("magnate")] == 0.7
        and f.world.society["habit"][0] == 1.0
        and f.world.constitution["deputy_office"][0]
    )
    assert np.array_equal(r.world.oligarchs["wealth"], wealth), "the parent does not notice"


@pytest.mark.parametrize("key", EARLIER_FIELD_NAMES)
def test_earlier_keys_of_state_stay_valid(key):
    """Proposition 4: scenario files written before a field was renamed mean the same."""
    table, _ = key.split(".")
    field = EARLIER_FIELD_NAMES[key]
    sizes = {table: 10 for table in ("oligarchs", "clients", "clans", "outlets", "commanders")}
    sizes["parties"] = 10
    old, new = f"state.{key}", f"state.{table}.{field}"
    if fields()[f"{table}.{field}"].unit == "row":
        for refused in (old, new):
            with pytest.raises(BadInput, match="links one part of a world to another"):
                parse_state_change(refused, 3, sizes)
        return
    assert parse_state_change(old, "+0.1", sizes) == parse_state_change(new, "+0.1", sizes)
    if table != "president":
        old, new = old.replace(table, f"{table}.3"), new.replace(table, f"{table}.3")
        assert parse_state_change(old, 0.4, sizes) == parse_state_change(new, 0.4, sizes)
    assert key not in fields(), "an earlier name must not hide a present field"


def pk_seat(word: str) -> int:
    """Return the row of a contender."""
    from poruka.engine.codes import CONTENDERS

    return CONTENDERS.index(word)


def test_mechanisms_shocks_and_acts_change_where_a_branch_opens():
    """Proposition 4."""
    e = parent()
    quiet = e.fork("1996-01", without=["M3.defection", "shocks.russian_crisis", "I30"])
    late = quiet.events[quiet.events["month"] >= kazakhstan().month_of("1996-01")]
    assert (
        not (late["rule"] == "oligarchs.defect").any() and not (late["instrument"] == "I30").any()
    )
    struck = [
        int(((run.events["kind"] == "shock") & (run.events["date"] == "1998-08")).sum())
        for run in (e, quiet)
    ]
    assert struck[1] == struck[0] - 12, (
        "the shock left out is missing once in each of twelve worlds"
    )
    moved = e.fork("1996-01", {"shocks.russian_crisis.date": "2000-02"})
    assert ((moved.events["kind"] == "shock") & (moved.events["date"] == "2000-02")).sum() >= 12
    forced = e.fork("1999-05", force="I26")
    first = (
        forced.events[
            (forced.events["instrument"] == "I26")
            & (forced.events["month"] >= kazakhstan().month_of("1999-05"))
        ]
        .groupby("world")["date"]
        .min()
    )
    assert len(first) == 12 and (first == "1999-05").sum() >= 11, (
        "it comes at once but in a world where it cannot"
    )


def test_forks_open_at_odd_places():
    """Proposition 5: the first month, the last, a vacancy that nobody fills, the month of a vote,
    an act that was the only one.
    """
    s = kazakhstan()
    first = pk.simulate(
        s.fork("1990-03", {"state.president.nation": 0.8}), worlds=3, seed=5, progress=False
    )
    assert (first.outcomes["fork_1_month"] == 0).all() and not first.series.equals(
        pk.simulate(s, worlds=3, seed=5, progress=False).series
    )
    last = pk.simulate(s.fork("2004-12", force="president.dies"), worlds=3, seed=5, progress=False)
    assert (
        last.events[last.events["kind"] == "death"].groupby("world")["date"].max() == "2004-12"
    ).all()
    empty = s.without("M10.vacancy").fork("1995-06", force="president.dies")
    vacant = pk.Regime(empty, seed=5, world=0).run_until("1996-01")
    assert (
        vacant.world.crisis["kind"][0] > 0 and vacant.fork(force="heir.unknown").run().month == 178
    )
    vote = pk.simulate(
        s.fork("before presidential_election", {"state.contenders.organisation": 0.8}),
        worlds=3,
        seed=5,
        progress=False,
    )
    votes = (
        vote.events[(vote.events["kind"] == "election") & (vote.events["actor"] == "president")]
        .groupby("world")["month"]
        .min()
    )
    assert (votes.to_numpy() == vote.outcomes["fork_1_month"].to_numpy()).all()
    alone = s.without(*(one.id for one in s.instruments if one.id != "I30")).fork(
        "1992-01", forbid="I30"
    )
    done = pk.simulate(alone, worlds=2, seed=5, progress=False).events
    assert (
        set(done[done["kind"] == "instrument"]["instrument"]) <= {"I30"}
        and (done[done["kind"] == "instrument"]["date"] < "1992-01").all()
    )


def test_branches_do_not_notice_each_other():
    """Proposition 6: sixty branches of one world; each is what it is alone."""
    r = pk.Regime(kazakhstan(), seed=5, world=4).run_until("1997-03")
    before = r.state_digest()
    branches = [r.fork({"state.president.health": 0.2 + 0.01 * k}) for k in range(60)]
    for k in (0, 31, 59):
        alone = (
            pk.Regime(kazakhstan(), seed=5, world=4)
            .run_until("1997-03")
            .fork({"state.president.health": 0.2 + 0.01 * k})
            .run_until("1997-12")
        )
        assert branches[k].run_until("1997-12").state_digest() == alone.state_digest()
    assert r.state_digest() == before


@pytest.mark.parametrize(
    "at, wishes, words",
    [
        ("1989-01", {}, "lies outside the scenario"),
        ("1998-13", {}, "write a date"),
        ("before nonsense", {}, "nonsense"),
        ("fame > 0.3", {}, "fame"),
        ("before I99", {}, "I99"),
        ("1998-10", {"change": {"start.president.age": 60}}, "before the first month"),
        ("1998-10", {"change": {"shocks.putsch.value": 0.1}}, "occurred in 1991-08"),
        ("1998-10", {"without": "shocks.putsch"}, "occurred in 1991-08"),
        ("1998-10", {"change": {"state.president.healt": 0.2}}, "'health'"),
        ("1998-10", {"change": {"state.president.health": 2.0}}, "between 0 and 1"),
        ("1998-10", {"change": {"state.president.heir": 3}}, "heir.unknown"),
        ("1998-10", {"change": {"state.history.rulers": 3}}, "history is derived"),
        ("1998-10", {"change": {"state.citizens.999.habit": 0.2}}, "0 to 399"),
        ("1998-10", {"change": {"state.oligarchs.stance": "+1"}}, "from 0 to 7"),
        ("1998-10", {"change": {"clans.solidarty": 0.2}}, "clans.solidarity"),
        ("1998-10", {"force": ["I19"], "forbid": ["I19"]}, "I19"),
        ("1998-10", {"force": ["heir.unknown", "heir.partner"]}, "heir"),
        ("1998-10", {"force": ["president.dies", "president.dies"]}, "twice"),
        ("1998-10", {"force": 3}, "name"),
        ("1998-10", {"change": 3}, "mapping"),
        (
            "1998-10",
            {"change": {"shocks.turkmen_extension.date": "1999-01"}},
            "occurred in 1994-01",
        ),
        ("1998-10", {"change": {"shocks.west_looks.value": "much"}}, ""),
        (
            "1998-10",
            {
                "shocks": [
                    {
                        "id": "x",
                        "date": "1997-01",
                        "variable": "claims",
                        "set": 0.5,
                        "fact": "abc",
                        "source": "abc",
                    }
                ]
            },
            "before the fork",
        ),
        (
            "1998-10",
            {
                "shocks": [
                    {
                        "id": "x",
                        "date": "1999-01",
                        "variable": "approval",
                        "set": 0.5,
                        "fact": "abc",
                        "source": "abc",
                    }
                ]
            },
            "shocks are external",
        ),
        ("1998-10", {"shocks": [{"id": "x"}]}, "shock"),
        (1998, {}, "write a date"),
    ],
)
def test_what_cannot_be_is_refused(at, wishes, words):
    """Proposition 7."""
    with pytest.raises(BadInput) as refusal:
        kazakhstan().fork(at, **wishes)
    assert words in str(refusal.value)


def test_contradictions_between_forks_are_refused():
    """Proposition 7."""
    s = kazakhstan()
    with pytest.raises(BadInput, match="when it is forbidden"):
        s.fork("1994-01", forbid="I19").fork("1995-01", force="I19")
    with pytest.raises(BadInput, match="when it is forbidden"):
        s.without("I19").fork("1995-01", force="I19")
    with pytest.raises(BadInput, match="is removed from the"):
        s.without("I19").fork("before dissolution", force="I19")
    with pytest.raises(BadInput, match="contradict each other"):
        s.fork("1994-01", {"state.president.health": 0.3}).fork(
            "1994-01", {"state.president.health": 0.4}
        )
    with pytest.raises(BadInput, match="twice"):
        s.intervene("1994-01", force="president.dies").fork("1994-01", force="president.dies")
    assert len(s.fork("1994-01", forbid="I19").fork("1995-01", force="I19", allow="I19").forks) == 2
    ended = pk.Regime(s, seed=5).run()
    with pytest.raises(BadInput, match="ended in 2004-12"):
        ended.fork()


def test_a_stored_run_remembers_its_forks(tmp_path):
    """Proposition 3: a run on disk knows its branches."""
    s = kazakhstan().fork(
        "1999-01", {"state.president.health": 0.3}, force="heir.unknown", forbid=["I30"]
    )
    pk.simulate(s, worlds=3, seed=5, out=tmp_path / "run", progress=False)
    stored = pk.open_run(tmp_path / "run")
    assert stored.scenario.digest == s.digest and (stored.outcomes["fork_1_month"] == 106).all()
