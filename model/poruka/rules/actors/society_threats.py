"""The threat to a ruler from society, from his own kin and from what awaits him.

What the ruler makes of it stands in :mod:`.threat_perception`.

Equations
---------
parties_threat
    U clip01(parties_floor + parties_energy energy) (1 - parties_barrier barrier)

street_threat
    clip01(street_protest protest + U street_unease), without the second term if rallies are banned

business_threat
    clip01(business_critics critics / n + business_wealth W U)

ethnic_camps_threat
    clip01(camps_tension tension + camps_claims claims (1 - statehood))

blame_threat
    clip01(blame (1 - approval) (blame_floor + hardship))

kin_threat
    clip01(kin_fear fear + kin_heirs heirs e kin_end)

post_tenure_threat
    clip01(fate min(1, guilt) (fate_floor + fate_prosecution P)), times fate_immune if immune

succession_threat
    clip01(succession_deputy [second elected office] U + succession_health (1 - health) e)

Symbols
-------
U : unease about what could grow unseen
energy, barrier : energy of movements; barrier to parties
protest : recent protest
critics, n : critics among the rich; number of the rich
W : fortunes of the rich, each times his distance from the ruler
tension, claims, statehood : ethnic tension; claims from abroad; belief in the state
approval, hardship : approval of the ruler; hardship
fear, heirs : common fear of a predatory kinsman; kin who count as heirs
guilt, P : what the ruler would have to answer for; prosecution of rulers abroad
e, health : expected end of his tenure; the ruler's health
[c] : 1 where c holds, otherwise 0

References
----------
Theses T010 T013 T043 T051 T109; chapter, "Conclusion".
"""

from poruka.engine.functions import clip01
from poruka.engine.jit import kernel

# --- equations --------------------------------------------------------------------------------


@kernel
def parties_threat(p, unease, movement_energy, barrier):
    """Return the threat from parties: movements feed it, a barrier of law holds it back (T010).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> parties_threat(p, 0.5, 0.8, 0.2) > parties_threat(p, 0.5, 0.2, 0.2)
    True
    >>> parties_threat(p, 0.5, 0.8, 0.2) > parties_threat(p, 0.5, 0.8, 0.9)
    True
    """
    return (
        unease
        * clip01(p.parties_floor + p.parties_energy * movement_energy)
        * (1.0 - p.parties_barrier * barrier)
    )


@kernel
def street_threat(p, protest, unease, banned):
    """Return the threat from the street: protest, and what could gather while none is banned.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> street_threat(p, 0.4, 0.5, False) > street_threat(p, 0.1, 0.5, False)
    True
    >>> street_threat(p, 0.4, 0.5, False) > street_threat(p, 0.4, 0.5, True)
    True
    """
    return clip01(p.street_protest * protest + unease * p.street_unease * (0.0 if banned else 1.0))


@kernel
def business_threat(p, critics, rich, distant_wealth, unease):
    """Return the threat from the rich: critics among them, and wealth far from him (T043).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> business_threat(p, 5.0, 40, 20.0, 0.5) > business_threat(p, 1.0, 40, 20.0, 0.5)
    True
    >>> business_threat(p, 1.0, 40, 60.0, 0.5) > business_threat(p, 1.0, 40, 20.0, 0.5)
    True
    """
    return clip01(p.business_critics * critics / rich + p.business_wealth * distant_wealth * unease)


@kernel
def ethnic_camps_threat(p, tension, claims, statehood):
    """Return the threat from ethnic camps: tension, and claims from abroad on a doubted state.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> ethnic_camps_threat(p, 0.2, 0.5, 0.3) > ethnic_camps_threat(p, 0.1, 0.5, 0.3)
    True
    >>> ethnic_camps_threat(p, 0.2, 0.5, 0.3) > ethnic_camps_threat(p, 0.2, 0.5, 0.9)
    True
    """
    return clip01(p.camps_tension * tension + p.camps_claims * claims * (1.0 - statehood))


@kernel
def blame_threat(p, approval, hardship):
    """Return the threat of being blamed: more in a slump, less for a ruler who is liked (T051).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> blame_threat(p, 0.5, 0.6) > blame_threat(p, 0.5, 0.2) > blame_threat(p, 0.8, 0.2)
    True
    """
    return clip01(p.blame * (1.0 - approval) * (p.blame_floor + hardship))


@kernel
def kin_threat(p, fear_of_kin, heirs, expected_end):
    """Return the threat from his kin: a predatory one, and rivalry of heirs near the end.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> kin_threat(p, 0.3, 1.0, 0.8) > kin_threat(p, 0.1, 1.0, 0.8) > kin_threat(p, 0.1, 1.0, 0.2)
    True
    """
    return clip01(p.kin_fear * fear_of_kin + p.kin_heirs * heirs * expected_end * p.kin_end)


@kernel
def post_tenure_threat(p, guilt, prosecution, immune):
    """Return the threat of what awaits him after office: guilt, and prosecution (T109).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> post_tenure_threat(p, 0.8, 0.5, False) > post_tenure_threat(p, 0.2, 0.5, False)
    True
    >>> post_tenure_threat(p, 0.8, 0.5, False) > post_tenure_threat(p, 0.8, 0.1, False)
    True
    >>> post_tenure_threat(p, 0.8, 0.5, False) > post_tenure_threat(p, 0.8, 0.5, True)
    True
    """
    exposure = p.fate_immune if immune else 1.0
    return clip01(
        p.fate * min(1.0, guilt) * (p.fate_floor + p.fate_prosecution * prosecution) * exposure
    )


@kernel
def succession_threat(p, second_elected, unease, health, expected_end):
    """Return the threat from the succession: a second elected man (T013), illness near the end.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> quiet = succession_threat(p, False, 0.5, 0.8, 0.5)
    >>> succession_threat(p, True, 0.5, 0.8, 0.5) > quiet
    True
    >>> succession_threat(p, False, 0.5, 0.4, 0.5) > quiet
    True
    """
    deputy = p.succession_deputy if second_elected else 0.0
    return clip01(deputy * unease + p.succession_health * (1.0 - health) * expected_end)
