"""A scenario as plain data: everything another process or another machine needs to have the same one, without its files."""

import json
from typing import Any

from .scenario_keys import recipe_of


def as_data(scenario: Any) -> dict[str, Any]:
    """Return a scenario as plain values that JSON can hold.

    Rules of one's own are named but not included: they are code.

    Examples
    --------
    >>> from poruka.scenario import load
    >>> data = as_data(load("kazakhstan").without("M3.predation"))
    >>> data["scenario"], data["recipe"]["without"], data["own_rules"]
    ('kazakhstan', ['M3.predation'], [])
    """
    return {"scenario": scenario.name, "file": scenario.file.model_dump(mode="json"), "folder": str(scenario.folder.resolve()), "digest": scenario.digest,
            "recipe": recipe_of(scenario), "resolved": scenario.resolved(), "own_rules": own_rules(scenario)}


def own_rules(scenario: Any) -> list[str]:
    """Return the ids of rules that do not come with the package."""
    return [one.id for one in scenario.rules.rules if not one.source.__module__.startswith("poruka.")]


def parameters_of(scenario: Any) -> str:
    """Return everything by which a scenario differs from its file, as one line of JSON to put beside a failure.

    Examples
    --------
    >>> from poruka.scenario import load
    >>> parameters_of(load("kazakhstan").change({"oligarchs.inertia": 0.5}))
    '{"changes": {"oligarchs.inertia": 0.5}}'
    """
    return json.dumps({key: value for key, value in recipe_of(scenario).items() if value})
