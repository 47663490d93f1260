"""What a terminal shows of a run.

1. A small chart has as many bars as asked for, at most one a month, and follows its values on the
   scale it was given.
2. The summary fits eighty columns, in a pipe as well, with every main index whole.
3. An account names the theses of its rule and the commands that say more.
"""

import pytest
from worlds import many

from poruka.cli.run_report import build_run_summary
from poruka.cli.sparklines import (
    BAR_CHARACTERS,
    MAIN_INDICES,
    format_index_lines,
    format_index_rows,
    format_sparkline,
)
from poruka.cli.summary import print_summary
from poruka.scenario.scenario import load
from poruka.simulation.regime import Regime


def test_a_small_chart_follows_its_values():
    """Proposition 1."""
    assert (
        format_sparkline(range(8), 0, 7, 8) == BAR_CHARACTERS
        and format_sparkline([5.0] * 3, 0.0, 1.0, 9) == BAR_CHARACTERS[-1] * 3
    )
    assert (
        len(format_sparkline(range(178), 0, 177, 20)) == 20
        and format_sparkline([0.0, 0.0], 0.0, 0.0) == BAR_CHARACTERS[0] * 2
    )


@pytest.mark.parametrize("width", [80, 120])
def test_the_summary_fits_the_terminal(width, monkeypatch, capsys):
    """Proposition 2."""
    monkeypatch.setenv("COLUMNS", str(width))
    print_summary(many(), build_run_summary(many(), None))
    told = capsys.readouterr().out
    assert max(len(line.rstrip()) for line in told.splitlines()) <= width and "\x1b" not in told
    rows = format_index_rows(many().series)
    assert (
        len(rows) == len(MAIN_INDICES)
        and "…" not in told
        and all(row[0].split()[0] in told for row in rows)
    )


def test_the_indices_of_one_world_stand_in_line():
    """Proposition 2."""
    *lines, dates = format_index_lines(many().series.isel(world=[0]))
    assert len({len(line) for line in lines}) == 1 and dates.split()[0] == "1990-03"


def test_an_account_says_where_to_read_more():
    """Proposition 3."""
    regime = Regime(load("kazakhstan", numbers="declared"), seed=1).run_until("1991-12")
    acts = regime.events.index[regime.events["kind"] == "instrument"]
    told = str(regime.why(int(acts[0])))
    assert (
        "theses T" in told
        and "poruka explain president.act" in told
        and "the numbers that decided it" in told
    )
