"""The threat to a ruler from society, from his own kin and from what awaits him.

What the ruler makes of it stands in :mod:`.threat_perception`. A sphere that nobody controls counts
by his unease about the unseen times the share of it that is out of his hands (T010), so that there
is no weight for any single sphere; what he sees has the weight `sphere` wherever it is.

Equations
---------
parties_threat
    U clip01(energy) (1 - (1 - fenced) barrier)

street_threat
    clip01(sphere protest + U), without the second term if rallies are banned

business_threat
    clip01(sphere critics + U W)

ethnic_camps_threat
    clip01(tension + claims (1 - statehood)), times sphere, as the next three are

blame_threat
    (1 - approval) hardship

kin_threat
    clip01(fear + united + (1 - 1 / max(1, heirs)) e), as a single heir has no rival

post_tenure_threat
    clip01(min(1, guilt) (unprosecuted + (1 - unprosecuted) P)), times `fenced` if immune

succession_threat
    clip01(U [second elected office] + sphere (1 - health) e)

Symbols
-------
U : unease about what could grow unseen
energy, barrier : energy of movements; barrier to parties
protest : recent protest
critics : share of the rich who grumble, criticise or oppose
W : share of the fortunes of the rich that is far from the ruler
tension, claims, statehood : ethnic tension; claims from abroad; belief in the state
approval, hardship : approval of the ruler; hardship
fear, united, heirs : common fear of a predatory kinsman; share of rich and kin who stand against
    him; kin who count as heirs
guilt, P : what the ruler would have to answer for; prosecution of rulers abroad
e, health : expected end of his tenure; the ruler's health
[c] : 1 where c holds, otherwise 0

References
----------
Theses T003 T010 T013 T043 T051 T109; chapter, "Conclusion".
"""

from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.world_types import ThreatsNumbers

# --- equations --------------------------------------------------------------------------------


@kernel
def parties_threat(p: ThreatsNumbers, unease, movement_energy, barrier):
    """Return the threat from parties: movements feed it, a barrier of law holds it back (T010).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> parties_threat(p, 0.5, 0.8, 0.2) > parties_threat(p, 0.5, 0.2, 0.2)
    True
    >>> parties_threat(p, 0.5, 0.8, 0.2) > parties_threat(p, 0.5, 0.8, 0.9)
    True
    """
    return unease * clip01(movement_energy) * (1.0 - (1.0 - p.fenced) * barrier)


@kernel
def street_threat(p: ThreatsNumbers, protest, unease, banned):
    """Return the threat from the street: protest, and what could gather while none is banned.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> street_threat(p, 0.4, 0.5, False) > street_threat(p, 0.1, 0.5, False)
    True
    >>> street_threat(p, 0.4, 0.5, False) > street_threat(p, 0.4, 0.5, True)
    True
    """
    return clip01(p.sphere * protest + (0.0 if banned else unease))


@kernel
def business_threat(p: ThreatsNumbers, critics, distant_fortunes):
    """Return the threat from the rich: critics among them, and wealth far from him (T043).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> business_threat(p, 0.2, 0.3) > business_threat(p, 0.0, 0.3)
    True
    >>> business_threat(p, 0.0, 0.8) > business_threat(p, 0.0, 0.3)
    True
    """
    return clip01(p.sphere * critics + distant_fortunes)


@kernel
def ethnic_camps_threat(tension, claims, statehood):
    """Return the threat from ethnic camps: tension, and claims from abroad on a doubted state.

    >>> ethnic_camps_threat(0.2, 0.5, 0.3) > ethnic_camps_threat(0.1, 0.5, 0.3)
    True
    >>> ethnic_camps_threat(0.2, 0.5, 0.3) > ethnic_camps_threat(0.2, 0.5, 0.9)
    True
    """
    return clip01(tension + claims * (1.0 - statehood))


@kernel
def blame_threat(approval, hardship):
    """Return the threat of being blamed: more in a slump, less for a ruler who is liked (T051).

    >>> blame_threat(0.5, 0.6) > blame_threat(0.5, 0.2) > blame_threat(0.8, 0.2)
    True
    """
    return (1.0 - approval) * hardship


@kernel
def kin_threat(fear_of_kin, united, heirs, expected_end):
    """Return the threat from his kin: a predatory one, and rivalry of heirs near the end.

    Those united against one open his eyes to it (T023):

    >>> kin_threat(0.1, 0.3, 2.0, 0.2) > kin_threat(0.1, 0.0, 2.0, 0.2)
    True
    >>> kin_threat(0.3, 0.0, 2.0, 0.5) > kin_threat(0.1, 0.0, 2.0, 0.5)
    True
    >>> kin_threat(0.1, 0.0, 2.0, 0.5) > kin_threat(0.1, 0.0, 2.0, 0.2)
    True
    >>> kin_threat(0.1, 0.0, 3.0, 0.5) > kin_threat(0.1, 0.0, 1.0, 0.5)
    True
    """
    return clip01(fear_of_kin + united + (1.0 - 1.0 / max(1.0, heirs)) * expected_end)


@kernel
def post_tenure_threat(p: ThreatsNumbers, guilt, prosecution, immune):
    """Return the threat of what awaits him after office: guilt, and prosecution (T003, T109).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> post_tenure_threat(p, 0.8, 0.5, False) > post_tenure_threat(p, 0.2, 0.5, False)
    True
    >>> post_tenure_threat(p, 0.8, 0.5, False) > post_tenure_threat(p, 0.8, 0.1, False)
    True
    >>> post_tenure_threat(p, 0.8, 0.5, False) > post_tenure_threat(p, 0.8, 0.5, True)
    True
    """
    by_example = p.unprosecuted + (1.0 - p.unprosecuted) * prosecution
    return clip01(min(1.0, guilt) * by_example) * (p.fenced if immune else 1.0)


@kernel
def succession_threat(p: ThreatsNumbers, second_elected, unease, health, expected_end):
    """Return the threat from the succession: a second elected man (T013), illness near the end.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> quiet = succession_threat(p, False, 0.5, 0.8, 0.5)
    >>> succession_threat(p, True, 0.5, 0.8, 0.5) > quiet
    True
    >>> succession_threat(p, False, 0.5, 0.4, 0.5) > quiet
    True
    """
    deputy = unease if second_elected else 0.0
    return clip01(deputy + p.sphere * (1.0 - health) * expected_end)
