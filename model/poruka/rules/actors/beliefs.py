"""Beliefs: how likely each constituency thinks it that someone else could rule.

Only public signals move them, never the true state.

Equations
---------
beliefs.follow
    public = deed (published_share + b) + hint f
    signal = clip01(public + hint ((v + abroad) o + preferred hears))
    v      = visible for citizens, 1 for business, officials and foreigners
    signal is multiplied by hindered for a rival who is barred, jailed, exiled, coopted or not
    eligible
    believed_chance moves to signal within a year
    belief = the sum of weight believed_chance over the constituencies
    belief_in_alternative moves to the highest belief within a season

Symbols
-------
b, f, o : backing of the rival by the rich, weight of his office, his organisation
v : how far a constituency can see the rival's organisation
visible : how far the media let the public hear of the rival
preferred : share of citizens who privately prefer the rival to the ruler
hears : how far a constituency hears what citizens say in private
abroad : falls of rulers abroad, ``society.example_of_change`` between 0 and 1
weight : weight of a constituency; believed_chance is that of one constituency, belief the total
season, year : memories that all rules share

References
----------
Theses T055 T095 T096 T108; chapter, "Opposition: The Peril of Moderates".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.functions import approach, clip01
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import is_people
from poruka.engine.rule import rule
from poruka.engine.world_types import BeliefsNumbers, Constituency, Parameters, Stream, World

# --- equations -----------------------------------------------------------------------------------


@kernel
def public_signals(p: BeliefsNumbers, published_share, backing, office):
    """Return what votes, open backing and office say publicly for a rival.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("beliefs")
    >>> least = public_signals(p, 0.1, 0.1, 0.1)
    >>> public_signals(p, 0.4, 0.1, 0.1) > least, public_signals(p, 0.1, 0.4, 0.1) > least
    (True, True)
    >>> public_signals(p, 0.1, 0.1, 0.4) > least
    True
    """
    return p.deed * (published_share + backing) + p.hint * office


@kernel
def belief_signal(p: BeliefsNumbers, public, organisation, visibility, preferred, hears, abroad):
    """Return the belief in [0, 1] that the signals of a month speak for.

    Silence of the media hides an organisation (T095); a fall abroad adds to it (T108).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("beliefs")
    >>> unseen = belief_signal(p, 0.1, 0.5, 0.0, 0.2, 0.5, 0.0)
    >>> belief_signal(p, 0.1, 0.5, 0.8, 0.2, 0.5, 0.0) > unseen
    True
    >>> belief_signal(p, 0.1, 0.5, 0.0, 0.4, 0.5, 0.0) > unseen
    True
    >>> belief_signal(p, 0.1, 0.5, 0.0, 0.2, 0.5, 1.0) > unseen
    True
    """
    hints = (visibility + abroad) * organisation + preferred * hears
    return clip01(public + p.hint * hints)


# --- what the equations read off the world -------------------------------------------------------


@kernel
def _signal_for(
    world: World, p: BeliefsNumbers, j, constituency: Constituency, is_elite, public, abroad
):
    """Return the signal that one constituency gets of contender j."""
    contender = world.contenders[j]
    # The elite knows whom the media pass over.
    visibility = 1.0
    if not is_elite:
        visibility = through(world, Channel.RIVALS_HEARD_OF, j, contender.visible)
    signal = belief_signal(
        p,
        public,
        contender.organisation,
        visibility,
        contender.preferred,
        constituency.hears,
        abroad,
    )
    # A second reading of the text: nobody believes in a contender who was co-opted or could not be
    # imagined as ruler.
    is_hindered = contender.barred or contender.jailed or contender.exiled or contender.coopted
    return signal * p.hindered if is_hindered or not contender.eligible else signal


# --- the rule ------------------------------------------------------------------------------------


@rule(
    id="beliefs.follow",
    claim=(
        "Belief in another ruler moves on published votes, open defections, registrations, what the"
        " media let through and falls abroad, never on the true state."
    ),
    theses=["T055", "T095", "T096", "T108"],
    locator="Opposition: The Peril of Moderates",
    standing="operationalised",
    mechanism="M1.belief",
)
def update_beliefs(world: World, params: Parameters, stream: Stream):
    """Move the belief of each constituency in each contender, and take the highest."""
    p = params.beliefs
    society = world.society[0]
    contender_count = len(world.contenders)
    abroad = clip01(society.example_of_change)
    abroad = through(world, Channel.FALLS_ABROAD_IN_BELIEF, 0, abroad)
    highest_belief = 0.0
    for j in range(1, contender_count):
        contender = world.contenders[j]
        contender.belief = 0.0
        public = public_signals(p, contender.published_share, contender.backing, contender.office)
        for k in range(len(world.constituencies)):
            constituency = world.constituencies[k]
            belief = world.beliefs[k * contender_count + j]
            if not contender.active:
                belief.believed_chance = 0.0
                continue
            is_elite = not is_people(k)
            signal = _signal_for(world, p, j, constituency, is_elite, public, abroad)
            belief.believed_chance = approach(belief.believed_chance, signal, params.memory.year)
            contender.belief += constituency.weight * belief.believed_chance
        if contender.active and contender.belief > highest_belief:
            highest_belief = contender.belief
    society.belief_in_alternative = approach(
        society.belief_in_alternative, highest_belief, params.memory.season
    )
