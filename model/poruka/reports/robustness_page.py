"""The page of an experiment on robustness, with its figure and tables."""

from pathlib import Path

from poruka.analysis.robustness.arms import GROUPS
from poruka.experiments.experiment_result import ExperimentResult
from poruka.figures.base.drawing import save_figure
from poruka.figures.experiments.robustness import RobustnessChart
from poruka.reports.result_record import write_result_record
from poruka.reports.robustness_text import RobustnessText
from poruka.scenario.schema import parse_month
from poruka.utils.atomic_files import create_results_folder, write_text_atomically


def robustness_text(result: ExperimentResult) -> RobustnessText:
    """Return the parts of the page of an experiment on robustness."""
    analysis = next(found for found in result.analyses if found.kind == "robustness")
    return RobustnessText(result, analysis, parse_month(analysis.details.start, "the start"))


def robustness_figure(result: ExperimentResult) -> RobustnessChart:
    """Return the figure of an experiment on robustness."""
    analysis = next(found for found in result.analyses if found.kind == "robustness")
    labels = {outcome.quantity: outcome.name for outcome in result.experiment.outcome}
    large, worlds = analysis.specification.large, analysis.details.worlds
    return RobustnessChart(analysis.table, labels, GROUPS, large, worlds)


def write_robustness_page(result: ExperimentResult, folder: Path, command: str) -> Path:
    """Write tables, figure and manifest below ``result``, and the page ``README.md``."""
    folder = create_results_folder(folder)
    below = create_results_folder(folder / "result")
    text, drawing = robustness_text(result), robustness_figure(result)
    tables = {"effects": text.effects, "headlines": text.headlines(), "losses": text.losses()}
    if len(result.failures):
        tables["failures"] = result.failures
    places = {name: create_results_folder(below / name) for name in ("tables", "figures")}
    for name, table in tables.items():
        content = table.to_csv(index=False, float_format="%.5g")
        write_text_atomically(places["tables"] / f"{name}.csv", content)
    save_figure(drawing, places["figures"], "robustness")
    (places["figures"] / "robustness.svg").unlink()
    write_result_record(
        below,
        result.loaded,
        seed=result.seed,
        worlds=result.worlds,
        failed=len(result.failures),
        command=command,
    )
    page = folder / "README.md"
    write_text_atomically(page, text.page(command, drawing))
    return page
