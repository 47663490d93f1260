"""What the worlds over the numbers say, beside the interval of chance, on a terminal."""

from typing import Any

from poruka.cli.terminal import start_table
from poruka.simulation.over_numbers import (
    MEANING_OF_SHARES,
    NOT_PLAYED,
    describe_over_numbers,
    key_figures_over_numbers,
    share_over_numbers,
    worlds_over_numbers,
)
from poruka.theory.reader_names import group_names
from poruka.utils.coverage import coverage_of
from poruka.utils.draw_statistics import DrawEstimate
from poruka.utils.labels import format_label
from poruka.utils.statistics import t_interval, wilson_interval


def print_groups(console: Any, run: Any, coverage: Any) -> None:
    """Print the shares of Furman's three groups of regimes, with both intervals."""
    drawn, groups = drawn_worlds(run), run.outcomes["furman_group"]
    console.print(f"Furman's groups, of {coverage}:", highlight=False)
    for group, name in group_names().items():
        count = int((groups == group).sum())
        low, high = wilson_interval(count, len(groups))
        text = f"{group} ({name}): {count / len(groups):.1%} ({low:.1%} to {high:.1%})"
        if drawn is not None:
            one = share_over_numbers(drawn, drawn.outcomes["furman_group"] == group)
            text += f"; over the numbers {one.mean:.1%} ({format_drawn_ends(one)})"
        console.print(text, highlight=False)


def print_outcomes(console: Any, counted: str, summary: dict[str, Any]) -> None:
    """Print the share of each outcome with the interval of chance and that over the numbers."""
    drawn = (summary["over_numbers"] or {}).get("outcomes")
    table = start_table(
        console,
        f"How the first change of ruler went ({counted})",
        ("outcome", "share", "95 %, chance", *(("drawn", "95 %, numbers") if drawn else ())),
    )
    for name, outcome in summary["outcomes"].items():
        row = [f"{outcome['share']:.1%}", f"{outcome['low']:.1%} – {outcome['high']:.1%}"]
        if drawn:
            row += [f"{drawn[name]['mean']:.1%}", format_share_ends(drawn[name])]
        table.add_row(format_label(name), *row)
    console.print(table)


def print_headlines(console: Any, run: Any) -> None:
    """Print how many worlds have ethnic war, and what happens in those without it, with both
    intervals.
    """
    drawn = drawn_worlds(run)
    for name, values in headline_values(run.outcomes).items():
        known = values.dropna()
        if not len(known):
            continue
        low, high = wilson_interval(float(known.sum()), len(known))
        counted = str(coverage_of(run)) if len(known) == len(values) else f"{len(known):,} worlds"
        text = f"{name}: {known.mean():.1%} of {counted} ({low:.1%} to {high:.1%})"
        if drawn is not None:
            one = share_over_numbers(drawn, headline_values(drawn.outcomes)[name])
            text += f"; over the numbers {one.mean:.1%} ({format_drawn_ends(one)})"
        console.print(text, highlight=False)


def headline_values(outcomes: Any) -> dict[str, Any]:
    """Return for each headline share what every world counts: 1, 0, or nothing where it is left
    out.

    Examples
    --------
    >>> import pandas as pd
    >>> worlds = pd.DataFrame({"wars": [0, 2], "outcome": ["incumbent", "coup"]})
    >>> found = headline_values(worlds.assign(dissolutions=0))
    >>> found["the incumbent stays, without ethnic war"].tolist()
    [1.0, nan]
    """
    at_peace = outcomes["wars"] == 0
    return {
        "ethnic war": (~at_peace).astype(float),
        "the incumbent stays, without ethnic war": (outcomes["outcome"] == "incumbent")
        .astype(float)
        .where(at_peace),
        "a parliament dissolved before its time, without ethnic war": (outcomes["dissolutions"] > 0)
        .astype(float)
        .where(at_peace),
    }


def drawn_worlds(run: Any) -> Any:
    """Return the worlds over the numbers of a run that have been completed, or None."""
    drawn = worlds_over_numbers(run)
    return drawn if drawn is not None and len(drawn.outcomes) else None


def format_share_ends(estimate: dict[str, Any]) -> str:
    """Return the interval over the numbers of a share, as text; with one world a draw it is none.

    Examples
    --------
    >>> format_share_ends({"low": 0.0, "high": 0.5}), format_share_ends({"low": None})
    ('0.0% – 50.0%', 'one world a draw')
    """
    if estimate["low"] is None:
        return "one world a draw"
    return f"{estimate['low']:.1%} – {estimate['high']:.1%}"


def format_drawn_ends(estimate: DrawEstimate) -> str:
    """Return the interval over the numbers of a share, within a sentence."""
    return format_share_ends(estimate._asdict()).replace(" – ", " to ")


def print_over_numbers(console: Any, run: Any) -> None:
    """Print on how many draws and worlds the interval over the numbers rests, or that none were
    played.
    """
    drawn = worlds_over_numbers(run)
    if drawn is None:
        console.print(NOT_PLAYED, highlight=False)
        return
    if not len(drawn.outcomes):
        console.print(f"over the numbers: no world is left ({drawn.coverage})", highlight=False)
        return
    text = f"over the numbers: {describe_over_numbers(drawn)}. {MEANING_OF_SHARES}"
    console.print(text, highlight=False)


def print_figures_over_numbers(
    console: Any, run: Any, names: tuple[str, ...], dated: set[str]
) -> None:
    """Print the expected key figures with the interval of chance and that over the numbers.

    Parameters
    ----------
    console : rich.console.Console
    run : Ensemble or StoredRun
    names : tuple of str
        Columns of the outcomes.
    dated : set of str
        Those which are months.
    """
    drawn = drawn_worlds(run)
    if drawn is None:
        return
    table = start_table(
        console,
        "Expected key figures: mean over worlds that have them, with 95 % intervals",
        ("figure", "mean", "chance", "drawn", "numbers"),
    )
    for row in key_figures_over_numbers(drawn, names).itertuples():
        values = run.outcomes[row.figure].astype(float).dropna().to_numpy()
        chance = t_interval(values)
        mean = float(values.mean()) if len(values) else float("nan")
        cells = (mean, *chance, row.mean, row.low, row.high)
        texts = [format_figure(run, cell, row.figure in dated) for cell in cells]
        table.add_row(
            format_label(row.figure),
            texts[0],
            f"{texts[1]} – {texts[2]}",
            texts[3],
            f"{texts[4]} – {texts[5]}",
        )
    console.print(table)


def format_figure(run: Any, value: float, is_month: bool) -> str:
    """Return a key figure as text; a month as a date, also before the start or after the end."""
    if value != value:
        return "–"
    if is_month:
        return str(run.scenario.date_of(round(value)))
    return f"{value:.2f}".rstrip("0").rstrip(".")
