"""How a breach with the ruler travels through the elite: who broke when, and who of his clan or
horde had gone before him.
"""

from typing import Any

import numpy as np
import pandas as pd

from poruka.engine.codes import STANCE_EXILE, STANCE_OPPONENT, STANCE_PRISONER, STANCES
from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.lanes import format_date_axis
from poruka.figures.base.style import (
    GREY,
    LIGHT_GREY,
    NEAR_BLACK,
    STANCE_GROUPS,
    STANCE_STYLES,
    clan_colour,
    format_caption,
)

CONTAGION_WINDOW, MONTHS_BEFORE_FIRST_DEFECTION = 24, 12
"""Months within which a breach by one of the own people counts as having gone before, and months
shown before the first.
"""
OLIGARCH_FIELDS = ("clan", "horde", "titular", "stance", "wealth", "regime_made")


def defection_table(recording: Any) -> pd.DataFrame:
    """Return who of the elite stands where, when he first broke with the ruler (NaN where he never
    did), and after whom.

    Columns oligarch, clan, horde, titular, wealth (at his breach, else at the end), regime_made,
    month (place in the film), date, end (stance at the end), after (the last of his clan, else of
    his horde, who went in the two years before him; -1 for none), tie (``clan``, ``horde`` or
    empty), place (from the top of the figure).
    """
    kept = recording.tables["oligarchs"]
    broken = np.isin(kept["stance"], (STANCE_OPPONENT, STANCE_EXILE, STANCE_PRISONER))
    first = np.where(broken.any(axis=0), broken.argmax(axis=0), -1)
    told = recording.events[
        (recording.events["kind"] == "defection")
        & recording.events["month"].between(
            recording.first_month, recording.first_month + recording.months - 1
        )
    ]
    order: dict[int, int] = {}
    for rank, (actor, month) in enumerate(
        zip(told["actor"], told["month"] - recording.first_month, strict=True)
    ):
        row = int(str(actor).split()[-1])
        if row not in order:
            order[row] = rank
            # Who gives in within the month stands there as silent at its end; he broke all the
            # same.
            first[row] = month if first[row] < 0 else min(first[row], month)
    at = np.where(first >= 0, first, kept.shape[0] - 1)
    rows = np.arange(kept.shape[1])
    table = pd.DataFrame(
        {"oligarch": rows}
        | {name: kept[name][at, rows] for name in OLIGARCH_FIELDS if name != "stance"}
    )
    table["month"] = np.where(first >= 0, first, np.nan)
    table["date"] = [f"{recording.dates[month]:%Y-%m}" if month >= 0 else "" for month in first]
    table["end"] = [STANCES[stance] for stance in kept["stance"][-1]]
    gone = sorted(
        (int(month), order.get(row, 10**9), row) for row, month in enumerate(first) if month >= 0
    )
    after, tie = np.full(len(rows), -1), np.full(len(rows), "", dtype=object)
    for place, (month, _, row) in enumerate(gone):
        for kind in ("clan", "horde"):
            own = [
                other
                for then, _, other in gone[:place]
                if month - then <= CONTAGION_WINDOW
                and table[kind][other] == table[kind][row]
                and (kind == "clan" or table["titular"][other] == table["titular"][row])
            ]
            if own:
                after[row], tie[row] = own[-1], kind
                break
    table["after"], table["tie"] = after, tie
    stand = table.sort_values(["horde", "clan", "month", "oligarch"], kind="stable").index
    table["place"] = pd.Series(np.arange(len(table)), index=stand)
    return table


class DefectionCascade(Drawing):
    """How a breach with the ruler travelled through the elite of one world.

    Parameters
    ----------
    film : Film
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
            raise NothingToDraw("this film left out the oligarchs; film them")
        self.table = defection_table(recording)
        self.defectors = self.table.dropna(subset=["month"])
        if not len(self.defectors):
            raise NothingToDraw("nobody of the elite ever breaks with the ruler in this world")
        self.dates, self.ruler_exits = recording.dates, recording.ruler_exits
        waves = recording.events[
            (recording.events["kind"] == "wave")
            & (recording.events["month"] >= recording.first_month)
        ]
        self.wave_dates = [pd.Timestamp(date) for date in waves["date"]]
        stance = recording.tables["oligarchs"]["stance"]
        self.defection_spells = {
            row: self._find_spells(
                np.isin(stance[:, row], (STANCE_OPPONENT, STANCE_EXILE, STANCE_PRISONER))
            )
            for row in self.defectors["oligarch"]
        }
        count, ties = len(self.defectors), self.defectors["tie"].value_counts()
        self.title = f"How a breach travelled through the elite (world {recording.world})"
        self.caption = format_caption(
            f"Rows: {len(self.table)} elite families by horde and clan (colour, number). Mark: the"
            " month a man first breaks with the ruler, its shape his stance at the end, its size"
            " his fortune then; bar: how long he stays out. Line: from the last of his clan (full)"
            " or, without one, of his horde and people (dotted) who had gone in the"
            f" {CONTAGION_WINDOW} months before. Circles at the right: those who never break."
            " Triangles above: waves.",
            1,
            recording.seed,
        )
        ends = self.defectors["date"].min(), self.defectors["date"].max()
        self.alt = (
            f"{count} of {len(self.table)} families break with the ruler, the first in {ends[0]},"
            f" the last in {ends[1]}; {ties.get('clan', 0)} after one of their clan,"
            f" {ties.get('horde', 0)} after one of their horde, {ties.get('', 0)} on their own."
        )
        self.size = (9.5, 0.135 * len(self.table) + 2.1)

    def _find_spells(self, defected: np.ndarray) -> list[tuple[int, int]]:
        edges = np.flatnonzero(np.diff(np.concatenate([[False], defected, [False]]).astype(int)))
        return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))

    def _draw(self, ax: Any) -> None:
        import matplotlib.dates as dates

        when = dates.date2num(self.dates.to_numpy())
        ends = np.append(when, when[-1] + 30.4)
        start = max(0, int(self.defectors["month"].min()) - MONTHS_BEFORE_FIRST_DEFECTION)
        span = ends[-1] - ends[start]
        column = ends[-1] + 0.035 * span
        table = self.table.set_index("oligarch")
        self._draw_clan_labels(ax)
        biggest = max(float(table["wealth"].max()), 1e-9)
        for man in self.defectors.itertuples():
            x, y, colour = when[int(man.month)], man.place, clan_colour(man.clan)
            for low, high in self.defection_spells[man.oligarch]:
                ax.plot(
                    [ends[low], ends[high]],
                    [y, y],
                    color=colour,
                    linewidth=3.2,
                    alpha=0.35,
                    solid_capstyle="butt",
                    zorder=2,
                )
            if man.after >= 0:
                before, near = table.loc[man.after], man.tie == "clan"
                line = (
                    {"linewidth": 0.8, "linestyle": "-", "alpha": 0.9}
                    if near
                    else {"linewidth": 0.6, "linestyle": (0, (1, 2)), "alpha": 0.55}
                )
                ax.annotate(
                    "",
                    (x, y),
                    (when[int(before["month"])], before["place"]),
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
            bond = STANCE_STYLES[STANCE_GROUPS[man.end]]
            ax.scatter(
                [x],
                [y],
                s=16 + 60 * man.wealth / biggest,
                marker=bond.marker,
                color=colour,
                edgecolor=NEAR_BLACK,
                linewidth=0.6,
                zorder=4,
            )
        stays = self.table[self.table["month"].isna()]
        ax.scatter(
            [column] * len(stays),
            stays["place"],
            s=12,
            facecolor="white",
            edgecolor=GREY,
            linewidth=0.8,
            clip_on=False,
            zorder=4,
        )
        ax.annotate(
            f"never\n({len(stays)})",
            (column, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            fontsize=7.5,
            annotation_clip=False,
        )
        for date in [wave for wave in self.wave_dates if wave >= self.dates[start]]:
            ax.plot(
                [date],
                [1.012],
                marker="v",
                color=NEAR_BLACK,
                markersize=5,
                transform=ax.get_xaxis_transform(),
                clip_on=False,
            )
        for date in [exit for exit in self.ruler_exits if exit >= self.dates[start]]:
            ax.axvline(date, color=NEAR_BLACK, linewidth=0.8, linestyle=(0, (4, 2)), zorder=1)
            ax.annotate(
                "a new ruler",
                (date, 0.0),
                xycoords=("data", "axes fraction"),
                xytext=(3, 3),
                textcoords="offset points",
                fontsize=7.5,
            )
        ax.set_xlim(ends[start], ends[-1])
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
        """Name clans and hordes at the left, and set them apart by thin lines."""
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
            for clan, kin in men.groupby("clan"):
                ends = kin["place"].min(), kin["place"].max()
                ax.plot(
                    [-0.012] * 2,
                    [ends[0] - 0.35, ends[1] + 0.35],
                    transform=ax.get_yaxis_transform(),
                    color=clan_colour(int(clan)),
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

        look: dict[str, Any] = {
            "linestyle": "",
            "color": GREY,
            "markerfacecolor": "white",
            "markeredgecolor": NEAR_BLACK,
            "markersize": 6,
        }
        return (
            [Line2D([], [], marker=bond.marker, **look) for bond in STANCE_STYLES.values()],
            [
                "client again at the end",
                "grumbles or is silent",
                "critic",
                "opponent",
                "in prison or exile",
            ],
        )
