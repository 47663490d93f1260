"""Two timelines of a pair of worlds: shared up to the fork, then the parent above the branch."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import pandas as pd

from poruka.figures.base.style import GREY, NEAR_BLACK, OUTCOME_STYLES, PAIR_STYLES
from poruka.utils.labels import format_label

LANE_HEIGHTS = {"parent": 1.0, "both": 0.0, "branch": -1.0}
MIN_LABEL_WEIGHT, LETTER_WIDTH, LABEL_ROW_HEIGHT = 50.0, 0.0062, 0.34
"""Least weight of a labelled event; width of a letter as a share of the axis; height of a row."""


class LaneData(NamedTuple):
    """What the lanes show: period, month of divergence, events, outcomes and steps."""

    date_range: tuple[pd.Timestamp, pd.Timestamp]
    divergence: pd.Timestamp | None
    events: pd.DataFrame
    outcomes: dict[str, str]
    steps: list[tuple[pd.Timestamp, str]]


def assign_label_rows(extents: list[tuple[float, float]], rows: int) -> list[int | None]:
    """Return for each (middle, width), heaviest first, the first row with room for it, or None.

    Examples
    --------
    >>> assign_label_rows([(0.5, 0.2), (0.6, 0.2), (0.55, 0.2), (0.1, 0.1)], 2)
    [0, 1, None, 0]
    """
    occupied: list[list[tuple[float, float]]] = [[] for _ in range(rows)]
    assigned: list[int | None] = []
    for middle, width in extents:
        ends = (middle - width / 2, middle + width / 2)
        row = next(
            (
                row
                for row in range(rows)
                if all(ends[1] <= low or ends[0] >= high for low, high in occupied[row])
            ),
            None,
        )
        if row is not None:
            occupied[row].append(ends)
        assigned.append(row)
    return assigned


def spread_positions(
    spacing: float, positions: list[float], low: float = 0.03, high: float = 0.97
) -> list[float]:
    """Return the nearest positions in the same order that are at least a spacing apart.

    Examples
    --------
    >>> [round(x, 2) for x in spread_positions(0.2, [0.5, 0.5, 0.9])]
    [0.4, 0.6, 0.9]
    >>> [round(x, 2) for x in spread_positions(0.2, [0.0, 0.0])]
    [0.03, 0.23]
    """
    # Sums and counts of runs that share one position once the spacings are subtracted.
    groups: list[list[float]] = []
    for rank, x in enumerate(positions):
        groups.append([x - rank * spacing, 1.0])
        while len(groups) > 1 and groups[-2][0] / groups[-2][1] > groups[-1][0] / groups[-1][1]:
            total, count = groups.pop()
            groups[-1] = [groups[-1][0] + total, groups[-1][1] + count]
    spread = [total / count for total, count in groups for _ in range(int(count))]
    last = high - (len(positions) - 1) * spacing
    return [min(max(x, low), max(last, low)) + rank * spacing for rank, x in enumerate(spread)]


def format_date_axis(ax: Any) -> None:
    """Put dates below an axis: years over a long period, months over a short one."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=3, maxticks=9)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))


def mark_accessions(ax: Any, dates: Iterable[pd.Timestamp], *, above: bool = True) -> None:
    """Mark the months in which another ruler came, their label above the panel or at its foot."""
    height, offset, side = (1.0, (0, 2), "center") if above else (0.0, (3, 3), "left")
    for date in dates:
        ax.axvline(date, color=NEAR_BLACK, linewidth=0.8, linestyle=(0, (4, 2)), zorder=1)
        ax.annotate(
            format_label("accession", "event"),
            (date, height),
            xycoords=("data", "axes fraction"),
            xytext=offset,
            textcoords="offset points",
            fontsize=7.5,
            ha=side,
        )


def draw_index_panel(
    ax: Any, rows: pd.DataFrame, name: str, unit: str, span: tuple[pd.Timestamp, pd.Timestamp]
) -> None:
    """Draw one index in both worlds of a pair."""
    dates = pd.to_datetime(rows["date"]).to_numpy()
    for world in ("parent", "branch"):
        colour, line = PAIR_STYLES[world]
        ax.plot(dates, rows[world].astype(float), color=colour, linestyle=line, linewidth=1.6)
    ax.set_xlim(*span)
    if "(0–1)" in unit:
        ax.set_ylim(0, 1)
        ax.set_yticks([0, 0.5, 1])
    else:
        ax.margins(y=0.15)
        ax.locator_params(axis="y", nbins=3)
    ax.set_title(f"{name[:1].upper()}{name[1:]}, {unit}", fontsize=8, pad=3)
    ax.grid(axis="y")
    format_date_axis(ax)
    ax.tick_params(labelbottom=False)


def _label_events(
    ax: Any, events: pd.DataFrame, lane: str, span: tuple[pd.Timestamp, pd.Timestamp]
) -> None:
    direction = 1.0 if lane == "parent" else -1.0
    exit_label, accession_label = (
        format_label(kind, "event") for kind in ("exit_of_ruler", "accession")
    )
    # An exit and the accession that follows it in the same month need only one label.
    exit_dates = set(events.loc[events["name"] == exit_label, "date"])
    rows = events[
        (events["weight"] >= MIN_LABEL_WEIGHT)
        & ~events["step"].eq(True)
        & ~((events["name"] == accession_label) & events["date"].isin(exit_dates))
    ]
    rows = rows.drop_duplicates(["date", "name"])
    rows = rows.sort_values(["weight", "month"], ascending=[False, True], kind="stable")
    days = (span[1] - span[0]) / pd.Timedelta(days=1)
    middles = [
        (pd.Timestamp(date) - span[0]) / pd.Timedelta(days=1) / days for date in rows["date"]
    ]
    widths = [len(name) * LETTER_WIDTH + 0.015 for name in rows["name"]]
    middles = [
        min(max(middle, width / 2), 1.0 - width / 2)
        for middle, width in zip(middles, widths, strict=True)
    ]
    for row, middle, label_row in zip(
        rows.itertuples(),
        middles,
        assign_label_rows(list(zip(middles, widths, strict=True)), 2),
        strict=True,
    ):
        if label_row is None:
            continue
        y = LANE_HEIGHTS[lane] + direction * (0.42 + LABEL_ROW_HEIGHT * label_row)
        date = pd.Timestamp(row.date)
        ax.plot(
            [date, date],
            [LANE_HEIGHTS[lane], y - direction * 0.04],
            color=GREY,
            linewidth=0.5,
            zorder=1,
        )
        ax.text(
            span[0] + middle * (span[1] - span[0]),
            y,
            row.name,
            fontsize=6.8,
            ha="center",
            va="bottom" if direction > 0 else "top",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
            zorder=3,
        )


def draw_lanes(ax: Any, lanes: LaneData) -> list[tuple[Any, float]]:
    """Draw both lanes and return the position of each step on them."""
    first, last = lanes.date_range
    divergence = min(lanes.divergence, last) if lanes.divergence is not None else None
    split = last if divergence is None else divergence
    ax.plot([first, split], [0, 0], color=NEAR_BLACK, linewidth=2.2, solid_capstyle="butt")
    for lane in ("parent", "branch") if divergence is not None else ():
        colour, line = PAIR_STYLES[lane]
        y = LANE_HEIGHTS[lane]
        ax.plot([split, split], [0, y], color=colour, linewidth=2.2, solid_capstyle="projecting")
        ax.plot([split, last], [y, y], color=colour, linestyle=line, linewidth=2.2)
        lane_events = lanes.events[lanes.events["lane"] == lane]
        direction = 1.0 if lane == "parent" else -1.0
        dates = pd.to_datetime(lane_events["date"])
        ax.vlines(
            dates,
            y,
            y + direction * (0.08 + 0.26 * lane_events["weight"].astype(float) / 100.0),
            color=colour,
            linewidth=0.9,
        )
        _label_events(ax, lane_events, lane, lanes.date_range)
        style = OUTCOME_STYLES.get(lanes.outcomes[lane])
        ax.annotate(
            f"{lane}:\n{format_label(lanes.outcomes[lane], 'outcome')}",
            (1.0, y),
            xycoords=("axes fraction", "data"),
            xytext=(16, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            annotation_clip=False,
        )
        if style:
            ax.plot(
                [1.0],
                [y],
                marker=style.marker,
                color=style.colour,
                markeredgecolor=NEAR_BLACK,
                markeredgewidth=0.6,
                markersize=7,
                clip_on=False,
                zorder=5,
                transform=ax.get_yaxis_transform(),
            )
    positions = [
        (date, LANE_HEIGHTS[lane] if divergence is not None and date >= split else 0.0)
        for date, lane in lanes.steps
    ]
    for (date, y), (_, lane) in zip(positions, lanes.steps, strict=True):
        if lane == "both" and divergence is not None and date >= split:
            ax.plot(
                [date, date],
                [LANE_HEIGHTS["branch"], LANE_HEIGHTS["parent"]],
                color=NEAR_BLACK,
                linewidth=0.8,
                linestyle=(0, (1, 1.5)),
                zorder=1,
            )
        ax.plot(
            [date],
            [y],
            marker="o",
            markersize=5,
            color=PAIR_STYLES.get(lane, (NEAR_BLACK, "-"))[0],
            markeredgecolor="white",
            markeredgewidth=0.7,
            zorder=5,
        )
    ax.set_ylim(-1.0 - 0.5 - 2 * LABEL_ROW_HEIGHT, 1.0 + 0.5 + 2 * LABEL_ROW_HEIGHT)
    ax.set_xlim(first, last)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    format_date_axis(ax)
    ax.text(0.0, 0.06, "both", transform=ax.get_yaxis_transform(), fontsize=7.5, va="bottom")
    return positions
