"""How defection spreads through the elite: who breaks with the ruler when, and after whom."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.figures.base.contrast import line_colour
from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.lanes import format_date_axis, mark_accessions
from poruka.figures.base.style import (
    GREY,
    LIGHT_GREY,
    NEAR_BLACK,
    STANCE_GROUPS,
    STANCE_STYLES,
    clan_colour,
    format_caption,
)
from poruka.figures.one_world.defections import CONTAGION_WINDOW, DEFECTED_STANCES, defection_table

MONTHS_BEFORE_FIRST_DEFECTION = 12
"""Months shown before the first defection."""


class DefectionCascade(Drawing):
    """How defection spreads through the elite of one world.

    Parameters
    ----------
    recording : Recording
        Of one world, with oligarchs.

    Examples
    --------
    >>> from poruka.figures.one_world.recording import record_world
    >>> from poruka.scenario.scenario import load
    >>> drawing = DefectionCascade(record_world(load("kazakhstan"), world=17))
    >>> len(drawing.table), len(drawing.defectors) > 0
    (50, True)
    """

    def __init__(self, recording: Any):
        if "oligarchs" not in recording.tables:
            raise NothingToDraw(
                "this recording has no table of oligarchs; record the world with it"
            )
        self.table = defection_table(recording)
        self.defectors = self.table.dropna(subset=["month"])
        if not len(self.defectors):
            raise NothingToDraw("nobody in the elite ever breaks with the ruler in this world")
        self.dates, self.ruler_exits = recording.dates, recording.ruler_exits
        waves = recording.events[
            (recording.events["kind"] == "wave")
            & (recording.events["month"] >= recording.first_month)
        ]
        self.wave_dates = [pd.Timestamp(date) for date in waves["date"]]
        stance = recording.tables["oligarchs"]["stance"]
        self.defection_spells = {
            row: self._find_spells(np.isin(stance[:, row], DEFECTED_STANCES))
            for row in self.defectors["oligarch"]
        }
        count, ties = len(self.defectors), self.defectors["tie"].value_counts()
        self.title = f"How defection spreads through the elite (world {recording.world})"
        self.caption = format_caption(
            f"Rows: {len(self.table)} elite families by horde and clan (colour, number). Marker:"
            " the month a man first breaks with the ruler, its shape his stance at the end, its"
            f" size his fortune then; bar: how long he stays out.{self._tie_sentence()}"
            " Circles at the right: those who never defect."
            " Triangles above: waves of defections.",
            1,
            recording.seed,
        )
        ends = self.defectors["date"].min(), self.defectors["date"].max()
        self.alt = (
            f"{count} of {len(self.table)} families break with the ruler, the first in {ends[0]},"
            f" the last in {ends[1]}; {ties.get('kin', 0)} after a kinsman, {ties.get('home', 0)}"
            f" after a countryman, {ties.get('patron', 0)} after a patron or client,"
            f" {ties.get('', 0)} after nobody tied to them."
        )
        self.size = (9.5, 0.135 * len(self.table) + 2.1)

    @property
    def spreads_along_ties(self) -> bool:
        """Whether more follow one tied to them than do where men are exchanged at random."""
        counts = self.table.attrs
        return bool(counts["tied"] > counts["tied_by_chance_at_most"])

    def _tie_sentence(self) -> str:
        counts = self.table.attrs
        chance = (
            f"{counts['tied']} follow one tied to them who left in the {CONTAGION_WINDOW} months"
            f" before; with men exchanged at random {counts['tied_by_chance']:.0f} would, and up to"
            f" {counts['tied_by_chance_at_most']:.0f} in 19 of 20 shuffles"
        )
        if not self.spreads_along_ties:
            return f" No lines are drawn between them: {chance}."
        return (
            " Line: from the last of those tied to him, kin or patron (solid) or from the same"
            f" place (dotted); {chance}."
        )

    def _find_spells(self, defected: np.ndarray) -> list[tuple[int, int]]:
        edges = np.flatnonzero(np.diff(np.concatenate([[False], defected, [False]]).astype(int)))
        return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))

    def _draw(self, ax: Any) -> None:
        import matplotlib.dates as dates

        month_starts = dates.date2num(self.dates.to_numpy())
        edges = np.append(month_starts, month_starts[-1] + 30.4)
        start = max(0, int(self.defectors["month"].min()) - MONTHS_BEFORE_FIRST_DEFECTION)
        span = edges[-1] - edges[start]
        right_margin = edges[-1] + 0.035 * span
        table = self.table.set_index("oligarch")
        self._draw_clan_labels(ax)
        largest_fortune = max(float(table["wealth"].max()), 1e-9)
        for man in self.defectors.itertuples():
            x, y, colour = month_starts[int(man.month)], man.place, clan_colour(man.clan)
            for low, high in self.defection_spells[man.oligarch]:
                ax.plot(
                    [edges[low], edges[high]],
                    [y, y],
                    color=line_colour(colour),
                    linewidth=1.8,
                    solid_capstyle="butt",
                    zorder=2,
                )
            if man.after >= 0 and self.spreads_along_ties:
                predecessor = table.loc[man.after]
                line = (
                    {"linewidth": 0.6, "linestyle": (0, (1, 2))}
                    if man.tie == "home"
                    else {"linewidth": 0.8, "linestyle": "-"}
                )
                ax.annotate(
                    "",
                    (x, y),
                    (month_starts[int(predecessor["month"])], predecessor["place"]),
                    zorder=3,
                    arrowprops={
                        "arrowstyle": "-",
                        "color": NEAR_BLACK,
                        "connectionstyle": "arc3,rad=0.25",
                        "shrinkA": 3,
                        "shrinkB": 3,
                        **line,
                    },
                )
            style = STANCE_STYLES[STANCE_GROUPS[man.end]]
            ax.scatter(
                [x],
                [y],
                s=16 + 60 * man.wealth / largest_fortune,
                marker=style.marker,
                color=colour,
                edgecolor=NEAR_BLACK,
                linewidth=0.6,
                zorder=4,
            )
        never_defected = self.table[self.table["month"].isna()]
        ax.scatter(
            [right_margin] * len(never_defected),
            never_defected["place"],
            s=12,
            facecolor="white",
            edgecolor=GREY,
            linewidth=0.8,
            clip_on=False,
            zorder=4,
        )
        ax.annotate(
            f"never\n({len(never_defected)})",
            (right_margin, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            fontsize=7.5,
            annotation_clip=False,
        )
        for date in [date for date in self.wave_dates if date >= self.dates[start]]:
            ax.plot(
                [date],
                [1.012],
                marker="v",
                color=NEAR_BLACK,
                markersize=5,
                transform=ax.get_xaxis_transform(),
                clip_on=False,
            )
        seen = [date for date in self.ruler_exits if date >= self.dates[start]]
        mark_accessions(ax, seen, above=False)
        ax.set_xlim(edges[start], edges[-1])
        ax.set_ylim(len(self.table) - 0.3, -0.7)
        format_date_axis(ax)
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.legend(
            *self._legend_entries(),
            loc="upper center",
            bbox_to_anchor=(0.45, -0.055),
            ncols=5,
            handletextpad=0.2,
            columnspacing=1.2,
        )

    def _draw_clan_labels(self, ax: Any) -> None:
        """Label clans and hordes at the left and separate them by thin lines."""
        ax.text(
            -0.022,
            -1.3,
            "clan",
            transform=ax.get_yaxis_transform(),
            fontsize=7,
            ha="right",
            va="center",
        )
        for horde, men in self.table.groupby("horde"):
            low, high = men["place"].min(), men["place"].max()
            ax.text(
                -0.085,
                (low + high) / 2,
                f"horde {int(horde)}",
                transform=ax.get_yaxis_transform(),
                rotation=90,
                va="center",
                ha="center",
                fontsize=8,
            )
            ax.plot(
                [-0.068] * 2,
                [low - 0.3, high + 0.3],
                transform=ax.get_yaxis_transform(),
                color=GREY,
                linewidth=1.0,
                clip_on=False,
            )
            ax.axhline(high + 0.5, color=GREY, linewidth=0.7, zorder=0)
            for clan, clan_members in men.groupby("clan"):
                ends = clan_members["place"].min(), clan_members["place"].max()
                ax.plot(
                    [-0.012] * 2,
                    [ends[0] - 0.35, ends[1] + 0.35],
                    transform=ax.get_yaxis_transform(),
                    color=line_colour(clan_colour(int(clan))),
                    linewidth=3.5,
                    solid_capstyle="butt",
                    clip_on=False,
                )
                ax.text(
                    -0.022,
                    sum(ends) / 2,
                    f"{int(clan)}",
                    transform=ax.get_yaxis_transform(),
                    fontsize=7,
                    va="center",
                    ha="right",
                )
                ax.axhline(ends[1] + 0.5, color=LIGHT_GREY, linewidth=0.6, zorder=0)

    @staticmethod
    def _legend_entries() -> tuple[list, list]:
        from matplotlib.lines import Line2D

        marker_options: dict[str, Any] = {
            "linestyle": "",
            "color": GREY,
            "markerfacecolor": "white",
            "markeredgecolor": NEAR_BLACK,
            "markersize": 6,
        }
        return (
            [
                Line2D([], [], marker=style.marker, **marker_options)
                for style in STANCE_STYLES.values()
            ],
            [
                "client again at the end",
                "grumbles or is silent",
                "critic",
                "opponent",
                "in prison or exile",
            ],
        )
