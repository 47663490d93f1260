"""Point estimates: Sobol and Morris beside SALib, ranking and tree beside scikit-learn, scores
beside scoringrules, intervals of a share beside statsmodels.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from compare.table import Line
from poruka.analysis.discovery.decision_tree import auc, grow_tree
from poruka.analysis.evaluate import AnalyticModel, DesignResult, evaluate_points
from poruka.analysis.patterns import QuantityRange
from poruka.analysis.sensitivity.morris import (
    build_salib_problem,
    sample_morris_trajectories,
    screen_factors,
)
from poruka.analysis.sensitivity.sobol import build_saltelli_design, compute_sobol_indices
from poruka.analysis.specification import TreeAnalysis
from poruka.scoring.proper_scores import crps
from poruka.utils.statistics import wilson_interval

CUBE = {f"x{number}": (-np.pi, np.pi) for number in (1, 2, 3)}
EXACT = 1e-12


def ishigami(points: pd.DataFrame) -> np.ndarray:
    """Return the Ishigami function with a = 7 and b = 0.1."""
    first, second, third = (points[name].to_numpy() for name in CUBE)
    return np.sin(first) + 7.0 * np.sin(second) ** 2 + 0.1 * third**4 * np.sin(first)


def sobol() -> Iterator[Line]:
    """Sobol indices of the Ishigami function."""
    from SALib.analyze import sobol as salib

    points = build_saltelli_design(CUBE, 512, seed=1)
    played = evaluate_points(points, AnalyticModel({"y": ishigami}), ["y"], worlds=1)
    ours = compute_sobol_indices(played, CUBE, ["y"], resamples=20).set_index("factor")
    theirs = salib.analyze(
        build_salib_problem(CUBE), played.mean("y"), calc_second_order=False, num_resamples=20
    )
    for place, name in enumerate(CUBE):
        for index in ("S1", "ST"):
            plain = float(ours.loc[name, f"{index}_plain"])
            yield Line("Sobol", f"{index} of {name}", plain, theirs[index][place], "SALib", EXACT)


def morris() -> Iterator[Line]:
    """Morris measures of the Ishigami function."""
    from SALib.analyze import morris as salib

    points = sample_morris_trajectories(CUBE, 20, seed=1)
    played = evaluate_points(points, AnalyticModel({"y": ishigami}), ["y"], worlds=1)
    ours = screen_factors(played, CUBE, ["y"]).set_index("factor")
    unit = (points[list(CUBE)].to_numpy() + np.pi) / (2.0 * np.pi)
    problem = build_salib_problem({name: (0.0, 1.0) for name in CUBE})
    theirs = salib.analyze(problem, unit, played.mean("y"), num_levels=4)
    for place, name in enumerate(CUBE):
        for measure in ("mu", "mu_star", "sigma"):
            yield Line(
                "Morris",
                f"{measure} of {name}",
                float(ours.loc[name, measure]),
                float(theirs[measure][place]),
                "SALib",
                1e-10,
            )


def scores() -> Iterator[Line]:
    """CRPS of an ensemble."""
    import scoringrules

    rng = np.random.default_rng(1)
    for size in (5, 200):
        values, recorded = rng.gamma(2.0, 3.0, size), 4.0
        theirs = float(scoringrules.crps_ensemble(recorded, values, estimator="nrg"))
        yield Line("CRPS", f"{size} worlds", crps(values, recorded), theirs, "scoringrules", 1e-10)


def shares() -> Iterator[Line]:
    """Wilson's interval of a share."""
    from statsmodels.stats.proportion import proportion_confint

    for count, worlds in ((0, 12), (7, 20), (743, 1000)):
        theirs = proportion_confint(count, worlds, method="wilson")
        for end, ours, other in zip(
            ("low", "high"), wilson_interval(count, worlds), theirs, strict=True
        ):
            yield Line("Wilson", f"{end}, {count} of {worlds}", ours, other, "statsmodels", 1e-6)


def tree() -> Iterator[Line]:
    """A classification tree and its ranking of new worlds."""
    from sklearn.metrics import roc_auc_score
    from sklearn.tree import DecisionTreeClassifier

    from poruka.analysis.discovery.cases import prepare_cases

    rng = np.random.default_rng(1)
    points = pd.DataFrame(rng.uniform(size=(400, 3)), columns=["x", "y", "z"])
    chance = np.where((points["x"] > 0.6) & (points["y"] < 0.5), 0.8, 0.1)
    cases = (rng.uniform(size=(400, 4)) < chance[:, None]).astype(float)
    played = DesignResult(points, ("fall",), cases[:, :, None])
    where = QuantityRange(quantity="fall", low=1.0)
    ours = grow_tree(played, TreeAnalysis(kind="tree", where=where, depth=2))
    cases_found = prepare_cases(played, where)
    known, new = cases_found.half(held_out=False), cases_found.half(held_out=True)
    theirs = DecisionTreeClassifier(max_depth=2, min_samples_leaf=40, random_state=1)
    theirs.fit(known.conditions.to_numpy(), known.is_case)
    ranks = theirs.predict_proba(new.conditions.to_numpy())[:, 1]
    score = float(roc_auc_score(new.is_case, ranks))
    yield Line("tree", "AUC, own tree", ours.auc, score, "scikit-learn", EXACT)
    yield Line("AUC", "same ranking", auc(ranks, new.is_case), score, "scikit-learn", EXACT)


COMPARISONS = (sobol, morris, scores, shares, tree)
