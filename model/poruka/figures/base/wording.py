"""Short labels of events, instruments, rules, fields and numbers for axes, marks and legends."""

import re
from typing import Any

from poruka.engine.instrument_columns import instrument_columns
from poruka.engine.parameters import parameters, start_values
from poruka.engine.state import fields, tables
from poruka.rules.instruments import instruments
from poruka.utils.labels import EVENT_LABELS, OUTCOME_LABELS, UNIT_LABELS, format_label


def instrument_labels(scenario: Any = None) -> dict[str, str]:
    """Return the label of each instrument by its id, a scenario's own instruments included."""
    available = getattr(scenario, "instruments", None) or instruments()
    return {instrument.id: instrument.label for instrument in available}


def step_label(name: str, scenario: Any = None) -> str:
    """Return the label of a step of a causal chain.

    An event is named by its kind, an instrument by its label and id, a rule by the id that
    ``poruka explain`` takes.

    Examples
    --------
    >>> step_label("exit_of_ruler"), step_label("I44")
    ('exit of the ruler', 'decoy candidate (I44)')
    >>> step_label("clans.court"), step_label("the change")
    ('rule clans.court', 'the change')
    """
    if name in EVENT_LABELS:
        return EVENT_LABELS[name]
    labels = instrument_labels(scenario)
    if name in labels:
        return f"{labels[name]} ({name})"
    return f"rule {name}" if "." in name else format_label(name)


def field_label(key: str) -> str:
    """Return the label of a field of state; of a table with many rows it names their mean.

    Examples
    --------
    >>> field_label("president.guilt"), field_label("oligarchs.skeletons")
    ('irregular acts to answer for (ruler)', 'mean compromising files (oligarchs)')
    >>> field_label("index.control"), field_label("president.ready_to_go")
    ('control', 'he has decided to retire (ruler)')
    >>> field_label("deputies.seated")
    'somebody sits there (share of deputies)'
    """
    table_name, _, name = key.partition(".")
    if key == "crisis.kind":
        return "kind of crisis"
    table = tables().get(table_name)
    if table is None or table_name == "index":
        return format_label(name or table_name, "field")
    single = table.size == 1
    owner = format_label(table_name, "table")
    field = next((field for field in table.fields if field.name == name), None)
    if field is not None and field.kind == "flag":
        meaning = field.meaning.removeprefix("whether ")
        return f"{meaning} ({owner if single else 'share of ' + owner})"
    label = format_label(name, "field")
    return f"{label} ({owner})" if single else f"mean {label} ({owner})"


def format_change(key: str, parent: float, branch: float) -> str:
    """Return the value of a field in the parent and in the branch; flags read yes or no.

    Examples
    --------
    >>> format_change("president.guilt", 0.92, 0.1)
    '0.92 → 0.10'
    >>> format_change("president.ready_to_go", 0.0, 1.0)
    'no → yes'
    """
    if parent != parent:
        return "within the month"
    table_name, _, name = key.partition(".")
    table = tables().get(table_name)
    is_flag = (
        table is not None
        and table.size == 1
        and any(field.name == name and field.kind == "flag" for field in table.fields)
    )
    values = (parent, branch)
    if is_flag:
        return " → ".join("yes" if value else "no" for value in values)
    return " → ".join(format_number(value) for value in values)


def parameter_label(key: str) -> str:
    """Return the key of a number with its unit, as an axis shows it.

    Examples
    --------
    >>> parameter_label("start.president.age"), parameter_label("oligarchs.inertia")
    ('start.president.age (years)', 'oligarchs.inertia (utility)')
    >>> parameter_label("instruments.I54.strength"), parameter_label("x")
    ('instruments.I54.strength (level)', 'x')
    """
    if key.startswith("start."):
        declaration = start_values().get(key.removeprefix("start."))
    elif key.startswith("instruments."):
        column = instrument_columns().get(key.split(".", 2)[-1])
        return f"{key} ({column.unit})" if column is not None else key
    else:
        declaration = parameters().get(key)
    return f"{key} ({declaration.unit})" if declaration is not None else key


def index_unit(index: str) -> str:
    """Return the unit of a monthly index.

    Examples
    --------
    >>> index_unit("control"), index_unit("pluralism"), index_unit("gdp"), index_unit("inequality")
    ('share (0–1)', 'centres', 'start = 1', 'Gini (0–1)')
    """
    unit = fields()[f"index.{index}"].unit
    return UNIT_LABELS.get(unit, unit)


def format_number(value: float) -> str:
    """Return a number with as many decimals as its size needs, and a true minus sign.

    Examples
    --------
    >>> format_number(0.7249), format_number(1.0), format_number(-3.308), format_number(164.2)
    ('0.72', '1', '−3.31', '164')
    """
    text = f"{value:.0f}" if abs(value) >= 100 or float(value).is_integer() else f"{value:.2f}"
    return text.replace("-", "−") if float(text) else text.lstrip("-")


_COMPOUND_QUANTITIES = {
    **{f"share_{code}": f"share of {label}" for code, label in OUTCOME_LABELS.items()},
    **{
        f"{form}_{kind}": f"{form} {label}"
        for form in ("count", "any", "value", "first")
        for kind, label in EVENT_LABELS.items()
    },
}
"""Quantities whose code joins a form and the code of an outcome or kind of event."""


def quantity_label(quantity: str) -> str:
    """Return a quantity of an analysis as a reader sees it: outcomes and instruments by label.

    Examples
    --------
    >>> quantity_label("count_I60"), quantity_label("mean control 1992-01..1997-12")
    ('times I60 (token reform)', 'mean control 1992-01..1997-12')
    >>> quantity_label("share_pact minus share_heir")
    'share of bound heir minus share of heir'
    """
    labels = instrument_labels()
    parts = [_COMPOUND_QUANTITIES.get(part) or format_label(part) for part in quantity.split(" ")]
    text = re.sub(
        r"\bI\d\d\b",
        lambda match: f"{match[0]} ({labels[match[0]]})" if match[0] in labels else match[0],
        " ".join(parts),
    )
    return re.sub(r"^count ", "times ", text)
