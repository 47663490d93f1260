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

    # Family

    # Hordes and clans

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
    FEAR_ON_MOTION = auto()

    # Parties
    CLANS_FOUND_PARTIES = auto()
    HEIRS_FOUND_PARTIES = auto()
    PARTY_BINDS_RULER = auto()

    # Opposition, old and new

    # Citizens and society

    # Media

    # Courts, law and election commission

    # Economy

    # The outside world

    # Succession and biology

    # Regime versus society
