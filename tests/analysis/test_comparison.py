"""Comparison: what a change led to, and through what.

1. Worlds that are the same do not part; a pair parts in the month in which its fork opens, if that
   changes anything at all.
2. Differences are branch less parent over pairs, the furthest first, with an interval; so are those
   of the shares of outcomes.
3. A chain runs forward in time from the change to an event that only one of the two worlds has;
   each step's field is read by the next step's rule
   and lies apart in the two worlds.
4. Counted over worlds, links say how many carry the effect.
5. Runs that are no pairs are refused with a reason.
"""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from worlds import DISSOLVING, NO_CHANGE, kazakhstan, parent

import poruka as pk
from poruka.engine.rule import RULE_REGISTRY
from poruka.utils.errors import BadInput


def test_worlds_that_are_the_same_do_not_part():
    """Proposition 1."""
    same = pk.compare(parent(), parent().fork("1995-01", NO_CHANGE))
    assert (
        (same.divergence["month"] == -1).all()
        and "identical throughout" in str(same)
        and same.causal_chain(0) == []
    )


def test_a_pair_parts_where_its_fork_opens():
    """Proposition 1."""
    both = pk.compare(parent(), parent().fork("1998-10", force="president.dies"))
    assert (both.divergence["date"] == "1998-10").all()
    assert both.outcome_transitions.to_numpy().sum() == 12 and "12 of 12 diverge" in str(both)


def test_differences_are_paired_and_ranked():
    """Proposition 2: with the house's end forbidden its autonomy outlives it, in most of twelve
    pairs.
    """
    both = pk.compare(parent(), parent().fork("before dissolution", forbid=DISSOLVING))
    table = both.differences.set_index("index")
    assert list(both.differences["in_spreads"].abs()) == sorted(
        both.differences["in_spreads"].abs(), reverse=True
    )
    assert (
        table.loc["parliament_autonomy", "low"] > 0.0
        and table.loc["parliament_autonomy", "higher"] > 0.75
    )
    since = int(both.divergence["month"].iloc[0])
    gap = (
        (both.branch.series["control"] - both.parent.series["control"]).to_numpy()[0, since:].mean()
    )
    first = [
        pk.compare(*(run_of(run, 0) for run in (both.parent, both.branch)))
        .differences.set_index("index")
        .loc["control", "mean"]
    ]
    assert np.isclose(first[0], gap)


def run_of(run: pk.Ensemble, world: int) -> pk.Regime:
    """Return one world of an ensemble as a regime, played to its end."""
    return pk.Regime(run.scenario, seed=run.seed, world=world).run()


def test_shares_of_outcomes_are_compared_in_pairs():
    """Proposition 2: shares sum to one and differences to nothing; of fifty pairs eight go over and
    two come back, which by hand is 12 points (-1.1 to 24.2).
    """
    both = pk.compare(parent(), parent().fork("1998-10", force="president.dies"))
    table = both.outcome_shares
    assert (
        table[["parent", "branch"]].sum().round(12).tolist() == [1.0, 1.0]
        and abs(table["difference"].sum()) < 1e-12
    )
    assert all(
        f"{one.parent:.1%}" in str(both) and f"{100 * one.difference:+.1f}" in str(both)
        for one in table.itertuples()
    )
    pairs = SimpleNamespace(
        divergence=pd.DataFrame(
            {
                "parent": ["a"] * 30 + ["b"] * 20,
                "branch": ["a"] * 28 + ["b"] * 2 + ["a"] * 8 + ["b"] * 12,
            }
        )
    )
    one = pk.Comparison.outcome_shares.fget(pairs).set_index("outcome").loc["a"]
    assert (
        one["parent"],
        one["branch"],
        round(one["difference"], 6),
        round(one["low"], 4),
        round(one["high"], 4),
    ) == (0.6, 0.72, 0.12, -0.0114, 0.2421)


@pytest.mark.parametrize(
    "at, wishes",
    [
        ("1998-10", {"force": ["president.dies", "heir.unknown"]}),
        ("before dissolution", {"forbid": DISSOLVING}),
        ("1995-01", {"change": {"oligarchs.inertia": 0.05}}),
    ],
)
def test_a_chain_runs_from_the_change_to_its_end(at, wishes):
    """Proposition 3."""
    both = pk.compare(parent(), parent().fork(at, **wishes))
    walked = 0
    for world in range(4):
        trace = both.trace(world)
        chain = trace.causal_chain()
        assert chain and chain[-1].event_number >= 0 and chain[-1].only_in != "both"
        assert [link.month for link in chain] == sorted(link.month for link in chain) and chain[
            0
        ].month >= trace.divergence_month
        for link, after in zip(chain, chain[1:], strict=False):
            walked += 1
            assert link.field in RULE_REGISTRY[after.rule].reads
            assert link.field == "crisis.kind" or trace.distances[link.field].max() > 0.0, (
                "what carries a step lies apart, or opens a crisis within the month"
            )
            if link.event_number >= 0:
                assert link.field in RULE_REGISTRY[link.rule].writes
    assert walked >= 4, "chains have steps"
    assert "How the change led there" in both.narrative(1)


def test_links_are_counted_over_worlds():
    """Proposition 4."""
    both = pk.compare(parent(), parent().fork("1998-10", force=["president.dies", "heir.unknown"]))
    links = both.count_links()
    traced = links.attrs["traced"]
    assert traced == int((both.divergence["parent"] != both.divergence["branch"]).sum()) > 0
    assert (links["worlds"] <= traced).all() and (
        (links["low"] <= links["share"]) & (links["share"] <= links["high"])
    ).all()
    assert (links["cause"] == "death").any()


def test_side_by_side_says_once_what_both_have():
    """Proposition 3: the shared past stands in one column."""
    both = pk.compare(parent(), parent().fork("1998-10", force="president.dies"))
    frame = both.side_by_side(1).set_index("year")
    assert (
        frame.loc["1991", "parent"] == []
        and frame.loc["1991", "branch"] == []
        and frame.loc["1991", "both"]
    )
    assert any("dies" in line for line in frame.loc["1998", "branch"])


def test_what_is_no_pair_is_refused():
    """Proposition 5."""
    e = parent()
    with pytest.raises(BadInput, match="seeds 5 and 6"):
        pk.compare(e, pk.simulate(kazakhstan(), worlds=2, seed=6, until="1990-06", progress=False))
    with pytest.raises(BadInput, match="start in"):
        pk.compare(
            e,
            pk.simulate(
                pk.load("russia", numbers="declared"),
                worlds=2,
                seed=5,
                until="1990-08",
                progress=False,
            ),
        )
    with pytest.raises(BadInput, match="not in both"):
        pk.compare(e, e.fork("1995-01", NO_CHANGE)).trace(99)
    with pytest.raises(BadInput, match="record="):
        assert (
            pk.compare(
                e, pk.simulate(kazakhstan(), worlds=2, seed=5, record="outcomes", progress=False)
            ).divergence
            is None
        )


def test_what_was_asked_for_and_did_not_come_is_said():
    """Proposition 2: nobody dies a second time before 2004 in most worlds, and no house can be
    dared where none sits.
    """
    e = parent()
    both = pk.compare(e, e.fork("after death 3", NO_CHANGE))
    assert "never opens in 12 of 12 worlds" in str(both)
    asked = pk.compare(e, e.fork("2004-12", force="I57"))
    assert "never became possible" in str(asked)
