"""The accounts that are scored on what follows: the chapter's rules, variants and rivals."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from poruka.analysis.record_fit.history_player import HistoryPlayer, with_listed_draws
from poruka.analysis.record_fit.nearest_draws import Pool, find_nearest
from poruka.analysis.record_fit.number_table import NumberTable
from poruka.analysis.record_fit.record_targets import RecordTargets
from poruka.analysis.record_fit.target_signal import measure_signal
from poruka.experiments.analysis_stages import StageCallback, stage_progress
from poruka.experiments.record_fit_stage import STAGE_OF_POOL
from poruka.rivals import RIVALS
from poruka.scenario.record_draws import DrawTable, format_draw_table, parse_draw_table
from poruka.scenario.scenario import Scenario
from poruka.scoring.baselines import BASELINES
from poruka.utils.errors import BadInput

CHAPTER = "the chapter's rules"
"""Name of the account that is scored."""
FROM_RANGES = "numbers drawn"
"""The variant whose numbers are drawn from their ranges."""
OTHERS = tuple(BASELINES)
"""Names of the accounts that it is scored against and that play worlds."""


class RivalFit(NamedTuple):
    """The numbers of a rival that the record leaves, and how it came by them.

    Attributes
    ----------
    draws : DrawTable
    played, failed : int
        Draws of the prior whose worlds were completed, and that failed in a country.
    tolerance : float
        How far the kept draws lie from the record at most; 1 is as far as two worlds of the prior.
    unmoved : tuple of str
        Targets on which none of its worlds differ, so that they say nothing of its numbers.
    """

    draws: DrawTable
    played: int
    failed: int
    tolerance: float
    unmoved: tuple[str, ...]


def fit_rival(
    name: str,
    targets: RecordTargets,
    rows: np.ndarray,
    kept: int,
    seed: int,
    folder: Path | None = None,
    depends_on: str = "",
    progress: StageCallback | None = None,
) -> RivalFit:
    """Return the draws of a rival that come nearest to the record, by the code of the main fit.

    Parameters
    ----------
    name : str
        Of the rival.
    targets : RecordTargets
        Those of the main fit; one that the rival cannot express counts as what its worlds do there.
    rows : ndarray
        Draws of the prior, the same for every rival.
    kept, seed : int
    folder : Path, optional
        Where played worlds are kept.
    depends_on : str
        What worlds depend on besides their numbers.
    progress : callable, optional
    """
    player = HistoryPlayer(targets, seed, folder, depends_on, rival=name)
    player.progress = stage_progress(progress, f"{name}: draws of the prior")
    outputs = player.play(STAGE_OF_POOL, rows)
    completed = np.isfinite(outputs).all(axis=1)
    pool = Pool(rows[completed], outputs[completed])
    if len(pool.rows) < 2 * kept:
        raise BadInput(
            f"under {name} only {len(pool.rows)} of {len(rows)} draws could be played, too few to"
            f" keep {kept}; raise the pool."
        )
    signal = measure_signal(pool.rows, pool.outputs, seed)
    record = targets.record(player.months)
    nearest = find_nearest(record, pool, signal.scale, signal.weights, kept)
    # By chance, so that the first few are a sample of all.
    order = np.random.default_rng((seed, 47)).permutation(kept)
    values = [player.table.values(pool.rows[place]) for place in nearest.places[order]]
    unmoved = [
        row.id for row, scale in zip(targets.rows, signal.scale, strict=True) if scale == 0.0
    ]
    return RivalFit(
        parse_draw_table(format_draw_table(values), name).require_whole(),
        len(pool.rows),
        int((~completed).sum()),
        nearest.tolerance,
        tuple(unmoved),
    )


def prior_rows(count: int, seed: int) -> np.ndarray:
    """Return draws of all numbers from their ranges, one a row."""
    return NumberTable().draw_prior(count, seed)


def accounts_of(scenario: Scenario, draws: Mapping[str, DrawTable]) -> dict[str, Scenario]:
    """Return a history under every account, each with its own draws.

    Parameters
    ----------
    scenario : Scenario
        A country, with whatever is made to happen in it.
    draws : mapping of str to DrawTable
        Those of the chapter's rules, which its variants share, and of every rival, by name.
    """
    accounts = {CHAPTER: scenario, **{name: BASELINES[name].change(scenario) for name in OTHERS}}
    return {
        name: changed
        if name == FROM_RANGES
        else with_listed_draws(changed, rows_of(draws[name if name in RIVALS else CHAPTER]))
        for name, changed in accounts.items()
    }


def rows_of(table: DrawTable, count: int = 0) -> list[dict[str, float | str]]:
    """Return the draws of a table by key, the first so many of them."""
    rows = table.rows[: count or len(table.rows)]
    return [dict(zip(table.keys, row, strict=True)) for row in rows]
