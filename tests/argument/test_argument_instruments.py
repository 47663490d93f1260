"""The instruments answer the motives that the text names, and are not worn out.

1. A motive that the text names raises the use of the acts that answer it, and no other motive
   raises it by half as much: crowds, provinces, a hostile house, a strong premier, feared kin,
   hardship, illness, critics among the rich, a press out of hand, camps, a peer with a greater
   mandate, inquiries abroad.
2. It does so through its own link: with that held, the motive raises it by less than half (a
   strong premier is a rival, too), while another motive still raises the use of what answers it.
3. A ruler who fears nothing has no use for any act: favour is no gain of its own, so that he
   concedes under pressure alone (T124).
4. What is done needs no second one: a rival in a post is offered no other, talk of union that is
   in the air and praise that he has are not repeated.
5. No act is used more than twice in a year in which it is open, but the wearing down of a house
   and the change of premiers before they root, each of whom is another man.
6. A house is worn down by many blows of one kind (T063, T094): where its end opens more, deputies
   are bought until it yields, and not where it is not hostile.

Motives are set in forks of Kazakhstan (state, or a shock from abroad) at fixed seeds, never a
number of the rules. Uses of 24 paired worlds within a year are compared. A difference of 0.2 uses a
world is missed with a chance of about 0.1 where uses are as good as yes or no; those asked for are
0.1 to 1.5. Acts that few rulers use are compared in 192: blame raises the dismissals that shed it
by 0.23, the press acts against it by 0.32 uses in 96 worlds of another seed, and 192 have a
standard error of 0.03 and 0.04, 24 of 0.09 and 0.11. So are the other motives that raise those by
a quarter as much in 24: a strong premier raises the dismissals by 0.17 in 24 and 0.10 in 192.
"""

from functools import cache
from typing import NamedTuple

import pytest

import poruka as pk
from poruka.analysis.instrument_use import MANNER, measure_instrument_use
from poruka.engine.interpreted import interpreted
from poruka.rules.actors import instrument_valuation as valuation
from poruka.rules.instruments import instruments

SEED, WORLDS, MANY = 5, 24, 192
FIRST, EARLY, LATE, LAST = "1990-11", "1992-02", "1997-01", "2000-06"
UNTIL = {FIRST: "1991-05", EARLY: "1993-01", LATE: "1997-12", LAST: "2001-05"}
REPEATED = {"I06", "I11", "I12", "I32"}
ROW = {one.id: row for row, one in enumerate(instruments())}


class Motive(NamedTuple):
    """What is raised, when, the acts that answer it in the text, and how many more uses at least.

    ``akin`` names motives that the same acts answer too: a hostile house presses for concessions,
    and after its end a ruler decrees alone and crowds come out (T100); a ballot with one name keeps
    every claimant out; journalists are told what their rich owners are like.
    """

    at: str
    change: tuple
    acts: tuple[str, ...]
    least: float
    shock: tuple = ()
    akin: tuple[str, ...] = ()
    worlds: int = WORLDS


MOTIVES = {
    "street": Motive(EARLY, (("state.society.protest", 0.9),), ("I26",), 0.3, akin=("house",)),
    "provinces": Motive(
        EARLY,
        (("state.regions.delivers", 0.0), ("state.regions.loyalty", 0.0)),
        ("I05",),
        0.6,
        akin=("street", "house"),
    ),
    "house": Motive(
        EARLY,
        (("state.constitution.parliament_powers", 1.0), ("state.parliament.conflict", 0.9)),
        ("I06", "I11", "I13"),
        1.5,
    ),
    "premier": Motive(LATE, (("state.premier.power", 1.0),), ("I32", "I33"), 0.5),
    "kin": Motive(LATE, (("state.society.fear_of_kin", 0.9),), ("I49",), 0.8),
    "blame": Motive(
        LATE,
        (("state.economy.hardship", 0.9), ("state.president.approval", 0.1)),
        ("I30",),
        0.2,
        worlds=MANY,
    ),
    "illness": Motive(LATE, (("state.president.health", 0.2),), ("I73",), 0.5),
    "owners": Motive(
        LAST,
        (("state.oligarchs.nearness", 0.0), ("state.oligarchs.grievance", 1.0)),
        ("I35", "I50", "I57", "I61"),
        0.3,
        akin=("press", "house"),
    ),
    "press": Motive(LATE, (("state.outlets.owner", 0),), ("I28", "I29"), 0.1, worlds=MANY),
    "camps": Motive(
        LATE,
        (
            ("state.regions.tension", 0.9),
            ("state.regions.minority_mobilised", 0.9),
            ("state.regions.titular_mobilised", 0.9),
        ),
        ("I64",),
        0.6,
    ),
    "movements": Motive(
        LATE,
        (("state.movements.energy", 1.0), ("state.movements.active", 1)),
        ("I25", "I39", "I54", "I59", "I60"),
        0.4,
        akin=("house",),
    ),
    "mandate": Motive(FIRST, (), ("I03",), 0.5, ("neighbour_mandate", 2.0), ("house", "premier")),
    "inquiry": Motive(LATE, (), ("I47",), 0.5, shock=("prosecution", 1.0)),
}


@cache
def uses(at: str, motive: str = "", held: str = "", worlds: int = WORLDS) -> dict[str, float]:
    """Return how often each instrument is used in a world within a year of a month."""
    scenario = pk.load("kazakhstan", numbers="declared")
    if held:
        scenario = scenario.with_channels({held: "held"})
    if motive:
        raised = MOTIVES[motive]
        shock = dict(zip(("variable", "set"), raised.shock, strict=False))
        told = {"id": "raised", "date": at, "fact": "an experiment", "source": "none"}
        scenario = scenario.fork(at, dict(raised.change), shocks=[told | shock] if shock else ())
    events = pk.simulate(scenario, worlds=worlds, seed=SEED, until=UNTIL[at], progress=False).events
    used = events["instrument"].astype(str)[events["month"] >= scenario.month_of(at)]
    return (used[used != ""].value_counts() / worlds).to_dict()


def rise(
    at: str, motive: str, acts: tuple[str, ...], held: str = "", worlds: int = WORLDS
) -> float:
    """Return by how much a motive raises the use of some acts, perhaps with a link held."""
    usual, raised = uses(at, "", held, worlds), uses(at, motive, held, worlds)
    return sum(raised.get(act, 0.0) - usual.get(act, 0.0) for act in acts)


@pytest.mark.parametrize("name", [*(name for name in MOTIVES if name != "movements"), "movements"])
def test_an_act_answers_its_own_motive(name: str):
    """Proposition 1."""
    motive = MOTIVES[name]
    own = rise(motive.at, name, motive.acts, worlds=motive.worlds)
    assert own > motive.least, own
    others = {
        other: rise(motive.at, other, motive.acts)
        for other in MOTIVES
        if other not in (name, *motive.akin)
    }
    # At a quarter as much chance may tell in few worlds: these are compared in as many as it.
    near = [other for other, found in others.items() if found > own / 4]
    others |= {other: rise(motive.at, other, motive.acts, worlds=motive.worlds) for other in near}
    assert max(others.values()) < own / 2, (own, others)


@pytest.mark.parametrize(
    ("name", "link", "other"),
    [
        ("premier", "fear_of_premier", "kin"),
        ("inquiry", "prosecution_abroad", "premier"),
        ("press", "press_out_of_hand", "premier"),
        ("blame", "fear_of_blame", "premier"),
    ],
)
def test_a_motive_works_through_its_link(name: str, link: str, other: str):
    """Proposition 2."""
    motive, control = MOTIVES[name], MOTIVES[other]
    own = rise(motive.at, name, motive.acts)
    assert rise(motive.at, name, motive.acts, link) < own / 2
    assert rise(control.at, other, control.acts, link) > control.least


@cache
def seen(months: int = 150):
    """Return a world of Kazakhstan in its middle, with parameters, to be looked at or changed."""
    regime = pk.Regime(pk.load("kazakhstan", numbers="declared"), seed=SEED, world=0)
    for _ in range(months):
        regime.step()
    return regime.fork(), regime.current_scenario.params()


def scope(act: str, world, params) -> float:
    """Return how much is left for an act to do."""
    return float(interpreted(valuation.remaining_scope)(world, params, world.instruments[ROW[act]]))


@pytest.mark.parametrize("months", [30, 60, 90, 120, 150])
def test_who_fears_nothing_has_no_use_for_any_act(months: int):
    """Proposition 3."""
    regime, params = seen(months)
    world, value = regime.world, interpreted(valuation.instrument_value)
    feared = [value(world, params, row) for row in range(len(ROW))]
    for sphere in world.spheres:
        sphere.believed_threat = 0.0
    assert max(value(world, params, row) for row in range(len(ROW))) <= 0.0 < max(feared)


def test_what_is_done_needs_no_second_act():
    """Proposition 4."""
    regime, params = seen(151)
    world = regime.world
    ruler = world.president[0]
    ruler.target, ruler.integration_talk, ruler.honeymoon = 1, 0.0, 0.0
    rival = world.contenders[1]
    rival.coopted, rival.barred = False, False
    acts = ("I24", "I25", "I31", "I40", "I45", "I64", "I65")
    assert all(scope(act, world, params) == 1.0 for act in acts)
    rival.coopted, rival.barred = True, True
    ruler.integration_talk, ruler.honeymoon = 1.0, params.tenure.honeymoon
    assert all(scope(act, world, params) == 0.0 for act in acts)


@pytest.mark.parametrize("country", ["kazakhstan", "russia"])
def test_no_act_is_worn_out(country: str):
    """Proposition 5."""
    table = measure_instrument_use(
        pk.load(country, numbers="declared"), worlds=4, seed=SEED
    ).set_index("id")
    table = table[table["verb"] != MANNER]
    often = table[(table["open_months"] > 12) & (table["uses_per_open_year"] > 2.0)]
    assert set(often.index) <= REPEATED, often["uses_per_open_year"]
    assert table["uses"].sum() > 20.0


def test_a_house_is_worn_down_where_its_end_opens_more():
    """Proposition 6."""
    blows = rise(EARLY, "house", ("I11",))
    ends = rise(EARLY, "house", ("I08", "I13", "I18"))
    assert ends > 0.5 and blows > 0.5
    assert uses(EARLY).get("I11", 0.0) == 0.0
