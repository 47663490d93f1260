"""The page of a fork: the change, its effects over all pairs, and one pair in detail."""

from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from poruka.comparison.narrative import describe_changes, format_narrative
from poruka.comparison.over_numbers import (
    MEANING_OF_EFFECTS,
    describe_pairs,
    format_over_numbers,
    index_effects,
    outcome_effects,
)
from poruka.figures import (
    CausalChain,
    CausalLinks,
    Drawing,
    NothingToDraw,
    PairedDifferences,
    save_figure,
)
from poruka.figures.base.wording import index_unit
from poruka.figures.comparisons.side_by_side import SideBySideChronicles
from poruka.reports.html import figure_html, page_html, table_html
from poruka.scenario.display import numbers_sentence
from poruka.scenario.fork import Fork
from poruka.scenario.parameter_draws import ParameterDraws
from poruka.utils.atomic_files import create_results_folder
from poruka.utils.contained_writing import refuse_special_files, write_inside
from poruka.utils.html_templates import fill_html, join_html
from poruka.utils.labels import format_label
from poruka.utils.statistics import wilson_interval

TRACED_PAIRS = 60
"""Pairs whose causal chains are traced for the figure of links."""


def format_fork_call(fork: Fork) -> str:
    """Return the Python call that makes a fork.

    Examples
    --------
    >>> from poruka.scenario.fork import build_fork
    >>> format_fork_call(build_fork("1998-10", {"oligarchs.inertia": 0.5}, force="president.dies"))
    ".fork('1998-10', {'oligarchs.inertia': 0.5}, force=['president.dies'])"
    """
    arguments = [repr(fork.at)] + ([repr(dict(fork.change))] if fork.change else [])
    arguments += [
        f"{name}={list(getattr(fork, name))!r}"
        for name in ("without", "force", "forbid", "allow")
        if getattr(fork, name)
    ]
    arguments += (
        [f"shocks={[shock.model_dump(exclude_none=True) for shock in fork.shocks]!r}"]
        if fork.shocks
        else []
    )
    return f".fork({', '.join(arguments)})"


def reproduction_code(comparison: Any) -> str:
    """Return the Python lines that simulate both runs again and compare them."""
    parent, branch = comparison.scenarios
    parent_forks = list(parent.forks)
    branch_forks = []
    for fork in branch.forks:
        if fork in parent_forks:
            parent_forks.remove(fork)
        else:
            branch_forks.append(fork)
    has_other_changes = (
        parent.overrides != branch.overrides
        or parent.disabled_mechanisms != branch.disabled_mechanisms
        or parent.removed_ids != branch.removed_ids
        or parent.interventions != branch.interventions
    )
    numbers, drawn = parent.one_draw or (parent.numbers, frozenset())
    changes = {key: value for key, value in parent.overrides if key not in drawn}
    said = "" if isinstance(parent.parameter_draws, ParameterDraws) else f", numbers={numbers!r}"
    start = f"pk.load({parent.name!r}{said})" + (f".change({changes!r})" if changes else "")
    switched_off = sorted(parent.disabled_mechanisms | parent.removed_ids)
    start += f".without({', '.join(map(repr, switched_off))})" if switched_off else ""
    start += "".join(format_fork_call(fork) for fork in parent.forks)
    worlds = max(comparison.requested_worlds, int(comparison.worlds.max()) + 1)
    lines = [
        "import poruka as pk",
        "",
        f"parent = {start}",
        f"branch = parent{''.join(format_fork_call(fork) for fork in branch_forks)}",
        f'until = "{parent.date_of(comparison.months - 1)}"',
        (
            f"runs = [pk.simulate(scenario, worlds={worlds}, seed={comparison.seed}, until=until)"
            " for scenario in (parent, branch)]"
        ),
        "print(pk.compare(*runs))",
    ]
    if has_other_changes or parent.interventions:
        lines.insert(
            4, "# add the branch's other changes from the start, listed above, to the line before"
        )
    return "\n".join(lines)


def _outcome_table(comparison: Any) -> pd.DataFrame:
    rows = []
    divergence = comparison.divergence
    for (before, after), pairs in divergence.groupby(["parent", "branch"]):
        low, high = wilson_interval(len(pairs), len(divergence))
        rows.append(
            (
                format_label(before, "outcome"),
                format_label(after, "outcome"),
                len(pairs),
                f"{len(pairs) / len(divergence):.1%}",
                f"{low:.1%} to {high:.1%}",
            )
        )
    rows.sort(key=lambda row: -row[2])
    return pd.DataFrame(
        rows, columns=["outcome of parent", "outcome of branch", "pairs", "share", "95 % interval"]
    )


def _difference_table(comparison: Any) -> pd.DataFrame:
    rows = []
    for row in comparison.differences.itertuples(index=False):
        band = f"{row.low:+.3f} to {row.high:+.3f}" if row.low == row.low else "–"
        rows.append(
            (
                format_label(row.index, "index"),
                index_unit(row.index),
                f"{row.mean:+.3f}",
                band,
                f"{row.at_end:+.3f}",
                f"{row.in_spreads:+.1f}",
                f"{row.higher:.0%}",
            )
        )
    table = pd.DataFrame(
        rows,
        columns=[
            "index",
            "unit",
            "mean after divergence",
            "95 % interval",
            "at the end",
            "in standard deviations",
            "pairs where the branch has more",
        ],
    )
    return table.apply(
        lambda column: column.str.replace("-", "−") if column.name != "unit" else column
    )


def _over_numbers_html(comparison: Any) -> Markup:
    """Return the effects over the numbers as HTML, or that they were not played."""
    over = comparison.over_numbers
    if over is None:
        return fill_html("<p>{}.</p>", " ".join(format_over_numbers(comparison)))
    tables = Markup()
    for name, scale, effects in (
        ("outcome", 100.0, outcome_effects(over)),
        ("index", 1.0, index_effects(over)),
    ):
        form = "+.1f" if name == "outcome" else "+.3f"
        rows = [
            (
                format_label(row[0], name),
                f"{scale * row.mean:{form}}",
                f"{scale * row.low:{form}} to {scale * row.high:{form}}",
            )
            for row in effects.itertuples(index=False)
        ]
        unit = " in points" if name == "outcome" else ""
        columns = [name, f"branch less parent{unit}", "95 % over the numbers"]
        caption = f"Over the numbers: {describe_pairs(over)}; {MEANING_OF_EFFECTS}"
        tables += table_html(pd.DataFrame(rows, columns=columns), caption)
    return tables


def _figure_html(folder: Path, name: str, build: Any) -> Markup:
    try:
        drawing: Drawing = build()
    except NothingToDraw as reason:
        return fill_html('<p class="soft">No figure: {}.</p>', reason)
    save_figure(drawing, folder, f"figures/{name}")
    return figure_html(drawing, name)


def write_fork_page(
    comparison: Any, folder: str | Path, world: int | None = None, traced_pairs: int = TRACED_PAIRS
) -> Path:
    """Write the page of a fork with its figures and their tables, and return the path of the page.

    Parameters
    ----------
    comparison : Comparison
        As :func:`poruka.compare` returns it: of two ensembles, two stored runs or two regimes.
    folder : path
        Where ``fork.html`` and ``figures/`` go.
    world : int, optional
        The pair shown in detail; by default the first with the most frequent change of outcome.
    traced_pairs : int
        Pairs whose causal chains are traced to count links.
    """
    folder = create_results_folder(folder)
    refuse_special_files(folder, ["fork.html", "figures"])
    chronicles = SideBySideChronicles(comparison, world)
    parent, branch = comparison.scenarios
    pairs = len(comparison.worlds)
    changed_count = int((comparison.divergence["parent"] != comparison.divergence["branch"]).sum())
    changes = describe_changes(branch, parent) or ["nothing"]
    items = join_html(fill_html("<li>{}</li>", line) for line in changes)
    diverged_count = int((comparison.divergence["month"] >= 0).sum())
    count = comparison.coverage
    sections = {
        "What was changed": fill_html(
            "<ul>{}</ul><p>{} share all random draws; {:,} diverge, {:,} have another outcome.</p>",
            items,
            count,
            diverged_count,
            changed_count,
        )
    }
    if pairs > 1:
        sections["Effects"] = (
            table_html(
                _outcome_table(comparison),
                f"Outcomes of the pairs, shares with Wilson 95 % intervals; {count}",
            )
            + _figure_html(folder, "differences", lambda: PairedDifferences(comparison))
            + table_html(
                _difference_table(comparison),
                "Branch less parent: all indices, the largest differences first; standard"
                f" deviations are those of the parent's worlds; {count}",
            )
            + _over_numbers_html(comparison)
        )
        sections["Causal links"] = _figure_html(
            folder, "links", lambda: CausalLinks(comparison.count_links(max_worlds=traced_pairs))
        )
    else:
        sections["Effects"] = _figure_html(
            folder, "differences", lambda: PairedDifferences(comparison)
        )
    narrative = format_narrative(comparison, chronicles.world)
    sections["One world in detail"] = _figure_html(
        folder, "chain", lambda: CausalChain(comparison, chronicles.world)
    ) + fill_html("<pre>{}</pre>", narrative)
    sections["Both chronicles"] = chronicles.to_html()
    code = reproduction_code(comparison)
    sections["To reproduce"] = fill_html("<pre><code>{}</code></pre>", code)
    histories = chronicles.table.to_csv(index=False)
    write_inside(folder, "figures", "histories.csv", content=histories)
    lead = (
        f"{count}, seed {comparison.seed}, {parent.start_date} to"
        f" {parent.date_of(comparison.months - 1)}; {numbers_sentence(parent)}"
    )
    page = page_html(f"{parent.title}: a counterfactual", lead, sections)
    return write_inside(folder, "fork.html", content=page)
