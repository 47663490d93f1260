"""Measures: what a figure of the observed record refers to, and its value in every world."""

import re
from typing import Any

import numpy as np
import pandas as pd

from poruka.engine import codes
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.rules.instruments import instruments
from poruka.utils.errors import BadInput, unknown_name_error

MEASURE_FORMS = (
    "series NAME YYYY-MM",
    "growth YYYY",
    "month KIND[:INSTRUMENT] N",
    "value KIND[:INSTRUMENT] N",
    "count KIND[:INSTRUMENT] YYYY-MM..YYYY-MM",
    "outcome COLUMN",
)
"""How a measure is written."""
# Kinds of event that a record distinguishes by actor or target: the kind, the column, its test.
_EVENT_SUBKINDS = {
    "president_election": ("election", "target", lambda labels: labels != "parliament"),
    "parliament_election": ("election", "target", lambda labels: labels == "parliament"),
    "premier_dismissal": ("dismissal", "target", lambda words: words.str.startswith("oligarch")),
    "premier_bid": ("bid", "actor", lambda words: words.str.startswith("oligarch")),
}
_MEASURE_PATTERN = re.compile(
    r"(?:series (?P<name>\w+) (?P<at>\d{4}-\d{2})|growth (?P<year>\d{4})|(?P<quantity>month|value)"
    r" (?P<kind>\w+)(?::(?P<inst>I\d{2}))? (?P<n>\d+)"
    r"|count (?P<ckind>\w+)(?::(?P<cinst>I\d{2}))?"
    r" (?P<from>\d{4}-\d{2})\.\.(?P<to>\d{4}-\d{2})|outcome (?P<column>\w+))"
)


def parse_measure(measure: str, location: str) -> dict[str, str]:
    """Return the parts of a measure by name, such as kind, instrument or year.

    Raises
    ------
    BadInput
        When it cannot be understood; ``location`` says where it stands.

    Examples
    --------
    >>> parse_measure("growth 1991", "here")
    {'year': '1991'}
    """
    match = _MEASURE_PATTERN.fullmatch(measure or "")
    if not match:
        raise BadInput(
            f"{location}: the measure {measure!r} is not understood; forms are:"
            f" {'; '.join(MEASURE_FORMS)}."
        )
    parts = {key: value for key, value in match.groupdict().items() if value is not None}
    kind = parts.get("kind") or parts.get("ckind")
    instrument = parts.get("inst") or parts.get("cinst")
    known_instruments = [declared.id for declared in instruments()]
    if kind and kind not in codes.EVENT_KINDS and kind not in _EVENT_SUBKINDS:
        raise unknown_name_error(
            "kind of event", kind, [*codes.EVENT_KINDS, *_EVENT_SUBKINDS], location
        )
    if parts.get("n") and int(parts["n"]) < 1:
        raise BadInput(
            f"{location}: the measure {measure!r} asks for event number {parts['n']}; the first is"
            " number 1."
        )
    for date in (parts[key] for key in ("at", "from", "to") if key in parts):
        if not 1 <= int(date[5:]) <= 12:
            raise BadInput(
                f"{location}: the measure {measure!r} names the month {date}; months go from 01"
                " to 12."
            )
    if parts.get("from", "") > parts.get("to", ""):
        raise BadInput(
            f"{location}: the measure {measure!r} ends before it begins; give the earlier month"
            " first."
        )
    if instrument and instrument not in known_instruments:
        raise unknown_name_error("instrument", instrument, known_instruments, location)
    if parts.get("name") and parts["name"] not in INDEX_DESCRIPTIONS:
        raise unknown_name_error("index", parts["name"], INDEX_DESCRIPTIONS, location)
    return parts


def required_events_and_indices(record: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return the kinds of events and the indices to which a record's figures refer.

    Examples
    --------
    >>> measures = ["growth 1991", "month president_election 1", "count wave 1998-01..2003-12"]
    >>> required_events_and_indices(pd.DataFrame({"measure": measures}))
    (['election', 'wave'], ['control', 'gdp'])
    """
    kinds, indices = set(), {"control"}  # at least one index, which shows the length of the run
    for measure in record["measure"]:
        parts = parse_measure(measure, "measure")
        kind = parts.get("kind") or parts.get("ckind")
        if kind:
            kinds.add(_EVENT_SUBKINDS[kind][0] if kind in _EVENT_SUBKINDS else kind)
        if "year" in parts or "name" in parts:
            indices.add(parts.get("name", "gdp"))
    return sorted(kinds), sorted(indices)


def _select_events(events: pd.DataFrame, kind: str, instrument: str | None) -> pd.DataFrame:
    event_kind, column, is_subkind = _EVENT_SUBKINDS.get(kind, (kind, "", None))
    selected = events[events["kind"].astype(str) == event_kind]
    if is_subkind is not None:
        selected = selected[is_subkind(selected[column].astype(str))]
    if kind == "president_election":
        # A lost election is logged twice; the vote itself is the president's row.
        selected = selected[selected["actor"].astype(str) == "president"]
    return selected[selected["instrument"].astype(str) == instrument] if instrument else selected


def evaluate_measure(
    measure: str,
    unit: str,
    outcomes: pd.DataFrame,
    series: Any,
    events: pd.DataFrame,
    scenario: Any,
) -> tuple[str, np.ndarray]:
    """Return a figure's kind and its value in every world; what did not happen is +inf.

    Returns
    -------
    kind : str
        month, share, growth, count or index.
    values : ndarray of float64, shape (worlds,)
    """
    parts = parse_measure(measure, "measure")
    worlds = outcomes["world"].to_numpy()
    percent = 100.0 if unit == "percent" else 1.0
    if "name" in parts:
        return "index", series[parts["name"]].sel(month=np.datetime64(parts["at"], "ns")).to_numpy()
    if "year" in parts:
        yearly, year = series["gdp"].groupby("month.year").mean(), int(parts["year"])
        growth = 100.0 * (yearly.sel(year=year) / yearly.sel(year=year - 1) - 1.0)
        return "growth", growth.to_numpy()
    if "column" in parts:
        if parts["column"] not in outcomes:
            raise unknown_name_error(
                "outcome", parts["column"], outcomes.columns, f"the measure {measure!r}"
            )
        values = outcomes[parts["column"]].astype(float).fillna(np.inf).to_numpy() * percent
        return ("month" if unit == "month" else "share" if unit == "percent" else "count"), values
    if "ckind" in parts:
        selected = _select_events(events, parts["ckind"], parts.get("cinst"))
        first, last = scenario.month_of(parts["from"]), scenario.month_of(parts["to"])
        selected = selected[selected["month"].between(first, last)]
        counts = selected.groupby("world").size().reindex(worlds, fill_value=0)
        return "count", counts.to_numpy(dtype=float)
    selected = _select_events(events, parts["kind"], parts.get("inst"))
    nth = selected.groupby("world").nth(int(parts["n"]) - 1).set_index("world")
    values = nth[parts["quantity"]].astype(float).reindex(worlds).fillna(np.inf).to_numpy()
    if parts["quantity"] == "month":
        return "month", values
    return ("share" if unit == "percent" else "count"), values * percent


def is_within_run(measure: str, date: str | None, scenario: Any, months_run: int) -> bool:
    """Return whether a run of so many months covers all months of a figure."""
    parts = parse_measure(measure, "measure")
    first = last = (
        parts.get("at") or parts.get("to") or (date[:7] if date and len(date) >= 7 else None)
    )
    first = parts.get("from") or first
    if "year" in parts:
        first, last = f"{int(parts['year']) - 1}-12", f"{parts['year']}-12"
    return (
        last is None
        or first is None
        or (scenario.month_of(first) >= 0 and scenario.month_of(last) < months_run)
    )
