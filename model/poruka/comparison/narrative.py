"""Two histories of one world in words: where they part, how the change travelled, and both
chronicles side by side.
"""

from typing import Any

import pandas as pd

from poruka.comparison.tracing import Link, find_unmatched_events
from poruka.simulation.chronicle import format_chronicle, group_lines_by_year
from poruka.utils.labels import format_label

_PRESENCE_PHRASES = {
    "branch": "only in the branch",
    "parent": "only in the parent",
    "both": "moved in both",
}


def describe_changes(scenario: Any, parent: Any) -> list[str]:
    """Return what the branch was asked to change, a line for each."""
    lines = []
    known = list(parent.forks)
    for fork in scenario.forks:
        if fork in known:
            known.remove(fork)
            continue
        wishes = [f"{key} = {value}" for key, value in fork.change] + [
            f"without {one}" for one in fork.without
        ]
        wishes += (
            [f"{one} is made to happen" for one in fork.force]
            + [f"{one} is forbidden" for one in fork.forbid]
            + [f"{one} is allowed" for one in fork.allow]
        )
        wishes += [f"from abroad in {shock.date}: {shock.fact}" for shock in fork.shocks]
        lines.append(f"{fork.at}: " + ("; ".join(wishes) if wishes else "nothing is changed"))
    lines += [
        f"from the start: {key} = {value}"
        for key, value in scenario.overrides
        if (key, value) not in parent.overrides
    ]
    lines += [
        f"from the start: without {one}"
        for one in sorted(
            (scenario.disabled_mechanisms | scenario.removed_ids)
            - (parent.disabled_mechanisms | parent.removed_ids)
        )
    ]
    lines += [
        f"{scenario.date_of(row[0])}: an intervention"
        for row in scenario.interventions
        if row not in parent.interventions
    ]
    return lines


def _format_numbers(numbers: dict[str, float]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value:.2f}" for name, value in numbers.items())


def format_step(trace: Any, link: Link) -> str:
    """Return one step in words, with the numbers that decided it."""
    numbers = _format_numbers(trace.reasons_for(link))
    where = (
        "" if link.only_in == "both" or not link.rule else f" ({_PRESENCE_PHRASES[link.only_in]})"
    )
    rule = f" [{link.rule}]" if link.rule else ""
    return f"{link.text}{where}{rule}" + (f": {numbers}" if numbers else "")


def format_narrative(comparison: Any, world: int) -> str:
    """Return how one pair of worlds parts and by which steps the change got to where it ended."""
    parent, branch = comparison.scenarios
    row = comparison.divergence.set_index("world").loc[world]
    lines = [
        f"World {world} of seed {comparison.seed}: {parent.title}, and its branch",
        *(f"  changed — {line}" for line in describe_changes(branch, parent)),
    ]
    if row["month"] < 0:
        return "\n".join([*lines, "They are the same world throughout."])
    trace = comparison.trace(world)
    same = row["parent"] == row["branch"]
    ends = (
        f"Both end as {format_label(row['parent'])}."
        if same
        else (
            f"The parent ends as {format_label(row['parent'])}, the branch as"
            f" {format_label(row['branch'])}."
        )
    )
    lines += [f"They part in {row['date']}. {ends}", "", "How the change got there:"]
    chain = trace.causal_chain()
    lines += _format_steps(trace, chain)
    if (
        chain
        and chain[0].rule not in ("", "interventions.strike")
        and chain[0].month > int(row["month"])
    ):
        lines.append(
            "  (before the first step no single field stands out; the worlds differ there by many"
            " small amounts)"
        )
    later = trace.outcome_event(prefer_exits=False)
    if later is not None and later != (chain[-1].only_in, chain[-1].event_number):
        lines += [
            "",
            "And what weighs most besides:",
            *_format_steps(trace, trace.causal_chain(later)),
        ]
    return "\n".join(lines)


def _format_steps(trace: Any, chain: list[Link]) -> list[str]:
    """Return a chain line by line, each step with what carries it to the next."""
    lines = []
    for link in chain:
        lines.append(f"  {trace.parent.scenario.date_of(link.month)}  {format_step(trace, link)}")
        if link.field:
            table, _, name = link.field.partition(".")
            if link.parent != link.parent:
                lines.append("           ↓ the crisis it opens, within the month")
                continue
            lines.append(
                f"           ↓ {format_label(name)} of {format_label(table)}: {link.parent:.2f} in"
                f" the parent, {link.branch:.2f} in the branch"
            )
    return lines


def side_by_side_chronicles(comparison: Any, world: int, max_lines: int) -> pd.DataFrame:
    """Return the chronicles of one pair year by year: what both have once, what only one has beside
    it.
    """
    frames = [
        run.events[run.events["world"] == world].reset_index(drop=True)
        for run in (comparison.parent, comparison.branch)
    ]
    frames = [frame[frame["month"] < comparison.months] for frame in frames]
    gone, new = find_unmatched_events(*frames)
    shared = frames[0].drop(index=gone)
    columns = {"both": shared, "parent": frames[0].loc[gone], "branch": frames[1].loc[new]}
    told = {
        name: group_lines_by_year(format_chronicle(frame, None, max_lines=max_lines).splitlines())
        for name, frame in columns.items()
    }
    years = sorted({year for lines in told.values() for year in lines})
    return pd.DataFrame(
        [{"year": year, **{name: told[name].get(year, []) for name in columns}} for year in years],
        columns=["year", *columns],
    )


def _describe_unrealised_changes(comparison: Any) -> list[str]:
    """Return what was asked for and did not come about: forks that never opened, forced acts whose
    conditions never held.
    """
    branch, run, lines = comparison.scenarios[1], comparison.branch, []
    for place, fork in enumerate(branch.forks):
        column = f"fork_{place + 1}_month"
        if column not in run.outcomes:
            continue
        opened = run.outcomes.set_index("world")[column].reindex(comparison.worlds)
        if opened.isna().any():
            lines.append(
                f"  the branch at {fork.at} never opens in {int(opened.isna().sum())} of"
                f" {len(opened)} worlds"
            )
        for id in fork.force:
            if "." in id:
                continue
            uses = run.events[run.events["instrument"].astype(str) == id]
            last = uses.groupby("world")["month"].max().reindex(comparison.worlds)
            never = int(((last.isna() | (last < opened)) & opened.notna()).sum())
            if never:
                lines.append(
                    f"  {id} was to happen and never became possible in {never} of"
                    f" {int(opened.notna().sum())} worlds"
                )
    return lines


def format_summary(comparison: Any) -> str:
    """Return what two runs of the same worlds come to."""
    parent, branch = comparison.scenarios
    parting, count = comparison.divergence, len(comparison.worlds)
    if count == 1:
        return format_narrative(comparison, int(comparison.worlds[0]))
    apart = parting[parting["month"] >= 0]
    changed = int((parting["parent"] != parting["branch"]).sum())
    lines = [
        f"{parent.title}: {count} pairs of worlds, seed {comparison.seed}",
        *(f"  changed — {line}" for line in describe_changes(branch, parent)),
        *_describe_unrealised_changes(comparison),
    ]
    if not len(apart):
        return "\n".join([*lines, "All pairs are the same throughout."])
    middle = parent.date_of(int(apart["month"].quantile(0.5, interpolation="nearest")))
    lines += [
        f"{len(apart)} of {count} part, the median pair in {middle}; {changed} end otherwise.",
        "",
        "outcome             parent  branch   difference in points (95 % interval)",
    ]
    lines += [
        f"{format_label(one.outcome):<18} {one.parent:>7.1%} {one.branch:>7.1%}  "
        f" {100 * one.difference:+.1f} ({100 * one.low:+.1f} to {100 * one.high:+.1f})"
        for one in comparison.outcome_shares.itertuples()
    ]
    lines += ["", "Pairs that end otherwise, in the parent → in the branch:"] if changed else []
    for (before, after), number in (
        parting[parting["parent"] != parting["branch"]]
        .groupby(["parent", "branch"])
        .size()
        .sort_values(ascending=False)
        .items()
    ):
        lines.append(f"  {format_label(before)} → {format_label(after)}: {number}")
    lines += [
        "",
        (
            "What differs most (branch less parent after parting, mean and 95 % interval; in"
            " spreads of the parent's worlds):"
        ),
    ]
    for one in comparison.differences.head(6).itertuples():
        lines.append(
            f"  {format_label(one.index):<24} {one.mean:+.3f} ({one.low:+.3f} to {one.high:+.3f}),"
            f" {one.in_spreads:+.1f} spreads; at the end {one.at_end:+.3f}"
        )
    return "\n".join(lines)
