"""When parliaments are dissolved and the elite defects, against the observed record."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.engine.codes import OUTCOMES
from poruka.figures.base.drawing import Drawing, NothingToDraw, say_empty
from poruka.figures.base.ensemble_access import (
    date_from_offset,
    half_year_starts,
    last_month,
    observed_record,
    parse_months,
    require_events,
    require_worlds,
    start_month,
    world_count,
)
from poruka.figures.base.style import NEAR_BLACK, OUTCOME_STYLES, edge_colour, format_caption
from poruka.utils.labels import format_label

MILESTONE_LABELS = {
    "first_dissolution": "first dissolution of a parliament",
    "second_dissolution": "second dissolution",
    "first_defection": "first defection from the elite",
    "first_wave": "first wave of defection",
}
MILESTONE_MEASURES = {
    "first_dissolution": "month dissolution 1",
    "second_dissolution": "month dissolution 2",
    "first_defection": "month defection 1|count defection .*",
    "first_wave": "month wave 1|count defection .*",
}
"""Pattern of the record's measure of a milestone; a counted wave is dated by its fact."""
MIN_HATCHED_SHARE = 0.03
"""Share of an axis below which a slice of a bar has colour only."""


def milestone_table(ensemble: Any) -> pd.DataFrame:
    """Return the month of each milestone in each world, counted from the start; NaN for never.

    Where events were recorded, the first wave (several leave together) replaces the first single
    defection.
    """
    outcomes = ensemble.outcomes
    table = outcomes[["world", "outcome"]].copy()
    for name in ("first_dissolution", "first_defection"):
        if name in outcomes:
            table[name] = outcomes[name].astype(float)
    try:
        events = require_events(ensemble)
    except NothingToDraw:
        return table
    dissolutions = events[events["kind"] == "dissolution"].sort_values(["world", "month"])
    second_dissolutions = dissolutions[dissolutions.groupby("world").cumcount() == 1].set_index(
        "world"
    )["month"]
    table["second_dissolution"] = table["world"].map(second_dissolutions).astype(float)
    table["first_wave"] = (
        table["world"]
        .map(events[events["kind"] == "wave"].groupby("world")["month"].min())
        .astype(float)
    )
    return table.drop(columns="first_defection", errors="ignore")


class MilestoneTiming(Drawing):
    """When parliaments are dissolved and the elite first defects, against the observed record."""

    def __init__(self, ensemble: Any):
        self.worlds = world_count(ensemble)
        milestones = milestone_table(ensemble)
        self.milestones = [name for name in MILESTONE_LABELS if name in milestones]
        self.date_range = (start_month(ensemble), last_month(ensemble))
        facts = observed_record(ensemble).assign(month=lambda table: parse_months(table["date"]))
        self.record_dates = {
            name: (
                facts.loc[facts["measure"].str.fullmatch(MILESTONE_MEASURES[name]), "month"]
                .dropna()
                .unique()
                .tolist()
            )
            for name in self.milestones
        }
        rows = []
        for name in self.milestones:
            reached = milestones.dropna(subset=[name])
            dates = (
                half_year_starts([date_from_offset(ensemble, offset) for offset in reached[name]])
                if len(reached)
                else pd.Series(dtype="datetime64[ns]")
            )
            counts = (
                pd.crosstab(dates.to_numpy(), reached["outcome"].to_numpy())
                if len(reached)
                else pd.DataFrame()
            )
            for half_year, row in counts.iterrows():
                rows += [
                    (name, half_year, outcome, int(n), n / self.worlds)
                    for outcome, n in row.items()
                    if n
                ]
        self.table = pd.DataFrame(
            rows, columns=["moment", "half_year", "outcome", "worlds", "share"]
        )
        self.share_never = {name: float(milestones[name].isna().mean()) for name in self.milestones}
        self.title = "When parliaments are dissolved and the elite defects"
        self.caption = format_caption(
            "Bars: share of all worlds that reach the milestone in that half-year, stacked by how"
            " the first change of ruler went in the world. Line with diamond: the record.",
            require_worlds(ensemble),
            ensemble.seed,
            "share of worlds per half-year",
        )
        self.alt = "Histograms by half-year. " + " ".join(
            self._describe(name) for name in self.milestones
        )
        self.grid, self.size, self.subplot_options = (
            (len(self.milestones), 1),
            (8.2, 1.7 * len(self.milestones) + 0.9),
            {"sharex": True, "squeeze": False},
        )

    def _describe(self, name: str) -> str:
        rows = self.table[self.table["moment"] == name].groupby("half_year")["share"].sum()
        peak = (
            f"most often in the half-year from {rows.idxmax():%Y-%m} ({rows.max():.0%} of worlds)"
            if len(rows)
            else "never"
        )
        dates = ", ".join(f"{date:%Y-%m}" for date in self.record_dates[name])
        return (
            f"{MILESTONE_LABELS[name].capitalize()}: {peak}; never in {self.share_never[name]:.0%}"
            + (f"; in the record {dates}." if dates else ".")
        )

    def _draw(self, axes: Any) -> None:
        axes = np.atleast_1d(axes).ravel()
        heights = self.table.groupby(["moment", "half_year"])["share"].sum()
        top = max(1.3 * float(heights.max()) if len(heights) else 0.0, 0.05)
        for ax, name in zip(axes, self.milestones, strict=True):
            rows = self.table[self.table["moment"] == name]
            base = pd.Series(0.0, index=sorted(rows["half_year"].unique()))
            if not len(rows):
                say_empty(ax, f"in none of {self.worlds:,} worlds")
            for outcome in OUTCOMES:
                heights = (
                    rows[rows["outcome"] == outcome]
                    .set_index("half_year")["share"]
                    .reindex(base.index, fill_value=0.0)
                )
                style = OUTCOME_STYLES[outcome]
                if heights.sum() > 0:
                    bars = ax.bar(
                        base.index,
                        heights,
                        bottom=base,
                        width=170,
                        align="edge",
                        color=style.colour,
                        hatch=style.hatch,
                        linewidth=0.5,
                        edgecolor=edge_colour(outcome),
                        label=format_label(outcome),
                    )
                    for bar in bars:
                        # Edges and hatch of so thin a slice would hide its colour.
                        if bar.get_height() < MIN_HATCHED_SHARE * top:
                            bar.set(hatch="", linewidth=0.0)
                base = base + heights
            for date in self.record_dates[name]:
                ax.plot(
                    [date, date],
                    [0, 0.9 * top],
                    color=NEAR_BLACK,
                    linestyle=(0, (4, 2)),
                    linewidth=1.1,
                    zorder=4,
                )
                ax.plot(
                    [date],
                    [0.9 * top],
                    color=NEAR_BLACK,
                    marker="D",
                    markersize=5,
                    linestyle="",
                    zorder=5,
                )
                is_late = (date - self.date_range[0]) > 0.8 * (
                    self.date_range[1] - self.date_range[0]
                )
                ax.annotate(
                    f"record {date:%Y-%m}",
                    (date, 0.9 * top),
                    xytext=(-7 if is_late else 7, 0),
                    textcoords="offset points",
                    fontsize=8,
                    ha="right" if is_late else "left",
                    va="center",
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
                )
            ax.set_title(
                f"{MILESTONE_LABELS[name].capitalize()} – never in {self.share_never[name]:.0%} of"
                " worlds"
            )
            ax.set_ylim(0, top)
            ax.yaxis.set_major_formatter(lambda share, _: f"{100 * share:g}%")
            ax.set_xlim(
                half_year_starts([self.date_range[0]])[0],
                half_year_starts([self.date_range[1]])[0] + pd.DateOffset(months=6),
            )
            ax.grid(axis="y")
        axes[len(axes) // 2].set_ylabel("share of worlds")
        _draw_legend(axes)


def _draw_legend(axes: Any) -> None:
    from matplotlib.patches import Patch

    drawn_labels = {label for ax in axes for label in ax.get_legend_handles_labels()[1]}
    order = [outcome for outcome in OUTCOMES if format_label(outcome) in drawn_labels]
    handles = [
        Patch(
            facecolor=OUTCOME_STYLES[outcome].colour,
            hatch=OUTCOME_STYLES[outcome].hatch,
            edgecolor=edge_colour(outcome),
            linewidth=0.5,
            label=format_label(outcome),
        )
        for outcome in order
    ]
    if order:
        axes[0].legend(
            handles=handles,
            loc="upper left",
            bbox_to_anchor=(1.01, 1.05),
            title="first change of ruler",
            handlelength=1.8,
            handleheight=1.3,
            alignment="left",
            title_fontsize=8,
        )
