"""Threats to a ruler over time: rivals, their strength and acceptability, and how he holds them."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.engine.codes import CONTENDERS
from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.lanes import format_date_axis, mark_accessions
from poruka.figures.base.style import (
    GREY,
    LIGHT_GREY,
    NEAR_BLACK,
    VERMILION,
    format_caption,
    sequential_colormap,
)
from poruka.utils.labels import format_label

CONTENDER_FIELDS = (
    "active",
    "threat",
    "acceptability",
    "belief",
    "barred",
    "jailed",
    "exiled",
    "coopted",
)
RESTRICTION_STYLES: dict[str, tuple[str, Any]] = {
    "barred": (GREY, (0, (1, 1))),
    "coopted": (GREY, (0, (4, 1.4))),
    "exiled": (NEAR_BLACK, (0, (1, 1))),
    "jailed": (NEAR_BLACK, "-"),
}
"""Restrictions on a rival, mildest first, and the line drawn for each; the severest is shown."""
MIN_THREAT, MAX_HEIGHT = 0.02, 0.86
"""Least threat of a rival shown, and share of a row's height that the strongest threat takes."""
ROW_HEIGHT, MIN_ROWS = 0.52, 2
"""Height of a row in inches, and rows for which there is room even where fewer are shown: scale and
legend need it.
"""


class ThreatTimeline(Drawing):
    """The rivals of a ruler month by month.

    Parameters
    ----------
    recording : Recording
        Of one world, with contenders and president.

    Examples
    --------
    >>> from poruka.figures.one_world.recording import record_world
    >>> from poruka.scenario.scenario import load
    >>> drawing = ThreatTimeline(record_world(load("kazakhstan"), until="1991-12"))
    >>> set(drawing.shown_contenders) <= set(drawing.table["contender"])
    True
    """

    def __init__(self, recording: Any):
        if not {"contenders", "president"} <= set(recording.tables):
            raise NothingToDraw(
                "this recording lacks contenders or president; record the world with both"
            )
        table = recording.to_frame("contenders", CONTENDER_FIELDS).rename(
            columns={"row": "contender"}
        )
        table = table[table["contender"] > 0]
        target = np.repeat(recording.tables["president"]["target"][:, 0], len(CONTENDERS) - 1)
        table["in_view"] = table["contender"].to_numpy() == target
        table["contender"] = [CONTENDERS[row] for row in table["contender"]]
        strongest = table.groupby("contender")["threat"].max()
        self.shown_contenders = [name for name in CONTENDERS[1:] if strongest[name] >= MIN_THREAT]
        if not self.shown_contenders:
            raise NothingToDraw(f"no rival ever threatens more than {MIN_THREAT} in this world")
        self.table = table[table["contender"].isin(self.shown_contenders)].reset_index(drop=True)
        self.max_threat = float(strongest[self.shown_contenders].max())
        self.dates, self.ruler_exits = recording.dates, recording.ruler_exits
        harmless = [
            format_label(name, "contender")
            for name in CONTENDERS[1:]
            if name not in self.shown_contenders
            and (table.loc[table["contender"] == name, "active"]).any()
        ]
        self.title = f"Who threatens the ruler (world {recording.world})"
        further_note = f" Never a threat: {', '.join(harmless)}." if harmless else ""
        if any("magnate" in name for name in self.shown_contenders):
            further_note += (
                " A magnate's row is of whoever leads a bloc at the time: one man after the other,"
                " and one bloc after the other."
            )
        self.caption = format_caption(
            "Rows: those who could rule instead. Height: threat (acceptability × means × opening),"
            " on one scale for all rows. Shade: acceptability, the weighted share of citizens,"
            " business, officials, the West and Moscow who would rather have him. Ticks: months in"
            " which the ruler fears him most. Lines below a row: restrictions on him."
            f"{further_note}",
            1,
            recording.seed,
        )
        peaks = (
            self.table.loc[self.table.groupby("contender")["threat"].idxmax()]
            .set_index("contender")
            .loc[self.shown_contenders]
        )
        self.alt = "Rows of threat over time. " + " ".join(
            f"{format_label(name, 'contender').capitalize()}: at most {row['threat']:.2f} in"
            f" {row['date']:%Y-%m}, acceptable to {row['acceptability']:.0%} then."
            for name, row in peaks.iterrows()
        )
        self.rows_height = ROW_HEIGHT * max(MIN_ROWS, len(self.shown_contenders))
        self.size = (9.0, self.rows_height + 1.9)

    def _draw(self, ax: Any) -> None:
        import matplotlib.dates as dates
        from matplotlib.collections import PolyCollection
        from matplotlib.ticker import PercentFormatter

        month_starts = dates.date2num(self.dates.to_numpy())
        edges = np.append(month_starts, month_starts[-1] + 30.4)
        highest = max(float(self.table["acceptability"].max()), 0.01)
        scale = MAX_HEIGHT / self.max_threat
        for rank, name in enumerate(self.shown_contenders):
            rows = self.table[self.table["contender"] == name]
            base = len(self.shown_contenders) - 1 - rank
            ax.axhline(base, color=LIGHT_GREY, linewidth=0.7, zorder=0)
            heights = base + scale * rows["threat"].to_numpy()
            bars = [
                ((low, base), (low, top), (high, top), (high, base))
                for low, high, top in zip(edges, edges[1:], heights, strict=False)
            ]
            shades = PolyCollection(
                bars, cmap=sequential_colormap(), linewidth=0.3, edgecolor="face", zorder=2
            )
            shades.set_array(rows["acceptability"].to_numpy())
            shades.set_clim(0.0, highest)
            ax.add_collection(shades)
            ax.step(
                edges,
                np.append(heights, heights[-1]),
                where="post",
                color=NEAR_BLACK,
                linewidth=0.6,
                zorder=3,
            )
            feared_months = month_starts[rows["in_view"].to_numpy()] + 15
            ax.vlines(
                feared_months, base - 0.055, base + 0.0, color=VERMILION, linewidth=1.1, zorder=4
            )
            self._draw_restrictions(ax, rows, edges, base - 0.1)
        mark_accessions(ax, self.ruler_exits)
        ax.set_yticks(
            range(len(self.shown_contenders)),
            [format_label(name, "contender") for name in reversed(self.shown_contenders)],
        )
        ax.set_ylim(-0.22, len(self.shown_contenders) - 0.02)
        ax.set_xlim(edges[0], edges[-1])
        ax.tick_params(axis="y", length=0, labelcolor=NEAR_BLACK)
        for label in ax.get_yticklabels():
            label.set_verticalalignment("bottom")
        ax.spines["left"].set_visible(False)
        format_date_axis(ax)
        ax.plot(
            [1.012] * 2,
            [0, MAX_HEIGHT],
            transform=ax.get_yaxis_transform(),
            color=NEAR_BLACK,
            linewidth=0.9,
            clip_on=False,
        )
        for value, y in ((0.0, 0.0), (self.max_threat, MAX_HEIGHT)):
            ax.text(
                1.02,
                y,
                f"{value:.2f}" if value else "0",
                transform=ax.get_yaxis_transform(),
                fontsize=7,
                va="center",
            )
        ax.text(
            1.02,
            MAX_HEIGHT / 2,
            "threat",
            transform=ax.get_yaxis_transform(),
            fontsize=7,
            va="center",
        )
        bar = ax.get_figure().colorbar(
            shades,
            ax=ax,
            shrink=0.5,
            aspect=22,
            pad=0.07,
            anchor=(0.0, 1.0),
            format=PercentFormatter(1.0),
        )
        bar.set_label("acceptability", fontsize=8)
        bar.ax.tick_params(labelsize=7.5)
        self._draw_legend(ax)

    @staticmethod
    def _draw_restrictions(ax: Any, rows: pd.DataFrame, ends: np.ndarray, y: float) -> None:
        free = np.ones(len(rows), dtype=bool)
        for restriction in reversed(RESTRICTION_STYLES):
            held = rows[restriction].to_numpy(dtype=bool) & free
            free &= ~held
            edges = np.flatnonzero(np.diff(np.concatenate([[False], held, [False]]).astype(int)))
            colour, line = RESTRICTION_STYLES[restriction]
            for low, high in zip(edges[::2], edges[1::2], strict=True):
                ax.plot(
                    [ends[low], ends[high]],
                    [y, y],
                    color=colour,
                    linestyle=line,
                    linewidth=2.2,
                    solid_capstyle="butt",
                    zorder=3,
                )

    def _draw_legend(self, ax: Any) -> None:
        from matplotlib.lines import Line2D

        handles = [
            Line2D(
                [], [], color=VERMILION, marker="|", markersize=6, linestyle="", markeredgewidth=1.3
            )
        ]
        handles += [
            Line2D([], [], color=colour, linestyle=line, linewidth=2.2)
            for colour, line in RESTRICTION_STYLES.values()
        ]
        ax.legend(
            handles,
            ["feared most by the ruler", "barred", "bought or posted away", "abroad", "in prison"],
            loc="upper center",
            bbox_to_anchor=(0.45, -0.36 / self.rows_height),
            ncols=5,
            handlelength=2.4,
            columnspacing=1.4,
        )
