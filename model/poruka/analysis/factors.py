"""Factors: what an experiment varies. One number or several together, the date of a shock or an
intervention, or levels that may differ in anything.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from poruka.analysis.arm import FactorLevel
from poruka.analysis.declared_ranges import declaration, key_table, move_together
from poruka.scenario.scenario import Scenario
from poruka.utils.errors import BadInput, unknown_name_error
from poruka.utils.toml_data import StrictModel

FactorValue = float | str


class MovedIntervention(StrictModel):
    """An intervention whose month is varied."""

    force: list[str] = []
    forbid: list[str] = []
    allow: list[str] = []


class Factor(StrictModel):
    """One factor of an experiment.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> pace = Factor(key="economy.reform_pace")
    >>> pace.bounds(load("kazakhstan")), pace.default_value(load("kazakhstan"))
    ((0.0, 0.1), 0.06)
    >>> Factor(key="economy.reform_pace", within=0.5).bounds(load("kazakhstan"))
    (0.03, 0.08)
    """

    name: str = ""
    key: str = ""
    keys: list[str] = []
    page: str = ""
    happens: MovedIntervention | None = None
    low: FactorValue | None = None
    high: FactorValue | None = None
    default: FactorValue | None = None
    within: float = Field(
        default=1.0,
        gt=0.0,
        le=1.0,
        description="share of the way from the default to both ends of the declared range",
    )
    values: list[FactorValue] = []
    steps: int = Field(default=0, ge=0, le=200)
    levels: list[FactorLevel] = []
    together: bool = Field(
        default=False,
        description="the keys keep values of their own; the factor is the share of the way from"
        " each of them to the upper end of its range, or below 0 to the lower end",
    )

    @property
    def label(self) -> str:
        """The name of the factor."""
        return (
            self.name
            or self.key
            or (self.keys[0] if self.keys else "")
            or ("month of " + ", ".join(self.happens.force) if self.happens else "")
        )

    @property
    def scenario_keys(self) -> list[str]:
        """The scenario keys that the factor sets."""
        return [self.key] if self.key else self.keys

    @property
    def is_number(self) -> bool:
        """Whether the factor takes numbers (dates count as months since the start)."""
        return not self.levels

    @property
    def is_date(self) -> bool:
        """Whether the factor's numbers are months since the start."""
        return self.happens is not None or (
            self.is_number and self.scenario_keys[0].endswith(".date")
        )

    def to_number(self, value: FactorValue, scenario: Scenario) -> float:
        """Return a value from the file as a number; dates become months since the start."""
        if self.is_date:
            if not isinstance(value, str):
                raise BadInput(
                    f'the factor {self.label!r} has {value!r} as a month; write it as "1996-03".'
                )
            return float(scenario.month_of(value))
        if isinstance(value, str):
            raise BadInput(f"the factor {self.label!r} has {value!r}; give a number.")
        return float(value)

    def format_value(self, value: Any, scenario: Scenario) -> str:
        """Return a value as text for display; months as dates."""
        if not self.is_number:
            return str(value)
        return scenario.date_of(round(value)) if self.is_date else f"{value:.4g}"

    def default_value(self, scenario: Scenario) -> float:
        """Return the value of the factor in the unchanged scenario."""
        if self.default is not None:
            return self.to_number(self.default, scenario)
        if self.together:
            return 0.0
        if self.happens is not None:
            return self.bounds(scenario)[0]
        table = key_table(scenario)["value"]
        if self.scenario_keys[0] not in table:
            raise unknown_name_error(
                "key", self.scenario_keys[0], table.index, f"the factor {self.label!r}"
            )
        return self.to_number(table[self.scenario_keys[0]], scenario)

    def bounds(self, scenario: Scenario) -> tuple[float, float]:
        """Return the lower and upper limit of the factor.

        The limits are those given, else those declared, narrowed by ``within``.
        """
        if self.together:
            return -self.within, self.within
        declared = declaration(self.scenario_keys[0] if self.scenario_keys else "", scenario)
        if declared is None and (self.low is None or self.high is None):
            raise BadInput(f"the factor {self.label!r} has no declared range; give low and high.")
        limits = []
        for given, name in ((self.low, "low"), (self.high, "high")):
            if given is not None:
                limits.append(self.to_number(given, scenario))
            else:
                default = self.default_value(scenario)
                distance = getattr(declared, name) - default
                limit = self.round_values(np.array(default + self.within * distance))
                limits.append(round(float(limit), 10))
        low, high = limits
        if not low < high:
            raise BadInput(
                f"the factor {self.label!r} has low = {low:g} and high = {high:g}; low must be"
                " less than high."
            )
        return low, high

    def grid_values(self, scenario: Scenario) -> list[Any]:
        """Return the factor's grid: its levels, its values, or equal steps from low to high."""
        if self.levels:
            return [level.label for level in self.levels]
        if self.values:
            return [self.to_number(value, scenario) for value in self.values]
        low, high = self.bounds(scenario)
        steps = np.linspace(low, high, self.steps or 5)
        # Between two months, or two numbers of agents, there may be fewer values than steps.
        return [float(value) for value in dict.fromkeys(self.round_values(steps))]

    def round_values(self, numbers: np.ndarray) -> np.ndarray:
        """Return numbers rounded to values the factor can take: months and agents are whole."""
        is_whole = self.is_date or any(key.startswith("start.scale.") for key in self.scenario_keys)
        return np.round(numbers) if is_whole else np.round(numbers, 12)

    def get_level(self, label: Any) -> FactorLevel:
        """Return a level by its label."""
        for level in self.levels:
            if level.label == label:
                return level
        raise unknown_name_error(
            "level",
            str(label),
            [level.label for level in self.levels],
            f"the factor {self.label!r}",
            f"its levels are {', '.join(repr(level.label) for level in self.levels)}.",
        )

    def apply_to(
        self, scenario: Scenario, value: Any, calendar: Scenario | None = None
    ) -> Scenario:
        """Return the scenario with the factor set to a value.

        Months are counted on the calendar of another scenario, if one is given.
        """
        calendar = calendar or scenario
        if self.levels:
            return self.get_level(value).apply_to(scenario)
        if self.happens is not None:
            actions = {key: names for key, names in self.happens.model_dump().items() if names}
            return scenario.intervene(calendar.date_of(round(value)), **actions)
        return scenario.change(self.settings(value, calendar))

    def settings(self, value: Any, calendar: Scenario) -> dict[str, Any]:
        """Return what the scenario's keys are set to; months are counted on the calendar."""
        if self.together:
            return move_together(self.scenario_keys, float(value), calendar)
        setting = calendar.date_of(round(value)) if self.is_date else float(value)
        return dict.fromkeys(self.scenario_keys, setting)

    def validate_factor(self, load_base: Callable[[str], Scenario]) -> None:
        """Raise an error if the factor cannot be used.

        Parameters
        ----------
        load_base : callable
            Returns the country of a level, or with an empty name the experiment's own.

        Raises
        ------
        BadInput
            If the factor or one of its values cannot be used.
        """
        scenario = load_base("")
        kinds = [bool(self.key), bool(self.keys), self.happens is not None, bool(self.levels)]
        if sum(kinds) != 1:
            raise BadInput(
                f"the factor {self.label or 'without a name'!r} needs exactly one of key, keys,"
                " happens, levels (or page)."
            )
        if self.levels:
            if not self.name:
                labels = ", ".join(level.label for level in self.levels)
                raise BadInput(f"a factor with the levels {labels} needs a name.")
            if len({level.label for level in self.levels}) != len(self.levels):
                raise BadInput(
                    f"the factor {self.label!r} has two levels with the same label; labels must be"
                    " unique."
                )
            for level in self.levels:
                self._validate_value(level.label, load_base(level.scenario))
            return
        known = key_table(scenario)
        for key in self.scenario_keys:
            if key not in known.index:
                raise unknown_name_error(
                    "key",
                    key,
                    known.index,
                    f"the factor {self.label!r}",
                    "`scenario.keys()` lists the keys.",
                )
            if known.loc[key, "kind"] == "mechanism":
                raise BadInput(
                    f"the factor {self.label!r} names the mechanism {key}, which is not a number;"
                    f' give levels, one of them with off = ["{key}"].'
                )
        if len(set(self.values)) != len(self.values):
            raise BadInput(
                f"the factor {self.label!r} has a value twice: {', '.join(map(str, self.values))};"
                " give each only once."
            )
        grid = self.grid_values(scenario)
        for value in (*grid, *([] if self.values else self.bounds(scenario))):
            self._validate_value(value, scenario)
        self._validate_value(self.default_value(scenario), scenario)
        if len(grid) < self.steps:
            raise BadInput(
                f"the factor {self.label!r} has {self.steps} steps over {len(grid)} whole values;"
                f" give at most {len(grid)} steps, or a wider range."
            )

    def _validate_value(self, value: Any, scenario: Scenario) -> None:
        try:
            self.apply_to(scenario, value)
        except BadInput as error:
            level = f", level {value!r}" if self.levels else ""
            raise BadInput(f"the factor {self.label!r}{level}: {error}") from None


def format_points(
    points: pd.DataFrame, factors: Iterable[Factor], scenario: Scenario
) -> pd.DataFrame:
    """Return points for display: months as dates."""
    formatted = points.copy()
    for factor in factors:
        if factor.label in formatted and factor.is_date:
            formatted[factor.label] = [
                factor.format_value(value, scenario) for value in formatted[factor.label]
            ]
    return formatted
