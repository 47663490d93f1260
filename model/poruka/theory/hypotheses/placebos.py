"""Placebos: sides that should not come out as shown, put through the same procedure.

Three kinds: a number that rules read moved by a hair (luck diverges, meaning does not), labels of
the arms shuffled world by world, and negative controls, which are causes of other theses that the
text does not link to the quantity.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.engine.parameters import parameters
from poruka.scenario.scenario import Scenario
from poruka.theory.hypotheses.declaration import CauseArm, Hypothesis, build_arm, part_countries
from poruka.theory.hypotheses.play import ArmPlayer, WorldPlayer
from poruka.theory.hypotheses.procedure import PASSED, run_side
from poruka.theory.hypotheses.side import Side, build_side
from poruka.theory.hypotheses.side_result import IDENTICAL, SideResult
from poruka.utils.errors import BadInput
from poruka.utils.statistics import wilson_interval

FEWEST_PLACEBOS = 200
"""Placebos that are played at least."""
HAIR = 1e-9
"""By how much a number that rules read is moved."""
PLACEBO_KINDS = ("hair", "shuffled", "negative")
"""The kinds of placebo."""
PLACEBO_COLUMNS = ["kind", "side", "verdict", "why", "p", "effect", "diverged"]
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


def plan_placebos(
    hypotheses: Mapping[str, Hypothesis], fewest: int = FEWEST_PLACEBOS
) -> list[Placebo]:
    """Return placebos made from declared hypotheses, the same for the same declarations.

    All declared negative controls, and for each side that claims an effect one number moved by a
    hair and one shuffle of labels, again with other numbers and shuffles until there are enough.

    Raises
    ------
    BadInput
        When no declared part claims an effect.
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
    placebos = [
        placebo
        for hypothesis, number, country in claimed
        for placebo in _negative_controls(hypotheses, hypothesis, number, country)
    ]
    round = 0
    while round == 0 or len(placebos) < fewest:
        for index, (hypothesis, number, country) in enumerate(claimed):
            side = build_side(hypothesis, number, country)._replace(coefficients=())
            base = build_arm(hypothesis.part[number - 1], country, CauseArm())
            keys = np.random.default_rng([round, index]).permutation(_movable_keys(base))
            placebos += [
                Placebo("hair", side._replace(low=base, high=base), tuple(keys[:_KEYS_TRIED])),
                Placebo("shuffled", side._replace(shuffle=1_000 * round + index)),
            ]
        round += 1
    return placebos


def _negative_controls(
    hypotheses: Mapping[str, Hypothesis], hypothesis: Hypothesis, number: int, country: str
) -> Iterable[Placebo]:
    """Yield sides that move the cause of another thesis and ask for the effect of this one."""
    part = hypothesis.part[number - 1]
    for id in part.negative:
        for other in hypotheses[id].part[:1] if id in hypotheses else ():
            mixed = part.model_copy(
                update={"low": other.low, "high": other.high, "context": other.context}
            )
            parts = [*hypothesis.part[: number - 1], mixed, *hypothesis.part[number:]]
            swapped = hypothesis.model_copy(update={"part": parts})
            try:
                side = build_side(swapped, number, country)
            except BadInput:
                continue
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
    on_result: Callable[[Placebo, SideResult], None] | None = None,
) -> pd.DataFrame:
    """Put placebos through the procedure.

    Where the arms of a placebo are identical to the bit (nobody reads its number) the next of its
    candidates is played.

    Returns
    -------
    pandas.DataFrame
        Columns kind, side, verdict, why, p, effect, diverged (share of worlds that differ).
    """
    if player is None:
        also: dict[str, set[str]] = {}
        for placebo in placebos:
            for arm in (placebo.side.low, placebo.side.high):
                also.setdefault(arm.digest, set()).add(placebo.side.part.quantity)
        player = WorldPlayer(also=also)
    rows = []
    for placebo in placebos:
        for side in placebo.candidates():
            result = run_side(side, player, seeds, worlds)
            if IDENTICAL not in result.why:
                break
        if on_result is not None:
            on_result(placebo, result)
        effect = result.effect.mean if result.effect else None
        numbers = (result.verdict, result.why, result.p, effect, result.diverged)
        rows.append((placebo.kind, result.side, *numbers))
    return pd.DataFrame(rows, columns=PLACEBO_COLUMNS)


def placebo_rates(table: pd.DataFrame) -> pd.DataFrame:
    """Return how many placebos came out as shown, with Wilson 95 % intervals, by kind and in all.

    What was refused before its effect was measured, such as arms identical to the bit, is no
    placebo and is not counted.

    Examples
    --------
    >>> verdicts = pd.Series(["not shown"] * 39 + ["shown"])
    >>> rates = placebo_rates(pd.DataFrame({"kind": "hair", "verdict": verdicts, "effect": 0.1}))
    >>> rates.loc["all", ["placebos", "shown"]].tolist(), float(rates.loc["all", "high"].round(3))
    ([40, 1], 0.129)
    """
    counted = table[table["effect"].notna()]
    rows = {}
    for kind in (*PLACEBO_KINDS, "all"):
        chosen = counted if kind == "all" else counted[counted["kind"] == kind]
        shown = int(chosen["verdict"].isin(PASSED).sum())
        low, high = wilson_interval(shown, len(chosen))
        share = shown / len(chosen) if len(chosen) else float("nan")
        rows[kind] = (len(chosen), shown, share, low, high)
    columns = ["placebos", "shown", "share", "low", "high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)
