"""The codebook of the table of instruments as a page, written from the data that the model reads.

``docs/instrument_codebook.md`` is this page. It holds what a coder needs and no code of anybody.
"""

from functools import cache

from poruka.engine.instrument_columns import instrument_columns
from poruka.engine.state import read_data_file
from poruka.rules.instruments import Instrument, instruments
from poruka.theory.theses import theses
from poruka.utils.labels import format_label


@cache
def act_descriptions() -> dict[str, str]:
    """Return what each instrument that is an act consists of, in plain words, by id.

    Examples
    --------
    >>> "I08" in act_descriptions(), "I20" in act_descriptions()
    (True, False)
    """
    return dict(read_data_file("instrument_codebook")["acts"])


def write_instrument_codebook() -> str:
    """Return the page: rules, columns with their steps, verbs, instruments with their theses."""
    rules = read_data_file("instrument_codebook")["rules"]
    return "\n".join([rules, *_columns(), *_verbs(), *_acts()])


def _columns() -> list[str]:
    lines = ["## The columns", ""]
    for name, column in instrument_columns().items():
        lines += [f"### `{name}`: {column.meaning}", ""]
        lines += [f"- {step}: {text}" for step, text in column.steps.items()]
        lines += [f"- with a minus: {column.minus}"] if column.minus else []
        lines += ["", column.rule, ""]
    return lines


def _verbs() -> list[str]:
    verbs = read_data_file("instrument_codebook")["strength"]
    lines = [
        "## How far a verb can go",
        "",
        "The column `strength` by the verb of the instrument:",
        "",
    ]
    return [*lines, *(f"- {format_label(verb)}: {text}" for verb, text in verbs.items()), ""]


def _acts() -> list[str]:
    lines = ["## The instruments", ""]
    for one in instruments():
        if one.id in act_descriptions():
            lines += [f"### {one.id} {one.label}", "", _conditions(one), ""]
            lines += [act_descriptions()[one.id], ""]
            lines += [f"- {id} {theses()[id].title}: {theses()[id].claim}" for id in one.theses]
            lines.append("")
    return lines


def _conditions(one: Instrument) -> str:
    needs = ", ".join(format_label(condition) for condition in one.needs)
    gives = ", ".join(format_label(condition) for condition in one.gives)
    return (
        f"Verb {format_label(one.verb)}, through {format_label(one.through)}; needs"
        f" {needs or 'nothing'}; gives {gives or 'nothing'}."
    )
