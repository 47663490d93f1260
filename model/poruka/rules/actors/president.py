"""The president: he declares what most people believe, and he delays naming an heir.

Equations
---------
president.convert
    nation goal = N (1 - u)
    market goal = (M + 1 - u) / 2
    each declared position moves by the share f of the way that leads to its goal within a season
    talk of integration is forgotten within a term

president.name_heir
    only once his end is expected, e >= near_end, and while no heir is named:
    kin    = k for his kin, 1 for others
    worth  = (1 - o) (1 + b) kin U
    chance = open_step e (1 - d) that he names the one of greatest worth, who gains heir_name of
             fame and of weight of office

Symbols
-------
N, M : mean position of citizens on the nation, and between plan and market
u, f : hold of the union; flexibility of the ruler
k : how far society accepts a public role of ruling kin
o, b : organisation and ability of a possible heir
U : a uniform draw between 0 and 1 for each possible heir
e, d : expected end of his tenure; his fear
heir_name : fame and weight that the name of heir lends, a number of :mod:`.family`
open_step : chance of an open step towards the succession, a number of :mod:`.family`

References
----------
Theses T001 T007 T111 (convert); T013 T028 T112 T115 (name_heir); chapter, the sections that the
rules name.
"""

from typing import NamedTuple

from poruka.engine.channel_kinds import Channel
from poruka.engine.channel_switch import through
from poruka.engine.constants import TWO
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import approach, clip01, forget
from poruka.engine.jit import kernel
from poruka.engine.kind_predicates import is_kin, stands_by_himself
from poruka.engine.kinds import External, Role
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule
from poruka.engine.world_types import FamilyNumbers, Parameters, Stream, World

# The draws of president.name_heir: one for each possible heir, by his row; one for the month.
DRAW_HEIR_WORTH = 0
DRAW_NAMING = 1


class MeanPosition(NamedTuple):
    """Where the citizens stand on average: on the nation, and between plan and market."""

    nation: float
    market: float


class HeirChoice(NamedTuple):
    """The row of the best possible heir among the contenders, -1 for none, and his worth."""

    row: int
    value: float


# --- equations --------------------------------------------------------------------------------


@kernel
def declared_nation_goal(mean_nation, union_hold):
    """Return the position on the nation that pays: the middle of his people, once he is free to.

    The weaker the union, the nearer to his people (T001):

    >>> declared_nation_goal(0.4, 0.1) > declared_nation_goal(0.4, 0.9)
    True
    """
    return mean_nation * (1.0 - union_hold)


@kernel
def declared_market_goal(mean_market, union_hold):
    """Return the position between plan and market that pays.

    It lies between the views of the people and private property, which can be owned as the union's
    hold loosens:

    >>> declared_market_goal(0.2, 0.1) > declared_market_goal(0.2, 0.9)
    True
    >>> declared_market_goal(0.6, 0.5) > declared_market_goal(0.2, 0.5)
    True
    """
    return (mean_market + (1.0 - union_hold)) / TWO


@kernel
def heir_worth(organisation, ability, kin_factor):
    """Return the worth of a possible heir.

    Able men are wanted, but one with an organisation of his own is a rival (T013), and kin count
    as far as society accepts a public role of theirs (T028):

    >>> heir_worth(0.1, 0.5, 1.0) > heir_worth(0.8, 0.5, 1.0)
    True
    >>> heir_worth(0.1, 0.9, 1.0) > heir_worth(0.1, 0.5, 1.0) > heir_worth(0.1, 0.5, 0.3)
    True
    """
    return (1.0 - organisation) * (1.0 + ability) * kin_factor


@kernel
def naming_chance(p: FamilyNumbers, expected_end, fear):
    """Return the chance that he names an heir this month.

    Age and illness press him to it, fear of rivals holds him back (T013, T112):

    >>> from poruka.engine.parameters import default_numbers
    >>> p = default_numbers("family")
    >>> naming_chance(p, 0.9, 0.2) > naming_chance(p, 0.7, 0.2)
    True
    >>> naming_chance(p, 0.9, 0.2) > naming_chance(p, 0.9, 0.6)
    True
    """
    return p.open_step * expected_end * (1.0 - fear)


# --- what the equations read off the world ----------------------------------------------------


@kernel
def mean_citizen_position(world: World):
    """Return where the citizens stand on average."""
    nation_sum, market_sum = 0.0, 0.0
    for i in range(len(world.citizens)):
        citizen = world.citizens[i]
        nation_sum += citizen.nation
        market_sum += citizen.market
    return MeanPosition(nation_sum / len(world.citizens), market_sum / len(world.citizens))


@kernel
def _best_heir(world: World, stream: Stream):
    """Return who of kin and servants would be the best heir this month."""
    best, chosen = 0.0, -1
    for j in range(1, len(world.contenders)):
        contender = world.contenders[j]
        if stands_by_himself(j) or j == Role.SPOILER or not contender.active:
            continue
        kin_factor = world.society[0].kin_acceptance if is_kin(j) else 1.0
        value = heir_worth(contender.organisation, contender.ability, kin_factor) * uniform(
            stream, DRAW_HEIR_WORTH, j
        )
        if value > best:
            best, chosen = value, j
    return HeirChoice(chosen, best)


# --- the rules --------------------------------------------------------------------------------


@rule(
    id="president.convert",
    claim=(
        "He believes in what keeps him in office: his declared position moves at once to where the"
        " most support lies."
    ),
    theses=["T001", "T007", "T111"],
    locator="Nazarbaev's Rise to Power",
    standing="stated",
    mechanism="M2.conversion",
)
def convert(world: World, params: Parameters, stream: Stream):
    """Move the ruler's declared positions, and let his talk of integration fade."""
    season = params.memory.season
    president = world.president[0]
    ruler_contender = world.contenders[0]
    union_hold = world.outsides[External.UNION_HOLD].value
    middle = mean_citizen_position(world)
    nation = approach(president.nation, declared_nation_goal(middle.nation, union_hold), season)
    market = approach(president.market, declared_market_goal(middle.market, union_hold), season)
    # How far he moves is the link (T001), not where he would move to.
    to_nation = president.flexibility * (nation - president.nation)
    to_market = president.flexibility * (market - president.market)
    president.nation += through(world, Channel.CREED_ON_NATION, 0, to_nation)
    president.market += through(world, Channel.CREED_ON_MARKET, 0, to_market)
    president.integration_talk = forget(president.integration_talk, params.memory.term)
    ruler_contender.nation, ruler_contender.market = president.nation, president.market
    ruler_contender.horde, ruler_contender.minority = president.horde, president.minority


@rule(
    id="president.name_heir",
    claim=(
        "Naming an heir creates a rival centre, so a ruler who fears rivals names none until age or"
        " illness presses."
    ),
    theses=["T013", "T112", "T115"],
    locator="Some Comparisons",
    standing="operationalised",
    mechanism="M10.heir",
)
def name_heir(world: World, params: Parameters, stream: Stream):
    """Forget an heir who is gone, and name one when age or illness presses."""
    p = params.president
    president = world.president[0]
    if president.heir >= 0 and not world.contenders[president.heir].active:
        president.heir = -1
    if president.heir >= 0 or president.expected_end < p.near_end:
        return
    choice = _best_heir(world, stream)
    chance = naming_chance(params.family, president.expected_end, president.fear)
    if choice.row < 0 or uniform(stream, DRAW_NAMING, 0) >= chance:
        return
    president.heir = choice.row
    heir_contender = world.contenders[choice.row]
    heir_contender.fame = clip01(heir_contender.fame + params.family.heir_name)
    heir_contender.office = clip01(heir_contender.office + params.family.heir_name)
    event = log_event(
        world, EventKind.HEIR_NAMED, Entity.PRESIDENT, Entity.CONTENDERS + choice.row, choice.value
    )
    log_reason(world, event, Reason.EXPECTED_END, president.expected_end)
