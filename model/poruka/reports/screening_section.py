"""What the page of an experiment says of a screening: what moves what, and what moves nothing."""

import pandas as pd

from poruka.analysis.sensitivity.screening_summary import (
    MOVES,
    MOVES_ALONE,
    idle_numbers,
    summarise_aspects,
    summarise_idle,
    summarise_numbers,
    summarise_sections,
    with_single_moves,
)
from poruka.analysis.specification import Experiment
from poruka.experiments.experiment_result import AnalysisResult
from poruka.figures.experiments.screening_aspects import effect_coverage, sections_of

SMALL = 0.5
"""Effect, in standard deviations of worlds, above which an idle number is counted apart."""
PowerTable = tuple[str, pd.DataFrame, str]
"""Name, table and caption."""


def aspects_of(experiment: Experiment) -> dict[str, str]:
    """Return the aspect of each quantity of an experiment; ``all`` where none is given."""
    return {outcome.quantity: outcome.aspect or "all" for outcome in experiment.outcome}


def screening_coverage(analysis: AnalysisResult) -> str:
    """Return the worlds of both stages: one at each point of groups, many where one is moved."""
    plan, details = analysis.specification, analysis.details
    effects = effect_coverage(details, plan)
    if not plan.most:
        return str(effects)
    in_groups = effect_coverage(details, plan.model_copy(update={"most": 0}))
    return f"groups: {in_groups}; alone: {effects}"


def numbers_table(analysis: AnalysisResult, experiment: Experiment) -> pd.DataFrame:
    """Return one row a country and number: what is said of it, and on what ground."""
    numbers = analysis.details.numbers
    aspects = aspects_of(experiment)
    summary = summarise_numbers(numbers, {name: aspects[name] for name in _quantities(numbers)})
    idle = analysis.details.idle
    return summary if idle is None else with_single_moves(summary, idle)


def summary_tables(analysis: AnalysisResult, experiment: Experiment) -> list[PowerTable]:
    """Return the tables of a screening: by aspect, with what would have been found, by section."""
    numbers = analysis.details.numbers
    summary = numbers_table(analysis, experiment)
    by_section = summarise_sections(summary, sections_of(summary))
    return [
        (
            "aspects",
            summarise_aspects(numbers, aspects_of(experiment)),
            "Numbers that move at least one quantity of an aspect; and the effect on one side, on"
            " one quantity, that would not have been missed in nine of ten screenings, in standard"
            " deviations of worlds (smallest: the median over numbers and quantities; nine in ten:"
            " no larger for nine in ten of them; what acts straight on both sides is found at half"
            " of it)",
        ),
        (
            "sections",
            by_section.sort_values("none", ascending=False, kind="stable"),
            "Numbers that move something in all countries, in some (those in all included), and"
            " nothing in any; the others are undecided",
        ),
    ]


def idle_paragraphs(analysis: AnalysisResult, experiment: Experiment) -> list[str]:
    """Return which numbers move nothing detectable in any country, section by section."""
    summary = numbers_table(analysis, experiment)
    sections, idle = sections_of(summary), idle_numbers(summary)
    verdicts = summary["verdict"]
    moving = summary.loc[verdicts.isin([MOVES, MOVES_ALONE]), "factor"].nunique()
    undecided = summary["factor"].nunique() - moving - len(idle)
    smallest = summary.loc[summary["factor"].isin(idle), "smallest"]
    paragraphs = [
        f"Of {summary['factor'].nunique()} numbers {len(idle)} move none of"
        f" {len(_quantities(analysis.details.numbers))} quantities detectably in"
        f" {_countries(len(analysis.details.passed_in_all))}."
    ]
    if idle and smallest.notna().any():
        paragraphs[0] += (
            " An effect of one of them, on one side of its default and on a quantity in the middle,"
            f" of {smallest.median():.2g} standard deviations of worlds would not have been missed"
            f" in nine of ten screenings ({smallest.quantile(0.05):.2g} to"
            f" {smallest.quantile(0.95):.2g} for nine in ten of the numbers), nor one of half of"
            " that size that goes straight from end to end; smaller ones are not ruled out, nor are"
            " larger ones on a quantity that the other members of its group move strongly."
        )
    if undecided:
        paragraphs.append(
            f"{undecided} more move nothing for certain, but are undecided in some country: there"
            " they passed the first stage, as one idle number in"
            f" {1.0 / analysis.specification.pass_level:.0f} does."
        )
    if analysis.details.idle is None:
        return [*paragraphs, *_by_section(idle, sections)]
    return paragraphs + _checked_paragraphs(analysis, sections)


def _checked_paragraphs(analysis: AnalysisResult, sections: dict[str, str]) -> list[str]:
    """Return what moving idle numbers alone has shown, and which of them it has shown of."""
    plan, alone = analysis.specification, analysis.details.idle
    table = summarise_idle(alone)
    still, small = ~table["acts"], table["moves"]
    none = table["acts"] & ~table["moves"]
    countries = ", ".join(dict.fromkeys(alone["scenario"]))
    sizes = table.loc[small, "size"]
    paragraphs = [
        f"What passed nowhere was moved alone as well, in {plan.idle_worlds} worlds of the same"
        f" luck each ({countries}): {int(still.sum())} numbers leave what is measured of every"
        f" world as it is, {int(none.sum())} change worlds without an effect that would be found,"
        f" and {int(small.sum())} have one and are not counted among those that move nothing. Among"
        " the moves of a group that moves the same quantity strongly they were missed: their"
        f" largest effect is {sizes.median():.2g} standard deviations of worlds in the middle,"
        f" above {SMALL:g} for {int((sizes > SMALL).sum())} of them. `tables/idle.csv` has it for"
        " each, and what is not ruled out for the others."
    ]
    for heading, chosen in (
        ("They leave what is measured of every world as it is", still),
        ("They change worlds without an effect that would be found", none),
        ("They have an effect when moved alone", small),
    ):
        names = _by_section(list(table.loc[chosen, "factor"]), sections)
        paragraphs.append(f"{heading}: {' '.join(names) if names else 'none.'}")
    return paragraphs


def _by_section(factors: list[str], sections: dict[str, str]) -> list[str]:
    by_section: dict[str, list[str]] = {}
    for factor in factors:
        by_section.setdefault(sections[factor], []).append(factor.split(".", 1)[-1])
    return [f"{section}: {', '.join(names)}." for section, names in by_section.items()]


def _countries(count: int) -> str:
    return "the one country screened" if count == 1 else f"any of the {count} countries"


def _quantities(numbers: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(numbers["quantity"]))
