"""What a fit to the record depends on, and the planted truths that it must have passed before."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from poruka.analysis.record_fit.record_specification import RecordFit
from poruka.analysis.record_fit.record_targets import RecordTargets, read_record_targets
from poruka.experiments.catalogue import LoadedExperiment
from poruka.experiments.result_folder import rules_digest
from poruka.scenario.number_draws import DECLARED, NumberDraws
from poruka.scenario.record_draws import DRAWS_FOLDER
from poruka.scenario.scenario import load
from poruka.scoring.record import read_observed_record
from poruka.utils.errors import BadInput
from poruka.utils.source_statements import hash_sources

TRUTHS_FOLDER = "planted_truths"
VERDICT = "verdict.json"
SOURCES_OF_WORLDS = (
    "analysis/record_fit/history_player.py",
    "analysis/record_fit/record_targets.py",
    "analysis/record_fit/number_table.py",
    "scoring/measures.py",
    "scoring/joint_patterns.py",
)
"""Sources on which the targets of a world depend besides the rules."""
SOURCES_OF_FIT = (
    *SOURCES_OF_WORLDS,
    "analysis/record_fit/*.py",
    "analysis/calibration/weighted_sample.py",
)
"""Sources on which planted truths and a fit depend besides the rules."""


@cache
def procedure_digest(patterns: tuple[str, ...] = SOURCES_OF_FIT) -> str:
    """Return a hash of the code of the fit; comments and docstrings do not count."""
    root = Path(__file__).parent.parent
    files = [path for pattern in patterns for path in sorted(root.glob(pattern))]
    return hash_sources((path.relative_to(root).as_posix(), path) for path in files)


def record_fit_of(loaded: LoadedExperiment) -> RecordFit:
    """Return the table of a fit to the record.

    Raises
    ------
    BadInput
        When the experiment has none.
    """
    specification = loaded.experiment.record_fit
    if specification is None:
        raise BadInput(f"{loaded.name} has no [record_fit]; name an experiment that has one.")
    return specification


def targets_of(loaded: LoadedExperiment) -> RecordTargets:
    """Return the targets of an experiment; each must say what the record of its country says.

    Raises
    ------
    BadInput
        For a fact that the record does not hold, or that has another value there.
    """
    specification = record_fit_of(loaded)
    targets = read_record_targets(
        loaded.path.parent / specification.targets, specification.last_month
    )
    for country in targets.countries:
        path = load(country, DECLARED).record_path
        facts = read_observed_record(path).set_index("id") if path else None
        for target in targets.of(country):
            if facts is None or target.fact not in facts.index:
                raise BadInput(
                    f"{specification.targets}, {target.id}: the record of {country} has no"
                    f" {target.fact}."
                )
            fact = facts.loc[target.fact]
            if fact["role"] == "input":
                raise BadInput(
                    f"{specification.targets}, {target.id}: {target.fact} is put in and is no"
                    " target."
                )
            if target.quantity == fact["measure"] and target.value != fact["value"]:
                raise BadInput(
                    f"{specification.targets}, {target.id}: the value is {target.value:g}, in the"
                    f" record {fact['value']:g}."
                )
    return targets


def signature_of(loaded: LoadedExperiment) -> dict[str, Any]:
    """Return everything that planted truths and a fit depend on."""
    specification, targets = record_fit_of(loaded), targets_of(loaded)
    return {
        "targets": targets.digest,
        "rules": rules_digest(),
        "ranges": NumberDraws().digest[:16],
        "scenarios": {name: load(name, DECLARED).digest[:16] for name in targets.countries},
        "procedure": procedure_digest(),
        "settings": specification.model_dump(exclude={"draws", "targets"}),
        "seed": loaded.experiment.seed,
    }


def changed_signature_parts(stored: Any, now: dict[str, Any]) -> list[str]:
    """Return the parts of a signature that differ from one that is stored.

    Examples
    --------
    >>> changed_signature_parts({"rules": "a", "seed": 1}, {"rules": "b", "seed": 1})
    ['rules']
    """
    if not isinstance(stored, dict):
        return list(now)
    return [part for part, value in now.items() if stored.get(part) != value]


def require_planted_truths(loaded: LoadedExperiment, folder: Path | None = None) -> None:
    """Raise an error unless planted truths were found again by this very procedure.

    The seed may be another: it is the procedure that is tried.

    Raises
    ------
    BadInput
        When the page of planted truths is absent, outdated or failed; the message says what to do.
    """
    path = (folder or loaded.path.parent / TRUTHS_FOLDER) / VERDICT
    remedy = f"run `poruka experiment validate {loaded.name}` first"
    try:
        verdict = json.loads(path.read_text(encoding="utf-8"))
        checks = {str(check["name"]): bool(check["passed"]) for check in verdict["checks"]}
    except (OSError, ValueError, KeyError, TypeError):
        raise BadInput(
            f"the numbers are not set from the record: there are no planted truths in"
            f" {path.parent}; {remedy}."
        ) from None
    now = {part: value for part, value in signature_of(loaded).items() if part != "seed"}
    if changed := changed_signature_parts(verdict.get("signature"), now):
        raise BadInput(
            f"the numbers are not set from the record: the planted truths in {path.parent} are"
            f" outdated ({', '.join(changed)} changed); {remedy}."
        )
    if not checks or not all(checks.values()):
        failed = next((name for name, passed in checks.items() if not passed), "nothing checked")
        raise BadInput(
            f"the numbers are not set from the record: the planted truths in {path.parent} failed"
            f" ({failed}); the procedure has to be mended before it is used."
        )


def draws_path(loaded: LoadedExperiment, out: Path, is_named: bool = True) -> Path:
    """Return where the file of draws goes: beside the scenarios of a checkout, else in ``out``.

    A fit from another seed than the experiment's goes to ``out``: it takes no name away.
    """
    name = f"{record_fit_of(loaded).draws}.csv"
    experiments = loaded.path.absolute().parent.parent
    if (
        is_named
        and experiments.name == "experiments"
        and (experiments.parent / "scenarios").is_dir()
    ):
        return experiments.parent / DRAWS_FOLDER / name
    return out / "draws" / name


def refuse_other_draws(path: Path, signature: dict[str, Any]) -> None:
    """Raise an error if a file of draws of that name exists that another fit made."""
    if not path.exists():
        return
    try:
        stored = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["signature"]
    except (OSError, ValueError, KeyError, TypeError):
        stored = None
    if changed := changed_signature_parts(stored, signature):
        raise BadInput(
            f"{path} exists and was made otherwise ({', '.join(changed)} changed); a version is"
            " never overwritten: write the next one in experiment.toml, such as draws ="
            f' "record-{int(path.stem.removeprefix("record-")) + 1}".'
        )
