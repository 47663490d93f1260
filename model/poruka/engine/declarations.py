"""Declared numbers: each has a value, a unit, a range, a meaning and a source, keyed by name.

``data/parameters/<section>.toml`` holds the numbers of the rules, one file per section, and
``data/parameters/rivals/`` those of rival accounts;
``data/start.toml`` holds the start values of a country; ``data/instrument_columns.toml`` what the
steps of the instruments mean (:mod:`poruka.engine.instrument_columns`). Every entry is checked
when it is read, so that a number without a source or outside its own range stops the program
instead of entering a world.
"""

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from poruka.engine.number_groups import validate_number_groups
from poruka.engine.state import DATA_FOLDER, read_data_file
from poruka.utils.errors import BadInput, unknown_name_error

UNITS = {
    "share": "part of a whole, 0 to 1",
    "share per month": "part of the distance, or of the whole, that is covered in a month",
    "chance": "probability of an event",
    "chance per month": "probability of an event in a month",
    "weight": "what one consideration counts in a sum",
    "factor": "what another quantity is multiplied by",
    "level": "position on a scale from 0 to 1 of the state",
    "-1 to 1": "position between two poles",
    "distance": "difference of two positions",
    "utility": "worth to the one who decides",
    "threshold": "level at which something begins or ends",
    "number": "a number of things",
    "rounds": "rounds of one decision within a month",
    "rows": "rows of a table",
    "persons": "persons",
    "deputies": "deputies of one house",
    "seats": "seats of one house",
    "acts": "irregular acts",
    "months": "months",
    "years": "years",
    "per month": "change in a month",
    "per year": "change in a year",
    "fortunes": "one fortune is what a rich man owned at the start",
    "fortunes per year": "fortunes in a year",
    "start=1": "multiple of the level at the start",
    "USD per barrel": "price of oil",
    "rung": "step of a scale of ranks",
    "yes/no": "1 for yes, 0 for no",
}
"""Units in which a number may be declared, with what each means."""

STANDINGS_OF_NUMBERS = ("stated", "operationalised", "assumption")
"""Where a number comes from: the text gives it, puts a statement into it, or is silent."""

NONE_DETECTED = "none detected"
"""Effect of a number that moved no quantity in paired worlds at the stated power."""

NOT_MEASURED = "not measured"
"""Effect of a number whose effect is still to be measured; a draft, none may be left."""

_KEYS = ("value", "unit", "range", "meaning", "source", "standing", "effect")
_OPTIONAL_KEYS = ("order", "dirichlet", "basis", "drawn")
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_SOURCE = re.compile(r"assumption|note \d+|[TC]\d+( [TC]\d+)*")
_ORDER, _GROUP = re.compile(r"([a-z][a-z_]*) ([1-9]\d*)"), re.compile(r"[a-z][a-z_]*")
_BASIS = re.compile(r"ignorance|(text|figure): \S.*")
_EFFECT = re.compile(rf"\S+ (\+|-|reverses)( \| \S.*)?|{NONE_DETECTED}|{NOT_MEASURED}")


class Parameter(NamedTuple):
    """One declared parameter or start value.

    Attributes
    ----------
    key : str
        ``section.name``.
    value, low, high : float
        Default, and the range of allowed values.
    unit, meaning, source : str
        ``source`` names theses, or ``assumption``.
    standing : str
        ``stated``, ``operationalised`` or ``assumption``: of the number, or of the scale on which
        a country's coding places a start value.
    effect : str
        ``quantity + | quantity - | quantity reverses``: the quantity that changes, and in which
        direction, when the parameter is raised, optionally with ``| context``. ``none detected``
        where nothing moved at the stated power.
    order : str
        ``group position``, such as ``heights 2``: where the number is drawn, it lies between those
        of the same group that stand before and after it. Empty where nothing is kept in order.
    dirichlet : str
        Group of the weights of one sum: where they are drawn, they keep the sum that they have as
        declared, and every way to divide it is equally probable. Empty for any other number.
    basis : str
        What the range says: ``text: …`` what the text says that sets it, ``figure: …`` a figure
        from elsewhere, with its source, or ``ignorance``: the whole of the sensible scale.
    drawn : (float, float), optional
        The part of the range from which the number is drawn, where experiments may go further.
    """

    key: str
    value: float
    unit: str
    low: float
    high: float
    meaning: str
    source: str
    standing: str
    effect: str
    order: str = ""
    dirichlet: str = ""
    basis: str = ""
    drawn: tuple[float, float] | None = None


def declaration_error(key: str, file: str, problem: str, advice: str) -> BadInput:
    """Return the error for a declared number: which, in which file, what is wrong, what to do."""
    return BadInput(f"{key} in data/{file}: {problem}; {advice}.")


def is_finite_number(value: Any) -> bool:
    """Return whether a value is a finite number and no truth value.

    Examples
    --------
    >>> is_finite_number(0.5), is_finite_number(True), is_finite_number(float("nan"))
    (True, False, False)
    """
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def build_declaration(key: str, entry: Any, keys: tuple[str, ...], file: str) -> Parameter:
    """Return one declared number, checked.

    Parameters
    ----------
    key : str
        ``section.name``.
    entry : dict
        The entry as it stands in the file.
    keys : tuple of str
        The keys it must have, no more and no fewer but, where standing is among them, ``order``,
        ``dirichlet``, ``basis`` and ``drawn``.
    file : str
        Where it stands, for messages.

    Raises
    ------
    BadInput
        For a name, key, unit, source, standing or effect that cannot be read, a number that is
        none, an empty range, or a value outside its range.
    """
    if not _NAME.fullmatch(key.partition(".")[2]):
        raise declaration_error(
            key, file, "this is no name of a number", "write small letters with _"
        )
    optional = _OPTIONAL_KEYS if "standing" in keys else ()
    if not isinstance(entry, dict) or set(entry) - set(optional) != set(keys):
        found = ", ".join(entry) if isinstance(entry, dict) else repr(entry)
        raise declaration_error(
            key, file, f"the entry has {found}", f"give exactly {', '.join(keys)}"
        )
    value = entry["value"]
    if not is_finite_number(value):
        raise declaration_error(key, file, f"the value is {value!r}", "give a number")
    low, high = read_range(key, entry["range"], file)
    if not low <= value <= high:
        problem = f"the value {value:g} is not in {low:g} to {high:g}"
        raise declaration_error(key, file, problem, "give a range that holds the value")
    drawn = read_range(key, entry["drawn"], file) if "drawn" in entry else None
    if drawn and not low <= drawn[0] <= value <= drawn[1] <= high:
        problem = f"it is drawn from {drawn[0]:g} to {drawn[1]:g}"
        raise declaration_error(key, file, problem, "give a part of the range that holds the value")
    texts = {name: text for name, text in entry.items() if name not in ("value", "range", "drawn")}
    validate_texts(key, texts, file)
    words = {"standing": "", "effect": "", **texts}
    return Parameter(key=key, value=float(value), low=low, high=high, drawn=drawn, **words)


def read_range(key: str, bounds: Any, file: str) -> tuple[float, float]:
    """Return the lowest and highest value of a declared number.

    Raises
    ------
    BadInput
        For a range that is not two finite numbers, or has no width.
    """
    if not isinstance(bounds, list) or len(bounds) != 2 or not all(map(is_finite_number, bounds)):
        problem, advice = f"the range is {bounds!r}", "give two numbers, [low, high]"
        raise declaration_error(key, file, problem, advice)
    low, high = map(float, bounds)
    if not low < high:
        problem = f"the range is {low:g} to {high:g}"
        raise declaration_error(key, file, problem, "give a range that has a width")
    return low, high


def validate_texts(key: str, texts: Mapping[str, Any], file: str) -> None:
    """Raise an error if the unit, source, standing, effect or another text cannot be read.

    Raises
    ------
    BadInput
        Naming the number, the file, what is wrong and what is allowed.
    """
    for name, text in texts.items():
        if not isinstance(text, str) or not text or text != text.strip():
            advice = "give a text without blank ends"
            raise declaration_error(key, file, f"{name} is {text!r}", advice)
    if texts["unit"] not in UNITS:
        raise unknown_name_error("unit", texts["unit"], UNITS, f"{key} of data/{file}")
    source, standing = texts["source"], texts.get("standing", "")
    if not _SOURCE.fullmatch(source):
        advice = "name theses (T024 T032), criticisms (C02) or a note (note 86), or assumption"
        raise declaration_error(key, file, f"the source is {source!r}", advice)
    if "standing" in texts and standing not in STANDINGS_OF_NUMBERS:
        advice = f"allowed are {', '.join(STANDINGS_OF_NUMBERS)}"
        raise declaration_error(key, file, f"the standing is {standing!r}", advice)
    if "standing" in texts and (standing == "assumption") != (source == "assumption"):
        advice = "an assumption cites nothing, and what cites a thesis is no assumption"
        raise declaration_error(key, file, f"standing {standing} with source {source}", advice)
    if "effect" in texts and not _EFFECT.fullmatch(texts["effect"]):
        advice = f"write 'quantity +', 'quantity -', 'quantity reverses' or '{NONE_DETECTED}'"
        raise declaration_error(key, file, f"the effect is {texts['effect']!r}", advice)
    if "basis" in texts and not _BASIS.fullmatch(texts["basis"]):
        advice = "write 'ignorance', 'text: what it says' or 'figure: which, and whence'"
        raise declaration_error(key, file, f"the basis is {texts['basis']!r}", advice)
    if "order" in texts and not _ORDER.fullmatch(texts["order"]):
        advice = "give the group and the position in it, such as 'heights 2'"
        raise declaration_error(key, file, f"order is {texts['order']!r}", advice)
    if "dirichlet" in texts and not _GROUP.fullmatch(texts["dirichlet"]):
        advice = "give the group, such as 'reasons'"
        raise declaration_error(key, file, f"dirichlet is {texts['dirichlet']!r}", advice)


def rival_sections() -> tuple[str, ...]:
    """Return the sections that hold the numbers of rival accounts, which the main rules never read.

    Examples
    --------
    >>> rival_sections()[0]
    'age_clock'
    """
    return tuple(path.stem for path in sorted((DATA_FOLDER / "parameters" / "rivals").glob("*")))


def read_parameters() -> dict[str, Parameter]:
    """Return the declared numbers of the rules by key, files by name, entries in their order.

    Those of rival accounts stand behind those of the main rules.

    Examples
    --------
    >>> read_parameters()["camps.fear"].meaning
    'how far each ground of fear alone mobilises a camp'
    """
    declared = {}
    sections = [path.stem for path in sorted((DATA_FOLDER / "parameters").glob("*.toml"))]
    for place in (*sections, *(f"rivals/{section}" for section in rival_sections())):
        section = place.rpartition("/")[2]
        for name, entry in read_data_file(f"parameters/{place}").items():
            key = f"{section}.{name}"
            declared[key] = build_declaration(key, entry, _KEYS, f"parameters/{place}.toml")
    validate_number_groups(declared)
    return declared


def read_start_values() -> dict[str, Parameter]:
    """Return the declared start values of a country by key.

    Examples
    --------
    >>> read_start_values()["president.age"].unit
    'years'
    """
    declared = {}
    for section, entries in read_data_file("start").items():
        for name, entry in entries.items():
            key = f"{section}.{name}"
            declared[key] = build_declaration(key, entry, _KEYS, "start.toml")
    return declared
