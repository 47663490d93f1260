"""Records, and the scores of a forecast against them.

1. The CRPS is the one computed by hand and by its definition, never below zero, and least, on
   average, for an honest forecast.
2. What did not happen lies beyond every date, in the band and in the score.
3. Each form of measure reads the world it is meant to read.
4. Figures beyond the end of a run are left out, not invented.
5. A record that cannot be used is refused with file, line and remedy.
6. The record that comes with Kazakhstan is readable, its dates agree with its months, every year's
   growth stands in it, and all of it is scored.
7. A figure without a date of its own is scored by the months its measure names, or over the whole
   run.
"""

import re

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from worlds import many, score_tables

import poruka as pk
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.scoring.figure_table import FIGURE_COLUMNS
from poruka.scoring.measures import evaluate_measure
from poruka.scoring.proper_scores import crps
from poruka.scoring.record import read_observed_record
from poruka.scoring.record_lines import ALL_COLUMNS, OBSERVED_RECORD_COLUMNS
from poruka.utils.errors import BadInput

HEAD = ",".join(OBSERVED_RECORD_COLUMNS)
GOOD = (
    "R1,1993-12,first dissolution,event,a house,month dissolution 1,45,month,A house ends,"
    "Presidents and Parliaments"
)


@pytest.fixture(scope="module")
def scenario():
    return pk.load("kazakhstan", numbers="declared")


def events(*rows):
    """Return events from (world, month, kind, instrument, actor, target, value)."""
    return pd.DataFrame(
        rows, columns=["world", "month", "kind", "instrument", "actor", "target", "value"]
    )


def series(worlds=4, months=178, **given):
    """Return monthly indices, all one half unless given as (worlds, months)."""
    data = {
        name: (("world", "month"), np.array(given.get(name, np.full((worlds, months), 0.5))))
        for name in INDEX_DESCRIPTIONS
    }
    return xr.Dataset(
        data,
        coords={
            "world": np.arange(worlds),
            "month": pd.date_range("1990-03", periods=months, freq="MS"),
        },
    )


OUTCOMES = pd.DataFrame(
    {
        "world": range(4),
        "apogee_month": [90, 95, 100, 105],
        "first_dissolution": [45.0, np.nan, 50.0, 60.0],
        "apogee": [0.9] * 4,
    }
)
TOLD = events(
    (0, 45, "dissolution", "", "president", "parliament", 1.0),
    (1, 50, "dissolution", "", "president", "parliament", 3.0),
    (1, 64, "dissolution", "", "president", "parliament", 2.0),
    (2, 45, "dissolution", "", "president", "parliament", 1.0),
    (0, 21, "election", "", "president", "", 0.98),
    (0, 48, "election", "", "president", "parliament", 0.1),
    (1, 22, "election", "", "equal", "president", 0.6),
    (1, 22, "election", "", "president", "equal", 0.4),
    (0, 55, "dismissal", "", "president", "oligarch 4", 0.5),
    (1, 30, "dismissal", "", "president", "kinsman 1", 0.5),
    (0, 20, "bid", "", "communist", "", 0.2),
    (0, 101, "bid", "", "oligarch 4", "", 0.6),
    (2, 61, "instrument", "I19", "president", "", 0.5),
    (2, 65, "instrument", "I21", "president", "", 0.5),
)


def one(measure, unit="month", told=TOLD, shown=None):
    return evaluate_measure(
        measure,
        unit,
        OUTCOMES,
        shown if shown is not None else series(),
        told,
        pk.load("kazakhstan", numbers="declared"),
    )


def role_of(measure):
    return {"growth": "growth", "month": "event"}.get(measure.split()[0], "value")


def record(*rows):
    return pd.DataFrame(
        [
            (f"R{i}", date, f"figure {i}", role_of(measure), "e", measure, value, unit, "f", "n 1")
            + (12.0, "a law")
            for i, (date, measure, value, unit) in enumerate(rows)
        ],
        columns=list(ALL_COLUMNS),
    )


@pytest.mark.parametrize(
    "values, recorded, expected",
    [
        ([3.0], 1.0, 2.0),  # one world: the distance
        ([1.0, 3.0], 2.0, 0.5),  # (1 + 1) / 2 - 2 * 2 / (2 * 4)
        ([0.0, 0.0, 6.0], 3.0, 5 / 3),  # 9 / 3 - 4 * 6 / (2 * 9)
        ([2.0, 2.0, 2.0], 2.0, 0.0),
    ],
)  # sure and right
def test_the_score_of_a_forecast_is_the_one_computed_by_hand(values, recorded, expected):
    assert crps(np.array(values), recorded) == pytest.approx(expected)


def test_the_score_of_a_forecast_is_its_definition():
    """Proposition 1: E|X-y| - E|X-X'|/2 by brute force."""
    values = np.random.default_rng(3).normal(size=40)
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


def test_what_did_not_happen_lies_beyond_every_date(scenario):
    row = score_tables(
        record(("1993-12", "month dissolution 1", 45, "month")), OUTCOMES, series(), TOLD, scenario
    ).figures.iloc[0]
    assert row["high"] == np.inf and row["low"] == 45.0 and row["covered"] == 1.0
    assert row["percentile"] == 0.5 and row["shown"] == 0.75  # two of four worlds by then
    # By hand: half of the worlds are late by 5 months, a quarter for good.
    assert row["score"] == pytest.approx((5 * 0.5**2 + 128 * 0.25**2) / 178)


def test_scores_are_numbers_throughout(scenario):
    found = score_tables(
        record(
            ("1993-12", "month war 1", 45, "month"),
            ("1993-12", "value referendum 1", 95.4, "percent"),
            ("", "growth 1996", 0.5, "percent"),
            ("1998-10", "series control 1998-10", 0.9, "index"),
            ("", "count wave 1990-03..2004-12", 1, "count"),
        ),
        OUTCOMES,
        series(),
        events(),
        scenario,
    ).figures
    assert set(found["worlds"]) == set(found["requested"]) == {len(OUTCOMES)}
    assert list(found["kind"]) == ["event", "share", "growth", "index", "count"]
    assert found["score"].between(0.0, 1.0).all() and found["plain"].between(0.0, 1.0).all()
    assert found["median"][0] == np.inf and found["score"][1] == pytest.approx(1.0)


@pytest.mark.parametrize(
    "measure, unit, expected",
    [
        ("month dissolution 1", "month", [45, 50, 45, np.inf]),
        ("month dissolution 2", "month", [np.inf, 64, np.inf, np.inf]),
        ("month president_election 1", "month", [21, 22, np.inf, np.inf]),
        ("value president_election 1", "percent", [98, 40, np.inf, np.inf]),
        ("month parliament_election 1", "month", [48, np.inf, np.inf, np.inf]),
        ("month premier_dismissal 1", "month", [55, np.inf, np.inf, np.inf]),
        ("month premier_bid 1", "month", [101, np.inf, np.inf, np.inf]),
        ("month bid 1", "month", [20, np.inf, np.inf, np.inf]),
        ("value dissolution last", "count", [1, 2, 1, np.inf]),
        ("at control dissolution 2", "index", [np.inf, 0.5, np.inf, np.inf]),
        ("month instrument:I21 1", "month", [np.inf, np.inf, 65, np.inf]),
        ("count instrument:I19 1995-04..1995-04", "count", [0, 0, 1, 0]),
        ("count dissolution 1990-03..1993-12", "count", [1, 0, 1, 0]),
        ("count lost_vote 1990-03..1993-12", "count", [0, 1, 0, 0]),
        ("outcome apogee_month", "month", [90, 95, 100, 105]),
        ("outcome first_dissolution", "month", [45, np.inf, 50, 60]),
        ("outcome apogee", "percent", [90, 90, 90, 90]),
    ],
)
def test_each_form_of_measure_reads_the_world_it_is_meant_to_read(measure, unit, expected):
    assert one(measure, unit)[1] == pytest.approx(np.array(expected, dtype=float))


def test_growth_compares_the_means_of_two_years_and_the_first_has_ten_months():
    years = pd.date_range("1990-03", periods=178, freq="MS").year
    gdp = np.tile(np.where(years == 1990, 1.0, np.where(years == 1991, 0.89, 0.8)), (4, 1))
    kind, values = one("growth 1991", "percent", shown=series(gdp=gdp))
    assert kind == "growth" and values == pytest.approx([-11.0] * 4)


def test_an_unknown_outcome_is_refused_with_the_nearest():
    with pytest.raises(BadInput, match="apogee_month"):
        one("outcome apogee_mont")


def test_figures_beyond_the_end_of_a_run_are_left_out(scenario):
    figures = record(
        ("1993-12", "month dissolution 1", 45, "month"),
        ("1999", "growth 1999", 2.7, "percent"),
        ("1999-01", "value president_election 2", 79.8, "percent"),
        ("", "count wave 1990-03..2004-12", 1, "count"),
        ("", "series control 2000-01", 0.5, "index"),
        ("2001-11", "month movement 1", 140, "month"),
    )
    score = score_tables(figures, OUTCOMES, series(months=104), TOLD, scenario)
    assert list(score.figures["figure"]) == ["figure 0"]
    assert set(score.not_scored["why"]) == {"not reached"} and len(score.not_scored) == 5


@pytest.mark.parametrize(
    "old, new, said",
    [
        (",45,", ",nan,", "finite"),
        ("1993-12", "1993-13", "date"),
        ("dissolution 1,", "dissolution 0,", "number 1"),
        ("dissolution 1,", "dissolutoin 1,", "'dissolution'"),
        ("month dissolution 1", "series control 1998-13", "months go"),
        ("month dissolution 1", "count wave 1999-01..1998-01", "before it begins"),
        ("month dissolution 1", "__import__(os)", "forms are"),
        ("month dissolution 1,45,month,A house ends,Presidents and Parliaments", "", "line 2"),
        (",month dissolution 1,", ",month nothing 1,", "did you mean|unknown kind"),
        (",month dissolution 1,", ",mnth law 1,", "not understood"),
        (",45,", ",one,", "not a number"),
        (",A house ends,", ",,", "fact"),
        ("month dissolution 1", "month instrument:I99 1", "I99"),
        ("month dissolution 1", "series contrl 1990-01", "control"),
    ],
)
def test_a_record_that_cannot_be_used_is_refused_with_file_line_and_remedy(
    tmp_path, old, new, said
):
    path = tmp_path / "bad.csv"
    path.write_text(f"{HEAD}\n{GOOD.replace(old, new)}\n", encoding="utf-8")
    with pytest.raises(BadInput, match=said) as error:
        read_observed_record(path)
    assert "bad.csv, line 2" in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "columns"), ("a,b\n1,2\n", "columns"), (f"{HEAD}\n{GOOD}\n{GOOD}\n", "twice")],
)
def test_a_record_without_its_columns_or_with_a_figure_twice_is_refused(tmp_path, text, said):
    """Proposition 5."""
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=said):
        read_observed_record(path)


COUNT = "R1,,cabinets,value,a house,count confidence 2003-01..2003-12,3,count,They fall,a book"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (COUNT, "a count needs the columns `most`"),
        (f"{COUNT},,a law", "above 0"),
        (f"{COUNT},0,a law", "above 0"),
        (f"{COUNT},inf,a law", "above 0"),
        (f"{COUNT},10,", "`most_from`"),
        (f"{COUNT},2,a law", "the value is 3, but `most` is 2"),
        (f"{GOOD},60,a law", "only a count"),
    ],
)
def test_a_count_needs_a_largest_number_that_is_argued(tmp_path, line, said):
    path = tmp_path / "bad.csv"
    path.write_text(f"{HEAD},most,most_from\n{line}\n", encoding="utf-8")
    with pytest.raises(BadInput, match=said) as error:
        read_observed_record(path)
    assert "bad.csv, line 2" in str(error.value)


def test_a_record_without_counts_needs_no_further_columns(tmp_path):
    path = tmp_path / "good.csv"
    path.write_text(f"{HEAD}\n{GOOD}\n", encoding="utf-8")
    assert np.isnan(read_observed_record(path)["most"][0])
    path.write_text(f"{HEAD}\n{COUNT}\n", encoding="utf-8")
    with pytest.raises(BadInput, match="`most`"):
        read_observed_record(path)
    path.write_text(f"{HEAD},most,most_from\n{COUNT},10,a law\n", encoding="utf-8")
    assert read_observed_record(path)["most"][0] == 10.0
    path.write_text(f"{HEAD},most\n{GOOD},\n", encoding="utf-8")
    with pytest.raises(BadInput, match="most, most_from in this order"):
        read_observed_record(path)


def test_a_missing_or_foreign_file_is_refused(tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        read_observed_record(tmp_path / "absent.csv")
    (tmp_path / "picture.csv").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(BadInput, match="UTF-8"):
        read_observed_record(tmp_path / "picture.csv")


def test_a_record_saved_by_a_spreadsheet_is_read(tmp_path):
    (tmp_path / "sheet.csv").write_text(f"{HEAD}\n{GOOD}\n", encoding="utf-8-sig")
    assert read_observed_record(tmp_path / "sheet.csv")["value"][0] == 45.0


def test_the_record_of_kazakhstan_is_readable_and_holds_growth_of_every_year(scenario):
    found = read_observed_record(scenario.record_path)
    assert len(found) >= 30
    years = {
        int(measure.split()[1]) for measure in found["measure"] if measure.startswith("growth")
    }
    assert years == set(range(1991, 2005))
    assert all(re.search(r"\bnote \d+$|^World Bank|^[A-Z]", place) for place in found["locator"])


def test_dates_of_the_record_agree_with_its_months(scenario):
    found = read_observed_record(scenario.record_path)
    dated = found[
        found["measure"].str.startswith("month")
        & found["date"].str.fullmatch(r"\d{4}-\d{2}", na=False)
    ]
    assert len(dated) > 10
    for fact in dated.itertuples():
        assert scenario.month_of(fact.date) == fact.value, fact.id


def test_the_record_of_kazakhstan_is_scored():
    """Proposition 6."""
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


def test_a_figure_without_a_date_is_scored(tmp_path):
    """Proposition 7: the missing date stays missing beside dates that are given."""
    path = tmp_path / "some.record.csv"
    path.write_text(
        f"{HEAD},most,most_from\n"
        + "A,1993-12,first,event,house,month dissolution 1,45,month,It ends,somewhere\n"
        "B,,rotations,value,house,outcome rotations,0,count,None,somewhere,4,one in four years\n"
    )
    record = read_observed_record(path)
    assert record["date"].tolist() == ["1993-12", None]
    e = many()
    found = score_tables(record, e.outcomes, e.series, e.events, e.scenario).figures
    assert found["figure"].tolist() == ["first", "rotations"]
