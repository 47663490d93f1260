"""What the figures of many worlds promise.

1. The stage portrait's cells hold every month of every world once, and an arrow ends where the
   cell's worlds stand on average a year later.
2. The alluvial passes every world from year to year once; its last blocks are the states at the
   end, its ribbons are as wide as the table says.
3. Survival counts every ruler of every world; the share still in office falls exactly where rulers
   go, and later rulers are counted as Kaplan and Meier do.
4. Shares converge to those of the whole run, with the intervals of the outcomes figure.
5. Runs too short or too bare for a figure are refused in words; a run cut short ends where it was
   cut.
"""

import warnings
from functools import cache

import matplotlib
import numpy as np
import pandas as pd
import pytest
from marks import marks
from stand_in import StandIn

import poruka as pk
from poruka.engine.codes import OUTCOMES
from poruka.figures import (
    Alluvial,
    NothingToDraw,
    OutcomeConvergence,
    OutcomeShares,
    PhasePortrait,
    RulerSurvival,
)
from poruka.figures.base.ensemble_access import last_month
from poruka.figures.ensembles.alluvial import states_table
from poruka.figures.ensembles.phase_portrait import phase_flow_table
from poruka.figures.ensembles.tenure import kaplan_meier, tenure_table
from poruka.utils.statistics import Z95, wilson_interval

matplotlib.use("Agg")


@cache
def worlds():
    return pk.simulate(pk.load("kazakhstan", numbers="declared"), worlds=40, seed=1, progress=False)


def test_arrows_lead_where_worlds_stand_a_year_later():
    """Proposition 1."""
    table = PhasePortrait(worlds()).table
    cells = table[table["part"] == "cell"]
    assert cells["months"].sum() == 40 * 178 and cells["share"].sum() == pytest.approx(1.0)
    here, there = (worlds().series[name].to_numpy() for name in ("readiness", "control"))
    one = cells.dropna(subset=["to_x"]).sort_values("months").iloc[-1]
    inside = (
        (here >= one["x_low"])
        & (here < one["x_high"])
        & (there >= one["y_low"])
        & (there < one["y_high"])
    )
    inside[:, -12:] = False
    rows, columns = np.nonzero(inside)
    assert there[rows, columns + 12].mean() == pytest.approx(one["to_y"]) and here[
        rows, columns
    ].mean() == pytest.approx(one["from_x"])
    assert (
        phase_flow_table(np.zeros((2, 5)), np.zeros((2, 5)), (np.array([-1.0, 1.0]),) * 2)["to_x"]
        .isna()
        .all()
    )


def test_every_world_passes_once_from_year_to_year():
    """Proposition 2: the states are counted again from the events, world by world."""
    drawing = Alluvial(worlds())
    assert (drawing.table.groupby("from_date")["worlds"].sum() == 40).all() and len(
        drawing.dates
    ) == 15
    for world, found in (
        worlds().events.query("kind == 'exit_of_ruler' and month <= 93").groupby("world")
    ):
        state = (
            states_table(worlds()).query(f"world == {world} and date == '1997-12'")["state"].iloc[0]
        )
        assert state == OUTCOMES[int(found["value"].iloc[-1])]
    end = drawing.shares.iloc[-1]
    heights = [
        bar.get_height() for bar in drawing.draw().patches if bar.get_x() > len(drawing.dates) - 1.3
    ]
    assert np.allclose(heights, end[end > 0])
    bare = StandIn(worlds=30, bare=True)
    assert (
        Alluvial(bare).shares.iloc[-1]["incumbent"] == (bare.outcomes["exit_month"].isna()).mean()
    )


def test_survival_falls_where_rulers_go():
    """Proposition 3."""
    drawing = RulerSurvival(worlds())
    first = drawing.table.query("rulers == 'first'").set_index("time")
    gone = worlds().outcomes["exit_month"].dropna()
    assert (
        first["share"].iloc[-1] == 1 - len(gone) / 40
        and (first["share"].diff().lt(0)).sum() == gone.nunique()
    )
    assert len(tenure_table(worlds())) == 40 + (worlds().events["kind"] == "exit_of_ruler").sum()
    marks = sum(
        len(line.get_xdata())
        for line in drawing.draw().flat[0].lines
        if line.get_linestyle() == "None"
    )
    assert marks == len(gone)
    # Times to remission of 21 patients under 6-MP (Freireich and others 1963): the product limit of
    # the textbooks at 10 and 23 weeks.
    weeks = np.array([6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35])
    table = kaplan_meier(weeks, np.arange(21) < 9).set_index("time")
    assert table.loc[10.0, "share"] == pytest.approx(0.753, abs=5e-4)
    assert table.loc[23.0, "share"] == pytest.approx(0.448, abs=5e-4)
    # The band: the share to the powers exp(-w) and exp(w), w after Greenwood's formula.
    lost = pd.Series([3 / (21 * 18), 1 / (17 * 16), 1 / (15 * 14)])
    reach = Z95 * np.sqrt(lost.sum()) / np.log(table.loc[10.0, "share"])
    band = table.loc[10.0, "share"] ** np.exp(np.array([-reach, reach]))
    assert table.loc[10.0, ["low", "high"]].tolist() == pytest.approx(band, abs=1e-9)


def test_a_survival_curve_has_a_band_where_nobody_is_left_or_nobody_has_gone():
    """Proposition 3: where SciPy defines none."""
    everyone = kaplan_meier(np.array([1, 2, 2]), np.array([True, True, True]))
    assert everyone["time"].tolist() == [0.0, 1.0, 2.0] and everyone["gone"].tolist() == [0, 1, 2]
    assert everyone.iloc[-1][["share", "low"]].tolist() == [0.0, 0.0]
    assert everyone.iloc[-1]["high"] == wilson_interval(0, 2)[1]
    nobody = kaplan_meier(np.array([1, 2]), np.array([False, False]))
    assert nobody[["time", "share", "low", "high"]].values.tolist() == [[0.0, 1.0, 1.0, 1.0]]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert kaplan_meier(np.array([3]), np.array([True]))["share"].tolist() == [1.0, 0.0]


def test_shares_converge_to_those_of_the_run():
    """Proposition 4."""
    drawing = OutcomeConvergence(worlds())
    whole = OutcomeShares(worlds()).table.set_index("outcome")
    for name, row in drawing.final_shares.iterrows():
        assert (
            row["share"] == whole.loc[name, "share"]
            and row["low"] == whole.loc[name, "low"]
            and row["high"] == whole.loc[name, "high"]
        )
    early = drawing.table.query("worlds == 20 and outcome == 'incumbent'")["share"].iloc[0]
    assert early == (worlds().outcomes["outcome"].head(20) == "incumbent").mean()
    assert marks(drawing.draw())
    assert marks(OutcomeConvergence(StandIn(worlds=1, calm=True)).draw())


def test_what_cannot_be_shown_is_refused():
    """Proposition 5."""
    short = pk.simulate(
        pk.load("kazakhstan", numbers="declared"), worlds=2, seed=1, until="1990-10", progress=False
    )
    for make in (PhasePortrait, Alluvial):
        with pytest.raises(NothingToDraw):
            make(short)
    assert f"{last_month(short):%Y-%m}" == "1990-10"
    for make in (PhasePortrait, RulerSurvival):
        with pytest.raises(NothingToDraw, match="record"):
            make(StandIn(worlds=3, bare=True))
