"""Theses put to the test, in real worlds.

1. Every thesis has a declaration: parts that can fail, or a stated reason why there are none.
2. A fixed sample of ten theses, played in few worlds: each side has one of the known verdicts, and
   a reason wherever it is not shown; what passes is significant; hashes belong to declaration and
   rules; a result that is stored and read is the same.
3. Played again the sample gives the same results to the bit.
4. `verdicts` returns the table of verdicts; it refuses seeds, worlds and theses that cannot be used
   before anything is played, and without a thesis and stored results names the command that makes
   them.
5. The map has every thesis; the matrix has a cell for each in its group.
"""

from functools import cache

import pandas as pd
import pytest

import poruka as pk
from poruka import api
from poruka.analysis.quantities import QuantityReader
from poruka.cli.main import main
from poruka.figures import ThesisMatrix
from poruka.theory.hypotheses.bench import play_hypotheses, select_hypotheses
from poruka.theory.hypotheses.procedure import PASSED
from poruka.theory.hypotheses.reading import declaration_hash, load_hypotheses
from poruka.theory.hypotheses.results import read_result, rules_hash, store_result
from poruka.theory.hypotheses.side_result import SIGNIFICANCE
from poruka.theory.hypotheses.verdict_family import VERDICTS, hypothesis_table
from poruka.theory.theses import theses
from poruka.utils.errors import BadInput

SAMPLE = tuple(theses())[::13]
"""Every thirteenth thesis from the first, whatever its verdict."""
SEEDS, WORLDS = (2_041, 3_089), 8
SIDE_VERDICTS = {"shown", "necessary here", "built in", "not shown", "opposite", "refused"}


@cache
def sample():
    """Return the results of the sample."""
    return play_hypotheses(SAMPLE, SEEDS, WORLDS)


def test_every_thesis_has_a_declaration_or_a_reason():
    """Proposition 1."""
    assert set(load_hypotheses()) == set(theses())
    for id, one in load_hypotheses().items():
        assert bool(one.part) != bool(one.untestable), id
        assert one.part or len(one.untestable) > 60, f"{id} does not say why it has no test"


def test_the_sample_has_verdicts_reasons_and_hashes():
    """Proposition 2."""
    assert len(SAMPLE) == len(sample()) == 10
    for id, result in sample().items():
        declared = load_hypotheses()[id]
        assert bool(result.sides) != bool(result.untestable), id
        for side in result.sides:
            assert side.verdict in SIDE_VERDICTS, side.side
            assert side.why or side.verdict in PASSED, f"{side.side} does not say why"
            assert 0.0 <= side.p <= 1.0 and (side.verdict not in PASSED or side.p <= SIGNIFICANCE)
            assert side.worlds <= len(SEEDS) * WORLDS and len(side.seeds) in (0, len(SEEDS))
            assert (side.effect is None) == (side.effect_p is None)
            assert side.effect is not None or side.verdict == "refused", side.side
        assert result.declaration == declaration_hash(declared)
        assert result.rules == rules_hash(declared)
        assert (result.seeds, result.worlds) == (list(SEEDS), WORLDS)
    table = hypothesis_table(sample())
    assert table["id"].tolist() == list(SAMPLE) and set(table["verdict"]) <= set(VERDICTS)
    assert table.loc[table["verdict"] != "shown", "why"].str.len().min() > 0
    assert (table["q"] >= table["p"]).all()


def test_the_sample_is_stored_and_read_whole(tmp_path):
    """Proposition 2."""
    for id, result in sample().items():
        store_result(tmp_path, result)
        assert read_result(tmp_path / f"{id}.json") == result


def test_the_sample_is_the_same_to_the_bit_when_it_is_played_again():
    """Proposition 3: by another player, in another order, which shares no arm with the first."""
    again = SAMPLE[::-4]
    assert play_hypotheses(again, SEEDS, WORLDS) == {id: sample()[id] for id in again}


def test_verdicts_are_a_table(monkeypatch, tmp_path):
    """Proposition 4."""
    table = pk.verdicts("T040", worlds=2, seeds=(1, 2))
    assert table["id"].tolist() == ["T040"] and table["verdict"].isin(VERDICTS).all()
    assert set(hypothesis_table({})) == set(table)
    for named, given, said in (
        (("T999",), {}, "unknown thesis 'T999'"),
        (("T040",), {"worlds": 1}, "worlds is 1"),
        (("T040",), {"seeds": 5}, "seeds is 5; give a list"),
        (("T040",), {"seeds": ()}, "give a list"),
        (("T040",), {"seeds": (1, 1)}, "each may stand in it once"),
    ):
        with pytest.raises(BadInput, match=said):
            pk.verdicts(*named, **given)
    monkeypatch.setattr(api, "shipped_results_folder", lambda: tmp_path)
    with pytest.raises(BadInput, match="poruka theses run --out"):
        pk.verdicts()
    store_result(tmp_path, sample()[SAMPLE[0]])
    assert pk.verdicts()["id"].tolist() == [SAMPLE[0]]


def test_an_unknown_quantity_is_refused_with_the_forms():
    """Contract: the grammar of quantities, on which every test of a thesis rests."""
    from worlds import many

    asked = QuantityReader(many(20))
    for text in ("dissolution", "mean contrl 1992-01..1993-01", "is outcom heir", "count_I99"):
        with pytest.raises(BadInput):
            asked[text]
    assert (asked["apogee minus apogee"] == 0.0).all() and set(asked["group_3"]) <= {0.0, 1.0}


def test_the_matrix_of_theses_has_a_cell_for_each_in_its_group():
    """Proposition 5: whatever is not shown is said in words too."""
    ids = list(theses())
    marks = {"T015": "?", "T058": "×", "T086": "b"}
    words = {"?": "not testable", "×": "opposite", "b": "built in", "": "shown"}
    given = {"where": "", "where_not": "", "p": 0.01, "q": 0.02}
    drawn = ThesisMatrix(
        pd.DataFrame(
            {
                "id": ids,
                "core": [theses()[id].core for id in ids],
                "verdict": [words[marks.get(id, "")] for id in ids],
                **given,
            }
        )
    )
    assert [tuple(row) for row in drawn.table[["id", "group"]].to_numpy()] == [
        (id, theses()[id].group) for id in ids
    ]
    assert drawn.alt == (
        "123 shown, 1 built in, 1 opposite, 1 not testable. not testable: T015. opposite: T058."
        " built in: T086."
    )
    assert sorted(cell.get_text() for cell in drawn.draw().texts) == sorted(
        id[1:] + marks.get(id, "") for id in ids
    )


def test_the_map_prints_every_thesis(capsys):
    """Proposition 5: `poruka theses` prints the map."""
    with pytest.raises(SystemExit):
        main(["theses"])
    out = capsys.readouterr().out
    assert all(id in out for id in theses())


def test_the_bench_has_one_command_group():
    """Contract: tests of theses are subcommands of the map."""
    with pytest.raises(SystemExit) as left:
        main(["hypotheses", "show"])
    assert left.value.code == 2 and list(select_hypotheses(["T040"], core=False)) == ["T040"]
