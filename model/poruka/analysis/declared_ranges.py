"""The value and the declared range that a number has in a scenario, by its key."""

from collections.abc import Iterable
from functools import lru_cache

import pandas as pd

from poruka.engine.declarations import Parameter
from poruka.engine.parameters import parameters, start_values
from poruka.rules.instrument_numbers import declared_numbers
from poruka.scenario.scenario import Scenario
from poruka.utils.errors import BadInput


@lru_cache(maxsize=32)
def key_table(scenario: Scenario) -> pd.DataFrame:
    """Return the table of a scenario's keys, made once for a thousand factors."""
    return scenario.keys().set_index("key")


@lru_cache(maxsize=32)
def _cells(scenario: Scenario) -> dict[str, Parameter]:
    """Return the cells of a scenario's instruments by key: it may have instruments of its own."""
    return {
        key: cell
        for instrument in scenario.declared_instruments
        for key, cell in declared_numbers(instrument).items()
    }


def declaration(key: str, scenario: Scenario) -> Parameter | None:
    """Return the declaration of a number by its key in a scenario; None where there is none."""
    if key.startswith("start."):
        return start_values().get(key.removeprefix("start."))
    if key.startswith("instruments."):
        return _cells(scenario).get(key)
    return parameters().get(key)


def move_together(keys: Iterable[str], share: float, scenario: Scenario) -> dict[str, float]:
    """Return numbers moved by a share of the way from their values to an end of their ranges.

    Above 0 it is the upper end, below 0 the lower one.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> move_together(["instruments.I01.strength"], -0.5, load("kazakhstan"))
    {'instruments.I01.strength': 0.5}
    """
    values, moved = key_table(scenario)["value"], {}
    for key in keys:
        declared = declaration(key, scenario)
        if declared is None:
            raise BadInput(f"{key!r} has no declared range, so it cannot be moved with others.")
        end = declared.high if share > 0.0 else declared.low
        moved[key] = round(float(values[key]) + abs(share) * (end - float(values[key])), 10)
    return moved
