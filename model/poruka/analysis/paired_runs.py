"""Runs of the arms of a paired comparison: each scenario is simulated once under the same seed, and
only the required quantities are stored.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import pandas as pd

from poruka.analysis.quantities import build_quantity_frame
from poruka.analysis.quantity_validation import validate_quantities
from poruka.analysis.statistics import EffectEstimate, estimate_paired_effect
from poruka.scenario.scenario import Scenario
from poruka.simulation.ensemble import simulate_in_memory
from poruka.simulation.failures import require_completed_world
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
    """Simulate every arm and return its quantities, one row a world.

    Parameters
    ----------
    arms : mapping of str to Scenario
        Identical arms are simulated only once.
    quantities : sequence of str, or mapping of str to sequences of str
        Quantities in the grammar of :mod:`poruka.analysis.quantities`, for all arms or for each by
        its name.
    worlds, seed : int
        Worlds per arm, at least 2, and the seed of all of them.
    progress : callable, optional
        Receives ``(arms completed, arms in all)``.
    quiet : bool
        Whether rules compile without printing anything.

    Raises
    ------
    BadInput
        For an unknown quantity, an invalid number of worlds or a record that cannot be used, in
        any arm, before anything is compiled or simulated.
    WorldFailed
        When every world of an arm failed.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> tables = run_arms({"unchanged": load("kazakhstan")}, ["end_control"], worlds=2, seed=1)
    >>> tables["unchanged"].shape
    (2, 1)
    """
    specs = {
        scenario.digest: RunSpec.build(scenario, worlds=worlds, seed=seed, threads=1)
        for scenario in arms.values()
    }
    if worlds < 2:
        raise BadInput(f"worlds is {worlds}; a paired comparison needs at least 2.")
    quantities_by_digest: dict[str, dict[str, None]] = {digest: {} for digest in specs}
    for name, scenario in arms.items():
        quantities_by_digest[scenario.digest] |= dict.fromkeys(
            quantities[name] if isinstance(quantities, Mapping) else quantities
        )

    for digest, spec in specs.items():
        validate_quantities(quantities_by_digest[digest], spec.scenario)

    def run_arm(spec: RunSpec) -> pd.DataFrame:
        arm_quantities = list(quantities_by_digest[spec.scenario.digest])
        completed = require_completed_world(simulate_in_memory(spec, progress=False))
        return build_quantity_frame(completed, arm_quantities)

    for spec in list(specs.values())[:1]:
        compile_rules(spec.scenario, quiet=quiet)

    frames = {}
    with ThreadPoolExecutor(min(len(specs) or 1, os.cpu_count() or 1)) as pool:
        for digest, frame in zip(specs, pool.map(run_arm, specs.values()), strict=True):
            frames[digest] = frame
            if progress is not None:
                progress(len(frames), len(specs))
    return {name: frames[scenario.digest] for name, scenario in arms.items()}


def paired_difference(first: pd.DataFrame, second: pd.DataFrame, quantity: str) -> EffectEstimate:
    """Return the mean paired difference of a quantity, second arm minus first, with its interval.

    Worlds that failed in one arm are left out. See
    :func:`poruka.analysis.statistics.estimate_paired_effect`.

    Examples
    --------
    >>> first, second = pd.DataFrame({"x": [1.0, 2.0]}), pd.DataFrame({"x": [2.0, 3.0]})
    >>> paired_difference(first, second, "x").mean
    1.0
    """
    # A world that failed in one arm has no pair.
    shared_worlds = first.index.intersection(second.index)
    return estimate_paired_effect(
        first.loc[shared_worlds, quantity].to_numpy(dtype=float),
        second.loc[shared_worlds, quantity].to_numpy(dtype=float),
    )
