"""What an experiment moves: one number or several together, the date of a shock or of an
intervention, or levels that differ in anything.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from poruka.analysis.arm import Arm
from poruka.engine.parameters import parameters, start_values
from poruka.scenario.scenario import Scenario, load
from poruka.utils.errors import BadInput, unknown_name_error
from poruka.utils.toml_data import StrictModel

FactorValue = float | str


class FactorLevel(Arm):
    """One level of a factor that is not a number: a path, a mechanism off, another country."""

    label: str = Field(min_length=1)
    scenario: str = ""
    fork: list[dict[str, Any]] = []

    def apply_to(self, scenario: Scenario) -> Scenario:
        """Return the scenario with this level's changes and branchings."""
        made = super().apply_to(scenario)
        for one in self.fork:
            try:
                made = made.fork(**one)
            except TypeError:
                raise BadInput(
                    "a fork has at, change, without, force, forbid, allow, shocks, and needs `at`;"
                    f" this one has {', '.join(one)}."
                ) from None
        return made


class MovedIntervention(StrictModel):
    """An intervention whose month is moved."""

    force: list[str] = []
    forbid: list[str] = []
    allow: list[str] = []


class Factor(StrictModel):
    """One thing that is moved.

    Examples
    --------
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

    @property
    def label(self) -> str:
        """The factor's name."""
        return (
            self.name
            or self.key
            or (self.keys[0] if self.keys else "")
            or ("month of " + ", ".join(self.happens.force) if self.happens else "")
        )

    @property
    def scenario_keys(self) -> list[str]:
        """Keys of the scenario that carry the factor's value."""
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
        """Return a value of the file as a number; dates become months since the start."""
        if self.is_date:
            if not isinstance(value, str):
                raise BadInput(
                    f'the factor {self.label!r} has {value!r} for a month; write it as "1996-03".'
                )
            return float(scenario.month_of(value))
        if isinstance(value, str):
            raise BadInput(f"the factor {self.label!r} has {value!r}; give a number.")
        return float(value)

    def format_value(self, value: Any, scenario: Scenario) -> str:
        """Return a value as a reader sees it."""
        if not self.is_number:
            return str(value)
        return scenario.date_of(round(value)) if self.is_date else f"{value:.4g}"

    def default_value(self, scenario: Scenario) -> float:
        """Return the value the factor has where nothing is moved."""
        if self.default is not None:
            return self.to_number(self.default, scenario)
        if self.happens is not None:
            return self.bounds(scenario)[0]
        table = scenario.keys().set_index("key")["value"]
        if self.scenario_keys[0] not in table:
            raise unknown_name_error(
                "key", self.scenario_keys[0], table.index, f"the factor {self.label!r}"
            )
        return self.to_number(table[self.scenario_keys[0]], scenario)

    def bounds(self, scenario: Scenario) -> tuple[float, float]:
        """Return both ends of the factor's range: those given, else those declared, drawn in by
        ``within``.
        """
        declared = {
            **parameters(),
            **{f"start.{key}": one for key, one in start_values().items()},
        }.get(self.scenario_keys[0] if self.scenario_keys else "")
        if declared is None and (self.low is None or self.high is None):
            raise BadInput(f"the factor {self.label!r} has no declared range; give low and high.")
        ends = []
        for given, end in ((self.low, "low"), (self.high, "high")):
            if given is not None:
                ends.append(self.to_number(given, scenario))
            else:
                middle = self.default_value(scenario)
                ends.append(round(middle + self.within * (getattr(declared, end) - middle), 10))
        if not ends[0] < ends[1]:
            raise BadInput(
                f"the factor {self.label!r} goes from {ends[0]:g} to {ends[1]:g}; low must lie"
                " below high."
            )
        return ends[0], ends[1]

    def grid_values(self, scenario: Scenario) -> list[Any]:
        """Return the values of a grid: the levels, the values given, or even steps from low to
        high.
        """
        if self.levels:
            return [one.label for one in self.levels]
        if self.values:
            return [self.to_number(one, scenario) for one in self.values]
        low, high = self.bounds(scenario)
        return [float(x) for x in self.round_values(np.linspace(low, high, self.steps or 5))]

    def round_values(self, numbers: np.ndarray) -> np.ndarray:
        """Return numbers the factor can take: dates are whole months."""
        return np.round(numbers) if self.is_date else np.round(numbers, 12)

    def get_level(self, label: Any) -> FactorLevel:
        """Return a level by its label."""
        for one in self.levels:
            if one.label == label:
                return one
        raise unknown_name_error(
            "level",
            str(label),
            [one.label for one in self.levels],
            f"the factor {self.label!r}",
            f"its levels are {', '.join(repr(one.label) for one in self.levels)}.",
        )

    def apply_to(
        self, scenario: Scenario, value: Any, calendar: Scenario | None = None
    ) -> Scenario:
        """Return the scenario with the factor at a value; months are counted on the calendar of
        another country where one is given.
        """
        count = calendar or scenario
        if self.levels:
            return self.get_level(value).apply_to(scenario)
        if self.happens is not None:
            given = {key: one for key, one in self.happens.model_dump().items() if one}
            return scenario.intervene(count.date_of(round(value)), **given)
        return scenario.change(
            {
                key: count.date_of(round(value)) if self.is_date else float(value)
                for key in self.scenario_keys
            }
        )

    def validate_factor(self, load_base: Callable[[str], Scenario]) -> None:
        """Refuse a factor that cannot be used, saying why; ``base`` gives the country of a level,
        or with an empty name the experiment's.
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
                raise BadInput(
                    f"a factor with the levels {', '.join(one.label for one in self.levels)} needs"
                    " a name."
                )
            if len({one.label for one in self.levels}) != len(self.levels):
                raise BadInput(
                    f"the factor {self.label!r} has two levels of one label; labels are unique."
                )
            for one in self.levels:
                self._validate_value(one.label, load_base(one.scenario))
            return
        known = scenario.keys()
        for key in self.scenario_keys:
            if key not in set(known["key"]):
                raise unknown_name_error(
                    "key",
                    key,
                    known["key"],
                    f"the factor {self.label!r}",
                    "`scenario.keys()` lists what can be moved.",
                )
            if known.set_index("key").loc[key, "kind"] == "mechanism":
                raise BadInput(
                    f"the factor {self.label!r} moves the mechanism {key}, which is no number; give"
                    f' levels, one of them with off = ["{key}"].'
                )
        if len(set(self.values)) != len(self.values):
            raise BadInput(
                f"the factor {self.label!r} has a value twice: {', '.join(map(str, self.values))};"
                " give each once."
            )
        low, high = (
            self.bounds(scenario)
            if not self.values
            else (min(ends := self.grid_values(scenario)), max(ends))
        )
        for value in (low, high, self.default_value(scenario)):
            self._validate_value(value, scenario)

    def _validate_value(self, value: Any, scenario: Scenario) -> None:
        try:
            self.apply_to(scenario, value)
        except BadInput as error:
            raise BadInput(
                f"the factor {self.label!r}{f', level {value!r}' if self.levels else ''}: {error}"
            ) from None


def expand_pages(factors: Iterable[Factor]) -> list[Factor]:
    """Return the factors with every ``page`` replaced by one factor for each number declared on it.

    Examples
    --------
    >>> [one.label for one in expand_pages([Factor(page="press")])]
    ['press.leaking']
    """
    made: list[Factor] = []
    for one in factors:
        if not one.page:
            made.append(one)
            continue
        prefix = one.page + "."
        keys = [
            key
            for key in (*parameters(), *(f"start.{key}" for key in start_values()))
            if key.startswith(prefix) and key.count(".") == prefix.count(".")
        ]
        if not keys:
            pages = sorted(
                {key.split(".")[0] for key in parameters()}
                | {f"start.{key.split('.')[0]}" for key in start_values()}
            )
            raise unknown_name_error(
                "page", one.page, pages, "a factor", f"pages are {', '.join(pages)}."
            )
        made += [one.model_copy(update={"page": "", "key": key}) for key in keys]
    return made


class ScenarioBuilder:
    """Makes the scenario of a point: its country, what all points share, then each factor in its
    order.
    """

    def __init__(
        self, scenario: str, context: Arm, factors: Iterable[Factor], folder: Path = Path()
    ):
        self.scenario, self.context, self.factors, self.folder = (
            scenario,
            context,
            tuple(factors),
            folder,
        )
        self._base_scenarios: dict[str, Scenario] = {}

    def base_scenario(self, name: str = "") -> Scenario:
        """Return a country, by name or as a file beside the experiment, with what all
        points share.
        """
        name = name or self.scenario
        if name not in self._base_scenarios:
            beside = self.folder / name
            found = load(beside if name.endswith(".toml") and beside.is_file() else name)
            try:
                self._base_scenarios[name] = self.context.apply_to(found)
            except BadInput as error:
                raise BadInput(f"[context]: {error}") from None
        return self._base_scenarios[name]

    def __call__(self, point: Mapping[str, Any]) -> Scenario:
        factors = [one for one in self.factors if one.label in point]
        made = self.base_scenario(
            next(
                (
                    name
                    for one in reversed(factors)
                    if one.levels and (name := one.get_level(point[one.label]).scenario)
                ),
                "",
            )
        )
        for one in factors:
            made = one.apply_to(made, point[one.label], self.base_scenario())
        return made


def format_points(
    points: pd.DataFrame, factors: Iterable[Factor], scenario: Scenario
) -> pd.DataFrame:
    """Return points as a reader sees them: months as dates."""
    shown = points.copy()
    for one in factors:
        if one.label in shown and one.is_date:
            shown[one.label] = [one.format_value(value, scenario) for value in shown[one.label]]
    return shown
