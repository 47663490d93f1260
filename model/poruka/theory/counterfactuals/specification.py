"""Paths not taken, as files: what the text says of each, what is changed, what it is set against
and what would bear it out.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from poruka.analysis.quantities import validate_quantities
from poruka.scenario.file import scenario_folders
from poruka.scenario.scenario import Scenario, load
from poruka.scenario.schema import CounterfactualEntry, Expectation
from poruka.utils.errors import BadInput, unknown_name_error

COUNTERFACTUAL_FAMILIES = (
    "succession",
    "defection",
    "parliament",
    "votes",
    "crowds",
    "1991",
    "economy",
    "ruler",
)
"""The families of this house in their order; a file may found another."""
DIRECTION_LABELS = {"+": "rises", "-": "falls", "0": "stays"}


class Counterfactual(NamedTuple):
    """One path not taken: its claim, its scenario and the history it is set against."""

    entry: CounterfactualEntry
    scenario: Scenario
    baseline: Scenario

    @property
    def is_paired(self) -> bool:
        """Whether world k of one history is world k of the other up to where they part: one
        country, one calendar.
        """
        return self.scenario.country == self.baseline.country and self.same_months

    @property
    def same_months(self) -> bool:
        """Whether both run over the same months."""
        return (self.scenario.start_date, self.scenario.months) == (
            self.baseline.start_date,
            self.baseline.months,
        )


def format_expectation(expectation: Expectation) -> str:
    """Return what is expected of a quantity, in a few words.

    Examples
    --------
    >>> format_expectation(Expectation(quantity="wars", sign="+", stands_for="how often there is war"))
    'rises'
    >>> format_expectation(Expectation(quantity="wars", at_most=0.02, stands_for="war"))
    'at most 0.02'
    """
    if expectation.sign is not None:
        if expectation.within is None:
            return DIRECTION_LABELS[expectation.sign]
        return (
            f"{DIRECTION_LABELS[expectation.sign]}{'' if expectation.sign == '0' else ' or stays'}"
            f" within {expectation.within:g}"
        )
    parts = [f"at least {expectation.at_least:g}"] if expectation.at_least is not None else []
    parts += [f"at most {expectation.at_most:g}"] if expectation.at_most is not None else []
    return ", ".join(parts)


def read_counterfactual(
    path: Path, loaded_scenarios: dict[str, Scenario] | None = None
) -> Counterfactual:
    """Read and check one path, with everything it extends and is set against.

    Parameters
    ----------
    path : Path
    bases : dict, optional
        Scenarios read already, by name or path; those read here are put into it.

    Raises
    ------
    BadInput
        When the file is no path, contradicts itself, or could show nothing.
    """
    scenario = load(path)
    entry = scenario.file.path
    if entry is None:
        raise BadInput(
            f"{path.name} is a scenario, not a path; a path has a [path] table that says what is"
            " claimed and what would bear it out."
        )
    target = entry.against or scenario.file.extends
    if target is None:
        raise BadInput(
            f"{path.name}: nothing says what it is set against; give `against` in [path], or let it"
            " extend a scenario."
        )
    beside = path.parent / (target if target.endswith(".toml") else f"{target}.toml")
    name = str(beside if beside.is_file() else target)
    loaded_scenarios = {} if loaded_scenarios is None else loaded_scenarios
    against = (
        loaded_scenarios[name]
        if name in loaded_scenarios
        else loaded_scenarios.setdefault(name, load(name))
    )
    if against.start_date == scenario.start_date and against.months > scenario.months:
        # A path that ends sooner is set against the other history as far as it goes itself.
        against = replace(
            against, file=against.file.model_copy(update={"end_date": scenario.file.end_date})
        )
    counterfactual = Counterfactual(entry, scenario, against)
    if _is_same_history(scenario, against):
        raise BadInput(
            f"{path.name} changes nothing in {against.name}; give start values, shocks, parameters,"
            " `without` or a [[fork]]."
        )
    for expectation in entry.expect:
        location = f"{path.name}: the expectation of {expectation.quantity!r}"
        _validate_expectation(expectation, location)
        if (
            expectation.sign is not None
            and not counterfactual.same_months
            and scenario.country == against.country
        ):
            raise BadInput(
                f"{location} is a difference from {against.name}, which runs from {against.start_date}"
                f" to {against.file.end_date} only; set it against a scenario that starts with it"
                " and lasts as long, or expect a level (`at_least`, `at_most`)."
            )
    try:
        for scene in (
            (scenario,) if counterfactual.same_months else (scenario, against)
        ):  # what one can be asked for another as long can be, forks aside
            validate_quantities([expectation.quantity for expectation in entry.expect], scene)
    except BadInput as error:
        raise BadInput(f"{path.name}: {error}") from None
    return counterfactual


def _validate_expectation(expectation: Expectation, location: str) -> None:
    """Refuse an expectation that nothing, or everything, would bear out."""
    level = expectation.at_least is not None or expectation.at_most is not None
    if (expectation.sign is not None) == level:
        raise BadInput(
            f"{location} needs either a `sign` (a difference) or a level (`at_least`, `at_most`),"
            f" not {'both' if level else 'neither'}."
        )
    if (expectation.sign == "0" and expectation.within is None) or (
        expectation.sign is None and expectation.within is not None
    ):
        raise BadInput(
            f'{location}: `within` says how large a difference still counts as none; sign = "0"'
            " needs it, a level has no use for it."
        )
    if (
        expectation.at_least is not None
        and expectation.at_most is not None
        and expectation.at_least > expectation.at_most
    ):
        raise BadInput(
            f"{location} is to be at least {expectation.at_least:g} and at most"
            f" {expectation.at_most:g}; no number is both."
        )


def _is_same_history(scenario: Scenario, baseline: Scenario) -> bool:
    """Return whether two scenarios are one history under two names."""

    def comparable_values(history: Scenario) -> dict[str, Any]:
        return {
            key: value
            for key, value in history.resolved_values().items()
            if key not in ("name", "title")
        }

    return comparable_values(scenario) == comparable_values(baseline)


def counterfactuals_folder() -> Path:
    """Return the folder of the paths: here, in the source checkout, or in the installed package."""
    for folder in scenario_folders():
        if any((folder / "paths").glob("*.toml")):
            return folder / "paths"
    raise BadInput(
        "there are no paths in scenarios/paths; run this in a checkout, or install the package."
    )


def load_counterfactuals(folder: Path | None = None) -> dict[str, Counterfactual]:
    """Return all paths by id, family by family; scenarios in the folder that are no paths are what
    paths start from.

    Examples
    --------
    >>> load_counterfactuals()["C11"].entry.family
    'votes'
    """
    folder = counterfactuals_folder() if folder is None else folder
    counterfactuals: dict[str, Counterfactual] = {}
    bases: dict[str, Scenario] = {}
    for file in sorted(folder.glob("*.toml")):
        if not re.search(r"^\[path\]", file.read_text(encoding="utf-8", errors="replace"), re.M):
            continue
        counterfactual = read_counterfactual(file, bases)
        if counterfactual.entry.id != file.stem:
            raise BadInput(
                f"{file.name} speaks of {counterfactual.entry.id}; name the file after its path."
            )
        counterfactuals[file.stem] = counterfactual
    known = [
        *COUNTERFACTUAL_FAMILIES,
        *sorted(
            {counterfactual.entry.family for counterfactual in counterfactuals.values()}
            - set(COUNTERFACTUAL_FAMILIES)
        ),
    ]
    return dict(
        sorted(
            counterfactuals.items(), key=lambda item: (known.index(item[1].entry.family), item[0])
        )
    )


def select_counterfactuals(
    names: list[str], known: dict[str, Counterfactual]
) -> dict[str, Counterfactual]:
    """Return the paths asked for by id or by family; all of them when none is named."""
    selected: dict[str, Counterfactual] = {}
    for name in names:
        matches = {
            id: counterfactual
            for id, counterfactual in known.items()
            if name in (id, counterfactual.entry.family)
        }
        if not matches:
            raise unknown_name_error(
                "path",
                name,
                [*known, *COUNTERFACTUAL_FAMILIES],
                advice="`poruka paths` lists them.",
            )
        selected |= matches
    return (
        {id: counterfactual for id, counterfactual in known.items() if id in selected}
        if names
        else known
    )
