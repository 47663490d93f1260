"""Effects of instruments on rivals: exclusion, smears, harassment, prosecution, co-optation.

The rival is the one whom the ruler fears most; without such a target nothing happens to him.

Equations
---------
raise_barrier
    registration barrier += strength success
bar_from_ballot
    he is barred with chance success
smear_rival
    his fame -= mark strength success; the premier's blame += mark strength success
harass_rival
    he loses a share strength success
assault_rival
    he loses a share strength success; fear in every outlet += mark success
prosecute_rival
    he is convicted with chance success, and goes abroad rather than to prison with chance fame
    he loses a share strength, of a fortune too; deterrence += mark
    sentence = a term
coopt_rival, transfer_rival
    w = 1 + willingness (fund - acceptability - belief)
    he accepts with chance strength w (1 - radicalism)
    where he leads a bloc and refuses, the mildest in it may take the post (:mod:`.split_blocs`)
promote_away
    the vice-president gets an office of weight strength, which leaves the chair empty
field_spoiler
    a candidate appears with positions and radicalism of the target, and with fame, visibility,
    organisation and money of mark
weaken_contender
    organisation, media and money fall by the share that he loses

Symbols
-------
mark : the mark that an act of full strength leaves, `acts.mark`
strength, success : how far the act goes; the chance that its tool obeys, or the share carried out
w : a rival's willingness to take a post
fame, acceptability, belief, radicalism : fields of the rival; belief is that in his chances
fund : the ruler's secret fund

References
----------
Theses T017 T061 T081 T083; chapter, "Crushing the New Opposition", note 130.
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01
from poruka.engine.instrument_kinds import Verb
from poruka.engine.jit import inner_kernel, kernel
from poruka.engine.kind_predicates import is_of_elite
from poruka.engine.kinds import CourtKind, Post, Role, Stance
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.world_types import (
    ActsOnRivalsNumbers,
    Contender,
    Instrument,
    Parameters,
    Stream,
    World,
)
from poruka.rules.actors.split_blocs import win_over_follower

DRAW_BARRED = 80
DRAW_ACCEPTS = 81
DRAW_CONVICTED = 90
DRAW_EXILE = 91


# --- equations -----------------------------------------------------------------------------------


@kernel
def coopted_willingness(p: ActsOnRivalsNumbers, acceptability, belief, fund):
    """Return how far a rival is willing to take a post (w).

    Supporters and a belief in his chances keep him from it, a secret fund draws him (T017):

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("acts_on_rivals")
    >>> weak = coopted_willingness(p, 0.1, 0.1, 0.0)
    >>> coopted_willingness(p, 0.5, 0.1, 0.0) < weak, coopted_willingness(p, 0.1, 0.5, 0.0) < weak
    (True, True)
    >>> coopted_willingness(p, 0.1, 0.1, 0.5) > weak
    True
    """
    return 1.0 + p.willingness * (fund - acceptability - belief)


# --- what several acts do ------------------------------------------------------------------------


@kernel
def lift_restrictions(contender: Contender):
    """Lift every restriction from a contender."""
    contender.jailed, contender.exiled = False, False
    contender.barred, contender.coopted = False, False


@kernel
def weaken_contender(contender: Contender, fraction):
    """Reduce a contender's organisation, money and media by a share."""
    contender.organisation *= 1.0 - fraction
    contender.media *= 1.0 - fraction
    contender.money *= 1.0 - fraction


@kernel
def _owns_fortune(contender: Contender, target):
    """Return whether a contender is one of the rich, who has a stance and a fortune to lose."""
    return contender.person >= 0 and is_of_elite(target)


@kernel
def _sentence(world: World, months, contender: Contender, target, goes_abroad, strength):
    """Set the sentence; a convict who owns a fortune loses his post and a part of the fortune."""
    if _owns_fortune(contender, target):
        oligarch = world.oligarchs[contender.person]
        oligarch.stance = Stance.EXILE if goes_abroad else Stance.PRISONER
        oligarch.post = Post.NONE
        if world.premier[0].person == contender.person:
            world.premier[0].person = -1  # a convicted premier loses his office
        oligarch.sentence_months = int(months)
        oligarch.wealth *= 1.0 - strength


@kernel
def _offer_post(world: World, params: Parameters, stream: Stream, strength, post):
    """Offer the target a post, who gives up his candidacy if he takes it."""
    target = world.president[0].target
    if target < 0:
        return
    contender = world.contenders[target]
    fund = through(world, Channel.FUND_FOR_MODERATES, 0, world.economy[0].fund)
    willingness = coopted_willingness(
        params.acts_on_rivals, contender.acceptability, contender.belief, fund
    )
    accept_chance = strength * willingness * (1.0 - contender.radicalism)
    if uniform(stream, DRAW_ACCEPTS, target) >= accept_chance:
        if _owns_fortune(contender, target):
            win_over_follower(world, stream, contender.person, strength * willingness)
        return
    contender.coopted, contender.open = True, False
    if _owns_fortune(contender, target):
        oligarch = world.oligarchs[contender.person]
        oligarch.stance = Stance.COOPTED
        oligarch.post = post
    log_event(
        world, EventKind.APPOINTMENT, Entity.PRESIDENT, Entity.CONTENDERS + target, willingness
    )


# --- one kernel a verb ---------------------------------------------------------------------------


@inner_kernel
def raise_barrier(
    world: World, params: Parameters, stream: Stream, instrument: Instrument, success
):
    """Raise the barrier of registration that keeps candidates from the ballot."""
    constitution = world.constitution[0]
    constitution.registration_barrier = clip01(
        constitution.registration_barrier + instrument.strength * success
    )


@inner_kernel
def bar_from_ballot(world: World, params: Parameters, stream: Stream, instrument, success):
    """Let the election commission strike the target from the ballot, if it obeys."""
    target = world.president[0].target
    if target < 0:
        return
    barred = uniform(stream, DRAW_BARRED, target) < success
    world.contenders[target].barred = barred
    log_event(
        world,
        EventKind.VERDICT,
        Entity.COURTS + CourtKind.ELECTION_COMMISSION,
        Entity.CONTENDERS + target,
        1.0 if barred else 0.0,
    )


@inner_kernel
def smear_rival(world: World, params: Parameters, stream: Stream, instrument: Instrument, success):
    """Smear the target; a part of the dirt sticks to the premier."""
    target, strength = world.president[0].target, instrument.strength
    if target < 0:
        return
    contender = world.contenders[target]
    dirt = params.acts.mark * strength * success
    contender.fame = clip01(contender.fame - dirt)
    world.premier[0].blame = clip01(world.premier[0].blame + dirt)
    log_event(world, EventKind.SCANDAL, Entity.PRESIDENT, Entity.CONTENDERS + target, strength)


@inner_kernel
def harass_rival(world: World, params: Parameters, stream: Stream, instrument: Instrument, success):
    """Take means from the target by inspections, arrests and closed doors."""
    target = world.president[0].target
    if target >= 0:
        contender = world.contenders[target]
        weaken_contender(contender, instrument.strength * success)


@inner_kernel
def assault_rival(
    world: World, params: Parameters, stream: Stream, instrument: Instrument, success
):
    """Use violence against the target, which frightens the press."""
    target = world.president[0].target
    if target < 0:
        return
    weaken_contender(world.contenders[target], instrument.strength * success)
    for o in range(len(world.outlets)):
        outlet = world.outlets[o]
        outlet.cowed = clip01(outlet.cowed + params.acts.mark * success)


@inner_kernel
def prosecute_rival(
    world: World, params: Parameters, stream: Stream, instrument: Instrument, success
):
    """Prosecute the target: prison, or exile for one known abroad, as far as courts obey."""
    target = world.president[0].target
    if target < 0:
        return
    contender = world.contenders[target]
    convicted = uniform(stream, DRAW_CONVICTED, target) < success
    court = Entity.COURTS + CourtKind.SUPREME
    verdict = 1.0 if convicted else 0.0
    event = log_event(world, EventKind.VERDICT, court, Entity.CONTENDERS + target, verdict)
    log_reason(world, event, Reason.OBEDIENCE, success)
    if not convicted:
        return
    goes_abroad = uniform(stream, DRAW_EXILE, target) < contender.fame
    contender.exiled, contender.jailed = goes_abroad, not goes_abroad
    contender.barred = True
    society = world.society[0]
    society.deterrence = clip01(society.deterrence + params.acts.mark)
    weaken_contender(contender, instrument.strength)
    term = params.memory.term
    _sentence(world, term, contender, target, goes_abroad, instrument.strength)


@inner_kernel
def coopt_rival(world: World, params: Parameters, stream: Stream, instrument: Instrument, success):
    """Offer the target a post in the government."""
    _offer_post(world, params, stream, instrument.strength, Post.MINISTER)


@inner_kernel
def transfer_rival(
    world: World, params: Parameters, stream: Stream, instrument: Instrument, success
):
    """Offer the target an honourable post far away."""
    _offer_post(world, params, stream, instrument.strength, Post.AMBASSADOR)


@inner_kernel
def promote_away(world: World, params: Parameters, stream: Stream, instrument: Instrument, success):
    """Promote the vice-president out of the way (T061).

    Parliament fills the speaker's chair that he leaves, perhaps against the ruler.
    """
    world.contenders[Role.VICE_PRESIDENT].office = instrument.strength
    world.parliament[0].chair_empty = True


@inner_kernel
def field_spoiler(world: World, params: Parameters, stream: Stream, instrument, success):
    """Put up a candidate who takes votes from the rival, since he says the same (T083)."""
    level = params.acts.mark
    target = world.president[0].target
    spoiler_contender = world.contenders[Role.SPOILER]
    lift_restrictions(spoiler_contender)
    spoiler_contender.active, spoiler_contender.open = True, True
    spoiler_contender.organisation, spoiler_contender.money = level, level
    spoiler_contender.fame, spoiler_contender.visible = level, level
    if target >= 0:
        rival_contender = world.contenders[target]
        spoiler_contender.nation = rival_contender.nation
        spoiler_contender.market = rival_contender.market
        spoiler_contender.radicalism = rival_contender.radicalism


EFFECTS_ON_RIVALS = (
    (Verb.RAISE_BARRIER, raise_barrier),
    (Verb.BAR_FROM_BALLOT, bar_from_ballot),
    (Verb.SMEAR, smear_rival),
    (Verb.HARASS, harass_rival),
    (Verb.ASSAULT, assault_rival),
    (Verb.PROSECUTE, prosecute_rival),
    (Verb.COOPT, coopt_rival),
    (Verb.TRANSFER_RIVAL, transfer_rival),
    (Verb.PROMOTE_AWAY, promote_away),
    (Verb.FIELD_SPOILER, field_spoiler),
)
