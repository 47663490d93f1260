"""The public functions that run things: simulate, experiment, verdicts.

:func:`simulate` runs the worlds of a scenario, in memory or on disk; :func:`experiment` runs one of
the questions in ``experiments/``; :func:`verdicts` tests theses of the chapter. Scenarios are
documented in :mod:`poruka.scenario.scenario`, what a request may hold in
:mod:`poruka.simulation.run_spec`, results in memory in :mod:`poruka.simulation.ensemble` and
results on disk in :mod:`poruka.runs.stored_run`.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from poruka.experiments.catalogue import find_experiment, read_experiment
from poruka.experiments.experiment_result import ExperimentResult
from poruka.experiments.run import run_experiment
from poruka.figures import Drawing
from poruka.reports.experiment_page import write_experiment_page
from poruka.reports.experiment_sections import ReportSection, build_sections
from poruka.runs.open_run import run_to_disk
from poruka.runs.stored_run import StoredRun
from poruka.scenario.scenario import Scenario
from poruka.simulation.ensemble import Ensemble, simulate_in_memory
from poruka.simulation.failures import require_completed_world
from poruka.simulation.run_spec import RunSpec
from poruka.theory.hypotheses.bench import BENCH_SEEDS, play_hypotheses
from poruka.theory.hypotheses.results import require_results, shipped_results_folder
from poruka.theory.hypotheses.verdict_family import hypothesis_table
from poruka.utils.paths import absolute_path


class ExperimentReport:
    """The results of an experiment: printed, a summary; tables and figures by name.

    Attributes
    ----------
    result : ExperimentResult
        Points of the design, analyses and simulations, as the experiment produced them.
    sections : list of ReportSection
        The sections of the experiment's page, in its order.
    page_path : Path or None
        The page that was written, where a folder was given.
    """

    def __init__(self, result: ExperimentResult, page_path: Path | None = None):
        self.result, self.page_path = result, page_path
        self.sections: list[ReportSection] = build_sections(result)

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """All tables by name."""
        return {name: table for section in self.sections for name, table, _ in section.tables}

    @property
    def figures(self) -> Mapping[str, Drawing]:
        """All figures by name; ``report.figures["curve"].draw()`` draws one."""
        return {name: drawing for section in self.sections for name, drawing in section.figures}

    @property
    def points(self) -> pd.DataFrame:
        """Points of the design with the mean of each outcome and its 95 % interval.

        Empty for an experiment without a design.
        """
        design_result = self.result.design_result
        return design_result.table() if design_result is not None else pd.DataFrame()

    def __str__(self) -> str:
        lines = [self.result.experiment.question]
        for section in self.sections:
            lines += ["", section.heading, *(f"  {paragraph}" for paragraph in section.paragraphs)]
        return "\n".join(lines)


def experiment(
    name: str | Path,
    worlds: int | None = None,
    seed: int | None = None,
    out: str | Path | None = None,
    progress: Any = None,
) -> ExperimentReport:
    """Run an experiment of the folder ``experiments/``, or one of your own, and return its results.

    Parameters
    ----------
    name : str or Path
        A name such as ``03_solidarity``, its beginning, or a folder or file of your own.
    worlds, seed : int, optional
        Worlds at every point, and the seed, instead of those in the file.
    out : str or Path, optional
        Folder for simulations, tables and a page; when it is run again into the same folder,
        nothing is simulated twice.
    progress : callable, optional
        Called with ``(step, done, total)``.

    Returns
    -------
    ExperimentReport

    Raises
    ------
    BadInput
        When there is no such experiment, or its file cannot be used.

    Examples
    --------
    >>> report = experiment("01_market_speed", worlds=2)
    >>> "curve" in report.figures, report.result.worlds
    (True, 2)
    """
    folder = None if out is None else absolute_path(out, "out", "a folder")
    specification = read_experiment(find_experiment(str(name)))
    result = run_experiment(specification, folder, worlds, seed, progress)
    if folder is None:
        return ExperimentReport(result)
    page_path = write_experiment_page(result, folder, f"poruka experiment run {name}")
    return ExperimentReport(result, page_path)


def verdicts(
    *ids: str, worlds: int | None = None, seeds: Sequence[int] = BENCH_SEEDS
) -> pd.DataFrame:
    """Put theses to their tests and return the verdicts; the stored ones if none is named.

    A thesis takes from seconds to minutes. Few ``worlds`` of few ``seeds`` are a quick look, in
    which less is shown than in the full test.

    Parameters
    ----------
    *ids : str
        Theses such as ``T041``; without any nothing is played, and the verdicts of the full test
        of all theses are returned.
    worlds : int, optional
        Worlds of each seed in every arm, instead of those in the thesis's declaration.
    seeds : sequence of int
        Seeds of all arms.

    Returns
    -------
    pandas.DataFrame
        Columns id, core, title, verdict, where, where_not (part and country), why, p (the largest
        over the parts) and q (that among all theses of the text, of which those that were not
        tested count with 1), p_against and q_against (the same for an effect against the claim).

    Raises
    ------
    BadInput
        When a thesis is unknown, a number cannot be used, or no stored results are there.

    Examples
    --------
    >>> verdicts("T015")[["id", "verdict"]].values.tolist()
    [['T015', 'not testable']]
    """
    if not ids:
        return hypothesis_table(require_results(shipped_results_folder()))
    return hypothesis_table(play_hypotheses(ids, seeds, worlds))


def simulate(
    scenario: Scenario | str | Path,
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
    over_numbers: str | None = None,
) -> Any:
    """Simulate many worlds of a scenario and return their results.

    Parameters
    ----------
    scenario : Scenario, str or Path
        A scenario, or the name or path of its file; see :func:`poruka.load`.
    worlds, seed : int
        How many worlds, and the seed of their random draws. World k of a seed is the same whatever
        the number of worlds, chunks or threads.
    threads : int, optional
        Threads to use; all processors by default.
    until : str, optional
        Last month simulated, such as ``"1998-10"``; the scenario's last by default.
    record : {"outcomes", "series", "events"}
        What is recorded of every world; each level includes the one before.
    out : str or Path, optional
        Folder of the run; needed beyond 5,000 worlds. See :mod:`poruka.runs.store`.
    progress : bool or callable, optional
        By default a bar on a terminal or in a notebook, preceded by a line on compiling where that
        is needed, and plain lines in a log; a callable is called with ``(done, total)``.
    processes : int, optional
        Runs on disk only: how many worker processes share the threads; by default chosen for the
        machine and the size of the run, 0 for none. A worker that crashes is replaced and its
        worlds are simulated again; see :mod:`poruka.runs.workers`.
    shard : str, optional
        Runs on disk only: ``"3/16"`` simulates the third of sixteen parts, into a folder inside
        ``out``, where :func:`poruka.runs.merge.merge_parts` puts them together.
    cluster : str, optional
        Runs on disk only: the address of a dask scheduler (``"tcp://host:8786"``), or the path of
        its scheduler file; see :mod:`poruka.runs.dask_cluster`.
    over_numbers : str, optional
        ``"prior"`` plays a second set of worlds in which every number of the rules is drawn from
        its range, 100 draws of five worlds each (``"prior:40x5"`` for forty of five); it is the
        attribute ``over_numbers`` of the results.

    Returns
    -------
    Ensemble or StoredRun
        Results in memory (:class:`poruka.simulation.ensemble.Ensemble`) or, with ``out``, on disk
        (:class:`poruka.runs.stored_run.StoredRun`); both have ``outcomes``, ``series``, ``events``,
        ``failures`` and ``score()``. Worlds that failed are in ``failures`` only; ``coverage`` says
        how many of the worlds requested the tables hold.

    Raises
    ------
    BadInput
        When an argument cannot be used; the message says what is allowed.
    WorldFailed
        When every world failed; the message names the first. A run on disk is kept, and
        :func:`poruka.open_run` opens it with its failures.

    Examples
    --------
    >>> e = simulate("kazakhstan", worlds=2, seed=1, until="1990-06", progress=False)
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
        over_numbers=over_numbers,
    )
    return run_worlds(spec, progress)


def run_worlds(
    spec: RunSpec, progress: Callable[[int, int], None] | bool | None = None
) -> Ensemble | StoredRun:
    """Simulate the worlds of a request, in memory or, where it names a folder, on disk.

    Examples
    --------
    >>> spec = RunSpec.build("kazakhstan", worlds=2, until="1990-06")
    >>> len(run_worlds(spec, progress=False).outcomes)
    2
    """
    run: Ensemble | StoredRun = (
        run_to_disk(spec, progress) if spec.out is not None else simulate_in_memory(spec, progress)
    )
    return require_completed_world(run)
