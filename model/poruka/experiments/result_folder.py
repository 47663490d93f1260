"""Result folder of an experiment: whether its results are up to date (same question, country,
rules), and a lock while a run writes into it.
"""

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from poruka.experiments.catalogue import LoadedExperiment
from poruka.runs.file_schemas import read_json_table
from poruka.runs.rules_digest import rules_digest
from poruka.scenario.record_draws import load_draw_table, resolve_draws_name
from poruka.utils import file_lock
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.contained_files import read_contained
from poruka.utils.contained_writing import refuse_second_names, refuse_special_files
from poruka.utils.errors import BadInput

_MAX_BYTES = 2**24
"""Largest size that is read of the manifest or the question of stored results."""


def _read_result_manifest(folder: Path) -> dict[str, Any]:
    return read_json_table(read_contained(folder, "manifest.json", max_bytes=_MAX_BYTES))


def changed_inputs(loaded: LoadedExperiment, folder: Path | None = None) -> list[str] | None:
    """Return the inputs that have changed since the results of an experiment were computed.

    The list is empty if the results are up to date; None means that there are no results. Only
    regular files of the folder are read, never links; a BadInput says which is none.

    Parameters
    ----------
    loaded : LoadedExperiment
        An experiment, as :func:`poruka.experiments.catalogue.read_experiment` returns it.
    folder : Path, optional
        The result folder; ``result`` beside the experiment by default.

    Examples
    --------
    >>> from poruka.experiments.catalogue import find_experiment, read_experiment
    >>> changed_inputs(read_experiment(find_experiment("01_market_speed")), Path("nowhere")) is None
    True
    """
    folder = folder or loaded.path.parent / "result"
    try:
        manifest = _read_result_manifest(folder)
        content = read_contained(folder, "experiment.toml", max_bytes=_MAX_BYTES)
        question = content.decode("utf-8").replace("\r\n", "\n")
    except (OSError, ValueError):
        return None
    changes = {
        "the question": question != loaded.path.read_text(encoding="utf-8"),
        "the scenario": manifest.get("digest") != digest_of_countries(loaded),
        "the rules": manifest.get("rules") != rules_digest(),
    }
    for name, digest in files_beside(loaded).items():
        changes[f"the file {name}"] = manifest.get("files", {}).get(name) != digest
    return [label for label, changed in changes.items() if changed]


def digest_of_countries(loaded: LoadedExperiment) -> str:
    """Return a hash of the country of an experiment, or of all countries of a [robustness].

    A [record_fit] and a [what_follows] name their own draws, so that those of the country are left
    out: the first makes them.
    """
    robustness = loaded.experiment.robustness
    if loaded.experiment.record_fit is not None or loaded.experiment.what_follows is not None:
        return loaded.scenario.with_draws(None).digest
    if robustness is None or not robustness.scenarios:
        return loaded.scenario.digest
    digests = [loaded.builder.base_scenario(name).digest for name in robustness.scenarios]
    return hashlib.sha256(" ".join(digests).encode()).hexdigest()


def files_beside(loaded: LoadedExperiment) -> dict[str, str]:
    """Return the files that the results of an experiment depend on, by name, each as a hash.

    They lie beside it, but for a file of draws, which lies beside the scenarios.

    Examples
    --------
    >>> from poruka.experiments.catalogue import find_experiment, read_experiment
    >>> list(files_beside(read_experiment(find_experiment("09_numbers_from_the_record"))))
    ['targets.csv']
    """
    record_fit = loaded.experiment.record_fit
    what_follows = loaded.experiment.what_follows
    names = [record_fit.targets] if record_fit is not None else []
    names += [what_follows.figures] if what_follows is not None else []
    paths = {name: loaded.path.parent / name for name in names}
    digests = {
        name: hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "missing"
        for name, path in paths.items()
    }
    if what_follows is not None:
        name = resolve_draws_name(what_follows.draws)
        digests[f"{name}.csv"] = load_draw_table(name).digest
    return digests


def result_status(loaded: LoadedExperiment) -> str:
    """Return as text whether an experiment has results and whether they are up to date."""
    try:
        changed = changed_inputs(loaded)
    except BadInput as error:
        return f"results not read: {str(error).rstrip('.')}"
    if changed is None:
        return "no results yet"
    if changed:
        return f"results outdated: {' and '.join(changed)} changed; run it again"
    return "results up to date"


def refuse_links_in_results(folder: Path) -> None:
    """Refuse a folder in which a link, pipe or device lies where results are going to be written.

    Raises
    ------
    BadInput
        When there is one; nothing has been written then.
    """
    database = [f"worlds.sqlite{suffix}" for suffix in ("", "-wal", "-shm", "-journal")]
    pages = ("experiment.toml", "manifest.json", "index.html", "result.md", "posterior.csv")
    folders = ("tables", "figures", "generations")
    refuse_special_files(folder, [*database, *pages, *folders, "fit.journal", "lock"])
    refuse_second_names(folder, [*database, "fit.journal"])


@contextlib.contextmanager
def lock_result_folder(folder: Path | None, loaded: LoadedExperiment) -> Iterator[None]:
    """Lock a result folder for one run of an experiment.

    Raises
    ------
    BadInput
        If another process uses the folder, or it holds something else, or cannot be written.
    """
    if folder is None:
        yield
        return
    folder = create_results_folder(folder)
    refuse_links_in_results(folder)
    try:
        manifest = _read_result_manifest(folder)
        if "span" in manifest:
            occupant = "a run"
        elif manifest["experiment"] != loaded.name:
            occupant = f"the results of {manifest['experiment']}"
        else:
            occupant = ""
    except (OSError, ValueError, KeyError):
        occupant = ""
    if occupant:
        raise BadInput(
            f"{folder} holds {occupant}; give another folder for the results of {loaded.name}."
        )
    with file_lock.hold_folder(folder):
        yield
