"""Oligarchs: insecure once property can be taken, and what those learn who have defected.

Equations
---------
oligarchs.fear_loss
    stake        = saturate(wealth_i, fortune)
    danger       = clip01(R + other_dangers (F + T))
    insecurity_i moves to clip01(danger (1 - q_i) insecurity hold_i) within a `year`
    aspiration_i moves to stake ambition_i within a `year`
    grievance_i  moves to X stake within a `term`

oligarchs.settle
    deterrence is forgotten within a `term`
    a prisoner is released when his sentence is over, and before with the chance
                   readmission (1 - b_i) a month; grievance_i rises by `wrong`
    fear         = (repression + deterrence) f_i (1 - b_i) (1 - s_i)
    an opponent gives in with the chance `fear` a month, and keeps his grievance
    who fell silent or was called back is a client again with the chance readmission
    c moves to clip01(openness (plural_clans + habit) + (critics - punished) / N) within a `year`

Symbols
-------
saturate(x, half) : x / (x + half)
R, F, T : danger of seizure; fear of the ruler's kin; turnover of officials
hold_i : what he has that power gave and could take (:mod:`.ties`)
q_i, ambition_i : his protection; his ambition
X : share of assets that went to foreigners
b_i, f_i, s_i : his boldness; compromising files on him; his belief that a breach succeeds
critics, punished, N : oligarchs who criticise in the open; those in prison or exile; all
plural_clans, habit : how plural the elite is; democratic habit
c : belief that criticism is survivable

References
----------
Theses T041 T045 T050 T057 (oligarchs.fear_loss), T080 T082 T084 (oligarchs.settle), T023 T037 T081
T120 (single numbers); chapter, "The New Opposition" and "Crushing the New Opposition".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.codes import NOBODY
from poruka.engine.event_log import log_event
from poruka.engine.functions import approach, clip01, forget, saturate
from poruka.engine.jit import kernel
from poruka.engine.kinds import Stance
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind
from poruka.engine.rule import rule
from poruka.engine.world_types import OligarchsNumbers, Parameters, Stream, World
from poruka.rules.actors.ties import hold_of_power

DRAW_RELEASE = 0
DRAW_GIVING_IN = 1
DRAW_READMISSION = 2


# --- equations -----------------------------------------------------------------------------------


@kernel
def danger_of_new_officials(p: OligarchsNumbers, turnover):
    """Return the danger in new officials, each of whom divides property anew (T057).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> danger_of_new_officials(p, 0.6) > danger_of_new_officials(p, 0.1)
    True
    """
    return p.other_dangers * turnover


@kernel
def danger_to_property(p: OligarchsNumbers, property_risk, fear_of_kin, new_officials):
    """Return the danger that owners see, also in predatory kin and in new officials (T023, T057).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> danger_to_property(p, 0.2, 0.6, 0.1) > danger_to_property(p, 0.2, 0.1, 0.1)
    True
    >>> danger_to_property(p, 0.2, 0.1, 0.6) > danger_to_property(p, 0.2, 0.1, 0.1)
    True
    """
    return clip01(property_risk + p.other_dangers * fear_of_kin + new_officials)


@kernel
def fear_of_loss(p: OligarchsNumbers, danger, protection, hold):
    """Return the insecurity of an owner: of what power gave, and less for one in favour (T041).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> fear_of_loss(p, 0.3, 0.4, 0.8) > fear_of_loss(p, 0.3, 0.4, 0.1)
    True
    >>> fear_of_loss(p, 0.3, 0.4, 0.8) > fear_of_loss(p, 0.3, 0.9, 0.8)
    True
    """
    return clip01(danger * (1.0 - protection) * p.insecurity * hold)


@kernel
def patriotic_grievance(foreign_share, stake):
    """Return the grievance that assets in foreign hands keep up, other wrongs forgotten (T045).

    >>> patriotic_grievance(0.5, 0.8) > patriotic_grievance(0.1, 0.8)
    True
    >>> patriotic_grievance(0.5, 0.8) > patriotic_grievance(0.5, 0.1)
    True
    """
    return foreign_share * stake


@kernel
def fear_of_opponent(repression, deterrence, files, boldness, success):
    """Return how far an opponent is afraid: hope fades and files are opened (T050, T080).

    >>> afraid = fear_of_opponent(0.3, 0.5, 0.8, 0.4, 0.2)
    >>> afraid > fear_of_opponent(0.3, 0.5, 0.0, 0.4, 0.2)
    True
    >>> afraid > fear_of_opponent(0.3, 0.0, 0.8, 0.4, 0.2)
    True
    >>> afraid > fear_of_opponent(0.3, 0.5, 0.8, 0.9, 0.2)
    True
    """
    return (repression + deterrence) * files * (1.0 - boldness) * (1.0 - success)


@kernel
def lesson_of_criticism(
    p: OligarchsNumbers, plural_clans, habit, critics, punished, oligarch_count
):
    """Return how survivable criticism looks: critics at liberty say yes, prisoners no (T081, T084).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> safe = lesson_of_criticism(p, 0.4, 0.3, 2.0, 0.0, 20.0)
    >>> safe > lesson_of_criticism(p, 0.0, 0.3, 2.0, 0.0, 20.0)
    True
    >>> safe > lesson_of_criticism(p, 0.4, 0.0, 2.0, 0.0, 20.0)
    True
    >>> safe > lesson_of_criticism(p, 0.4, 0.3, 0.0, 0.0, 20.0)
    True
    >>> safe > lesson_of_criticism(p, 0.4, 0.3, 2.0, 1.0, 20.0)
    True
    """
    return clip01(p.openness * (plural_clans + habit) + (critics - punished) / oligarch_count)


# --- the rules -----------------------------------------------------------------------------------


@rule(
    id="oligarchs.fear_loss",
    claim=(
        "The richer a man is the more he has to lose: what power gave, power can take, so"
        " insecurity grows with fortune and with what is seen to happen to others."
    ),
    theses=["T041", "T045", "T050", "T057"],
    locator="The New Opposition",
    standing="operationalised",
    mechanism="M3.insecurity",
)
def fear_loss(world: World, params: Parameters, stream: Stream):
    """Let insecurity, aspiration and grievance follow what each man has to lose."""
    p = params.oligarchs
    memory = params.memory
    # Compromising files are a bond and a threat in the choice to defect, not part of this fear: an
    # amnesty should free men to leave (T050).
    economy = world.economy[0]
    society = world.society[0]
    fear_of_kin = through(world, Channel.FEAR_OF_KIN, 0, society.fear_of_kin)
    new_officials = danger_of_new_officials(p, society.turnover)
    new_officials = through(world, Channel.NEW_OFFICIALS, 0, new_officials)
    danger = danger_to_property(p, economy.property_risk, fear_of_kin, new_officials)
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        stake = saturate(oligarch.wealth, p.fortune)
        # What power gave and no law, power can take: what binds him while he is given more is what
        # he fears for later.
        hold = hold_of_power(p, oligarch.owed, oligarch.wealth)
        fear = fear_of_loss(p, danger, oligarch.protection, hold)
        oligarch.insecurity = approach(oligarch.insecurity, fear, memory.year)
        wish = through(world, Channel.WISH_FOR_RANK, i, stake * oligarch.ambition)
        oligarch.aspiration = approach(oligarch.aspiration, wish, memory.year)
        patriotism = patriotic_grievance(economy.foreign_share, stake)
        patriotism = through(world, Channel.FOREIGN_OWNERS, i, patriotism)
        oligarch.grievance = approach(oligarch.grievance, patriotism, memory.term)


@kernel
def fall_silent(world: World, i, grievance, value):
    """Let oligarch i come back from prison or opposition, silent and with a grievance more."""
    oligarch = world.oligarchs[i]
    oligarch.stance = Stance.SILENT
    oligarch.grievance = clip01(oligarch.grievance + grievance)
    log_event(world, EventKind.DEFECTOR_RETURN, Entity.OLIGARCHS + i, NOBODY, value)


@kernel
def serve_sentence(world: World, p: OligarchsNumbers, stream: Stream, i, contrition):
    """Let prisoner i serve a month, and go free when his time is up or he repents (T082)."""
    oligarch = world.oligarchs[i]
    oligarch.sentence_months -= 1
    repents = uniform(stream, DRAW_RELEASE, i) < p.readmission * contrition
    if oligarch.sentence_months <= 0 or repents:
        fall_silent(world, i, p.wrong, oligarch.boldness)


@kernel
def give_in_or_hold_out(world: World, p: OligarchsNumbers, stream: Stream, i):
    """Let opponent i give in out of fear: most do before they are tried (T080)."""
    oligarch = world.oligarchs[i]
    fear = fear_of_opponent(
        world.index[0].repression,
        world.society[0].deterrence,
        oligarch.compromising_files,
        oligarch.boldness,
        oligarch.believed_success,
    )
    fear = through(world, Channel.FILES_BRING_BACK, i, fear)
    if uniform(stream, DRAW_GIVING_IN, i) < fear:
        fall_silent(world, i, 0.0, fear)


@rule(
    id="oligarchs.settle",
    claim=(
        "Those who lived through a crushed wave keep their grievance and learn what dissent costs;"
        " who repents is let back, who is called back takes a post."
    ),
    theses=["T080", "T082", "T084"],
    locator="Crushing the New Opposition",
    standing="stated",
    mechanism="M3.aftermath",
)
def process_aftermath(world: World, params: Parameters, stream: Stream):
    """Let prison, exile and surrender take their course, and teach the others."""
    p = params.oligarchs
    society = world.society[0]
    punished = 0.0
    society.deterrence = forget(society.deterrence, params.memory.term)
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        # Asked of everybody, so that its mean is known where nobody is in prison.
        contrition = through(world, Channel.CONTRITION, i, 1.0 - oligarch.boldness)
        if oligarch.stance == Stance.PRISONER:
            punished += 1.0
            serve_sentence(world, p, stream, i, contrition)
        elif oligarch.stance == Stance.EXILE:
            punished += 1.0
        elif oligarch.stance == Stance.OPPONENT:
            give_in_or_hold_out(world, p, stream, i)
        elif oligarch.stance == Stance.SILENT or oligarch.stance == Stance.COOPTED:
            if uniform(stream, DRAW_READMISSION, i) < p.readmission:
                oligarch.stance = Stance.CLIENT
    critics = 0.0
    for i in range(len(world.oligarchs)):
        critics += 1.0 if world.oligarchs[i].stance == Stance.CRITIC else 0.0
    critics = through(world, Channel.CRITICS_AT_LIBERTY, 0, critics)
    plurality = through(world, Channel.PLURALITY_AND_CRITICISM, 0, society.plural_clans)
    lesson = lesson_of_criticism(
        p, plurality, society.habit, critics, punished, float(len(world.oligarchs))
    )
    society.safe_criticism = approach(society.safe_criticism, lesson, params.memory.year)
