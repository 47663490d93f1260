"""Tables of the result of an experiment, formatted for its page."""

import numpy as np
import pandas as pd

from poruka.analysis.over_draws import INTERVALS_IN_WORDS
from poruka.experiments.experiment_result import AnalysisResult, ExperimentResult
from poruka.figures.base.axis_naming import AxisNaming


def point_table(answer: ExperimentResult) -> pd.DataFrame:
    """Return the table of design points; for dates with the share of worlds that reach them."""
    assert answer.design_result is not None
    result = answer.design_result
    table = result.table()
    dates = [outcome.quantity for outcome in answer.experiment.outcome if outcome.unit == "date"]
    if dates:
        scenarios = [answer.loaded.builder(point) for point in result.points.to_dict("records")]
        months = [
            scenario.months + answer.loaded.scenario.month_of(scenario.start_date)
            for scenario in scenarios
        ]
        table["came"] = [
            (
                share_before(result.quantity_values(row.quantity)[row.point], months[row.point])
                if row.quantity in dates
                else float("nan")
            )
            for row in table.itertuples()
        ]
    return table


def share_before(values: np.ndarray, month: float) -> float:
    """Return the share of worlds with a date before a month; those that failed do not count."""
    completed = values[np.isfinite(values)]
    return float((completed < month).mean()) if len(completed) else float("nan")


def page_table(analysis: AnalysisResult, answer: ExperimentResult) -> pd.DataFrame:
    """Return the table of an analysis without the columns and rows that do not fit on a page."""
    dropped_columns = {
        "modes": [
            name
            for name in analysis.table.columns[8:]
            if name not in ("low", "high", "numbers_low", "numbers_high")
        ],
        "tree": ["side", "factor", "threshold"],
        "effects": ["against"],
    }.get(analysis.kind, [])
    table = analysis.table.drop(columns=dropped_columns)
    if analysis.kind == "screening":
        # All others, and the effect that would have been found in each, are in the full table.
        table = table[table["moves"]].drop(columns=["group", "passed", "moves"])
        # What would have been found is of interest where nothing was.
        return table.drop(columns="detectable").sort_values("p", kind="stable")
    if analysis.kind == "robustness":
        return table[table["large"]].drop(columns=["detail", "p", "found", "large", "detectable"])
    if analysis.kind in ("morris", "sobol"):
        # The years of an index are in the figure and in the full table.
        quantities = [outcome.quantity for outcome in answer.experiment.outcome]
        table = table[table["quantity"].isin(quantities)]
        return table.drop(
            columns=[name for name in ("S1_plain", "ST_plain", "variance") if name in table]
        )
    return table


def table_caption(analysis: AnalysisResult) -> str:
    """Return the caption of the table of an analysis."""
    others = "alone" if getattr(analysis.specification, "most", 0) else "with half of its group"
    caption = {
        "curve": "Means, 95 % intervals, medians and standard deviations",
        "effects": "Paired differences with 95 % intervals",
        "tornado": "Each end of each factor against the base point, with 95 % intervals",
        "modes": "The most frequent outcome of each point, its share, and its lead",
        "split": "Shares of the variance of one world's outcome, with 95 % intervals",
        "prim": (
            "The conditions of the chosen box (p: probability of the gain of each side on the"
            " points held out, if that side made no difference)"
        ),
        "tree": "The nodes of the tree",
        "morris": (
            "Effects of the whole range of each parameter (rms: their size without luck; p of each"
            " alone; q: false discovery rate among all)"
        ),
        "sobol": "First-order and total indices",
        "screening": (
            f"Numbers that move something, the clearest first: effects of moving each {others} from"
            " its default to the ends of its range, with 95 % intervals (q: false discovery rate;"
            " sd: standard deviation of worlds)"
        ),
        "robustness": "Large effects, with the intervals of chance and over the numbers",
    }[analysis.kind]
    if analysis.kind != "robustness" and "numbers_low" in analysis.table:
        return f"{caption} ({INTERVALS_IN_WORDS})"
    return caption


def format_table(table: pd.DataFrame, naming: AxisNaming) -> pd.DataFrame:
    """Return a table as text: numbers rounded, yes and no for flags, dates for months."""
    formatted = table.copy().astype(object)
    for row_number, row in enumerate(table.to_dict("records")):
        quantity = row.get("quantity", "")
        for column, value in row.items():
            if column == "quantity":
                text = naming.outcome_label(str(value))
            elif (
                column in ("mean", "low", "high", "median", "base", "numbers_low", "numbers_high")
                and naming.is_date(quantity)
                and "share" not in row
                and not ("effect" in row and column != "base")
            ):
                text = naming.format_value(quantity, value)
            elif isinstance(value, bool):
                text = "yes" if value else "no"
            elif isinstance(value, float):
                text = (
                    "–"
                    if value != value
                    else f"{value:.3g}"
                    if abs(value) < 1e6
                    else f"{value:.0f}"
                )
            else:
                text = str(value)
            formatted.iloc[row_number, list(table.columns).index(column)] = text
    return formatted
