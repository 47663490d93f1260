"""The pyramid of patronage in one world: who stood where, of which clan, on which terms with the
ruler.
"""

import math
from collections import defaultdict
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from poruka.engine.codes import STANCES
from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.style import (
    GREY,
    LIGHT_CLAN_COLOURS,
    LIGHT_GREY,
    NEAR_BLACK,
    STANCE_GROUPS,
    STANCE_STYLES,
    clan_colour,
)

CLIENTS_SHOWN = 5
RULER_HEIGHT, ELITE_HEIGHT, CLIENT_SPACING = 3.0, 1.0, 0.34
MIN_MARKER_AREA, WEALTH_MARKER_AREA = 40.0, 110.0
"""Area of a poor man's mark, and what the greatest fortune adds to it, in square points."""


def patronage_table(graph: nx.DiGraph) -> pd.DataFrame:
    """Return the people of a patronage graph, one row each, with the elite family at the root of
    their line of patrons.
    """
    rows = []
    ties = graph.to_undirected(as_view=True)
    elite = {node for node, what in graph.nodes(data=True) if what["table"] == "oligarchs"}
    root = {node: node for node in elite}
    depth = dict.fromkeys(elite, 0)
    edge = sorted(elite, key=str)
    while edge:
        node = edge.pop(0)
        for below in sorted(ties.neighbors(node), key=str):
            if below not in root and graph.nodes[below]["table"] == "clients":
                root[below], depth[below] = root[node], depth[node] + 1
                edge.append(below)
    for node, what in graph.nodes(data=True):
        above = graph.nodes[root[node]] if node in root else what
        rows.append(
            (
                what["table"],
                int(what["row"]),
                int(above["row"]),
                depth.get(node, -1),
                int(above.get("clan", -1)),
                STANCES[int(what["stance"])] if what["table"] == "oligarchs" else "",
                float(what.get("wealth", 0.0) or 0.0),
                float(what.get("loyalty", 1.0)),
            )
        )
    return pd.DataFrame(
        rows, columns=["table", "row", "family", "depth", "clan", "stance", "wealth", "loyalty"]
    )


def layout_pyramid(table: pd.DataFrame) -> dict[tuple[str, int], tuple[float, float]]:
    """Return a place for everybody: the ruler on top, families side by side by clan, their sampled
    clients below them.
    """
    places: dict[tuple[str, int], tuple[float, float]] = {}
    elite = table[table["table"] == "oligarchs"].sort_values(["clan", "row"])
    x, before = 0.0, None
    for count, man in enumerate(elite.itertuples()):
        if before is not None:
            x += 1.0 if man.clan == before else 2.0
        before = man.clan
        places["oligarchs", man.row] = (x, ELITE_HEIGHT + (0.5 if count % 2 else 0.0))
    below: defaultdict[int, int] = defaultdict(int)
    for client in table[table["table"] == "clients"].sort_values(["depth", "row"]).itertuples():
        home = places.get(("oligarchs", client.family))
        if home and below[client.family] < CLIENTS_SHOWN:
            places["clients", client.row] = (
                home[0],
                ELITE_HEIGHT - 0.25 - CLIENT_SPACING * (below[client.family] + 1) * 0.6,
            )
            below[client.family] += 1
    places["president", 0] = (x / 2, RULER_HEIGHT)
    return places


class PatronagePyramid(Drawing):
    """The pyramid of patronage at several dates, everybody in the same place each time.

    Parameters
    ----------
    graphs : dict
        Date ("1990-03") to patronage graph, as :meth:`poruka.simulation.regime.Regime.graph` gives
        it.
    world, seed : int
        For the caption.
    """

    def __init__(self, graphs: dict[str, nx.DiGraph], world: int, seed: int):
        if not graphs:
            raise NothingToDraw("no date was given for the pyramid")
        self.dates = list(graphs)
        tables = {date: patronage_table(graph) for date, graph in graphs.items()}
        first = pd.concat(tables.values()).drop_duplicates(["table", "row"])
        self.positions = layout_pyramid(first)
        self.initial_clans = {
            man.row: man.clan for man in first[first["table"] == "oligarchs"].itertuples()
        }
        self.table = pd.concat(
            [table.assign(date=date) for date, table in tables.items()], ignore_index=True
        )
        self.table["x"], self.table["y"] = zip(
            *(
                self.positions.get(key, (float("nan"),) * 2)
                for key in zip(self.table["table"], self.table["row"], strict=True)
            ),
            strict=True,
        )
        self.table = self.table[self.table["x"].notna()].reset_index(drop=True)
        shown = (self.table["table"] == "clients").groupby(self.table["date"]).sum().max()
        self.title = "The pyramid of patronage"
        self.caption = (
            f"Top: the ruler. Middle: {len(self.initial_clans)} elite families in groups by the"
            " clan they began in; colour: present clan (a number inside marks who has changed it);"
            " size: wealth; ring: nearness to the ruler (closed: as near as can be); shape and"
            " line: stance to the ruler (in prison or exile the tie is cut). Below: up to"
            f" {CLIENTS_SHOWN} sampled clients each ({shown} in all); filled: loyal (0.5 or more),"
            f" hollow: not. Places do not change. n = 1 world (world {world}), seed {seed}."
        )
        self.alt = (
            "Network at "
            + ", ".join(self.dates)
            + ". "
            + " ".join(self._describe_stances(date) for date in self.dates)
        )
        self.grid, self.size = (len(self.dates), 1), (10.0, 2.55 * len(self.dates) + 1.1)
        self.subplot_options = {"squeeze": False, "sharex": True, "sharey": True}

    def _describe_stances(self, date: str) -> str:
        elite = self.table[(self.table["date"] == date) & (self.table["table"] == "oligarchs")]
        bonds = elite["stance"].map(STANCE_GROUPS).value_counts()
        return (
            f"{date}: "
            + ", ".join(
                f"{STANCE_STYLES[key].label} {bonds[key]}" for key in STANCE_STYLES if key in bonds
            )
            + "."
        )

    def _draw(self, axes: Any) -> None:
        axes = getattr(axes, "flat", [axes])
        for ax, date in zip(axes, self.dates, strict=True):
            self._draw_date(ax, self.table[self.table["date"] == date])
            ax.set_title(self._describe_stances(date), color=NEAR_BLACK)
        axes[-1].legend(
            *legend_entries(),
            loc="upper center",
            bbox_to_anchor=(0.5, -0.01),
            ncols=4,
            handlelength=3.2,
            columnspacing=1.6,
        )

    def _draw_date(self, ax: Any, rows: pd.DataFrame) -> None:
        elite = rows[rows["table"] == "oligarchs"].assign(
            bond=lambda men: men["stance"].map(STANCE_GROUPS)
        )
        clients = rows[rows["table"] == "clients"]
        top = self.positions["president", 0]
        lowest = clients.groupby("family")["y"].min()
        above = elite[elite["row"].isin(lowest.index)]
        ax.vlines(
            above["x"],
            above["row"].map(lowest),
            above["y"],
            color=LIGHT_GREY,
            linewidth=0.8,
            zorder=1,
        )
        biggest = max(float(self.table["wealth"].max()), 1e-9)
        for key, bond in STANCE_STYLES.items():
            men = elite[elite["bond"] == key]
            colours = [clan_colour(clan) for clan in men["clan"]]
            if bond.line:
                for man, colour in zip(men.itertuples(), colours, strict=True):
                    ax.plot(
                        [top[0], man.x],
                        [top[1], man.y],
                        color=_darken(colour),
                        linestyle=bond.line,
                        linewidth=0.7,
                        alpha=0.8,
                        zorder=1,
                    )
            for man in men.itertuples():
                _draw_loyalty_ring(
                    ax, man, MIN_MARKER_AREA + WEALTH_MARKER_AREA * man.wealth / biggest
                )
            ax.scatter(
                men["x"],
                men["y"],
                s=MIN_MARKER_AREA + WEALTH_MARKER_AREA * men["wealth"] / biggest,
                marker=bond.marker,
                c=colours,
                edgecolor=NEAR_BLACK,
                linewidth=0.7,
                zorder=3,
            )
        for man in elite[elite["clan"] != elite["row"].map(self.initial_clans)].itertuples():
            ax.text(
                man.x,
                man.y,
                str(man.clan),
                fontsize=6.5,
                fontweight="bold",
                ha="center",
                va="center_baseline",
                zorder=4,
                color=NEAR_BLACK if clan_colour(man.clan) in LIGHT_CLAN_COLOURS else "white",
            )
        for loyal, face in ((True, GREY), (False, "white")):
            some = clients[(clients["loyalty"] >= 0.5) == loyal]
            ax.scatter(
                some["x"], some["y"], s=9, facecolor=face, edgecolor=GREY, linewidth=0.6, zorder=3
            )
        ax.scatter(*top, s=190, marker="*", color=NEAR_BLACK, zorder=4)
        self._label_clans(ax)
        ax.axis("off")

    def _label_clans(self, ax: Any) -> None:
        floor = min(y for _, y in self.positions.values())
        for clan in sorted(set(self.initial_clans.values())):
            xs = [
                self.positions["oligarchs", row][0]
                for row, home in self.initial_clans.items()
                if home == clan
            ]
            ax.plot(
                [min(xs) - 0.4, max(xs) + 0.4],
                [floor - 0.22] * 2,
                color=clan_colour(clan),
                linewidth=3,
                solid_capstyle="butt",
            )
            ax.text(
                sum(xs) / len(xs),
                floor - 0.32,
                f"clan {clan}" if max(xs) - min(xs) >= 2 else f"{clan}",
                ha="center",
                va="top",
                fontsize=7.5,
            )
        ax.set_ylim(floor - 0.75, RULER_HEIGHT + 0.3)


def _darken(colour: str) -> tuple[float, ...]:
    """Return a colour dark enough for a thin line on white."""
    from matplotlib.colors import to_rgb

    return tuple(0.78 * part for part in to_rgb(colour))


def _draw_loyalty_ring(ax: Any, agent: Any, size: float) -> None:
    """Draw how near a man is to the ruler as the part of a ring round his mark that is drawn, from
    the top clockwise.
    """
    from matplotlib.path import Path

    around = (math.sqrt(size) + 5.0) ** 2
    share = min(max(float(agent.loyalty), 0.0), 1.0)
    ax.scatter(
        [agent.x],
        [agent.y],
        s=around,
        marker="o",
        facecolor="white",
        edgecolor=LIGHT_GREY,
        linewidth=0.8,
        zorder=2,
    )
    if share > 0.01:
        turn = np.pi / 2 - 2 * np.pi * np.linspace(0.0, share, 60)
        arc = Path(np.column_stack([np.cos(turn), np.sin(turn)]))
        ax.scatter(
            [agent.x],
            [agent.y],
            s=around,
            marker=arc,
            facecolor="none",
            edgecolor=NEAR_BLACK,
            linewidth=1.3,
            zorder=2.5,
        )


def legend_entries() -> tuple[list, list]:
    """Return what shapes, lines and dots mean, as handles and words of a legend."""
    from matplotlib.lines import Line2D

    look: dict[str, Any] = {
        "color": GREY,
        "markerfacecolor": "white",
        "markeredgecolor": NEAR_BLACK,
        "markersize": 7,
        "linewidth": 1.0,
    }
    handles = [
        Line2D([], [], marker=bond.marker, linestyle=bond.line or "", **look)
        for bond in STANCE_STYLES.values()
    ]
    small: dict[str, Any] = {
        "color": GREY,
        "markeredgecolor": GREY,
        "markersize": 4,
        "linestyle": "",
        "marker": "o",
    }
    handles += [
        Line2D([], [], marker="*", color=NEAR_BLACK, markersize=11, linestyle=""),
        Line2D([], [], markerfacecolor=GREY, **small),
        Line2D([], [], markerfacecolor="white", **small),
    ]
    return handles, [bond.label for bond in STANCE_STYLES.values()] + [
        "the ruler",
        "loyal client below",
        "disloyal client below",
    ]


def build_pyramid(scenario: Any, seed: int, world: int, dates: list[str]) -> PatronagePyramid:
    """Play one world again and draw its pyramid at the given dates ("1990-03", in order)."""
    from poruka.simulation.regime import Regime

    regime = Regime(scenario, seed=seed, world=world)
    graphs = {}
    for date in dates:
        regime.run_until(date)
        graphs[date] = regime.graph("patronage").copy()
    return PatronagePyramid(graphs, world, seed)
