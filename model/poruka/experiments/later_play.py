"""Plays what follows, and keeps the values of every account in a folder, so that it resumes."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from poruka.analysis.later_specification import LaterHistory
from poruka.analysis.record_fit.history_player import with_listed_draws
from poruka.experiments.later_models import rows_of
from poruka.experiments.record_gate import procedure_digest
from poruka.experiments.result_folder import rules_digest
from poruka.scenario.record_draws import DrawTable
from poruka.scenario.scenario import Scenario
from poruka.scoring.later_figures import evaluate_later
from poruka.scoring.plain_forecasts import start_levels
from poruka.scoring.scored_figures import ScoredFigure
from poruka.simulation.ensemble import Ensemble, simulate_in_memory
from poruka.simulation.failures import require_completed_world
from poruka.simulation.run_spec import RunSpec
from poruka.theory.classification import describe_groups
from poruka.utils.atomic_files import write_text_atomically

SOURCES_OF_LATER_WORLDS = (
    "analysis/record_fit/history_player.py",
    "experiments/later_models.py",
    "experiments/later_play.py",
    "scoring/joint_patterns.py",
    "scoring/later_figures.py",
    "scoring/measures.py",
    "theory/classification.py",
)
"""Sources on which kept values depend besides the rules."""


class HistoryFigures(NamedTuple):
    """A history, its scenario with whatever is made to happen, and the figures scored in it."""

    history: LaterHistory
    scenario: Scenario
    figures: tuple[ScoredFigure, ...]


class PlayedHistory(NamedTuple):
    """The worlds of a history under one account.

    Attributes
    ----------
    values : pandas.DataFrame
        One row a world, one column a figure.
    levels : dict of str to float
        Mean of each index that figures read, in the first month of what follows.
    changed_hands : float
        Share of worlds in which the seat passed in a month in which something is made to happen;
        0 where nothing is.
    """

    values: pd.DataFrame
    levels: dict[str, float]
    changed_hands: float


@cache
def _versions() -> str:
    return rules_digest() + procedure_digest(SOURCES_OF_LATER_WORLDS)


def keep_or_play(
    folder: Path | None, name: str, depends_on: Any, play: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Return what a file of the folder holds, or play it and write the file.

    Parameters
    ----------
    folder : Path, optional
    name : str
        The file's name begins with it.
    depends_on : object
        Whatever decides the result, as JSON; the rules are added here.
    play : callable
        Returns a dictionary that JSON can hold.
    """
    text = json.dumps([_versions(), depends_on], sort_keys=True, default=str)
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    slug = "".join(letter if letter.isalnum() else "_" for letter in name.lower())
    path = None if folder is None else folder / f"{slug}-{digest}.json"
    if path is not None and path.is_file():
        try:
            return dict(json.loads(path.read_text(encoding="utf-8")))
        except ValueError:
            pass  # cut short; it is played again
    found = play()
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text_atomically(path, json.dumps(found))
    return found


def play_history(
    one: HistoryFigures,
    account: str,
    scenario: Scenario,
    first_month: str,
    worlds: int,
    seed: int,
    drawn_from: str,
    folder: Path | None = None,
) -> PlayedHistory:
    """Return the values of all figures in the worlds of one history under one account.

    Parameters
    ----------
    one : HistoryFigures
    account : str
        Its name.
    scenario : Scenario
        The history under the account, with its draws.
    first_month : str
    worlds, seed : int
    drawn_from : str
        A hash of the draws.
    folder : Path, optional
        Where the values are kept.
    """
    history, figures = one.history, one.figures

    def play() -> dict[str, Any]:
        run = _simulate(scenario, worlds, seed)
        values = evaluate_later(figures, run, scenario, first_month)
        after = run.series.sel(month=slice(first_month, None))
        return {
            "worlds": values.index.tolist(),
            "values": {name: values[name].tolist() for name in values},
            "levels": start_levels(figures, after),
            "changed_hands": _changed_hands(run, [str(one["date"]) for one in history.happen]),
        }

    measures = [(figure.id, figure.measure, figure.measure_unit) for figure in figures]
    base = _bare_digest(scenario), history.model_dump(), measures, first_month, worlds, seed
    kept = keep_or_play(folder, f"{history.label} {account}", [account, *base, drawn_from], play)
    frame = pd.DataFrame(kept["values"], index=kept["worlds"])
    return PlayedHistory(frame, kept["levels"], kept["changed_hands"])


def _bare_digest(scenario: Scenario) -> str:
    """Return the hash of a scenario without its draws, which are listed and have no name."""
    return replace(scenario, parameter_draws=None).digest


def _simulate(scenario: Scenario, worlds: int, seed: int) -> Ensemble:
    spec = RunSpec(scenario, seed, worlds, scenario.scored_months)
    return require_completed_world(simulate_in_memory(spec, progress=False))


def _changed_hands(run: Any, dates: Sequence[str]) -> float:
    if not dates:
        return 0.0
    events, months = run.events, [run.scenario.month_of(date) for date in dates]
    passed = events[(events["kind"].astype(str) == "accession") & events["month"].isin(months)]
    return float(passed["world"].nunique() / len(run.outcomes))


def play_groups(
    account: str,
    scenario: Scenario,
    expected: float,
    draws: DrawTable,
    count: int,
    worlds_each: int,
    seed: int,
    folder: Path | None = None,
) -> dict[str, Any]:
    """Return the groups of one country under one account, at the centres and over its draws.

    Parameters
    ----------
    account : str
    scenario : Scenario
        The country under its rules.
    expected : float
        The group that the chapter gives it.
    draws : DrawTable
    count, worlds_each : int
        Draws, and worlds of each; at the centres as many worlds in all.
    seed : int
    folder : Path, optional

    Returns
    -------
    dict
        As :func:`poruka.theory.classification.describe_groups` returns it.
    """

    def play() -> dict[str, Any]:
        drawn = with_listed_draws(scenario, rows_of(draws, count), worlds_each=worlds_each)
        centre, size = scenario.with_draws(None), count * worlds_each
        spec = RunSpec(centre, seed, size, scenario.scored_months, "outcomes")
        ensemble, over = (
            require_completed_world(simulate_in_memory(one, progress=False))
            for one in (spec, spec.replace(scenario=drawn))
        )
        ensemble.over_numbers = over
        row = describe_groups(ensemble, expected)
        return {name: value for name, value in row.items() if name != "over_numbers"}

    digests = [_bare_digest(scenario), draws.digest]
    depends_on = [account, *digests, count, worlds_each, seed, expected]
    return keep_or_play(folder, f"{scenario.name} {account}", depends_on, play)
