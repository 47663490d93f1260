"""Backing in a vacancy: what each centre of power brings to a candidate, and how clans move.

Every candidate brings the organisation he has of his own: a movement, a party, a Family. The clans
move in public rounds. What a clan has by roots of its own it gives to whom it likes; what it has by
posts alone is lent by the office. Those of its members who have left stand with their bloc: where
they are in rival blocs, what the clan has by roots is divided between these.

Equations
---------
back_candidates
    worth      = 1 - organisation, and solidarity more if he is of the clan's horde
                 + rooting (1 - radicalism)
                 + 1 - unpopularity, if the ruler named him
                 + acceptance - usual_acceptance - fear of kin, if he comes from the Family
                 + 1, if he is the vice-president
                 + a + o
    a clan backs the candidate with the greatest
                 (worth + preference_spread e) (rooting + (1 - rooting) seen)
    own, lent  = rooting; posts held / max(1, members)
    it gives him own (1 - left) + lent (1 - hold), and lent hold to the heir to whom a ruler hands
    over; each of those who left brings own / members to the candidate whom his bloc follows, and
    one without a bloc to the moderate: nobody has it if that man does not stand
    seen       = what a candidate has been given, with his organisation / what there is to be given;
                 before the first round no clan has given anything of its own yet

terms_asked
    asked      = clip01(sum of own / sum of (own + lent) + rich opposition + readiness)

Symbols
-------
a, o : the candidate's ability, and the weight of his office
left : share of the clan's members who are opponents of the ruler
hold : the control of a ruler who hands over; 0 after a death
organisation, radicalism : of the candidate
rooting : how far the clan is rooted
unpopularity : of the ruler's circle
acceptance : how far society accepts kin in office
usual_acceptance : acceptance of kin from which descent speaks for a candidate, a number of
    :mod:`.succession`
e : a normal draw: the clan's own preference, the same in every round of a month
seen : share of backers that the candidate had in the round before

References
----------
Theses T013 T024 T028 T032 T036 T112 T113 T117; chapter, "Some Comparisons".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.constants import TINY
from poruka.engine.functions import clip01
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import is_kin
from poruka.engine.kinds import Role, Stance
from poruka.engine.random_streams import normal
from poruka.engine.world_types import Clan, Parameters, Stream, World

DRAW_PREFERENCE = 0


# --- equations ------------------------------------------------------------------------------------
@kernel
def worth_of_posts(organisation, common_horde):
    """Return what a clan expects in posts: more from one of its horde without people of his own.

    >>> worth_of_posts(0.2, 0.0) > worth_of_posts(0.8, 0.0)
    True
    >>> worth_of_posts(0.2, 0.6) > worth_of_posts(0.2, 0.0)
    True
    """
    return 1.0 - organisation + common_horde


@kernel
def worth_of_kin_rule(usual_acceptance, acceptance, fear):
    """Return what an heir from the Family is worth where kin rule is natural, or costs elsewhere.

    One whose kin have reached too far is feared by all the others (T024).

    >>> worth_of_kin_rule(0.5, 0.9, 0.0) > 0.0 > worth_of_kin_rule(0.5, 0.1, 0.0)
    True
    >>> worth_of_kin_rule(0.5, 0.9, 0.0) > worth_of_kin_rule(0.5, 0.9, 0.6)
    True
    """
    return acceptance - usual_acceptance - fear


@kernel
def chance_that_counts(rooting, seen):
    """Return how far a candidate's worth counts for a clan, by his visible chance (T036, T117).

    One with roots keeps them whoever wins and can hold out; one without runs to the winner.

    >>> chance_that_counts(0.1, 0.6) > chance_that_counts(0.1, 0.2)
    True
    >>> chance_that_counts(0.8, 0.2) / chance_that_counts(0.8, 0.6) > 0.8
    True
    """
    return rooting + (1.0 - rooting) * seen


@kernel
def share_asking_terms(own_share, rich_opposition, readiness):
    """Return the share of backing for which terms are asked (T117).

    Clans ask for what they bring of their own; the rich who have left, and a ripe society, ask too.

    >>> weak = share_asking_terms(0.2, 0.0, 0.1)
    >>> share_asking_terms(0.7, 0.0, 0.1) > weak < share_asking_terms(0.2, 0.4, 0.1)
    True
    >>> share_asking_terms(0.2, 0.0, 0.4) > weak
    True
    """
    return clip01(own_share + rich_opposition + readiness)


# --- what the equations read off the world --------------------------------------------------------
@kernel
def wish_for_rules(world: World, c):
    """Return how much clan c wants rules: as much as it has to lose."""
    return through(world, Channel.RULES_WANTED_BY_CLANS, c, world.clans[c].rooting)


@kernel
def read_wishes_for_rules(world: World):
    """Read what every clan wants of rules, so that its mean is known without a vacancy."""
    for c in range(len(world.clans)):
        wish_for_rules(world, c)


@kernel
def _candidate_worth(world: World, params: Parameters, j, c):
    """Return what clan c expects of a candidate: posts, rules and safety."""
    clan = world.clans[c]
    president = world.president[0]
    contender = world.contenders[j]
    society = world.society[0]
    common_horde = society.solidarity if contender.horde == clan.horde else 0.0
    posts = worth_of_posts(contender.organisation, common_horde)
    rules = wish_for_rules(world, c) * (1.0 - contender.radicalism)
    named = 1.0 - president.unpopularity if president.heir == j else 0.0
    kin = 0.0
    if is_kin(j):
        usual = params.succession.usual_acceptance
        kin = worth_of_kin_rule(usual, society.kin_acceptance, society.fear_of_kin)
    # The vice-president is the successor the constitution provides for (T013).
    lawful = through(world, Channel.LAWFUL_SUCCESSOR, j, 1.0 if j == Role.VICE_PRESIDENT else 0.0)
    return posts + rules + named + kin + lawful + contender.ability + contender.office


@kernel
def posts_of_clan(clan: Clan):
    """Return what a clan has by posts alone, for each of its members."""
    return clan.posts / max(1.0, clan.members)


@kernel
def terms_asked(world: World):
    """Return the share of backing for which terms are asked; without a vacancy for its mean."""
    own, total = 0.0, TINY
    for c in range(len(world.clans)):
        clan = world.clans[c]
        if clan.active:
            own += clan.rooting
            total += clan.rooting + posts_of_clan(clan)
    society = world.society[0]
    return share_asking_terms(
        through(world, Channel.CONDITIONS_OF_CLANS, 0, own / total),
        through(world, Channel.CONDITIONS_OF_RICH, 0, society.rich_opposition),
        through(world, Channel.CONDITIONS_OF_RIPENESS, 0, society.readiness),
    )


@kernel
def _candidate_of_bloc(world: World, bloc):
    """Return the candidate whom a bloc follows, and those without one the moderate; -1 for none."""
    j = Role.MODERATE + 0 if bloc < 0 else int(world.movements[bloc].contender)
    return j if world.contenders[j].stands else -1


@kernel
def _choose_candidate(world: World, params: Parameters, stream: Stream, c):
    """Return the candidate whom a clan backs, by what it has seen; -1 if nobody stands."""
    contender_count = len(world.contenders)
    rooting = world.clans[c].rooting
    best, choice = 0.0, -1
    for j in range(1, contender_count):
        contender = world.contenders[j]
        if not contender.stands:
            continue
        preference = normal(stream, DRAW_PREFERENCE, c * contender_count + j)
        worth = _candidate_worth(world, params, j, c)
        worth += params.succession.preference_spread * preference
        value = worth * chance_that_counts(rooting, contender.backers_seen)
        if choice < 0 or value > best:
            best, choice = value, j
    return choice


# --- one round ------------------------------------------------------------------------------------
@kernel
def _give(world: World, j, weight):
    """Give a candidate weight, if there is such a candidate."""
    if j >= 0:
        world.contenders[j].backers += weight


@kernel
def _lead_away(world: World, c, own):
    """Let those of a clan who left bring their parts of its roots to whom they follow.

    Returns
    -------
    float
        The share of its members who are opponents of the ruler.
    """
    gone, members = 0.0, 0.0
    for i in range(len(world.oligarchs)):
        members += 1.0 if world.oligarchs[i].clan == c else 0.0
    part = own / max(1.0, members)
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        if oligarch.clan == c and oligarch.stance == Stance.OPPONENT:
            gone += 1.0
            _give(world, _candidate_of_bloc(world, int(oligarch.bloc)), part)
    return gone / max(1.0, members)


@kernel
def back_candidates(world: World, params: Parameters, stream: Stream, heir, hold, is_opening):
    """Let every centre back a candidate in public; return whether any clan changed its mind.

    At the opening the clans wait: all see what candidates have of their own, and what the office
    lends an heir.
    """
    has_changed = False
    total = TINY
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        contender.backers = contender.organisation if contender.stands else 0.0
        total += contender.backers
    for c in range(len(world.clans)):
        clan = world.clans[c]
        if not clan.active:
            continue
        own, lent = clan.rooting, posts_of_clan(clan)
        total += own + lent
        choice = -1 if is_opening else _choose_candidate(world, params, stream, c)
        has_changed = has_changed or choice != clan.backing
        clan.backing = choice
        left = _lead_away(world, c, own)
        _give(world, choice, own * (1.0 - left) + lent * (1.0 - hold))
        _give(world, heir, lent * hold)
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        contender.backers_seen = contender.backers / total
        contender.backers = 0.0
    return has_changed
