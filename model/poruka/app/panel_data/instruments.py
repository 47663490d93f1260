"""The ruler at his desk: the acts he took last month with the numbers that decided them, and what
he weighed.

Whether an act is open, what it would cost and how far its tool obeys are read by the rules' own
functions, uncompiled, from the world as it stands at the end of the month; its worth is the number
he had before him when he chose.
"""

from typing import Any

from poruka.app.panel_data.labels import SPHERE_WORDS, plain
from poruka.engine.codes import SPHERES
from poruka.engine.instrument_codes import CONDITIONS, TOOLS
from poruka.rules.actors import instrument_valuation
from poruka.rules.actors.conditions import current_conditions
from poruka.rules.instruments import condition_mask
from poruka.simulation.regime import Regime

_TOOL_WORDS = {"himself": "his own word", "press_tool": "the press", "kin_tool": "his kin"}


def _by_hand(kernel: Any) -> Any:
    return getattr(kernel, "py_func", kernel)


def taken(regime: Regime) -> list[dict[str, Any]]:
    """Return the acts of the last month played: the event's number, what it says, and the numbers
    that decided it.
    """
    events = regime.events
    if not len(events):
        return []
    mine = events[(events["month"] == regime.month - 1) & (events["kind"] == "instrument")]
    rows = []
    for number in mine.index:
        told = regime.why(int(number))
        rows.append(
            {
                "number": int(number),
                "id": str(mine.loc[number, "instrument"]),
                "text": told.text.split(": ", 1)[1],
                "rule": told.rule,
                "claim": told.claim,
                "reasons": [
                    {"name": plain(name), "value": f"{value:.3f}"}
                    for name, value in told.reasons.items()
                ],
            }
        )
    return rows


def bar(regime: Regime) -> float:
    """Return what an act must be worth before he moves: impulsive men wait until it hurts,
    foresighted ones act on less.
    """
    president, numbers = regime.world.president[0], regime.current_scenario.params().president
    return float(
        numbers.inertia * (1.0 + 0.5 * president.impulsiveness - 0.5 * president.foresight)
    )


def weighed(regime: Regime, most: int = 6) -> list[dict[str, Any]]:
    """Return the acts that were worth most to him, those open to him first, each with what speaks
    for and against it.

    Parameters
    ----------
    regime : Regime
    most : int
        How many open ones, and how many of the others.
    """
    if regime.month == 0:
        return []
    world, scenario = regime.world, regime.current_scenario
    held = int(_by_hand(current_conditions)(world))
    rows: list[dict[str, Any]] = []
    for place, one in enumerate(scenario.instruments):
        state = world.instruments[place]
        if one.verb == "modifier":
            continue  # a way of acting, not an act
        needs = condition_mask(one.needs)
        missing = (
            []
            if (needs & held) == needs
            else [plain(name) for name in one.needs if not (condition_mask((name,)) & held)]
        )
        rows.append(
            {
                "place": place,
                "id": one.id,
                "label": one.label,
                "worth": float(state.worth),
                "missing": missing,
                "forbidden": bool(state.forbidden),
                "last": scenario.date_of(int(state.last_month)) if state.uses > 0 else "",
                "now": int(state.last_month) == regime.month - 1,
            }
        )
    rows.sort(key=lambda row: -row["worth"])
    open_ones = [row for row in rows if not row["missing"] and not row["forbidden"]][:most]
    closed = [row for row in rows if row["missing"] and not row["forbidden"]][:most]
    return [
        row | _grounds(regime, scenario, row["place"]) | {"open": not row["missing"]}
        for row in (*open_ones, *closed)
    ]


def _grounds(regime: Regime, scenario: Any, place: int) -> dict[str, Any]:
    """Return what speaks for and against one act as things stand."""
    world, one, row = regime.world, scenario.instruments[place], regime.world.instruments[place]
    params = scenario.params()
    fears = [
        (
            SPHERE_WORDS[name][0],
            one.against[name] * float(world.spheres[SPHERES.index(name)].believed_threat),
        )
        for name in one.against
    ]
    fears.sort(key=lambda pair: -abs(pair[1]))
    against = [f"{words} {fall:+.3f}" for words, fall in fears if abs(fall) >= 0.0005][:3]
    return {
        "fall": float(
            _by_hand(instrument_valuation.expected_threat_reduction)(world, params, place)
        ),
        "room": float(_by_hand(instrument_valuation.remaining_scope)(world, row)),
        "obedience": float(
            _by_hand(instrument_valuation.tool_reliability)(world, TOOLS.index(one.through))
        ),
        "tool": _TOOL_WORDS.get(one.through, plain(one.through)),
        "cost": float(_by_hand(instrument_valuation.instrument_cost)(world, params, row)),
        "against": against,
        "deniable": one.deniable,
        "irregular": one.irregular,
    }


def held_conditions(regime: Regime) -> list[str]:
    """Return the conditions that hold now, in words."""
    held = int(_by_hand(current_conditions)(regime.world))
    return [plain(name) for name in CONDITIONS if condition_mask((name,)) & held]
