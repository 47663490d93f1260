"""Effects of theses over the numbers: both arms have the same draws of the numbers and one seed."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from poruka.analysis.statistics import is_binary
from poruka.simulation.number_design import NumberDesign
from poruka.theory.hypothesis_specification import build_arms
from poruka.theory.hypothesis_tests import ArmRunner, ThesisVerdict
from poruka.theory.paired_arms import shared_worlds
from poruka.utils.coverage import format_coverage
from poruka.utils.draw_statistics import DIFFERENCE_OF_SHARES, DrawEstimate, estimate_over_draws


class EffectOverNumbers(NamedTuple):
    """The effect of one comparison over the numbers, and on how many draws and worlds it rests."""

    quantity: str
    effect: DrawEstimate
    coverage: str


def effects_over_numbers(
    verdicts: Sequence[ThesisVerdict], design: NumberDesign, seed: int
) -> dict[str, tuple[EffectOverNumbers, ...]]:
    """Return the effects of all comparisons of theses over the numbers, by thesis.

    What an arm changes is not drawn; every other number is, the same in both arms.

    Parameters
    ----------
    verdicts : sequence of ThesisVerdict
        Their comparisons are played again.
    design : NumberDesign
        How many draws in how many worlds each.
    seed : int

    Raises
    ------
    WorldFailed
        When fewer than two pairs of worlds of a comparison are left.
    """
    runner = ArmRunner(seed, design.worlds)
    found = {}
    for verdict in verdicts:
        effects = []
        for result in verdict.results:
            quantity = result.comparison.quantity
            scenarios = build_arms(result.comparison)
            futures = {
                name: runner.submit_arm(
                    scenarios[name].with_draws(design.number_draws), design.worlds, [quantity]
                )
                for name in ("low", "high")
            }
            arms = {name: future.result()[quantity] for name, future in futures.items()}
            pairs = shared_worlds(arms, f"the effect on {quantity} over the numbers")
            low, high = (arms[name].loc[pairs].to_numpy(dtype=float) for name in ("low", "high"))
            of_shares = is_binary(low) and is_binary(high)
            draws = np.asarray(pairs) // design.worlds_each
            lost = design.worlds - len(pairs)
            counted = format_coverage(len(pairs), design.worlds, lost, 0, 0, "pair", "pairs")
            effects.append(
                EffectOverNumbers(
                    quantity,
                    estimate_over_draws(
                        high - low, draws, DIFFERENCE_OF_SHARES if of_shares else None
                    ),
                    f"{design.draws:,} draws of all numbers from their ranges; {counted} of worlds",
                )
            )
        runner.discard_finished()
        found[verdict.thesis_id] = tuple(effects)
    return found


def decisive_effect(
    verdict: ThesisVerdict, over: Mapping[str, tuple[EffectOverNumbers, ...]] | None
) -> EffectOverNumbers | None:
    """Return the effect over the numbers of the comparison that decides a verdict, if played."""
    effects = (over or {}).get(verdict.thesis_id, ())
    decisive = verdict.decisive_result
    for result, effect in zip(verdict.results, effects, strict=False):
        if result is decisive:
            return effect
    return None


def format_effect(effect: EffectOverNumbers) -> str:
    """Return an effect over the numbers as text.

    Examples
    --------
    >>> one = DrawEstimate(0.2, 0.1, 0.3, -0.1, 0.5, 0.4, 40, 200)
    >>> format_effect(EffectOverNumbers("wars", one, "40 draws"))
    'over the numbers +0.2 (95 % of draws -0.1 to +0.5)'
    """
    one = effect.effect
    ends = "one world a draw"
    if one.low == one.low:
        ends = f"95 % of draws {one.low:+.3g} to {one.high:+.3g}"
    return f"over the numbers {one.mean:+.3g} ({ends})"
