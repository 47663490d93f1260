"""Start values swapped between two countries.

1. Exchanged is every start value in which the two differ, and nothing else: no number of agents, no
   date.
2. A page is exchanged as a whole where more than one of its values differs, and the whole start
   makes the two start alike.
3. A swap changes what it names and leaves the rest of the scenario as it was.
4. An effect is the mean difference of the same worlds with and without the swap, with its interval;
   both directions are there.
5. A swap that changes nothing has no effect, and a large known one is found: ties of kin carry the
   revolt of the rich.
6. The table is ranked within each quantity, the surest large effects first; the share of the gap is
   given only where there is a gap.
7. The figure tells the directions apart by marker as well as colour and says how many intervals
   chance would make clear.
8. The command keeps table and figure; wrong arguments leave with 2 and a message that helps.
"""

import json
from functools import cache

import matplotlib
import numpy as np
import pandas as pd
import pytest

import poruka as pk
from poruka.analysis.paired_runs import paired_difference, run_arms
from poruka.cli.main import main
from poruka.engine.parameters import start_values
from poruka.figures.comparisons.start_value_swaps import StartValueSwaps, largest_contributions
from poruka.theory.start_value_swaps import (
    DEFAULT_SWAP_QUANTITIES,
    build_swaps,
    differing_start_values,
    minimum_effect_size,
    run_start_value_swaps,
)
from poruka.utils.errors import BadInput
from poruka.utils.statistics import t_quantile

matplotlib.use("Agg")
FEW = ("society.solidarity", "opposition.minority", "media")


def pair():
    """Return both countries."""
    return pk.load("kazakhstan", numbers="declared"), pk.load("russia", numbers="declared")


@cache
def table() -> pd.DataFrame:
    """Return a few swaps on a few worlds."""
    return run_start_value_swaps(
        *pair(), worlds=20, seed=9, quantities=("defections", "dissolutions"), only=FEW
    )


def run(*arguments: str) -> int:
    """Run the command line in this process and return its exit code."""
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    return int(left.value.code or 0)


def test_everything_that_differs_is_swapped_and_nothing_else():
    """Proposition 1."""
    one, other = pair()
    found = differing_start_values(one, other)
    for key in start_values():
        page, name = key.split(".")
        mine, theirs = (
            float(getattr(getattr(scenario.start(), page), name)) for scenario in (one, other)
        )
        assert found.get(key, (mine, mine)) == (mine, theirs if page != "scale" else mine)
    singles = [swap.key for swap in build_swaps(one, other) if swap.kind == "value"]
    assert singles == list(found) and not any(
        "date" in key or key.startswith("scale.") for key in found
    )


def test_pages_and_the_whole_start_are_swapped_too():
    """Proposition 2."""
    one, other = pair()
    made = {swap.key: swap for swap in build_swaps(one, other)}
    assert made["society"].kind == "page" and "media" not in made and made["start"].kind == "start"
    assert {key.split(".")[1] for key in made["society"].changes} == {"society"}
    assert not differing_start_values(one.change(made["start"].changes), other)


def test_a_swap_changes_what_it_names():
    """Proposition 3."""
    one, other = pair()
    for swap in build_swaps(one, other, ["society"]):
        assert {
            f"start.{key}" for key in differing_start_values(one, one.change(swap.changes))
        } == set(swap.changes)
    with pytest.raises(BadInput, match="have the same start values"):
        build_swaps(one, one)
    with pytest.raises(BadInput, match="did you mean"):
        build_swaps(one, other, ["society.solidarty"])


def test_an_effect_is_a_paired_difference():
    """Proposition 4: made again by hand."""
    one, other = pair()
    row = (
        table()
        .query("quantity == 'defections' and key == 'society.solidarity' and into == 'kazakhstan'")
        .iloc[0]
    )
    with_it, without = (
        pk.simulate(scenario, worlds=20, seed=9, progress=False)
        .outcomes["defections"]
        .to_numpy(dtype=float)
        for scenario in (
            one.change({"start.society.solidarity": other.start().society.solidarity}),
            one,
        )
    )
    gap = with_it - without
    assert (
        row["effect"] == pytest.approx(gap.mean())
        and row["base"] == without.mean()
        and row["own"] == one.start().society.solidarity
        and row["given"] == other.start().society.solidarity
    )
    half = t_quantile(19) * gap.std(ddof=1) / np.sqrt(20)
    assert row["high"] - row["low"] == pytest.approx(2 * half)
    assert (
        set(table()["into"]) == {"kazakhstan", "russia"}
        and (table()["into"] != table()["from"]).all()
    )


def test_large_effects_are_found_and_none_is_made_up():
    """Proposition 5; twenty pairs miss an effect of this size with a chance far below 0.001."""
    row = (
        table()
        .query("quantity == 'defections' and key == 'society.solidarity' and into == 'kazakhstan'")
        .iloc[0]
    )
    assert row["clear"] and row["effect"] < -15
    frame = pd.DataFrame({"x": [1.0, 4.0, 2.0]})
    same = paired_difference(frame, frame, "x")
    assert (same.mean, same.low, same.high) == (0.0, 0.0, 0.0)
    assert np.isnan(paired_difference(frame, frame.set_axis([7, 8, 9]), "x").mean), (
        "worlds without a pair are not compared"
    )


def test_the_table_is_ranked():
    """Proposition 6."""
    for _, rows in table().groupby("quantity"):
        clear = rows["clear"].to_numpy()
        assert (np.diff(clear.astype(int)) <= 0).all() and (
            np.diff(minimum_effect_size(rows)) <= 0
        ).all()
        assert (np.diff(rows[~clear]["effect"].abs()) <= 0).all()
    told = table().dropna(subset=["closes"])
    assert (
        np.allclose(told["closes"] * told["gap"], told["effect"])
        and len(DEFAULT_SWAP_QUANTITIES) == 6
    )


def test_the_figure_needs_no_colours():
    """Proposition 7."""
    import matplotlib.pyplot as plt

    drawing = StartValueSwaps(table(), 9, max_keys=2)
    assert (
        drawing.table.groupby("quantity")["key"].nunique().max() == 2
        and "by chance" in drawing.caption
        and "n = 20 worlds, seed 9" in drawing.caption
    )
    axes = drawing.draw()
    for ax in axes.flat:
        looks = {
            (line.get_marker(), line.get_color())
            for line in ax.lines
            if line.get_marker() not in ("None", "", None)
        }
        assert len({marker for marker, _ in looks}) == len({colour for _, colour in looks}) == 2
    assert set(largest_contributions(table(), 1).groupby("quantity")["key"].nunique()) == {1}
    plt.close("all")


def test_the_command_keeps_table_and_figure(tmp_path, capsys):
    """Proposition 8."""
    few = ("--only", "media", "--quantity", "end_control", "-n", "4", "--out", str(tmp_path))
    assert run("swap", *few) == 0
    assert "media.independent" in capsys.readouterr().out
    assert {"swap.csv", "swap-figure.png", "swap-figure.csv"} <= {
        path.name for path in tmp_path.iterdir()
    }
    assert run("swap", *few, "--json") == 0
    assert [row["into"] for row in json.loads(capsys.readouterr().out)].count("russia") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("kazakhstan", "kazakhstan"), "have the same start values"),
        (("--only", "socety"), "society"),
        (("--quantity", "end_controll"), "end_control"),
        (("-n", "1"), ""),
        (("kazakhstan", "rusia"), "russia"),
    ],
)
def test_wrong_arguments_leave_with_two(arguments, said, tmp_path, monkeypatch, capsys):
    """Proposition 8."""
    monkeypatch.chdir(tmp_path)
    assert run("swap", *arguments) == 2
    assert said in capsys.readouterr().err and not list(tmp_path.iterdir())


def test_arms_that_are_the_same_are_played_once():
    """Arms alike give the same rows; a comparison of fewer than two worlds is refused."""
    one = pk.load("kazakhstan", numbers="declared")
    told = []
    made = run_arms(
        {"a": one, "b": one.change({})},
        ["end_control"],
        worlds=2,
        seed=1,
        progress=lambda *at: told.append(at),
    )
    assert told == [(1, 1)] and made["a"].equals(made["b"])
    with pytest.raises(BadInput, match="at least 2"):
        run_arms({"a": one}, ["end_control"], worlds=1, seed=1)
