"""The report of a run: its summary as data, what is printed, and the page in its folder."""

import json
from pathlib import Path
from typing import Any

from poruka.cli.over_numbers import headline_values
from poruka.cli.summary import PRINTED_FIGURES, print_summary
from poruka.cli.terminal import print_fitted
from poruka.scenario.display import numbers_sentence
from poruka.simulation.over_numbers import NOT_PLAYED, shares_draws
from poruka.utils.coverage import coverage_of
from poruka.utils.draw_statistics import DrawEstimate
from poruka.utils.errors import RunStopped
from poruka.utils.labels import format_label
from poruka.utils.statistics import wilson_interval

MAX_REPORTED_WORLDS = 1_000_000
"""Worlds up to which a run gets the full summary and a report."""


def count_worlds(run: Any) -> dict[str, Any]:
    """Return how many worlds of a run were requested, are available, failed and are missing."""
    coverage = coverage_of(run)
    return {
        "worlds": coverage.requested,
        "available": coverage.available,
        "failed": coverage.failed,
        "missing": coverage.missing,
    }


def build_run_summary(run: Any, folder: Path | None) -> dict[str, Any]:
    """Return the summary of a run as data: outcomes with intervals, groups and the score.

    Parameters
    ----------
    run : Ensemble or StoredRun
    folder : Path or None
        Folder of the run; None where it is kept in memory.
    """
    from poruka.simulation.outcomes import outcome_shares
    from poruka.simulation.over_numbers import outcome_shares_over_numbers, worlds_over_numbers

    outcomes = run.outcomes
    has_score = run.record_level == "events" and run.observed_record is not None and len(outcomes)
    groups = outcomes["furman_group"].value_counts().sort_index()
    drawn = worlds_over_numbers(run)
    shares = outcome_shares(outcomes)
    if shares_draws(run.scenario) and len(outcomes):
        # Worlds of one draw are no independent worlds.
        estimates = outcome_shares_over_numbers(run)
        shares = {name: (one.mean, one.mean_low, one.mean_high) for name, one in estimates.items()}
    return {
        "scenario": run.scenario.name,
        **count_worlds(run),
        "seed": int(run.seed),
        "numbers": run.scenario.numbers,
        "months": int(run.months),
        "outcomes": {
            name: {"share": share, "low": low, "high": high}
            for name, (share, low, high) in shares.items()
        },
        "furman_groups": {str(group): int(count) for group, count in groups.items()},
        "headlines": {
            name: build_headline(values) for name, values in headline_values(outcomes).items()
        },
        "over_numbers": None if drawn is None else build_over_numbers_summary(drawn),
        "score": run.score().to_dict() if has_score else None,
        "folder": str(folder) if folder else None,
        "damage": list(getattr(run, "damage", ())),
    }


def build_headline(values: Any) -> dict[str, Any]:
    """Return a share of the worlds that count for it, with its interval of chance, as data.

    Examples
    --------
    >>> import pandas as pd
    >>> build_headline(pd.Series([1.0, float("nan"), 1.0, 0.0, 1.0]))["worlds"]
    4
    """
    known = values.dropna()
    low, high = wilson_interval(float(known.sum()), len(known))
    share = float(known.mean()) if len(known) else None
    return {"share": share, "low": low, "high": high, "worlds": len(known)}


def build_over_numbers_summary(drawn: Any) -> dict[str, Any]:
    """Return what the worlds over the numbers say, as data.

    Of each share and figure: mean over the draws with its interval (``mean_low``, ``mean_high``),
    and ``low`` to ``high``, where the expected value of a further draw lies with 95 %.

    Parameters
    ----------
    drawn : Ensemble or StoredRun
        The worlds over the numbers of a run.
    """
    from poruka.simulation import over_numbers

    counts = count_worlds(drawn)
    if not counts["available"]:
        return {**counts, "outcomes": {}, "headlines": {}, "furman_groups": {}, "figures": {}}
    figures = over_numbers.key_figures_over_numbers(drawn, PRINTED_FIGURES).set_index("figure")
    return {
        **counts,
        "numbers": drawn.scenario.numbers,
        "draws": -(-counts["worlds"] // drawn.scenario.parameter_draws.worlds_each),
        "worlds_each": drawn.scenario.parameter_draws.worlds_each,
        "outcomes": {
            name: over_numbers.to_json(estimate)
            for name, estimate in over_numbers.outcome_shares_over_numbers(drawn).items()
        },
        "headlines": {
            name: over_numbers.to_json(over_numbers.share_over_numbers(drawn, values))
            for name, values in headline_values(drawn.outcomes).items()
        },
        "furman_groups": {
            str(group): over_numbers.to_json(
                over_numbers.share_over_numbers(drawn, drawn.outcomes["furman_group"] == group)
            )
            for group in (1, 2, 3)
        },
        "figures": {
            str(name): over_numbers.to_json(DrawEstimate(*row))
            for name, *row in figures.itertuples()
        },
    }


def report_run(run: Any, out: Path | None, as_json: bool) -> None:
    """Print the summary of a run and, where it has a folder, write its report there.

    Of one part of a run, and of a run beyond ``MAX_REPORTED_WORLDS``, only the essentials are
    printed and no report is written.

    Raises
    ------
    WorldFailed
        When every world failed.
    RunStopped
        When the report cannot be written.
    """
    out = None if out is None else Path(run.folder)
    from poruka.simulation.failures import require_completed_world

    require_completed_world(run)
    if out is not None and run.manifest["part"]:
        _print_part(run, as_json)
        return
    if out is not None and run.worlds > MAX_REPORTED_WORLDS:
        _print_outcome_shares(run, out, as_json)
        return
    summary = build_run_summary(run, out)
    if as_json:
        print(json.dumps(summary))
    else:
        print_summary(run, summary)
    if out is not None:
        _write_report(run, out, as_json)


def _print_part(run: Any, as_json: bool) -> None:
    """Print that one part of a run is done."""
    number, total = run.manifest["part"]
    if as_json:
        facts = {"folder": str(run.folder), "part": [number, total], **count_worlds(run)}
        print(json.dumps(facts))
        return
    print_fitted(
        f"part {number} of {total}: {coverage_of(run)} kept in {run.folder};"
        f" `poruka merge {run.folder.parent}` merges the parts"
    )


def _print_outcome_shares(run: Any, out: Path, as_json: bool) -> None:
    """Print the shares of outcomes of a run too large for the full summary."""
    completed = coverage_of(run).available
    shares = {}
    for name, count in run.outcome_counts().items():
        low, high = wilson_interval(count, completed)
        shares[name] = {"share": count / completed, "low": low, "high": high}
    if as_json:
        facts = {"folder": str(out), **count_worlds(run), "outcomes": shares}
        print(json.dumps(facts))
        return
    print_fitted(f"shares of {coverage_of(run)}, seed {run.seed}; {numbers_sentence(run.scenario)}")
    for name, share in shares.items():
        print_fitted(
            f"{format_label(name):<20} {share['share']:.2%}  {share['low']:.2%} –"
            f" {share['high']:.2%}"
        )
    drawn = run.over_numbers
    print_fitted(
        NOT_PLAYED
        if drawn is None
        else f"over the numbers: {drawn.coverage}; `poruka show {drawn.folder}` shows them"
    )
    print_fitted(
        f"kept in {out}; a run of more than {MAX_REPORTED_WORLDS} worlds has no full summary, query"
        f' it with `poruka sql {out} "select …"`'
    )


def _write_report(run: Any, out: Path, as_json: bool) -> None:
    from poruka.reports.run_page import write_run_page

    try:
        page = write_run_page(run, out)
    except OSError as error:
        if (out / "report.html").exists():  # a finished run in a folder that is now read-only
            return
        raise RunStopped(
            f"the worlds are kept in {out}, but the report could not be written"
            f" ({error.strerror}); make the folder writable, then `poruka resume {out}`."
        ) from None
    if not as_json:
        print_fitted(f"kept in {out}; the report is {page}")
