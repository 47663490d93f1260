"""Blocs of those who broke with the ruler: who leads each, how large it is and how it ends."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.lanes import format_date_axis, mark_accessions
from poruka.figures.base.style import GREY, LIGHT_GREY, NEAR_BLACK, clan_colour, format_caption
from poruka.figures.one_world.bloc_spells import END_LABELS, bloc_months, bloc_table

NEEDED_TABLES = ("movements", "contenders", "oligarchs")
END_MARKERS = {
    "jailed": "s",
    "exiled": "X",
    "silent": "v",
    "coopted": "o",
    "split": "D",
    "returned": "<",
    "rules": "*",
}
"""Marker at the end of a band for each end of a bloc; one that lasts has none."""
BAND_HEIGHT, BLOC_ROW_HEIGHT, MIN_BLOC_ROWS = 0.78, 0.42, 3
"""Share of a row that the largest bloc fills, height of a row in inches, least number of rows."""
LABEL_WIDTH = 0.018
"""Width of the number of a leader, as a share of the axis: he is named where there is room."""


class BlocTimeline(Drawing):
    """The blocs of those who broke with a ruler, each from its founding to its end.

    Parameters
    ----------
    recording : Recording
        Of one world, with movements, contenders and oligarchs.

    Attributes
    ----------
    blocs : pandas.DataFrame
        One line a bloc: founding, founder, last month, most members and means, how it ended.

    Examples
    --------
    >>> from poruka.figures.one_world.recording import record_world
    >>> from poruka.scenario.scenario import load
    >>> drawing = BlocTimeline(record_world(load("kazakhstan", numbers="declared"), world=1))
    >>> len(drawing.blocs) == drawing.table["bloc"].nunique() > 1
    True
    """

    def __init__(self, recording: Any):
        missing = [name for name in NEEDED_TABLES if name not in recording.tables]
        if missing:
            raise NothingToDraw(
                f"this recording lacks {', '.join(missing)}; record the world with"
                f" {', '.join(NEEDED_TABLES)}"
            )
        self.table = bloc_months(recording)
        if not len(self.table):
            raise NothingToDraw("nobody who breaks with the ruler founds a bloc in this world")
        self.blocs = bloc_table(recording, self.table)
        self.dates, self.ruler_exits = recording.dates, recording.ruler_exits
        self.most_members = int(self.table["members"].max())
        self.title = f"Blocs of those who broke with the ruler (world {recording.world})"
        self.caption = format_caption(
            "Rows: blocs in order of their founding, with the oligarch who founded each. Height:"
            " its members at liberty, on one scale for all rows. Colour: clan of the man who leads"
            " it; number below: the oligarch who leads from there on, where there is room. Marker:"
            " how the bloc ended, when nobody was left who could have led it on; one that reaches"
            " the right edge is still there.",
            1,
            recording.seed,
        )
        self.alt = f"{len(self.blocs)} blocs. " + " ".join(
            f"Founded {bloc.founded} by oligarch {bloc.founder}, at most {bloc.members} at liberty,"
            f" {bloc.leaders} leader{'s in turn' if bloc.leaders > 1 else ''},"
            f" {END_LABELS[bloc.end]}" + (f" ({bloc.last})." if bloc.end != "lasts" else ".")
            for bloc in self.blocs.itertuples()
        )
        self.rows_height = BLOC_ROW_HEIGHT * max(MIN_BLOC_ROWS, len(self.blocs))
        self.size = (9.0, self.rows_height + 2.1)

    def _draw(self, ax: Any) -> None:
        import matplotlib.dates as dates

        month_starts = dates.date2num(self.dates.to_numpy())
        edges = np.append(month_starts, month_starts[-1] + 30.4)
        first = max(0, int(self.table["month"].min()) - 6)
        ax.set_xlim(edges[first], edges[-1])
        scale = BAND_HEIGHT / self.most_members
        for bloc in self.blocs.itertuples():
            base = len(self.blocs) - bloc.bloc
            mine = self.table[self.table["bloc"] == bloc.bloc]
            ax.axhline(base, color=LIGHT_GREY, linewidth=0.7, zorder=0)
            self._draw_band(ax, mine, edges, base, scale)
            if bloc.end in END_MARKERS:
                end = edges[int(mine["month"].iloc[-1]) + 1]
                ax.plot([end], [base + 0.06], **_marker_options(bloc.end))
        mark_accessions(
            ax, [date for date in self.ruler_exits if dates.date2num(date) >= edges[first]]
        )
        ax.set_yticks(
            [len(self.blocs) - bloc + 0.1 for bloc in self.blocs["bloc"]],
            [f"{bloc.bloc}: oligarch {bloc.founder}" for bloc in self.blocs.itertuples()],
        )
        ax.set_ylim(-0.32, len(self.blocs))
        ax.tick_params(axis="y", length=0, labelcolor=NEAR_BLACK)
        ax.spines["left"].set_visible(False)
        format_date_axis(ax)
        self._draw_scale(ax)
        self._draw_legend(ax)

    def _draw_band(
        self, ax: Any, mine: pd.DataFrame, edges: np.ndarray, base: float, scale: float
    ) -> None:
        """Draw one bloc: a stretch for each man who led it, with his number where it fits."""
        span = ax.get_xlim()[1] - ax.get_xlim()[0]
        changes = (mine["leader"] != mine["leader"].shift()).cumsum()
        free_from = -np.inf
        for _, stretch in mine.groupby(changes):
            months = stretch["month"].to_numpy()
            ends = edges[np.append(months, months[-1] + 1)]
            heights = base + scale * stretch["members"].to_numpy()
            tops = np.append(heights, heights[-1])
            colour = clan_colour(int(stretch["clan"].iloc[0]))
            # The line keeps a bloc of one man visible where another is large.
            ax.plot(
                ends[[0, -1]],
                [base] * 2,
                color=colour,
                linewidth=2,
                solid_capstyle="butt",
                zorder=2,
            )
            ax.fill_between(
                ends, base, tops, step="post", facecolor=colour, linewidth=0.0, zorder=2
            )
            ax.step(ends, tops, where="post", color=NEAR_BLACK, linewidth=0.5, zorder=3)
            ax.vlines(ends[0], base, heights[0], color=NEAR_BLACK, linewidth=0.5, zorder=3)
            if ends[0] >= free_from:
                ax.text(
                    ends[0],
                    base - 0.05,
                    str(int(stretch["leader"].iloc[0])),
                    fontsize=7,
                    va="top",
                    zorder=4,
                )
                free_from = ends[0] + LABEL_WIDTH * span

    def _draw_scale(self, ax: Any) -> None:
        side = {"transform": ax.get_yaxis_transform(), "clip_on": False}
        ax.plot([1.012] * 2, [0, BAND_HEIGHT], color=NEAR_BLACK, linewidth=0.9, **side)
        for members, y in ((0, 0.0), (self.most_members, BAND_HEIGHT)):
            ax.text(1.02, y, str(members), fontsize=7, va="center", **side)
        ax.text(1.02, BAND_HEIGHT / 2, "members", fontsize=7, va="center", **side)

    def _draw_legend(self, ax: Any) -> None:
        from matplotlib.lines import Line2D
        from matplotlib.patches import Patch

        ends = [end for end in END_MARKERS if end in set(self.blocs["end"])]
        clans = sorted(set(self.table["clan"]))
        below = -0.3 / self.rows_height
        fixed = {"loc": "upper left", "borderaxespad": 0.0, "handlelength": 1.6}
        if ends:
            markers = ax.legend(
                [Line2D([], [], linestyle="", **_marker_options(end)) for end in ends],
                [END_LABELS[end] for end in ends],
                title="End of a bloc",
                bbox_to_anchor=(0.0, below),
                alignment="left",
                **fixed,
            )
            ax.add_artist(markers)
        ax.legend(
            [
                Patch(facecolor=clan_colour(clan), edgecolor=NEAR_BLACK, linewidth=0.5)
                for clan in clans
            ],
            [str(clan) for clan in clans],
            title="Clan of its leader",
            bbox_to_anchor=(0.42, below),
            alignment="left",
            ncols=5,
            columnspacing=1.4,
            **fixed,
        )


def _marker_options(end: str) -> dict[str, Any]:
    return {
        "marker": END_MARKERS[end],
        "markersize": 9 if end == "rules" else 6,
        "color": GREY,
        "markerfacecolor": "white",
        "markeredgecolor": NEAR_BLACK,
        "zorder": 5,
    }
