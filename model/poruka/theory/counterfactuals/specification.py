"""Specification of counterfactuals as files: the claim of the text, the changes to the scenario,
the baseline, and the expectations.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from poruka.analysis.quantity_validation import validate_quantities
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
"""Families of counterfactuals in their order; a file may add another."""
DIRECTION_LABELS = {"+": "rises", "-": "falls", "0": "stays"}


class Counterfactual(NamedTuple):
    """One path not taken: its claim, its scenario and its baseline."""

    entry: CounterfactualEntry
    scenario: Scenario
    baseline: Scenario

    @property
    def is_paired(self) -> bool:
        """Whether worlds are paired, identical up to their divergence: same country and months."""
        return self.scenario.country == self.baseline.country and self.same_months

    @property
    def same_months(self) -> bool:
        """Whether both histories cover the same months."""
        return (self.scenario.start_date, self.scenario.months) == (
            self.baseline.start_date,
            self.baseline.months,
        )


def format_expectation(expectation: Expectation) -> str:
    """Return the expectation of a quantity as text.

    Examples
    --------
    >>> format_expectation(Expectation(quantity="wars", sign="+", stands_for="frequency of war"))
    'rises'
    >>> format_expectation(Expectation(quantity="wars", at_most=0.02, stands_for="war"))
    'at most 0.02'
    """
    if expectation.sign is not None:
        if expectation.within is None:
            return DIRECTION_LABELS[expectation.sign]
        alternative = "" if expectation.sign == "0" else " or stays"
        return f"{DIRECTION_LABELS[expectation.sign]}{alternative} within {expectation.within:g}"
    parts = [f"at least {expectation.at_least:g}"] if expectation.at_least is not None else []
    parts += [f"at most {expectation.at_most:g}"] if expectation.at_most is not None else []
    return ", ".join(parts)


def read_counterfactual(
    path: Path, loaded_scenarios: dict[str, Scenario] | None = None
) -> Counterfactual:
    """Read and validate one counterfactual, with the scenarios it extends and is compared with.

    Parameters
    ----------
    path : Path
    loaded_scenarios : dict, optional
        Scenarios already read, by name or path; those read here are added.

    Raises
    ------
    BadInput
        If the file is not a counterfactual, contradicts itself, or cannot show anything.
    """
    scenario = load(path)
    entry = scenario.file.path
    if entry is None:
        raise BadInput(
            f"{path.name} is a scenario, not a path; a path has a [path] table with its claim and"
            " its expectations."
        )
    target = entry.against or scenario.file.extends
    if target is None:
        raise BadInput(
            f"{path.name} has no baseline; give `against` in [path], or let it extend a scenario."
        )
    beside = path.parent / (target if target.endswith(".toml") else f"{target}.toml")
    name = str(beside if beside.is_file() else target)
    loaded_scenarios = {} if loaded_scenarios is None else loaded_scenarios
    if name not in loaded_scenarios:
        loaded_scenarios[name] = load(name)
    baseline = loaded_scenarios[name]
    if baseline.start_date == scenario.start_date and baseline.months > scenario.months:
        # A path that ends sooner is compared with the baseline up to its own end.
        baseline = replace(
            baseline, file=baseline.file.model_copy(update={"end_date": scenario.file.end_date})
        )
    counterfactual = Counterfactual(entry, scenario, baseline)
    if _is_same_history(scenario, baseline):
        raise BadInput(
            f"{path.name} changes nothing in {baseline.name}; give start values, shocks,"
            " parameters, `without` or a [[fork]]."
        )
    for expectation in entry.expect:
        location = f"{path.name}: the expectation of {expectation.quantity!r}"
        _validate_expectation(expectation, location)
        if (
            expectation.sign is not None
            and not counterfactual.same_months
            and scenario.country == baseline.country
        ):
            raise BadInput(
                f"{location} is a difference from {baseline.name}, which runs only from"
                f" {baseline.start_date} to {baseline.file.end_date}; compare it with a scenario of"
                " the same months, or expect a level (`at_least`, `at_most`)."
            )
    # Scenarios of the same months have the same quantities, apart from forks.
    scenarios = (scenario,) if counterfactual.same_months else (scenario, baseline)
    try:
        for validated in scenarios:
            validate_quantities([expectation.quantity for expectation in entry.expect], validated)
    except BadInput as error:
        raise BadInput(f"{path.name}: {error}") from None
    return counterfactual


def _validate_expectation(expectation: Expectation, location: str) -> None:
    """Raise an error for an expectation that no result, or every result, would bear out."""
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
            f'{location}: `within` is the largest difference that counts as none; sign = "0" needs'
            " it, and a level must not have it."
        )
    if (
        expectation.at_least is not None
        and expectation.at_most is not None
        and expectation.at_least > expectation.at_most
    ):
        raise BadInput(
            f"{location} must be at least {expectation.at_least:g} and at most"
            f" {expectation.at_most:g}; at_least must not exceed at_most."
        )


def _is_same_history(scenario: Scenario, baseline: Scenario) -> bool:
    """Return whether two scenarios are identical except for their names."""

    def comparable_values(history: Scenario) -> dict[str, Any]:
        return {
            key: value
            for key, value in history.resolved_values().items()
            if key not in ("name", "title")
        }

    return comparable_values(scenario) == comparable_values(baseline)


def counterfactuals_folder() -> Path:
    """Return the folder of the counterfactuals, in the working directory, checkout or package."""
    for folder in scenario_folders():
        if any((folder / "paths").glob("*.toml")):
            return folder / "paths"
    raise BadInput(
        "there are no paths in scenarios/paths; run this in a checkout, or install the package."
    )


def load_counterfactuals(folder: Path | None = None) -> dict[str, Counterfactual]:
    """Return all counterfactuals by id, family by family.

    Scenarios in the folder without a [path] table are baselines and are skipped.

    Examples
    --------
    >>> load_counterfactuals()["C11"].entry.family
    'votes'
    """
    folder = counterfactuals_folder() if folder is None else folder
    counterfactuals: dict[str, Counterfactual] = {}
    loaded_scenarios: dict[str, Scenario] = {}
    for file in sorted(folder.glob("*.toml")):
        if not re.search(r"^\[path\]", file.read_text(encoding="utf-8", errors="replace"), re.M):
            continue
        counterfactual = read_counterfactual(file, loaded_scenarios)
        if counterfactual.entry.id != file.stem:
            raise BadInput(
                f"{file.name} has the id {counterfactual.entry.id}; name the file after its id."
            )
        counterfactuals[file.stem] = counterfactual
    present = {counterfactual.entry.family for counterfactual in counterfactuals.values()}
    families = [*COUNTERFACTUAL_FAMILIES, *sorted(present - set(COUNTERFACTUAL_FAMILIES))]
    return dict(
        sorted(
            counterfactuals.items(),
            key=lambda item: (families.index(item[1].entry.family), item[0]),
        )
    )


def select_counterfactuals(
    names: list[str], known: dict[str, Counterfactual]
) -> dict[str, Counterfactual]:
    """Return the counterfactuals with these ids or families; all if none is named."""
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
