"""A stand-in for an ensemble, small, quick and made of plain numbers, so that figures and page are
tested without the engine.
"""

from types import SimpleNamespace

import networkx as nx
import numpy as np
import pandas as pd
import xarray as xr

from poruka.engine.codes import OUTCOMES
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.scoring.figure_table import skill_of
from poruka.scoring.scored_figures import value_range
from poruka.simulation.failures import FAILURE_COLUMNS

START, MONTHS = pd.Timestamp("1990-03-01"), 178
FACTS = [
    (
        "R093",
        "1993-12",
        "first dissolution",
        "month dissolution 1",
        45.0,
        "month",
        "The house dissolves itself",
        "Presidents and Parliaments",
    ),
    (
        "R129",
        "1995-03",
        "second dissolution",
        "month dissolution 2",
        60.0,
        "month",
        "A verdict ends the house",
        "Presidents and Parliaments",
    ),
    (
        "R277",
        "2001-11",
        "great wave",
        "count defection 2001-09..2002-03",
        15.0,
        "count",
        "Magnates found a movement",
        "The New Challenge",
    ),
    (
        "R061",
        "1991-12",
        "first vote",
        "value president_election 1",
        98.78,
        "percent",
        "Elected without a rival",
        "The Rise",
    ),
    (
        "R300",
        "1996",
        "approval 1996",
        "series approval 1996-01",
        61.0,
        "percent",
        "A poll <of the year>",
        "note 13",
    ),
]


def scenario():
    """Return what the figures ask of a scenario."""
    return SimpleNamespace(
        title="Kazakhstan 1990-2004",
        name="kazakhstan",
        country="Kazakhstan",
        months=MONTHS,
        start_date="1990-03",
        numbers="declared",
        parameter_draws=None,
        one_draw=None,
        date_of=lambda i: START + pd.DateOffset(months=int(i)),
    )


def series(worlds, draw):
    """Return indices that rise, peak and fray, with noise that persists."""
    month = pd.date_range(START, periods=MONTHS, freq="MS")
    t = np.linspace(0, 1, MONTHS)
    data = {}
    for place, name in enumerate(INDEX_DESCRIPTIONS):
        path = 0.3 + 0.04 * (place % 5) + 0.3 * np.sin(np.pi * t * (1 + place % 3 / 2))
        noise = 0.015 * draw.standard_normal((worlds, MONTHS)).cumsum(
            axis=1
        ) + 0.05 * draw.standard_normal((worlds, 1))
        values = np.clip(path + noise, 0, 1)
        data[name] = (
            ("world", "month"),
            1 + 3 * values if name == "pluralism" else values,
            {"formula": INDEX_DESCRIPTIONS[name]},
        )
    return xr.Dataset(data, coords={"world": np.arange(worlds), "month": month})


def events(outcomes, draw):
    """Return dissolutions, acts and waves in the months the outcomes speak of."""
    rows = []
    for world in outcomes.itertuples():
        for month in (world.first_dissolution, world.first_dissolution + 14):
            if month < MONTHS:
                rows.append(
                    (
                        world.world,
                        int(month),
                        "dissolution",
                        "parliament.ends",
                        "",
                        "president",
                        "parliament",
                        1.0,
                    )
                )
        if world.first_defection < MONTHS:
            rows.append(
                (
                    world.world,
                    int(world.first_defection),
                    "wave",
                    "oligarchs.defect",
                    "",
                    "",
                    "movement 2",
                    0.2,
                )
            )
        for number in draw.choice(73, size=22, replace=False):
            month = int(np.clip(2.2 * number + 12 * draw.standard_normal(), 0, MONTHS - 1))
            rows.append(
                (
                    world.world,
                    month,
                    "instrument",
                    "president.acts",
                    f"I{number + 1:02d}",
                    "president",
                    "premier",
                    0.3,
                )
            )
    table = pd.DataFrame(
        rows, columns=["world", "month", "kind", "rule", "instrument", "actor", "target", "value"]
    )
    table.insert(2, "date", [START + pd.DateOffset(months=month) for month in table["month"]])
    return table.sort_values(["world", "month"], ignore_index=True)


def outcomes(worlds, draw, calm=False):
    """Return one row a world."""
    table = pd.DataFrame({"world": np.arange(worlds)})
    table["outcome"] = (
        "incumbent"
        if calm
        else draw.choice(OUTCOMES, size=worlds, p=[0.62, 0.1, 0.05, 0.08, 0.07, 0.06, 0.02])
    )
    table["exit_month"] = np.where(
        table["outcome"] == "incumbent", np.nan, draw.integers(60, 170, worlds)
    )
    table["furman_group"] = draw.integers(1, 4, worlds)
    table["first_dissolution"] = (
        np.nan
        if calm
        else np.where(
            draw.random(worlds) < 0.7, draw.normal(48, 14, worlds).round().clip(5), np.nan
        )
    )
    table["dissolutions"] = table["first_dissolution"].notna().astype(int) * 2
    table["apogee"], table["apogee_month"] = (
        draw.beta(20, 4, worlds),
        draw.integers(60, 130, worlds),
    )
    table["first_defection"] = (
        np.nan
        if calm
        else np.where(
            draw.random(worlds) < 0.8, draw.normal(125, 22, worlds).round().clip(5, 177), np.nan
        )
    )
    table["defection_waves"] = table["first_defection"].notna().astype(int)
    table["largest_wave"] = draw.beta(2, 8, worlds)
    table["first_election_share"] = draw.beta(40, 3, worlds)
    return table


def score(worlds):
    """Return a score whose figures are of every kind: a band without an upper edge, a figure that
    is far off, an event that never came, one whose median is never, and patterns.
    """
    never, none = np.inf, np.nan
    rows = [
        ("first dissolution", "event", "event", 45.0, 0.8, 48.0, 25.0, never, 0.05, 0.14),
        ("second dissolution", "event", "event", 60.0, 0.4, never, none, none, 0.3, 0.11),
        ("third dissolution", "event", "event", never, 0.0, never, none, none, 0.0, 0.0),
        ("share in the first vote", "value", "share", 98.78, 1.0, 93.0, 86.0, 97.5, 0.02, 0.32),
        ("great wave", "value", "count", 15.0, 1.0, 2.0, none, none, 0.3, 0.08),
        ("order of events", "pattern", "order", 1.0, none, 0.3, none, none, 0.4, 0.25),
        ("dissolutions apart", "pattern", "gap", 15.0, 0.4, never, none, none, 0.5, 0.2),
        ("larger wave", "pattern", "yes", 1.0, 0.5, none, none, none, 0.25, 0.25),
        ("growth 1994", "growth", "growth", -12.6, 1.0, -10.2, -10.3, -3.7, 0.05, 0.15),
    ]
    table = pd.DataFrame(
        rows, columns="figure role kind value shown median low high score plain".split()
    )
    ranges = [value_range(kind, MONTHS, most=50.0) for kind in table["kind"]]
    table[["least", "most"]] = pd.DataFrame(ranges)
    held = (table["value"] >= table["low"]) & (table["value"] <= table["high"])
    table["covered"] = np.where(table["low"].isna(), np.nan, held.astype(float))
    table["skill"] = skill_of(table["score"].to_numpy(), table["plain"].to_numpy())
    skill = pd.DataFrame(
        [
            ("nothing changes", "event", 0.4, 0.1, 0.6, "better"),
            ("nothing changes", "all", -3.0, -5.0, -0.2, "worse"),
            ("no belief", "event", 0.1, -0.2, 0.3, "cannot tell"),
            ("no belief", "all", 0.1, -0.2, 0.3, "cannot tell"),
        ],
        columns="baseline part skill low high verdict".split(),
    )
    return SimpleNamespace(
        name="kazakhstan",
        seed=1,
        worlds=worlds,
        months=MONTHS,
        figures=table,
        skill=skill,
        sentence="The worlds are a stand-in.",
    )


class StandIn:
    """An ensemble by its public names; ``calm`` worlds hold no event, ``bare`` ones kept outcomes
    only.
    """

    def __init__(self, worlds=200, seed=1, calm=False, bare=False, history=True):
        draw = np.random.default_rng(seed)
        self.scenario, self.seed, self.worlds = scenario(), seed, worlds
        self.outcomes = outcomes(worlds, draw, calm)
        self._series, self._events = series(worlds, draw), events(self.outcomes, draw)
        if calm:
            self._events = self._events.iloc[:0]
        self._bare, self.failures = bare, pd.DataFrame(columns=FAILURE_COLUMNS)
        self.observed_record = (
            pd.DataFrame(
                FACTS,
                columns=["id", "date", "figure", "measure", "value", "unit", "fact", "locator"],
            )
            if history
            else None
        )
        self._score = score(worlds) if history else None

    @property
    def series(self):
        if self._bare:
            raise ValueError("not recorded")
        return self._series

    @property
    def events(self):
        return None if self._bare else self._events

    def score(self):
        if self._score is None:
            raise ValueError("no record")
        return self._score


def graph(seed, date):
    """Return a patronage graph whose people keep their rows while stances and some clans change."""
    draw, change = np.random.default_rng(seed), np.random.default_rng(date)
    pyramid = nx.DiGraph()
    pyramid.add_node(
        ("president", 0), table="president", row=0, wealth=0.0, clan=-1, stance=0, loyalty=1.0
    )
    clans = np.sort(draw.choice(10, size=50, p=draw.dirichlet(np.full(10, 5.0))))
    for row in range(50):
        stance = (
            int(change.choice(8, p=[0.6, 0.1, 0.08, 0.08, 0.04, 0.03, 0.03, 0.04])) if date else 0
        )
        clan = int(change.integers(10)) if date and change.random() < 0.06 else int(clans[row])
        pyramid.add_node(
            ("oligarchs", row),
            table="oligarchs",
            row=row,
            wealth=float(draw.pareto(2) * (1 + date)),
            clan=clan,
            stance=stance,
            loyalty=0.7,
        )
        pyramid.add_edge(("president", 0), ("oligarchs", row))
    for row in range(260):
        pyramid.add_node(
            ("clients", row),
            table="clients",
            row=row,
            wealth=0.0,
            clan=-1,
            stance=0,
            loyalty=float(change.random() ** 0.5),
        )
        patron = (
            ("oligarchs", int(draw.integers(50)))
            if row < 120
            else ("clients", int(draw.integers(row)))
        )
        pyramid.add_edge(patron, ("clients", row))
    return pyramid
