"""The page of planted truths of a fit to the record: has the procedure found what was planted?"""

import json
from pathlib import Path

import numpy as np

from poruka.analysis.calibration.planted_truths import RANK_DRAWS, coverage_of_truths
from poruka.analysis.record_fit.number_table import IDLE
from poruka.analysis.record_fit.planted_numbers import most_moved
from poruka.experiments.catalogue import LoadedExperiment
from poruka.experiments.record_fit_stage import PlantedReport
from poruka.experiments.record_gate import VERDICT, record_fit_of
from poruka.figures.base.drawing import save_figure
from poruka.figures.experiments.rank_histograms import RankHistograms
from poruka.utils.atomic_files import create_results_folder, write_text_atomically

PANELS = 8
"""Numbers whose ranks are drawn, besides the one that nothing reads."""


def write_record_truths_page(
    loaded: LoadedExperiment, report: PlantedReport, folder: Path, command: str
) -> Path:
    """Write the page with its figure and tables, and the verdict that the fit looks for.

    Returns
    -------
    Path
        Of ``README.md``.
    """
    folder = create_results_folder(folder)
    planted, table = report.planted, report.played.player.table
    coverage = coverage_of_truths(planted.located)
    shown = [*most_moved(report.played.signal, table)[:PANELS], IDLE]
    drawing = RankHistograms(
        {key: planted.located[planted.located["number"] == key] for key in shown}
    )
    save_figure(drawing, folder, "ranks")
    (folder / "ranks.svg").unlink()
    write_text_atomically(folder / "coverage.csv", coverage.round(4).to_csv(index=False))
    write_text_atomically(folder / "targets.csv", _signal_table(report))
    verdict = {
        "passed": report.passed,
        "checks": [check._asdict() for check in report.checks],
        "signature": report.signature,
        "command": command,
    }
    write_text_atomically(folder / VERDICT, json.dumps(verdict, indent=1) + "\n")
    path = folder / "README.md"
    write_text_atomically(path, _page(loaded, report, drawing, command))
    return path


def _signal_table(report: PlantedReport) -> str:
    lines = ["id,signal,weight,shuffled"]
    for target, share, weight, shuffled in zip(
        report.played.player.targets.rows,
        report.played.signal.shares,
        report.played.signal.weights,
        report.planted.shuffled,
        strict=True,
    ):
        lines.append(f"{target.id},{share:.4f},{weight:.4f},{shuffled:.4f}")
    return "\n".join(lines) + "\n"


def _page(
    loaded: LoadedExperiment, report: PlantedReport, drawing: RankHistograms, command: str
) -> str:
    fit, table = record_fit_of(loaded), report.played.player.table
    verdict = (
        "**Passed.** The numbers may be set from the record."
        if report.passed
        else "**Failed.** The numbers are not set from the record, and no file of draws is written."
    )
    rows = [
        f"| {check.name} | {check.found} | {check.demanded} |"
        f" {'yes' if check.passed else '**no**'} |"
        for check in report.checks
    ]
    return "\n".join(
        [
            f"# Planted truths of {loaded.name}",
            "",
            "True numbers are drawn from the ranges, one world of each country is played under"
            " them up to the last month of the targets, and the procedure that sets the numbers"
            " from the record is given this history in the record's place. It is asked for the"
            " numbers back. This page is made by",
            "",
            f"    {command}",
            "",
            verdict,
            "",
            "| what is demanded | found | bound | holds |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
            f"{fit.truths} truths of {len(table.keys) - 1} numbers and codes; what is demanded was"
            " settled in trials of at most 2,000 draws and 100 truths, before this pool was played."
            " ± is 1.96 standard errors, with the truth as the unit. Of"
            f" {len(report.played.pool.rows):,} draws from the ranges"
            f" ({report.played.failed} more failed in a country) each is one world of each country;"
            f" a truth is one of these draws, and its fit are the {fit.kept} others whose worlds"
            " come nearest to its own, as for the record. At most they lie"
            f" {np.median(report.planted.tolerances):.2f} away (median; 1: as far apart as two"
            " worlds of the prior).",
            "",
            f"![{drawing.alt}](ranks.png)",
            "",
            f"*{drawing.caption}* The numbers shown are those that targets are moved by most, and"
            f" `{IDLE}`, which nothing reads. Of {RANK_DRAWS} draws for a rank.",
            "",
            "What is near a history is not the same as it, so bands may be wider than need be; that"
            " is no fault here, bands that are too narrow are. For codes of instruments, of which"
            " there are two each, no band is asked for. Tables: `coverage.csv` (each number),"
            " `targets.csv` (share of each target's variance that numbers"
            " account for, its weight, and the same with the target shuffled between histories;"
            f" largest {np.max(report.planted.shuffled):.1%}).",
            "",
        ]
    )
