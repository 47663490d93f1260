"""Short words for happenings, acts, rules and fields, for marks and rows that have no room for a
sentence.
"""

import re
from collections.abc import Mapping
from typing import Any

from poruka.engine.codes import EVENT_KINDS
from poruka.engine.parameters import parameters, start_values
from poruka.engine.state import fields, tables
from poruka.rules.instruments import instruments
from poruka.utils.labels import format_label

EVENT_LABELS = {
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
assert set(EVENT_LABELS) == set(EVENT_KINDS)

_TABLE_LABELS = {
    "president": "the ruler",
    "society": "society",
    "economy": "the economy",
    "constitution": "the constitution",
    "parliament": "the house",
    "premier": "the premier",
}


def step_label(name: str, scenario: Any = None) -> str:
    """Return what a step of a chain is called: a happening, an act by its label, a rule by its id
    (which ``poruka explain`` takes).

    Examples
    --------
    >>> step_label("exit_of_ruler"), step_label("I44")
    ('the ruler goes', 'decoy candidate (I44)')
    >>> step_label("clans.court"), step_label("the change")
    ('rule clans.court', 'the change')
    """
    if name in EVENT_LABELS:
        return EVENT_LABELS[name]
    labels: Mapping[str, str] = {
        one.id: one.label for one in getattr(scenario, "instruments", None) or instruments()
    }
    if name in labels:
        return f"{labels[name]} ({name})"
    return f"rule {name}" if "." in name else format_label(name)


def field_label(key: str) -> str:
    """Return a field as a reader sees it; of a table with many rows it is their mean.

    Examples
    --------
    >>> field_label("president.guilt"), field_label("oligarchs.wealth")
    ('guilt of the ruler', 'mean wealth of the oligarchs')
    >>> field_label("index.control"), field_label("president.ready_to_go")
    ('control', 'he has decided to retire (the ruler)')
    """
    table, _, name = key.partition(".")
    if key == "crisis.kind":
        return "the crisis it opens"
    if table == "index" or table not in tables():
        return format_label(name or table)
    if table == "society":
        return f"{format_label(name)} in society"
    known = next((field for field in tables()[table].fields if field.name == name), None)
    whole = tables()[table].size == 1
    owner = _TABLE_LABELS.get(
        table, "the " + format_label(tables()[table].row_name if whole else table)
    )
    if known is not None and known.kind == "flag":
        return (
            f"{known.meaning.removeprefix('whether ')} ({owner if whole else 'share of ' + owner})"
        )
    return f"{format_label(name)} of {owner}" if whole else f"mean {format_label(name)} of {owner}"


def format_change(key: str, parent: float, branch: float) -> str:
    """Return a field's value in the parent and in the branch; what is so or not so is said with yes
    and no.

    Examples
    --------
    >>> format_change("president.guilt", 0.92, 0.1), format_change("president.ready_to_go", 0.0, 1.0)
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
        ("yes" if value else "no") if flag else format_number(value) for value in (parent, branch)
    )


def parameter_label(key: str) -> str:
    """Return a parameter or start value by its key and unit, as an axis names it.

    Examples
    --------
    >>> parameter_label("start.president.age"), parameter_label("oligarchs.inertia")
    ('start.president.age (years)', 'oligarchs.inertia (utility)')
    >>> parameter_label("x")
    'x'
    """
    known = (
        start_values().get(key.removeprefix("start."))
        if key.startswith("start.")
        else parameters().get(key)
    )
    return f"{key} ({known.unit})" if known is not None else key


def index_unit(index: str) -> str:
    """Return the unit of a monthly index.

    Examples
    --------
    >>> index_unit("control"), index_unit("pluralism"), index_unit("gdp"), index_unit("inequality")
    ('share (0–1)', 'centres', 'start = 1', 'Gini (0–1)')
    """
    unit = fields()[f"index.{index}"].unit
    return {"share": "share (0–1)", "gini": "Gini (0–1)", "start=1": "start = 1"}.get(unit, unit)


def format_number(value: float) -> str:
    """Return a value with as many places as it needs, and a true minus sign.

    Examples
    --------
    >>> format_number(0.7249), format_number(1.0), format_number(-3.308), format_number(164.2)
    ('0.72', '1', '−3.31', '164')
    """
    text = f"{value:.0f}" if abs(value) >= 100 or float(value).is_integer() else f"{value:.2f}"
    return text.replace("-", "−") if float(text) else text.lstrip("-")


def quantity_label(text: str) -> str:
    """Return a quantity of the laboratory in a reader's words, its instruments with their labels.

    Examples
    --------
    >>> quantity_label("count_I60"), quantity_label("mean control 1992-01..1997-12")
    ('times I60 (token reform)', 'mean control 1992-01..1997-12')
    """
    labels = {one.id: one.label for one in instruments()}
    said = re.sub(
        r"\bI\d\d\b",
        lambda found: f"{found[0]} ({labels[found[0]]})" if found[0] in labels else found[0],
        format_label(text),
    )
    return re.sub(r"^count ", "times ", said)
