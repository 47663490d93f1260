"""Everything a visitor can ask to be otherwise, in groups, each with what it is now and what it may
be.
"""

from typing import Any, NamedTuple

from poruka.app.panel_data.labels import plain
from poruka.engine.parameters import mechanism_groups, mechanisms, parameters, start_values
from poruka.engine.state import tables
from poruka.scenario.fork import DERIVED_TABLES
from poruka.scenario.interventions import FORCED_EVENT_CODES, HEIR_ROLES
from poruka.simulation.regime import Regime

GROUPS = {
    "parameter": "a number of the rules",
    "mechanism": "a mechanism, switched off",
    "state": "the state of the country now",
    "force": "something made to happen now",
    "forbid": "an act forbidden to the ruler",
    "shock": "a shock from abroad",
    "start": "a start value (restart only)",
}
_STATE = ("president", "society", "economy", "parliament", "constitution", "premier")


class Choice(NamedTuple):
    """One thing that can be otherwise: the wish it makes, words, value now, range (equal where
    there is nothing to set) and unit.
    """

    kind: str
    key: str
    words: str
    now: Any = None
    low: float = 0.0
    high: float = 0.0
    unit: str = ""
    whole: bool = False


def choices(group: str, regime: Regime) -> list[Choice]:
    """Return the choices of one group (see ``GROUPS``) for a world as it stands."""
    scenario = regime.current_scenario
    if group == "parameter":
        now = scenario.params()
        return [
            Choice(
                "change", key, f"{key}: {one.meaning}", _at(now, key), one.low, one.high, one.unit
            )
            for key, one in parameters().items()
        ]
    if group == "start":
        now = scenario.start()
        return [
            Choice(
                "change",
                f"start.{key}",
                f"{key}: {one.meaning}",
                _at(now, key),
                one.low,
                one.high,
                one.unit,
                key.startswith("scale."),
            )
            for key, one in start_values().items()
        ]
    if group == "mechanism":
        on = scenario.params().on
        whole = [
            Choice(
                "without",
                id,
                f"{id}, all of it: {', '.join(mechanisms()[part].title for part in parts)}",
            )
            for id, parts in mechanism_groups().items()
        ]
        parts = [
            Choice(
                "without",
                id,
                f"{id} {one.title}: without it {one.neutral}",
                "on" if getattr(on, one.switch) else "off",
            )
            for id, one in mechanisms().items()
        ]
        return whole + parts
    if group == "shock":
        return [
            choice
            for shock in scenario.file.shocks
            if f"shocks.{shock.id}" not in scenario.removed_ids
            for choice in _shock(scenario, shock)
        ]
    acts = [(one.id, one.label) for one in scenario.instruments]
    if group == "forbid":
        return [Choice("forbid", id, f"{id} {label}") for id, label in acts]
    if group == "force":
        plainly = [
            Choice("force", word, f"the {word.replace('.', ' ').replace('_', ' ')}")
            for word in FORCED_EVENT_CODES
        ]
        heirs = [
            Choice("force", f"heir.{who}", f"the {plain(who)} is named as heir")
            for who in HEIR_ROLES
        ]
        return [
            *plainly,
            *heirs,
            *(
                Choice("force", id, f"{id} {label}, as soon as its conditions hold")
                for id, label in acts
            ),
        ]
    return [
        Choice(
            "change",
            f"state.{field.key}",
            f"{field.key}: {field.meaning}",
            getattr(regime.world, table)[0][field.name].item(),
            field.low,
            field.high,
            field.unit,
            field.kind != "real",
        )
        for table in _STATE
        if table not in DERIVED_TABLES
        for field in tables()[table].fields
        if field.unit not in ("row", "bits")
    ]


def _at(pages: Any, key: str) -> float:
    page, name = key.split(".")
    return float(getattr(getattr(pages, page), name))


def _shock(scenario: Any, shock: Any) -> list[Choice]:
    date, value = scenario.resolve_shock(shock)
    return [
        Choice("without", f"shocks.{shock.id}", f"{shock.id}, left out ({date}: {shock.fact})"),
        Choice(
            "change",
            f"shocks.{shock.id}.value",
            f"{shock.id}, its size ({shock.variable.replace('_', ' ')})",
            value,
            -1000.0,
            1000.0,
            "own unit",
        ),
        Choice("change", f"shocks.{shock.id}.date", f"{shock.id}, its date ({shock.fact})", date),
    ]
