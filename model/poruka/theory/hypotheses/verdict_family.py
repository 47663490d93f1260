"""Verdicts on theses: from the sides of each, and from all theses of the text as one family."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.inference import benjamini_yekutieli
from poruka.theory.hypotheses.procedure import PASSED
from poruka.theory.hypotheses.reading import hypotheses_folder
from poruka.theory.hypotheses.results import ThesisResult
from poruka.theory.hypotheses.side_result import SIGNIFICANCE, SideResult
from poruka.theory.theses import theses

VERDICTS = (
    "shown",
    "in part",
    "necessary here",
    "built in",
    "not shown",
    "opposite",
    "not testable",
)
"""All verdicts on a thesis."""
FIRST_BENCH = "first_bench.csv"
"""The verdicts of the first bench, in the folder of the declarations."""
VERDICT_COLUMNS = ["id", "core", "title", "verdict", "where", "where_not", "why", "p", "q"]
VERDICT_COLUMNS += ["p_against", "q_against"]

_ALONE = "its p-value does not stand among those of all theses"


class FamilyOfTests(NamedTuple):
    """The p-values of all theses, adjusted by Benjamini and Yekutieli on either side.

    Attributes
    ----------
    p_all, q_all : dict of str to float
        By thesis: the largest p-value over its sides (all of them hold), and that adjusted.
    p_any, q_any : dict of str to float
        By thesis: the smallest p-value over its sides times their number (one of them holds).
    largest_any : float
        The largest ``p_any`` that is still significant in the family, 0 if none is.
    p_against, q_against : dict of str to float
        By thesis: the smallest p-value of an effect against the claim over its sides times their
        number, and that adjusted among the same of all theses.
    largest_against : float
        The largest ``p_against`` that is still significant, 0 if none is.
    """

    p_all: dict[str, float]
    q_all: dict[str, float]
    p_any: dict[str, float]
    q_any: dict[str, float]
    largest_any: float
    p_against: dict[str, float]
    q_against: dict[str, float]
    largest_against: float


def adjust_family(results: Mapping[str, ThesisResult]) -> FamilyOfTests:
    """Return the p-values of the family of all theses; one without a result counts with 1.

    Examples
    --------
    >>> adjust_family({}).q_all["T007"]
    1.0
    """
    p_all = {id: 1.0 for id in theses()}
    p_any, p_against = dict(p_all), dict(p_all)
    for id, result in results.items():
        if result.sides:
            p_all[id] = max(side.p for side in result.sides)
            p_any[id] = _one_of_many([side.p for side in result.sides])
            p_against[id] = _one_of_many([_against(side) for side in result.sides])
    q_all, q_any, q_against = (
        dict(zip(p_all, benjamini_yekutieli(np.array(list(p.values()))).tolist(), strict=True))
        for p in (p_all, p_any, p_against)
    )
    return FamilyOfTests(
        *(p_all, q_all, p_any, q_any, _largest_significant(p_any, q_any)),
        *(p_against, q_against, _largest_significant(p_against, q_against)),
    )


def _one_of_many(p_values: list[float]) -> float:
    return min(1.0, len(p_values) * min(p_values))


def _against(side: SideResult) -> float:
    """Return the p-value against the claim of a side, 1 where no effect was measured."""
    return 1.0 if side.against_p is None else side.against_p


def _largest_significant(p: Mapping[str, float], q: Mapping[str, float]) -> float:
    return max((p[id] for id in p if q[id] <= SIGNIFICANCE), default=0.0)


def decide_thesis(result: ThesisResult, family: FamilyOfTests) -> tuple[str, str, str, str]:
    """Return verdict, where it holds, where not, and why, for one thesis.

    All sides must pass and the largest p-value be significant in the family; where only some do,
    their smallest must be, corrected for the number of sides. *Opposite* too must stand among all
    theses, with that correction.
    """
    id, sides = result.thesis, result.sides
    if not sides:
        return "not testable", "", "", result.untestable
    if all(side.verdict == "refused" for side in sides):
        return "not testable", "", _names(sides), sides[0].why
    if all(side.verdict in PASSED for side in sides) and family.q_all[id] <= SIGNIFICANCE:
        holding = sides
    else:
        holding = _holding_alone(sides, family)
    built_in = [side for side in holding if side.verdict == "built in"]
    failing = [side for side in sides if side not in holding]
    if not failing and len(built_in) == len(sides):
        return "built in", _names(sides), "", sides[0].why
    convincing = [side for side in holding if side not in built_in]
    if not failing and not built_in:
        necessary = [side for side in sides if side.verdict == "necessary here"]
        if necessary:
            return "necessary here", _names(sides), "", necessary[0].why
        return "shown", _names(sides), "", ""
    against = [side for side in failing if side.verdict == "opposite"]
    opposite = [side for side in against if len(sides) * _against(side) <= family.largest_against]
    if convincing:
        others = [side for side in sides if side not in convincing]
        why = f"against the claim: {_names(opposite)}" if opposite else _reason(others[0])
        return "in part", _names(convincing), _names(others), why
    if against and not opposite:
        return "not shown", "", _names(sides), f"{_reason(against[0])}, but {_ALONE}"
    verdict = "opposite" if opposite else "not shown"
    return verdict, "", _names(sides), _reason((opposite or failing)[0])


def _holding_alone(sides: list[SideResult], family: FamilyOfTests) -> list[SideResult]:
    """Return the sides that stand by themselves, but never all: whether all hold is told by the
    largest p-value of the thesis, which did not stand.
    """
    standing = [
        side
        for side in sides
        if side.verdict in PASSED and len(sides) * side.p <= family.largest_any
    ]
    if len(standing) == len(sides):
        weakest = max(sides, key=lambda side: side.p)
        return [side for side in sides if side is not weakest]
    return standing


def _names(sides: list[SideResult]) -> str:
    """Return the parts and countries of sides: ``1 kazakhstan, 2 kazakhstan``."""
    return ", ".join(side.side.partition(".")[2] for side in sides)


def _reason(side: SideResult) -> str:
    if side.verdict in PASSED and side.verdict != "built in":
        return _ALONE
    return side.why


def with_first_bench(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of verdicts with those of the first bench beside them, as column ``first``.

    Examples
    --------
    >>> with_first_bench(pd.DataFrame({"id": ["T007", "T030"]}))["first"].tolist()
    ['shown', 'opposite']
    """
    first = pd.read_csv(hypotheses_folder() / FIRST_BENCH, index_col="id")["verdict"]
    return table.assign(first=table["id"].map(first))


def hypothesis_table(results: Mapping[str, ThesisResult]) -> pd.DataFrame:
    """Return verdicts as a table, one row for each thesis that has a result.

    Columns are id, core, title, verdict, where, where_not (part and country), why, p (the largest
    over its sides) and q (that adjusted in the family of all theses), p_against (that one side goes
    against the claim) and q_against (that adjusted in the same way).
    """
    family = adjust_family(results)
    rows = [
        (
            id,
            theses()[id].core,
            theses()[id].title,
            *decide_thesis(results[id], family),
            family.p_all[id],
            family.q_all[id],
            family.p_against[id],
            family.q_against[id],
        )
        for id in theses()
        if id in results
    ]
    return pd.DataFrame(rows, columns=VERDICT_COLUMNS)
