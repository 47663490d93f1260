"""The manifest of a run: its request, scenario and code, and the differences that prevent a
run from being continued on this installation.
"""

import hashlib
import json
import os
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from poruka import __version__
from poruka.engine.jit import KERNEL_SOURCES, source_fingerprint
from poruka.runs.chunks import chunk_size, part_span
from poruka.runs.file_schemas import MAX_MANIFEST_BYTES, has_manifest_form, read_json_table
from poruka.scenario.scenario import Scenario
from poruka.scenario.serialize import restore_scenario, serialize_scenario
from poruka.simulation.run_spec import RunSpec
from poruka.utils.checksums import has_valid_checksum, with_checksum
from poruka.utils.contained_files import is_regular_file, read_contained
from poruka.utils.errors import BadInput, DamagedRun

MANIFEST_FORMAT = 3
MANIFEST_FILE = "manifest.json"
JOB_DATABASE_FILE = "ledger.sqlite"
TABLE_SOURCES = (
    "simulation/outcomes.py",
    "simulation/frames.py",
    "rules/instruments.py",
    "scenario/interventions.py",
    "engine/parameters.py",
    "engine/instrument_steps.py",
    "simulation/runner.py",
    "simulation/ensemble.py",
    "simulation/failures.py",
    "simulation/fork_runner.py",
    "simulation/thread_pool.py",
    "scenario/timeline.py",
    "scenario/definition.py",
    "scenario/fork.py",
    "scenario/number_draws.py",
    "scenario/parameter_draws.py",
    "scenario/range_draws.py",
    "scenario/record_draws.py",
    "scenario/scenario.py",
    "scenario/state_change.py",
    "runs/chunk_files.py",
)
"""Sources besides the kernels on which the tables of a world depend."""
_REQUEST_KEYS = ("scenario", "worlds", "seed", "months", "record", "span", "recipe")
_CODE_LABELS = {
    "python": "Python",
    "numba": "numba",
    "numpy": "numpy",
    "machine": "the kind of machine",
    "bounds": "bounds checking",
    "rules": "the sources of the rules",
    "tables": "the code that turns worlds into tables",
}


def rule_sources() -> list[Path]:
    """Return the files that decide what happens in a world."""
    root = Path(__file__).parent.parent
    return [path for pattern in KERNEL_SOURCES for path in sorted(root.glob(pattern))]


def table_sources() -> list[Path]:
    """Return the files that decide how a world is asked for and told in tables."""
    return [Path(__file__).parent.parent / name for name in TABLE_SOURCES]


def _hash_files(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def code_fingerprint() -> dict[str, str]:
    """Return the parts of this installation on which simulation results depend."""
    return {
        "python": sys.version,
        "numba": version("numba"),
        "numpy": version("numpy"),
        "machine": platform.machine(),
        "bounds": os.environ.get("NUMBA_BOUNDSCHECK", "0"),
        "kernels": source_fingerprint(),
        "rules": _hash_files(rule_sources()),
        "tables": _hash_files(table_sources()),
    }


def command_line() -> list[str]:
    """Return the command that was given to this process."""
    return [Path(sys.argv[0]).name, *sys.argv[1:]]


def describe_record_file(path: Path | None) -> dict[str, str] | None:
    """Return name and checksum of the record a run is scored against, or None."""
    return (
        {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        if path is not None and path.is_file()
        else None
    )


def format_manifest(manifest: Mapping[str, Any]) -> str:
    """Return a manifest as the JSON text that is written to disk."""
    return json.dumps(with_checksum(manifest), indent=1)


def build_manifest(spec: RunSpec, chunk_worlds: int | None = None) -> dict[str, Any]:
    """Return the manifest of a new run.

    Parameters
    ----------
    spec : RunSpec
    chunk_worlds : int, optional
        Worlds of a chunk, where a run was begun with another size than the default.
    """
    chunk_worlds = chunk_worlds or chunk_size(spec.worlds, spec.record)
    manifest = {
        "format": MANIFEST_FORMAT,
        **serialize_scenario(spec.scenario),
        "worlds": spec.worlds,
        "seed": spec.seed,
        "months": spec.months,
        "record": spec.record,
        "chunk": chunk_worlds,
        "part": list(spec.shard) if spec.shard else None,
        "span": list(part_span(spec.worlds, chunk_worlds, spec.shard)),
        "code": code_fingerprint(),
        "record_file": describe_record_file(spec.scenario.record_path),
        "over_numbers": spec.over_numbers and spec.over_numbers.to_text(),
        "command": command_line(),
        "poruka": __version__,
        "python": platform.python_version(),
        "versions": {
            name: version(name) for name in ("numpy", "numba", "mesa", "duckdb", "pandas")
        },
        "finished": False,
    }
    return json.loads(json.dumps(manifest | {"run": compute_run_id(manifest)}))


def spec_of(
    manifest: Mapping[str, Any], out: Path, scenario: Scenario | None = None, **means: Any
) -> RunSpec:
    """Return the run specification that a manifest describes.

    Parameters
    ----------
    manifest : mapping
    out : Path
        Folder of the run, which a manifest does not contain: runs may be moved.
    scenario : Scenario, optional
        The scenario of the run, where it has been loaded already.
    **means
        Computing resources: ``threads``, ``processes``, ``cluster``.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> spec = RunSpec.build(load("russia"), worlds=90, shard="2/3", out="runs/big", threads=2)
    >>> spec_of(build_manifest(spec), Path("runs/big"), threads=2) == spec
    True
    """
    return RunSpec(
        scenario=scenario if scenario is not None else restore_scenario(manifest),
        seed=manifest["seed"],
        worlds=manifest["worlds"],
        months=manifest["months"],
        record=manifest["record"],
        shard=manifest["part"],
        over_numbers=manifest.get("over_numbers"),
        out=out,
        **means,
    )


def compute_run_id(manifest: Mapping[str, Any]) -> str:
    """Return a hash that is shared by all parts of one run and by no other run."""
    identity = {
        key: manifest[key]
        for key in ("format", "digest", "worlds", "seed", "months", "record", "chunk", "code")
    }
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:16]


def is_different_request(stored: Mapping[str, Any], current: Mapping[str, Any]) -> bool:
    """Return whether two manifests request different worlds, whatever their code."""
    return any(stored.get(key) != current.get(key) for key in _REQUEST_KEYS)


def manifest_differences(stored: Mapping[str, Any], current: Mapping[str, Any]) -> list[str]:
    """Return the differences that prevent continuing a stored run; empty if there are none."""
    differences = []
    old, new = stored.get("code") or {}, current["code"]
    for key, label in _CODE_LABELS.items():
        if old.get(key) == new[key]:
            continue
        change = f"{label} changed"
        if key not in ("rules", "tables"):
            old_version, new_version = (
                str(value).split(" (")[0] for value in (old.get(key), new[key])
            )
            change += f" from {old_version} to {new_version}"
        differences.append(change)
    if stored.get("digest") != current["digest"]:
        changes = list(_changed_values(stored.get("resolved") or {}, current["resolved"]))
        details = f" ({'; '.join(changes[:3])}{'; …' if len(changes) > 3 else ''})"
        differences.append("the scenario changed" + (details if changes else ""))
    if not differences and stored.get("run") != current["run"]:
        differences.append("the kernel sources changed")
    return differences


def _changed_values(
    old: Mapping[str, Any], new: Mapping[str, Any], prefix: str = ""
) -> Iterator[str]:
    for key in {**old, **new}:
        old_value, new_value = old.get(key), new.get(key)
        if isinstance(old_value, dict) and isinstance(new_value, dict):
            yield from _changed_values(old_value, new_value, f"{prefix}{key}.")
        elif old_value != new_value:
            yield f"{prefix}{key} was {str(old_value)[:40]} and is {str(new_value)[:40]}"


def is_valid_manifest(data: Any) -> bool:
    """Return whether values are an unchanged manifest of the format that this version reads."""
    return (
        isinstance(data, dict)
        and data.get("format") == MANIFEST_FORMAT
        and has_manifest_form(data)
        and has_valid_checksum(data)
    )


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a run folder.

    Raises
    ------
    BadInput
        When there is no manifest, or one of another format.
    DamagedRun
        When the manifest was lost or changed, or is not a file of this folder.
    """
    path = folder / MANIFEST_FILE
    try:
        content = read_contained(folder, MANIFEST_FILE, max_bytes=MAX_MANIFEST_BYTES)
        manifest = read_json_table(content)
    except FileNotFoundError:
        if is_regular_file(folder, JOB_DATABASE_FILE):
            raise DamagedRun(
                f"{folder} has lost its {MANIFEST_FILE}; `poruka resume {folder}` restores it from"
                " the job database."
            ) from None
        raise BadInput(
            f"{folder} holds no run (no {MANIFEST_FILE}); give the folder that --out named."
        ) from None
    except BadInput as error:
        raise DamagedRun(str(error)) from None
    except NotADirectoryError:
        raise BadInput(f"{folder} is a file; give the folder that --out named.") from None
    except (OSError, ValueError):
        manifest = {}
    if isinstance(manifest.get("format"), int) and manifest["format"] != MANIFEST_FORMAT:
        raise BadInput(
            f"{folder} was written in format {manifest['format']}, and this version reads"
            f" format {MANIFEST_FORMAT}; open it with the version that wrote it, or run it"
            " again into a new folder."
        )
    if not is_valid_manifest(manifest):
        raise DamagedRun(
            f"{path} cannot be read as a manifest, or was changed; `poruka resume {folder}`"
            " restores it where the job database holds a copy; otherwise run again into a new"
            " folder."
        )
    return manifest


def manifest_is_intact(folder: Path) -> bool:
    """Return whether a folder has a valid, unchanged manifest."""
    try:
        read_manifest(folder)
    except BadInput:
        return False
    return True
