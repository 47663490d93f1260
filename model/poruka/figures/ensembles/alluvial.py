"""How worlds pass from one outcome to another, year by year."""

import textwrap
from typing import Any

import numpy as np
import pandas as pd

from poruka.engine.codes import EXIT_CODES, OUTCOMES
from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.ensemble_access import (
    date_from_offset,
    last_month,
    require_events,
    require_worlds,
    start_month,
    thin_ensemble,
    world_count,
)
from poruka.figures.base.lanes import spread_positions
from poruka.figures.base.style import NEAR_BLACK, OUTCOME_STYLES, edge_colour, format_caption
from poruka.simulation.ending import WAYS_TO_OFFICE

BLOCK_WIDTH = 0.3
"""Width of the block of a year, in years."""
STATE_LABELS = {
    outcome: f"came {WAYS_TO_OFFICE[code]}" if code in WAYS_TO_OFFICE else "the first ruler"
    for outcome, code in zip(OUTCOMES, EXIT_CODES, strict=True)
}
"""What the state of a world is called: how its present ruler came, be he the second or a later one.

Outcomes, which other figures of a page show, say how the *first* change of ruler went.
"""


def states_table(ensemble: Any) -> pd.DataFrame:
    """Return for each world, each December and the last month how the present ruler came to power.

    The state is ``incumbent`` for the first ruler, else the outcome by which he followed. Where no
    events were recorded only the first change of ruler is known.
    """
    outcomes = ensemble.outcomes
    try:
        events = require_events(ensemble)
        exits = events[events["kind"] == "exit_of_ruler"][["world", "month", "value"]].astype(
            {"month": float}
        )
        exits = exits.assign(state=[OUTCOMES[int(value)] for value in exits["value"]])
    except NothingToDraw:
        exits = outcomes.loc[
            outcomes["exit_month"].notna(), ["world", "exit_month", "outcome"]
        ].rename(columns={"exit_month": "month", "outcome": "state"})
    first, last = start_month(ensemble), last_month(ensemble)
    ends = sorted(
        {
            *(
                month
                for year in range(first.year, last.year + 1)
                if (month := (year - first.year) * 12 + 12 - first.month) >= 0
                and date_from_offset(ensemble, month) <= last
            ),
            (last.year - first.year) * 12 + last.month - first.month,
        }
    )
    frames = []
    for month in ends:
        states = (
            exits[exits["month"] <= month]
            .sort_values("month", kind="stable")
            .groupby("world")["state"]
            .last()
        )
        frames.append(
            pd.DataFrame(
                {
                    "world": outcomes["world"].to_numpy(),
                    "date": f"{date_from_offset(ensemble, month):%Y-%m}",
                    "state": [states.get(world, "incumbent") for world in outcomes["world"]],
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def flows_table(states: pd.DataFrame) -> pd.DataFrame:
    """Return how many worlds pass from one state to another between consecutive dates.

    Examples
    --------
    >>> states = pd.DataFrame({"world": [0, 1, 0, 1], "date": ["1990-12"] * 2 + ["1991-12"] * 2})
    >>> states["state"] = ["incumbent", "incumbent", "heir", "incumbent"]
    >>> flows_table(states)[["before", "after", "worlds"]].values.tolist()
    [['incumbent', 'incumbent', 1], ['incumbent', 'heir', 1]]
    """
    states_by_date = states.pivot(index="world", columns="date", values="state")
    rows = []
    order = {outcome: rank for rank, outcome in enumerate(OUTCOMES)}
    for from_date, to_date in zip(states_by_date.columns, states_by_date.columns[1:], strict=False):
        counts = states_by_date.groupby([from_date, to_date]).size()
        for (before, after), worlds in sorted(
            counts.items(), key=lambda item: (order[item[0][0]], order[item[0][1]])
        ):
            rows.append(
                (from_date, to_date, before, after, int(worlds), worlds / len(states_by_date))
            )
    return pd.DataFrame(
        rows, columns=["from_date", "to_date", "before", "after", "worlds", "share"]
    )


class Alluvial(Drawing):
    """How worlds pass from one ruler to another, year by year.

    Parameters
    ----------
    ensemble : Ensemble
        With events; without them only the first change of ruler is shown.

    Examples
    --------
    >>> from poruka.api import simulate
    >>> from poruka.scenario.scenario import load
    >>> e = simulate(load("kazakhstan"), worlds=4, seed=1, until="1992-12", progress=False)
    >>> Alluvial(e).table.groupby("from_date")["worlds"].sum().tolist()
    [4, 4]
    """

    size = (9.0, 4.8)

    def __init__(self, ensemble: Any):
        ensemble = thin_ensemble(ensemble)
        states = states_table(ensemble)
        self.dates = sorted(states["date"].unique())
        if len(self.dates) < 2:
            raise NothingToDraw(
                "a run that ends within its first year has no flows between years; run longer"
            )
        self.table = flows_table(states)
        self.worlds = world_count(ensemble)
        shares = (
            states.groupby("date")["state"].value_counts(normalize=True).unstack(fill_value=0.0)
        )
        self.shares = shares.reindex(
            columns=[name for name in OUTCOMES if name in shares], index=self.dates
        )
        self.title = "How the present ruler came to power, year by year"
        self.caption = format_caption(
            "Blocks: who rules each December (and at the end): the first ruler, or another by how"
            " he came, which is the last change of ruler; outcomes say how the first one went."
            " Ribbons: worlds that pass from one state to another within the year.",
            require_worlds(ensemble),
            ensemble.seed,
            "share of worlds",
        )
        end = self.shares.iloc[-1]
        self.alt = (
            f"Flows by year. In {self.dates[-1]}: "
            + ", ".join(
                f"{STATE_LABELS[name]} {share:.0%}" for name, share in end.items() if share > 0
            )
            + "."
        )

    def _draw(self, ax: Any) -> None:
        from matplotlib.ticker import PercentFormatter

        bottoms = self.shares.cumsum(axis=1) - self.shares
        for column, date in enumerate(self.dates):
            for name in self.shares:
                share = self.shares.loc[date, name]
                if share > 0:
                    style = OUTCOME_STYLES[name]
                    ax.bar(
                        column,
                        share,
                        BLOCK_WIDTH,
                        bottoms.loc[date, name],
                        color=style.colour,
                        hatch=style.hatch if share > 0.015 else "",
                        edgecolor=edge_colour(name),
                        linewidth=0.4,
                        zorder=3,
                    )
        for column, (from_date, to_date) in enumerate(
            zip(self.dates, self.dates[1:], strict=False)
        ):
            self._draw_ribbons(
                ax,
                column,
                bottoms.loc[from_date].copy(),
                bottoms.loc[to_date].copy(),
                self.table[self.table["from_date"] == from_date],
            )
        self._draw_labels(ax, bottoms.iloc[-1])
        ax.set_xticks(
            range(len(self.dates)),
            [date[:4] if date.endswith("-12") else date for date in self.dates],
            rotation=0 if len(self.dates) <= 16 else 90,
            fontsize=8,
        )
        ax.set_xlim(-0.3, len(self.dates) - 1 + BLOCK_WIDTH / 2)
        ax.set_ylim(0, 1)
        ax.yaxis.set_major_formatter(PercentFormatter(1.0))
        ax.set_ylabel("share of worlds")
        ax.tick_params(axis="x", length=0)
        ax.spines["bottom"].set_visible(False)

    @staticmethod
    def _draw_ribbons(
        ax: Any, column: int, left: pd.Series, right: pd.Series, flows: pd.DataFrame
    ) -> None:
        steps = np.linspace(0.0, 1.0, 25)
        smooth = steps * steps * (3.0 - 2.0 * steps)
        x = column + BLOCK_WIDTH / 2 + steps * (1.0 - BLOCK_WIDTH)
        order = {outcome: rank for rank, outcome in enumerate(OUTCOMES)}
        lefts, rights = {}, {}
        for flow in flows.itertuples():
            lefts[flow.before, flow.after] = left[flow.before]
            left[flow.before] += flow.share
        for flow in sorted(
            flows.itertuples(), key=lambda flow: (order[flow.after], order[flow.before])
        ):
            rights[flow.before, flow.after] = right[flow.after]
            right[flow.after] += flow.share
        for flow in flows.itertuples():
            low = (
                lefts[flow.before, flow.after]
                + (rights[flow.before, flow.after] - lefts[flow.before, flow.after]) * smooth
            )
            is_change = flow.before != flow.after
            ax.fill_between(
                x,
                low,
                low + flow.share,
                color=OUTCOME_STYLES[flow.after].colour,
                alpha=0.85 if is_change else 0.28,
                linewidth=0,
                zorder=2 if is_change else 1,
            )

    def _draw_labels(self, ax: Any, bottoms: pd.Series) -> None:
        end = self.shares.iloc[-1]
        shown = [name for name in end.index if end[name] > 0]
        middles = [float(bottoms[name] + end[name] / 2) for name in shown]
        x = len(self.dates) - 1 + BLOCK_WIDTH / 2
        for name, middle, y in zip(
            shown, middles, spread_positions(0.1, middles, 0.04, 0.96), strict=True
        ):
            ax.plot([x, x + 0.22], [middle, y], color=NEAR_BLACK, linewidth=0.6, clip_on=False)
            text = textwrap.fill(f"{STATE_LABELS[name]}: {end[name]:.1%}", 26)
            ax.text(x + 0.3, y, text, fontsize=8, va="center")
