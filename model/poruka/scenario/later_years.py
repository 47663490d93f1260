"""Scenarios that go on past the end of their file, as far as it says what happens abroad."""

from dataclasses import replace
from typing import Any

from poruka.scenario.schema import parse_month
from poruka.scenario.timeline import validate_timeline
from poruka.utils.errors import BadInput


def last_month_abroad(scenario: Any) -> str:
    """Return the last month to which a scenario can be played: what is abroad is known till then.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> last_month_abroad(load("kazakhstan"))
    '2022-12'
    """
    return max(scenario.file.end_date, scenario.file.abroad_until or "")


def extend_scenario(scenario: Any, date: Any) -> Any:
    """Return a scenario whose last month is a later one."""
    parse_month(date, "the last month")
    file, reach = scenario.file, last_month_abroad(scenario)
    if not file.end_date <= date <= reach:
        raise BadInput(
            f"the last month is {date}; {scenario.name} lasts to {file.end_date}, and its file says"
            f" what happens abroad to {reach}: choose a month between them."
        )
    years = file.end_date[:4], date[:4]
    title = file.title.removesuffix(years[0]) + years[1] if file.title.endswith(years[0]) else None
    # A record that says nothing of its end speaks of the months that the file had.
    changed = {"end_date": date, "title": title or file.title}
    longer = file.model_copy(update=changed | {"record_until": file.record_until or file.end_date})
    return validate_timeline(replace(scenario, file=longer))


def scenario_reaching(scenario: Any, date: Any) -> Any:
    """Return a scenario that holds a month: itself, or one that goes on to it.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> [scenario_reaching(load("russia"), date).months for date in ("1998-10", "2022-12")]
    [175, 391]
    """
    parse_month(date, "until")
    is_reachable = scenario.file.end_date < date <= last_month_abroad(scenario)
    return extend_scenario(scenario, date) if is_reachable else scenario
