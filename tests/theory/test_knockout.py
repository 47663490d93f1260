"""Mechanisms knocked out.

1. The file of patterns is in order: about twenty, in both countries, each with a range a world can
   miss; faults are named.
2. A pattern is present in the share of worlds that show it, among those it speaks of; of a mean it
   is present or not.
3. What is switched off is every group, every part when asked, or what is named; a name that is none
   is refused.
4. A pattern is lost only when the fall is large and beyond doubt; one that was not there has
   nothing to lose.
5. A ruler who never acts loses the patterns of acts; a knock-out that moves no number is flagged.
6. The matrix tells what is lost by a mark as well as by colour and sets aside mechanisms that cost
   nothing.
7. The command writes page, tables and figure; wrong arguments leave with 2, one message and no
   folder.
"""

import json
from functools import cache
from html import unescape

import matplotlib
import numpy as np
import pandas as pd
import pytest

from poruka.analysis.patterns import Pattern, QuantityRange, load_patterns, read_patterns
from poruka.cli.main import main
from poruka.engine.parameters import mechanism_groups, mechanisms
from poruka.figures.theory.ablation_matrix import CELL_MARKERS, AblationMatrix
from poruka.reports.ablation_page import format_pattern_ranges
from poruka.theory.ablation import classify_change, mechanism_title, run_ablation, select_mechanisms
from poruka.utils.errors import BadInput

matplotlib.use("Agg")
KNOWN = {one.id: one for one in load_patterns().patterns}


@cache
def found():
    """Return a few knock-outs of a few patterns."""
    return run_ablation(
        select_mechanisms(["M2.choice", "M4.speaker", "M12.camps"]),
        worlds=24,
        seed=6,
        selected_patterns=[KNOWN["P01"], KNOWN["P03"], KNOWN["P16"]],
    )


def run(*arguments: str) -> int:
    """Run the command line in this process and return its exit code."""
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    return int(left.value.code or 0)


def test_the_patterns_are_in_order():
    """Proposition 1."""
    assert 16 <= len(KNOWN) <= 25 and {one.scenario for one in KNOWN.values()} == {
        "kazakhstan",
        "russia",
    }
    assert all(format_pattern_ranges(one) and len(one.says) > 20 for one in KNOWN.values()) and set(
        load_patterns().group_titles
    ) == set(mechanism_groups())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pattern = 3", "pattern"),
        (
            (
                "[groups]\n[[pattern]]\nid = 'P01'\nlabel = 'one'\nsays = 'one of them is here'\n"
                "scenario = 'nowhere'\nholds = [{ quantity = 'wars', low = 1 }]"
            ),
            "nowhere",
        ),
        (
            (
                "[groups]\n[[pattern]]\nid = 'P01'\nlabel = 'one'\nsays = 'one of them is"
                " here'\nscenario = 'russia'\nholds = [{ quantity = 'wars' }]"
            ),
            "no limits",
        ),
        ("= = =", "cannot be read"),
    ],
)
def test_faults_of_a_file_are_named(text, said, tmp_path):
    """Proposition 1."""
    (tmp_path / "patterns.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=said):
        read_patterns(tmp_path / "patterns.toml")


def test_presence_is_a_share_of_worlds():
    """Proposition 2."""
    frame = pd.DataFrame({"wars": [1.0, 0.0, 0.0, 0.0], "dissolutions": [2.0, 2.0, 1.0, 2.0]})
    two = Pattern(
        id="P98",
        label="two",
        says="Two of them.",
        scenario="russia",
        holds=[QuantityRange(quantity="dissolutions", low=2, high=2)],
    )
    assert two.presence(frame) == 0.75
    assert two.model_copy(update={"given": [QuantityRange(quantity="wars", high=0)]}).presence(
        frame
    ) == pytest.approx(2 / 3)
    mean = two.model_copy(
        update={"of": "mean", "holds": [QuantityRange(quantity="wars", low=0.2, high=0.3)]}
    )
    assert mean.presence(frame) == 1.0 and mean.presence_by_sample(
        frame, np.array([[0, 0, 0, 0], [0, 1, 2, 3], [1, 1, 1, 1]])
    ).tolist() == [0.0, 1.0, 0.0]


def test_groups_and_parts_are_switched_off():
    """Proposition 3."""
    assert list(select_mechanisms()) == list(mechanism_groups())
    assert set(select_mechanisms(parts=True)) == {*mechanism_groups(), *mechanisms()}
    assert select_mechanisms(["M4"], parts=True)["M4"] == mechanism_groups()["M4"] and len(
        select_mechanisms(["M4"], parts=True)
    ) == 1 + len(mechanism_groups()["M4"])
    assert all(len(mechanism_title(id)) > 4 for id in select_mechanisms(parts=True))
    with pytest.raises(BadInput, match="M3.predation"):
        select_mechanisms(["M3.predaton"])


@pytest.mark.parametrize(
    ("present", "without", "low", "high", "word"),
    [
        (1.0, 0.0, -1.0, -1.0, "lost"),
        (0.8, 0.5, -0.4, -0.2, "weakened"),
        (0.8, 0.75, -0.08, -0.02, "kept"),
        (0.8, 0.3, -0.9, 0.1, "kept"),
        (0.1, 0.0, -0.2, -0.05, "absent"),
        (0.1, 0.6, 0.3, 0.7, "gained"),
        (0.5, 0.9, 0.3, 0.5, "gained"),
        (0.6, 0.6, 0.0, 0.0, "kept"),
    ],
)
def test_a_loss_is_large_and_beyond_doubt(present, without, low, high, word):
    """Proposition 4."""
    assert classify_change(present, without, low, high) == word


def test_acts_are_lost_without_a_ruler_who_acts():
    """Proposition 5; a plebiscite that all of 24 worlds hold cannot vanish by chance."""
    cells = found().pattern_effects.set_index(["mechanism", "pattern"])
    assert (
        cells.loc[("M2.choice", "P01"), "cell"] == cells.loc[("M2.choice", "P03"), "cell"] == "lost"
    )
    assert cells.loc[("M12.camps", "P16"), "without"] == 0.0
    again = run_ablation(
        select_mechanisms(["M4.speaker"]), worlds=24, seed=6, selected_patterns=[KNOWN["P01"]]
    ).pattern_effects.iloc[0]
    assert again["present"] == cells.loc[("M4.speaker", "P01"), "present"], (
        "the same seed gives the same worlds"
    )


def test_a_knock_out_that_moves_nothing_is_flagged():
    """Proposition 5: who succeeds cannot matter to the first plebiscite."""
    flags = run_ablation(
        select_mechanisms(["M10.vacancy", "M2.choice"]),
        worlds=8,
        seed=6,
        selected_patterns=[KNOWN["P01"]],
    ).mechanism_summary.set_index("mechanism")
    assert (
        flags.loc["M10.vacancy", "changes_nothing"]
        and "NO EFFECT" in flags.loc["M10.vacancy", "says"]
    )
    assert (
        not flags.loc["M2.choice", "changes_nothing"]
        and flags.loc["M2.choice", "says"] == "lost P01"
    )


def test_the_matrix_needs_no_colours():
    """Proposition 6."""
    import matplotlib.pyplot as plt

    cells = found().pattern_effects
    drawing = AblationMatrix(cells, 24, 6)
    ax = drawing.draw()
    marked = sum(
        line.get_marker() in {mark["marker"] for mark in CELL_MARKERS.values()} for line in ax.lines
    )
    assert marked == (cells["cell"] != "kept").sum() and "n = 24 worlds, seed 6" in drawing.caption
    names = [text.get_text() for text in ax.get_yticklabels()]
    assert any(name.startswith("(") for name in names) == bool(drawing.inert)
    wide = pd.concat([cells.assign(pattern=cells["pattern"] + str(i)) for i in range(20)])
    assert AblationMatrix(wide, 24, 6).panel_count == 2
    plt.close("all")


def test_the_command_writes_page_tables_and_figure(tmp_path, capsys):
    """Proposition 7."""
    assert run("knockout", "M10.vacancy", "-n", "20", "--out", str(tmp_path), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["patterns"]) == len(KNOWN) and "theses" not in told
    assert {"index.html", "patterns.csv", "mechanisms.csv", "figures"} <= {
        path.name for path in tmp_path.iterdir()
    }
    text = unescape((tmp_path / "index.html").read_text(encoding="utf-8"))
    assert all(one.says in text for one in KNOWN.values())
    assert (
        "poruka knockout M10.vacancy -n 20 --seed 3001" in text
        and "https://" not in text
        and str(tmp_path) not in text
    )


def test_every_pattern_can_be_measured_in_its_country():
    """Proposition 1: a quantity that is none is refused in words before worlds are played."""
    wrong = KNOWN["P01"].model_copy(
        update={"holds": [QuantityRange(quantity="end_controll", low=1)]}
    )
    with pytest.raises(BadInput, match="end_control"):
        run_ablation(select_mechanisms(["M10"]), worlds=20, selected_patterns=[wrong])


@pytest.mark.parametrize(
    "arguments", [("M99",), ("M3.predaton",), ("-n", "3"), ("--seed", "-1"), ("--core", "T041")]
)
def test_wrong_arguments_leave_with_two(arguments, tmp_path, monkeypatch, capsys):
    """Proposition 7."""
    monkeypatch.chdir(tmp_path)
    assert run("knockout", *arguments) == 2
    assert capsys.readouterr().err and not list(tmp_path.iterdir())
