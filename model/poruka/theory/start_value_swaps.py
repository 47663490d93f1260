"""Start values swapped between two countries, one at a time and page by page, to see what each
contributes to the difference between the countries.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import pandas as pd

from poruka.analysis.paired_runs import paired_difference, run_arms
from poruka.scenario.scenario import Scenario
from poruka.utils.errors import BadInput, unknown_name_error

DEFAULT_SWAP_QUANTITIES = (
    "fall_of_control",
    "end_control",
    "defections",
    "dissolutions",
    "is first_dissolution_how force_ended",
    "passed_on",
)
"""Quantities compared by default."""
SWAP_SEED = 1_917
"""Default seed of all swaps."""
SWAP_COLUMNS = [
    "quantity",
    "kind",
    "key",
    "into",
    "from",
    "own",
    "given",
    "base",
    "swapped",
    "effect",
    "low",
    "high",
    "clear",
    "gap",
    "closes",
    "worlds",
    "requested",
]


class StartValueSwap(NamedTuple):
    """One swap: the values of a key, a page or the whole start, moved from one country to another.

    Attributes
    ----------
    kind : str
        ``value`` for one number, ``page`` for a page of them, ``start`` for all at once.
    key : str
        ``page.name``, ``page``, or ``start``.
    old_value, new_value : float or None
        The number before and after; None for a page or the whole start.
    changes : dict
        As :meth:`poruka.scenario.scenario.Scenario.change` takes them.
    """

    kind: str
    key: str
    old_value: float | None
    new_value: float | None
    changes: dict[str, float]


def differing_start_values(first: Scenario, second: Scenario) -> dict[str, tuple[float, float]]:
    """Return the start values in which two scenarios differ, with both values.

    Numbers of agents are not compared.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> differing_start_values(load("kazakhstan"), load("russia"))["society.hordes"]
    (3.0, 1.0)
    """
    first_values, second_values = first.start(), second.start()
    differences = {}
    for page in first_values._fields:
        if page == "scale":
            continue
        for key, value in getattr(first_values, page)._asdict().items():
            second_value = getattr(getattr(second_values, page), key)
            if value != second_value:
                differences[f"{page}.{key}"] = (float(value), float(second_value))
    return differences


def build_swaps(
    recipient: Scenario, donor: Scenario, only: Sequence[str] = ()
) -> list[StartValueSwap]:
    """Return the swaps that put the donor's start values into the recipient.

    Parameters
    ----------
    recipient, donor : Scenario
    only : sequence of str
        Pages or single values such as ``society`` or ``society.atomisation``; everything when
        empty.

    Raises
    ------
    BadInput
        If the scenarios do not differ in what is named, or do not differ at all.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> swaps = build_swaps(load("kazakhstan"), load("russia"), ["media", "force"])
    >>> [swap.key for swap in swaps]
    ['media.independent', 'force.obedience', 'force.courts', 'force']
    """
    values = differing_start_values(recipient, donor)
    pages: dict[str, list[str]] = {}
    for key in values:
        pages.setdefault(key.split(".")[0], []).append(key)
    for name in only:
        if name not in values and name not in pages:
            raise unknown_name_error(
                "start value or page",
                name,
                [*values, *pages],
                advice=(
                    f"{recipient.name} and {donor.name} differ in the pages"
                    f" {', '.join(pages) or 'none'}."
                ),
            )
    if not values:
        raise BadInput(
            f"{recipient.name} and {donor.name} have the same start values, so there is nothing to"
            " swap; name two scenarios that differ."
        )

    def is_selected(key: str) -> bool:
        return not only or key in only or key.split(".")[0] in only

    swaps = [
        StartValueSwap("value", key, old_value, new_value, {f"start.{key}": new_value})
        for key, (old_value, new_value) in values.items()
        if is_selected(key)
    ]
    for page, keys in pages.items():
        if len(keys) > 1 and is_selected(page):
            swaps.append(
                StartValueSwap(
                    "page", page, None, None, {f"start.{key}": values[key][1] for key in keys}
                )
            )
    if not only and len(pages) > 1:
        swaps.append(
            StartValueSwap(
                "start",
                "start",
                None,
                None,
                {f"start.{key}": new_value for key, (_, new_value) in values.items()},
            )
        )
    return swaps


def run_start_value_swaps(
    first: Scenario,
    second: Scenario,
    worlds: int = 60,
    seed: int = SWAP_SEED,
    quantities: Sequence[str] = DEFAULT_SWAP_QUANTITIES,
    only: Sequence[str] = (),
    progress: Callable[[int, int], None] | None = None,
    quiet: bool = True,
) -> pd.DataFrame:
    """Swap the start values of two scenarios in both directions; return the effect of each swap.

    Parameters
    ----------
    first, second : Scenario
    worlds, seed : int
        Worlds per arm, and the seed of all arms, so that worlds are paired.
    quantities : sequence of str
        In the grammar of :mod:`poruka.analysis.quantities`.
    only : sequence of str
        Pages or single values; everything in which the two differ when empty.
    progress : callable, optional
        Receives ``(arms completed, arms in all)``.
    quiet : bool
        Whether rules compile without printing anything.

    Returns
    -------
    pandas.DataFrame
        One row for each quantity, swap and direction: kind and key of what was swapped, the
        scenario it was put into and the one it came from, both values, the mean before and after,
        the mean paired difference with its 95 % interval, whether that excludes 0, the gap between
        the unchanged countries and the share of it that is closed, and the pairs of worlds
        completed, of those requested. Rows are ranked within each quantity.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> table = run_start_value_swaps(
    ...     load("kazakhstan"),
    ...     load("russia"),
    ...     worlds=2,
    ...     quantities=["end_control"],
    ...     only=["media"],
    ... )
    >>> table["key"].iloc[0]
    'media.independent'
    """
    pairs = [
        (recipient, donor, swap)
        for recipient, donor in ((first, second), (second, first))
        for swap in build_swaps(recipient, donor, only)
    ]
    labels = distinct_names(first, second)
    name = {id(first): labels[0], id(second): labels[1]}
    arms = {name[id(first)]: first, name[id(second)]: second}
    for recipient, _, swap in pairs:
        arms[f"{name[id(recipient)]} with {swap.key}"] = recipient.change(swap.changes)
    tables = run_arms(arms, quantities, worlds, seed, progress, quiet)
    rows = []
    for quantity in dict.fromkeys(quantities):
        for recipient, donor, swap in pairs:
            recipient_table, swapped, donor_table = (
                tables[name[id(recipient)]],
                tables[f"{name[id(recipient)]} with {swap.key}"],
                tables[name[id(donor)]],
            )
            effect = paired_difference(recipient_table, swapped, quantity)
            gap = paired_difference(recipient_table, donor_table, quantity)
            # If the interval of the gap includes 0, no share of it can be given.
            closes = effect.mean / gap.mean if gap.low > 0.0 or gap.high < 0.0 else float("nan")
            rows.append(
                (
                    quantity,
                    swap.kind,
                    swap.key,
                    name[id(recipient)],
                    name[id(donor)],
                    swap.old_value,
                    swap.new_value,
                    recipient_table[quantity].mean(),
                    swapped[quantity].mean(),
                    effect.mean,
                    effect.low,
                    effect.high,
                    effect.low > 0.0 or effect.high < 0.0,
                    gap.mean,
                    closes,
                    len(recipient_table.index.intersection(swapped.index)),
                    worlds,
                )
            )
    table = pd.DataFrame(rows, columns=SWAP_COLUMNS)
    rank = {quantity: index for index, quantity in enumerate(dict.fromkeys(quantities))}
    ranked = table.assign(
        place=table["quantity"].map(rank),
        sure=-minimum_effect_size(table),
        size=-table["effect"].abs(),
    )
    return ranked.sort_values(["place", "sure", "size"], kind="stable")[SWAP_COLUMNS].reset_index(
        drop=True
    )


def minimum_effect_size(table: pd.DataFrame) -> pd.Series:
    """Return the smallest size of each effect within its interval, 0 if that includes 0.

    Effects are ranked by it.

    Examples
    --------
    >>> table = pd.DataFrame({"low": [2.0, -5.0, -1.0], "high": [4.0, -1.0, 3.0]})
    >>> minimum_effect_size(table).tolist()
    [2.0, 1.0, 0.0]
    """
    return table["low"].clip(lower=0.0) + (-table["high"]).clip(lower=0.0)


def distinct_names(first: Scenario, second: Scenario) -> tuple[str, str]:
    """Return distinct names of two scenarios, even if both come from one file."""
    return (
        (first.name, second.name)
        if first.name != second.name
        else (f"{first.name} (first)", f"{second.name} (second)")
    )
