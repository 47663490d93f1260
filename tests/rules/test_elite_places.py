"""Places in the elite: who stands apart is replaced by a man whom the regime raises (T048, T080).

1. The place of one who broke with the ruler and has no fortune is filled anew within some years,
   that of one with a great fortune seldom, and that of a client, of a man who was called back or of
   one who is spoken of as a possible ruler never.
2. The new man has ties of kin and place with others like him and the patron of his clan; he begins
   as a client whom the regime made, without grievance, and gets what is left of the fortune.
3. After a wave of breaks cohesion rises again and fewer stand apart; without new men neither comes
   about, where nobody gives in and no bloc is split either.
4. Breaks are counted for good: a place that is filled anew takes none away, and a new man who
   breaks is counted as another.
5. A premier who declares himself against the ruler has broken with him, and is counted once.

Power: a place without a fortune is filled in five years with a chance of .6, one with a great
fortune with a chance of .2; there are 80 of each.
"""

import functools

import numpy as np
import pytest
from worlds import SMALL

import poruka as pk
from poruka.engine.kinds import Post, Role, Stance

WORLDS, SEED, APART = 10, 33, 8
STILL = ("M3.aftermath", "M3.defection", "M3.renewal", "M1.coalition")
"""Nobody leaves, comes back or grows old, and nobody founds a bloc."""


def regime(world: int, off: tuple = STILL, until: str = "1996-01") -> pk.Regime:
    """Return a small Russia with some mechanisms off, as it stands in a month."""
    scenario = pk.load("russia", numbers="declared").change(SMALL).without(*off)
    made = pk.Regime(scenario, seed=SEED, world=world)
    made.run_until(until)
    return made


def set_apart(made: pk.Regime, wealth: float, stance: Stance = Stance.OPPONENT) -> np.ndarray:
    """Move the first of the elite who hold no post out, with a fortune, and return who they are."""
    men = made.world.oligarchs
    apart = np.flatnonzero(men["post"] == int(Post.NONE))[:APART]
    men["stance"][apart], men["wealth"][apart] = int(stance), wealth
    men["sentence_months"][apart] = 900
    return apart


def filled(made: pk.Regime) -> list[int]:
    """Return the places that this rule has filled, one for each new man."""
    events = made.events
    found = events[events["rule"].eq("elite.fill_places") & events["kind"].eq("newcomer")]
    return [int(actor.split()[-1]) for actor in found["actor"].astype(str)]


def share_filled(wealth: float, stance: Stance = Stance.OPPONENT) -> float:
    """Return which share of the places of men who stand apart is filled within five years."""
    count = 0
    for world in range(WORLDS):
        made = regime(world)
        apart = set_apart(made, wealth, stance)
        made.run_until("2001-01")
        assert set(filled(made)) <= set(apart), "nobody else loses his place"
        count += len(set(filled(made)))
    return count / (WORLDS * APART)


def test_places_of_those_without_a_fortune_are_filled():
    """Proposition 1."""
    poor, rich = share_filled(0.01), share_filled(100.0)
    assert poor > 0.4 > rich + 0.1
    assert share_filled(0.01, Stance.PRISONER) > 0.4
    assert share_filled(0.01, Stance.CLIENT) == share_filled(0.01, Stance.COOPTED) == 0.0


def test_a_possible_ruler_keeps_his_place():
    """Proposition 1."""
    others = 0
    for world in range(WORLDS):
        made = regime(world)
        apart = set_apart(made, 0.01)
        leader = made.world.contenders
        leader["person"][int(Role.MAGNATE)] = apart[0]
        leader["active"][int(Role.MAGNATE)] = True
        made.run_until("2001-01")
        assert apart[0] not in filled(made)
        others += apart[1] in filled(made)
    assert others >= 3


def test_a_new_man_has_ties_and_no_past():
    """Proposition 2."""
    made = regime(0)
    apart = set_apart(made, 0.5)
    men = made.world.oligarchs
    men["grievance"][apart], men["regime_made"][apart] = 1.0, False
    men["kin_tie"][apart], men["home_tie"][apart] = -1, -1
    while not filled(made):
        fortunes = men["wealth"].copy()
        made.step()
        men = made.world.oligarchs
    place = filled(made)[0]
    assert men["kin_tie"][place] >= 0 and men["home_tie"][place] >= 0
    man, kin, countryman = men[[place, men["kin_tie"][place], men["home_tie"][place]]]
    assert (kin["horde"], kin["titular"]) == (man["horde"], man["titular"])
    assert countryman["horde"] == man["horde"]
    leader = made.world.clans["leader"][man["clan"]]
    assert man["patron_tie"] == (-1 if leader == place else leader)
    assert man["stance"] == int(Stance.CLIENT) and man["regime_made"]
    assert man["grievance"] == man["exclusion"] == man["sentence_months"] == 0
    assert man["nearness"] > men["nearness"][[row for row in apart if row != place]].max()
    assert man["wealth"] == pytest.approx(fortunes[place], rel=0.05)


@functools.cache
def recovery(off: tuple) -> tuple[np.ndarray, np.ndarray]:
    """Return by how much cohesion and the share out change in five years after a wave, by world."""
    changes = []
    for world in range(WORLDS):
        made = regime(world, ("M3.aftermath", "M1.coalition", *off))
        set_apart(made, 0.01)
        made.step()
        index = made.world.index[0]
        before = float(index["monolith"]), float(index["defected_share"])
        made.run_until("2001-01")
        index = made.world.index[0]
        after = float(index["monolith"]), float(index["defected_share"])
        changes.append((after[0] - before[0], after[1] - before[1]))
    cohesion, out = np.array(changes).T
    return cohesion, out


def test_cohesion_rises_again_after_a_wave():
    """Proposition 3."""
    (cohesion, out), (without, still_out) = recovery(()), recovery(("M3.places",))
    assert cohesion.mean() > 0.04 and out.mean() < -0.15
    assert without.mean() < cohesion.mean() / 2 and still_out.mean() > out.mean() / 2


def test_breaks_are_counted_for_good():
    """Proposition 4."""
    ensemble = pk.simulate(
        pk.load("kazakhstan", numbers="declared"),
        worlds=20,
        seed=SEED,
        until="2012-12",
        progress=False,
    )
    events = ensemble.events
    place = events["actor"].astype(str).where(events["kind"].isin(["newcomer", "defection"]))
    renewed = events["kind"].eq("newcomer")
    # Who counts men tells one from the next by how many new men their place has seen.
    man = renewed.groupby([events["world"], place]).cumsum()
    broke = events["kind"].eq("defection")
    places = len(set(zip(events["world"][broke], place[broke], strict=True)))
    men = len(set(zip(events["world"][broke], place[broke], man[broke], strict=True)))
    assert places < men < broke.sum()
    made = pk.Regime(pk.load("kazakhstan", numbers="declared").change(SMALL), seed=SEED, world=1)
    before, months = 0, 0
    while made.date < "2004-12":
        made.step()
        counted = int(made.world.history["young_defections"][0])
        assert counted >= before
        months += len(filled(made)) > 0
        before = counted
    assert before > 0 and months > 0


def test_a_premier_who_declares_himself_has_broken_with_the_ruler():
    """Proposition 5."""
    events = pk.simulate(
        pk.load("kazakhstan", numbers="declared"), worlds=40, seed=SEED, progress=False
    ).events
    bids = events[events["kind"].eq("bid") & events["rule"].eq("posts.bid")]
    breaks = events[events["kind"].eq("defection")]
    own = breaks[breaks["rule"].eq("posts.bid")]
    assert len(bids) >= len(own) >= 5
    key = ["world", "month", "actor"]
    told = set(map(tuple, bids[key].astype(str).to_numpy()))
    assert set(map(tuple, own[key].astype(str).to_numpy())) <= told
    assert not own.merge(breaks[breaks["rule"].ne("posts.bid")], on=key).size
