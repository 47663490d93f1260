"""A scenario as plain data, from which another process or machine restores it without its files."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from poruka.scenario.keys import apply_recipe, build_recipe
from poruka.scenario.own_rules import (
    OWN_RULES_KEY,
    describe_own_rules,
    load_own_schedule,
    load_package_schedule,
)
from poruka.scenario.scenario import Scenario
from poruka.scenario.schema import ScenarioFile
from poruka.scenario.validation import validate_scenario_data
from poruka.utils.errors import BadInput


def serialize_scenario(scenario: Any) -> dict[str, Any]:
    """Return a scenario as plain values that JSON can hold.

    Custom rules are named but not included: they are code.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> data = serialize_scenario(load("kazakhstan").without("M3.predation"))
    >>> data["scenario"], data["recipe"]["without"], data["own_rules"]
    ('kazakhstan', ['M3.predation'], [])
    """
    return {
        "scenario": scenario.name,
        "file": scenario.file.model_dump(mode="json"),
        "folder": str(scenario.folder.resolve()),
        "digest": scenario.digest,
        "recipe": build_recipe(scenario),
        "resolved": scenario.resolved_values(),
        "own_rules": list_custom_rules(scenario),
        OWN_RULES_KEY: describe_own_rules(scenario.rules),
    }


def list_custom_rules(scenario: Any) -> list[str]:
    """Return the ids of custom rules, which are not part of the package."""
    return [
        rule.id
        for rule in scenario.rules.rules
        if not rule.function.__module__.startswith("poruka.")
    ]


def format_recipe(scenario: Any) -> str:
    """Return every difference of a scenario from its file as one line of JSON, for failure reports.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> format_recipe(load("kazakhstan", "declared").change({"oligarchs.inertia": 0.5}))
    '{"changes": {"oligarchs.inertia": 0.5}}'
    """
    return json.dumps({key: value for key, value in build_recipe(scenario).items() if value})


def restore_scenario(data: Mapping[str, Any], folder: Path | None = None) -> Scenario:
    """Return the scenario that a manifest or :func:`serialize_scenario` describes.

    Rules of the package, those of rivals included, come back in their order; rules of a user's own
    do not.

    Parameters
    ----------
    data : mapping
    folder : Path, optional
        Folder of the observed record it is scored against; by default that of its file.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> from poruka.scenario.serialize import serialize_scenario
    >>> restore_scenario(serialize_scenario(load("russia"))).digest == load("russia").digest
    True
    """
    file = validate_scenario_data(
        dict(data["file"]), f"{data['scenario']} as it was run", ScenarioFile
    )
    scenario = Scenario(data["scenario"], file, folder or Path(data["folder"]))
    if not data["own_rules"]:
        scenario = scenario.with_rules(load_package_schedule(data))
    return apply_recipe(scenario, data["recipe"])


def restore_trusted_scenario(
    data: Mapping[str, Any], folder: Path | None, run_folder: Path, trusted: bool
) -> Scenario:
    """Return the scenario of a stored run, with its own rules where the folder is trusted.

    Parameters
    ----------
    data : mapping
        The manifest of the run.
    folder : Path or None
        Folder of the observed record.
    run_folder : Path
        Folder of the run; nothing in it is ever carried out.
    trusted : bool
        Whether the modules that the manifest names may be imported.

    Raises
    ------
    BadInput
        When the run has rules of its own, and they are not trusted, cannot be found, or changed.
    """
    scenario = restore_scenario(data, folder)
    if not data["own_rules"]:
        return scenario
    names = ", ".join(str(id)[:60] for id in data["own_rules"][:3])
    if not trusted:
        raise BadInput(
            f"{run_folder} was run with custom rules ({names}), which it does not store. Give the"
            " scenario that has them: simulate(scenario, out=…) continues the run, and"
            " open_run(folder, scenario) opens it. Or, if you know who made this folder, say"
            " trusted=True (--trusted): it imports the modules that the run names."
        )
    scenario = scenario.with_rules(load_own_schedule(data, run_folder))
    if scenario.digest != data["digest"]:
        raise BadInput(
            f"{run_folder} was run with custom rules ({names}) that call other code or use other"
            " constants now; restore their modules as they were, or run again into a new folder."
        )
    return scenario
