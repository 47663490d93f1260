"""Patronage: loyalty and fear pass down the pyramid from patron to client and on to his clients.

Equations
---------
patronage.follow
    of clients of an oligarch (first layer)
        support = 0 if he broke with the ruler, else distant_patron + (1 - distant_patron) n
        fed_i moves to saturate(wealth, fortune) within a `year`
    of clients of a client
        support = loyalty of the patron
        fed_i moves to that of the patron within a `year`
    loyalty moves to patron support + (1 - patron) (fed_i + f) / 2 within a `year`
    pyramid_loyalty = mean loyalty of all clients

Symbols
-------
saturate(x, half) : x / (x + half)
fortune : fortune at which wealth gives half of what it can, a number of :mod:`.oligarchs`
support : how far the patron stands by the ruler
n, wealth : nearness of the oligarch to the ruler; his fortune
fed_i, f : how well the client is fed; compromising files on him

References
----------
Theses T038 T057; chapter, "Privatization and Power".
"""

from poruka.engine.constants import TWO
from poruka.engine.functions import approach, saturate
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import has_broken_away
from poruka.engine.kinds import Layer, Stance
from poruka.engine.rule import rule
from poruka.engine.world_types import Parameters, PatronageNumbers, Stream, World

# --- equations -----------------------------------------------------------------------------------


@kernel
def support_of_patron(p: PatronageNumbers, has_broken, nearness):
    """Return how far an oligarch holds his clients to the ruler: not at all once he broke (T057).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("patronage")
    >>> near, far = support_of_patron(p, False, 0.8), support_of_patron(p, False, 0.0)
    >>> near > far > support_of_patron(p, True, 0.8)
    True
    """
    return 0.0 if has_broken else p.distant_patron + (1.0 - p.distant_patron) * nearness


@kernel
def loyalty_of_client(p: PatronageNumbers, patron_support, fed, files):
    """Return the loyalty to which a client tends: he follows his patron, bound by guilt (T038).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("patronage")
    >>> bound = loyalty_of_client(p, 0.5, 0.4, 0.6)
    >>> bound > loyalty_of_client(p, 0.0, 0.4, 0.6)
    True
    >>> bound > loyalty_of_client(p, 0.5, 0.0, 0.6)
    True
    >>> bound > loyalty_of_client(p, 0.5, 0.4, 0.0)
    True
    """
    return p.patron * patron_support + (1.0 - p.patron) * (fed + files) / TWO


# --- the rule ------------------------------------------------------------------------------------


@rule(
    id="patronage.follow",
    claim=(
        "Clients follow their patron, bound to the pyramid by shared guilt; where he breaks with"
        " the ruler, they waver with him."
    ),
    theses=["T038", "T057"],
    locator="Privatization and Power",
    standing="operationalised",
    mechanism="M6.pyramid",
)
def update_client_loyalty(world: World, params: Parameters, stream: Stream):
    """Pass support and feeding down the pyramid, layer by layer, and take the mean of loyalty."""
    p = params.patronage
    memory = params.memory
    total = 0.0
    for i in range(len(world.clients)):
        client = world.clients[i]
        if client.layer == Layer.FIRST:
            patron_oligarch = world.oligarchs[client.patron]
            has_broken = (
                has_broken_away(patron_oligarch.stance) and patron_oligarch.stance != Stance.COOPTED
            )
            patron_support = support_of_patron(p, has_broken, patron_oligarch.nearness)
            fed = saturate(patron_oligarch.wealth, params.oligarchs.fortune)
        else:
            patron_client = world.clients[client.patron]
            patron_support = patron_client.loyalty
            fed = patron_client.fed
        client.fed = approach(client.fed, fed, memory.year)
        goal = loyalty_of_client(p, patron_support, client.fed, client.compromising_files)
        client.loyalty = approach(client.loyalty, goal, memory.year)
        total += client.loyalty
    world.society[0].pyramid_loyalty = total / max(1.0, float(len(world.clients)))
