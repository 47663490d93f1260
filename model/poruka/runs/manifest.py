"""The manifest of a run: what was asked, of which scenario, by which code; and why a run begun
elsewhere cannot be gone on with here.
"""

import hashlib
import json
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from poruka import __version__
from poruka.utils.errors import BadInput
from poruka.engine.jit import KERNEL_SOURCES, fingerprint
from poruka.simulation.runner import CHUNK
from poruka.scenario.scenario import Scenario
from poruka.scenario.serialize import as_data
from poruka.utils.checksums import is_sealed, sealed

FORMAT = 3
LEDGER = "ledger.sqlite"
PART = "part-"
"""How the folders of parts are called inside the folder that is to hold a run whole."""
LARGEST_CHUNK = {"outcomes": 2000, "series": 400, "events": 200}
"""Most worlds of one chunk, by what is recorded of them: some megabytes of results, some seconds of
work.
"""
TABLE_SOURCES = (
    "simulation/outcomes.py",
    "simulation/frames.py",
    "rules/instruments.py",
    "scenario/interventions.py",
    "engine/parameters.py",
    "simulation/runner.py",
    "simulation/ensemble.py",
    "simulation/fork_runner.py",
    "scenario/timeline.py",
    "scenario/fork.py",
    "scenario/parameter_draws.py",
    "runs/chunk_files.py",
)
"""Sources beside the kernels on which the tables of a world depend."""
_QUESTION = ("scenario", "worlds", "seed", "months", "record", "span", "recipe")
_WORDS = {
    "python": "Python",
    "numba": "numba",
    "numpy": "numpy",
    "machine": "the kind of machine",
    "bounds": "bounds checking",
    "rules": "the sources of the rules",
    "tables": "the code that turns worlds into tables",
}


class Chunk(NamedTuple):
    """Worlds that are played, kept and counted together."""

    first: int
    worlds: int


def chunk_size(worlds: int, record: str) -> int:
    """Return how many worlds of a run make a chunk: enough chunks to keep a machine busy, few
    enough to be files.

    Examples
    --------
    >>> chunk_size(12, "events"), chunk_size(1000, "events"), chunk_size(100_000, "events"), chunk_size(10**8, "outcomes")
    (20, 40, 200, 2000)
    """
    return min(LARGEST_CHUNK[record], CHUNK * max(1, -(-worlds // (32 * CHUNK))))


def part_of(text: str | None) -> tuple[int, int] | None:
    """Return ``"3/16"`` as numbers, or say how a part of a run is written.

    Examples
    --------
    >>> part_of("3/16"), part_of(None)
    ((3, 16), None)
    """
    if text is None:
        return None
    number, stroke, total = str(text).partition("/")
    if not (
        stroke
        and number.isdecimal()
        and total.isdecimal()
        and 1 <= int(number) <= int(total) <= 10**6
    ):
        raise BadInput(
            f"shard is {text!r}; write it as i/n, such as 3/16 for the third of sixteen."
        )
    return int(number), int(total)


def part_folder(out: Path, part: tuple[int, int]) -> Path:
    """Return where a part of a run lies inside the folder that is to hold it whole.

    Examples
    --------
    >>> part_folder(Path("runs/big"), (3, 16)).as_posix()
    'runs/big/part-00003-of-00016'
    """
    return out / f"{PART}{part[0]:05d}-of-{part[1]:05d}"


def span_of(worlds: int, size: int, part: tuple[int, int] | None) -> tuple[int, int]:
    """Return the first world of a part of a run and the one after its last; parts are whole chunks.

    Examples
    --------
    >>> span_of(100, 20, None), [span_of(100, 20, (i, 3)) for i in (1, 2, 3)]
    ((0, 100), [(0, 20), (20, 60), (60, 100)])
    """
    number, total = part or (1, 1)
    chunks = -(-worlds // size)
    return (
        min(worlds, chunks * (number - 1) // total * size),
        min(worlds, chunks * number // total * size),
    )


def chunks_of(manifest: Mapping[str, Any]) -> Iterator[Chunk]:
    """Return the chunks a run, or a part of one, consists of."""
    low, high = manifest["span"]
    return (
        Chunk(first, min(manifest["chunk"], high - first))
        for first in range(low, high, manifest["chunk"])
    )


def _hash(files: Iterator[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def code() -> dict[str, str]:
    """Return everything in this installation on which the results of a world depend,
    part by part.
    """
    root = Path(__file__).parent.parent
    return {
        "python": sys.version,
        "numba": version("numba"),
        "numpy": version("numpy"),
        "machine": platform.machine(),
        "bounds": os.environ.get("NUMBA_BOUNDSCHECK", "0"),
        "kernels": fingerprint(),
        "rules": _hash(path for pattern in KERNEL_SOURCES for path in sorted(root.glob(pattern))),
        "tables": _hash(root / name for name in TABLE_SOURCES if (root / name).is_file()),
    }


def record_file(path: Path | None) -> dict[str, str] | None:
    """Return name and checksum of the record a run is scored against, or None."""
    return (
        {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        if path is not None and path.is_file()
        else None
    )


def manifest_text(manifest: Mapping[str, Any]) -> str:
    """Return a manifest as it is written."""
    return json.dumps(sealed(manifest), indent=1)


def make(
    scenario: Scenario,
    worlds: int,
    seed: int,
    months: int,
    record: str,
    part: tuple[int, int] | None = None,
    size: int | None = None,
) -> dict[str, Any]:
    """Return the manifest of a run that is still to be played."""
    size = size or chunk_size(worlds, record)
    manifest = {
        "format": FORMAT,
        **as_data(scenario),
        "worlds": worlds,
        "seed": seed,
        "months": months,
        "record": record,
        "chunk": size,
        "part": list(part) if part else None,
        "span": list(span_of(worlds, size, part)),
        "code": code(),
        "record_file": record_file(scenario.record_path),
        "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
        "poruka": __version__,
        "python": platform.python_version(),
        "versions": {
            name: version(name) for name in ("numpy", "numba", "mesa", "duckdb", "pandas")
        },
        "finished": False,
    }
    return json.loads(json.dumps(manifest | {"run": identity(manifest)}))


def made_again(scenario: Scenario, there: Mapping[str, Any]) -> dict[str, Any]:
    """Return the manifest that a run begun elsewhere would have here."""
    part = (int(there["part"][0]), int(there["part"][1])) if there["part"] else None
    return make(
        scenario,
        there["worlds"],
        there["seed"],
        there["months"],
        there["record"],
        part,
        there["chunk"],
    )


def identity(manifest: Mapping[str, Any]) -> str:
    """Return a hash that is the same for all parts of one run and for nothing else."""
    kept = {
        key: manifest[key]
        for key in ("format", "digest", "worlds", "seed", "months", "record", "chunk", "code")
    }
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]


def another(there: Mapping[str, Any], here: Mapping[str, Any]) -> bool:
    """Return whether two manifests ask for different worlds, whatever code plays them."""
    return any(there.get(key) != here.get(key) for key in _QUESTION)


def differences(there: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    """Return in words why a run begun there would not be the same run if it were gone on with here;
    empty if it would.
    """
    found = []
    old, new = there.get("code") or {}, here["code"]
    for key, words in _WORDS.items():
        if old.get(key) != new[key]:
            short = key in ("rules", "tables")
            found.append(
                f"{words} changed"
                + (
                    ""
                    if short
                    else (
                        f" from {str(old.get(key)).split(' (')[0]} to"
                        f" {str(new[key]).split(' (')[0]}"
                    )
                )
            )
    if there.get("digest") != here["digest"]:
        moved = list(_moved(there.get("resolved") or {}, here["resolved"]))
        found.append(
            "the scenario changed"
            + (f" ({'; '.join(moved[:3])}{'; …' if len(moved) > 3 else ''})" if moved else "")
        )
    if not found and there.get("run") != here["run"]:
        found.append("what the code is made from changed")
    return found


def _moved(old: Mapping[str, Any], new: Mapping[str, Any], at: str = "") -> Iterator[str]:
    for key in {**old, **new}:
        one, other = old.get(key), new.get(key)
        if isinstance(one, dict) and isinstance(other, dict):
            yield from _moved(one, other, f"{at}{key}.")
        elif one != other:
            yield f"{at}{key} was {str(one)[:40]} and is {str(other)[:40]}"


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a run folder.

    Raises
    ------
    BadInput
        When there is none, or none that can be used.
    """
    path = folder / "manifest.json"
    if not path.is_file():
        kept = (folder / LEDGER).is_file()
        raise BadInput(
            f"{folder} holds no manifest.json any more; `poruka resume {folder}` restores it from"
            " the ledger."
            if kept
            else f"{folder} holds no run (no manifest.json); give the folder that --out named."
        )
    try:
        found = dict(json.loads(path.read_text(encoding="utf-8")))
        ready = found.get("format") == FORMAT
        if ready:
            low, high = (int(end) for end in found["span"])
            ready = (
                0 <= low <= high <= int(found["worlds"])
                and int(found["chunk"]) > 0
                and isinstance(found["run"], str)
            )
            int(found["seed"]), int(found["months"]), found["resolved"]["name"], found["record"]
            ready = ready and is_sealed(found)
        elif isinstance(found.get("format"), int):
            raise BadInput(
                f"{folder} was written in format {found['format']}, and this version reads format"
                f" {FORMAT}; open it with the version that wrote it, or run it again into a new"
                " folder."
            )
    except (OSError, ValueError, KeyError, TypeError):
        ready = False
    if not ready:
        raise BadInput(
            f"{path} cannot be read as a manifest, or was changed; `poruka resume {folder}`"
            " restores it where the ledger holds a copy, otherwise run again into a new folder."
        )
    return found


def manifest_is_whole(folder: Path) -> bool:
    """Return whether the manifest of a folder lies there unchanged."""
    try:
        read_manifest(folder)
    except BadInput:
        return False
    return True
