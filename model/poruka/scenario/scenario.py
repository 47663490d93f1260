"""Scenarios: a country's start and external shocks, with everything a user changed in them."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from poruka.engine.rule import Schedule
from poruka.rules.instruments import Instrument, validate_instrument
from poruka.scenario.definition import ScenarioDefinition
from poruka.scenario.display import scenario_html, scenario_text
from poruka.scenario.file import find_scenario_file, read_scenario_file
from poruka.scenario.fork import Fork, build_fork
from poruka.scenario.interventions import parse_interventions
from poruka.scenario.later_years import extend_scenario
from poruka.scenario.number_draws import DECLARED
from poruka.scenario.overrides import add_removals, validate_overrides
from poruka.scenario.own_rules import validate_schedule
from poruka.scenario.parameter_draws import validate_draws
from poruka.scenario.timeline import add_fork, validate_timeline
from poruka.utils.errors import BadInput
from poruka.utils.plain_values import plain_value


class Scenario(ScenarioDefinition):
    """One country from one month on: everything that determines a world except the seed.

    A scenario is immutable: each of its methods returns a new one.

    Attributes
    ----------
    name : str
        Name of the file it came from.
    file : ScenarioFile
        Validated contents, with sources.
    rules : Schedule
        The rules in the order of the month.
    """

    def __repr__(self) -> str:
        return scenario_text(self)

    def _repr_html_(self) -> str:
        return scenario_html(self)

    def change(self, changes: Mapping[str, Any]) -> "Scenario":
        """Return a scenario with some values changed; keys are those of :meth:`keys`.

        Parameters
        ----------
        changes : mapping
            ``"page.name"``, ``"start.page.name"``, ``"shocks.id.date"``, ``"shocks.id.value"``,
            ``"instruments.I54.strength"`` or ``"channels.name"`` (see :meth:`with_channels`).

        Raises
        ------
        BadInput
            For an unknown key, with the nearest names, or a value out of range.

        Examples
        --------
        >>> load("kazakhstan").change({"oligarchs.inertia": 0.5}).params().oligarchs.inertia
        0.5
        """
        validated = validate_overrides(self, changes)
        return replace(
            self,
            overrides=tuple({**self._overrides_by_key, **validated}.items()),
            parameter_draws=self.parameter_draws and self.parameter_draws.without(validated),
            one_draw=self.one_draw and (self.one_draw[0], self.one_draw[1] - validated.keys()),
        )

    def with_channels(self, settings: Mapping[str, str]) -> "Scenario":
        """Return the scenario with some links of the theory switched off.

        Parameters
        ----------
        settings : mapping of str to str
            Channels by name. ``"held"`` puts the link's mean contribution over base worlds of the
            country in its place, ``"donor"`` what it contributed to the same agent in another base
            world in the same month; ``"on"`` is the link itself.

        Raises
        ------
        BadInput
            For an unknown channel or setting.

        Examples
        --------
        >>> load("kazakhstan").with_channels({"worth_of_rules": "held"}).overrides
        (('channels.worth_of_rules', 'held'),)
        """
        return self.change({f"channels.{name}": setting for name, setting in settings.items()})

    def with_draws(self, draws: Any) -> "Scenario":
        """Return the scenario with numbers of the rules from elsewhere, drawn for every world.

        World k of a seed always has the same draw; a key that is changed is the same in all worlds.

        Parameters
        ----------
        draws : str, path, pandas.DataFrame, mapping, ParameterDraws, NumberDraws or None
            ``"record"`` draws all numbers, and the codes of instruments on which the two coders
            differ, from the newest file of what the record leaves of their ranges, ``"prior"`` from
            the ranges; ``"prior:5"`` for every five worlds. ``"declared"``, or None, draws nothing:
            one point, for illustration. A path is a CSV file with a column ``weight`` and one
            column per key; a frame or a mapping has the same columns, with or without weights.

        Raises
        ------
        BadInput
            When it cannot be read, or gives no valid scenario; the message names the line.

        Examples
        --------
        >>> s = load("kazakhstan").with_draws({"oligarchs.inertia": [0.2, 0.4], "weight": [1, 3]})
        >>> s.for_world(seed=1, world=3).params().oligarchs.inertia in (0.2, 0.4)
        True
        """
        bare = replace(self, parameter_draws=None)
        if draws is None or (isinstance(draws, str) and draws == DECLARED):
            return bare
        return replace(self, parameter_draws=validate_draws(bare, draws))

    def for_world(self, seed: int, world: int) -> "Scenario":
        """Return the scenario of one world, with the values of its draw if any are drawn."""
        draws = self.parameter_draws
        return self if draws is None else draws.apply(self, seed, world)

    def with_instruments(self, *custom: Instrument) -> "Scenario":
        """Return the scenario with custom instruments added, replacing those of the same id.

        Examples
        --------
        >>> from poruka.rules.instruments import instruments
        >>> quiet = instruments()[0]._replace(id="X01", label="a quieter barrier", strength=0.2)
        >>> len(load("kazakhstan").with_instruments(quiet).instruments)
        74
        """
        by_id = {instrument.id: instrument for instrument in self.custom_instruments} | {
            validate_instrument(instrument).id: instrument for instrument in custom
        }
        return replace(self, custom_instruments=tuple(by_id.values()))

    def intervene(
        self, date: str, force: Any = (), forbid: Any = (), allow: Any = ()
    ) -> "Scenario":
        """Return the scenario with interventions by the experimenter from a month on.

        Parameters
        ----------
        date : str
            The month, such as ``1998-10``.
        force : list of str
            ``president.dies``, ``president.falls_ill``, ``heir.unknown`` (or another contender), or
            an instrument by its id, which is used as soon as its conditions hold.
        forbid, allow : list of str
            Instruments by id that the ruler may not, or may again, use.

        Examples
        --------
        >>> load("kazakhstan").intervene("1998-10", force=["president.dies"]).interventions
        ((103, 1, -1),)
        """
        date = plain_value(date)
        month = self.month_of(date)
        if not 0 <= month < self.months:
            raise BadInput(
                f"{date} lies outside the scenario, which lasts from {self.start_date} to"
                f" {self.file.end_date}; choose a month within it."
            )
        instrument_ids = [instrument.id for instrument in self.declared_instruments]
        added = parse_interventions(month, force, forbid, allow, instrument_ids)
        return validate_timeline(replace(self, interventions=(*self.interventions, *added)))

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
        """Return the scenario with a fork: the same history up to a moment, changed from then on.

        Parameters
        ----------
        at : str
            ``1998-10``; ``before dissolution`` or ``after presidential_election 2`` (the n-th time
            something happens); ``before I19`` (an instrument of the ruler);
            ``strongest_threat > 0.4`` (the month after an index passed a threshold).
        change : mapping, optional
            Keys of :meth:`keys` other than start values, and ``state.president.health`` or
            ``state.contenders.moderate.organisation``, set to a value or changed by an operation
            such as ``"+0.2"`` or ``"*1.5"``.
        without, force, forbid, allow : str or list of str
            As in :meth:`without` and :meth:`intervene`.
        shocks : list of dict or Shock
            Additional external shocks.

        Raises
        ------
        BadInput
            For a moment outside the scenario, an unknown key, a fork without any change, or changes
            that contradict each other or what has already happened.

        Examples
        --------
        >>> load("kazakhstan").fork("before dissolution", forbid=["I13"]).forks[0].forbid
        ('I13',)
        """
        fork = build_fork(at, change, without, force, forbid, allow, shocks)
        forked = add_fork(self, fork)
        if fork == Fork(fork.at):
            raise BadInput(
                f"the fork at {at} changes nothing, so that both histories would be one; give"
                " change, without, force, forbid, allow or shocks."
            )
        return forked

    def without(self, *ids: str) -> "Scenario":
        """Return a scenario without some mechanisms, parts of them, shocks or instruments.

        Examples
        --------
        >>> sorted(load("kazakhstan").without("M3.predation").disabled_mechanisms)
        ['M3.predation']
        """
        disabled_mechanisms, removed_ids = add_removals(self, ids)
        return replace(self, disabled_mechanisms=disabled_mechanisms, removed_ids=removed_ids)

    def lasting_until(self, date: str) -> "Scenario":
        """Return the scenario with a later last month, and with what happens abroad up to it.

        Up to the earlier end its worlds are the same. A fork or an intervention may then be dated
        in the years that are added.

        Raises
        ------
        BadInput
            When the file does not say what happens abroad until then.

        Examples
        --------
        >>> load("kazakhstan").lasting_until("2022-12").months
        394
        """
        return extend_scenario(self, plain_value(date))

    def with_rules(self, rules: Schedule) -> "Scenario":
        """Return the scenario with other rules, or with the same rules in another order.

        Raises
        ------
        BadInput
            For what is no schedule, and for a rule of one's own that cannot be read or run.
        """
        return replace(self, rules=validate_schedule(rules))


def load(name: str | Path, numbers: Any = None) -> Scenario:
    """Read and validate a scenario by name or path.

    Parameters
    ----------
    name : str or Path
        A name in ``scenarios/`` (of the current folder, the source checkout or the installed
        package) or the path of a file.
    numbers : optional
        Where the numbers of the rules come from, as :meth:`Scenario.with_draws` takes it, in place
        of what the file says; ``"record"`` where it says nothing.

    Raises
    ------
    BadInput
        When the file cannot be found, read or used.

    Examples
    --------
    >>> load("kazakhstan", numbers="declared").numbers
    'declared'
    """
    path = find_scenario_file(name)
    file, folder = read_scenario_file(path)
    try:
        bare = Scenario(path.stem, file, folder).without(*file.without)
        scenario = bare.with_draws(file.numbers if numbers is None else numbers)
        for entry in file.fork:
            scenario = add_fork(scenario, build_fork(**entry.model_dump(exclude={"why"})))
    except BadInput as error:
        raise BadInput(f"{path.name}: {error}") from None
    return scenario
