"""How the president assesses his rivals: acceptable, with means, free, at an open moment.

Equations
---------
president.appraise
    means  = clip01(means (o + b + l + w))
    free   = 1, times held_back for one who is in prison, abroad, co-opted or barred,
             times held_back if people cannot imagine him as ruler,
             times held_back for a possible ruler of the ruler's own camp
    danger = clip01(threat clip01(a + acceptance_belief k) means moment free)
    0 for one who is not active and for a spoiler

political_opportunity
    moment = clip01(moment_floor + opening (v + h + 1 - health + clip01(x)))

Symbols
-------
o, b, l, w : organisation, money, media and weight of office of a rival
a, k : how acceptable he is; belief that he can rule
v, h : nearness of a vote; hardship
health, x : health of the ruler; example of rulers who lately fell abroad

References
----------
Theses T055 T073 T101, and T108 T112 for the moment; chapter, "Opposition: The Peril of
Moderates".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.functions import clip, clip01
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import stands_by_himself
from poruka.engine.kinds import Role
from poruka.engine.rule import rule
from poruka.engine.world_types import Contender, Parameters, Stream, ThreatsNumbers, World

# --- equations --------------------------------------------------------------------------------


@kernel
def open_moment(p: ThreatsNumbers, election_near, hardship, health, example):
    """Return how far in [0, 1] the moment favours a rival.

    A near vote, a slump, a sick ruler and falls of rulers abroad open it (T101, T108, T112):

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> quiet = open_moment(p, 0.1, 0.2, 0.9, 0.1)
    >>> open_moment(p, 0.6, 0.2, 0.9, 0.1) > quiet, open_moment(p, 0.1, 0.6, 0.9, 0.1) > quiet
    (True, True)
    >>> open_moment(p, 0.1, 0.2, 0.5, 0.1) > quiet, open_moment(p, 0.1, 0.2, 0.9, 0.5) > quiet
    (True, True)
    """
    openings = election_near + hardship + (1.0 - health) + example
    return clip01(p.moment_floor + p.opening * openings)


@kernel
def rival_means(p: ThreatsNumbers, organisation, money, media, office):
    """Return the means in [0, 1] of a rival, to which each sort of them adds the same.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("threats")
    >>> poor = rival_means(p, 0.1, 0.1, 0.1, 0.1)
    >>> rival_means(p, 0.5, 0.1, 0.1, 0.1) > poor, rival_means(p, 0.1, 0.5, 0.1, 0.1) > poor
    (True, True)
    >>> rival_means(p, 0.1, 0.1, 0.5, 0.1) > poor, rival_means(p, 0.1, 0.1, 0.1, 0.5) > poor
    (True, True)
    """
    return clip01(p.means * (organisation + money + media + office))


@kernel
def rival_danger(p: ThreatsNumbers, threat, acceptability, belief, means, moment, freedom):
    """Return how dangerous a rival is, in [0, 1].

    An acceptable man of modest means outweighs a loud one whom few accept (T055, T073), and nobody
    is dangerous who cannot act:

    >>> from poruka.engine.parameters import default_numbers
    >>> p, scale = default_numbers("threats"), 2.0
    >>> moderate = rival_danger(p, scale, 0.7, 0.3, 0.4, 0.3, 1.0)
    >>> moderate > rival_danger(p, scale, 0.2, 0.3, 0.6, 0.3, 1.0)
    True
    >>> rival_danger(p, scale, 0.2, 0.6, 0.6, 0.3, 1.0) > rival_danger(
    ...     p, scale, 0.2, 0.3, 0.6, 0.3, 1.0)
    True
    >>> rival_danger(p, scale, 0.7, 0.3, 0.4, 0.3, 0.0) == 0.0
    True
    """
    return clip01(
        threat * clip01(acceptability + p.acceptance_belief * belief) * means * moment * freedom
    )


# --- what the equations read off the world ----------------------------------------------------


@kernel
def political_opportunity(world: World, p: ThreatsNumbers):
    """Return how far the moment favours a rival: election, slump, sick ruler, example abroad."""
    society = world.society[0]
    example = clip(society.example_of_change, 0.0, 1.0)
    example = through(world, Channel.FALLS_ABROAD_AS_OPENING, 0, example)
    hardship = through(world, Channel.SLUMP_AS_OPENING, 0, world.economy[0].hardship)
    return open_moment(p, society.election_near, hardship, world.president[0].health, example)


@kernel
def _rival_freedom(p: ThreatsNumbers, contender: Contender, j):
    """Return how far a rival is able and willing to run."""
    freedom = 1.0
    if contender.jailed or contender.exiled or contender.coopted or contender.barred:
        freedom *= p.held_back
    if not contender.eligible:
        freedom *= p.held_back
    if not stands_by_himself(j) or j == Role.VICE_PRESIDENT:
        freedom *= p.held_back  # members of his own camp wait rather than run
    return freedom


# --- the rule ---------------------------------------------------------------------------------


@rule(
    id="president.appraise",
    claim=(
        "A rival is as dangerous as he is acceptable, has means, and the moment is open; an"
        " acceptable moderate outweighs a loud extremist."
    ),
    theses=["T055", "T073", "T101"],
    locator="Opposition: The Peril of Moderates",
    standing="operationalised",
    mechanism="M2.appraisal",
)
def assess_rivals(world: World, params: Parameters, stream: Stream):
    """Set how dangerous every possible rival is."""
    p = params.threats
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        if not contender.active or j == Role.SPOILER:
            contender.threat = 0.0
            continue
        media = through(world, Channel.MEDIA_AS_MEANS, j, contender.media)
        contender.threat = rival_danger(
            p,
            params.president.threat,
            through(world, Channel.ACCEPTANCE_OF_RIVAL, j, contender.acceptability),
            contender.belief,
            rival_means(p, contender.organisation, contender.money, media, contender.office),
            political_opportunity(world, p),
            _rival_freedom(p, contender, j),
        )
