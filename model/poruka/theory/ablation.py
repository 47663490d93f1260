"""Ablation: the model is run with each mechanism, or each part of one, switched off, to see which
patterns of the two histories depend on it.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.inference import expanded_percentiles
from poruka.analysis.paired_runs import run_arms
from poruka.analysis.patterns import Pattern, load_patterns
from poruka.analysis.quantity_validation import validate_quantities
from poruka.engine.parameters import mechanism_groups, mechanisms
from poruka.scenario.scenario import load
from poruka.theory.paired_arms import shared_worlds
from poruka.utils.errors import unknown_name_error

ABLATION_SEED = 3_001
"""Default seed of all arms."""
BOOTSTRAP_RESAMPLES = 1000
"""Number of bootstrap resamples of worlds for each interval."""
MIN_PRESENCE = 0.2
"""A pattern shown by a smaller share of worlds, with all mechanisms on, counts as absent."""
MIN_PRESENCE_CHANGE = 0.1
"""A smaller change of presence counts as none, even if its interval excludes 0."""
ABLATION_COLUMNS = [
    "mechanism",
    "pattern",
    "label",
    "scenario",
    "present",
    "without",
    "change",
    "low",
    "high",
    "loss",
    "cell",
    "moved",
    "worlds",
    "requested",
]


class AblationResult(NamedTuple):
    """The results of ablations.

    Attributes
    ----------
    pattern_effects : pandas.DataFrame
        One row for each mechanism and pattern: presence with all mechanisms on and with this one
        off, the change with its 95 % interval, the share of the presence that is lost, its
        classification (absent, kept, weakened, lost, gained), whether any number differs, and how
        many worlds were completed with and without the mechanism, of those requested.
    mechanism_summary : pandas.DataFrame
        One row a mechanism: the numbers of patterns lost, weakened and gained, and a summary.
    """

    pattern_effects: pd.DataFrame
    mechanism_summary: pd.DataFrame


def select_mechanisms(ids: Sequence[str] = (), parts: bool = False) -> dict[str, tuple[str, ...]]:
    """Return the mechanisms switched off by each ablation: all groups, or those named.

    Parameters
    ----------
    ids : sequence of str
        Groups such as ``M4`` or parts such as ``M4.speaker``; all groups when empty.
    parts : bool
        Whether each part of a group is also switched off by itself.

    Raises
    ------
    BadInput
        For an unknown mechanism; the message gives the nearest names.

    Examples
    --------
    >>> list(select_mechanisms())[:3], select_mechanisms(["M4.speaker"])
    (['M1', 'M2', 'M3'], {'M4.speaker': ('M4.speaker',)})
    """
    for id in ids:
        if id not in mechanism_groups() and id not in mechanisms():
            raise unknown_name_error(
                "mechanism",
                id,
                [*mechanism_groups(), *mechanisms()],
                advice=f"Groups are {', '.join(mechanism_groups())}.",
            )
    mechanism_sets = {}
    for id in list(ids) or list(mechanism_groups()):
        mechanism_sets[id] = mechanism_groups().get(id, (id,))
        if parts and id in mechanism_groups():
            mechanism_sets |= {part: (part,) for part in mechanism_groups()[id]}
    return mechanism_sets


def mechanism_title(id: str) -> str:
    """Return the title of a mechanism or of a part of one.

    Examples
    --------
    >>> mechanism_title("M4.speaker")
    'the speaker as second peak'
    """
    return mechanisms()[id].title if id in mechanisms() else load_patterns().group_titles[id]


def classify_change(present: float, without: float, low: float, high: float) -> str:
    """Return the classification of a pattern's change under ablation.

    Examples
    --------
    >>> classify_change(0.9, 0.1, -0.9, -0.7), classify_change(0.9, 0.6, -0.4, -0.2)
    ('lost', 'weakened')
    >>> classify_change(0.9, 0.85, -0.1, 0.0), classify_change(0.05, 0.0, -0.1, 0.0)
    ('kept', 'absent')
    """
    change = without - present
    if low > 0.0 and change >= MIN_PRESENCE_CHANGE:
        return "gained"
    if present < MIN_PRESENCE:
        return "absent"
    if high < 0.0 and -change >= MIN_PRESENCE_CHANGE:
        return "lost" if without <= 0.5 * present else "weakened"
    return "kept"


def ablation_row(
    id: str, pattern: Pattern, base: pd.DataFrame, ablated: pd.DataFrame, seed: int, requested: int
) -> tuple:
    """Return what taking a mechanism away does to a pattern, as a row of the table."""
    arms = {pattern.scenario: base, f"{pattern.scenario} without {id}": ablated}
    shared = shared_worlds(arms, f"the pattern {pattern.id}")
    paired_base, paired_ablated = base.loc[shared], ablated.loc[shared]
    drawn = np.random.default_rng(seed).integers(0, len(shared), (BOOTSTRAP_RESAMPLES, len(shared)))
    present, without = pattern.presence(paired_base), pattern.presence(paired_ablated)
    low, high = expanded_percentiles(
        pattern.presence_by_sample(paired_ablated, drawn)
        - pattern.presence_by_sample(paired_base, drawn),
        units=len(shared),
    )
    classification = classify_change(present, without, float(low), float(high))
    loss = (
        float("nan")
        if classification == "absent"
        else float(np.clip((present - without) / max(present, MIN_PRESENCE), -1.0, 1.0))
    )
    differs = bool(
        (
            paired_base[pattern.quantities].to_numpy()
            != paired_ablated[pattern.quantities].to_numpy()
        ).any()
    )
    return (
        id,
        pattern.id,
        pattern.label,
        pattern.scenario,
        present,
        without,
        without - present,
        float(low),
        float(high),
        loss,
        classification,
        differs,
        len(shared),
        requested,
    )


def run_ablation(
    mechanism_sets: dict[str, tuple[str, ...]] | None = None,
    worlds: int = 100,
    seed: int = ABLATION_SEED,
    progress: Callable[[int, int], None] | None = None,
    quiet: bool = True,
    selected_patterns: Sequence[Pattern] | None = None,
) -> AblationResult:
    """Run the model with mechanisms switched off one at a time; return the effect on each pattern.

    Parameters
    ----------
    mechanism_sets : dict, optional
        As :func:`select_mechanisms` returns it; all groups by default.
    worlds, seed : int
        Worlds per arm, and the seed of all arms.
    progress : callable, optional
        Receives ``(arms completed, arms in all)``.
    quiet : bool
        Whether rules compile without printing anything.
    selected_patterns : sequence of Pattern, optional
        Patterns to test instead of those of the file.

    Examples
    --------
    >>> result = run_ablation(
    ...     select_mechanisms(["M4.speaker"]),
    ...     worlds=2,
    ...     selected_patterns=load_patterns().patterns[:1],
    ... )
    >>> len(result.pattern_effects), result.mechanism_summary["mechanism"].tolist()
    (1, ['M4.speaker'])
    """
    mechanism_sets = select_mechanisms() if mechanism_sets is None else mechanism_sets
    patterns = load_patterns().patterns if selected_patterns is None else tuple(selected_patterns)
    # All histories are validated before the first of them is simulated.
    for pattern in patterns:
        validate_quantities(pattern.quantities, load(pattern.scenario))
    rows = []
    for name in dict.fromkeys(pattern.scenario for pattern in patterns):
        scenario_patterns = [pattern for pattern in patterns if pattern.scenario == name]
        scenario = load(name)
        arms = {"": scenario} | {
            id: scenario.without(*parts) for id, parts in mechanism_sets.items()
        }
        tables = run_arms(
            arms,
            [quantity for pattern in scenario_patterns for quantity in pattern.quantities],
            worlds,
            seed,
            progress,
            quiet,
        )
        rows += [
            ablation_row(id, pattern, tables[""], tables[id], seed, worlds)
            for id in mechanism_sets
            for pattern in scenario_patterns
        ]
    order = {id: index for index, id in enumerate(mechanism_sets)}
    rows.sort(key=lambda row: (order[row[0]], row[1]))
    pattern_effects = pd.DataFrame(rows, columns=ABLATION_COLUMNS)
    return AblationResult(pattern_effects, _summary_table(pattern_effects))


def _summary_table(pattern_effects: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for id, effects in pattern_effects.groupby("mechanism", sort=False):
        ids_by_label = {
            label: effects[effects["cell"] == label]["pattern"].tolist()
            for label in ("lost", "weakened", "gained")
        }
        changes = "; ".join(
            f"{label} {' '.join(ids)}" for label, ids in ids_by_label.items() if ids
        )
        changes_nothing = not effects["moved"].any()
        summary = (
            "NO EFFECT on any quantity of the patterns"
            if changes_nothing
            else changes or "NO PATTERN LOST, though quantities change"
        )
        rows.append(
            (
                id,
                mechanism_title(str(id)),
                len(ids_by_label["lost"]),
                len(ids_by_label["weakened"]),
                len(ids_by_label["gained"]),
                changes_nothing,
                not changes_nothing and not changes,
                summary,
            )
        )
    return pd.DataFrame(
        rows,
        columns=[
            "mechanism",
            "title",
            "lost",
            "weakened",
            "gained",
            "changes_nothing",
            "costs_nothing",
            "says",
        ],
    )
