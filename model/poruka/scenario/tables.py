"""What the tables of a world are built from: the remaining shocks and the number of rows."""

from typing import Any

from poruka.engine import codes
from poruka.engine.channels import channels
from poruka.scenario.channel_settings import count_signals, donor_channels


def build_shock_table(scenario: Any) -> list[tuple[int, str, float, bool]]:
    """Return the remaining shocks by date: month, external variable, value, whether it is added."""
    table = []
    for shock in scenario.shocks:
        if f"shocks.{shock.id}" not in scenario.removed_ids:
            date, value = scenario.resolve_shock(shock)
            table.append((scenario.month_of(date), shock.variable, value, shock.add is not None))
    return sorted(table, key=lambda row: row[0])


def count_table_rows(scenario: Any) -> dict[str, int]:
    """Return the number of rows of the tables whose size a scenario sets."""
    scale, instrument_count = scenario.start().scale, len(scenario.declared_instruments)
    shocks = len(scenario.shock_table()) + sum(len(fork.shocks) for fork in scenario.forks)
    interventions = len(scenario.interventions) + sum(
        fork.intervention_count for fork in scenario.forks
    )
    sizes = {name: int(getattr(scale, name)) for name in scale._fields} | {
        "shocks": max(1, shocks),
        "instruments": instrument_count,
        "aims": instrument_count * len(codes.SPHERES),
        "interventions": max(1, interventions),
        "channels": len(channels()),
    }
    signals = count_signals(donor_channels(scenario), sizes, scenario.months)
    return sizes | {"signals": max(1, signals)}
