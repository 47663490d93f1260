"""Divide the worlds of a run into chunks, which are simulated and stored together, and into parts,
which different machines can simulate.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from poruka.simulation.runner import WORLDS_PER_CHUNK

PART_PREFIX = "part-"
"""Prefix of the folders of parts inside the folder of the complete run."""
MAX_CHUNK_WORLDS = {"outcomes": 2000, "series": 400, "events": 200}
"""Largest number of worlds in a chunk, by record level: some megabytes of results, some seconds of
computation.
"""


class Chunk(NamedTuple):
    """Consecutive worlds that are simulated, stored and counted together."""

    first: int
    worlds: int


def chunk_size(worlds: int, record: str) -> int:
    """Return the number of worlds in a chunk: many chunks for parallel work, few files.

    Examples
    --------
    >>> [chunk_size(worlds, "events") for worlds in (12, 1000, 100_000)]
    [20, 40, 200]
    >>> chunk_size(10**8, "outcomes")
    2000
    """
    return min(
        MAX_CHUNK_WORLDS[record], WORLDS_PER_CHUNK * max(1, -(-worlds // (32 * WORLDS_PER_CHUNK)))
    )


def part_folder(out: Path, part: tuple[int, int]) -> Path:
    """Return the folder of a part inside the folder of the complete run.

    Examples
    --------
    >>> part_folder(Path("runs/big"), (3, 16)).as_posix()
    'runs/big/part-00003-of-00016'
    """
    return out / f"{PART_PREFIX}{part[0]:05d}-of-{part[1]:05d}"


def part_span(worlds: int, chunk_worlds: int, part: tuple[int, int] | None) -> tuple[int, int]:
    """Return the first world of a part and the one after its last; parts consist of whole chunks.

    Examples
    --------
    >>> part_span(100, 20, None), [part_span(100, 20, (i, 3)) for i in (1, 2, 3)]
    ((0, 100), [(0, 20), (20, 60), (60, 100)])
    """
    number, total = part or (1, 1)
    chunks = -(-worlds // chunk_worlds)
    return (
        min(worlds, chunks * (number - 1) // total * chunk_worlds),
        min(worlds, chunks * number // total * chunk_worlds),
    )


def extension_points(manifest: Mapping[str, Any]) -> list[int]:
    """Return how many worlds a run had each time it was extended, the first time first."""
    return [extension["worlds"] for extension in manifest.get("extensions") or ()]


def iter_chunks(manifest: Mapping[str, Any]) -> Iterator[Chunk]:
    """Return the chunks of a run or of a part of one.

    Worlds that were added to a run begin a chunk of their own, so that no world is played again.

    Examples
    --------
    >>> manifest = {"span": [0, 50], "chunk": 20, "extensions": [{"worlds": 30}]}
    >>> [tuple(chunk) for chunk in iter_chunks(manifest)]
    [(0, 20), (20, 10), (30, 20)]
    """
    low, high = manifest["span"]
    starts = [low, *extension_points(manifest)]
    return (
        Chunk(first, min(manifest["chunk"], end - first))
        for start, end in zip(starts, [*starts[1:], high], strict=True)
        for first in range(start, end, manifest["chunk"])
    )


def worlds_text(manifest: Mapping[str, Any], first: int) -> str:
    """Return the worlds of the chunk that begins with one, in words.

    Examples
    --------
    >>> worlds_text({"span": [0, 50], "chunk": 20}, 40)
    'worlds 40 to 49'
    """
    chunk = chunk_at(manifest, first) or Chunk(first, 1)
    return f"worlds {first} to {first + chunk.worlds - 1}"


def chunk_at(manifest: Mapping[str, Any], first: int) -> Chunk | None:
    """Return the chunk of a run that begins with a world; None where none does.

    Examples
    --------
    >>> manifest = {"span": [0, 50], "chunk": 20, "extensions": [{"worlds": 30}]}
    >>> chunk_at(manifest, 30), chunk_at(manifest, 40)
    (Chunk(first=30, worlds=20), None)
    """
    low, high = manifest["span"]
    starts = [low, *extension_points(manifest)]
    place = bisect_right(starts, first)
    if not low <= first < high or (first - starts[place - 1]) % manifest["chunk"]:
        return None
    end = [*starts[1:], high][place - 1]
    return Chunk(first, min(manifest["chunk"], end - first))
