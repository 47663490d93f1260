"""The report of a run: one self-contained page, with its figures as files beside it."""

from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from poruka.figures import OutcomeShares, ScoreCard
from poruka.figures.base.ensemble_access import (
    choose_typical_world,
    last_month,
    start_month,
    thin_ensemble,
    world_count,
)
from poruka.figures.ensembles.scorecard import format_score_table
from poruka.reports.html import page_html, table_html
from poruka.reports.over_numbers import expected_figures_html, over_numbers_note
from poruka.reports.reproduction import (
    other_changes_html,
    override_arguments,
    reproduction_command,
    scenario_argument,
    version_table,
)
from poruka.reports.run_figures import (
    ReplayedWorld,
    ReportFigures,
    build_convergence_figure,
    ensemble_figure_builders,
    failures_table,
)
from poruka.reports.run_tables import (
    KEY_FIGURES,
    chronicle_html,
    format_outcome_table,
    key_figure_table,
    regime_groups_html,
)
from poruka.scenario.display import numbers_sentence
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.contained_writing import refuse_special_files, write_inside
from poruka.utils.coverage import coverage_of, format_coverage
from poruka.utils.html_templates import fill_html, join_html


def _run_section(ensemble: Any) -> Markup:
    scenario = ensemble.scenario
    rows = [
        ("scenario", scenario.title),
        ("country", scenario.country),
        ("from", f"{start_month(ensemble):%Y-%m}"),
        ("to", f"{last_month(ensemble):%Y-%m}"),
        ("worlds", str(coverage_of(ensemble))),
        ("seed", ensemble.seed),
    ]
    return (
        table_html(pd.DataFrame(rows, columns=["item", "value"]), "Scenario, worlds and seed")
        + fill_html(
            "<p>To run it again:</p><pre><code>{}</code></pre>", reproduction_command(ensemble)
        )
        + other_changes_html(ensemble)
        + table_html(version_table(), "Versions")
    )


def _failures_section(ensemble: Any) -> Markup:
    coverage, failed = coverage_of(ensemble), ensemble.failures
    lost = [
        f"{count:,} of {coverage.requested:,} worlds {reason} and"
        f" {'is' if count == 1 else 'are'} in none of the numbers above."
        for count, reason in (
            (coverage.failed, "failed"),
            (coverage.missing, "have not been simulated yet, or their files are gone,"),
        )
        if count
    ]
    if not coverage.failed:
        lost = ["No world failed.", *lost]
    summary = join_html(fill_html("<p>{}</p>", line) for line in lost)
    if not len(failed):
        return summary
    table, traces = failures_table(failed)
    return (
        summary
        + table_html(
            table,
            f"Failed worlds{' (the first of them)' if len(failed) > len(table) else ''}",
            True,
        )
        + join_html(
            fill_html(
                "<details><summary>Traceback of {}</summary><pre>{}</pre></details>", name, trace
            )
            for name, trace in traces
        )
    )


def _further_commands_html(ensemble: Any, world: int, folder: Path) -> Markup:
    """Return the commands that show more of the world, as HTML."""
    if (folder / "manifest.json").is_file():
        source, note = "RUN", " RUN is the folder of this page."
    else:
        source = " ".join(
            [
                scenario_argument(ensemble),
                *override_arguments(ensemble),
                *(["--seed", str(ensemble.seed)] if ensemble.seed != 1 else []),
            ]
        )
        note = ""
    lines = (
        f"poruka chronicle {source} --world {world}\nporuka why {source} --world {world} --event"
        " NUMBER"
    )
    return fill_html(
        "<p>All its events with their numbers, and the reasons for one of them:{}</p>"
        "<pre><code>{}</code></pre>",
        note,
        lines,
    )


def _meaning_of_bands(scenario: Any) -> str:
    """Return where the numbers come from, and what the bands of the worlds therefore hold."""
    said = f"N{numbers_sentence(scenario)[1:]}."
    if scenario.parameter_draws is None:
        return (
            f"{said} Bands show how far histories differ under one set of numbers; that the numbers"
            " are uncertain comes in addition."
        )
    return (
        f"{said} Bands show how far histories differ by chance and because the numbers are"
        " uncertain."
    )


def _uncertainty_section(ensemble: Any, card: ScoreCard | None) -> Markup:
    worlds = world_count(ensemble)
    shares = OutcomeShares(ensemble).table
    widest = float((shares["high"] - shares["low"]).max())
    points = [
        f"Sampling: with {coverage_of(ensemble)} the widest 95 % interval of"
        f" an outcome share is {100 * widest:.1f} percentage points. "
        + "More worlds narrow it; they do not make the model more valid.",
        (f"{_meaning_of_bands(ensemble.scenario)} {over_numbers_note(ensemble)}"),
        (
            "The observed record is one history. Inside a wide band it is weak evidence; where it"
            " lies outside, the model or its start values are wrong."
        ),
        (
            "Start values and external shocks are inputs, everything else is a result. The inputs"
            " and their evidence are in the scenario file."
        ),
    ]
    if worlds < 100:
        points.insert(
            1,
            f"With {worlds:,} world{'s' if worlds != 1 else ''} the 5 % and 95 % edges rest on a"
            " few histories; read them as a range.",
        )
    if card is not None:
        banded = card.table[card.table["covered"].notna() & (card.table["role"] != "growth")]
        points.append(
            f"{len(banded)} recorded events and values have a band, because the worlds forecast"
            f" them better than two plain forecasts; {int(banded['covered'].sum())} lie inside it."
            f" {card.sentence} `poruka score {ensemble.scenario.name}` sets the worlds against"
            " models."
        )
    items = join_html(fill_html("<li>{}</li>", point) for point in points)
    return fill_html("<ul>{}</ul>", items)


def write_run_page(ensemble: Any, folder: str | Path) -> Path:
    """Write the report of an ensemble, its figures and their tables, and return the path of the
    page.

    Parameters
    ----------
    ensemble : Ensemble
        Of any size and record level; the page says what was not recorded.
    folder : path
        Where ``report.html`` and ``figures/`` go.
    """
    folder = create_results_folder(folder)
    refuse_special_files(folder, ["report.html", "figures"])
    gallery, thinned = ReportFigures(folder), thin_ensemble(ensemble)
    world = choose_typical_world(thinned)
    replayed = ReplayedWorld(thinned, world)
    shares, shares_html = gallery.add("outcomes", lambda: OutcomeShares(ensemble))
    card, card_html = gallery.add("scorecard", lambda: ScoreCard(ensemble))
    assert isinstance(shares, OutcomeShares)
    scored = card if isinstance(card, ScoreCard) else None
    coverage = coverage_of(ensemble)
    is_single = coverage.available == 1
    selection = (
        f"World {world} is the only one."
        if is_single
        else (
            f"World {world} has the most frequent outcome and stays closest to the medians of all"
            " indices."
        )
    )
    sections = {
        "What was run": _run_section(ensemble),
        "What came out": (
            table_html(
                format_outcome_table(shares, ensemble),
                f"Outcomes: shares of {coverage} with Wilson 95 % intervals",
            )
            + shares_html
            + table_html(
                key_figure_table(ensemble),
                f"Key figures: median and 90 % band over the worlds that have them; {coverage}",
            )
            + regime_groups_html(ensemble)
            + expected_figures_html(ensemble, KEY_FIGURES)
        ),
        "Comparison with the observed record": (
            (
                table_html(
                    format_score_table(scored), f"Score of each recorded figure over {coverage}"
                )
                if scored
                else Markup()
            )
            + card_html
        ),
        "Many worlds": gallery.add_all(ensemble_figure_builders(thinned, world)),
        "One world": (
            fill_html("<p>{}</p>", selection + replayed.describe_peak())
            + gallery.add_all(replayed.figure_builders())
            + Markup("<h3>Its history beside the record</h3>")
            + chronicle_html(thinned, world)
            + _further_commands_html(ensemble, world, folder)
        ),
        "Uncertainty and limits": (
            _uncertainty_section(ensemble, scored)
            + gallery.add("convergence", lambda: build_convergence_figure(ensemble))[1]
        ),
        "Failures": _failures_section(ensemble),
    }
    lead = (
        f"{format_coverage(*coverage, 'alternative history', 'alternative histories')}, seed"
        f" {ensemble.seed}, {start_month(ensemble):%Y-%m} to {last_month(ensemble):%Y-%m}"
    )
    return write_inside(
        folder, "report.html", content=page_html(str(ensemble.scenario.title), lead, sections)
    )
