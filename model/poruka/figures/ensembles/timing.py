"""When things happened: dissolutions and revolts against the record's dates, and which instruments
were used in which years.
"""

from typing import Any

import numpy as np
import pandas as pd

from poruka.engine.codes import OUTCOMES
from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.ensemble_access import (
    date_from_offset,
    half_year_starts,
    last_month,
    observed_record,
    parse_months,
    require_events,
    start_month,
    world_count,
)
from poruka.figures.base.style import (
    NEAR_BLACK,
    OUTCOME_STYLES,
    edge_colour,
    format_caption,
    sequential_colormap,
)
from poruka.rules.instruments import instruments
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
"""How the record measures a moment (a pattern); a counted wave is marked at the date of
its fact.
"""
MAX_ROWS, MIN_HATCHED_SHARE = 40, 0.03
"""Rows of the raster, and share of an axis below which a slice of a bar carries colour only."""


def milestone_table(ensemble: Any) -> pd.DataFrame:
    """Return when each moment came in each world, in months since the start; NaN where it never
    came.

    Where events were kept, the first wave (several leave together) stands in for the first single
    defection.
    """
    outcomes = ensemble.outcomes
    table = outcomes[["world", "outcome"]].copy()
    for name in ("first_dissolution", "first_defection"):
        if name in outcomes:
            table[name] = outcomes[name].astype(float)
    try:
        told = require_events(ensemble)
    except NothingToDraw:
        return table
    ended = told[told["kind"] == "dissolution"].sort_values(["world", "month"])
    second = ended[ended.groupby("world").cumcount() == 1].set_index("world")["month"]
    table["second_dissolution"] = table["world"].map(second).astype(float)
    table["first_wave"] = (
        table["world"]
        .map(told[told["kind"] == "wave"].groupby("world")["month"].min())
        .astype(float)
    )
    return table.drop(columns="first_defection", errors="ignore")


class MilestoneTiming(Drawing):
    """When parliaments were dissolved and the elite first revolted, against the dates of the
    record.
    """

    def __init__(self, ensemble: Any):
        self.worlds = world_count(ensemble)
        when = milestone_table(ensemble)
        self.milestones = [name for name in MILESTONE_LABELS if name in when]
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
            came = when.dropna(subset=[name])
            dates = (
                half_year_starts([date_from_offset(ensemble, offset) for offset in came[name]])
                if len(came)
                else pd.Series(dtype="datetime64[ns]")
            )
            counts = (
                pd.crosstab(dates.to_numpy(), came["outcome"].to_numpy())
                if len(came)
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
        self.share_never = {name: float(when[name].isna().mean()) for name in self.milestones}
        self.title = "When parliaments fell and the elite revolted"
        self.caption = format_caption(
            "Bars: share of all worlds in which the moment came in that half-year, stacked by the"
            " outcome of the world. Line with diamond: the record.",
            self.worlds,
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
            else "nowhere"
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
            for outcome in OUTCOMES:
                heights = (
                    rows[rows["outcome"] == outcome]
                    .set_index("half_year")["share"]
                    .reindex(base.index, fill_value=0.0)
                )
                look = OUTCOME_STYLES[outcome]
                if heights.sum() > 0:
                    bars = ax.bar(
                        base.index,
                        heights,
                        bottom=base,
                        width=170,
                        align="edge",
                        color=look.colour,
                        hatch=look.hatch,
                        linewidth=0.5,
                        edgecolor=edge_colour(outcome),
                        label=format_label(outcome),
                    )
                    for bar in bars:
                        if (
                            bar.get_height() < MIN_HATCHED_SHARE * top
                        ):  # edges and hatch of so thin a slice would hide its colour
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
                late = (date - self.date_range[0]) > 0.8 * (self.date_range[1] - self.date_range[0])
                ax.annotate(
                    f"record {date:%Y-%m}",
                    (date, 0.9 * top),
                    xytext=(-7 if late else 7, 0),
                    textcoords="offset points",
                    fontsize=8,
                    ha="right" if late else "left",
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

    found = {label for ax in axes for label in ax.get_legend_handles_labels()[1]}
    order = [outcome for outcome in OUTCOMES if format_label(outcome) in found]
    looks = [
        Patch(
            facecolor=OUTCOME_STYLES[one].colour,
            hatch=OUTCOME_STYLES[one].hatch,
            edgecolor=edge_colour(one),
            linewidth=0.5,
            label=format_label(one),
        )
        for one in order
    ]
    if order:
        axes[0].legend(
            handles=looks,
            loc="upper left",
            bbox_to_anchor=(1.01, 1.05),
            title="outcome of the world",
            handlelength=1.8,
            handleheight=1.3,
            alignment="left",
            title_fontsize=8,
        )


def instrument_use_table(ensemble: Any) -> pd.DataFrame:
    """Return, for each instrument and half-year, the share of worlds that used it then."""
    told = require_events(ensemble)
    acts = told[told["kind"] == "instrument"][["world", "date", "instrument"]].copy()
    acts["half_year"] = (
        half_year_starts(acts["date"]).to_numpy()
        if len(acts)
        else pd.Series(dtype="datetime64[ns]")
    )
    used = (
        acts.drop_duplicates(["world", "instrument", "half_year"])
        .groupby(["instrument", "half_year"])
        .size()
    )
    table = (used / world_count(ensemble)).rename("share").reset_index()
    labels = {instrument.id: instrument.label for instrument in instruments()}
    table.insert(1, "label", table["instrument"].map(labels).fillna(""))
    ever = acts.drop_duplicates(["world", "instrument"]).groupby("instrument").size() / world_count(
        ensemble
    )
    table["ever"] = table["instrument"].map(ever)
    return table


class InstrumentRaster(Drawing):
    """Which instruments the ruler used when; rows are ordered by the middle of their use, so that a
    history reads downwards.
    """

    def __init__(self, ensemble: Any):
        self.table = instrument_use_table(ensemble)
        if self.table.empty:
            raise NothingToDraw("no instrument was used in any world")
        by_name = self.table.groupby("instrument")
        ever = by_name["ever"].first().sort_values(ascending=False)
        kept = list(ever.index[:MAX_ROWS])
        middle = by_name.apply(
            lambda rows: np.average(rows["half_year"].astype("int64"), weights=rows["share"]),
            include_groups=False,
        )
        self.instruments = sorted(kept, key=lambda name: (middle[name], name))
        self.date_range = (
            half_year_starts([start_month(ensemble)])[0],
            half_year_starts([last_month(ensemble)])[0],
        )
        left_out = (
            f" The {len(ever) - len(kept)} least used instruments are in the table only."
            if len(ever) > len(kept)
            else ""
        )
        self.title = "What the ruler used, and when"
        self.caption = format_caption(
            "Shade: share of worlds that used the instrument in that half-year; blank: none. At"
            f" the right: share that ever used it.{left_out}",
            world_count(ensemble),
            ensemble.seed,
            "share of worlds",
        )
        self.alt = (
            "Raster of instruments by half-year; the most used are "
            + ", ".join(
                f"{name} {self._instrument_label(name)} ({ever[name]:.0%} of worlds)"
                for name in kept[:5]
            )
            + "."
        )
        self.size = (9.0, 0.19 * len(self.instruments) + 1.7)

    def _instrument_label(self, name: str) -> str:
        return str(self.table.loc[self.table["instrument"] == name, "label"].iloc[0])

    def _draw(self, ax: Any) -> None:
        from matplotlib.ticker import PercentFormatter

        columns = pd.date_range(self.date_range[0], self.date_range[1], freq="6MS")
        grid = self.table.pivot(index="instrument", columns="half_year", values="share").reindex(
            index=self.instruments, columns=columns
        )
        image = ax.pcolormesh(
            np.arange(len(columns) + 1),
            np.arange(len(self.instruments) + 1),
            grid.to_numpy(),
            cmap=sequential_colormap(),
            vmin=0,
            vmax=max(float(np.nanmax(grid.to_numpy())), 0.01),
            edgecolors="white",
            linewidth=0.4,
        )
        ever = self.table.groupby("instrument")["ever"].first()
        for place, name in enumerate(self.instruments):
            ax.text(len(columns) + 0.3, place + 0.5, f"{ever[name]:.0%}", va="center", fontsize=7)
        ax.text(len(columns) + 0.3, -0.35, "ever", va="center", fontsize=7)
        ax.set_yticks(
            np.arange(len(self.instruments)) + 0.5,
            [f"{self._instrument_label(name)}  {name}" for name in self.instruments],
            fontsize=7,
        )
        years = [
            place for place, date in enumerate(columns) if date.month == 1 and date.year % 2 == 0
        ]
        ax.set_xticks(years, [str(columns[place].year) for place in years])
        ax.tick_params(axis="y", length=0, labelcolor=NEAR_BLACK)
        ax.invert_yaxis()
        ax.spines[["left", "bottom"]].set_visible(False)
        bar = ax.get_figure().colorbar(
            image,
            ax=ax,
            location="bottom",
            shrink=0.4,
            aspect=40,
            pad=0.02,
            format=PercentFormatter(1.0),
        )
        bar.set_label("share of worlds in the half-year")
