"""Every share and timing has two intervals: of chance at the numbers as they are, and over the
numbers.

1. The interval over the numbers is that of expected values: planted numbers of known spread are
   found, without the chance of single worlds; where they do nothing it is as narrow as its mean.
2. `run`, `show`, their JSON and the page give both, with the draws and worlds they rest on.
3. Where the worlds over the numbers were not played, each says so and how to have them.
4. Worlds that fail under drawn numbers are counted and said, also where none of a draw is left.
5. The worlds at the numbers as they are stay the same with and without them.
"""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from command_ends import main_ends
from failing_worlds import break_worlds
from worlds import kazakhstan

from poruka import compare, load, open_run, simulate
from poruka.cli.run_report import build_run_summary
from poruka.cli.summary import print_summary
from poruka.reports.fork_page import write_fork_page
from poruka.reports.run_page import write_run_page
from poruka.scenario.number_draws import NumberDraws
from poruka.scenario.schema import Expectation
from poruka.simulation.over_numbers import (
    NOT_PLAYED,
    describe_over_numbers,
    estimate_over_numbers,
    outcome_shares_over_numbers,
    share_over_numbers,
)
from poruka.theory.counterfactuals.over_numbers import decide_over_numbers
from poruka.theory.counterfactuals.run import BORNE_OUT, CONTRADICTED, INCONCLUSIVE
from poruka.utils.draw_statistics import DIFFERENCE_OF_SHARES, DrawEstimate, estimate_over_draws
from poruka.utils.errors import BadInput

SHORT = {"until": "1991-12", "progress": False}


def planted(expected, each=5, seed=1):
    """Return a run over the numbers in which draw k ends by coup with a given probability."""
    rng = np.random.default_rng(seed)
    coups = rng.uniform(size=(len(expected), each)) < np.asarray(expected)[:, None]
    outcomes = pd.DataFrame(
        {
            "world": np.arange(coups.size),
            "outcome": np.where(coups.ravel(), "palace_coup", "incumbent"),
            "furman_group": np.where(coups.ravel(), 2, 3),
        }
    )
    scenario = SimpleNamespace(name="planted", parameter_draws=NumberDraws(each))
    return SimpleNamespace(outcomes=outcomes, scenario=scenario, worlds=coups.size, failures=())


def test_planted_numbers_of_known_spread_are_found():
    """Proposition 1: numbers that move a share between 20 and 60 % evenly, between 0 and 100 %,
    and not at all; with five worlds a draw single draws range from 0 to 100 % in all three.
    """
    for low, high in ((0.2, 0.6), (0.0, 1.0), (0.4, 0.4)):
        expected = np.linspace(low, high, 200)
        run = planted(np.random.default_rng(5).permutation(expected))
        share = outcome_shares_over_numbers(run)["palace_coup"]
        by_draw = run.outcomes["outcome"].eq("palace_coup").groupby(run.outcomes["world"] // 5)
        assert by_draw.mean().min() == 0.0
        if low == high:
            assert share.low > 0.3 and share.high < 0.5 and share.part < 0.05
            continue
        middle, reach = (low + high) / 2.0, 0.475 * (high - low)
        assert share.mean == pytest.approx(middle, abs=0.06)
        assert share.low == pytest.approx(middle - reach, abs=0.08)
        assert share.high == pytest.approx(middle + reach, abs=0.08)
        assert share.draws == 200 and share.worlds == 1000


def test_luck_and_numbers_are_not_told_apart_with_one_world_a_draw():
    """Proposition 1: the mean has its interval, the spread has none."""
    share = share_over_numbers(
        run := planted(np.full(60, 0.5), each=1), run.outcomes["outcome"] == "palace_coup"
    )
    assert share.mean_low < share.mean < share.mean_high and np.isnan(share.low)
    months = estimate_over_numbers(run, np.arange(60.0))
    assert months.mean == 29.5 and np.isnan(months.high)
    with pytest.raises(BadInput, match="were not drawn from their ranges"):
        share_over_numbers(simulate(kazakhstan(), worlds=2, **SHORT), [True, False])


def test_a_draw_that_lost_worlds_counts_once():
    """Propositions 1 and 4: each draw counts the same, however many of its worlds are left."""
    run = planted([0.0] * 10 + [1.0] * 10)
    run.outcomes = run.outcomes.iloc[list(range(52)) + list(range(95, 100))]
    share = share_over_numbers(run, run.outcomes["outcome"] == "palace_coup")
    assert share.mean == pytest.approx(2.0 / 12.0) and share.draws == 12
    assert describe_over_numbers(SimpleNamespace(**vars(run))).startswith(
        "20 draws of all numbers of the rules from their ranges (of 8 no world is left)"
    )


def test_a_run_gives_both_intervals(tmp_path, capsys):
    """Propositions 2 and 5: printed, as JSON, read again, and on the page."""
    out = tmp_path / "run"
    given = ["run", "kazakhstan", "--set", "clans.rooting=0.02", "-n", "6", "--until", "1991-12"]
    given += ["--draws", "prior:4x3"]
    main_ends([*given, "--out", str(out)], 0)
    printed = " ".join(capsys.readouterr().out.split())
    for said in (
        "over the numbers 4 draws of 3 worlds",
        "95 %, chance",
        "95 %, numbers",
        "over the numbers: 4 draws of all numbers of the rules from their ranges",
        "Expected key figures",
        "the incumbent stays, without ethnic war: ",
        "; over the numbers ",
    ):
        assert said in printed, said
    main_ends(["show", str(out), "--json"], 0)
    shown = json.loads(capsys.readouterr().out)
    main_ends([*given, "--json"], 0)
    assert json.loads(capsys.readouterr().out)["over_numbers"] == shown["over_numbers"]
    over = shown["over_numbers"]
    assert (over["draws"], over["worlds_each"], over["worlds"]) == (4, 3, 12)
    stays = over["outcomes"]["incumbent"]
    assert 0.0 <= stays["low"] <= stays["mean_low"] <= stays["mean"] <= stays["high"] <= 1.0
    assert set(over["furman_groups"]) == {"1", "2", "3"} and "apogee_month" in over["figures"]
    assert set(shown["headlines"]) == set(over["headlines"]) and "ethnic war" in over["headlines"]
    page = (out / "report.html").read_text()
    for said in ("95 % over the numbers", "Over the numbers: 4 draws", "--draws prior:4x3"):
        assert said in page, said
    plain = simulate(load("kazakhstan").change({"clans.rooting": 0.02}), worlds=6, **SHORT)
    assert open_run(out).outcomes.equals(plain.outcomes)
    assert open_run(out).over_numbers.scenario.for_world(1, 7).params().clans.rooting == 0.02


def test_where_they_were_not_played_every_output_says_so(tmp_path, capsys):
    """Proposition 3."""
    asked = ["run", "kazakhstan", "-n", "4", "--until", "1991-06", "--draws", "none"]
    main_ends([*asked, "--out", str(tmp_path / "r")], 0)
    assert NOT_PLAYED in capsys.readouterr().out
    main_ends(["show", str(tmp_path / "r"), "--json"], 0)
    assert json.loads(capsys.readouterr().out)["over_numbers"] is None
    assert NOT_PLAYED[1:] in (tmp_path / "r" / "report.html").read_text()
    main_ends(["run", "kazakhstan", "-n", "4", "--draws", "posterior"], 2)
    assert "write record" in capsys.readouterr().err


def test_worlds_that_fail_under_drawn_numbers_are_said(tmp_path, monkeypatch, capsys):
    """Proposition 4: of four draws of three worlds one loses a world and one all of them; where
    none is left at all, that is said.
    """
    whole = simulate(kazakhstan(), worlds=3, over_numbers="prior:4x3", **SHORT)
    break_worlds(monkeypatch, 4, 6, 7, 8)
    run = simulate(kazakhstan(), worlds=3, over_numbers="prior:4x3", **SHORT)
    assert run.coverage == "3 worlds" and run.outcomes.equals(whole.outcomes)
    said = "4 draws of all numbers of the rules from their ranges (of 1 no world is left); 8 of 12"
    assert describe_over_numbers(run.over_numbers) == f"{said} worlds (4 failed)"
    page = write_run_page(run, tmp_path / "page").read_text()
    assert f"Over the numbers: {said} worlds (4 failed)" in page
    break_worlds(monkeypatch, *range(3, 12))
    given = ["run", "kazakhstan", "-n", "3", "--until", "1991-12", "--draws", "prior:4x3"]
    main_ends([*given, "--json"], 0)
    counts = json.loads(capsys.readouterr().out)["over_numbers"]
    assert (counts["available"], counts["failed"]) == (3, 9)


def test_effects_are_paired_by_seed_and_draw(tmp_path, capsys):
    """Propositions 2 and 3: kept, compared again, on the page of a fork; a run that lacks the
    worlds over the numbers is named.
    """
    kept = {"worlds": 6, "seed": 3, "until": "1992-06", "progress": False}
    for name, change in (("one", {}), ("other", {"clans.rooting": 0.02})):
        spec = kazakhstan().change(change)
        simulate(spec, over_numbers="prior:4x3", out=tmp_path / name, **kept)
    runs = [open_run(tmp_path / name) for name in ("one", "other")]
    first, second = (run.over_numbers.scenario.for_world(3, 7).params() for run in runs)
    assert first.oligarchs == second.oligarchs and second.clans.rooting == 0.02
    assert first.clans._replace(rooting=0.02) == second.clans
    main_ends(["compare", *(str(tmp_path / name) for name in ("one", "other"))], 0)
    printed = " ".join(capsys.readouterr().out.split())
    assert "Over the numbers: 4 draws of all numbers from their ranges; 12 pairs" in printed
    main_ends(["compare", *(str(tmp_path / name) for name in ("one", "one")), "--json"], 0)
    over = json.loads(capsys.readouterr().out)["over_numbers"]
    assert all(row["mean"] == 0.0 for row in over["outcomes"] + over["differences"])
    plain = simulate(kazakhstan(), **kept)
    assert f"{NOT_PLAYED} to the branch" in str(compare(runs[1], plain))
    assert str(compare(plain, plain)).endswith("All pairs are identical throughout.")
    by_twos = simulate(kazakhstan(), over_numbers="prior:6x2", **kept)
    with pytest.raises(BadInput, match="paired by seed and draw"):
        compare(runs[0], by_twos).over_numbers  # noqa: B018 - the two are paired here
    alone = compare(*(run.over_numbers for run in runs))
    assert alone.over_numbers is alone and "Over the numbers: 4 draws" in str(alone)
    page = write_fork_page(compare(*runs), tmp_path / "page", traced_pairs=1).read_text()
    assert "95 % over the numbers" in page and "4 draws of all numbers" in page


def test_planted_effects_over_the_numbers_are_found():
    """Proposition 1: an effect of 0.3 in every draw, of -0.2 to 0.8, and of none at all."""
    rng, draws = np.random.default_rng(3), np.repeat(np.arange(200), 5)
    for low, high in ((0.3, 0.3), (-0.2, 0.8), (0.0, 0.0)):
        effect = rng.permutation(np.linspace(low, high, 200))[draws]
        values = np.where(rng.uniform(size=1000) < np.abs(effect), np.sign(effect), 0.0)
        found = estimate_over_draws(values, draws, DIFFERENCE_OF_SHARES)
        assert found.mean_low <= (low + high) / 2.0 <= found.mean_high
        middle, reach = (low + high) / 2.0, 0.475 * (high - low)
        off = 0.2  # single draws range from -1 to 1, and the tails of a beta reach further
        assert found.low == pytest.approx(middle - reach, abs=off)
        assert found.high == pytest.approx(middle + reach, abs=off)


def test_the_crossing_has_both_intervals(tmp_path, capsys):
    """Propositions 2 and 3."""
    given = ["crossing", "-n", "4", "--out", str(tmp_path / "c")]
    main_ends([*given, "--draws", "prior:3x2", "--json"], 0)
    found = json.loads(capsys.readouterr().out)
    over = found["over_numbers"]
    crossed = over["crossed"]
    assert crossed["low"] <= crossed["mean"] <= crossed["high"] and crossed["worlds"] <= 6
    for apogee in (*found["apogees"], *over["apogees"]):
        assert apogee["name"] in ("kazakhstan", "russia")
    low, high = found["apogees"][0]["in_height_95"]
    assert low <= found["apogees"][0]["in_height"] <= high
    main_ends([*given, "--draws", "none"], 0)
    printed = capsys.readouterr().out
    assert NOT_PLAYED in printed and "95 % of draws" not in printed
    main_ends([*given, "--draws", "prior:3x2"], 0)
    assert "3 draws of all numbers" in " ".join(capsys.readouterr().out.split())


def test_the_groups_of_countries_have_both_intervals(capsys):
    """Propositions 2 and 3."""
    given = ["groups", "estonia", "-n", "4"]
    main_ends([*given, "--draws", "prior:4x3", "--json"], 0)
    found = json.loads(capsys.readouterr().out)
    country = found["countries"][0]
    assert found["over_numbers"] == "prior:4x3" and "4 draws" in country["over_numbers"]
    for group in (1, 2, 3):
        assert country[f"low_{group}"] <= country[f"group_{group}"] <= country[f"high_{group}"]
        low, high = country[f"drawn_low_{group}"], country[f"drawn_high_{group}"]
        assert 0.0 <= low <= country[f"drawn_{group}"] <= high <= 1.0
    assert sum(country[f"drawn_{group}"] for group in (1, 2, 3)) == pytest.approx(1.0)
    main_ends([*given, "--draws", "prior:4x3"], 0)
    assert "4 draws of all numbers" in " ".join(capsys.readouterr().out.split())
    main_ends([*given, "--draws", "none"], 0)
    assert NOT_PLAYED in capsys.readouterr().out


def test_paths_have_both_intervals(tmp_path, capsys):
    """Propositions 2 and 3: a death forced in every world is felt in every draw of the numbers."""
    given = ["paths", "run", "E01", "-n", "3", "--out", str(tmp_path / "p")]
    main_ends([*given, "--draws", "prior:3x2", "--json"], 0)
    rows = json.loads(capsys.readouterr().out)
    assert rows and all(row["over_numbers"]["id"] == row["id"] == "E01" for row in rows)
    for row in rows:
        over = row["over_numbers"]
        assert over["quantity"] == row["quantity"] and over["requested"] == 6
        assert over["low"] is None or over["low"] <= over["mean"] <= over["high"]
    assert "over the numbers (95 % of draws)" in (tmp_path / "p" / "index.html").read_text()
    assert len(pd.read_csv(tmp_path / "p" / "over-numbers.csv")) == len(rows)
    main_ends([*given, "--draws", "none"], 0)
    assert NOT_PLAYED in capsys.readouterr().out
    assert NOT_PLAYED in (tmp_path / "p" / "index.html").read_text()


def test_verdicts_over_the_numbers_follow_the_interval():
    """Proposition 1: borne out, opposite and neither, for every kind of expectation."""

    def between(low, high):
        return DrawEstimate((low + high) / 2.0, low, high, low, high, 0.5, 40, 200)

    cases = (
        ({"sign": "+"}, (0.1, 0.3), (-0.3, -0.1), (-0.1, 0.3)),
        ({"sign": "-"}, (-0.3, -0.1), (0.1, 0.3), (-0.1, 0.3)),
        ({"sign": "+", "within": 0.2}, (-0.1, 0.3), (-0.5, -0.3), (-0.3, 0.3)),
        ({"sign": "0", "within": 0.2}, (-0.1, 0.1), (0.3, 0.5), (-0.3, 0.1)),
        ({"at_least": 0.5}, (0.6, 0.9), (0.1, 0.4), (0.4, 0.6)),
    )
    for given, *ends in cases:
        expectation = Expectation(quantity="wars", stands_for="a test", **given)
        verdicts = [decide_over_numbers(expectation, between(*one), between(*one)) for one in ends]
        assert verdicts == [BORNE_OUT, CONTRADICTED, INCONCLUSIVE], given


def test_a_run_that_is_itself_drawn_counts_draws_not_worlds(capsys):
    """Proposition 2: worlds of one draw are not independent; its intervals are those of draws."""
    drawn = simulate(kazakhstan().with_draws("prior:6"), worlds=48, seed=2, **SHORT)
    summary = build_run_summary(drawn, None)
    estimates = outcome_shares_over_numbers(drawn)
    for name, share in summary["outcomes"].items():
        assert (share["low"], share["high"]) == estimates[name][1:3], name
    print_summary(drawn, summary)
    printed = " ".join(capsys.readouterr().out.split())
    assert "drawn from their ranges for every 6 worlds" in printed
    assert "8 draws of all numbers" in printed and NOT_PLAYED not in printed
