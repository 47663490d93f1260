"""The pyramid of patronage in one world: everyone's position, clan and stance to the ruler."""

import math
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from poruka.figures.base.contrast import line_colour, text_colour
from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.style import (
    GREY,
    LIGHT_GREY,
    NEAR_BLACK,
    QUIET_GREY,
    STANCE_GROUPS,
    STANCE_STYLES,
    clan_colour,
)
from poruka.figures.one_world.patronage_layout import (
    CLIENTS_SHOWN,
    RULER_HEIGHT,
    layout_pyramid,
    patronage_table,
)
from poruka.simulation.regime import Regime

MIN_MARKER_AREA, WEALTH_MARKER_AREA = 40.0, 110.0
"""Marker area without wealth, and what the largest fortune adds, in square points."""


class PatronagePyramid(Drawing):
    """The pyramid of patronage at several dates, everyone in the same position each time.

    Parameters
    ----------
    graphs : dict
        Date ("1990-03") to patronage graph, as :meth:`poruka.simulation.regime.Regime.graph` gives
        it.
    world, seed : int
        Number of the world and seed, for the caption.
    """

    def __init__(self, graphs: dict[str, nx.DiGraph], world: int, seed: int):
        if not graphs:
            raise NothingToDraw("no date was given for the pyramid; give one or more")
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
            " first clan; colour: present clan (a number inside marks a change of clan);"
            " size: wealth; ring: nearness to the ruler (closed: nearest); shape and"
            " line: stance to the ruler (no line in prison or exile). Below: up to"
            f" {CLIENTS_SHOWN} sampled clients each ({shown} in all); filled: loyal (0.5 or more),"
            f" hollow: not. Positions do not change. n = 1 world (world {world}), seed {seed}."
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
        counts = elite["stance"].map(STANCE_GROUPS).value_counts()
        return (
            f"{date}: "
            + ", ".join(
                f"{STANCE_STYLES[key].label} {counts[key]}"
                for key in STANCE_STYLES
                if key in counts
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
            stance_group=lambda men: men["stance"].map(STANCE_GROUPS)
        )
        clients = rows[rows["table"] == "clients"]
        top = self.positions["president", 0]
        lowest = clients.groupby("family")["y"].min()
        above = elite[elite["row"].isin(lowest.index)]
        ax.vlines(
            above["x"],
            above["row"].map(lowest),
            above["y"],
            color=QUIET_GREY,
            linewidth=0.6,
            zorder=1,
        )
        largest_fortune = max(float(self.table["wealth"].max()), 1e-9)
        for key, style in STANCE_STYLES.items():
            men = elite[elite["stance_group"] == key]
            colours = [clan_colour(clan) for clan in men["clan"]]
            if style.line:
                for man, colour in zip(men.itertuples(), colours, strict=True):
                    ax.plot(
                        [top[0], man.x],
                        [top[1], man.y],
                        color=line_colour(colour),
                        linestyle=style.line,
                        linewidth=0.7,
                        zorder=1,
                    )
            for man in men.itertuples():
                _draw_loyalty_ring(
                    ax, man, MIN_MARKER_AREA + WEALTH_MARKER_AREA * man.wealth / largest_fortune
                )
            ax.scatter(
                men["x"],
                men["y"],
                s=MIN_MARKER_AREA + WEALTH_MARKER_AREA * men["wealth"] / largest_fortune,
                marker=style.marker,
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
                color=text_colour(clan_colour(man.clan)),
            )
        for loyal, face in ((True, GREY), (False, "white")):
            marked_clients = clients[(clients["loyalty"] >= 0.5) == loyal]
            ax.scatter(
                marked_clients["x"],
                marked_clients["y"],
                s=9,
                facecolor=face,
                edgecolor=GREY,
                linewidth=0.6,
                zorder=3,
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
                color=line_colour(clan_colour(clan)),
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


def _draw_loyalty_ring(ax: Any, agent: Any, size: float) -> None:
    """Draw nearness to the ruler as an arc round a marker, clockwise from the top."""
    from matplotlib.path import Path

    area = (math.sqrt(size) + 5.0) ** 2
    share = min(max(float(agent.loyalty), 0.0), 1.0)
    ax.scatter(
        [agent.x],
        [agent.y],
        s=area,
        marker="o",
        facecolor="white",
        edgecolor=LIGHT_GREY,
        linewidth=0.8,
        zorder=2,
    )
    if share > 0.01:
        angles = np.pi / 2 - 2 * np.pi * np.linspace(0.0, share, 60)
        arc = Path(np.column_stack([np.cos(angles), np.sin(angles)]))
        ax.scatter(
            [agent.x],
            [agent.y],
            s=area,
            marker=arc,
            facecolor="none",
            edgecolor=NEAR_BLACK,
            linewidth=1.3,
            zorder=2.5,
        )


def legend_entries() -> tuple[list, list]:
    """Return handles and labels of a legend for shapes, lines and dots."""
    from matplotlib.lines import Line2D

    stance_options: dict[str, Any] = {
        "color": GREY,
        "markerfacecolor": "white",
        "markeredgecolor": NEAR_BLACK,
        "markersize": 7,
        "linewidth": 1.0,
    }
    handles = [
        Line2D([], [], marker=style.marker, linestyle=style.line or "", **stance_options)
        for style in STANCE_STYLES.values()
    ]
    client_options: dict[str, Any] = {
        "color": GREY,
        "markeredgecolor": GREY,
        "markersize": 4,
        "linestyle": "",
        "marker": "o",
    }
    handles += [
        Line2D([], [], marker="*", color=NEAR_BLACK, markersize=11, linestyle=""),
        Line2D([], [], markerfacecolor=GREY, **client_options),
        Line2D([], [], markerfacecolor="white", **client_options),
    ]
    return handles, [style.label for style in STANCE_STYLES.values()] + [
        "the ruler",
        "loyal client below",
        "disloyal client below",
    ]


def build_pyramid(scenario: Any, seed: int, world: int, dates: list[str]) -> PatronagePyramid:
    """Simulate one world and return its pyramid at the given dates ("1990-03", in order)."""
    regime = Regime(scenario, seed=seed, world=world)
    graphs = {}
    for date in dates:
        regime.run_until(date)
        graphs[date] = regime.graph("patronage").copy()
    return PatronagePyramid(graphs, world, seed)
