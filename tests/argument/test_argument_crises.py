"""What a crisis over office leaves behind: whose mandate, whose claim, and one crisis at a time.

1. Who loses a vote of the house that he hangs on, at once or after he has refused and fallen,
   leaves his successor the mandate of that house and the date of the next vote; after a vote of the
   people, or a ballot over a vacant office, the mandate is theirs.
2. A ruler who falls after refusing the vote of a house goes by rotation, without a crowd too; one
   who had won the published vote and falls without a crowd goes by a coup.
3. Refusing to go, hiding a lost vote or ending a house while camps are at war opens no crisis of
   its own: the war is decided first, as a vacant office is.
4. A vote that was won by a visible addition is claimed by the runner-up.
5. Whether a ruler whom a house rejects goes depends on the link of law and habit as it is switched.
6. Who leaves the ruler in a crisis breaks with him as in a quiet month: he is out of his post, is
   counted with all who broke away and among those on the move, and the event says why.
7. However much a man holds against the ruler, a crisis moves him only where there is something to
   respond to: a crowd that counts, or a commander who has gone over (T123).

Rules are run as plain Python on a world a few months old, with luck given; each case is decided,
not drawn.
"""

from types import FunctionType, SimpleNamespace

import pytest

import poruka as pk
from poruka.engine.channel_kinds import Channel, ChannelMode
from poruka.engine.interpreted import interpreted
from poruka.engine.kinds import Crisis, Mandate, Post, Role, Stance
from poruka.engine.parameters import default_numbers
from poruka.engine.record_kinds import Entity, EventKind, Exit
from poruka.rules.actors import effects_on_parliament
from poruka.rules.forces import crisis, crisis_round, election_response, head_of_house, tenure

SECTIONS = ("elections", "tenure", "crisis", "parliament", "oligarchs")
NUMBERS = SimpleNamespace(**{name: default_numbers(name) for name in SECTIONS})
CLAIMANT, DUE = int(Role.NATIONALIST), 150


def some_world(mandate: Mandate = Mandate.OF_PARLIAMENT):
    """Return an independent republic whose ruler has this mandate, with an opponent at large."""
    regime = pk.Regime(pk.load("moldova", numbers="declared"), seed=3, world=0)
    while regime.month < 40:
        regime.step()
    world = regime.world
    world.constitution[0].mandate = mandate
    world.constitution[0].independent = True
    world.constitution[0].president_due = DUE
    world.society[0].focal_challenger = CLAIMANT
    opponent = world.contenders[CLAIMANT]
    opponent.active, opponent.jailed, opponent.exiled = True, False, False
    set_crisis(world, Crisis.NONE)
    return world


def set_crisis(world, kind: Crisis, claimant: int = -1) -> None:
    """Put the world in a crisis of this kind."""
    world.crisis[0].kind, world.crisis[0].heat, world.crisis[0].claimant = kind, 0.5, claimant


def with_luck(kernel, luck: float, **stand_ins):
    """Return a kernel as plain Python that draws this luck, and calls others in some places."""
    plain = interpreted(kernel)
    names = plain.__globals__ | {"uniform": lambda *_: luck} | stand_ins
    return FunctionType(plain.__code__, names, plain.__name__)


@pytest.mark.parametrize("kind", [Crisis.NONE, Crisis.STOLEN_ELECTION])
@pytest.mark.parametrize("mandate", [Mandate.OF_PARLIAMENT, Mandate.POPULAR])
def test_who_loses_a_vote_leaves_the_mandate_of_that_vote(kind, mandate):
    """Proposition 1."""
    world = some_world(mandate)
    set_crisis(world, kind, CLAIMANT)
    interpreted(tenure.pass_mandate)(world, NUMBERS, Exit.ROTATION)
    constitution = world.constitution[0]
    assert constitution.mandate == mandate
    assert (constitution.president_due == DUE) == (mandate == Mandate.OF_PARLIAMENT)


def test_a_ballot_over_a_vacant_office_is_a_vote_of_the_people():
    """Proposition 1."""
    world = some_world()
    set_crisis(world, Crisis.VACANCY)
    interpreted(tenure.pass_mandate)(world, NUMBERS, Exit.ROTATION)
    assert world.constitution[0].mandate == Mandate.POPULAR
    world = some_world(Mandate.POPULAR)
    interpreted(tenure.pass_mandate)(world, NUMBERS, Exit.PALACE_COUP)
    assert world.constitution[0].mandate == Mandate.OF_PARLIAMENT


def test_who_defies_a_house_and_falls_has_lost_a_vote():
    """Proposition 2."""
    for mandate, way in (
        (Mandate.OF_PARLIAMENT, Exit.ROTATION),
        (Mandate.POPULAR, Exit.PALACE_COUP),
    ):
        world = some_world(mandate)
        world.contenders[Role.RULER].published_share = 0.8
        world.contenders[CLAIMANT].published_share = 0.2
        set_crisis(world, Crisis.STOLEN_ELECTION, CLAIMANT)
        assert interpreted(crisis.way_of_fall)(world, NUMBERS.crisis, 0.0) == way


def refuse_house(world) -> None:
    """Let the ruler refuse to go with his house."""
    with_luck(head_of_house.lose_house, 1.0)(world, NUMBERS, None, 0.7)


def hide_lost_vote(world) -> None:
    """Let the ruler publish a victory that was none."""
    world.contenders[CLAIMANT].votes = 0.6
    interpreted(election_response.respond_to_victory)(world, NUMBERS, 0.4, 0.3, 1, CLAIMANT)


def win_by_addition(world) -> None:
    """Let the ruler win by more than he would have needed."""
    interpreted(election_response.respond_to_victory)(world, NUMBERS, 0.6, 0.3, 1, CLAIMANT)


def refuse_voters(world) -> None:
    """Let the ruler refuse to go after a lost vote."""
    answer = with_luck(election_response.respond_to_defeat, 1.0)
    answer(world, NUMBERS, None, CLAIMANT, 0.6, 0.4, 0.0)


def end_house(world) -> None:
    """Let the ruler end the house."""
    interpreted(effects_on_parliament.end_parliament)(world, NUMBERS, 1, 0.5)


WAYS = (refuse_house, hide_lost_vote, win_by_addition, refuse_voters, end_house)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("under_way", [Crisis.ETHNIC_WAR, Crisis.NONE])
def test_a_war_is_decided_first(way, under_way):
    """Propositions 3 and 4: without a war the same acts open their crisis, with its claimant."""
    world = some_world(Mandate.POPULAR)
    set_crisis(world, under_way, int(Role.MINORITY_LEADER) if under_way else -1)
    way(world)
    if under_way:
        assert world.crisis[0].kind == Crisis.ETHNIC_WAR
        assert world.crisis[0].claimant == Role.MINORITY_LEADER
    elif way is end_house:
        assert world.crisis[0].kind == Crisis.PARLIAMENT_DISSOLVED
    else:
        assert world.crisis[0].kind == Crisis.STOLEN_ELECTION
        assert world.crisis[0].claimant == CLAIMANT


def test_the_link_of_law_and_habit_is_read_through_its_switch():
    """Proposition 5."""
    for held, goes in ((0.0, False), (5.0, True)):
        world = some_world()
        switch = world.channels[Channel.RESTRAINT_IN_DEFEAT]
        switch.mode, switch.held = ChannelMode.HELD, held
        ends = []
        with_luck(head_of_house.lose_house, 0.9, end_tenure=lambda *given: ends.append(given))(
            world, NUMBERS, None, 0.7
        )
        assert bool(ends) == goes


def test_who_leaves_in_a_crisis_breaks_with_the_ruler_like_others():
    """Proposition 6: before an overwhelming crowd all leave who had not done so."""
    world = some_world()
    for i in range(len(world.oligarchs)):
        world.oligarchs[i].stance, world.oligarchs[i].post = Stance.CLIENT, Post.MINISTER
        world.oligarchs[i].horde = world.president[0].horde + 1
        world.oligarchs[i].regime_made = True
    world.oligarchs[0].stance = Stance.COOPTED
    world.society[0].moving, world.clock[0].told = 0.0, 0
    logged = world.clock[0].reasons
    luck = {"normal": lambda *_: 0.0}
    left = with_luck(crisis_round.defect_in_crisis, 0.0, **luck)(world, NUMBERS, None, 0, 5.0, 1.0)
    assert left == len(world.oligarchs) - 1
    assert all(oligarch.stance == Stance.OPPONENT for oligarch in world.oligarchs[1:])
    assert all(oligarch.post == Post.NONE for oligarch in world.oligarchs[1:])
    assert world.oligarchs[0].stance == Stance.COOPTED
    history = world.history[0]
    assert history.shut_out_defections >= left and history.young_defections >= left
    assert world.society[0].moving == left
    told = world.events[: world.clock[0].told]
    assert [e.actor for e in told[:left]] == [Entity.OLIGARCHS + i for i in range(1, left + 1)]
    kinds = [e.kind for e in told]
    assert kinds == [EventKind.DEFECTION] * left + [EventKind.DEFECTION_WAVE]
    assert world.clock[0].reasons >= logged + 2 * left, "an event without its reasons"


@pytest.mark.parametrize(
    ("crowd", "switched", "leaves"),
    [(0.0, 0.0, False), (0.05, 0.0, False), (0.2, 0.0, True), (0.05, 0.25, True)],
)
def test_a_crisis_moves_men_only_by_what_they_see_in_it(crowd, switched, leaves):
    """Proposition 7: men with nothing to hold them, and all the grievance there is."""
    world = some_world()
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        oligarch.stance, oligarch.bond, oligarch.kin = Stance.CLIENT, 0.0, 0.0
        oligarch.grievance, oligarch.exclusion = 1.0, 1.0
    stand_in = {"normal": lambda *_: 0.0}
    answer = with_luck(crisis_round.defect_in_crisis, 0.0, **stand_in)
    left = answer(world, NUMBERS, None, 0, crowd, switched)
    assert left == (len(world.oligarchs) if leaves else 0)
