"""Which instruments the ruler uses in which half-year."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.ensemble_access import (
    half_year_starts,
    last_month,
    require_events,
    require_worlds,
    start_month,
    world_count,
)
from poruka.figures.base.style import NEAR_BLACK, format_caption, sequential_colormap
from poruka.figures.base.wording import instrument_labels

MAX_ROWS = 40
"""Instruments drawn; the others are in the table only."""


def instrument_use_table(ensemble: Any) -> pd.DataFrame:
    """Return the share of worlds that use each instrument, by half-year."""
    events = require_events(ensemble)
    acts = events[events["kind"] == "instrument"][["world", "date", "instrument"]].copy()
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
    table.insert(1, "label", table["instrument"].map(instrument_labels()).fillna(""))
    ever = acts.drop_duplicates(["world", "instrument"]).groupby("instrument").size() / world_count(
        ensemble
    )
    table["ever"] = table["instrument"].map(ever)
    return table


class InstrumentRaster(Drawing):
    """Which instruments the ruler uses when, ordered by the mean date of their use."""

    def __init__(self, ensemble: Any):
        self.table = instrument_use_table(ensemble)
        if self.table.empty:
            raise NothingToDraw("the ruler uses no instrument in any world")
        by_name = self.table.groupby("instrument")
        ever = by_name["ever"].first().sort_values(ascending=False)
        shown = list(ever.index[:MAX_ROWS])
        mean_date = by_name.apply(
            lambda rows: np.average(rows["half_year"].astype("int64"), weights=rows["share"]),
            include_groups=False,
        )
        self.instruments = sorted(shown, key=lambda name: (mean_date[name], name))
        self.date_range = (
            half_year_starts([start_month(ensemble)])[0],
            half_year_starts([last_month(ensemble)])[0],
        )
        rest_note = (
            f" The {len(ever) - len(shown)} least used instruments are in the table only."
            if len(ever) > len(shown)
            else ""
        )
        self.title = "Which instruments the ruler uses, and when"
        self.caption = format_caption(
            "Shade: share of worlds that use the instrument in that half-year; blank: none. At"
            f" the right: share that ever use it.{rest_note}",
            require_worlds(ensemble),
            ensemble.seed,
            "share of worlds",
        )
        self.alt = (
            "Raster of instruments by half-year; the most used are "
            + ", ".join(
                f"{name} {self._instrument_label(name)} ({ever[name]:.0%} of worlds)"
                for name in shown[:5]
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
        for row, name in enumerate(self.instruments):
            ax.text(len(columns) + 0.3, row + 0.5, f"{ever[name]:.0%}", va="center", fontsize=7)
        ax.text(len(columns) + 0.3, -0.35, "ever", va="center", fontsize=7)
        ax.set_yticks(
            np.arange(len(self.instruments)) + 0.5,
            [f"{self._instrument_label(name)}  {name}" for name in self.instruments],
            fontsize=7,
        )
        years = [
            column for column, date in enumerate(columns) if date.month == 1 and date.year % 2 == 0
        ]
        ax.set_xticks(years, [str(columns[column].year) for column in years])
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
