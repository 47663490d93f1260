"""The stages of an experiment on what follows: rivals, histories, republics, verdicts."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from poruka.analysis.arm import Arm
from poruka.analysis.later_specification import LaterHistory, WhatFollows
from poruka.analysis.record_fit.history_player import scenario_under
from poruka.experiments.analysis_stages import StageCallback, stage_progress
from poruka.experiments.catalogue import LoadedExperiment, find_experiment, read_experiment
from poruka.experiments.later_models import (
    CHAPTER,
    FROM_RANGES,
    RivalFit,
    accounts_of,
    fit_rival,
    prior_rows,
)
from poruka.experiments.later_play import HistoryFigures, PlayedHistory, play_groups, play_history
from poruka.experiments.later_scores import (
    compare_figures,
    compare_republics,
    compare_together,
    list_explained,
    score_history,
)
from poruka.experiments.record_fit_stage import WorkerProcesses
from poruka.experiments.record_gate import (
    SOURCES_OF_WORLDS,
    procedure_digest,
    record_fit_of,
    targets_of,
)
from poruka.experiments.result_folder import rules_digest
from poruka.rivals import RIVALS
from poruka.scenario.number_draws import NumberDraws
from poruka.scenario.record_draws import DrawTable, load_draw_table, resolve_draws_name
from poruka.scenario.scenario import load
from poruka.scoring.later_figures import LaterFigure, later_figures, read_later_figures
from poruka.scoring.record import read_observed_record
from poruka.theory.classification import read_expected_groups
from poruka.utils.errors import BadInput

BOTH = "both countries"
"""The histories in which nothing is made to happen, together."""


class LaterReport(NamedTuple):
    """What follows, scored.

    Attributes
    ----------
    draws : DrawTable
        The draws of the chapter's rules.
    rivals : dict of str to RivalFit
    figures : pandas.DataFrame
        One row a history and figure: what worlds of the chapter's rules show beside the record.
    each : pandas.DataFrame
        One row a history, account and figure; see :func:`.later_scores.compare_figures`.
    explained : pandas.DataFrame
        One row a history, rival and figure; see :func:`.later_scores.list_explained`.
    parts : pandas.DataFrame
        One row a history, account and part; see :func:`.later_scores.compare_together`.
    changed_hands : pandas.DataFrame
        Share of worlds in which the seat passed in the month in which it was made to.
    countries : pandas.DataFrame
        One row an account and republic: its groups.
    republics : pandas.DataFrame
        See :func:`.later_scores.compare_republics`.
    """

    draws: DrawTable
    rivals: dict[str, RivalFit]
    figures: pd.DataFrame
    each: pd.DataFrame
    explained: pd.DataFrame
    parts: pd.DataFrame
    changed_hands: pd.DataFrame
    countries: pd.DataFrame
    republics: pd.DataFrame


def what_follows_of(loaded: LoadedExperiment) -> WhatFollows:
    """Return the table of an experiment on what follows.

    Raises
    ------
    BadInput
        When the experiment has none.
    """
    if loaded.experiment.what_follows is None:
        raise BadInput(f"{loaded.name} has no [what_follows]; name an experiment that has one.")
    return loaded.experiment.what_follows


def fit_of(loaded: LoadedExperiment) -> LoadedExperiment:
    """Return the experiment that set the numbers; it must end before the first month.

    Raises
    ------
    BadInput
        When it uses a month of what follows.
    """
    later = what_follows_of(loaded)
    fit = read_experiment(find_experiment(later.fit))
    if record_fit_of(fit).last_month >= later.first_month:
        raise BadInput(
            f"{fit.name} uses months up to {record_fit_of(fit).last_month}, but what follows begins"
            f" with {later.first_month}; let it begin later."
        )
    return fit


def histories_of(loaded: LoadedExperiment) -> list[HistoryFigures]:
    """Return each history with its scenario and the figures it is scored on."""
    later = what_follows_of(loaded)
    rows = read_later_figures(loaded.path.parent / later.figures, later.first_month)
    return [_history(history, rows, later.first_month) for history in later.history]


def _history(history: LaterHistory, rows: list[LaterFigure], first_month: str) -> HistoryFigures:
    scenario = Arm(happen=history.happen).apply_to(load(history.scenario))
    if scenario.record_path is None:
        raise BadInput(f"{history.scenario} has no record; nothing of what follows is scored.")
    record = read_observed_record(scenario.record_path, scenario)
    own = [row for row in rows if row.country == history.scenario]
    figures = later_figures(own, record, scenario, first_month, history.put_in)
    return HistoryFigures(history, scenario, figures)


def score_what_follows(
    loaded: LoadedExperiment,
    worlds: Path | None = None,
    progress: StageCallback | None = None,
    processes: bool = False,
) -> LaterReport:
    """Return what follows under every account, scored.

    Parameters
    ----------
    loaded : LoadedExperiment
    worlds : Path, optional
        Where played worlds and values are kept; the same call over the same folder plays none
        again.
    progress : callable, optional
        Receives stage, done and total.
    processes : bool
        Whether the pools of rivals are played by as many processes as there are processors.
    """
    later = what_follows_of(loaded)
    histories = histories_of(loaded)
    chapter = load_draw_table(resolve_draws_name(later.draws)).require_whole()
    if len(chapter.rows) < max(later.worlds, later.republic_draws):
        raise BadInput(f"{chapter.name} has {len(chapter.rows)} draws; ask for no more worlds.")
    rivals = fit_rivals(loaded, worlds, progress, processes)
    draws = {CHAPTER: chapter, **{name: fit.draws for name, fit in rivals.items()}}
    scored = [
        score_history(one, _play_accounts(loaded, one, draws, worlds, progress), later.first_month)
        for one in histories
    ]
    free = [one for one in scored if not one.history.happen]
    together = [compare_together(BOTH, free)] if len(free) > 1 else []
    countries = play_republics(loaded, draws, worlds, progress)
    return LaterReport(
        chapter,
        rivals,
        pd.concat([one.shown for one in scored], ignore_index=True),
        pd.concat([compare_figures(one) for one in scored], ignore_index=True),
        pd.concat([list_explained(one) for one in scored], ignore_index=True),
        pd.concat(
            [*(compare_together(one.label, [one]) for one in scored), *together], ignore_index=True
        ),
        pd.concat([one.changed_hands for one in scored], ignore_index=True),
        countries,
        compare_republics(countries),
    )


def fit_rivals(
    loaded: LoadedExperiment,
    worlds: Path | None = None,
    progress: StageCallback | None = None,
    processes: bool = False,
) -> dict[str, RivalFit]:
    """Return the numbers of every rival, from the targets by which the chapter's were set."""
    later, seed = what_follows_of(loaded), loaded.experiment.seed
    targets, rows = targets_of(fit_of(loaded)), prior_rows(later.pool, seed)
    depends_on = rules_digest() + NumberDraws().digest + procedure_digest(SOURCES_OF_WORLDS)
    depends_on += "".join(load(country).with_draws(None).digest for country in targets.countries)
    folder = None if worlds is None else worlds / "rivals"
    with WorkerProcesses(processes):
        return {
            name: fit_rival(name, targets, rows, later.kept, seed, folder, depends_on, progress)
            for name in RIVALS
        }


def _play_accounts(
    loaded: LoadedExperiment,
    one: HistoryFigures,
    draws: Mapping[str, DrawTable],
    worlds: Path | None,
    progress: StageCallback | None,
) -> dict[str, PlayedHistory]:
    """Return the worlds of a history under every account; all have the same luck."""
    later, played = what_follows_of(loaded), {}
    note = stage_progress(progress, f"{one.history.label} under every account")
    countries = list(dict.fromkeys(history.scenario for history in later.history))
    seed = loaded.experiment.seed * len(countries) + countries.index(one.history.scenario)
    accounts = accounts_of(one.scenario, draws)
    for done, (account, scenario) in enumerate(accounts.items()):
        drawn_from = draws[account if account in draws else CHAPTER].digest
        if account == FROM_RANGES:
            drawn_from = NumberDraws().digest
        played[account] = play_history(
            one, account, scenario, later.first_month, later.worlds, seed, drawn_from, worlds
        )
        if note is not None:
            note(done + 1, len(accounts))
    return played


def play_republics(
    loaded: LoadedExperiment,
    draws: Mapping[str, DrawTable],
    worlds: Path | None = None,
    progress: StageCallback | None = None,
) -> pd.DataFrame:
    """Return the groups of the republics under the chapter's rules and the rivals.

    Left out are the countries from whose records the numbers were set.
    """
    later, seed = what_follows_of(loaded), loaded.experiment.seed
    fitted = targets_of(fit_of(loaded)).countries
    expected = (
        read_expected_groups().set_index("scenario")["group"].drop(list(fitted), errors="ignore")
    )
    names = [CHAPTER, *RIVALS]
    note = stage_progress(progress, "republics under the chapter's rules and the rivals")
    rows = []
    for account in names:
        for country, group in expected.items():
            row = play_groups(
                account,
                scenario_under(str(country), "" if account == CHAPTER else account),
                float(group),
                draws[account],
                later.republic_draws,
                later.republic_worlds,
                seed,
                worlds,
            )
            rows.append({"account": account, **row})
            if note is not None:
                note(len(rows), len(names) * len(expected))
    return pd.DataFrame(rows)
