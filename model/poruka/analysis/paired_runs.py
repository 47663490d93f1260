"""Arms of a paired comparison: each scenario is played once under the same seed, and only the
quantities asked for are kept.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from poruka.analysis.quantities import build_quantity_frame
from poruka.analysis.statistics import EffectEstimate, estimate_effect
from poruka.scenario.scenario import Scenario
from poruka.simulation.ensemble import simulate_in_memory
from poruka.simulation.run_spec import RunSpec
from poruka.simulation.runner import compile_rules
from poruka.utils.errors import BadInput


def run_arms(
    arms: Mapping[str, Scenario],
    quantities: Sequence[str] | Mapping[str, Sequence[str]],
    worlds: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
    quiet: bool = True,
) -> dict[str, pd.DataFrame]:
    """Play every arm and return its quantities, one row a world.

    Parameters
    ----------
    arms : mapping of str to Scenario
        Arms that are the same world for world are played once.
    texts : sequence of str, or mapping of str to sequences of str
        Quantities in the grammar of :mod:`poruka.analysis.quantities`, of all arms or of each by
        its name.
    worlds, seed : int
        Worlds per arm, at least 2, and the seed of all of them.
    tell : callable, optional
        Told ``(arms done, arms in all)``.
    quiet : bool
        Whether compiling, where it must be, goes on in silence.

    Raises
    ------
    BadInput
        For a quantity that is none or a number that cannot be used, before anything longer than one
        world is played.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> made = run_arms({"as it is": load("kazakhstan")}, ["end_control"], worlds=2, seed=1)
    >>> made["as it is"].shape
    (2, 1)
    """
    unlike = {
        scenario.digest: RunSpec.build(scenario, worlds=worlds, seed=seed, threads=1)
        for scenario in arms.values()
    }
    if worlds < 2:
        raise BadInput(f"worlds is {worlds}; a paired comparison needs at least 2.")
    asked: dict[str, dict[str, None]] = {digest: {} for digest in unlike}
    for name, scenario in arms.items():
        asked[scenario.digest] |= dict.fromkeys(
            quantities[name] if isinstance(quantities, Mapping) else quantities
        )

    def play(spec: RunSpec) -> pd.DataFrame:
        texts = list(asked[spec.scenario.digest])
        return build_quantity_frame(simulate_in_memory(spec, progress=False), texts)

    for spec in list(unlike.values())[:1]:
        compile_rules(spec.scenario, quiet=quiet)
        play(spec.replace(worlds=1))

    made = {}
    with ThreadPoolExecutor(min(len(unlike) or 1, os.cpu_count() or 1)) as pool:
        for digest, frame in zip(unlike, pool.map(play, unlike.values()), strict=True):
            made[digest] = frame
            if progress is not None:
                progress(len(made), len(unlike))
    return {name: made[scenario.digest] for name, scenario in arms.items()}


def paired_difference(first: pd.DataFrame, second: pd.DataFrame, quantity: str) -> EffectEstimate:
    """Return how far a quantity lies higher in the second arm than in the first, world by world.

    Examples
    --------
    >>> paired_difference(pd.DataFrame({"x": [1.0, 2.0]}), pd.DataFrame({"x": [2.0, 3.0]}), "x").mean
    1.0
    """
    both = first.index.intersection(second.index)  # a world that failed in one arm has no pair
    if len(both) < 2:
        return EffectEstimate(float("nan"), float("nan"), float("nan"), float("nan"))
    return estimate_effect(
        np.asarray(
            second.loc[both, quantity].to_numpy() - first.loc[both, quantity].to_numpy(),
            dtype=float,
        )
    )
