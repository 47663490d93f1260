"""Staying with the ruler or leaving him: what each is worth to an oligarch.

What he gains by staying he has while the ruler lasts, and the rules he wants only if he falls; so
both are weighed by the belief that a breach succeeds. His property is as insecure in opposition as
at the ruler's side until there are rules, so that fear for it counts in the worth of rules alone.
The rule that compares the two is :mod:`.defection`. The page has more numbers than most, because
the text gives the rich many reasons to stay and to leave, each of which is weighed.

Equations
---------
success_of_breach
    success    = clip01(bandwagon (g + solidarity g_i) + hope (A + c - d))
property_to_come
    to_come    = assets_left (1 - union_hold) (1 - law_custom)
spoils_of_staying
    spoils_i   = saturate(assets_worth to_come claim_i, fortune)
hold_of_power
    hold_i     = saturate(owed_i wealth_i, fortune)
mutual_cover
    cover_i    = f_i hold_i
tie_to_ruler
    bond_i     = 1 - (1 - n_i) (1 - spoils_i) (1 - cover_i)
stay_value
    stay       = (1 - success) (spoils spoils_i + surety cover_i U + nearness n_i)
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
saturate(x, half) : x / (x + half)
assets_left : share of state assets that is still to be given away
union_hold : how far the centre of a union holds back what its republics own
law_custom : how far rule by law is the custom
to_come : what power has still to give, which is neither the union's nor bound by law
assets_worth : worth of all assets, a number of :mod:`.privatisation`
claim_i, spoils_i : his part of what is given away; what he may still hope for
wealth_i, owed_i : his fortune; the part of it that power gave outside the law
hold_i, cover_i : what he would not have without power; what he and the others cover for each other
bond_i : how firmly he is tied to the ruler, by favour, by what is to come and by mutual cover
n_i, f_i, r_i : his nearness to the ruler; compromising files on him; insecurity of his property
U : unity of the elite (monolith)
a_i : his aspiration to power and respect
distrust : how much it counts that a man could rule himself, a number of :mod:`.privatisation`
eligible, titular : whether he could rule; whether he belongs to the titular people
red : organisation of the communists times their radicalism
C, H : chaos; hardship

References
----------
Theses T021 T030 T032 T038 T039 T040 T041 T042 T044 T047 T050 T055 T080 T084; chapter, "The New
Opposition" and "Privatization and Power".
"""

from poruka.engine.functions import clip01, saturate
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
def property_to_come(assets_left, union_hold, law_custom):
    """Return what power has still to give: not what the union holds, nor what law divides (T040).

    >>> property_to_come(0.8, 0.0, 0.1) > property_to_come(0.2, 0.0, 0.1)
    True
    >>> property_to_come(0.8, 0.0, 0.1) > property_to_come(0.8, 0.9, 0.1)
    True
    >>> property_to_come(0.8, 0.0, 0.1) > property_to_come(0.8, 0.0, 0.9)
    True
    """
    return assets_left * (1.0 - union_hold) * (1.0 - law_custom)


@kernel
def spoils_of_staying(p, worth_to_come, claim):
    """Return what a man may still hope to be given, on the scale of what he has (T040).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> spoils_of_staying(p, 40.0, 0.02) > spoils_of_staying(p, 5.0, 0.02)
    True
    >>> spoils_of_staying(p, 40.0, 0.02) > spoils_of_staying(p, 40.0, 0.001)
    True
    """
    return saturate(worth_to_come * claim, p.fortune)


@kernel
def hold_of_power(p, owed, wealth):
    """Return how much a man has that power gave and could take, from 0 to 1 (T039, T041).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> hold_of_power(p, 0.9, 2.0) > hold_of_power(p, 0.2, 2.0) > hold_of_power(p, 0.2, 0.5)
    True
    """
    return saturate(owed * wealth, p.fortune)


@kernel
def mutual_cover(files, hold):
    """Return the bond of shared guilt: what could be brought against him, and what for (T038).

    >>> mutual_cover(0.8, 0.6) > mutual_cover(0.8, 0.1), mutual_cover(0.8, 0.6) > 0.6 * 0.1
    (True, True)
    """
    return files * hold


@kernel
def tie_to_ruler(nearness, spoils, cover):
    """Return how firmly a man is tied to the ruler: he is free only where no tie holds (T038, T039).

    >>> tied = tie_to_ruler(0.4, 0.3, 0.5)
    >>> tied > tie_to_ruler(0.1, 0.3, 0.5) and tied > tie_to_ruler(0.4, 0.0, 0.5)
    True
    >>> tied > tie_to_ruler(0.4, 0.3, 0.0)
    True
    """
    return 1.0 - (1.0 - nearness) * (1.0 - spoils) * (1.0 - cover)


@kernel
def stay_value(p, success, spoils, cover, unity, nearness):
    """Return the worth of staying while the ruler lasts: spoils, cover in a united elite, favour.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("oligarchs")
    >>> stayed = stay_value(p, 0.1, 0.3, 0.5, 0.8, 0.5)
    >>> stayed > stay_value(p, 0.1, 0.0, 0.5, 0.8, 0.5)
    True
    >>> stayed > stay_value(p, 0.1, 0.3, 0.5, 0.2, 0.5) > stay_value(p, 0.1, 0.3, 0.0, 0.2, 0.5)
    True
    >>> stayed > stay_value(p, 0.1, 0.3, 0.5, 0.8, 0.1)
    True
    >>> stayed > stay_value(p, 0.6, 0.3, 0.5, 0.8, 0.5)
    True
    """
    return (1.0 - success) * (p.spoils * spoils + p.surety * cover * unity + p.nearness * nearness)


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
