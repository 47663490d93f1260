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

    # Prime ministers

    # Akims and regions

    # Parliament

    # Parties

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
    PULL_OF_DECOY = auto()

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
    HARDSHIP_IN_PROTEST = auto()
    CLAIMS_RESTRAIN = auto()
    MIXTURE_OF_PEOPLES = auto()

    # Media
    CAMPAIGN_AGAINST_HOUSE = auto()
    RIVALS_HEARD_OF = auto()
    MEDIA_AS_MEANS = auto()

    # Courts, law and election commission
    COURT_AT_HAND = auto()
    COMMISSION_AT_HAND = auto()
    COURTS_AS_TOOL = auto()
    VERDICT_ON_HOUSE = auto()
    BARRIER_AT_REGISTRATION = auto()
    PRETEXT_TO_ANNUL = auto()
    DECREES_WITHOUT_HOUSE = auto()

    # Economy

    # The outside world

    # Succession and biology

    # Regime versus society
