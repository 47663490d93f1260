"""One drawing of each class of figure, of small numbers, for tests that look at all of them."""

from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
from stand_in import MONTHS, START, StandIn, graph

import poruka as pk
from poruka import figures
from poruka.analysis.calibration.abc_smc import PosteriorSample
from poruka.analysis.calibration.planted_truths import RANK_DRAWS
from poruka.analysis.discovery.decision_tree import grow_tree
from poruka.analysis.discovery.scenario_discovery import run_prim
from poruka.analysis.evaluate import AnalyticModel, DesignResult, evaluate_points
from poruka.analysis.patterns import QuantityRange
from poruka.analysis.replication import convergence_table, stable_from
from poruka.analysis.sensitivity.main_effects import (
    OUTCOME_SHARE_QUANTITIES,
    compute_main_effects,
    compute_modal_outcomes,
    compute_response_curve,
    compute_tornado,
)
from poruka.analysis.sensitivity.morris import sample_morris_trajectories, screen_factors
from poruka.analysis.sensitivity.sobol import build_saltelli_design, compute_sobol_indices
from poruka.analysis.sensitivity.variance_components import decompose_variance
from poruka.analysis.specification import PrimAnalysis, TreeAnalysis
from poruka.engine.codes import OUTCOMES
from poruka.experiments.catalogue import read_experiment
from poruka.figures.base.axis_naming import AxisNaming
from poruka.figures.base.drawing import Drawing
from poruka.figures.sweeps.sweep_figures import SweepNaming
from poruka.theory.counterfactuals.results import read_results
from poruka.theory.counterfactuals.specification import counterfactuals_folder
from poruka.theory.theses import theses
from poruka.utils.coverage import DesignCoverage

EXPERIMENT = Path(__file__).parents[2] / "experiments/01_market_speed/experiment.toml"
KNOWN = {
    "first_defection": lambda points: 100.0 - 200.0 * points["pace"],
    "mean_control": lambda points: 0.5 + points["pace"],
}
BOUNDS = {"pace": (0.0, 0.1), "still": (0.0, 1.0)}


@cache
def naming() -> AxisNaming:
    """Return labels of an experiment."""
    return AxisNaming(read_experiment(EXPERIMENT))


def sampled(points: pd.DataFrame, worlds: int = 4, noise: float = 0.1) -> DesignResult:
    """Return worlds of a model in closed form at points."""
    return evaluate_points(points, AnalyticModel(KNOWN, noise=noise), list(KNOWN), worlds)


def crossed() -> DesignResult:
    """Return worlds at every combination of seven paces and seven rules: as many lines as look
    different.
    """
    points = [(x, f"rules {g}") for x in np.linspace(0.02, 0.08, 7) for g in range(7)]
    return sampled(pd.DataFrame(points, columns=["pace", "rules"]), 6)


def experiment_figures() -> Iterator[tuple[str, Callable[[], Drawing]]]:
    """Yield the figures of experiments by name."""
    played = crossed()
    morris = screen_factors(sampled(sample_morris_trajectories(BOUNDS, 4, 1)), BOUNDS, list(KNOWN))
    saltelli = evaluate_points(
        build_saltelli_design(BOUNDS, 8, 1), AnalyticModel(KNOWN), list(KNOWN), 2
    )
    sobol = compute_sobol_indices(saltelli, BOUNDS, list(KNOWN), resamples=20)
    base = pd.DataFrame({"pace": [0.05, 0.0, 0.1, 0.05, 0.05], "still": [0.5, 0.5, 0.5, 0.0, 1.0]})
    cells = compute_modal_outcomes(
        DesignResult(
            pd.DataFrame({"x": range(7), "y": 0}),
            OUTCOME_SHARE_QUANTITIES,
            np.repeat(np.eye(7)[:, None, :], 6, axis=1),
        ),
        "x",
        "y",
    )
    yield (
        "CurveFigure",
        lambda: figures.CurveFigure(
            compute_response_curve(played, "pace", "rules", list(KNOWN)),
            *("pace", "rules", naming(), 6, 1),
        ),
    )
    yield (
        "EffectsFigure",
        lambda: figures.EffectsFigure(
            compute_main_effects(played, "pace", None, "rules", list(KNOWN)),
            *("pace", "rules", naming(), 6, 1),
        ),
    )
    yield "TornadoFigure", lambda: figures.TornadoFigure(tornado(base), naming(), 4, 1)
    yield "MorrisFigure", lambda: figures.MorrisFigure(morris, naming(), 12, 2, 1)
    yield "SobolFigure", lambda: figures.SobolFigure(sobol, naming(), 32, 2, 1)
    yield (
        "ModalOutcome",
        lambda: figures.ModalOutcome.from_points(
            cells, "x", "y", SweepNaming(pk.load("kazakhstan", numbers="declared")), 1
        ),
    )
    yield "QuantityMap", quantity_map
    yield "YearlySensitivityFigure", yearly
    yield (
        "VarianceComponentsFigure",
        lambda: figures.VarianceComponentsFigure(
            decompose_variance(played, list(KNOWN), "rules"), naming(), 49, 6, 1
        ),
    )
    yield "ConvergenceFigure", convergence
    yield "PrimFigure", partial(discovered, figures.PrimFigure)
    yield "TreeFigure", partial(discovered, figures.TreeFigure)
    yield "PosteriorFigure", posterior
    yield "PosteriorPredictiveFigure", predictive
    yield "RankHistograms", lambda: figures.RankHistograms({"one": ranks(), "other": ranks()})
    yield "RecordBands", lambda: figures.RecordBands(record_numbers())
    yield "RecordCombinations", lambda: figures.RecordCombinations(record_combinations())
    yield "RecordTargetsReached", lambda: figures.RecordTargetsReached(record_targets())
    yield "LaterVerdictsChart", lambda: figures.LaterVerdictsChart(later_verdicts(), 20, 1)
    yield (
        "RobustnessChart",
        lambda: figures.RobustnessChart(
            robustness_effects(), {"one": "one", "two": "two"}, {"links": "links"}, 0.5, 20
        ),
    )


def robustness_effects() -> pd.DataFrame:
    """Return effects of one arm on two results of two countries."""
    rows = [
        (country, quantity, size, found)
        for country in ("kazakhstan", "russia")
        for quantity, size, found in (("one", 0.8, True), ("two", -0.1, False))
    ]
    table = pd.DataFrame(rows, columns=["country", "quantity", "size", "found"])
    return table.assign(
        group="links", arm="held", effect=table["size"], q=0.04, large=table["found"]
    )


def later_verdicts() -> pd.DataFrame:
    """Return verdicts on two figures of two histories against two accounts."""
    rows = [
        (history, f"R{place}", label, account, verdict)
        for history in ("Kazakhstan", "Russia")
        for place, label in enumerate(("early vote", "no palace coup"))
        for account, verdict in (
            ("age clock", "better"),
            ("diffusion", "worse" if place else "cannot tell"),
        )
    ]
    table = pd.DataFrame(rows, columns=["history", "id", "label", "account", "verdict"])
    return table.assign(gain=0.1, low=-0.1, high=0.3)


def record_numbers() -> pd.DataFrame:
    """Return what a record leaves of three numbers, one of them as it was."""
    return pd.DataFrame(
        {
            "number": ["oligarchs.inertia", "clans.rooting", "camps.fear"],
            "low": [0.0, 0.0, 1.0],
            "high": [1.0, 2.0, 3.0],
            "prior_low": [0.05, 0.1, 1.1],
            "prior_high": [0.95, 1.9, 2.9],
            "posterior_low": [0.4, 0.2, 1.1],
            "posterior": [0.6, 0.8, 2.0],
            "posterior_high": [0.8, 1.5, 2.9],
            "contraction": [0.7, 0.3, 0.0],
            "informed": [True, True, False],
        }
    )


def record_combinations() -> pd.DataFrame:
    """Return two combinations of numbers, one of them narrowed."""
    members = ["+0.52 clans.rooting, −0.37 camps.fear", "+0.24 oligarchs.inertia"]
    return pd.DataFrame(
        {
            "members": members,
            "left": [0.4, 0.9],
            "left_low": [0.3, 0.7],
            "left_high": [0.5, 1.1],
            "expected": [0.3, 0.8],
        }
    )


def record_targets() -> pd.DataFrame:
    """Return targets of two countries in all three states."""
    return pd.DataFrame(
        {
            "country": ["kazakhstan", "kazakhstan", "russia"],
            "label": ["ethnic war", "second dissolution", "own constitution"],
            "near_before": [0.5, 0.4, 0.01],
            "near_after": [0.95, 0.2, 0.01],
            "state": ["reached", "pulled away", "hardly reached"],
        }
    )


def tornado(base: pd.DataFrame) -> pd.DataFrame:
    """Return what each number does by itself."""
    return compute_tornado(sampled(base), list(BOUNDS), list(KNOWN))


def quantity_map() -> Drawing:
    """Return a map from white to dark, with a point that has no value."""
    points = [(x, y) for x in range(4) for y in range(3)]
    values = np.repeat(np.linspace(0, 1, 12)[:, None], 5, axis=1)[:, :, None]
    values[3] = np.nan
    result = DesignResult(pd.DataFrame(points, columns=["x", "y"]), ("apogee",), values)
    names = SweepNaming(pk.load("kazakhstan", numbers="declared"))
    return figures.QuantityMap(result, "x", "y", names, DesignCoverage(12, 5), 1)


def yearly() -> Drawing:
    """Return effects of nine numbers, year by year."""
    rows = [
        (f"number {n}", f"mean control {year}-01..{year}-12", n * 0.1, n * 0.08, n * 0.12, 1.0)
        for n in range(9)
        for year in range(1991, 1999)
    ]
    table = pd.DataFrame(rows, columns="factor quantity ST ST_low ST_high variance".split())
    return figures.YearlySensitivityFigure(table, "control", naming(), 32, 2, 1)


def convergence() -> Drawing:
    """Return means of three points as worlds are added."""
    result = sampled(pd.DataFrame({"pace": [0.02, 0.05, 0.08], "still": 0.5}), 30, noise=5.0)
    table = convergence_table(result, "first_defection")
    stable = stable_from(table)
    return figures.ConvergenceFigure(table, stable, "first_defection", 1.0, naming(), 1)


def discovered(kind: type[Drawing]) -> Drawing:
    """Return the figure of a planted box."""
    rng = np.random.default_rng(1)
    points = pd.DataFrame({"x": rng.uniform(size=200), "y": rng.uniform(size=200)})
    chance = np.where((points["x"] > 0.6) & (points["y"] < 0.5), 0.9, 0.05)
    falls = (rng.uniform(size=(200, 4)) < chance[:, None]).astype(float)[:, :, None]
    result, where = DesignResult(points, ("fall",), falls), QuantityRange(quantity="fall", low=1.0)
    if kind is figures.PrimFigure:
        found = run_prim(result, PrimAnalysis(kind="prim", where=where))
        return figures.PrimFigure(found, naming(), 200, 4, 1)
    grown = grow_tree(result, TreeAnalysis(kind="tree", where=where, depth=3))
    return figures.TreeFigure(grown, naming(), 200, 4, 1)


def posterior() -> Drawing:
    """Return prior and posterior of two numbers."""
    rng = np.random.default_rng(1)
    prior = SimpleNamespace(
        low=0.0, high=1.0, density=np.ones_like, quantile=lambda shares: np.asarray(shares)
    )
    history = pd.DataFrame(
        {"generation": [0, 1], "tolerance": [1.0, 0.5], "played": [40, 90], "effective": [40, 30]}
    )
    points = pd.DataFrame({"x": rng.beta(5, 2, 40), "y": rng.uniform(size=40)})
    sample = PosteriorSample(points, np.full(40, 1 / 40), rng.uniform(size=40), history)
    fit = SimpleNamespace(best_values={"x": 0.7, "y": 0.2})
    return figures.PosteriorFigure(sample, {"x": prior, "y": prior}, fit, naming(), 1)


def predictive_rows() -> pd.DataFrame:
    """Return a target with a band and one that a world meets or not."""
    columns = "name kind aim before_5 before_50 before_95 after_5 after_50 after_95 width".split()
    rows = [
        ("apogee", "band", 70.0, 20.0, 50.0, 90.0, 40.0, 60.0, 80.0, 70.0),
        ("an heir follows", "share", 1.0, 0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 1.0),
    ]
    more = {"inside_before": [True, None], "inside_after": [True, None]}
    errors = {"error_before": [0.3, 0.8], "error_after": [0.1, 0.4]}
    return pd.DataFrame(rows, columns=columns).assign(**more, **errors)


def predictive() -> Drawing:
    """Return worlds of prior and posterior against the record."""
    return figures.PosteriorPredictiveFigure(predictive_rows(), 40, 1)


def ranks() -> pd.DataFrame:
    """Return ranks of planted truths."""
    return pd.DataFrame({"rank": np.random.default_rng(1).integers(0, RANK_DRAWS + 1, 200)})


class Changing(StandIn):
    """A stand-in whose rulers leave in every way, some worlds twice."""

    months = MONTHS

    @property
    def events(self):
        """Return the events, with the exits of rulers."""
        changed = self.outcomes[self.outcomes["outcome"] != "incumbent"]
        first = pd.DataFrame(
            {
                "world": changed["world"],
                "month": changed["exit_month"].astype(int),
                "kind": "exit_of_ruler",
                "value": [float(OUTCOMES.index(name)) for name in changed["outcome"]],
            }
        )
        again = first.assign(month=MONTHS - 2, value=float(OUTCOMES.index("palace_coup")))
        exits = pd.concat([first, again[::3]])
        exits["date"] = [START + pd.DateOffset(months=int(month)) for month in exits["month"]]
        both = pd.concat([self._events, exits]).fillna("")
        return both.sort_values(["world", "month"], ignore_index=True)


def run_figures() -> Iterator[tuple[str, Callable[[], Drawing]]]:
    """Yield the figures of a run by name."""
    worlds = Changing(worlds=60)
    for name in (
        *("Alluvial", "FanChartGrid", "InstrumentRaster", "MilestoneTiming", "OutcomeConvergence"),
        *("OutcomeShares", "PhasePortrait", "RulerSurvival", "ScoreCard"),
    ):
        yield name, partial(getattr(figures, name), worlds)
    yield "FanChart", lambda: figures.FanChart(worlds, "approval")
    yield "SkillChart", lambda: figures.SkillChart(worlds.score())
    yield "ControlCrossing", lambda: figures.ControlCrossing(worlds, Changing(worlds=60, seed=2))
    yield (
        "PatronagePyramid",
        lambda: figures.PatronagePyramid(
            {date: graph(1, change) for change, date in enumerate(("1990-03", "1998-10"))}, 17, 1
        ),
    )


def theory_figures() -> Iterator[tuple[str, Callable[[], Drawing]]]:
    """Yield the figures of theses and paths by name."""
    verdicts = ("shown", "in part", "built in", "not shown", "opposite", "not testable")
    rows = [(id, one.core, verdicts[n % 6]) for n, (id, one) in enumerate(theses().items())]
    table = pd.DataFrame(rows, columns=["id", "core", "verdict"])
    table = table.assign(where="", where_not="", p=0.01, q=0.02)
    yield "ThesisMatrix", lambda: figures.ThesisMatrix(table)
    yield (
        "CounterfactualEffects",
        lambda: figures.CounterfactualEffects(read_results(counterfactuals_folder())),
    )


def world_figures() -> Iterator[tuple[str, Callable[[], Drawing]]]:
    """Yield the figures of one world and of a pair, which play the world."""
    country = pk.load("kazakhstan", numbers="declared")
    film = cache(lambda: figures.record_world(country, seed=1, world=8))
    parent = cache(lambda: pk.simulate(country, worlds=6, until="1997-12", progress=False))
    pair = cache(lambda: pk.compare(parent(), parent().fork("1994-05", force="president.dies")))
    yield "ThreatTimeline", lambda: figures.ThreatTimeline(film())
    yield "DefectionCascade", lambda: figures.DefectionCascade(film())
    yield (
        "SupportMap",
        lambda: figures.SupportMap(pk.Regime(country, seed=1, world=8).run_until("1995-09")),
    )
    yield "PairedDifferences", lambda: figures.PairedDifferences(pair())
    yield "CausalChain", lambda: figures.CausalChain(pair())
    yield "CausalLinks", lambda: figures.CausalLinks(pair().count_links())


@cache
def gallery() -> dict[str, Callable[[], Drawing]]:
    """Return how each figure is made, by the name of its class."""
    makers = (run_figures(), experiment_figures(), theory_figures(), world_figures())
    return {name: make for part in makers for name, make in part}
