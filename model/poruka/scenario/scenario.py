"""Scenarios: a country's start and the shocks that reach it from outside, with what a reader wants
changed or switched off.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

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
    override_instrument_numbers,
    validate_instrument,
)
from poruka.rules.schedule import SCHEDULE
from poruka.scenario.file import find_scenario_file, read_scenario_file
from poruka.scenario.fork import Fork, build_fork
from poruka.scenario.interventions import parse_interventions
from poruka.scenario.overrides import add_removals, validate_overrides
from poruka.scenario.parameter_draws import ParameterDraws, apply_draw, validate_draws
from poruka.scenario.schema import ScenarioFile, Shock, parse_month
from poruka.scenario.tables import build_shock_table, count_table_rows
from poruka.scenario.timeline import add_fork, validate_timeline
from poruka.utils.errors import BadInput


@dataclass(frozen=True)
class Scenario:
    """One country from one month on: everything a world is made of except the seed.

    Attributes
    ----------
    name : str
        Name of the file it came from.
    file : ScenarioFile
        Checked contents, with sources.
    rules : RuleBook
        The rules in the order of the month.
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
    parameter_draws: ParameterDraws | None = None

    def __hash__(self) -> int:
        return hash(self.digest)

    title = property(lambda self: self.file.title, doc="The scenario's title.")
    country = property(lambda self: self.file.country, doc="The country.")
    start_date = property(
        lambda self: self.file.start_date, doc="First month, such as ``1990-03``."
    )

    @property
    def months(self) -> int:
        """Length in months, the last included."""
        return (
            parse_month(self.file.end_date, "end_date")
            - parse_month(self.start_date, "start_date")
            + 1
        )

    record_path = property(
        lambda self: self.folder / self.file.record if self.file.record else None,
        doc="The record it is scored against, or None.",
    )
    forbidden_instruments = property(
        lambda self: frozenset(id for id in self.removed_ids if not id.startswith("shocks.")),
        doc="Instruments no ruler can use here.",
    )

    @cached_property
    def _overrides_by_key(self) -> dict[str, Any]:
        return dict(self.overrides)

    def date_of(self, month: int) -> str:
        """Return the date of a month counted from 0.

        Examples
        --------
        >>> load("kazakhstan").date_of(21)
        '1991-12'
        """
        running = parse_month(self.start_date, "start_date") + month
        return f"{running // 12:04d}-{running % 12 + 1:02d}"

    def month_of(self, date: str) -> int:
        """Return a date as months since the start."""
        return parse_month(date, "date") - parse_month(self.start_date, "start_date")

    def change(self, changes: Mapping[str, Any]) -> "Scenario":
        """Return a scenario with some values changed; keys are those of :meth:`keys`.

        Parameters
        ----------
        changes : mapping
            ``"page.name"``, ``"start.page.name"``, ``"shocks.id.date"``, ``"shocks.id.value"`` or
            ``"instruments.I54.strength"``.

        Raises
        ------
        BadInput
            For an unknown key, with the nearest names, or a value out of range.

        Examples
        --------
        >>> load("kazakhstan").change({"oligarchs.inertia": 0.5}).params().oligarchs.inertia
        0.5
        """
        fit = validate_overrides(self, changes)
        drawn = self.parameter_draws and self.parameter_draws.without(fit)
        return replace(
            self, overrides=tuple({**self._overrides_by_key, **fit}.items()), parameter_draws=drawn
        )

    def with_draws(self, draws: ParameterDraws | str | Path | None) -> "Scenario":
        """Return the scenario with some of its numbers drawn from a posterior, for every world
        anew.

        World k of a seed always has the same particle; a key changed afterwards is the same in all
        worlds again.

        Parameters
        ----------
        posterior : Posterior, path or None
            A CSV with a column ``weight`` and one column a key, as a calibration writes it; None to
            draw nothing.

        Raises
        ------
        BadInput
            When it cannot be read, or one of its points cannot be played; the message names the
            line.

        Examples
        --------
        >>> s = load("kazakhstan").with_draws(ParameterDraws.from_table({"oligarchs.inertia": [0.2, 0.4]}, [1, 1]))
        >>> s.for_world(seed=1, world=3).params().oligarchs.inertia in (0.2, 0.4)
        True
        """
        return replace(
            self,
            parameter_draws=(
                None
                if draws is None
                else validate_draws(replace(self, parameter_draws=None), draws)
            ),
        )

    def for_world(self, seed: int, world: int) -> "Scenario":
        """Return what one world plays: the scenario itself, or with the numbers of the world's
        particle.
        """
        return (
            self
            if self.parameter_draws is None
            else apply_draw(self, self.parameter_draws.draw_index(seed, world))
        )

    @cached_property
    def declared_instruments(self) -> tuple[Instrument, ...]:
        """What a ruler can do here, before any of its numbers is changed."""
        return add_custom_instruments(self.custom_instruments)

    @cached_property
    def instruments(self) -> tuple[Instrument, ...]:
        """What a ruler can do here, with everything that was changed or added."""
        return override_instrument_numbers(self.declared_instruments, self.overrides)

    def with_instruments(self, *custom: Instrument) -> "Scenario":
        """Return the scenario with instruments of one's own, in place of those of the same id or
        beside the others.

        Examples
        --------
        >>> from poruka.rules.instruments import instruments
        >>> quiet = instruments()[0]._replace(id="X01", label="a quieter barrier", strength=0.2)
        >>> len(load("kazakhstan").with_instruments(quiet).instruments)
        74
        """
        known = {one.id: one for one in self.custom_instruments} | {
            validate_instrument(one).id: one for one in custom
        }
        return replace(self, custom_instruments=tuple(known.values()))

    def intervene(
        self, date: str, force: Any = (), forbid: Any = (), allow: Any = ()
    ) -> "Scenario":
        """Return the scenario with something an experimenter makes happen from a month on.

        Parameters
        ----------
        date : str
            The month, such as ``1998-10``.
        force : list of str
            ``president.dies``, ``president.falls_ill``, ``heir.unknown`` (or another contender), or
            an act by its id, which happens as soon as its conditions hold.
        forbid, allow : list of str
            Acts by id that the ruler may not, or may again, use.

        Examples
        --------
        >>> load("kazakhstan").intervene("1998-10", force=["president.dies"]).interventions
        ((103, 1, -1),)
        """
        month = self.month_of(date)
        if not 0 <= month < self.months:
            raise BadInput(
                f"{date} lies outside the run, which lasts from {self.start_date} to"
                f" {self.file.end_date}."
            )
        more = parse_interventions(
            month, force, forbid, allow, [one.id for one in self.declared_instruments]
        )
        return validate_timeline(replace(self, interventions=(*self.interventions, *more)))

    def fork(
        self,
        at: str,
        change: Mapping[str, Any] | None = None,
        *,
        without: Any = (),
        force: Any = (),
        forbid: Any = (),
        allow: Any = (),
        shocks: Any = (),
    ) -> "Scenario":
        """Return the scenario with a branching: the same history up to a moment, other from then
        on.

        Parameters
        ----------
        at : str
            ``1998-10``; ``before dissolution`` or ``after presidential_election 2`` (the n-th time
            something happens); ``before I19`` (an act of the ruler); ``strongest_threat > 0.4``
            (the month after an index passed a level).
        change : mapping, optional
            Keys of :meth:`keys` other than start values, and ``state.president.health`` or
            ``state.contenders.magnate.organisation``, set to a value or moved by a step such as
            ``"+0.2"`` or ``"*1.5"``.
        without, force, forbid, allow : str or list of str
            As in :meth:`without` and :meth:`intervene`.
        shocks : list of dict or Shock
            More shocks from abroad.

        Raises
        ------
        BadInput
            For a moment outside the run, an unknown key, or wishes that contradict each other or
            what has already happened.

        Examples
        --------
        >>> load("kazakhstan").fork("before dissolution", forbid=["I13"]).forks[0].forbid
        ('I13',)
        """
        return add_fork(self, build_fork(at, change, without, force, forbid, allow, shocks))

    def without(self, *ids: str) -> "Scenario":
        """Return a scenario with mechanisms, parts of mechanisms, shocks or instruments left out.

        Examples
        --------
        >>> sorted(load("kazakhstan").without("M3.predation").disabled_mechanisms)
        ['M3.predation']
        """
        off, dropped = add_removals(self, ids)
        return replace(self, disabled_mechanisms=off, removed_ids=dropped)

    def with_rules(self, rules: Schedule) -> "Scenario":
        """Return the scenario played by other rules, or by the same rules in another order."""
        if not isinstance(rules, Schedule):
            raise BadInput(
                f"{rules!r} is no order of a month; give a RuleBook, such as"
                " scenario.rules.replace('oligarchs.defect', mine)."
            )
        return replace(self, rules=rules)

    @cached_property
    def _start_values(self) -> dict[str, float]:
        given = {
            f"{page}.{key}": float(entry.value)
            for page, entries in self.file.start.items()
            for key, entry in entries.items()
        }
        return given | {
            key[len("start.") :]: value
            for key, value in self._overrides_by_key.items()
            if key.startswith("start.")
        }

    def params(self) -> Any:
        """Return the parameters of this scenario as an immutable NamedTuple."""
        given = {key: float(entry.value) for key, entry in self.file.parameters.items()}
        off = {
            part for id in self.file.mechanisms.off for part in mechanism_groups().get(id, (id,))
        }
        return build_parameters(
            given
            | {key: value for key, value in self._overrides_by_key.items() if key in parameters()},
            frozenset(off | self.disabled_mechanisms),
        )

    def start(self) -> Any:
        """Return the start values as an immutable NamedTuple."""
        return build_start_values(self._start_values)

    def resolve_shock(self, shock: Shock) -> tuple[str, float]:
        """Return the date and the value of a shock after all changes."""
        given = shock.set if shock.set is not None else shock.add or 0.0
        return self._overrides_by_key.get(f"shocks.{shock.id}.date", shock.date), float(
            self._overrides_by_key.get(f"shocks.{shock.id}.value", given)
        )

    def shock_table(self) -> list[tuple[int, str, float, bool]]:
        """Return the shocks that are left: month, outside variable, value, whether it is added."""
        return build_shock_table(self)

    def table_sizes(self) -> dict[str, int]:
        """Return the number of rows of the tables whose size a scenario chooses."""
        return count_table_rows(self)

    def resolved_values(self) -> dict[str, Any]:
        """Return everything the run depends on, good for a manifest."""
        from poruka.scenario.keys import build_resolved_values

        return build_resolved_values(self)

    @cached_property
    def digest(self) -> str:
        """A hash over everything the run depends on."""
        own = [
            one.source_text
            for one in self.rules.rules
            if not one.function.__module__.startswith("poruka.")
        ]
        return hashlib.sha256(
            json.dumps([self.resolved_values(), own], sort_keys=True).encode()
        ).hexdigest()

    def keys(self) -> Any:
        """Return a pandas table of everything that can be changed or switched off: key, kind,
        value, unit, low, high, source.
        """
        from poruka.scenario.keys import build_key_table

        return build_key_table(self)


def load(name: str | Path) -> Scenario:
    """Read and check a scenario by name or path.

    Parameters
    ----------
    name : str or Path
        A name in ``scenarios/`` (looked for here, in the source checkout, in the installed package)
        or the path of a file.

    Raises
    ------
    BadInput
        When the file cannot be found, read or used.

    Examples
    --------
    >>> load("kazakhstan").months
    178
    """
    path = find_scenario_file(name)
    file, folder = read_scenario_file(path)
    try:
        scenario = (
            Scenario(path.stem, file, folder)
            .without(*file.without)
            .with_draws(file.posterior or None)
        )
        for entry in file.fork:
            scenario = add_fork(scenario, build_fork(**entry.model_dump(exclude={"why"})))
    except BadInput as error:
        raise BadInput(f"{path.name}: {error}") from None
    return scenario
