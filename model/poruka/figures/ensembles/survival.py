"""How long rulers last: the first by date, his successors by years in office."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.engine.codes import OUTCOMES
from poruka.figures.base.contrast import draw_band
from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.ensemble_access import (
    date_from_offset,
    last_month,
    require_worlds,
    start_month,
    thin_ensemble,
    world_count,
)
from poruka.figures.base.lanes import spread_positions
from poruka.figures.base.style import (
    BLUE,
    GREY,
    LIGHT_BLUE,
    NEAR_BLACK,
    OUTCOME_STYLES,
    format_caption,
)
from poruka.figures.ensembles.tenure import kaplan_meier, tenure_table
from poruka.utils.labels import format_label
from poruka.utils.statistics import wilson_interval

LEGEND_COLUMNS = 3
"""Columns of the legend above the panel of the first ruler, which must not reach the next panel."""


class RulerSurvival(Drawing):
    """How long rulers last.

    Parameters
    ----------
    ensemble : Ensemble
        With events.

    Examples
    --------
    >>> from poruka.api import simulate
    >>> from poruka.scenario.scenario import load
    >>> e = simulate(load("kazakhstan"), worlds=3, seed=1, until="1991-12", progress=False)
    >>> drawing = RulerSurvival(e)
    >>> drawing.rulers["ruler"].tolist()[:1], drawing.table["share"].tolist()[:2]
    ([1], [1.0, 1.0])
    """

    def __init__(self, ensemble: Any):
        ensemble = thin_ensemble(ensemble)
        self.rulers = tenure_table(ensemble)
        self.worlds = world_count(ensemble)
        self.month_to_date = lambda month: date_from_offset(ensemble, month)
        self.date_range = (start_month(ensemble), last_month(ensemble))
        if self.date_range[0] >= self.date_range[1]:
            raise NothingToDraw("a run of one month shows no tenure; run two months or more")
        self.shocks = self._dated_shocks(ensemble.scenario)
        first, later = self.rulers[self.rulers["ruler"] == 1], self.rulers[self.rulers["ruler"] > 1]
        months = np.arange(
            (self.date_range[1].year - self.date_range[0].year) * 12
            + self.date_range[1].month
            - self.date_range[0].month
            + 1
        )
        gone_by = {
            month: int(((first["to_month"] <= month) & (first["how"] != "incumbent")).sum())
            for month in months
        }
        rows = [
            (
                "first",
                month,
                self.worlds,
                exited,
                1 - exited / self.worlds,
                *wilson_interval(self.worlds - exited, self.worlds),
            )
            for month, exited in gone_by.items()
        ]
        first_survival = pd.DataFrame(
            rows, columns=["rulers", "time", "at_risk", "gone", "share", "low", "high"]
        )
        self.first_exits = first[first["how"] != "incumbent"].sort_values("to_month")
        parts = [first_survival]
        self.later_count = len(later)
        if self.later_count:
            lasted = (later["to_month"] - later["from_month"]).to_numpy()
            parts.append(
                kaplan_meier(lasted, (later["how"] != "incumbent").to_numpy()).assign(
                    rulers="later"
                )
            )
        self.table = pd.concat(parts, ignore_index=True)
        self.title = "How long rulers last"
        later_note = (
            f" Right: the {self.later_count:,} later rulers, by years in office; ticks: those"
            " still in office at the end."
            if self.later_count
            else ""
        )
        self.caption = format_caption(
            "Left: share of worlds in which the first ruler still rules, with Wilson 95 %"
            f" intervals; markers: worlds in which he leaves; below: external shocks.{later_note}",
            require_worlds(ensemble),
            ensemble.seed,
            "share of rulers",
        )
        last = first_survival.iloc[-1]
        counts = self.first_exits["how"].value_counts()
        self.alt = (
            f"Survival curve: at the end the first ruler rules in {last['share']:.0%} of worlds"
            f" ({last['low']:.0%} to {last['high']:.0%}). He left by "
            + (
                ", ".join(f"{format_label(name)} in {count}" for name, count in counts.items())
                or "no exit"
            )
            + " of the worlds."
        )
        columns, panels = 2 if self.later_count else 1, 2 if self.shocks else 1
        self.grid, self.size = (panels, columns), (9.5, 4.3 + (panels - 1) * 1.1)
        self.subplot_options = {
            "squeeze": False,
            "width_ratios": (2.6, 1.0)[:columns],
            "height_ratios": (3.4, 1.2)[:panels],
        }

    def _dated_shocks(self, scenario: Any) -> list[tuple[pd.Timestamp, str]]:
        shocks: dict[pd.Timestamp, str] = {}
        for shock in getattr(scenario, "shocks", None) or ():
            date = pd.Timestamp(str(shock.date)[:7])
            is_removed = f"shocks.{shock.id}" in getattr(scenario, "removed_ids", ())
            if self.date_range[0] <= date <= self.date_range[1] and not is_removed:
                shocks.setdefault(date, format_label(shock.id))
        return sorted(shocks.items())

    def _draw(self, axes: Any) -> None:
        cells = np.array(axes, dtype=object).reshape(self.grid)
        self._draw_first_rulers(cells[0, 0])
        if self.later_count:
            self._draw_later_rulers(cells[0, 1])
        if self.shocks:
            self._draw_shocks(cells[1, 0])
            for ax in cells[1, 1:]:
                ax.axis("off")

    def _draw_first_rulers(self, ax: Any) -> None:
        from matplotlib.ticker import PercentFormatter

        table = self.table[self.table["rulers"] == "first"]
        dates = [self.month_to_date(month) for month in table["time"]]
        draw_band(ax, dates, table["low"], table["high"], LIGHT_BLUE, step="post")
        ax.step(dates, table["share"], where="post", color=BLUE, linewidth=1.6)
        share = dict(zip(table["time"], table["share"], strict=True))
        for outcome in [name for name in OUTCOMES if name in set(self.first_exits["how"])]:
            rows = self.first_exits[self.first_exits["how"] == outcome]
            style = OUTCOME_STYLES[outcome]
            ax.plot(
                [self.month_to_date(month) for month in rows["to_month"]],
                [share[month] for month in rows["to_month"]],
                marker=style.marker,
                color=style.colour,
                markeredgecolor=NEAR_BLACK,
                markeredgewidth=0.6,
                markersize=6,
                linestyle="",
                label=f"{format_label(outcome)} ({len(rows)})",
                zorder=4,
            )
        ax.set_ylim(0, 1.02)
        ax.set_xlim(*self.date_range)
        ax.yaxis.set_major_formatter(PercentFormatter(1.0))
        ax.set_ylabel("share still in office")
        ax.grid(axis="y")
        ax.set_title(
            (
                "The first ruler; how he left (worlds):"
                if len(self.first_exits)
                else "The first ruler"
            ),
            pad=8 + 13 * -(-self.first_exits["how"].nunique() // LEGEND_COLUMNS),
        )
        if len(self.first_exits):
            ax.legend(
                loc="lower left",
                bbox_to_anchor=(-0.01, 0.985),
                ncols=LEGEND_COLUMNS,
                handletextpad=0.1,
                columnspacing=1.0,
                borderaxespad=0.0,
            )

    def _draw_shocks(self, ax: Any) -> None:
        """Label the external shocks below their dates, upright and without overlap."""
        span = self.date_range[1] - self.date_range[0]
        positions = [(date - self.date_range[0]) / span for date, _ in self.shocks]
        spacing = min(0.024, 0.97 / len(positions))
        for (date, name), position in zip(
            self.shocks, spread_positions(spacing, positions, 0.01, 0.99), strict=True
        ):
            label_date = self.date_range[0] + position * span
            ax.plot([date, date, label_date], [1.0, 0.95, 0.86], color=GREY, linewidth=0.7)
            ax.text(label_date, 0.84, name, rotation=90, fontsize=6.8, ha="center", va="top")
        ax.set_xlim(*self.date_range)
        ax.set_ylim(0, 1)
        ax.axis("off")

    def _draw_later_rulers(self, ax: Any) -> None:
        table = self.table[self.table["rulers"] == "later"]
        later = self.rulers[self.rulers["ruler"] > 1]
        years = (later["to_month"] - later["from_month"]).to_numpy() / 12
        end = max(float(years.max()), 1.0)
        x = [*(table["time"] / 12), end]
        low, high, share = (
            [*table[name], table[name].iloc[-1]] for name in ("low", "high", "share")
        )
        draw_band(ax, x, low, high, LIGHT_BLUE, step="post")
        ax.step(x, share, where="post", color=BLUE, linewidth=1.6)
        still_in_office = years[(later["how"] == "incumbent").to_numpy()]
        shares = table["share"].to_numpy()[
            np.searchsorted(table["time"].to_numpy() / 12, still_in_office, side="right") - 1
        ]
        ax.plot(still_in_office, shares, marker="|", color=NEAR_BLACK, markersize=6, linestyle="")
        ax.set_xlim(0, end)
        ax.set_ylim(0, 1.02)
        ax.yaxis.set_major_formatter(lambda *_: "")
        ax.locator_params(axis="x", integer=True, nbins=6)
        ax.set_xlabel("years in office")
        ax.grid(axis="y")
        ax.set_title(f"Later rulers ({self.later_count:,})")
