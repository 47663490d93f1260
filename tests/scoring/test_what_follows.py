"""What follows the record's first part: figures of later months only, accounts set side by side.

1. A figure that needs a month before the first is refused, be it in its measure, in the file or by
   the record's date; so is what reads a whole run, and what the record does not hold.
2. What a world holds before the first month changes no figure; the first event is the first from
   then on. The shipped list has, for both countries, as many events that could have come and did
   not as events that came.
3. A rival that is the model itself cannot be told from it, by the same worlds or by others; one
   that plays the record exactly wins, figure by figure and over all, and explains what it wins.
4. A handover that is forced happens in the month in which it is forced, under every account that
   is scored; an account under which it never happens is left out.
5. Rivals have their numbers from the targets of the main fit, those nearest to the record.
6. What was played is not played again, and what was cut short is; other numbers are other worlds.
7. The page says that nothing is fitted and who wrote the rules, and what is explained by whom.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from command_ends import main_ends
from worlds import kazakhstan

from poruka import load, simulate
from poruka.analysis.record_fit.history_player import HistoryPlayer, with_listed_draws
from poruka.analysis.record_fit.nearest_draws import distance_to
from poruka.analysis.record_fit.number_table import NumberTable
from poruka.analysis.record_fit.target_signal import measure_signal
from poruka.experiments import later_play
from poruka.experiments.catalogue import read_experiment
from poruka.experiments.later_models import CHAPTER, RivalFit, accounts_of, fit_rival, prior_rows
from poruka.experiments.later_play import PlayedHistory, keep_or_play, play_history
from poruka.experiments.later_scores import (
    compare_figures,
    compare_republics,
    compare_together,
    list_explained,
    score_history,
)
from poruka.experiments.record_gate import targets_of
from poruka.experiments.result_folder import changed_inputs, files_beside
from poruka.experiments.run import run_experiment
from poruka.experiments.what_follows_stage import (
    BOTH,
    LaterReport,
    fit_of,
    histories_of,
    score_what_follows,
)
from poruka.reports.what_follows_page import write_what_follows_page
from poruka.reports.what_follows_tables import RIVAL_MEANINGS
from poruka.rivals import RIVALS
from poruka.scenario.record_draws import format_draw_table, parse_draw_table, resolve_draws_name
from poruka.scoring.later_figures import LATER_COLUMNS, evaluate_later, read_later_figures
from poruka.scoring.score import ALL_PARTS
from poruka.scoring.skill import BETTER, CANNOT_TELL, SAME_WORLDS, WORSE
from poruka.utils.errors import BadInput

EXPERIMENT = Path(__file__).parents[2] / "experiments" / "10_what_follows"
FIRST = "1998-10"
DEAD = [{"date": "1999-12", "force": ["heir.unknown", "president.dies"]}]
SMALL = """
question = "What follows in small, tried out on one history of one country?"
seed = 3

[what_follows]
pool = 40
kept = 20
worlds = 20
republic_draws = 5

[[what_follows.history]]
label = "Kazakhstan"
scenario = "kazakhstan"
"""


def shipped():
    """Return the experiment of the house."""
    return read_experiment(EXPERIMENT / "experiment.toml")


def written_figures(folder: Path, **changed: str) -> Path:
    """Write a file with one figure, changed as given."""
    row = {
        "country": "kazakhstan",
        "fact": "R278",
        "quantity": "month movement 1",
        "first_month": "2001-11",
        "label": "movement",
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "figures.csv"
    pd.DataFrame([row | changed])[list(LATER_COLUMNS)].to_csv(path, index=False)
    return path


REFUSED = {
    "series control 1998-09": "needs 1998-09, which is before 1998-10",
    "less series control 2004-12 | series control 1998-06": "needs 1998-06",
    "count premier_dismissal 1998-01..2003-12": "needs 1998-01",
    "growth 1999": "needs 1998-01",
    "outcome apogee_month": "a whole run",
    "is first_successor unknown": "a whole run",
    "at control dissolution 1": "a whole run",
}


@pytest.mark.parametrize("quantity", REFUSED)
def test_a_figure_of_earlier_months_is_refused(tmp_path, quantity):
    """Proposition 1."""
    with pytest.raises(BadInput, match=REFUSED[quantity]):
        read_later_figures(written_figures(tmp_path, quantity=quantity), FIRST)


def test_the_file_and_the_record_have_to_agree_on_the_months(tmp_path):
    """Proposition 1."""
    assert len(read_later_figures(written_figures(tmp_path), FIRST)) == 1
    with pytest.raises(BadInput, match="needs 1998-09"):
        read_later_figures(written_figures(tmp_path, first_month="1998-09"), FIRST)
    (tmp_path / "experiment.toml").write_text(SMALL)
    mine = read_experiment(tmp_path / "experiment.toml")
    # By the record the bid was in the middle of 1998; the file alone does not show it.
    for fact, measure, said in (
        ("R393", "month premier_bid 1", "R393 of kazakhstan lies before 1998-10"),
        ("P14", "month premier_bid 1", "is of another kind than P14"),
    ):
        written_figures(tmp_path, fact=fact, quantity=measure, first_month=FIRST)
        with pytest.raises(BadInput, match=said):
            histories_of(mine)
    written_figures(tmp_path)
    assert [figure.value for figure in histories_of(mine)[0].figures] == [140 - 103]
    written_figures(tmp_path, fact="R068", quantity="month independence 1", first_month=FIRST)
    with pytest.raises(BadInput, match="R068 of kazakhstan is no fact that is scored"):
        histories_of(mine)
    main_ends(["experiment", "run", str(tmp_path)], 2)
    with pytest.raises(BadInput, match="poruka experiment run"):
        run_experiment(mine)


def test_what_came_before_changes_no_figure():
    """Proposition 2: ten worlds, with everything before the first month taken away or doubled."""
    one = histories_of(shipped())[0]
    scenario = load("kazakhstan").with_draws("prior")
    run = simulate(scenario, worlds=10, seed=6, progress=False)
    values = evaluate_later(one.figures, run, scenario, FIRST)
    first = scenario.month_of(FIRST)

    class Changed:
        outcomes = run.outcomes
        series = run.series.where(run.series["month"] >= np.datetime64(FIRST, "ns"), 7.0)
        events = run.events[run.events["month"] >= first]

    class Doubled(Changed):
        events = pd.concat([run.events[run.events["month"] < first], run.events])

    assert (run.events["month"] < first).any()
    for other in (Changed, Doubled):
        pd.testing.assert_frame_equal(values, evaluate_later(one.figures, other, scenario, FIRST))
    # The test can fail: figures of the whole run do see the earlier months.
    whole = evaluate_later(one.figures, run, scenario, "1990-03")
    assert not whole["N01"].equals(values["N01"] + first)
    # A month counts from the first one, and nothing that came lies before it.
    events = [figure.id for figure in one.figures if figure.kind == "event"]
    assert (values[events].min() >= 0.0).all()


def test_the_shipped_list_has_events_that_did_not_come():
    """Proposition 2."""
    for one in histories_of(shipped()):
        events = [figure for figure in one.figures if figure.kind == "event"]
        came = [figure for figure in events if np.isfinite(figure.value)]
        assert came and len(events) >= 2 * len(came)
        assert len({figure.episode for figure in one.figures}) >= 6
        assert {figure.role for figure in one.figures} == {"event", "value", "pattern", "growth"}
        assert ("R270" in {figure.id for figure in one.figures}) == (one.history.label == "Russia")
    assert fit_of(shipped()).name == "09_numbers_from_the_record"
    assert list(files_beside(shipped())) == ["figures.csv", f"{resolve_draws_name('record')}.csv"]


# --- planted accounts ----------------------------------------------------------------------------
def exact_values(figures, worlds=60):
    """Return worlds that all play the record."""
    return pd.DataFrame(
        {figure.id: np.full(worlds, figure.value) for figure in figures if figure.kind != "order"}
    )


def loose_values(figures, seed, worlds=60):
    """Return worlds that know nothing: half of them lack an event, and any month is as likely."""
    rng, values = np.random.default_rng(seed), {}
    for figure in figures:
        if figure.kind == "order":
            continue
        drawn = rng.uniform(figure.low, figure.high, worlds)
        if figure.kind == "yes":
            drawn = np.floor(2.0 * drawn)
        elif figure.kind == "event":
            drawn[rng.random(worlds) < 0.5] = np.inf
        values[figure.id] = drawn
    return pd.DataFrame(values)


def planted(one, changed_hands=1.0, **accounts):
    """Return a history scored with planted worlds of the chapter's rules and of rivals."""
    played = {
        name.replace("_", " "): PlayedHistory(values, {}, changed_hands)
        for name, values in accounts.items()
    }
    played = {CHAPTER: played.pop("chapter"), **played}
    levels = {"control": 0.5, "monolith": 0.5}
    played[CHAPTER] = played[CHAPTER]._replace(levels=levels)
    return score_history(one, played, FIRST)


def test_a_rival_that_is_the_model_itself_cannot_be_told_from_it():
    """Proposition 3: the same worlds, and others of the same kind."""
    for one in histories_of(shipped()):
        own = loose_values(one.figures, 1)
        scored = planted(
            one, chapter=own, age_clock=own.copy(), diffusion=loose_values(one.figures, 2)
        )
        each = compare_figures(scored).set_index("account")
        assert set(each.loc["age clock", "verdict"]) == {CANNOT_TELL}
        assert (each.loc["age clock", "gain"] == 0.0).all()
        # Each figure by itself at 5 %: a few of thirty may be told by chance.
        assert (each.loc["diffusion", "verdict"] != CANNOT_TELL).mean() < 0.2
        together = compare_together(one.history.label, [scored])
        overall = together[together["part"] == ALL_PARTS].set_index("account")["verdict"]
        assert overall["age clock"] == SAME_WORLDS and overall["diffusion"] == CANNOT_TELL
        assert (list_explained(scored)["nearer"] != "").mean() < 0.1


def test_a_rival_that_plays_the_record_wins():
    """Proposition 3; and the other way round."""
    histories = histories_of(shipped())
    scored = [
        planted(
            one,
            chapter=loose_values(one.figures, 1),
            age_clock=exact_values(one.figures),
            diffusion=loose_values(one.figures, 2),
        )
        for one in histories
    ]
    for one in scored:
        each = compare_figures(one).query("account == 'age clock'")
        assert (each["verdict"] == WORSE).all() and (each["high"] < 0.0).all()
        explained = list_explained(one).query("rival == 'age clock'")
        assert (explained["nearer"] == "age clock").all()
        never = [figure.id for figure in one.figures if figure.value == np.inf]
        assert set(explained[explained["by_silence"]]["id"]) == set(never)
    together = compare_together(BOTH, scored[:2])
    overall = together[together["part"] == ALL_PARTS].set_index("account")
    assert overall.loc["age clock", "verdict"] == WORSE
    assert overall.loc["age clock", "episodes"] > 12
    assert overall.loc["diffusion", "verdict"] == CANNOT_TELL
    turned = planted(
        histories[0],
        chapter=exact_values(histories[0].figures),
        age_clock=loose_values(histories[0].figures, 1),
    )
    assert (compare_figures(turned)["verdict"] == BETTER).mean() > 0.5
    assert set(list_explained(turned)["nearer"]) == {CHAPTER}


# --- played accounts -----------------------------------------------------------------------------
def few_draws(count=4):
    """Return draws from the ranges for the chapter's rules and every rival."""
    table = NumberTable()
    rows = [table.values(row) for row in prior_rows(count, 5)]
    return dict.fromkeys([CHAPTER, *RIVALS], parse_draw_table(format_draw_table(rows), "few"))


def test_a_forced_handover_happens_in_its_month():
    """Proposition 4: four worlds under the chapter's rules and under each rival."""
    loaded = shipped()
    free, forced = histories_of(loaded)[1:]
    assert forced.history.happen == DEAD and forced.history.put_in == ["R270"]
    month = free.scenario.month_of("1999-12")
    accounts = accounts_of(forced.scenario, few_draws())
    for name in (CHAPTER, *RIVALS):
        run = simulate(accounts[name], worlds=4, seed=2, until="2000-01", progress=False)
        passed = run.events[run.events["kind"].astype(str) == "accession"]
        assert set(passed[passed["month"] == month]["world"]) == {0, 1, 2, 3}, name
    # The test can fail: where nothing is forced, the seat does not pass in that month.
    calm = accounts_of(free.scenario, few_draws())[CHAPTER]
    run = simulate(calm, worlds=4, seed=2, until="2000-01", progress=False)
    passed = run.events[run.events["kind"].astype(str) == "accession"]
    assert len(set(passed[passed["month"] == month]["world"])) < 4


def test_who_cannot_play_a_forced_history_is_left_out():
    """Proposition 4."""
    forced = histories_of(shipped())[2]
    own = loose_values(forced.figures, 1)
    scored = planted(forced, chapter=own, diffusion=loose_values(forced.figures, 2))
    assert "diffusion" in scored.scores and set(scored.changed_hands["share"]) == {1.0}
    played = {
        CHAPTER: PlayedHistory(own, {"control": 0.5, "monolith": 0.5}, 0.7),
        "no ageing": PlayedHistory(own, {}, 0.0),
    }
    assert "no ageing" not in score_history(forced, played, FIRST).scores
    with pytest.raises(BadInput, match="never passes in the month"):
        planted(forced, changed_hands=0.0, chapter=own)


def test_a_rival_is_set_from_the_same_targets(tmp_path):
    """Propositions 5 and 6: the kept draws are the nearest; a second call plays nothing."""
    targets, rows = targets_of(fit_of(shipped())), prior_rows(40, 4)
    fit = fit_rival("age clock", targets, rows, 20, 4, tmp_path)
    assert len(fit.draws.rows) == 20 and fit.played + fit.failed == 40
    assert "K-R083" in fit.unmoved  # it is silent about constitutions
    player = HistoryPlayer(targets, 4, tmp_path, rival="age clock")
    outputs = player.play(0, rows)
    signal = measure_signal(rows, outputs, 4)
    record = targets.record(player.months)
    far = distance_to(record, outputs, signal.scale, signal.weights)
    near = np.argsort(far, kind="stable")[:20]
    assert fit.tolerance == far[near].max() <= np.delete(far, near).min()
    column = fit.draws.keys.index("age_clock.patience")
    kept = sorted(row[column] for row in fit.draws.rows)
    own = player.table.keys.index("age_clock.patience")
    assert kept == pytest.approx(sorted(rows[near, own]), abs=1e-4)
    files = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    again = fit_rival("age clock", targets, rows, 20, 4, tmp_path)
    assert again == fit
    assert files == {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    other = fit_rival("diffusion", targets, rows, 20, 4, tmp_path)
    assert other.draws.digest != fit.draws.digest and len(list(tmp_path.iterdir())) == 2
    with pytest.raises(BadInput, match="too few to keep"):
        fit_rival("age clock", targets, rows, 21, 4, tmp_path)


def test_what_was_played_is_not_played_again(tmp_path, monkeypatch):
    """Proposition 6: a history of four worlds; stopped on the way, the file is whole or absent."""
    one = histories_of(shipped())[0]
    rows = few_draws()[CHAPTER]
    scenario = accounts_of(one.scenario, few_draws())[CHAPTER]
    assert scenario.for_world(1, 2).params().oligarchs.inertia == pytest.approx(
        dict(zip(rows.keys, rows.rows[2], strict=True))["oligarchs.inertia"]
    )
    first = play_history(one, CHAPTER, scenario, FIRST, 4, 2, rows.digest, tmp_path)
    kept = list(tmp_path.iterdir())
    assert len(kept) == 1 and len(first.values) == 4

    def refuse(*_: object, **__: object):
        raise KeyboardInterrupt

    monkeypatch.setattr(later_play, "simulate_in_memory", refuse)
    again = play_history(one, CHAPTER, scenario, FIRST, 4, 2, rows.digest, tmp_path)
    pd.testing.assert_frame_equal(again.values, first.values)
    for changed in ({"seed": 3}, {"worlds": 5}, {"drawn_from": "other"}):
        given = {"worlds": 4, "seed": 2, "drawn_from": rows.digest} | changed
        with pytest.raises(KeyboardInterrupt):
            play_history(one, CHAPTER, scenario, FIRST, folder=tmp_path, **given)
    assert list(tmp_path.iterdir()) == kept
    kept[0].write_text(kept[0].read_text()[:200])
    with pytest.raises(KeyboardInterrupt):
        play_history(one, CHAPTER, scenario, FIRST, 4, 2, rows.digest, tmp_path)
    monkeypatch.undo()
    mended = play_history(one, CHAPTER, scenario, FIRST, 4, 2, rows.digest, tmp_path)
    pd.testing.assert_frame_equal(mended.values, first.values)
    assert keep_or_play(None, "x", 1, lambda: {"a": 1}) == {"a": 1}
    # Worlds that share a draw: two each.
    paired = with_listed_draws(
        kazakhstan(), [{"oligarchs.inertia": 0.2}, {"oligarchs.inertia": 0.4}], worlds_each=2
    )
    drawn = [paired.for_world(1, world).params().oligarchs.inertia for world in range(4)]
    assert drawn == [0.2, 0.2, 0.4, 0.4]


# --- the page ------------------------------------------------------------------------------------
def planted_countries():
    """Return groups of two republics: the chapter's rules right, the rivals wrong."""
    rows = []
    for account in (CHAPTER, *RIVALS):
        for country, group in (("estonia", 1), ("moldova", 1), ("belarus", 2)):
            shown = group if account == CHAPTER else 3
            shares = {
                f"{name}_{k}": float(k == shown)
                for name in ("group", "low", "high", "drawn", "drawn_low", "drawn_high")
                for k in (1, 2, 3)
            }
            names = {"account": account, "scenario": country, "country": country.title()}
            rows.append(names | {"expected": float(group)} | shares)
    return pd.DataFrame(rows)


def planted_report(loaded):
    """Return a report in which the age clock plays the record and the others know nothing."""
    scored = []
    for one in histories_of(loaded):
        accounts = {name: loose_values(one.figures, k) for k, name in enumerate(RIVALS, start=2)}
        accounts |= {"age clock": exact_values(one.figures)}
        named = {name.replace(" ", "_"): values for name, values in accounts.items()}
        scored.append(planted(one, chapter=loose_values(one.figures, 1), **named))
    targets = targets_of(fit_of(loaded))
    draws = few_draws()
    rival = {name: later_fit(draws[name], targets) for name in RIVALS}
    countries = planted_countries()
    return LaterReport(
        draws[CHAPTER],
        rival,
        pd.concat([one.shown for one in scored], ignore_index=True),
        pd.concat([compare_figures(one) for one in scored], ignore_index=True),
        pd.concat([list_explained(one) for one in scored], ignore_index=True),
        pd.concat([compare_together(one.label, [one]) for one in scored], ignore_index=True),
        pd.concat([one.changed_hands for one in scored], ignore_index=True),
        countries,
        compare_republics(countries),
    )


def later_fit(draws, targets):
    """Return a fit of a rival as it would stand on the page."""
    return RivalFit(draws, 40, 0, 0.9, (targets.rows[0].id,))


def test_the_page_says_what_it_is_and_who_explains_what(tmp_path):
    """Proposition 7."""
    loaded = shipped()
    page = write_what_follows_page(loaded, planted_report(loaded), tmp_path, "the command")
    text = page.read_text()
    assert "written by readers who know\n1999–2004" in text and "*not fitted*" in text
    assert "out of sample" not in text and "{{" not in text and "nan" not in text.split()
    assert "the command" in text and loaded.experiment.question in text
    clock = next(line for line in text.splitlines() if line.startswith("Against **age clock**"))
    assert "rules are nearer to the record on: nothing." in clock
    assert (
        "Age clock is nearer on: early" in clock
        and "(by silence: no house is dissolved; no" in clock
    )
    assert "better than proximity voting" in text  # of the republics
    for name in ("skill", "verdicts"):
        assert (tmp_path / "result" / "figures" / f"{name}.png").stat().st_size > 5000
    assert len(list((tmp_path / "result" / "draws").glob("*.csv"))) == len(RIVALS)
    assert changed_inputs(loaded, tmp_path / "result") == []
    assert list(RIVAL_MEANINGS) == list(RIVALS)


@pytest.mark.slow
def test_a_small_experiment_goes_on_where_it_was_stopped(tmp_path, monkeypatch):
    """Propositions 6 and 7, from the file to the page: stopped among the histories, then whole."""
    (tmp_path / "experiment.toml").write_text(SMALL)
    figures = (EXPERIMENT / "figures.csv").read_text().splitlines()
    own = [line for line in figures if not line.startswith("russia")]
    (tmp_path / "figures.csv").write_text("\n".join(own) + "\n")
    loaded, stages = read_experiment(tmp_path / "experiment.toml"), []

    def stop(stage: str, done: int, total: int) -> None:
        stages.append(stage)
        if "every account" in stage and done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score_what_follows(loaded, tmp_path / "worlds", stop)
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "worlds").rglob("*.*")}
    report = score_what_follows(loaded, tmp_path / "worlds")
    assert kept and all(path.stat().st_mtime_ns == at for path, at in kept.items())
    monkeypatch.setattr(later_play, "simulate_in_memory", lambda *_, **__: 1 / 0)
    again = score_what_follows(loaded, tmp_path / "worlds")
    for name in ("each", "parts", "explained", "countries", "republics"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(report, name))
    assert not {"kazakhstan", "russia"} & set(report.countries["scenario"])
    write_what_follows_page(loaded, report, tmp_path / "out", "the command")
