"""Two lanes of time: one history up to a fork, then parent above and branch below, with what only
one of them has.
"""

from typing import Any, NamedTuple

import pandas as pd

from poruka.figures.base.style import GREY, NEAR_BLACK, OUTCOME_STYLES, PAIR_STYLES
from poruka.utils.labels import format_label

LANE_HEIGHTS = {"parent": 1.0, "both": 0.0, "branch": -1.0}
MIN_LABEL_WEIGHT, LETTER_WIDTH, LABEL_ROW_HEIGHT = 50.0, 0.0062, 0.34
"""Weight from which happenings are named; width of a small letter as a share of the axis; height of
a row of names.
"""


class LaneData(NamedTuple):
    """What the lanes show: span of time, month of parting, happenings, outcomes, and the dates and
    lanes of the steps.
    """

    date_range: tuple[pd.Timestamp, pd.Timestamp]
    divergence: pd.Timestamp | None
    events: pd.DataFrame
    outcomes: dict[str, str]
    steps: list[tuple[pd.Timestamp, str]]


def assign_label_rows(extents: list[tuple[float, float]], rows: int) -> list[int | None]:
    """Return for each (middle, width), in order of weight, the first row in which it touches no
    other, or None.

    Examples
    --------
    >>> assign_label_rows([(0.5, 0.2), (0.6, 0.2), (0.55, 0.2), (0.1, 0.1)], 2)
    [0, 1, None, 0]
    """
    taken: list[list[tuple[float, float]]] = [[] for _ in range(rows)]
    found: list[int | None] = []
    for middle, width in extents:
        ends = (middle - width / 2, middle + width / 2)
        row = next(
            (
                row
                for row in range(rows)
                if all(ends[1] <= low or ends[0] >= high for low, high in taken[row])
            ),
            None,
        )
        if row is not None:
            taken[row].append(ends)
        found.append(row)
    return found


def spread_positions(
    spacing: float, positions: list[float], low: float = 0.03, high: float = 0.97
) -> list[float]:
    """Return places in the same order, as near as they can be to those wanted while neighbours keep
    a distance.

    Examples
    --------
    >>> [round(x, 2) for x in spread_positions(0.2, [0.5, 0.5, 0.9])]
    [0.4, 0.6, 0.9]
    >>> [round(x, 2) for x in spread_positions(0.2, [0.0, 0.0])]
    [0.03, 0.23]
    """
    # sums and counts of runs that stand at one place once the distances are taken off
    groups: list[list[float]] = []
    for place, x in enumerate(positions):
        groups.append([x - place * spacing, 1.0])
        while len(groups) > 1 and groups[-2][0] / groups[-2][1] > groups[-1][0] / groups[-1][1]:
            total, count = groups.pop()
            groups[-1] = [groups[-1][0] + total, groups[-1][1] + count]
    spread = [total / count for total, count in groups for _ in range(int(count))]
    last = high - (len(positions) - 1) * spacing
    return [min(max(x, low), max(last, low)) + place * spacing for place, x in enumerate(spread)]


def format_date_axis(ax: Any) -> None:
    """Write dates below an axis, years where the span is long, months where it is short."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=3, maxticks=9)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))


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
    up = 1.0 if lane == "parent" else -1.0
    gone = set(
        events.loc[events["name"] == "the ruler goes", "date"]
    )  # who goes has a successor: one name is enough
    rows = events[
        (events["weight"] >= MIN_LABEL_WEIGHT)
        & ~events["step"].eq(True)
        & ~((events["name"] == "a new ruler") & events["date"].isin(gone))
    ]
    rows = rows.drop_duplicates(["date", "name"])
    rows = rows.sort_values(["weight", "month"], ascending=[False, True], kind="stable")
    whole = (span[1] - span[0]) / pd.Timedelta(days=1)
    middles = [
        (pd.Timestamp(date) - span[0]) / pd.Timedelta(days=1) / whole for date in rows["date"]
    ]
    widths = [len(name) * LETTER_WIDTH + 0.015 for name in rows["name"]]
    middles = [
        min(max(middle, width / 2), 1.0 - width / 2)
        for middle, width in zip(middles, widths, strict=True)
    ]
    for row, middle, place in zip(
        rows.itertuples(),
        middles,
        assign_label_rows(list(zip(middles, widths, strict=True)), 2),
        strict=True,
    ):
        if place is None:
            continue
        y = LANE_HEIGHTS[lane] + up * (0.42 + LABEL_ROW_HEIGHT * place)
        date = pd.Timestamp(row.date)
        ax.plot(
            [date, date], [LANE_HEIGHTS[lane], y - up * 0.04], color=GREY, linewidth=0.5, zorder=1
        )
        ax.text(
            span[0] + middle * (span[1] - span[0]),
            y,
            row.name,
            fontsize=6.8,
            ha="center",
            va="bottom" if up > 0 else "top",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
            zorder=3,
        )


def draw_lanes(ax: Any, lanes: LaneData) -> list[tuple[Any, float]]:
    """Draw both lanes and return where each step lies on them."""
    first, last = lanes.date_range
    parting = min(lanes.divergence, last) if lanes.divergence is not None else None
    split = last if parting is None else parting
    ax.plot([first, split], [0, 0], color=NEAR_BLACK, linewidth=2.2, solid_capstyle="butt")
    for lane in ("parent", "branch") if parting is not None else ():
        colour, line = PAIR_STYLES[lane]
        y = LANE_HEIGHTS[lane]
        ax.plot([split, split], [0, y], color=colour, linewidth=2.2, solid_capstyle="projecting")
        ax.plot([split, last], [y, y], color=colour, linestyle=line, linewidth=2.2)
        mine = lanes.events[lanes.events["lane"] == lane]
        up = 1.0 if lane == "parent" else -1.0
        dates = pd.to_datetime(mine["date"])
        ax.vlines(
            dates,
            y,
            y + up * (0.08 + 0.26 * mine["weight"].astype(float) / 100.0),
            color=colour,
            linewidth=0.9,
        )
        _label_events(ax, mine, lane, lanes.date_range)
        look = OUTCOME_STYLES.get(lanes.outcomes[lane])
        ax.annotate(
            f"{lane}:\n{format_label(lanes.outcomes[lane])}",
            (1.0, y),
            xycoords=("axes fraction", "data"),
            xytext=(16, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            annotation_clip=False,
        )
        if look:
            ax.plot(
                [1.0],
                [y],
                marker=look.marker,
                color=look.colour,
                markeredgecolor=NEAR_BLACK,
                markeredgewidth=0.6,
                markersize=7,
                clip_on=False,
                zorder=5,
                transform=ax.get_yaxis_transform(),
            )
    places = [
        (date, LANE_HEIGHTS[lane] if parting is not None and date >= split else 0.0)
        for date, lane in lanes.steps
    ]
    for (date, y), (_, lane) in zip(places, lanes.steps, strict=True):
        if lane == "both" and parting is not None and date >= split:
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
    return places
