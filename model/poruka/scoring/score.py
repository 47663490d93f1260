"""The score of a scenario: tables of figures and of skill, and what they say in a sentence."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from poruka.scoring.figure_table import figure_table
from poruka.scoring.forecast import Forecast
from poruka.scoring.plain_forecasts import EQUAL_CHANCES, NOTHING_CHANGES
from poruka.scoring.scored_figures import ScoredFigure
from poruka.scoring.skill import SAME_WORLDS, compare_scores, score_figures
from poruka.scoring.verdict_sentence import verdict_sentence

ALL_PARTS = "all"
"""Events, values and patterns together, every figure of equal weight; growth is apart."""
PARTS = ("event", "value", "pattern", ALL_PARTS, "growth")
"""The parts of a record of which a skill is given."""


class Score:
    """How the worlds of a scenario compare with the observed record.

    Every score lies between 0 (as recorded) and 1, and is proper: nobody gains by forecasting
    anything but what he believes, since no range and no weight depends on what was recorded.

    Attributes
    ----------
    name : str
        Of the scenario.
    seed, worlds, requested : int
        Seed, worlds scored, and worlds requested.
    figures : pandas.DataFrame
        One row per scored figure; see :func:`poruka.scoring.figure_table.figure_table`.
    not_scored : pandas.DataFrame
        id, figure, value and why: inputs, and figures that the run does not reach.
    skill : pandas.DataFrame
        One row per baseline and part: figures, episodes, score, baseline_score, skill, low, high
        (95 % interval), verdict; see :func:`poruka.scoring.skill.compare_scores`.
    """

    def __init__(
        self,
        name: str,
        seed: int,
        requested: int,
        figures: tuple[ScoredFigure, ...],
        forecast: Forecast,
        baselines: Mapping[str, Forecast],
        months: int,
        not_scored: pd.DataFrame,
    ):
        self.name, self.seed, self.requested = name, seed, requested
        self.worlds, self.months = len(forecast.values), months
        self.not_scored = not_scored
        own = score_figures(figures, forecast, months)
        others = {
            baseline: score_figures(figures, other, months)
            for baseline, other in baselines.items()
            if not other.is_same_as(forecast)
        }
        # A short run may be the same as a plain forecast: then its own scores are that forecast's.
        unchanged, equal = (others.get(name, own) for name in (NOTHING_CHANGES, EQUAL_CHANCES))
        plain = np.minimum(unchanged.points, equal.points)
        self.figures = figure_table(figures, forecast, own.points, plain, requested)
        roles = np.array([figure.role for figure in figures])
        rows = []
        for baseline in baselines:
            for part in PARTS:
                chosen = (roles == part) if part != ALL_PARTS else (roles != "growth")
                if not chosen.any():
                    continue
                row = {
                    "baseline": baseline,
                    "part": part,
                    "figures": int(chosen.sum()),
                    "episodes": len({f.episode for f, c in zip(figures, chosen, strict=True) if c}),
                }
                if baseline in others:
                    row |= compare_scores(figures, own, others[baseline], chosen)._asdict()
                else:
                    score = float(own.points[chosen].mean())
                    row |= dict.fromkeys(("skill", "low", "high"), 0.0)
                    row |= {"score": score, "baseline_score": score, "verdict": SAME_WORLDS}
                rows.append(row)
        order = "baseline part figures episodes score baseline_score skill low high verdict"
        self.skill = pd.DataFrame(rows, columns=order.split())

    @property
    def parts(self) -> pd.DataFrame:
        """One row per part: figures, episodes, and the mean score."""
        rows = self.skill.drop_duplicates("part")
        return rows[["part", "figures", "episodes", "score"]].reset_index(drop=True)

    @property
    def sentence(self) -> str:
        """What the skills over events, values and patterns together say, in words."""
        return verdict_sentence(self.skill[self.skill["part"] == ALL_PARTS])

    def to_dict(self) -> dict[str, Any]:
        """Return all tables as lists of rows, for JSON; what is not a finite number is None."""
        tables = {name: getattr(self, name) for name in ("figures", "skill", "not_scored")}
        return {
            "scenario": self.name,
            "seed": self.seed,
            "worlds": self.worlds,
            "requested": self.requested,
            **{name: _finite_rows(table) for name, table in tables.items()},
            "sentence": self.sentence,
        }

    def __str__(self) -> str:
        return f"{self.parts.round(3).to_string(index=False)}\n{self.sentence}"

    __repr__ = __str__


def _finite_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table; what is not a finite number is None."""
    return [
        {
            name: None if isinstance(value, float) and not np.isfinite(value) else value
            for name, value in row.items()
        }
        for row in table.to_dict(orient="records")
    ]


def list_not_scored(record: pd.DataFrame, figures: tuple[ScoredFigure, ...]) -> pd.DataFrame:
    """Return the lines of a record that are not scored, each with the reason."""
    scored = {figure.id for figure in figures}
    rows = [
        (fact.id, fact.figure, fact.value, "input" if fact.role == "input" else "not reached")
        for fact in record.itertuples()
        if fact.id not in scored
    ]
    return pd.DataFrame(rows, columns=["id", "figure", "value", "why"])
