"""What an experimenter makes happen in a world.

1. A ruler who is made to die leaves his seat in that month, whatever he would have done, and
   nothing before that month changes.
2. A named heir is the one the court looks to; an unknown word, two heirs in one month, or an act
   both forced and forbidden are refused.
3. A forbidden act is never used from that month on and may be allowed again; a forced act happens
   as soon as its conditions hold.
4. A number of an instrument can be changed; what is out of range or unknown is refused with the
   nearest names.
5. An instrument of one's own is weighed beside the others and told by its own id.
"""

import numpy as np
import pytest
from worlds import kazakhstan

import poruka as pk
from poruka.rules.instruments import instruments
from poruka.utils.errors import BadInput


def events(scenario, worlds=20, until=None):
    """Return the events of a few worlds."""
    return pk.simulate(scenario, worlds=worlds, seed=5, until=until, progress=False).events


def test_a_ruler_made_to_die_goes_in_that_month_and_the_past_stays():
    """Proposition 1."""
    usual, dead = kazakhstan(), kazakhstan().intervene("1996-06", force=["president.dies"])
    one, other = (
        pk.simulate(s, worlds=20, seed=5, until="1996-12", progress=False) for s in (usual, dead)
    )
    month = usual.month_of("1996-06")
    np.testing.assert_array_equal(
        one.series.to_array().values[:, :, :month], other.series.to_array().values[:, :, :month]
    )
    told = other.events
    deaths = told[(told["kind"] == "death") & (told["month"] == month)]
    still = one.outcomes["exit_month"].isna() | (one.outcomes["exit_month"] >= month)
    assert set(one.outcomes["world"][still]) <= set(deaths["world"])
    assert (other.outcomes["exit_month"] <= month).all(), (
        "an empty seat is filled: by an heir, by a pact, by the street or by the barracks"
    )


def test_a_named_heir_is_looked_to():
    """Proposition 2."""
    scenario = (
        kazakhstan()
        .intervene("1997-01", force=["heir.unknown"])
        .intervene("1997-03", force=["president.dies"])
    )
    told = events(scenario, until="1997-12")
    assert (
        told[(told["kind"] == "naming") & (told["month"] == kazakhstan().month_of("1997-01"))][
            "target"
        ]
        == "unknown"
    ).all()
    came = pk.simulate(scenario, worlds=100, seed=5, until="1997-12", progress=False).outcomes
    assert (came["first_successor"] == "unknown").mean() > 0.5


@pytest.mark.parametrize(
    ("force", "forbid", "said"),
    [
        (["president.dead"], [], "president.dies"),
        (["heir.unknown", "heir.premier"], [], "two heirs"),
        (["I19"], ["I19"], "both forbidden"),
        ([], ["I99"], "unknown intervention"),
        ([7], [], "is not the id of an intervention"),
    ],
)
def test_contradictory_or_unknown_wishes_are_refused(force, forbid, said):
    """Proposition 2."""
    with pytest.raises(BadInput, match=said):
        kazakhstan().intervene("1996-06", force=force, forbid=forbid)


def test_wishes_outside_the_run_are_refused():
    """Proposition 2."""
    with pytest.raises(BadInput, match="lies outside the scenario"):
        kazakhstan().intervene("2010-01", force=["president.dies"])


def test_a_forbidden_act_is_never_used_until_it_is_allowed_again():
    """Proposition 3."""
    scenario = kazakhstan().intervene("1990-03", forbid=["I60"]).intervene("1996-01", allow=["I60"])
    used = events(scenario)
    used = used[used["instrument"] == "I60"]
    assert len(used) and used["month"].min() >= scenario.month_of("1996-01")
    assert not (events(kazakhstan().without("I60"), until="1998-12")["instrument"] == "I60").any()


def test_a_forced_act_happens_as_soon_as_it_can():
    """Proposition 3: a plebiscite needs a state and a presidency, so forced at the start it waits
    for both.
    """
    scenario = kazakhstan().intervene("1990-04", force=["I03"])
    told = events(scenario, until="1992-12")
    free = told[told["kind"] == "independence"].groupby("world")["month"].min()
    held = told[told["instrument"] == "I03"].groupby("world")["month"].min()
    assert (held.loc[free.index] - free <= 1).mean() > 0.8


def test_numbers_of_instruments_change_what_is_chosen():
    """Proposition 4."""
    dear = kazakhstan().change(
        {"instruments.I59.cost.citizens": "strong", "instruments.I59.deniable": "none"}
    )
    count = [
        (events(s, until="1998-12")["instrument"] == "I59").sum() for s in (kazakhstan(), dear)
    ]
    assert count[1] < count[0]
    for key, said in (("instruments.I99.strength", "I9"), ("instruments.I28.strenght", "strength")):
        with pytest.raises(BadInput, match=said):
            kazakhstan().change({key: 0.5})
    with pytest.raises(BadInput, match="between 0 and 1"):
        kazakhstan().change({"instruments.I28.strength": 1.5})


def test_an_instrument_of_ones_own_is_used_and_told():
    """Proposition 5."""
    plain = next(one for one in instruments() if one.id == "I30")
    own = plain._replace(
        id="X01",
        label="a scapegoat by other means",
        cost=dict.fromkeys(plain.cost, 0.0),
        irregular=0.0,
    )
    told = events(kazakhstan().with_instruments(own), until="1998-12")
    assert (told["instrument"] == "X01").any()
    with pytest.raises(BadInput, match="did you mean"):
        kazakhstan().with_instruments(own._replace(verb="scapegoats"))
