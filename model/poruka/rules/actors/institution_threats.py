"""The threat to a ruler from institutions, at home and abroad, and his unease about the unseen.

What the ruler makes of it stands in :mod:`.threat_perception`, where parliament, cabinet and a
lesser mandate have the weight of what he sees.

Equations
---------
unease_about_unseen
    U = clip01(vigilance f i (unease_floor
               + (1 - unease_floor) (q + min(1, guilt) + 1 - ally)))

parliament_threat
    clip01(powers (conflict + seats unity + platform) (1 - extremism)); while none sits only
    powers and conflict: the last one left the conflict, and the next one will have the powers

provinces_threat
    U (1 - delivering), times `fenced` if he appoints them

cabinet_threat
    power ((1 - cabinet_memory) + cabinet_memory hurt)

election_threat
    clip01(sphere near^(1 - f) (1 - support + R)) where the people choose
    the ruler and a vote is ahead, otherwise 0

lesser_mandate_threat
    clip01(max(0, neighbour - own) / rank of a popular mandate) clip01(max(i^2, 1 - ally)); the
    union's centre counts by what it decides here and by what it decides at his peer's, and both
    leave it together, hence the square (ours)

Symbols
-------
U : unease about what could grow unseen
f, q : foresight of the ruler; readiness of society for another order
guilt : what the ruler would have to answer for
i, ally : independence from the union; readiness of the patron abroad
powers, conflict : powers of parliament in force; conflict over power, also the last one's
seats, unity : seats of the opposition; how united it is
platform : danger of the strongest rival whose party sits in parliament
extremism : radicalism of the opposition parties that sit there, by their seats
delivering : share of his orders that governors deliver
power, hurt : power of the premier; what the ruler suffered from premiers
near, support : nearness of a vote; support for the ruler
R : the strongest rival, as the ruler sees him
neighbour, own : rank of the mandate of his peer abroad; of his own

References
----------
Theses T003 T009 T010 T012 T016 T066 T073 T110 T121; chapter, "Conclusion".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.constants import TINY
from poruka.engine.functions import clip01, code_of
from poruka.engine.jit import kernel
from poruka.engine.kinds import Mandate
from poruka.engine.world_types import ThreatsNumbers, World

# --- equations --------------------------------------------------------------------------------


@kernel
def unease_about_unseen(
    p: ThreatsNumbers, vigilance, foresight, readiness, guilt, independence, ally
):
    """Return the unease in [0, 1] about what could grow unseen (T009).

    A ripening society and guilt to answer for deepen it (T121, T003), a patron abroad calms
    (T110):

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> calm = unease_about_unseen(p, 0.5, 0.5, 0.2, 0.2, 0.8, 0.8)
    >>> unease_about_unseen(p, 0.5, 0.5, 0.7, 0.2, 0.8, 0.8) > calm
    True
    >>> unease_about_unseen(p, 0.5, 0.5, 0.2, 0.9, 0.8, 0.8) > calm
    True
    >>> unease_about_unseen(p, 0.5, 0.5, 0.2, 0.2, 0.8, 0.1) > calm
    True
    """
    grounds = readiness + min(1.0, guilt) + 1.0 - ally
    return clip01(
        vigilance * foresight * independence * (p.unease_floor + (1.0 - p.unease_floor) * grounds)
    )


@kernel
def parliament_threat(powers, conflict, sits, opposition_seats, unity, platform, extremism):
    """Return the threat from parliament, by its powers more than by who sits there (T066).

    A few seats suffice for a leader whom many could accept: he has the house's powers to stand on.
    Extremists in the house frighten everybody else, and so make it weaker (T073).

    >>> strong = parliament_threat(0.8, 0.5, True, 0.2, 0.5, 0.1, 0.2)
    >>> strong > parliament_threat(0.3, 0.5, True, 0.6, 0.5, 0.1, 0.2)
    True
    >>> strong > parliament_threat(0.8, 0.5, True, 0.0, 0.5, 0.1, 0.2)
    True
    >>> parliament_threat(0.8, 0.5, True, 0.2, 0.5, 0.4, 0.2) > strong
    True
    >>> parliament_threat(0.8, 0.5, True, 0.2, 0.5, 0.1, 0.8) < strong
    True
    """
    if not sits:
        return clip01(powers * conflict)
    opposition = opposition_seats * unity + platform
    return clip01(powers * (conflict + opposition) * (1.0 - extremism))


@kernel
def provinces_threat(p: ThreatsNumbers, unease, delivering, appointed):
    """Return the threat from the provinces: less where governors deliver or are appointed (T010).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> provinces_threat(p, 0.5, 0.2, False) > provinces_threat(p, 0.5, 0.8, False)
    True
    >>> provinces_threat(p, 0.5, 0.2, False) > provinces_threat(p, 0.5, 0.2, True)
    True
    """
    return unease * (1.0 - delivering) * (p.fenced if appointed else 1.0)


@kernel
def cabinet_threat(p: ThreatsNumbers, power, hurt):
    """Return the threat from a strong premier, who reminds him of earlier ones.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> cabinet_threat(p, 0.7, 0.3) > cabinet_threat(p, 0.5, 0.3) > cabinet_threat(p, 0.5, 0.0)
    True
    """
    return power * ((1.0 - p.cabinet_memory) + p.cabinet_memory * hurt)


@kernel
def election_threat(p: ThreatsNumbers, near, foresight, support, rival):
    """Return the threat of a vote: support that is missing, and the strongest rival (T009).

    Who looks ahead sees a vote that is far as if it were near:

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> due = election_threat(p, 0.4, 0.5, 0.5, 0.3)
    >>> due > election_threat(p, 0.4, 0.5, 0.7, 0.3)
    True
    >>> due > election_threat(p, 0.4, 0.5, 0.5, 0.1)
    True
    >>> due > election_threat(p, 0.4, 0.1, 0.5, 0.3)
    True

    Nobody sees a vote that is not ahead:

    >>> election_threat(p, 0.0, 1.0, 0.5, 0.3)
    0.0
    """
    seen = near ** (1.0 - foresight) if near > 0.0 else 0.0
    return clip01(p.sphere * seen * (1.0 - support + rival))


@kernel
def lesser_mandate_threat(neighbour_mandate, own_mandate, independence, ally):
    """Return the threat of a lesser mandate than that of his peers (T012).

    It matters once the union's centre decides neither here nor at his peer's, as both leave it
    together, and sooner where the centre is hostile:

    >>> alone = lesser_mandate_threat(2.0, 1.0, 0.9, 0.5)
    >>> alone > lesser_mandate_threat(2.0, 1.0, 0.2, 0.9)
    True
    >>> alone > lesser_mandate_threat(2.0, 2.0, 0.9, 0.5)
    True
    """
    unprotected = max(independence * independence, 1.0 - ally)
    behind = max(0.0, neighbour_mandate - own_mandate) / code_of(Mandate.POPULAR)
    return clip01(behind) * clip01(unprotected)


# --- what the equations read off the world ----------------------------------------------------


@kernel
def _platform_of_rival(world: World):
    """Return the danger of the strongest rival whose party has seats in parliament."""
    platform = 0.0
    for k in range(len(world.parties)):
        party = world.parties[k]
        if party.seats > 0.0 and party.contender > 0:
            platform = max(platform, world.contenders[party.contender].threat)
    return platform


@kernel
def _extremism_in_house(world: World):
    """Return how radical the opposition parties in parliament are, by their seats."""
    seats, radical = 0.0, 0.0
    for k in range(len(world.parties)):
        party = world.parties[k]
        seats += party.seats
        radical += party.seats * party.radicalism
    return radical / max(seats, TINY)


@kernel
def threat_of_house(world: World):
    """Return the threat from the parliament of this world."""
    parliament = world.parliament[0]
    return parliament_threat(
        through(world, Channel.POWERS_FEARED, 0, world.constitution[0].parliament_powers),
        parliament.conflict,
        parliament.sits,
        parliament.opposition_seats,
        world.society[0].unity,
        _platform_of_rival(world),
        through(world, Channel.EXTREMISM_IN_HOUSE, 0, _extremism_in_house(world)),
    )
