"""Channels of a scenario: which links are held or speak from a donor, and what held ones give.

A link is held at its mean contribution over base worlds of the country, which stands in
``channel_means.csv`` beside the scenario's file or among the shipped scenarios. ``poruka channels
COUNTRY --write FILE`` measures it.
"""

import csv
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from poruka.engine.channel_kinds import ChannelMode
from poruka.engine.channels import CHANNEL_SETTINGS, DeclaredChannel, channel_rows, channels
from poruka.utils.errors import BadInput, unknown_name_error
from poruka.utils.shipped_files import shipped_places

PREFIX = "channels."
MEANS_FILE = "channel_means.csv"
MEANS_COLUMNS = ("country", "channel", "mean", "spread", "calls", "worlds", "seed")
"""Columns of a table of means; ``spread`` is the standard deviation of the means of worlds."""
_MODES = {"on": ChannelMode.ON, "held": ChannelMode.HELD, "donor": ChannelMode.DONOR}


def validate_channel_setting(key: str, value: Any) -> str:
    """Return what a channel is set to.

    Raises
    ------
    BadInput
        For an unknown channel, with the nearest names, or an unknown setting.

    Examples
    --------
    >>> validate_channel_setting("channels.worth_of_rules", "held")
    'held'
    """
    if key.removeprefix(PREFIX) not in channels():
        known = [channel.key for channel in channels().values()]
        raise unknown_name_error("channel", key, known)
    if value not in CHANNEL_SETTINGS:
        raise BadInput(
            f"{key} is {value!r}; a channel is 'on', 'held' (at its mean over base worlds of the"
            " country) or 'donor' (as in another base world of the same month)."
        )
    return str(value)


def channel_settings(scenario: Any) -> dict[str, str]:
    """Return the channels of a scenario that are not on, by name.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> off = load("kazakhstan").change({"channels.worth_of_rules": "donor"})
    >>> channel_settings(off), channel_settings(load("kazakhstan"))
    ({'worth_of_rules': 'donor'}, {})
    """
    values = {key: entry.value for key, entry in scenario.file.parameters.items()}
    values |= dict(scenario.overrides)
    return {
        key.removeprefix(PREFIX): str(value)
        for key, value in sorted(values.items())
        if key.startswith(PREFIX) and value != "on"
    }


def donor_channels(scenario: Any) -> tuple[DeclaredChannel, ...]:
    """Return the channels of a scenario that speak from a donor world, in the order of rows."""
    settings = channel_settings(scenario)
    return tuple(channel for name, channel in channels().items() if settings.get(name) == "donor")


def count_signals(
    chosen: Iterable[DeclaredChannel], table_sizes: dict[str, int], months: int
) -> int:
    """Return how many signals some channels have over a run."""
    return sum(channel_rows(channel, table_sizes) for channel in chosen) * months


def place_signals(
    chosen: Iterable[DeclaredChannel], table_sizes: dict[str, int], months: int
) -> Iterator[tuple[DeclaredChannel, int, int]]:
    """Yield channels with the first of their signals and the number of their agents."""
    first = 0
    for channel in chosen:
        rows = channel_rows(channel, table_sizes)
        yield channel, first, rows
        first += rows * months


def write_channels(world: Any, scenario: Any) -> None:
    """Write what a scenario sets its channels to into the table of a world.

    Raises
    ------
    BadInput
        Where no mean of a channel that is off has been measured in the country.
    """
    settings = channel_settings(scenario)
    for name, setting in settings.items():
        row = world.channels[channels()[name].row]
        row.mode, row.held = _MODES[setting], held_value(scenario, name)
    if "donor" not in settings.values():
        return
    sizes, months = scenario.table_sizes(), scenario.months
    for channel, first, rows in place_signals(donor_channels(scenario), sizes, months):
        row = world.channels[channel.row]
        row.first_signal, row.rows = first, rows


def held_value(scenario: Any, name: str) -> float:
    """Return the mean contribution of a channel over base worlds of a scenario's country."""
    for path in (scenario.folder / MEANS_FILE, *shipped_places(f"scenarios/{MEANS_FILE}")):
        means = _read_means(path, _version(path))
        if (scenario.country, name) in means:
            return means[scenario.country, name]
    raise BadInput(
        f"{PREFIX}{name} is off, but its mean over base worlds of {scenario.country} is not known;"
        f" measure it with `poruka channels {scenario.name} --write {scenario.folder / MEANS_FILE}`"
        " (a channel that no base world reads has no mean and cannot be held)."
    )


def read_mean_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table of means, as texts by column.

    Raises
    ------
    BadInput
        When the table has other columns.
    """
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.DictReader(line for line in file if not line.startswith("#"))
        if tuple(reader.fieldnames or ()) != MEANS_COLUMNS:
            raise BadInput(
                f"{path} has the columns {', '.join(reader.fieldnames or ())}; a table of means has"
                f" {', '.join(MEANS_COLUMNS)}. Write it with `poruka channels COUNTRY --write"
                f" {path}`."
            )
        return list(reader)


def _version(path: Path) -> int:
    """Return when a file was last changed, 0 where there is none."""
    return path.stat().st_mtime_ns if path.is_file() else 0


@cache
def _read_means(path: Path, version: int) -> dict[tuple[str, str], float]:
    """Return the means of a table by country and channel; a file is read again when it changes."""
    try:
        return {
            (row["country"], row["channel"]): float(row["mean"])
            for row in (read_mean_rows(path) if version else ())
        }
    except (TypeError, ValueError):
        raise BadInput(
            f"{path} has a mean that is not a number; write it anew with `poruka channels COUNTRY"
            f" --write {path}`."
        ) from None
