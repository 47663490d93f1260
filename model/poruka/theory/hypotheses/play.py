"""Arms played as worlds: each arm once for each seed, read as quantities by world."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pandas as pd

from poruka.analysis.quantities import QuantityReader
from poruka.scenario.number_draws import PRIOR, NumberDraws
from poruka.scenario.scenario import Scenario
from poruka.simulation.ensemble import simulate_in_memory
from poruka.simulation.failures import require_completed_world
from poruka.simulation.run_spec import RunSpec
from poruka.simulation.runner import compile_rules
from poruka.theory.hypotheses.results import hash_request
from poruka.utils.contained_writing import write_inside

_INDEX, _PRINT = ["seed", "world"], "fingerprint"


class ArmTable(NamedTuple):
    """The worlds of one arm, indexed by seed and world.

    Attributes
    ----------
    values : pandas.DataFrame
        Quantities; NaN where a world lacks one.
    fingerprints : pandas.Series
        A hash of all outcomes of each world: equal only in worlds that are the same to the bit.
    """

    values: pd.DataFrame
    fingerprints: pd.Series


class ArmPlayer(Protocol):
    """Whatever plays arms; tests put tables of numbers in its place."""

    def play(
        self,
        arms: Mapping[str, Scenario],
        seeds: Sequence[int],
        worlds: int,
        quantities: Iterable[str],
    ) -> dict[str, ArmTable]:
        """Return the worlds of several arms under the same seeds."""
        ...


class WorldPlayer:
    """Plays arms on a few threads and keeps what was read, so that shared arms are played once.

    Parameters
    ----------
    threads : int
        Arms played at a time.
    also : mapping of str to set of str
        By the digest of an arm, further quantities to be read from its worlds when it is played.
    store : Path, optional
        Folder in which the arms in ``also`` are kept for other processes. What is read there is
        the same to the bit, and of these rules.
    """

    def __init__(
        self,
        threads: int = 2,
        also: Mapping[str, set[str]] | None = None,
        store: Path | None = None,
    ):
        self.also, self.store = also or {}, store
        self.played_worlds = 0
        self._pool = ThreadPoolExecutor(threads)
        self._tables: dict[tuple[str, int, int], ArmTable] = {}

    def play(
        self,
        arms: Mapping[str, Scenario],
        seeds: Sequence[int],
        worlds: int,
        quantities: Iterable[str],
    ) -> dict[str, ArmTable]:
        """Return the worlds of several arms under the same seeds."""
        wanted = set(quantities)
        futures: dict[tuple[str, int, int], Future] = {}
        for scenario in list(arms.values())[:1]:
            compile_rules(scenario, quiet=True)
        for scenario in arms.values():
            for seed in seeds:
                key = (scenario.digest, seed, worlds)
                known = self._known(key)
                if key not in futures and (known is None or wanted - set(known.values)):
                    read = wanted | self.also.get(scenario.digest, set())
                    read |= set(known.values) if known is not None else set()
                    futures[key] = self._pool.submit(_play_arm, scenario, seed, worlds, read)
        for key, future in futures.items():
            self._tables[key] = future.result()
            self.played_worlds += worlds
            self._keep(key)
        return {
            name: _join([self._tables[scenario.digest, seed, worlds] for seed in seeds], wanted)
            for name, scenario in arms.items()
        }

    def _known(self, key: tuple[str, int, int]) -> ArmTable | None:
        """Return an arm that was played here, or by another process under the same rules."""
        if key not in self._tables and self.store is not None and key[0] in self.also:
            path = self.store / _file_of(key)
            if path.is_file():
                kinds = defaultdict(lambda: "float64", {name: "int64" for name in _INDEX})
                kinds[_PRINT] = "uint64"
                frame = pd.read_csv(path, dtype=kinds, float_precision="round_trip")
                frame = frame.set_index(_INDEX).rename_axis([None, None])
                self._tables[key] = ArmTable(frame.drop(columns=_PRINT), frame[_PRINT])
        return self._tables.get(key)

    def _keep(self, key: tuple[str, int, int]) -> None:
        if self.store is not None and key[0] in self.also:
            table = self._tables[key]
            frame = table.values.astype(float).assign(**{_PRINT: table.fingerprints})
            content = frame.to_csv(index_label=_INDEX)
            write_inside(self.store, _file_of(key), content=content)


def _file_of(key: tuple[str, int, int]) -> str:
    return f"{hash_request(key)}.csv"


def source_of_draws(arm: Any) -> str:
    """Return from where the numbers of an arm are drawn; the ranges where it draws none of all.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> source_of_draws(load("kazakhstan", numbers="prior"))
    'prior'
    """
    draws = getattr(arm, "parameter_draws", None)
    return draws.source if isinstance(draws, NumberDraws) else PRIOR


def _play_arm(scenario: Scenario, seed: int, worlds: int, quantities: set[str]) -> ArmTable:
    spec = RunSpec.build(scenario, worlds=worlds, seed=seed, threads=1)
    ensemble = require_completed_world(simulate_in_memory(spec, progress=False))
    reader = QuantityReader(ensemble)
    index = pd.MultiIndex.from_product([[seed], ensemble.outcomes["world"]])
    values = pd.DataFrame({name: reader[name] for name in sorted(quantities)}, index=index)
    # The month of a fork says nothing of what happened then.
    names = [name for name in ensemble.outcomes if name != "world" and name[:5] != "fork_"]
    hashed = pd.util.hash_pandas_object(ensemble.outcomes[names], index=False)
    return ArmTable(values, pd.Series(hashed.to_numpy(), index=index))


def _join(tables: list[ArmTable], quantities: set[str]) -> ArmTable:
    names = sorted(quantities)
    return ArmTable(
        pd.concat([table.values[names] for table in tables]),
        pd.concat([table.fingerprints for table in tables]),
    )
