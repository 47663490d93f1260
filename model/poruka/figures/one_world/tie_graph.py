"""The ties of the elite in one month: who is kin, countryman or client of whom, and who is out."""

import math
from typing import Any

import networkx as nx
import pandas as pd

from poruka.engine.codes import STANCES
from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.style import (
    GREY,
    NEAR_BLACK,
    STANCE_GROUPS,
    STANCE_STYLES,
    clan_colour,
    format_caption,
)

TIE_STYLES: dict[str, tuple[str, Any]] = {
    "kin": ("kin", "-"),
    "home": ("from the same place", (0, (1, 1.6))),
    "patron": ("patron and client", (0, (5, 2))),
}
"""Label and line of each kind of tie, the closest first."""
TIE_COLUMNS = (
    "oligarch",
    "other",
    "kind",
    "clan",
    "other_clan",
    "stance",
    "other_stance",
    "within_clan",
    "speaks",
)
GONE_OUT = ("opponent", "gone")
"""Groups of stances of those who have broken with the ruler and not come back."""
CLAN_GAP = 1.0
"""Empty places on the circle between two clans."""
MIDDLE_GREY = "#b0b0b0"
"""Colour of a tie along which no break can travel."""
BEND = 0.6
"""Where a tie bends to: so far from the centre as this share of its middle is."""


def layout_circle(graph: nx.Graph) -> dict[int, tuple[float, float]]:
    """Return a place on the circle of radius 1 for each man of a graph of ties, clan by clan.

    The first stands on top, the others follow clockwise.

    Examples
    --------
    >>> graph = nx.Graph()
    >>> graph.add_node("oligarch 0", row=0, clan=1)
    >>> graph.add_node("oligarch 1", row=1, clan=0)
    >>> {row: (round(x, 2), round(y, 2)) for row, (x, y) in layout_circle(graph).items()}
    {1: (0.0, 1.0), 0: (0.0, -1.0)}
    """
    men = sorted((man["clan"], man["row"]) for _, man in graph.nodes(data=True))
    clans = {clan for clan, _ in men}
    places = len(men) + CLAN_GAP * len(clans)
    positions, place, previous = {}, 0.0, None
    for clan, row in men:
        place += CLAN_GAP if previous not in (None, clan) else 0.0
        angle = 2 * math.pi * place / places
        positions[row] = (math.sin(angle), math.cos(angle))
        place, previous = place + 1.0, clan
    return positions


def bend_tie(
    one: tuple[float, float], other: tuple[float, float], centre: tuple[float, float] = (0.0, 0.0)
) -> tuple[float, float]:
    """Return the point to which a tie bends, so that neighbours on a circle are seen to have one.

    Examples
    --------
    >>> bend_tie((1.0, 0.0), (0.0, 1.0))
    (0.3, 0.3)
    """
    return (
        centre[0] + BEND * ((one[0] + other[0]) / 2 - centre[0]),
        centre[1] + BEND * ((one[1] + other[1]) / 2 - centre[1]),
    )


def tie_table(graph: nx.Graph) -> pd.DataFrame:
    """Return the ties of a graph of ties, a line each.

    Columns oligarch and other (the ends), kind (``kin``, ``home`` or ``patron``), clan and
    other_clan, stance and other_stance, within_clan, and speaks: whether just one of the two has
    broken with the ruler, so that the other sees it.
    """
    rows = []
    for one, other, tie in graph.edges(data=True):
        first, second = sorted((graph.nodes[one], graph.nodes[other]), key=lambda man: man["row"])
        stances = [STANCES[int(man["stance"])] for man in (first, second)]
        out = [STANCE_GROUPS[stance] in GONE_OUT for stance in stances]
        rows.append(
            (
                int(first["row"]),
                int(second["row"]),
                tie["kind"],
                int(first["clan"]),
                int(second["clan"]),
                *stances,
                first["clan"] == second["clan"],
                out[0] != out[1],
            )
        )
    table = pd.DataFrame(rows, columns=list(TIE_COLUMNS))
    return table.sort_values(["oligarch", "other"], ignore_index=True)


class TieGraph(Drawing):
    """The graph of ties of the elite in the present month of a world.

    Parameters
    ----------
    regime : Regime

    Attributes
    ----------
    people : pandas.DataFrame
        One line a man: oligarch, clan, stance, number of men he is tied to, x and y.

    Examples
    --------
    >>> from poruka.simulation.regime import Regime
    >>> from poruka.scenario.scenario import load
    >>> drawing = TieGraph(Regime(load("kazakhstan"), seed=1))
    >>> len(drawing.people), sorted(set(drawing.table["kind"]))
    (50, ['home', 'kin', 'patron'])
    """

    def __init__(self, regime: Any):
        graph = regime.graph("ties")
        self.table = tie_table(graph)
        if not len(self.table):
            raise NothingToDraw("nobody in the elite of this world has a tie to another")
        positions = layout_circle(graph)
        self.people = pd.DataFrame(
            [
                {
                    "oligarch": int(man["row"]),
                    "clan": int(man["clan"]),
                    "stance": STANCES[int(man["stance"])],
                    "ties": graph.degree(node),
                    "x": positions[man["row"]][0],
                    "y": positions[man["row"]][1],
                }
                for node, man in graph.nodes(data=True)
            ]
        )
        groups = self.people["stance"].map(STANCE_GROUPS)
        out, speaking = int(groups.isin(GONE_OUT).sum()), int(self.table["speaks"].sum())
        across = 1.0 - float(self.table["within_clan"].mean())
        counts = self.table["kind"].value_counts()
        self.title = f"Ties of the elite in {regime.date} (world {regime.world_number})"
        self.caption = format_caption(
            f"Points: {len(self.people)} men of the elite, clan by clan (colour, number outside);"
            " shape: stance to the ruler; black rim and number: has broken with him. Lines:"
            f" ties, the closest where two men have several; {across:.0%} lead into another clan."
            " Dark: one of the two has broken with the ruler and the other has not, so that"
            " the break can travel along it.",
            1,
            regime.ensemble_seed,
        )
        self.alt = (
            f"Men on a circle in {regime.date}: {out} of {len(self.people)} have broken with the"
            f" ruler; {len(self.table)} ties, {counts.get('kin', 0)} of kin,"
            f" {counts.get('home', 0)} of place, {counts.get('patron', 0)} of patronage;"
            f" {across:.0%} lead into another clan, {speaking} from one who is out to one who is"
            " not."
        )
        self.size = (7.0, 8.0)

    def _draw(self, ax: Any) -> None:
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        people = self.people.set_index("oligarch")
        for tie in self.table.sort_values("speaks").itertuples():
            one, other = (
                (people.loc[row, "x"], people.loc[row, "y"]) for row in (tie.oligarch, tie.other)
            )
            curve = Path(
                [one, bend_tie(one, other), other], [Path.MOVETO, Path.CURVE3, Path.CURVE3]
            )
            ax.add_patch(
                PathPatch(
                    curve,
                    facecolor="none",
                    edgecolor=NEAR_BLACK if tie.speaks else MIDDLE_GREY,
                    linestyle=TIE_STYLES[tie.kind][1],
                    linewidth=1.0 if tie.speaks else 0.7,
                    zorder=2 if tie.speaks else 1,
                )
            )
        groups = people["stance"].map(STANCE_GROUPS)
        for key, style in STANCE_STYLES.items():
            men, is_out = people[groups == key], key in GONE_OUT
            ax.scatter(
                men["x"],
                men["y"],
                s=150 if is_out else 90,
                marker=style.marker,
                c=[clan_colour(clan) for clan in men["clan"]],
                edgecolor=NEAR_BLACK if is_out else GREY,
                linewidth=1.8 if is_out else 0.6,
                zorder=4,
            )
            if is_out:
                for row, man in men.iterrows():
                    _write_number(ax, man, row)
        for clan, men in people.groupby("clan"):
            x, y = men["x"].mean(), men["y"].mean()
            length = math.hypot(x, y)
            ax.text(1.22 * x / length, 1.22 * y / length, f"clan {clan}", ha="center", va="center")
        ax.set_aspect("equal")
        ax.set_xlim(-1.32, 1.32)
        ax.set_ylim(-1.28, 1.28)
        ax.axis("off")
        handles, labels = _legend_entries()
        ax.legend(handles, labels, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=3)


def _write_number(ax: Any, man: Any, row: Any) -> None:
    ax.text(
        1.09 * man["x"],
        1.09 * man["y"],
        str(row),
        fontsize=7,
        ha="center",
        va="center",
        color=NEAR_BLACK,
        zorder=5,
    )


def _legend_entries() -> tuple[list[Any], list[str]]:
    """Return handles and labels of a legend for stances and kinds of ties."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=GREY, linestyle=line, linewidth=1.2, label=label)
        for label, line in TIE_STYLES.values()
    ]
    handles += [
        Line2D(
            [],
            [],
            linestyle="",
            marker=style.marker,
            markersize=8,
            markerfacecolor="white",
            markeredgecolor=NEAR_BLACK,
            markeredgewidth=1.8 if key in GONE_OUT else 0.6,
            label=style.label,
        )
        for key, style in STANCE_STYLES.items()
    ]
    return handles, [str(handle.get_label()) for handle in handles]
