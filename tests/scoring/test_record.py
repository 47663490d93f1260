"""Scores against history.

1. The CRPS equals its definition on hand-computed cases and is least, on average, for an honest
   forecast.
2. What did not happen counts as +inf.
3. Every measure of the record of Kazakhstan can be evaluated, and the table is numeric.
4. A broken record is refused with file, line, and what is allowed.
5. A figure without a date of its own is scored by the months its measure names, or over the whole
   run.
"""

import numpy as np
import pytest
from worlds import many, score_tables

from poruka.scoring.figure_table import FIGURE_COLUMNS
from poruka.scoring.measures import evaluate_measure
from poruka.scoring.proper_scores import crps
from poruka.scoring.record import read_observed_record
from poruka.scoring.record_lines import OBSERVED_RECORD_COLUMNS
from poruka.utils.errors import BadInput

HEAD = ",".join(OBSERVED_RECORD_COLUMNS) + "\n"


def test_the_crps_is_its_definition():
    """Proposition 1: E|X-y| - E|X-X'|/2 by hand for three values, and by brute force for random
    ones.
    """
    assert crps(np.array([0.0, 2.0, 4.0]), 2.0) == pytest.approx(
        4.0 / 3.0 - 0.5 * 16.0 / 9.0, rel=1e-12
    )
    draw = np.random.default_rng(3)
    values = draw.normal(size=40)
    brute = np.abs(values - 0.3).mean() - 0.5 * np.abs(values[:, None] - values[None, :]).mean()
    assert crps(values, 0.3) == pytest.approx(brute, rel=1e-12)


def test_an_honest_forecast_scores_best():
    """Proposition 1: 400 outcomes from N(0, 1) against forecasts shifted by one; power
    above 0.99.
    """
    draw = np.random.default_rng(4)
    truth = draw.normal(size=400)
    honest, shifted = draw.normal(size=500), draw.normal(size=500) + 1.0
    assert np.mean([crps(honest, y) for y in truth]) < np.mean([crps(shifted, y) for y in truth])


def test_what_did_not_happen_is_later_than_everything():
    """Proposition 2."""
    e = many()
    kind, values = evaluate_measure(
        "month dissolution 5", "month", e.outcomes, e.series, e.events, e.scenario
    )
    assert kind == "month" and np.isinf(values).mean() > 0.5
    assert e.score().figures["score"].between(0.0, 1.0).all()


def test_the_record_of_kazakhstan_is_scored():
    """Proposition 3."""
    e = many()
    score = e.score()
    figures = score.figures
    assert len(figures) + len(score.not_scored) == len(e.observed_record) >= 30
    assert list(figures.columns) == list(FIGURE_COLUMNS)
    assert figures["percentile"].dropna().between(0.0, 1.0).all()
    assert set(figures["covered"].dropna()) <= {0.0, 1.0}
    first = (
        e.events[(e.events["kind"].astype(str) == "dissolution")].groupby("world")["month"].min()
    )
    _, values = evaluate_measure(
        "month dissolution 1", "month", e.outcomes, e.series, e.events, e.scenario
    )
    assert np.nanmin(values) == first.min()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "columns"),
        ("a,b\n1,2\n", "columns"),
        (HEAD + "R1,1990,x,event,e,month nothing 1,1,month,f,l\n", "did you mean|unknown kind"),
        (HEAD + "R1,1990,x,event,e,mnth law 1,1,month,f,l\n", "not understood"),
        (HEAD + "R1,1990,x,event,e,month law 1,one,month,f,l\n", "not a number"),
        (HEAD + "R1,1990,x,event,e,month law 1,1,month,,l\n", "fact"),
        (HEAD + 2 * "R1,1990,x,event,e,month law 1,1,month,f,l\n", "twice"),
        (HEAD + "R1,1990,x,event,e,month instrument:I99 1,1,month,f,l\n", "I99"),
        (HEAD + "R1,1990,x,value,e,series contrl 1990-01,1,index,f,l\n", "control"),
    ],
)
def test_a_broken_record_is_refused(tmp_path, text, word):
    """Proposition 4."""
    path = tmp_path / "broken.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=word):
        read_observed_record(path)


def test_a_figure_without_a_date_is_scored(tmp_path):
    """Proposition 5: the missing date stays missing beside dates that are given."""
    path = tmp_path / "some.record.csv"
    path.write_text(
        HEAD.replace("\n", ",most,most_from\n")
        + "A,1993-12,first,event,house,month dissolution 1,45,month,It ends,somewhere\n"
        "B,,rotations,value,house,outcome rotations,0,count,None,somewhere,4,one in four years\n"
    )
    record = read_observed_record(path)
    assert record["date"].tolist() == ["1993-12", None]
    e = many()
    found = score_tables(record, e.outcomes, e.series, e.events, e.scenario).figures
    assert found["figure"].tolist() == ["first", "rotations"]
