"""Use of instruments: how much of the repertoire rulers use, given what was available to them."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from poruka.engine.interpreted import interpreted
from poruka.rules.actors.conditions import current_conditions
from poruka.rules.instruments import Instrument, condition_mask
from poruka.scenario.scenario import Scenario
from poruka.simulation.regime import Regime
from poruka.utils.labels import format_label

MANNER = "modifier"
"""Verb of the manners of acting, which accompany an act and are never chosen."""


def threats_answered(instrument: Instrument) -> tuple[str, ...]:
    """Return the threats of which an instrument is expected to take most, as the table has them.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> by_id = {one.id: one for one in load("kazakhstan").instruments}
    >>> threats_answered(by_id["I47"]), threats_answered(by_id["I07"])
    (('exit',), ())
    """
    shares = {sphere: float(share) for sphere, share in instrument.against.items()}
    most = max(shares.values(), default=0.0)
    return tuple(sphere for sphere, share in shares.items() if share == most > 0.0)


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
        id, label, verb, answers (the threats of which it is expected to take most), open_months
        (mean months a world in which all its conditions held, when the month began or when it was
        used), open_worlds (share of worlds in which they ever did), uses (mean uses a world),
        used_worlds (share of worlds that used it), uses_per_open_year (NaN where it was never
        available). A manner of acting (verb ``modifier``) is available in the months it was used.

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
    repertoire = scenario.instruments
    count = len(repertoire)
    opened, uses = np.zeros((worlds, count)), np.zeros((worlds, count))
    needs = np.array([condition_mask(instrument.needs) for instrument in repertoire])
    is_act = np.array([instrument.verb != MANNER for instrument in repertoire])
    for number in range(worlds):
        regime = Regime(scenario, seed=seed, world=number)
        params = regime.current_scenario.params()
        for month in range(scenario.months):
            conditions = int(interpreted_conditions(regime.world, params))
            available = ((needs & conditions) == needs) & is_act
            regime.step()
            acted = regime.world.instruments
            opened[number] += available | ((acted["uses"] > 0) & (acted["last_month"] == month))
        uses[number] = regime.world.instruments["uses"]
    months, used = opened.mean(axis=0), uses.mean(axis=0)
    rate = np.divide(12.0 * used, months, out=np.full(count, np.nan), where=months > 0)
    return pd.DataFrame(
        {
            "id": [instrument.id for instrument in repertoire],
            "label": [instrument.label for instrument in repertoire],
            "verb": [instrument.verb for instrument in repertoire],
            "answers": [
                ", ".join(format_label(one, "sphere") for one in threats_answered(instrument))
                for instrument in repertoire
            ],
            "open_months": months,
            "open_worlds": (opened > 0).mean(axis=0),
            "uses": used,
            "used_worlds": (uses > 0).mean(axis=0),
            "uses_per_open_year": rate,
        }
    )


def measure_repertoire(
    scenarios: Iterable[Scenario], worlds: int = 30, seed: int = 1
) -> pd.DataFrame:
    """Return :func:`measure_instrument_use` of several scenarios, with a column ``scenario``."""
    tables = [
        measure_instrument_use(scenario, worlds, seed).assign(scenario=scenario.name)
        for scenario in scenarios
    ]
    return pd.concat(tables, ignore_index=True)
