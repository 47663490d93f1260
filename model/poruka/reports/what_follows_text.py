"""The words of the page on what follows, made of its verdicts."""

import re
from typing import Any

import pandas as pd

from poruka.experiments.catalogue import LoadedExperiment
from poruka.experiments.later_models import CHAPTER
from poruka.experiments.later_scores import AT_CENTRES, DRAWN
from poruka.experiments.what_follows_stage import BOTH, LaterReport, histories_of, what_follows_of
from poruka.reports.what_follows_tables import RIVAL_MEANINGS, number_text
from poruka.scoring.record import read_observed_record
from poruka.scoring.score import ALL_PARTS
from poruka.scoring.skill import BETTER, CANNOT_TELL, SAME_WORLDS, WORSE


def parts_text(report: LaterReport) -> str:
    """Return the verdicts over all figures in sentences, one a history."""
    sentences = []
    for history in dict.fromkeys(report.parts["history"]):
        rows = report.parts[(report.parts["history"] == history) & (report.parts["part"] == "all")]
        found = {
            verdict: [str(name) for name in rows[rows["verdict"] == verdict]["account"]]
            for verdict in (BETTER, WORSE, CANNOT_TELL, SAME_WORLDS)
        }
        clauses = []
        if found[BETTER]:
            clauses.append(
                f"the chapter's rules are nearer to the record than {join(found[BETTER])}"
            )
        if found[WORSE]:
            clauses.append(f"they are farther from it than {join(found[WORSE])}")
        if found[CANNOT_TELL]:
            clauses.append(f"the record cannot tell them from {join(found[CANNOT_TELL])}")
        if found[SAME_WORLDS]:
            clauses.append(f"their worlds are those of {join(found[SAME_WORLDS])}")
        label = history[0].upper() + history[1:]
        sentences.append(f"**{label}** (growth apart): {'; '.join(clauses)}.")
    return "\n\n".join(sentences)


def explained_blocks(report: LaterReport) -> list[dict[str, Any]]:
    """Return for each history in sentences what one account explains and another does not."""
    blocks = []
    for history, rows in report.explained.groupby("history", sort=False):
        lines = [_across_rivals(rows)]
        for rival, against in rows.groupby("rival", sort=False):
            ours = against[against["nearer"] == CHAPTER]
            theirs = against[against["nearer"] == rival]
            lines.append(
                f"Against **{rival}** ({RIVAL_MEANINGS[str(rival)]}). The chapter's rules are"
                f" nearer to the record on: {named_figures(ours)}. {str(rival).capitalize()} is"
                f" nearer on: {named_figures(theirs)}."
            )
        blocks.append({"history": history, "lines": lines})
    return blocks


def _across_rivals(rows: pd.DataFrame) -> str:
    """Return what the chapter's rules alone are nearer on, what every rival, and what nobody is."""
    count = rows["rival"].nunique()
    ours, theirs = (
        rows[is_nearer].groupby("id", sort=False).filter(lambda part: len(part) == count)
        for is_nearer in (rows["nearer"] == CHAPTER, ~rows["nearer"].isin(["", CHAPTER]))
    )
    blind = rows[rows["chance_is_best"]].drop_duplicates("id")
    return (
        f"Nearer than **all {count} rivals** the chapter's rules are on: {named_figures(ours)}."
        f" **All {count} rivals** are nearer than they on: {named_figures(theirs)}. **No account**"
        f" comes nearer than equal chances on: {'; '.join(blind['label']) or 'nothing'}."
    )


def named_figures(rows: pd.DataFrame) -> str:
    """Return the labels of figures, with those that say less in brackets.

    Examples
    --------
    >>> rows = pd.DataFrame({"id": ["a", "b"], "label": ["no war", "a vote"]})
    >>> named_figures(rows.assign(by_silence=[True, False], beats_chance=True))
    'a vote (by silence: no war)'
    """
    groups: dict[str, list[str]] = {"": [], "though no nearer than equal chances": []}
    groups["by silence"] = []
    for _, part in rows.groupby("id", sort=False):
        is_firm = part["beats_chance"].all()
        limit = "by silence" if part["by_silence"].all() else "" if is_firm else list(groups)[1]
        groups[limit].append(str(part["label"].iloc[0]))
    bracketed = [f"({limit}: {'; '.join(own)})" for limit, own in groups.items() if limit and own]
    return " ".join(["; ".join(groups[""]), *bracketed]).strip() or "nothing"


def join(names: list[str]) -> str:
    """Return names as a list in words.

    Examples
    --------
    >>> join(["a", "b", "c"])
    'a, b and c'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def republic_text(report: LaterReport) -> str:
    """Return in sentences how the chapter's rules do on the republics."""
    sentences = []
    for numbers in (AT_CENTRES, DRAWN):
        rows = report.republics.query("account == @CHAPTER and numbers == @numbers")
        told = rows[rows["verdict"] != CANNOT_TELL]
        verdicts = [f"{row.verdict} than {row.against}" for row in told.itertuples()]
        said = join(verdicts) if verdicts else "told from no rule of thumb and no rival"
        sentences.append(
            f"With numbers {numbers} the chapter's rules err by"
            f" {number_text(float(rows['score'].iloc[0]))} and are {said}."
        )
    return " ".join(sentences)


def forced_text(report: LaterReport, label: str) -> str:
    """Return how often what is made to happen happens, and who cannot play it."""
    rows = report.changed_hands[report.changed_hands["history"] == label]
    left_out = [str(name) for name in rows[rows["share"] == 0.0]["account"]]
    chapter = float(rows[rows["account"] == CHAPTER]["share"].iloc[0])
    text = (
        "The existing intervention empties the seat by the ruler's death, with an unknown named as"
        " heir in the same month; a retirement cannot be forced, since each account decides itself"
        f" who follows. The seat passes in that month in {chapter:.0%} of the worlds under the"
        " chapter's rules. That it passes is put in and is not scored; what comes of it is."
    )
    if left_out:
        text += f" Left out, since in it nobody can follow: {join(left_out)}."
    return text


def list_left_out(loaded: LoadedExperiment) -> str:
    """Return what of the later record is not scored, since it reads earlier months as well."""
    first, phrases = what_follows_of(loaded).first_month, []
    for one in histories_of(loaded):
        if one.history.happen:
            continue
        record = read_observed_record(one.scenario.record_path, one.scenario)
        scored = {figure.id for figure in one.figures}
        left = [
            str(fact.figure)
            for fact in record.itertuples()
            if fact.id not in scored
            and fact.role not in ("input", "growth")
            and max([(fact.date or "")[:7], *re.findall(r"\d{4}-\d{2}", fact.measure)]) >= first
        ]
        if left:
            phrases.append(f"{one.history.label}: {'; '.join(left)}")
    return ". ".join(phrases)


def count_episodes(report: LaterReport) -> int:
    """Return the episodes of the histories in which nothing is made to happen."""
    rows = report.parts[report.parts["part"] == ALL_PARTS]
    both = rows[rows["history"] == BOTH]
    return int((both if len(both) else rows)["episodes"].max())
