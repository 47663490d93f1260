"""Fan charts of monthly indices over all worlds, with the observed record where it exists."""

import math
from typing import Any

import numpy as np
import pandas as pd

from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.figures.base.contrast import draw_band
from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.ensemble_access import (
    BAND_QUANTILES,
    choose_typical_world,
    observed_record,
    parse_months,
    require_series,
    require_worlds,
)
from poruka.figures.base.style import (
    BLUE,
    LIGHT_BLUE,
    MIDDLE_BLUE,
    NEAR_BLACK,
    VERMILION,
    format_caption,
)
from poruka.utils.errors import unknown_name_error
from poruka.utils.labels import format_label

BANDS_NOTE = (
    "Dark band: middle 50 % of worlds; light band: 90 %; line: median; thin dashed line: one world"
)


def describe_bands(table: pd.DataFrame) -> str:
    """Return a key to bands and lines; it names the record only where there is one."""
    return BANDS_NOTE + ("; diamond: the record." if table["record"].notna().any() else ".")


def fan_table(ensemble: Any, index: str, world: int) -> pd.DataFrame:
    """Return the bands of one index by month, an example world, and the record where it has one."""
    series = require_series(ensemble)[index].transpose("world", "month")
    values = series.to_numpy()
    table = pd.DataFrame(
        {"month": pd.to_datetime(series["month"].to_numpy()).as_unit("ns"), "index": index}
    )
    for name, quantile in BAND_QUANTILES.items():
        table[name] = np.quantile(values, quantile, axis=0)
    worlds = series["world"].to_numpy().tolist()
    table["example"] = values[worlds.index(world)] if world in worlds else np.nan
    facts = observed_record(ensemble)
    facts = facts[facts["measure"].str.fullmatch(rf"series {index} \d{{4}}-\d\d")]
    scale = np.where(facts["unit"].isin(["percent", "%"]), 0.01, 1.0)
    record = pd.DataFrame(
        {
            "month": parse_months(facts["measure"].str[-7:]).to_numpy(),
            "record": facts["value"].astype(float).to_numpy() * scale,
        }
    )
    return table.merge(
        record.groupby("month", as_index=False)["record"].mean(), on="month", how="left"
    )


def _axis_limits(table: pd.DataFrame, formula: str) -> tuple[float, float]:
    """Return the limits of an axis: 0 to 1 for shares, from the natural minimum for the rest."""
    high = float(np.nanmax(table[["high_90", "example", "record"]].to_numpy()))
    if "(0-1)" in formula:
        return 0.0, 1.0
    floor = 1.0 if "1 or more" in formula else 0.0
    return floor, floor + 1.08 * max(high - floor, 0.1)


class FanChart(Drawing):
    """How one monthly index develops over all worlds.

    Parameters
    ----------
    ensemble : Ensemble
        With series.
    index : str
        A name in :data:`poruka.engine.index_series.INDEX_DESCRIPTIONS`.
    world : int, optional
        The example world; by default the one closest to the medians.
    """

    def __init__(self, ensemble: Any, index: str, world: int | None = None):
        if index not in INDEX_DESCRIPTIONS:
            raise unknown_name_error("index", index, INDEX_DESCRIPTIONS)
        self.index = index
        self.formula = INDEX_DESCRIPTIONS[index]
        self.example_world = choose_typical_world(ensemble) if world is None else world
        self.table = fan_table(ensemble, index, self.example_world)
        self.title = format_label(index, "index")[:1].upper() + format_label(index, "index")[1:]
        self.caption = format_caption(
            f"{self.formula[:1].upper()}{self.formula[1:]}. {describe_bands(self.table)} Example:"
            f" world {self.example_world}.",
            require_worlds(ensemble),
            ensemble.seed,
        )
        first, last = self.table.iloc[0], self.table.iloc[-1]
        self.alt = (
            f"Fan chart of {format_label(index, 'index')}: the median goes from"
            f" {first['median']:.2f} in {first['month']:%Y-%m} to {last['median']:.2f} in"
            f" {last['month']:%Y-%m}; the 90 %"
            f" band ends at {last['low_90']:.2f} to {last['high_90']:.2f}."
        )

    def _draw(self, ax: Any, legend: bool = True) -> None:
        table = self.table
        month = table["month"].to_numpy()
        for ends, colour, share in (("90", LIGHT_BLUE, "90 %"), ("50", MIDDLE_BLUE, "50 %")):
            low, high = table[f"low_{ends}"], table[f"high_{ends}"]
            draw_band(ax, month, low, high, colour, label=f"{share} of worlds")
        ax.plot(month, table["median"], color=BLUE, label="median")
        ax.plot(
            month,
            table["example"],
            color=NEAR_BLACK,
            linewidth=0.7,
            linestyle=(0, (4, 1.5)),
            label=f"world {self.example_world}",
        )
        ax.plot(
            month,
            table["record"],
            color=VERMILION,
            marker="D",
            markersize=5,
            markeredgecolor="white",
            linestyle="",
            label="record",
        )
        low, high = _axis_limits(table, self.formula)
        ax.set_ylim(low, high)
        ax.set_yticks([low, *(tick for tick in ax.get_yticks() if low < tick <= high)])
        ax.set_xlim(month[0], month[-1])
        ax.grid(axis="y")
        _format_year_axis(ax, month, legend)
        if legend:
            ax.set_ylabel("share (0–1)" if "(0-1)" in self.formula else format_label(self.index))
            ax.legend(*_legend_entries(ax, table), loc="upper left", bbox_to_anchor=(1.0, 1.0))


def _format_year_axis(ax: Any, month: Any, many_ticks: bool) -> None:
    from matplotlib.dates import DateFormatter, YearLocator

    years = (month[-1] - month[0]) / np.timedelta64(365, "D")
    ax.xaxis.set_major_locator(YearLocator(max(1, math.ceil(years / (8 if many_ticks else 4)))))
    ax.xaxis.set_major_formatter(DateFormatter("%Y"))


def _legend_entries(ax: Any, table: pd.DataFrame) -> tuple[list, list]:
    handles, labels = ax.get_legend_handles_labels()
    shown = [
        i for i, label in enumerate(labels) if label != "record" or table["record"].notna().any()
    ]
    return [handles[i] for i in shown], [labels[i] for i in shown]


class FanChartGrid(Drawing):
    """How every monthly index develops over all worlds, in small panels."""

    def __init__(self, ensemble: Any, world: int | None = None):
        world = choose_typical_world(ensemble) if world is None else world
        series = require_series(ensemble)
        if series.sizes["month"] < 2:
            raise NothingToDraw("a run of one month shows no development; run two months or more")
        self.charts = [
            FanChart(ensemble, index, world) for index in INDEX_DESCRIPTIONS if index in series
        ]
        self.table = pd.concat([chart.table for chart in self.charts], ignore_index=True)
        self.title = "Monthly indices"
        self.caption = format_caption(
            f"{describe_bands(self.table)} Example: world {world}. Shares run from 0 to 1;"
            " pluralism counts power centres, GDP is 1 at the start.",
            require_worlds(ensemble),
            ensemble.seed,
        )
        self.alt = "Small fan charts of all monthly indices. " + " ".join(
            f"{format_label(chart.index, 'index')}: median {chart.table['median'].iloc[0]:.2f} to"
            f" {chart.table['median'].iloc[-1]:.2f}."
            for chart in self.charts
        )
        rows = math.ceil((len(self.charts) + 1) / 3)
        self.grid, self.size, self.subplot_options = (
            (rows, 3),
            (9.0, 1.75 * rows + 0.6),
            {"sharex": True},
        )

    def _draw(self, axes: Any) -> None:
        cells = list(axes.flat)
        for chart, ax in zip(self.charts, cells, strict=False):
            chart._draw(ax, legend=False)
            ax.set_title(chart.title)
        for ax in cells[len(self.charts) :]:
            ax.axis("off")
        for ax in cells[max(0, len(self.charts) - 3) : len(self.charts)]:
            ax.tick_params(labelbottom=True)
        cells[len(self.charts)].legend(*_legend_entries(cells[0], self.table), loc="center left")
