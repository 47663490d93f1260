"""What is kept beside the page of an experiment: the question, and what its result depends on."""

import json
from pathlib import Path
from typing import Any

from poruka.experiments.catalogue import LoadedExperiment
from poruka.experiments.result_folder import digest_of_countries, rules_digest
from poruka.utils.atomic_files import write_text_atomically


def write_result_record(result: Path, loaded: LoadedExperiment, **facts: Any) -> None:
    """Write the experiment as it was asked, and the manifest by which a result is known as old.

    Parameters
    ----------
    result : Path
        The folder of the result.
    loaded : LoadedExperiment
    **facts
        What the manifest holds after name, countries and rules, such as seed and command.
    """
    write_text_atomically(result / "experiment.toml", loaded.path.read_text(encoding="utf-8"))
    manifest = {
        "experiment": loaded.name,
        "digest": digest_of_countries(loaded),
        "rules": rules_digest(),
        **facts,
    }
    write_text_atomically(result / "manifest.json", json.dumps(manifest, indent=1) + "\n")
