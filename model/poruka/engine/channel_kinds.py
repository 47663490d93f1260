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

    # Citizens and society

    # Media

    # Courts, law and election commission

    # Economy

    # The outside world

    # Succession and biology

    # Regime versus society
