"""Acts on everything else: media, streets, parties, the cabinet, owners, kin, the ruler's own image
and safety.
"""

from poruka.engine.codes import (
    AT_CONSTITUTION,
    AT_COURTS,
    AT_FAMILY,
    AT_OLIGARCHS,
    AT_OUTLETS,
    AT_PARLIAMENT,
    AT_PRESIDENT,
    CLIENT,
    CONSTITUTIONAL_COURT,
    CRITIC,
    EVENT_DISMISSAL,
    EVENT_LAW,
    EVENT_RETURN,
    EVENT_SEIZURE,
    EVENT_VERDICT,
    GRUMBLER,
    NOBODY,
    OPPONENT,
    OWNER_INDEPENDENT,
    OWNER_KIN,
    OWNER_STATE,
    PARTNER,
    SILENT,
    SUPREME_COURT,
    WHY_APPROVAL,
    WHY_POWER,
)
from poruka.engine.event_log import because, tell
from poruka.engine.functions import share
from poruka.engine.instrument_codes import (
    VERB_ABOLISH_DEPUTY,
    VERB_ALLOCATE_SAFELY,
    VERB_BAN_STREET,
    VERB_CALM_CAMPS,
    VERB_CONCEDE,
    VERB_COW_PRESS,
    VERB_EMERGENCY,
    VERB_FILL_FUND,
    VERB_GLORIFY,
    VERB_HAND_OVER,
    VERB_HUSH,
    VERB_IMMUNITY,
    VERB_KIN_AWAY,
    VERB_MAKE_EXAMPLE,
    VERB_PARTY_LAW,
    VERB_PASS_MODERATES,
    VERB_POCKET_PARTY,
    VERB_PURGE,
    VERB_REPLACE_COURT,
    VERB_ROTATE_PREMIERS,
    VERB_SCAPEGOAT,
    VERB_STRIP_PORTFOLIO,
    VERB_TAKE_MEDIA,
    VERB_WARN_OWNERS,
)
from poruka.engine.jit import kernel
from poruka.engine.random_streams import uniform
from poruka.rules.actors.appointments import dismiss_premier


@kernel
def _on_press(world, stream, instrument, success):
    """Take channels over or frighten them."""
    if instrument.verb == VERB_TAKE_MEDIA:
        left = 1.0 + 3.0 * instrument.strength
        for o in range(len(world.outlets)):
            outlet = world.outlets[o]
            if (
                outlet.owner == OWNER_INDEPENDENT
                and left > 0.0
                and uniform(stream, 40, o) < 0.4 + 0.6 * success
            ):
                outlet.owner = (
                    OWNER_KIN
                    if world.president[0].kin > 0
                    and uniform(stream, 41, o) < world.society[0].kin_acceptance
                    else OWNER_STATE
                )
                left -= 1.0
    elif instrument.verb == VERB_COW_PRESS:
        for o in range(len(world.outlets)):
            outlet = world.outlets[o]
            outlet.cowed = share(outlet.cowed + instrument.strength * success)
        tell(world, EVENT_VERDICT, AT_COURTS + SUPREME_COURT, AT_OUTLETS, success)
    else:  # hush
        world.president[0].odium = share(world.president[0].odium - 0.05 * instrument.strength)


@kernel
def _on_owners(world, stream, instrument, success):
    """Warn, strip or make an example of the rich."""
    society = world.society[0]
    if instrument.verb == VERB_PURGE:
        worst, found = 0.0, -1
        for i in range(len(world.oligarchs)):
            oligarch = world.oligarchs[i]
            mark = (
                oligarch.wealth
                * oligarch.skeletons
                * (1.0 - oligarch.nearness)
                * (2.0 if 1 <= oligarch.stance <= 3 else 1.0)
            )
            if mark > worst and oligarch.kin < 0.5 and oligarch.stance <= OPPONENT:
                worst, found = mark, i
        if found >= 0:
            oligarch = world.oligarchs[found]
            oligarch.wealth *= 0.7
            oligarch.grievance = share(oligarch.grievance + 0.4)
            tell(world, EVENT_SEIZURE, AT_PRESIDENT, AT_OLIGARCHS + found, worst)
        society.arbitrariness = share(society.arbitrariness + 0.1)
        return
    # A warning or an example: those who waver step back, as far as they have something to hide.
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        scare = (
            instrument.strength
            * oligarch.skeletons
            * (1.0 - oligarch.boldness)
            * (1.0 - oligarch.believed_success)
        )
        if oligarch.stance == OPPONENT and uniform(stream, 42, i) < 0.5 * scare:
            oligarch.stance = SILENT
            oligarch.grievance = share(oligarch.grievance + 0.2)
            tell(world, EVENT_RETURN, AT_OLIGARCHS + i, NOBODY, scare)
        elif (oligarch.stance == GRUMBLER or oligarch.stance == CRITIC) and uniform(
            stream, 42, i
        ) < scare:
            oligarch.stance = CLIENT
            oligarch.grievance = share(oligarch.grievance + 0.1)


@kernel
def _on_parties(world, stream, instrument, success):
    """Raise the barrier, open the way for pocket parties, or let the moderates through alone."""
    constitution = world.constitution[0]
    society = world.society[0]
    if instrument.verb == VERB_PARTY_LAW:
        constitution.party_barrier = share(constitution.party_barrier + instrument.strength)
        tell(world, EVENT_LAW, AT_PRESIDENT, AT_CONSTITUTION, constitution.party_barrier)
    elif instrument.verb == VERB_POCKET_PARTY:
        constitution.pocket_open = True
    else:
        for p in range(len(world.parties)):
            party = world.parties[p]
            if party.active and not party.pocket and party.radicalism < 0.45:
                party.moderate_pass, party.registered = True, True
        society.unity *= 1.0 - instrument.strength
        society.safe_criticism = share(society.safe_criticism + 0.05)
        for i in range(len(world.oligarchs)):
            oligarch = world.oligarchs[i]
            if oligarch.stance == OPPONENT and uniform(
                stream, 43, i
            ) < 0.3 * instrument.strength * (1.0 - oligarch.boldness):
                oligarch.stance = CRITIC


@kernel
def _on_cabinet(world, stream, instrument):
    """Dismiss, rotate or trim the premier."""
    premier = world.premier[0]
    if premier.person < 0:
        return
    if instrument.verb == VERB_STRIP_PORTFOLIO:
        premier.portfolio = 0.0
        premier.power *= 1.0 - instrument.strength
        return
    place = tell(world, EVENT_DISMISSAL, AT_PRESIDENT, AT_OLIGARCHS + premier.person, premier.power)
    because(world, place, WHY_POWER, premier.power)
    because(world, place, WHY_APPROVAL, world.president[0].approval)
    dismiss_premier(world, instrument.strength)


@kernel
def _on_kin(world, instrument):
    """Move the kinsman who frightens everybody aside: short of full strength he keeps his fortune
    and his blood (T025).
    """
    worst, found = 0.0, -1
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if kinsman.active and not kinsman.exiled and kinsman.reach * kinsman.aggressiveness > worst:
            worst, found = kinsman.reach * kinsman.aggressiveness, m
    if found < 0:
        return
    kinsman = world.family[found]
    kinsman.warned += 1
    kinsman.security *= 1.0 - instrument.strength
    world.society[0].fear_of_kin *= 0.6
    if kinsman.warned > 1:
        kinsman.exiled = True
        world.society[0].fear_of_kin *= 0.4
    if instrument.strength > 0.9:  # punished like anybody else: he loses what he gathered
        kinsman.wealth *= 0.3
        kinsman.media *= 0.3
        kinsman.positioning = 0.0
    tell(world, EVENT_DISMISSAL, AT_PRESIDENT, AT_FAMILY + found, worst)


@kernel
def _on_himself(world, instrument):
    """See to the ruler's own image, safety and purse, and to the calm of the camps."""
    president = world.president[0]
    constitution = world.constitution[0]
    economy = world.economy[0]
    verb, strength = instrument.verb, instrument.strength
    if verb == VERB_GLORIFY:
        president.honeymoon = min(0.3, president.honeymoon + strength)
    elif verb == VERB_CALM_CAMPS:
        president.integration_talk = 1.0
        for r in range(len(world.regions)):
            region = world.regions[r]
            region.minority_mobilised *= 1.0 - 0.2 * strength
    elif verb == VERB_IMMUNITY:
        constitution.immunity = True
        tell(world, EVENT_LAW, AT_PARLIAMENT, AT_PRESIDENT, president.guilt)
    elif verb == VERB_EMERGENCY:
        constitution.emergency = True
        tell(world, EVENT_LAW, AT_PRESIDENT, AT_CONSTITUTION, 60.0)
    elif verb == VERB_FILL_FUND:
        economy.fund = share(economy.fund + 0.3 * economy.oil_income)
    elif verb == VERB_ABOLISH_DEPUTY:
        constitution.deputy_office = False
        world.contenders[PARTNER].office = 0.0
    elif verb == VERB_REPLACE_COURT:
        world.courts[CONSTITUTIONAL_COURT].appointed = 1.0
        tell(world, EVENT_LAW, AT_PRESIDENT, AT_COURTS, 1.0)
    elif verb == VERB_ALLOCATE_SAFELY:
        economy.safe_policy = share(economy.safe_policy + strength)
    elif verb == VERB_CONCEDE:
        society = world.society[0]
        society.contested = share(society.contested + 0.1 * strength)
        constitution.registration_barrier = share(
            constitution.registration_barrier - 0.3 * strength
        )
        society.west_price = share(society.west_price - 0.05)
        president.deflected = share(president.deflected + 0.15 * strength)


@kernel
def act_on_society(world, params, stream, i, success):
    """Do what the verb says."""
    instrument = world.instruments[i]
    president = world.president[0]
    verb = instrument.verb
    if verb == VERB_TAKE_MEDIA or verb == VERB_COW_PRESS or verb == VERB_HUSH:
        _on_press(world, stream, instrument, success)
    elif verb == VERB_BAN_STREET:
        world.constitution[0].street_banned = True
    elif verb == VERB_PARTY_LAW or verb == VERB_PASS_MODERATES or verb == VERB_POCKET_PARTY:
        _on_parties(world, stream, instrument, success)
    elif verb == VERB_SCAPEGOAT or verb == VERB_STRIP_PORTFOLIO or verb == VERB_ROTATE_PREMIERS:
        _on_cabinet(world, stream, instrument)
    elif verb == VERB_PURGE or verb == VERB_WARN_OWNERS or verb == VERB_MAKE_EXAMPLE:
        _on_owners(world, stream, instrument, success)
    elif verb == VERB_KIN_AWAY:
        _on_kin(world, instrument)
    elif verb == VERB_HAND_OVER:
        president.ready_to_go = True
    else:
        _on_himself(world, instrument)
