"""What the figures of paired worlds promise.

1. Differences are branch less parent: their table holds the quantiles over pairs, zero before the
   fork, and the lines drawn are the table.
2. The figure of differences marks the month in which the branches open, and names unit, number of
   pairs and seed.
3. The indices shown are those that lie furthest apart, or those asked for; an index nobody knows is
   refused in words.
4. A chain's table holds its steps as the comparison gives them, in order, and the events only one
   world has, complete.
5. Its lanes part in the month in which the pair parts; worlds that are the same throughout have no
   fork, no step, and say so.
6. Eight steps in one month still stand apart, in order, on the page.
7. Links are drawn as the comparison counts them, with their intervals.
8. Every kind of happening has words; fields and acts are said without the names of code.
9. Each of them can be drawn into given axes and saved with its table.
10. The histories side by side hold every line of the comparison once, in its column, and name what
    each world ends as.
11. The page of a fork is one file that asks for nothing, with every figure's numbers beside it; the
    lines it gives run the fork again.
"""

import re
from functools import cache

import matplotlib
import numpy as np
import pandas as pd
import pytest
from marks import marks
from worlds import NO_CHANGE

import poruka as pk
from poruka.figures import CausalChain, CausalLinks, NothingToDraw, PairedDifferences, save_figure
from poruka.figures.base.lanes import assign_label_rows, spread_positions
from poruka.figures.base.wording import field_label, step_label
from poruka.figures.comparisons.side_by_side import SideBySideChronicles
from poruka.reports.fork_page import reproduction_code, write_fork_page

matplotlib.use("Agg")


@cache
def parent():
    return pk.simulate(
        pk.load("kazakhstan", numbers="declared"),
        worlds=12,
        seed=1,
        until="1997-12",
        progress=False,
    )


@cache
def compared(same: bool = False):
    """Return twelve pairs: the ruler dies in 1994-05, or nothing is changed."""
    changed = {"change": NO_CHANGE} if same else {"force": "president.dies"}
    return pk.compare(parent(), parent().fork("1994-05", **changed))


@cache
def chain():
    return CausalChain(compared())


def test_the_table_of_differences_is_counted_over_pairs_and_is_what_is_drawn():
    """Proposition 1."""
    drawing = PairedDifferences(compared())
    for index in drawing.indices:
        rows = drawing.table[drawing.table["index"] == index].set_index("month")
        gap = compared().branch.series[index].to_numpy() - parent().series[index].to_numpy()
        first = list(parent().series["month"].to_numpy()).index(rows.index[0].to_datetime64())
        assert np.allclose(rows["median"], np.median(gap, axis=0)[first:]) and np.allclose(
            rows["low_90"], np.quantile(gap, 0.05, axis=0)[first:]
        )
        assert (rows.loc[:"1994-04", ["low_90", "high_90"]] == 0.0).all().all() and rows.loc[
            "1994-05":, "high_90"
        ].abs().max() > 0
    for ax, index in zip(drawing.draw().flat, drawing.indices, strict=False):
        *_, drawn = (line for line in ax.lines if len(line.get_xdata()) > 2)  # above its bands
        assert np.allclose(
            drawn.get_ydata(), drawing.table.loc[drawing.table["index"] == index, "median"]
        )


def test_the_fork_is_marked_and_the_caption_is_whole():
    """Proposition 2."""
    drawing = PairedDifferences(compared())
    assert drawing.fork_dates == ["1994-05"] and "12 pairs of worlds, seed 1" in drawing.caption
    marks = {
        matplotlib.dates.num2date(ax.convert_xunits(line.get_xdata()[0])).strftime("%Y-%m")
        for ax in drawing.draw().flat
        for line in ax.lines
        if len(line.get_xdata()) == 2 and line.get_xdata()[0] == line.get_xdata()[1]
    }
    assert marks == {"1994-05"}
    later = pk.compare(parent(), parent().fork("before dissolution", force="president.dies"))
    dates = PairedDifferences(later).fork_dates  # worlds fork where each of them ends a house
    assert len(set(dates)) == len(dates) > 1


def test_the_furthest_indices_are_shown_and_unknown_ones_refused():
    """Proposition 3."""
    assert PairedDifferences(compared()).indices == compared().differences["index"].head(6).tolist()
    assert PairedDifferences(compared(), ["control"]).indices == ["control"]
    with pytest.raises(NothingToDraw, match="no index 'temper'"):
        PairedDifferences(compared(), ["temper"])
    with pytest.raises(NothingToDraw, match="no index differs"):
        PairedDifferences(compared(same=True))


def test_a_chain_keeps_its_steps_and_what_only_one_world_has():
    """Proposition 4."""
    links = compared().causal_chain(chain().world)
    steps = chain().table[chain().table["part"] == "step"]
    assert steps["month"].tolist() == [link.month for link in links] and len(links) >= 2
    assert steps["text"].tolist() == [
        link.text + (f" [{link.rule}]" if link.rule else "") for link in links
    ]
    trace = compared().trace(chain().world)
    events = chain().table[chain().table["part"] == "event"]["lane"].value_counts()
    assert events["parent"] == len(trace.parent_only) and events["branch"] == len(trace.branch_only)


def test_lanes_part_where_the_pair_parts():
    """Proposition 5."""
    lanes = chain().draw().flat[-3]
    fork = [line for line in lanes.lines if sorted(line.get_ydata()) == [0.0, 1.0]]
    assert (
        fork
        and pd.Timestamp(fork[0].get_xdata()[0]).strftime("%Y-%m")
        == compared().divergence.set_index("world").loc[chain().world, "date"]
    )
    same = CausalChain(compared(same=True))
    assert same.steps == [] and "same throughout" in same.alt and marks(same.draw())


def test_many_steps_of_one_month_stand_apart_in_order():
    """Proposition 6."""
    places = spread_positions(0.117, [0.9] * 8)
    assert np.allclose(np.diff(places), 0.117) and places[0] >= 0.0 and places[-1] <= 1.0
    assert spread_positions(0.1, [0.2, 0.5, 0.8]) == pytest.approx([0.2, 0.5, 0.8])
    assert assign_label_rows([(0.5, 0.3)] * 3, 2) == [0, 1, None]


def test_links_are_drawn_as_they_are_counted():
    """Proposition 7."""
    links = compared().count_links(max_worlds=6)
    drawing = CausalLinks(links)
    assert drawing.table[["worlds", "share", "low", "high"]].equals(
        links[["worlds", "share", "low", "high"]]
    )
    dots = [line.get_xdata()[0] for line in drawing.draw().lines if line.get_marker() == "o"]
    assert (
        np.allclose(dots, links["share"].head(drawing.shown_count))
        and "6 pairs of worlds, seed 1" in drawing.caption
    )
    with pytest.raises(NothingToDraw):
        CausalLinks(links.iloc[:0])


def test_happenings_acts_and_fields_have_words():
    """Proposition 8."""
    assert "_" not in step_label("I13") and "_" not in field_label(
        "president.expected_end"
    ) + field_label("constitution.sole_candidate")


def test_they_are_drawn_into_axes_and_saved(tmp_path):
    """Proposition 9."""
    import matplotlib.pyplot as plt

    for drawing in (
        PairedDifferences(compared()),
        chain(),
        CausalLinks(compared().count_links(max_worlds=3)),
    ):
        figure, ax = plt.subplots()
        drawing.draw(ax)
        figure.canvas.draw()
        plt.close("all")
    paths = save_figure(drawing, tmp_path, "links")
    assert len(pd.read_csv(paths[2])) == len(drawing.table) and all(
        path.stat().st_size > 100 for path in paths
    )


def test_side_by_side_holds_every_line_once():
    """Proposition 10."""
    side = SideBySideChronicles(compared(), chain().world)
    told = compared().side_by_side(chain().world)
    assert {
        name: int((side.table["column"] == name).sum()) for name in ("both", "parent", "branch")
    } == {name: sum(map(len, told[name])) for name in ("both", "parent", "branch")}
    text = side.to_html()
    assert (
        text.count("<li>") == len(side.table)
        and text.count("Outcome:") == 2
        and 'datetime="1994-05"' in text
    )
    same = SideBySideChronicles(compared(same=True))
    assert "same throughout" in same.to_html() and set(same.table["column"]) == {"both"}


def test_the_page_of_a_fork_is_whole_and_can_be_run_again(tmp_path):
    """Proposition 11."""
    text = write_fork_page(compared(), tmp_path, traced_pairs=4).read_text(encoding="utf-8")
    assert not re.search(
        r"""(?:src|href)\s*=\s*["'](?!data:|#)|url\(|@import|https?://|<script""", text
    )
    names = re.findall(r'\bid="([^"]+)"', text)
    assert (
        len(names) == len(set(names))
        and set(re.findall(r'href="#([^"]+)"', text)) <= set(names)
        and str(tmp_path) not in text
    )
    assert {path.name for path in (tmp_path / "figures").glob("*.csv")} == {
        "differences.csv",
        "links.csv",
        "chain.csv",
        "histories.csv",
    }
    for csv in re.findall(r"figures/([a-z-]+\.csv)", text):
        assert (tmp_path / "figures" / csv).exists()
    made: dict = {}
    exec(reproduction_code(compared()).replace("print(", "found = ("), made)
    assert made["found"].differences.equals(compared().differences)
    alone = pk.Regime(pk.load("kazakhstan", numbers="declared"), seed=1).run_until("1994-04")
    one = pk.compare(
        alone.fork().run_until("1995-12"), alone.fork(force="president.dies").run_until("1995-12")
    )
    assert "1 pair of worlds" in write_fork_page(one, tmp_path / "one").read_text(encoding="utf-8")
