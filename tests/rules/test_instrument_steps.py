"""The table of instruments holds steps, coded twice apart, and no number.

1. The heights rise from none to strong over the whole of their ranges.
2. A cell of one step has its height, with a minus below 0; one of two steps has the mean of both.
3. The table is what the rule of settling makes of the two codings, cell by cell; manners are not
   coded.
4. The weighted kappa is that of a table worked by hand, and is printed for every column.
5. A scenario can put a step or a number in a cell, or move a height, and worlds follow.
6. A draw gives each doubtful cell one of its two codes, and no other cell.
7. The codebook is the page that the data give; it describes every coded act and every column.
"""

import math
import re
from pathlib import Path
from textwrap import dedent

import pytest
from worlds import kazakhstan

import poruka as pk
from poruka.cli.instrument_table import coded_instruments, format_agreement
from poruka.engine.instrument_coding import (
    CodedCell,
    measure_agreement,
    read_instrument_coding,
    settle,
    weighted_kappa,
)
from poruka.engine.instrument_columns import given_cells, instrument_columns
from poruka.engine.instrument_steps import (
    StepHeights,
    allowed_steps,
    declared_heights,
    is_step_text,
    resolve_cell,
)
from poruka.engine.parameters import parameters
from poruka.reports.provenance_tables import external_input_table
from poruka.rules.instrument_numbers import doubtful_cells, draw_instrument_codes, instrument_cells
from poruka.scenario.save import save
from poruka.theory.instrument_codebook import act_descriptions, write_instrument_codebook
from poruka.utils.errors import BadInput

ROOT = Path(__file__).parents[2]
HEIGHTS = StepHeights(slight=0.2, middling=0.5, strong=0.9)


def test_heights_rise_over_the_whole_of_their_ranges():
    """Proposition 1: the ranges follow one another, so that any draw is in order."""
    declared = [parameters()[f"steps.{name}"] for name in StepHeights._fields]
    assert [one.value for one in declared] == list(declared_heights())
    assert 0.0 < declared[0].low and declared[-1].high == 1.0
    for below, above in zip(declared, declared[1:], strict=False):
        assert below.high <= above.low and below.value < above.value


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("none", 0.0),
        ("slight", 0.2),
        ("-strong", -0.9),
        ("none/slight", 0.1),
        ("slight/strong", 0.55),
        ("-slight/slight", 0.0),
        (0.37, 0.37),
    ],
)
def test_a_cell_has_the_height_of_its_step(cell, number):
    """Proposition 2."""
    assert resolve_cell(cell, HEIGHTS) == pytest.approx(number)


@pytest.mark.parametrize(
    "text", ["slihgt", "-none", "slight/none", "slight/slight", "none/slight/strong", "", "0.5"]
)
def test_a_text_that_is_no_step_is_none(text):
    """Proposition 2."""
    assert not is_step_text(text)
    assert all(is_step_text(step) for step in allowed_steps(signed=True))
    assert len(tuple(allowed_steps(signed=True))) == 7 and not is_step_text("-slight", signed=False)


def test_the_table_is_what_the_two_codings_settle():
    """Proposition 3."""
    coding = read_instrument_coding()
    assert all(cell.settled == settle(cell.first, cell.second) != "none" for cell in coding)
    assert all(cell.first_why or cell.first == "none" for cell in coding)
    assert all(cell.second_why or cell.second == "none" for cell in coding)
    settled = {f"instruments.{cell.instrument}.{cell.column}": cell.settled for cell in coding}
    assert len(settled) == len(coding) and settled == instrument_cells()
    assert {cell.instrument for cell in coding} == set(coded_instruments())
    assert len(coded_instruments()) == 69


def test_a_weighted_kappa_worked_by_hand():
    """Proposition 4: ten cells; the distances are worked out beside the codes.

    Eight cells are the same and two one step apart, so that the mean distance is 0.2. The first
    coder gave none 4, slight 3, middling 2, strong 1 times; the second none 3, slight 4, middling
    1, strong 2 times. The 100 pairs of one code of each lie 4*(4*1 + 1*2 + 2*3) + 3*(3*1 + 1*1 +
    2*2) + 2*(3*2 + 4*1 + 2*1) + 1*(3*3 + 4*2 + 1*1) = 48 + 24 + 24 + 18 = 114 steps apart.
    """
    first = [0, 0, 0, 0, 1, 1, 1, 2, 2, 3]
    second = [0, 0, 0, 1, 1, 1, 1, 2, 3, 3]
    assert sum(abs(a - b) for a, b in zip(first, second, strict=True)) == 2
    assert weighted_kappa(first, second) == pytest.approx(1.0 - 0.2 / 1.14)
    second[3] = 2  # none against middling: two steps, and other frequencies
    assert weighted_kappa(first, second) == pytest.approx(1.0 - 0.3 / 1.18)
    assert weighted_kappa(first, first) == 1.0
    assert weighted_kappa([0, 3], [3, 0]) == -1.0
    assert math.isnan(weighted_kappa([0, 0], [0, 0]))


def test_agreement_counts_cells_that_both_left_at_none():
    """Proposition 4."""
    cells = [
        CodedCell("I01", "blunt", "slight", "slight", "slight", "a", "b"),
        CodedCell("I02", "blunt", "none", "middling", "none/middling", "", "b"),
    ]
    found = measure_agreement(cells, ["I01", "I02", "I03", "I04"])
    blunt = found["blunt"]
    assert blunt[1:6] == (4, 2, 1, 0, 1)
    assert blunt.kappa == pytest.approx(weighted_kappa([1, 0, 0, 0], [1, 2, 0, 0]))
    assert found["strength"].coded == 0 and math.isnan(found["strength"].kappa)


def test_the_kappa_of_every_column_is_printed():
    """Proposition 4."""
    found = measure_agreement(read_instrument_coding(), coded_instruments())
    lines = format_agreement()
    for name, one in found.items():
        shown = next(line for line in lines if line.startswith(f"{name} ")).split()
        assert shown[1] == ("-" if math.isnan(one.kappa) else f"{one.kappa:.2f}")
        assert one.same + one.one_apart + one.more_apart == one.coded
    assert "linearly weighted kappa" in lines[0]
    apart = [cell for cell in read_instrument_coding() if cell.distance > 1]
    assert sum(line.startswith("  I") for line in lines) == len(apart)


def test_a_cell_takes_a_step_and_heights_move_all_cells():
    """Proposition 5."""
    plain, row = kazakhstan(), 7
    stepped = plain.change({"instruments.I08.blunt": "slight", "instruments.I08.cost.west": 0.25})
    assert stepped.instruments[row].blunt == declared_heights().slight
    assert stepped.instruments[row].cost["west"] == 0.25
    lower = stepped.change({"steps.slight": 0.2})
    assert lower.instruments[row].blunt == 0.2 and lower.digest != stepped.digest
    assert float(pk.Regime(lower, seed=1, world=0).world.instruments[row].blunt) == 0.2
    table = external_input_table(lower).set_index("name")
    changed = {"instruments.I08.blunt", "instruments.I08.cost.west", "steps.slight"}
    assert {name for name in table.index if name.startswith(("instruments", "steps"))} == changed
    listed = lower.keys().set_index("key").loc["instruments.I08.blunt"]
    assert listed["value"] == 0.2 and "coded slight" in listed["source"]


def step_file(folder, step):
    """Return the file of a scenario that puts a step in a cell."""
    path = folder / "own.toml"
    text = f"""
        extends = "kazakhstan"
        [parameters]
        "instruments.I08.blunt" = {{ value = "{step}", why = "a gentler house" }}
        """
    path.write_text(dedent(text))
    return path


def test_a_file_takes_a_step_and_keeps_it(tmp_path):
    """Proposition 5."""
    own = pk.load(step_file(tmp_path, "none/slight"))
    assert own.instruments[7].blunt == pytest.approx(declared_heights().slight / 2)
    evidence = external_input_table(own).set_index("name").loc["instruments.I08.blunt", "evidence"]
    assert evidence == "a gentler house"
    again = pk.load(save(own.change({"steps.slight": 0.4}), tmp_path / "kept.toml"))
    assert again.instruments[7].blunt == pytest.approx(0.2)


@pytest.mark.parametrize("step", ["slihgt", "-slight", "strong/slight"])
def test_a_misspelt_step_is_refused(tmp_path, step):
    """Proposition 5: the message says what, where and what is allowed."""
    allowed = "one of the steps none, slight, middling, strong"
    with pytest.raises(BadInput, match=rf"own\.toml.*I08\.blunt is '{step}'.*{allowed}") as refused:
        pk.load(step_file(tmp_path, step))
    assert "how directly and forcibly the ruler acts" in str(refused.value)
    with pytest.raises(BadInput, match=rf"I08\.cost\.west is 'lots'.*-strong, .*{allowed[18:22]}"):
        kazakhstan().change({"instruments.I08.cost.west": "lots"})


def test_a_draw_gives_each_doubtful_cell_one_of_its_codes():
    """Proposition 6."""
    doubtful = doubtful_cells()
    coding = {f"instruments.{one.instrument}.{one.column}": one for one in read_instrument_coding()}
    assert set(doubtful) == {key for key, one in coding.items() if one.first != one.second}
    low, high = draw_instrument_codes(lambda _: 0.2), draw_instrument_codes(lambda _: 0.7)
    assert set(low) == set(high) == set(doubtful)
    for key in doubtful:
        assert {low[key], high[key]} == {coding[key].first, coding[key].second}
    drawn = kazakhstan().change(high)
    cells = {
        f"instruments.{one.id}.{name}": cell
        for one in drawn.coded_instruments
        for name, cell in given_cells(one._asdict()).items()
    }
    held = {key: cell for key, cell in (instrument_cells() | high).items() if cell != "none"}
    assert cells == held


def test_the_codebook_is_the_page_that_the_data_give():
    """Proposition 7."""
    page = (ROOT / "docs" / "instrument_codebook.md").read_text(encoding="utf-8")
    assert page == write_instrument_codebook()
    for name, column in instrument_columns().items():
        assert f"### `{name}`: " in page and all(text in page for text in column.steps.values())
    assert list(act_descriptions()) == coded_instruments()
    assert re.findall(r"^### (I\d\d) ", page, re.M) == coded_instruments()
