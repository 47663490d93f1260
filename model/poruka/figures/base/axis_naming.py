"""How the outcomes and factors of an experiment are called and counted on axes: labels, units,
months as dates.
"""

import textwrap
from typing import Any

from poruka.experiments.catalogue import Found
from poruka.figures.base.wording import parameter_words


class Naming:
    """Words and numbers of one experiment as a reader sees them.

    Parameters
    ----------
    found : Found
        The experiment.
    """

    def __init__(self, found: Found):
        self.scenario = found.scenario
        self._outcomes = {one.quantity: one for one in found.experiment.outcome}
        self._factors = {one.label: one for one in found.experiment.factor}

    def outcome(self, text: str, width: int = 0) -> str:
        """Return the label of a quantity, broken into lines of a width."""
        label = self._outcomes[text].name if text in self._outcomes else text
        return textwrap.fill(label, width) if width else label

    def is_date(self, text: str) -> bool:
        """Whether a quantity is a month, shown as a date."""
        return text in self._outcomes and self._outcomes[text].unit == "date"

    def unit(self, text: str, gap: bool = False) -> str:
        """Return the unit of a quantity, or of a difference in it."""
        unit = self._outcomes[text].unit if text in self._outcomes else ""
        return ("months" if gap else "") if unit == "date" else unit

    def value(self, text: str, value: float) -> str:
        """Return a value of a quantity in words."""
        if value != value:
            return "–"
        return self.scenario.date_of(int(value)) if self.is_date(text) else f"{value:.3g}"

    def factor_words(self, name: str) -> str:
        """Return a factor's label with the unit of what it moves, where that has one."""
        factor = self._factors.get(name)
        units = (
            {parameter_words(key).removeprefix(key) for key in factor.moved}
            if factor is not None and not factor.is_date
            else set()
        )
        return name + units.pop() if len(units) == 1 else name

    def factor_value(self, name: str, value: Any) -> str:
        """Return a value of a factor in words."""
        factor = self._factors.get(name)
        return factor.shown(value, self.scenario) if factor is not None else str(value)

    def dates_on(self, axis: Any, text: str) -> None:
        """Have an axis of a quantity show dates where it counts months."""
        if self.is_date(text):
            self._dated(axis)

    def factor_on(self, axis: Any, name: str) -> None:
        """Have an axis of a factor show dates where it counts months."""
        factor = self._factors.get(name)
        if factor is not None and factor.is_date:
            self._dated(axis)

    def _dated(self, axis: Any) -> None:
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
