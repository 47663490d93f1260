"""Reading hypotheses from their files, and the hash by which a result knows its declaration."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from poruka.analysis.quantity_validation import validate_quantities
from poruka.scenario.file import scenario_folders
from poruka.theory.hypotheses.causes import moved_keys
from poruka.theory.hypotheses.declaration import (
    CauseArm,
    Hypothesis,
    HypothesisPart,
    PositiveControl,
    build_arm,
    check_part,
    part_countries,
)
from poruka.theory.hypotheses.links import check_links
from poruka.theory.theses import theses
from poruka.utils.errors import BadInput, unknown_name_error
from poruka.utils.toml_data import experiment_folders, read_toml

_TABLES: dict[str, type[BaseModel]] = {
    "part": HypothesisPart,
    "control": PositiveControl,
    "low": CauseArm,
    "high": CauseArm,
    "context": CauseArm,
}


def read_hypothesis(path: Path, check_channels: bool = True) -> Hypothesis:
    """Read and validate the declaration of one thesis; nothing is simulated.

    Parameters
    ----------
    path : Path
    check_channels : bool
        Whether a channel that the rules do not have is an error. A run refuses such a part alone.

    Raises
    ------
    BadInput
        If the file cannot be used; the message names file, part, error and what is allowed.
    """
    hypothesis = read_toml(path, Hypothesis, "a hypothesis", _TABLES)
    id = hypothesis.thesis
    if id not in theses():
        raise unknown_name_error("thesis", id, theses(), str(path))
    if path.stem != id:
        raise BadInput(f"{path} declares {id}; name the file after its thesis, {id}.toml.")
    if bool(hypothesis.part) == bool(hypothesis.untestable):
        raise BadInput(f"{path}: give either [[part]] tables or `untestable` with the reason.")
    for country in [
        *hypothesis.scope,
        *(name for one in hypothesis.part for name in one.countries),
    ]:
        if country not in shipped_countries():
            raise unknown_name_error("country", country, shipped_countries(), f"{path}, scope")
    for number, part in enumerate(hypothesis.part, start=1):
        place = f"{path}, part {number} ({part.name})"
        if check_channels:
            check_links(part.channels, place)
        _validate_part(hypothesis, part, place)
    return hypothesis


def _validate_part(hypothesis: Hypothesis, part: HypothesisPart, place: str) -> None:
    check_part(part, hypothesis.hedged, place)
    for id in part.negative:
        if id not in theses():
            raise unknown_name_error("thesis", id, theses(), f"{place}, negative")
    if hypothesis.thesis in part.negative:
        raise BadInput(f"{place}: negative names the thesis itself; name others.")
    cause = set(moved_keys(part.low, part.high))
    shared = cause & set(moved_keys(part.control.low, part.control.high))
    if shared:
        raise BadInput(
            f"{place}: [control] moves {', '.join(sorted(shared))} as the cause does; a positive"
            " control is another cause."
        )
    arms = {
        "low": part.low,
        "high": part.high,
        "control.low": part.control.low,
        "control.high": part.control.high,
    }
    for country in part_countries(hypothesis, part):
        for name, arm in arms.items():
            try:
                validate_quantities([part.quantity], build_arm(part, country, arm))
            except BadInput as error:
                raise BadInput(f"{place}, {name} in {country}: {error}") from None


@cache
def shipped_countries() -> tuple[str, ...]:
    """Return the countries whose scenarios are shipped."""
    folders = [folder for folder in scenario_folders() if folder.name == "scenarios"]
    files = [path for one in folders for path in one.glob("*.toml")]
    return tuple(sorted({path.stem for path in files}))


class Declarations(Mapping[str, Hypothesis]):
    """The declarations of a folder by thesis, each read and checked when it is first asked for."""

    def __init__(self, folder: Path):
        self._paths = {path.stem: path for path in sorted(folder.glob("T*.toml"))}
        self._read: dict[str, Hypothesis] = {}

    def __getitem__(self, id: str) -> Hypothesis:
        if id not in self._read:
            self._read[id] = read_hypothesis(self._paths[id], check_channels=False)
        return self._read[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


@cache
def load_hypotheses() -> Mapping[str, Hypothesis]:
    """Return the declarations of all theses that have one, by thesis.

    A file is read when its thesis is asked for, and an error if it cannot be used.

    Raises
    ------
    BadInput
        When there are none.

    Examples
    --------
    >>> "T041" in load_hypotheses(), load_hypotheses()["T041"].thesis
    (True, 'T041')
    """
    return Declarations(hypotheses_folder())


def hypotheses_folder() -> Path:
    """Return the folder of the declarations."""
    for folder in experiment_folders("hypotheses"):
        if any(folder.glob("T*.toml")):
            return folder
    raise BadInput(
        "there are no declarations in experiments/hypotheses; run this in a checkout, or install"
        " the package."
    )


def declaration_hash(hypothesis: Hypothesis) -> str:
    """Return the hash of a declaration's content; comments and the order of keys do not count.

    Examples
    --------
    >>> one = Hypothesis(thesis="T015", untestable="praise has no effect in the argument")
    >>> declaration_hash(one) == declaration_hash(one.model_copy(update={"hedged": True}))
    False
    """
    content = json.dumps(hypothesis.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]
