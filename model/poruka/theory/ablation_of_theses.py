"""Knock-outs and theses: with a mechanism off, does moving a thesis's cause still move
its effect?
"""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from poruka.analysis.statistics import Effect, effect_of
from poruka.scenario.scenario import load
from poruka.simulation.runner import compile_aloud
from poruka.theory.ablation import switches
from poruka.theory.hypothesis_tests import SEED, Bench, arms_of, chosen_theses, judge
from poruka.theory.test_specification import Side, experiments
from poruka.theory.theses import theses
from poruka.utils.errors import BadInput

WORLDS = 60
"""Worlds per arm; the leading comparisons are made for effects that show in fewer than a thesis's
own test plays.
"""
NOTHING = Effect(0.0, 0.0, 0.0, 0.0)
COLUMNS = [
    "mechanism",
    "thesis",
    "title",
    "core",
    "quantity",
    "claimed",
    "smallest",
    "effect",
    "low",
    "high",
    "shows",
    "effect_off",
    "low_off",
    "high_off",
    "still",
    "loss",
    "cell",
    "worlds",
]


def plainly(side: Side, effect: Effect) -> bool:
    """Return whether an effect by itself is what the comparison claims, nothing asked of any
    knock-out.

    Examples
    --------
    >>> side = experiments()["T041"].side[0]
    >>> plainly(side, Effect(9.0, 7.0, 11.0, 1.0)), plainly(side, Effect(-9.0, -11.0, -7.0, 1.0))
    (True, False)
    """
    return judge(side, effect, NOTHING, effect) == "shown"


def lost_share(side: Side, effect: Effect, off: Effect) -> float:
    """Return how much of a claimed effect is gone; of a claim of no effect, 1 when it fails and 0
    when it holds.

    Examples
    --------
    >>> side = experiments()["T041"].side[0]
    >>> lost_share(side, Effect(8.0, 7.0, 9.0, 0.5), Effect(2.0, 1.0, 3.0, 0.5))
    0.75
    """
    if side.sign == "0":
        return 0.0 if plainly(side, off) else 1.0
    return float(np.clip(1.0 - off.mean / effect.mean, -1.0, 1.0)) if effect.mean else 0.0


def knock_out_theses(
    chosen: dict[str, tuple[str, ...]] | None = None,
    ids: Iterable[str] = (),
    core: bool = False,
    worlds: int = WORLDS,
    seed: int = SEED,
    tell: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Test the leading comparison of theses with each mechanism off.

    Parameters
    ----------
    chosen : dict, optional
        As :func:`poruka.theory.ablation.switches` returns it; all groups without it.
    ids : iterable of str
        Theses such as ``T041``; all that can be tested when empty.
    core : bool
        Only the core theses.

    Returns
    -------
    pandas.DataFrame
        One row for each mechanism and thesis. ``shows`` says whether the comparison shows by
        itself, ``still`` whether it does with the mechanism off, ``cell`` the same in a word: kept,
        lost, weakened (it no longer shows, yet more than half of the effect is left), gained, or
        absent where it shows neither way.
    """
    if worlds < 2:
        raise BadInput(f"worlds is {worlds}; a paired comparison needs at least 2.")
    chosen = switches() if chosen is None else chosen
    known = experiments()
    wanted = [id for id in chosen_theses(ids, core) if known[id].side]
    compile_aloud(load("kazakhstan"), quiet=True)
    bench = Bench(seed, worlds)
    rows = []
    for done, id in enumerate(wanted, start=1):
        side = known[id].side[0]
        arms = {name: one for name, one in arms_of(side).items() if name in ("low", "high")}
        asked = {"": [bench.arm(arms[name], worlds, [side.quantity]) for name in ("low", "high")]}
        for mechanism, off in chosen.items():
            asked[mechanism] = [
                bench.arm(arms[name].without(*off), worlds, [side.quantity])
                for name in ("low", "high")
            ]
        effects = {
            name: _effect(*(one.result()[side.quantity] for one in pair))
            for name, pair in asked.items()
        }
        rows += [
            _row(mechanism, id, side, effects[""], effects[mechanism], worlds)
            for mechanism in chosen
        ]
        bench.forget()
        if tell is not None:
            tell(done, len(wanted))
    order = {id: place for place, id in enumerate(chosen)}
    rows.sort(key=lambda row: order[row[0]])
    return pd.DataFrame(rows, columns=COLUMNS)


def _effect(low: np.ndarray, high: np.ndarray) -> Effect:
    if len(low) != len(
        high
    ):  # a world failed in one arm, so worlds can no longer be told to belong together
        raise BadInput(
            "worlds failed in one arm of a comparison; play it by `poruka theses run` to see which."
        )
    return effect_of(high - low)


def _row(mechanism: str, id: str, side: Side, effect: Effect, off: Effect, worlds: int) -> tuple:
    shows, still = plainly(side, effect), plainly(side, off)
    loss = lost_share(side, effect, off) if shows else -1.0 if still else float("nan")
    # An effect that is still more than half as large is only weakened, even where its test fails.
    cell = (
        "kept"
        if shows and still
        else (
            "lost"
            if shows and loss >= 0.5
            else "weakened"
            if shows
            else "gained"
            if still
            else "absent"
        )
    )
    thesis = theses()[id]
    return (
        mechanism,
        id,
        thesis.title,
        thesis.core,
        side.quantity,
        side.sign,
        side.smallest,
        effect.mean,
        effect.low,
        effect.high,
        shows,
        off.mean,
        off.low,
        off.high,
        still,
        loss,
        cell,
        worlds,
    )
