"""The custom of one-man rule: what it lends to a ruler in control, and to others before he is.

Where people are used to an autocrat, they recognise as rightful whoever is one. While the ruler
does not hold the country they look to those who promise the old authority: communists, and
nationalists too where the union was one's own empire. Once he holds it they look to him.

Equations
---------
recognition_of_ruler
    recognition a max(0, K - recognised_control)
recognition_of_old_order
    recognition a max(0, recognised_control - K), of which contender j has the part h_j
kinship_with_old_order
    h_j = 1 for communists, nostalgia for nationalists, 0 for all others
hearing_under_custom
    what a hearing would teach a movement, times 1 - a h_j

Symbols
-------
a : custom of one-man rule, ``society.autocratic_custom``
K : the ruler's control, an index
h_j : how far contender j stands for the old order
nostalgia : how far the union was one's own empire
recognition : a number of :mod:`.citizens`
recognised_control : control from which he holds the country, a number of :mod:`.evaluation`

References
----------
Theses T076 T089; chapter, "Some Comparisons".
"""

from poruka.engine.channel_switch import through
from poruka.engine.jit import kernel
from poruka.engine.kinds import Role
from poruka.engine.world_types import Parameters, World

# --- equations -----------------------------------------------------------------------------------


@kernel
def recognition_of_ruler(recognition, custom, control, recognised_control):
    """Return what recognition adds: where one-man rule is the custom, control is a right (T089).

    >>> recognition_of_ruler(0.8, 0.9, 0.8, 0.5) > recognition_of_ruler(0.8, 0.1, 0.8, 0.5)
    True
    >>> recognition_of_ruler(0.8, 0.9, 0.8, 0.5) > recognition_of_ruler(0.8, 0.9, 0.4, 0.5) == 0.0
    True
    """
    return recognition * custom * max(0.0, control - recognised_control)


@kernel
def recognition_of_old_order(recognition, custom, control, recognised_control):
    """Return what custom lends to those who promise the old authority while the ruler lacks it.

    >>> recognition_of_old_order(0.8, 0.9, 0.3, 0.5) > recognition_of_old_order(0.8, 0.4, 0.3, 0.5)
    True
    >>> recognition_of_old_order(0.8, 0.9, 0.3, 0.5) > recognition_of_old_order(0.8, 0.9, 0.6, 0.5)
    True

    It goes to one side or the other, never to both:

    >>> recognition_of_old_order(0.8, 0.9, 0.7, 0.5), recognition_of_ruler(0.8, 0.9, 0.3, 0.5)
    (0.0, 0.0)
    """
    return recognition * custom * max(0.0, recognised_control - control)


@kernel
def hearing_under_custom(moderation, custom, kinship):
    """Return how far a hearing moderates a movement: custom keeps that of the old order as it is.

    >>> hearing_under_custom(0.3, 0.9, 1.0) < hearing_under_custom(0.3, 0.4, 1.0)
    True
    >>> hearing_under_custom(0.3, 0.9, 0.0)
    0.3
    """
    return moderation * (1.0 - custom * kinship)


# --- what the equations read off the world -------------------------------------------------------


@kernel
def kinship_with_old_order(world: World, j):
    """Return how far contender j stands for the old order; empires are a nationalist's (T076)."""
    if j == Role.COMMUNIST:
        return 1.0
    return world.society[0].nostalgia if j == Role.NATIONALIST else 0.0


@kernel
def lent_to_old_order(world: World, link, params: Parameters):
    """Return what every citizen sees in one who stands for the old order through and through.

    What people think of him and how they vote are two links.
    """
    if params.on.M1_comparison <= 0.0:
        return 0.0  # ablated: the ruler is judged alone
    custom, control = world.society[0].autocratic_custom, world.index[0].control
    threshold = params.evaluation.recognised_control
    lent = recognition_of_old_order(params.citizens.recognition, custom, control, threshold)
    return through(world, link, 0, lent)
