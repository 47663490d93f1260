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
    made = {}
    for id in chosen:
        made[id] = mechanism_groups().get(id, (id,))
        if parts and id in mechanism_groups():
            made |= {part: (part,) for part in mechanism_groups()[id]}
    return made


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
    both = base.index.intersection(
        ablated.index
    )  # a world that failed with the mechanism off has no pair
    here, there = base.loc[both], ablated.loc[both]
    drawn = np.random.default_rng(seed).integers(0, len(both), (BOOTSTRAP_RESAMPLES, len(both)))
    present, without = pattern.presence(here), pattern.presence(there)
    low, high = np.quantile(
        pattern.presence_by_sample(there, drawn) - pattern.presence_by_sample(here, drawn),
        [0.025, 0.975],
    )
    word = classify_change(present, without, float(low), float(high))
    loss = (
        float("nan")
        if word == "absent"
        else float(np.clip((present - without) / max(present, MIN_PRESENCE), -1.0, 1.0))
    )
    moved = bool(
        (here[pattern.quantities].to_numpy() != there[pattern.quantities].to_numpy()).any()
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
        word,
        moved,
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
    looked = load_patterns().patterns if selected_patterns is None else tuple(selected_patterns)
    rows = []
    for name in dict.fromkeys(one.scenario for one in looked):
        here = [one for one in looked if one.scenario == name]
        scenario = load(name)
        arms = {"": scenario} | {id: scenario.without(*off) for id, off in mechanism_sets.items()}
        made = run_arms(
            arms, [text for one in here for text in one.quantities], worlds, seed, progress, quiet
        )
        rows += [
            _ablation_row(id, one, made[""], made[id], seed)
            for id in mechanism_sets
            for one in here
        ]
    order = {id: place for place, id in enumerate(mechanism_sets)}
    rows.sort(key=lambda row: (order[row[0]], row[1]))
    cells = pd.DataFrame(rows, columns=ABLATION_COLUMNS)
    return AblationResult(cells, _summary_table(cells))


def _summary_table(pattern_effects: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for id, found in pattern_effects.groupby("mechanism", sort=False):
        told = {
            word: found[found["cell"] == word]["pattern"].tolist()
            for word in ("lost", "weakened", "gained")
        }
        words = "; ".join(f"{word} {' '.join(ids)}" for word, ids in told.items() if ids)
        idle = not found["moved"].any()
        says = (
            "CHANGES NOTHING that is looked at"
            if idle
            else words or "COSTS NO PATTERN, though numbers move"
        )
        rows.append(
            (
                id,
                mechanism_title(str(id)),
                len(told["lost"]),
                len(told["weakened"]),
                len(told["gained"]),
                idle,
                not idle and not words,
                says,
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
