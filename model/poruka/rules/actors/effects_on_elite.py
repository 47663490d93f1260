"""Effects of instruments on the elite: the cabinet, the rich and the ruler's kin.

Equations
---------
strip_portfolio
    power of the premier falls by strength
dismiss_as_scapegoat
    the premier goes (dismiss_premier), and blame with him in proportion to strength
purge_oligarch
    e = wealth files (1 - nearness) (1 - kinship); the highest e is the victim
    his wealth falls by strength; his grievance += mark
    arbitrary power, as others see it, += mark
warn_business
    w = strength files (1 - boldness) (1 - believed success)
    an opponent falls silent, and a critic steps back, with chance w; his grievance += mark
sideline_kinsman
    f = reach aggressiveness; the highest f is the man
    his armed men and the fear of kin fall by strength; the second time he is exiled
    strength > middling takes wealth and media from him too

Symbols
-------
mark : the mark that an act of full strength leaves, `acts.mark`
strength, middling : how far the act goes, from the table of instruments; height of that step
files, nearness, kinship, boldness : fields of a rich man: what is known against him, his place
believed success : his chance to succeed in opposition, as he sees it
reach, aggressiveness : fields of a kinsman
e, w, f : exposure of a rich man, his intimidation, fear of a kinsman

References
----------
Theses T024 T025 T041 T050 T051 T053 T084; chapter, "The New Opposition", "Rising
Opposition, Creeping Democratization".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.codes import NOBODY
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.instrument_kinds import Verb
from poruka.engine.jit import inner_kernel, kernel
from poruka.engine.kind_predicates import has_broken_away
from poruka.engine.kinds import Stance
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.world_types import Instrument, Parameters, Stream, World
from poruka.rules.actors.premiers import dismiss_premier

DRAW_WARNED = 42


# --- equations -----------------------------------------------------------------------------------


@kernel
def purge_exposure(wealth, files, nearness, kinship):
    """Return how much a rich man draws a purge (e).

    Wealth and files invite it (T050), nearness and kinship protect (T025):

    >>> usual = purge_exposure(0.5, 0.5, 0.5, 0.5)
    >>> purge_exposure(0.9, 0.5, 0.5, 0.5) > usual, purge_exposure(0.5, 0.9, 0.5, 0.5) > usual
    (True, True)
    >>> purge_exposure(0.5, 0.5, 0.9, 0.5) < usual, purge_exposure(0.5, 0.5, 0.5, 0.9) < usual
    (True, True)
    """
    return wealth * files * (1.0 - nearness) * (1.0 - kinship)


@kernel
def intimidation_by_files(strength, files, boldness, believed_success):
    """Return how far a warning reaches a rich man: as far as he has something to hide (w).

    >>> warned = intimidation_by_files(0.5, 0.5, 0.5, 0.5)
    >>> intimidation_by_files(0.5, 0.9, 0.5, 0.5) > warned
    True
    >>> intimidation_by_files(0.5, 0.5, 0.5, 0.9) < warned
    True
    """
    return strength * files * (1.0 - boldness) * (1.0 - believed_success)


# --- what the equations read off the world -------------------------------------------------------


@kernel
def _most_exposed(world: World):
    """Return the rich man whom a purge hits, or -1, and his exposure."""
    highest_exposure, victim = 0.0, -1
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        exposure = purge_exposure(
            oligarch.wealth, oligarch.compromising_files, oligarch.nearness, oligarch.kin
        )
        is_free = not has_broken_away(oligarch.stance) or oligarch.stance == Stance.OPPONENT
        if exposure > highest_exposure and is_free:
            highest_exposure, victim = exposure, i
    return victim, highest_exposure


@kernel
def _most_feared_kinsman(world: World):
    """Return the kinsman who is feared most, or -1, and how much."""
    highest_fear, most_feared = 0.0, -1
    for m in range(len(world.family)):
        kinsman = world.family[m]
        fear = kinsman.reach * kinsman.aggressiveness
        if kinsman.active and not kinsman.exiled and fear > highest_fear:
            highest_fear, most_feared = fear, m
    return most_feared, highest_fear


# --- one kernel a verb ---------------------------------------------------------------------------


@inner_kernel
def strip_portfolio(
    world: World, params: Parameters, stream: Stream, instrument: Instrument, success
):
    """Take the portfolio from the premier."""
    premier = world.premier[0]
    if premier.person >= 0:
        premier.portfolio = 0.0
        premier.power *= 1.0 - instrument.strength


@inner_kernel
def dismiss_as_scapegoat(
    world: World, params: Parameters, stream: Stream, instrument: Instrument, success
):
    """Dismiss the premier, who takes blame along: for a failure (T051), or by rotation (T053)."""
    premier = world.premier[0]
    if premier.person < 0:
        return
    person = Entity.OLIGARCHS + premier.person
    event = log_event(world, EventKind.DISMISSAL, Entity.PRESIDENT, person, premier.power)
    log_reason(world, event, Reason.POWER, premier.power)
    log_reason(world, event, Reason.APPROVAL, world.president[0].approval)
    dismiss_premier(world, params, instrument.strength)


@inner_kernel
def purge_oligarch(
    world: World, params: Parameters, stream: Stream, instrument: Instrument, success
):
    """Take property from one of the rich, which the others see (T041)."""
    society = world.society[0]
    victim, exposure = _most_exposed(world)
    if victim >= 0:
        oligarch = world.oligarchs[victim]
        oligarch.wealth *= 1.0 - instrument.strength
        oligarch.grievance = clip01(oligarch.grievance + params.acts.mark)
        person = Entity.OLIGARCHS + victim
        log_event(world, EventKind.DISMISSAL, Entity.PRESIDENT, person, exposure)
    society.arbitrariness = clip01(society.arbitrariness + params.acts.mark)


@inner_kernel
def warn_business(
    world: World, params: Parameters, stream: Stream, instrument: Instrument, success
):
    """Warn the rich or make an example of one: those who waver step back (T084)."""
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        intimidation = intimidation_by_files(
            instrument.strength,
            oligarch.compromising_files,
            oligarch.boldness,
            oligarch.believed_success,
        )
        intimidation = through(world, Channel.FILES_WARN, i, intimidation)
        draw = uniform(stream, DRAW_WARNED, i)
        if oligarch.stance == Stance.OPPONENT and draw < intimidation:
            oligarch.stance = Stance.SILENT
            oligarch.grievance = clip01(oligarch.grievance + params.acts.mark)
            log_event(world, EventKind.DEFECTOR_RETURN, Entity.OLIGARCHS + i, NOBODY, intimidation)
        elif (
            oligarch.stance == Stance.GRUMBLER or oligarch.stance == Stance.CRITIC
        ) and draw < intimidation:
            oligarch.stance = Stance.CLIENT
            oligarch.grievance = clip01(oligarch.grievance + params.acts.mark)


@inner_kernel
def sideline_kinsman(
    world: World, params: Parameters, stream: Stream, instrument: Instrument, success
):
    """Sideline the most feared kinsman.

    Short of a strong act he keeps his fortune and his kinship (T025).
    """
    most_feared, fear = _most_feared_kinsman(world)
    if most_feared < 0:
        return
    kinsman = world.family[most_feared]
    kinsman.security *= 1.0 - instrument.strength
    world.society[0].fear_of_kin *= 1.0 - instrument.strength
    # One who was warned before has to leave the country.
    kinsman.exiled = kinsman.exiled or kinsman.warned > 0
    kinsman.warned += 1
    # Punished like anybody else, he loses his assets.
    if instrument.strength > params.steps.middling:
        kinsman.wealth, kinsman.media, kinsman.positioning = 0.0, 0.0, 0.0
    log_event(world, EventKind.DISMISSAL, Entity.PRESIDENT, Entity.FAMILY + most_feared, fear)


EFFECTS_ON_ELITE = (
    (Verb.SCAPEGOAT, dismiss_as_scapegoat),
    (Verb.STRIP_PORTFOLIO, strip_portfolio),
    (Verb.PURGE, purge_oligarch),
    (Verb.WARN_BUSINESS, warn_business),
    (Verb.SIDELINE_KINSMAN, sideline_kinsman),
)
