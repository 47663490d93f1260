"""Measures: what a figure of the observed record refers to, and its value in every world."""

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from poruka.engine import codes
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.engine.record_kinds import Exit
from poruka.rules.instruments import instruments
from poruka.utils.errors import BadInput, unknown_name_error

MEASURE_FORMS = (
    "series NAME YYYY-MM",
    "growth YYYY",
    "month KIND[:INSTRUMENT] N",
    "value KIND[:INSTRUMENT] N",
    "at NAME KIND[:INSTRUMENT] N",
    "count KIND[:INSTRUMENT] YYYY-MM..YYYY-MM",
    "outcome COLUMN",
)
"""How a measure is written; N is 1 for the first event of its kind, or ``last``."""


class _Subkind(NamedTuple):
    """Events that a record tells apart within one kind, by a column."""

    kind: str
    column: str
    selects: Callable[[pd.Series], pd.Series]


def _left_by(way: Exit) -> _Subkind:
    """Return the exits of rulers that went a given way."""
    return _Subkind("exit_of_ruler", "value", lambda values: values == float(way))


_EVENT_SUBKINDS = {
    "president_election": _Subkind(
        "election", "target", lambda labels: labels.astype(str) != "parliament"
    ),
    # A vote that others won by the published count: of the ruler, or of a house on which he hangs.
    "lost_vote": _Subkind("election", "target", lambda labels: labels.astype(str) == "president"),
    "parliament_election": _Subkind(
        "election", "target", lambda labels: labels.astype(str) == "parliament"
    ),
    "premier_dismissal": _Subkind(
        "dismissal", "target", lambda labels: labels.astype(str).str.startswith("oligarch")
    ),
    "premier_bid": _Subkind(
        "bid", "actor", lambda labels: labels.astype(str).str.startswith("oligarch")
    ),
    "rotation": _left_by(Exit.ROTATION),
    "revolution": _left_by(Exit.REVOLUTION),
    "palace_coup": _left_by(Exit.PALACE_COUP),
}
_MEASURE_PATTERN = re.compile(
    r"(?:series (?P<name>\w+) (?P<at>\d{4}-\d{2})|growth (?P<year>\d{4})"
    r"|(?P<quantity>month|value|at (?P<level>\w+))"
    r" (?P<kind>\w+)(?::(?P<inst>I\d{2}))? (?P<n>\d+|last)"
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
    if parts.get("n", "last") != "last" and int(parts["n"]) < 1:
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
    for index in (parts[key] for key in ("name", "level") if key in parts):
        if index not in INDEX_DESCRIPTIONS:
            raise unknown_name_error("index", index, INDEX_DESCRIPTIONS, location)
    return parts


def required_events_and_indices(measures: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the kinds of events and the indices that measures read.

    Examples
    --------
    >>> measures = ["growth 1991", "month president_election 1", "at control dissolution 2"]
    >>> required_events_and_indices(measures)
    (['dissolution', 'election'], ['control', 'gdp'])
    """
    kinds, indices = set(), {"control"}  # at least one index, which shows the length of the run
    for measure in measures:
        parts = parse_measure(measure, "measure")
        kind = parts.get("kind") or parts.get("ckind")
        if kind:
            kinds.add(_EVENT_SUBKINDS[kind].kind if kind in _EVENT_SUBKINDS else kind)
        if "year" in parts:
            indices.add("gdp")
        indices |= {parts[key] for key in ("name", "level") if key in parts}
    return sorted(kinds), sorted(indices)


def _select_events(events: pd.DataFrame, kind: str, instrument: str | None) -> pd.DataFrame:
    subkind = _EVENT_SUBKINDS.get(kind)
    event_kind = subkind.kind if subkind else kind
    selected = events[events["kind"].astype(str) == event_kind]
    if subkind:
        selected = selected[subkind.selects(selected[subkind.column])]
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
        month, share (in percent), growth, count or index.
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
    position = -1 if parts["n"] == "last" else int(parts["n"]) - 1
    nth = selected.groupby("world").nth(position).set_index("world")
    column = "value" if parts["quantity"] == "value" else "month"
    values = nth[column].astype(float).reindex(worlds).fillna(np.inf).to_numpy()
    if "level" in parts:
        return "index", _levels_in(series[parts["level"]].to_numpy(), values)
    if parts["quantity"] == "month":
        return "month", values
    return ("share" if unit == "percent" else "count"), values * percent


def _levels_in(levels: np.ndarray, months: np.ndarray) -> np.ndarray:
    """Return an index in a month of each world; +inf for a world without that month."""
    has_month = months < levels.shape[1]
    found = levels[np.arange(len(months)), np.where(has_month, months, 0.0).astype(int)]
    return np.where(has_month, found, np.inf)


def is_within_run(measure: str, date: str | None, scenario: Any, months_run: int) -> bool:
    """Return whether a run of so many months covers all months that a figure or its date names."""
    if year := re.fullmatch(r"growth (\d{4})", measure):
        named = [f"{int(year[1]) - 1}-12", f"{year[1]}-12"]
    else:
        named = re.findall(r"\d{4}-\d{2}", measure)
        named = named or ([date[:7]] if date and len(date) >= 7 else [])
    return all(0 <= scenario.month_of(month) < months_run for month in named)
