"""A second, independent reading of thirteen rules: the level each output tends to, from the state
of this month.

Written from the text and the theses alone by somebody who had not seen ours; it is not amended to
agree (see ``test_second_reading.py``).
"""

import numpy as np

SEATS, RULER, COMMUNIST = 19, 0, 5  # rows of contenders
COMMUNIST_MOVEMENT, FIRST_BLOC = 3, 4  # rows of movements
TRADE_SHOCK, OIL_PRICE, UNION_HOLD = 2, 3, 0  # rows of outsides


def value_of(table, field):
    """Single value of a one-row table."""
    return float(table[field][0])


def clip01(values):
    """Keep a share between 0 and 1."""
    return np.clip(values, 0.0, 1.0)


def at_large(contenders, barred=1.0):
    """How far each rival is free to act: absent seats count nothing, prison, exile and purchase
    take most of him away.
    """
    free = (
        contenders["active"] * contenders["eligible"] * np.where(contenders["barred"], barred, 1.0)
    )
    free = (
        free * np.where(contenders["jailed"], 0.3, 1.0) * np.where(contenders["exiled"], 0.5, 1.0)
    )
    free = free * np.where(contenders["coopted"], 0.1, 1.0)
    free[RULER] = 0.0
    return free


def citizens_order(world):
    """Frightened, isolated people who agree on nothing basic long for a firm hand; visible disorder
    weighs most, inherited monocratic custom next, while a statehood taken for granted and one's own
    democratic habit make the longing weaker.
    """
    people, society = world.citizens, world.society
    disagreement = clip01(np.std(people["nation"]) + np.std(people["market"]))
    fear = 0.4 * value_of(society, "chaos") + 0.1 * max(
        value_of(society, "blood"), value_of(society, "war")
    )
    fear += 0.1 * value_of(world.economy, "hardship")
    weakness = 0.2 * value_of(society, "atomisation") * (0.5 + 0.5 * disagreement) + 0.05 * (
        1.0 - value_of(society, "statehood")
    )
    custom = (
        0.2 * value_of(society, "autocratic_custom") * (1.0 - 0.5 * value_of(society, "law_custom"))
    )
    old = clip01((people["age"] - 20.0) / 60.0)
    return clip01(0.1 + fear + weakness + custom + 0.08 * old - 0.2 * people["habit"])


def citizens_support(world):
    """A citizen weighs the ruler's nearness, record and promise of quiet against the best rival; a
    rival counts by nearness and by how far he is thought able to win, and an extreme one scares
    whoever fears disorder. Falls of rulers abroad make rivals thinkable.
    """
    people, rivals, ruler, society = (
        world.citizens,
        world.contenders,
        world.president,
        world.society,
    )
    polar = 0.25 * value_of(society, "polarisation")
    order = people["order_demand"]

    def distance(nation, market):
        return (
            np.abs(people["nation"][:, None] - nation) * 0.6
            + np.abs(people["market"][:, None] - market) * 0.4
        )

    def shared_identity(horde, minority):
        same = (people["minority"][:, None] == minority) & (
            people["minority"][:, None] | (people["horde"][:, None] == horde)
        )
        return 0.15 * value_of(society, "solidarity") * same

    good = (
        0.6 * value_of(ruler, "approval")
        + value_of(ruler, "honeymoon")
        - 0.3 * value_of(ruler, "unpopularity")
        + 0.4 * order
    )
    good = (
        good
        + (
            shared_identity(ruler["horde"], ruler["minority"])
            - polar * distance(ruler["nation"], ruler["market"])
        )[:, 0]
    )
    alarm = (
        0.3
        + 0.4 * order
        + 0.3
        * max(value_of(society, "tension"), value_of(society, "war"), value_of(society, "chaos"))
    )
    group = people["minority"].astype(int)
    chance = world.beliefs["believed_chance"].reshape(-1, SEATS)[group]
    chance = clip01(chance * (1.0 + 0.5 * value_of(society, "example_of_change"))) * at_large(
        rivals
    )
    appeal = (
        0.3
        + 0.3 * rivals["ability"]
        + 0.2 * rivals["fame"]
        + shared_identity(rivals["horde"], rivals["minority"])
    )
    appeal = (
        appeal
        - polar * distance(rivals["nation"], rivals["market"])
        - 0.7 * rivals["radicalism"] * alarm[:, None]
    )
    value = np.where(at_large(rivals) > 0, appeal - 0.8 * (1.0 - chance), -0.8)[:, 1:]
    return np.clip(good - 0.5 - np.maximum(value.max(axis=1), -0.8), -1.0, 1.0)


def beliefs_follow(world):
    """Ordinary people think possible whoever they hear of, see backed by means and office, and
    sense that others like too; captured media and hollow votes hide rivals, a free channel or a
    ruler fallen abroad makes them real.
    """
    rivals, society = world.contenders, world.society
    hears = float(world.constituencies["hears"][0])
    liked = hears * rivals["preferred"] + (1.0 - hears) * rivals["published_share"]
    means = (
        rivals["organisation"]
        + rivals["money"]
        + rivals["media"]
        + rivals["office"]
        + rivals["backing"]
    ) / 5.0
    gathered = value_of(society, "unity") * (
        np.arange(SEATS) == int(society["focal_challenger"][0])
    )
    known = (
        rivals["visible"] * (1.0 - 0.4 * value_of(world.index, "media_control"))
        + 0.4 * rivals["media"]
    )
    level = 0.3 * known + 0.3 * means + 0.3 * liked + 0.1 * rivals["fame"] + 0.1 * rivals["ability"]
    level = level + 0.1 * rivals["acceptability"] + 0.1 * gathered + 0.05 * rivals["open"]
    spell = (1.0 + 0.4 * value_of(society, "example_of_change")) * (
        1.0 - 0.4 * value_of(society, "uncontested")
    )
    return clip01(level * spell) * at_large(rivals, barred=0.7)


def president_threat(world):
    """A rival endangers the ruler when many sides could live with him, he has means, and the times
    open a door: a slump, a near vote, a fading ruler. Extremism lowers the danger; seats count only
    as far as parliament holds real powers.
    """
    rivals, society, movements = world.contenders, world.society, world.movements
    breadth = clip01(rivals["acceptability"] + 0.3 * rivals["preferred"]) * (
        1.0 - 0.6 * rivals["radicalism"]
    )
    seats_in_parliament = np.zeros(SEATS)
    np.add.at(
        seats_in_parliament,
        movements["contender"].astype(int),
        movements["seats"] * movements["active"],
    )
    seats_in_parliament = clip01(seats_in_parliament) * value_of(
        world.constitution, "parliament_powers"
    )
    means = 0.15 * (
        rivals["organisation"]
        + rivals["money"]
        + rivals["media"]
        + rivals["office"]
        + rivals["ability"]
    )
    means = means + 0.25 * rivals["belief"] + 0.15 * rivals["backing"] + 0.3 * seats_in_parliament
    opening = (
        0.25
        + 0.4 * value_of(world.economy, "hardship")
        - 0.5 * min(value_of(world.economy, "growth"), 0.0)
    )
    opening += 0.2 * value_of(society, "election_near") + 0.15 * (
        1.0 - value_of(world.president, "approval")
    )
    opening += 0.15 * value_of(world.president, "expected_end") + 0.1 * value_of(
        society, "example_of_change"
    )
    return clip01(2.0 * (0.1 + breadth) * means * opening) * at_large(rivals, barred=0.6)


def oligarchs_insecurity(world):
    """What a rich man holds by favour can be taken by disfavour: the general danger hits harder the
    more he owns, the more can be dug up about him and the less he is shielded. Open disloyalty and
    changes of local bosses add to it.
    """
    rich, society, economy = world.oligarchs, world.society, world.economy
    danger = (
        0.6 * value_of(economy, "property_risk")
        + 0.25 * value_of(society, "arbitrariness")
        + 0.15 * value_of(society, "turnover")
    )
    danger += 0.2 * value_of(society, "fear_of_kin")
    danger *= (1.0 - 0.5 * value_of(society, "law_custom")) * (
        1.0 - 0.3 * value_of(economy, "safe_policy")
    )
    stake = rich["wealth"] / (rich["wealth"] + 1.0)
    bare = 1.0 - 0.7 * rich["protection"] - 0.15 * rich["kin"]
    disloyal = np.isin(rich["stance"], [2, 3, 4, 5]) * 0.3
    target = (0.4 + 0.6 * rich["compromising_files"]) * (1.0 + disloyal)
    return clip01(2.0 * danger * (0.5 + 0.5 * stake) * clip01(bare) * target)


def oligarchs_push(world):
    """Made fortunes that feel unsafe, want standing, or sit outside the favoured horde lean to a
    breach, the regime's own young men most; spoils still to come, shared guilt, closeness and a
    frightening communist camp hold them back. Kindred support emboldens.
    """
    rich, society = world.oligarchs, world.society
    stake = rich["wealth"] / (rich["wealth"] + 1.0)
    outsider = rich["titular"] & (rich["horde"] != int(world.president["horde"][0]))
    shut_out = rich["exclusion"] * 0.7 + 0.3 * outsider
    narrow = 0.15 * rich["regime_made"] + 0.15 * rich["ambition"]
    motive = 0.35 * rich["insecurity"] * (0.5 + 0.5 * stake) + 0.3 * rich["aspiration"] * (
        0.5 + 0.5 * stake
    )
    motive = motive + 0.25 * shut_out + 0.2 * rich["grievance"] + narrow
    backed = (
        1.0
        + 0.5 * value_of(society, "solidarity") * rich["titular"] * (0.5 + 0.5 * outsider)
        - 0.2 * value_of(society, "atomisation")
    )
    nerve = (0.6 + 0.4 * rich["boldness"]) * (0.5 + 0.5 * rich["believed_success"])
    reds = (
        world.movements["energy"][COMMUNIST_MOVEMENT]
        * world.movements["active"][COMMUNIST_MOVEMENT]
    )
    reds = reds * world.contenders["radicalism"][COMMUNIST]
    bonds = (
        0.2 * value_of(world.economy, "assets_left")
        + 0.2 * rich["compromising_files"]
        + 0.1 * rich["nearness"]
        + 0.1 * rich["kin"]
    )
    bonds = bonds + 0.25 * reds + 0.1 * value_of(society, "deterrence")
    return clip01(0.3 + 1.2 * motive * backed * nerve - 0.5 * bonds)


def clans_positioning(world):
    """Weak court groups vie for the ruler's favour; once they own clients and means of their own,
    and his end comes into sight, they fight for what follows. Living kin loyalties let the struggle
    outgrow a hierarchy that has tightened its grip.
    """
    clans, society, ruler = world.clans, world.society, world.president
    ageing = max(clip01((value_of(ruler, "age") - 55.0) / 30.0), 1.0 - value_of(ruler, "health"))
    ending = 0.7 * value_of(ruler, "expected_end") + 0.3 * ageing
    share = clans["wealth"] / max(float(np.sum(clans["wealth"])), 1e-9)
    roots = (
        0.4 * clans["rooting"]
        + 0.25 * clans["clientele"]
        + 0.15 * share
        + 0.1 * clans["enforcement"]
        + 0.1 * clans["media"]
    )
    loosening = 0.2 * value_of(world.index, "control") * value_of(society, "solidarity") * roots
    courting_pays = 0.12 * value_of(world.economy, "assets_left") + 0.13 * clans["standing"]
    level = (
        0.25
        + 0.3 * ending
        + 0.3 * roots
        + 0.3 * ending * roots
        + loosening
        + 0.1 * value_of(society, "plural_clans")
    )
    return clip01(level - courting_pays * (1.0 - 0.5 * ending)) * clans["active"]


def regions_deliver(world):
    """A local head named from above and tied to the ruler by loyalty and common guilt hands over
    votes and obedience; one with deep local followings, worst if elected, or a patron already
    courting the future or opposition, hands over less.
    """
    regions, society = world.regions, world.society
    head = world.oligarchs[regions["governor"].astype(int) % len(world.oligarchs)]
    appointed = value_of(world.constitution, "governors_appointed")
    clan_future = world.clans["positioning"][head["clan"].astype(int)]
    tenure = clip01(regions["months"] / 120.0)
    principality = regions["clientele"] * (0.6 + 0.4 * tenure) * (1.0 - 0.6 * appointed)
    tied = (
        0.4 * regions["loyalty"]
        + 0.1 * head["compromising_files"]
        + 0.1 * value_of(society, "pyramid_loyalty")
    )
    tied = tied + 0.1 * value_of(society, "courting")
    broken = 0.2 * np.isin(head["stance"], [2, 3, 4, 5])
    return clip01(0.15 + 0.25 * appointed + tied - 0.3 * principality - 0.15 * clan_future - broken)


def deputies_will(world):
    """Whoever won a real contest thinks himself the people's voice and resists, the more so when
    both branches claim everything in hard times or clans have multiplied; posts, fear, a small
    divided parliament and a believable dissolution make him bend.
    """
    deputies, parliament, constitution, society = (
        world.deputies,
        world.parliament,
        world.constitution,
        world.society,
    )
    clash = (
        value_of(parliament, "conflict")
        * (1.0 - value_of(parliament, "custom"))
        * (0.6 + 0.8 * value_of(world.economy, "hardship"))
    )
    won = 1.0 - (1.0 - deputies["bought"]) * (1.0 - deputies["cowed"])
    has_clan = deputies["clan"] >= 0
    clan = np.where(has_clan, deputies["clan"], 0).astype(int)
    alive = (
        0.15 * value_of(society, "plural_clans") + 0.2 * world.clans["positioning"][clan] * has_clan
    )
    size = clip01(
        (value_of(constitution, "lower_size") + value_of(constitution, "upper_size")) / 360.0
    )
    easy = 0.1 * (1.0 - size) + 0.05 * (value_of(constitution, "upper_size") > 0)
    proud = (
        0.3 * deputies["free"]
        + 0.35 * deputies["opposition"]
        + 0.15 * deputies["boldness"]
        + 0.3 * clash * (0.5 + 0.5 * deputies["free"])
    )
    will = (
        0.65
        - (proud + alive) * (1.0 - 0.6 * won)
        + 0.15 * won
        + easy
        + 0.2 * value_of(parliament, "fear_of_dissolution")
    )
    return clip01(will) * deputies["seated"]


def opposition_energy(world):
    """Movements live on money and on at least a foothold in parliament; a revolt of the rich wakes
    the older ones. Where mild criticism is survivable moderates thrive, while punishment of frontal
    attack drains the radical ones.
    """
    movements, society, rivals = world.movements, world.society, world.contenders
    leader = movements["contender"].astype(int)
    radical = movements["born_radicalism"]
    wave = value_of(society, "rich_opposition") * np.where(
        np.arange(len(movements)) >= FIRST_BLOC, 0.5, 0.35
    )
    safe = value_of(society, "safe_criticism") * (1.0 - radical)
    struck = max(value_of(society, "deterrence"), value_of(world.index, "repression")) * radical
    gone = (
        0.15 * (rivals["jailed"][leader] | rivals["exiled"][leader])
        + 0.15 * rivals["coopted"][leader]
    )
    level = (
        0.05
        + 0.35 * movements["money"]
        + 0.35 * clip01(2.0 * movements["seats"])
        + wave
        + 0.1 * movements["money"] * radical
    )
    return clip01(level + 0.25 * safe - 0.25 * struck - gone) * movements["active"]


def economy_growth(world):
    """Inherited industry shrinks as old ties go and reform bites; the market sector grows with
    reform held to by a ruler who need not please voters. Dear oil lifts everything by its weight, a
    crisis among trading partners stops it.
    """
    economy, outside = world.economy, world.outsides["value"]
    old, new = value_of(economy, "old_sector"), value_of(economy, "new_sector")
    old_share = old / max(old + new, 1e-9)
    consistency = value_of(economy, "reform") * (0.6 + 0.4 * value_of(economy, "insulation"))
    slump = old_share * (
        0.01 * (1.0 - np.clip(outside[UNION_HOLD], 0.0, 1.0)) + 0.1 * value_of(economy, "pace")
    )
    recovery = (
        0.01
        * consistency
        * (0.5 + 0.5 * (1.0 - old_share))
        * (1.0 - 0.5 * value_of(economy, "property_risk"))
    )
    oil = 0.008 * value_of(economy, "oil_weight") * np.clip(outside[OIL_PRICE] - 1.0, -1.0, 5.0)
    disorder = 0.01 * value_of(world.society, "war") + 0.003 * value_of(world.society, "chaos")
    growth = recovery + oil - slump - 0.01 * np.clip(outside[TRADE_SHOCK], -2.0, 2.0) - disorder
    return np.array([np.clip(growth, -0.1, 0.1)])


def protest_readiness(world):
    """People come out when they reject the ruler, are falling below what they knew, are not alone
    and can see or believe in a way out, above all when a vote is felt stolen. Isolation, the wish
    for quiet, bans and punishment keep them home.
    """
    people, society = world.citizens, world.society
    reject = clip01(-people["private"])
    need = 0.3 * value_of(world.economy, "hardship") + 0.05 * value_of(world.economy, "inequality")
    hope = 0.15 * value_of(society, "belief_in_alternative") + 0.1 * clip01(
        value_of(society, "example_of_change")
    )
    hope += 0.1 * (1.0 - value_of(world.index, "media_control"))
    together = (
        0.5
        + 0.3 * value_of(society, "solidarity")
        - 0.3 * value_of(society, "atomisation")
        + 0.3 * value_of(society, "protest")
    )
    spark = 0.3 * value_of(world.crisis, "heat")
    fear = 0.2 * value_of(world.constitution, "street_banned") + 0.3 * value_of(
        world.index, "repression"
    )
    push = 0.4 * reject + 0.2 * people["habit"] + need + hope + spark + 0.05 * people["said"]
    return clip01(push * together * (1.0 - 0.4 * people["order_demand"]) * (1.0 - fear))


def property_risk(world):
    """Owners are exposed when power answers to nobody and everyone broke some rule: tame courts and
    dirty files make takings easy, a grasping kinsman with hold on the organs or warring clans with
    theirs make them likely. Law and a settled wish for safe owners calm it.
    """
    family, rich, society = world.family, world.oligarchs, world.society
    grasp = (
        family["aggressiveness"] * (0.3 + 0.4 * family["security"] + 0.2 * family["media"])
        + 0.5 * family["reach"]
    )
    kinsman = float(np.max(clip01(grasp) * family["active"] * ~family["exiled"], initial=0.0))
    guilt = float(
        np.sum(rich["compromising_files"] * rich["wealth"]) / max(np.sum(rich["wealth"]), 1e-9)
    )
    clans = world.clans
    strife = value_of(society, "quarrels") * (
        0.5 + 0.5 * float(np.max(clans["enforcement"] * clans["active"], initial=0.0))
    )
    unbound = (1.0 - value_of(society, "law_custom")) * (
        1.0 - 0.4 * value_of(world.constitution, "parliament_powers")
    )
    unbound *= 0.5 + 0.5 * float(np.mean(world.courts["obedience"]))
    will = (
        0.15
        + 0.35 * kinsman
        + 0.2 * strife
        + 0.2 * value_of(society, "arbitrariness")
        + 0.15 * value_of(society, "turnover")
    )
    return np.array(
        [
            clip01(
                will
                * (0.4 + 0.6 * guilt)
                * (0.3 + 0.7 * unbound)
                * (1.0 - 0.4 * value_of(world.economy, "safe_policy"))
            )
        ]
    )
