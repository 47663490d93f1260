"""Nearness: who comes close to the ruler, who feels shut out, and who is protected.

Equations
---------
clans.favour
    favour_i     = clip01(nearness (standing + k_i + (1 if he holds a post)) + own_horde g_i apart
                          - (wariness if eligible)), or 0 if he broke with the ruler
    nearness_i moves to favour_i within a `year`
    exclusion_i moves to (1 - nearness_i) h_i solidarity within a `year`
    protection_i = (nearness_i + clientele) / 2

Symbols
-------
standing, clientele : standing of his clan with the ruler; following of his clan
k_i, g_i : a man's kinship with the ruler; 1 if of his horde and the titular people, else 0
apart : share of the elite who are not of his horde and the titular people, so that belonging to
    them sets a man apart: where all are the ruler's own, being so brings nobody near
h_i : 1 if of the titular people and of another horde than the ruler, else 0
eligible : whether he could be imagined as ruler
solidarity : living loyalty of kin, horde and place in this society

References
----------
Theses T030 T031 T033 (clans.favour), T021 T032 T035 T041 (single numbers); chapter, "The New
Opposition".
"""

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.constants import TWO
from poruka.engine.functions import approach, clip01
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import has_broken_away
from poruka.engine.kinds import Post, Stance
from poruka.engine.rule import rule
from poruka.engine.world_types import ClansNumbers, Oligarch, Parameters, Stream, World

# --- equations -----------------------------------------------------------------------------------


@kernel
def kinship_by_place(place, kin):
    """Return how near one of the ruler's kin in public life is: the first 1, the others in steps.

    >>> kinship_by_place(0, 3) == 1.0
    True
    >>> kinship_by_place(0, 3) > kinship_by_place(1, 3) > kinship_by_place(2, 3) > 0.0
    True
    """
    return clip01(1.0 - place / max(1.0, kin))


@kernel
def favour_of_man(p: ClansNumbers, standing, kin, in_group, eligible, holds_post):
    """Return the nearness to which a man tends: kin, own horde and the harmless come first (T030).

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("clans")
    >>> distant = favour_of_man(p, 0.5, 0.0, 0.0, 1.0, False)
    >>> favour_of_man(p, 0.5, 0.8, 0.0, 1.0, False) > distant
    True
    >>> favour_of_man(p, 0.5, 0.0, 1.0, 1.0, False) > distant
    True
    >>> favour_of_man(p, 0.5, 0.0, 0.0, 0.0, False) > distant
    True
    >>> favour_of_man(p, 0.5, 0.0, 0.0, 1.0, True) > distant
    True
    """
    ways = standing + kin + (1.0 if holds_post else 0.0)
    return clip01(p.nearness * ways + p.own_horde * in_group - p.wariness * eligible)


@kernel
def felt_exclusion(nearness, other_horde, solidarity):
    """Return how far a man of another horde feels shut out, most where hordes hold together (T031).

    >>> felt_exclusion(0.1, 1.0, 0.6) > felt_exclusion(0.1, 0.0, 0.6)
    True
    >>> felt_exclusion(0.1, 1.0, 0.6) > felt_exclusion(0.1, 1.0, 0.1)
    True
    >>> felt_exclusion(0.1, 1.0, 0.6) > felt_exclusion(0.9, 1.0, 0.6)
    True
    """
    return (1.0 - nearness) * other_horde * solidarity


@kernel
def protection_of_fortune(nearness, clientele):
    """Return how safe a fortune is behind the ruler's favour and a clan's following (T041).

    >>> protection_of_fortune(0.6, 0.2) > protection_of_fortune(0.1, 0.2)
    True
    >>> protection_of_fortune(0.6, 0.2) > protection_of_fortune(0.6, 0.0)
    True
    """
    return (nearness + clientele) / TWO


# --- what the equations read off the world -------------------------------------------------------


@kernel
def is_of_own_group(oligarch: Oligarch, horde):
    """Return whether one of the rich is of the ruler's horde and of the titular people."""
    return oligarch.horde == horde and oligarch.titular


@kernel
def distinction_of_own(world: World, horde):
    """Return how far being the ruler's own sets a man apart: the share of the elite who are not."""
    others = 0.0
    for i in range(len(world.oligarchs)):
        others += 0.0 if is_of_own_group(world.oligarchs[i], horde) else 1.0
    return others / float(len(world.oligarchs))


@kernel
def favour_at_court(world: World, p: ClansNumbers, i, distinction):
    """Return the favour that oligarch i finds at the ruler's side, or would find there.

    The distinction of being the ruler's own is the same for all, so that it is counted once.
    """
    oligarch = world.oligarchs[i]
    horde = world.president[0].horde
    own = distinction if is_of_own_group(oligarch, horde) else 0.0
    own = through(world, Channel.FAVOUR_TO_OWN_HORDE, i, own)
    eligible = 1.0 if oligarch.eligible else 0.0
    eligible = through(world, Channel.WARINESS_OF_ELIGIBLE, i, eligible)
    standing, has_post = world.clans[oligarch.clan].standing, oligarch.post != Post.NONE
    return favour_of_man(p, standing, oligarch.kin, own, eligible, has_post)


# --- the rule ------------------------------------------------------------------------------------


@rule(
    id="clans.favour",
    claim=(
        "Nearness to the ruler goes to kin, home, own horde, those who court him and those in"
        " posts; the others feel shut out and have a base to stand on."
    ),
    theses=["T030", "T031", "T033"],
    locator="The New Opposition",
    standing="operationalised",
    mechanism="M6.favour",
)
def update_nearness(world: World, params: Parameters, stream: Stream):
    """Let nearness, exclusion and protection follow the favour that each man finds."""
    p = params.clans
    memory = params.memory
    society, president = world.society[0], world.president[0]
    distinction = distinction_of_own(world, president.horde)
    for i in range(len(world.oligarchs)):
        oligarch = world.oligarchs[i]
        clan = world.clans[oligarch.clan]
        is_of_his_horde = oligarch.horde == president.horde
        # One who belongs to no horde of the people is bound to the ruler by that very fact (T021).
        other_horde = 1.0 if oligarch.titular and not is_of_his_horde else 0.0
        favour = favour_at_court(world, p, i, distinction)
        if has_broken_away(oligarch.stance) and oligarch.stance != Stance.COOPTED:
            favour = 0.0
        oligarch.nearness = approach(oligarch.nearness, favour, memory.year)
        distance = felt_exclusion(oligarch.nearness, other_horde, society.solidarity)
        oligarch.exclusion = approach(oligarch.exclusion, distance, memory.year)
        oligarch.protection = protection_of_fortune(oligarch.nearness, clan.clientele)
