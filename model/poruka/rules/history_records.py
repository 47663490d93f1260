"""What happens and what a month adds, as the history of a world keeps it beside the indices.

Breaks with the ruler and votes on him are kept alike whatever theory says why they come.
"""

from poruka.engine.constants import TINY
from poruka.engine.event_log import log_event
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import is_bloc
from poruka.engine.kinds import OutletOwner, Post, Stance
from poruka.engine.record_kinds import Entity, EventKind
from poruka.engine.world_types import IndicesNumbers, World


@kernel
def record_break(world: World, i, push):
    """Move oligarch i into opposition, without his post, count and log it; return the event."""
    oligarch, history = world.oligarchs[i], world.history[0]
    oligarch.stance, oligarch.post = Stance.OPPONENT, Post.NONE
    history.shut_out_defections += 1 if oligarch.horde != world.president[0].horde else 0
    history.young_defections += 1 if oligarch.regime_made else 0
    return log_event(world, EventKind.DEFECTION, Entity.OLIGARCHS + i, Entity.PRESIDENT, push)


@kernel
def record_official_share(world: World, official):
    """Count a presidential election and keep the ruler's official share; rivals have none yet."""
    history, month = world.history[0], world.clock[0].month
    if history.elections == 0:
        history.first_election_share, history.first_election_month = official, month
    elif history.elections == 1:
        history.second_election_share, history.second_election_month = official, month
    history.elections += 1
    history.last_election_share = official
    history.rival_share = 0.0


@kernel
def record_wealth(world: World):
    """Keep the shares of wealth that kin and outsiders hold, and the media of kin."""
    wealth, outsider_wealth = 0.0, 0.0
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        wealth += oligarch.wealth
        outsider_wealth += 0.0 if oligarch.eligible else oligarch.wealth
    kin_wealth = 0.0
    for m in range(len(world.family)):
        kin_wealth += world.family[m].wealth if world.family[m].active else 0.0
    history = world.history[0]
    history.kin_wealth_share = kin_wealth / max(wealth + kin_wealth, TINY)
    history.outsider_wealth_share = outsider_wealth / max(wealth + kin_wealth, TINY)
    history.media_of_kin = 0.0
    for o in range(len(world.outlets)):
        history.media_of_kin += (
            world.outlets[o].reach if world.outlets[o].owner == OutletOwner.KIN else 0.0
        )


@kernel
def record_closed_way(world: World, p: IndicesNumbers):
    """Keep whether the way to a change by vote is closed: most rivals are kept out, or all obey."""
    barrier, control = world.constitution[0].registration_barrier, world.index[0].control
    world.history[0].closed = 1 if max(barrier, control) > p.closed_control else 0


@kernel
def record_reform_and_opposition(world: World, p: IndicesNumbers):
    """Keep how far reform has come, how strong the old opposition is and how united."""
    economy = world.economy[0]
    history = world.history[0]
    clock = world.clock[0]
    history.foreign_share = economy.foreign_share
    history.reform = economy.reform
    if economy.reform < p.half_reformed:
        history.half_reformed_month = clock.month + 1
    energy, older = 0.0, 0.0
    for m in range(len(world.movements)):
        if not is_bloc(m):
            energy += world.movements[m].energy if world.movements[m].active else 0.0
            older += 1.0
    history.old_opposition = energy / older
    history.coalition += (world.society[0].unity - history.coalition) / float(clock.month + 1)
