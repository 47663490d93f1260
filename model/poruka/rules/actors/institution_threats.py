"""The threat to a ruler from institutions, at home and abroad, and his unease about the unseen.

What the ruler makes of it stands in :mod:`.threat_perception`.

Equations
---------
unease_about_unseen
    U = clip01(vigilance f (unease_floor + unease_readiness q + unease_guilt min(1, guilt)) i
               (1 + unease_patron (1 - ally)))

parliament_threat
    powers (parliament_sitting conflict + parliament_opposition seats unity) while one sits,
    powers parliament_absent conflict otherwise: by what the last one left and the next will hold

provinces_threat
    provinces U (provinces_delivery - delivering), times provinces_appointed if he appoints
    the governors

cabinet_threat
    clip01(cabinet max(0, power - cabinet_harmless + cabinet_memory hurt power))

election_threat
    missing = clip01(election_safe - support (election_seen + election_reported reported))
    forestall near (missing + election_rival R) where the people choose the ruler, otherwise 0

lesser_mandate_threat
    bare = clip01(max(i^2, 1 - ally - mandate_patron))
    mandate max(0, neighbour - own) (mandate_floor + mandate_unprotected bare)

Symbols
-------
U : unease about what could grow unseen
f, q : foresight of the ruler; readiness of society for another order
guilt : what the ruler would have to answer for
i, ally : independence from the union; readiness of the patron abroad
powers, conflict : powers of parliament in force; conflict over power, also the last one's
seats, unity : seats of the opposition; how united it is
delivering : share of his orders that governors deliver
power, hurt : power of the premier; what the ruler suffered from premiers
near, support, reported : nearness of a vote; true support; contentment that is reported to him
R : the strongest rival, as the ruler sees him
neighbour, own : rank of the mandate of his peer abroad; of his own

References
----------
Theses T009 T010 T012 T016 T066 T110 T121; chapter, "Conclusion".
"""

from poruka.engine.functions import clip01
from poruka.engine.jit import kernel

# --- equations --------------------------------------------------------------------------------


@kernel
def unease_about_unseen(p, vigilance, foresight, readiness, guilt, independence, ally):
    """Return the unease in [0, 1] about what could grow unseen (T009).

    A ripening society and guilt to answer for deepen it (T121), a patron abroad calms (T110):

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
    unease = (
        vigilance
        * foresight
        * (p.unease_floor + p.unease_readiness * readiness + p.unease_guilt * min(1.0, guilt))
        * independence
    )
    # An uncertain patron abroad adds urgency (T110).
    return clip01(unease * (1.0 + p.unease_patron * (1.0 - ally)))


@kernel
def parliament_threat(p, powers, conflict, sits, opposition_seats, unity):
    """Return the threat from parliament, by its powers more than by who sits there (T066).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> strong = parliament_threat(p, 0.8, 0.5, True, 0.2, 0.5)
    >>> strong > parliament_threat(p, 0.3, 0.5, True, 0.6, 0.5)
    True
    >>> strong > parliament_threat(p, 0.8, 0.5, True, 0.0, 0.5)
    True
    """
    opposition = p.parliament_opposition * opposition_seats * unity if sits else 0.0
    return powers * (
        (p.parliament_sitting if sits else p.parliament_absent) * conflict + opposition
    )


@kernel
def provinces_threat(p, unease, delivering, appointed):
    """Return the threat from the provinces: less where governors deliver or are appointed (T010).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> provinces_threat(p, 0.5, 0.2, False) > provinces_threat(p, 0.5, 0.8, False)
    True
    >>> provinces_threat(p, 0.5, 0.2, False) > provinces_threat(p, 0.5, 0.2, True)
    True
    """
    return (
        p.provinces
        * unease
        * (p.provinces_delivery - delivering)
        * (1.0 if not appointed else p.provinces_appointed)
    )


@kernel
def cabinet_threat(p, power, hurt):
    """Return the threat from a strong premier, who reminds him of earlier ones.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> cabinet_threat(p, 0.7, 0.3) > cabinet_threat(p, 0.5, 0.3) > cabinet_threat(p, 0.5, 0.0)
    True
    """
    return clip01(
        p.cabinet * max(0.0, power - p.cabinet_harmless + p.cabinet_memory * hurt * power)
    )


@kernel
def election_threat(p, forestall, near, support, reported_contentment, rival):
    """Return the threat of a vote: support that seems missing, and the strongest rival.

    Reports of contentment hide it (T009):

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> due = election_threat(p, 1.0, 0.8, 0.5, 0.4, 0.3)
    >>> due > election_threat(p, 1.0, 0.8, 0.7, 0.4, 0.3)
    True
    >>> due > election_threat(p, 1.0, 0.8, 0.5, 0.8, 0.3)
    True
    >>> due > election_threat(p, 1.0, 0.8, 0.5, 0.4, 0.1)
    True
    """
    seen = p.election_seen + p.election_reported * reported_contentment
    missing_support = clip01(p.election_safe - support * seen)
    return forestall * near * (missing_support + p.election_rival * rival)


@kernel
def lesser_mandate_threat(p, neighbour_mandate, own_mandate, independence, ally):
    """Return the threat of a lesser mandate than that of his peers (T012).

    It matters once the union's centre no longer protects him, sooner where the centre is hostile:

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> alone = lesser_mandate_threat(p, 2.0, 1.0, 0.9, 0.5)
    >>> alone > lesser_mandate_threat(p, 2.0, 1.0, 0.2, 0.9)
    True
    >>> alone > lesser_mandate_threat(p, 2.0, 2.0, 0.9, 0.5)
    True
    """
    unprotected = max(independence * independence, 1.0 - ally - p.mandate_patron)
    return (
        p.mandate
        * max(0.0, neighbour_mandate - own_mandate)
        * (p.mandate_floor + p.mandate_unprotected * clip01(unprotected))
    )
