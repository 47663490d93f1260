"""Two countries' control on one calendar.

1. The table holds the quantiles of both ensembles month by month; months only one of them has stay
   empty in the other.
2. The crossing is the first month of the last stretch in which the medians keep their order;
   medians that never change places have none.
3. A pair of worlds has crossed when the second lies below the first at the first's apogee and above
   it at the end.
4. An ensemble set against itself never crosses, and the two are told apart by name.
5. The figure tells the countries apart by line as well as colour, marks the crossing, and says how
   many worlds and which seed.
6. The command keeps figure and numbers, and says the same in words and for machines.
7. Wrong arguments leave with 2, one message and no folder.
"""

import json
from functools import cache

import matplotlib
import numpy as np
import pytest

import poruka as pk
from poruka.cli.main import main
from poruka.figures.comparisons.crossing import (
    ControlCrossing,
    control_table,
    last_crossing,
    measure_crossing,
)

matplotlib.use("Agg")


@cache
def made(name: str):
    """Return a small ensemble of a country."""
    return pk.simulate(
        pk.load(name, numbers="declared"), worlds=24, seed=5, record="series", progress=False
    )


def both():
    """Return both countries."""
    return made("kazakhstan"), made("russia")


def run(*arguments: str) -> int:
    """Run the command line in this process and return its exit code."""
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    return int(left.value.code or 0)


def test_the_table_holds_the_quantiles_of_both():
    """Proposition 1."""
    table = control_table(*both()).set_index("month")
    for place, ensemble in zip(("one", "other"), both(), strict=True):
        values = ensemble.series["control"].transpose("world", "month").to_numpy()
        told = table[f"{place}_median"].dropna()
        assert np.allclose(told, np.median(values, axis=0)) and np.allclose(
            table[f"{place}_high_90"].dropna(), np.quantile(values, 0.95, axis=0)
        )
    assert (
        table["other_median"].isna().sum() == 3
        and table["one_median"].notna().all()
        and table["gap"].isna().sum() == 3
    )


@pytest.mark.parametrize(
    ("gap", "at"),
    [
        ([-1, -1, 1, 1], 2),
        ([1, 2, 3], None),
        ([-1, 1, -1, 1], 3),
        ([-1, 0, 0, 1], 3),
        ([1, -1, 0, float("nan")], 1),
        ([], None),
    ],
)
def test_the_last_change_of_places_is_the_crossing(gap, at):
    """Proposition 2."""
    assert last_crossing(range(len(gap)), [float(x) for x in gap]) == at


def test_a_pair_crosses_when_the_second_overtakes_after_the_firsts_apogee():
    """Proposition 3: counted again, world by world, from the plain series."""
    one, other = both()
    found = measure_crossing(one, other)
    crossed = 0
    for world in range(24):
        mine = one.series["control"].sel(world=world).to_series()
        theirs = other.series["control"].sel(world=world).to_series()
        peak = max(mine.idxmax(), theirs.index[0])
        crossed += theirs[peak] < mine[peak] and theirs.iloc[-1] > mine.iloc[-1]
    assert (
        found.pair_count == 24
        and found.crossed_share == crossed / 24
        and found.low <= found.crossed_share <= found.high
    )
    inside = (
        one.outcomes["apogee_month"].between(58, 105).mean()
    )  # January 1995 to December 1998, counted from March 1990
    assert found.apogees[0].share_in_apogee_years == inside


def test_an_ensemble_never_crosses_itself():
    """Proposition 4."""
    found = measure_crossing(made("russia"), made("russia"))
    assert found.crossing_date is None and found.crossed_share == 0.0
    assert [apogee.name for apogee in found.apogees] == ["russia (first)", "russia (second)"]
    assert "do not cross" in ControlCrossing(made("russia"), made("russia")).caption


def test_the_figure_needs_no_colours():
    """Proposition 5."""
    import matplotlib.pyplot as plt

    drawing = ControlCrossing(*both())
    ax = drawing.draw()
    lines = {
        line.get_label(): line for line in ax.lines if str(line.get_label()).startswith("median")
    }
    assert set(lines) == {"median, Kazakhstan", "median, Russia"}
    assert (
        len({line.get_linestyle() for line in lines.values()})
        == len({line.get_color() for line in lines.values()})
        == 2
    )
    assert drawing.result.crossing_date and any(
        drawing.result.crossing_date in text.get_text() for text in ax.texts
    )
    assert "n = 24 worlds, seed 5" in drawing.caption and len(drawing.alt) > 60
    plt.close("all")


def test_the_command_keeps_figure_and_numbers(tmp_path, capsys):
    """Proposition 6."""
    assert run("crossing", "-n", "6", "--seed", "2", "--out", str(tmp_path)) == 0
    said = capsys.readouterr().out
    assert {"crossing.png", "crossing.svg", "crossing.csv"} <= {
        path.name for path in tmp_path.iterdir()
    }
    assert run("crossing", "-n", "6", "--seed", "2", "--out", str(tmp_path), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (
        found["pairs"] == 6
        and found["apogees"][0]["median"] in said
        and f"{found['crossed']:.1%}" in said
    )


@pytest.mark.parametrize(
    "arguments",
    [("kazakstan",), ("kazakhstan", "nowhere"), ("-n", "1"), ("--seed", "-1"), ("a", "b", "c")],
)
def test_wrong_arguments_leave_with_two(arguments, tmp_path, monkeypatch, capsys):
    """Proposition 7."""
    monkeypatch.chdir(tmp_path)
    assert run("crossing", *arguments) == 2
    assert capsys.readouterr().err and not list(tmp_path.iterdir())
