"""Sensitivity: what is found where the answer is known.

1. Sobol indices of the Ishigami function and of the g-function come out right along the
   laboratory's own way: design, evaluation, analysis.
2. Without noise the indices and the screening are SALib's own.
3. With few noisy worlds the plain indices are biased and the laboratory's are not; their intervals
   cover the truth.
4. Screening keeps what matters, drops what does nothing, and tells both from chance.
5. The split of variance into chance, numbers and rules gives the parts that were put in.
6. What does not vary has no indices; nothing is divided by nothing.
7. Labels of crowded points hide neither each other nor a point.
"""

import numpy as np
import pandas as pd
import pytest

from poruka.analysis.evaluate import AnalyticModel, evaluate_points
from poruka.analysis.sensitivity.morris import (
    build_salib_problem,
    elementary_effects,
    import_salib,
    sample_morris_trajectories,
    screen_factors,
    select_factors,
)
from poruka.analysis.sensitivity.sobol import build_saltelli_design, compute_sobol_indices
from poruka.analysis.sensitivity.variance_components import decompose_variance, estimate_components
from poruka.figures.base.label_placement import place_labels

CUBE = {f"x{k}": (-np.pi, np.pi) for k in (1, 2, 3)}
ISHIGAMI = pd.DataFrame(
    {"factor": list(CUBE), "S1": [0.3139, 0.4424, 0.0], "ST": [0.5576, 0.4424, 0.2437]}
)
WEIGHTS = np.array([0.0, 1.0, 4.5, 9.0, 99.0])
UNIT = {f"g{k}": (0.0, 2.0) for k in range(5)}


def ishigami(points):
    """Return the Ishigami function with a = 7 and b = 0.1."""
    return (
        np.sin(points["x1"])
        + 7.0 * np.sin(points["x2"]) ** 2
        + 0.1 * points["x3"] ** 4 * np.sin(points["x1"])
    )


def g_function(points):
    """Return Sobol's g-function on a cube that is not the unit one."""
    return np.prod(
        (np.abs(4.0 * points[list(UNIT)].to_numpy() / 2.0 - 2.0) + WEIGHTS) / (1.0 + WEIGHTS),
        axis=1,
    )


def g_truth():
    """Return the g-function's indices, from its formula."""
    part = 1.0 / 3.0 / (1.0 + WEIGHTS) ** 2
    whole = np.prod(1.0 + part) - 1.0
    return part / whole, part * np.prod(1.0 + part) / (1.0 + part) / whole


def test_the_indices_of_the_ishigami_function_come_out_right():
    """Proposition 1: 1,024 base points; every index within 0.05 and inside its interval, which is
    narrower than 0.25.
    """
    played = evaluate_points(
        build_saltelli_design(CUBE, 1024, seed=1), AnalyticModel({"y": ishigami}), ["y"], worlds=1
    )
    found = compute_sobol_indices(played, CUBE, ["y"], resamples=200)
    for name in ("S1", "ST"):
        assert np.abs(found[name] - ISHIGAMI[name]).max() < 0.05
        assert (
            (found[f"{name}_low"] - 0.01 <= ISHIGAMI[name])
            & (ISHIGAMI[name] <= found[f"{name}_high"] + 0.01)
        ).all()
        assert (found[f"{name}_high"] - found[f"{name}_low"] < 0.25).all()


def test_the_indices_of_the_g_function_come_out_right():
    """Proposition 1."""
    played = evaluate_points(
        build_saltelli_design(UNIT, 1024, seed=2), AnalyticModel({"y": g_function}), ["y"], worlds=1
    )
    found, (first, total) = compute_sobol_indices(played, UNIT, ["y"], resamples=50), g_truth()
    assert np.abs(found["S1"] - first).max() < 0.03 and np.abs(found["ST"] - total).max() < 0.03


def test_without_noise_the_numbers_are_those_of_the_library():
    """Proposition 2."""
    played = evaluate_points(
        build_saltelli_design(CUBE, 64, seed=3), AnalyticModel({"y": ishigami}), ["y"], worlds=3
    )
    found = compute_sobol_indices(played, CUBE, ["y"], resamples=20)
    theirs = import_salib("analyze.sobol").analyze(
        build_salib_problem(CUBE),
        played.mean("y"),
        calc_second_order=False,
        num_resamples=2,
        seed=1,
    )
    assert (
        np.allclose(found["S1"], theirs["S1"])
        and np.allclose(found["ST"], theirs["ST"])
        and (found["noise"] < 1e-9).all()
    )
    played = evaluate_points(
        sample_morris_trajectories(CUBE, 20, seed=3),
        AnalyticModel({"y": ishigami}),
        ["y"],
        worlds=1,
    )
    own = np.abs(elementary_effects(played, CUBE, "y")[:, :, 0])
    assert np.allclose(own.mean(axis=0), screen_factors(played, CUBE, ["y"])["mu_star"]), (
        "our effects, from which the intervals come, are the library's"
    )


def test_noise_of_few_worlds_is_not_taken_for_interaction():
    """Proposition 3: noise of the signal's own size, eight worlds, forty designs; the plain total
    index of what does nothing alone is off, ours is not.
    """
    cube = CUBE | {"x4": (0.0, 1.0)}
    tables = []
    for seed in range(40):
        played = evaluate_points(
            build_saltelli_design(cube, 64, seed=seed),
            AnalyticModel({"y": ishigami}, noise=6.0, seed=seed),
            ["y"],
            worlds=8,
        )
        tables.append(
            compute_sobol_indices(played, cube, ["y"], resamples=60, seed=seed).set_index("factor")
        )
    ours, plain = (pd.concat([one[name] for one in tables], axis=1) for name in ("ST", "ST_plain"))
    assert plain.loc["x4"].mean() > 0.15, "the plain index of a number that does nothing"
    assert abs(ours.loc["x4"].mean()) < 3.0 * ours.loc["x4"].sem() + 0.01
    truth = ISHIGAMI.set_index("factor")["ST"]
    for name in CUBE:
        assert abs(ours.loc[name].mean() - truth[name]) < 3.0 * ours.loc[name].sem() + 0.02
    known = {**truth, "x4": 0.0}
    covered = np.mean(
        [
            one.loc[name, "ST_low"] <= value <= one.loc[name, "ST_high"]
            for one in tables
            for name, value in known.items()
        ]
    )
    assert covered >= 0.85, f"95 % intervals cover the truth in {covered:.0%} of tries"


def test_screening_keeps_what_matters_and_drops_what_does_nothing():
    """Proposition 4: six numbers, three of which act, noise a fifth of the largest effect; over 25
    designs the large one is always kept, the two that act only together in nineteen of twenty
    cases, and those that do nothing in at most one of twenty.
    """
    bounds, kept, tables = {f"n{k}": (0.0, 1.0) for k in range(6)}, [], []
    for seed in range(25):
        model = AnalyticModel(
            {"y": lambda p: 5.0 * p["n0"] + 3.0 * p["n1"] * p["n2"]}, noise=1.0, seed=seed
        )
        played = evaluate_points(
            sample_morris_trajectories(bounds, 12, seed=seed), model, ["y"], worlds=10
        )
        tables.append(screen_factors(played, bounds, ["y"], seed=seed).set_index("factor"))
        kept.append(tables[-1]["survives"])
    share = pd.concat(kept, axis=1).mean(axis=1)
    assert (
        share["n0"] == 1.0
        and (share[["n1", "n2"]] >= 0.95).all()
        and (share[["n3", "n4", "n5"]] <= 0.05).all()
    ), share
    mean = sum(one.drop(columns="quantity").astype(float) for one in tables) / len(tables)
    still = mean.loc[["n3", "n4", "n5"]]
    assert (np.abs(still["mu_star"] / still["by_chance"] - 1.0) < 0.1).all(), (
        "what does nothing moves as much as chance says"
    )
    assert abs(mean.loc["n0", "mu_star"] - 5.0) < 0.15 and abs(mean.loc["n1", "mu"] - 1.5) < 0.3
    covered = np.mean(
        [one.loc["n0", "rms_low"] <= 5.0 <= one.loc["n0", "rms_high"] for one in tables]
    )
    assert covered >= 0.88, (
        f"the interval of a straight effect covers it in {covered:.0%} of designs"
    )
    assert mean.loc["n1", "sigma"] > 1.4 * mean.loc["n0", "sigma"], (
        "interaction spreads the effects more than noise does"
    )
    assert select_factors(tables[0].reset_index(), min_relative_effect=0.0, max_factors=1) == ["n0"]


def test_the_split_gives_the_parts_that_were_put_in():
    """Proposition 5: mean of 40 draws of 60 points, two variants and 12 worlds; noise 1, slope 3
    and 5, step between the variants 1.
    """
    truth, found = np.array([16.0 / 12.0, 1.0, 1.0 / 12.0, 1.0]), []
    for seed in range(40):
        x = np.random.default_rng(seed).uniform(size=60)
        points = pd.DataFrame({"x": np.repeat(x, 2), "rules": ["old", "new"] * 60})
        model = AnalyticModel(
            {"y": lambda p: 3.0 * p["x"] + (p["rules"] == "new") * (1.0 + 2.0 * p["x"])},
            noise=1.0,
            seed=seed,
        )
        played = evaluate_points(points, model, ["y"], worlds=12)
        found.append(
            estimate_components(
                np.stack([played.quantity_values("y")[0::2], played.quantity_values("y")[1::2]])
            )
        )
        if seed == 0:
            shares = decompose_variance(played, ["y"], "rules").set_index("part")
            assert abs(shares["share"].sum() - 1.0) < 1e-9
            assert (
                (shares["low"] - 0.05 <= truth / truth.sum())
                & (truth / truth.sum() <= shares["high"] + 0.05)
            ).all()
    error = np.std(found, axis=0) / np.sqrt(len(found))
    assert (np.abs(np.mean(found, axis=0) - truth) < 4.0 * error + 0.02).all(), np.mean(
        found, axis=0
    )


def test_chance_that_all_points_share_is_chance():
    """Proposition 5: worlds that are rich or poor at every point alike belong to chance and do not
    blow the numbers' part up.
    """
    points = pd.DataFrame({"x": np.linspace(0.0, 1.0, 50)})
    played = evaluate_points(
        points,
        AnalyticModel({"y": lambda p: 0.0 * p["x"]}, noise=1.0, seed=3, common_random_numbers=True),
        ["y"],
        worlds=30,
    )
    shares = decompose_variance(played, ["y"]).set_index("part")["share"]
    assert shares["parameters"] < 0.01 and shares["chance"] > 0.99


@pytest.mark.parametrize("worlds", [1, 4])
def test_what_does_not_vary_has_no_indices(worlds):
    """Proposition 6."""
    flat = AnalyticModel({"y": lambda p: 0.0 * p["x1"] + 2.0})
    found = compute_sobol_indices(
        evaluate_points(build_saltelli_design(CUBE, 16, seed=1), flat, ["y"], worlds),
        CUBE,
        ["y"],
        resamples=20,
    )
    assert (found[["S1", "ST", "S1_low", "ST_high", "S1_plain", "ST_plain"]] == 0.0).all(axis=None)
    table = screen_factors(
        evaluate_points(sample_morris_trajectories(CUBE, 4, seed=1), flat, ["y"], worlds),
        CUBE,
        ["y"],
    )
    assert (table["mu_star"] == 0.0).all() and not table["survives"].any()
    played = evaluate_points(pd.DataFrame({"x1": [0.0, 1.0]}), flat, ["y"], worlds)
    assert (decompose_variance(played, ["y"])["share"] == 0.0).all()


def test_labels_of_crowded_points_hide_nothing():
    """Proposition 7: nine points within the width of two labels, such as a screening gives."""
    spots = np.random.default_rng(3).uniform(0.0, 30.0, (9, 2))
    put = place_labels(spots, spots, [1] * 9)
    apart = np.abs(put[:, None] - put[None]) >= [5.1, 8.0]
    assert (apart.any(axis=2) | np.eye(9, dtype=bool)).all() and (
        np.abs(put[:, None] - spots[None]) >= [6.0, 7.4]
    ).any(axis=2).all()
    assert (np.hypot(*(put - spots).T) <= 30.0).all()
