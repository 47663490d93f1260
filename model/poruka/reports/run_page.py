"""The report of a run: one page that needs nothing else, for reading, printing and sending; its
figures lie beside it as files.
"""

import importlib.metadata
import platform
import shlex
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from poruka.figures import NothingToDraw, OutcomeShares, ScoreCard, wilson_interval
from poruka.figures.base.ensemble_access import (
    choose_typical_world,
    date_from_offset,
    last_month,
    observed_record,
    require_events,
    start_month,
    thin_ensemble,
    world_count,
)
from poruka.figures.ensembles.scorecard import format_score_table, format_score_value
from poruka.reports.html import chronicles_html, page_html, table_html
from poruka.reports.run_figures import (
    ReplayedWorld,
    ReportFigures,
    build_convergence_figure,
    ensemble_figure_builders,
    failures_table,
)
from poruka.rules.instruments import instruments
from poruka.simulation.chronicle import group_lines_by_year
from poruka.utils.labels import format_label

LIBRARIES = ("poruka", "mesa", "numpy", "numba", "pandas", "xarray", "networkx", "matplotlib")
# Key figures of a world and how they are written; each is told of the worlds that have it.
KEY_FIGURES = {
    "dissolutions": "count",
    "first_dissolution": "month",
    "apogee": "fraction",
    "apogee_month": "month",
    "defection_waves": "count",
    "first_defection": "month",
    "largest_wave": "count",
    "first_election_share": "fraction",
    "second_election_share": "fraction",
    "exit_month": "month",
}
CHRONICLE_EVENT_KINDS = (
    "dissolution",
    "constitution",
    "referendum",
    "election",
    "exit_of_ruler",
    "accession",
    "wave",
    "coup",
    "war",
    "crowd",
    "handover",
    "independence",
    "dismissal",
    "open_quarrel",
    "instrument",
)


def scenario_argument(ensemble: Any) -> str:
    """Return what the scenario of an ensemble is called on the command line."""
    name = getattr(ensemble.scenario, "name", None) or str(
        ensemble.scenario.country
    ).lower().replace(" ", "-")
    return Path(str(name)).stem


def reproduction_command(ensemble: Any) -> str:
    """Return the command that runs the ensemble again, with what was changed of the scenario."""
    scenario = ensemble.scenario
    parts = [
        "poruka",
        "run",
        scenario_argument(ensemble),
        "-n",
        str(ensemble.worlds),
        "--seed",
        str(ensemble.seed),
    ]
    if getattr(ensemble, "months", scenario.months) < scenario.months:
        parts += ["--until", f"{last_month(ensemble):%Y-%m}"]
    if getattr(ensemble, "record_level", "events") != "events":
        parts += ["--record", ensemble.record_level]
    return shlex.join([*parts, *override_arguments(ensemble)])


def override_arguments(ensemble: Any) -> list[str]:
    """Return what was changed of the scenario as words of the command line."""
    scenario = ensemble.scenario
    given = set(getattr(getattr(scenario, "file", None), "without", ()))
    off = (
        getattr(scenario, "disabled_mechanisms", frozenset())
        | getattr(scenario, "removed_ids", frozenset())
    ) - given
    return [
        word
        for key, value in getattr(scenario, "overrides", ())
        for word in ("--set", f"{key}={value}")
    ] + [word for one in sorted(off) for word in ("--without", one)]


def _python_only_changes_html(ensemble: Any) -> str:
    """Say what the command cannot repeat, because it was asked for from Python."""
    scenario = ensemble.scenario
    file = getattr(scenario, "file", None)
    asked = {
        "branching": len(getattr(scenario, "forks", ())) - len(getattr(file, "fork", ())),
        "intervention": len(getattr(scenario, "interventions", ())),
        "instrument of one's own": len(getattr(scenario, "custom_instruments", ())),
    }
    more = ", ".join(
        f"{count} {name}{'s' if count > 1 and name != list(asked)[-1] else ''}"
        for name, count in asked.items()
        if count > 0
    )
    return (
        f"<p>Asked for from Python as well, which the command does not repeat: {escape(more)}.</p>"
        if more
        else ""
    )


def version_table() -> pd.DataFrame:
    """Return what the run rests on: Python and the libraries, with their versions."""
    rows = [("Python", platform.python_version())]
    for name in LIBRARIES:
        try:
            rows.append((name, importlib.metadata.version(name)))
        except importlib.metadata.PackageNotFoundError:
            rows.append((name, "from source" if name == "poruka" else "not installed"))
    return pd.DataFrame(rows, columns=["part", "version"])


def key_figure_table(ensemble: Any) -> pd.DataFrame:
    """Return the median and the 90 % band of each key figure over the worlds that have it."""
    rows = []
    for name, kind in KEY_FIGURES.items():
        if name not in ensemble.outcomes:
            continue
        values = ensemble.outcomes[name].astype(float)
        when = name.replace("_share", "_month")
        if name.endswith("_share") and when in ensemble.outcomes:
            values = values.where(ensemble.outcomes[when].notna())
        filled = values.dropna()
        if len(filled):
            middle, low, high = (
                format_score_value(
                    ensemble, kind, float(filled.quantile(q, interpolation="nearest"))
                )
                for q in (0.5, 0.05, 0.95)
            )
            rows.append(
                (
                    format_label(name.removesuffix("_month"))
                    + (" (month)" if kind == "month" else ""),
                    middle,
                    low,
                    high,
                    f"{values.notna().mean():.0%}",
                )
            )
    return pd.DataFrame(rows, columns=["figure", "median", "5 %", "95 %", "worlds that have it"])


def format_outcome_table(drawing: OutcomeShares) -> pd.DataFrame:
    """Return the outcome shares in a reader's words."""
    table = drawing.table
    return pd.DataFrame(
        {
            "outcome": table["outcome"].map(format_label),
            "worlds": table["count"],
            "share": table["share"].map("{:.1%}".format),
            "95 % interval": [
                f"{low:.1%} to {high:.1%}"
                for low, high in zip(table["low"], table["high"], strict=True)
            ],
        }
    )


def regime_groups_html(ensemble: Any) -> str:
    """Return how many worlds fall into each of Furman's three groups, as HTML; nothing where it was
    not judged.
    """
    if "furman_group" not in ensemble.outcomes:
        return ""
    counts = ensemble.outcomes["furman_group"].value_counts().sort_index()
    rows = []
    for group, count in counts.items():
        low, high = wilson_interval(int(count), world_count(ensemble))
        rows.append(
            (group, count, f"{count / world_count(ensemble):.1%}", f"{low:.1%} to {high:.1%}")
        )
    table = pd.DataFrame(rows, columns=["group", "worlds", "share", "95 % interval"])
    return table_html(
        table, "Furman's groups of regimes: shares of worlds with Wilson 95 % intervals"
    )


def chronicle_lines(ensemble: Any, world: int) -> list[str]:
    """Return the history of one world, a line an event, each beginning with its date."""
    try:
        told = require_events(ensemble)
    except NothingToDraw:
        return []
    told = told[told["world"] == world]
    try:
        from poruka.simulation.chronicle import format_chronicle

        return format_chronicle(told).splitlines()
    except ImportError:
        told = told[told["kind"].isin(CHRONICLE_EVENT_KINDS)].sort_values("month", kind="stable")
        labels = {
            instrument.id: f"{instrument.label} ({instrument.id})" for instrument in instruments()
        }
        return [
            " ".join(
                f"{date_from_offset(ensemble, e.month):%Y-%m}"
                f" {labels.get(e.instrument) or f'{format_label(e.kind)} {e.actor}'}".split()
            )
            for e in told.itertuples()
        ]


def chronicle_html(ensemble: Any, world: int) -> str:
    """Return the typical world's history beside the record, year by year."""
    facts = observed_record(ensemble).dropna(subset=["date"]).drop_duplicates(["date", "fact"])
    facts = facts.sort_values("date", key=lambda dates: dates.astype(str))
    histories = {
        f"world {world}": group_lines_by_year(chronicle_lines(ensemble, world)),
        "the record": group_lines_by_year(
            [f"{fact.date} {fact.fact} ({fact.id})" for fact in facts.itertuples()]
        ),
    }
    if not any(histories.values()):
        return "<p>No events were kept, and there is no record.</p>"
    return chronicles_html(histories)


def _run_section(ensemble: Any) -> str:
    scenario = ensemble.scenario
    rows = [
        ("scenario", scenario.title),
        ("country", scenario.country),
        ("from", f"{start_month(ensemble):%Y-%m}"),
        ("to", f"{last_month(ensemble):%Y-%m}"),
        ("worlds", f"{ensemble.worlds:,}"),
        ("seed", ensemble.seed),
    ]
    return (
        table_html(pd.DataFrame(rows, columns=["what", "value"]), "Scenario, worlds and seed")
        + f"<p>To run it again:</p><pre><code>{escape(reproduction_command(ensemble))}</code></pre>"
        + _python_only_changes_html(ensemble)
        + table_html(version_table(), "Versions")
    )


def _failures_section(ensemble: Any) -> str:
    failed = getattr(ensemble, "failures", None)
    count = len(failed) if failed is not None else ensemble.worlds - world_count(ensemble)
    if not count:
        return "<p>No world failed.</p>"
    told = (
        f"<p>{count:,} of {ensemble.worlds:,} worlds failed and {'is' if count == 1 else 'are'} in"
        " none of the numbers above.</p>"
    )
    if not isinstance(failed, pd.DataFrame):
        return told
    table, traces = failures_table(failed)
    return (
        told
        + table_html(
            table, f"Failed worlds{' (the first of them)' if count > len(table) else ''}", True
        )
        + "".join(
            "<details><summary>Traceback of"
            f" {escape(name)}</summary><pre>{escape(trace)}</pre></details>"
            for name, trace in traces
        )
    )


def _further_commands_html(ensemble: Any, world: int, folder: Path) -> str:
    """Say how the world is looked into further."""
    if (folder / "manifest.json").is_file():
        source, where = "RUN", " RUN is the folder of this page."
    else:
        source = " ".join(
            [
                scenario_argument(ensemble),
                *override_arguments(ensemble),
                *(["--seed", str(ensemble.seed)] if ensemble.seed != 1 else []),
            ]
        )
        where = ""
    lines = (
        f"poruka chronicle {source} --world {world}\nporuka why {source} --world {world} --event"
        " NUMBER"
    )
    return (
        "<p>All its events with their numbers, and the reasons behind one of"
        f" them:{where}</p><pre><code>{escape(lines)}</code></pre>"
    )


def _uncertainty_section(ensemble: Any, card: ScoreCard | None) -> str:
    worlds = world_count(ensemble)
    shares = OutcomeShares(ensemble).table
    widest = float((shares["high"] - shares["low"]).max())
    points = [
        f"Sampling: with {worlds:,} world{'s' if worlds != 1 else ''} the widest 95 % interval of"
        f" an outcome share is {100 * widest:.1f} percentage points. "
        + "More worlds narrow it; they do not make the model truer.",
        (
            "Bands show how far histories differ under one set of parameters. Uncertainty about the"
            " parameters comes on top and needs a sweep."
        ),
        (
            "The record is one history. Inside a wide band it is weak evidence; where it lies"
            " outside, the model or its start values are wrong there."
        ),
        (
            "Start values and outside shocks were put in, everything else came out. What was put"
            " in, and on which evidence, stands in the scenario file."
        ),
    ]
    if worlds < 100:
        points.insert(
            1,
            f"With {worlds:,} world{'s' if worlds != 1 else ''} the 5 % and 95 % edges rest on a"
            " handful of histories; read them as a range.",
        )
    if card is not None:
        inside = int(card.table["covered"].sum())
        points.append(
            f"Of {len(card.table)} recorded figures {inside} lie inside their 90 % band"
            f" ({inside / len(card.table):.0%}; about 90 % would be right)."
        )
    return "<ul>" + "".join(f"<li>{escape(point)}</li>" for point in points) + "</ul>"


def write_run_page(ensemble: Any, folder: str | Path) -> Path:
    """Write the report of an ensemble, its figures and their tables, and return the path of the
    page.

    Parameters
    ----------
    ensemble : Ensemble
        Any size and any amount of recording; what was not kept is said in words.
    folder : path
        Where ``report.html`` and ``figures/`` go.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    gallery, few = ReportFigures(folder), thin_ensemble(ensemble)
    world = choose_typical_world(few)
    one = ReplayedWorld(few, world)
    shares, shares_html = gallery.add("outcomes", lambda: OutcomeShares(ensemble))
    card, card_html = gallery.add("scorecard", lambda: ScoreCard(ensemble))
    assert isinstance(shares, OutcomeShares)
    scored = card if isinstance(card, ScoreCard) else None
    alone = ensemble.worlds == 1
    chosen = (
        f"World {world} is the only one."
        if alone
        else (
            f"World {world} has the most frequent outcome and stays closest to the medians of all"
            " indices."
        )
    )
    sections = {
        "What was run": _run_section(ensemble),
        "What came out": (
            table_html(
                format_outcome_table(shares),
                "Outcomes: shares of worlds with Wilson 95 % intervals",
            )
            + shares_html
            + table_html(
                key_figure_table(ensemble),
                "Key figures: median and 90 % band over the worlds that have them",
            )
            + regime_groups_html(ensemble)
        ),
        "How the record compares": (
            (
                table_html(format_score_table(scored), "Score of each recorded figure")
                if scored
                else ""
            )
            + card_html
        ),
        "Many worlds": gallery.add_all(ensemble_figure_builders(few, world)),
        "One world": (
            f"<p>{escape(chosen + one.describe_peak())}</p>"
            + gallery.add_all(one.figure_builders())
            + "<h3>Its history beside the record</h3>"
            + chronicle_html(few, world)
            + _further_commands_html(ensemble, world, folder)
        ),
        "How sure and what limits it": (
            _uncertainty_section(ensemble, scored)
            + gallery.add("convergence", lambda: build_convergence_figure(ensemble))[1]
        ),
        "Failures": _failures_section(ensemble),
    }
    lead = (
        f"{ensemble.worlds:,} alternative {'history' if alone else 'histories'}, seed"
        f" {ensemble.seed}, {start_month(ensemble):%Y-%m} to {last_month(ensemble):%Y-%m}"
    )
    path = folder / "report.html"
    path.write_text(page_html(str(ensemble.scenario.title), lead, sections), encoding="utf-8")
    return path
