"""What was put in and what came out.

1. Every start value stands in the ledger once, with what it rests on; every shock too.
2. Where two coders judged a value both codings are shown, and what was put in is what they settled
   on.
3. What is set by hand, overridden, left out, switched off or made to happen is said to be.
4. Every figure of the record is there with its median and band, and covered means that it lies
   inside.
5. Counts add up to the rows, and nothing is both put in and come out.
6. Shares of outcomes are those of the ensemble and add up to one.
7. The page needs nothing from outside and keeps both sides apart; a country without a record says
   so.
8. The command writes page and table; wrong arguments leave with 2, one message and no folder.
"""

import csv
import json
import re
from functools import cache

import matplotlib
import pandas as pd
import pytest

import poruka as pk
from poruka.cli.main import main
from poruka.engine.parameters import start_values
from poruka.reports.provenance_page import write_provenance_page
from poruka.reports.provenance_tables import (
    count_entries,
    external_input_table,
    provenance_table,
    start_value_table,
)
from poruka.scenario.codebook import read_codings
from poruka.utils.errors import BadInput

matplotlib.use("Agg")


@cache
def made(name: str = "russia"):
    """Return a small ensemble of a country."""
    return pk.simulate(pk.load(name, numbers="declared"), worlds=12, seed=4, progress=False)


def run(*arguments: str) -> int:
    """Run the command line in this process and return its exit code."""
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    return int(left.value.code or 0)


@pytest.mark.parametrize("name", ["kazakhstan", "russia"])
def test_everything_put_in_is_listed(name):
    """Proposition 1."""
    scenario = pk.load(name, numbers="declared")
    table = start_value_table(scenario)
    assert table["name"].tolist() == list(start_values())
    assert table["evidence"].str.len().min() > 2 and table["source"].str.len().min() > 1
    known = {f"{page}.{key}" for page, entries in scenario.file.start.items() for key in entries}
    assert set(table.loc[table["kind"] != "start value, neutral", "name"]) == known
    assert external_input_table(scenario)["name"].tolist() == [
        shock.id for shock in scenario.shocks
    ]


@pytest.mark.parametrize("name", ["kazakhstan", "russia"])
def test_what_was_judged_shows_both_codings(name):
    """Proposition 2."""
    scenario = pk.load(name, numbers="declared")
    coded = read_codings(scenario)
    table = start_value_table(scenario).set_index("name")
    assert len(coded) > 40 and set(table.index[table["kind"] == "start value, coded"]) == set(coded)
    for key, row in coded.items():
        assert (
            table.loc[key, "value"] == float(row["settled"])
            and table.loc[key, "first"] == row["first"]
            and table.loc[key, "second"] == row["second"]
        )
    assert not table["how_settled"].astype(str).str.contains("put in").any()
    gaps = [
        abs(float(row["first"]) - float(row["second"]))
        for row in coded.values()
        if row["how_settled"] == "agreed"
    ]
    assert len(gaps) > 3


def test_what_a_hand_did_is_said():
    """Proposition 3."""
    scenario = pk.load("kazakhstan", numbers="declared").change(
        {
            "start.president.age": 60.0,
            "start.society.habit": 0.5,
            "oligarchs.inertia": 0.5,
            "shocks.putsch.value": 0.2,
            "instruments.I08.blunt": 0.5,
        }
    )
    scenario = scenario.without("M3.predation", "I19", "shocks.oil_1998").intervene(
        "1998-10", force=["president.dies"]
    )
    start, outside = start_value_table(scenario).set_index("name"), external_input_table(scenario)
    assert (
        start.loc["president.age", "kind"] == "start value, changed"
        and "instead of 49.7" in start.loc["president.age", "evidence"]
    )
    assert (
        start.loc["society.habit", "kind"] == "start value, changed"
        and start.loc["society.habit", "value"] == 0.5
    )
    kinds = outside["kind"].value_counts()
    assert (
        kinds["parameter overridden"]
        == kinds["mechanism off"]
        == kinds["instrument changed"]
        == kinds["instrument forbidden"]
        == kinds["shock left out"]
        == kinds["made to happen"]
        == 1
    )
    changed = outside.set_index("name").loc["instruments.I08.blunt"]
    assert (changed["value"], changed["evidence"]) == (0.5, "set by hand, instead of 1")
    assert (
        outside.set_index("name").loc["putsch", "value"] == 0.2
        and "putsch moved by 0.2" in outside.set_index("name").loc["putsch", "evidence"]
    )


@pytest.mark.parametrize("name", ["kazakhstan", "russia"])
def test_every_figure_of_the_record_is_there(name):
    """Proposition 4."""
    ensemble = made(name)
    table = provenance_table(ensemble)
    rows = table[table["kind"] == "figure of the record"]
    with open(ensemble.scenario.record_path, encoding="utf-8") as file:
        record = list(csv.DictReader(file))
    assert rows["name"].tolist() == [row["figure"] for row in record] and rows[
        "value"
    ].tolist() == [float(row["value"].replace("never", "inf")) for row in record]
    assert all(None not in row for row in record), "a comma without quotes moves the rest of a line"
    assert (rows["covered"] == "input").sum() == 1
    for row in rows[rows["covered"].isin(["yes", "no"])].itertuples():
        assert (row.covered == "yes") == (row.low <= row.value <= row.high)


def test_counts_add_up():
    """Proposition 5."""
    table = provenance_table(made())
    found = count_entries(made(), table)
    put = {name: count for name, count in found["put in"].items() if "shared" not in name}
    assert sum(put.values()) == (table["side"] == "put in").sum()
    out = found["came out"]
    assert (
        out["figures of the record"]
        == out["inside their 90 % band"]
        + out["outside it"]
        + out["not reached"]
        + out["inputs, not scored"]
        + out["without a band (no skill, or a pattern)"]
        and out["worlds"] == 12
    )
    kinds = table.groupby("kind")["side"].nunique()
    assert (kinds == 1).all()


def test_outcome_shares_are_those_of_the_ensemble():
    """Proposition 6."""
    rows = provenance_table(made()).query("kind == 'outcome'").set_index("name")
    assert rows["value"].sum() == pytest.approx(1.0)
    assert rows.loc["incumbent", "value"] == (made().outcomes["outcome"] == "incumbent").mean()


def test_the_page_keeps_both_sides_apart(tmp_path):
    """Proposition 7."""
    text = write_provenance_page(made(), tmp_path).read_text(encoding="utf-8")
    assert not re.search(
        r"""(?:src|href)\s*=\s*["'](?!data:|#)|url\(|@import|https?://|<script""", text
    )
    assert text.index("External inputs</h2>") < text.index("Results: outcomes</h2>")
    before, after = text.split("Results: outcomes</h2>")
    assert (
        "an empire of its own" not in after
        and "an empire of its own under one man" in before
        and "first dissolution" in after
    )
    assert "poruka ledger russia -n 12 --seed 4" in text and str(tmp_path) not in text
    assert len(pd.read_csv(tmp_path / "ledger.csv")) == len(provenance_table(made()))


def test_a_country_without_a_record_says_so(tmp_path):
    """Proposition 7."""
    (tmp_path / "here.toml").write_text(
        'title = "Here"\ncountry = "Here"\nstart_date = "1990-01"\nend_date = "1990-12"\n',
        encoding="utf-8",
    )
    ensemble = pk.simulate(pk.load(tmp_path / "here.toml"), worlds=3, seed=1, progress=False)
    text = write_provenance_page(ensemble, tmp_path / "out").read_text(encoding="utf-8")
    assert "no record of this country" in text and count_entries(ensemble)["put in"][
        "start values left neutral"
    ] == len(start_values())
    (tmp_path / "coding.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(BadInput, match="settled"):
        read_codings(ensemble.scenario)


def test_the_command_writes_page_and_table(tmp_path, capsys):
    """Proposition 8."""
    assert run("ledger", "russia", "-n", "3", "--out", str(tmp_path), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["came out"]["worlds"] == 3 and {"ledger.html", "ledger.csv"} <= {
        path.name for path in tmp_path.iterdir()
    }


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nowhere",),
        ("russia", "-n", "0"),
        ("russia", "--set", "start.president.age=900"),
        ("russia", "--without", "M99"),
    ],
)
def test_wrong_arguments_leave_with_two(arguments, tmp_path, monkeypatch, capsys):
    """Proposition 8."""
    monkeypatch.chdir(tmp_path)
    assert run("ledger", *arguments) == 2
    assert capsys.readouterr().err and not list(tmp_path.iterdir())
