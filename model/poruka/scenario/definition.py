"""What a scenario contains and what follows from it: dates, start, parameters, shocks, instruments.

:class:`poruka.scenario.scenario.Scenario` adds the methods that change a scenario.
"""

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from poruka.engine.instrument_steps import StepHeights
from poruka.engine.parameters import (
    build_parameters,
    build_start_values,
    mechanism_groups,
    parameters,
)
from poruka.engine.rule import Schedule
from poruka.rules.instruments import (
    Instrument,
    add_custom_instruments,
    override_instrument_cells,
    resolve_instrument,
)
from poruka.rules.schedule import SCHEDULE
from poruka.scenario.channel_settings import write_channels
from poruka.scenario.fork import Fork
from poruka.scenario.number_draws import DECLARED, NumberDraws
from poruka.scenario.own_rules import own_code
from poruka.scenario.parameter_draws import ParameterDraws
from poruka.scenario.schema import ScenarioFile, Shock, parse_month
from poruka.scenario.tables import build_shock_table, count_table_rows


@dataclass(frozen=True)
class ScenarioDefinition:
    """The contents of a scenario file together with everything that was changed in it.

    Attributes
    ----------
    name : str
        Name of the file it came from.
    file : ScenarioFile
        Validated contents, with sources.
    rules : Schedule
        The rules in the order of the month.
    one_draw : tuple or None
        Of the scenario of one world: where its numbers were drawn from, and their keys.
    """

    name: str
    file: ScenarioFile
    folder: Path
    rules: Schedule = SCHEDULE
    disabled_mechanisms: frozenset[str] = frozenset()
    removed_ids: frozenset[str] = frozenset()
    overrides: tuple[tuple[str, Any], ...] = ()
    custom_instruments: tuple[Instrument, ...] = ()
    interventions: tuple[tuple[int, int, int], ...] = ()
    forks: tuple[Fork, ...] = ()
    parameter_draws: ParameterDraws | NumberDraws | None = None
    one_draw: tuple[str, frozenset[str]] | None = field(default=None, compare=False)

    def __hash__(self) -> int:
        return hash(self.digest)

    title = property(lambda self: self.file.title, doc="The scenario's title.")
    country = property(lambda self: self.file.country, doc="The country.")
    start_date = property(
        lambda self: self.file.start_date, doc="First month, such as ``1990-03``."
    )

    @property
    def months(self) -> int:
        """Number of months, the last included."""
        return (
            parse_month(self.file.end_date, "end_date")
            - parse_month(self.start_date, "start_date")
            + 1
        )

    @property
    def shocks(self) -> tuple[Shock, ...]:
        """The shocks up to the last month; a file may hold later ones (see ``lasting_until``)."""
        return tuple(shock for shock in self.file.shocks if shock.date <= self.file.end_date)

    @property
    def scored_months(self) -> int:
        """Number of months that can be scored: those of which the observed record speaks."""
        until = self.file.record_until
        return self.months if until is None else min(self.months, self.month_of(until) + 1)

    @property
    def numbers(self) -> str:
        """Where the numbers of the rules come from: ``record-1``, ``prior``, ``declared`` …"""
        if self.one_draw is not None:
            return f"one draw from {self.one_draw[0]}"
        return DECLARED if self.parameter_draws is None else str(self.parameter_draws)

    record_path = property(
        lambda self: self.folder / self.file.record if self.file.record else None,
        doc="File of the observed record it is scored against, or None.",
    )
    forbidden_instruments = property(
        lambda self: frozenset(id for id in self.removed_ids if not id.startswith("shocks.")),
        doc="Instruments that no ruler can use in this scenario.",
    )

    @cached_property
    def _overrides_by_key(self) -> dict[str, Any]:
        return dict(self.overrides)

    def date_of(self, month: int) -> str:
        """Return the date of a month counted from 0.

        Examples
        --------
        >>> from poruka.scenario.scenario import load
        >>> load("kazakhstan").date_of(21)
        '1991-12'
        """
        calendar_month = parse_month(self.start_date, "start_date") + month
        return f"{calendar_month // 12:04d}-{calendar_month % 12 + 1:02d}"

    def month_of(self, date: str) -> int:
        """Return a date as the number of months since the start."""
        return parse_month(date, "date") - parse_month(self.start_date, "start_date")

    @cached_property
    def declared_instruments(self) -> tuple[Instrument, ...]:
        """The instruments a ruler can use, with steps in their cells as declared."""
        return add_custom_instruments(self.custom_instruments)

    @cached_property
    def coded_instruments(self) -> tuple[Instrument, ...]:
        """The instruments a ruler can use, all changes applied, with steps in their cells."""
        of_file = ((key, entry.value) for key, entry in self.file.parameters.items())
        return override_instrument_cells(self.declared_instruments, (*of_file, *self.overrides))

    @cached_property
    def step_heights(self) -> StepHeights:
        """The heights of the steps of the table of instruments."""
        steps = self.params().steps
        return StepHeights(slight=steps.slight, middling=steps.middling, strong=steps.strong)

    @cached_property
    def instruments(self) -> tuple[Instrument, ...]:
        """The instruments a ruler can use, all changes applied, with numbers in their cells."""
        return tuple(resolve_instrument(one, self.step_heights) for one in self.coded_instruments)

    @cached_property
    def _start_values(self) -> dict[str, float]:
        values = {
            f"{page}.{key}": float(entry.value)
            for page, entries in self.file.start.items()
            for key, entry in entries.items()
        }
        return values | {
            key[len("start.") :]: value
            for key, value in self._overrides_by_key.items()
            if key.startswith("start.")
        }

    def params(self) -> Any:
        """Return the parameters of this scenario as an immutable NamedTuple."""
        values = {
            key: float(entry.value)
            for key, entry in self.file.parameters.items()
            if key in parameters()
        }
        disabled = {
            part for id in self.file.mechanisms.off for part in mechanism_groups().get(id, (id,))
        }
        return build_parameters(
            values
            | {key: value for key, value in self._overrides_by_key.items() if key in parameters()},
            frozenset(disabled | self.disabled_mechanisms),
        )

    def start(self) -> Any:
        """Return the start values as an immutable NamedTuple."""
        return build_start_values(self._start_values)

    def resolve_shock(self, shock: Shock) -> tuple[str, float]:
        """Return the date and the value of a shock after all changes."""
        declared_value = shock.set if shock.set is not None else shock.add or 0.0
        return self._overrides_by_key.get(f"shocks.{shock.id}.date", shock.date), float(
            self._overrides_by_key.get(f"shocks.{shock.id}.value", declared_value)
        )

    def shock_table(self) -> list[tuple[int, str, float, bool]]:
        """Return the remaining shocks: month, external variable, value, whether it is added."""
        return build_shock_table(self)

    def write_channels(self, world: Any) -> None:
        """Write into a world which links of the theory are off, and what stands in their place."""
        write_channels(world, self)

    def table_sizes(self) -> dict[str, int]:
        """Return the number of rows of the tables whose size a scenario sets."""
        return count_table_rows(self)

    def resolved_values(self) -> dict[str, Any]:
        """Return everything a run depends on, as plain values for a manifest."""
        from poruka.scenario.keys import build_resolved_values

        return build_resolved_values(self)

    @cached_property
    def _text_of_values(self) -> str:
        return json.dumps(self.resolved_values(), sort_keys=True)

    @property
    def digest(self) -> str:
        """A hash over everything a run depends on.

        Rules of a user's own are read anew each time, as what they use may have changed since.
        """
        custom_sources = json.dumps(own_code(self.rules))
        return hashlib.sha256(f"[{self._text_of_values}, {custom_sources}]".encode()).hexdigest()

    def keys(self) -> Any:
        """Return a pandas table of everything that can be changed or switched off.

        Its columns are key, kind, value, unit, low, high and source.
        """
        from poruka.scenario.keys import build_key_table

        return build_key_table(self)
