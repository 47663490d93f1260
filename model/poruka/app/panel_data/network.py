"""The patronage network as points and lines: everybody keeps his place, shape and line show his
stance, colour and number his clan.
"""

from typing import Any

import networkx as nx

from poruka.app.panel_data.labels import agent, plain
from poruka.figures.base.style import (
    GREY,
    LIGHT_CLAN_COLOURS,
    NEAR_BLACK,
    STANCE_GROUPS,
    STANCE_STYLES,
    clan_colour,
)
from poruka.figures.one_world.pyramid import layout_pyramid, patronage_table
from poruka.simulation.regime import Regime

STEP, DEEP, EDGE = 15.0, 70.0, 24.0
_SHAPES = {
    "client": "circle",
    "grumbler": "hexagon",
    "critic": "square",
    "opponent": "triangle",
    "gone": "cross",
}
_DASHES = {"client": "", "grumbler": "7 3", "critic": "3 3", "opponent": "1 3", "gone": "none"}

Places = dict[tuple[str, int], tuple[float, float]]


def places(graph: nx.DiGraph) -> Places:
    """Return a place for everybody, in points from the upper left; take it once, so that nobody
    moves.
    """
    found = layout_pyramid(patronage_table(graph))
    top = max(y for _, y in found.values())
    return {key: (EDGE + x * STEP, EDGE + (top - y) * DEEP) for key, (x, y) in found.items()}


def network(regime: Regime, where: Places) -> dict[str, Any]:
    """Return the network: width, height, nodes (agent, place, shape, colour, what it says) and the
    ties between them.
    """
    table = patronage_table(regime.graph("patronage"))
    most = max(float(table["wealth"].where(table["table"] == "oligarchs").max()), 1e-9)
    nodes, ties = [], []
    top = where["president", 0]
    for one in table.itertuples():
        if (one.table, one.row) not in where:
            continue
        x, y = where[one.table, one.row]
        node = {"table": one.table, "row": int(one.row), "x": round(x, 1), "y": round(y, 1)}
        if one.table == "president":
            nodes.append(
                node
                | {
                    "shape": "star",
                    "size": 13.0,
                    "fill": NEAR_BLACK,
                    "clan": "",
                    "ink": "white",
                    "says": "the ruler",
                }
            )
        elif one.table == "oligarchs":
            bond = STANCE_GROUPS[one.stance]
            nodes.append(
                node
                | {
                    "shape": _SHAPES[bond],
                    "size": round(5.0 + 6.0 * (one.wealth / most) ** 0.5, 1),
                    "fill": clan_colour(one.clan),
                    "clan": str(one.clan),
                    "ink": NEAR_BLACK if clan_colour(one.clan) in LIGHT_CLAN_COLOURS else "white",
                    "says": (
                        f"{agent(one.table, one.row)}, clan {one.clan}, {plain(one.stance)},"
                        f" fortune {one.wealth:.2f}, nearness {one.loyalty:.2f}"
                    ),
                }
            )
            if _DASHES[bond] != "none":
                ties.append(
                    {
                        "x1": top[0],
                        "y1": top[1],
                        "x2": round(x, 1),
                        "y2": round(y, 1),
                        "dash": _DASHES[bond],
                        "colour": clan_colour(one.clan),
                    }
                )
        else:
            loyal = one.loyalty >= 0.5
            nodes.append(
                node
                | {
                    "shape": "circle",
                    "size": 2.6,
                    "fill": GREY if loyal else "white",
                    "clan": "",
                    "ink": "",
                    "says": (
                        f"{agent(one.table, one.row)} of oligarch {one.family},"
                        f" {'loyal' if loyal else 'disloyal'} ({one.loyalty:.2f})"
                    ),
                }
            )
            if ("oligarchs", one.family) in where:
                home = where["oligarchs", one.family]
                ties.append(
                    {
                        "x1": round(home[0], 1),
                        "y1": round(home[1], 1),
                        "x2": round(x, 1),
                        "y2": round(y, 1),
                        "dash": "",
                        "colour": "#d9d9d9",
                    }
                )
    order = {"president": 0, "oligarchs": 1, "clients": 2}
    nodes.sort(key=lambda one: (order[one["table"]], one["x"], one["y"]))
    return {
        "width": round(max(x for x, _ in where.values()) + EDGE, 1),
        "height": round(max(y for _, y in where.values()) + EDGE, 1),
        "nodes": nodes,
        "ties": ties,
    }


def tell_network(regime: Regime) -> str:
    """Return in one sentence how the elite stands to the ruler."""
    stances = (
        patronage_table(regime.graph("patronage"))["stance"]
        .map(STANCE_GROUPS)
        .dropna()
        .value_counts()
    )
    return (
        "Elite families: "
        + ", ".join(f"{STANCE_STYLES[key].label} {stances.get(key, 0)}" for key in STANCE_STYLES)
        + "."
    )


def legend() -> list[dict[str, str]]:
    """Return the key: shape, dash of the tie, words."""
    return [
        {"shape": _SHAPES[key], "dash": _DASHES[key], "words": bond.label}
        for key, bond in STANCE_STYLES.items()
    ]
