"""The score of countries' groups: whether the rules tell more than rules of thumb do.

What one history can tell is little; the unit that counts is the country. Each forecast gives a
country chances of the three groups, and its error is their quadratic (Brier) score: the sum over
the groups of the squared distance from 1 for the group the chapter gives, from 0 for the others.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.scenario.scenario import Scenario, load
from poruka.scoring.skill import BETTER, CANNOT_TELL, WORSE
from poruka.theory.classification import COUNTRY_GROUPS
from poruka.utils.statistics import t_interval

HALF_OF_SCALE = 0.5
"""Where a coded start value says rather yes than no; the middle of the scale, fitted to nothing."""


class RuleOfThumb(NamedTuple):
    """A forecast that needs no world: its meaning, and the chances of the groups of a country."""

    meaning: str
    chances: Callable[[Scenario, list[int]], np.ndarray]


def _sure(group: int) -> np.ndarray:
    return np.array([float(group == one) for one in COUNTRY_GROUPS])


def answer_two_questions(scenario: Scenario) -> int:
    """Return the group that two questions give: agreement on the basics, and votes remembered.

    Two times yes is group 1, once is group 2, else it is group 3 (T085, T087).

    Examples
    --------
    >>> answer_two_questions(load("estonia")), answer_two_questions(load("russia"))
    (1, 3)
    """
    society = scenario.start().society
    answers = (society.consensus >= HALF_OF_SCALE, society.habit >= HALF_OF_SCALE)
    return len(COUNTRY_GROUPS) - sum(answers)


def _shares_of_others(_: Scenario, others: list[int]) -> np.ndarray:
    if not others:
        return np.full(len(COUNTRY_GROUPS), 1.0 / len(COUNTRY_GROUPS))
    return np.array([others.count(group) / len(others) for group in COUNTRY_GROUPS])


RULES_OF_THUMB: Mapping[str, RuleOfThumb] = {
    "always group 3": RuleOfThumb("no country has an alternative", lambda _, others: _sure(3)),
    "equal chances": RuleOfThumb(
        "each group has one chance in three", lambda scenario, _: _shares_of_others(scenario, [])
    ),
    "shares of the others": RuleOfThumb(
        "the shares of the groups among the other countries", _shares_of_others
    ),
    "two questions": RuleOfThumb(
        "agreement on the basics, and a change of power by vote remembered",
        lambda scenario, _: _sure(answer_two_questions(scenario)),
    ),
}
"""The baselines of the groups of countries."""


def group_errors(countries: pd.DataFrame, drawn: bool = False) -> np.ndarray:
    """Return the quadratic error of each country, between 0 and 2; see :func:`score_groups`.

    Examples
    --------
    >>> made = pd.DataFrame({"expected": [1.0], "group_1": [0.5], "group_2": 0.5, "group_3": 0.0})
    >>> group_errors(made).tolist()
    [0.5]
    """
    prefix = "drawn" if drawn else "group"
    chances = countries[[f"{prefix}_{group}" for group in COUNTRY_GROUPS]].to_numpy(float)
    truth = np.array([_sure(int(group)) for group in countries["expected"]])
    return np.asarray(((chances - truth) ** 2).sum(axis=1))


def score_groups(countries: pd.DataFrame, drawn: bool = False) -> pd.DataFrame:
    """Set the simulated groups of countries beside rules of thumb that simulate nothing.

    Parameters
    ----------
    countries : pandas.DataFrame
        As :func:`.classification.classify_countries` returns it; countries without an expected
        group do not count.
    drawn : bool
        Whether to score the means over draws with several worlds each in place of the shares.

    Returns
    -------
    pandas.DataFrame
        One row a rule of thumb: baseline, meaning, countries, score and baseline_score (mean
        quadratic errors between 0 and 2), gain (baseline_score less score), low and high (its
        Student interval of 95 % over countries) and verdict. Empty for fewer than two countries.

    Examples
    --------
    >>> made = pd.DataFrame({"scenario": ["estonia", "russia"], "expected": [1.0, 3.0]})
    >>> made["group_1"], made["group_2"], made["group_3"] = [1.0, 0.0], [0.0, 0.0], [0.0, 1.0]
    >>> made = score_groups(made).set_index("baseline")
    >>> float(made.loc["always group 3", "gain"]), made.loc["two questions", "verdict"]
    (1.0, 'cannot tell')
    """
    known = countries.dropna(subset=["expected"]).reset_index(drop=True)
    if len(known) < 2:
        return pd.DataFrame()
    expected = [int(group) for group in known["expected"]]
    truth = np.array([_sure(group) for group in expected])
    own = group_errors(known, drawn)
    rows = []
    for name, rule in RULES_OF_THUMB.items():
        others = [expected[:i] + expected[i + 1 :] for i in range(len(expected))]
        guessed = np.array(
            [
                rule.chances(load(scenario), rest)
                for scenario, rest in zip(known["scenario"], others, strict=True)
            ]
        )
        gains = ((guessed - truth) ** 2).sum(axis=1) - own
        low, high = t_interval(gains)
        rows.append(
            {
                "baseline": name,
                "meaning": rule.meaning,
                "countries": len(known),
                "score": float(own.mean()),
                "baseline_score": float(own.mean() + gains.mean()),
                "gain": float(gains.mean()),
                "low": low,
                "high": high,
                "verdict": BETTER if low > 0.0 else WORSE if high < 0.0 else CANNOT_TELL,
            }
        )
    return pd.DataFrame(rows)
