"""Quantities of a world, named by a line of text: a column of the outcomes, a mean over years, a
count, a difference.
"""

import re
from typing import Any

import numpy as np
import pandas as pd

from poruka.engine import codes
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.rules.instruments import instruments
from poruka.scenario.schema import parse_month
from poruka.scoring.joint_patterns import TEXT_COLUMNS
from poruka.scoring.measures import evaluate_measure, is_within_run, parse_measure
from poruka.simulation.ensemble import Ensemble
from poruka.utils.errors import BadInput, unknown_name_error

_MEAN_FORM = re.compile(r"mean (\w+) (\d{4}-\d{2})\.\.(\d{4}-\d{2})")
_EVENT_FORM = re.compile(r"(count|value|first|any)_(\w+)")
_RECORD_PREFIXES = ("series ", "growth ", "month ", "value ", "count ")
_MAY_BE_EMPTY = ("first_successor", "first_dissolution_how")
_DERIVED_NAMES = (
    "group_1",
    "group_2",
    "group_3",
    "passed_on",
    "broken",
    "fall_of_control",
    "trough_month",
)
_MONTHS_UNTIL = ("first_dissolution", "first_defection")
_EXISTS_WHERE = {
    "rival_share": "elections",
    "last_referendum_share": "count_referendum",
    "defensive_share": "instruments_used",
}
"""Shares that no world has in which what they are a share of never happened."""
_FORCED_OUTCOMES = ("revolution", "palace_coup", "civil_conflict")
QUANTITY_FORMS = (
    "a column of the outcomes",
    "count_KIND, any_KIND, value_KIND or first_KIND (an event or an act such as I19)",
    "share_OUTCOME",
    "group_1 to group_3",
    "passed_on",
    "broken",
    "fall_of_control",
    "trough_month",
    "mean INDEX YYYY-MM..YYYY-MM",
    "peak INDEX (the month in which it is highest)",
    "month KIND[:INSTRUMENT] N",
    "value KIND[:INSTRUMENT] N",
    "count KIND[:INSTRUMENT] YYYY-MM..YYYY-MM",
    "is COLUMN VALUE or VALUE|VALUE",
    "column NAME (as it stands: NaN where it did not happen, the place of a text in its list)",
    "A plus B",
    "A minus B",
    "A over B",
    "A if B (only worlds where B is not 0)",
)


class QuantityReader:
    """Computes quantities of an ensemble; each is computed only once.

    Examples
    --------
    >>> from poruka.api import simulate
    >>> from poruka.scenario.scenario import load
    >>> e = simulate(load("kazakhstan"), worlds=2, seed=1, until="1990-05", progress=False)
    >>> reader = QuantityReader(e)
    >>> len(reader["mean control 1990-03..1990-05"]), float(reader["dissolutions"].sum())
    (2, 0.0)
    """

    def __init__(self, ensemble: Ensemble):
        self.ensemble = ensemble
        self.outcomes = ensemble.outcomes
        self._values: dict[str, np.ndarray] = {}
        self._tables: dict[str, Any] = {}

    def __getitem__(self, quantity: str) -> np.ndarray:
        """Return a quantity in every world.

        The date of an event that did not happen is a restricted time: the length of the run. Its
        count is 0. Its value does not exist and is NaN, as is a share of a vote never held or of
        nothing.

        Raises
        ------
        BadInput
            For an unknown quantity; the message gives the nearest ones.
        """
        if quantity not in self._values:
            self._values[quantity] = self._compute(quantity)
        return self._values[quantity]

    def _compute(self, quantity: str) -> np.ndarray:
        for separator, join in (
            (" if ", _where_nonzero),
            (" plus ", np.add),
            (" minus ", np.subtract),
            (" over ", _ratio),
        ):
            if separator in quantity:
                left, right = quantity.split(separator, 1)
                return join(self[left], self[right])
        if quantity in self.outcomes and self.outcomes[quantity].dtype.kind in "if":
            values = self.outcomes[quantity].astype(float)
            if quantity in _MONTHS_UNTIL or quantity.endswith("_month"):
                values = values.fillna(self.ensemble.months)
            elif quantity in _EXISTS_WHERE:
                values = values.where(self[_EXISTS_WHERE[quantity]] > 0.0)
            return values.to_numpy()
        derived = self._derived_quantity(quantity)
        if derived is not None:
            return derived
        match = _EVENT_FORM.fullmatch(quantity)
        if match and (
            match[2] in codes.EVENT_KINDS
            or match[2] in {instrument.id for instrument in instruments()}
        ):
            return self._event_quantity(match[1], match[2])
        match = _MEAN_FORM.fullmatch(quantity)
        if match:
            return self._period_mean(*match.groups())
        if quantity.startswith("peak "):
            return self._series_of(quantity[5:], "peak").argmax(axis=1).astype(float)
        if quantity.startswith("is "):
            return self._is_one_of(quantity)
        if quantity.startswith("column ") and quantity[7:] in self.outcomes:
            return column_numbers(self.outcomes[quantity[7:]])
        if quantity.startswith(_RECORD_PREFIXES):
            ensemble = self.ensemble
            parse_measure(quantity, f"the quantity {quantity!r}")
            if not is_within_run(quantity, None, ensemble.scenario, ensemble.months):
                raise self._outside_run_error(quantity)
            kind, values = evaluate_measure(
                quantity, "", self.outcomes, ensemble.series, ensemble.events, ensemble.scenario
            )
            never = float(ensemble.months) if kind == "month" else np.nan
            return np.where(np.isfinite(values), values, never)
        if quantity in self.outcomes:
            raise BadInput(
                f"the quantity {quantity!r} is a text, not a number; write 'is {quantity} VALUE'"
                " for whether it has a value."
            )
        raise BadInput(
            f"{unknown_name_error('quantity', quantity, self._known_names())} Forms are:"
            f" {'; '.join(QUANTITY_FORMS)}."
        )

    def _known_names(self) -> list[str]:
        """Return the quantities of one word, from which the nearest to a misspelt one are taken."""
        events = [*codes.EVENT_KINDS, *(instrument.id for instrument in instruments())]
        return [
            *(name for name in self.outcomes if self.outcomes[name].dtype.kind in "if"),
            *(f"share_{outcome}" for outcome in codes.OUTCOMES),
            *_DERIVED_NAMES,
            *(f"{form}_{event}" for form in ("count", "any", "value", "first") for event in events),
        ]

    def _is_one_of(self, quantity: str) -> np.ndarray:
        """Return whether an outcome has one of the values after ``is COLUMN``."""
        _, column, *rest = quantity.split(" ", 2)
        if column not in self.outcomes:
            raise unknown_name_error(
                "outcome", column, self.outcomes.columns, f"the quantity {quantity!r}"
            )
        accepted = rest[0].split("|") if rest else []
        values = self.outcomes[column]
        if values.dtype.kind in "if":
            try:
                return values.isin([float(text) for text in accepted or [""]]).to_numpy(dtype=float)
            except ValueError:
                raise BadInput(
                    f"the quantity {quantity!r} compares numbers; write them after the outcome,"
                    f" such as 'is {column} 1|2'."
                ) from None
        for code in accepted or [""]:
            if code not in TEXT_COLUMNS.get(column, (code,)):
                raise unknown_name_error(
                    "value", code, TEXT_COLUMNS[column], f"the quantity {quantity!r}"
                )
        return values.astype(str).isin(accepted).to_numpy(dtype=float)

    def _outside_run_error(self, quantity: str) -> BadInput:
        scenario, months = self.ensemble.scenario, self.ensemble.months
        return BadInput(
            f"the quantity {quantity!r} names months outside the run, which lasts from"
            f" {scenario.start_date} to {scenario.date_of(months - 1)}; give months within it."
        )

    def _derived_quantity(self, quantity: str) -> np.ndarray | None:
        """Return a quantity derived from outcomes: a share, a group, or whether the first change of
        ruler was agreed or forced.
        """
        outcome = self.outcomes["outcome"].astype(str)
        if quantity.startswith("share_") and quantity[6:] in codes.OUTCOMES:
            return (outcome == quantity[6:]).to_numpy(dtype=float)
        if quantity in ("group_1", "group_2", "group_3"):
            return (self.outcomes["furman_group"] == int(quantity[-1])).to_numpy(dtype=float)
        if quantity == "passed_on":
            return outcome.isin(["heir", "pact"]).to_numpy(dtype=float)
        if quantity == "broken":
            return outcome.isin(_FORCED_OUTCOMES).to_numpy(dtype=float)
        if quantity == "fall_of_control":
            return (self.outcomes["apogee"] - self.outcomes["end_control"]).to_numpy()
        if quantity == "trough_month":  # the month of lowest output
            return self._series_of("gdp", "trough").argmin(axis=1).astype(float)
        return None

    def _event_quantity(self, measure: str, name: str) -> np.ndarray:
        events = self._tables.setdefault("events", self.ensemble.events)
        column = "instrument" if re.fullmatch(r"I\d\d", name) else "kind"
        chosen = events[(events[column] == name).to_numpy()].groupby("world", observed=True)
        if measure == "any":
            return np.minimum(1.0, self[f"count_{name}"])
        values, never = {
            "count": lambda: (chosen.size(), 0.0),
            "value": lambda: (chosen["value"].max(), np.nan),
            "first": lambda: (chosen["month"].min(), float(self.ensemble.months)),
        }[measure]()
        return values.reindex(self.outcomes["world"]).fillna(never).to_numpy(dtype=float)

    def _series_of(self, name: str, form: str) -> Any:
        """Return an index by world and month."""
        if name not in INDEX_DESCRIPTIONS:
            raise unknown_name_error(
                "index", name, INDEX_DESCRIPTIONS, f"the quantity '{form} {name}'"
            )
        series = self._tables.setdefault("series", self.ensemble.series)
        return series[name].transpose("world", "month").to_numpy()

    def _period_mean(self, name: str, first: str, last: str) -> np.ndarray:
        if name not in INDEX_DESCRIPTIONS:
            raise unknown_name_error(
                "index", name, INDEX_DESCRIPTIONS, f"the quantity 'mean {name}'"
            )
        quantity, start = f"mean {name} {first}..{last}", self.ensemble.scenario.start_date
        begin, end = (
            parse_month(date, f"a month of the quantity {quantity!r}") - parse_month(start, "start")
            for date in (first, last)
        )
        if begin > end:
            raise BadInput(
                f"the quantity {quantity!r} ends before it begins; give the earlier month first."
            )
        # A mean over the part of the months that was simulated would be another quantity.
        if begin < 0 or end >= self.ensemble.months:
            raise self._outside_run_error(quantity)
        series = self._tables.setdefault("series", self.ensemble.series)
        inside = series[name].sel(
            month=slice(np.datetime64(first, "ns"), np.datetime64(last, "ns"))
        )
        return inside.mean("month").to_numpy()


def column_numbers(column: pd.Series) -> np.ndarray:
    """Return a column of the outcomes as numbers; a text as its place in the list of its codes.

    Examples
    --------
    >>> column_numbers(pd.Series(["incumbent", "heir"], name="outcome")).tolist()
    [0.0, 1.0]
    """
    if column.dtype.kind in "ifb":
        return column.to_numpy(dtype=float)
    texts = column_texts(str(column.name))
    return np.array([float(texts.index(str(text))) for text in column])


def column_texts(name: str) -> tuple[str, ...]:
    """Return the texts that a column of the outcomes can hold; none for a column of numbers."""
    return ("", *TEXT_COLUMNS[name]) if name in _MAY_BE_EMPTY else tuple(TEXT_COLUMNS.get(name, ()))


def _where_nonzero(values: np.ndarray, condition: np.ndarray) -> np.ndarray:
    """Return values of the worlds whose condition is not 0, and NaN for the others."""
    return np.where(np.abs(condition) > 1e-12, values, np.nan)


def _ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Return a ratio, and NaN where the denominator is 0."""
    return np.divide(
        numerator,
        denominator,
        out=np.full_like(numerator, np.nan, dtype=float),
        where=np.abs(denominator) > 1e-12,
    )


def build_quantity_frame(ensemble: Ensemble, quantities: list[str]) -> pd.DataFrame:
    """Return quantities as a table, one row a world."""
    reader = QuantityReader(ensemble)
    return pd.DataFrame(
        {quantity: reader[quantity] for quantity in quantities},
        index=pd.Index(reader.outcomes["world"], name="world"),
    )
