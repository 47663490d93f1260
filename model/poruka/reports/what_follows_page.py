"""The page on what follows: figures, tables, the draws of the rivals and the words around them."""

from pathlib import Path
from types import SimpleNamespace

import pandas as pd

from poruka.experiments.catalogue import LoadedExperiment
from poruka.experiments.later_models import FROM_RANGES, rows_of
from poruka.experiments.record_gate import record_fit_of, targets_of
from poruka.experiments.result_folder import files_beside
from poruka.experiments.what_follows_stage import BOTH, LaterReport, fit_of, what_follows_of
from poruka.figures.base.drawing import save_figure
from poruka.figures.ensembles.skill_chart import SkillChart
from poruka.figures.experiments.later_verdicts import LaterVerdictsChart
from poruka.reports import what_follows_tables as tables
from poruka.reports import what_follows_text as text
from poruka.reports.result_record import write_result_record
from poruka.rivals import RIVALS
from poruka.scenario.record_draws import format_draw_table
from poruka.scoring.baselines import BASELINES
from poruka.utils.atomic_files import create_results_folder, write_text_atomically
from poruka.utils.html_templates import render_plain_text


def write_what_follows_page(
    loaded: LoadedExperiment, report: LaterReport, folder: Path, command: str
) -> Path:
    """Write the draws of the rivals, the tables, the figures and the page.

    Returns
    -------
    Path
        Of ``README.md`` in the folder.
    """
    later, seed = what_follows_of(loaded), loaded.experiment.seed
    folder = create_results_folder(folder)
    result = create_results_folder(folder / "result")
    for part in ("tables", "figures", "draws"):
        (result / part).mkdir(exist_ok=True)
    for name, fit in report.rivals.items():
        path = result / "draws" / f"{name.replace(' ', '_')}.csv"
        write_text_atomically(path, format_draw_table(rows_of(fit.draws)))
    for name in (
        "figures",
        "each",
        "explained",
        "parts",
        "changed_hands",
        "countries",
        "republics",
    ):
        frame: pd.DataFrame = getattr(report, name)
        write_text_atomically(
            result / "tables" / f"{name}.csv", frame.to_csv(index=False, float_format="%.6g")
        )
    label = BOTH if (report.parts["history"] == BOTH).any() else report.parts["history"].iloc[0]
    skill = report.parts[report.parts["history"] == label].rename(columns={"account": "baseline"})
    drawings = {
        "skill": SkillChart(
            SimpleNamespace(
                skill=skill, name=f"the chapter's rules ({label})", worlds=later.worlds, seed=seed
            )
        ),
        "verdicts": LaterVerdictsChart(report.each, later.worlds, seed),
    }
    for name, drawing in drawings.items():
        save_figure(drawing, result / "figures", name)
        (result / "figures" / f"{name}.svg").unlink()
    fitted = fit_of(loaded)
    variants = {name: one.meaning for name, one in BASELINES.items() if name not in RIVALS}
    page = folder / "README.md"
    words = render_plain_text(
        "what_follows.md",
        question=loaded.experiment.question,
        about=loaded.experiment.about,
        command=command,
        last_month=record_fit_of(fitted).last_month,
        first_month=later.first_month,
        draws=report.draws.name,
        fit=fitted.name,
        worlds=later.worlds,
        targets=len(targets_of(fitted)),
        pool=f"{later.pool:,}",
        kept=later.kept,
        rival_table=tables.rival_table(report),
        variants="; ".join(f"{n} ({m})" for n, m in variants.items() if n != FROM_RANGES),
        left_out=text.list_left_out(loaded),
        episodes=text.count_episodes(report),
        forced=[
            {"label": one.label, "sentence": text.forced_text(report, one.label)}
            for one in later.history
            if one.happen
        ],
        parts_text=text.parts_text(report),
        parts_table=tables.parts_table(report),
        skill_alt=drawings["skill"].alt,
        skill_caption=drawings["skill"].caption,
        verdicts_alt=drawings["verdicts"].alt,
        verdicts_caption=drawings["verdicts"].caption,
        explained=text.explained_blocks(report),
        tables=tables.figure_blocks(report, later.first_month),
        republic_draws=later.republic_draws,
        republic_worlds=later.republic_draws * later.republic_worlds,
        republics=report.countries["scenario"].nunique(),
        republic_text=text.republic_text(report),
        republic_table=tables.republic_table(report),
        country_table=tables.country_table(report),
    )
    write_text_atomically(page, words)
    write_result_record(
        result,
        loaded,
        seed=seed,
        files=files_beside(loaded),
        draws={"name": report.draws.name, "sha256": report.draws.digest},
        command=command,
    )
    return page
