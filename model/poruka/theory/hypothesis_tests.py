"""Theses put to the test: the cause is moved with the same seeds, the effect must follow, and fail
to once its mechanism is off.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.quantities import Measured
from poruka.analysis.statistics import Z90, Z95, Effect, effect_of
from poruka.scenario.scenario import Scenario, load
from poruka.simulation.ensemble import simulate_in_memory
from poruka.simulation.run_spec import RunSpec
from poruka.simulation.runner import compile_aloud
from poruka.theory.test_specification import Experiment, Side, experiments
from poruka.theory.theses import theses
from poruka.utils.errors import unknown

SEED = 2_041
"""Seed of all thesis experiments unless another is asked for."""


class Found(NamedTuple):
    """What one comparison gave: arms, effect, what is left of it with the knock-out, and whether
    that counts as shown.
    """

    side: Side
    low: np.ndarray
    high: np.ndarray
    effect: Effect
    left: Effect | None
    lost: Effect | None
    verdict: str


class Verdict(NamedTuple):
    """The verdict on a thesis with everything it rests on."""

    thesis: str
    verdict: str
    found: tuple[Found, ...]
    experiment: Experiment

    @property
    def leading(self) -> Found | None:
        """The comparison the verdict stands or falls with: the first that was not shown, else the
        first.
        """
        return next(
            (one for one in self.found if one.verdict != "shown"),
            self.found[0] if self.found else None,
        )


def judge(side: Side, effect: Effect, left: Effect | None, lost: Effect | None) -> str:
    """Return the verdict on one comparison: shown, not shown or opposite.

    A claimed effect is shown when it has the claimed sign beyond doubt, is as large as the smallest
    effect of interest, and is gone with the knock-out: what is left is too small to matter or
    cannot be told from nothing, and the loss itself is beyond doubt. A claim of no effect is shown
    when the 90 % interval lies within the smallest effect of interest (two one-sided tests at 5 %).
    """
    if side.sign == "0":
        inside = abs(effect.mean) + Z90 * effect.error <= side.smallest
        outside = abs(effect.mean) - Z95 * effect.error > side.smallest
        return "shown" if inside else "opposite" if outside else "not shown"
    way = 1.0 if side.sign == "+" else -1.0
    surest, size = (effect.low, effect.mean) if way > 0 else (-effect.high, -effect.mean)
    if surest > 0.0 and size >= side.smallest:
        assert left is not None and lost is not None
        gone = way * left.mean < side.smallest or (left.low <= 0.0 <= left.high)
        loses = (lost.low if way > 0 else -lost.high) > 0.0
        return "shown" if gone and loses else "not shown"
    against = -effect.high if way > 0 else effect.low
    return "opposite" if against > 0.0 and -size >= side.smallest else "not shown"


class Bench:
    """Plays the arms of many comparisons, each only once, and hands out their quantities."""

    def __init__(self, seed: int, worlds: int | None):
        self.seed, self.worlds = seed, worlds
        self._pool = ThreadPoolExecutor(2)
        self._arms: dict[tuple[str, int], Future] = {}

    def arm(self, scenario: Scenario, worlds: int, texts: Iterable[str]) -> Future:
        """Ask for quantities of an arm; arms asked for together are played side by side."""
        count = self.worlds or worlds
        key = (scenario.digest, count)
        if key not in self._arms:
            self._arms[key] = self._pool.submit(self._play, scenario, count)
        played = self._arms[key]
        return self._pool.submit(lambda: {text: played.result()[text] for text in texts})

    def _play(self, scenario: Scenario, count: int) -> Measured:
        spec = RunSpec.build(scenario, worlds=count, seed=self.seed, threads=1)
        return Measured(simulate_in_memory(spec, progress=False))

    def forget(self) -> None:
        """Let go of arms that are done."""
        self._arms = {key: one for key, one in self._arms.items() if not one.done()}


def arms_of(side: Side) -> dict[str, Scenario]:
    """Return the scenarios of a comparison: low, high and, with the mechanism off, low and high
    again.
    """
    base = side.context.applied(load(side.scenario))
    low, high = side.low.applied(base), side.high.applied(base)
    arms = {"low": low, "high": high}
    if side.knockout is not None:
        arms |= {"low off": side.knockout.applied(low), "high off": side.knockout.applied(high)}
    return arms


def _settle(side: Side, values: dict[str, np.ndarray]) -> Found:
    difference = values["high"] - values["low"]
    effect, left, lost = effect_of(difference), None, None
    if "low off" in values:
        remaining = values["high off"] - values["low off"]
        left, lost = effect_of(remaining), effect_of(difference - remaining)
    return Found(
        side, values["low"], values["high"], effect, left, lost, judge(side, effect, left, lost)
    )


def chosen_theses(ids: Iterable[str], core: bool) -> list[str]:
    """Return the theses asked for that have a file: those named, or all; of them, if so wished, the
    core ones.

    Examples
    --------
    >>> chosen_theses(["T041", "T001"], core=True)
    ['T041']
    """
    wanted = list(ids) or list(theses())
    for id in wanted:
        if id not in theses():
            raise unknown("thesis", id, theses())
    return [id for id in wanted if id in experiments() and (not core or theses()[id].core)]


def run(
    ids: Iterable[str] = (),
    core: bool = False,
    seed: int = SEED,
    worlds: int | None = None,
    tell: Callable[[Verdict], None] | None = None,
) -> list[Verdict]:
    """Test theses and return their verdicts.

    Parameters
    ----------
    ids : iterable of str
        Theses such as ``T041``; all of them when empty.
    core : bool
        Only the core theses.
    seed, worlds : int
        Seed of all arms, and worlds per arm instead of what the files say.
    tell : callable, optional
        Told of each verdict as it is reached.

    Raises
    ------
    BadInput
        For an unknown thesis, or a file that cannot be used.
    """
    known = experiments()
    wanted = chosen_theses(ids, core)
    compile_aloud(load("kazakhstan"))
    bench = Bench(seed, worlds)
    verdicts = []
    for start in range(0, len(wanted), 4):
        # A few theses at a time keep both processors busy without keeping every world.
        asked = [
            (
                id,
                side,
                {
                    name: bench.arm(one, side.worlds, [side.quantity])
                    for name, one in arms_of(side).items()
                },
            )
            for id in wanted[start : start + 4]
            for side in known[id].side
        ]
        for id in wanted[start : start + 4]:
            found = tuple(
                _settle(side, {name: one.result()[side.quantity] for name, one in arms.items()})
                for whose, side, arms in asked
                if whose == id
            )
            verdicts.append(_verdict(id, known[id], found))
            if tell is not None:
                tell(verdicts[-1])
        bench.forget()
    return verdicts


def _verdict(id: str, experiment: Experiment, found: tuple[Found, ...]) -> Verdict:
    reached = [one.verdict for one in found]
    verdict = (
        "not testable"
        if not found
        else (
            "opposite"
            if "opposite" in reached
            else "not shown"
            if "not shown" in reached
            else "shown"
        )
    )
    return Verdict(id, verdict, found, experiment)


def verdict_frame(verdicts: Iterable[Verdict]) -> pd.DataFrame:
    """Return verdicts as a table: id, core, title, verdict, quantity, effect, low, high, left (with
    the knock-out), worlds.
    """
    rows = []
    for one in verdicts:
        found = one.leading
        thesis = theses()[one.thesis]
        numbers = (
            (
                found.side.quantity,
                found.effect.mean,
                found.effect.low,
                found.effect.high,
                found.left.mean if found.left else None,
                len(found.low),
            )
            if found
            else ("", None, None, None, None, 0)
        )
        rows.append((one.thesis, thesis.core, thesis.title, one.verdict, *numbers))
    return pd.DataFrame(
        rows,
        columns=[
            "id",
            "core",
            "title",
            "verdict",
            "quantity",
            "effect",
            "low",
            "high",
            "left",
            "worlds",
        ],
    )
