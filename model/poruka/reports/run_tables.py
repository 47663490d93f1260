"""Tables and chronicles of the report of a run."""

from typing import Any

import pandas as pd
from markupsafe import Markup

from poruka.figures import NothingToDraw, OutcomeShares, wilson_interval
from poruka.figures.base.ensemble_access import (
    observed_record,
    require_events,
    require_worlds,
    world_count,
)
from poruka.figures.ensembles.scorecard import format_score_value
from poruka.reports.html import chronicles_html, table_html
from poruka.reports.over_numbers import group_estimates, outcome_estimates, share_columns
from poruka.simulation.chronicle import format_chronicle, group_lines_by_year
from poruka.utils.labels import format_label

KEY_FIGURES = {
    "dissolutions": "count",
    "first_dissolution": "month",
    "apogee": "fraction",
    "apogee_month": "month",
    "defection_waves": "count",
    "first_defection": "month",
    "largest_wave": "count",
    "first_election_share": "fraction",
    "second_election_share": "fraction",
    "exit_month": "month",
}
"""Key figures of a world and their kind; each is shown over the worlds that have it."""


def key_figure_table(ensemble: Any) -> pd.DataFrame:
    """Return the median and the 90 % band of each key figure over the worlds that have it."""
    rows = []
    for name, kind in KEY_FIGURES.items():
        if name not in ensemble.outcomes:
            continue
        values = ensemble.outcomes[name].astype(float)
        month_column = name.replace("_share", "_month")
        if name.endswith("_share") and month_column in ensemble.outcomes:
            values = values.where(ensemble.outcomes[month_column].notna())
        known = values.dropna()
        if len(known):
            middle, low, high = (
                format_score_value(
                    ensemble, kind, float(known.quantile(q, interpolation="nearest"))
                )
                for q in (0.5, 0.05, 0.95)
            )
            rows.append(
                (
                    # A figure is called as an index is: "exit" is a sphere of threat as well.
                    format_label(name.removesuffix("_month"), "index")
                    + (" (month)" if kind == "month" else ""),
                    middle,
                    low,
                    high,
                    f"{values.notna().mean():.0%}",
                )
            )
    return pd.DataFrame(rows, columns=["figure", "median", "5 %", "95 %", "worlds that have it"])


def format_outcome_table(drawing: OutcomeShares, ensemble: Any) -> pd.DataFrame:
    """Return the outcome shares with labels, for a page; with those over the numbers of a run."""
    table = drawing.table
    return pd.DataFrame(
        {
            "outcome": table["outcome"].map(format_label),
            "worlds": table["count"],
            "share": table["share"].map("{:.1%}".format),
            "95 % interval": [
                f"{low:.1%} to {high:.1%}"
                for low, high in zip(table["low"], table["high"], strict=True)
            ],
            **share_columns(outcome_estimates(ensemble), table["outcome"]),
        }
    )


def regime_groups_html(ensemble: Any) -> Markup:
    """Return the shares of Furman's three groups of regimes as HTML, or nothing without them."""
    if "furman_group" not in ensemble.outcomes:
        return Markup()
    counts = ensemble.outcomes["furman_group"].value_counts().sort_index()
    rows = []
    for group, count in counts.items():
        low, high = wilson_interval(int(count), world_count(ensemble))
        rows.append(
            (group, count, f"{count / world_count(ensemble):.1%}", f"{low:.1%} to {high:.1%}")
        )
    table = pd.DataFrame(rows, columns=["group", "worlds", "share", "95 % interval"])
    table = table.assign(**share_columns(group_estimates(ensemble), table["group"]))
    return table_html(
        table,
        f"Furman's groups of regimes: shares of {require_worlds(ensemble)} with Wilson 95 %"
        " intervals",
    )


def chronicle_lines(ensemble: Any, world: int) -> list[str]:
    """Return the chronicle of one world, a line an event, each beginning with its date."""
    try:
        events = require_events(ensemble)
    except NothingToDraw:
        return []
    return format_chronicle(events[events["world"] == world]).splitlines()


def chronicle_html(ensemble: Any, world: int) -> Markup:
    """Return the chronicle of a world beside the observed record, year by year, as HTML."""
    facts = observed_record(ensemble).dropna(subset=["date"]).drop_duplicates(["date", "fact"])
    facts = facts[facts["role"] != "pattern"]
    facts = facts.sort_values("date", key=lambda dates: dates.astype(str))
    histories = {
        f"world {world}": group_lines_by_year(chronicle_lines(ensemble, world)),
        "the record": group_lines_by_year(
            [f"{fact.date} {fact.fact} ({fact.id})" for fact in facts.itertuples()]
        ),
    }
    if not any(histories.values()):
        return Markup("<p>No events were recorded, and there is no observed record.</p>")
    return chronicles_html(histories)
