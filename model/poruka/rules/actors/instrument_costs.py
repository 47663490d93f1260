"""What the use of an instrument costs the ruler: offence, breach of law, manner and conscience.

The page has more numbers than most, as an act can offend, break a law, go against custom or his
manner, and be excused by an example, each by a measure of its own.

Equations
---------
instrument_cost
    careful = careless + (1 - careless) a
    hidden  = deniable careful hidden_hand (1 - Q)
    offence = citizens (1 - inattention chaos) felt(habit) + minority m + elite felt(F)
              + west felt(P), felt(x) = offence_floor + (1 - offence_floor) x
              times the standing of parliament for an act that ends it; at least 0: whom it pleases
              makes up for whom it offends, but favour is no gain of its own
    law     = irregular agreement Q
              + binding (1 - custom) to found a party of his own
    example = x careful
    first   = untried a (1 - x) where rulers abroad could have set an example
    style   = manner (blunt abs(blunt - impulsiveness) + deniable impulsiveness)
    pledge  = 1 to replace a constitution that binds him, otherwise 0
    cost    = careful (offended offence + law) (1 - hidden) (1 - example)
              + first + style + conscience reverence irregular + pledge

Symbols
-------
deniable, irregular, blunt : how deniable, unlawful and forceful the instrument is
citizens, minority, elite, west : its offence to each of these
a, impulsiveness, reverence : caution and impulsiveness of the ruler; his reverence for law
Q, chaos, habit : how far society agrees on its rules; chaos; its habit of democracy
m, F, P : share of the minority; plurality of rooted clans; price the West puts on irregular acts
x : example abroad, from 0 to 1
custom : custom of one-man rule

References
----------
Theses T002 T005 T006 T008 T011 T036 T064 T072 T085 T094 T105 T124; chapter, "Presidents and
Parliaments".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.functions import clip
from poruka.engine.instrument_kinds import Verb
from poruka.engine.jit import kernel
from poruka.engine.world_types import Instrument, Parameters, ValuationNumbers, World

# --- equations --------------------------------------------------------------------------------


@kernel
def care(p: ValuationNumbers, caution):
    """Return how well a ruler does what takes care: the more cautious, the better (T005).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("valuation")
    >>> care(p, 0.9) > care(p, 0.2)
    True
    """
    return p.careless + (1.0 - p.careless) * caution


@kernel
def hidden_share(hidden_hand, deniable, care_taken, consensus):
    """Return the share of the cost that is concealed (T008).

    A cautious man hides his hand better, and best where society cannot agree on what it sees
    (T085):

    >>> hidden_share(0.8, 0.5, 0.9, 0.3) > hidden_share(0.8, 0.5, 0.2, 0.3)
    True
    >>> hidden_share(0.8, 0.5, 0.9, 0.3) > hidden_share(0.8, 0.5, 0.9, 0.8)
    True
    """
    return deniable * care_taken * hidden_hand * (1.0 - consensus)


@kernel
def felt_offence(p: ValuationNumbers, cost, openness):
    """Return an offence as it is felt: most by those whom habit, roots or principles made open.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("valuation")
    >>> felt_offence(p, 0.5, 0.8) > felt_offence(p, 0.5, 0.2)
    True
    """
    return cost * (p.offence_floor + (1.0 - p.offence_floor) * openness)


@kernel
def inattention_in_chaos(p: ValuationNumbers, chaos):
    """Return how far people in upheaval turn their attention away from institutions (T064).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("valuation")
    >>> inattention_in_chaos(p, 0.8) > inattention_in_chaos(p, 0.1)
    True
    """
    return p.inattention * chaos


@kernel
def offence_to_citizens(p: ValuationNumbers, cost, inattention, habit):
    """Return the offence to citizens: more where democracy is a habit, less in chaos (T064).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("valuation")
    >>> offence_to_citizens(p, 0.5, 0.8, 0.4) < offence_to_citizens(p, 0.5, 0.1, 0.4)
    True
    >>> offence_to_citizens(p, 0.5, 0.1, 0.8) > offence_to_citizens(p, 0.5, 0.1, 0.4)
    True
    """
    public_attention = 1.0 - inattention
    return public_attention * felt_offence(p, cost, habit)


@kernel
def net_offence(citizens, minority, elite, west):
    """Return the offence to all constituencies, at least 0.

    Whom an act pleases makes up for whom it offends. Favour is no gain of its own: what it is worth
    stands in the threats it takes away, so that he concedes under pressure alone (T124):

    >>> net_offence(0.3, 0.0, -0.1, 0.0) < net_offence(0.3, 0.0, 0.1, 0.0)
    True
    >>> net_offence(-0.3, 0.0, 0.0, -0.3)
    0.0
    """
    return max(0.0, citizens + minority + elite + west)


@kernel
def price_of_breach(agreement, irregular, consensus):
    """Return the price of a breach of law: a society agreed on its rules forgives least (T085).

    >>> price_of_breach(1.0, 0.5, 0.8) > price_of_breach(1.0, 0.5, 0.2)
    True
    """
    return irregular * agreement * consensus


@kernel
def example_followed(example, care_taken):
    """Return how far an example abroad excuses the act: for a cautious man most (T105).

    >>> example_followed(0.9, 0.7) > example_followed(0.2, 0.7)
    True
    >>> example_followed(0.9, 0.7) > example_followed(0.9, 0.1)
    True
    """
    return example * care_taken


@kernel
def price_of_style(manner, blunt, deniable, impulsiveness):
    """Return the price of acting against his own manner.

    Force costs a cautious ruler most; an impulsive one has no patience for the gentle way, and none
    to send others ahead and stay behind the scenes (T005):

    >>> price_of_style(1.0, 0.9, 0.0, 0.1) > price_of_style(1.0, 0.9, 0.0, 0.7)
    True
    >>> price_of_style(1.0, 0.1, 0.0, 0.9) > 0.0
    True
    >>> price_of_style(1.0, 0.1, 0.9, 0.9) > price_of_style(1.0, 0.1, 0.9, 0.1)
    True
    """
    return manner * (blunt * abs(blunt - impulsiveness) + deniable * impulsiveness)


@kernel
def price_before_the_public(p: ValuationNumbers, care_taken, offence, law, hidden, example):
    """Return what he reckons others make him pay: less for what he hides or others did before.

    To weigh what an act may cost takes care, too: a rash man strikes first (T005).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("valuation")
    >>> price = price_before_the_public(p, 0.5, 0.4, 0.2, 0.1, 0.1)
    >>> price > price_before_the_public(p, 0.5, 0.4, 0.2, 0.6, 0.1)
    True
    >>> price > price_before_the_public(p, 0.5, 0.4, 0.2, 0.1, 0.6)
    True
    >>> price > price_before_the_public(p, 0.3, 0.4, 0.2, 0.1, 0.1)
    True
    """
    return care_taken * (offence * p.offended + law) * (1.0 - hidden) * (1.0 - example)


@kernel
def ends_parliament(verb):
    """Return whether an act ends a parliament.

    >>> ends_parliament(Verb.DISSOLVE_BY_FORCE), ends_parliament(Verb.NEW_CONSTITUTION)
    (True, False)
    """
    return (
        verb == Verb.DISSOLVE_BY_OWN_VOTE
        or verb == Verb.DISSOLVE_BY_VERDICT
        or verb == Verb.DISSOLVE_BY_FORCE
    )


# --- what the equations read off the world ----------------------------------------------------


@kernel
def _total_offence(world: World, p: ValuationNumbers, instrument: Instrument):
    """Return the offence to all constituencies."""
    society = world.society[0]
    inattention = through(world, Channel.CHAOS_HIDES, 0, inattention_in_chaos(p, society.chaos))
    # Clans that took root (T036) and a West that puts a price on it feel more of it.
    price = through(world, Channel.PRICE_IN_THE_WEST, 0, society.west_price)
    offence = net_offence(
        offence_to_citizens(p, instrument.cost_citizens, inattention, society.habit),
        instrument.cost_minority * society.minority_share,
        felt_offence(p, instrument.cost_elite, society.plural_clans),
        felt_offence(p, instrument.cost_west, price),
    )
    # Nobody at home or abroad misses a house without standing (T064, T094).
    if ends_parliament(instrument.verb):
        offence *= through(world, Channel.STANDING_IN_PRICE, 0, world.parliament[0].legitimacy)
    return offence


@kernel
def _price_of_law(world: World, params: Parameters, instrument: Instrument):
    """Return the price of breaking or bending rules, and of binding himself."""
    society = world.society[0]
    consensus = through(world, Channel.AGREEMENT_ON_RULES, 0, society.consensus)
    price = price_of_breach(params.president.agreement, instrument.irregular, consensus)
    if instrument.verb == Verb.FOUND_LOYAL_PARTY:
        # A party's programme and apparatus bind its leader, less where people obey anyway (T011,
        # T072).
        binding = params.parties.binding * (1.0 - society.autocratic_custom)
        price += through(world, Channel.PARTY_BINDS_RULER, 0, binding)
    return price


@kernel
def _price_of_pledge(world: World, instrument: Instrument):
    """Return what binds the ruler to a constitution he negotiated, when he would replace it (T006).

    Neither a hidden hand nor an example abroad excuses it: others broke no word of his.
    """
    if instrument.verb != Verb.NEW_CONSTITUTION:
        return 0.0
    pledge = 1.0 if world.constitution[0].compromise else 0.0
    return through(world, Channel.PLEDGE_OF_CONSTITUTION, 0, pledge)


@kernel
def _example_abroad(world: World, instrument: Instrument):
    """Return how far rulers abroad are seen to have done the same, from 0 to 1 (T105)."""
    if instrument.precedent < 0:
        return 0.0
    example = clip(world.outsides[instrument.precedent].learnt, 0.0, 1.0)
    return through(world, Channel.EXAMPLE_OF_RULERS_ABROAD, instrument.precedent, example)


@kernel
def instrument_cost(world: World, params: Parameters, instrument: Instrument):
    """Return the cost of using an instrument.

    It is the offence to each constituency and the breach of law, less what is concealed and less
    what an example abroad excuses; the risk of going first, style and conscience come on top.
    """
    p = params.valuation
    president = world.president[0]
    example = _example_abroad(world, instrument)
    care_taken = care(p, president.caution)
    followed = example_followed(example, care_taken)
    hidden = hidden_share(
        params.president.hidden_hand, instrument.deniable, care_taken, world.society[0].consensus
    )
    price = price_before_the_public(
        p,
        care_taken,
        _total_offence(world, p, instrument),
        _price_of_law(world, params, instrument),
        hidden,
        followed,
    )
    # What nobody tried may fail, whoever would get the blame (T105).
    first = 0.0
    if instrument.precedent >= 0:
        first = params.president.untried * president.caution * (1.0 - example)
    first = through(world, Channel.RISK_OF_GOING_FIRST, 0, first)
    style = price_of_style(
        params.president.manner, instrument.blunt, instrument.deniable, president.impulsiveness
    )
    style = through(world, Channel.PRICE_OF_STYLE, 0, style)
    # Breaking the law costs a ruler who reveres it, whoever gets the blame (T002).
    conscience = params.president.conscience * president.reverence * instrument.irregular
    conscience = through(world, Channel.REVERENCE_FOR_LAW, 0, conscience)
    return price + first + style + conscience + _price_of_pledge(world, instrument)
