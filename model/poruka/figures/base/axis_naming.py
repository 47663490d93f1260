"""Labels and units of an experiment's outcomes and factors on axes, with months shown as dates."""

import textwrap
from typing import Any

from poruka.experiments.catalogue import LoadedExperiment
from poruka.figures.base.wording import parameter_label

LONGEST_IN_MONTHS = 30
"""Months of an axis up to which single months are its ticks."""


class AxisNaming:
    """Labels, units and number formats of one experiment.

    Parameters
    ----------
    experiment : LoadedExperiment
        The experiment.
    """

    def __init__(self, experiment: LoadedExperiment):
        self.scenario = experiment.scenario
        self._outcomes_by_quantity = {
            outcome.quantity: outcome for outcome in experiment.experiment.outcome
        }
        self._factors_by_label = {factor.label: factor for factor in experiment.experiment.factor}

    def outcome_label(self, quantity: str, width: int = 0) -> str:
        """Return the label of a quantity, wrapped to lines of a width where one is given."""
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
        """Return a value of a quantity as text: dates as dates, a dash for no value."""
        if value != value:
            return "–"
        return self.scenario.date_of(int(value)) if self.is_date(quantity) else f"{value:.3g}"

    def factor_label(self, name: str) -> str:
        """Return the label of a factor and the unit its keys share, if any."""
        factor = self._factors_by_label.get(name)
        units = (
            {parameter_label(key).removeprefix(key) for key in factor.scenario_keys}
            if factor is not None and not factor.is_date
            else set()
        )
        return name + units.pop() if len(units) == 1 else name

    def format_factor_value(self, name: str, value: Any) -> str:
        """Return a value of a factor as text."""
        factor = self._factors_by_label.get(name)
        return factor.format_value(value, self.scenario) if factor is not None else str(value)

    def format_quantity_axis(self, axis: Any, quantity: str) -> None:
        """Show dates on the axis of a quantity that counts months."""
        if self.is_date(quantity):
            use_month_ticks(axis, self.scenario)

    def format_factor_axis(self, axis: Any, name: str) -> None:
        """Show dates on the axis of a factor that counts months."""
        factor = self._factors_by_label.get(name)
        if factor is not None and factor.is_date:
            use_month_ticks(axis, self.scenario)


def use_month_ticks(axis: Any, scenario: Any) -> None:
    """Show an axis that counts months from a scenario's start as dates.

    Over a long period there is a tick each January, or in every second, third, fifth … one; over a
    short one, single months.
    """
    from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

    low, high = sorted(axis.get_view_interval())
    years = next((years for years in (1, 2, 3, 5, 10, 20) if (high - low) / (12 * years) <= 7), 50)
    if high - low > LONGEST_IN_MONTHS:
        january = scenario.month_of(f"{int(scenario.start_date[:4]) + 1}-01") % (12 * years)
        axis.set_major_locator(MultipleLocator(12 * years, offset=january))
    else:
        axis.set_major_locator(MaxNLocator(6, integer=True))
    axis.set_major_formatter(FuncFormatter(lambda value, _: scenario.date_of(int(round(value)))))
