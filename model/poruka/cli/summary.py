"""What came out of a run, on a terminal or in a pipe: tables that fit eighty columns, indices as
small charts, one world beside the record.
"""

import json
import shutil
import textwrap
from pathlib import Path
from typing import Any

from poruka.utils.errors import RunStopped, WorldFailed

_GROUP_LABELS = {
    "1": "1 (power rotates)",
    "2": "2 (changed by force, or once and closed)",
    "3": "3 (no alternative)",
}


def _start_table(
    console: Any, title: str, columns: tuple[str, ...], left_aligned: tuple[int, ...] = ()
) -> Any:
    """Return a table below its title; the first column and those named stand left,
    numbers right.
    """
    from rich import box
    from rich.table import Table

    console.print(f"\n[bold]{title}[/bold]", highlight=False)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for place, column in enumerate(columns):
        left = place == 0 or place in left_aligned
        table.add_column(column, justify="left" if left else "right", no_wrap=not left)
    return table


def print_wrapped(text: str, indent: str = "  ") -> None:
    """Print lines broken to the width of the terminal, what is broken off set in."""
    across = max(shutil.get_terminal_size().columns, 40)
    for line in text.splitlines():
        print(
            textwrap.fill(line, across, subsequent_indent=indent, break_on_hyphens=False)
            if len(line) > across
            else line
        )


def print_summary(run: Any, summary: dict[str, Any]) -> None:
    """Print what came out of a run."""
    from rich.console import Console

    console = Console()
    title = (
        f"How the first change of ruler went ({summary['worlds'] - summary['failed']} worlds, seed"
        f" {summary['seed']})"
    )
    table = _start_table(console, title, ("outcome", "share", "95 % interval"))
    for name, one in summary["outcomes"].items():
        table.add_row(
            name.replace("_", " "), f"{one['share']:.1%}", f"{one['low']:.1%} – {one['high']:.1%}"
        )
    console.print(table)
    quiet = run.outcomes[run.outcomes["wars"] == 0]
    if len(quiet):
        kept = (quiet["outcome"] == "incumbent").mean()
        console.print(
            f"\nEthnic war in {1.0 - len(quiet) / len(run.outcomes):.1%} of worlds; of the"
            f" {len(quiet)} without it {kept:.1%} keep the incumbent and"
            f" {(quiet['dissolutions'] > 0).mean():.1%} end a parliament before its time.",
            highlight=False,
        )
    console.print(
        "Furman's groups: "
        + ", ".join(
            f"{_GROUP_LABELS[group]} {count / len(run.outcomes):.1%}"
            for group, count in summary["furman_groups"].items()
        )
        + " of worlds.",
        highlight=False,
    )
    _print_indices(console, run)
    _print_key_figures(console, run)
    if summary["score"]:
        _print_score(console, run, summary["score"])
    _print_side_by_side(console, run)
    for failure in run.failures.itertuples():
        console.print(
            f"[bold]world {failure.world} (seed {failure.seed}) failed:[/bold] {failure.error}",
            highlight=False,
        )


def _print_indices(console: Any, run: Any) -> None:
    """Print the medians of the main indices as small charts."""
    from poruka.cli.sparklines import format_index_rows
    from poruka.figures.base.ensemble_access import thin_ensemble

    if run.record_level == "outcomes" or not len(run.outcomes):
        return
    series = thin_ensemble(run).series
    first, last = (
        str(series["month"].to_numpy()[place].astype("datetime64[M]")) for place in (0, -1)
    )
    table = _start_table(
        console,
        "Main indices (medians over worlds; bars from 0 to 1, or to their height)",
        ("index", first, "to", last, "90 % band"),
        (2,),
    )
    for row in format_index_rows(series, min(max(console.width - 58, 10), 36)):
        table.add_row(*row)
    console.print(table)


def _print_key_figures(console: Any, run: Any) -> None:
    table = _start_table(
        console, "Key figures", ("figure", "median", "5 %", "95 %", "worlds that have it")
    )
    dated = {"first_dissolution", "apogee_month", "first_defection", "exit_month"}
    for name in (
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
    ):
        values = run.outcomes[name].astype(float)
        have = values.dropna()
        if not len(have):
            continue
        low, middle, high = (
            float(have.quantile(q, interpolation="nearest")) for q in (0.05, 0.5, 0.95)
        )
        show = (
            (lambda x: run.scenario.date_of(int(x)))
            if name in dated
            else (lambda x: f"{x:.2f}".rstrip("0").rstrip("."))
        )
        table.add_row(
            name.replace("_", " "),
            show(middle),
            show(low),
            show(high),
            f"{len(have) / max(1, len(values)):.0%}",
        )
    console.print(table)


def _print_score(console: Any, run: Any, score: list[dict[str, Any]]) -> None:
    from poruka.figures.ensembles.scorecard import format_score_value

    table = _start_table(
        console,
        "Against the record (90 % band over worlds; * outside it)",
        ("figure", "record", "median", "band", "CRPS", "baseline"),
    )

    def show(kind: str, x: float | None) -> str:
        return format_score_value(run, kind, float("inf") if x is None else x)

    for one in score:
        star = "" if one["covered"] else " *"
        table.add_row(
            one["figure"] + star,
            show(one["kind"], one["value"]),
            show(one["kind"], one["median"]),
            f"{show(one['kind'], one['low'])} – {show(one['kind'], one['high'])}",
            f"{one['crps']:.1f}",
            f"{one['crps_baseline']:.1f}",
        )
    console.print(table)
    covered = sum(bool(one["covered"]) for one in score)
    better = sum(one["crps"] < one["crps_baseline"] for one in score)
    console.print(
        f"\n{covered} of {len(score)} recorded figures lie in their band; {better} are forecast"
        " better than by the plain baseline. CRPS and baseline: mean error in the figure's own"
        " unit (months, points, counts); less is better.",
        highlight=False,
    )


def _print_side_by_side(console: Any, run: Any) -> None:
    """Print a typical world's history beside the record, year by year."""
    from rich.markup import escape

    from poruka.figures.base.ensemble_access import choose_typical_world
    from poruka.simulation.chronicle import format_chronicle, group_lines_by_year

    if run.record_level != "events" or not len(run.outcomes):
        return
    world = choose_typical_world(run)
    ours = group_lines_by_year(
        format_chronicle(run.events_of(world), run.scenario, max_lines=60).splitlines()
    )
    theirs: dict[str, list[str]] = {}
    for fact in run.observed_record.itertuples() if run.observed_record is not None else []:
        if isinstance(fact.date, str):
            theirs.setdefault(fact.date[:4], []).append(f"{fact.date[5:7] or '  '}  {fact.fact}")
    table = _start_table(
        console,
        f"A typical world (number {world}) beside the record, with months",
        ("year", f"world {world}", "the record"),
        (1, 2),
    )
    table.show_lines = True
    for year in sorted({*ours, *theirs}):
        mine = [f"{line[5:7]}  {line[8:]}" for line in ours.get(year, [])]
        table.add_row(
            year, escape("\n".join(mine)), escape("\n".join(dict.fromkeys(theirs.get(year, []))))
        )
    console.print(table)
    where = getattr(run, "folder", None)
    if where is not None:
        console.print(
            f"\nAll of it: poruka chronicle {where} --world {world}",
            highlight=False,
            soft_wrap=True,
        )


def _build_summary(run: Any, folder: Path | None) -> dict[str, Any]:
    from poruka.simulation.outcomes import outcome_shares

    done = run.outcomes
    scores = (
        run.score()
        if run.record_level == "events" and run.observed_record is not None and len(done)
        else None
    )
    return {
        "scenario": run.scenario.name,
        "worlds": int(run.worlds),
        "failed": int(len(run.failures)),
        "seed": int(run.seed),
        "months": int(run.months),
        "outcomes": {
            name: {"share": share, "low": low, "high": high}
            for name, (share, low, high) in outcome_shares(done).items()
        },
        "furman_groups": {
            str(group): int(count)
            for group, count in done["furman_group"].value_counts().sort_index().items()
        },
        "score": json.loads(scores.to_json(orient="records")) if scores is not None else None,
        "folder": str(folder) if folder else None,
    }


MAX_REPORTED_WORLDS = 1_000_000
"""Worlds up to which a run is summed up in full, with a report."""


def report_run(run: Any, out: Path | None, as_json: bool) -> None:
    """Print what came out and, where there is a folder, keep the report there; a part of a run says
    only that it is done.
    """
    if run.worlds and len(run.failures) == run.worlds:
        raise WorldFailed(
            f"every one of the {run.worlds} worlds failed, the first with:"
            f" {run.failures['error'].iloc[0]}"
        )
    if out is not None and run.manifest["part"]:
        number, total = run.manifest["part"]
        facts = {
            "folder": str(run.folder),
            "part": [number, total],
            "worlds": run.worlds,
            "failed": len(run.failures),
        }
        print(
            json.dumps(facts)
            if as_json
            else (
                f"part {number} of {total}: {run.worlds} worlds are kept in {run.folder},"
                f" {len(run.failures)} of them failed; `poruka merge {run.folder.parent}` puts"
                " the parts together"
            )
        )
        return
    if out is not None and run.worlds > MAX_REPORTED_WORLDS:
        from poruka.utils.statistics import wilson_interval

        counts, played = run.counts(), run.worlds - len(run.failures)
        shares = {
            name: {
                "share": count / played,
                **dict(zip(("low", "high"), wilson_interval(count, played), strict=True)),
            }
            for name, count in counts.items()
        }
        print(
            json.dumps(
                {
                    "folder": str(out),
                    "worlds": run.worlds,
                    "failed": len(run.failures),
                    "outcomes": shares,
                }
            )
            if as_json
            else "\n".join(
                f"{name.replace('_', ' '):<20} {one['share']:.2%}  {one['low']:.2%} –"
                f" {one['high']:.2%}"
                for name, one in shares.items()
            )
            + f"\nkept in {out}; so many worlds are not summed up further, ask them with `poruka"
            f' sql {out} "select …"`'
        )
        return
    summary = _build_summary(run, out)
    if as_json:
        print(json.dumps(summary))
    else:
        from poruka.cli.summary import print_summary

        print_summary(run, summary)
    if out is not None:
        from poruka.reports.run_page import write_run_page

        try:
            page = write_run_page(run, out)
        except OSError as error:
            if (out / "report.html").exists():  # a finished run where nobody may write any more
                return
            raise RunStopped(
                f"the worlds are kept in {out}, but the report could not be written"
                f" ({error.strerror}); see to it and `poruka resume {out}`."
            ) from None
        if not as_json:
            print(f"kept in {out}; the report is {page}")
