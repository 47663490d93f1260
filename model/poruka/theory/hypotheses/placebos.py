"""Placebos: sides that should not come out as shown, put through the same procedure.

Three kinds: a number that rules read moved by a hair (luck diverges, meaning does not), labels of
the arms shuffled world by world, and negative controls, which are causes of other theses that the
text does not link to the quantity.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from poruka.engine.parameters import parameters
from poruka.scenario.scenario import Scenario
from poruka.theory.hypotheses.declaration import CauseArm, Hypothesis, build_arm, part_countries
from poruka.theory.hypotheses.play import ArmPlayer, WorldPlayer
from poruka.theory.hypotheses.procedure import PASSED, run_side
from poruka.theory.hypotheses.reading import load_hypotheses
from poruka.theory.hypotheses.results import hash_request, held_means
from poruka.theory.hypotheses.side import Side, build_side, shared_quantities
from poruka.theory.hypotheses.side_result import IDENTICAL, SIGNIFICANCE, SideResult
from poruka.utils.errors import BadInput
from poruka.utils.statistics import wilson_interval

FEWEST_PLACEBOS = 200
"""Placebos that are played at least."""
LEAST_SHARE = 0.25
"""Share of them that numbers moved by a hair, and shuffles, have at least each."""
HAIR = 1e-9
"""By how much a number that rules read is moved."""
PLACEBO_KINDS = ("hair", "shuffled", "negative")
"""The kinds of placebo."""
PLACEBO_COLUMNS = ["kind", "side", "verdict", "why", "p", "effect", "moved", "diverged"]
PLACEBO_COLUMNS += ["arms", "request"]
_KEYS_TRIED = 6


class Placebo(NamedTuple):
    """One placebo: its kind and the side that is tested.

    Where a number is moved by a hair, ``side`` has both arms alike and ``keys`` are numbers, of
    which the first that the rules read in this side is moved.
    """

    kind: str
    side: Side
    keys: tuple[str, ...] = ()

    def candidates(self) -> Iterator[Side]:
        """Yield the sides that may be tested, one for each key."""
        if not self.keys:
            yield self.side
        for key in self.keys:
            page, name = key.split(".")
            value = float(getattr(getattr(self.side.low.params(), page), name))
            yield self.side._replace(
                name=f"{self.side.name} by a hair of {key}",
                high=self.side.low.change({key: value + HAIR}),
            )

    def request(self, seeds: Sequence[int], worlds: int | None) -> str:
        """Return a hash of everything on which the result of this placebo depends."""
        side = self.side
        part = side.part.model_dump(mode="json")
        asked = [self.kind, list(self.keys), side.name, part, side.shuffle, list(seeds), worlds]
        return hash_request([asked, _arms(side), held_means(side)])


def plan_placebos(
    hypotheses: Mapping[str, Hypothesis], fewest: int = FEWEST_PLACEBOS
) -> list[Placebo]:
    """Return placebos made from declared hypotheses, the same for the same declarations.

    All declared negative controls, and for sides that claim an effect, in an order by lot, one
    number moved by a hair and one shuffle of labels each, until there are enough of both.

    Raises
    ------
    BadInput
        When no declared part claims an effect, or the cause of a negative control does not exist
        in the country of a part.
    """
    claimed = [
        (hypothesis, number, country)
        for hypothesis in hypotheses.values()
        for number, part in enumerate(hypothesis.part, start=1)
        for country in part_countries(hypothesis, part)
        if part.sign != "0"
    ]
    if not claimed:
        raise BadInput("no declared part claims an effect; placebos are made of those that do.")
    causes = {**load_hypotheses(), **hypotheses}
    placebos = [
        placebo
        for hypothesis, number, country in claimed
        for placebo in _negative_controls(causes, hypothesis, number, country)
    ]
    order = np.random.default_rng(len(claimed)).permutation(len(claimed))
    luck_only = 0
    while luck_only < LEAST_SHARE * fewest or len(placebos) < fewest:
        round, index = divmod(luck_only, len(claimed))
        hypothesis, number, country = claimed[order[index]]
        side = build_side(hypothesis, number, country)._replace(coefficients=())
        base = build_arm(hypothesis.part[number - 1], country, CauseArm())
        keys = np.random.default_rng([round, index]).permutation(_movable_keys(base))
        placebos += [
            Placebo("hair", side._replace(low=base, high=base), tuple(keys[:_KEYS_TRIED])),
            Placebo("shuffled", side._replace(shuffle=1_000 * round + index)),
        ]
        luck_only += 1
    return placebos


def _negative_controls(
    causes: Mapping[str, Hypothesis], hypothesis: Hypothesis, number: int, country: str
) -> Iterable[Placebo]:
    """Yield sides that move the cause of another thesis and ask for the effect of this one."""
    part = hypothesis.part[number - 1]
    for id in part.negative:
        for other in causes[id].part[:1]:
            mixed = part.model_copy(
                update={"low": other.low, "high": other.high, "context": other.context}
            )
            parts = [*hypothesis.part[: number - 1], mixed, *hypothesis.part[number:]]
            swapped = hypothesis.model_copy(update={"part": parts})
            try:
                side = build_side(swapped, number, country)
            except BadInput as error:
                raise BadInput(
                    f"{hypothesis.thesis}, part {number}: its negative control {id} has no cause in"
                    f" {country} ({error}); name another thesis."
                ) from None
            name = f"{side.name} by the cause of {id}"
            yield Placebo("negative", side._replace(name=name, coefficients=()))


def _movable_keys(base: Scenario) -> list[str]:
    """Return the keys of the rules' numbers that are no whole numbers and can grow by a hair."""
    params = base.params()
    values = {
        key: float(getattr(getattr(params, key.split(".")[0]), key.split(".")[1]))
        for key in parameters()
    }
    return [
        key
        for key, value in values.items()
        if value != int(value) and value + HAIR <= parameters()[key].high
    ]


def run_placebos(
    placebos: Sequence[Placebo],
    seeds: Sequence[int],
    worlds: int | None = None,
    player: ArmPlayer | None = None,
    on_result: Callable[[Placebo, SideResult, pd.DataFrame], None] | None = None,
    stored: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Put placebos through the procedure.

    Where the arms of a placebo are identical to the bit (nobody reads its number) the next of its
    candidates is played.

    Parameters
    ----------
    on_result : callable, optional
        Receives each placebo that was played, its result, and the table so far.
    stored : pandas.DataFrame, optional
        A table returned before; what it holds of the same placebos, rules, seeds and worlds is
        taken over.

    Returns
    -------
    pandas.DataFrame
        Columns kind, side, verdict, why, p, effect, moved (whether the effect itself exceeds the
        smallest of interest, on either side), diverged (share of worlds that differ), arms (a hash
        of both) and request (a hash of everything the result depends on).
    """
    known = {} if stored is None or "request" not in stored else _rows_by_request(stored)
    player = player or WorldPlayer(also=shared_quantities(one.side for one in placebos))
    rows = []
    for placebo in placebos:
        request = placebo.request(seeds, worlds)
        if request in known:
            rows.append(known[request])
            continue
        for side in placebo.candidates():
            result = run_side(side, player, seeds, worlds)
            if IDENTICAL not in result.why:
                break
        rows.append((placebo.kind, *_numbers_of(result), hash_request(_arms(side)), request))
        if on_result is not None:
            on_result(placebo, result, pd.DataFrame(rows, columns=PLACEBO_COLUMNS))
    return pd.DataFrame(rows, columns=PLACEBO_COLUMNS)


def _numbers_of(result: SideResult) -> tuple[Any, ...]:
    """Return what a table of placebos holds of a result, from its side to what diverged."""
    effect = result.effect.mean if result.effect else None
    passed = result.effect_p is not None and result.effect_p <= SIGNIFICANCE
    moved = passed or result.verdict == "opposite"
    return result.side, result.verdict, result.why, result.p, effect, moved, result.diverged


def _arms(side: Side) -> list[str]:
    return [side.low.digest, side.high.digest]


def _rows_by_request(stored: pd.DataFrame) -> dict[str, tuple]:
    rows = stored[PLACEBO_COLUMNS].fillna({"why": ""}).itertuples(index=False, name=None)
    return {row[-1]: row for row in rows}


def placebo_rates(table: pd.DataFrame) -> pd.DataFrame:
    """Return how many placebos came out as shown and how many moved, by kind and in all.

    Only negative controls move worlds at all, so that their rate is the one that counts. What was
    refused before its effect was measured, such as arms identical to the bit, is no placebo and is
    not counted. The interval is Wilson's of 95 % with as many units as there are pairs of arms,
    since placebos that share arms share their luck.

    Returns
    -------
    pandas.DataFrame
        By kind: placebos, arms (pairs of them), moved (effects beyond the smallest of interest, on
        either side), shown, and the share shown with low and high.

    Examples
    --------
    >>> verdicts = pd.Series(["not shown"] * 39 + ["shown"])
    >>> table = pd.DataFrame({"kind": "hair", "verdict": verdicts, "effect": 0.1, "moved": False})
    >>> rates = placebo_rates(table.assign(arms=range(40)))
    >>> rates.loc["all", ["placebos", "shown"]].tolist(), float(rates.loc["all", "high"].round(3))
    ([40, 1], 0.129)
    """
    counted = table[table["effect"].notna()]
    rows = {}
    for kind in (*PLACEBO_KINDS, "all"):
        chosen = counted if kind == "all" else counted[counted["kind"] == kind]
        shown = int(chosen["verdict"].isin(PASSED).sum())
        share = shown / len(chosen) if len(chosen) else float("nan")
        arms = chosen["arms"].nunique()
        low, high = wilson_interval(share * arms if arms else 0.0, arms)
        rows[kind] = (len(chosen), arms, int(chosen["moved"].sum()), shown, share, low, high)
    columns = ["placebos", "arms", "moved", "shown", "share", "low", "high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)
