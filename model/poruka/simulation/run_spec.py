"""The request for a set of simulations, passed from the caller down to the workers.

It says which scenario is simulated, how many worlds and months, what is recorded, on how many
processors, and where the results are stored.
"""

import dataclasses
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from poruka.scenario.later_years import last_month_abroad, scenario_reaching
from poruka.scenario.number_draws import NumberDraws, names_file_of_numbers
from poruka.scenario.parameter_draws import ParameterDraws
from poruka.scenario.scenario import Scenario, load
from poruka.scenario.schema import parse_month
from poruka.scenario.timeline import refuse_changes_after
from poruka.scoring.record import validate_record_of
from poruka.simulation.number_design import OWN_DRAWS, NumberDesign, own_design, parse_number_design
from poruka.simulation.request_values import (
    optional_number,
    parse_shard,
    path_or_none,
    seed_number,
    whole_number,
)
from poruka.utils.errors import BadInput
from poruka.utils.paths import address_or_path

MAX_WORLDS_IN_MEMORY = 5000
"""Largest number of worlds whose results are held in memory."""
OVER_NUMBERS_FOLDER = "over-numbers"
"""Folder, in that of a run, of the worlds that are played over the numbers."""
RECORD_LEVELS = ("outcomes", "series", "events")
"""What can be recorded of every world; each level includes the one before."""


@dataclass(frozen=True, slots=True)
class RunSpec:
    """A validated, immutable request for simulations of one scenario.

    Made by :meth:`build` from a caller's arguments, or by :func:`poruka.runs.manifest.spec_of` from
    the manifest of a run.

    Attributes
    ----------
    scenario : Scenario
        With its parameter draws, where it has any.
    seed, worlds : int
        World k of a seed is the same whatever the number of worlds, chunks or threads.
    months : int
        Months simulated, from the scenario's first.
    record : {"outcomes", "series", "events"}
        What is recorded; each level includes the one before.
    threads : int or None
        Processors to use; None for all.
    processes : int or None
        Worker processes that share the threads; None to choose for the machine, 0 for none.
    out : Path or None
        Folder of the run, absolute; None to hold the results in memory.
    shard : tuple of int or None
        Number and total of the part that is simulated, such as ``(3, 16)``; None for the whole run.
    cluster : str or None
        Address of a dask scheduler, or the path of its scheduler file.
    draws : Path or None
        File from which the scenario's parameter draws were read. The draws themselves belong to
        the scenario, so two requests that differ in nothing else are equal.
    over_numbers : NumberDesign or None
        Draws of the numbers over which a second set of worlds is played beside this one, in the
        folder ``over-numbers`` of its own. The first is the same with and without it.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> spec = RunSpec.build(load("kazakhstan"), worlds=20, until="1990-12", shard="1/3", out="run")
    >>> spec.months, spec.shard, spec.replace(seed=7).seed, spec.seed
    (10, (1, 3), 7, 1)
    >>> spec.worlds = 30
    Traceback (most recent call last):
    ...
    dataclasses.FrozenInstanceError: cannot assign to field 'worlds'
    """

    scenario: Scenario
    seed: int
    worlds: int
    months: int
    record: str = "events"
    threads: int | None = None
    processes: int | None = None
    out: Path | None = None
    shard: tuple[int, int] | None = None
    cluster: str | None = None
    draws: Path | None = field(default=None, compare=False)
    over_numbers: NumberDesign | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        """Refuse values that cannot be used and convert the others to plain types."""
        if not isinstance(self.scenario, Scenario):
            raise BadInput(
                f"scenario is {self.scenario!r}; give a Scenario, such as"
                ' poruka.load("kazakhstan").'
            )
        months = whole_number("months", self.months, 1)
        validated = {
            "seed": seed_number(self.seed),
            "worlds": whole_number("worlds", self.worlds, 1),
            "months": months,
            "threads": optional_number("threads", self.threads, 1, "for all processors"),
            "processes": optional_number("processes", self.processes, 0, "to have them chosen"),
            "out": path_or_none("out", self.out, "a folder"),
            "shard": parse_shard(self.shard),
            "cluster": None if self.cluster is None else address_or_path(self.cluster, "cluster"),
            "draws": path_or_none("draws", self.draws, "a file"),
            "over_numbers": parse_number_design(self.over_numbers),
        }
        if self.record not in RECORD_LEVELS:
            raise BadInput(
                f"record is {self.record!r}; allowed are {', '.join(RECORD_LEVELS)} (each includes"
                " the one before)."
            )
        if months > self.scenario.months:
            raise BadInput(
                f"months is {months}; {self.scenario.name} has {self.scenario.months}, from"
                f" {self.scenario.start_date} to {self.scenario.file.end_date}."
            )
        for name, value in validated.items():
            object.__setattr__(self, name, value)
        self._check_storage()

    @classmethod
    def build(
        cls,
        scenario: Scenario | str | Path,
        *,
        worlds: int = 1000,
        seed: int = 1,
        threads: int | None = None,
        until: str | None = None,
        record: str = "events",
        out: str | Path | None = None,
        processes: int | None = None,
        shard: str | tuple[int, int] | None = None,
        cluster: str | None = None,
        draws: str | Path | None = None,
        over_numbers: NumberDesign | str | None = None,
    ) -> "RunSpec":
        """Return the request made by a caller's arguments; nothing is simulated or written yet.

        Parameters
        ----------
        scenario : Scenario, str or Path
            A scenario, or the name or path of its file, as :func:`poruka.load` takes it.
        until : str, optional
            Last month simulated, such as ``"1998-10"``; the scenario's last by default. It may lie
            past that, as far as the scenario's file says what happens abroad.
        shard : str or tuple of int, optional
            ``"3/16"`` for the third of sixteen parts.
        draws : str or Path, optional
            Where the numbers of every world come from, in place of what the scenario says, as
            :meth:`poruka.scenario.scenario.Scenario.with_draws` takes it: ``"record"``,
            ``"prior"``, ``"declared"``, or a posterior (CSV).
        over_numbers : NumberDesign or str, optional
            ``"own"`` to play a second set of worlds, several a draw, from where the scenario's own
            numbers are drawn, ``"record"`` or ``"prior"`` to say from where.
        worlds, seed, threads, record, out, processes, cluster
            As the attributes of the same name.

        Raises
        ------
        BadInput
            When an argument or the scenario's record cannot be used; the message says what can.

        Examples
        --------
        >>> RunSpec.build("kazakhstan", worlds=20).scenario.name
        'kazakhstan'
        """
        scenario = resolve_scenario(scenario)
        is_word = isinstance(draws, str) and not names_file_of_numbers(draws)
        given = None if is_word else path_or_none("draws", draws, "a file")
        if draws is not None:
            scenario = scenario.with_draws(draws if is_word else given)
        if isinstance(scenario.parameter_draws, NumberDraws):
            scenario.parameter_draws.validate()
        if over_numbers == OWN_DRAWS:
            over_numbers = None if shard else own_design(scenario, worlds)
        validate_record_of(scenario)  # not in __post_init__: the worlds of a stored run exist
        scenario = scenario if until is None else scenario_reaching(scenario, until)
        months = scenario.months if until is None else months_until(scenario, until)
        refuse_changes_after(scenario, months)
        return cls(
            scenario=scenario,
            seed=seed,
            worlds=worlds,
            months=months,
            record=record,
            threads=threads,
            processes=processes,
            out=path_or_none("out", out, "a folder"),
            shard=parse_shard(shard),
            cluster=cluster,
            draws=given,
            over_numbers=parse_number_design(over_numbers),
        )

    def replace(self, **changes: Any) -> "RunSpec":
        """Return the request with some attributes changed, validated again.

        Raises
        ------
        BadInput
            When a value cannot be used.
        """
        names = [attribute.name for attribute in dataclasses.fields(self)]
        if unknown := sorted(changes.keys() - set(names)):
            raise BadInput(
                f"{unknown[0]} is not part of a request; allowed are {', '.join(names)}."
            )
        return dataclasses.replace(self, **changes)

    def over_spec(self) -> "RunSpec":
        """Return the request for the worlds over the numbers.

        Examples
        --------
        >>> spec = RunSpec.build("kazakhstan", worlds=9, over_numbers="prior:4x2").over_spec()
        >>> spec.worlds, str(spec.scenario.parameter_draws)
        (8, 'prior:2')
        """
        design = self.over_numbers or NumberDesign()
        return self.replace(
            scenario=self.scenario.with_draws(design.number_draws),
            worlds=design.worlds,
            out=None if self.out is None else self.out / OVER_NUMBERS_FOLDER,
            over_numbers=None,
        )

    def _check_storage(self) -> None:
        """Refuse a request in memory that is too large, or has options of runs on disk only."""
        posterior = isinstance(self.scenario.parameter_draws, ParameterDraws)
        if self.over_numbers and (self.shard or posterior):
            other = "a shard" if self.shard else "a posterior of its own"
            raise BadInput(
                f"a request with {other} has no second set of worlds over the numbers; leave out"
                " one of the two."
            )
        if self.out is not None:
            return
        if self.worlds > MAX_WORLDS_IN_MEMORY:
            raise BadInput(
                f"{self.worlds} worlds do not fit in memory (at most {MAX_WORLDS_IN_MEMORY}); give"
                ' out="runs/…" to write them to disk.'
            )
        if self.processes or self.shard or self.cluster:
            raise BadInput(
                'processes, shard and cluster are for runs on disk; give out="runs/…" as well.'
            )


def resolve_scenario(scenario: Any) -> Scenario:
    """Return a scenario as it is, or read the one of a given name or path.

    Examples
    --------
    >>> resolve_scenario("kazakhstan").months
    178
    """
    if isinstance(scenario, Scenario):
        return scenario
    if isinstance(scenario, (str, os.PathLike)):
        return load(scenario if isinstance(scenario, str) else Path(scenario))
    raise BadInput(
        f'scenario is {scenario!r}; give a Scenario, such as poruka.load("kazakhstan"), or the'
        " name or path of one."
    )


def months_until(scenario: Scenario, until: Any) -> int:
    """Return the number of months from a scenario's start to a date, that month included.

    Examples
    --------
    >>> months_until(resolve_scenario("kazakhstan"), "1990-12")
    10
    """
    months = parse_month(until, "until") - parse_month(scenario.start_date, "start_date") + 1
    if not 1 <= months <= scenario.months:
        raise BadInput(
            f"until is {until}; this scenario runs from {scenario.start_date} to"
            f" {last_month_abroad(scenario)} at most."
        )
    return months
