"""The page of a fit to the record: what it says of the numbers, and what it leaves open."""

import json
import platform
from importlib import metadata
from pathlib import Path

import pandas as pd

from poruka.analysis.record_fit.number_table import IDLE
from poruka.engine.parameters import parameters
from poruka.experiments.catalogue import LoadedExperiment
from poruka.experiments.record_fit_stage import FitReport, list_draws
from poruka.experiments.record_gate import draws_path, record_fit_of, refuse_other_draws
from poruka.experiments.result_folder import files_beside
from poruka.figures.base.drawing import save_figure
from poruka.figures.experiments.record_bands import (
    RecordBands,
    RecordCombinations,
    RecordTargetsReached,
)
from poruka.reports.record_fit_text import fit_page
from poruka.reports.result_record import write_result_record
from poruka.scenario.record_draws import format_draw_table, parse_draw_table
from poruka.utils.atomic_files import create_results_folder, write_text_atomically

LIBRARIES_OF_FIT = ("poruka", "numpy", "numba", "pandas", "scipy")


def write_record_fit_page(
    loaded: LoadedExperiment, report: FitReport, folder: Path, command: str, is_named: bool = True
) -> tuple[Path, Path]:
    """Write the file of draws, the tables, the figures and the page.

    Returns
    -------
    page, draws : Path
        ``README.md`` in the folder, and the file of draws.
    """
    folder = create_results_folder(folder)
    result = create_results_folder(folder / "result")
    draws = _write_draws(loaded, report, draws_path(loaded, folder, is_named), command)
    numbers = _with_ranges(report.findings.numbers)
    table = report.played.player.table
    point = table.values(report.rows[report.best])
    tables = {
        "numbers": numbers,
        "combinations": report.findings.combinations,
        "targets": report.reached,
        "illustration": pd.DataFrame({"number": list(point), "value": list(point.values())}),
    }
    (result / "tables").mkdir(exist_ok=True)
    for name, frame in tables.items():
        write_text_atomically(
            result / "tables" / f"{name}.csv", frame.to_csv(index=False, float_format="%.6g")
        )
    drawings = {
        "numbers": RecordBands(numbers[numbers["number"].isin(table.numbers)]),
        "combinations": RecordCombinations(report.findings.combinations),
        "targets": RecordTargetsReached(report.reached),
    }
    (result / "figures").mkdir(exist_ok=True)
    for name, drawing in drawings.items():
        save_figure(drawing, result / "figures", name)
        (result / "figures" / f"{name}.svg").unlink()
    page = folder / "README.md"
    write_text_atomically(page, fit_page(loaded, report, numbers, drawings, draws.name, command))
    write_result_record(
        result,
        loaded,
        seed=loaded.experiment.seed,
        files=files_beside(loaded),
        signature=report.signature,
        command=command,
    )
    return page, draws


def _write_draws(loaded: LoadedExperiment, report: FitReport, path: Path, command: str) -> Path:
    """Write the file of draws with what it was made by beside it; no version is overwritten."""
    refuse_other_draws(path, report.signature)
    text = format_draw_table(list_draws(report, loaded.experiment.seed))
    drawn = parse_draw_table(text, path.stem).require_whole()  # refuses what no scenario could use
    path.parent.mkdir(parents=True, exist_ok=True)
    about = {
        "name": path.stem,
        "draws": len(drawn.rows),
        "numbers": len(drawn.keys),
        "sha256": drawn.digest,
        "experiment": loaded.name,
        "command": command,
        "last_month": record_fit_of(loaded).last_month,
        "signature": report.signature,
        "versions": {
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in LIBRARIES_OF_FIT if _installed(name)},
        },
    }
    write_text_atomically(path.with_suffix(".json"), json.dumps(about, indent=1) + "\n")
    write_text_atomically(path, text)
    return path


def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _with_ranges(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return findings with the declared range of each number; codes lie between 0 and 1."""
    kept = numbers[numbers["number"] != IDLE].reset_index(drop=True)
    declared = parameters()

    def bounds(key: str) -> tuple[float, float]:
        if key not in declared:
            return 0.0, 1.0
        number = declared[key]
        return number.drawn or (number.low, number.high)

    ends = [bounds(key) for key in kept["number"]]
    kept.insert(1, "low", [low for low, _ in ends])
    kept.insert(2, "high", [high for _, high in ends])
    return kept
