"""What a scenario shows of itself: country, months, and what was changed."""

from typing import Any

from poruka.utils.html_display import display_html

_SHOWN = 6


def changed_parts(scenario: Any) -> list[tuple[str, str]]:
    """Return what was changed in a scenario: each kind of change by name, in one line."""
    changes = [f"{key} = {value}" for key, value in scenario.overrides]
    without = sorted({*scenario.disabled_mechanisms, *scenario.removed_ids})
    own = [instrument.id for instrument in scenario.custom_instruments]
    forks = [fork.at for fork in scenario.forks]
    acts = [scenario.date_of(int(month)) for month, *_ in scenario.interventions]
    draws = scenario.parameter_draws
    parts = [
        ("changed", changes),
        ("without", without),
        ("own instruments", own),
        ("acts from outside", acts),
        ("forks", forks),
        ("numbers drawn", [str(draws.origin)] if draws else []),
    ]
    return [(name, _listed(items)) for name, items in parts if items]


def _listed(items: list[str]) -> str:
    more = f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
    return ", ".join(map(str, items[:_SHOWN])) + more


def scenario_html(scenario: Any) -> str:
    """Return the display of a scenario in a notebook."""
    months = f"{scenario.start_date} to {scenario.file.end_date} ({scenario.months} months)"
    rows = [("scenario", scenario.name), ("months", months), *changed_parts(scenario)]
    return display_html(scenario.title, rows)


def scenario_text(scenario: Any) -> str:
    """Return a scenario in one line.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> load("kazakhstan").change({"oligarchs.inertia": 0.5})
    <Scenario kazakhstan, 1990-03 to 2004-12; changed: oligarchs.inertia = 0.5>
    """
    changes = "".join(f"; {name}: {what}" for name, what in changed_parts(scenario))
    return f"<Scenario {scenario.name}, {scenario.start_date} to {scenario.file.end_date}{changes}>"
