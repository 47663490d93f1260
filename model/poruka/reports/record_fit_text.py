"""The text of the page of a fit to the record."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from poruka.analysis.record_fit.number_table import IDLE
from poruka.experiments.catalogue import LoadedExperiment
from poruka.experiments.record_fit_stage import FitReport
from poruka.experiments.record_gate import record_fit_of

SMALL_SHARE = 0.1
"""Share of its squares below which the largest member stands for no combination by itself."""
SHOWN_NUMBERS = 30


def fit_page(
    loaded: LoadedExperiment,
    report: FitReport,
    numbers: pd.DataFrame,
    drawings: Mapping[str, Any],
    draws: str,
    command: str,
) -> str:
    """Return the page in Markdown."""
    fit = record_fit_of(loaded)
    history, reached = report.population.history, report.reached
    informed = numbers[numbers["informed"]].sort_values("contraction", ascending=False)
    missed = reached[~reached["reached"]]
    alone = missed[missed["near_before"] > 0.05]
    targets = report.player.targets
    counts = " and ".join(f"{len(targets.of(name))} of {name.title()}" for name in targets.countries)
    idle = report.findings.numbers.set_index("number").loc[IDLE]
    seen = report.findings.combinations
    only_together = _only_together(seen, set(informed["number"]))
    lines = [
        "# Numbers from the record",
        "",
        f"{loaded.experiment.question} {loaded.experiment.about}",
        "",
        "This page is made by the commands below; no number was turned by hand.",
        "",
        f"    poruka experiment validate {loaded.name}",
        f"    {command}",
        "",
        "## How",
        "",
        f"[`targets.csv`](targets.csv) lists {len(targets)} targets ({counts}): figures, patterns"
        " and events, among them those that could have happened and did not. None needs a month"
        f" after {targets.last_month}. A target is compared with **one** world of each country under"
        " the same numbers; its stated discrepancy is drawn beside. The distance of two histories"
        " is the mean over targets of how far they lie apart, each in units of the distance of two"
        " worlds drawn from the ranges and weighted by the share of its variance that the numbers"
        f" account for. Of {fit.pool} draws from the ranges the {fit.nearest:.0%} nearest to the"
        f" record are the first population; {fit.generations} generations move it nearer by"
        " redrawing some of its numbers from their ranges. So what no target reads keeps its range."
        f" The tolerance falls from {history[0][1]:.2f} to {history[-1][1]:.2f} (1: as far as two"
        f" worlds of the prior), {history[-1][2]:.0%} of the last moves are accepted, and the"
        f" {fit.particles} draws are worth {report.findings.effective:.0f} different ones.",
        "",
        "The same procedure finds [planted truths](planted_truths/README.md) again; without that"
        " page nothing is written.",
        "",
        "## What the record says of single numbers",
        "",
        f"{len(informed)} of {len(numbers)} numbers and codes differ from their prior (false"
        f" discovery rate 5 %, under any dependence). A number that nothing reads has a variance"
        f" smaller by {idle['contraction']:.0%} ({idle['contraction_low']:.0%} to"
        f" {idle['contraction_high']:.0%}).",
        "",
        *_figure(drawings["numbers"], "numbers"),
        "",
        "| number | range | what is left: 90 % band (median) | variance smaller by (95 %) |",
        "| --- | --- | --- | --- |",
        *(
            f"| `{row.number}` | {row.low:.3g} to {row.high:.3g} | {row.posterior_low:.3g} to"
            f" {row.posterior_high:.3g} ({row.posterior:.3g}) | {row.contraction:.0%}"
            f" ({row.contraction_low:.0%} to {row.contraction_high:.0%}) |"
            for row in informed.head(SHOWN_NUMBERS).itertuples()
        ),
        "",
        f"**Left open**: the other {len(numbers) - len(informed)}. Of these the record says nothing"
        " that can be told from chance; they keep their range. All of them:"
        " [`tables/numbers.csv`](result/tables/numbers.csv).",
        "",
        "## Combinations",
        "",
        *_figure(drawings["combinations"], "combinations"),
        "",
        _combination_text(seen, only_together),
        "",
        "## Targets, and what cannot be reached together",
        "",
        *_figure(drawings["targets"], "targets"),
        "",
        f"In fresh worlds under the draws that are left, {len(missed)} of {len(reached)} targets are"
        " met in at most 5 % of worlds"
        + (f", {len(alone)} of them oftener by the ranges alone" if len(missed) else "")
        + ". That is a finding about the rules, not a reason to turn a number.",
        "",
        "| country | target | record | worlds before: median (90 %) | after: median (90 %) | near it:"
        " before, after |",
        "| --- | --- | --- | --- | --- | --- |",
        *(
            f"| {row.country} | {row.label} (`{row.id}`) | {row.record:.4g} | {row.before:.3g}"
            f" ({row.before_low:.3g} to {row.before_high:.3g}) | {row.after:.3g}"
            f" ({row.after_low:.3g} to {row.after_high:.3g}) | {row.near_before:.0%},"
            f" {row.near_after:.0%}{'' if row.reached else ' **not reached**'} |"
            for row in reached.itertuples()
        ),
        "",
        "Months count from the start of a country; what never happened stands at the last month"
        " played, the share of a vote that was not held below 0.",
        "",
        "## The draws",
        "",
        f"`scenarios/draws/{draws}`, with what they were made by in the JSON beside it. A scenario"
        " plays with them by `poruka run kazakhstan --draws record`, or in Python by"
        ' `scenario.with_draws("record")`. What follows after the last month is *not fitted*: those'
        " who wrote the rules know that history.",
        "",
        "One draw serves as illustration only, that whose two worlds lie nearest to the record:"
        " [`tables/illustration.csv`](result/tables/illustration.csv). It is no estimate.",
        "",
    ]
    return "\n".join(lines)


def _figure(drawing: Any, name: str) -> list[str]:
    return [f"![{drawing.alt}](result/figures/{name}.png)", "", f"*{drawing.caption}*"]


def _only_together(seen: pd.DataFrame, informed: set[str]) -> list[str]:
    """Return the combinations that are narrowed though none of their members is by itself."""
    found = []
    for row in seen.itertuples():
        members = [part.split(" ", 1)[1] for part in str(row.members).split(", ")]
        if row.left_high < 1.0 and not informed & set(members):
            found.append(str(row.members))
    return found


def _combination_text(seen: pd.DataFrame, only_together: list[str]) -> str:
    narrowed = seen[seen["left_high"] < 1.0]
    spread = seen[seen["largest_share"] < SMALL_SHARE]
    text = (
        f"Of the {len(seen)} combinations that the targets see best, {len(narrowed)} are narrowed"
        f" (95 % interval below 1); in {len(spread)} no number makes up a tenth, so that many"
        " numbers stand in for each other. Beyond them the numbers are sloppy: in every other"
        " direction of this space the targets say next to nothing."
    )
    if only_together:
        text += (
            " Narrowed only together, while none of their largest members is by itself: "
            + "; ".join(only_together)
            + "."
        )
    return text
