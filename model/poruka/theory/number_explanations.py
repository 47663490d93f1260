"""Explanations of numbers: where one comes from, what reads it and what it moves."""

from poruka.engine.declarations import NONE_DETECTED, Parameter
from poruka.engine.number_groups import dirichlet_groups, order_groups
from poruka.engine.parameters import parameters, start_values
from poruka.rules.instruments import instruments
from poruka.theory.number_readers import describe_readers
from poruka.theory.number_screening import describe_screening
from poruka.utils.labels import format_label
from poruka.utils.renamed_names import changed_number


def explain_number(name: str) -> str | None:
    """Return what a number of the rules or a start value is, or None for any other name.

    Examples
    --------
    >>> "read by clans.root" in explain_number("clans.rooting").splitlines()
    True
    >>> explain_number("clans") is None
    True
    """
    key = name.removeprefix("start.")
    is_start_value = name.startswith("start.") or key not in parameters()
    declaration = (start_values() if is_start_value else parameters()).get(key)
    if declaration is None:
        return None
    title, override = "parameter", ""
    if is_start_value:
        title, override = "start value", " unless the scenario gives another (`load(NAME).keys()`)"
    # The standing of an assumption is said by its source.
    is_derived = declaration.standing not in ("", declaration.source)
    standing = f", {declaration.standing}" if is_derived else ""
    effect = f"; effect when raised: {describe_effect(declaration)}" if declaration.effect else ""
    lines = [
        f"{title} {name}: {declaration.meaning}",
        f"default {declaration.value:g}{override},"
        f" range {declaration.low:g} to {declaration.high:g},"
        f" unit {format_label(declaration.unit, 'unit')};"
        f" source {declaration.source}{standing}{effect}",
    ]
    if declaration.basis:
        lines.append(f"the range rests on {declaration.basis}{_drawn(declaration)}")
    if not is_start_value:
        lines += [*_companions(declaration), *filter(None, [changed_number(key)])]
        lines += describe_screening(key)
    lines.append(describe_readers(f"start.{key}" if is_start_value else key))
    return "\n".join(lines)


def describe_effect(declaration: Parameter) -> str:
    """Return the effect of a number, with the instrument that it names and how it was measured.

    Examples
    --------
    >>> number = parameters()["clans.rooting"]
    >>> describe_effect(number._replace(effect="count_I09 +"))
    'count_I09 + (I09: cascade of local councils that dissolve themselves)'
    """
    if declaration.effect == NONE_DETECTED:
        return (
            f"{NONE_DETECTED} in 160 pairs of worlds of Kazakhstan, where what acts after a ruler"
            " or in a rare moment hardly shows"
        )
    labels = {one.id: one.label for one in instruments()}
    quantity = declaration.effect.split(" ", 1)[0]
    id = quantity.removeprefix("count_").removeprefix("first_")
    return f"{declaration.effect} ({id}: {labels[id]})" if id in labels else declaration.effect


def _drawn(declaration: Parameter) -> str:
    """Return what part of its range a number is drawn from."""
    if not declaration.drawn:
        return ""
    return f"; drawn from {declaration.drawn[0]:g} to {declaration.drawn[1]:g}"


def _companions(declaration: Parameter) -> list[str]:
    """Return the lines that say with which others a number is drawn."""
    lines = []
    if declaration.dirichlet:
        others = dirichlet_groups(parameters())[declaration.dirichlet]
        lines.append(f"one of the weights of a sum, drawn with it: {', '.join(others)}")
    if declaration.order:
        ordered = order_groups(parameters())[declaration.order.split()[0]]
        lines.append(f"kept in order when drawn: {' < '.join(ordered)}")
    return lines
