"""Staying with the ruler or leaving him: what each is worth to an oligarch.

The unit is what one who stays at full nearness could gain. The rule that compares the two is
:mod:`.defection`.

Equations
---------
success_of_breach
    success    = clip01(success_floor + bandwagon (g + solidarity g_i) + rival A
                        + example x + criticism c - deterrence d)
survival_of_ruler
    survival   = clip01(1 - success_doubt success - end_doubt e)
spoils_of_staying
    spoils_i   = spoils assets_left (distant_spoils + n_i)
mutual_surety
    surety_i   = surety f_i (loose_surety + united_surety U)
stay_value
    stay       = survival (spoils_i + surety_i + nearness n_i) - r_i
worth_of_rules
    rules_i    = r_i + ambition a_i (1 if eligible, else ineligible)
expected_punishment
    harm_i     = punishment (clean_punishment + files_punishment f_i)
                 (1 - shield solidarity (1 if titular, else outsider_shield))
                 survival (weak_punishment + control_punishment K) (timid - b_i)
risk_from_street
    risk       = street (red + chaos C + hardship H)
leave_value
    leave      = success (rules_i + victory) + certain_gain rules_i - (1 - success) harm_i - risk

Symbols
-------
g, g_i : share of oligarchs, and of those of i's own clan or people, seen to be out
solidarity : living loyalty of kin, horde and place in this society
A : acceptability times belief of the strongest alternative ruler whom the rich could accept
x, c, d : example of rulers who fell abroad; belief that criticism is survivable; deterrence
e : expected end of the ruler's tenure, from 0 to 1
assets_left : share of state assets that is still to be given away
n_i, f_i, r_i : his nearness to the ruler; compromising files on him; insecurity of his property
U, K : unity of the elite (monolith); the ruler's control
a_i, b_i : his aspiration to power and respect; his boldness
eligible, titular : whether he could rule; whether he belongs to the titular people
red : organisation of the communists times their radicalism
C, H : chaos; hardship

References
----------
Theses T021 T030 T032 T038 T040 T041 T042 T044 T047 T050 T055 T080 T084 T086 T108 T112; chapter,
"The New Opposition".
"""

from poruka.engine.functions import clip01
from poruka.engine.jit import kernel

# --- equations -----------------------------------------------------------------------------------


@kernel
def success_of_breach(
    p, seen_out, seen_out_near, solidarity, alternative, example, criticism, deterrence
):
    """Return the believed chance that a breach succeeds, which others who left raise (T032).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> many = success_of_breach(p, 0.3, 0.5, 0.5, 0.1, 0.0, 0.0, 0.0)
    >>> many > success_of_breach(p, 0.0, 0.5, 0.5, 0.1, 0.0, 0.0, 0.0)
    True
    >>> many > success_of_breach(p, 0.3, 0.0, 0.5, 0.1, 0.0, 0.0, 0.0)
    True
    >>> many > success_of_breach(p, 0.3, 0.5, 0.5, 0.0, 0.0, 0.0, 0.0)
    True
    >>> success_of_breach(p, 0.3, 0.5, 0.5, 0.1, 0.5, 0.0, 0.0) > many
    True
    >>> success_of_breach(p, 0.3, 0.5, 0.5, 0.1, 0.0, 0.5, 0.0) > many
    True
    >>> many > success_of_breach(p, 0.3, 0.5, 0.5, 0.1, 0.0, 0.0, 0.5)
    True
    """
    visible_defections = p.bandwagon * (seen_out + solidarity * seen_out_near)
    return clip01(
        p.success_floor
        + visible_defections
        + p.rival * alternative
        + p.example * example
        + p.criticism * criticism
        - p.deterrence * deterrence
    )


@kernel
def survival_of_ruler(p, success, expected_end):
    """Return the chance that the ruler lasts, which a likely breach and his near end lower (T112).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> survival_of_ruler(p, 0.1, 0.0) > survival_of_ruler(p, 0.6, 0.0)
    True
    >>> survival_of_ruler(p, 0.1, 0.0) > survival_of_ruler(p, 0.1, 0.8)
    True
    """
    return clip01(1.0 - p.success_doubt * success - p.end_doubt * expected_end)


@kernel
def spoils_of_staying(p, assets_left, nearness):
    """Return the worth of what is still to be given away, most to those who are near (T040).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> spoils_of_staying(p, 0.8, 0.5) > spoils_of_staying(p, 0.1, 0.5)
    True
    """
    return p.spoils * assets_left * (p.distant_spoils + nearness)


@kernel
def mutual_surety(p, files, monolith):
    """Return the bond of shared guilt, which holds best in a united elite (T038).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> mutual_surety(p, 0.8, 0.9) > mutual_surety(p, 0.8, 0.2) > mutual_surety(p, 0.0, 0.2)
    True
    """
    return p.surety * files * (p.loose_surety + p.united_surety * monolith)


@kernel
def stay_value(p, survival, spoils, surety, nearness, insecurity):
    """Return the worth of staying: favour while the ruler lasts, less the risk to property (T041).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> stay_value(p, 0.9, 0.3, 0.2, 0.5, 0.1) > stay_value(p, 0.9, 0.3, 0.2, 0.5, 0.6)
    True
    >>> stay_value(p, 0.9, 0.3, 0.2, 0.9, 0.1) > stay_value(p, 0.9, 0.3, 0.2, 0.1, 0.1)
    True
    """
    return survival * (spoils + surety + p.nearness * nearness) - insecurity


@kernel
def worth_of_rules(p, insecurity, aspiration, eligible):
    """Return what rules would be worth to him; who could never rule gains less (T021, T042).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> worth_of_rules(p, 0.2, 0.5, True) > worth_of_rules(p, 0.2, 0.5, False)
    True
    """
    return insecurity + p.ambition * aspiration * (1.0 if eligible else p.ineligible)


@kernel
def expected_punishment(p, files, solidarity, titular, survival, control, boldness):
    """Return what failure would cost: files deter (T050), his own people shield him (T032).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> feared = expected_punishment(p, 0.8, 0.1, True, 0.9, 0.7, 0.3)
    >>> feared > expected_punishment(p, 0.1, 0.1, True, 0.9, 0.7, 0.3)
    True
    >>> feared > expected_punishment(p, 0.8, 0.9, True, 0.9, 0.7, 0.3)
    True
    >>> feared > expected_punishment(p, 0.8, 0.1, True, 0.9, 0.2, 0.3)
    True
    >>> expected_punishment(p, 0.8, 0.1, False, 0.9, 0.7, 0.3) > feared
    True
    """
    shield = 1.0 - p.shield * solidarity * (1.0 if titular else p.outsider_shield)
    return (
        p.punishment
        * (p.clean_punishment + p.files_punishment * files)
        * shield
        * survival
        * (p.weak_punishment + p.control_punishment * control)
        * (p.timid - boldness)
    )


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
    return p.street * (red_threat + p.chaos * chaos + p.hardship * hardship)


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
    return (
        success * (rules + p.victory)
        + p.certain_gain * rules
        - (1.0 - success) * punishment
        - street_risk
    )
