"""Baselines: the models against which a score is set. Each is one line of a table.

A baseline is a scenario of the same country, played by the same runner with the same seed, with one
thing taken away, or with rival rules. The plain forecasts are baselines too, and need no worlds.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from poruka.rivals import RIVALS
from poruka.scenario.scenario import Scenario
from poruka.scoring.plain_forecasts import EQUAL_CHANCES, NOTHING_CHANGES
from poruka.utils.errors import BadInput, unknown_name_error

ELITE_THEORY = (
    "M3.predation M3.insecurity M3.defection M3.aftermath M4.speaker M4.alive M4.custom"
    " M5.appointment M5.power M5.rival M6.rivalry M6.rooting M6.favour M6.family M6.heirs"
    " M6.kompromat M6.pyramid M6.parties M11.followings"
).split()
"""What the text says of magnates, premiers, clans, kin and chambers that come alive.

Output, privatisation, bargaining and votes of deputies stay: they are economy and institutions.
"""


class Baseline(NamedTuple):
    """A baseline: how it is made of a scenario, and what it is in a sentence."""

    change: Callable[[Scenario], Scenario]
    meaning: str


def _rival(name: str) -> Baseline:
    """Return a rival account as a baseline."""
    return Baseline(
        lambda scenario: scenario.with_rules(RIVALS[name]),
        f"the rules of a rival account, {name}, in place of the main ones",
    )


BASELINES: dict[str, Baseline] = {
    "numbers drawn": Baseline(
        lambda scenario: scenario.with_draws("prior"),
        "all numbers of the rules drawn from their ranges, anew for every world",
    ),
    "no elite theory": Baseline(
        lambda scenario: scenario.without(*ELITE_THEORY),
        "no magnates who break, no premiers, clans or kin with aims of their own",
    ),
    "no belief": Baseline(
        lambda scenario: scenario.without("M1.belief"), "beliefs in rulers stay at their start"
    ),
    "no ageing": Baseline(
        lambda scenario: scenario.without("M10"),
        "the ruler neither ages nor names an heir nor goes",
    ),
    **{name: _rival(name) for name in RIVALS},
}
"""The baselines that are played, by name."""


def select_baselines(
    scenario: Scenario, against: Iterable[str] | Mapping[str, Scenario] | None
) -> dict[str, Scenario]:
    """Return the scenarios that are played as baselines, by name.

    One that is the scenario itself, such as drawn numbers where they are drawn already, is left
    out.

    Parameters
    ----------
    scenario : Scenario
        The scenario that is scored.
    against : iterable of str, or mapping of str to Scenario, or None
        Names of baselines, or scenarios of one's own; None for all of the table.

    Raises
    ------
    BadInput
        For a name that is not in the table.

    Examples
    --------
    >>> from poruka.scenario.scenario import load
    >>> list(select_baselines(load("kazakhstan"), ["no belief"]))
    ['no belief']
    """
    if isinstance(against, str):
        raise BadInput(f"against is {against!r}; give a list of names, such as [{against!r}].")
    if isinstance(against, Mapping):
        return dict(against)
    plain = (NOTHING_CHANGES, EQUAL_CHANCES)
    names = [*BASELINES] if against is None else list(dict.fromkeys(against))
    for name in names:
        if name not in plain and name not in BASELINES:
            raise unknown_name_error("baseline", name, [*plain, *BASELINES])
    changed = {name: BASELINES[name].change(scenario) for name in names if name not in plain}
    return {name: other for name, other in changed.items() if other != scenario}
