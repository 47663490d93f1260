"""The bench of hypothesis tests as a whole: family, files, placebos, command.

1. The p-value of a thesis is the largest over its sides; all 126 theses are one family, adjusted
   by Benjamini and Yekutieli. What goes against a claim has to stand in a family of its own.
2. A verdict says where it holds and where not: all sides, some, none; refused everywhere is not
   testable; a coefficient's best is built in.
3. A result stores the hashes of its declaration and of the rules; whoever changes a declaration
   has to test it again.
4. An interrupted run that is continued gives the same table to the bit, and plays nothing twice.
5. Placebos are made by program: at least 200, of three kinds, and their rate has an interval.
6. The shipped results belong to the shipped declarations; the first bench is kept as a table.
7. Every declared cause is one the text can name, or says why only a coefficient moves it; every
   link is one that the rules have.
"""

import json

import numpy as np
import pandas as pd
import pytest

from poruka.cli.main import main
from poruka.theory.hypotheses import bench
from poruka.theory.hypotheses.bench import play_hypotheses, run_hypotheses, select_hypotheses
from poruka.theory.hypotheses.causes import moved_coefficients
from poruka.theory.hypotheses.links import check_links
from poruka.theory.hypotheses.placebos import (
    PLACEBO_KINDS,
    placebo_rates,
    plan_placebos,
    run_placebos,
)
from poruka.theory.hypotheses.play import ArmTable, WorldPlayer
from poruka.theory.hypotheses.reading import Declarations, hypotheses_folder, load_hypotheses
from poruka.theory.hypotheses.results import (
    ThesisResult,
    describe_outdated,
    fits_declaration,
    is_current,
    outdated_results,
    read_hypothesis_results,
    read_result,
    shipped_results_folder,
)
from poruka.theory.hypotheses.side_result import SideResult
from poruka.theory.hypotheses.verdict_family import VERDICTS, adjust_family, hypothesis_table
from poruka.theory.theses import theses
from poruka.utils.errors import BadInput

IDS = ["T007", "T040"]


def found(id: str, *sides: tuple[str, float], **more) -> ThesisResult:
    """Return a result with a verdict and a p-value for each side: that of an effect against the
    claim where the verdict is opposite.
    """
    results = []
    for number, (verdict, p) in enumerate(sides, start=1):
        against = verdict == "opposite"
        p_values = {"p": 1.0, "against_p": p} if against else {"p": p, "against_p": 1.0}
        name, why = f"{id}.{number} kazakhstan", f"because {number}"
        results.append(SideResult(side=name, verdict=verdict, why=why, **p_values))
    return ThesisResult(thesis=id, declaration="d", rules="r", seeds=[1], sides=results, **more)


class HashedWorlds:
    """Plays real arms as numbers drawn from their digest; the cause adds what it is told to."""

    def __init__(self, breaks_after: int | None = None):
        self.calls, self.breaks_after = 0, breaks_after

    def play(self, arms, seeds, worlds, quantities):
        self.calls += 1
        if self.breaks_after is not None and self.calls > self.breaks_after:
            raise KeyboardInterrupt
        tables = {}
        for name, scenario in arms.items():
            index = pd.MultiIndex.from_product([seeds, range(worlds)])
            rng = np.random.default_rng(int(scenario.digest[:12], 16))
            frame = pd.DataFrame({q: rng.normal(size=len(index)) for q in quantities}, index=index)
            hashes = pd.util.hash_pandas_object(frame, index=False).to_numpy()
            tables[name] = ArmTable(frame, pd.Series(hashes, index=index))
        return tables


@pytest.fixture
def declared(monkeypatch):
    """Two shipped declarations whose links are ones that the rules have."""
    chosen = {}
    for id in IDS:
        hypothesis = load_hypotheses()[id]
        parts = [one.model_copy(update={"channels": ["worth_of_rules"]}) for one in hypothesis.part]
        chosen[id] = hypothesis.model_copy(update={"part": parts})
    monkeypatch.setattr(bench, "load_hypotheses", lambda: chosen)
    return chosen


def test_the_p_value_of_a_thesis_is_the_largest_among_all_theses():
    """Proposition 1: by hand, m = 126 and c = 1 + 1/2 + ... + 1/126."""
    results = {
        "T001": found("T001", ("shown", 1e-7), ("shown", 2e-6)),
        "T002": found("T002", ("shown", 1e-5)),
        "T003": found("T003", ("shown", 1e-3)),
    }
    family = adjust_family(results)
    factor = 126 * sum(1 / k for k in range(1, 127))
    assert len(family.p_all) == 126 and family.p_all["T001"] == 2e-6
    assert family.q_all["T001"] == pytest.approx(2e-6 * factor)
    assert family.q_all["T002"] == pytest.approx(1e-5 * factor / 2)
    assert family.q_all["T003"] == pytest.approx(1e-3 * factor / 3) and family.q_all["T003"] > 0.05
    assert family.p_any["T001"] == 2e-7 and family.q_all["T004"] == 1.0
    verdicts = hypothesis_table(results).set_index("id")["verdict"]
    assert verdicts.to_dict() == {"T001": "shown", "T002": "shown", "T003": "not shown"}


def test_what_goes_against_a_claim_stands_among_all_theses_or_is_not_called_opposite():
    """Proposition 1: five sides at 4 % among 126 theses are what luck gives; and the one that
    stands is told where another side holds.
    """
    factor = 126 * sum(1 / k for k in range(1, 127))
    lucky = {id: found(id, ("opposite", 0.04)) for id in list(theses())[:5]}
    assert set(hypothesis_table(lucky)["verdict"]) == {"not shown"}
    row = hypothesis_table(lucky).iloc[0]
    assert row["why"].startswith("because 1, but its p-value does not stand")
    sure = found("T041", ("opposite", 1e-6), ("not shown", 0.5))
    row = hypothesis_table({**lucky, "T041": sure}).set_index("id").loc["T041"]
    assert row["verdict"] == "opposite" and row["q"] == 1.0
    assert row["p_against"] == 2e-6 and row["q_against"] == pytest.approx(2e-6 * factor)
    mixed = found("T041", ("shown", 1e-9), ("not shown", 0.5), ("opposite", 1e-9))
    row = hypothesis_table({"T041": mixed}).iloc[0]
    assert row["verdict"] == "in part" and row["why"] == "against the claim: 3 kazakhstan"


@pytest.mark.parametrize(
    ("sides", "verdict", "where", "where_not"),
    [
        ([("shown", 1e-9), ("shown", 1e-9)], "shown", "1 kazakhstan, 2 kazakhstan", ""),
        ([("shown", 1e-9), ("not shown", 1.0)], "in part", "1 kazakhstan", "2 kazakhstan"),
        ([("shown", 1e-9), ("opposite", 1e-9)], "in part", "1 kazakhstan", "2 kazakhstan"),
        ([("shown", 1e-9), ("refused", 1.0)], "in part", "1 kazakhstan", "2 kazakhstan"),
        ([("shown", 0.04), ("not shown", 1.0)], "not shown", "", "1 kazakhstan, 2 kazakhstan"),
        ([("not shown", 1.0), ("opposite", 1e-9)], "opposite", "", "1 kazakhstan, 2 kazakhstan"),
        ([("not shown", 1.0), ("opposite", 0.01)], "not shown", "", "1 kazakhstan, 2 kazakhstan"),
        ([("necessary here", 1e-9)], "necessary here", "1 kazakhstan", ""),
        ([("built in", 1e-9)], "built in", "1 kazakhstan", ""),
        ([("built in", 1e-9), ("shown", 1e-9)], "in part", "2 kazakhstan", "1 kazakhstan"),
        ([("built in", 1e-9), ("not shown", 1.0)], "not shown", "", "1 kazakhstan, 2 kazakhstan"),
        ([("refused", 1.0)], "not testable", "", "1 kazakhstan"),
    ],
)
def test_a_verdict_says_where_it_holds_and_where_not(sides, verdict, where, where_not):
    """Proposition 2."""
    row = hypothesis_table({"T041": found("T041", *sides)}).iloc[0]
    assert (row["verdict"], row["where"], row["where_not"]) == (verdict, where, where_not)
    assert row["verdict"] in VERDICTS
    assert row["why"] or verdict == "shown", "whatever is not shown says why"


def test_a_thesis_without_a_test_keeps_its_reason():
    """Proposition 2."""
    row = hypothesis_table({"T015": found("T015", untestable="praise moves nothing")}).iloc[0]
    assert (row["verdict"], row["why"]) == ("not testable", "praise moves nothing")


def test_a_changed_declaration_has_to_be_tested_again(tmp_path, monkeypatch, declared):
    """Proposition 3."""
    run_hypotheses(tmp_path, IDS, player=HashedWorlds(), worlds=10)
    stored = read_hypothesis_results(tmp_path)
    seeds = bench.BENCH_SEEDS
    changed = declared["T040"].model_copy(update={"hedged": True})
    assert fits_declaration(stored["T040"], declared["T040"])
    assert not fits_declaration(stored["T040"], changed)
    assert is_current(stored["T040"], declared["T040"], seeds, 10)
    assert not is_current(stored["T040"], declared["T040"], seeds, 11)
    assert not is_current(stored["T040"], declared["T040"], seeds[1:], 10)
    broken = [stored["T040"].sides[0].model_copy(update={"was_played": False})]
    unplayed = stored["T040"].model_copy(update={"sides": broken})
    assert not is_current(unplayed, declared["T040"], seeds, 10), "the fault may be gone"
    other_rules = stored["T040"].model_copy(update={"rules": "other"})
    assert not is_current(other_rules, declared["T040"], seeds, 10)
    monkeypatch.setattr(bench, "load_hypotheses", lambda: declared | {"T040": changed})
    again, fresh = HashedWorlds(), []
    run_hypotheses(
        tmp_path,
        IDS,
        player=again,
        worlds=10,
        on_result=lambda result, is_stored: fresh.append((result.thesis, is_stored)),
    )
    assert fresh == [("T007", True), ("T040", False)] and again.calls > 0


def test_a_continued_run_gives_the_same_table_to_the_bit(tmp_path, declared):
    """Proposition 4: it is broken off between two theses, and in the midst of the second."""
    whole = HashedWorlds()
    run_hypotheses(tmp_path / "whole", IDS, player=whole, worlds=10)
    with pytest.raises(KeyboardInterrupt):
        run_hypotheses(tmp_path / "parts", IDS, player=HashedWorlds(whole.calls - 1), worlds=10)
    assert [path.name for path in sorted((tmp_path / "parts").glob("*"))] == ["T007.json"]
    rest = HashedWorlds()
    run_hypotheses(tmp_path / "parts", IDS, player=rest, worlds=10)
    assert 0 < rest.calls < whole.calls
    idle = HashedWorlds(breaks_after=0)
    run_hypotheses(tmp_path / "parts", IDS, player=idle, worlds=10)
    first, second = (
        hypothesis_table(read_hypothesis_results(tmp_path / name)).to_csv()
        for name in ("whole", "parts")
    )
    assert first == second
    for id in IDS:
        texts = [(tmp_path / name / f"{id}.json").read_bytes() for name in ("whole", "parts")]
        assert texts[0] == texts[1]


def test_a_damaged_result_says_what_to_do(tmp_path):
    """Proposition 3."""
    (tmp_path / "T040.json").write_text("{}")
    with pytest.raises(BadInput, match="delete it and run"):
        read_result(tmp_path / "T040.json")


def test_the_bench_takes_declared_theses_only():
    """Contract: an unknown thesis is refused with its name, and a test of none is no test."""
    assert list(select_hypotheses(IDS, False)) == IDS
    with pytest.raises(BadInput, match="unknown thesis 'T999'"):
        select_hypotheses(["T999"], False)
    undeclared = set(theses()) - set(load_hypotheses())
    for id in list(undeclared)[:1]:
        with pytest.raises(BadInput, match=f"{id} has no declaration"):
            select_hypotheses([id], False)


def test_shared_arms_are_played_once(monkeypatch):
    """Proposition 4: an arm is known by its digest, seed and number of worlds."""
    from poruka.theory.hypotheses import play

    played = []

    def count(scenario, seed, worlds, quantities):
        played.append((scenario.digest[:6], seed))
        index = pd.MultiIndex.from_product([[seed], range(worlds)])
        frame = pd.DataFrame(dict.fromkeys(sorted(quantities), 1.0), index=index)
        return ArmTable(frame, pd.Series(0, index=index))

    monkeypatch.setattr(play, "_play_arm", count)
    monkeypatch.setattr(play, "compile_rules", lambda *a, **k: None)
    from poruka.scenario.scenario import load

    base = load("kazakhstan", numbers="declared")
    older = base.change({"start.president.age": 60.0})
    player = WorldPlayer(also={base.digest: {"dissolutions"}})
    player.play({"low": base, "high": older}, (1, 2), 3, ["wars"])
    player.play({"low": base, "high": base.change({})}, (1, 2), 3, ["dissolutions"])
    assert len(played) == len(set(played)) == 4
    player.play({"low": older}, (1,), 3, ["dissolutions"])
    assert len(played) == 5, "what was not read of an arm is played again"


def test_placebos_are_many_of_three_kinds_and_the_same_every_time(declared):
    """Proposition 5."""
    part = declared["T040"].part[0].model_copy(update={"negative": ["T007"]})
    declared["T040"] = declared["T040"].model_copy(update={"part": [part]})
    other = declared["T007"].part[0]
    context = other.context.model_copy(update={"change": {"start.president.age": 50.5}})
    parts = [other.model_copy(update={"context": context}), *declared["T007"].part[1:]]
    declared["T007"] = declared["T007"].model_copy(update={"part": parts})
    placebos = plan_placebos(declared)
    assert len(placebos) >= 200 and {one.kind for one in placebos} == set(PLACEBO_KINDS)
    names = [(one.side.name, one.keys) for one in placebos]
    assert names == [(one.side.name, one.keys) for one in plan_placebos(declared)]
    assert not any(one.side.coefficients for one in placebos)
    hairs = [one for one in placebos if one.kind == "hair"]
    assert len({one.keys for one in hairs}) == len(hairs) >= 50
    moved = list(hairs[0].candidates())
    assert len(moved) == len(hairs[0].keys) > 1
    assert len({side.high.digest for side in moved} | {moved[0].low.digest}) == len(moved) + 1
    shuffles = [one.side.shuffle for one in placebos if one.kind == "shuffled"]
    assert len(set(shuffles)) == len(shuffles) >= 50 and None not in shuffles
    negative = [one.side for one in placebos if one.kind == "negative"]
    by_part = {one.name: one for one in negative}
    side = by_part["T040.1 kazakhstan by the cause of T007"]
    assert side.low.start().society.polarisation < side.high.start().society.polarisation
    assert side.part.quantity == declared["T040"].part[0].quantity
    assert side.low.start().president.age == 50.5, "a cause is moved in its own context"


def test_the_rate_of_placebos_shown_is_counted_with_its_interval(declared):
    """Proposition 5: worlds in which nothing matters give none, as they should."""
    placebos = plan_placebos(declared, fewest=60)
    table = run_placebos(placebos, (1, 2), worlds=10, player=HashedWorlds())
    rates = placebo_rates(table)
    assert rates.loc["all", "placebos"] == len(table) >= 60
    assert rates.loc["all", "arms"] == table["arms"].nunique() < len(table)
    assert rates.loc["all", "shown"] == 0 and rates.loc["all", "high"] < 0.2
    planted = table.assign(verdict=["shown", *table["verdict"].iloc[1:]])
    assert placebo_rates(planted).loc["all", "shown"] == 1
    doubled = placebo_rates(pd.concat([planted, planted]))
    assert doubled.loc["all", "high"] == placebo_rates(planted).loc["all", "high"], (
        "the same arms once more tell nothing new"
    )


def test_a_negative_control_without_a_cause_in_the_country_is_refused(declared):
    """Proposition 5: it must not be left out in silence."""
    part = declared["T040"].part[0].model_copy(update={"negative": ["T109"]})
    russian = declared["T040"].model_copy(update={"part": [part], "scope": ["russia"]})
    with pytest.raises(BadInput, match="T040, part 1: its negative control T109 .* russia"):
        plan_placebos({"T040": russian, "T109": load_hypotheses()["T109"]})


def test_broken_off_placebos_go_on_where_they_stood(declared, tmp_path):
    """Proposition 5: what is stored is not played again, unless what was asked for has changed."""
    placebos = plan_placebos(declared, fewest=20)[:6]
    played, path = [], tmp_path / "placebos.csv"

    def store(placebo, _result, table):
        played.append(placebo)
        table.to_csv(path, index=False)
        if len(played) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_placebos(placebos, (1, 2), 10, HashedWorlds(), store)
    whole = run_placebos(placebos, (1, 2), 10, HashedWorlds(), store, stored=pd.read_csv(path))
    assert len(played) == len(placebos) == len(whole)
    alone = run_placebos(placebos, (1, 2), 10, HashedWorlds())
    assert whole.to_csv(index=False) == alone.to_csv(index=False)
    run_placebos(placebos, (1, 3), 10, HashedWorlds(), store, stored=whole)
    assert len(played) == 2 * len(placebos)


def test_results_of_other_rules_are_said_to_be():
    """Proposition 6."""
    declared = load_hypotheses()
    result = play_hypotheses(["T015"])["T015"]
    assert describe_outdated({"T015": result}, declared) == ""
    changed = result.model_copy(update={"rules": "other"})
    told = describe_outdated({"T015": changed}, declared)
    assert "1 of 1" in told and "T015" in told and "poruka theses run" in told
    assert outdated_results({"T015": result}, {}) == ["T015"]


def test_shipped_results_belong_to_their_declarations():
    """Proposition 6."""
    first = pd.read_csv(hypotheses_folder() / "first_bench.csv")
    assert first["id"].tolist() == list(theses()) and (first["verdict"] == "shown").sum() == 112
    for id, result in read_hypothesis_results(shipped_results_folder()).items():
        assert id in load_hypotheses(), f"the declaration of {id} is gone"
        assert fits_declaration(result, load_hypotheses()[id]), (
            f"{id} was declared anew after it was tested; run it again"
        )


def test_declared_causes_are_ones_the_text_can_name():
    """Proposition 7."""
    assert len(plan_placebos(load_hypotheses())) > 400, "each negative control has its cause"
    for id, hypothesis in load_hypotheses().items():
        for part in hypothesis.part:
            assert part.built_in or not moved_coefficients(part.low, part.high), id
            check_links(part.channels, id)


def test_the_commands_show_check_and_refuse(tmp_path, capsys):
    """Contract: a list for machines, lines for people, exit code 2 for what does not exist."""
    run_hypotheses(tmp_path, IDS, player=HashedWorlds(), worlds=10)
    with pytest.raises(SystemExit) as left:
        main(["theses", "show", "--out", str(tmp_path), "--json"])
    rows = json.loads(capsys.readouterr().out)
    assert left.value.code == 0 and [row["id"] for row in rows] == IDS
    assert all(row["verdict"] in VERDICTS and row["first"] == "shown" for row in rows)
    with pytest.raises(SystemExit) as left:
        page = str(tmp_path / "page")
        main(["theses", "show", "T040", "--out", str(tmp_path), "--page", page])
    shown = capsys.readouterr().out
    for name in ("index.html", "verdicts.csv", "sides.csv", "figures/verdicts.png"):
        assert (tmp_path / "page" / name).is_file()
    html = (tmp_path / "page" / "index.html").read_text()
    assert "first bench" in html and "T040.1 kazakhstan" in html
    assert left.value.code == 0 and "T040*" in shown and "T007" not in shown
    assert "no placebos were played" in shown
    with pytest.raises(SystemExit) as left:
        main(["theses", "check", "T040"])
    assert left.value.code == 0 and "state.economy.assets_left" in capsys.readouterr().out
    for wrong in (
        ["run", "T999", "--out", str(tmp_path)],
        ["show", "T999"],
        ["show", "T041", "--out", str(tmp_path)],
        ["check", "T999"],
    ):
        with pytest.raises(SystemExit) as left:
            main(["theses", *wrong])
        assert left.value.code == 2, wrong
        said = capsys.readouterr().err
        assert "unknown thesis 'T999'" in said or f"run T041 --out {tmp_path}" in said, said


def test_a_declaration_is_read_when_it_is_asked_for(tmp_path):
    """Contract: a file that cannot be used stops its own thesis and no other."""
    source = hypotheses_folder() / "T041.toml"
    (tmp_path / "T041.toml").write_text(source.read_text())
    (tmp_path / "T042.toml").write_text("nonsense")
    declarations = Declarations(tmp_path)
    assert list(declarations) == ["T041", "T042"] and declarations["T041"].thesis == "T041"
    with pytest.raises(BadInput, match="T042.toml"):
        declarations["T042"]
