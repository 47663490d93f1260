"""The networks of one world as networkx graphs: patronage, kinship, ties of the elite."""

from typing import Any

import networkx as nx

from poruka.utils.errors import BadInput


def build_agent_graph(world: Any, kind: str = "patronage") -> nx.Graph:
    """Return who stands below whom (``patronage``), who is kin of the ruler (``kinship``), or along
    which ties support travels among the rich (``ties``).

    Nodes carry table, row, wealth, clan, stance and loyalty; edges carry a weight: nearness,
    loyalty to the patron, or kinship; ties carry their kind: kin, home or patron.

    Parameters
    ----------
    world : NamedTuple of record tables
    kind : {"patronage", "kinship", "ties"}

    Raises
    ------
    BadInput
        When the kind is none of the three.
    """
    if kind == "patronage":
        return _build_patronage_graph(world)
    if kind == "kinship":
        return _build_kinship_graph(world)
    if kind == "ties":
        return _build_tie_graph(world)
    raise BadInput(f"graph {kind!r} is not known; allowed are patronage, kinship and ties.")


def _add_president(graph: nx.Graph) -> None:
    graph.add_node(
        "president", table="president", row=0, wealth=0.0, clan=-1, stance=0, loyalty=1.0
    )


def _add_oligarch(graph: nx.Graph, row: int, oligarch: Any, weight: float) -> None:
    graph.add_node(
        f"oligarch {row}",
        table="oligarchs",
        row=row,
        wealth=float(oligarch.wealth),
        clan=int(oligarch.clan),
        stance=int(oligarch.stance),
        loyalty=float(oligarch.nearness),
    )
    graph.add_edge("president", f"oligarch {row}", weight=weight)


def _build_patronage_graph(world: Any) -> nx.DiGraph:
    graph = nx.DiGraph()
    _add_president(graph)
    for row, oligarch in enumerate(world.oligarchs):
        _add_oligarch(graph, row, oligarch, float(oligarch.nearness))
    for row, client in enumerate(world.clients):
        patron_table = "oligarch" if client.layer == 1 else "client"
        graph.add_node(
            f"client {row}",
            table="clients",
            row=row,
            wealth=float(client.fed),
            clan=-1,
            stance=0,
            loyalty=float(client.loyalty),
        )
        graph.add_edge(
            f"{patron_table} {int(client.patron)}", f"client {row}", weight=float(client.loyalty)
        )
    return graph


def _build_kinship_graph(world: Any) -> nx.Graph:
    graph = nx.Graph()
    _add_president(graph)
    for row, oligarch in enumerate(world.oligarchs):
        if oligarch.kin > 0.0:
            _add_oligarch(graph, row, oligarch, float(oligarch.kin))
    for row, kinsman in enumerate(world.family):
        if kinsman.active:
            graph.add_node(
                f"kinsman {row}",
                table="family",
                row=row,
                wealth=float(kinsman.wealth),
                clan=-1,
                stance=0,
                loyalty=1.0 - float(kinsman.positioning),
            )
            graph.add_edge("president", f"kinsman {row}", weight=float(kinsman.kinship))
    return graph


def _build_tie_graph(world: Any) -> nx.Graph:
    graph = nx.Graph()
    for row, oligarch in enumerate(world.oligarchs):
        _add_oligarch(graph, row, oligarch, float(oligarch.nearness))
    graph.remove_node("president")
    # Where two men have several ties, the closest names the edge.
    for kind in ("patron", "home", "kin"):
        for row, oligarch in enumerate(world.oligarchs):
            other = int(oligarch[f"{kind}_tie"])
            if other >= 0:
                graph.add_edge(f"oligarch {row}", f"oligarch {other}", kind=kind, weight=1.0)
    return graph
