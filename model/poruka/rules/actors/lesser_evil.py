"""The lesser evil: what follows if the ruler stays, set against what follows if he is weakened.

If he falls, somebody comes after him: a man of the citizen's own camp, or one of the far camp, each
as likely as people believe in him. Whoever stands between two camps is nearer to both than such a
gamble is, and the farther apart they are the more so: distances count by their squares.

Equations
---------
expected_gain
    b g - (1 - b) futility stakes
worth_of_fall
    sum of b g / sum of b, over all who could come after the ruler: in a vote those who stand in it
gain_of_leaving
    own - fear of the other camp, which is stakes quarrel (own - worth_of_fall)

Symbols
-------
b : belief of a citizen's people that a contender can come to power
g : gain of a citizen if that contender rules in the ruler's place
own : gain by his own man, of all whom he could choose the one with the largest expected gain
stakes : how far power itself is at stake: 1 where the ruler may fall by it, less in a first round
quarrel : how far the camps still fear each other's victory, a field of society

References
----------
Theses T007 T055 T073 T075; chapter, "The Rise of Personal Rule" and "Opposition: The Peril of
Moderates".
"""

from poruka.engine.channel_switch import through
from poruka.engine.jit import kernel
from poruka.engine.world_types import CitizensNumbers, World

# --- equations -----------------------------------------------------------------------------------


@kernel
def expected_gain(p: CitizensNumbers, belief, gain, stakes):
    """Return the worth of choosing a contender; one who cannot win costs something (T055).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("citizens")
    >>> expected_gain(p, 0.6, 0.2, 1.0) > expected_gain(p, 0.6, 0.1, 1.0)
    True
    >>> expected_gain(p, 0.6, 0.0, 1.0) > expected_gain(p, 0.1, 0.0, 1.0)
    True
    >>> expected_gain(p, 0.1, 0.2, 0.0) > expected_gain(p, 0.1, 0.2, 1.0)
    True
    """
    return belief * gain - (1.0 - belief) * p.futility * stakes


@kernel
def worth_of_fall(weighted_gain, total_belief, own):
    """Return what a citizen gains if the ruler falls: the mean over who may come after, by belief.

    Between two camps the fall of the man in the middle is worth less than he is to both (T007):

    >>> near, far = 0.3, -1.7  # what either camp gains by its own man and by the other's
    >>> worth_of_fall(0.5 * near + 0.5 * far, 1.0, near) < 0.0
    True

    Where nobody is believed in, there is only one's own man to think of:

    >>> worth_of_fall(0.0, 0.0, near) == near
    True
    """
    return weighted_gain / total_belief if total_belief > 0.0 else own


# --- what the equations read off the world -------------------------------------------------------


@kernel
def gain_of_leaving(world: World, link, i, own, fall, stakes):
    """Return what citizen i gains by leaving the ruler: his own man, less fear of the other camp.

    The link is that of the rule that asks, as not all have the same stakes. With full stakes it is
    what the ruler's fall is worth to him. Where power is not at stake, and where nobody thinks of
    the other camp, it is the gain by his own man (T075).
    """
    fear_of_other_camp = stakes * world.society[0].quarrel * (own - fall)
    return own - through(world, link, i, fear_of_other_camp)
