"""Staying with the ruler or leaving him: what each is worth to an oligarch.

What he gains by staying he has while the ruler lasts, and the rules he wants only if he falls; so
both are weighed by the belief that a breach succeeds. His property is as insecure in opposition as
at the ruler's side until there are rules, so that fear for it counts in the worth of rules alone.
The rule that compares the two is :mod:`.defection`.

Equations
---------
success_of_breach
    success    = clip01(hope (g + support_i + A + c - d))
stay_value
    stay       = (1 - success) staying (spoils_i + cover_i (1 - gone) + n_i)
worth_of_rules
    rules_i    = (1 - law_custom) (r_i + ambition a_i (1 if eligible, else 1 - distrust))
expected_punishment
    harm_i     = punishment ground_i v (1 - (shield solidarity if titular, else 0))
ground_for_punishment
    ground_i   = clean_punishment + (1 - clean_punishment) f_i
risk_from_street
    risk       = street (red + C + H)
leave_value
    leave      = (success + certain_gain) rules_i - (1 - success) harm_i - risk

Symbols
-------
g : share of oligarchs seen to be out
support_i : support of those tied to him who are out (:mod:`.elite_ties`)
solidarity : living loyalty of kin, horde and place in this society
A : acceptability times belief of the strongest alternative ruler whom the rich could accept
c, d : belief that criticism is survivable; deterrence
law_custom : how far rule by law is the custom
spoils_i, cover_i : what he may still hope for; what he and the others cover for each other
    (:mod:`.ties`)
n_i, f_i, r_i : his nearness to the ruler; compromising files on him; insecurity of his property
gone : share of the elite that broke away
v : chance that courts convict whom the ruler prosecutes (:mod:`.instrument_valuation`)
a_i : his aspiration to power and respect
distrust : how much it counts that a man could rule himself, a number of :mod:`.privatisation`
eligible, titular : whether he could rule; whether he belongs to the titular people
red : organisation of the communists times their radicalism
C, H : chaos; hardship

References
----------
Theses T021 T030 T032 T038 T040 T041 T042 T044 T047 T050 T055 T080 T084 T097; chapter, "The New
Opposition".
"""

from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.world_types import OligarchsNumbers

# --- equations -----------------------------------------------------------------------------------


@kernel
def success_of_breach(p: OligarchsNumbers, seen_out, support, alternative, criticism, deterrence):
    """Return the believed chance that a breach succeeds, which others who left raise (T032).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> many = success_of_breach(p, 0.3, 0.25, 0.1, 0.0, 0.0)
    >>> many > success_of_breach(p, 0.0, 0.25, 0.1, 0.0, 0.0)
    True
    >>> many > success_of_breach(p, 0.3, 0.0, 0.1, 0.0, 0.0)
    True
    >>> many > success_of_breach(p, 0.3, 0.25, 0.0, 0.0, 0.0)
    True
    >>> success_of_breach(p, 0.3, 0.25, 0.1, 0.5, 0.0) > many
    True
    >>> many > success_of_breach(p, 0.3, 0.25, 0.1, 0.0, 0.5)
    True
    """
    signs = seen_out + support + alternative + criticism - deterrence
    return clip01(p.hope * signs)


@kernel
def stay_value(p: OligarchsNumbers, success, spoils, cover, gone, nearness):
    """Return the worth of staying while the ruler lasts: spoils, favour, cover among those in it.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> stayed = stay_value(p, 0.1, 0.3, 0.5, 0.1, 0.5)
    >>> stayed > stay_value(p, 0.1, 0.0, 0.5, 0.1, 0.5)
    True
    >>> stayed > stay_value(p, 0.1, 0.3, 0.5, 0.6, 0.5) > stay_value(p, 0.1, 0.3, 0.0, 0.6, 0.5)
    True
    >>> stayed > stay_value(p, 0.1, 0.3, 0.5, 0.1, 0.1)
    True
    >>> stayed > stay_value(p, 0.6, 0.3, 0.5, 0.1, 0.5)
    True
    """
    return (1.0 - success) * p.staying * (spoils + cover * (1.0 - gone) + nearness)


@kernel
def worth_of_rules(p: OligarchsNumbers, distrust, insecurity, aspiration, eligible, law_custom):
    """Return what rules not yet the custom are worth; who could never rule gains less (T021, T042).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> distrust = default_numbers("property").distrust
    >>> worth = worth_of_rules(p, distrust, 0.2, 0.5, True, 0.1)
    >>> worth > worth_of_rules(p, distrust, 0.2, 0.5, False, 0.1)
    True
    >>> worth > worth_of_rules(p, distrust, 0.2, 0.0, True, 0.1)
    True
    >>> worth > worth_of_rules(p, distrust, 0.2, 0.5, True, 0.9)
    True
    """
    # Where power is bound by law already a man need not break with it to be safe or to count.
    rank = p.ambition * aspiration * (1.0 if eligible else 1.0 - distrust)
    return (1.0 - law_custom) * (insecurity + rank)


@kernel
def ground_for_punishment(p: OligarchsNumbers, files):
    """Return how easily a disloyal man can be tried: his files decide, as no law does (T050).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> ground_for_punishment(p, 0.8) > ground_for_punishment(p, 0.1) > 0.0
    True
    """
    return p.clean_punishment + (1.0 - p.clean_punishment) * files


@kernel
def expected_punishment(p: OligarchsNumbers, ground, conviction, solidarity, titular):
    """Return what failure would cost: files deter (T050), his own people shield him (T032).

    What he expects is what would befall him: files serve a ruler whose courts convict (T097).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> feared = expected_punishment(p, 0.8, 0.6, 0.1, True)
    >>> feared > expected_punishment(p, 0.1, 0.6, 0.1, True)
    True
    >>> feared > expected_punishment(p, 0.8, 0.1, 0.1, True)
    True
    >>> feared > expected_punishment(p, 0.8, 0.6, 0.9, True)
    True
    >>> expected_punishment(p, 0.8, 0.6, 0.1, False) > feared
    True
    """
    return p.punishment * ground * conviction * (1.0 - (p.shield * solidarity if titular else 0.0))


@kernel
def risk_from_street(p: OligarchsNumbers, red_threat, chaos, hardship):
    """Return the fear that the old order or the street profits from a breach (T047).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> feared = risk_from_street(p, 0.4, 0.1, 0.2)
    >>> feared > risk_from_street(p, 0.0, 0.1, 0.2)
    True
    >>> feared > risk_from_street(p, 0.4, 0.0, 0.2) and feared > risk_from_street(p, 0.4, 0.1, 0.0)
    True
    """
    return p.street * (red_threat + chaos + hardship)


@kernel
def leave_value(p: OligarchsNumbers, success, rules, punishment, street_risk):
    """Return the worth of leaving: rules if it succeeds, punishment if it fails (T041, T050).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> leave_value(p, 0.3, 0.6, 0.4, 0.1) > leave_value(p, 0.3, 0.2, 0.4, 0.1)
    True
    >>> leave_value(p, 0.3, 0.6, 0.4, 0.1) > leave_value(p, 0.3, 0.6, 0.8, 0.1)
    True
    >>> leave_value(p, 1.0, 0.6, 0.4, 0.1) == leave_value(p, 1.0, 0.6, 0.8, 0.1)
    True
    """
    return (success + p.certain_gain) * rules - (1.0 - success) * punishment - street_risk
