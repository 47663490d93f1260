"""Skill chart: how much less a model errs than each baseline, with the interval and the verdict."""

from typing import Any

import numpy as np

from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.style import BLUE, GREY, LIGHT_GREY, NEAR_BLACK, VERMILION
from poruka.scoring.skill import BETTER, WORSE

_PART_TITLES = {
    "event": "events",
    "value": "values",
    "pattern": "patterns",
    "all": "all three",
    "growth": "growth (apart)",
}
_LEAST, _MOST = -1.0, 1.0


class SkillChart(Drawing):
    """Skill against each baseline, part by part: point, 95 % interval, verdict.

    Parameters
    ----------
    score : Score
        As :func:`poruka.score` or the method ``score`` of an ensemble returns it.
    """

    def __init__(self, score: Any):
        table = score.skill
        if not len(table):
            raise NothingToDraw("there is no baseline to draw a skill against")
        self.table = table.reset_index(drop=True)
        self.parts = [part for part in _PART_TITLES if (table["part"] == part).any()]
        self.baselines = list(dict.fromkeys(table["baseline"]))
        self.title = f"Skill of {score.name} against models"
        self.caption = (
            "Skill is 1 less the ratio of the score to that of the baseline; right of 0 the worlds"
            " are nearer to the record. Bars: 95 % interval over worlds and episodes (arrow: goes"
            " on). Filled: the difference is significant; hollow: the record cannot"
            f" tell. n = {score.worlds:,} worlds, seed {score.seed}."
        )
        told = self.table[self.table["part"] == "all"]["verdict"]
        self.alt = (
            f"Skill against {len(self.baselines)} baselines over all figures: better than"
            f" {int((told == BETTER).sum())}, worse than {int((told == WORSE).sum())}."
        )
        self.grid = (1, len(self.parts))
        self.size = (2.2 * len(self.parts) + 1.5, 0.4 * len(self.baselines) + 2.2)
        self.subplot_options = {"sharey": True}

    def _draw(self, axes: Any) -> None:
        panels = dict(zip(self.parts, np.atleast_1d(axes), strict=True))
        for part, ax in panels.items():
            ax.axvline(0.0, color=GREY, linewidth=1.0, linestyle=(0, (4, 2)))
            for row in self.table[self.table["part"] == part].itertuples():
                self._draw_skill(ax, self.baselines.index(row.baseline), row)
            ax.set_xlim(_LEAST - 0.1, _MOST + 0.1)
            ax.set_ylim(len(self.baselines) - 0.5, -0.5)
            ax.set_xticks([-1, 0, 1])
            ax.set_title(_PART_TITLES[part], fontsize=9)
            ax.tick_params(axis="y", length=0, labelcolor=NEAR_BLACK)
            ax.spines["left"].set_visible(False)
        panels[self.parts[0]].set_yticks(range(len(self.baselines)), self.baselines)
        panels[self.parts[0]].set_xlabel("skill")

    def _draw_skill(self, ax: Any, y: int, row: Any) -> None:
        ax.axhline(y, color=LIGHT_GREY, linewidth=0.6, zorder=0)
        colour = {BETTER: BLUE, WORSE: VERMILION}.get(row.verdict, GREY)
        if not np.isnan([row.low, row.high]).any():
            ends = np.clip([row.low, row.high], _LEAST, _MOST)
            ax.plot(ends, [y, y], color=colour, linewidth=1.6)
            if row.low < _LEAST:
                ax.plot([_LEAST], [y], marker="<", color=colour, markersize=5)
        if _LEAST <= row.skill <= _MOST:
            filled = colour if row.verdict in (BETTER, WORSE) else "white"
            ax.plot([row.skill], [y], "o", color=colour, markerfacecolor=filled, markersize=6)
