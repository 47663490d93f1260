"""Worlds that are added to a run: the manifest that asks for them, and the receipts that stay good.

A run is known by a hash over its request, its number of worlds included. Receipts of chunks that
were played before worlds were added bear the hash of that time, which can be computed again.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from poruka.runs.chunks import Chunk, extension_points, part_span
from poruka.runs.file_schemas import MAX_EXTENSIONS
from poruka.runs.manifest import MANIFEST_FILE, command_line, compute_run_id
from poruka.simulation.request_values import whole_number
from poruka.simulation.run_spec import OVER_NUMBERS_FOLDER
from poruka.utils.errors import BadInput


def run_ids_of_chunk(manifest: Mapping[str, Any], chunk: Chunk) -> Iterator[str]:
    """Return the hashes that the receipt of a chunk may bear: those of the run when it was played.

    A run that was extended had another hash before.
    """
    yield manifest["run"]
    for worlds in extension_points(manifest):
        if chunk.first + chunk.worlds <= worlds:
            yield compute_run_id({**manifest, "worlds": worlds})


def _extend_manifest(manifest: Mapping[str, Any], worlds: int) -> dict[str, Any]:
    """Return the manifest of a run to which worlds are added.

    Parameters
    ----------
    manifest : mapping
        That of the run as it is.
    worlds : int
        How many worlds it is to have in all.
    """
    earlier = {"worlds": manifest["worlds"], "command": command_line()}
    extended = {
        **manifest,
        "worlds": worlds,
        "span": list(part_span(worlds, manifest["chunk"], None)),
        "extensions": [*(manifest.get("extensions") or ()), earlier],
        "finished": False,
    }
    extended.pop("counts", None)
    return extended | {"run": compute_run_id(extended)}


def with_more_worlds(out: Path, manifest: dict[str, Any], worlds: int | None) -> dict[str, Any]:
    """Return the manifest of a run that is to have a number of worlds in all.

    Nothing is written.

    Parameters
    ----------
    out : Path
        Folder of the run.
    manifest : dict
        That of the run as it is.
    worlds : int or None
        None to leave it as it is.

    Raises
    ------
    BadInput
        When the run has more worlds already, or is one to which none can be added.
    """
    if worlds is None or (worlds := whole_number("worlds", worlds, 1)) == manifest["worlds"]:
        return manifest
    if manifest["part"]:
        raise BadInput(
            f"{out} is one part of a run, which has the worlds that all parts share; merge the"
            " parts, then add worlds to the whole run."
        )
    if out.name == OVER_NUMBERS_FOLDER and (out.parent / MANIFEST_FILE).exists():
        raise BadInput(
            f"{out} holds the draws over the numbers of {out.parent}, whose request says how many;"
            " play more of them as a run of their own."
        )
    if worlds < manifest["worlds"]:
        raise BadInput(
            f"worlds is {worlds}; {out} has {manifest['worlds']} already, give more: they are"
            " counted in all."
        )
    if len(extension_points(manifest)) >= MAX_EXTENSIONS:
        raise BadInput(
            f"{out} was extended {MAX_EXTENSIONS} times, as often as a run can be; run again into"
            " a new folder."
        )
    return _extend_manifest(manifest, worlds)
