"""The lesser evil, and a vote that is not one about power (model.md, section 6, nos. 1 and 11).

All arms are forks of the same worlds in one month; what differs is a state that is set in them, so
that nothing but the citizens' comparison stands between cause and effect, and no war can.

1. Two camps, a disliked ruler between them: the larger the distance counts, the larger in each camp
   the share that prefers him to the far camp's man, and to whoever would follow him (T007).
2. With only the distance to one's own ideal compared, whether the channel is off or the ruler is
   judged alone, that share does not rise. How disliked he is still moves it.
3. In a vote with one name on the ballot the same distance carries him towards unanimity.
4. Off the midpoint the other camp is lost, and speaks up against him.
5. In Russia a disliked ruler loses the chamber and wins the presidency, with the same citizens in
   the same month (T074, T075).
6. The gap between both votes closes where a victory of the others would be feared less. With the
   dread of disorder held at a mean it closes less than half as much, as the text names a second
   channel, their union; dislike still moves the vote.
7. Where the count is nobody's a disliked ruler loses the vote, where it is his he is declared to
   have won it (T123).

Power: six worlds of 400 citizens a side; differences between paired arms have standard errors below
.05, and no bound is nearer than two of them to what was found on these and on other seeds.
"""

import functools
from typing import NamedTuple

import numpy as np
import pytest
from worlds import not_reproduced

import poruka as pk
from poruka.engine.channel_kinds import Channel, ChannelMode
from poruka.engine.kinds import Constituency, Mandate, Role

SEED, WORLDS = 16, 6
NEAR, FAR = 0.5, 2.5
DISLIKED = {"state.president.unpopularity": 1.0, "state.president.honeymoon": -0.3}
LIKED = {"state.president.unpopularity": 0.0, "state.president.honeymoon": 0.0}
CAMPS = (Role.NATIONALIST, Role.MINORITY_LEADER)
MILD, RADICAL = 0.05, 0.95
NOBODYS = {
    "society.delivering": 0.0,
    "constitution.count_control": 0.0,
    "constitution.governors_appointed": 0.0,
}
HIS = {
    "society.delivering": 1.0,
    "constitution.count_control": 0.25,
    "constitution.governors_appointed": 1.0,
}


@functools.cache
def parents(country: str, date: str) -> list[pk.Regime]:
    """Return some worlds of a country, played up to a month."""
    return [
        pk.Regime(pk.load(country, numbers="declared"), seed=SEED, world=w).run_until(date)
        for w in range(WORLDS)
    ]


def hold(branch: pk.Regime, channel: Channel, mean: float) -> None:
    """Hold a link of a branch at a mean."""
    switch = branch.world.channels[channel]
    switch.mode, switch.held = ChannelMode.HELD, mean


def place_ruler(branch: pk.Regime, nation: float) -> None:
    """Let the ruler stand somewhere on the nation, and in the middle between plan and market."""
    market = float(branch.world.citizens.market.mean())
    for row in (branch.world.president[0], branch.world.contenders[Role.RULER]):
        row.nation, row.market = nation, market
    branch.world.president[0].flexibility = 0.0


def believe_in(branch: pk.Regime, titulars: tuple, minorities: tuple) -> None:
    """Let each people believe in some men, all as much, and in nobody else."""
    beliefs = branch.world.beliefs.believed_chance.reshape(-1, len(branch.world.contenders))
    for people, men in ((Constituency.TITULARS, titulars), (Constituency.MINORITIES, minorities)):
        beliefs[people] = 0.0
        beliefs[people, list(men)] = 0.5


def two_camps(distance, men=(CAMPS, CAMPS), side=None, state=DISLIKED, without=(), held=None):
    """Yield worlds in which two camps, each behind a leader at its own mean, judge a ruler.

    He stands at the midpoint, or with one of the two peoples.
    """
    for parent in parents("kazakhstan", "1991-08"):
        branch = parent.fork({**state, "state.society.polarisation": distance}, without=without)
        citizens = branch.world.citizens
        minority = citizens.minority.astype(bool)
        means = [float(citizens.nation[who].mean()) for who in (~minority, minority)]
        for leader, mean in zip(CAMPS, means, strict=True):
            branch.world.contenders[leader].nation = mean
        place_ruler(branch, sum(means) / 2.0 if side is None else means[side])
        believe_in(branch, *men)
        if held is not None:
            hold(branch, Channel.OTHER_CAMP, held)
            hold(branch, Channel.OTHER_CAMP_AT_VOTE, held)
        yield branch


def shares_who_keep(distance: float, **arm) -> np.ndarray:
    """Return the share of each people that would rather keep the ruler, before any filter."""
    shares = []
    for branch in two_camps(distance, **arm):
        branch.step()
        citizens = branch.world.citizens
        minority = citizens.minority.astype(bool)
        shares.append([(citizens.private[who] >= 0.0).mean() for who in (~minority, minority)])
    return np.mean(shares, axis=0)


def rise(**arm) -> np.ndarray:
    """Return how much the share who keep him rises with distance in each people."""
    return shares_who_keep(FAR, **arm) - shares_who_keep(NEAR, **arm)


def test_polarisation_keeps_both_camps_with_the_man_between_them():
    """Proposition 1."""
    far_men = ((Role.MINORITY_LEADER,), (Role.NATIONALIST,))
    assert (rise(men=far_men) > 0.1).all()
    assert (rise() > 0.3).all()


def test_without_the_other_camp_in_mind_polarisation_does_not_keep_them():
    """Proposition 2: whatever the mean at which the link is held."""
    for mean in (0.05, 0.5):
        assert (rise(held=mean) < rise() / 3.0).all()
    assert (rise(state=LIKED, without=("M1.comparison",)) < -0.2).all()
    control = shares_who_keep(NEAR, held=0.3, state=LIKED) - shares_who_keep(NEAR, held=0.3)
    assert (control > 0.3).all()


def plebiscite_share(distance: float, **arm) -> float:
    """Return the ruler's share in a vote in which nobody may stand against him."""
    shares = []
    for branch in two_camps(distance, **arm):
        constitution = branch.world.constitution[0]
        constitution.mandate, constitution.sole_candidate = Mandate.POPULAR, True
        constitution.president_due = branch.month
        branch.world.contenders.open = False
        branch.step()
        shares.append(branch.world.contenders[Role.RULER].votes)
    return float(np.mean(shares))


def test_a_vote_with_one_name_nears_unanimity_as_camps_draw_apart():
    """Proposition 3."""
    near, far = plebiscite_share(NEAR), plebiscite_share(FAR)
    assert far > 0.9 and far - near > 0.1
    assert plebiscite_share(FAR, held=0.3) - plebiscite_share(NEAR, held=0.3) < (far - near) / 3.0


def shares_who_speak(side: Constituency | None) -> np.ndarray:
    """Return the share of each people heard to speak against a ruler whom it does not dislike."""
    shares = []
    for branch in two_camps(FAR, side=side, state=LIKED):
        branch.step()
        citizens = branch.world.citizens
        minority = citizens.minority.astype(bool)
        shares.append([citizens.said[who].mean() for who in (~minority, minority)])
    return np.mean(shares, axis=0)


def test_off_the_midpoint_the_other_camp_is_lost_and_speaks_up():
    """Proposition 4."""
    kept, heard = shares_who_keep(FAR), shares_who_speak(None)
    titulars, minorities = Constituency.TITULARS, Constituency.MINORITIES
    for side, lost in ((titulars, minorities), (minorities, titulars)):
        assert shares_who_keep(FAR, side=side)[lost] < kept[lost] - 0.4
        assert shares_who_speak(side)[lost] > heard[lost] + 0.4


class Votes(NamedTuple):
    """Two votes of the same citizens in the same month, as means over worlds."""

    opposition: float  # of the votes for the chamber
    published: float  # the ruler's share for the presidency, as it is published

    @property
    def gap(self) -> float:
        """What opponents win in the chamber and lack for the presidency."""
        return self.opposition - (1.0 - self.published)


def two_votes(dislike=0.5, radicalism=None, held=None, country="russia", **count) -> Votes:
    """Hold votes for the chamber and the presidency, with all currents on the ballot."""
    votes = []
    for parent in parents(country, "1993-11"):
        state = {
            "state.president.unpopularity": dislike,
            "state.president.honeymoon": 0.0,
            "state.constitution.mandate": float(Mandate.POPULAR),
            "state.constitution.president_due": float(parent.month),
        }
        branch = parent.fork(state | {f"state.{key}": value for key, value in count.items()})
        contenders = branch.world.contenders
        contenders.open[Role.PEER : Role.VICE_PRESIDENT] = True
        if radicalism is not None:
            contenders.radicalism[Role.PEER :] = radicalism
        if held is not None:
            hold(branch, Channel.DREAD_OF_DISORDER, held)
        branch.step()
        published = contenders[Role.RULER].published_share
        votes.append((branch.world.society[0].discontent, published))
    return Votes(*np.mean(votes, axis=0))


def test_a_vote_for_the_chamber_is_not_one_about_power():
    """Proposition 5."""
    votes = two_votes(0.5)
    assert votes.opposition > 0.6 and votes.published > 0.55


@pytest.mark.xfail(
    strict=True,
    reason="not reproduced since numbers were made few: the gap closes by 19.5 points, not by 20",
)
def test_the_gap_closes_where_the_others_are_not_feared():
    """Proposition 6."""
    feared, mild = two_votes(1.0, RADICAL), two_votes(1.0, MILD)
    assert feared.published > 0.55 and mild.published < 0.45
    assert feared.gap - mild.gap > 0.2
    held = [two_votes(1.0, radicalism, held=0.2) for radicalism in (RADICAL, MILD)]
    assert held[0].gap - held[1].gap < (feared.gap - mild.gap) / 2.0
    assert two_votes(0.0, RADICAL, held=0.2).published > held[0].published + 0.05


@pytest.mark.parametrize(
    "country", ["ukraine", not_reproduced("kazakhstan", reason="he still has 61 % of the vote")]
)
def test_votes_are_lost_where_the_count_is_not_the_rulers(country):
    """Proposition 7."""
    nobodys, his = (two_votes(0.75, country=country, **count) for count in (NOBODYS, HIS))
    assert nobodys.published < 0.45 and his.published > 0.5
