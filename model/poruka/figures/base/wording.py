"""Short words for happenings, acts, rules and fields, for marks and rows that have no room for a
sentence.
"""

import re
from collections.abc import Mapping
from typing import Any

from poruka.engine.codes import EVENTS
from poruka.engine.parameters import parameters, start_values
from poruka.engine.state import fields, tables
from poruka.rules.instruments import instruments
from poruka.utils.labels import words

HAPPENINGS = {
    "shock": "a shock from abroad",
    "instrument": "the ruler acts",
    "bill": "the house votes",
    "election": "an election",
    "referendum": "a referendum",
    "dissolution": "a parliament is ended",
    "defection": "one of the rich breaks away",
    "criticism": "open criticism",
    "return": "a defector gives in",
    "dismissal": "a dismissal",
    "appointment": "an appointment",
    "law": "a law",
    "constitution": "a new constitution",
    "verdict": "a verdict",
    "scandal": "files are published",
    "seizure": "property is seized",
    "protest": "a protest",
    "clash": "camps clash",
    "war": "ethnic war",
    "coup": "a coup is tried",
    "illness": "the ruler falls ill",
    "death": "the ruler dies",
    "exit_of_ruler": "the ruler goes",
    "accession": "a new ruler",
    "party": "a loyal party",
    "movement": "the rich found a movement",
    "wave": "a wave of defections",
    "confidence": "a vote on the cabinet",
    "independence": "independence",
    "bid": "a rival stands up",
    "open_quarrel": "an open quarrel",
    "naming": "an heir is named",
    "crowd": "crowds come out",
    "handover": "the ruler hands over",
    "conclave": "the magnates agree",
}
"""Kind of event to a few words; every kind has some."""
assert set(HAPPENINGS) == set(EVENTS)

_WHOLE = {
    "president": "the ruler",
    "society": "society",
    "economy": "the economy",
    "constitution": "the constitution",
    "parliament": "the house",
    "premier": "the premier",
}


def step_words(name: str, scenario: Any = None) -> str:
    """Return what a step of a chain is called: a happening, an act by its label, a rule by its id
    (which ``poruka explain`` takes).

    Examples
    --------
    >>> step_words("exit_of_ruler"), step_words("I44")
    ('the ruler goes', 'decoy candidate (I44)')
    >>> step_words("clans.court"), step_words("the change")
    ('rule clans.court', 'the change')
    """
    if name in HAPPENINGS:
        return HAPPENINGS[name]
    labels: Mapping[str, str] = {
        one.id: one.label for one in getattr(scenario, "instruments", None) or instruments()
    }
    if name in labels:
        return f"{labels[name]} ({name})"
    return f"rule {name}" if "." in name else words(name)


def field_words(key: str) -> str:
    """Return a field as a reader sees it; of a table with many rows it is their mean.

    Examples
    --------
    >>> field_words("president.guilt"), field_words("oligarchs.wealth")
    ('guilt of the ruler', 'mean wealth of the oligarchs')
    >>> field_words("index.control"), field_words("president.ready_to_go")
    ('control', 'he has decided to retire (the ruler)')
    """
    table, _, name = key.partition(".")
    if key == "crisis.kind":
        return "the crisis it opens"
    if table == "index" or table not in tables():
        return words(name or table)
    if table == "society":
        return f"{words(name)} in society"
    known = next((field for field in tables()[table].fields if field.name == name), None)
    whole = tables()[table].size == 1
    owner = _WHOLE.get(table, "the " + words(tables()[table].row if whole else table))
    if known is not None and known.kind == "flag":
        return (
            f"{known.meaning.removeprefix('whether ')} ({owner if whole else 'share of ' + owner})"
        )
    return f"{words(name)} of {owner}" if whole else f"mean {words(name)} of {owner}"


def change_words(key: str, parent: float, branch: float) -> str:
    """Return a field's value in the parent and in the branch; what is so or not so is said with yes
    and no.

    Examples
    --------
    >>> change_words("president.guilt", 0.92, 0.1), change_words("president.ready_to_go", 0.0, 1.0)
    ('0.92 → 0.10', 'no → yes')
    """
    if parent != parent:
        return "within the month"
    table, _, name = key.partition(".")
    flag = (
        table in tables()
        and tables()[table].size == 1
        and any(field.name == name and field.kind == "flag" for field in tables()[table].fields)
    )
    return " → ".join(
        ("yes" if value else "no") if flag else number(value) for value in (parent, branch)
    )


def parameter_words(key: str) -> str:
    """Return a parameter or start value by its key and unit, as an axis names it.

    Examples
    --------
    >>> parameter_words("start.president.age"), parameter_words("oligarchs.inertia")
    ('start.president.age (years)', 'oligarchs.inertia (utility)')
    >>> parameter_words("x")
    'x'
    """
    known = (
        start_values().get(key.removeprefix("start."))
        if key.startswith("start.")
        else parameters().get(key)
    )
    return f"{key} ({known.unit})" if known is not None else key


def unit_of(index: str) -> str:
    """Return the unit of a monthly index.

    Examples
    --------
    >>> unit_of("control"), unit_of("pluralism"), unit_of("gdp"), unit_of("inequality")
    ('share (0–1)', 'centres', 'start = 1', 'Gini (0–1)')
    """
    unit = fields()[f"index.{index}"].unit
    return {"share": "share (0–1)", "gini": "Gini (0–1)", "start=1": "start = 1"}.get(unit, unit)


def number(value: float) -> str:
    """Return a value with as many places as it needs, and a true minus sign.

    Examples
    --------
    >>> number(0.7249), number(1.0), number(-3.308), number(164.2)
    ('0.72', '1', '−3.31', '164')
    """
    text = f"{value:.0f}" if abs(value) >= 100 or float(value).is_integer() else f"{value:.2f}"
    return text.replace("-", "−") if float(text) else text.lstrip("-")


def quantity_words(text: str) -> str:
    """Return a quantity of the laboratory in a reader's words, its instruments with their labels.

    Examples
    --------
    >>> quantity_words("count_I60"), quantity_words("mean control 1992-01..1997-12")
    ('times I60 (token reform)', 'mean control 1992-01..1997-12')
    """
    labels = {one.id: one.label for one in instruments()}
    said = re.sub(
        r"\bI\d\d\b",
        lambda found: f"{found[0]} ({labels[found[0]]})" if found[0] in labels else found[0],
        words(text),
    )
    return re.sub(r"^count ", "times ", said)
