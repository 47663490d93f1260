"""The values of a request, checked one by one: counts, threads, paths, parts of a run."""

from pathlib import Path
from typing import Any

import numpy as np

from poruka.utils.errors import BadInput
from poruka.utils.paths import absolute_path
from poruka.utils.plain_values import plain_value

MAX_WORLDS, MAX_SEED, MAX_THREADS, MAX_SHARDS = 2**62 - 1, 2**63 - 1, 1024, 10**6
"""Largest numbers that are accepted in a request."""


def _is_whole(value: Any, low: int, high: int) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        return False
    return low <= int(value) <= high


def whole_number(name: str, value: Any, low: int) -> int:
    """Return a count as a plain integer, or raise BadInput with what is allowed.

    Examples
    --------
    >>> whole_number("worlds", np.int32(20), 1)
    20
    """
    value = plain_value(value)
    if not _is_whole(value, low, MAX_WORLDS):
        raise BadInput(f"{name} is {value!r}; give a whole number from {low} up.")
    return int(value)


def seed_number(value: Any) -> int:
    """Return a seed as a plain integer, or raise BadInput with what is allowed.

    Examples
    --------
    >>> seed_number(np.uint64(2**63 - 1)) == 2**63 - 1
    True
    """
    value = plain_value(value)
    if not _is_whole(value, 0, MAX_SEED):
        raise BadInput(f"seed is {value!r}; give a whole number from 0 to 2**63 - 1 ({MAX_SEED}).")
    return int(value)


def optional_number(name: str, value: Any, low: int, otherwise: str) -> int | None:
    """Return a number of threads or processes, or None; otherwise say what is allowed."""
    if value is None:
        return None
    if not _is_whole(value, low, MAX_THREADS):
        raise BadInput(
            f"{name} is {value!r}; give a whole number from {low} up, or None {otherwise}."
        )
    return int(value)


def path_or_none(name: str, value: Any, target: str) -> Path | None:
    """Return an absolute path, or None; otherwise say that the path of a target is needed."""
    return None if value is None else absolute_path(value, name, target)


def parse_shard(value: Any) -> tuple[int, int] | None:
    """Return ``"3/16"`` as two numbers; otherwise say how a part of a run is written.

    Examples
    --------
    >>> parse_shard("3/16"), parse_shard((3, 16)), parse_shard(None)
    ((3, 16), (3, 16), None)
    """
    if value is None:
        return None
    text = "/".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)
    number, slash, total = text.partition("/")
    if not (
        slash
        and number.isdecimal()
        and total.isdecimal()
        and 1 <= int(number) <= int(total) <= MAX_SHARDS
    ):
        raise BadInput(
            f"shard is {value!r}; write it as i/n, such as 3/16 for the third of sixteen."
        )
    return int(number), int(total)
