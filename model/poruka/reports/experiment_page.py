"""The page of an experiment: question, design, and results with their uncertainty."""

import json
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd

from poruka.analysis.calibration.history_ranges import marginal_ranges
from poruka.analysis.sensitivity.screening_summary import summarise_idle
from poruka.experiments.experiment_result import ExperimentResult
from poruka.experiments.result_folder import refuse_links_in_results, rules_digest
from poruka.figures.base.drawing import save_figure
from poruka.reports.experiment_sections import ReportSection, build_sections
from poruka.reports.html import figure_html, page_html, table_html
from poruka.reports.screening_section import numbers_table, summary_tables
from poruka.scenario.display import numbers_sentence
from poruka.theory.theses import theses
from poruka.utils.contained_writing import write_inside
from poruka.utils.html_templates import fill_html, join_html

MAX_PAGE_ROWS = 40
"""Largest number of rows of a table on the page; its CSV has all of them."""


def write_experiment_page(answer: ExperimentResult, folder: Path, command: str) -> Path:
    """Write the page of an experiment, its figures, tables and manifest; return the Markdown page.

    Parameters
    ----------
    answer : ExperimentResult
        As :func:`poruka.experiments.run.run_experiment` returns it.
    folder : Path
        Where ``result.md``, ``index.html``, ``figures/``, ``tables/``, ``experiment.toml`` and
        ``manifest.json`` go.
    command : str
        The command that reproduces the page.
    """
    refuse_links_in_results(folder)
    sections = build_sections(answer)
    for name, table in _full_tables(answer).items():
        write_inside(folder, "tables", f"{name}.csv", content=table.to_csv(index=False))
    for section in sections:
        for name, drawing in section.figures:
            save_figure(drawing, folder, f"figures/{name}")
    target = folder / "experiment.toml"
    if target.resolve() != answer.loaded.path.resolve():
        write_inside(folder, target.name, content=answer.loaded.path.read_bytes())
    manifest = {
        "experiment": answer.loaded.name,
        "command": command,
        "seed": answer.seed,
        "worlds": answer.worlds,
        "failed": len(answer.failures),
        "scenario": answer.loaded.scenario.name,
        "digest": answer.loaded.scenario.digest,
        "numbers": answer.loaded.scenario.numbers,
        "rules": rules_digest(),
        "python": platform.python_version(),
        "poruka": _installed_version("poruka"),
        "versions": {
            name: _installed_version(name)
            for name in ("numpy", "numba", "scipy", "SALib", "scikit-learn", "optuna")
        },
    }
    write_inside(folder, "manifest.json", content=json.dumps(manifest, indent=1))
    write_inside(folder, "index.html", content=_build_html(answer, sections, command))
    return write_inside(folder, "result.md", content=_build_markdown(answer, sections, command))


def _installed_version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # an extra that is not installed has no version
        return ""


def _full_tables(answer: ExperimentResult) -> dict[str, pd.DataFrame]:
    """Return all tables in full, by name."""
    tables: dict[str, pd.DataFrame] = {}
    if answer.design_result is not None:
        tables["points"] = answer.design_result.table()
    for analysis in answer.analyses:
        name = analysis.kind
        count = sum(key == name or key.startswith(f"{name}-") for key in tables)
        tables[f"{name}-{count + 1}" if count else name] = analysis.table
        if analysis.kind == "screening":
            tables["numbers"] = numbers_table(analysis, answer.experiment)
            for title, table, _ in summary_tables(analysis, answer.experiment):
                tables[title] = table
            if analysis.details.idle is not None:
                tables["idle"] = summarise_idle(analysis.details.idle)
    if len(answer.failures):
        tables["failures"] = answer.failures
    if answer.calibration_result is not None:
        sample = answer.calibration_result.sample
        tables["posterior"] = sample.points.assign(weight=sample.weights, distance=sample.distances)
        tables["generations"] = sample.history
        match = answer.calibration_result.history_match
        if match is not None:
            tables["waves"], tables["emulators"] = match.waves, match.emulators
            tables["numbers_left"] = marginal_ranges(match)
            # A few hundred points of the region, so that the file stays small with many numbers.
            tables["region"] = match.region.head(300)
        if answer.calibration_result.point_fit is not None:
            tables["trials"] = answer.calibration_result.point_fit.trials
    return tables


def _subtitle(answer: ExperimentResult) -> str:
    titles = [f"{id} {theses()[id].title}" for id in answer.experiment.theses]
    scenario = answer.loaded.scenario
    return f"{scenario.title}; {numbers_sentence(scenario)}; seed {answer.seed}" + (
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
        for paragraph in section.paragraphs:
            lines += [paragraph, ""]
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
    lines = [
        line(str(name).replace("_", " ") for name in shown.columns),
        line("---" for _ in shown.columns),
        *(line(row) for row in shown.itertuples(index=False)),
    ]
    return lines + (
        [f"\n… and {len(table) - MAX_PAGE_ROWS} more rows in `tables/`."]
        if len(table) > MAX_PAGE_ROWS
        else []
    )


def _build_html(answer: ExperimentResult, sections: list[ReportSection], command: str) -> str:
    content = {}
    for section in sections:
        # Alternative texts are part of the figures on this page; Markdown prints them.
        paragraphs = [
            paragraph
            for paragraph in section.paragraphs
            if paragraph not in {drawing.alt for _, drawing in section.figures}
        ]
        parts = [fill_html("<p>{}</p>", paragraph) for paragraph in paragraphs] + [
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
        content[section.heading] = join_html(parts)
    content["To reproduce"] = fill_html("<pre>{}</pre>", command)
    return page_html(answer.experiment.question, _subtitle(answer), content)
