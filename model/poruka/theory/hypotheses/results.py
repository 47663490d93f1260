"""Results of the bench as files: one for each thesis, with the hashes by which it is known whether
it still belongs to its declaration and to the rules.
"""

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from poruka.runs.manifest import code_fingerprint
from poruka.theory.hypotheses.declaration import Hypothesis
from poruka.theory.hypotheses.reading import declaration_hash, hypotheses_folder
from poruka.theory.hypotheses.side import sides_of
from poruka.theory.hypotheses.side_result import SideResult
from poruka.utils.contained_writing import write_inside
from poruka.utils.errors import BadInput
from poruka.utils.toml_data import StrictModel

PROCEDURE = 1
"""Version of the procedure; raised when a change of it makes earlier results void."""

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
    arms = [
        arm.digest
        for side in sides_of(hypothesis)
        for arm in (side.low, side.high, side.control_low, side.control_high)
    ]
    content = json.dumps([PROCEDURE, *_code(), arms])
    return hashlib.sha256(content.encode()).hexdigest()[:16]


@cache
def _code() -> tuple[str, str]:
    code = code_fingerprint()
    return code["rules"], code["tables"]


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


def require_results(folder: Path) -> dict[str, ThesisResult]:
    """Return all results in a folder by thesis, of which there must be one at least.

    Raises
    ------
    BadInput
        When the folder holds none; the message names the command that makes them.
    """
    results = read_hypothesis_results(folder)
    if not results:
        raise BadInput(
            f"{folder} holds no results of theses; `poruka theses run --out {folder}` tests all of"
            " them (hours), and `poruka theses run T041` one."
        )
    return results


def fits_declaration(result: ThesisResult, hypothesis: Hypothesis) -> bool:
    """Return whether a result was made from this declaration."""
    return result.declaration == declaration_hash(hypothesis)


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
