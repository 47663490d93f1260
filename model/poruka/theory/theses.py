"""The theses of the theory in our own words, and the parts of the model that encode them."""

from functools import cache
from typing import NamedTuple

from poruka.engine.parameters import parameters, start_values
from poruka.engine.state import read_data_file
from poruka.rules.instruments import instruments
from poruka.rules.schedule import SCHEDULE


class Thesis(NamedTuple):
    """One causal claim of the text, with its prediction and what fails without its mechanism.

    ``section`` is the section or note of the text that holds a passage of it.
    """

    id: str
    title: str
    group: str
    section: str
    core: bool
    claim: str
    prediction: str
    knocked_out: str


@cache
def theses() -> dict[str, Thesis]:
    """Return all theses by id.

    Examples
    --------
    >>> len(theses()), sum(thesis.core for thesis in theses().values())
    (126, 58)
    """
    return {id: Thesis(id, **entry) for id, entry in read_data_file("theses").items()}


class ThesisCoverage(NamedTuple):
    """The parts of the model that encode a thesis."""

    rules: tuple[str, ...]
    parameters: tuple[str, ...]
    instruments: tuple[str, ...]


UNENCODED_THESES = {
    "T015": (
        "Praise of the ruler follows power in the text but has no further effect in its argument;"
        " no rule encodes it yet."
    ),
    "T078": (
        "Democrats who put the market first are not a separate group yet; the standing of"
        " parliament includes their opinion of it."
    ),
    "T118": (
        "The rise, height and decline of control must emerge from the whole model; no rule may"
        " impose it."
    ),
}
"""Theses that no part of the model encodes, each with the reason."""


def thesis_coverage() -> dict[str, ThesisCoverage]:
    """Return for each thesis the rules that encode it and the numbers and instruments citing it.

    The numbers are parameters and start values.
    """
    declared = [
        *parameters().items(),
        *((f"start.{key}", start_value) for key, start_value in start_values().items()),
    ]
    return {
        id: ThesisCoverage(
            tuple(rule.id for rule in SCHEDULE.rules if id in rule.theses),
            tuple(key for key, declaration in declared if id in declaration.source),
            tuple(instrument.id for instrument in instruments() if id in instrument.theses),
        )
        for id in theses()
    }
