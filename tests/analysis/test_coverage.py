"""Intervals hold the truth as often as they say.

1. Of the intervals of nominal 95 % between 92 and 98 % hold the truth, on models whose truth is
   known: at five and eight worlds, under luck that points share, with a third factor, with outcomes
   that are 0 or 1, and with heavy tails. A band of nominal 90 % holds 87 to 93 % of further values.
2. The method that stood there before leaves the range on the same data, so that each of these tests
   can fail: normal quantiles at five worlds hold 88 %, worlds of a third factor counted as
   independent 57 % and less, percentiles of 20 values 81 %, resampled worlds in a split of variance
   less than 90 %, resampled Sobol points of a single scramble 84 % for one index and 98 % and more
   where luck is large (that code was run through this file once).
3. Tests keep their level: equivalence, permutation, leads of outcomes, false discovery rates.
4. Every function that gives an interval has an entry here or says whose interval it passes on;
   screening and discovery have theirs in `test_coverage_screening.py`.

With 2,000 intervals the Monte Carlo error of a share of 95 % is 0.5 points: a true 95 % is never
out of the range by chance (six errors), a true 90 % is accepted once in 700 times, a true 88 %
never. Where fewer are made, the number stands in the test; with 400 independent ones the error is
1.1 points, and a true 88 % is accepted once in 150 times. Seeds are fixed.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from coverage_registry import assert_coverage, covered, interval_functions
from scipy.special import expit

from poruka.analysis.evaluate import AnalyticModel, DesignResult, summary_statistics
from poruka.analysis.inference import (
    benjamini_hochberg,
    benjamini_yekutieli,
    cluster_bootstrap,
    equivalence_test,
    estimate_lead,
    expanded_percentiles,
    permutation_p_values,
    prediction_interval,
    t_interval,
    wilson_interval,
)
from poruka.analysis.replication import half_widths, replicate_until_precise
from poruka.analysis.screening_specification import Screening
from poruka.analysis.sensitivity.group_design import NumberRange, ScreenedScenario
from poruka.analysis.sensitivity.main_effects import (
    OUTCOME_SHARE_QUANTITIES,
    compute_main_effects,
    compute_modal_outcomes,
    compute_response_curve,
    compute_tornado,
)
from poruka.analysis.sensitivity.single_moves import move_alone
from poruka.analysis.sensitivity.sobol import build_saltelli_design, compute_sobol_indices
from poruka.analysis.sensitivity.variance_components import decompose_variance, estimate_components
from poruka.analysis.specification import Precision
from poruka.analysis.statistics import estimate_effect, estimate_share_effect
from poruka.comparison.paired_statistics import index_difference_table, paired_outcome_shares
from poruka.figures.ensembles.tenure import kaplan_meier
from poruka.scoring.figure_table import band_of
from poruka.scoring.forecast import Forecast
from poruka.scoring.later_verdicts import compare_each_figure
from poruka.scoring.scored_figures import ScoredFigure
from poruka.scoring.skill import Scores, compare_scores, score_figures
from poruka.theory.counterfactuals.estimates import estimate_mean, paired_effect, unpaired_effect
from poruka.theory.hypotheses.contrasts import blocked_contrast
from poruka.theory.hypotheses.pairing import what_is_left
from poruka.utils.draw_statistics import DIFFERENCE_OF_SHARES, SHARE, estimate_over_draws
from poruka.utils.statistics import t_quantile

REPLICATIONS = 2000
Z = 1.959964


def normal_interval(values):
    """Return the interval with normal quantiles, as it was."""
    error = values.std(axis=-1, ddof=1) / np.sqrt(values.shape[-1])
    return values.mean(axis=-1) - Z * error, values.mean(axis=-1) + Z * error


def many(points, draw):
    """Return a result in which each of 2,000 quantities is a replication: points by worlds."""
    values = np.stack([draw(k) for k in range(REPLICATIONS)], axis=-1)
    return DesignResult(points, tuple(f"y{k}" for k in range(REPLICATIONS)), values)


@pytest.mark.parametrize("worlds", [5, 8, 30])
def test_means_of_few_worlds(worlds):
    """Propositions 1 and 2."""
    rng = np.random.default_rng(worlds)
    values = rng.normal(3.0, 2.0, (REPLICATIONS, worlds))
    ends = np.array([t_interval(row) for row in values]).T
    assert_coverage(covered(*ends, 3.0), "means")
    half = half_widths(values)
    assert_coverage(np.abs(values.mean(axis=1) - 3.0) <= half, "half-widths")
    assert_coverage(
        [one.low <= 3.0 <= one.high for one in map(estimate_mean, values)],
        "means of counterfactuals",
    )
    summaries = [summary_statistics(row, "y") for row in values]
    assert_coverage([one["low"] <= 3.0 <= one["high"] for one in summaries], "summaries")
    before = covered(*normal_interval(values), 3.0).mean()
    assert before < 0.92 if worlds <= 8 else before > 0.92


def test_means_that_decide_when_to_stop():
    """Proposition 1: worlds are added until the interval is narrow, which could make it too narrow
    by chance; 400 replications.
    """
    precision = Precision(quantity="y", half_width=0.2, at_least=20, step=20, at_most=400)
    point, held = pd.DataFrame({"x": [2.0]}), []
    for seed in range(400):
        model = AnalyticModel({"y": lambda points: points["x"]}, noise=1.0, seed=seed)
        made = replicate_until_precise(point, model, ["y"], precision, "y")
        held.append(abs(made.design_result.mean("y")[0] - 2.0) <= made.widest_half_width)
    assert_coverage(held, "means with a required precision")


def test_means_of_heavy_tails_and_of_skewed_worlds():
    """Proposition 1: Student's distribution with four degrees of freedom at eight worlds, and times
    until an event (exponential) at 40.
    """
    rng = np.random.default_rng(1)
    heavy = [t_interval(row) for row in rng.standard_t(4, (REPLICATIONS, 8))]
    assert_coverage(covered(*np.array(heavy).T, 0.0), "heavy tails")
    skewed = [t_interval(row) for row in rng.exponential(size=(REPLICATIONS, 40))]
    assert_coverage(covered(*np.array(skewed).T, 1.0), "skewed values")


@pytest.mark.parametrize("worlds", [8, 20, 100])
def test_shares_of_worlds(worlds):
    """Propositions 1 and 2: shares from 0.05 to 0.95; normal intervals of a share miss them."""
    rng = np.random.default_rng(worlds)
    shares = rng.uniform(0.05, 0.95, REPLICATIONS)
    counts = rng.binomial(worlds, shares)
    ends = np.array([wilson_interval(int(count), worlds) for count in counts]).T
    assert_coverage(covered(*ends, shares), "shares")
    seen = counts / worlds
    half = Z * np.sqrt(seen * (1.0 - seen) / worlds)
    before = covered(seen - half, seen + half, shares).mean()
    assert before < 0.92 if worlds <= 20 else before < 0.95


def paired_histories(rng, pairs):
    """Return the outcomes of paired worlds, 0 or 1, that share their luck, and the true shares."""
    first, second = np.sort(rng.uniform(0.02, 0.98, 2))
    luck = rng.uniform(size=pairs)
    own = rng.uniform(size=pairs) < 0.3
    other = np.where(own, rng.uniform(size=pairs), luck)
    return (luck < first).astype(float), (other < second).astype(float), second - first


@pytest.mark.parametrize("pairs", [20, 100])
def test_differences_of_shares(pairs):
    """Proposition 1: of paired worlds, in all forms, and of worlds that are not paired."""
    rng = np.random.default_rng(pairs)
    forms = {"core": [], "counterfactuals": [], "comparison": [], "unpaired": []}
    for replication in range(REPLICATIONS):
        first, second, truth = paired_histories(rng, pairs)
        estimate = estimate_share_effect(second - first)
        forms["core"].append(estimate.low <= truth <= estimate.high)
        if replication % 4:
            continue  # 500 of each form that takes tables
        arms = [pd.DataFrame({"x": values}) for values in (first, second)]
        estimate = paired_effect(*arms, "x")
        forms["counterfactuals"].append(estimate.low <= truth <= estimate.high)
        own = unpaired_effect(
            pd.DataFrame({"x": rng.binomial(1, 0.3, pairs).astype(float)}),
            pd.DataFrame({"x": rng.binomial(1, 0.6, pairs).astype(float)}),
            "x",
        )
        forms["unpaired"].append(own.low <= 0.3 <= own.high)
        names = pd.DataFrame(
            {
                side: np.where(arm["x"] == 1.0, "coup", "heir")
                for side, arm in zip(("parent", "branch"), arms, strict=True)
            }
        )
        table = paired_outcome_shares(names).set_index("outcome")
        if "coup" in table.index:
            row = table.loc["coup"]
            forms["comparison"].append(row["low"] <= truth <= row["high"])
    for form, held in forms.items():
        assert_coverage(held, form)


@pytest.mark.parametrize("worlds", [5, 8])
def test_differences_of_paired_worlds(worlds):
    """Propositions 1 and 2: a mean difference, indices of branches, and worlds of unequal spread
    that are not paired.
    """
    rng = np.random.default_rng(worlds)
    luck = rng.normal(0.0, 3.0, (REPLICATIONS, worlds))
    second = luck + rng.normal(1.0, 1.0, luck.shape)
    effects = [estimate_effect(row) for row in second - luck]
    assert_coverage([one.low <= 1.0 <= one.high for one in effects], "paired effects")
    assert covered(*normal_interval(second - luck), 1.0).mean() < 0.92
    table = index_difference_table(
        {str(k): (luck[k, :, None], second[k, :, None]) for k in range(REPLICATIONS)},
        np.zeros(worlds, dtype=int),
        1,
    )
    assert_coverage(covered(table["low"], table["high"], 1.0), "indices of branches")
    wide = rng.normal(1.0, 4.0, (500, 3 * worlds))
    held = []
    for row, narrow in zip(wide, luck, strict=False):
        one = unpaired_effect(pd.DataFrame({"x": narrow}), pd.DataFrame({"x": row}), "x")
        held.append(one.low <= 1.0 <= one.high)
    assert_coverage(held, "unpaired effects")


class PlantedMoves:
    """A model of one number in 2,000 quantities: moved up it adds 1, moved down it takes a half."""

    def __init__(self, seed, failed):
        self.rng, self.failed = np.random.default_rng(seed), failed

    def with_point_seeds(self, offsets):
        """Return the model, as all points share their luck; other luck in each is added to it."""
        assert len(set(offsets)) == 1
        return self

    def values(self, points, quantities, worlds, progress=None):
        """Return the values of points, worlds and quantities, some of them missing."""
        luck = self.rng.normal(0.0, 3.0, (1, worlds, len(quantities)))
        effects = np.array([0.0, 1.0, -0.5])[:, None, None]
        made = luck + effects + self.rng.normal(size=(3, *luck.shape[1:]))
        made[:, self.rng.uniform(size=luck.shape[1:]) < self.failed] = np.nan
        return made


@pytest.mark.parametrize("failed", [0.0, 0.4])
@pytest.mark.parametrize("worlds", [8, 20])
def test_numbers_that_are_moved_alone(worlds, failed):
    """Propositions 1 and 2: both sides of a number, also where worlds have failed."""
    planted = ScreenedScenario(PlantedMoves(worlds, failed), {"x": NumberRange(0.0, 0.5, 1.0)})
    names = [f"y{k}" for k in range(REPLICATIONS)]
    table = move_alone(planted, ["x"], names, Screening(worlds=worlds), None)
    table = table.dropna()  # a single world left has no interval
    assert len(table) > 0.97 * REPLICATIONS
    for side, truth in (("up", 1.0), ("down", -0.5)):
        half = (table[f"{side}_high"] - table[f"{side}_low"]) / 2.0
        assert_coverage(covered(table[f"{side}_low"], table[f"{side}_high"], truth), side)
        normal = half * Z / t_quantile(worlds - 1)
        if worlds == 8 and not failed:
            assert ((table[side] - truth).abs() <= normal).mean() < 0.92


@pytest.mark.parametrize("worlds", [5, 20])
def test_curves_with_a_third_factor_under_shared_luck(worlds):
    """Propositions 1 and 2: eight levels of a third factor, over which a curve is averaged; 2,000
    values of x, each with luck of its own.
    """
    rng = np.random.default_rng(worlds)
    points = pd.DataFrame(
        [(x, third) for x in range(REPLICATIONS) for third in range(8)], columns=["x", "third"]
    )
    luck = np.repeat(rng.normal(size=(REPLICATIONS, worlds)), 8, axis=0)
    thirds = 0.2 * (points["third"].to_numpy()[:, None] - 3.5)
    values = luck + 0.5 * rng.normal(size=luck.shape) + thirds
    result = DesignResult(points, ("y",), values[:, :, None])
    table = compute_response_curve(result, "x", "", ["y"])
    assert_coverage(covered(table["low"], table["high"], 0.0), "curve")
    assert set(table["worlds"]) == {worlds}
    pooled = values.reshape(REPLICATIONS, -1)
    assert covered(*normal_interval(pooled), 0.0).mean() < 0.6
    shares = (luck + 0.5 * rng.normal(size=luck.shape) < 0.0).astype(float)
    if worlds == 20:
        result = DesignResult(points, ("share_heir",), shares[:, :, None])
        table = compute_response_curve(result, "x", "", ["share_heir"])
        assert_coverage(covered(table["low"], table["high"], 0.5), "curve of a share")
        counts = shares.reshape(REPLICATIONS, -1).sum(axis=1)
        before = [wilson_interval(int(count), 8 * worlds) for count in counts]
        assert covered(*np.array(before).T, 0.5).mean() < 0.7


@pytest.mark.parametrize("own", [0.1, 0.5])
@pytest.mark.parametrize(("worlds", "share"), [(8, 0.1), (20, 0.05), (50, 0.05)])
def test_rare_events_at_many_points_that_share_their_worlds(worlds, share, own):
    """Proposition 1: 24 points, of whose worlds a tenth or half have luck of their own; 300
    replications. No upper limit: where nothing has been seen at all points, an interval must reach
    to what one point would leave open. By the spread between worlds 68 to 87 of 100 shares were
    held in five of these six cases.
    """
    rng, shares, effects = np.random.default_rng((worlds, int(100 * own))), [], []
    points = pd.DataFrame({"x": np.repeat([0.0, 1.0], 24), "third": [*range(24)] * 2})
    for _ in range(300):
        alone = rng.uniform(size=(24, worlds)) < own
        luck = np.where(alone, rng.uniform(size=alone.shape), rng.uniform(size=(1, worlds)))
        other = rng.uniform(size=alone.shape)
        # Under x = 1 as many more, and each arm has a few of its own.
        events = np.vstack([luck < share, (luck < 2.0 * share) ^ (other < 0.01)]).astype(float)
        result = DesignResult(points, ("share_heir",), events[:, :, None])
        row = compute_response_curve(result, "x", "", ["share_heir"]).iloc[0]
        shares.append(row["low"] <= share <= row["high"])
        row = compute_main_effects(result, "x", None, "", ["share_heir"]).iloc[0]
        truth = share + 0.01 * (1.0 - 4.0 * share)
        effects.append(row["low"] <= truth <= row["high"])
    assert_coverage(shares, "shares of rare events", high=1.0)
    assert_coverage(effects, "differences of rare events", high=1.0)


def test_the_leading_outcome_with_a_third_factor():
    """Propositions 1, 2 and 3: the share of the outcome that leads (0.6 of worlds, with luck that
    four levels of a third factor share) is covered, and of two outcomes that are equally frequent
    one is said to lead in no more than 2 to 8 % of cells.
    """
    rng, worlds, cells = np.random.default_rng(3), 20, 1000
    points = pd.DataFrame(
        [(x, 0, third) for x in range(cells) for third in range(4)], columns=["x", "y", "third"]
    )
    luck = np.repeat(rng.uniform(size=(cells, worlds)), 4, axis=0)
    own = np.where(rng.uniform(size=luck.shape) < 0.2, rng.uniform(size=luck.shape), luck)

    def modes(limits):
        outcome = np.searchsorted(limits, own)
        values = (outcome[:, :, None] == np.arange(7)).astype(float)
        return compute_modal_outcomes(
            DesignResult(points, OUTCOME_SHARE_QUANTITIES, values), "x", "y", resamples=50
        )

    table = modes([0.6, 0.85, 1.1])
    assert_coverage(covered(table["low"], table["high"], 0.6)[table["mode"] == "incumbent"], "mode")
    tie = modes([0.5, 1.1])
    assert 0.02 <= tie["significant"].mean() <= 0.08
    pooled = tie["share"] * 80
    before = 2.0 * pooled - 80 > Z * np.sqrt(80.0)
    assert before.mean() > 0.15


@pytest.mark.parametrize("worlds", [5, 8])
def test_main_effects_under_shared_luck(worlds):
    """Propositions 1 and 2: the effect of x is 1 in one group and 3 in the other; a third factor;
    effects and their difference.
    """
    rng = np.random.default_rng(worlds)
    points = pd.DataFrame(
        [(x, g, t) for x in (0.0, 1.0) for g in ("a", "b") for t in range(3)],
        columns=["x", "group", "third"],
    )
    x, in_b = points["x"].to_numpy(), (points["group"] == "b").to_numpy()
    mean = (x * (1.0 + 2.0 * in_b))[:, None]

    def draw(_):
        luck, slope = rng.normal(size=(2, worlds)) * np.array([[3.0], [0.7]])
        return mean + luck + x[:, None] * slope + rng.normal(size=(len(points), worlds))

    result = many(points, draw)
    table = compute_main_effects(result, "x", None, "group", list(result.quantities))
    for group, truth in (("a", 1.0), ("b", 3.0)):
        rows = table[table["by"] == group]
        assert_coverage(covered(rows["low"], rows["high"], truth), f"effect in {group}")
    rows = table[table["by"] == "b"]
    assert_coverage(covered(rows["change_low"], rows["change_high"], 2.0), "interaction")
    reach = Z * (rows["high"] - rows["effect"]) / {5: 2.776445, 8: 2.364624}[worlds]
    assert (np.abs(rows["effect"] - 3.0) <= reach).mean() < 0.92


def test_a_tornado_under_shared_luck():
    """Proposition 1: both ends of a factor against the base, six worlds."""
    rng, points = np.random.default_rng(5), pd.DataFrame({"u": [0.0, -1.0, 1.0]})

    def draw(_):
        return points["u"].to_numpy()[:, None] + rng.normal(0.0, 3.0, 6) + rng.normal(size=(3, 6))

    result = many(points, draw)
    table = compute_tornado(result, ["u"], list(result.quantities))
    truth = table["end"].map({"low": -1.0, "high": 1.0})
    assert_coverage(covered(table["low"], table["high"], truth), "tornado")


@pytest.mark.parametrize("worlds", [5, 20, 38, 100])
def test_bands_of_further_values(worlds):
    """Propositions 1 and 2: nominal 90 %, accepted 87 to 93; the percentiles of the values
    themselves hold 81 % of 20.
    """
    rng = np.random.default_rng(worlds)
    for draw in (rng.normal, rng.lognormal) if worlds >= 19 else (rng.normal,):
        values = draw(size=(2 * REPLICATIONS, worlds + 1))
        known, further = values[:, :-1], values[:, -1]
        ends = np.array([prediction_interval(row, 0.9) for row in known]).T
        assert_coverage(covered(*ends, further), "band", 0.87, 0.93)
        if worlds <= 20:
            before = np.quantile(known, (0.05, 0.95), axis=1)
            assert covered(*before, further).mean() < 0.85


def test_the_band_of_a_scored_figure():
    """Proposition 1: what `covered` says of a history that is one more world."""
    values = np.random.default_rng(2).uniform(size=(REPLICATIONS, 21))
    held = [band_of(row[:-1], row[-1])["covered"] for row in values]
    assert_coverage(np.array(held), "scored figures", 0.87, 0.93)


def planted_scores(sizes, chances, answers, worlds=0, rng=None):
    """Return the scores of a forecast of patterns that has each in a share of its worlds.

    Parameters
    ----------
    sizes : ndarray of int
        Figures of each episode, which share its chance and its answer.
    chances, answers : ndarray
        The share of worlds, and what was recorded, by episode.
    worlds : int
        Worlds that are drawn; 0 for exact shares.
    """
    names = [f"P{i}" for i in range(sizes.sum())]
    episodes = np.repeat(np.arange(len(sizes)), sizes)
    figures = tuple(
        ScoredFigure(name, "p", "pattern", f"e{e}", "yes", answers[e], "", "yes", 0.0, 1.0)
        for name, e in zip(names, episodes, strict=True)
    )
    shares = chances[episodes]
    if worlds:
        shown = (rng.uniform(size=(worlds, len(names))) < shares).astype(float)
        forecast = Forecast(pd.DataFrame(shown, columns=names), np.arange(worlds))
        return figures, score_figures(figures, forecast, 12, 100)
    points, otherwise = (
        (shares - told) ** 2 for told in (answers[episodes], 1 - answers[episodes])
    )
    return figures, Scores(points, otherwise, np.tile(points, (2, 1)), 1)


def compare_planted(sizes, model, baseline, answers, **drawn):
    """Return the skill of one planted forecast against another."""
    figures, own = planted_scores(sizes, model, answers, **drawn)
    _, other = planted_scores(sizes, baseline, answers, **drawn)
    return compare_scores(figures, own, other, np.ones(len(figures), dtype=bool))


@pytest.mark.parametrize("episodes", [3, 5, 6, 8, 12, 20])
def test_two_forecasts_that_are_as_good_are_rarely_told_apart(episodes):
    """Propositions 1 and 3: 1,000 histories in which two forecasts err by as much on average. Both
    know nothing, in episodes of one to eight figures or of two each: told apart in 5 % at most,
    which with three standard errors is 7 %. Or one is sure and the other half-hearted: in 10 % at
    most, as 20 episodes may lack a surprise that has a chance of a quarter in each. Percentiles of
    resampled episodes told such forecasts apart in 26 % at three episodes and 9 % at 15.
    """
    rng, told = np.random.default_rng(episodes), {"ignorant": 0, "alike": 0, "sure": 0}
    held = 0
    for _ in range(1000):
        sizes = rng.choice([1, 1, 1, 2, 3, 8], episodes)
        answers = (rng.uniform(size=episodes) < 0.5).astype(float)
        first, second = rng.uniform(size=(2, episodes))
        found = compare_planted(sizes, first, second, answers)
        told["ignorant"] += found.verdict != "cannot tell"
        held += found.low <= 0.0 <= found.high
        found = compare_planted(np.full(episodes, 2), first, second, answers)
        told["alike"] += found.verdict != "cannot tell"
        answers = (rng.uniform(size=episodes) < 0.25).astype(float)
        sure, half = np.zeros(episodes), np.full(episodes, 0.5)
        told["sure"] += compare_planted(sizes, half, sure, answers).verdict != "cannot tell"
    assert held >= 930
    assert max(told["ignorant"], told["alike"]) <= 70 and told["sure"] <= 100
    if episodes < 6:
        assert not any(told.values())
    if episodes == 20:
        assert min(told["ignorant"], told["alike"]) >= 15, "the test has power"


@pytest.mark.parametrize("episodes", [12, 20])
def test_a_forecast_that_knows_something_is_told_from_one_that_does_not(episodes):
    """Proposition 3, its power: chances of about 0.9 where a pattern occurs and 0.1 where not,
    against a half throughout; 300 histories. From six or eight episodes this is not told yet.
    """
    rng, told = np.random.default_rng(episodes), []
    for _ in range(300):
        sizes = rng.choice([1, 1, 1, 2, 3], episodes)
        answers = (rng.uniform(size=episodes) < 0.5).astype(float)
        known = np.clip(np.abs(answers - 0.1) + rng.normal(0.0, 0.1, episodes), 0.0, 1.0)
        told.append(compare_planted(sizes, known, np.full(episodes, 0.5), answers).verdict)
    assert told.count("better") >= 270 and "worse" not in told


def test_copies_of_a_model_under_another_seed_are_rarely_told_apart():
    """Proposition 3: 30 worlds each, twelve episodes; the luck of worlds counts. 400 histories."""
    rng, told = np.random.default_rng(24), 0
    for _ in range(400):
        answers = (rng.uniform(size=12) < 0.5).astype(float)
        chances = rng.uniform(size=12)
        sizes = rng.choice([1, 2, 3], 12)
        found = compare_planted(sizes, chances, chances, answers, worlds=30, rng=rng)
        told += found.verdict != "cannot tell"
    assert told <= 0.08 * 400


@pytest.mark.parametrize("episodes", [8, 25])
def test_skills_over_worlds_and_episodes(episodes):
    """Proposition 1: episodes of two patterns each, of which each forecast has its own idea: the
    model is right with 0.7 and the baseline with 0.6 on average; 60 worlds, 600 histories. The
    imagined episode makes intervals a little too wide, and the wider the fewer episodes there are.
    """
    rng, held = np.random.default_rng(episodes), []
    sizes = np.full(episodes, 2)
    spread = 0.6**2 / 12.0
    # The expected score: the square of what is lacking, its spread over episodes, and the chance of
    # 60 worlds.
    errors = [
        (1.0 - middle) ** 2 + spread + (middle * (1.0 - middle) - spread) / 60.0
        for middle in (0.7, 0.6)
    ]
    for _ in range(600):
        answers = (rng.uniform(size=episodes) < 0.5).astype(float)
        right = (middle + rng.uniform(-0.3, 0.3, episodes) for middle in (0.7, 0.6))
        model, baseline = (np.where(answers == 1.0, share, 1.0 - share) for share in right)
        found = compare_planted(sizes, model, baseline, answers, worlds=60, rng=rng)
        held.append(found.low <= 1.0 - errors[0] / errors[1] <= found.high)
    assert_coverage(held, "skills", high=1.0 if episodes < 12 else 0.98)


def test_gains_of_single_figures_over_worlds():
    """Proposition 1: a hundred patterns of one history, each shown in 0.7 of the worlds of a model
    and 0.5 of those of another; 60 worlds of each, 20 histories. An interval over worlds, not over
    histories: the gain to be held is what worlds without end would give.
    """
    rng, held, sizes = np.random.default_rng(12), [], np.full(100, 1)
    for _ in range(20):
        answers = np.ones(100)
        figures, own = planted_scores(sizes, np.full(100, 0.7), answers, worlds=60, rng=rng)
        _, other = planted_scores(sizes, np.full(100, 0.5), answers, worlds=60, rng=rng)
        gains = compare_each_figure(figures, own, other)
        held.append(covered(gains["low"], gains["high"], (1.0 - 0.5) ** 2 - (1.0 - 0.7) ** 2))
    assert_coverage(np.concatenate(held), "gains of single figures")


def test_survival_of_rulers():
    """Proposition 1: half the rulers are gone after 10 years; 40 worlds, of which those that last
    beyond 12 years are not seen to end; 1,000 replications.
    """
    rng, held = np.random.default_rng(4), []
    for _ in range(1000):
        times = rng.exponential(10.0 / np.log(2.0), 40)
        curve = kaplan_meier(np.minimum(times, 12.0), times <= 12.0)
        row = curve[curve["time"] <= 10.0].iloc[-1]
        held.append(row["low"] <= 0.5 <= row["high"])
    assert_coverage(held, "survival")


@pytest.mark.parametrize("clusters", [10, 40])
def test_statistics_of_clusters(clusters):
    """Propositions 1 and 2: the share of values above 0 in clusters of six that share their luck,
    400 replications; and 2,000 of the ends of the bootstrap for a mean.
    """
    rng = np.random.default_rng(clusters)
    luck = rng.normal(size=(REPLICATIONS, clusters))
    drawn = rng.multinomial(clusters, np.full(clusters, 1.0 / clusters), 1000) / clusters
    means = luck @ drawn.T
    ends = np.array([expanded_percentiles(row, clusters) for row in means]).T
    assert_coverage(covered(*ends, 0.0), "expanded percentiles")
    before = np.quantile(means, (0.025, 0.975), axis=1)
    assert clusters > 10 or covered(*before, 0.0).mean() < 0.92
    members, held = np.repeat(np.arange(clusters), 6), []
    for row in luck[:400]:
        values = np.repeat(row, 6) + rng.normal(size=6 * clusters) > 0.0
        low, high = cluster_bootstrap(values, members, np.mean, rng, draws=200)
        held.append(low <= 0.5 <= high)
    assert_coverage(held, "cluster bootstrap")


DRAWN = {
    "alike": (lambda rng, count: np.full(count, 0.3), SHARE),
    "uniform": (lambda rng, count: rng.uniform(size=count), SHARE),
    "around a third": (lambda rng, count: expit(rng.normal(-1.0, 1.0, count)), SHARE),
    "near 0 or 1": (lambda rng, count: rng.beta(0.3, 0.6, count), SHARE),
    "effects": (lambda rng, count: np.clip(rng.normal(0.2, 0.2, count), -0.9, 0.9), None),
    "months": (lambda rng, count: rng.normal(50.0, 10.0, count), None),
    "skewed months": (lambda rng, count: rng.exponential(20.0, count), None),
}
"""What 100 draws of the numbers expect, in five worlds each."""


@pytest.mark.parametrize("kind", DRAWN)
def test_expected_values_over_draws_of_the_numbers(kind):
    """Propositions 1 and 2: the mean over draws, and the expected value of twenty further ones;
    400 replications. The spread of the draws' own means, as it stands, is too wide where draws are
    alike, and the interval of their mean too narrow for a further draw where they are not. No upper
    limit for a further draw: where draws are alike, the interval reaches as far as its mean is
    uncertain.
    """
    draw, bounds = DRAWN[kind]
    rng, draws = np.random.default_rng(11), np.repeat(np.arange(100), 5)
    truth, of_mean, of_further, as_mean = draw(rng, 200_000).mean(), [], [], []
    for _ in range(400):
        expected, further = np.split(draw(rng, 120), [100])
        known = expected[draws]
        if bounds is SHARE:
            values, limits = (rng.uniform(size=500) < known).astype(float), SHARE
        elif kind == "effects":
            values = np.where(rng.uniform(size=500) < np.abs(known), np.sign(known), 0.0)
            limits = DIFFERENCE_OF_SHARES
        else:
            values, limits = known + rng.normal(0.0, 15.0, 500), None
        one = estimate_over_draws(values, draws, limits)
        of_mean.append(one.mean_low <= truth <= one.mean_high)
        of_further.append(covered(one.low, one.high, further).mean())
        as_mean.append(covered(one.mean_low, one.mean_high, further).mean())
        assert one.low <= one.mean_low <= one.mean <= one.mean_high <= one.high
    assert_coverage(of_mean, f"means of draws, {kind}")
    assert_coverage(of_further, f"further draws, {kind}", high=1.0)
    assert np.mean(as_mean) < 0.6 or kind == "alike"


CUBE = {f"x{k}": (-np.pi, np.pi) for k in (1, 2, 3)}
ISHIGAMI = np.array([[0.3139, 0.4424, 0.0], [0.5576, 0.4424, 0.2437]])


def ishigami(points):
    """Return the Ishigami function with a = 7 and b = 0.1."""
    x = points.to_numpy(dtype=float)
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


@pytest.mark.parametrize(("luck", "worlds"), [("none", 1), ("own", 8), ("shared", 8)])
def test_sobol_indices_at_the_default_base(luck, worlds):
    """Propositions 1 and 2: 32 base points; without luck, with luck of each world at each point as
    large as the signal, and with luck that all points share and that changes how much a number
    does. 300 designs with six indices each: the error of the pooled share is below 1 point.
    """
    held = []
    for seed in range(300):
        points = build_saltelli_design(CUBE, 32, seed)
        rng = np.random.default_rng((7, seed))
        values = ishigami(points)[:, None] + np.zeros((1, worlds))
        if luck == "own":
            values = values + rng.normal(0.0, 4.0, values.shape)
        if luck == "shared":
            values = values + points[["x1"]].to_numpy() * rng.normal(0.0, 1.0, worlds)
        table = compute_sobol_indices(
            DesignResult(points, ("y",), values[:, :, None]), CUBE, ["y"], resamples=300, seed=seed
        )
        held.append(
            [
                covered(table[f"{name}_low"], table[f"{name}_high"], truth)
                for name, truth in zip(("S1", "ST"), ISHIGAMI, strict=True)
            ]
        )
    assert_coverage(held, f"Sobol indices, luck {luck}")
    by_index = np.mean(held, axis=0)
    assert (by_index > 0.88).all(), by_index


WEIGHTS = np.array([0.0, 1.0, 4.5, 9.0, 99.0])


def test_sobol_indices_of_a_product():
    """Proposition 1: Sobol's g-function of five numbers, 150 designs of 32 base points with ten
    indices each.
    """
    cube = {f"g{k}": (0.0, 1.0) for k in range(5)}
    part = 1.0 / 3.0 / (1.0 + WEIGHTS) ** 2
    whole = np.prod(1.0 + part) - 1.0
    truth = {"S1": part / whole, "ST": part * np.prod(1.0 + part) / (1.0 + part) / whole}
    held = []
    for seed in range(150):
        points = build_saltelli_design(cube, 32, seed)
        values = np.prod(
            (np.abs(4.0 * points.to_numpy() - 2.0) + WEIGHTS) / (1.0 + WEIGHTS), axis=1
        )
        table = compute_sobol_indices(
            DesignResult(points, ("y",), values[:, None, None]), cube, ["y"], 300, seed
        )
        held.append(
            [covered(table[f"{name}_low"], table[f"{name}_high"], truth[name]) for name in truth]
        )
    assert_coverage(held, "Sobol indices of a product")


def resampled_shares(values, rng, draws=200):
    """Return percentiles of shares of variance over points and worlds drawn with replacement."""
    shape = values.shape
    shares = []
    for _ in range(draws):
        parts = estimate_components(
            values[:, rng.integers(shape[1], size=shape[1])][
                :, :, rng.integers(shape[2], size=shape[2])
            ]
        )
        shares.append(parts / parts.sum())
    return np.quantile(shares, (0.025, 0.975), axis=0)


@pytest.mark.parametrize("kind", ["random effects", "variants", "0 or 1"])
def test_the_split_of_variance(kind):
    """Propositions 1 and 2: points and worlds as crossed random effects; two variants whose slopes
    differ; an outcome that is 0 or 1. 40 points, 12 worlds, 400 replications. Parts that are 0 are
    no part of this: an interval that ends at 0 holds them more often than it says.
    """
    rng, points, worlds, count = np.random.default_rng(8), 40, 12, 400
    x = rng.uniform(size=(count, points))
    luck = rng.normal(size=(count, 1, 1, worlds))
    if kind == "random effects":
        cell = rng.normal(size=(count, 1, points, worlds))
        values = 0.5 * rng.normal(size=(count, 1, points, 1)) + luck + 0.3 * cell
        truth = {"parameters": 0.25, "chance": 1.09}
    elif kind == "variants":
        mean = np.stack([3.0 * x, 1.0 + 5.0 * x], axis=1)[:, :, :, None]
        values = mean + rng.normal(size=(count, 2, points, worlds))
        truth = {"parameters": 16.0 / 12.0, "rule variants": 1.0, "chance": 1.0}
        truth["parameters with variants"] = 1.0 / 12.0
    else:
        values = (rng.uniform(size=(count, 1, 1, worlds)) < x[:, None, :, None]).astype(float)
        truth = {"parameters": 1.0 / 12.0, "chance": 1.0 / 6.0}
    variants = values.shape[1]
    design = pd.DataFrame({"rules": np.repeat(["old", "new"][:variants], points)})
    result = DesignResult(
        design,
        tuple(f"y{k}" for k in range(count)),
        np.moveaxis(values.reshape(count, variants * points, worlds), 0, -1),
    )
    table = decompose_variance(result, list(result.quantities), "rules" if variants > 1 else "")
    whole = sum(truth.values())
    for part, variance in truth.items():
        rows = table[table["part"] == part]
        held = covered(rows["low"], rows["high"], variance / whole)
        assert_coverage(held, f"{kind}, {part}")
    if kind == "random effects":
        before = [resampled_shares(one, rng)[:, 0] for one in values[:150]]
        assert covered(*np.array(before).T, 0.25 / 1.34).mean() < 0.9


def test_equivalence_is_claimed_wrongly_in_one_of_twenty_cases():
    """Proposition 3: a mean at the margin, eight worlds; 2,000 replications, 3 to 7 %."""
    values = np.random.default_rng(6).normal(1.0, 0.5, (REPLICATIONS, 8))
    claimed = np.mean([equivalence_test(row, margin=1.0).equivalent for row in values])
    assert 0.03 <= claimed <= 0.07
    below = np.mean([equivalence_test(-row, margin=1.0).equivalent for row in values])
    assert below == claimed, "an effect below 0 is as large as one above"
    near = np.mean([equivalence_test(row - 1.0, margin=1.0).equivalent for row in values])
    assert near > 0.9, "and mostly where the mean is 0"
    normal = np.abs(values.mean(axis=1)) + 1.644854 * values.std(axis=1, ddof=1) / np.sqrt(8) <= 1.0
    assert normal.mean() > claimed + 0.01, "normal quantiles claim it too often"


def test_a_permutation_test_keeps_its_level():
    """Proposition 3: signs of eight differences are exchanged; 1,000 replications, 3 to 7 %."""
    rng = np.random.default_rng(9)

    def flip(values, rng):
        return values * rng.choice([-1.0, 1.0], size=len(values))

    p_values = {
        shift: [
            float(permutation_p_values(row, lambda v: abs(v.mean()), flip, rng, draws=99))
            for row in rng.standard_t(3, (count, 8)) + shift
        ]
        for shift, count in ((0.0, 1000), (2.0, 100))
    }
    assert 0.03 <= np.mean(np.array(p_values[0.0]) <= 0.05) <= 0.07
    assert np.mean(np.array(p_values[2.0]) <= 0.05) > 0.8


@pytest.mark.parametrize("adjust", [benjamini_hochberg, benjamini_yekutieli])
def test_false_discoveries_are_one_in_twenty_at_most(adjust):
    """Proposition 3: 20 quantities of which 5 move; 2,000 replications; without the adjustment it
    is one in seven.
    """
    from scipy.stats import norm

    rng = np.random.default_rng(10)
    scores = rng.normal(size=(REPLICATIONS, 20)) + np.where(np.arange(20) < 5, 3.5, 0.0)
    p_values = 2.0 * norm.sf(np.abs(scores))

    def false_share(found):
        return (found[:, 5:].sum(axis=1) / np.maximum(found.sum(axis=1), 1)).mean()

    found = np.array([adjust(row) for row in p_values]) <= 0.05
    assert false_share(found) <= 0.05 and found[:, :5].mean() > 0.5
    assert false_share(p_values <= 0.05) > 0.1


@pytest.mark.parametrize("kind", ["numbers", "skewed", "shares"])
def test_contrasts_within_seeds(kind):
    """Propositions 1 and 3: five seeds of 40 worlds; an effect as large as the smallest one of
    interest is called larger in one of twenty cases, and in fewer where few worlds move.
    """
    rng, seeds = np.random.default_rng(21), np.repeat(np.arange(5), 40)
    size, step = (REPLICATIONS, 200), 0.0
    if kind == "numbers":
        values, truth = rng.normal(0.5, 2.0, size), 0.5
    elif kind == "skewed":
        values, truth = rng.exponential(1.0, size) - rng.exponential(0.5, size), 0.5
    else:
        gained, lost = rng.uniform(size=size) < 0.3, rng.uniform(size=size) < 0.1
        values, truth, step = gained * 1.0 - lost * 1.0, 0.2, 1.0
    contrasts = [blocked_contrast(row, seeds, step) for row in values]
    low, high = np.array([one.interval() for one in contrasts]).T
    assert_coverage(covered(low, high, truth), kind)
    above = np.mean([one.p_above(truth) <= 0.05 for one in contrasts])
    assert 0.025 <= above <= 0.07
    below = np.mean([one.p_below(truth) <= 0.05 for one in contrasts])
    assert 0.025 <= below <= 0.07


def test_what_is_left_of_an_effect_is_called_nothing_in_one_of_twenty_cases():
    """Proposition 3: a third of the effect is left, and a share has fallen by just what was asked.
    With half as much left it is mostly called nothing.
    """
    rng, seeds = np.random.default_rng(22), np.repeat(np.arange(5), 40)
    low = np.zeros(200)
    called = {(left, carries): 0 for left in (1.0, 0.0) for carries in (None, 2.0 / 3.0)}
    for _ in range(1000):
        on, off = rng.normal(3.0, 3.0, 200), rng.normal(0.0, 3.0, 200)
        for left, carries in called:
            arms = {"low": low, "high": on, "low off": low, "high off": off + left}
            called[left, carries] += what_is_left(arms, seeds, 1.0, carries).p <= 0.05
    for carries in (None, 2.0 / 3.0):
        assert 30 <= called[1.0, carries] <= 70
        assert called[0.0, carries] > 900


def test_a_lead_under_shared_luck_is_not_found_in_copies():
    """Proposition 3: a hundred copies of each world add nothing."""
    worlds = np.repeat(np.eye(2), [12, 8], axis=0)[None]
    assert not estimate_lead(worlds, np.random.default_rng(1)).significant
    copies = np.repeat(worlds, 100, axis=0)
    assert not estimate_lead(copies, np.random.default_rng(1)).significant


COVERED = {
    "theory.hypotheses.contrasts.Contrast.interval": "test_contrasts_within_seeds",
    "utils.draw_statistics.estimate_over_draws": "test_expected_values_over_draws_of_the_numbers",
    "utils.statistics.t_interval": "test_means_of_few_worlds",
    "utils.statistics.wilson_interval": "test_shares_of_worlds",
    "utils.statistics.paired_share_interval": "test_differences_of_shares",
    "utils.statistics.prediction_interval": "test_bands_of_further_values",
    "analysis.statistics.estimate_effect": "test_differences_of_paired_worlds",
    "analysis.statistics.estimate_share_effect": "test_differences_of_shares",
    "analysis.statistics.estimate_paired_effect": "test_differences_of_shares",
    "analysis.statistics.estimate_unpaired_effect": "test_differences_of_paired_worlds",
    "analysis.inference.intervals.cluster_bootstrap": "test_statistics_of_clusters",
    "analysis.inference.intervals.expanded_percentiles": "test_statistics_of_clusters",
    "analysis.inference.common_luck.pooled_mean_interval": (
        "test_curves_with_a_third_factor_under_shared_luck"
    ),
    "analysis.inference.common_luck.pooled_share_interval": (
        "test_curves_with_a_third_factor_under_shared_luck"
    ),
    "analysis.inference.common_luck.estimate_lead": "test_the_leading_outcome_with_a_third_factor",
    "analysis.inference.jackknife.proportion_interval": "test_the_split_of_variance",
    "analysis.evaluate.summary_statistics": "test_means_of_few_worlds",
    "analysis.replication.half_widths": "test_means_of_few_worlds",
    "analysis.replication.replicate_until_precise": "test_means_that_decide_when_to_stop",
    "analysis.sensitivity.main_effects.compute_response_curve": (
        "test_curves_with_a_third_factor_under_shared_luck"
    ),
    "analysis.sensitivity.main_effects.compute_main_effects": (
        "test_main_effects_under_shared_luck"
    ),
    "analysis.sensitivity.main_effects.compute_tornado": "test_a_tornado_under_shared_luck",
    "analysis.sensitivity.main_effects.compute_modal_outcomes": (
        "test_the_leading_outcome_with_a_third_factor"
    ),
    "analysis.sensitivity.single_moves.move_alone": "test_numbers_that_are_moved_alone",
    "analysis.sensitivity.sobol.compute_sobol_indices": "test_sobol_indices_at_the_default_base",
    "analysis.sensitivity.variance_components.decompose_variance": "test_the_split_of_variance",
    "comparison.paired_statistics.index_difference_table": "test_differences_of_paired_worlds",
    "comparison.paired_statistics.paired_outcome_shares": "test_differences_of_shares",
    "figures.ensembles.tenure.kaplan_meier": "test_survival_of_rulers",
    "scoring.figure_table.band_of": "test_the_band_of_a_scored_figure",
    "scoring.later_verdicts.compare_each_figure": "test_gains_of_single_figures_over_worlds",
    "scoring.skill.compare_scores": "test_skills_over_worlds_and_episodes",
    "theory.counterfactuals.estimates.estimate_mean": "test_means_of_few_worlds",
    "theory.counterfactuals.estimates.paired_effect": "test_differences_of_shares",
    "theory.counterfactuals.estimates.unpaired_effect": "test_differences_of_paired_worlds",
}
"""The function that gives an interval to its test above."""

PASSED_ON = {
    "analysis.record_fit.record_findings.compare_targets": "wilson_interval",
    "theory.hypotheses.pairing.effect_over_draws": "estimate_over_draws",
    "theory.hypotheses.placebos.placebo_rates": "wilson_interval",
    "analysis.calibration.planted_truths.coverage_of_truths": "wilson_interval",
    "analysis.calibration.posterior_predictive.posterior_predictive_table": "prediction_interval",
    "analysis.calibration.posterior_predictive._share_ends": "wilson_interval",
    "analysis.evaluate.DesignResult.table": "summary_statistics",
    "analysis.over_draws._both_intervals": "estimate_over_draws",
    "analysis.over_draws.mean_over_draws": "estimate_over_draws",
    "analysis.over_draws.paired_effect_over_draws": "estimate_over_draws",
    "analysis.paired_runs.paired_difference": "estimate_paired_effect",
    "analysis.replication.convergence_table": "half_widths",
    "analysis.sensitivity.main_effects._effect_over_worlds": "estimate_effect",
    "analysis.sensitivity.main_effects._leading_share_interval": "pooled_share_interval",
    "analysis.sensitivity.single_moves.check_idle_numbers": "move_alone",
    "comparison.comparison.Comparison.count_links": "wilson_interval",
    "figures.comparisons.crossing.measure_crossing": "wilson_interval",
    "figures.comparisons.crossing_over_numbers.measure_crossing_over_numbers": (
        "estimate_over_draws"
    ),
    "figures.comparisons.modal_outcome._add_intervals": "wilson_interval",
    "figures.comparisons.modal_outcome.lead_is_significant": "paired_share_interval",
    "figures.comparisons.modal_outcome.modal_outcome_table": "wilson_interval",
    "figures.ensembles.convergence.running_shares": "wilson_interval",
    "figures.ensembles.outcomes.outcome_share_table": "wilson_interval",
    "figures.ensembles.survival.RulerSurvival.__init__": "wilson_interval",
    "simulation.outcomes.outcome_shares": "wilson_interval",
    "scoring.figure_table.figure_table": "band_of",
    "scoring.later_verdicts.compare_parts": "compare_scores",
    "analysis.robustness.effects._two_intervals": "estimate_over_draws",
    "analysis.robustness.effects.estimate_level": "estimate_over_draws",
    "analysis.robustness.effects.measure_effects": "estimate_over_draws",
    "comparison.over_numbers.index_effects": "estimate_over_draws",
    "comparison.over_numbers.outcome_effects": "estimate_over_draws",
    "simulation.over_numbers.estimate_over_numbers": "estimate_over_draws",
    "utils.draw_statistics._mean_difference_interval": "paired_share_interval",
    "utils.draw_statistics._mean_interval": "wilson_interval",
    "theory.counterfactuals.over_numbers._estimate": "estimate_over_draws",
    "theory.ablation.ablation_row": "expanded_percentiles",
    "theory.classification.classify_countries": "wilson_interval",
    "theory.classification.describe_groups": "wilson_interval",
    "theory.group_score.score_groups": "t_interval",
    "theory.start_value_swaps.run_start_value_swaps": "estimate_paired_effect",
}
"""The function that passes an interval on to the one it comes from."""

NO_INTERVAL = {
    "analysis.calibration.history_ranges.marginal_ranges": "describes a region that is known",
    "analysis.sensitivity.sobol.build_saltelli_design": "makes the points",
    "figures.comparisons.crossing.control_table": "describes the worlds there are",
    "figures.comparisons.paired_differences.paired_difference_table": (
        "describes the worlds there are"
    ),
    "figures.ensembles.convergence.worlds_needed": "plans the number of worlds",
    "analysis.robustness.verdicts.judge_headlines": "compares an interval with limits",
    "theory.counterfactuals.results.format_interval": "makes text",
    "theory.counterfactuals.over_numbers.decide_over_numbers": "compares an interval with limits",
    "theory.counterfactuals.over_numbers.run_counterfactuals_over_numbers": (
        "collects those of _estimate"
    ),
    "theory.counterfactuals.run.decide_expectation": "compares an interval with limits",
    "theory.start_value_swaps.minimum_effect_size": "reads an interval",
    "utils.progress.Progress.print_if_due": "an interval of time",
    "utils.statistics.t_quantile": "a quantile",
}
"""The function that speaks of an interval and gives none, with what it does."""


def test_every_function_that_gives_an_interval_has_an_entry():
    """Proposition 4: a new one without an entry fails here, and so does an entry without a test."""
    elsewhere = {}
    screening_file = Path(__file__).parent / "test_coverage_screening.py"
    screening = ("analysis.discovery.", "analysis.sensitivity.morris.")
    if screening_file.is_file():
        import test_coverage_screening

        elsewhere = test_coverage_screening.COVERED
        missing = [
            name for name in elsewhere.values() if not hasattr(test_coverage_screening, name)
        ]
        assert not missing
    found = {
        name
        for name in interval_functions()
        if screening_file.is_file() or not name.startswith(screening)
    }
    listed = {*COVERED, *PASSED_ON, *NO_INTERVAL, *elsewhere}
    assert not found - listed, "give each a coverage test, or say whose interval it passes on"
    assert not {*COVERED, *PASSED_ON, *NO_INTERVAL} - found, "these give no interval any longer"
    assert all(callable(globals().get(test)) for test in COVERED.values())
    origins = {name.rpartition(".")[2] for name in COVERED}
    assert set(PASSED_ON.values()) <= origins
