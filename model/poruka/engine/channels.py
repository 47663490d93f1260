"""The declarations of channels: what each link of the theory means, and which theses name it."""

from functools import cache
from typing import NamedTuple

from poruka.engine.channel_kinds import Channel
from poruka.engine.state import read_data_file, row_count, tables

CHANNEL_SETTINGS = ("on", "held", "donor")
"""What a scenario can set a channel to."""


class DeclaredChannel(NamedTuple):
    """A link that a thesis names.

    Attributes
    ----------
    name : str
        Short plain name; its key in a scenario is ``channels.NAME``.
    meaning : str
        What is passed on, to what.
    theses : tuple of str
        Theses that name the link.
    rule : str
        The rule in which it works.
    of : str
        The table whose rows each have a signal of their own; empty for one signal a month.
    """

    name: str
    meaning: str
    theses: tuple[str, ...]
    rule: str
    of: str

    @property
    def key(self) -> str:
        """``channels.name``."""
        return f"channels.{self.name}"

    @property
    def row(self) -> int:
        """Its row in ``world.channels``."""
        return int(Channel[self.name.upper()])


@cache
def channels() -> dict[str, DeclaredChannel]:
    """Return all channels by name, in the order of their rows.

    Examples
    --------
    >>> channels()["worth_of_rules"].rule
    'oligarchs.defect'
    """
    entries = read_data_file("channels")
    names = [member.name.lower() for member in Channel]
    if differing := set(entries) ^ set(names):
        raise ValueError(
            "data/channels.toml and the enumeration Channel differ in"
            f" {', '.join(sorted(differing))}; every channel stands in both."
        )
    declared = {}
    for name in names:
        entry = entries[name]
        if entry["of"] and entry["of"] not in tables():
            raise ValueError(f"the channel {name} is of {entry['of']}, which is no table.")
        theses = tuple(entry["theses"].split())
        declared[name] = DeclaredChannel(name, entry["meaning"], theses, entry["rule"], entry["of"])
    return declared


def channel_rows(channel: DeclaredChannel, table_sizes: dict[str, int]) -> int:
    """Return how many agents a channel has a signal for."""
    return row_count(tables()[channel.of], table_sizes) if channel.of else 1
