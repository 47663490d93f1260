"""Describe a run for archives: RO-Crate metadata beside the tables record which program produced
which data from which input.
"""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from poruka.utils.contained_writing import write_inside

CRATE_METADATA_FILE = "ro-crate-metadata.json"
_TABLE_DESCRIPTIONS = {
    "outcomes": "one row per world",
    "series": "one row per world and month",
    "events": "one row per event, in the order of their logging",
}


def build_ro_crate(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the RO-Crate metadata of a finished run.

    Examples
    --------
    >>> from poruka.runs.manifest import build_manifest
    >>> from poruka.scenario.scenario import load
    >>> from poruka.simulation.run_spec import RunSpec
    >>> spec = RunSpec.build(load("kazakhstan"), worlds=10, record="outcomes")
    >>> crate = build_ro_crate(build_manifest(spec))
    >>> [entity["@id"] for entity in crate["@graph"]][:4]
    ['ro-crate-metadata.json', './', 'manifest.json', 'receipts/']
    """
    kinds = list(_TABLE_DESCRIPTIONS)
    kinds = kinds[: kinds.index(manifest["record"]) + 1]
    title = (
        f"{manifest['worlds']} worlds of {manifest['resolved']['title']}, seed {manifest['seed']}"
    )
    today = time.strftime("%Y-%m-%d")
    graph: list[dict[str, Any]] = [
        {
            "@id": CRATE_METADATA_FILE,
            "@type": "CreativeWork",
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
            "about": {"@id": "./"},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": title,
            "datePublished": today,
            "license": "to be chosen by whoever publishes this run",
            "description": (
                f"Agent-based simulation of {manifest['resolved']['country']} over"
                f" {manifest['months']} months; run {manifest['run']}."
            ),
            "hasPart": [
                {"@id": path}
                for path in ("manifest.json", "receipts/", *(f"{kind}/" for kind in kinds))
            ],
        },
        {
            "@id": "manifest.json",
            "@type": "File",
            "encodingFormat": "application/json",
            "name": "Everything the run depends on: scenario, seed, code, versions",
        },
        {
            "@id": "receipts/",
            "@type": "Dataset",
            "name": "Rows, bytes and SHA-256 of chunk files; failed worlds with their parameters",
        },
        *(
            {
                "@id": f"{kind}/",
                "@type": "Dataset",
                "name": f"{kind}: {_TABLE_DESCRIPTIONS[kind]}",
                "encodingFormat": "application/vnd.apache.parquet",
            }
            for kind in kinds
        ),
        {
            "@id": "#poruka",
            "@type": "SoftwareApplication",
            "name": "poruka",
            "version": manifest["poruka"],
            "softwareRequirements": ", ".join(
                f"{name} {number}"
                for name, number in {"Python": manifest["python"], **manifest["versions"]}.items()
            ),
        },
        {
            "@id": "#run",
            "@type": "CreateAction",
            "name": " ".join(manifest["command"]),
            "instrument": {"@id": "#poruka"},
            "result": {"@id": "./"},
            "endTime": today,
            "object": {"@id": "manifest.json"},
        },
    ]
    return {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph}


def write_ro_crate(out: Path, manifest: Mapping[str, Any]) -> None:
    """Write the metadata into the folder of a finished run."""
    write_inside(out, CRATE_METADATA_FILE, content=json.dumps(build_ro_crate(manifest), indent=1))
