"""Staying with the ruler or leaving him: what each is worth to an oligarch.

What he gains by staying he has while the ruler lasts, and the rules he wants only if he falls; so
both are weighed by the belief that a breach succeeds. The rule that compares the two is
:mod:`.defection`. The page has more numbers than most, because the text gives the rich many reasons
to stay and to leave, each of which is weighed.

Equations
---------
success_of_breach
    success    = clip01(bandwagon (g + solidarity g_i) + hope (A + c - d))
spoils_of_staying
    spoils_i   = spoils assets_left n_i
mutual_surety
    surety_i   = surety f_i U
stay_value
    stay       = (1 - success) (spoils_i + surety_i + nearness n_i) - r_i
worth_of_rules
    rules_i    = r_i + ambition a_i (1 if eligible, else 1 - distrust)
expected_punishment
    harm_i     = punishment ground_i (1 - (shield solidarity if titular, else 0))
ground_for_punishment
    ground_i   = clean_punishment + (1 - clean_punishment) f_i
risk_from_street
    risk       = street (red + C + H)
leave_value
    leave      = (success + certain_gain) rules_i - (1 - success) harm_i - risk

Symbols
-------
g, g_i : share of oligarchs, and of those of i's own clan or people, seen to be out
solidarity : living loyalty of kin, horde and place in this society
A : acceptability times belief of the strongest alternative ruler whom the rich could accept
c, d : belief that criticism is survivable; deterrence
assets_left : share of state assets that is still to be given away
n_i, f_i, r_i : his nearness to the ruler; compromising files on him; insecurity of his property
U : unity of the elite (monolith)
a_i : his aspiration to power and respect
distrust : how much it counts that a man could rule himself, a number of :mod:`.privatisation`
eligible, titular : whether he could rule; whether he belongs to the titular people
red : organisation of the communists times their radicalism
C, H : chaos; hardship

References
----------
Theses T021 T030 T032 T038 T040 T041 T042 T044 T047 T050 T055 T080 T084; chapter, "The New
Opposition".
"""

from poruka.engine.functions import clip01
from poruka.engine.jit import kernel

# --- equations -----------------------------------------------------------------------------------


@kernel
def success_of_breach(p, seen_out, seen_out_near, solidarity, alternative, criticism, deterrence):
    """Return the believed chance that a breach succeeds, which others who left raise (T032).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> many = success_of_breach(p, 0.3, 0.5, 0.5, 0.1, 0.0, 0.0)
    >>> many > success_of_breach(p, 0.0, 0.5, 0.5, 0.1, 0.0, 0.0)
    True
    >>> many > success_of_breach(p, 0.3, 0.0, 0.5, 0.1, 0.0, 0.0)
    True
    >>> many > success_of_breach(p, 0.3, 0.5, 0.5, 0.0, 0.0, 0.0)
    True
    >>> success_of_breach(p, 0.3, 0.5, 0.5, 0.1, 0.5, 0.0) > many
    True
    >>> many > success_of_breach(p, 0.3, 0.5, 0.5, 0.1, 0.0, 0.5)
    True
    """
    visible_defections = p.bandwagon * (seen_out + solidarity * seen_out_near)
    return clip01(visible_defections + p.hope * (alternative + criticism - deterrence))


@kernel
def spoils_of_staying(p, assets_left, nearness):
    """Return the worth of what is still to be given away, most to those who are near (T040).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> spoils_of_staying(p, 0.8, 0.5) > spoils_of_staying(p, 0.1, 0.5)
    True
    """
    return p.spoils * assets_left * nearness


@kernel
def mutual_surety(p, files, monolith):
    """Return the bond of shared guilt, which holds best in a united elite (T038).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> mutual_surety(p, 0.8, 0.9) > mutual_surety(p, 0.8, 0.2) > mutual_surety(p, 0.0, 0.2)
    True
    """
    return p.surety * files * monolith


@kernel
def stay_value(p, success, spoils, surety, nearness, insecurity):
    """Return the worth of staying: favour while the ruler lasts, less the risk to property (T041).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> stay_value(p, 0.1, 0.3, 0.2, 0.5, 0.1) > stay_value(p, 0.1, 0.3, 0.2, 0.5, 0.6)
    True
    >>> stay_value(p, 0.1, 0.3, 0.2, 0.9, 0.1) > stay_value(p, 0.1, 0.3, 0.2, 0.1, 0.1)
    True
    >>> stay_value(p, 0.1, 0.3, 0.2, 0.5, 0.1) > stay_value(p, 0.6, 0.3, 0.2, 0.5, 0.1)
    True
    """
    return (1.0 - success) * (spoils + surety + p.nearness * nearness) - insecurity


@kernel
def worth_of_rules(p, distrust, insecurity, aspiration, eligible):
    """Return what rules would be worth to him; who could never rule gains less (T021, T042).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> distrust = default_numbers("property").distrust
    >>> worth_of_rules(p, distrust, 0.2, 0.5, True) > worth_of_rules(p, distrust, 0.2, 0.5, False)
    True
    >>> worth_of_rules(p, distrust, 0.2, 0.5, True) > worth_of_rules(p, distrust, 0.2, 0.0, True)
    True
    """
    return insecurity + p.ambition * aspiration * (1.0 if eligible else 1.0 - distrust)


@kernel
def ground_for_punishment(p, files):
    """Return how easily a disloyal man can be tried: his files decide, as no law does (T050).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> ground_for_punishment(p, 0.8) > ground_for_punishment(p, 0.1) > 0.0
    True
    """
    return p.clean_punishment + (1.0 - p.clean_punishment) * files


@kernel
def expected_punishment(p, ground, solidarity, titular):
    """Return what failure would cost: files deter (T050), his own people shield him (T032).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> feared = expected_punishment(p, 0.8, 0.1, True)
    >>> feared > expected_punishment(p, 0.1, 0.1, True)
    True
    >>> feared > expected_punishment(p, 0.8, 0.9, True)
    True
    >>> expected_punishment(p, 0.8, 0.1, False) > feared
    True
    """
    return p.punishment * ground * (1.0 - (p.shield * solidarity if titular else 0.0))


@kernel
def risk_from_street(p, red_threat, chaos, hardship):
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
def leave_value(p, success, rules, punishment, street_risk):
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
