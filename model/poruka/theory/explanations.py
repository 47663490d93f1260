"""Explanations of names: what the model says about a rule, thesis, instrument, number or field."""

from collections.abc import Iterable
from functools import cache
from textwrap import indent

from poruka.engine.channels import channels
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.engine.instrument_columns import instrument_columns
from poruka.engine.instrument_steps import NONE
from poruka.engine.parameters import mechanism_groups, mechanisms, parameters, start_values
from poruka.engine.rule import Rule
from poruka.engine.state import fields
from poruka.rivals import rules_of_package
from poruka.rules.instrument_numbers import (
    given_instrument_numbers,
    instrument_cells,
    instrument_numbers,
)
from poruka.rules.instruments import instruments
from poruka.rules.schedule import SCHEDULE
from poruka.theory.channel_explanations import explain_channel
from poruka.theory.instrument_codebook import act_descriptions
from poruka.theory.met_names import explain_met_name, labels_of_instruments
from poruka.theory.number_explanations import explain_number
from poruka.theory.number_lists import list_numbers
from poruka.theory.number_screening import describe_screening
from poruka.theory.reader_names import explain_reader_name, known_reader_names
from poruka.theory.renamed import explain_renamed
from poruka.theory.rule_pages import equations_of_rule
from poruka.theory.theses import UNENCODED_THESES, theses, thesis_coverage
from poruka.utils.errors import BadInput, unknown_name_error
from poruka.utils.labels import format_label
from poruka.utils.renamed_names import replaced_number


def _format_theses(ids: Iterable[str]) -> str:
    cited = [theses()[id] for id in ids if id in theses()]
    return "\n".join(f"  {thesis.id} {thesis.title}: {thesis.claim}" for thesis in cited)


def _explain_rule(name: str) -> str | None:
    rule = rules_of_package().get(name)
    if rule is None:
        return None
    lines = [
        f"rule {rule.id} ({rule.standing})",
        rule.claim,
        f"place in the text: {rule.locator or 'none; not in the text'}",
    ]
    if rule.theses:
        lines += ["theses:", _format_theses(rule.theses)]
    if rule.mechanism:
        lines.append(f"switched off with {rule.mechanism}: {mechanisms()[rule.mechanism].neutral}")
    return "\n".join(
        [
            *lines,
            *_equations(rule),
            *list_numbers(
                sorted({key.removeprefix("params.") for key in rule.parameters} & {*parameters()})
            ),
            f"reads: {', '.join(sorted(rule.reads))}",
            f"writes: {', '.join(sorted(rule.writes))}",
        ]
    )


def _equations(rule: Rule) -> list[str]:
    """Return the lines that show the equations of a rule, with what their symbols mean."""
    page = equations_of_rule(rule)
    lines = ["equations (in the names of its numbers and fields):"] if page.equations else []
    for name, text in page.equations.items():
        if name != rule.id:
            lines.append(f"  {name}:")
        lines.append(indent(text, "    "))
    if page.symbols:
        lines += ["symbols:", indent(page.symbols, "  ")]
    return lines


def _explain_thesis(name: str) -> str | None:
    if name not in theses():
        return None
    thesis, coverage = theses()[name], thesis_coverage()[name]
    without_rules = UNENCODED_THESES.get(name, "none; numbers or instruments encode it")
    return "\n".join(
        [
            f"thesis {name}{' (core)' if thesis.core else ''}: {thesis.title}",
            thesis.claim,
            f"place in the text: {thesis.section}",
            f"prediction: {thesis.prediction}",
            f"with the mechanism off: {thesis.knocked_out}",
            f"rules: {', '.join(coverage.rules) or without_rules}",
            f"parameters: {', '.join(coverage.parameters) or 'none'}",
            f"instruments: {', '.join(coverage.instruments) or 'none'}",
        ]
    )


def _explain_instrument(name: str) -> str | None:
    instrument = next((instrument for instrument in instruments() if instrument.id == name), None)
    if instrument is None:
        return None
    costs = [f"{format_label(bearer)} {cost}" for bearer, cost in instrument.cost.items()]
    removed = [
        f"{format_label(sphere, 'sphere')} {share}" for sphere, share in instrument.against.items()
    ]
    needs = [format_label(condition) for condition in instrument.needs]
    gives = [format_label(condition) for condition in instrument.gives]
    return "\n".join(
        [
            f"instrument {name}: {instrument.label}",
            *([act_descriptions()[name]] if name in act_descriptions() else []),
            f"verb {format_label(instrument.verb)}, strength {instrument.strength},"
            f" through {format_label(instrument.through)}",
            f"conditions: {', '.join(needs) or 'none'}; enables: {', '.join(gives) or 'nothing'}",
            f"expected to remove of a threat: {', '.join(removed) or 'nothing'}",
            f"offends: {', '.join(costs) or 'nobody'};"
            f" irregular {instrument.irregular}, deniable {instrument.deniable},"
            f" blunt {instrument.blunt}, lasting {instrument.lasting}",
            f"example abroad: {format_label(instrument.precedent) or 'none'}",
            "theses:",
            _format_theses(instrument.theses),
        ]
    )


def _explain_instrument_number(name: str) -> str | None:
    number = name.removeprefix("instruments.")
    if number == name:
        return None
    cell = instrument_numbers().get(name)
    column = instrument_columns().get(number if cell is None else number.split(".", 1)[1])
    if column is None:
        return None
    anchors = [f"{step} is {text}" for step, text in column.steps.items()]
    anchors += [f"with a minus it {column.minus}"] if column.minus else []
    unit = format_label(column.unit, "unit")
    bounds = f"range {column.low:g} to {column.high:g}, unit {unit}; {'; '.join(anchors)}"
    effect = f"effect when raised: {column.effect}"
    if cell is None:
        given = sum(key.endswith(f".{number}") for key in given_instrument_numbers())
        return "\n".join(
            [
                f"column of the instruments {number}: {column.meaning}",
                f"given for {given} of {len(instruments())}, {bounds};"
                f" source {column.source}, {column.standing}; {effect}",
                *describe_screening(name),
            ]
        )
    return (
        f"number of an instrument {name}: {cell.meaning}\n"
        f"default {instrument_cells().get(name, NONE)} ({cell.value:g}), {bounds};\n"
        f"source {cell.source}, {cell.standing}; {effect}"
    )


def _explain_field(name: str) -> str | None:
    field = fields().get(name)
    if field is None:
        return None
    writers = _writers_of_fields().get(name, ["the start only"])
    return (
        f"field {name}: {field.meaning}\n"
        f"{field.kind}, {field.low:g} to {field.high:g}, unit {format_label(field.unit, 'unit')};"
        f" written by {', '.join(writers)}"
    )


@cache
def _writers_of_fields() -> dict[str, list[str]]:
    """Return the rules of the package that may change each field; none that only the start sets."""
    # The rules are read once for all fields: a rule reads its source anew each time it is asked.
    writers: dict[str, list[str]] = {}
    for rule in SCHEDULE.rules:
        for name in rule.writes:
            writers.setdefault(name, []).append(rule.id)
    return writers


def _explain_mechanism(name: str) -> str | None:
    if name in mechanism_groups():
        return "\n".join(
            [
                f"mechanism {name}, parts:",
                *(
                    f"  {id} {mechanisms()[id].title}: off, {mechanisms()[id].neutral}"
                    for id in mechanism_groups()[name]
                ),
            ]
        )
    mechanism = mechanisms().get(name)
    if mechanism is None:
        return None
    return "\n".join(
        [
            f"mechanism {name}: {mechanism.title}",
            f"off: {mechanism.neutral}",
            _format_theses(mechanism.theses),
        ]
    )


def explain(name: str) -> str:
    """Return the explanation of a name.

    The name may be that of a rule, thesis, instrument or a number of one, parameter, start value,
    field, mechanism, channel or index, an outcome, a group, a kind of event, a contender, a column
    of the outcomes, a quantity, an actor, a shock or a scenario, by code or label and in any
    letters. For a name of version 0.1 the present name is returned.

    Raises
    ------
    BadInput
        For an unknown name; the message gives the nearest names.

    Examples
    --------
    >>> explain("T041").splitlines()[0]
    'thesis T041 (core): Insecure property breeds opposition'
    """
    if not isinstance(name, str) or not name.strip():
        raise BadInput(
            f"{name!r} is no name; give one that you met, such as 'bound heir' or 'I19'."
        )
    if explanation := _explain_as_written(name):
        return explanation
    known = _known_names()
    by_letters = {one.lower(): one for one in reversed(known)}
    by_words = {one.replace("_", " "): name for one, name in by_letters.items()}
    spoken = labels_of_instruments() | by_words | by_letters
    wanted = name.strip().lower()
    same = spoken.get(wanted) or spoken.get(wanted.removeprefix("the "))
    if same is not None and same != name and (explanation := _explain_as_written(same)):
        return explanation
    if explanation := explain_met_name(name):
        return explanation
    raise unknown_name_error(
        "name",
        name,
        [*known, *labels_of_instruments()],
        advice=(
            "Rules, theses (T041), instruments (I19), parameters, fields, mechanisms (M3),"
            " indices, outcomes, groups, events, contenders, columns, quantities and scenarios can"
            " be explained."
        ),
    )


def _explain_as_written(name: str) -> str | None:
    kinds = (
        _explain_rule,
        _explain_thesis,
        _explain_instrument,
        explain_number,
        _explain_instrument_number,
        _explain_field,
        _explain_mechanism,
        explain_channel,
    )
    # A rule, a number and a field can have one name, as `camps.clash`; all that bear it are meant.
    found = [explanation for explain_kind in kinds if (explanation := explain_kind(name))]
    if found:
        return "\n\n".join([*found, *filter(None, [replaced_number(name)])])
    if name in INDEX_DESCRIPTIONS:
        return f"index {name}: {INDEX_DESCRIPTIONS[name]}"
    if explanation := explain_reader_name(name):
        return explanation
    return explain_renamed(name)


def _known_names() -> list[str]:
    return [
        *rules_of_package(),
        *theses(),
        *(instrument.id for instrument in instruments()),
        *parameters(),
        *(f"start.{key}" for key in start_values()),
        *instrument_numbers(),
        *fields(),
        *mechanisms(),
        *mechanism_groups(),
        *(channel.key for channel in channels().values()),
        *INDEX_DESCRIPTIONS,
        *known_reader_names(),
    ]
