"""Comparisons as text: where paired worlds diverge, how the change spread, both chronicles."""

import math
from collections import Counter
from typing import Any

import pandas as pd

from poruka.comparison.over_numbers import format_over_numbers
from poruka.comparison.traced_world import find_unmatched_events
from poruka.comparison.tracing import Link
from poruka.engine import codes
from poruka.scenario.display import numbers_sentence
from poruka.simulation.chronicle import format_chronicle, group_lines_by_year
from poruka.utils.labels import format_label

_PRESENCE_PHRASES = {
    "branch": "only in the branch",
    "parent": "only in the parent",
    "both": "in both",
}


def describe_changes(scenario: Any, parent: Any) -> list[str]:
    """Return what the branch and its parent do not share of what was asked for, a line each."""
    mine, others = _requests(scenario), _requests(parent)
    only_in_parent = [f"only in the parent, {line}" for line in _lines(others - mine)]
    return _lines(mine - others) + only_in_parent


def _requests(scenario: Any) -> Counter[tuple[str, str]]:
    """Return everything asked for, each with when it acts."""
    found: list[tuple[str, str]] = []
    for fork in scenario.forks:
        changes = [
            *(f"{key} = {value}" for key, value in fork.change),
            *(f"without {id}" for id in fork.without),
            *(f"{id} is made to happen" for id in fork.force),
            *(f"{id} is forbidden" for id in fork.forbid),
            *(f"{id} is allowed" for id in fork.allow),
            *(f"from abroad in {shock.date}: {shock.fact}" for shock in fork.shocks),
        ]
        found += [(fork.at, change) for change in changes or ["nothing is changed"]]
    found += [("from the start", f"{key} = {value}") for key, value in scenario.overrides]
    removed = sorted(scenario.disabled_mechanisms | scenario.removed_ids)
    found += [("from the start", f"without {id}") for id in removed]
    found += [
        (scenario.date_of(int(month)), _intervention_text(scenario, int(kind), int(subject)))
        for month, kind, subject in scenario.interventions
    ]
    return Counter(found)


def _intervention_text(scenario: Any, kind: int, subject: int) -> str:
    name = codes.INTERVENTIONS[kind]
    if name == "named":
        return f"{format_label(codes.CONTENDERS[subject], 'contender')} is named heir"
    if name in ("forced", "forbidden", "allowed"):
        return f"{scenario.instruments[subject].id} is {name}"
    return {"dies": "the ruler dies", "ill": "the ruler falls ill"}[name]


def _lines(requests: Counter[tuple[str, str]]) -> list[str]:
    """Return one line for each moment; what acts from the start has a line each."""
    moments: dict[str, list[str]] = {}
    for when, what in requests.elements():
        moments.setdefault(when, []).append(what)
    starting = [f"from the start: {what}" for what in moments.pop("from the start", [])]
    return [f"{when}: {'; '.join(parts)}" for when, parts in moments.items()] + starting


def _format_numbers(numbers: dict[str, float]) -> str:
    return ", ".join(f"{format_label(name)} {value:.2f}" for name, value in numbers.items())


def format_step(trace: Any, link: Link) -> str:
    """Return one step as a text, with the numbers that decided it."""
    numbers = _format_numbers(trace.reasons_for(link))
    in_one_world = link.only_in != "both" and link.rule
    presence = f" ({_PRESENCE_PHRASES[link.only_in]})" if in_one_world else ""
    rule = f" [{link.rule}]" if link.rule else ""
    return f"{link.text}{presence}{rule}" + (f": {numbers}" if numbers else "")


def format_narrative(comparison: Any, world: int) -> str:
    """Return how one pair of worlds diverges and by which steps the change led to its end."""
    parent, branch = comparison.scenarios
    row = comparison.divergence.set_index("world").loc[world]
    lines = [
        f"World {world} of seed {comparison.seed}: {parent.title}, and its branch",
        *(f"  changed — {line}" for line in describe_changes(branch, parent)),
    ]
    if row["month"] < 0:
        return "\n".join([*lines, "They are identical throughout."])
    trace = comparison.trace(world)
    parent_outcome, branch_outcome = format_label(row["parent"]), format_label(row["branch"])
    if row["parent"] == row["branch"]:
        ends = f"Both end as {parent_outcome}."
    else:
        ends = f"The parent ends as {parent_outcome}, the branch as {branch_outcome}."
    lines += [f"They diverge in {row['date']}. {ends}", "", "How the change led there:"]
    chain = trace.causal_chain()
    lines += _format_steps(trace, chain)
    if (
        chain
        and chain[0].rule not in ("", "interventions.strike")
        and chain[0].month > int(row["month"])
    ):
        lines.append(
            "  (before the first step no single field stands out; the worlds differ by many small"
            " amounts)"
        )
    other_event = trace.outcome_event(prefer_exits=False)
    if other_event is not None and other_event != (chain[-1].only_in, chain[-1].event_number):
        lines += [
            "",
            "The most important difference besides:",
            *_format_steps(trace, trace.causal_chain(other_event)),
        ]
    return "\n".join(lines)


def _format_steps(trace: Any, chain: list[Link]) -> list[str]:
    """Return a chain line by line, each step with the field that carries it to the next."""
    lines = []
    for link in chain:
        lines.append(f"  {trace.parent.scenario.date_of(link.month)}  {format_step(trace, link)}")
        if link.field:
            table, _, name = link.field.partition(".")
            if math.isnan(link.parent):
                lines.append("           ↓ the crisis it opens, within the month")
                continue
            lines.append(
                f"           ↓ {format_label(name)} of {format_label(table)}: {link.parent:.2f} in"
                f" the parent, {link.branch:.2f} in the branch"
            )
    return lines


def side_by_side_chronicles(comparison: Any, world: int, max_lines: int) -> pd.DataFrame:
    """Return the chronicles of one pair year by year, shared events once."""
    frames = [
        run.events[run.events["world"] == world].reset_index(drop=True)
        for run in (comparison.parent, comparison.branch)
    ]
    frames = [frame[frame["month"] < comparison.months] for frame in frames]
    parent_only, branch_only = find_unmatched_events(*frames)
    columns = {
        "both": frames[0].drop(index=parent_only),
        "parent": frames[0].loc[parent_only],
        "branch": frames[1].loc[branch_only],
    }
    lines_by_year = {
        name: group_lines_by_year(format_chronicle(frame, None, max_lines=max_lines).splitlines())
        for name, frame in columns.items()
    }
    years = sorted({year for lines in lines_by_year.values() for year in lines})
    rows = [
        {"year": year, **{name: lines_by_year[name].get(year, []) for name in columns}}
        for year in years
    ]
    return pd.DataFrame(rows, columns=["year", *columns])


def _describe_unrealised_changes(comparison: Any) -> list[str]:
    """Return the requested changes without effect.

    These are forks that never opened and forced acts whose conditions never held.
    """
    branch, run, lines = comparison.scenarios[1], comparison.branch, []
    for number, fork in enumerate(branch.forks, start=1):
        column = f"fork_{number}_month"
        if column not in run.outcomes:
            continue
        fork_months = run.outcomes.set_index("world")[column].reindex(comparison.worlds)
        if fork_months.isna().any():
            lines.append(
                f"  the branch at {fork.at} never opens in {int(fork_months.isna().sum())} of"
                f" {len(fork_months)} worlds"
            )
        for id in fork.force:
            if "." in id:
                continue
            uses = run.events[run.events["instrument"].astype(str) == id]
            last = uses.groupby("world")["month"].max().reindex(comparison.worlds)
            unused = (last.isna() | (last < fork_months)) & fork_months.notna()
            if unused.any():
                lines.append(
                    f"  {id} was forced and never became possible in {int(unused.sum())} of"
                    f" {int(fork_months.notna().sum())} worlds"
                )
    return lines


def format_summary(comparison: Any) -> str:
    """Return a summary of two runs of the same worlds."""
    parent, branch = comparison.scenarios
    divergence, count = comparison.divergence, len(comparison.worlds)
    if count == 1:
        lost = "" if comparison.requested_worlds == 1 else f"{comparison.coverage}\n"
        return lost + format_narrative(comparison, int(comparison.worlds[0]))
    diverging = divergence[divergence["month"] >= 0]
    changed = divergence[divergence["parent"] != divergence["branch"]]
    lines = [
        f"{parent.title}: {comparison.coverage}, seed {comparison.seed};"
        f" {numbers_sentence(parent)}",
        *(f"  changed — {line}" for line in describe_changes(branch, parent)),
        *_describe_unrealised_changes(comparison),
    ]
    if not len(diverging):
        return "\n".join([*lines, "All pairs are identical throughout."])
    median = parent.date_of(int(diverging["month"].quantile(0.5, interpolation="nearest")))
    lines += [
        f"{len(diverging)} of {count} diverge, the median pair in {median};"
        f" {len(changed)} have another outcome.",
        "",
        "outcome             parent  branch   difference in points (95 % interval)",
    ]
    lines += [
        f"{format_label(row.outcome):<18} {row.parent:>7.1%} {row.branch:>7.1%}  "
        f" {100 * row.difference:+.1f} ({100 * row.low:+.1f} to {100 * row.high:+.1f})"
        for row in comparison.outcome_shares.itertuples()
    ]
    if len(changed):
        lines += ["", "Pairs with another outcome, in the parent → in the branch:"]
    transitions = changed.groupby(["parent", "branch"]).size().sort_values(ascending=False)
    for (parent_outcome, branch_outcome), number in transitions.items():
        lines.append(f"  {format_label(parent_outcome)} → {format_label(branch_outcome)}: {number}")
    lines += [
        "",
        "What differs most (branch less parent since the divergence, mean and 95 % interval; in"
        " standard deviations of the months of the parent's worlds):",
    ]
    largest = comparison.differences.head(6)
    labels = [format_label(name) for name in largest["index"]]
    width = max(map(len, labels), default=0)
    for label, row in zip(labels, largest.itertuples(), strict=True):
        lines.append(
            f"  {label:<{width}} {row.mean:+.3f} ({row.low:+.3f} to {row.high:+.3f}),"
            f" {row.in_spreads:+.1f} sd; at the end {row.at_end:+.3f}"
        )
    lines += ["", *format_over_numbers(comparison)]
    return "\n".join(lines)
