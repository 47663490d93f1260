"""Ablation of theses: with a mechanism off, does varying the cause of a thesis still change its
effect?
"""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from poruka.analysis.statistics import EffectEstimate, estimate_paired_effect
from poruka.scenario.scenario import load
from poruka.simulation.request_values import whole_number
from poruka.simulation.runner import compile_rules
from poruka.theory.ablation import select_mechanisms
from poruka.theory.hypothesis_specification import ThesisComparison, build_arms, load_thesis_tests
from poruka.theory.hypothesis_tests import (
    THESIS_TEST_SEED,
    ArmRunner,
    decide_comparison,
    select_theses,
)
from poruka.theory.paired_arms import pair_worlds
from poruka.theory.theses import theses
from poruka.utils.errors import BadInput

THESIS_ABLATION_WORLDS = 60
"""Default number of worlds per arm; fewer than in a thesis's own test suffice for its leading
comparison.
"""
ZERO_EFFECT = EffectEstimate(0.0, 0.0, 0.0, 0.0)
THESIS_ABLATION_COLUMNS = [
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
    "requested",
]


def shows_by_itself(comparison: ThesisComparison, effect: EffectEstimate) -> bool:
    """Return whether an effect is as the comparison claims, whatever an ablation does to it.

    Examples
    --------
    >>> comparison = load_thesis_tests()["T041"].side[0]
    >>> shows_by_itself(comparison, EffectEstimate(9.0, 7.0, 11.0, 1.0))
    True
    >>> shows_by_itself(comparison, EffectEstimate(-9.0, -11.0, -7.0, 1.0))
    False
    """
    return decide_comparison(comparison, effect, ZERO_EFFECT, effect) == "shown"


def lost_effect_share(
    comparison: ThesisComparison, effect: EffectEstimate, ablated_effect: EffectEstimate
) -> float:
    """Return the share of a claimed effect that is lost with the mechanism off.

    For a claim of no effect it is 1 if the claim fails and 0 if it holds.

    Examples
    --------
    >>> comparison = load_thesis_tests()["T041"].side[0]
    >>> effect, ablated = EffectEstimate(8.0, 7.0, 9.0, 0.5), EffectEstimate(2.0, 1.0, 3.0, 0.5)
    >>> lost_effect_share(comparison, effect, ablated)
    0.75
    """
    if comparison.sign == "0":
        return 0.0 if shows_by_itself(comparison, ablated_effect) else 1.0
    return (
        float(np.clip(1.0 - ablated_effect.mean / effect.mean, -1.0, 1.0)) if effect.mean else 0.0
    )


def run_thesis_ablation(
    mechanism_sets: dict[str, tuple[str, ...]] | None = None,
    ids: Iterable[str] = (),
    core: bool = False,
    worlds: int = THESIS_ABLATION_WORLDS,
    seed: int = THESIS_TEST_SEED,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Test the leading comparison of theses with each mechanism off.

    Parameters
    ----------
    mechanism_sets : dict, optional
        As :func:`poruka.theory.ablation.select_mechanisms` returns it; all groups by default.
    ids : iterable of str
        Theses such as ``T041``; all that can be tested when empty.
    core : bool
        Only the core theses.
    worlds, seed : int
        Worlds per arm, and the seed of all arms.
    progress : callable, optional
        Receives ``(theses completed, theses in all)``.

    Returns
    -------
    pandas.DataFrame
        One row for each mechanism and thesis. ``shows`` says whether the comparison shows the
        claimed effect, ``still`` whether it does so with the mechanism off, ``cell`` classifies the
        two: kept, lost, weakened (no longer shown, but more than half of the effect remains),
        gained, or absent where neither shows it. ``worlds`` were completed in both arms, with the
        mechanism and without it, of those ``requested``.

    Raises
    ------
    BadInput
        If there are fewer than 2 worlds.
    WorldFailed
        If fewer than 2 worlds of a comparison were completed in both arms.
    """
    if worlds < 2:
        raise BadInput(f"worlds is {worlds}; a paired comparison needs at least 2.")
    seed = whole_number("seed", seed, 0)
    mechanism_sets = select_mechanisms() if mechanism_sets is None else mechanism_sets
    thesis_tests = load_thesis_tests()
    selected = [id for id in select_theses(ids, core) if thesis_tests[id].side]
    compile_rules(load("kazakhstan"), quiet=True)
    runner = ArmRunner(seed, worlds)
    rows = []
    for done, id in enumerate(selected, start=1):
        comparison = thesis_tests[id].side[0]
        arms = {
            name: scenario
            for name, scenario in build_arms(comparison).items()
            if name in ("low", "high")
        }
        futures = {
            "": [
                runner.submit_arm(arms[name], worlds, [comparison.quantity])
                for name in ("low", "high")
            ]
        }
        for mechanism, parts in mechanism_sets.items():
            futures[mechanism] = [
                runner.submit_arm(arms[name].without(*parts), worlds, [comparison.quantity])
                for name in ("low", "high")
            ]
        effects = {
            name: _paired_effect(*(future.result()[comparison.quantity] for future in pair))
            for name, pair in futures.items()
        }
        rows += [
            _thesis_row(
                mechanism,
                id,
                comparison,
                effects[""][0],
                effects[mechanism][0],
                (min(effects[""][1], effects[mechanism][1]), worlds),
            )
            for mechanism in mechanism_sets
        ]
        runner.discard_finished()
        if progress is not None:
            progress(done, len(selected))
    order = {id: index for index, id in enumerate(mechanism_sets)}
    rows.sort(key=lambda row: order[row[0]])
    return pd.DataFrame(rows, columns=THESIS_ABLATION_COLUMNS)


def _paired_effect(low: pd.Series, high: pd.Series) -> tuple[EffectEstimate, int]:
    """Return the effect over the worlds completed in both arms, and their number."""
    values = pair_worlds({"low": low, "high": high}, "the effect of a thesis")
    return estimate_paired_effect(values["low"], values["high"]), len(values["low"])


def _thesis_row(
    mechanism: str,
    id: str,
    comparison: ThesisComparison,
    effect: EffectEstimate,
    ablated_effect: EffectEstimate,
    counts: tuple[int, int],
) -> tuple:
    shows, still = shows_by_itself(comparison, effect), shows_by_itself(comparison, ablated_effect)
    if shows:
        loss = lost_effect_share(comparison, effect, ablated_effect)
    else:
        loss = -1.0 if still else float("nan")
    # An effect of which more than half remains is only weakened, even where its test fails.
    if shows and still:
        cell = "kept"
    elif shows:
        cell = "lost" if loss >= 0.5 else "weakened"
    else:
        cell = "gained" if still else "absent"
    thesis = theses()[id]
    return (
        mechanism,
        id,
        thesis.title,
        thesis.core,
        comparison.quantity,
        comparison.sign,
        comparison.smallest,
        effect.mean,
        effect.low,
        effect.high,
        shows,
        ablated_effect.mean,
        ablated_effect.low,
        ablated_effect.high,
        still,
        loss,
        cell,
        *counts,
    )
