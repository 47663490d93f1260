"""Use of instruments: how much of the repertoire rulers use, given what was available to them."""

import numpy as np
import pandas as pd

from poruka.engine.interpreted import interpreted
from poruka.rules.actors.conditions import current_conditions
from poruka.rules.instruments import condition_mask
from poruka.scenario.scenario import Scenario
from poruka.simulation.regime import Regime


def measure_instrument_use(scenario: Scenario, worlds: int = 30, seed: int = 1) -> pd.DataFrame:
    """Return for each instrument how long it was available to rulers and how often they used it.

    Parameters
    ----------
    scenario : Scenario
    worlds, seed : int
        Worlds 0 to ``worlds - 1`` of the seed are simulated month by month.

    Returns
    -------
    pandas.DataFrame
        id, label, verb, open_months (mean months a world in which all its conditions held),
        open_worlds (share of worlds in which they ever did), uses (mean uses a world), used_worlds
        (share of worlds that used it), uses_per_open_year (NaN where it was never available).
        Modifiers (verb ``modifier``) are available whenever any instrument is.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> small = load("kazakhstan").change({"start.scale.citizens": 40})
    >>> table = measure_instrument_use(small, worlds=1)
    >>> len(table), bool((table["open_months"] >= 0).all())
    (73, True)
    """
    # Interpreted, since the tables of a world are available here but its compiled reference is not.
    interpreted_conditions = interpreted(current_conditions)
    count = len(scenario.instruments)
    opened, uses = np.zeros((worlds, count)), np.zeros((worlds, count))
    needs = [condition_mask(instrument.needs) for instrument in scenario.instruments]
    for number in range(worlds):
        regime = Regime(scenario, seed=seed, world=number)
        params = regime.current_scenario.params()
        for _ in range(scenario.months):
            conditions = int(interpreted_conditions(regime.world, params))
            opened[number] += [(need & conditions) == need for need in needs]
            regime.step()
        uses[number] = regime.world.instruments["uses"]
    months, used = opened.mean(axis=0), uses.mean(axis=0)
    rate = np.divide(12.0 * used, months, out=np.full(count, np.nan), where=months > 0)
    return pd.DataFrame(
        {
            "id": [instrument.id for instrument in scenario.instruments],
            "label": [instrument.label for instrument in scenario.instruments],
            "verb": [instrument.verb for instrument in scenario.instruments],
            "open_months": months,
            "open_worlds": (opened > 0).mean(axis=0),
            "uses": used,
            "used_worlds": (uses > 0).mean(axis=0),
            "uses_per_open_year": rate,
        }
    )
