"""The networks of one world as networkx graphs: patronage and kinship."""

from typing import Any

import networkx as nx

from poruka.utils.errors import BadInput


def build_agent_graph(world: Any, kind: str = "patronage") -> nx.Graph:
    """Return who stands below whom (``patronage``) or who is kin (``kinship``).

    Nodes carry table, row, wealth, clan, stance and loyalty; edges carry a weight: nearness,
    loyalty to the patron, or kinship.

    Parameters
    ----------
    world : NamedTuple of record tables
    kind : {"patronage", "kinship"}

    Raises
    ------
    BadInput
        When the kind is neither of the two.
    """
    if kind == "patronage":
        return _build_patronage_graph(world)
    if kind == "kinship":
        return _build_kinship_graph(world)
    raise BadInput(f"graph {kind!r} is not known; allowed are patronage and kinship.")


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
