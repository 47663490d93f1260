"""The summary of a run on a terminal or in a pipe: tables that fit eighty columns, indices as
sparklines, and a typical world beside the observed record.
"""

from typing import Any

from poruka.cli.over_numbers import (
    print_figures_over_numbers,
    print_groups,
    print_headlines,
    print_outcomes,
    print_over_numbers,
)
from poruka.cli.score_tables import SCORE_NOTE, print_figures
from poruka.cli.sparklines import format_index_rows
from poruka.cli.terminal import start_table
from poruka.scenario.display import numbers_sentence
from poruka.utils.coverage import coverage_of
from poruka.utils.labels import format_label

_MAX_CHRONICLE_EVENTS, _MAX_FAILURES = 60, 20
PRINTED_FIGURES = (
    "dissolutions",
    "first_dissolution",
    "apogee",
    "apogee_month",
    "first_defection",
    "defection_waves",
    "largest_wave",
    "first_election_share",
    "second_election_share",
    "wars",
    "exit_month",
)
_DATED_FIGURES = {"first_dissolution", "apogee_month", "first_defection", "exit_month"}


def print_summary(run: Any, summary: dict[str, Any]) -> None:
    """Print the summary of a run.

    Parameters
    ----------
    run : Ensemble or StoredRun
    summary : dict
        As :func:`poruka.cli.run_report.build_run_summary` returns it.
    """
    from rich.console import Console

    from poruka.figures.base.ensemble_access import require_worlds
    from poruka.reports.reproduction import list_scenario_changes

    require_worlds(run)
    console = Console()
    if changes := list_scenario_changes(run):
        console.print(f"{run.scenario.name}, changed: {changes}", highlight=False, markup=False)
    coverage = coverage_of(run)
    status = getattr(run, "status", None)  # only a run on disk can be unfinished
    if status and (not coverage.is_complete or run.damage):
        console.print(status, highlight=False, soft_wrap=True)
    console.print(numbers_sentence(run.scenario), highlight=False)
    print_outcomes(console, f"{coverage}, seed {summary['seed']}", summary)
    print_over_numbers(console, run)
    print_headlines(console, run)
    print_groups(console, run, coverage)
    _print_indices(console, run)
    _print_key_figures(console, run)
    print_figures_over_numbers(console, run, PRINTED_FIGURES, _DATED_FIGURES)
    if summary["score"]:
        print_figures(console, run, summary["score"])
        console.print(
            f"\n{SCORE_NOTE} {summary['score']['sentence']} `poruka score` sets them against"
            " models.",
            highlight=False,
        )
    _print_side_by_side(console, run)
    _print_failures(console, run)


def _print_failures(console: Any, run: Any) -> None:
    """Print the first failed worlds, and how many more there are."""
    for failure in run.failures.head(_MAX_FAILURES).itertuples():
        console.print(
            f"[bold]world {failure.world} (seed {failure.seed}) failed:[/bold] {failure.error}",
            highlight=False,
        )
    if len(run.failures) > _MAX_FAILURES:
        rest = len(run.failures) - _MAX_FAILURES
        console.print(f"{rest:,} more failed; `failures` of the run has all", highlight=False)


def _print_indices(console: Any, run: Any) -> None:
    """Print the medians of the main indices as sparklines."""
    from poruka.figures.base.ensemble_access import thin_ensemble

    if run.record_level == "outcomes" or not len(run.outcomes):
        return
    part = thin_ensemble(run)
    series = part.series
    months = series["month"].to_numpy().astype("datetime64[M]")
    table = start_table(
        console,
        f"Main indices (medians over {coverage_of(part)}; bars from 0 to 1, or to the maximum)",
        ("index", str(months[0]), "to", str(months[-1]), "90 % band"),
        (2,),
    )
    for row in format_index_rows(series, min(max(console.width - 66, 10), 36)):
        table.add_row(*row)
    console.print(table)


def _print_key_figures(console: Any, run: Any) -> None:
    """Print median and 90 % band of the key figures over the worlds that have them."""
    table = start_table(
        console,
        f"Key figures ({coverage_of(run)})",
        ("figure", "median", "5 %", "95 %", "worlds that have it"),
    )
    for name in PRINTED_FIGURES:
        values = run.outcomes[name].astype(float)
        present = values.dropna()
        if not len(present):
            continue
        low, median, high = (
            _format_key_figure(run, name, float(present.quantile(q, interpolation="nearest")))
            for q in (0.05, 0.5, 0.95)
        )
        table.add_row(
            format_label(name), median, low, high, f"{len(present) / max(1, len(values)):.0%}"
        )
    console.print(table)


def _format_key_figure(run: Any, name: str, value: float) -> str:
    if name in _DATED_FIGURES:
        return str(run.scenario.date_of(int(value)))
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _print_side_by_side(console: Any, run: Any) -> None:
    """Print the chronicle of a typical world beside the observed record, year by year."""
    from rich.markup import escape

    from poruka.figures.base.ensemble_access import choose_typical_world
    from poruka.simulation.chronicle import format_chronicle, group_lines_by_year

    if run.record_level != "events" or not len(run.outcomes):
        return
    world = choose_typical_world(run)
    chronicle = format_chronicle(
        run.events_of(world), run.scenario, max_lines=_MAX_CHRONICLE_EVENTS
    )
    simulated = group_lines_by_year(chronicle.splitlines())
    observed: dict[str, list[str]] = {}
    for fact in run.observed_record.itertuples() if run.observed_record is not None else []:
        if isinstance(fact.date, str) and fact.role != "pattern":
            observed.setdefault(fact.date[:4], []).append(f"{fact.date[5:7] or '  '}  {fact.fact}")
    table = start_table(
        console,
        f"A typical world (number {world}) beside the record, with months",
        ("year", f"world {world}", "the record"),
        (1, 2),
    )
    table.show_lines = True
    for year in sorted({*simulated, *observed}):
        lines = [f"{line[5:7]}  {line[8:]}" for line in simulated.get(year, [])]
        facts = dict.fromkeys(observed.get(year, []))
        table.add_row(year, escape("\n".join(lines)), escape("\n".join(facts)))
    console.print(table)
    folder = getattr(run, "folder", None)
    if folder is not None:
        console.print(
            f"\nThe whole chronicle: poruka chronicle {folder} --world {world}",
            highlight=False,
            soft_wrap=True,
        )
