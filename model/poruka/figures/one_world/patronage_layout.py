"""People of a patronage graph as a table, and their positions in a pyramid."""

from collections import defaultdict

import networkx as nx
import pandas as pd

from poruka.engine.codes import STANCES

CLIENTS_SHOWN = 5
"""Sampled clients shown below an elite family."""
RULER_HEIGHT, ELITE_HEIGHT, CLIENT_SPACING = 3.0, 1.0, 0.34


def patronage_table(graph: nx.DiGraph) -> pd.DataFrame:
    """Return the people of a patronage graph, each with the elite family above."""
    rows = []
    ties = graph.to_undirected(as_view=True)
    elite = {
        node for node, attributes in graph.nodes(data=True) if attributes["table"] == "oligarchs"
    }
    root = {node: node for node in elite}
    depth = dict.fromkeys(elite, 0)
    queue = sorted(elite, key=str)
    while queue:
        node = queue.pop(0)
        for client in sorted(ties.neighbors(node), key=str):
            if client not in root and graph.nodes[client]["table"] == "clients":
                root[client], depth[client] = root[node], depth[node] + 1
                queue.append(client)
    for node, attributes in graph.nodes(data=True):
        patron = graph.nodes[root[node]] if node in root else attributes
        rows.append(
            (
                attributes["table"],
                int(attributes["row"]),
                int(patron["row"]),
                depth.get(node, -1),
                int(patron.get("clan", -1)),
                STANCES[int(attributes["stance"])] if attributes["table"] == "oligarchs" else "",
                float(attributes.get("wealth", 0.0) or 0.0),
                float(attributes.get("loyalty", 1.0)),
            )
        )
    return pd.DataFrame(
        rows, columns=["table", "row", "family", "depth", "clan", "stance", "wealth", "loyalty"]
    )


def layout_pyramid(table: pd.DataFrame) -> dict[tuple[str, int], tuple[float, float]]:
    """Return positions: the ruler on top, families side by side by clan, their clients below."""
    positions: dict[tuple[str, int], tuple[float, float]] = {}
    elite = table[table["table"] == "oligarchs"].sort_values(["clan", "row"])
    x, previous_clan = 0.0, None
    for count, man in enumerate(elite.itertuples()):
        if previous_clan is not None:
            x += 1.0 if man.clan == previous_clan else 2.0
        previous_clan = man.clan
        positions["oligarchs", man.row] = (x, ELITE_HEIGHT + (0.5 if count % 2 else 0.0))
    client_counts: defaultdict[int, int] = defaultdict(int)
    for client in table[table["table"] == "clients"].sort_values(["depth", "row"]).itertuples():
        family_position = positions.get(("oligarchs", client.family))
        if family_position and client_counts[client.family] < CLIENTS_SHOWN:
            positions["clients", client.row] = (
                family_position[0],
                ELITE_HEIGHT - 0.25 - CLIENT_SPACING * (client_counts[client.family] + 1) * 0.6,
            )
            client_counts[client.family] += 1
    positions["president", 0] = (x / 2, RULER_HEIGHT)
    return positions
