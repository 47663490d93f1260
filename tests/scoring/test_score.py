"""A score that can be lost.

1. An event is scored by the Brier score of "happened by month m", averaged over all months.
2. A number is scored by its CRPS; a world that lacks it is as far from it as can be, and no number
   is put in its place. Its range does not depend on what was recorded, so that honest forecasts win
   and no error is above 1.
3. A perfect forecaster has skill 1 against every baseline; a world in which everything happens
   loses to one in which nothing does, and shuffled dates lose to the dates.
4. An input cannot change the score.
5. Patterns are those of one world: what it lacks it does not show.
6. A copy of the model under another seed cannot be told from it, and the same worlds are named so.
7. Figures of one episode are one piece of evidence: copies of them do not narrow an interval. The
   verdict is that of a test (its level: `test_coverage.py`), and the interval agrees with it.
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
from poruka.scoring.scored_figures import ScoredFigure, scored_figures
from poruka.scoring.skill import compare_scores, score_figures
from poruka.utils.errors import BadInput

MONTHS = 178


def figure(id, kind, value, high, episode="e", role="value", low=0.0):
    """Return a figure as a record would give it."""
    return ScoredFigure(id, id, role, episode, kind, value, "", "", low, high)


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


def test_a_count_is_scored_by_the_crps_of_its_logarithm():
    """Proposition 2: from none to one is as far as from one to three."""
    values = np.random.default_rng(4).integers(0, 12, 50).astype(float)
    one = figure("C", "count", 2.0, 15.0)
    found = score_of(one, pd.DataFrame({"C": values}))
    assert found == pytest.approx(
        crps(np.log2(1.0 + values), np.log2(3.0)) / np.log2(16.0), abs=1.0 / 400.0
    )
    none, three = (score_of(one._replace(value=1.0), pd.DataFrame({"C": [n]})) for n in (0.0, 3.0))
    assert none == pytest.approx(three) == pytest.approx(0.25)


def test_a_gap_is_scored_by_its_crps_and_may_be_negative():
    """Proposition 2: the range of a gap reaches as far before the first event as after it."""
    values = np.random.default_rng(3).integers(-30, 60, 40).astype(float)
    one = figure("P", "gap", 15.0, 178.0, role="pattern", low=-178.0)
    found = score_of(one, pd.DataFrame({"P": values}))
    assert found == pytest.approx(crps(values, 15.0) / 356.0, abs=1.0 / 400.0)
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


def recorded_as(figures, id, value):
    """Return a figure of a record as it would be scored had history given another value."""
    (one,) = (one for one in figures if one.id == id)
    return one._replace(value=value)


@pytest.mark.parametrize("chance", [0.2, 0.5, 0.8])
@pytest.mark.parametrize(("id", "other"), [("R277", 0.0), ("R176", 10.0), ("P02", -30.0)])
def test_an_honest_forecast_of_a_count_or_a_gap_is_the_best(chance, id, other):
    """Proposition 2: a number of the record is as recorded with a chance, and another one else.
    Over both histories no other share of worlds has a lower expected score; exactly, and with the
    figure as either history would give it.
    """
    record, figures = record_and_figures()
    values = record.set_index("id").loc[id, "value"], other
    histories = []
    for value in values:
        told = record.assign(value=record["value"].where(record["id"] != id, value))
        histories.append(recorded_as(scored_figures(told, kazakhstan(), MONTHS), id, value))
    assert histories[0] == recorded_as(figures, id, values[0])
    assert histories[0] == histories[1]._replace(value=values[0])

    def expected(share):
        first = round(100 * share)
        worlds = pd.DataFrame({id: [values[0]] * first + [values[1]] * (100 - first)})
        scores = [score_of(one, worlds) for one in histories]
        return chance * scores[0] + (1.0 - chance) * scores[1]

    shares = np.arange(0.0, 1.001, 0.05)
    assert shares[np.argmin([expected(share) for share in shares])] == pytest.approx(chance)


def test_equal_chances_do_not_know_what_was_recorded():
    """Proposition 2: nor does any range: another history has the same ones."""
    record, figures = record_and_figures()
    told = record.copy()
    counts = told["unit"] == "count"
    told.loc[counts, "value"] = 7.0
    others = scored_figures(told, kazakhstan(), MONTHS)
    assert counts.sum() == 4 and [one.high for one in others] == [one.high for one in figures]
    here, there = (plain_forecasts(told, {})[EQUAL_CHANCES] for told in (figures, others))
    pd.testing.assert_frame_equal(here.values, there.values)


def test_an_order_is_asked_of_all_events_and_not_only_of_those_that_happened():
    """Proposition 2: with a chance of a half two events come, A before B, and else neither does.
    Half of the worlds with both is the best forecast; were the question asked only where both
    happened, all of them would be.
    """
    order = figure("P", "order", 1.0, 1.0, role="pattern")

    def expected(share):
        both, scores = round(100 * share), []
        values = pd.DataFrame({"A": [3.0] * both + [np.inf] * (100 - both)})
        values["B"] = values["A"] + 2.0
        for months in ((3.0, 5.0), (np.inf, np.inf)):
            figures = (*map(event, "AB", months), order)
            scores.append(score_of(order, values, figures))
        return np.mean(scores)

    shares = np.arange(0.0, 1.001, 0.1)
    assert shares[np.argmin([expected(share) for share in shares])] == pytest.approx(0.5)


def test_no_forecast_errs_by_more_than_1():
    """Proposition 2: whatever worlds hold, and whatever was recorded."""
    _, figures = record_and_figures()
    for one in figures:
        ends = (one.low, one.high, 10.0 * one.high, -10.0 * one.high, np.inf, one.value)
        ends = (0.0, 1.0) if one.kind == "yes" else ends
        for value in ends if one.kind != "order" else ():
            for recorded in (one.low, one.high):
                told = one._replace(value=recorded)
                score = score_of(told, pd.DataFrame({one.id: [value]}))
                assert -1e-6 <= score <= 1.0 + 1e-6, (one.id, value, recorded)
    draw = np.random.default_rng(9)
    events = [one for one in figures if one.kind == "event"]
    (order,) = (one for one in figures if one.kind == "order")
    for months in (np.full(len(events), 5.0), draw.permutation(len(events)).astype(float)):
        worlds = pd.DataFrame([months], columns=[one.id for one in events])
        assert score_of(order, worlds, figures) <= 1.0 + 1e-6


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
    assert found.verdict == "better" and found.skill > 0.9
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
    by_hand = ((1 - shares[:, 0]) ** 2 + shares[:, 1] ** 2 + shares[:, 2] ** 2).sum()
    # Pairs AD, BD, CD, of which the record orders none: in no world, in 2, 2, 1 the other way.
    shares = np.array([[0, 2, 2], [0, 2, 2], [0, 1, 3]]) / 4.0
    by_hand += (shares[:, 0] ** 2 + shares[:, 1] ** 2 + (1 - shares[:, 2]) ** 2).sum()
    by_hand *= 0.5 / 6.0
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


def test_figures_of_one_episode_are_counted_together():
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


@pytest.mark.parametrize("episodes", [2, 5, 6])
def test_fewer_than_six_episodes_are_too_few_for_a_verdict(episodes):
    """Proposition 7: with six of them a forecast that is always right beats one always wrong."""
    figures = tuple(
        figure(f"{i}", "yes", 1.0, 1.0, f"e{i % episodes}", "pattern") for i in range(12)
    )
    sure = forecast({one.id: np.ones(50) for one in figures})
    wrong = forecast({one.id: np.zeros(50) for one in figures})
    assert skill(figures, sure, wrong).verdict == ("better" if episodes == 6 else "cannot tell")
    assert skill(figures, wrong, sure).verdict == ("worse" if episodes == 6 else "cannot tell")


def test_a_forecast_that_was_right_six_times_by_luck_is_not_better():
    """Proposition 7: that nothing happens, with six events that had a chance of a quarter, against
    worlds that know this chance only as a half. Both err by as much on average.
    """
    figures = tuple(figure(f"{i}", "yes", 0.0, 1.0, f"e{i}", "pattern") for i in range(6))
    half = forecast({one.id: np.arange(50) % 2 for one in figures})
    never = forecast({one.id: np.zeros(50) for one in figures})
    found = skill(figures, never, half)
    assert found.skill == 1.0 and found.verdict == "cannot tell"


def test_the_interval_of_a_skill_agrees_with_the_verdict():
    """Proposition 7: over 300 draws of ten episodes, of which some are better and some worse."""
    draw, told = np.random.default_rng(12), set()
    figures = tuple(figure(f"{i}", "yes", 1.0, 1.0, f"e{i // 2}", "pattern") for i in range(20))
    names = [one.id for one in figures]
    for _ in range(300):
        model, baseline = (
            forecast(
                pd.DataFrame(draw.uniform(size=(20, 20)) < draw.beta(4, 4, 20), columns=names)
                .astype(float)
                .assign(**{name: 1.0 for name in names[: draw.integers(0, 20)]})
            )
            for _ in range(2)
        )
        found = skill(figures, model, baseline)
        assert found.low <= found.skill <= found.high <= 1.0
        expected = {"better": found.low > 0.0, "worse": found.high < 0.0}
        assert expected.get(found.verdict, found.low <= 0.0 <= found.high)
        told.add(found.verdict)
    assert told == {"better", "worse", "cannot tell"}


@pytest.mark.parametrize("country", ["kazakhstan", "russia"])
def test_the_record_names_what_did_not_happen(country):
    """Proposition 8."""
    scenario = pk.load(country, numbers="declared")
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
    assert score.worlds == 20
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
        scenario = pk.load(country, numbers="declared")
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
    axes = card.draw()
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
    plt.close(axes[0].get_figure())


def test_a_run_that_is_itself_the_plain_forecast_is_scored_all_the_same():
    """Proposition 12: one world of one month, in which nothing has happened."""
    score = pk.simulate("kazakhstan", worlds=1, until="1990-03", progress=False).score()
    plain = score.skill.query("baseline == @NOTHING_CHANGES")
    assert len(plain) and set(plain["verdict"]) == {"the same worlds"}
