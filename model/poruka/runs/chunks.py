"""How the worlds of a run are divided: into chunks, which are played, kept and counted together,
and into parts, which different machines may play.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from poruka.simulation.runner import WORLDS_PER_CHUNK

PART_PREFIX = "part-"
"""How the folders of parts are called inside the folder that is to hold a run whole."""
MAX_CHUNK_WORLDS = {"outcomes": 2000, "series": 400, "events": 200}
"""Most worlds of one chunk, by what is recorded of them: some megabytes of results, some seconds of
work.
"""


class Chunk(NamedTuple):
    """Worlds that are played, kept and counted together."""

    first: int
    worlds: int


def chunk_size(worlds: int, record: str) -> int:
    """Return how many worlds of a run make a chunk: enough chunks to keep a machine busy, few
    enough to be files.

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
    """Return where a part of a run lies inside the folder that is to hold it whole.

    Examples
    --------
    >>> part_folder(Path("runs/big"), (3, 16)).as_posix()
    'runs/big/part-00003-of-00016'
    """
    return out / f"{PART_PREFIX}{part[0]:05d}-of-{part[1]:05d}"


def part_span(worlds: int, chunk_worlds: int, part: tuple[int, int] | None) -> tuple[int, int]:
    """Return the first world of a part of a run and the one after its last; parts are whole chunks.

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


def iter_chunks(manifest: Mapping[str, Any]) -> Iterator[Chunk]:
    """Return the chunks a run, or a part of one, consists of."""
    low, high = manifest["span"]
    return (
        Chunk(first, min(manifest["chunk"], high - first))
        for first in range(low, high, manifest["chunk"])
    )
