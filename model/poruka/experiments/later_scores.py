"""Scores of histories under all accounts, and verdicts between them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.analysis.later_specification import LaterHistory
from poruka.experiments.later_models import CHAPTER
from poruka.experiments.later_play import HistoryFigures, PlayedHistory
from poruka.rivals import RIVALS
from poruka.scoring.figure_table import figure_table
from poruka.scoring.forecast import Forecast
from poruka.scoring.later_verdicts import compare_each_figure, compare_parts, join_scores
from poruka.scoring.plain_forecasts import EQUAL_CHANCES, NOTHING_CHANGES, plain_forecasts
from poruka.scoring.scored_figures import ScoredFigure
from poruka.scoring.skill import BETTER, CANNOT_TELL, WORSE, Scores, score_figures
from poruka.theory.group_score import group_errors, score_groups
from poruka.utils.errors import BadInput
from poruka.utils.statistics import t_interval

AT_CENTRES, DRAWN = "at their centres", "drawn"
"""Where the numbers of the republics' worlds lie."""


class ScoredHistory(NamedTuple):
    """A history with the scores of every account.

    Attributes
    ----------
    history : LaterHistory
    figures : tuple of ScoredFigure
    scores : dict of str to Scores
        By account: the chapter's rules first, the plain forecasts last.
    same : frozenset of str
        Accounts whose worlds are those of the chapter's rules.
    silent : dict of str to frozenset of str
        By account: events that happen in none of its worlds.
    shown : pandas.DataFrame
        What worlds of the chapter's rules show of every figure.
    changed_hands : pandas.DataFrame
        Share of worlds in which the seat passed when it was made to, by account.
    """

    history: LaterHistory
    figures: tuple[ScoredFigure, ...]
    scores: dict[str, Scores]
    same: frozenset[str]
    silent: dict[str, frozenset[str]]
    shown: pd.DataFrame
    changed_hands: pd.DataFrame

    @property
    def label(self) -> str:
        """What the history is called."""
        return self.history.label


def score_history(
    one: HistoryFigures, played: Mapping[str, PlayedHistory], first_month: str
) -> ScoredHistory:
    """Return the scores of every account in a history, and of the plain forecasts.

    Left out are accounts under which never happens what is made to happen.

    Raises
    ------
    BadInput
        When it never happens under the chapter's rules.
    """
    months = one.scenario.scored_months - one.scenario.month_of(first_month)
    # A variant without a successor in its rules cannot play a history in which there is one.
    can_play = {
        account: found
        for account, found in played.items()
        if found.changed_hands > 0.0 or not one.history.happen
    }
    forecasts = {
        account: Forecast(found.values, np.arange(len(found.values)))
        for account, found in can_play.items()
    }
    if CHAPTER not in forecasts:
        raise BadInput(
            f"{one.history.label}: the seat never passes in the month in which it is made to;"
            " look at happen."
        )
    own = forecasts[CHAPTER]
    plain = plain_forecasts(one.figures, played[CHAPTER].levels)
    scores = {
        account: score_figures(one.figures, forecast, months)
        for account, forecast in (forecasts | plain).items()
    }
    better_plain = np.minimum(scores[NOTHING_CHANGES].points, scores[EQUAL_CHANCES].points)
    shown = figure_table(one.figures, own, scores[CHAPTER].points, better_plain, len(own.values))
    forced = [
        {"history": one.history.label, "account": account, "share": found.changed_hands}
        for account, found in played.items()
        if one.history.happen
    ]
    same = {name for name, other in forecasts.items() if name != CHAPTER and other.is_same_as(own)}
    events = [figure.id for figure in one.figures if figure.kind == "event"]
    silent = {
        name: frozenset(id for id in events if np.isinf(forecast.values[id]).all())
        for name, forecast in forecasts.items()
    }
    return ScoredHistory(
        one.history,
        one.figures,
        scores,
        frozenset(same),
        silent,
        shown.assign(history=one.history.label),
        pd.DataFrame(forced, columns=["history", "account", "share"]),
    )


def compare_figures(one: ScoredHistory) -> pd.DataFrame:
    """Return the verdict on every figure of a history against every account.

    Returns
    -------
    pandas.DataFrame
        history, account and the columns of
        :func:`poruka.scoring.later_verdicts.compare_each_figure`.
    """
    own = one.scores[CHAPTER]
    tables = [
        compare_each_figure(one.figures, own, other).assign(account=account, history=one.label)
        for account, other in one.scores.items()
        if account != CHAPTER
    ]
    return pd.concat(tables, ignore_index=True)


def list_explained(one: ScoredHistory) -> pd.DataFrame:
    """Return on which figures the chapter's rules do better than a rival, and the other way round.

    Growth is left out: all accounts share the economy.

    Returns
    -------
    pandas.DataFrame
        history, rival, id, label; nearer: who errs less, the chapter's rules or the rival, beyond
        the 95 % interval over draws (empty where the draws cannot tell); beats_chance: whether that
        account also errs less than equal chances; by_silence: whether the event did not come, and
        comes in none of its worlds; chance_is_best: whether no account at all beats equal chances.
    """
    chance = one.scores[EQUAL_CHANCES]
    rivals = [rival for rival in RIVALS if rival in one.scores]
    beats = {
        name: compare_each_figure(one.figures, one.scores[name], chance)["verdict"] == BETTER
        for name in (CHAPTER, *rivals)
    }
    rows = []
    for rival in rivals:
        verdicts = compare_each_figure(one.figures, one.scores[CHAPTER], one.scores[rival])
        for place, (figure, verdict) in enumerate(
            zip(one.figures, verdicts["verdict"], strict=True)
        ):
            if figure.role == "growth":
                continue
            nearer = {BETTER: CHAPTER, WORSE: rival}.get(str(verdict), "")
            is_silent = figure.id in one.silent.get(nearer, ())
            rows.append(
                {
                    "history": one.label,
                    "rival": rival,
                    "id": figure.id,
                    "label": figure.name,
                    "nearer": nearer,
                    "beats_chance": bool(nearer) and bool(beats[nearer][place]),
                    "by_silence": figure.value == np.inf and is_silent,
                    "chance_is_best": not any(found[place] for found in beats.values()),
                }
            )
    return pd.DataFrame(rows)


def compare_together(label: str, histories: Sequence[ScoredHistory]) -> pd.DataFrame:
    """Return the skill over every account and part, of one history or of several together.

    Returns
    -------
    pandas.DataFrame
        history, account and the columns of :func:`poruka.scoring.later_verdicts.compare_parts`.
    """
    figures = tuple(figure for one in histories for figure in one.figures)
    joined = {
        account: join_scores([one.scores[account] for one in histories])
        for account in histories[0].scores
    }
    tables = [
        compare_parts(
            figures, joined[CHAPTER], other, all(account in one.same for one in histories)
        ).assign(account=account, history=label)
        for account, other in joined.items()
        if account != CHAPTER
    ]
    return pd.concat(tables, ignore_index=True)


def compare_republics(countries: pd.DataFrame) -> pd.DataFrame:
    """Return how much less each account errs on the groups of the republics than others do.

    Parameters
    ----------
    countries : pandas.DataFrame
        One row an account and republic, as :func:`.later_play.play_groups` returns it.

    Returns
    -------
    pandas.DataFrame
        account, numbers (at their centres or drawn), against (a rule of thumb; of the chapter's
        rules also every rival), countries, score, other_score, gain with its 95 % interval over
        republics (low, high), and verdict.
    """
    rows = []
    for drawn, numbers in ((False, AT_CENTRES), (True, DRAWN)):
        by_account = {str(name): table for name, table in countries.groupby("account", sort=False)}
        errors = {name: group_errors(table, drawn) for name, table in by_account.items()}
        for account, table in by_account.items():
            for row in score_groups(table, drawn).to_dict("records"):
                found = {name: row[name] for name in ("countries", "score", "gain", "low", "high")}
                found |= {"other_score": row["baseline_score"], "verdict": row["verdict"]}
                rows.append(
                    {"account": account, "numbers": numbers, "against": row["baseline"], **found}
                )
        own = errors.pop(CHAPTER)
        for rival, other in errors.items():
            low, high = t_interval(other - own)
            rows.append(
                {
                    "account": CHAPTER,
                    "numbers": numbers,
                    "against": rival,
                    "countries": len(own),
                    "score": float(own.mean()),
                    "gain": float((other - own).mean()),
                    "low": low,
                    "high": high,
                    "other_score": float(other.mean()),
                    "verdict": BETTER if low > 0.0 else WORSE if high < 0.0 else CANNOT_TELL,
                }
            )
    return pd.DataFrame(rows)
