"""Support map: how acceptable each alternative to the ruler is to citizens and constituencies."""

from typing import Any

import numpy as np
import pandas as pd

from poruka.engine.codes import CONSTITUENCIES, CONTENDERS
from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.style import (
    BLUE,
    GREY,
    LIGHT_GREY,
    NEAR_BLACK,
    SKY,
    format_caption,
    sequential_colormap,
)
from poruka.utils.labels import format_label

ACCEPTANCE_RULE = "beliefs.accept"
PREFERENCE_STEPS = {
    "liked": ("would rather have him, were no disorder to fear", "o", "white"),
    "preferred": ("would rather have him despite disorder", "o", SKY),
    "support": ("would choose him, given who is believed to win", "o", BLUE),
}
"""Steps from liking an alternative to choosing it as the lesser evil: label, marker, colour."""
CONSTITUENCY_LABELS = {
    "titulars": "titular people",
    "minorities": "minorities",
    "business": "business",
    "officials": "officials",
    "west": "the West",
    "moscow": "Moscow",
}


def constituency_acceptability(regime: Any) -> np.ndarray:
    """Return how acceptable each contender is to each constituency.

    The rule of acceptability itself runs once for each constituency, as if it alone had weight.

    Returns
    -------
    ndarray of shape (constituencies, contenders)
        The ruler's column is empty (NaN); weighted by the constituencies' weights it is
        ``contender.acceptability``.

    Examples
    --------
    >>> from poruka.simulation.regime import Regime
    >>> from poruka.scenario.scenario import load
    >>> constituency_acceptability(Regime(load("kazakhstan"), seed=1).run_until("1990-06")).shape
    (6, 19)
    """
    rule = next(
        (rule for rule in regime.world_scenario.rules.rules if rule.id == ACCEPTANCE_RULE), None
    )
    if rule is None:
        raise NothingToDraw(
            f"this scenario has no rule {ACCEPTANCE_RULE}, which computes who is acceptable to whom"
        )
    params = regime.world_scenario.params()
    acceptability = np.full((len(CONSTITUENCIES), len(CONTENDERS)), np.nan)
    for constituency in range(len(CONSTITUENCIES)):
        # The rule writes only these two tables, so only they are copied; the regime is unchanged.
        contenders, constituencies = (
            regime.world.contenders.copy(),
            regime.world.constituencies.copy(),
        )
        constituencies["weight"] = 0.0
        constituencies["weight"][constituency] = 1.0
        rule.function(
            regime.world._replace(contenders=contenders, constituencies=constituencies), params, 0
        )
        acceptability[constituency, 1:] = contenders["acceptability"][1:]
    return acceptability


class SupportMap(Drawing):
    """Each constituency against each alternative at one date of one world.

    Parameters
    ----------
    regime : Regime
        The regime at the month to be shown.

    Examples
    --------
    >>> from poruka.simulation.regime import Regime
    >>> from poruka.scenario.scenario import load
    >>> drawing = SupportMap(Regime(load("kazakhstan"), seed=1).run_until("1993-06"))
    >>> len(drawing.table) == (6 + 1) * len(drawing.shown_contenders)
    True
    """

    def __init__(self, regime: Any):
        if not regime.month:
            raise NothingToDraw("the regime has not run yet; step it first")
        world = regime.world
        contenders = world.contenders
        self.shown_contenders = [
            row for row in range(1, len(CONTENDERS)) if contenders["active"][row]
        ]
        if not self.shown_contenders:
            raise NothingToDraw("there is no alternative to the ruler in this month")
        acceptability = constituency_acceptability(regime)
        believed_chances = np.asarray(world.beliefs["believed_chance"]).reshape(
            len(CONSTITUENCIES), len(CONTENDERS)
        )
        rows: list[tuple[object, ...]] = [
            (
                name,
                CONTENDERS[row],
                float(world.constituencies["weight"][constituency]),
                float(acceptability[constituency, row]),
                float(believed_chances[constituency, row]),
                *(np.nan,) * 5,
            )
            for row in self.shown_contenders
            for constituency, name in enumerate(CONSTITUENCIES)
        ]
        rows += [
            (
                "citizens",
                CONTENDERS[row],
                np.nan,
                np.nan,
                np.nan,
                *(float(contenders[step][row]) for step in PREFERENCE_STEPS),
                float(contenders["acceptability"][row]),
                float(contenders["threat"][row]),
            )
            for row in self.shown_contenders
        ]
        self.table = pd.DataFrame(
            rows,
            columns=[
                "constituency",
                "alternative",
                "weight",
                "acceptable",
                "believed",
                *PREFERENCE_STEPS,
                "acceptability",
                "threat",
            ],
        )
        self.ruler_support = float(contenders["support"][0])
        self.restrictions = {
            row: next(
                (
                    label
                    for flag, label in (
                        ("jailed", "in prison"),
                        ("exiled", "abroad"),
                        ("coopted", "bought"),
                        ("barred", "barred"),
                    )
                    if contenders[flag][row]
                ),
                "",
            )
            for row in self.shown_contenders
        }
        self.date = regime.date
        self.title = (
            f"Who could rule instead, and for whom (world {regime.world_number}, {self.date})"
        )
        self.caption = format_caption(
            "Above: share of citizens, for each alternative; the distance between markers is lost"
            " to fear of disorder and then to disbelief, and goes to the ruler as the lesser evil."
            " Below: filled part of a cell: how acceptable he is to a constituency (both peoples"
            " count as one); shade: how far it believes that he can rule; at the left its"
            " weight.",
            1,
            regime.ensemble_seed,
        )
        citizens = self.table[self.table["constituency"] == "citizens"].sort_values(
            "acceptability", ascending=False
        )
        self.alt = f"{self.ruler_support:.0%} of citizens would choose the ruler. " + " ".join(
            f"{format_label(row.alternative, 'contender').capitalize()}: liked by {row.liked:.0%},"
            f" preferred by {row.preferred:.0%}, chosen by {row.support:.0%}; acceptability"
            f" {row.acceptability:.0%}, threat {row.threat:.2f}."
            for row in citizens.head(5).itertuples()
        )
        self.grid, self.size = (2, 1), (max(7.0, 0.72 * len(self.shown_contenders) + 2.6), 6.3)
        self.subplot_options = {"sharex": True, "height_ratios": (1.0, 1.35)}

    def _draw(self, axes: Any) -> None:
        above, below = np.atleast_1d(axes).ravel()
        self._draw_citizens(above)
        self._draw_map(below)

    def _draw_citizens(self, ax: Any) -> None:
        from matplotlib.ticker import PercentFormatter

        rows = self.table[self.table["constituency"] == "citizens"].reset_index(drop=True)
        ax.vlines(rows.index, rows["support"], rows["liked"], color=GREY, linewidth=1.0, zorder=1)
        for step, (label, marker, face) in PREFERENCE_STEPS.items():
            size, above = {"liked": (9, 2), "preferred": (7, 3), "support": (5, 4)}[step]
            ax.plot(
                rows.index,
                rows[step],
                marker=marker,
                markersize=size,
                markerfacecolor=face,
                markeredgecolor=NEAR_BLACK,
                markeredgewidth=0.8,
                linestyle="",
                label=label,
                zorder=above,
            )
        ax.axhline(
            self.ruler_support,
            color=NEAR_BLACK,
            linewidth=1.2,
            linestyle=(0, (5, 2)),
            zorder=1,
            label=f"would choose the ruler ({self.ruler_support:.0%})",
        )
        ax.set_ylim(-0.05, 1.06)
        ax.yaxis.set_major_formatter(PercentFormatter(1.0))
        ax.set_ylabel("share of citizens")
        ax.grid(axis="y")
        ax.tick_params(axis="x", length=0, labelbottom=False)
        ax.legend(
            loc="lower left",
            bbox_to_anchor=(-0.02, 1.0),
            ncols=2,
            handletextpad=0.4,
            columnspacing=1.2,
        )

    def _draw_map(self, ax: Any) -> None:
        from matplotlib.collections import PatchCollection
        from matplotlib.patches import Rectangle
        from matplotlib.ticker import PercentFormatter

        cells = self.table[self.table["constituency"] != "citizens"]
        columns = {CONTENDERS[row]: column for column, row in enumerate(self.shown_contenders)}
        squares, shades = [], []
        for row in cells.itertuples():
            x, y, side = (
                columns[row.alternative],
                CONSTITUENCIES.index(row.constituency),
                0.94 * np.sqrt(max(row.acceptable, 0.0)),
            )
            ax.add_patch(
                Rectangle(
                    (x - 0.47, y - 0.47),
                    0.94,
                    0.94,
                    facecolor="none",
                    edgecolor=LIGHT_GREY,
                    linewidth=0.6,
                )
            )
            squares.append(Rectangle((x - side / 2, y - side / 2), side, side))
            shades.append(row.believed)
        patches = PatchCollection(
            squares, cmap=sequential_colormap(), edgecolor=NEAR_BLACK, linewidth=0.5
        )
        patches.set_array(np.array(shades))
        patches.set_clim(0.0, max(0.3, max(shades)))
        ax.add_collection(patches)
        weight = cells.drop_duplicates("constituency").set_index("constituency")["weight"]
        ax.set_yticks(
            range(len(CONSTITUENCIES)),
            [f"{CONSTITUENCY_LABELS[name]} {weight[name]:.0%}" for name in CONSTITUENCIES],
        )
        ax.set_xticks(
            range(len(self.shown_contenders)),
            [
                format_label(CONTENDERS[row], "contender")
                + (f"\n({self.restrictions[row]})" if self.restrictions[row] else "")
                for row in self.shown_contenders
            ],
            rotation=30,
            ha="right",
            rotation_mode="anchor",
        )
        ax.set_xlim(-0.6, len(self.shown_contenders) - 0.4)
        ax.set_ylim(len(CONSTITUENCIES) - 0.45, -0.55)
        ax.tick_params(length=0, labelcolor=NEAR_BLACK)
        ax.spines[["left", "bottom"]].set_visible(False)
        bar = ax.get_figure().colorbar(
            patches,
            ax=ax,
            shrink=0.9,
            aspect=22,
            pad=0.02,
            format=PercentFormatter(1.0, decimals=0),
        )
        bar.set_label("believed chance that he can rule", fontsize=8)
        bar.ax.tick_params(labelsize=7.5)
