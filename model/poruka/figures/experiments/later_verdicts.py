"""Figure of what follows: on which figures of each history an account does better than others."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.figures.base.drawing import Drawing
from poruka.figures.base.style import BLUE, GREY, LIGHT_GREY, NEAR_BLACK, VERMILION
from poruka.figures.experiments.panels import visible_axes
from poruka.scoring.skill import BETTER, CANNOT_TELL, WORSE

_MARKS = {
    BETTER: ("o", BLUE, BLUE),
    WORSE: ("v", VERMILION, VERMILION),
    CANNOT_TELL: ("o", "white", GREY),
}


class LaterVerdictsChart(Drawing):
    """Verdicts of the chapter's rules against every other account, figure by figure.

    Parameters
    ----------
    each : pandas.DataFrame
        As :attr:`poruka.experiments.what_follows_stage.LaterReport.each`.
    worlds, seed : int
        Worlds of every account, and the seed.
    """

    def __init__(self, each: pd.DataFrame, worlds: int, seed: int):
        self.table = each[["history", "id", "label", "account", "gain", "low", "high", "verdict"]]
        self.histories = list(dict.fromkeys(each["history"]))
        self.accounts = list(dict.fromkeys(each["account"]))
        most = int(self.table.groupby("history")["id"].nunique().max())
        self.grid = (1, len(self.histories))
        self.size = (5.4 * len(self.histories), 2.6 + 0.23 * most)
        self.title = "What follows, figure by figure: the chapter's rules against other accounts"
        self.caption = (
            "Filled circle: the chapter's rules err less; triangle: they err more; hollow: the"
            " draws cannot tell. 95 % over draws and worlds, each figure by itself, so that about"
            " one in twenty would be told where there is nothing. An empty place: the account"
            f" cannot play this history. Not fitted. n = {worlds} worlds, one a draw, seed {seed}."
        )
        counts = self.table["verdict"].value_counts()
        self.alt = (
            f"{len(self.table)} comparisons: {counts.get(BETTER, 0)} better,"
            f" {counts.get(WORSE, 0)} worse, {counts.get(CANNOT_TELL, 0)} cannot tell."
        )

    def _draw(self, axes: Any) -> None:
        panels = visible_axes(axes, len(self.histories))
        for ax, history in zip(panels, self.histories, strict=True):
            part = self.table[self.table["history"] == history]
            names = dict(zip(part["id"], part["label"], strict=True))
            rows = {id: len(names) - 1 - place for place, id in enumerate(names)}
            for verdict, (marker, face, edge) in _MARKS.items():
                found = part[part["verdict"] == verdict]
                columns = [self.accounts.index(account) for account in found["account"]]
                ax.plot(
                    columns,
                    [rows[id] for id in found["id"]],
                    marker,
                    mfc=face,
                    mec=edge,
                    markersize=5,
                    linestyle="none",
                )
            ax.hlines(
                np.arange(len(names)), -0.5, len(self.accounts) - 0.5, LIGHT_GREY, lw=0.5, zorder=0
            )
            ax.set_yticks(list(rows.values()), list(names.values()), fontsize=7)
            ax.set_xticks(
                range(len(self.accounts)), self.accounts, rotation=60, ha="right", fontsize=7
            )
            ax.set_xlim(-0.5, len(self.accounts) - 0.5)
            ax.set_ylim(-0.7, len(names) - 0.3)
            ax.tick_params(length=0, labelcolor=NEAR_BLACK)
            ax.set_title(history, fontsize=9)
