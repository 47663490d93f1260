"""The instruments that the ruler used last month, and those that he considered.

Whether an instrument is available, what it would cost and how far its tool obeys are computed by
the rules' own functions, uncompiled, from the state at the end of the month; its utility is the
stored value by which he chose.
"""

from typing import Any

from poruka.engine.codes import SPHERES
from poruka.engine.instrument_codes import TOOLS
from poruka.engine.interpreted import interpreted
from poruka.rules.actors import instrument_choice, instrument_costs, instrument_valuation
from poruka.rules.actors.conditions import current_conditions
from poruka.rules.instruments import condition_mask
from poruka.simulation.regime import Regime
from poruka.utils.labels import format_label

_TOOL_LABELS = {"himself": "his own word", "press_tool": "the press", "kin_tool": "his kin"}
_MAX_THREATS = 3
_SMALLEST_SHOWN = 0.0005


def build_used_instruments(regime: Regime) -> list[dict[str, Any]]:
    """Return the instruments used in the last month: number and text of the event, rule, claim and
    the values that decided it.
    """
    events = regime.events
    if not len(events):
        return []
    uses = events[(events["month"] == regime.month - 1) & (events["kind"] == "instrument")]
    rows = []
    for number in uses.index:
        explanation = regime.why(int(number))
        rows.append(
            {
                "number": int(number),
                "id": str(uses.loc[number, "instrument"]),
                "text": explanation.text.split(": ", 1)[1],
                "rule": explanation.rule,
                "claim": explanation.claim,
                "reasons": [
                    {"name": format_label(name), "value": f"{value:.3f}"}
                    for name, value in explanation.reasons.items()
                ],
            }
        )
    return rows


def action_threshold(regime: Regime) -> float:
    """Return the utility from which the ruler acts: higher for the impulsive, who wait until it
    hurts, lower for the foresighted.
    """
    president, params = regime.world.president[0], regime.current_scenario.params()
    threshold_of_action = interpreted(instrument_choice.threshold_of_action)
    return float(
        threshold_of_action(
            params.choice, params.president.inertia, president.impulsiveness, president.foresight
        )
    )


def build_considered_instruments(regime: Regime, max_rows: int = 6) -> list[dict[str, Any]]:
    """Return the instruments of greatest utility, those available first, with costs and effects.

    Parameters
    ----------
    regime : Regime
    max_rows : int
        Rows of available ones at most, and of the others.
    """
    if regime.month == 0:
        return []
    world, scenario = regime.world, regime.current_scenario
    conditions_met = int(interpreted(current_conditions)(world, scenario.params()))
    rows: list[dict[str, Any]] = []
    for instrument_row, instrument in enumerate(scenario.instruments):
        state = world.instruments[instrument_row]
        if instrument.verb == "modifier":
            continue  # it changes how another instrument is used
        unmet_conditions = [
            format_label(name)
            for name in instrument.needs
            if not condition_mask((name,)) & conditions_met
        ]
        rows.append(
            {
                "row": instrument_row,
                "id": instrument.id,
                "label": instrument.label,
                "utility": float(state.worth),
                "unmet_conditions": unmet_conditions,
                "forbidden": bool(state.forbidden),
                "last_used": scenario.date_of(int(state.last_month)) if state.uses > 0 else "",
                "used_this_month": int(state.last_month) == regime.month - 1,
            }
        )
    rows.sort(key=lambda row: -row["utility"])
    allowed = [row for row in rows if not row["forbidden"]]
    available = [row for row in allowed if not row["unmet_conditions"]][:max_rows]
    unavailable = [row for row in allowed if row["unmet_conditions"]][:max_rows]
    return [
        row
        | _costs_and_effects(regime, scenario, row["row"])
        | {"available": not row["unmet_conditions"]}
        for row in (*available, *unavailable)
    ]


def _costs_and_effects(regime: Regime, scenario: Any, instrument_row: int) -> dict[str, Any]:
    """Return what speaks for and against one instrument in the current state."""
    world, params = regime.world, scenario.params()
    instrument, state = scenario.instruments[instrument_row], world.instruments[instrument_row]
    reductions = [
        (
            format_label(name, "sphere"),
            share * float(world.spheres[SPHERES.index(name)].believed_threat),
        )
        for name, share in instrument.against.items()
    ]
    reductions.sort(key=lambda pair: -abs(pair[1]))
    expected_threat_reduction = interpreted(instrument_valuation.expected_threat_reduction)
    tool_reliability = interpreted(instrument_valuation.tool_reliability)
    remaining_scope = interpreted(instrument_valuation.remaining_scope)
    instrument_cost = interpreted(instrument_costs.instrument_cost)
    return {
        "threat_reduction": float(expected_threat_reduction(world, params, instrument_row)),
        "room_left": float(remaining_scope(world, params, state)),
        "obedience": float(tool_reliability(world, params, TOOLS.index(instrument.through))),
        "tool": _TOOL_LABELS.get(instrument.through, format_label(instrument.through)),
        "cost": float(instrument_cost(world, params, state)),
        "threats_addressed": [
            f"{label} {reduction:+.3f}"
            for label, reduction in reductions
            if abs(reduction) >= _SMALLEST_SHOWN
        ][:_MAX_THREATS],
        "deniable": instrument.deniable,
        "irregular": instrument.irregular,
    }
