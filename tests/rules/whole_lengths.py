"""Plays a country of few agents over its whole length, and on to December 2022.

Run as ``python whole_lengths.py COUNTRY``; it prints what became of the world, as JSON.
"""

import hashlib
import json
import sys

from forced_worlds import SIZES
from recorded_world import play_sized

import poruka as pk

SEED, WORLD, LAST = 7, 3, "2022-12"


def digests_of_whole_length(country: str) -> dict[str, str]:
    """Return a digest of the world and its outcome in every month, and of all its results."""
    scenario = pk.load(country, numbers="declared")
    sizes = {**scenario.table_sizes(), **SIZES}
    buffer, states = play_sized(scenario, SEED, WORLD, scenario.month_of(LAST) + 1, sizes)
    told = buffer.events[: buffer.event_counts[0]]
    results = [buffer.series, buffer.outcomes, told, buffer.event_counts]
    found = {scenario.date_of(month): digest(state) for month, state in enumerate(states)}
    return found | {"its results": digest(b"".join(part.tobytes() for part in results))}


def digest(content: bytes) -> str:
    """Return a short hash."""
    return hashlib.sha256(content).hexdigest()[:16]


if __name__ == "__main__":
    print(json.dumps(digests_of_whole_length(sys.argv[1])))
