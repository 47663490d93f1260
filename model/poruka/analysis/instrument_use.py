"""How much of the repertoire rulers use, given what was open to them."""

import numpy as np
import pandas as pd

from poruka.rules.actors.conditions import current_conditions
from poruka.rules.instruments import condition_mask
from poruka.scenario.scenario import Scenario
from poruka.simulation.regime import Regime


def measure_instrument_use(scenario: Scenario, worlds: int = 30, seed: int = 1) -> pd.DataFrame:
    """Return for each instrument how long it was open to rulers and how often they used it.

    Parameters
    ----------
    scenario : Scenario
    worlds, seed : int
        Worlds 0 to ``worlds - 1`` of the seed are played month by month.

    Returns
    -------
    pandas.DataFrame
        id, label, verb, open_months (mean months a world in which all its conditions held),
        open_worlds (share of worlds in which they ever did), uses (mean uses a world), used_worlds
        (share of worlds that used it), uses_per_open_year (NaN where it was never open). Ways of
        acting (verb ``modifier``) are open whenever anything is.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> table = measure_instrument_use(load("kazakhstan").change({"start.scale.citizens": 40}), worlds=1)
    >>> len(table), bool((table["open_months"] >= 0).all())
    (73, True)
    """
    plain = getattr(
        current_conditions, "py_func", current_conditions
    )  # read uncompiled: a world's tables are at hand here, its compiled reference is not
    count = len(scenario.instruments)
    opened, uses = np.zeros((worlds, count)), np.zeros((worlds, count))
    needs = [condition_mask(instrument.needs) for instrument in scenario.instruments]
    for number in range(worlds):
        regime = Regime(scenario, seed=seed, world=number)
        for _ in range(scenario.months):
            held = int(plain(regime.world))
            opened[number] += [(need & held) == need for need in needs]
            regime.step()
        uses[number] = regime.world.instruments["uses"]
    months, used = opened.mean(axis=0), uses.mean(axis=0)
    rate = np.divide(12.0 * used, months, out=np.full(count, np.nan), where=months > 0)
    return pd.DataFrame(
        {
            "id": [one.id for one in scenario.instruments],
            "label": [one.label for one in scenario.instruments],
            "verb": [one.verb for one in scenario.instruments],
            "open_months": months,
            "open_worlds": (opened > 0).mean(axis=0),
            "uses": used,
            "used_worlds": (uses > 0).mean(axis=0),
            "uses_per_open_year": rate,
        }
    )
