"""Backing in a vacancy: what a clan expects of a candidate, and how backers move in public.

Equations
---------
back_candidates
    worth      = 1 - organisation, and 1 more if he is of the clan's horde
                 + rooting (1 - radicalism)
                 + 1 - unpopularity, if the ruler named him
                 + acceptance - usual_acceptance, if he comes from the Family
                 + 1, if he is the vice-president
                 + a + o
    a clan backs the candidate with the greatest
                 (worth + preference_spread e) (1 + seen)
    weight     = rooting + posts held / max(1, members)
    seen       = weight of the clans that back him / weight of all active clans

Symbols
-------
a, o : the candidate's ability, and the weight of his office
organisation, radicalism : of the candidate
rooting : how far the clan is rooted
unpopularity : of the ruler's circle
acceptance : how far society accepts kin in office
e : a normal draw: the clan's own preference, the same in every round of a month
seen : share of backers that the candidate had in the round before

References
----------
Theses T013 T024 T028 T032 T113 T117; chapter, "Some Comparisons".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.constants import TINY
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import is_kin
from poruka.engine.kinds import Role
from poruka.engine.random_streams import normal

DRAW_PREFERENCE = 0


# --- equations ------------------------------------------------------------------------------------
@kernel
def worth_of_posts(organisation, same_horde):
    """Return what a clan expects in posts: more from one of its horde without people of his own.

    >>> worth_of_posts(0.2, False) > worth_of_posts(0.8, False)
    True
    >>> worth_of_posts(0.2, True) > worth_of_posts(0.2, False)
    True
    """
    return 1.0 - organisation + (1.0 if same_horde else 0.0)


@kernel
def worth_of_kin_rule(p, acceptance):
    """Return what an heir from the Family is worth where kin rule is natural, or costs elsewhere.

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("succession")
    >>> worth_of_kin_rule(p, 0.9) > 0.0 > worth_of_kin_rule(p, 0.1)
    True
    """
    return acceptance - p.usual_acceptance


@kernel
def weight_of_clan(rooting, posts, members):
    """Return the weight of a clan among the backers.

    >>> weight_of_clan(0.8, 1.0, 4.0) > weight_of_clan(0.5, 1.0, 4.0)
    True
    >>> weight_of_clan(0.5, 2.0, 4.0) > weight_of_clan(0.5, 1.0, 4.0)
    True
    """
    return rooting + posts / max(1.0, members)


# --- what the equations read off the world --------------------------------------------------------
@kernel
def wish_for_rules(world, c):
    """Return how much clan c wants rules: as much as it has to lose."""
    return through(world, Channel.RULES_WANTED_BY_CLANS, c, world.clans[c].rooting)


@kernel
def read_wishes_for_rules(world):
    """Read what every clan wants of rules, so that its mean is known without a vacancy."""
    for c in range(len(world.clans)):
        wish_for_rules(world, c)


@kernel
def _candidate_worth(world, p, j, c):
    """Return what clan c expects of a candidate: posts, rules and safety."""
    clan = world.clans[c]
    president = world.president[0]
    contender = world.contenders[j]
    posts = worth_of_posts(contender.organisation, contender.horde == clan.horde)
    rules = wish_for_rules(world, c) * (1.0 - contender.radicalism)
    named = 1.0 - president.unpopularity if president.heir == j else 0.0
    kin = worth_of_kin_rule(p, world.society[0].kin_acceptance) if is_kin(j) else 0.0
    # The vice-president is the successor the constitution provides for (T013).
    lawful = through(world, Channel.LAWFUL_SUCCESSOR, j, 1.0 if j == Role.VICE_PRESIDENT else 0.0)
    return posts + rules + named + kin + lawful + contender.ability + contender.office


@kernel
def _choose_candidate(world, p, stream, c):
    """Return the candidate whom a clan backs, by what it has seen; -1 if nobody stands."""
    contender_count = len(world.contenders)
    best, choice = 0.0, -1
    for j in range(1, contender_count):
        contender = world.contenders[j]
        if not contender.stands:
            continue
        preference = normal(stream, DRAW_PREFERENCE, c * contender_count + j)
        # Who is seen to be backed is given a better chance (T117).
        value = (_candidate_worth(world, p, j, c) + p.preference_spread * preference) * (
            1.0 + contender.backers_seen
        )
        if choice < 0 or value > best:
            best, choice = value, j
    return choice


# --- one round ------------------------------------------------------------------------------------
@kernel
def back_candidates(world, p, stream):
    """Let every clan back a candidate in public; return whether any of them changed its mind."""
    has_changed = False
    total = TINY
    for c in range(len(world.clans)):
        clan = world.clans[c]
        if not clan.active:
            continue
        weight = weight_of_clan(clan.rooting, clan.posts, clan.members)
        total += weight
        choice = _choose_candidate(world, p, stream, c)
        if choice != clan.backing:
            has_changed = True
        clan.backing = choice
        backed_contender = world.contenders[choice]
        backed_contender.backers += weight
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        contender.backers_seen = contender.backers / total
        contender.backers = 0.0
    return has_changed
