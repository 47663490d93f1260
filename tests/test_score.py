"""A score that can be lost.

1. An event is scored by the Brier score of "happened by month m", averaged over all months.
2. A number is scored by its CRPS; a world that lacks it is as far from it as can be, and no number
   is put in its place.
3. A perfect forecaster has skill 1 against every baseline; a world in which everything happens
   loses to one in which nothing does, and shuffled dates lose to the dates.
4. An input cannot change the score.
5. Patterns are those of one world: what it lacks it does not show.
6. A copy of the model under another seed cannot be told from it, and the same worlds are named so.
7. Figures of one episode are one piece of evidence: copies of them do not narrow an interval.
8. The list of events names at least one that did not happen for each that did, in both records.
9. Baselines are what their names say, one line each; an unknown one is refused.
10. The table in Python, its JSON and the command line say the same.
11. On the score card a median that is never lies in the lane of never, and not on the record.
12. A run that ends sooner is not scored on what came later.
"""

import json

import numpy as np
import pandas as pd
import pytest
from worlds import kazakhstan, many, score_tables

import poruka as pk
from poruka.cli.main import main
from poruka.figures import ScoreCard, SkillChart
from poruka.figures.ensembles.scorecard import NEVER_AT
from poruka.rivals import rival_scenarios
from poruka.scoring.baselines import BASELINES, ELITE_THEORY, select_baselines
from poruka.scoring.features import features_of, kendalls_tau
from poruka.scoring.forecast import Forecast, build_forecast
from poruka.scoring.plain_forecasts import EQUAL_CHANCES, NOTHING_CHANGES, plain_forecasts
from poruka.scoring.proper_scores import crps
from poruka.scoring.record import read_observed_record
from poruka.scoring.record_validation import numeric_outcomes
from poruka.scoring.score import Score
from poruka.scoring.scored_figures import ScoredFigure, scored_figures
from poruka.scoring.skill import compare_scores, score_figures
from poruka.utils.errors import BadInput

MONTHS = 178


def figure(id, kind, value, scale, episode="e", role="value", low=0.0, high=None):
    """Return a figure as a record would give it."""
    high = scale if high is None else high
    return ScoredFigure(id, id, role, episode, kind, value, "", "", low, high, scale)


def event(id, value, months=MONTHS, episode="e"):
    return figure(id, "event", value, float(months), episode, "event")


def score_of(one, values, figures=None, months=MONTHS):
    """Return the score of one figure over the worlds of a table."""
    features = features_of(one, values, figures or (one,), months)
    return float(features.score(features.answers.mean(axis=0)))


def forecast(values):
    values = pd.DataFrame(values)
    return Forecast(values, np.arange(len(values)))


def skill(figures, model, baseline, months=MONTHS):
    chosen = np.ones(len(figures), dtype=bool)
    scores = (score_figures(figures, one, months, 300) for one in (model, baseline))
    return compare_scores(figures, *scores, chosen)


def record_and_figures():
    scenario = kazakhstan()
    record = read_observed_record(scenario.record_path, scenario)
    return record, scored_figures(record, scenario, scenario.months)


def perfect(figures, worlds=20):
    """Return worlds that are all as recorded; in a chain of events their order is the record's."""
    values = {one.id: [one.value] * worlds for one in figures if one.kind != "order"}
    return forecast(values)


def test_an_event_is_scored_month_by_month():
    """Proposition 1: four worlds, six months, by hand. The record has it in month 2."""
    values = pd.DataFrame({"E": [1.0, 2.0, 4.0, np.inf]})
    # Shares that have it by months 0 … 5: 0, ¼, ½, ½, ¾, ¾; the record: 0, 0, 1, 1, 1, 1.
    by_hand = (0 + 1 / 16 + 1 / 4 + 1 / 4 + 1 / 16 + 1 / 16) / 6
    assert score_of(event("E", 2.0, 6), values, months=6) == pytest.approx(by_hand)
    # An event that never came: the mean of the squared shares.
    never = (0 + 1 / 16 + 1 / 4 + 1 / 4 + 9 / 16 + 9 / 16) / 6
    assert score_of(event("E", np.inf, 6), values, months=6) == pytest.approx(never)


@pytest.mark.parametrize("chance", [0.2, 0.5, 0.9])
def test_an_honest_share_of_worlds_is_the_best(chance):
    """Proposition 1: over histories in which the event comes with a chance, no other share of
    worlds has a lower expected score; exactly, without sampling.
    """

    def expected(share):
        coming = round(100 * share)
        values = pd.DataFrame({"E": [3.0] * coming + [np.inf] * (100 - coming)})
        came, stayed = (score_of(event("E", one, 6), values, months=6) for one in (3.0, np.inf))
        return chance * came + (1.0 - chance) * stayed

    shares = np.arange(0.0, 1.01, 0.1)
    assert shares[np.argmin([expected(share) for share in shares])] == pytest.approx(chance)


def test_a_number_is_scored_by_its_crps():
    """Proposition 2: on 400 steps, to half a step of the scale."""
    values = np.random.default_rng(2).uniform(20.0, 90.0, 50)
    one = figure("V", "share", 63.0, 100.0)
    found = score_of(one, pd.DataFrame({"V": values}))
    assert found == pytest.approx(crps(values, 63.0) / 100.0, abs=1.0 / 800.0)


def test_a_gap_is_scored_by_its_crps_and_may_be_negative():
    """Proposition 2: the scale of a gap reaches as far before the first event as after it."""
    values = np.random.default_rng(3).integers(-30, 60, 40).astype(float)
    one = figure("P", "gap", 15.0, 178.0, role="pattern", low=-178.0, high=178.0)
    found = score_of(one, pd.DataFrame({"P": values}))
    assert found == pytest.approx(crps(values, 15.0) / 178.0, abs=2.0 / 400.0)
    lacking = score_of(one, pd.DataFrame({"P": np.full(4, np.inf)}))
    assert lacking == pytest.approx(1.0)


@pytest.mark.parametrize("recorded", [1.0, 50.0, 98.78])
def test_what_a_world_lacks_is_as_far_as_can_be_from_every_number(recorded):
    """Proposition 2: a vote that was never held is no vote of 0 and none of 100 percent."""
    one = figure("V", "share", recorded, 100.0)
    lacking = pd.DataFrame({"V": np.full(10, np.inf)})
    assert score_of(one, lacking) == pytest.approx(1.0)
    half = pd.DataFrame({"V": [np.inf] * 5 + [recorded] * 5})
    assert 0.2 < score_of(one, half) < 0.3  # the Brier score of a half, as for a pattern
    for worst in (0.0, 100.0):
        assert score_of(one, pd.DataFrame({"V": np.full(10, worst)})) < 1.0


def test_a_perfect_forecaster_has_skill_1():
    """Proposition 3: over the record itself, part by part."""
    _, figures = record_and_figures()
    plain = plain_forecasts(figures, {})
    model = perfect(figures)
    for baseline in plain.values():
        found = skill(figures, model, baseline)
        assert found.skill == pytest.approx(1.0, abs=1e-6) and found.verdict == "better"
    assert kendalls_tau(model.values, figures) == pytest.approx(1.0)


@pytest.mark.parametrize("month", [0.0, 40.0, 90.0])
def test_a_world_in_which_everything_happens_loses(month):
    """Proposition 3: whenever it does, to the worlds in which nothing happens."""
    _, figures = record_and_figures()
    events = tuple(one for one in figures if one.role == "event")
    everything = forecast({one.id: [month] * 20 for one in events})
    nothing = plain_forecasts(events, {})[NOTHING_CHANGES]
    assert skill(events, everything, nothing).skill < 0.0
    # It would win on a list that names only what did happen.
    happened = tuple(one for one in events if np.isfinite(one.value))
    assert skill(happened, everything, nothing).skill > 0.0


def test_shuffled_dates_lose():
    """Proposition 3: the same months, given to other events of the record."""
    _, figures = record_and_figures()
    events = tuple(one for one in figures if one.role == "event" and np.isfinite(one.value))
    order = figure("P01", "order", 1.0, 1.0, role="pattern")
    figures = (*events, order)
    draw = np.random.default_rng(5)
    months = np.array([one.value for one in events])
    near = [months + draw.integers(-2, 3, len(months)) for _ in range(40)]
    mixed = [draw.permutation(row) for row in near]
    names = [one.id for one in events]
    true, shuffled = (forecast(pd.DataFrame(rows, columns=names)) for rows in (near, mixed))
    found = skill(figures, true, shuffled)
    assert found.verdict == "better" and found.low > 0.5
    tau = [kendalls_tau(one.values, figures).mean() for one in (true, shuffled)]
    assert tau[0] > 0.9 and abs(tau[1]) < 0.15
    assert score_of(order, true.values, figures) < 0.1 < score_of(order, shuffled.values, figures)


def test_an_input_cannot_change_the_score():
    """Proposition 4: another value of it, or none at all; it is listed as not scored."""
    e = many(40, 71)
    record = e.observed_record
    tables = e.outcomes, e.series, e.events, e.scenario
    plain = score_tables(record, *tables)
    changed = record.copy()
    changed.loc[changed["role"] == "input", "value"] = 3.0
    for other in (changed, record[record["role"] != "input"]):
        again = score_tables(other, *tables)
        pd.testing.assert_frame_equal(again.figures, plain.figures)
        pd.testing.assert_frame_equal(again.skill, plain.skill)
    assert plain.not_scored["figure"].tolist() == ["independence"]
    changed.loc[changed["id"] == "R093", "value"] = 90.0
    assert not score_tables(changed, *tables).skill.equals(plain.skill)


def test_growth_is_apart():
    """Proposition 4: growth as recorded changes no skill but its own."""
    e = many(40, 71)
    record = e.observed_record.copy()
    tables = e.outcomes, e.series, e.events, e.scenario
    before = score_tables(record, *tables).skill.set_index(["baseline", "part"])["score"]
    record.loc[record["role"] == "growth", "value"] = 24.0
    after = score_tables(record, *tables).skill.set_index(["baseline", "part"])["score"]
    differing = before.index[before != after]
    assert set(differing.get_level_values("part")) == {"growth"}


def test_the_order_of_events_counts_what_is_lacking_as_no_order():
    """Proposition 5: three events in months 1, 2, 3; four worlds, by hand."""
    figures = (event("A", 1.0), event("B", 2.0), event("C", 3.0), event("D", np.inf))
    order = figure("P", "order", 1.0, 1.0, role="pattern")
    never = np.inf
    values = pd.DataFrame(
        [
            [4.0, 5.0, 6.0, 1.0],
            [6.0, 5.0, 4.0, never],
            [4.0, 4.0, 4.0, never],
            [4.0, 5.0, never, 0],
        ],
        columns=list("ABCD"),
    )
    figures = (*figures, order)
    assert kendalls_tau(values, figures) == pytest.approx([1.0, -1.0, 0.0, 1.0 / 3.0])
    # Pairs AB, AC, BC: in this order in 2, 1, 1 worlds of 4; in the other in 1, 1, 1; in none else.
    shares = np.array([[2, 1, 1], [1, 1, 2], [1, 1, 2]]) / 4.0
    by_hand = 0.5 * ((1 - shares[:, 0]) ** 2 + shares[:, 1] ** 2 + shares[:, 2] ** 2).mean()
    assert score_of(order, values, figures) == pytest.approx(by_hand)


def test_a_pattern_needs_all_its_parts_in_one_world():
    """Proposition 5: half of the worlds with the first event and half with the second show neither
    a gap nor an order, however well the halves look side by side.
    """
    e = many(40, 71)
    told = e.events.iloc[:0]
    worlds = e.outcomes["world"].to_numpy()
    rows = [
        dict(world=w, month=20 if w % 2 else 35, kind="dissolution" if w % 2 else "constitution")
        for w in worlds
    ]
    told = pd.concat([told, pd.DataFrame(rows)], ignore_index=True)
    record = e.observed_record[e.observed_record["id"].isin(["P03", "P15", "N01"])]
    found = score_tables(record, e.outcomes, e.series, told, e.scenario).figures.set_index("id")
    assert found.loc["P03", "shown"] == 0.0 and found.loc["P03", "score"] == pytest.approx(1.0)
    assert found.loc["P15", "shown"] == 0.0 and found.loc["P15", "score"] == 1.0


def test_a_copy_of_the_model_cannot_be_told_from_it():
    """Proposition 6: under another seed; and the same worlds are the same worlds."""
    e, copy = many(60, 71), many(60, 72)
    _, figures = record_and_figures()
    baselines = {
        name: build_forecast(figures, run.outcomes, run.series, run.events, run.scenario)
        for name, run in {"another seed": copy, "itself": e}.items()
    }
    score = score_tables(e.observed_record, e.outcomes, e.series, e.events, e.scenario, baselines)
    verdicts = score.skill.set_index(["baseline", "part"])["verdict"]
    parts = ("event", "value", "pattern", "all")
    assert [verdicts["another seed", part] for part in parts] == ["cannot tell"] * 4
    assert [verdicts["itself", part] for part in parts] == ["the same worlds"] * 4
    undecided = score.sentence.partition("cannot tell them from")[2].partition("They are")[0]
    assert '"another seed" (skill' in undecided
    assert 'They are the same worlds as "itself".' in score.sentence


def test_figures_of_one_episode_are_resampled_together():
    """Proposition 7: five copies of every figure leave the interval as wide in their own episodes,
    and narrow it if they are passed off as episodes of their own.
    """
    draw = np.random.default_rng(8)
    better, worse = (draw.uniform(low, low + 0.3, 12) for low in (0.55, 0.45))

    def spread(copies, own):
        figures = tuple(
            figure(f"{i}.{k}", "yes", 1.0, 1.0, f"e{i}.{k}" if own else f"e{i}", "pattern")
            for i in range(12)
            for k in range(copies)
        )
        names = [one.id for one in figures]
        episode = [int(name.split(".")[0]) for name in names]
        shown = (
            draw.uniform(size=(200, len(names))) < shares[episode] for shares in (better, worse)
        )
        model, baseline = (forecast(pd.DataFrame(one, columns=names, dtype=float)) for one in shown)
        found = skill(figures, model, baseline)
        return found.high - found.low

    single, together, apart = spread(1, False), spread(5, False), spread(5, True)
    assert together > 0.75 * single and apart < 0.65 * single


def test_two_episodes_are_too_few_for_a_verdict():
    """Proposition 7."""
    figures = tuple(figure(f"{i}", "yes", 1.0, 1.0, f"e{i % 2}", "pattern") for i in range(8))
    sure = forecast({one.id: np.ones(50) for one in figures})
    wrong = forecast({one.id: np.zeros(50) for one in figures})
    assert skill(figures, sure, wrong).verdict == "cannot tell"


@pytest.mark.parametrize("country", ["kazakhstan", "russia"])
def test_the_record_names_what_did_not_happen(country):
    """Proposition 8."""
    scenario = pk.load(country)
    record = read_observed_record(scenario.record_path, scenario)
    events = record[record["role"] == "event"]
    happened = np.isfinite(events["value"])
    assert (~happened).sum() >= happened.sum() >= 7
    named = " ".join(events.loc[~happened, "measure"])
    for word in ("rotation", "palace_coup", "revolution", "war", "dissolution"):
        assert word in named, f"{country} names no {word} that did not happen"
    assert record.loc[record["role"] == "input", "figure"].tolist() == ["independence"]
    # An event that did not happen is no second telling of one that did.
    assert not set(events.loc[happened, "measure"]) & set(events.loc[~happened, "measure"])


def test_outcomes_that_are_numbers_are_listed():
    """Proposition 8: what a record may name is what the table of outcomes holds."""
    outcomes = many(40, 71).outcomes
    held = [name for name in outcomes if outcomes[name].dtype.kind in "ifb" and name != "world"]
    assert sorted(numeric_outcomes()) == sorted(held)


def test_baselines_are_what_their_names_say():
    """Proposition 9."""
    played = select_baselines(kazakhstan(), None)
    assert list(played) == list(BASELINES) and len(played) == 8
    rivals = rival_scenarios(kazakhstan())
    assert {name: played[name] for name in rivals} == rivals and len(rivals) == 4
    assert str(played["numbers drawn"].parameter_draws) == "prior"
    assert played["no elite theory"].disabled_mechanisms == set(ELITE_THEORY)
    assert played["no belief"].disabled_mechanisms == {"M1.belief"}
    assert all(part.startswith("M10.") for part in played["no ageing"].disabled_mechanisms)
    # A model whose numbers are drawn already is no baseline of itself.
    assert "numbers drawn" not in select_baselines(kazakhstan().with_draws("prior"), None)
    assert select_baselines(kazakhstan(), [NOTHING_CHANGES, EQUAL_CHANCES]) == {}
    own = {"mine": kazakhstan().without("M7.habit")}
    assert select_baselines(kazakhstan(), own) == own
    with pytest.raises(BadInput, match="did you mean 'no belief'"):
        select_baselines(kazakhstan(), ["no beleif"])
    with pytest.raises(BadInput, match=r"\['no belief'\]"):
        select_baselines(kazakhstan(), "no belief")


def test_python_json_and_command_line_say_the_same(capsys):
    """Proposition 10: and a scenario without a record is refused before a world is played."""
    score = pk.score("kazakhstan", worlds=20, seed=3, against=["no belief"], progress=False)
    assert isinstance(score, Score) and score.worlds == 20
    arguments = ["score", "kazakhstan", "-n", "20", "--seed", "3", "--against", "no belief"]
    with pytest.raises(SystemExit, match="0"):
        main([*arguments, "--json"])
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(score.to_dict()))
    with pytest.raises(SystemExit, match="0"):
        main(arguments)
    printed = " ".join(capsys.readouterr().out.split())
    for text in ("Not scored, since a scenario puts it in: independence.", "Growth, apart"):
        assert text in printed
    assert score.sentence in printed and "no belief: beliefs in rulers" in printed
    with pytest.raises(BadInput, match="no observed record"):
        pk.score("estonia")
    table = SkillChart(score).table
    assert table["baseline"].unique().tolist() == [NOTHING_CHANGES, EQUAL_CHANCES, "no belief"]


@pytest.mark.parametrize("until", ["1991-12", "1996-12", "2000-12"])
def test_a_run_that_ends_sooner_is_not_scored_on_what_came_later(until):
    """Proposition 12: in neither country, patterns included."""
    for country in ("kazakhstan", "russia"):
        scenario = pk.load(country)
        record = read_observed_record(scenario.record_path, scenario)
        months = scenario.month_of(until) + 1
        scored = {one.id for one in scored_figures(record, scenario, months)}
        for fact in record[record["role"].isin(["event", "pattern"])].itertuples():
            assert (
                fact.date
                or not np.isfinite(fact.value)
                or "series" in fact.measure
                or (fact.measure == "order")
            ), f"{country}, {fact.id} names no date by which it is known"
            if fact.date and fact.date[:7] > until:
                assert fact.id not in scored
        # What never came did not come before the end of a shorter run either.
        assert {"N01", "N02"} <= scored


def test_a_median_that_is_never_is_drawn_as_never():
    """Proposition 11: the ticks of medians lie where the table says, and nowhere else."""
    import matplotlib.pyplot as plt

    card = ScoreCard(many(40, 71))
    table = card.table
    never = np.isinf(table["median"])
    assert never.any() and (table.loc[never, "median_at"] == NEVER_AT).all()
    finite = np.isfinite(table["median"]) & table["kind"].ne("order")
    assert table.loc[finite, "median_at"].between(0.0, 1.0).all()
    figure_, axes = plt.subplots(1, 2)
    card._draw(axes)
    ticks = [line.get_xdata()[0] for line in axes[0].lines if line.get_linewidth() == 2.2]
    assert sorted(ticks) == sorted(table["median_at"].dropna())
    diamonds = [line.get_xdata()[0] for line in axes[0].lines if line.get_marker() == "D"]
    assert diamonds == table["value_at"].tolist()
    assert (table.loc[np.isinf(table["value"]), "value_at"] == NEVER_AT).all()
    # A figure outside its band is not drawn on the edge of it.
    outside = table[table["covered"] == 0.0]
    assert len(outside)
    for row in outside.itertuples():
        assert row.value_at < row.low_at or row.value_at > row.high_at or row.high_at == NEVER_AT
    plt.close(figure_)


def test_a_run_that_is_itself_the_plain_forecast_is_scored_all_the_same():
    """Proposition 12: one world of one month, in which nothing has happened."""
    score = pk.simulate("kazakhstan", worlds=1, until="1990-03", progress=False).score()
    plain = score.skill.query("baseline == @NOTHING_CHANGES")
    assert len(plain) and set(plain["verdict"]) == {"the same worlds"}
