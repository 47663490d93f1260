"""The tables of the page on what follows."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from poruka.experiments.later_models import CHAPTER
from poruka.experiments.what_follows_stage import LaterReport
from poruka.rivals import RIVALS
from poruka.scoring.plain_forecasts import EQUAL_CHANCES
from poruka.scoring.score import ALL_PARTS
from poruka.scoring.skill import BETTER, CANNOT_TELL, SAME_WORLDS, WORSE
from poruka.theory.classification import COUNTRY_GROUPS

RIVAL_MEANINGS = {
    "proximity voting": "voters choose whoever stands nearest to them, and rulers follow votes",
    "age clock": "an elite leaves an unloved ruler when the time he has left runs out",
    "resource rents": "loyalty follows what oil brings in",
    "diffusion": "rulers do, and suffer, what rulers nearby do and suffer",
}
"""What each rival says, in a clause."""


def markdown_table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table in Markdown.

    Examples
    --------
    >>> print(markdown_table(["a", "b"], [["1", "2"]]))
    | a | b |
    | --- | --- |
    | 1 | 2 |
    """
    cells = [list(header)]
    cells += [["---"] * len(cells[0]), *(list(row) for row in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def number_text(value: float, digits: int = 2) -> str:
    """Return a number with a true minus sign; what is not finite as words.

    Examples
    --------
    >>> number_text(-0.25), number_text(float("nan")), number_text(float("-inf"))
    ('−0.25', 'not known', 'no bound')
    """
    if np.isnan(value):
        return "not known"
    if np.isinf(value):
        return "no bound"
    return f"{value:.{digits}f}".replace("-", "−")


def rival_table(report: LaterReport) -> str:
    """Return what each rival says and how its numbers were set."""
    return markdown_table(
        ["rival", "what it says", "draws played (failed)", "farthest kept draw", "mute targets"],
        (
            [
                name,
                RIVAL_MEANINGS[name],
                f"{fit.played:,} ({fit.failed})",
                number_text(fit.tolerance),
                str(len(fit.unmoved)),
            ]
            for name, fit in report.rivals.items()
        ),
    )


def parts_table(report: LaterReport) -> str:
    """Return the skill over every account in each history, with its interval over episodes."""
    rows = report.parts[report.parts["part"] == ALL_PARTS]
    cells = {(row["account"], row["history"]): skill_text(row) for _, row in rows.iterrows()}
    histories = list(dict.fromkeys(rows["history"]))
    return markdown_table(
        ["against", *histories],
        (
            [account, *(cells.get((account, history), "cannot play it") for history in histories)]
            for account in dict.fromkeys(rows["account"])
        ),
    )


def skill_text(row: Any) -> str:
    """Return a skill with its interval, bold where the verdict is better or worse."""
    if row["verdict"] == SAME_WORLDS:
        return SAME_WORLDS
    text = f"{number_text(row['skill'])} ({number_text(row['low'])} to {number_text(row['high'])})"
    return f"**{text} {row['verdict']}**" if row["verdict"] in (BETTER, WORSE) else text


def figure_blocks(report: LaterReport, first_month: str) -> list[dict[str, str]]:
    """Return for each history the table of its figures."""
    rivals = list(RIVALS)
    blocks = []
    for history, shown in report.figures.groupby("history", sort=False):
        each = report.each[report.each["history"] == history].set_index(["id", "account"])
        rows = []
        for row in shown.to_dict("records"):
            against = [
                gain_text(each.loc[(row["id"], rival)]) if (row["id"], rival) in each.index else ""
                for rival in rivals
            ]
            chance = each.loc[(row["id"], EQUAL_CHANCES)]["other_score"]
            rows.append(
                [
                    f"{row['figure']} (`{row['id']}`)",
                    value_text(row["kind"], row["value"], first_month),
                    shown_text(row, first_month),
                    number_text(row["score"]),
                    number_text(chance),
                    *against,
                ]
            )
        header = ["figure", "record", "worlds", "error", EQUAL_CHANCES, *rivals]
        blocks.append({"history": str(history), "table": markdown_table(header, rows)})
    return blocks


def gain_text(row: Any) -> str:
    """Return how much more another errs, with its interval, bold where it is told from 0."""
    text = f"{number_text(row['gain'])} ({number_text(row['low'])} to {number_text(row['high'])})"
    return text if row["verdict"] == CANNOT_TELL else f"**{text}**"


def value_text(kind: str, value: float, first_month: str) -> str:
    """Return a value in words: a date, a share, a pattern.

    Examples
    --------
    >>> value_text("event", 3.0, "1998-10"), value_text("event", np.inf, "1998-10")
    ('1999-01', 'never')
    """
    if kind == "order":
        return "as dated"
    if kind == "yes":
        return "yes" if value == 1.0 else "no"
    if np.isinf(value):
        return "never" if kind == "event" else "lacking"
    if kind == "event":
        month = int(first_month[:4]) * 12 + int(first_month[5:]) - 1 + int(value)
        return f"{month // 12}-{month % 12 + 1:02d}"
    units = {"share": " %", "growth": " %", "gap": " months"}
    return f"{value:.3g}{units.get(kind, '')}".replace("-", "−")


def shown_text(row: dict[str, Any], first_month: str) -> str:
    """Return what worlds show of a figure."""
    if row["kind"] == "order":
        tau = row["median"]
        return "no two events to order" if np.isnan(tau) else f"Kendall's tau {number_text(tau)}"
    if row["kind"] == "yes":
        return f"{row['shown']:.0%} of worlds"
    median = value_text(row["kind"], row["median"], first_month)
    return median if row["shown"] == 1.0 else f"{row['shown']:.0%} of worlds; median {median}"


def republic_table(report: LaterReport) -> str:
    """Return the error of the chapter's rules on the groups of the republics, beside others."""
    rows = []
    for row in report.republics.to_dict("records"):
        if row["account"] != CHAPTER:
            continue
        interval = f"{number_text(row['low'])} to {number_text(row['high'])}"
        rows.append(
            [
                row["numbers"],
                number_text(row["score"]),
                row["against"],
                number_text(row["other_score"]),
                f"{number_text(row['gain'])} ({interval})",
                row["verdict"],
            ]
        )
    header = ["numbers", "error", "against", "its error", "gain (95 %)", "verdict"]
    return markdown_table(header, rows)


def country_table(report: LaterReport) -> str:
    """Return the groups of every republic, with both intervals, under the chapter's rules."""
    rows = []
    for row in report.countries[report.countries["account"] == CHAPTER].to_dict("records"):
        cells = []
        for group in COUNTRY_GROUPS:
            own, low, high = (row[f"{name}_{group}"] for name in ("group", "low", "high"))
            drawn, least, most = (
                row[f"{name}_{group}"] for name in ("drawn", "drawn_low", "drawn_high")
            )
            cells.append(
                f"{own:.0%} ({low:.0%} to {high:.0%}); {drawn:.0%} ({least:.0%} to {most:.0%})"
            )
        rows.append([row["country"], f"{row['expected']:.0f}", *cells])
    groups = [f"group {group}: centres (chance); drawn (numbers)" for group in COUNTRY_GROUPS]
    return markdown_table(["republic", "the chapter's group", *groups], rows)
