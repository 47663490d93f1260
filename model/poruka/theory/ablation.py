"""Knock-outs: each mechanism, or each part of one, switched off, and what every pattern of the two
histories loses by it.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.paired_runs import run_arms
from poruka.analysis.patterns import Pattern, load_patterns
from poruka.engine.parameters import mechanism_groups, mechanisms
from poruka.scenario.scenario import load
from poruka.utils.errors import unknown_name_error

ABLATION_SEED = 3_001
"""Seed of all arms unless another is asked for."""
BOOTSTRAP_RESAMPLES = 400
"""Resamplings of worlds behind each interval."""
MIN_PRESENCE = 0.2
"""A pattern that fewer worlds show than this, with everything on, has nothing to lose."""
MIN_PRESENCE_CHANGE = 0.1
"""A change of presence smaller than this counts as none, however sure."""
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
]


class AblationResult(NamedTuple):
    """What came of the knock-outs.

    Attributes
    ----------
    cells : pandas.DataFrame
        One row for each mechanism and pattern: presence with everything on and with it off, the
        change with its 95 % interval, the share of the presence that is lost, a word for it
        (absent, kept, weakened, lost, gained), and whether any number moved.
    flags : pandas.DataFrame
        One row a mechanism: how many patterns it costs, and in words what comes of it.
    """

    pattern_effects: pd.DataFrame
    mechanism_summary: pd.DataFrame


def select_mechanisms(ids: Sequence[str] = (), parts: bool = False) -> dict[str, tuple[str, ...]]:
    """Return what is switched off by each knock-out: groups, single parts, or what is named.

    Raises
    ------
    BadInput
        For a name that is no mechanism, with the nearest ones.

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
    chosen = list(ids) or list(mechanism_groups())
    mechanism_sets = {}
    for id in chosen:
        mechanism_sets[id] = mechanism_groups().get(id, (id,))
        if parts and id in mechanism_groups():
            mechanism_sets |= {part: (part,) for part in mechanism_groups()[id]}
    return mechanism_sets


def mechanism_title(id: str) -> str:
    """Return a few words for a mechanism or a part of one.

    Examples
    --------
    >>> mechanism_title("M4.speaker")
    'the speaker as second peak'
    """
    return mechanisms()[id].title if id in mechanisms() else load_patterns().group_titles[id]


def classify_change(present: float, without: float, low: float, high: float) -> str:
    """Return a word for what a knock-out does to a pattern.

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


def _ablation_row(
    id: str, pattern: Pattern, base: pd.DataFrame, ablated: pd.DataFrame, seed: int
) -> tuple:
    shared_worlds = base.index.intersection(
        ablated.index
    )  # a world that failed with the mechanism off has no pair
    paired_base, paired_ablated = base.loc[shared_worlds], ablated.loc[shared_worlds]
    drawn = np.random.default_rng(seed).integers(
        0, len(shared_worlds), (BOOTSTRAP_RESAMPLES, len(shared_worlds))
    )
    present, without = pattern.presence(paired_base), pattern.presence(paired_ablated)
    low, high = np.quantile(
        pattern.presence_by_sample(paired_ablated, drawn)
        - pattern.presence_by_sample(paired_base, drawn),
        [0.025, 0.975],
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
    )


def run_ablation(
    mechanism_sets: dict[str, tuple[str, ...]] | None = None,
    worlds: int = 100,
    seed: int = ABLATION_SEED,
    progress: Callable[[int, int], None] | None = None,
    quiet: bool = True,
    selected_patterns: Sequence[Pattern] | None = None,
) -> AblationResult:
    """Switch mechanisms off one at a time and return what the patterns lose.

    Parameters
    ----------
    chosen : dict, optional
        As :func:`select_mechanisms` returns it; all groups without it.
    worlds, seed : int
        Worlds per arm; the same seed everywhere.
    of : sequence of Pattern, optional
        Patterns other than those of the file.

    Examples
    --------
    >>> found = run_ablation(select_mechanisms(["M4.speaker"]), worlds=2, selected_patterns=load_patterns().patterns[:1])
    >>> len(found.pattern_effects), found.mechanism_summary["mechanism"].tolist()
    (1, ['M4.speaker'])
    """
    mechanism_sets = select_mechanisms() if mechanism_sets is None else mechanism_sets
    patterns = load_patterns().patterns if selected_patterns is None else tuple(selected_patterns)
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
            _ablation_row(id, pattern, tables[""], tables[id], seed)
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
            "CHANGES NOTHING that is looked at"
            if changes_nothing
            else changes or "COSTS NO PATTERN, though numbers move"
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
