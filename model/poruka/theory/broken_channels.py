"""The theory with one link broken after another: which scored patterns and which theses notice.

A link that nothing notices is either idle, or no test of the theory looks where it acts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from poruka.engine.channels import channels
from poruka.scenario.channel_settings import held_value
from poruka.scenario.number_draws import DECLARED
from poruka.scenario.scenario import Scenario, load
from poruka.scoring.features import kendalls_tau
from poruka.scoring.record import read_observed_record
from poruka.scoring.scored_figures import evaluate_figures, scored_figures
from poruka.simulation.ensemble import simulate_in_memory
from poruka.simulation.run_spec import RunSpec
from poruka.theory.hypotheses.contrasts import blocked_contrast, share_step
from poruka.theory.hypotheses.links import check_links, with_links_off
from poruka.theory.hypotheses.pairing import claimed_effect, direction_of, paired_values
from poruka.theory.hypotheses.play import ArmPlayer, ArmTable, WorldPlayer
from poruka.theory.hypotheses.procedure import PASSED
from poruka.theory.hypotheses.reading import load_hypotheses
from poruka.theory.hypotheses.results import ThesisResult
from poruka.theory.hypotheses.side import Side, sides_of
from poruka.theory.hypotheses.side_result import SIGNIFICANCE, Refusal
from poruka.theory.hypotheses.verdict_family import hypothesis_table
from poruka.utils.errors import BadInput

HISTORIES = ("kazakhstan", "russia")
"""Countries whose records have the patterns."""
BREAKING_SEED = 7_001
NOTICED = 4.0
"""Standard errors from which a pattern counts as moved; by chance one does once in five thousand
times."""
SMALLEST_MOVE = 0.1
"""Share of worlds by which a pattern has to become rarer or more common."""


class BrokenChannel(NamedTuple):
    """What notices that a channel is held: patterns by country and id, and sides of theses."""

    channel: str
    patterns: tuple[str, ...]
    theses: tuple[str, ...]

    @property
    def noticed(self) -> bool:
        """Whether anything does."""
        return bool(self.patterns or self.theses)


def pattern_presence(scenario: Scenario, worlds: int, seed: int) -> pd.DataFrame:
    """Return, for every pattern of a country's record, how far each world shows it.

    Returns
    -------
    pandas.DataFrame
        A row a world, a column a pattern: 1 or 0, and Kendall's tau for the order of events. A gap
        between two events is shown by a world that has both.
    """
    if scenario.record_path is None:
        raise BadInput(
            f"{scenario.name} has no record, and so no patterns; choose one of"
            f" {', '.join(HISTORIES)}."
        )
    spec = RunSpec.build(scenario, worlds=worlds, seed=seed, threads=1)
    ensemble = simulate_in_memory(spec, progress=False)
    record = read_observed_record(scenario.record_path, scenario)
    figures = scored_figures(record, scenario, scenario.scored_months)
    tables = (ensemble.outcomes, ensemble.series, ensemble.events)
    values = evaluate_figures(figures, *tables, scenario)
    shown = {
        figure.id: kendalls_tau(values, figures)
        if figure.kind == "order"
        else (np.isfinite(values[figure.id]) & (values[figure.id] != 0.0)).to_numpy(dtype=float)
        for figure in figures
        if figure.role == "pattern"
    }
    return pd.DataFrame(shown, index=ensemble.outcomes["world"])


def moved_patterns(base: pd.DataFrame, broken: pd.DataFrame) -> tuple[str, ...]:
    """Return the patterns that become rarer or more common in the same worlds.

    Examples
    --------
    >>> base = pd.DataFrame({"P1": [1.0] * 40, "P2": [1.0, 0.0] * 20})
    >>> moved_patterns(base, pd.DataFrame({"P1": [0.0] * 40, "P2": [1.0, 0.0] * 20}))
    ('P1',)
    """
    moved = []
    shared = base.index.intersection(broken.index)
    for pattern in base:
        low, high = base.loc[shared, pattern], broken.loc[shared, pattern]
        contrast = blocked_contrast(
            (high - low).to_numpy(), np.zeros(len(shared)), share_step(low, high)
        )
        far = abs(contrast.mean) >= max(SMALLEST_MOVE, NOTICED * contrast.error)
        if far:
            moved.append(str(pattern))
    return tuple(moved)


def shown_sides(results: Mapping[str, ThesisResult]) -> list[Side]:
    """Return the sides on which theses hold among all theses of the text, from stored results."""
    table = hypothesis_table(results)
    holding = table[table["verdict"].isin((*PASSED, "in part"))]
    found = {
        f"{row.id}.{place}" for row in holding.itertuples() for place in str(row.where).split(", ")
    }
    sides = [side for hypothesis in load_hypotheses().values() for side in sides_of(hypothesis)]
    return [side for side in sides if side.name in found and side.part.sign != "0"]


class PassingSide(NamedTuple):
    """A side of a thesis whose effect is above its smallest one, and its worlds."""

    side: Side
    worlds: Mapping[str, ArmTable]


def passing_sides(
    sides: Iterable[Side], player: ArmPlayer, worlds: int, seed: int
) -> list[PassingSide]:
    """Return the sides that show their effect in so many worlds with all links on.

    The others could not miss a link.
    """
    passing = []
    for side in sides:
        part = side.part
        on = player.play({"low": side.low, "high": side.high}, [seed], worlds, [part.quantity])
        try:
            effect = claimed_effect(on, part.quantity, part.sign).contrast
        except Refusal:
            continue
        if effect.p_above(part.smallest) <= SIGNIFICANCE:
            passing.append(PassingSide(side, on))
    return passing


def noticing_sides(
    name: str, passing: Sequence[PassingSide], player: ArmPlayer, worlds: int, seed: int
) -> tuple[str, ...]:
    """Return the sides of theses that miss a channel when it is held.

    A side misses it if its effect is no longer above its smallest one, and has fallen in the same
    worlds by more than luck: at 5 % over all sides together.

    Parameters
    ----------
    name : str
        The channel.
    passing : sequence of PassingSide
        As :func:`passing_sides` returns them for the same worlds and seed.
    player : ArmPlayer
    worlds, seed : int
        Worlds of each arm.
    """
    noticing = []
    for side, on in passing:
        held = {
            f"{arm} off": side.switched_off(scenario, (name,), "held")
            for arm, scenario in (("low", side.low), ("high", side.high))
        }
        off = player.play(held, [seed], worlds, [side.part.quantity])
        if _misses_effect(side, on, off, SIGNIFICANCE / len(passing)):
            noticing.append(side.name)
    return tuple(noticing)


def _misses_effect(
    side: Side, on: Mapping[str, ArmTable], off: Mapping[str, ArmTable], level: float
) -> bool:
    part = side.part
    try:
        values, index = paired_values({**on, **off}, part.quantity)
    except Refusal:  # with the channel held no world has the quantity any longer
        return True
    step, seeds = share_step(*values.values()), index.get_level_values(0).to_numpy()
    effect = direction_of(part.sign) * (values["high"] - values["low"])
    left = direction_of(part.sign) * (values["high off"] - values["low off"])
    is_gone = blocked_contrast(left, seeds, step).p_above(part.smallest) > SIGNIFICANCE
    # Where nothing differs in any world nothing has been lost, however few worlds there are.
    has_fallen = blocked_contrast(effect - left, seeds, step).p_above(0.0) <= level
    return is_gone and has_fallen


@cache
def _base_presence(name: str, worlds: int, seed: int) -> pd.DataFrame:
    return pattern_presence(load(name, numbers=DECLARED), worlds, seed)


def break_channels(
    names: Sequence[str] = (),
    sides: Sequence[Side] = (),
    worlds: int = 60,
    seed: int = BREAKING_SEED,
) -> Iterator[BrokenChannel]:
    """Hold one channel after the other at its mean, and yield what notices it.

    Parameters
    ----------
    names : sequence of str
        Channels; all when empty.
    sides : sequence of Side
        Sides of theses whose effect is looked at again, as :func:`shown_sides` returns them.
    worlds, seed : int
        Worlds of each arm and of each country.

    Raises
    ------
    BadInput
        For an unknown channel, before anything is played.
    """
    check_links(names, "the channels to break")
    return _break_each(names or tuple(channels()), sides, worlds, seed)


def _break_each(
    names: Sequence[str], sides: Sequence[Side], worlds: int, seed: int
) -> Iterator[BrokenChannel]:
    passing = passing_sides(sides, WorldPlayer(), worlds, seed)
    for name in names:
        yield _break_one(name, passing, worlds, seed)


def _break_one(name: str, passing: Sequence[PassingSide], worlds: int, seed: int) -> BrokenChannel:
    patterns: list[str] = []
    for history in HISTORIES:
        scenario = load(history, numbers=DECLARED)
        if _has_mean(scenario, name):
            broken = pattern_presence(with_links_off(scenario, [name], "held"), worlds, seed)
            moved = moved_patterns(_base_presence(history, worlds, seed), broken)
            patterns += [f"{history} {pattern}" for pattern in moved]
    read = [one for one in passing if _has_mean(one.side.low, name)]
    noticing = noticing_sides(name, read, WorldPlayer(), worlds, seed)
    return BrokenChannel(name, tuple(patterns), noticing)


def _has_mean(scenario: Scenario, name: str) -> bool:
    """Return whether base worlds of the country read a link: if not, nothing can notice it."""
    try:
        return bool(np.isfinite(held_value(scenario, name)))
    except BadInput:
        return False
