"""The theory: the theses in our own words, and what of the model carries each of them."""

from functools import cache
from typing import Any, NamedTuple

from poruka.engine.index_series import SERIES
from poruka.engine.parameters import mechanism_groups, mechanisms, parameters, start_values
from poruka.engine.state import fields, read_data
from poruka.rules.instruments import instruments
from poruka.utils.errors import unknown


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
    return {id: Thesis(id, **entry) for id, entry in read_data("theses").items()}


class Carriers(NamedTuple):
    """What of the model carries a thesis."""

    rules: tuple[str, ...]
    parameters: tuple[str, ...]
    instruments: tuple[str, ...]


NOT_CARRIED = {
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


def thesis_map() -> dict[str, Carriers]:
    """Return for each thesis the rules that encode it, the parameters and start values that cite
    it, and the instruments.
    """
    from poruka.rules.schedule import MONTH

    declared = [
        *parameters().items(),
        *((f"start.{key}", one) for key, one in start_values().items()),
    ]
    return {
        id: Carriers(
            tuple(rule.id for rule in MONTH.rules if id in rule.theses),
            tuple(key for key, one in declared if id in one.source),
            tuple(one.id for one in instruments() if id in one.theses),
        )
        for id in theses()
    }


def _cited(ids: Any) -> str:
    return "\n".join(
        f"  {id} {theses()[id].title}: {theses()[id].claim}" for id in ids if id in theses()
    )


def _rule(word: str) -> str | None:
    from poruka.rules.schedule import MONTH

    found = next((rule for rule in MONTH.rules if rule.id == word), None)
    if found is None:
        return None
    lines = [
        f"rule {found.id} ({found.standing})",
        found.claim,
        f"place in the text: {found.locator or 'none; the text is silent'}",
    ]
    if found.theses:
        lines += ["theses:", _cited(found.theses)]
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


def _thesis(word: str) -> str | None:
    if word not in theses():
        return None
    one, carried = theses()[word], thesis_map()[word]
    return "\n".join(
        [
            f"thesis {word}{' (core)' if one.core else ''}: {one.title}",
            one.claim,
            f"moved: {one.prediction}",
            f"without it: {one.knocked_out}",
            "rules: "
            + (
                ", ".join(carried.rules)
                or NOT_CARRIED.get(word, "none; numbers or instruments carry it")
            ),
            f"parameters: {', '.join(carried.parameters) or 'none'}",
            f"instruments: {', '.join(carried.instruments) or 'none'}",
        ]
    )


def _instrument(word: str) -> str | None:
    found = next((one for one in instruments() if one.id == word), None)
    if found is None:
        return None
    offended = (
        ", ".join(f"{who} {cost:+.2f}" for who, cost in found.cost.items() if cost) or "nobody"
    )
    removed = ", ".join(f"{fall:.0%} of {sphere}" for sphere, fall in found.against.items())
    return "\n".join(
        [
            f"instrument {word}: {found.label}",
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
            _cited(found.theses),
        ]
    )


def _number(word: str) -> str | None:
    key = word.removeprefix("start.")
    for title, declared in (("parameter", parameters()), ("start value", start_values())):
        one = declared.get(key)
        if one is not None and (title == "start value") == (
            word.startswith("start.") or key not in parameters()
        ):
            own = (
                " unless the scenario says otherwise (`load(NAME).keys()`)"
                if title == "start value"
                else ""
            )
            return (
                f"{title} {word}: {one.meaning}\ndefault {one.value:g}{own}, range {one.low:g} to"
                f" {one.high:g} ({one.unit}); source {one.source}"
                + (f"; raised: {one.effect}" if one.effect else "")
            )
    return None


def _field(word: str) -> str | None:
    one = fields().get(word)
    if one is None:
        return None
    from poruka.rules.schedule import MONTH

    writers = [rule.id for rule in MONTH.rules if word in rule.writes] or ["the start only"]
    return (
        f"field {word}: {one.meaning}\n{one.kind}, {one.low:g} to {one.high:g} ({one.unit});"
        f" written by {', '.join(writers)}"
    )


def _mechanism(word: str) -> str | None:
    if word in mechanism_groups():
        return "\n".join(
            [
                f"mechanism {word}, parts:",
                *(
                    f"  {id} {mechanisms()[id].title}: off, {mechanisms()[id].neutral}"
                    for id in mechanism_groups()[word]
                ),
            ]
        )
    one = mechanisms().get(word)
    return (
        f"mechanism {word}: {one.title}\noff: {one.neutral}\n{_cited(one.theses)}" if one else None
    )


def explain(word: str) -> str:
    """Return what the model says under a name: a rule, thesis, instrument, parameter, start value,
    field, mechanism or index.

    Raises
    ------
    BadInput
        For an unknown name, with the nearest ones.

    Examples
    --------
    >>> explain("T041").splitlines()[0]
    'thesis T041 (core): Insecure property breeds opposition'
    """
    for look in (_rule, _thesis, _instrument, _number, _field, _mechanism):
        found = look(word)
        if found:
            return found
    if word in SERIES:
        return f"index {word}: {SERIES[word]}"
    from poruka.rules.schedule import MONTH

    known = [
        *MONTH.ids,
        *theses(),
        *(one.id for one in instruments()),
        *parameters(),
        *(f"start.{key}" for key in start_values()),
        *fields(),
        *mechanisms(),
        *mechanism_groups(),
        *SERIES,
    ]
    raise unknown(
        "name",
        word,
        known,
        todo=(
            "Rules, theses (T041), instruments (I19), parameters, fields, mechanisms (M3) and"
            " indices can be explained."
        ),
    )
