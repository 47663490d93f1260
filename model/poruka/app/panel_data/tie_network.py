"""The ties of the elite as points on a circle and lines: the line shows the kind of tie, colour and
number the clan; everyone keeps his position.
"""

from typing import Any

import networkx as nx

from poruka.app.panel_data.labels import agent_label
from poruka.app.panel_data.network import STANCE_SHAPES, NodePositions, clan_look
from poruka.engine.codes import STANCES
from poruka.figures.base.style import NEAR_BLACK, STANCE_GROUPS, STANCE_STYLES
from poruka.figures.one_world.tie_graph import (
    GONE_OUT,
    MIDDLE_GREY,
    TIE_STYLES,
    bend_tie,
    layout_circle,
    tie_table,
)
from poruka.simulation.regime import Regime
from poruka.utils.labels import format_label

RADIUS, CIRCLE_MARGIN = 225.0, 26.0
"""Radius of the circle and the room around it, in points."""
_DASHES = {"kin": "", "home": "1.5 3", "patron": "7 3"}


def layout_ties(graph: nx.Graph) -> NodePositions:
    """Return a place on the circle for everyone in a graph of ties, in points."""
    centre = RADIUS + CIRCLE_MARGIN
    return {
        ("oligarchs", row): (centre + RADIUS * x, centre - RADIUS * y)
        for row, (x, y) in layout_circle(graph).items()
    }


def build_tie_network(regime: Regime, positions: NodePositions) -> dict[str, Any]:
    """Return the graph of ties: width, height, nodes and ties.

    Who has broken with the ruler has a thick rim; a tie from him to one who has not is dark.
    """
    graph = regime.graph("ties")
    world, nodes, ties = regime.world, [], []
    for _, man in graph.nodes(data=True):
        row = int(man["row"])
        oligarch = world.oligarchs[row]
        code = STANCES[int(man["stance"])]
        stance = STANCE_GROUPS[code]
        x, y = positions["oligarchs", row]
        nodes.append(
            {
                "table": "oligarchs",
                "row": row,
                "x": round(x, 1),
                "y": round(y, 1),
                "shape": STANCE_SHAPES[stance],
                "size": 8.0,
                "rim": 2.6 if stance in GONE_OUT else 0.8,
                **clan_look(int(man["clan"])),
                "label": (
                    f"{agent_label('oligarchs', row)}, clan {int(man['clan'])},"
                    f" {format_label(code)}, ties {int(oligarch.ties)},"
                    f" support of those who are out {oligarch.support:.2f}"
                ),
            }
        )
    centre = (RADIUS + CIRCLE_MARGIN,) * 2
    for tie in tie_table(graph).sort_values("speaks").itertuples():
        one, other = positions["oligarchs", tie.oligarch], positions["oligarchs", tie.other]
        middle = bend_tie(one, other, centre)
        numbers = [round(part, 1) for part in (*one, *middle, *other)]
        ties.append(
            {
                "path": "M{} {}Q{} {} {} {}".format(*numbers),
                "dash": _DASHES[tie.kind],
                "colour": NEAR_BLACK if tie.speaks else MIDDLE_GREY,
                "width": 1.3 if tie.speaks else 0.9,
            }
        )
    side = 2 * (RADIUS + CIRCLE_MARGIN)
    return {"width": side, "height": side, "nodes": nodes, "ties": ties}


def summarize_ties(regime: Regime) -> str:
    """Return in words how many ties there are by kind, and how many lead from who is out."""
    table = tie_table(regime.graph("ties"))
    if not len(table):
        return "Nobody in the elite has a tie to another."
    counts = table["kind"].value_counts()
    kinds = [f"{label} {counts.get(kind, 0)}" for kind, (label, _) in TIE_STYLES.items()]
    return (
        f"Ties: {', '.join(kinds)}; {1 - table['within_clan'].mean():.0%} lead into another clan."
        f" {int(table['speaks'].sum())} tie one who has broken with the ruler to one who has not."
    )


def build_tie_legend() -> list[dict[str, Any]]:
    """Return the legend of the graph of ties: its lines, and its shapes with their rims."""
    lines = [
        {"shape": "", "dash": _DASHES[kind], "label": label}
        for kind, (label, _) in TIE_STYLES.items()
    ]
    shapes = [
        {
            "shape": STANCE_SHAPES[key],
            "fill": "#fff",
            "dash": "none",
            "label": style.label,
            "rim": 2.6 if key in GONE_OUT else 0.8,
        }
        for key, style in STANCE_STYLES.items()
    ]
    return lines + shapes


def show_ties(regime: Regime, positions: NodePositions) -> dict[str, Any]:
    """Return all that the panel shows of the graph of ties."""
    return {
        "name": "ties",
        "title": "Ties of the elite",
        "description": "The elite by their ties to each other",
        "summary": summarize_ties(regime),
        "network": build_tie_network(regime, positions),
        "legend": build_tie_legend(),
        "note": (
            "colour and number: clan; thick rim: has broken with the ruler; dark line: from one who"
            " has to one who has not, so that the break can travel along it"
        ),
    }
