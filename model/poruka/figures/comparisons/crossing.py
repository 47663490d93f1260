"""Two countries' control on one calendar: where each stands highest, and the month from which the
second stays above the first.
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from poruka.figures.base.drawing import Drawing
from poruka.figures.base.ensemble_access import require_series, world_count
from poruka.figures.base.style import BLUE, NEAR_BLACK, VERMILION, format_caption
from poruka.theory.start_value_swaps import distinct_names
from poruka.utils.errors import BadInput
from poruka.utils.statistics import wilson_interval

APOGEE_YEARS = ("1995-01", "1998-12")
"""The years in which the text puts the first country's height of control."""
MONTHS_IN_LAST_YEAR = 12
COUNTRY_STYLES = ((BLUE, "-", 0.22), (VERMILION, (0, (5, 1.8)), 0.16))
"""Colour, line and depth of the band of each country."""


class Apogee(NamedTuple):
    """Where the control of one country stands highest, over its worlds."""

    name: str
    median_date: str
    share_in_apogee_years: float
    share_in_last_year: float
    worlds: int


class CrossingResult(NamedTuple):
    """What a crossing comes to: both apogees, the month of the crossing, the share of paired worlds
    that cross.
    """

    apogees: tuple[Apogee, Apogee]
    crossing_date: str | None
    crossed_share: float
    low: float
    high: float
    pair_count: int


def control_table(first_ensemble: Any, second_ensemble: Any) -> pd.DataFrame:
    """Return month by month the median and 90 % band of both, and the second median less the first;
    months only one has are NaN in the other.
    """
    parts = []
    for place, ensemble in (("one", first_ensemble), ("other", second_ensemble)):
        data = require_series(ensemble)["control"].transpose("world", "month")
        values = np.quantile(data.to_numpy(), [0.05, 0.5, 0.95], axis=0)
        month = pd.DatetimeIndex(data["month"].to_numpy()).as_unit("ns")
        parts.append(
            pd.DataFrame(
                values.T,
                index=month,
                columns=[f"{place}_low_90", f"{place}_median", f"{place}_high_90"],
            )
        )
    table = pd.concat(parts, axis=1).sort_index().rename_axis("month")
    table["gap"] = table["other_median"] - table["one_median"]
    if table["gap"].isna().all():
        raise BadInput(
            "the two ensembles share no month, so nothing can cross; choose scenarios whose years"
            " overlap."
        )
    return table.reset_index()


def last_crossing(months: Any, gap: Any) -> Any:
    """Return the first month of the last stretch in which a gap keeps its sign, or None where it
    never changes it.

    Examples
    --------
    >>> last_crossing(["1", "2", "3", "4"], [-1.0, 1.0, 0.0, 1.0])
    '2'
    >>> last_crossing(["1", "2"], [1.0, 2.0]) is None
    True
    """
    told = [
        (month, value)
        for month, value in zip(months, gap, strict=True)
        if value == value and value != 0.0
    ]
    for (_, before), (month, after) in reversed(list(zip(told, told[1:], strict=False))):
        if before * after < 0.0:
            return month
    return None


def measure_crossing(
    first_ensemble: Any, second_ensemble: Any, apogee_years: tuple[str, str] = APOGEE_YEARS
) -> CrossingResult:
    """Return what the crossing of two ensembles comes to.

    Worlds of the same number make a pair. A pair has crossed when the second country's control is
    below the first's in the month of the first's own apogee and above it in the last month both
    have.
    """
    table = control_table(first_ensemble, second_ensemble)
    names = distinct_names(first_ensemble.scenario, second_ensemble.scenario)
    both = table.dropna(subset=["gap"])
    made = []
    for name, ensemble in zip(names, (first_ensemble, second_ensemble), strict=True):
        at = ensemble.outcomes["apogee_month"].to_numpy(dtype=int)
        dates = np.array([ensemble.scenario.date_of(month) for month in at])
        last = ensemble.months - MONTHS_IN_LAST_YEAR
        inside = (dates >= apogee_years[0]) & (dates <= apogee_years[1])
        made.append(
            Apogee(
                name,
                ensemble.scenario.date_of(int(np.quantile(at, 0.5, method="nearest"))),
                float(inside.mean()),
                float((at >= last).mean()),
                len(at),
            )
        )
    first, second = (
        require_series(first_ensemble)["control"],
        require_series(second_ensemble)["control"],
    )
    shared = np.intersect1d(first["world"], second["world"])
    here, there = (
        data.sel(world=shared, month=both["month"].to_numpy())
        .transpose("world", "month")
        .to_numpy()
        for data in (first, second)
    )
    peaks = first.sel(world=shared).transpose("world", "month").to_numpy().argmax(axis=1)
    start = int(np.searchsorted(first["month"].to_numpy(), both["month"].to_numpy()[0]))
    at = np.clip(
        peaks - start, 0, here.shape[1] - 1
    )  # an apogee before the second country begins is met in its first month
    rows = np.arange(len(shared))
    crossed = int(((there[rows, at] < here[rows, at]) & (there[:, -1] > here[:, -1])).sum())
    month = last_crossing(both["month"], both["gap"])
    return CrossingResult(
        (made[0], made[1]),
        f"{month:%Y-%m}" if month is not None else None,
        crossed / max(len(shared), 1),
        *wilson_interval(crossed, len(shared)),
        len(shared),
    )


class ControlCrossing(Drawing):
    """How control moves in two ensembles on one calendar, and the month their medians last change
    places.

    Parameters
    ----------
    one, other : Ensemble
        With series; best of one seed and size, so that worlds of the same number make pairs.

    Examples
    --------
    >>> from poruka.api import simulate
    >>> from poruka.scenario.scenario import load
    >>> made = [
    ...     simulate(load(name), worlds=2, seed=1, until="1990-12", progress=False)
    ...     for name in ("kazakhstan", "russia")
    ... ]
    >>> len(ControlCrossing(*made).table)
    10
    """

    size = (8.0, 4.6)

    def __init__(self, first_ensemble: Any, second_ensemble: Any):
        self.scenario_names = distinct_names(first_ensemble.scenario, second_ensemble.scenario)
        self.country_labels = (
            tuple(e.scenario.country for e in (first_ensemble, second_ensemble))
            if first_ensemble.scenario.country != second_ensemble.scenario.country
            else self.scenario_names
        )
        self.table = control_table(first_ensemble, second_ensemble)
        self.result = measure_crossing(first_ensemble, second_ensemble)
        self.title = f"Control in {self.country_labels[0]} and {self.country_labels[1]}"
        counts = (world_count(first_ensemble), world_count(second_ensemble))
        met = self.result.crossing_date
        told = (
            f"The medians cross for the last time in {met}." if met else "The medians do not cross."
        )
        worlds = counts[0] if counts[0] == counts[1] else min(counts)
        seeds = (
            ""
            if first_ensemble.seed == second_ensemble.seed
            else f" {self.country_labels[1]} was played with seed {second_ensemble.seed}."
        )
        some = (
            ""
            if counts[0] == counts[1]
            else (
                f" {self.country_labels[0]} has {counts[0]:,} worlds, {self.country_labels[1]}"
                f" {counts[1]:,}."
            )
        )
        self.caption = format_caption(
            f"Lines: median of all worlds; bands: 90 % of worlds. {told}{some}{seeds}",
            worlds,
            first_ensemble.seed,
            "share (0-1) of what the ruler asks for that is done",
        )
        ends = self.table.dropna().iloc[-1]
        self.alt = (
            f"Two fan charts of control on one calendar. {told} In {ends['month']:%Y-%m} the median"
            f" is {ends['one_median']:.2f} in {self.country_labels[0]} and"
            f" {ends['other_median']:.2f} in {self.country_labels[1]}."
        )

    def _draw(self, ax: Any) -> None:
        import matplotlib.dates as dates

        table = self.table
        month = table["month"].to_numpy()
        for place, name, (colour, line, depth) in zip(
            ("one", "other"), self.country_labels, COUNTRY_STYLES, strict=True
        ):
            ax.fill_between(
                month,
                table[f"{place}_low_90"],
                table[f"{place}_high_90"],
                color=colour,
                alpha=depth,
                linewidth=0,
                label=f"90 % of worlds, {name}",
            )
            for edge in ("low_90", "high_90"):
                ax.plot(
                    month, table[f"{place}_{edge}"], color=colour, linestyle=line, linewidth=0.5
                )
            ax.plot(
                month,
                table[f"{place}_median"],
                color=colour,
                linestyle=line,
                linewidth=2.0,
                label=f"median, {name}",
            )
        if self.result.crossing_date:
            at = np.datetime64(self.result.crossing_date, "ns")
            row = table[table["month"] == at].iloc[0]
            ax.axvline(at, color=NEAR_BLACK, linewidth=0.8, linestyle=(0, (1, 1.5)))
            ax.plot(
                [at],
                [row["other_median"]],
                marker="D",
                color="white",
                markeredgecolor=NEAR_BLACK,
                markersize=6,
                linestyle="",
                zorder=4,
            )
            late = at > month[len(month) // 2]
            ax.annotate(
                f"medians cross\n{self.result.crossing_date}",
                (at, 0.02),
                xycoords=("data", "axes fraction"),
                xytext=(-5 if late else 5, 0),
                textcoords="offset points",
                ha="right" if late else "left",
                va="bottom",
                fontsize=8,
            )
        ax.set_ylim(0.0, 1.0)
        ax.set_xlim(month[0], month[-1])
        ax.set_ylabel("control: share (0–1)")
        ax.xaxis.set_major_locator(dates.YearLocator(2))
        ax.xaxis.set_major_formatter(dates.DateFormatter("%Y"))
        ax.grid(axis="y")
        ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4, columnspacing=1.2)
