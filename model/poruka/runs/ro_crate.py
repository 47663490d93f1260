"""A run described for archives: RO-Crate metadata beside the tables, so that a repository knows
what was made from what, by which program.
"""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from poruka.utils.atomic_files import write_text

NAME = "ro-crate-metadata.json"
_TABLES = {
    "outcomes": "one row a world",
    "series": "one row a world and month",
    "events": "one row an event, in the order they were told",
}


def crate_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the RO-Crate metadata of a finished run.

    Examples
    --------
    >>> from poruka.runs.manifest import make
    >>> from poruka.scenario.scenario import load
    >>> from poruka.simulation.run_spec import RunSpec
    >>> crate = crate_of(make(RunSpec.build(load("kazakhstan"), worlds=10, record="outcomes")))
    >>> [one["@id"] for one in crate["@graph"]][:4]
    ['ro-crate-metadata.json', './', 'manifest.json', 'receipts/']
    """
    kinds = [
        kind
        for kind in _TABLES
        if list(_TABLES).index(kind) <= list(_TABLES).index(manifest["record"])
    ]
    title = (
        f"{manifest['worlds']} worlds of {manifest['resolved']['title']}, seed {manifest['seed']}"
    )
    today = time.strftime("%Y-%m-%d")
    graph: list[dict[str, Any]] = [
        {
            "@id": NAME,
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
                {"@id": one}
                for one in ("manifest.json", "receipts/", *(f"{kind}/" for kind in kinds))
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
            "name": "Rows, bytes and SHA-256 of every shard; failed worlds with their parameters",
        },
        *(
            {
                "@id": f"{kind}/",
                "@type": "Dataset",
                "name": f"{kind}: {_TABLES[kind]}",
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


def write_crate(out: Path, manifest: Mapping[str, Any]) -> None:
    """Write the metadata into the folder of a finished run."""
    write_text(out / NAME, json.dumps(crate_of(manifest), indent=1))
