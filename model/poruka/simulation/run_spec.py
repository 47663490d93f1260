"""A request for worlds, from whoever makes it down to the workers: which scenario, which worlds,
how long, what is recorded, and with what they are played and where they are kept.
"""

import dataclasses
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from poruka.scenario.scenario import Scenario
from poruka.utils.errors import BadInput

MAX_WORLDS_IN_MEMORY = 5000
"""Worlds that stay in memory at most."""
RECORD_LEVELS = ("outcomes", "series", "events")
"""What can be kept of worlds; each includes the one before."""
MOST_WORLDS, MOST_THREADS, MOST_SHARDS = 2**62 - 1, 1024, 10**6


@dataclass(frozen=True, slots=True)
class RunSpec:
    """A request for worlds of one scenario, checked; it cannot be changed, only replaced.

    Made by :meth:`build` from what a reader gives, or by :func:`poruka.runs.manifest.spec_of` from
    the manifest of a run.

    Attributes
    ----------
    scenario : Scenario
        With the draws, where it has any.
    seed, worlds : int
        World k of a seed is the same whatever the number of worlds, chunks or threads.
    months : int
        Months played, from the scenario's first.
    record : {"outcomes", "series", "events"}
        What is kept; each includes the one before.
    threads : int or None
        Processors to use; None for all.
    processes : int or None
        Worker processes that share the threads; None to choose for the machine, 0 for none.
    out : Path or None
        Folder of the run; None to keep the worlds in memory.
    shard : tuple of int or None
        Number and total of the part that is played, such as ``(3, 16)``; None for the whole run.
    cluster : str or None
        Address of a dask scheduler, or the path of its scheduler file.
    draws : Path or None
        The file the draws of the scenario were read from. The draws themselves belong to the
        scenario, so two requests that differ in nothing else are equal.

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

    def __post_init__(self) -> None:
        """Refuse what cannot be used and bring the rest into its plain form."""
        check_scenario(self.scenario)
        months = whole_number("months", self.months, 1)
        plain = {
            "seed": whole_number("seed", self.seed, 0),
            "worlds": whole_number("worlds", self.worlds, 1),
            "months": months,
            "threads": optional_number("threads", self.threads, 1, "for all processors"),
            "processes": optional_number("processes", self.processes, 0, "to have them chosen"),
            "out": path_or_none("out", self.out, "a folder"),
            "shard": shard_of(self.shard),
            "cluster": None if self.cluster is None else str(self.cluster),
            "draws": path_or_none("draws", self.draws, "a file"),
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
        for name, value in plain.items():
            object.__setattr__(self, name, value)
        self._check_place()

    @classmethod
    def build(
        cls,
        scenario: Scenario,
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
    ) -> "RunSpec":
        """Return the request that a reader's arguments make; nothing is played or written yet.

        Parameters
        ----------
        scenario : Scenario
        until : str, optional
            Last month played, such as ``"1998-10"``; the scenario's last by default.
        shard : str or tuple of int, optional
            ``"3/16"`` for the third of sixteen parts.
        draws : str or Path, optional
            A posterior (CSV) from which every world draws, in place of the scenario's own.
        worlds, seed, threads, record, out, processes, cluster
            As among the attributes.

        Raises
        ------
        BadInput
            When an argument cannot be used; the message says what is allowed.
        """
        check_scenario(scenario)
        draws = path_or_none("draws", draws, "a file")
        return cls(
            scenario=scenario if draws is None else scenario.with_draws(draws),
            seed=seed,
            worlds=worlds,
            months=scenario.months if until is None else months_until(scenario, until),
            record=record,
            threads=threads,
            processes=processes,
            out=path_or_none("out", out, "a folder"),
            shard=shard_of(shard),
            cluster=cluster,
            draws=draws,
        )

    def replace(self, **changes: Any) -> "RunSpec":
        """Return the request with some of its attributes changed, checked again.

        Raises
        ------
        BadInput
            When a value cannot be used.
        """
        if unknown := sorted(changes.keys() - {one.name for one in dataclasses.fields(self)}):
            raise BadInput(
                f"{unknown[0]} is no part of a request; allowed are"
                f" {', '.join(one.name for one in dataclasses.fields(self))}."
            )
        return dataclasses.replace(self, **changes)

    def _check_place(self) -> None:
        """Refuse a request in memory that is too large for it, or that asks for what only a run on
        disk has.
        """
        if self.out is not None:
            return
        if self.worlds > MAX_WORLDS_IN_MEMORY:
            raise BadInput(
                f"{self.worlds} worlds do not stay in memory (at most {MAX_WORLDS_IN_MEMORY}); give"
                ' out="runs/…" to stream them to disk.'
            )
        if self.processes or self.shard or self.cluster:
            raise BadInput(
                'processes, shard and cluster are for runs on disk; give out="runs/…" as well.'
            )


def check_scenario(scenario: Any) -> None:
    """Refuse what is no scenario."""
    if not isinstance(scenario, Scenario):
        raise BadInput(
            f'scenario is {scenario!r}; give a Scenario, such as poruka.load("kazakhstan").'
        )


def _is_whole(value: Any, low: int, high: int) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        return False
    return low <= int(value) <= high


def whole_number(name: str, value: Any, low: int) -> int:
    """Return a count as a plain integer, or say what is allowed.

    Examples
    --------
    >>> whole_number("worlds", np.int32(20), 1)
    20
    """
    if not _is_whole(value, low, MOST_WORLDS):
        raise BadInput(f"{name} is {value!r}; give a whole number from {low} up.")
    return int(value)


def optional_number(name: str, value: Any, low: int, otherwise: str) -> int | None:
    """Return a number of threads or processes, or None, or say what is allowed."""
    if value is None:
        return None
    if not _is_whole(value, low, MOST_THREADS):
        raise BadInput(
            f"{name} is {value!r}; give a whole number from {low} up, or None {otherwise}."
        )
    return int(value)


def path_or_none(name: str, value: Any, what: str) -> Path | None:
    """Return a path, or None, or say what is allowed."""
    if value is None:
        return None
    if not isinstance(value, (str, os.PathLike)):
        raise BadInput(f"{name} is {value!r}; give the path of {what}.")
    return Path(value)


def shard_of(value: Any) -> tuple[int, int] | None:
    """Return ``"3/16"`` as numbers, or say how a part of a run is written.

    Examples
    --------
    >>> shard_of("3/16"), shard_of((3, 16)), shard_of(None)
    ((3, 16), (3, 16), None)
    """
    if value is None:
        return None
    text = "/".join(str(one) for one in value) if isinstance(value, (tuple, list)) else str(value)
    number, stroke, total = text.partition("/")
    if not (
        stroke
        and number.isdecimal()
        and total.isdecimal()
        and 1 <= int(number) <= int(total) <= MOST_SHARDS
    ):
        raise BadInput(
            f"shard is {value!r}; write it as i/n, such as 3/16 for the third of sixteen."
        )
    return int(number), int(total)


def months_until(scenario: Scenario, until: Any) -> int:
    """Return the months from a scenario's first to a date, or say which dates it has.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> months_until(load("kazakhstan"), "1990-12")
    10
    """
    months = int(scenario.month_of(until)) + 1
    if not 1 <= months <= scenario.months:
        raise BadInput(
            f"until is {until}; this scenario runs from {scenario.start_date} to"
            f" {scenario.file.end_date}."
        )
    return months
