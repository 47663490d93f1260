"""Scoring worlds against history: a proper score per recorded figure, a band, and a plain baseline
to beat.
"""

import csv
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from poruka.engine import codes
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.rules.instruments import instruments
from poruka.utils.errors import BadInput, unknown_name_error

OBSERVED_RECORD_COLUMNS = ("id", "date", "figure", "measure", "value", "unit", "fact", "locator")
MEASURE_FORMS = (
    "series NAME YYYY-MM",
    "growth YYYY",
    "month KIND[:INSTRUMENT] N",
    "value KIND[:INSTRUMENT] N",
    "count KIND[:INSTRUMENT] YYYY-MM..YYYY-MM",
    "outcome COLUMN",
)
# Votes and people told apart by who is meant: kind of event, column, whether the words there fit.
_EVENT_SUBKINDS = {
    "president_election": ("election", "target", lambda words: words != "parliament"),
    "parliament_election": ("election", "target", lambda words: words == "parliament"),
    "premier_dismissal": ("dismissal", "target", lambda words: words.str.startswith("oligarch")),
    "premier_bid": ("bid", "actor", lambda words: words.str.startswith("oligarch")),
}
_MEASURE_PATTERN = re.compile(
    r"(?:series (?P<name>\w+) (?P<at>\d{4}-\d{2})|growth (?P<year>\d{4})|(?P<what>month|value)"
    r" (?P<kind>\w+)(?::(?P<inst>I\d{2}))? (?P<n>\d+)"
    r"|count (?P<ckind>\w+)(?::(?P<cinst>I\d{2}))?"
    r" (?P<from>\d{4}-\d{2})\.\.(?P<to>\d{4}-\d{2})|outcome (?P<column>\w+))"
)


def _parse_measure(measure: str, location: str) -> dict[str, str]:
    found = _MEASURE_PATTERN.fullmatch(measure or "")
    if not found:
        raise BadInput(
            f"{location}: the measure {measure!r} is not understood; forms are:"
            f" {'; '.join(MEASURE_FORMS)}."
        )
    parts = {key: value for key, value in found.groupdict().items() if value is not None}
    kind, used = parts.get("kind") or parts.get("ckind"), parts.get("inst") or parts.get("cinst")
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
    if used and used not in {one.id for one in instruments()}:
        raise unknown_name_error("instrument", used, [one.id for one in instruments()], location)
    if parts.get("name") and parts["name"] not in INDEX_DESCRIPTIONS:
        raise unknown_name_error("index", parts["name"], INDEX_DESCRIPTIONS, location)
    return parts


def read_observed_record(path: str | Path) -> pd.DataFrame:
    """Return a country's record of scored facts, checked.

    Parameters
    ----------
    path : str or Path
        CSV with the columns id, date, figure, measure, value, unit, fact, locator.

    Raises
    ------
    BadInput
        Naming the file, the line, what is allowed and what to do.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(
            f"the record {path} cannot be read ({error.strerror}); mend `record` in the scenario."
        ) from None
    except UnicodeDecodeError:
        raise BadInput(
            f"the record {path} is not a text file in UTF-8; give a CSV with the columns"
            f" {', '.join(OBSERVED_RECORD_COLUMNS)}."
        ) from None
    rows = list(csv.DictReader(text.splitlines()))
    if not rows or tuple(rows[0]) != OBSERVED_RECORD_COLUMNS:
        raise BadInput(
            f"the record {path.name} needs the columns {', '.join(OBSERVED_RECORD_COLUMNS)} in this"
            " order and at least one row."
        )
    seen: set[str] = set()
    for line, row in enumerate(rows, start=2):
        where = f"{path.name}, line {line}"
        if row["id"] in seen:
            raise BadInput(f"{where}: the id {row['id']!r} stands there twice; ids are unique.")
        seen.add(row["id"])
        try:
            row["value"] = float(row["value"])  # type: ignore[assignment]
        except (TypeError, ValueError):
            raise BadInput(
                f"{where}: the value {row['value']!r} is not a number; write it with a point and"
                " without a unit."
            ) from None
        if not np.isfinite(row["value"]):  # type: ignore[arg-type]
            raise BadInput(
                f"{where}: the value is {row['value']}; a record holds finite numbers, so leave the"
                " row out."
            )
        if row["date"] and not re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-\d{2})?)?", row["date"]):
            raise BadInput(
                f"{where}: the date {row['date']!r} is not understood; write 1993, 1993-12 or"
                " 1993-12-10, or leave it empty."
            )
        if not row["fact"] or not row["locator"]:
            raise BadInput(f"{where}: every figure needs a fact and a locator.")
        _parse_measure(row["measure"], where)
    frame = pd.DataFrame(rows, columns=list(OBSERVED_RECORD_COLUMNS))
    frame["date"] = pd.Series([row["date"] or None for row in rows], dtype=object)
    return frame


def required_events_and_indices(record: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return the kinds of events and the indices that a record's figures speak of.

    Examples
    --------
    >>> asked = ["growth 1991", "month president_election 1", "count wave 1998-01..2003-12"]
    >>> required_events_and_indices(pd.DataFrame({"measure": asked}))
    (['election', 'wave'], ['control', 'gdp'])
    """
    kinds, indices = set(), {"control"}  # one index at least: it tells how long the run is
    for measure in record["measure"]:
        parts = _parse_measure(measure, "measure")
        kind = parts.get("kind") or parts.get("ckind")
        if kind:
            kinds.add(_EVENT_SUBKINDS[kind][0] if kind in _EVENT_SUBKINDS else kind)
        if "year" in parts or "name" in parts:
            indices.add(parts.get("name", "gdp"))
    return sorted(kinds), sorted(indices)


def _select_events(events: pd.DataFrame, kind: str, instrument: str | None) -> pd.DataFrame:
    wide, column, fits = _EVENT_SUBKINDS.get(kind, (kind, "", None))
    found = events[events["kind"].astype(str) == wide]
    if fits is not None:
        found = found[fits(found[column].astype(str))]
    if (
        kind == "president_election"
    ):  # a lost count is told twice; the vote itself is the president's line
        found = found[found["actor"].astype(str) == "president"]
    return found[found["instrument"].astype(str) == instrument] if instrument else found


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
    parts = _parse_measure(measure, "measure")
    worlds = outcomes["world"].to_numpy()
    percent = 100.0 if unit == "percent" else 1.0
    if "name" in parts:
        return "index", series[parts["name"]].sel(month=np.datetime64(parts["at"], "ns")).to_numpy()
    if "year" in parts:
        by_year = series["gdp"].groupby("month.year").mean()
        year = int(parts["year"])
        return (
            "growth",
            (100.0 * (by_year.sel(year=year) / by_year.sel(year=year - 1) - 1.0)).to_numpy(),
        )
    if "column" in parts:
        if parts["column"] not in outcomes:
            raise unknown_name_error(
                "outcome", parts["column"], outcomes.columns, f"the measure {measure!r}"
            )
        values = outcomes[parts["column"]].astype(float).fillna(np.inf).to_numpy() * percent
        return ("month" if unit == "month" else "share" if unit == "percent" else "count"), values
    if "ckind" in parts:
        found = _select_events(events, parts["ckind"], parts.get("cinst"))
        inside = found[
            (found["month"] >= scenario.month_of(parts["from"]))
            & (found["month"] <= scenario.month_of(parts["to"]))
        ]
        return "count", inside.groupby("world").size().reindex(worlds, fill_value=0).to_numpy(
            dtype=float
        )
    found = _select_events(events, parts["kind"], parts.get("inst"))
    nth = found.groupby("world").nth(int(parts["n"]) - 1).set_index("world")
    column = "month" if parts["what"] == "month" else "value"
    values = nth[column].astype(float).reindex(worlds).fillna(np.inf).to_numpy()
    return (
        ("month", values)
        if parts["what"] == "month"
        else ("share" if unit == "percent" else "count", values * percent)
    )


def _is_within_run(measure: str, date: str | None, scenario: Any, months_run: int) -> bool:
    """Return whether a run of so many months reaches all that a figure speaks of."""
    parts = _parse_measure(measure, "measure")
    first = last = (
        parts.get("at") or parts.get("to") or (date[:7] if date and len(date) >= 7 else None)
    )
    if "year" in parts:
        first, last = f"{int(parts['year']) - 1}-12", f"{parts['year']}-12"
    return last is None or (scenario.month_of(first) >= 0 and scenario.month_of(last) < months_run)


def crps(values: np.ndarray, recorded: float) -> float:
    """Return the continuous ranked probability score of an ensemble: mean distance to the record
    less half the mean distance within.

    Examples
    --------
    >>> crps(np.array([1.0, 3.0]), 2.0)
    0.5
    """
    ordered = np.sort(values)
    count = len(ordered)
    weights = 2.0 * np.arange(1, count + 1) - count - 1.0
    return float(np.abs(ordered - recorded).mean() - (weights * ordered).sum() / (count * count))


def _baseline_forecast(kind: str, recorded: float, months: int) -> np.ndarray:
    """Return what somebody who knows nothing would forecast.

    A date anywhere in the run; a share anywhere from 0 to 100; growth normal round 0 with 10
    points; an index anywhere from 0 to 1; a count anywhere from 0 to twice the recorded one and two
    more.
    """
    even = (np.arange(200) + 0.5) / 200.0
    if kind == "growth":
        from statistics import NormalDist

        return np.array([NormalDist(0.0, 10.0).inv_cdf(x) for x in even])
    top = {
        "month": float(months),
        "share": 100.0,
        "index": 1.0,
        "count": 2.0 * abs(recorded) + 2.0,
    }[kind]
    return even * top


def score_worlds(
    record: pd.DataFrame, outcomes: pd.DataFrame, series: Any, events: pd.DataFrame, scenario: Any
) -> pd.DataFrame:
    """Score worlds against a record.

    Returns
    -------
    pandas.DataFrame
        figure, kind, value, median, low and high (5 and 95 per cent of worlds), percentile (share
        of worlds at or below the recorded value), crps, crps_baseline, covered. Dates are months
        since the start. Where a thing did not happen the world counts as +inf; for the CRPS it
        counts as the length of the run, shares that were never published as 0. Figures that speak
    of months the run does not reach are left out.
    """
    return score_values(
        record,
        evaluate_record(record, outcomes, series, events, scenario),
        int(len(series["month"])),
    )


def evaluate_record(
    record: pd.DataFrame, outcomes: pd.DataFrame, series: Any, events: pd.DataFrame, scenario: Any
) -> dict[int, tuple[str, np.ndarray]]:
    """Return the kind and the values over worlds of every recorded figure the run reaches, by its
    line.
    """
    if not len(outcomes):
        raise BadInput(
            "no world was played to its end, so there is nothing to score; see the failures of this"
            " run."
        )
    played = int(len(series["month"]))
    return {
        fact.Index: evaluate_measure(fact.measure, fact.unit, outcomes, series, events, scenario)
        for fact in record.itertuples()
        if _is_within_run(fact.measure, fact.date, scenario, played)
    }


def score_values(
    record: pd.DataFrame, values_by_line: dict[int, tuple[str, np.ndarray]], months_run: int
) -> pd.DataFrame:
    """Return the score of figures whose values over worlds are known; see :func:`score_worlds`."""
    rows = []
    for fact in record.itertuples():
        if fact.Index not in values_by_line:
            continue
        kind, values = values_by_line[fact.Index]
        recorded = float(fact.value)
        if kind == "month" and recorded >= months_run:
            continue  # the run ends before the record has it
        capped = np.where(
            np.isfinite(values), values, float(months_run) if kind == "month" else 0.0
        )
        low, median, high = (
            float(np.quantile(values, q, method="nearest")) for q in (0.05, 0.5, 0.95)
        )
        rows.append(
            (
                fact.figure,
                kind,
                recorded,
                median,
                low,
                high,
                float((values <= recorded).mean()),
                crps(capped, recorded),
                crps(_baseline_forecast(kind, recorded, months_run), recorded),
                float(low <= recorded <= high),
            )
        )
    return pd.DataFrame(
        rows,
        columns=[
            "figure",
            "kind",
            "value",
            "median",
            "low",
            "high",
            "percentile",
            "crps",
            "crps_baseline",
            "covered",
        ],
    )
