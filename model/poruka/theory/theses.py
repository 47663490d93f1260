"""The theory: the theses in our own words, and what of the model carries each of them."""

from functools import cache
from typing import Any, NamedTuple

from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.engine.parameters import mechanism_groups, mechanisms, parameters, start_values
from poruka.engine.state import fields, read_data_file
from poruka.rules.instruments import instruments
from poruka.theory.renamed import explain_renamed
from poruka.utils.errors import unknown_name_error


class Thesis(NamedTuple):
    """One causal claim of the text: what it says, what moving its cause should do, what fails
    without it.
    """

    id: str
    title: str
    group: str
    core: bool
    claim: str
    prediction: str
    knocked_out: str


@cache
def theses() -> dict[str, Thesis]:
    """Return all theses by id.

    Examples
    --------
    >>> len(theses()), sum(one.core for one in theses().values())
    (126, 58)
    """
    return {id: Thesis(id, **entry) for id, entry in read_data_file("theses").items()}


class ThesisCoverage(NamedTuple):
    """What of the model carries a thesis."""

    rules: tuple[str, ...]
    parameters: tuple[str, ...]
    instruments: tuple[str, ...]


UNENCODED_THESES = {
    "T015": (
        "Praise of the ruler follows power in the text but moves nothing further in its argument;"
        " no rule encodes it yet."
    ),
    "T078": (
        "Democrats who put the market first are not a camp of their own yet; the house's standing"
        " carries what they think of it."
    ),
    "T118": (
        "The rise, height and decline of control is what the whole has to bring forth; no rule may"
        " put it in."
    ),
}
"""Theses that nothing of the model carries, each with the reason."""


def thesis_coverage() -> dict[str, ThesisCoverage]:
    """Return for each thesis the rules that encode it, the parameters and start values that cite
    it, and the instruments.
    """
    from poruka.rules.schedule import SCHEDULE

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


def _format_theses(ids: Any) -> str:
    return "\n".join(
        f"  {id} {theses()[id].title}: {theses()[id].claim}" for id in ids if id in theses()
    )


def _explain_rule(name: str) -> str | None:
    from poruka.rules.schedule import SCHEDULE

    rule = next((rule for rule in SCHEDULE.rules if rule.id == name), None)
    if rule is None:
        return None
    lines = [
        f"rule {rule.id} ({rule.standing})",
        rule.claim,
        f"place in the text: {rule.locator or 'none; the text is silent'}",
    ]
    if rule.theses:
        lines += ["theses:", _format_theses(rule.theses)]
    if rule.mechanism:
        lines.append(f"switched off with {rule.mechanism}: {mechanisms()[rule.mechanism].neutral}")
    cited = sorted(key.removeprefix("params.") for key in rule.parameters)
    lines += [
        f"parameters: {', '.join(cited) or 'none'}",
        f"reads: {', '.join(sorted(rule.reads))}",
        f"writes: {', '.join(sorted(rule.writes))}",
    ]
    return "\n".join(lines)


def _explain_thesis(name: str) -> str | None:
    if name not in theses():
        return None
    thesis, carried = theses()[name], thesis_coverage()[name]
    return "\n".join(
        [
            f"thesis {name}{' (core)' if thesis.core else ''}: {thesis.title}",
            thesis.claim,
            f"moved: {thesis.prediction}",
            f"without it: {thesis.knocked_out}",
            "rules: "
            + (
                ", ".join(carried.rules)
                or UNENCODED_THESES.get(name, "none; numbers or instruments carry it")
            ),
            f"parameters: {', '.join(carried.parameters) or 'none'}",
            f"instruments: {', '.join(carried.instruments) or 'none'}",
        ]
    )


def _explain_instrument(name: str) -> str | None:
    instrument = next((instrument for instrument in instruments() if instrument.id == name), None)
    if instrument is None:
        return None
    offended = (
        ", ".join(f"{actor} {cost:+.2f}" for actor, cost in instrument.cost.items() if cost)
        or "nobody"
    )
    removed = ", ".join(f"{fall:.0%} of {sphere}" for sphere, fall in instrument.against.items())
    return "\n".join(
        [
            f"instrument {name}: {instrument.label}",
            f"verb {instrument.verb}, strength {instrument.strength:g}, through {instrument.through}",
            (
                f"needs: {', '.join(instrument.needs) or 'nothing'}; opens:"
                f" {', '.join(instrument.gives) or 'nothing'}"
            ),
            f"expected to remove: {removed or 'nothing (a way of acting)'}",
            (
                f"offends: {offended}; irregular {instrument.irregular:g}, deniable {instrument.deniable:g},"
                f" blunt {instrument.blunt:g}"
            ),
            f"example abroad: {instrument.precedent or 'none'}",
            "theses:",
            _format_theses(instrument.theses),
        ]
    )


def _explain_number(name: str) -> str | None:
    key = name.removeprefix("start.")
    for title, declared in (("parameter", parameters()), ("start value", start_values())):
        declaration = declared.get(key)
        if declaration is not None and (title == "start value") == (
            name.startswith("start.") or key not in parameters()
        ):
            own = (
                " unless the scenario says otherwise (`load(NAME).keys()`)"
                if title == "start value"
                else ""
            )
            return (
                f"{title} {name}: {declaration.meaning}\ndefault {declaration.value:g}{own}, range {declaration.low:g} to"
                f" {declaration.high:g} ({declaration.unit}); source {declaration.source}"
                + (f"; raised: {declaration.effect}" if declaration.effect else "")
            )
    return None


def _explain_field(name: str) -> str | None:
    field = fields().get(name)
    if field is None:
        return None
    from poruka.rules.schedule import SCHEDULE

    writers = [rule.id for rule in SCHEDULE.rules if name in rule.writes] or ["the start only"]
    return (
        f"field {name}: {field.meaning}\n{field.kind}, {field.low:g} to {field.high:g} ({field.unit});"
        f" written by {', '.join(writers)}"
    )


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
    return (
        f"mechanism {name}: {mechanism.title}\noff: {mechanism.neutral}\n{_format_theses(mechanism.theses)}"
        if mechanism
        else None
    )


def explain(name: str) -> str:
    """Return what the model says under a name: a rule, thesis, instrument, parameter, start value,
    field, mechanism or index; for a name of version 0.1, what it is called now.

    Raises
    ------
    BadInput
        For an unknown name, with the nearest ones.

    Examples
    --------
    >>> explain("T041").splitlines()[0]
    'thesis T041 (core): Insecure property breeds opposition'
    """
    for explain_kind in (
        _explain_rule,
        _explain_thesis,
        _explain_instrument,
        _explain_number,
        _explain_field,
        _explain_mechanism,
    ):
        explanation = explain_kind(name)
        if explanation:
            return explanation
    if name in INDEX_DESCRIPTIONS:
        return f"index {name}: {INDEX_DESCRIPTIONS[name]}"
    if renamed := explain_renamed(name):
        return renamed
    from poruka.rules.schedule import SCHEDULE

    known = [
        *SCHEDULE.ids,
        *theses(),
        *(instrument.id for instrument in instruments()),
        *parameters(),
        *(f"start.{key}" for key in start_values()),
        *fields(),
        *mechanisms(),
        *mechanism_groups(),
        *INDEX_DESCRIPTIONS,
    ]
    raise unknown_name_error(
        "name",
        name,
        known,
        advice=(
            "Rules, theses (T041), instruments (I19), parameters, fields, mechanisms (M3) and"
            " indices can be explained."
        ),
    )
