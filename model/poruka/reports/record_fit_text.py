"""The text of the page of a fit to the record."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from poruka.analysis.record_fit.number_table import IDLE
from poruka.experiments.catalogue import LoadedExperiment
from poruka.experiments.record_fit_stage import FitReport
from poruka.experiments.record_gate import record_fit_of

SMALL_SHARE = 0.1
"""Share of its squares below which the largest member stands for no combination by itself."""
SHOWN_NUMBERS = 30
UNUSUAL = 0.05
"""Share of planted truths below which the record counts as unlike the model's own histories."""


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
    reached = report.reached
    informed = numbers[numbers["informed"]].sort_values("contraction", ascending=False)
    hardly, pulled = (
        reached[reached["state"] == state] for state in ("hardly reached", "pulled away")
    )
    targets = report.played.player.targets
    counts = " and ".join(
        f"{len(targets.of(name))} of {name.title()}" for name in targets.countries
    )
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
        f" after {targets.last_month}; the fraying of the elite, the crossing of the two countries,"
        " the ratio of waves, Russia's handover and its rich are never among them. A target is"
        " compared with **one** world of each country under the same numbers; its stated"
        " discrepancy is drawn beside. The distance of two histories is the mean over targets of"
        " how far they lie apart, each in units of the distance of two worlds drawn from the"
        " ranges, and weighted by the share of its variance"
        f" that the numbers account for. Of {len(report.played.pool.rows):,} draws from the ranges"
        f" ({report.played.failed} more failed in a country) the {fit.kept} nearest to the record"
        " are kept. Each is a draw of the prior, so what no target reads keeps its range.",
        "",
        f"They lie at most {report.nearest.tolerance:.2f} from the record (1: as far apart as two"
        f" worlds of the prior). Of {len(report.tolerances)} planted truths"
        f" {(report.tolerances >= report.nearest.tolerance).mean():.0%} have draws that lie as far"
        f" or farther (median {np.median(report.tolerances):.2f}):"
        f" {_how_ordinary(report)}.",
        "",
        "The same procedure finds [planted truths](planted_truths/README.md) again; without that"
        " page nothing is written.",
        "",
        "## What the record says of single numbers",
        "",
        f"{len(informed)} of {len(numbers)} numbers and codes differ from their prior (false"
        f" discovery rate 5 %; the mean and the whole distribution are compared). A number that"
        f" nothing reads has a variance smaller by {idle['contraction']:.0%}"
        f" ({idle['contraction_low']:.0%} to {idle['contraction_high']:.0%}).",
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
        f"In fresh worlds under the draws that are left, {len(hardly)} of {len(reached)} targets"
        " are *hardly reached*: fewer than 5 % of worlds come near them, which is said with 95 %"
        f" ({_named(hardly)}). {len(pulled)} are *pulled away*: fewer worlds come near them than"
        f" with numbers from the ranges, since the other targets ask for something else"
        f" ({_named(pulled)}). Both are findings about the rules, not reasons to turn a number.",
        "",
        "| country | target | record | worlds before: median (90 %) | after: median (90 %) | near"
        " it: before, after |",
        "| --- | --- | --- | --- | --- | --- |",
        *(
            f"| {row.country} | {row.label} (`{row.id}`) | {row.record:.4g} | {row.before:.3g}"
            f" ({row.before_low:.3g} to {row.before_high:.3g}) | {row.after:.3g}"
            f" ({row.after_low:.3g} to {row.after_high:.3g}) | {row.near_before:.0%},"
            f" {row.near_after:.0%}{'' if row.state == 'reached' else f' *{row.state}*'} |"
            for row in reached.itertuples()
        ),
        "",
        "Months count from the start of a country; what never happened stands at the last month"
        " played, the share of a vote that was not held below 0.",
        "",
        "## The draws",
        "",
        f"`scenarios/draws/{draws}`, with what they were made by in the JSON beside it. Every"
        " scenario that says nothing else plays with the newest file, each world with a draw of its"
        " own. What follows after the last month is *not fitted*: those"
        " who wrote the rules know that history.",
        "",
        "One draw serves as illustration only, that whose two worlds lie nearest to the record:"
        " [`tables/illustration.csv`](result/tables/illustration.csv). It is no estimate.",
        "",
    ]
    return "\n".join(lines)


def _how_ordinary(report: FitReport) -> str:
    """Return whether the record is a history such as the model's own."""
    share = float((report.tolerances >= report.nearest.tolerance).mean())
    if share < UNUSUAL:
        return "worlds come less near to the record than to histories of the model itself"
    return "taken together, the record is a history such as the model itself plays"


def _named(targets: pd.DataFrame) -> str:
    return "; ".join(f"{row.country}: {row.label}" for row in targets.itertuples()) or "none"


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
