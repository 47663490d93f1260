"""Results of the bench as files: one for each thesis, with the hashes by which it is known whether
it still belongs to its declaration and to the rules.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import poruka
from poruka.runs.manifest import rule_sources, table_sources
from poruka.scenario.channel_settings import held_value
from poruka.theory.hypotheses.declaration import Hypothesis
from poruka.theory.hypotheses.reading import declaration_hash, hypotheses_folder
from poruka.theory.hypotheses.side import Side, sides_of
from poruka.theory.hypotheses.side_result import SideResult
from poruka.theory.theses import theses
from poruka.utils.contained_writing import write_inside
from poruka.utils.errors import BadInput, unknown_name_error
from poruka.utils.source_statements import hash_sources
from poruka.utils.toml_data import StrictModel

PROCEDURE = (
    *("theory/hypotheses/causes.py", "theory/hypotheses/contrasts.py"),
    *("theory/hypotheses/declaration.py", "theory/hypotheses/links.py"),
    *("theory/hypotheses/pairing.py", "theory/hypotheses/play.py"),
    *("theory/hypotheses/procedure.py", "theory/hypotheses/side.py"),
    *("theory/hypotheses/side_result.py", "analysis/quantities.py"),
    *("scenario/channel_settings.py", "simulation/base_worlds.py"),
    *("scoring/joint_patterns.py", "scoring/measures.py"),
)
"""The files whose statements decide what a test finds, beside the rules."""

BENCH_SEEDS = (2_041, 3_089, 4_127, 5_171, 6_217)
"""The five seeds of all arms, fixed before any run."""
PLACEBO_FILE = "placebos.csv"
"""The table of placebos in a folder of results."""


class ThesisResult(StrictModel):
    """What the bench found on one thesis.

    Attributes
    ----------
    declaration : str
        Hash of the content of the declaration that was tested.
    rules : str
        Hash of the rules and of the starts of all its arms.
    seeds, worlds
        Seeds of all arms; worlds of each seed where that was not the declared number.
    """

    thesis: str
    declaration: str
    rules: str
    seeds: list[int]
    worlds: int | None = None
    hedged: bool = False
    untestable: str = ""
    sides: list[SideResult] = []


def rules_hash(hypothesis: Hypothesis) -> str:
    """Return the hash of everything but the declaration on which a result depends."""
    sides = sides_of(hypothesis)
    arms = [
        arm.digest
        for side in sides
        for arm in (side.low, side.high, side.control_low, side.control_high)
    ]
    return hash_request([arms, [held_means(side) for side in sides]])


def held_means(side: Side) -> list[float | None]:
    """Return what the links of a side give where they are held; None where it is not known."""
    means: list[float | None] = []
    for name in side.part.channels:
        try:
            means.append(held_value(side.low, name))
        except BadInput:
            means.append(None)
    return means


def hash_request(content: Sequence[Any]) -> str:
    """Return a hash of what is played, of the rules and of the procedure."""
    text = json.dumps([*_code(), *content])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def _code() -> tuple[str, str, str]:
    """Return hashes of the rules, of their tables and of the procedure: comments change nothing."""
    root = Path(poruka.__file__).parent
    procedure = [root / name for name in PROCEDURE]
    rules, tables, own = (
        hash_sources((path.name, path) for path in files)
        for files in (rule_sources(), table_sources(), procedure)
    )
    return rules, tables, own


def shipped_results_folder() -> Path:
    """Return the folder of the results that belong to the declarations."""
    return hypotheses_folder() / "result"


def store_result(folder: Path, result: ThesisResult) -> None:
    """Write the result of one thesis, whole or not at all."""
    text = json.dumps(result.model_dump(mode="json"), indent=1) + "\n"
    write_inside(folder, f"{result.thesis}.json", content=text)


def read_result(path: Path) -> ThesisResult:
    """Read the result of one thesis.

    Raises
    ------
    BadInput
        If the file is damaged or was written by hand; the message names it.
    """
    try:
        return ThesisResult.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, ValidationError) as error:
        raise BadInput(
            f"{path} is no result of a thesis ({str(error).splitlines()[0]}); delete it and run"
            f" `poruka theses run {path.stem}` again."
        ) from None


def read_hypothesis_results(folder: Path) -> dict[str, ThesisResult]:
    """Return all results in a folder by thesis."""
    return {path.stem: read_result(path) for path in sorted(folder.glob("T*.json"))}


def require_results(folder: Path, ids: Iterable[str] = ()) -> dict[str, ThesisResult]:
    """Return all results in a folder by thesis: one at least, and one of each thesis named.

    Raises
    ------
    BadInput
        For an unknown thesis, or where a result is missing; the message names the command that
        makes it.
    """
    results = read_hypothesis_results(folder)
    for id in ids:
        if id not in theses():
            raise unknown_name_error("thesis", id, theses())
    if not results:
        raise BadInput(
            f"{folder} holds no results of theses; `poruka theses run --out {folder}` tests all of"
            " them (hours), and `poruka theses run T041` one."
        )
    missing = [id for id in ids if id not in results]
    if missing:
        raise BadInput(
            f"{folder} holds no result of {', '.join(missing)}; `poruka theses run"
            f" {' '.join(missing)} --out {folder}` makes it."
        )
    return results


def fits_declaration(result: ThesisResult, hypothesis: Hypothesis) -> bool:
    """Return whether a result was made from this declaration."""
    return result.declaration == declaration_hash(hypothesis)


def outdated_results(
    results: Mapping[str, ThesisResult], hypotheses: Mapping[str, Hypothesis]
) -> list[str]:
    """Return the theses whose results belong to another declaration or to other rules than these.

    Examples
    --------
    >>> from poruka.theory.hypotheses.reading import load_hypotheses
    >>> old = ThesisResult(thesis="T041", declaration="", rules="", seeds=[1])
    >>> outdated_results({"T041": old}, load_hypotheses())
    ['T041']
    """
    return [
        id
        for id, result in results.items()
        if id not in hypotheses
        or not fits_declaration(result, hypotheses[id])
        or result.rules != rules_hash(hypotheses[id])
    ]


def describe_outdated(
    results: Mapping[str, ThesisResult], hypotheses: Mapping[str, Hypothesis]
) -> str:
    """Return in a sentence how many results belong to other rules or declarations, or nothing."""
    outdated = outdated_results(results, hypotheses)
    if not outdated:
        return ""
    return (
        f"{len(outdated)} of {len(results)} theses ({_first_of(outdated)}) were tested under other"
        " rules or declarations than these; `poruka theses run` tests them again."
    )


def describe_smaller(results: Mapping[str, ThesisResult]) -> str:
    """Return in a sentence how many theses were tested in other worlds than the bench asks for.

    Examples
    --------
    >>> tried = ThesisResult(thesis="T041", declaration="", rules="", seeds=[1, 2], worlds=4)
    >>> describe_smaller({"T041": tried})
    '1 of 1 theses (T041) were tested in other worlds than the bench asks for (seeds or number).'
    >>> describe_smaller({"T041": tried.model_copy(update={"seeds": BENCH_SEEDS, "worlds": None})})
    ''
    """
    tried = [
        id
        for id, result in results.items()
        if result.worlds is not None or tuple(result.seeds) != BENCH_SEEDS
    ]
    if not tried:
        return ""
    return (
        f"{len(tried)} of {len(results)} theses ({_first_of(tried)}) were tested in other worlds"
        " than the bench asks for (seeds or number)."
    )


def _first_of(ids: Sequence[str]) -> str:
    return ", ".join(ids[:3]) + (", …" if len(ids) > 3 else "")


def is_current(
    result: ThesisResult, hypothesis: Hypothesis, seeds: Sequence[int], worlds: int | None
) -> bool:
    """Return whether testing a thesis again would give the same result.

    Where an arm could not be played the cause may lie outside declaration and rules, such as a file
    that was damaged for a while; such a thesis is tested again.
    """
    return (
        all(side.was_played for side in result.sides)
        and fits_declaration(result, hypothesis)
        and result.seeds == list(seeds)
        and result.worlds == worlds
        and result.rules == rules_hash(hypothesis)
    )
