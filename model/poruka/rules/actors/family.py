"""The Family: the ruler's kin, who serve, gather wealth or position themselves for succession.

They cannot be dismissed like ministers.
"""

from poruka.engine.codes import HEIRS, NOBODY
from poruka.engine.event_log import log_event, log_reason
from poruka.engine.functions import clip01, relax
from poruka.engine.jit import kernel
from poruka.engine.kinds import Role
from poruka.engine.random_streams import uniform
from poruka.engine.record_kinds import Entity, EventKind, Reason
from poruka.engine.rule import rule


@rule(
    id="family.grow",
    claim=(
        "Kin gather fortunes, channels and posts in the organs of force, as far as society takes"
        " ruling kin for natural."
    ),
    theses=["T022", "T025", "T028", "T029"],
    locator="Privatization and Power",
    standing="operationalised",
    mechanism="M6.family",
)
def gather_resources(world, params, stream):
    p = params.family
    society = world.society[0]
    president = world.president[0]
    president.kin = 0
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if not kinsman.active:
            continue
        president.kin += 1
        if kinsman.exiled:
            kinsman.security = relax(kinsman.security, 0.0, p.exile_security)
            kinsman.reach = relax(kinsman.reach, 0.0, p.exile_reach)
            continue
        means = kinsman.wealth / (kinsman.wealth + p.fortune) if kinsman.wealth > 0.0 else 0.0
        acceptance = society.kin_acceptance * (p.far_kin + p.near_kin * kinsman.kinship)
        kinsman.media = relax(
            kinsman.media, clip01(means * acceptance * kinsman.publicity), p.gathering
        )
        kinsman.security = relax(
            kinsman.security, clip01(means * acceptance * kinsman.aggressiveness), p.gathering
        )
        wish = clip01(
            kinsman.ambition * (p.early_wish + president.expected_end)
            + p.reach_wish * kinsman.reach
        )
        kinsman.positioning = relax(kinsman.positioning, wish * means, p.positioning_rate)
        kinsman.reach *= p.reach_memory


@kernel
def _succession_claim(p, kinsman):
    """Return the strength of a kinsman's claim to the succession."""
    return kinsman.kinship * (p.modest_claim + kinsman.ambition) * (
        p.idle_claim + kinsman.positioning
    ) + (1.0 if kinsman.son else 0.0)


@rule(
    id="family.compete",
    claim=(
        "With no son the heirs are several: each who has means seeks his own party, channel and"
        " followers, and the Family becomes a source of pluralism."
    ),
    theses=["T026", "T071", "T116"],
    locator="Rising Opposition, Creeping Democratization",
    standing="stated",
    mechanism="M6.heirs",
)
def compete(world, params, stream):
    p = params.family
    president = world.president[0]
    society = world.society[0]
    first, second, third = -1, -1, -1
    for m in range(len(world.family)):
        kinsman = world.family[m]
        if not kinsman.active or kinsman.exiled:
            continue
        # A son settles the succession among the kin (T116).
        claim = _succession_claim(p, kinsman)
        if first < 0 or claim > _succession_claim(p, world.family[first]):
            first, second, third = m, first, second
        elif second < 0 or claim > _succession_claim(p, world.family[second]):
            second, third = m, second
        elif third < 0 or claim > _succession_claim(p, world.family[third]):
            third = m
    has_son = first >= 0 and world.family[first].son
    society.heirs = 0.0
    for rank in range(HEIRS):
        m = first if rank == 0 else second if rank == 1 else third
        contender = world.contenders[Role.HEIR + rank]
        if (
            m < 0
            or (has_son and rank > 0)
            or world.family[m].ambition * (p.early_bid + president.expected_end) < p.heir_threshold
        ):
            contender.active = False
            continue
        kinsman = world.family[m]
        contender.active = True
        contender.person = m
        contender.nation, contender.market = president.nation, president.market
        contender.radicalism = p.heir_radicalism
        contender.minority, contender.horde = False, president.horde
        contender.money = (
            kinsman.wealth / (kinsman.wealth + p.fortune) if kinsman.wealth > 0.0 else 0.0
        )
        contender.media, contender.office = kinsman.media, clip01(p.heir_office + kinsman.security)
        contender.organisation = relax(
            contender.organisation, clip01(p.heir_following * kinsman.positioning), p.following_rate
        )
        contender.ability, contender.fame = (
            p.heir_ability,
            clip01(p.heir_fame + p.publicity_fame * kinsman.publicity),
        )
        contender.eligible = True
        society.heirs += 1.0
        if (
            kinsman.positioning > p.party_wish
            and not kinsman.party
            and uniform(stream, 0, m) < p.party_chance
        ):
            kinsman.party = True
            event = log_event(
                world, EventKind.PARTY, Entity.FAMILY + m, NOBODY, kinsman.positioning
            )
            log_reason(world, event, Reason.POWER, contender.money)
            log_reason(world, event, Reason.REMAINING_MONTHS, president.believed_remaining_months)
    if (
        has_son
        and president.expected_end > p.naming_threshold
        and president.heir < 0
        and uniform(stream, 1, 0) < p.naming
    ):
        president.heir = Role.HEIR
        log_event(
            world, EventKind.HEIR_NAMED, Entity.FAMILY + first, NOBODY, president.expected_end
        )
