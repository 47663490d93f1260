"""Scenarios: a country's start and the shocks that reach it from outside, with what a reader wants changed or switched off."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from . import names
from .errors import BadInput, unknown
from .interventions import parse
from .month import MONTH
from .parameters import build, build_start, check_parameter, mechanism_groups, mechanisms, parameters, start_values
from .repertoire import Instrument, check_number, checked, with_numbers, with_own
from .rules import RuleBook
from .scenario_file import find, read
from .scenario_shape import LARGEST_SHOCK, ScenarioFile, Shock, check_start_value, parse_month


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
    rules: RuleBook = MONTH
    off: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
    moved: tuple[tuple[str, Any], ...] = ()
    own_instruments: tuple[Instrument, ...] = ()
    interventions: tuple[tuple[int, int, int], ...] = ()

    def __hash__(self) -> int:
        return hash(self.digest)

    title = property(lambda self: self.file.title, doc="The scenario's title.")
    country = property(lambda self: self.file.country, doc="The country.")

    @property
    def start_date(self) -> str:
        """First month, such as ``1990-03``."""
        return self.file.start_date

    @property
    def months(self) -> int:
        """Length in months, the last included."""
        return parse_month(self.file.end_date, "end_date") - parse_month(self.start_date, "start_date") + 1

    @property
    def record_path(self) -> Path | None:
        """The record this scenario is scored against, if there is one."""
        return self.folder / self.file.record if self.file.record else None

    @cached_property
    def _changes(self) -> dict[str, Any]:
        return dict(self.moved)

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
            ``"page.name"``, ``"start.page.name"``, ``"shocks.id.date"``, ``"shocks.id.value"`` or ``"instruments.I54.strength"``.

        Raises
        ------
        BadInput
            For an unknown key, with the nearest names, or a value out of range.

        Examples
        --------
        >>> load("kazakhstan").change({"oligarchs.inertia": 0.5}).params().oligarchs.inertia
        0.5
        """
        if not isinstance(changes, Mapping):
            raise BadInput(f"changes are {changes!r}; give a mapping of keys to values, such as {{'oligarchs.inertia': 0.5}}.")
        fit: dict[str, Any] = {}
        switches = {*mechanisms(), *mechanism_groups(), *(f"shocks.{shock.id}" for shock in self.file.shocks), *(one.id for one in self._repertoire)}
        for key, value in changes.items():
            if key in switches:
                raise BadInput(f"{key} is switched off, not changed; use without({key!r}).")
            if not isinstance(key, str):
                raise unknown("key", str(key), self._known())
            if key.startswith("start."):
                fit[key] = check_start_value(key[len("start."):], value)
            elif key.startswith("shocks."):
                fit[key] = self._check_shock(key, value)
            elif key.startswith("instruments."):
                fit[key] = check_number(self._repertoire, key, value)
            elif key in parameters():
                fit[key] = check_parameter(key, value)
            else:
                raise unknown("key", key, self._known())
        return replace(self, moved=tuple({**self._changes, **fit}.items()))

    def _known(self) -> list[str]:
        shocks = [f"shocks.{shock.id}.{part}" for shock in self.file.shocks for part in ("date", "value")]
        return [*parameters(), *(f"start.{key}" for key in start_values()), *shocks]

    def _check_shock(self, key: str, value: Any) -> Any:
        if key not in self._known():
            raise unknown("key", key, self._known())
        if key.endswith(".date"):
            if parse_month(value, key) < parse_month(self.start_date, "start_date"):
                raise BadInput(f"{key} is {value}, before the start {self.start_date}; drop the shock with "
                               f"without({key.rsplit('.', 1)[0]!r}) or set the start value instead.")
            return value
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= LARGEST_SHOCK:
            raise BadInput(f"{key} is {value!r}; give a number between -{LARGEST_SHOCK:g} and {LARGEST_SHOCK:g}.")
        return float(value)

    @cached_property
    def _repertoire(self) -> tuple[Instrument, ...]:
        return with_own(self.own_instruments)

    @cached_property
    def instruments(self) -> tuple[Instrument, ...]:
        """What a ruler can do here, with everything that was changed or added."""
        return with_numbers(self._repertoire, self.moved)

    @property
    def forbidden(self) -> frozenset[str]:
        """Ids of the instruments no ruler can use here."""
        return frozenset(id for id in self.dropped if not id.startswith("shocks."))

    def with_instruments(self, *own: Instrument) -> "Scenario":
        """Return the scenario with instruments of one's own, in place of those of the same id or beside the others.

        Examples
        --------
        >>> from poruka.repertoire import instruments
        >>> quiet = instruments()[0]._replace(id="X01", label="a quieter barrier", strength=0.2)
        >>> len(load("kazakhstan").with_instruments(quiet).instruments)
        74
        """
        known = {one.id: one for one in self.own_instruments} | {checked(one).id: one for one in own}
        return replace(self, own_instruments=tuple(known.values()))

    def intervene(self, date: str, force: Any = (), forbid: Any = (), allow: Any = ()) -> "Scenario":
        """Return the scenario with something an experimenter makes happen from a month on.

        Parameters
        ----------
        date : str
            The month, such as ``1998-10``.
        force : list of str
            ``president.dies``, ``president.falls_ill``, ``heir.unknown`` (or another contender), or an act by its id, which happens as
            soon as its conditions hold.
        forbid, allow : list of str
            Acts by id that the ruler may not, or may again, use.

        Examples
        --------
        >>> load("kazakhstan").intervene("1998-10", force=["president.dies"]).interventions
        ((103, 1, -1),)
        """
        month = self.month_of(date)
        if not 0 <= month < self.months:
            raise BadInput(f"{date} lies outside the run, which lasts from {self.start_date} to {self.file.end_date}.")
        more = parse(month, force, forbid, allow, [one.id for one in self._repertoire])
        return replace(self, interventions=(*self.interventions, *more))

    def without(self, *ids: str) -> "Scenario":
        """Return a scenario with mechanisms, parts of mechanisms, shocks or instruments left out.

        Examples
        --------
        >>> sorted(load("kazakhstan").without("M3.predation").off)
        ['M3.predation']
        """
        off, dropped = set(self.off), set(self.dropped)
        shocks = {f"shocks.{shock.id}" for shock in self.file.shocks}
        for id in ids:
            if not isinstance(id, str):
                raise BadInput(f"{id!r} is no name; write without('M3.predation', 'shocks.{next(iter(self.file.shocks)).id if self.file.shocks else 'id'}').")
            if id in mechanism_groups():
                off |= set(mechanism_groups()[id])
            elif id in mechanisms():
                off.add(id)
            elif id in shocks or id in {one.id for one in self._repertoire}:
                dropped.add(id)
            else:
                raise unknown("mechanism, shock or instrument", id, [*mechanisms(), *mechanism_groups(), *shocks, *(one.id for one in self._repertoire)])
        return replace(self, off=frozenset(off), dropped=frozenset(dropped))

    def with_rules(self, rules: RuleBook) -> "Scenario":
        """Return the scenario played by other rules, or by the same rules in another order."""
        if not isinstance(rules, RuleBook):
            raise BadInput(f"{rules!r} is no order of a month; give a RuleBook, such as scenario.rules.replace('oligarchs.defect', mine).")
        return replace(self, rules=rules)

    @cached_property
    def _start_values(self) -> dict[str, float]:
        given = {f"{page}.{key}": float(entry.value) for page, entries in self.file.start.items() for key, entry in entries.items()}
        return given | {key[len("start."):]: value for key, value in self._changes.items() if key.startswith("start.")}

    def params(self) -> Any:
        """Return the parameters of this scenario as an immutable NamedTuple."""
        given = {key: float(entry.value) for key, entry in self.file.parameters.items()}
        off = {part for id in self.file.mechanisms.off for part in mechanism_groups().get(id, (id,))}
        return build(given | {key: value for key, value in self._changes.items() if key in parameters()}, frozenset(off | self.off))

    def start(self) -> Any:
        """Return the start values as an immutable NamedTuple."""
        return build_start(self._start_values)

    def shock(self, shock: Shock) -> tuple[str, float]:
        """Return the date and the value of a shock after all changes."""
        given = shock.set if shock.set is not None else shock.add or 0.0
        return self._changes.get(f"shocks.{shock.id}.date", shock.date), float(self._changes.get(f"shocks.{shock.id}.value", given))

    def shock_table(self) -> list[tuple[int, str, float, bool]]:
        """Return the shocks that are left: month, outside variable, value, whether it is added."""
        table = []
        for shock in self.file.shocks:
            if f"shocks.{shock.id}" in self.dropped:
                continue
            date, value = self.shock(shock)
            table.append((self.month_of(date), shock.variable, value, shock.add is not None))
        return sorted(table, key=lambda row: row[0])

    def sizes(self) -> dict[str, int]:
        """Return the number of rows of the tables whose size a scenario chooses."""
        scale = self.start().scale
        sizes = {name: int(getattr(scale, name)) for name in scale._fields}
        return sizes | {"shocks": max(1, len(self.shock_table())), "instruments": len(self._repertoire),
                        "aims": len(self._repertoire) * len(names.SPHERES), "interventions": max(1, len(self.interventions))}

    def resolved(self) -> dict[str, Any]:
        """Return everything the run depends on, good for a manifest."""
        from .scenario_keys import resolved_of
        return resolved_of(self)

    @cached_property
    def digest(self) -> str:
        """A hash over everything the run depends on."""
        own = [one.text for one in self.rules.rules if not one.source.__module__.startswith("poruka.")]
        return hashlib.sha256(json.dumps([self.resolved(), own], sort_keys=True).encode()).hexdigest()

    def keys(self) -> Any:
        """Return a pandas table of everything that can be changed or switched off: key, kind, value, unit, low, high, source."""
        from .scenario_keys import keys_of
        return keys_of(self)


def load(name: str | Path) -> Scenario:
    """Read and check a scenario by name or path.

    Parameters
    ----------
    name : str or Path
        A name in ``scenarios/`` (looked for here, in the source checkout, in the installed package) or the path of a file.

    Raises
    ------
    BadInput
        When the file cannot be found, read or used.

    Examples
    --------
    >>> load("kazakhstan").months
    178
    """
    path = find(name)
    file, folder = read(path)
    return Scenario(path.stem, file, folder)
