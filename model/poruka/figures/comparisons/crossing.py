"""Control in two countries on one calendar: their apogees and the month in which they cross."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from poruka.comparison.paired_statistics import count_requested_pairs
from poruka.figures.base.drawing import Drawing
from poruka.figures.base.ensemble_access import require_series, require_worlds
from poruka.figures.base.style import BLUE, NEAR_BLACK, VERMILION, format_caption
from poruka.figures.comparisons.crossing_pairs import APOGEE_YEARS, apogee_truths, pairs_that_cross
from poruka.theory.start_value_swaps import distinct_names
from poruka.utils.coverage import Coverage, coverage_of
from poruka.utils.errors import BadInput
from poruka.utils.statistics import Interval, wilson_interval

COUNTRY_STYLES = ((BLUE, "-", 0.22), (VERMILION, (0, (5, 1.8)), 0.16))
"""Colour, line style and opacity of the band of each country."""


class Apogee(NamedTuple):
    """When control of one country is highest, over its worlds."""

    name: str
    median_date: str
    share_in_apogee_years: float
    share_in_last_year: float
    worlds: int
    requested_worlds: int
    interval_in_apogee_years: Interval
    interval_in_last_year: Interval


class CrossingResult(NamedTuple):
    """Both apogees, the month of the crossing, and the share of paired worlds that cross."""

    apogees: tuple[Apogee, Apogee]
    crossing_date: str | None
    crossed_share: float
    low: float
    high: float
    pair_count: int
    requested_pairs: int
    failed_pairs: int

    @property
    def pair_coverage(self) -> Coverage:
        """How many pairs of those requested were completed in both countries."""
        rest = self.requested_pairs - self.pair_count - self.failed_pairs
        return Coverage(self.pair_count, self.requested_pairs, self.failed_pairs, rest)


def control_table(first_ensemble: Any, second_ensemble: Any) -> pd.DataFrame:
    """Return median and 90 % band of both by month, and the second median less the first.

    Months that only one ensemble has are NaN in the other.
    """
    parts = []
    for column, ensemble in (("one", first_ensemble), ("other", second_ensemble)):
        control = require_series(ensemble)["control"].transpose("world", "month")
        values = np.quantile(control.to_numpy(), [0.05, 0.5, 0.95], axis=0)
        month = pd.DatetimeIndex(control["month"].to_numpy()).as_unit("ns")
        parts.append(
            pd.DataFrame(
                values.T,
                index=month,
                columns=[f"{column}_low_90", f"{column}_median", f"{column}_high_90"],
            )
        )
    table = pd.concat(parts, axis=1).sort_index().rename_axis("month")
    table["gap"] = table["other_median"] - table["one_median"]
    if table["gap"].isna().all():
        raise BadInput(
            "the two ensembles share no month, so control cannot cross; choose scenarios whose"
            " years overlap."
        )
    return table.reset_index()


def last_crossing(months: Any, gap: Any) -> Any:
    """Return the month in which a gap changes its sign for the last time, or None if it never does.

    Examples
    --------
    >>> last_crossing(["1", "2", "3", "4"], [-1.0, 1.0, 0.0, 1.0])
    '2'
    >>> last_crossing(["1", "2"], [1.0, 2.0]) is None
    True
    """
    signed = [
        (month, value)
        for month, value in zip(months, gap, strict=True)
        if value == value and value != 0.0
    ]
    for (_, before), (month, after) in reversed(list(zip(signed, signed[1:], strict=False))):
        if before * after < 0.0:
            return month
    return None


def measure_crossing(
    first_ensemble: Any, second_ensemble: Any, apogee_years: tuple[str, str] = APOGEE_YEARS
) -> CrossingResult:
    """Return the crossing of control in two ensembles.

    Worlds of the same number make a pair; for when it has crossed see :func:`pairs_that_cross`.
    """
    table = control_table(first_ensemble, second_ensemble)
    names = distinct_names(first_ensemble.scenario, second_ensemble.scenario)
    both = table.dropna(subset=["gap"])
    results = []
    for name, ensemble in zip(names, (first_ensemble, second_ensemble), strict=True):
        apogees, in_apogee_years, in_last_year = apogee_truths(ensemble, apogee_years)
        count = len(apogees)
        results.append(
            Apogee(
                name,
                ensemble.scenario.date_of(int(np.quantile(apogees, 0.5, method="nearest"))),
                float(in_apogee_years.mean()),
                float(in_last_year.mean()),
                count,
                coverage_of(ensemble).requested,
                Interval(*wilson_interval(int(in_apogee_years.sum()), count)),
                Interval(*wilson_interval(int(in_last_year.sum()), count)),
            )
        )
    pairs = pairs_that_cross(first_ensemble, second_ensemble, both["month"].to_numpy())
    crossed = int(pairs.sum())
    month = last_crossing(both["month"], both["gap"])
    return CrossingResult(
        (results[0], results[1]),
        f"{month:%Y-%m}" if month is not None else None,
        crossed / max(len(pairs), 1),
        *wilson_interval(crossed, len(pairs)),
        len(pairs),
        *count_requested_pairs(first_ensemble, second_ensemble),
    )


class ControlCrossing(Drawing):
    """Control in two ensembles on one calendar, and the month their medians last cross.

    Parameters
    ----------
    first_ensemble, second_ensemble : Ensemble
        With series; best of one seed and size, so that worlds of the same number make pairs.

    Examples
    --------
    >>> from poruka.api import simulate
    >>> from poruka.scenario.scenario import load
    >>> ensembles = [
    ...     simulate(load(name), worlds=2, seed=1, until="1990-12", progress=False)
    ...     for name in ("kazakhstan", "russia")
    ... ]
    >>> len(ControlCrossing(*ensembles).table)
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
        counts = [require_worlds(ensemble) for ensemble in (first_ensemble, second_ensemble)]
        date = self.result.crossing_date
        statement = (
            f"The medians cross for the last time in {date}."
            if date
            else "The medians do not cross."
        )
        fewest = min(counts, key=lambda count: count.available)
        seed_note = (
            ""
            if first_ensemble.seed == second_ensemble.seed
            else f" {self.country_labels[1]} was simulated with seed {second_ensemble.seed}."
        )
        size_note = (
            ""
            if counts[0] == counts[1]
            else (
                f" {self.country_labels[0]} has {counts[0]}, {self.country_labels[1]} {counts[1]}."
            )
        )
        self.caption = format_caption(
            f"Lines: median of all worlds; bands: 90 % of worlds."
            f" {statement}{size_note}{seed_note}",
            fewest,
            first_ensemble.seed,
            "share (0-1) of the ruler's demands that is carried out",
        )
        ends = self.table.dropna().iloc[-1]
        self.alt = (
            f"Two fan charts of control on one calendar. {statement} In {ends['month']:%Y-%m}"
            f" the median is {ends['one_median']:.2f} in {self.country_labels[0]} and"
            f" {ends['other_median']:.2f} in {self.country_labels[1]}."
        )

    def _draw(self, ax: Any) -> None:
        import matplotlib.dates as dates

        table = self.table
        month = table["month"].to_numpy()
        for column, name, (colour, line, opacity) in zip(
            ("one", "other"), self.country_labels, COUNTRY_STYLES, strict=True
        ):
            ax.fill_between(
                month,
                table[f"{column}_low_90"],
                table[f"{column}_high_90"],
                color=colour,
                alpha=opacity,
                linewidth=0,
                label=f"90 % of worlds, {name}",
            )
            for edge in ("low_90", "high_90"):
                ax.plot(
                    month, table[f"{column}_{edge}"], color=colour, linestyle=line, linewidth=0.5
                )
            ax.plot(
                month,
                table[f"{column}_median"],
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
