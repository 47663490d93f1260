"""The patronage network as points and lines: shape and line show the stance towards the ruler,
colour and number the clan; everyone keeps his position.
"""

from typing import Any

import networkx as nx

from poruka.app.panel_data.labels import agent_label
from poruka.figures.base.contrast import text_colour
from poruka.figures.base.style import GREY, NEAR_BLACK, STANCE_GROUPS, STANCE_STYLES, clan_colour
from poruka.figures.one_world.patronage_layout import layout_pyramid, patronage_table
from poruka.simulation.regime import Regime
from poruka.utils.labels import format_label

COLUMN_SPACING, LAYER_SPACING, MARGIN = 15.0, 70.0, 24.0
"""Distances in the drawing, in points."""
STANCE_SHAPES = {
    "client": "circle",
    "grumbler": "hexagon",
    "critic": "square",
    "opponent": "triangle",
    "gone": "cross",
}
_DASHES = {"client": "", "grumbler": "7 3", "critic": "3 3", "opponent": "1 3", "gone": "none"}
_CLIENT_TIE_COLOUR = "#d9d9d9"
_DRAWING_ORDER = {"president": 0, "oligarchs": 1, "clients": 2}

NodePositions = dict[tuple[str, int], tuple[float, float]]
"""Table and row of an agent to his x and y, in points from the upper left."""


def layout_network(graph: nx.DiGraph) -> NodePositions:
    """Return a position for everyone in a patronage network, in points from the upper left."""
    positions = layout_pyramid(patronage_table(graph))
    top = max(y for _, y in positions.values())
    return {
        key: (MARGIN + x * COLUMN_SPACING, MARGIN + (top - y) * LAYER_SPACING)
        for key, (x, y) in positions.items()
    }


def build_network(regime: Regime, positions: NodePositions) -> dict[str, Any]:
    """Return the patronage network: width, height, nodes (agent, position, shape, colour, label)
    and the ties between them.
    """
    agents = patronage_table(regime.graph("patronage"))
    fortunes = agents["wealth"].where(agents["table"] == "oligarchs")
    greatest_fortune = max(float(fortunes.max()), 1e-9)
    nodes, ties = [], []
    for agent in agents.itertuples():
        if (agent.table, agent.row) not in positions:
            continue
        x, y = positions[agent.table, agent.row]
        node = {"table": agent.table, "row": int(agent.row), "x": round(x, 1), "y": round(y, 1)}
        if agent.table == "president":
            nodes.append(node | _president_look())
        elif agent.table == "oligarchs":
            dash = _DASHES[STANCE_GROUPS[agent.stance]]
            nodes.append(node | _oligarch_look(agent, greatest_fortune))
            if dash != "none":
                patron = positions["president", 0]
                ties.append(_tie(patron, (x, y), dash, clan_colour(agent.clan)))
        else:
            nodes.append(node | _client_look(agent))
            if ("oligarchs", agent.family) in positions:
                patron_x, patron_y = positions["oligarchs", agent.family]
                patron = (round(patron_x, 1), round(patron_y, 1))
                ties.append(_tie(patron, (x, y), "", _CLIENT_TIE_COLOUR))
    nodes.sort(key=lambda node: (_DRAWING_ORDER[node["table"]], node["x"], node["y"]))
    return {
        "width": round(max(x for x, _ in positions.values()) + MARGIN, 1),
        "height": round(max(y for _, y in positions.values()) + MARGIN, 1),
        "nodes": nodes,
        "ties": ties,
    }


def _president_look() -> dict[str, Any]:
    return {
        "shape": "star",
        "size": 13.0,
        "fill": NEAR_BLACK,
        "clan": "",
        "text_colour": "white",
        "label": "the ruler",
    }


def _oligarch_look(oligarch: Any, greatest_fortune: float) -> dict[str, Any]:
    return {
        "shape": STANCE_SHAPES[STANCE_GROUPS[oligarch.stance]],
        "size": round(5.0 + 6.0 * (oligarch.wealth / greatest_fortune) ** 0.5, 1),
        **clan_look(oligarch.clan),
        "label": (
            f"{agent_label(oligarch.table, oligarch.row)}, clan {oligarch.clan},"
            f" {format_label(oligarch.stance)}, fortune {oligarch.wealth:.2f},"
            f" closeness to the ruler {oligarch.loyalty:.2f}"
        ),
    }


def clan_look(clan: int) -> dict[str, str]:
    """Return the look of a man of a clan: its colour and its number, legible upon it."""
    colour = clan_colour(clan)
    return {"fill": colour, "clan": str(clan), "text_colour": text_colour(colour)}


def _client_look(client: Any) -> dict[str, Any]:
    loyal = client.loyalty >= 0.5
    return {
        "shape": "circle",
        "size": 2.6,
        "fill": GREY if loyal else "white",
        "clan": "",
        "text_colour": "",
        "label": (
            f"{agent_label(client.table, client.row)} of oligarch {client.family},"
            f" {'loyal' if loyal else 'disloyal'} ({client.loyalty:.2f})"
        ),
    }


def _tie(
    patron: tuple[float, float], client: tuple[float, float], dash: str, colour: str
) -> dict[str, Any]:
    path = f"M{patron[0]} {patron[1]}L{round(client[0], 1)} {round(client[1], 1)}"
    return {"path": path, "dash": dash, "colour": colour, "width": 1}


def summarize_network(regime: Regime) -> str:
    """Return one sentence that counts the elite families by their stance towards the ruler."""
    stances = patronage_table(regime.graph("patronage"))["stance"]
    counts = stances.map(STANCE_GROUPS).dropna().value_counts()
    families = [f"{style.label} {counts.get(key, 0)}" for key, style in STANCE_STYLES.items()]
    return f"Elite families: {', '.join(families)}."


def build_legend() -> list[dict[str, str]]:
    """Return the legend of the network: shape, its fill, dash of the tie and label."""
    stances = [
        {"shape": STANCE_SHAPES[key], "fill": "#fff", "dash": _DASHES[key], "label": style.label}
        for key, style in STANCE_STYLES.items()
    ]
    ruler = {"shape": "star", "fill": NEAR_BLACK, "dash": "none", "label": "the ruler"}
    return [*stances, ruler]


def show_patronage(regime: Regime, positions: NodePositions) -> dict[str, Any]:
    """Return all that the panel shows of the patronage network."""
    return {
        "name": "patronage",
        "title": "Patronage",
        "description": "The elite and their clients",
        "summary": summarize_network(regime),
        "network": build_network(regime, positions),
        "legend": build_legend(),
        "note": (
            "colour and number: clan; size: fortune; small dots: sampled clients below, filled"
            " where loyal"
        ),
    }
