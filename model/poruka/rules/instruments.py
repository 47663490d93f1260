"""The instruments and the external shocks as the tables of a world.

Labels and steps stay in the data; a world holds numbers only. A cell of an instrument is a step
(``slight``), two steps between which its coders differ (``none/slight``), or a number.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from poruka.engine import codes, instrument_codes
from poruka.engine.instrument_columns import (
    column_members,
    given_cells,
    instrument_columns,
    validate_cell,
    validate_instrument_cells,
    validate_instrument_entry,
)
from poruka.engine.instrument_kinds import Manner
from poruka.engine.instrument_steps import StepHeights, resolve_cell
from poruka.engine.state import read_data_file
from poruka.utils.errors import BadInput, unknown_name_error

# Manners of acting: after another country's example, under a shock, in haste, at a handover.
MANNER_CODES = {"I07": Manner.AFTER_EXAMPLE, "I10": Manner.UNDER_SHOCK, "I20": Manner.IN_HASTE}
MANNER_CODES |= {"I48": Manner.FOR_PREDECESSOR}
SHARE_ATTRIBUTES = tuple(column_members("", instrument_columns()))
COST_BEARERS = tuple(column_members("cost", instrument_columns()))
Cell = float | str


class Instrument(NamedTuple):
    """One instrument of the ruler, as declared in the data.

    Attributes
    ----------
    id, label : str
        Its name in events and in the chronicle.
    verb : str
        The generic action, one of ``instrument_codes.VERBS``.
    strength : float or str
        How far it goes: a step, or a number from 0 to 1, as all its cells.
    through : str
        The tool whose obedience decides success, one of ``instrument_codes.TOOLS``.
    needs, gives : tuple of str
        Conditions it requires and conditions it creates, from ``instrument_codes.CONDITIONS``.
    against : dict
        Share of each sphere's threat it is expected to remove, -1 to 1; one left out is none.
    cost : dict
        Offence to citizens, elite, West and minority, -1 to 1; one left out is none.
    lasting, irregular, deniable, blunt : float or str
        Permanence; degree to which it breaks the law; share of blame on others; directness.
    precedent : str
        External variable whose example lowers its cost, or an empty string.
    defensive : bool
        Whether it answers a threat rather than extends control.
    theses : tuple of str
        The theses of the text it represents.
    """

    id: str
    label: str
    verb: str
    strength: Cell
    through: str
    needs: tuple[str, ...]
    gives: tuple[str, ...]
    against: dict[str, Cell]
    cost: dict[str, Cell]
    lasting: Cell
    irregular: Cell
    deniable: Cell
    blunt: Cell
    precedent: str
    defensive: bool
    theses: tuple[str, ...]


@cache
def _read_instruments() -> tuple[Instrument, ...]:
    return read_instruments(read_data_file("instruments"))


def restore_instrument(attributes: Mapping[str, Any]) -> Instrument:
    """Return the instrument of a table, where tuples may stand as lists.

    Examples
    --------
    >>> restore_instrument(instruments()[0]._asdict()) == instruments()[0]
    True
    """
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in attributes.items()
    }
    return Instrument(**values)


def read_instruments(table: Mapping[str, Any]) -> tuple[Instrument, ...]:
    """Return the instruments of a table, each checked; cells that are left out are none.

    Raises
    ------
    BadInput
        For a key that is missing or unknown, or a cell that is no step.
    """
    left_out: dict[str, Any] = {
        **dict.fromkeys(SHARE_ATTRIBUTES, "none"),
        "against": {},
        "cost": {},
    }
    declared = []
    for id, entry in table.items():
        location = f"data/instruments.toml, {id}"
        if id in ("verbs", "conditions"):
            continue
        validate_instrument_entry(entry, Instrument._fields[1:], location)
        declared.append(validate_instrument(restore_instrument({"id": id, **left_out, **entry})))
    return tuple(declared)


def instruments() -> list[Instrument]:
    """Return all declared instruments in the order of their ids.

    Examples
    --------
    >>> instruments()[0].id, len(instruments())
    ('I01', 73)
    """
    return list(_read_instruments())


def adjust_instrument(instrument: Instrument, overrides: Mapping[str, Cell]) -> Instrument:
    """Return an instrument with some of its cells changed.

    Keys are names of columns, such as ``strength`` or ``against.rival``.
    """
    for key, value in overrides.items():
        attribute, _, entry = key.partition(".")
        changed: Any = {**getattr(instrument, attribute), entry: value} if entry else value
        instrument = instrument._replace(**{attribute: changed})
    return instrument


def resolve_instrument(instrument: Instrument, heights: StepHeights) -> Instrument:
    """Return an instrument with a number in each of its cells."""
    attributes: dict[str, Any] = {
        **dict.fromkeys(SHARE_ATTRIBUTES, 0.0),
        "against": {},
        "cost": dict.fromkeys(COST_BEARERS, 0.0),
    }
    for name, cell in given_cells(instrument._asdict()).items():
        attribute, _, entry = name.partition(".")
        column = attributes[attribute] if entry else attributes
        column[entry or attribute] = resolve_cell(cell, heights)
    return instrument._replace(**attributes)


def add_custom_instruments(custom: Iterable[Instrument]) -> tuple[Instrument, ...]:
    """Return all instruments with custom ones, which replace those of the same id or come last."""
    custom_by_id = {instrument.id: instrument for instrument in custom}
    declared = tuple(custom_by_id.pop(instrument.id, instrument) for instrument in instruments())
    return (*declared, *custom_by_id.values())


def override_instrument_cells(
    repertoire: Iterable[Instrument], overrides: Iterable[tuple[str, Any]]
) -> tuple[Instrument, ...]:
    """Return the instruments with some of their cells changed.

    An override is a pair such as ``("instruments.I54.strength", "strong")``; others are ignored.
    """
    changes: dict[str, dict[str, Cell]] = {}
    for key, value in overrides:
        if key.startswith("instruments."):
            id, _, number = key.removeprefix("instruments.").partition(".")
            changes.setdefault(id, {})[number] = value
    return tuple(
        adjust_instrument(instrument, changes.get(instrument.id, {})) for instrument in repertoire
    )


def validate_instrument_number(repertoire: Iterable[Instrument], key: str, value: Any) -> Cell:
    """Return the new cell of an instrument: a step, two steps, or a number as a float.

    Raises
    ------
    BadInput
        For an unknown instrument or column, a word that is no step, or a number out of its range.
    """
    id, _, number = key.partition(".")[-1].partition(".")
    by_id = {instrument.id: instrument for instrument in repertoire}
    if id not in by_id:
        raise unknown_name_error("instrument", id, by_id)
    validate_cell(number, value, key, f"number of {id}")
    return value if isinstance(value, str) else float(value)


def validate_instrument(candidate: Any) -> Instrument:
    """Return a custom instrument if a world can use it.

    Raises
    ------
    BadInput
        For unknown names or numbers out of range, naming the instrument and what is allowed.
    """
    if not isinstance(candidate, Instrument):
        raise BadInput(
            f"{candidate!r} is not an instrument; create one with poruka.Instrument(...), or take"
            " one of instruments() and change it with its method _replace."
        )
    if not isinstance(candidate.id, str) or not re.fullmatch(r"[A-Z][A-Za-z0-9_]*", candidate.id):
        raise BadInput(
            f"the instrument's id is {candidate.id!r}; use a capital letter followed by letters,"
            " digits or underscores, such as X01."
        )
    location = f"instrument {candidate.id}"
    for name, known_names, kind in (
        (candidate.verb, instrument_codes.VERBS, "verb"),
        (candidate.through, instrument_codes.TOOLS, "tool"),
    ):
        if name not in known_names:
            raise unknown_name_error(kind, name, known_names, location)
    for condition in (*candidate.needs, *candidate.gives):
        if condition not in instrument_codes.CONDITIONS:
            raise unknown_name_error("condition", condition, instrument_codes.CONDITIONS, location)
    for sphere in candidate.against:
        if sphere not in codes.SPHERES:
            raise unknown_name_error("sphere", sphere, codes.SPHERES, location)
    if candidate.precedent and candidate.precedent not in codes.EXTERNAL_VARIABLES:
        raise unknown_name_error(
            "external variable", candidate.precedent, codes.EXTERNAL_VARIABLES, location
        )
    validate_instrument_cells(given_cells(candidate._asdict()), location)
    return candidate


def condition_mask(conditions: Iterable[str]) -> int:
    """Return conditions as one number with one bit for each."""
    return sum(1 << instrument_codes.CONDITIONS.index(condition) for condition in conditions)


def write_instruments(
    world: Any, repertoire: Iterable[Instrument], forbidden: Iterable[str] = ()
) -> None:
    """Write the numbers of the instruments into the tables of a world."""
    forbidden_ids = set(forbidden)
    for row_number, instrument in enumerate(repertoire):
        row = world.instruments[row_number]
        row.verb = instrument_codes.VERBS.index(instrument.verb)
        row.strength = instrument.strength
        row.through = instrument_codes.TOOLS.index(instrument.through)
        row.needs, row.gives = condition_mask(instrument.needs), condition_mask(instrument.gives)
        row.cost_citizens, row.cost_elite = instrument.cost["citizens"], instrument.cost["elite"]
        row.cost_west, row.cost_minority = instrument.cost["west"], instrument.cost["minority"]
        row.lasting, row.irregular = instrument.lasting, instrument.irregular
        row.deniable, row.blunt = instrument.deniable, instrument.blunt
        row.precedent = (
            codes.EXTERNAL_VARIABLES.index(instrument.precedent) if instrument.precedent else -1
        )
        row.defensive = instrument.defensive
        row.forbidden = instrument.id in forbidden_ids
        other = Manner.OTHER if instrument.verb == "modifier" else Manner.NONE
        row.manner = MANNER_CODES.get(instrument.id, other)
        for sphere, fall in instrument.against.items():
            world.aims[row_number * len(codes.SPHERES) + codes.SPHERES.index(sphere)].fall = fall


def write_shocks(world: Any, shocks: list[tuple[int, str, float, bool]]) -> None:
    """Write dated external shocks into the table of a world.

    A shock is month, external variable, value and whether the value is added.
    """
    for row_number, (month, variable, value, adds) in enumerate(shocks):
        row = world.shocks[row_number]
        row.month, row.variable = month, codes.EXTERNAL_VARIABLES.index(variable)
        row.value, row.adds = value, adds


def write_interventions(world: Any, interventions: Iterable[tuple[int, int, int]]) -> None:
    """Write interventions into a world: month, kind, row of whom or what they concern."""
    for row_number, (month, kind, subject) in enumerate(interventions):
        row = world.interventions[row_number]
        row.month, row.kind, row.subject, row.done = month, kind, subject, False


def build_initial_memory(world: Any, scenario: Any) -> np.ndarray:
    """Return the memory every world of a scenario starts from.

    It holds the declared initial values, the instruments, shocks, interventions and channels.
    """
    write_instruments(world, scenario.instruments, scenario.forbidden_instruments)
    write_shocks(world, scenario.shock_table())
    write_interventions(world, scenario.interventions)
    scenario.write_channels(world)
    return world.memory.copy()
