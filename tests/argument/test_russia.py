"""Russia from its own start under the same rules.

1. One house is ended before its time, by force, and the constitution that comes with it ends the
   matter.
2. A ruler with whom few are content is elected again as the lesser evil.
3. Where the seat passes on, it is mostly to a chosen man, who is better liked and obeyed than his
   maker was.
4. The rich do not revolt before that, and hardly afterwards.
5. The two countries cross: one's control is past its height while the other's still rises.
6. Nothing in the file is set but starting facts and shocks from outside: no parameter, no
   mechanism.
7. The culture does it, not the name: with the other's solidarity and custom each country's control
   moves towards the other's course.

Shares come from 150 worlds, those of proposition 3 from 450, as one in five passes on in time.
"""

import functools

import numpy as np
import pytest

import poruka as pk


@functools.cache
def worlds(name: str, changes: tuple = (), count: int = 150):
    """Return an ensemble of a country."""
    scenario = pk.load(name, numbers="declared").change(dict(changes))
    return pk.simulate(scenario, worlds=count, seed=1_991, progress=False)


def control(e, year: int) -> float:
    """Return mean control over a year and all worlds."""
    return float(e.series["control"].sel(month=str(year)).mean())


@pytest.mark.xfail(
    strict=True,
    reason="not reproduced with all pieces together: troops end the house in 77 % of"
    " worlds, its own vote in the others",
)
def test_the_house_is_ended_by_force():
    """Proposition 1."""
    done = worlds("russia").outcomes
    assert (done["first_dissolution_how"] == "force_ended").mean() > 0.8


def test_one_dissolution_ends_the_matter():
    """Proposition 1."""
    assert (worlds("russia").outcomes["dissolutions"] == 1).mean() > 0.85


def test_the_constitution_comes_with_the_victory():
    """Proposition 1."""
    done = worlds("russia").outcomes
    own = worlds("russia").events
    own = own[own["instrument"] == "I21"].groupby("world")["month"].min()
    ended = done.set_index("world")["first_dissolution"]
    assert ((own - ended) <= 6).mean() > 0.7, "the constitution comes with the victory"


def test_where_no_force_is_used_a_second_house_has_to_go_too():
    """Proposition 1: the other country."""
    assert (worlds("kazakhstan").outcomes["dissolutions"] >= 2).mean() > 0.4


def test_the_ruler_is_disliked_before_he_is_elected_again():
    """Proposition 2."""
    assert float(worlds("russia").series["approval"].sel(month="1995").mean()) < 0.5


def test_the_ruler_is_elected_again():
    """Proposition 2."""
    done = worlds("russia").outcomes
    stays = done[done["exit_month"].isna() | (done["exit_month"] > 84)]
    assert (stays["second_election_share"].dropna() > 0.5).mean() > 0.8


def passed_on():
    """Return the outcomes of worlds in which an heir follows early enough to be seen governing."""
    done = worlds("russia", count=450).outcomes
    return done[(done["outcome"] == "heir") & done["exit_month"].between(60, 150)]


def gain(index: str) -> float:
    """Return how an index moves from half a year before the transfer to two years after it."""
    values, passed = worlds("russia", count=450).series[index].values, passed_on()
    return float(
        np.mean(
            [
                values[w, int(m) + 24] - values[w, int(m) - 6]
                for w, m in zip(passed.index, passed["exit_month"], strict=True)
            ]
        )
    )


def test_a_chosen_man_is_better_obeyed_than_his_maker():
    """Proposition 3."""
    assert len(passed_on()) > 45
    assert (passed_on()["first_successor"] == "unknown").mean() > 0.4
    assert gain("control") > 0.02


@pytest.mark.xfail(
    strict=True,
    reason="not reproduced, or by less than asked: approval rises by 0.086 with the transfer",
)
def test_a_chosen_man_is_much_better_liked_than_his_maker():
    """Proposition 3."""
    assert gain("approval") > 0.1


@pytest.mark.xfail(
    strict=True,
    reason="not reproduced with all pieces together: hardly a rich man breaks, but in 80 % of"
    " worlds a former premier founds a bloc of his own",
)
def test_the_rich_stay_quiet():
    """Proposition 4."""
    done = worlds("russia").outcomes
    assert done["defections"].mean() < 0.2 * worlds("kazakhstan").outcomes["defections"].mean()
    assert (worlds("russia").events["kind"] == "movement").groupby(
        worlds("russia").events["world"]
    ).any().mean() < 0.2


def test_kazakhstan_is_ahead_before_the_courses_cross():
    """Proposition 5."""
    one, other = worlds("kazakhstan"), worlds("russia")
    assert control(one, 1997) > control(other, 1997) + 0.05


def test_russia_is_ahead_after_the_courses_cross():
    """Proposition 5."""
    one, other = worlds("kazakhstan"), worlds("russia")
    assert control(other, 2004) > control(one, 2004) + 0.05
    assert control(one, 2004) < control(one, 1998) - 0.05 and control(other, 2004) > control(
        other, 1998
    )


def test_only_starting_facts_and_outside_shocks_are_set():
    """Proposition 6."""
    for name in ("russia", "kazakhstan"):
        file = pk.load(name, numbers="declared").file
        assert not file.parameters and not file.mechanisms.off
        assert (
            pk.load(name, numbers="declared").params()
            == pk.load("kazakhstan", numbers="declared").params()
        )


def test_each_countrys_culture_moves_the_other():
    """Proposition 7."""
    kazakh, russian = (
        pk.load("kazakhstan", numbers="declared").start().society,
        pk.load("russia", numbers="declared").start().society,
    )
    keys = ("solidarity", "autocratic_custom")
    as_russia = worlds(
        "kazakhstan", tuple((f"start.society.{key}", getattr(russian, key)) for key in keys)
    )
    as_kazakhstan = worlds(
        "russia", tuple((f"start.society.{key}", getattr(kazakh, key)) for key in keys)
    )
    assert control(as_russia, 2004) > control(worlds("kazakhstan"), 2004) + 0.05
    assert control(as_kazakhstan, 2004) < control(worlds("russia"), 2004) - 0.05
