"""The interval over the numbers on a page: shares, groups and timings of the worlds in which all
numbers are drawn from their ranges, or that none were played.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from poruka.figures.ensembles.scorecard import format_score_value
from poruka.reports.html import table_html
from poruka.simulation.over_numbers import (
    MEANING_OF_SHARES,
    NOT_PLAYED,
    describe_over_numbers,
    key_figures_over_numbers,
    outcome_shares_over_numbers,
    share_over_numbers,
    worlds_over_numbers,
)
from poruka.utils.draw_statistics import DrawEstimate
from poruka.utils.html_templates import fill_html
from poruka.utils.labels import format_label
from poruka.utils.statistics import t_interval


def drawn_run(ensemble: Any) -> Any:
    """Return the worlds over the numbers of a run that have been completed, or None."""
    drawn = worlds_over_numbers(ensemble)
    return drawn if drawn is not None and len(drawn.outcomes) else None


def over_numbers_note(ensemble: Any) -> str:
    """Return on what the interval over the numbers rests, or that it was not played."""
    drawn = worlds_over_numbers(ensemble)
    if drawn is None:
        return f"{NOT_PLAYED[0].upper()}{NOT_PLAYED[1:]}."
    if drawn_run(ensemble) is None:
        return f"Over the numbers: no world is left ({drawn.coverage})."
    return f"Over the numbers: {describe_over_numbers(drawn)}. {MEANING_OF_SHARES}"


def share_columns(estimates: Mapping[Any, DrawEstimate] | None, rows: Any) -> dict[str, list[str]]:
    """Return the columns that say a share over the numbers beside that of chance, a text a row.

    Parameters
    ----------
    estimates : mapping or None
        By what stands in the rows; None where no worlds over the numbers were played.
    rows : iterable
        The outcomes or groups of the table, in its order.
    """
    if estimates is None:
        return {}
    found = [estimates[row] for row in rows]
    return {
        "drawn": [f"{one.mean:.1%} ({one.mean_low:.1%} to {one.mean_high:.1%})" for one in found],
        "95 % over the numbers": [
            "one world a draw" if one.low != one.low else f"{one.low:.1%} to {one.high:.1%}"
            for one in found
        ],
    }


def outcome_estimates(ensemble: Any) -> dict[str, DrawEstimate] | None:
    """Return the shares of outcomes over the numbers; None where none were played."""
    drawn = drawn_run(ensemble)
    return None if drawn is None else outcome_shares_over_numbers(drawn)


def group_estimates(ensemble: Any) -> dict[int, DrawEstimate] | None:
    """Return the shares of the three groups over the numbers; None where none were played."""
    drawn = drawn_run(ensemble)
    if drawn is None:
        return None
    groups = drawn.outcomes["furman_group"]
    return {group: share_over_numbers(drawn, groups == group) for group in (1, 2, 3)}


def expected_figures_html(ensemble: Any, kinds: Mapping[str, str]) -> Markup:
    """Return the expected key figures with both intervals as HTML, or the note that says why not.

    Parameters
    ----------
    ensemble : Ensemble or StoredRun
    kinds : mapping of str to str
        Key figures and their kind, such as ``month``.
    """
    drawn, note = drawn_run(ensemble), fill_html("<p>{}</p>", over_numbers_note(ensemble))
    if drawn is None:
        return note
    rows = []
    for row in key_figures_over_numbers(drawn, tuple(kinds)).itertuples():
        values = ensemble.outcomes[row.figure].astype(float).dropna().to_numpy()
        mean = float(values.mean()) if len(values) else float("nan")
        cells = (mean, *t_interval(values), row.mean, row.low, row.high)
        texts = [
            format_score_value(ensemble, kinds[str(row.figure)], value) if value == value else "–"
            for value in cells
        ]
        label = format_label(str(row.figure).removesuffix("_month"), "index")
        ends = (f"{texts[1]} to {texts[2]}", f"{texts[4]} to {texts[5]}")
        rows.append((label, texts[0], ends[0], texts[3], ends[1]))
    columns = ["figure", "mean", "95 % of chance", "drawn", "95 % over the numbers"]
    table = pd.DataFrame(rows, columns=columns)
    return note + table_html(table, "Expected key figures: means over the worlds that have them")
