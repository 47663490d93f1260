"""The channels of the theory as an enumeration: every link that a thesis names, by rule.

A channel is declared in ``data/channels.toml`` under the same name in lower case. Rules pass a
link's contribution through :func:`poruka.engine.channel_switch.through`.
"""

from enum import IntEnum, auto


class ChannelMode(IntEnum):
    """What a channel does with the contribution of its link."""

    ON = 0
    HELD = 1
    DONOR = 2
    RECORDED = 3


class Channel(IntEnum):
    """Links that a test can switch off. The order is that of the rows of ``world.channels``."""

    @staticmethod
    def _generate_next_value_(name, start, count, last_values):  # type: ignore[no-untyped-def]
        """Number the members from 0, as rows are."""
        return count

    # President
    CREED_ON_NATION = auto()
    CREED_ON_MARKET = auto()
    REVERENCE_FOR_LAW = auto()
    GUILT_IN_CHOICE = auto()
    GUILT_AND_UNEASE = auto()
    FATE_AFTER_OFFICE = auto()
    FATE_IN_CHOICE = auto()
    TRUST_IN_HEIR = auto()
    PRICE_OF_STYLE = auto()
    RISK_OF_GOING_FIRST = auto()
    EARLY_OR_LATE = auto()
    POWERS_FEARED = auto()
    POWERS_IN_CONFLICT = auto()
    MANNER_IN_CONFLICT = auto()
    PLEDGE_OF_CONSTITUTION = auto()
    EXTREMISM_IN_HOUSE = auto()
    OTHER_CAMP = auto()
    OTHER_CAMP_AT_VOTE = auto()
    RULERS_PLACE = auto()
    VISIBLE_HAND = auto()
    OUTRAGE_AT_DISSOLUTION = auto()
    RIVAL_SEEN = auto()
    VOTE_FEARED = auto()
    PRESS_OUT_OF_HAND = auto()
    COURTS_OUT_OF_HAND = auto()
    LESSER_MANDATE = auto()
    LAWFUL_SUCCESSOR = auto()
    FEAR_AND_HASTE = auto()
    OWNERS_FEARED = auto()
    FUND_FOR_MODERATES = auto()
    STIGMA_OF_AMBITION = auto()
    STIGMA_OF_PREMIER = auto()

    # Family
    KIN_PART = auto()
    CARE_FOR_SAFE_OWNERS = auto()
    DOUBT_OF_ELIGIBLE_OWNERS = auto()
    WARINESS_OF_ELIGIBLE = auto()
    APPETITE_OF_KIN = auto()
    ALARM_AT_TAKINGS = auto()
    FEAR_OF_KIN = auto()
    DANGER_OF_KINSMAN = auto()
    UNITED_AGAINST_KIN = auto()
    QUARREL_TURNS = auto()
    WRONGS_SUFFERED = auto()
    KIN_ACCEPTED = auto()
    SON_SETTLES_SUCCESSION = auto()
    LEAKS_OF_KIN = auto()
    LEAKS_OF_CLANS = auto()

    # Hordes and clans
    FAVOUR_TO_OWN_HORDE = auto()
    STANDING_OF_OWN_HORDE = auto()
    EXCLUSION_FELT = auto()
    OWN_PEOPLE_LEAVE = auto()
    SHIELD_OF_OWN_PEOPLE = auto()
    CLANS_TAKE_ROOT = auto()
    COURTING_AND_GOVERNORS = auto()
    PLURALITY_AND_CRITICISM = auto()
    PLURALITY_TEACHES = auto()
    MUTUAL_SURETY = auto()

    # Oligarchs and new bourgeoisie
    WORTH_OF_RULES = auto()
    SPOILS_TO_COME = auto()
    INSECURITY_OF_PROPERTY = auto()
    WISH_FOR_RANK = auto()
    UNEASE_ABOUT_FORTUNES = auto()
    FORTUNES_FROM_GROWTH = auto()
    ECONOMY_JUDGED = auto()
    RISK_OF_STREET = auto()
    RED_DANGER = auto()
    FOREIGN_OWNERS = auto()
    MONEY_DRAWS_MOVEMENTS = auto()
    ACCEPTABLE_NAME_UNITES = auto()
    MONEY_WAKES_MOVEMENTS = auto()
    STANDARDS_OF_YOUNG = auto()
    FILES_DETER = auto()
    FILES_BRING_BACK = auto()
    FILES_WARN = auto()

    # Prime ministers
    FEAR_OF_BLAME = auto()
    BLAME_TAKEN_ALONG = auto()
    NEW_HOPE = auto()
    GROWTH_OF_PREMIER = auto()
    FEAR_OF_PREMIER = auto()
    MEMORY_OF_SCARE = auto()
    SCARE_LOWERS_BAR = auto()
    WARINESS_OF_STRONG = auto()
    LOSS_OF_OFFICE = auto()
    ACCEPTANCE_OF_RIVAL = auto()

    # Akims and regions
    TIE_OF_GOVERNOR = auto()
    GOVERNORS_ADD_VOTES = auto()
    GOVERNORS_FILL_HOUSE = auto()
    NEW_OFFICIALS = auto()

    # Parliament
    PRIDE_OF_DEPUTY = auto()
    CLASH_OF_POWERS = auto()
    EQUAL_IN_CHAIR = auto()
    EQUAL_AGAINST_RULER = auto()
    CRISIS_IN_HOUSE = auto()
    DEPUTY_WON_OVER = auto()
    LOSS_OF_COHESION = auto()
    WON_OVER_TO_YIELD = auto()
    CHAOS_HIDES = auto()
    REACH_IN_HOUSE = auto()
    THREAT_OF_HOUSE = auto()
    ASSERTIVE_DEPUTY = auto()
    TIE_TO_CLAN = auto()
    DISSOLUTION_FEARED = auto()

    # Parties
    CLANS_FOUND_PARTIES = auto()
    HEIRS_FOUND_PARTIES = auto()
    PARTY_BINDS_RULER = auto()

    # Opposition, old and new
    DREAD_OF_DISORDER = auto()
    RADICALISM_DIVIDES = auto()
    DISTANCE_DIVIDES = auto()
    SEATS_KEEP_MOVEMENTS = auto()
    BREACHES_SEEN = auto()
    DETERRENCE_OF_BREACH = auto()
    SAFETY_OF_CRITICISM = auto()
    CRITICS_AT_LIBERTY = auto()
    CRITICISM_AND_HOPE = auto()
    CONTRITION = auto()
    DECOY_ON_BALLOT = auto()

    # Citizens and society
    AGREEMENT_ON_RULES = auto()
    CAMPS_NOT_HEARD = auto()
    TIES_AMONG_CITIZENS = auto()
    CHAOS_AND_ORDER = auto()
    WISH_FOR_FIRM_HAND = auto()
    CUSTOM_AND_ORDER = auto()
    RECOGNITION_OF_RULER = auto()
    CUSTOM_AND_DEPUTIES = auto()
    CUSTOM_AND_GOVERNORS = auto()
    CUSTOM_AND_CLANS = auto()
    CUSTOM_AND_OLD_ORDER = auto()
    CUSTOM_AND_OLD_ORDER_AT_VOTE = auto()
    CUSTOM_AND_MODERATION = auto()
    HARDSHIP_IN_PROTEST = auto()
    CLAIMS_RESTRAIN = auto()
    MIXTURE_OF_PEOPLES = auto()
    DISTANCE_OF_PEOPLES = auto()
    QUARREL_COOLS = auto()
    HORDES_SHUT_OUT = auto()

    # Media
    STANDING_IN_OWN_VOTE = auto()
    STANDING_IN_CRISIS = auto()
    STANDING_IN_PRICE = auto()
    RIVALS_HEARD_OF = auto()
    MEDIA_AS_MEANS = auto()

    # Courts, law and election commission
    COURT_AT_HAND = auto()
    COMMISSION_AT_HAND = auto()
    COURTS_AS_TOOL = auto()
    BARRIER_AT_REGISTRATION = auto()
    PRETEXT_TO_ANNUL = auto()
    DECREES_WITHOUT_HOUSE = auto()

    # Economy
    SLUMP_AS_OPENING = auto()
    SLUMP_AS_BLAME = auto()
    FREE_HANDS_IN_REFORM = auto()
    OIL_IN_GROWTH = auto()
    REFORM_IN_GROWTH = auto()

    # The outside world
    EXAMPLE_OF_RULERS_ABROAD = auto()
    FEAR_OF_THE_WEST = auto()
    PRICE_IN_THE_WEST = auto()
    FALLS_ABROAD_IN_BELIEF = auto()
    FALLS_ABROAD_AS_OPENING = auto()
    PROSECUTION_ABROAD = auto()
    PATRON_IN_UNEASE = auto()
    TALK_OF_UNION = auto()

    # Succession and biology
    END_IN_SIGHT_TO_CLANS = auto()
    END_IN_SIGHT_TO_KIN = auto()
    END_IN_SIGHT_TO_PRESS_OF_KIN = auto()
    CONDITIONS_OF_CLANS = auto()
    CONDITIONS_OF_RICH = auto()
    CONDITIONS_OF_RIPENESS = auto()
    BALLOT_IN_VACANCY = auto()
    RULES_WANTED_BY_CLANS = auto()
    HOPE_IN_NEW_RULER = auto()
    ODIUM_LEFT_BEHIND = auto()
    CANDIDATE_OF_ELITE = auto()
    YEARS_IN_HAZARD = auto()
    BODY_IN_HORIZON = auto()
    DUE_VOTE_IN_HORIZON = auto()

    # Regime versus society
    DANGER_OF_RIVAL = auto()
    CRITICS_AMONG_RICH = auto()
    MARKET_TEACHES = auto()
    NEW_GENERATION = auto()
    RIPENESS_IN_UNEASE = auto()
    HABIT_IN_OUTRAGE = auto()
    CROWD_IN_CRISIS = auto()
    PRESSURE_OF_MOVEMENTS = auto()
    PRESSURE_OF_STREET = auto()
    RESTRAINT_IN_DEFEAT = auto()
    MODERATION_OF_RULER = auto()
    NATIONAL_LINE_FEARED = auto()
