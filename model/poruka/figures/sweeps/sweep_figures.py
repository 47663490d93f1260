"""The figure of a sweep: it follows from how many keys vary, and of what kind they are."""

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from poruka.analysis.over_draws import is_share
from poruka.analysis.sensitivity.main_effects import compute_response_curve
from poruka.figures.base.axis_naming import use_month_ticks
from poruka.figures.base.drawing import Drawing, NothingToDraw
from poruka.figures.base.wording import parameter_label
from poruka.figures.comparisons.modal_outcome import ModalOutcome
from poruka.figures.experiments.main_effects import CurveFigure
from poruka.figures.sweeps.quantity_map import QuantityMap
from poruka.utils.errors import BadInput, unknown_name_error
from poruka.utils.labels import format_label

_MONTH = re.compile(r"\d{4}-\d{2}")
_COMBINED = ("plus", "minus", "over")
_DATES = ("_month", "first_dissolution", "first_defection")


def is_month_quantity(quantity: str) -> bool:
    """Return whether a quantity is a month, counted from the start.

    Examples
    --------
    >>> [is_month_quantity(name) for name in ("first_I19", "exit_month", "first_election_share")]
    [True, True, False]
    """
    if quantity.endswith("_share") or any(f" {word} " in quantity for word in _COMBINED):
        return False
    return quantity.endswith(_DATES) or quantity.startswith(("first_", "month "))


class SweepNaming:
    """Labels, units and number formats of a sweep on axes; months are shown as dates.

    Parameters
    ----------
    scenario : Scenario
        From whose start months are counted.
    date_keys : sequence of str
        Keys whose values are months.
    one_start : bool
        Whether all points start in the same month; otherwise months stay numbers.
    """

    def __init__(self, scenario: Any, date_keys: Sequence[str] = (), one_start: bool = True):
        self.scenario, self.date_keys, self.one_start = scenario, tuple(date_keys), one_start

    def outcome_label(self, quantity: str, width: int = 0) -> str:
        """Return what a quantity is called."""
        if quantity == "share_incumbent":
            text = "the incumbent stays to the end"
        elif quantity.startswith("share_"):
            text = f"first change of ruler: {format_label(quantity.removeprefix('share_'))}"
        else:
            text = quantity if " " in quantity else format_label(quantity)
        return text if not width or len(text) <= width else text[: width - 1] + "…"

    def is_date(self, quantity: str) -> bool:
        """Whether a quantity is a month that is shown as a date."""
        return self.one_start and is_month_quantity(quantity)

    def unit(self, quantity: str, difference: bool = False) -> str:
        """Return the unit of a quantity, or of a difference in it."""
        if self.is_date(quantity):
            return "months" if difference else ""
        if is_month_quantity(quantity):
            return "months" if difference else "months from the start"
        return "share of worlds" if is_share(quantity) else ""

    def format_value(self, quantity: str, value: float) -> str:
        """Return a value of a quantity as text."""
        if value != value:
            return "–"
        if self.is_date(quantity):
            return str(self.scenario.date_of(int(value)))
        return f"{value:.0%}" if is_share(quantity) else f"{value:.3g}"

    def factor_label(self, name: str) -> str:
        """Return a key with its unit."""
        return name if name in self.date_keys else parameter_label(name)

    def format_factor_value(self, name: str, value: Any) -> str:
        """Return a value of a key as text."""
        if name in self.date_keys and not isinstance(value, str):
            return str(self.scenario.date_of(round(value)))
        if isinstance(value, bool):
            return "on" if value else "off"
        return f"{value:.4g}" if isinstance(value, int | float) else str(value)

    def format_quantity_axis(self, axis: Any, quantity: str) -> None:
        """Show dates, or per cent, on the axis of a quantity."""
        from matplotlib.ticker import FuncFormatter

        if self.is_date(quantity):
            use_month_ticks(axis, self.scenario)
        elif is_share(quantity):
            axis.axes.set_ylim(-0.03, 1.03)
            axis.set_major_formatter(FuncFormatter(lambda at, _: f"{at:.0%}"))

    def format_factor_axis(self, axis: Any, name: str) -> None:
        """Show dates on the axis of a key whose values are months."""
        if name in self.date_keys:
            use_month_ticks(axis, self.scenario)


def draw_sweep(sweep: Any, quantities: Sequence[str] = (), x: str = "", by: str = "") -> Drawing:
    """Return the figure of a sweep.

    Parameters
    ----------
    sweep : Sweep
    quantities : sequence of str
        What is drawn; by default the share of worlds in which the incumbent stays.
    x, by : str
        Keys along the axis, and for lines or the other side of a map; by default the keys that
        vary, in the order given.

    Raises
    ------
    BadInput
        For an unknown key, and where more than two keys vary and none is chosen.
    """
    for key in filter(None, (x, by)):
        if key not in sweep.keys:
            raise unknown_name_error("key", str(key), sweep.keys, "the figure of a sweep")
    if x and x == by:
        raise BadInput(f"x and by are both {x}; give two different keys of the sweep.")
    others = [key for key in sweep.varied if key not in (x, by)]
    if len(sweep.varied) > 2 and not x:
        raise BadInput(
            f"the sweep varies {', '.join(sweep.varied)}; give x (and by) to say which are drawn,"
            " and the mean is over the others."
        )
    chosen_x = x or (others.pop(0) if others else sweep.keys[0])
    chosen_by = by or (others[0] if others and not x and len(sweep.varied) == 2 else "")
    if tuple(quantities) == ("outcome",):
        if not chosen_by:
            raise BadInput("the most frequent outcome is drawn over two keys; give x and by.")
        worlds = sweep.table.copy()
        worlds.attrs["requested"] = sweep.worlds * len(sweep.seeds)
        return ModalOutcome(worlds, chosen_x, chosen_by, sweep.seeds[0])
    result = sweep.design_result(*quantities)
    dates = [key for key in sweep.keys if _holds_months(sweep.points[key])]
    naming: Any = SweepNaming(sweep.scenario, dates, sweep.has_one_start)
    points = result.points.copy()
    for key in dates:
        points[key] = [sweep.scenario.month_of(text) for text in points[key]]
    result = result._replace(points=points)
    seed = sweep.seeds[0]
    is_number = [_is_number(points[key]) for key in (chosen_x, chosen_by) if key]
    if chosen_by and all(is_number):
        if len(result.quantities) > 1:
            raise BadInput("a map shows one quantity; give one, or draw each by itself.")
        return QuantityMap(result, chosen_x, chosen_by, naming, sweep.coverage, seed)
    if chosen_by and not is_number[0] and is_number[1]:
        chosen_x, chosen_by = chosen_by, chosen_x
    for key in filter(None, (chosen_x, chosen_by)):
        if not _is_number(points[key]):
            points[key] = [naming.format_factor_value(key, value) for value in points[key]]
    if not len(sweep.table):
        raise NothingToDraw("no world was completed")
    curve = compute_response_curve(result, chosen_x, chosen_by, result.quantities)
    if curve["mean"].isna().all():
        raise NothingToDraw("the quantity has no value at any point")
    return CurveFigure(
        curve.sort_values(["line", "x"], kind="stable") if is_number[0] else curve,
        chosen_x,
        chosen_by,
        naming,
        sweep.coverage,
        seed,
    )


def _holds_months(column: pd.Series) -> bool:
    return all(isinstance(cell, str) and _MONTH.fullmatch(cell) for cell in column)


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
