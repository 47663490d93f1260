"""Small worlds in which everything is made to happen that a rule provides for."""

import poruka as pk
from poruka.engine.channel_kinds import ChannelMode
from poruka.engine.kinds import Crisis, Mandate, Role, Stance
from poruka.rules.instruments import instruments
from poruka.scenario.scenario import Scenario

SIZES = {"citizens": 30, "clients": 8, "oligarchs": 12, "regions": 4, "deputies": 20}
SIZES["signals"] = 200  # room for what the links of the theory contribute in one month

EAGER = {
    "conditions.obeys": 0.0,
    "conditions.moderate": 1.0,
    "conditions.hostile": 0.0,
    "conditions.manifest": 0.0,
    "conditions.ethnic_tension": 0.0,
    "conditions.settled_months": 1.0,
    "conditions.near_months": 24.0,
    "conditions.divided": 0.75,
    "conditions.frail": 1.0,
}
"""Whatever an act needs counts as given sooner."""
BREACH = {"oligarchs.mood": 0.5, "oligarchs.inertia": -0.5, "oligarchs.readmission": 0.1}
COUP = {"crisis.plotting": 0.5, "crisis.pull_threshold": 0.1}
STREET = {"crisis.spark": 3.0, "crisis.small_crowd": 0.0, "crisis.great_crowd": 0.4}
UNMOVED = {"crisis.pull_threshold": 2.0, "crisis.great_crowd": 0.5}
SICKLY = {"start.president.age": 80.0, "biology.illness": 0.05, "biology.death": 0.02}
TIRELESS = {
    **dict.fromkeys(("president.inertia", "president.manner", "president.conscience"), 0.0),
    **dict.fromkeys(("president.agreement", "valuation.offended", "president.untried"), 0.0),
    **{"president.threat": 10.0, "president.vigilance": 1.0},
    **{"posts.turnover": 0.1, "opposition.heads": 0.5, "memory.term": 48.0},
}
"""A ruler whom no act costs anything; and men in office and at the head of movements who change."""
GOING = {"succession.leaving": 1.0, "succession.love_of_office": 0.0, "conditions.frail": 1.0}


def each(months, table: str, row: int | None, **values):
    """Return the settings of fields of a table, over all rows or in one, in each of some months."""
    return [(month, table, row, name, value) for month in months for name, value in values.items()]


MIGHTY = dict.fromkeys(("security", "media", "reach", "aggressiveness", "ambition"), 0.9)
CHANNELS = [
    *each([1], "channels", None, first_signal=0, rows=0),
    *each([16], "channels", None, mode=int(ChannelMode.RECORDED)),
    *each([17], "channels", None, mode=int(ChannelMode.DONOR)),
    *each([18], "channels", None, mode=int(ChannelMode.HELD), held=0.5),
    *each([19], "channels", None, mode=int(ChannelMode.ON)),
]
"""Every link of the theory is written down, played from what was written, and held, for a month."""
JAILED = [
    *each([5], "oligarchs", slice(4, 8), stance=int(Stance.PRISONER), sentence_months=2),
    *each([5], "oligarchs", 8, stance=int(Stance.PRISONER), sentence_months=50),
]
KIN = [
    *each([3, 6, 9, 12, 15], "family", None, active=True, wealth=5.0, publicity=1.0, **MIGHTY),
    *each([3, 6, 9, 12], "family", None, positioning=1.0),
    *each([16], "family", 0, exiled=True),
    *each([22], "family", None, security=0.0, reach=0.0, wealth=0.0),
    *each([22], "society", None, fear_of_kin=0.0),
    *each([26], "family", None, active=False),
    *each([26], "society", None, fear_of_kin=1.0),
    *each([28], "family", None, active=True, **MIGHTY),
    *each([28], "oligarchs", None, kin=True),
]
WAVERING = [
    *each(range(3, 30), "parliament", None, fear_of_dissolution=0.0),
    *each([3, 4], "oligarchs", None, stance=int(Stance.GRUMBLER), compromising_files=1.0),
    *each([3, 4], "deputies", None, boldness=1.0, bought=0.0, cowed=0.0, free=1.0),
    *each([3, 4], "premier", None, power=1.0),
    *each([3, 4], "contenders", int(Role.PREMIER), active=False),
    *each([3], "president", None, target=-1),
]
FEARLESS = each(range(3, 45), "parliament", None, fear_of_dissolution=0.0)
STRONG = [
    *each(range(15, 30), "parliament", None, dissent=0.0, cohesion=1.0, conflict=0.0),
    *each(range(15, 30), "constitution", None, own=True, mandate=int(Mandate.POPULAR)),
    *each(range(15, 30), "constitution", None, independent=True, president_due=90),
    *each(range(15, 30), "contenders", int(Role.NATIONALIST), active=True, open=True),
    *each(range(15, 30), "president", None, target=int(Role.NATIONALIST)),
]
HEATED = [
    *each(range(4, 20), "citizens", slice(10), order_demand=0.0),
    *each(range(4, 20), "citizens", slice(10, None), order_demand=1.0),
    *each(range(4, 20), "index", None, repression=0.8),
    *each(range(4, 12), "commanders", None, obedience=1.0),
    *each(range(12, 20), "commanders", None, obedience=0.3),
    *(
        setting
        for month in range(5, 20)
        for setting in each(
            [month], "crisis", None, kind=int(Crisis.STOLEN_ELECTION), heat=month % 8 / 8.0
        )
    ),
]
CROWDED = [
    *each([10, 11], "parties", None, active=True),
    *each([10, 11], "movements", None, active=True),
    *each([10, 11], "contenders", None, active=True),
    *each([14], "clans", None, active=False),
    *each([14], "oligarchs", None, clan=0),
]
STOLEN = {"kind": int(Crisis.STOLEN_ELECTION), "heat": 1.0}
ANGRY = [
    *each([10, 14], "crisis", None, claimant=1, **STOLEN),
    *each(range(4, 30), "economy", None, hardship=1.0),
    *each(range(4, 30), "president", None, approval=0.0),
    *each(range(4, 30), "citizens", None, order_demand=0.0),
    *each(range(4, 30), "index", None, repression=0.0),
]
GUILTY = each(range(60), "president", None, guilt=1.0)
ALONE = [
    *each([24, 30], "contenders", slice(1, None), active=False),
    *each([25], "president", None, heir=3),
    *each([36, 42], "society", None, readiness=1.0),
]
ONE_PEOPLE = [
    *each([4], "crisis", None, kind=int(Crisis.VACANCY)),
    *each([4], "citizens", None, minority=False),
    *each([8], "citizens", None, minority=True),
    *each([12, 13], "regions", None, minority_share=0.0),
]
FALLS = [
    *each(range(6, 30), "commanders", None, obedience=0.0),
    *each(range(6, 30), "president", None, approval=0.0),
    *each([8], "crisis", None, claimant=1, **STOLEN),
    *each([8, 12], "society", None, law_custom=1.0, blood=0.0),
    *each([12], "crisis", None, claimant=0, **STOLEN),
    *each([16], "crisis", None, kind=int(Crisis.COUP_ATTEMPT), heat=1.0, claimant=0),
    *each([16], "contenders", slice(1, None), active=False),
    *each([20], "crisis", None, kind=int(Crisis.ETHNIC_WAR), heat=1.0),
    *each([24], "contenders", 1, active=True, published_share=0.9),
    *each([24], "citizens", None, order_demand=1.0),
    *each([24], "index", None, repression=1.0),
    *each([24], "crisis", None, claimant=1, kind=int(Crisis.STOLEN_ELECTION), heat=0.3),
]
RIVAL = int(Role.PREMIER)
REPLACED = [
    *each(range(3, 30), "constitution", None, own=True, deputy_office=True, independent=True),
    *each(range(3, 30), "constitution", None, mandate=int(Mandate.POPULAR)),
    *each(range(3, 30), "constitution", None, governors_appointed=True),
    *each(range(3, 30), "courts", None, appointed=0.0, obedience=1.0),
    *each(range(3, 30), "economy", None, assets_left=1.0, safe_policy=0.0),
    *each(range(4, 9), "contenders", RIVAL, active=True, open=True, person=0, fame=0.0),
    *each(range(4, 9), "contenders", RIVAL, jailed=False, exiled=False),
    *each(range(4, 9), "president", None, target=RIVAL),
    *each(range(3, 15), "regions", None, delivers=0.0, clientele=1.0),
    *each(range(3, 15), "movements", slice(4), active=True, energy=1.0),
    *each(range(3, 15), "contenders", slice(2, 6), jailed=True),
    *each(range(3, 15), "society", None, habit=1.0),
    *each([16, 17, 18], "premier", None, person=-1),
    *each(range(16, 30), "oligarchs", slice(10), stance=int(Stance.OPPONENT), wealth=0.0),
    *each(range(19, 30), "channels", None, mode=int(ChannelMode.HELD), held=0.5),
]
"""A rival is sentenced; governors, leaders of movements and the poor who stand apart make way."""


def force(scenario: Scenario, acts: dict[int, list[str]]) -> Scenario:
    """Return a scenario in which things are made to happen in some months."""
    for month, ids in acts.items():
        scenario = scenario.intervene(scenario.date_of(month), force=ids)
    return scenario


def worlds():
    """Return the worlds: a name, a scenario, a seed, a number, months."""
    acts = [one.id for one in instruments()]
    dies, ill = ["president.dies"], ["president.falls_ill"]
    plan = [
        ("kazakhstan", {"oligarchs.readmission": 0.1}, {}, 40, 0, JAILED),
        ("estonia", {}, {}, 60, 1, ()),
        ("russia", EAGER, {3: acts}, 30, 2, WAVERING),
        ("ukraine", EAGER | BREACH, {20: acts, 40: ["heir.premier"], 42: dies}, 45, 3, FEARLESS),
        (
            "kazakhstan",
            BREACH | {"succession.agreement": 1.0},
            {24: dies, 30: dies, 36: dies, 42: dies},
            45,
            4,
            ALONE,
        ),
        (
            "kazakhstan",
            EAGER | {"family.open_step": 0.2},
            {14: acts, 26: acts},
            32,
            5,
            (*KIN, *STRONG, *FEARLESS),
        ),
        ("kyrgyzstan", COUP | STREET, {}, 20, 6, ANGRY),
        ("kyrgyzstan", STREET | UNMOVED, {}, 20, 7, HEATED),
        ("azerbaijan", COUP | BREACH, {}, 50, 6, ()),
        (
            "belarus",
            SICKLY | EAGER | {"president.near_end": 0.0, "family.open_step": 0.2},
            {10: ill, 14: acts},
            40,
            7,
            (),
        ),
        ("moldova", GOING, {12: ["heir.heir"], 24: ["heir.premier"], 30: acts}, 40, 8, ()),
        ("estonia", {}, {}, 40, 1, GUILTY),
        ("kazakhstan", BREACH, {}, 20, 9, CROWDED),
        ("azerbaijan", {}, {}, 20, 1, ONE_PEOPLE),
        ("ukraine", STREET | {"crisis.great_crowd": 0.1}, {}, 26, 1, FALLS),
        ("kazakhstan", EAGER | TIRELESS, {4: ["I43"], 6: ["I56"]}, 30, 1, REPLACED),
    ]
    made = []
    undisturbed = 8  # a war that comes of itself
    for number, (country, changes, forced, months, world, settings) in enumerate(plan):
        scenario = force(pk.load(country, numbers="declared").change(changes), forced)
        if number == 13:
            scenario = scenario.without("M1.comparison").intervene(
                scenario.date_of(4), force=dies, forbid=acts[:3]
            )
        if number == 15:
            others = [one for one in acts if one not in ("I22", "I23", "I34", "I43", "I56")]
            scenario = scenario.intervene(scenario.date_of(2), forbid=others)
        if number != undisturbed:
            settings = (*CHANNELS, *settings)
        made.append((f"{number} {country}", scenario, 5, world, months, settings))
    return made
