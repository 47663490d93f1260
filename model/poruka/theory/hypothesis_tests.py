"""Tests of theses: the cause is varied under the same seeds; the effect must appear, and vanish
once its mechanism is off.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.inference import equivalence_of_estimate
from poruka.analysis.quantities import QuantityReader
from poruka.analysis.statistics import EffectEstimate, estimate_effect, estimate_paired_effect
from poruka.scenario.scenario import Scenario, load
from poruka.simulation.ensemble import simulate_in_memory
from poruka.simulation.failures import require_completed_world
from poruka.simulation.request_values import whole_number
from poruka.simulation.run_spec import RunSpec
from poruka.simulation.runner import compile_rules
from poruka.theory.hypothesis_specification import (
    ThesisComparison,
    ThesisTest,
    build_arms,
    load_thesis_tests,
)
from poruka.theory.paired_arms import pair_worlds
from poruka.theory.theses import theses
from poruka.utils.coverage import Coverage
from poruka.utils.errors import unknown_name_error

THESIS_TEST_SEED = 2_041
"""Default seed of all tests of theses."""


class HypothesisTestResult(NamedTuple):
    """The result of one comparison: its arms, effect with and without the mechanism, verdict.

    A world that failed in one arm is left out of all; ``requested_worlds`` counts it.
    """

    comparison: ThesisComparison
    low_arm: np.ndarray
    high_arm: np.ndarray
    effect: EffectEstimate
    ablated_effect: EffectEstimate | None
    lost_effect: EffectEstimate | None
    verdict: str
    requested_worlds: int

    @property
    def coverage(self) -> Coverage:
        """How many of the worlds requested were completed in every arm."""
        count = len(self.low_arm)
        return Coverage(count, self.requested_worlds, self.requested_worlds - count)


class ThesisVerdict(NamedTuple):
    """The verdict on a thesis, with the results on which it is based."""

    thesis_id: str
    verdict: str
    results: tuple[HypothesisTestResult, ...]
    thesis_test: ThesisTest

    @property
    def decisive_result(self) -> HypothesisTestResult | None:
        """The comparison that decides the verdict: the first not shown, else the first."""
        return next(
            (result for result in self.results if result.verdict != "shown"),
            self.results[0] if self.results else None,
        )


def decide_comparison(
    comparison: ThesisComparison,
    effect: EffectEstimate,
    ablated_effect: EffectEstimate | None,
    lost_effect: EffectEstimate | None,
) -> str:
    """Return the verdict on one comparison: shown, not shown or opposite.

    A claimed effect is shown if its 95 % interval has the claimed sign, it is at least as large as
    the smallest effect of interest, and it vanishes under ablation: what remains is smaller than
    the smallest effect of interest or its interval includes 0, and the interval of the loss
    excludes 0. A claim of no effect is shown if the 90 % interval lies within the smallest effect
    of interest (two one-sided tests at 5 %).
    """
    if comparison.sign == "0":
        inside = equivalence_of_estimate(effect, comparison.smallest).equivalent
        outside = effect.low > comparison.smallest or effect.high < -comparison.smallest
        return "shown" if inside else "opposite" if outside else "not shown"
    direction = 1.0 if comparison.sign == "+" else -1.0
    bound, size = (effect.low, effect.mean) if direction > 0 else (-effect.high, -effect.mean)
    if bound > 0.0 and size >= comparison.smallest:
        assert ablated_effect is not None and lost_effect is not None
        effect_gone = direction * ablated_effect.mean < comparison.smallest or (
            ablated_effect.low <= 0.0 <= ablated_effect.high
        )
        loss_shown = (lost_effect.low if direction > 0 else -lost_effect.high) > 0.0
        return "shown" if effect_gone and loss_shown else "not shown"
    opposite_bound = -effect.high if direction > 0 else effect.low
    return "opposite" if opposite_bound > 0.0 and -size >= comparison.smallest else "not shown"


class ArmRunner:
    """Simulates the arms of many comparisons, each only once, and returns their quantities."""

    def __init__(self, seed: int, worlds: int | None):
        self.seed, self.worlds = seed, worlds
        self._pool = ThreadPoolExecutor(2)
        self._futures: dict[tuple[str, int], Future] = {}

    def submit_arm(self, scenario: Scenario, worlds: int, quantities: Iterable[str]) -> Future:
        """Return a future with quantities of an arm by world; several arms run in parallel."""
        count = self.worlds or worlds
        key = (scenario.digest, count)
        if key not in self._futures:
            self._futures[key] = self._pool.submit(self._run_arm, scenario, count)
        future = self._futures[key]
        return self._pool.submit(
            lambda: {
                quantity: pd.Series(
                    future.result()[quantity], future.result().outcomes["world"]
                ).dropna()
                for quantity in quantities
            }
        )

    def _run_arm(self, scenario: Scenario, count: int) -> QuantityReader:
        spec = RunSpec.build(scenario, worlds=count, seed=self.seed, threads=1)
        return QuantityReader(require_completed_world(simulate_in_memory(spec, progress=False)))

    def discard_finished(self) -> None:
        """Discard the worlds of arms that are complete."""
        self._futures = {key: future for key, future in self._futures.items() if not future.done()}


def _test_comparison(
    comparison: ThesisComparison, arms: dict[str, pd.Series], requested_worlds: int
) -> HypothesisTestResult:
    values = pair_worlds(arms, f"the effect on {comparison.quantity}")
    difference = values["high"] - values["low"]
    effect, left, lost = estimate_paired_effect(values["low"], values["high"]), None, None
    if "low off" in values:
        remaining = values["high off"] - values["low off"]
        left = estimate_paired_effect(values["low off"], values["high off"])
        lost = estimate_effect(difference - remaining)
    return HypothesisTestResult(
        comparison,
        values["low"],
        values["high"],
        effect,
        left,
        lost,
        decide_comparison(comparison, effect, left, lost),
        requested_worlds,
    )


def select_theses(ids: Iterable[str], core: bool) -> list[str]:
    """Return the theses, among those named or all, that have a test; only core ones if ``core``.

    Examples
    --------
    >>> select_theses(["T041", "T001"], core=True)
    ['T041']
    """
    requested = list(ids) or list(theses())
    for id in requested:
        if id not in theses():
            raise unknown_name_error("thesis", id, theses())
    tested = [id for id in requested if id in load_thesis_tests()]
    return [id for id in tested if not core or theses()[id].core]


def run_thesis_tests(
    ids: Iterable[str] = (),
    core: bool = False,
    seed: int = THESIS_TEST_SEED,
    worlds: int | None = None,
    on_verdict: Callable[[ThesisVerdict], None] | None = None,
) -> list[ThesisVerdict]:
    """Test theses and return their verdicts.

    Parameters
    ----------
    ids : iterable of str
        Theses such as ``T041``; all of them when empty.
    core : bool
        Only the core theses.
    seed, worlds : int
        Seed of all arms, and worlds per arm instead of the numbers in the files.
    on_verdict : callable, optional
        Receives each verdict once it is reached.

    Raises
    ------
    BadInput
        For an unknown thesis, a number that cannot be used, or a file that cannot be used; all of
        it before anything is compiled or simulated.
    """
    seed = whole_number("seed", seed, 0)
    worlds = None if worlds is None else whole_number("worlds", worlds, 2)
    thesis_tests = load_thesis_tests()
    selected = select_theses(ids, core)
    compile_rules(load("kazakhstan"))
    runner = ArmRunner(seed, worlds)
    verdicts = []
    for start in range(0, len(selected), 4):
        # Four theses at a time keep both processors busy without holding every world in memory.
        batch = selected[start : start + 4]
        submitted = [
            (
                id,
                comparison,
                {
                    name: runner.submit_arm(scenario, comparison.worlds, [comparison.quantity])
                    for name, scenario in build_arms(comparison).items()
                },
            )
            for id in batch
            for comparison in thesis_tests[id].side
        ]
        for id in batch:
            results = tuple(
                _test_comparison(
                    comparison,
                    {name: future.result()[comparison.quantity] for name, future in arms.items()},
                    worlds or comparison.worlds,
                )
                for thesis_id, comparison, arms in submitted
                if thesis_id == id
            )
            verdicts.append(_combine_verdicts(id, thesis_tests[id], results))
            if on_verdict is not None:
                on_verdict(verdicts[-1])
        runner.discard_finished()
    return verdicts


def _combine_verdicts(
    id: str, thesis_test: ThesisTest, results: tuple[HypothesisTestResult, ...]
) -> ThesisVerdict:
    if not results:
        return ThesisVerdict(id, "not testable", results, thesis_test)
    reached = {result.verdict for result in results}
    verdict = next(worst for worst in ("opposite", "not shown", "shown") if worst in reached)
    return ThesisVerdict(id, verdict, results, thesis_test)


def verdict_table(verdicts: Iterable[ThesisVerdict]) -> pd.DataFrame:
    """Return verdicts as a table.

    Columns are id, core, title, verdict, quantity, effect, low, high, left (the effect that remains
    with the mechanism off), worlds (completed in every arm) and requested.
    """
    rows = []
    for verdict in verdicts:
        result = verdict.decisive_result
        thesis = theses()[verdict.thesis_id]
        numbers = (
            (
                result.comparison.quantity,
                result.effect.mean,
                result.effect.low,
                result.effect.high,
                result.ablated_effect.mean if result.ablated_effect else None,
                len(result.low_arm),
                result.requested_worlds,
            )
            if result
            else ("", None, None, None, None, 0, 0)
        )
        rows.append((verdict.thesis_id, thesis.core, thesis.title, verdict.verdict, *numbers))
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
            "requested",
        ],
    )
