"""Rival accounts of personalist regimes, each a set of rules of its own under the same runner.

They keep what no theory of politics has to explain: interventions, what happens abroad, the
calendar, the economy, age and death, the initial state, the indices. Everything that people decide
is decided by a few rules of each account, with at most six numbers of its own, each at the middle
of its range and none set by an outcome. Where its literature is silent nothing happens; each page
says where that is. The account of the main rules, with some four hundred numbers, has to do better
than they.
"""

from poruka.rivals.schedules import (
    RIVALS,
    rival_scenarios,
    rules_called,
    rules_of_package,
    rules_of_rivals,
)

__all__ = ["RIVALS", "rival_scenarios", "rules_called", "rules_of_package", "rules_of_rivals"]
