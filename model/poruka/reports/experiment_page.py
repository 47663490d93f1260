"""The page of an experiment: its question, what was moved, what came out with its uncertainty,
every figure with its numbers.
"""

import json
import platform
import shutil
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from poruka.experiments.experiment_result import ExperimentResult
from poruka.experiments.result_folder import rules_digest
from poruka.figures.base.drawing import save_figure
from poruka.reports.experiment_sections import ReportSection, build_sections
from poruka.reports.html import figure_html, page_html, table_html
from poruka.theory.theses import theses
from poruka.utils.atomic_files import write_text_atomically

MAX_PAGE_ROWS = 40
"""Rows of a table on the page; all of them stand in its CSV."""


def write_experiment_page(answer: ExperimentResult, folder: Path, command: str) -> Path:
    """Write the page of an answer as Markdown and HTML, its figures, its tables and what it was
    made with; returns the Markdown.

    Parameters
    ----------
    answer : Answer
        As :func:`poruka.experiments.run.run_experiment` returns it.
    folder : Path
        Where ``result.md``, ``index.html``, ``figures/``, ``tables/``, ``experiment.toml`` and
        ``manifest.json`` go.
    command : str
        What makes the page again.
    """
    sections = build_sections(answer)
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    for name, table in _full_tables(answer).items():
        write_text_atomically(folder / "tables" / f"{name}.csv", table.to_csv(index=False))
    for section in sections:
        for name, drawing in section.figures:
            save_figure(drawing, folder / "figures", name)
    target = folder / "experiment.toml"
    if target.resolve() != answer.loaded.path.resolve():
        shutil.copyfile(answer.loaded.path, target)
    manifest = {
        "experiment": answer.loaded.name,
        "command": command,
        "seed": answer.seed,
        "worlds": answer.worlds,
        "scenario": answer.loaded.scenario.name,
        "digest": answer.loaded.scenario.digest,
        "rules": rules_digest(),
        "python": platform.python_version(),
        "poruka": _installed_version("poruka"),
        "versions": {
            name: _installed_version(name)
            for name in ("numpy", "numba", "scipy", "SALib", "scikit-learn", "optuna")
        },
    }
    write_text_atomically(folder / "manifest.json", json.dumps(manifest, indent=1))
    write_text_atomically(folder / "index.html", _build_html(answer, sections, command))
    path = folder / "result.md"
    write_text_atomically(path, _build_markdown(answer, sections, command))
    return path


def _installed_version(name: str) -> str:
    try:
        return version(name)
    except Exception:  # noqa: BLE001 - an extra that is not installed has no version
        return ""


def _full_tables(answer: ExperimentResult) -> dict[str, pd.DataFrame]:
    """Return every table in full, by name."""
    found: dict[str, pd.DataFrame] = {}
    if answer.design_result is not None:
        found["points"] = answer.design_result.table()
    for one in answer.analyses:
        name, count = (
            one.kind,
            sum(key == one.kind or key.startswith(f"{one.kind}-") for key in found),
        )
        found[f"{name}-{count + 1}" if count else name] = one.table
    if len(answer.failures):
        found["failures"] = answer.failures
    if answer.calibration_result is not None:
        sample = answer.calibration_result.sample
        found["posterior"] = sample.points.assign(weight=sample.weights, distance=sample.distances)
        found["generations"] = sample.history
        if answer.calibration_result.point_fit is not None:
            found["trials"] = answer.calibration_result.point_fit.trials
    return found


def _subtitle(answer: ExperimentResult) -> str:
    titles = [f"{id} {theses()[id].title}" for id in answer.experiment.theses]
    return f"{answer.loaded.scenario.title}; seed {answer.seed}" + (
        f"; theses {', '.join(titles)}" if titles else ""
    )


def _build_markdown(answer: ExperimentResult, sections: list[ReportSection], command: str) -> str:
    lines = [
        f"# {answer.experiment.question}",
        "",
        f"{_subtitle(answer)}.",
        "",
        f"    {command}",
        "",
    ]
    for section in sections:
        lines += [f"## {section.heading}", ""]
        for words in section.paragraphs:
            lines += [words, ""]
        for name, drawing in section.figures:
            lines += [
                f"![{_escape_markdown(drawing.alt)}](figures/{name}.png)",
                "",
                f"*{drawing.caption}* Numbers: `figures/{name}.csv`.",
                "",
            ]
        for _, table, caption in section.tables:
            lines += [f"{caption}:", "", *_markdown_table(table), ""]
    return "\n".join(lines).rstrip() + "\n"


def _escape_markdown(text: str) -> str:
    return text.replace("[", "(").replace("]", ")").replace("\n", " ")


def _markdown_table(table: pd.DataFrame) -> list[str]:
    def line(cells: Any) -> str:
        return "| " + " | ".join(str(cell).replace("|", "/") for cell in cells) + " |"

    shown = table.head(MAX_PAGE_ROWS)
    made = [
        line(str(name).replace("_", " ") for name in shown.columns),
        line("---" for _ in shown.columns),
        *(line(row) for row in shown.itertuples(index=False)),
    ]
    return made + (
        [f"\n… and {len(table) - MAX_PAGE_ROWS} more rows in `tables/`."]
        if len(table) > MAX_PAGE_ROWS
        else []
    )


def _build_html(answer: ExperimentResult, sections: list[ReportSection], command: str) -> str:
    made = {}
    for section in sections:
        # What a figure shows in words is told to those who hear the page; the tables give the
        # numbers.
        said = [
            words
            for words in section.paragraphs
            if words not in {drawing.alt for _, drawing in section.figures}
        ]
        parts = [f"<p>{escape(words)}</p>" for words in said] + [
            figure_html(drawing, name) for name, drawing in section.figures
        ]
        parts += [
            table_html(
                table.head(MAX_PAGE_ROWS).rename(columns=lambda name: str(name).replace("_", " ")),
                caption,
                True,
            )
            for _, table, caption in section.tables
        ]
        made[section.heading] = "".join(parts)
    made["To run it again"] = f"<pre>{escape(command)}</pre>"
    return page_html(answer.experiment.question, _subtitle(answer), made)
