"""Intervals, tests and searches: those of a mean, of false discoveries and of no effect beside
statsmodels, boxes beside ema_workbench, a posterior beside pyABC.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from compare.table import Line
from poruka.analysis.calibration.abc_smc import abc_smc
from poruka.analysis.calibration.priors import Prior
from poruka.analysis.discovery.prim import peel
from poruka.analysis.inference import (
    benjamini_hochberg,
    benjamini_yekutieli,
    equivalence_test,
    t_interval,
)

CLASSIC = Path(__file__).parents[2] / "tests" / "reference" / "prim_bryant_lempert.csv"
"""882 runs of a model of renewable fuels, on which boxes are usually tried."""
EXACT = 1e-10
OBSERVED, SCATTER = 0.5, 0.2


def means() -> Iterator[Line]:
    """Student's interval of a mean, and the test that an effect is none."""
    from statsmodels.stats.weightstats import DescrStatsW

    for worlds in (5, 40):
        values = np.random.default_rng(worlds).normal(0.1, 1.0, worlds)
        theirs = DescrStatsW(values)
        for end, ours, other in zip(
            ("low", "high"), t_interval(values), theirs.tconfint_mean(), strict=True
        ):
            yield Line("t", f"{end}, {worlds} pairs", ours, float(other), "statsmodels", EXACT)
        p = float(theirs.ttost_mean(-0.5, 0.5)[0])
        ours = equivalence_test(values, margin=0.5).p_value
        yield Line("equivalence", f"p, {worlds} pairs", ours, p, "statsmodels", EXACT)


def discoveries() -> Iterator[Line]:
    """Adjusted p-values under a false discovery rate."""
    from statsmodels.stats.multitest import multipletests

    p_values = np.random.default_rng(1).beta(0.4, 2.0, 40)
    for method, adjust in (("fdr_bh", benjamini_hochberg), ("fdr_by", benjamini_yekutieli)):
        theirs = multipletests(p_values, method=method)[1]
        difference = float(np.abs(adjust(p_values) - theirs).max())
        yield Line(
            "false discovery", f"{method}, largest gap", difference, 0.0, "statsmodels", EXACT
        )


def boxes() -> Iterator[Line]:
    """The densest box that still holds a given share of the cases; denser is better."""
    from ema_workbench.analysis import prim

    worlds = pd.read_csv(CLASSIC)
    cases = worlds.pop("greater than 90%").to_numpy(dtype=bool)
    worlds = worlds.drop(columns="less than 10%")
    ours = peel(worlds, cases, 0.05, 0.05)
    theirs = prim.Prim(worlds, cases, threshold=0.1).find_box().peeling_trajectory
    for coverage in (0.5, 0.7, 0.9):
        best = max(box.density for box in ours if box.coverage >= coverage)
        other = float(theirs[theirs["coverage"] >= coverage]["density"].max())
        yield Line(
            "PRIM",
            f"density at coverage {coverage}",
            best,
            other,
            "ema_workbench",
            0.01,
            "may be denser",
            one_sided=True,
        )


def posterior() -> Iterator[Line]:
    """The posterior of a mean after one observed history; the exact one is known."""
    import logging

    import pyabc
    from pyabc.sampler import SingleCoreSampler

    def distance(points: pd.DataFrame, generation: int) -> np.ndarray:
        luck = np.random.default_rng((1, generation)).normal(0.0, SCATTER, len(points))
        return np.asarray((points["theta"] + luck - OBSERVED).abs())

    sample = abc_smc({"theta": Prior(-1.0, 0.5, 2.0, "uniform")}, distance, 2000, generations=5)
    theta = sample.points["theta"].to_numpy()
    middle = float(np.average(theta, weights=sample.weights))
    spread = float(np.sqrt(np.average((theta - middle) ** 2, weights=sample.weights)))
    logging.disable(logging.INFO)
    np.random.seed(1)
    search = pyabc.ABCSMC(
        lambda numbers: {"y": numbers["theta"] + np.random.normal(0.0, SCATTER)},
        pyabc.Distribution(theta=pyabc.RV("uniform", -1.0, 3.0)),
        lambda simulated, observed: abs(simulated["y"] - observed["y"]),
        population_size=500,
        sampler=SingleCoreSampler(),
    )
    with tempfile.TemporaryDirectory() as folder:
        search.new(f"sqlite:///{folder}/abc.db", {"y": OBSERVED})
        table, weights = search.run(max_nr_populations=5).get_distribution()
    other = table["theta"].to_numpy()
    centre = float(np.average(other, weights=weights))
    width = float(np.sqrt(np.average((other - centre) ** 2, weights=weights)))
    exact = "exact: 0.5, 0.2"
    yield Line("ABC-SMC", "posterior mean", middle, centre, "pyABC", 0.04, exact)
    yield Line("ABC-SMC", "posterior sd", spread, width, "pyABC", 0.04, exact)
    yield Line("ABC-SMC", "posterior sd", spread, SCATTER, "the formula", 0.03)


COMPARISONS = (means, discoveries, boxes, posterior)
