"""How the outcomes and factors of an experiment are called and counted on axes: labels, units,
months as dates.
"""

import textwrap
from typing import Any

from poruka.experiments.catalogue import LoadedExperiment
from poruka.figures.base.wording import parameter_label


class AxisNaming:
    """Words and numbers of one experiment as a reader sees them.

    Parameters
    ----------
    found : Found
        The experiment.
    """

    def __init__(self, experiment: LoadedExperiment):
        self.scenario = experiment.scenario
        self._outcomes_by_quantity = {one.quantity: one for one in experiment.experiment.outcome}
        self._factors_by_label = {one.label: one for one in experiment.experiment.factor}

    def outcome_label(self, quantity: str, width: int = 0) -> str:
        """Return the label of a quantity, broken into lines of a width."""
        label = (
            self._outcomes_by_quantity[quantity].name
            if quantity in self._outcomes_by_quantity
            else quantity
        )
        return textwrap.fill(label, width) if width else label

    def is_date(self, quantity: str) -> bool:
        """Whether a quantity is a month, shown as a date."""
        return (
            quantity in self._outcomes_by_quantity
            and self._outcomes_by_quantity[quantity].unit == "date"
        )

    def unit(self, quantity: str, difference: bool = False) -> str:
        """Return the unit of a quantity, or of a difference in it."""
        unit = (
            self._outcomes_by_quantity[quantity].unit
            if quantity in self._outcomes_by_quantity
            else ""
        )
        return ("months" if difference else "") if unit == "date" else unit

    def format_value(self, quantity: str, value: float) -> str:
        """Return a value of a quantity in words."""
        if value != value:
            return "–"
        return self.scenario.date_of(int(value)) if self.is_date(quantity) else f"{value:.3g}"

    def factor_label(self, name: str) -> str:
        """Return a factor's label with the unit of what it moves, where that has one."""
        factor = self._factors_by_label.get(name)
        units = (
            {parameter_label(key).removeprefix(key) for key in factor.scenario_keys}
            if factor is not None and not factor.is_date
            else set()
        )
        return name + units.pop() if len(units) == 1 else name

    def format_factor_value(self, name: str, value: Any) -> str:
        """Return a value of a factor in words."""
        factor = self._factors_by_label.get(name)
        return factor.format_value(value, self.scenario) if factor is not None else str(value)

    def format_quantity_axis(self, axis: Any, quantity: str) -> None:
        """Have an axis of a quantity show dates where it counts months."""
        if self.is_date(quantity):
            self._use_date_ticks(axis)

    def format_factor_axis(self, axis: Any, name: str) -> None:
        """Have an axis of a factor show dates where it counts months."""
        factor = self._factors_by_label.get(name)
        if factor is not None and factor.is_date:
            self._use_date_ticks(axis)

    def _use_date_ticks(self, axis: Any) -> None:
        from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

        low, high = sorted(axis.get_view_interval())
        years = next(
            (years for years in (1, 2, 3, 5, 10, 20) if (high - low) / (12 * years) <= 7), 50
        )
        if (
            high - low > 30
        ):  # the first of January every so many years; months where the whole axis is short
            january = (self.scenario.month_of(f"{int(self.scenario.start_date[:4]) + 1}-01")) % (
                12 * years
            )
            axis.set_major_locator(MultipleLocator(12 * years, offset=january))
        else:
            axis.set_major_locator(MaxNLocator(6, integer=True))
        axis.set_major_formatter(
            FuncFormatter(lambda value, _: self.scenario.date_of(int(round(value))))
        )
