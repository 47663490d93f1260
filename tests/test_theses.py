"""Theses put to the test.

1. Every thesis has an experiment or a stated reason why there is none, and every experiment a
   thesis.
2. An experiment is data: arms, quantity, sign, smallest effect, knock-out; what is wrong with a
   file is said with its place.
3. A verdict follows from effect and knock-out alone: an effect that survives its knock-out is not
   shown, one of the wrong sign is opposite,
   a claim of no effect needs an interval inside the smallest effect of interest.
4. Some of the core theses, one of each group, are shown with a seed nobody tuned to.
5. Reversals are shown on both sides, and theses that claim no effect are tested for equivalence.
"""

import json

import numpy as np
import pandas as pd
import pytest

from poruka.analysis.arm import Arm
from poruka.analysis.quantities import QuantityReader
from poruka.analysis.statistics import EffectEstimate
from poruka.cli.main import main
from poruka.figures import ThesisMatrix
from poruka.theory import hypothesis_tests as bench
from poruka.theory.hypothesis_specification import (
    ThesisComparison,
    load_thesis_tests,
    read_thesis_test,
)
from poruka.theory.theses import theses
from poruka.utils.errors import BadInput

SIDE = ThesisComparison(
    low=Arm(), high=Arm(), quantity="dissolutions", sign="+", smallest=1.0, knockout=Arm()
)


def effect(mean: float, error: float = 0.1) -> EffectEstimate:
    """Return an effect of a given size and standard error."""
    return EffectEstimate(mean, mean - 1.96 * error, mean + 1.96 * error, error)


def test_every_thesis_has_an_experiment_or_a_reason():
    """Proposition 1."""
    assert set(load_thesis_tests()) == set(theses())
    for id, one in load_thesis_tests().items():
        assert one.side or len(one.untestable) > 60, (
            f"{id} has neither a comparison nor two sentences why not"
        )
        assert not one.side or one.moved, f"{id} does not say in words what is moved"
        assert not (theses()[id].core and one.untestable), f"the core thesis {id} must be tested"


def test_a_broken_experiment_says_what_and_where(tmp_path):
    """Proposition 2."""
    text = (
        'thesis = "T041"\nmoved = "danger"\n[[side]]\nlow = { change = { "property.lawlesness" ='
        ' 0.0 } }\nhigh = {}\nquantity = "defections"\nsign = "+"\nsmallest = 1.0\nknockout = {}\n'
    )
    for broken, said in (
        (text, "property.lawlessness"),
        (text.replace("lawlesness", "lawlessness").replace('"+"', '"up"'), "sign"),
        (text.replace("lawlesness", "lawlessness").replace("knockout = {}\n", ""), "knockout"),
        (text.replace("T041", "T999"), "T999"),
        ("thesis = [", "cannot be read"),
    ):
        path = tmp_path / "T041.toml"
        path.write_text(broken)
        with pytest.raises(BadInput, match=said):
            read_thesis_test(path)


def test_a_verdict_follows_from_effect_and_knockout():
    """Proposition 3."""
    assert bench.decide_comparison(SIDE, effect(3.0), effect(0.0), effect(3.0)) == "shown"
    assert bench.decide_comparison(SIDE, effect(3.0), effect(2.0), effect(1.0)) == "not shown", (
        "what survives its knock-out has another cause"
    )
    assert (
        bench.decide_comparison(SIDE, effect(3.0), effect(0.0), effect(3.0, 5.0)) == "not shown"
    ), "a loss that may be chance proves nothing"
    assert bench.decide_comparison(SIDE, effect(0.5), effect(0.0), effect(0.5)) == "not shown", (
        "smaller than what would matter"
    )
    assert bench.decide_comparison(SIDE, effect(-3.0), effect(0.0), effect(-3.0)) == "opposite"
    none = SIDE.model_copy(update={"sign": "0", "knockout": None})
    assert bench.decide_comparison(none, effect(0.5, 0.1), None, None) == "shown"
    assert bench.decide_comparison(none, effect(0.5, 1.0), None, None) == "not shown", (
        "an interval that wide claims nothing"
    )
    assert bench.decide_comparison(none, effect(3.0, 0.1), None, None) == "opposite"


def test_signs_turn_every_verdict_round():
    """Proposition 3: a claim of less is the mirror of a claim of more."""
    less = SIDE.model_copy(update={"sign": "-"})
    rng = np.random.default_rng(1)
    for _ in range(300):
        mean, left = rng.normal(0.0, 2.0, 2)
        one, rest, lost = (
            effect(mean, rng.uniform(0.05, 1.0)),
            effect(left, rng.uniform(0.05, 1.0)),
            effect(mean - left, rng.uniform(0.05, 1.0)),
        )
        turned = [
            EffectEstimate(-e.mean, -e.high, -e.low, e.standard_error) for e in (one, rest, lost)
        ]
        assert bench.decide_comparison(SIDE, one, rest, lost) == bench.decide_comparison(
            less, *turned
        )


def test_an_unknown_quantity_is_refused_with_the_forms():
    """Proposition 2."""
    from worlds import many

    asked = QuantityReader(many(20))
    for text in ("dissolution", "mean contrl 1992-01..1993-01", "is outcom heir", "count_I99"):
        with pytest.raises(BadInput):
            asked[text]
    assert (asked["apogee minus apogee"] == 0.0).all() and set(asked["group_3"]) <= {0.0, 1.0}


@pytest.mark.parametrize(
    "id",
    [
        pytest.param(
            "T010",
            marks=pytest.mark.xfail(
                strict=True,
                reason="not reproduced since numbers were made few: media are 0.88 held at the"
                " start, and unease about free spheres changes the mean of 0.89 by 0.0005",
            ),
        ),
        pytest.param(
            "T032",
            marks=pytest.mark.xfail(
                strict=True,
                reason="not reproduced since numbers were made few: solidarity brings 67 defections"
                " more, but with M3.defection off 6.2 are left, those of crises",
            ),
        ),
        "T041",
        "T059",
        "T086",
        "T105",
    ],
)
def test_core_theses_are_shown_on_another_seed(id):
    """Proposition 4."""
    found = bench.run_thesis_tests([id], seed=77_003)[0]
    lines = [
        f"{one.comparison.quantity}: {one.effect} left {one.ablated_effect}"
        for one in found.results
    ]
    assert found.verdict == "shown", f"{id} is {found.verdict}: {lines}"


def test_reversals_and_claims_of_no_effect_are_tested_as_such():
    """Proposition 5."""
    assert {side.sign for side in load_thesis_tests()["T035"].side} == {"+", "-"}
    assert len(load_thesis_tests()["T113"].side) == 2
    for id in ("T004", "T107"):
        assert "0" in {side.sign for side in load_thesis_tests()[id].side}, (
            f"{id} claims that something has no effect"
        )


def test_the_command_gives_a_list_for_machines_and_pages_for_people(tmp_path, capsys):
    """Contract: id, verdict, effect, low, high, counts of worlds; a page with its figure for
    every thesis asked for.
    """
    with pytest.raises(SystemExit) as left:
        main(
            [
                "theses",
                "run",
                "T041",
                "T015",
                "--json",
                "-n",
                "20",
                "--out",
                str(tmp_path / "pages"),
            ]
        )
    assert left.value.code == 0
    rows = json.loads(capsys.readouterr().out)
    assert [set(row) for row in rows] == [
        {"id", "verdict", "effect", "low", "high", "worlds", "available", "failed", "over_numbers"}
    ] * 2
    assert rows[1]["verdict"] == "not testable" and rows[1]["effect"] is None
    for name in (
        "index.html",
        "T041.html",
        "T015.html",
        "figures/T041.png",
        "figures/T041.csv",
        "verdicts.csv",
        "figures/verdicts.png",
        "figures/verdicts.csv",
    ):
        assert (tmp_path / "pages" / name).is_file()
    page = (tmp_path / "pages" / "T041.html").read_text()
    assert (
        "property.lawlessness" in page and "data:image/svg+xml" in page and "M3.insecurity" in page
    )
    assert "poruka theses run T041 T015 --seed" in (tmp_path / "pages" / "index.html").read_text()


def test_the_matrix_of_theses_has_a_cell_for_each_in_its_group():
    """Contract: every thesis once, in the part of the argument it belongs to; whatever is not shown
    is said in words too.
    """
    ids = list(theses())
    verdict = [
        "not testable" if id == "T015" else "opposite" if id == "T058" else "shown" for id in ids
    ]
    core = [theses()[id].core for id in ids]
    drawn = ThesisMatrix(
        pd.DataFrame(
            {
                "id": ids,
                "core": core,
                "verdict": verdict,
                "effect": 0.1,
                "low": 0.0,
                "high": 0.2,
                "left": 0.0,
                "worlds": 40,
            }
        )
    )
    assert [tuple(row) for row in drawn.table[["id", "group"]].to_numpy()] == [
        (id, theses()[id].group) for id in ids
    ]
    assert drawn.alt == "124 shown, 1 opposite, 1 not testable. not testable: T015. opposite: T058."
    marks = {"shown": "", "opposite": "×", "not testable": "?"}
    assert sorted(cell.get_text() for cell in drawn.draw().texts) == sorted(
        id[1:] + marks[how] for id, how in zip(ids, verdict, strict=True)
    )


def test_the_map_prints_every_thesis(capsys):
    """Contract: `poruka theses` prints the map."""
    with pytest.raises(SystemExit):
        main(["theses"])
    out = capsys.readouterr().out
    assert all(id in out for id in theses())
    with pytest.raises(SystemExit) as left:
        main(["theses", "run", "T999"])
    assert left.value.code == 2
