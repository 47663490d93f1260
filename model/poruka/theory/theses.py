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
        *((f"start.{key}", one) for key, one in start_values().items()),
    ]
    return {
        id: ThesisCoverage(
            tuple(rule.id for rule in SCHEDULE.rules if id in rule.theses),
            tuple(key for key, one in declared if id in one.source),
            tuple(one.id for one in instruments() if id in one.theses),
        )
        for id in theses()
    }


def _format_theses(ids: Any) -> str:
    return "\n".join(
        f"  {id} {theses()[id].title}: {theses()[id].claim}" for id in ids if id in theses()
    )


def _explain_rule(name: str) -> str | None:
    from poruka.rules.schedule import SCHEDULE

    found = next((rule for rule in SCHEDULE.rules if rule.id == name), None)
    if found is None:
        return None
    lines = [
        f"rule {found.id} ({found.standing})",
        found.claim,
        f"place in the text: {found.locator or 'none; the text is silent'}",
    ]
    if found.theses:
        lines += ["theses:", _format_theses(found.theses)]
    if found.mechanism:
        lines.append(
            f"switched off with {found.mechanism}: {mechanisms()[found.mechanism].neutral}"
        )
    cited = sorted(key.removeprefix("params.") for key in found.parameters)
    lines += [
        f"parameters: {', '.join(cited) or 'none'}",
        f"reads: {', '.join(sorted(found.reads))}",
        f"writes: {', '.join(sorted(found.writes))}",
    ]
    return "\n".join(lines)


def _explain_thesis(name: str) -> str | None:
    if name not in theses():
        return None
    one, carried = theses()[name], thesis_coverage()[name]
    return "\n".join(
        [
            f"thesis {name}{' (core)' if one.core else ''}: {one.title}",
            one.claim,
            f"moved: {one.prediction}",
            f"without it: {one.knocked_out}",
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
    found = next((one for one in instruments() if one.id == name), None)
    if found is None:
        return None
    offended = (
        ", ".join(f"{who} {cost:+.2f}" for who, cost in found.cost.items() if cost) or "nobody"
    )
    removed = ", ".join(f"{fall:.0%} of {sphere}" for sphere, fall in found.against.items())
    return "\n".join(
        [
            f"instrument {name}: {found.label}",
            f"verb {found.verb}, strength {found.strength:g}, through {found.through}",
            (
                f"needs: {', '.join(found.needs) or 'nothing'}; opens:"
                f" {', '.join(found.gives) or 'nothing'}"
            ),
            f"expected to remove: {removed or 'nothing (a way of acting)'}",
            (
                f"offends: {offended}; irregular {found.irregular:g}, deniable {found.deniable:g},"
                f" blunt {found.blunt:g}"
            ),
            f"example abroad: {found.precedent or 'none'}",
            "theses:",
            _format_theses(found.theses),
        ]
    )


def _explain_number(name: str) -> str | None:
    key = name.removeprefix("start.")
    for title, declared in (("parameter", parameters()), ("start value", start_values())):
        one = declared.get(key)
        if one is not None and (title == "start value") == (
            name.startswith("start.") or key not in parameters()
        ):
            own = (
                " unless the scenario says otherwise (`load(NAME).keys()`)"
                if title == "start value"
                else ""
            )
            return (
                f"{title} {name}: {one.meaning}\ndefault {one.value:g}{own}, range {one.low:g} to"
                f" {one.high:g} ({one.unit}); source {one.source}"
                + (f"; raised: {one.effect}" if one.effect else "")
            )
    return None


def _explain_field(name: str) -> str | None:
    one = fields().get(name)
    if one is None:
        return None
    from poruka.rules.schedule import SCHEDULE

    writers = [rule.id for rule in SCHEDULE.rules if name in rule.writes] or ["the start only"]
    return (
        f"field {name}: {one.meaning}\n{one.kind}, {one.low:g} to {one.high:g} ({one.unit});"
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
    one = mechanisms().get(name)
    return (
        f"mechanism {name}: {one.title}\noff: {one.neutral}\n{_format_theses(one.theses)}"
        if one
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
    for look in (
        _explain_rule,
        _explain_thesis,
        _explain_instrument,
        _explain_number,
        _explain_field,
        _explain_mechanism,
    ):
        found = look(name)
        if found:
            return found
    if name in INDEX_DESCRIPTIONS:
        return f"index {name}: {INDEX_DESCRIPTIONS[name]}"
    if renamed := explain_renamed(name):
        return renamed
    from poruka.rules.schedule import SCHEDULE

    known = [
        *SCHEDULE.ids,
        *theses(),
        *(one.id for one in instruments()),
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
