"""The links of the rules that a hypothesis can switch off, and a scenario with some of them off."""

from collections.abc import Iterable

from poruka.engine.channels import channels
from poruka.scenario.scenario import Scenario
from poruka.utils.errors import unknown_name_error

OFF_STATES = ("held", "donor")
"""How a link is switched off: its contribution held at its mean over base worlds, or taken from
another base world of the same month.
"""


def check_links(names: Iterable[str], place: str) -> None:
    """Raise an error for a link that does not exist, with the nearest names.

    Examples
    --------
    >>> check_links(["worth_of_rule"], "T042.toml")
    Traceback (most recent call last):
    poruka.utils.errors.BadInput: unknown channel 'worth_of_rule' in T042.toml: did you mean ...
    """
    for name in names:
        if name not in channels():
            raise unknown_name_error(
                "channel", name, channels(), place, "`poruka channels` lists all."
            )


def with_links_off(scenario: Scenario, names: Iterable[str], off_state: str) -> Scenario:
    """Return a scenario with links off, in one of the two off-states.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> with_links_off(load("kazakhstan"), ["worth_of_rules"], "held").overrides
    (('channels.worth_of_rules', 'held'),)
    """
    return scenario.with_channels(dict.fromkeys(names, off_state))
