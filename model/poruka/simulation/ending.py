"""How a world ends: who rules, how he came, and whether the regime survived."""

from typing import Any, NamedTuple

import pandas as pd

from poruka.engine import codes
from poruka.utils.labels import format_label

REGIME_VERDICTS = {
    1: "the regime without an alternative is gone: votes decide who rules",
    2: "the regime without an alternative did not hold, and no other is settled",
    3: "the regime without an alternative stands",
}
"""Whether the regime survived, by group; what the groups are: ``data/reader_names.toml``."""
WAYS_TO_OFFICE = {
    "heir_exit": "as the heir whom the ruler chose",
    "pact_exit": "as an heir bound by conditions",
    "rotation_exit": "by a vote",
    "revolution_exit": "by crowds in the street",
    "coup_exit": "by a palace coup",
    "conflict_exit": "in an ethnic war",
}


class Ending(NamedTuple):
    """The end of a world.

    Attributes
    ----------
    date : str
        Last month simulated.
    ruler : str
        Who rules: ``ruler`` for the first one, otherwise the label of what he was when he came to
        power, such as ``vice-president``.
    came : str
        How he came, in words; empty for the first ruler.
    since : str
        Month in which he came; empty for the first ruler.
    changes : int
        Changes of ruler.
    group : int
        The chapter's group, 1 to 3.
    """

    date: str
    ruler: str
    came: str
    since: str
    changes: int
    group: int

    @property
    def survived(self) -> bool:
        """Whether the regime without an alternative stands: group 3."""
        return self.group == 3

    def __str__(self) -> str:
        if self.changes == 0:
            who = "the first ruler still rules"
        else:
            count = f"after {self.changes} changes of ruler, " if self.changes > 1 else ""
            who = f"{count}the {self.ruler} rules, who came {self.came} in {self.since}"
        return (
            f"At the end of {self.date}, {who}; {REGIME_VERDICTS[self.group]} (group {self.group})."
        )


def describe_ending(outcome: Any, events: pd.DataFrame, scenario: Any, months: int) -> Ending:
    """Return how a world ends.

    Parameters
    ----------
    outcome : mapping
        Its row of the outcomes.
    events : DataFrame
        Its events.
    scenario : Scenario
    months : int
        Months simulated.

    Examples
    --------
    >>> from poruka.simulation.regime import Regime
    >>> str(Regime("kazakhstan").run_until("1990-06").ending())[:41]
    'At the end of 1990-06, the first ruler st'
    """
    exits = events[(events["kind"] == "exit_of_ruler").to_numpy()]
    exits = exits[[codes.EXIT_CODES[int(value)] in WAYS_TO_OFFICE for value in exits["value"]]]
    group, date = int(outcome["furman_group"]), scenario.date_of(months - 1)
    if not len(exits):
        return Ending(date, "ruler", "", "", 0, group)
    last = exits.iloc[-1]
    return Ending(
        date,
        format_label(str(last["target"]), "contender"),
        WAYS_TO_OFFICE[codes.EXIT_CODES[int(last["value"])]],
        str(last["date"]),
        len(exits),
        group,
    )
