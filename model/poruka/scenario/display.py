"""What a scenario shows of itself: country, months, and what was changed."""

from typing import Any

from poruka.scenario.number_draws import DECLARED, NumberDraws
from poruka.utils.html_display import display_html

_SHOWN = 6


def changed_parts(scenario: Any) -> list[tuple[str, str]]:
    """Return what was changed in a scenario: each kind of change by name, in one line."""
    drawn = scenario.one_draw[1] if scenario.one_draw else ()
    changes = [f"{key} = {value}" for key, value in scenario.overrides if key not in drawn]
    without = sorted({*scenario.disabled_mechanisms, *scenario.removed_ids})
    own = [instrument.id for instrument in scenario.custom_instruments]
    forks = [fork.at for fork in scenario.forks]
    acts = [scenario.date_of(int(month)) for month, *_ in scenario.interventions]
    parts = [
        ("changed", changes),
        ("without", without),
        ("own instruments", own),
        ("acts from outside", acts),
        ("forks", forks),
        ("numbers", [scenario.numbers]),
    ]
    return [(name, _listed(items)) for name, items in parts if items]


def numbers_sentence(scenario: Any) -> str:
    """Return where the numbers of the rules come from, as a sentence without its full stop.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> numbers_sentence(load("kazakhstan", numbers="prior:5"))
    'numbers: prior:5, drawn from their ranges for every 5 worlds'
    >>> numbers_sentence(load("kazakhstan", numbers="declared"))
    'numbers: declared, one point for illustration'
    """
    draws = scenario.parameter_draws
    if scenario.one_draw is not None:
        said = scenario.numbers
    elif draws is None:
        said = f"{DECLARED}, one point for illustration"
    elif isinstance(draws, NumberDraws):
        misfit = f" ({draws.misfit})" if draws.misfit else ""
        said = f"{draws}, drawn from {draws.source_words} for {draws.each_label}{misfit}"
    else:
        said = str(draws.describe())
    return f"numbers: {said}"


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
    >>> load("kazakhstan", numbers="prior").change({"oligarchs.inertia": 0.5})
    <Scenario kazakhstan, 1990-03 to 2004-12; changed: oligarchs.inertia = 0.5; numbers: prior>
    """
    changes = "".join(f"; {name}: {what}" for name, what in changed_parts(scenario))
    return f"<Scenario {scenario.name}, {scenario.start_date} to {scenario.file.end_date}{changes}>"
