"""The page on planted truths: do the bands of a calibration hold what they say?"""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from poruka.analysis.cache import QuantityCache
from poruka.analysis.calibration.calibrate import independent_models
from poruka.analysis.calibration.planted_history import NEAREST, PlantedHistories, plant_histories
from poruka.analysis.calibration.planted_problems import count_problem, normal_problem
from poruka.analysis.calibration.planted_truths import (
    RANK_DRAWS,
    abc_calibrator,
    coverage_of_truths,
    plant_truths,
)
from poruka.experiments.catalogue import LoadedExperiment
from poruka.figures.base.drawing import save_figure
from poruka.figures.experiments.rank_histograms import RankHistograms
from poruka.utils.atomic_files import create_results_folder, write_text_atomically
from poruka.utils.errors import BadInput

BANK = 1500
"""Worlds from which the histories of the country are taken."""


def write_planted_truths_page(
    loaded: LoadedExperiment,
    folder: Path,
    command: str,
    replications: int = 300,
    bank: int = BANK,
    seed: int = 1,
    tell: Callable[[str], None] | None = None,
) -> Path:
    """Write the page on planted truths with its figure and tables; return its path.

    Parameters
    ----------
    loaded : LoadedExperiment
        An experiment with a calibration: its numbers, priors and targets are those of the truths
        planted in the country.
    folder : Path
        Where ``README.md``, ``ranks.png``, ``ranks.csv``, ``coverage.csv`` and ``matched.csv`` go.
    command : str
        The command that makes the page.
    replications, bank, seed : int
    tell : callable, optional
        Receives what is being done.
    """
    calibration = loaded.experiment.calibration
    if calibration is None:
        raise BadInput(f"{loaded.name} has no [calibration]; name an experiment that has one.")
    say = tell or (lambda text: None)
    located: dict[str, pd.DataFrame] = {}
    for label, worlds in (("one world", 1), ("mean of 12 worlds", 12)):
        for problem in (normal_problem(), count_problem()):
            say(f"{problem.name}, {label}: {replications} planted truths")
            table = plant_truths(problem, abc_calibrator(worlds), replications, seed)
            located[f"{problem.name}, {label}"] = table
    say(f"{loaded.scenario.name}: {bank} histories, one wave")
    histories = plant_histories(
        independent_models(loaded.builder, seed, QuantityCache()),
        loaded.experiment.numeric_factors,
        loaded.scenario,
        calibration,
        bank,
        min(replications, bank),
        seed,
    )
    located[loaded.scenario.name] = histories.located
    coverage = pd.concat(
        [coverage_of_truths(table).assign(problem=name) for name, table in located.items()]
    )
    columns = ["problem", *(name for name in coverage if name != "problem")]
    coverage = coverage[columns].reset_index(drop=True)
    create_results_folder(folder)
    panels = {
        f"{name.split(', ')[0]}: {number}"
        + (f"\n({name.split(', ')[1]})" if ", " in name else ""): part
        for name, table in located.items()
        for number, part in table.groupby("number", sort=False)
    }
    drawing = RankHistograms(panels)
    save_figure(drawing, folder, "ranks")
    (folder / "ranks.svg").unlink()
    write_text_atomically(folder / "coverage.csv", coverage.round(4).to_csv(index=False))
    write_text_atomically(
        folder / "matched.csv", histories.matched.round(4).to_csv(index_label="truth")
    )
    path = folder / "README.md"
    write_text_atomically(
        path, _page(loaded, command, coverage, drawing, histories, replications, bank)
    )
    return path


def _page(
    loaded: LoadedExperiment,
    command: str,
    coverage: pd.DataFrame,
    drawing: RankHistograms,
    histories: PlantedHistories,
    replications: int,
    bank: int,
) -> str:
    matched = histories.matched
    calibration = loaded.experiment.calibration
    assert calibration is not None
    points = calibration.points_of_wave(len(loaded.experiment.numeric_factors))
    rows = [
        f"| {row.problem} | {row.number} | {row.truths} | {row.inside_50:.0%} |"
        f" {row.inside_90:.0%} ({row.inside_90_low:.0%} to {row.inside_90_high:.0%}) |"
        f" {row.p_uniform:.2g} |"
        for row in coverage.itertuples()
    ]
    return "\n".join(
        [
            "# Planted truths",
            "",
            "Do the bands of a calibration hold what they say? True numbers are drawn from the"
            " prior and one history is played under them; the calibration to that history is asked"
            " for the numbers. Over many truths a 90 % band should hold 90 % of them, and the rank"
            " of the truth among draws from its posterior should be even (simulation-based"
            " calibration, Talts et al. 2018). This page is made by",
            "",
            f"    {command}",
            "",
            f"![{drawing.alt}](ranks.png)",
            "",
            f"*{drawing.caption}* Numbers: `ranks.csv`.",
            "",
            "| model | number | truths | in 50 % | in 90 % (95 % interval) | p, ranks even |",
            "| --- | --- | --- | --- | --- | --- |",
            *rows,
            "",
            "`mean of 12 worlds` is the way that was given up: it compares the record, one history,"
            " with the mean of twelve worlds, and its bands are too narrow. `idle` moves nothing,"
            " so its posterior is its prior.",
            "",
            f"**{loaded.scenario.name}.** Numbers, priors and targets are those of"
            f" `{loaded.name}`; {bank} histories of one world each were drawn from the prior,"
            f" {min(replications, bank)} of them were the record in turn, and the posterior is made"
            f" of the {NEAREST:.0%} of all others that come nearest (rejection, not the sequence of"
            f" generations; {RANK_DRAWS} draws for a rank). What is near is not the same, so this"
            " posterior is wider than the exact one; ranks and bands may lean to the middle.",
            "",
            f"**History matching.** One wave of {points} points of {calibration.wave_worlds}"
            f" worlds, cut-off {calibration.cutoff:g}, no discrepancy but those the file"
            f" states. Judged by the maximum implausibility of {histories.targets} targets, the"
            " truth is left in"
            f" {_share(matched['kept'])} planted histories, and the median share of the prior"
            f" that is left is {matched['share'].median():.0%}; by the second maximum (`misses ="
            f" 1`), {_share(matched['kept_second'])} and"
            f" {matched['share_second'].median():.0%}. Three standard deviations hold at least 95 %"
            " of any variable with one peak (and 99.7 % of a normal one); figures of events that"
            " never come in some worlds have more than one.",
            "",
            f"{histories.worlds} worlds of {loaded.scenario.name} were played. Tables:"
            " `coverage.csv`, `matched.csv`.",
            "",
        ]
    )


def _share(flags: pd.Series) -> str:
    return f"{int(flags.sum())} of {len(flags)}"
