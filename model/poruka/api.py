"""The public interface, above memory and disk: simulate, experiment, verdicts."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from poruka.experiments.catalogue import find_experiment, read_experiment
from poruka.experiments.experiment_result import ExperimentResult
from poruka.experiments.run import run_experiment
from poruka.figures import Drawing
from poruka.reports.experiment_page import write_experiment_page
from poruka.reports.experiment_sections import ReportSection, build_sections
from poruka.runs.store import run_to_disk
from poruka.runs.stored_run import StoredRun
from poruka.scenario.scenario import Scenario
from poruka.simulation.ensemble import Ensemble, simulate_in_memory
from poruka.simulation.run_spec import RunSpec
from poruka.theory import hypothesis_tests
from poruka.utils.errors import BadInput


class ExperimentReport:
    """The answer to an experiment: printed it tells itself; tables and figures are kept by name.

    Attributes
    ----------
    answer : Answer
        Points, analyses and worlds as the laboratory made them.
    sections : list of Section
        What the page of the experiment says, in its order.
    """

    def __init__(self, result: ExperimentResult, page_path: Path | None = None):
        self.result, self.page_path = result, page_path
        self.sections: list[ReportSection] = build_sections(result)

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Every table by name."""
        return {name: table for section in self.sections for name, table, _ in section.tables}

    @property
    def figures(self) -> Mapping[str, Drawing]:
        """Every figure by name; ``asked.figures["curve"].draw()`` draws one."""
        return {name: drawing for section in self.sections for name, drawing in section.figures}

    @property
    def points(self) -> pd.DataFrame:
        """Every point of the design with the mean of each outcome and its 95 % interval; empty for
        an experiment without a design.
        """
        return (
            self.result.design_result.table()
            if self.result.design_result is not None
            else pd.DataFrame()
        )

    def __str__(self) -> str:
        lines = [self.result.experiment.question]
        for section in self.sections:
            lines += ["", section.heading, *(f"  {words}" for words in section.paragraphs)]
        return "\n".join(lines)


def experiment(
    name: str | Path,
    worlds: int | None = None,
    seed: int | None = None,
    out: str | Path | None = None,
    progress: Any = None,
) -> ExperimentReport:
    """Play an experiment of the folder of experiments, or one of your own, and return its answer.

    Parameters
    ----------
    name : str or Path
        A name such as ``03_solidarity``, its beginning, or a folder or file of your own.
    worlds, seed : int, optional
        Worlds of every point, and the seed, instead of what the file says.
    out : str or Path, optional
        Where worlds, tables and a page are kept; run again over the same folder, nothing is played
        twice.
    say : callable, optional
        Told ``(what, done, total)``.

    Raises
    ------
    BadInput
        When there is no such experiment, or its file cannot be used.

    Examples
    --------
    >>> asked = experiment("01_market_speed", worlds=2)
    >>> "curve" in asked.figures, asked.result.worlds
    (True, 2)
    """
    found = read_experiment(find_experiment(str(name)))
    folder = Path(out) if out is not None else None
    answer = run_experiment(found, folder, worlds, seed, progress)
    page = (
        write_experiment_page(answer, folder, f"poruka experiment run {name}")
        if folder is not None
        else None
    )
    return ExperimentReport(answer, page)


def verdicts(
    *ids: str, worlds: int | None = None, seed: int = hypothesis_tests.THESIS_TEST_SEED
) -> pd.DataFrame:
    """Move the cause of each thesis and return what became of its effect, with the mechanism on and
    off.

    Parameters
    ----------
    *ids : str
        Theses such as ``T041``.
    worlds, seed : int
        Worlds of every arm instead of what the thesis's file says, and the seed.

    Returns
    -------
    pandas.DataFrame
        id, core, title, verdict, quantity, effect, low, high, left (with the mechanism off),
        worlds.

    Examples
    --------
    >>> verdicts("T041", worlds=10).id.tolist()
    ['T041']
    """
    if not ids:
        raise BadInput("verdicts() names no thesis; give some, such as verdicts('T041').")
    return hypothesis_tests.verdict_table(
        hypothesis_tests.run_thesis_tests(ids, worlds=worlds, seed=seed)
    )


def simulate(
    scenario: Scenario,
    worlds: int = 1000,
    seed: int = 1,
    threads: int | None = None,
    until: str | None = None,
    record: str = "events",
    out: str | Path | None = None,
    progress: Callable[[int, int], None] | bool | None = None,
    *,
    processes: int | None = None,
    shard: str | None = None,
    cluster: str | None = None,
) -> Any:
    """Play many worlds of a scenario and return what they report.

    Parameters
    ----------
    scenario : Scenario
    worlds, seed : int
        World k of a seed is the same whatever the number of worlds, chunks or threads.
    threads : int, optional
        Threads to use; all processors by default.
    until : str, optional
        Last month played, such as ``"1998-10"``; the scenario's last by default.
    record : {"outcomes", "series", "events"}
        What is kept; each includes the one before.
    out : str or Path, optional
        Folder of the run; needed beyond 5,000 worlds.
    progress : bool or callable, optional
        A bar on a terminal or in a notebook by default, after a line on compiling where that must
        be, and plain lines in a log; a callable is told ``(done, total)``.
    processes : int, optional
        Of a run on disk: how many worker processes share the threads; chosen for the machine and
        the size of the run by default, 0 for none. A crash of one is contained: it is replaced and
        its worlds are played again.
    shard : str, optional
        Of a run on disk: ``"3/16"`` plays the third of sixteen parts, into a folder inside ``out``,
        where :func:`poruka.runs.merge.merge_parts` puts them together.
    cluster : str, optional
        Of a run on disk: the address of a dask scheduler (``"tcp://host:8786"``), or the path of
        its scheduler file.

    Returns
    -------
    Ensemble or StoredRun

    Raises
    ------
    BadInput
        When an argument cannot be used.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> e = simulate(load("kazakhstan"), worlds=2, seed=1, until="1990-06", progress=False)
    >>> len(e.outcomes), e.series.sizes["month"]
    (2, 4)
    """
    spec = RunSpec.build(
        scenario,
        worlds=worlds,
        seed=seed,
        threads=threads,
        until=until,
        record=record,
        out=out,
        processes=processes,
        shard=shard,
        cluster=cluster,
    )
    return run_worlds(spec, progress)


def run_worlds(
    spec: RunSpec, progress: Callable[[int, int], None] | bool | None = None
) -> Ensemble | StoredRun:
    """Play the worlds of a request, in memory or, where it names a folder, on disk.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> spec = RunSpec.build(load("kazakhstan"), worlds=2, until="1990-06")
    >>> len(run_worlds(spec, progress=False).outcomes)
    2
    """
    if spec.out is not None:
        return run_to_disk(spec, progress)
    return simulate_in_memory(spec, progress)
