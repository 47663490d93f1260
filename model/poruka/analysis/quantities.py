"""Quantities a world can be asked for by a line of text: a column of outcomes, a mean over years, a
count, a difference.
"""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from poruka.engine import codes
from poruka.engine.driver import OUTCOME
from poruka.engine.index_series import SERIES
from poruka.engine.state import EVENT
from poruka.rules.instruments import instruments
from poruka.scenario.scenario import Scenario
from poruka.simulation.ensemble import Ensemble
from poruka.simulation.run_spec import RunSpec
from poruka.simulation.scoring import evaluate
from poruka.utils.errors import BadInput, unknown

_MEAN = re.compile(r"mean (\w+) (\d{4}-\d{2})\.\.(\d{4}-\d{2})")
_EVENT = re.compile(r"(count|value|first|any)_(\w+)")
_RECORD = ("series ", "growth ", "month ", "value ", "count ")
_WORDS = {
    "outcome": codes.OUTCOMES,
    "first_successor": codes.CONTENDERS,
    "first_dissolution_how": codes.ENDINGS,
    "last_house_ended": codes.ENDINGS,
}
_BROKEN = ("revolution", "palace_coup", "civil_conflict")
FORMS = (
    "a column of the outcomes",
    "count_KIND, any_KIND, value_KIND or first_KIND (an event or an act such as I19)",
    "share_OUTCOME",
    "group_1 to group_3",
    "passed_on",
    "broken",
    "fall_of_control",
    "trough_month",
    "mean INDEX YYYY-MM..YYYY-MM",
    "month KIND[:INSTRUMENT] N",
    "value KIND[:INSTRUMENT] N",
    "count KIND[:INSTRUMENT] YYYY-MM..YYYY-MM",
    "is COLUMN WORD or WORD|WORD",
    "A plus B",
    "A minus B",
    "A over B",
    "A if B (only worlds where B is not 0)",
)


class Measured:
    """An ensemble ready to be asked for quantities; what was asked once is kept.

    Examples
    --------
    >>> from poruka.api import simulate
    >>> from poruka.scenario.scenario import load
    >>> e = simulate(load("kazakhstan"), worlds=2, seed=1, until="1990-05", progress=False)
    >>> asked = Measured(e)
    >>> len(asked["mean control 1990-03..1990-05"]), float(asked["dissolutions"].sum())
    (2, 0.0)
    """

    def __init__(self, ensemble: Ensemble):
        self.ensemble = ensemble
        self.outcomes = ensemble.outcomes
        self._kept: dict[str, np.ndarray] = {}
        self._parts: dict[str, Any] = {}

    def __getitem__(self, text: str) -> np.ndarray:
        """Return a quantity in every world: dates that never came count as the length of the run,
        what was never counted as 0.

        Raises
        ------
        BadInput
            For a text that is no quantity, with the nearest ones.
        """
        if text not in self._kept:
            self._kept[text] = self._measure(text)
        return self._kept[text]

    def _measure(self, text: str) -> np.ndarray:
        for word, join in (
            (" if ", _only),
            (" plus ", np.add),
            (" minus ", np.subtract),
            (" over ", _over),
        ):
            if word in text:
                left, right = text.split(word, 1)
                return join(self[left], self[right])
        if text in self.outcomes and self.outcomes[text].dtype.kind in "if":
            late = text.startswith("first_") or text.endswith("_month")
            return (
                self.outcomes[text]
                .astype(float)
                .fillna(self.ensemble.months if late else 0.0)
                .to_numpy()
            )
        made = self._made(text)
        if made is not None:
            return made
        found = _EVENT.fullmatch(text)
        if found and (found[2] in codes.EVENTS or found[2] in {one.id for one in instruments()}):
            return self._events(found[1], found[2])
        found = _MEAN.fullmatch(text)
        if found:
            return self._mean(*found.groups())
        if text.startswith("is "):
            _, column, words = text.split(" ", 2)
            if column not in self.outcomes:
                raise unknown("outcome", column, self.outcomes.columns, f"the quantity {text!r}")
            for word in words.split("|"):
                if word not in _WORDS.get(column, (word,)):
                    raise unknown("word", word, _WORDS[column], f"the quantity {text!r}")
            return self.outcomes[column].astype(str).isin(words.split("|")).to_numpy(dtype=float)
        if text.startswith(_RECORD):
            one = self.ensemble
            kind, values = evaluate(text, "", self.outcomes, one.series, one.events, one.scenario)
            return np.where(
                np.isfinite(values), values, float(one.months) if kind == "month" else 0.0
            )
        raise BadInput(
            f"{unknown('quantity', text, self.outcomes.columns)} Forms are: {'; '.join(FORMS)}."
        )

    def _made(self, text: str) -> np.ndarray | None:
        """Return what is made of outcomes: shares, groups, and whether the first change of ruler
        was agreed or forced.
        """
        outcome = self.outcomes["outcome"].astype(str)
        if text.startswith("share_") and text[6:] in codes.OUTCOMES:
            return (outcome == text[6:]).to_numpy(dtype=float)
        if text in ("group_1", "group_2", "group_3"):
            return (self.outcomes["furman_group"] == int(text[-1])).to_numpy(dtype=float)
        if text == "passed_on":
            return outcome.isin(["heir", "pact"]).to_numpy(dtype=float)
        if text == "broken":
            return outcome.isin(_BROKEN).to_numpy(dtype=float)
        if text == "fall_of_control":
            return (self.outcomes["apogee"] - self.outcomes["end_control"]).to_numpy()
        if text == "trough_month":  # when output stood lowest
            return (
                self._parts.setdefault("series", self.ensemble.series)["gdp"]
                .transpose("world", "month")
                .to_numpy()
                .argmin(axis=1)
                .astype(float)
            )
        return None

    def _events(self, what: str, word: str) -> np.ndarray:
        events = self._parts.setdefault("events", self.ensemble.events)
        column = "instrument" if re.fullmatch(r"I\d\d", word) else "kind"
        chosen = events[(events[column] == word).to_numpy()].groupby("world", observed=True)
        if what == "any":
            return np.minimum(1.0, self[f"count_{word}"])
        values = (
            chosen.size()
            if what == "count"
            else chosen["value"].max()
            if what == "value"
            else chosen["month"].min()
        )
        never = float(self.ensemble.months) if what == "first" else 0.0
        return values.reindex(self.outcomes["world"]).fillna(never).to_numpy(dtype=float)

    def _mean(self, name: str, first: str, last: str) -> np.ndarray:
        if name not in SERIES:
            raise unknown("index", name, SERIES, f"the quantity 'mean {name}'")
        series = self._parts.setdefault("series", self.ensemble.series)
        inside = series[name].sel(
            month=slice(np.datetime64(first, "ns"), np.datetime64(last, "ns"))
        )
        if not inside.sizes["month"]:
            raise BadInput(
                f"the quantity 'mean {name} {first}..{last}' asks for months the run does not have."
            )
        return inside.mean("month").to_numpy()


def _only(values: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Return values of the worlds that have something; the others count for nothing."""
    return np.where(np.abs(where) > 1e-12, values, np.nan)


def _over(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Return a ratio; where there is nothing to divide by there is nothing to tell, 0."""
    return np.divide(
        above, below, out=np.zeros_like(above, dtype=float), where=np.abs(below) > 1e-12
    )


def check_quantities(texts: Iterable[str], scenario: Scenario) -> None:
    """Ask quantities of no world at all, so that one a scenario does not have is refused before
    anything is played.

    Raises
    ------
    BadInput
        For a text that is no quantity, or asks for months the scenario does not reach.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> check_quantities(["wars", "mean control 1998-01..1998-12"], load("kazakhstan"))
    """
    nobody = {
        "outcomes": np.zeros(0, dtype=OUTCOME),
        "series": np.empty((0, scenario.months, len(SERIES))),
        "told": np.zeros(0, dtype=int),
        "events": np.empty(0, dtype=EVENT),
        "forked": np.empty((0, len(scenario.forks)), dtype=int),
    }
    failures = pd.DataFrame(columns=["world", "seed", "error", "traceback"])
    asked = Measured(Ensemble(RunSpec.build(scenario), nobody, failures))
    for text in texts:
        try:
            asked[text]
        except KeyError:
            raise BadInput(
                f"the quantity {text!r} asks for months the run does not have; it lasts from"
                f" {scenario.start_date} to {scenario.file.end_date}."
            ) from None


def frame_of(ensemble: Ensemble, texts: list[str]) -> pd.DataFrame:
    """Return several quantities as a table, one row a world."""
    asked = Measured(ensemble)
    return pd.DataFrame(
        {text: asked[text] for text in texts}, index=pd.Index(asked.outcomes["world"], name="world")
    )
