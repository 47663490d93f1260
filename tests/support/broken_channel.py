"""A plugin of pytest: every world that the tests play has one channel of the theory broken.

    python -m pytest -p broken_channel --break-channel spoils_to_come tests/argument

The channel is held at its mean over base worlds, in every scenario, whatever a test sets. A test of
the theory that passes all the same does not notice that this link is gone.
"""

from collections.abc import Callable
from typing import Any

import pytest

from poruka.engine.channels import channels
from poruka.scenario import channel_settings, keys


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that names the channel."""
    parser.addoption("--break-channel", default="", help="name of the channel that is held")


def pytest_configure(config: pytest.Config) -> None:
    """Hold the channel in every scenario, in what is played and in what identifies it."""
    name = config.getoption("--break-channel")
    if not name:
        return
    if name not in channels():
        raise pytest.UsageError(f"there is no channel {name!r}; `poruka channels` lists them.")
    broken = with_channel_held(channel_settings.channel_settings, name)
    channel_settings.channel_settings = broken
    keys.channel_settings = broken


def with_channel_held(
    settings: Callable[[Any], dict[str, str]], name: str
) -> Callable[[Any], dict[str, str]]:
    """Return a function that says of every scenario that one more channel is held."""
    return lambda scenario: settings(scenario) | {name: "held"}
