"""Forks: when a branch of a world opens, and what is changed there; said in words, checked before
anything is played.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, NamedTuple

from pydantic import ValidationError

from poruka.engine import codes
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.engine.state import Field, tables
from poruka.scenario.schema import Shock, parse_month
from poruka.utils.errors import BadInput, unknown_name_error

# What happens in a country and can be waited for; the two kinds of election have names of their
# own.
TRIGGER_EVENTS = (
    *(kind for kind in codes.EVENT_KINDS if kind not in ("instrument", "shock", "election")),
    "presidential_election",
    "house_election",
)
DERIVED_TABLES = (
    "clock",
    "tally",
    "history",
    "index",
    "shocks",
    "interventions",
    "instruments",
    "aims",
)
"""Tables nobody changes by hand: they are counted from the others, or have keys of their own."""
_ROW_NAMES = {
    "contenders": codes.CONTENDERS,
    "constituencies": codes.CONSTITUENCIES,
    "outsides": codes.EXTERNAL_VARIABLES,
    "courts": codes.COURTS,
    "spheres": codes.SPHERES,
}
EARLIER_FIELD_NAMES = {
    "oligarchs.skeletons": "compromising_files",
    "clients.skeletons": "compromising_files",
    "president.odium": "unpopularity",
    "president.burnt": "hurt_by_premier",
    "president.twilight": "expected_end",
    "society.pole": "focal_challenger",
}
"""Keys of state that scenario files may still use, with the present names of their fields."""
_EVENT_PATTERN = re.compile(r"(before|after) ([A-Za-z][A-Za-z0-9_]*)(?: ([1-9][0-9]{0,3}))?")
_THRESHOLD_PATTERN = re.compile(r"([a-z_]+) ([<>]) (-?[0-9]*\.?[0-9]+)")
_OPERATION_PATTERN = re.compile(r"([+*-]) ?([0-9]*\.?[0-9]+)")


class Trigger(NamedTuple):
    """When a branch opens: at a date, before or after something happens for the n-th time, or when
    an index has passed a level.
    """

    kind: str
    subject: str
    number: float


@dataclass(frozen=True)
class Fork:
    """One branching: its moment and what is changed from then on.

    Attributes
    ----------
    at : str
        ``1998-10``; ``before dissolution``, ``after presidential_election 2``, ``before I19`` (the
        month in which it would happen is played anew, or the month after it begins the branch);
        ``strongest_threat > 0.4`` (the month after it was first so).
    change : tuple of (key, value)
        Keys of ``scenario.keys()`` other than start values, and ``state.table.field`` or
        ``state.table.row.field``.
    without, force, forbid, allow : tuple of str
        Mechanisms and shocks left out; what happens; acts forbidden or allowed again.
    shocks : tuple of Shock
        More shocks from abroad.
    """

    at: str
    change: tuple[tuple[str, Any], ...] = ()
    without: tuple[str, ...] = ()
    force: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    shocks: tuple[Shock, ...] = ()

    @cached_property
    def trigger(self) -> Trigger:
        """When it opens."""
        return parse_trigger(self.at)

    @property
    def intervention_count(self) -> int:
        """How many rows of a world's table of interventions it needs."""
        return len(self.force) + len(self.forbid) + len(self.allow)

    def scenario_changes(self) -> dict[str, Any]:
        """Return the changes that are parameters, shocks or instruments."""
        return {key: value for key, value in self.change if not key.startswith("state.")}

    def to_dict(self) -> dict[str, Any]:
        """Return the fork as plain values, good for a manifest."""
        return asdict(self) | {
            "change": [list(pair) for pair in self.change],
            "shocks": [shock.model_dump() for shock in self.shocks],
        }


def build_fork(
    at: Any,
    change: Any = None,
    without: Any = (),
    force: Any = (),
    forbid: Any = (),
    allow: Any = (),
    shocks: Any = (),
) -> Fork:
    """Return a fork from what a caller or a file gives; only its own shape is checked here.

    Examples
    --------
    >>> build_fork("1998-10", force="president.dies").force
    ('president.dies',)
    """
    parse_trigger(at)
    if change is not None and not isinstance(change, Mapping):
        raise BadInput(
            f"the changes of the fork at {at} are {change!r}; give a mapping of keys to values,"
            " such as {'oligarchs.inertia': 0.5}."
        )
    lists = {}
    for word, given in (
        ("without", without),
        ("force", force),
        ("forbid", forbid),
        ("allow", allow),
    ):
        several = given if isinstance(given, (list, tuple, set, frozenset)) else [given]
        lists[word] = tuple(sorted(several) if isinstance(several, (set, frozenset)) else several)
        for one in lists[word]:
            if not isinstance(one, str):
                raise BadInput(
                    f"the fork at {at}: {one!r} in {word} is no name; write it in quotes."
                )
    return Fork(
        at,
        tuple((change or {}).items()),
        shocks=tuple(_parse_shock(one, at) for one in shocks),
        **lists,
    )


def _parse_shock(shock: Any, fork_at: Any) -> Shock:
    if isinstance(shock, Shock):
        return shock
    try:
        return Shock.model_validate(shock)
    except ValidationError as error:
        faults = ", ".join(
            ".".join(map(str, one["loc"])) or "the shock" for one in error.errors(include_url=False)
        )
        raise BadInput(
            f"the fork at {fork_at}: a shock is {shock!r}; mend {faults}: a shock has id, date,"
            " variable, set or add, fact and source."
        ) from None


def parse_trigger(text: Any) -> Trigger:
    """Return when a branch opens, or say how that can be written.

    Examples
    --------
    >>> parse_trigger("before dissolution 2"), parse_trigger("strongest_threat > 0.4").subject
    (Trigger(kind='before', subject='dissolution', number=2.0), 'strongest_threat')
    """
    how = (
        "write a date such as '1998-10', 'before dissolution', 'after presidential_election 2',"
        " 'before I19', or an index and a level such as 'strongest_threat > 0.4'."
    )
    if not isinstance(text, str):
        raise BadInput(f"a fork opens at {text!r}; {how}")
    event, level = _EVENT_PATTERN.fullmatch(text), _THRESHOLD_PATTERN.fullmatch(text)
    if event:
        kind, what, number = event.groups()
        if what not in TRIGGER_EVENTS and not re.fullmatch(r"[A-Z][A-Za-z0-9_]*", what):
            raise unknown_name_error(
                "happening",
                what,
                TRIGGER_EVENTS,
                f"the fork at {text!r}",
                f"Known are {', '.join(TRIGGER_EVENTS)} and acts by their id.",
            )
        return Trigger(kind, what, float(number or 1))
    if level:
        index, sign, number = level.groups()
        if index not in INDEX_DESCRIPTIONS:
            raise unknown_name_error(
                "index",
                index,
                INDEX_DESCRIPTIONS,
                f"the fork at {text!r}",
                f"Known are {', '.join(INDEX_DESCRIPTIONS)}.",
            )
        return Trigger("above" if sign == ">" else "below", index, float(number))
    try:
        parse_month(text, "date")
    except BadInput:
        raise BadInput(f"a fork opens at {text!r}; {how}") from None
    return Trigger("date", text, 0.0)


class StateChange(NamedTuple):
    """One change of a world's state: where, and set to (``=``), raised by (``+``) or multiplied by
    (``*``) what.
    """

    field: Field
    row: int | None
    operator: str
    value: float


def parse_state_change(key: str, value: Any, table_sizes: Mapping[str, int]) -> StateChange:
    """Return a change of state, or say what can be changed.

    Parameters
    ----------
    key : str
        ``state.president.health``, ``state.citizens.habit`` (all of them),
        ``state.contenders.magnate.organisation`` or ``state.oligarchs.3.wealth``.
    value : number, bool or str
        What it is set to, or a step such as ``"+0.1"``, ``"-0.1"``, ``"*1.5"``; results are held
        within the field's range.
    sizes : mapping
        Rows of the tables whose number a scenario chooses.

    Examples
    --------
    >>> parse_state_change("state.society.habit", "+0.2", {}).value
    0.2
    """
    table, *rest = key.split(".")[1:]
    open_tables = [name for name in tables() if name not in DERIVED_TABLES]
    if table in DERIVED_TABLES:
        raise BadInput(
            f"{key}: {table} is counted from the rest of a world; change what it is counted from "
            "(instruments have keys of their own: instruments.I54.strength)."
        )
    if table not in open_tables:
        raise unknown_name_error(
            "table", table, open_tables, key, f"Known are {', '.join(open_tables)}."
        )
    known = {field.name: field for field in tables()[table].fields}
    if rest:
        rest[-1] = EARLIER_FIELD_NAMES.get(f"{table}.{rest[-1]}", rest[-1])
    if not rest or rest[-1] not in known or len(rest) > 2:
        raise unknown_name_error(
            f"field of a {tables()[table].row_name}",
            rest[-1] if rest else "",
            known,
            key,
            f"Known are {', '.join(known)}.",
        )
    field = known[rest[-1]]
    if field.unit in ("row", "bits") or field.key == "crisis.kind":
        raise BadInput(
            f"{key} links one part of a world to another and is not changed by hand; force what"
            " should happen instead, such as 'heir.unknown'."
        )
    count = tables()[table].size
    count = count if isinstance(count, int) else table_sizes[count]
    row = None if len(rest) == 1 else _parse_row(table, rest[0], count, key)
    step, number = "=", value
    if isinstance(value, str):
        found = _OPERATION_PATTERN.fullmatch(value.strip())
        if not found or field.kind != "real":
            raise BadInput(
                f"{key} is {value!r}; give a number from {field.low:g} to {field.high:g}"
                + (", or a step such as '+0.1' or '*1.5'." if field.kind == "real" else ".")
            )
        step, number = (
            ("+", float(found.group(2)) * (-1.0 if found.group(1) == "-" else 1.0))
            if found.group(1) != "*"
            else ("*", float(found.group(2)))
        )
    elif not isinstance(value, (int, float)) or (isinstance(value, bool) and field.kind != "flag"):
        raise BadInput(f"{key} is {value!r}; give a number from {field.low:g} to {field.high:g}.")
    if step == "=" and not field.low <= float(number) <= field.high:
        raise BadInput(
            f"{key} is {value!r}; it lies between {field.low:g} and {field.high:g} ({field.unit})."
        )
    if field.kind in ("count", "flag") and float(number) != int(number):
        raise BadInput(
            f"{key} is {value!r}; give a whole number from {field.low:g} to {field.high:g}"
            f" ({field.unit})."
        )
    return StateChange(field, row, step, float(number))


def _parse_row(table: str, row_name: str, row_count: int, key: str) -> int:
    words = _ROW_NAMES.get(table, ())
    if row_name in words:
        return words.index(row_name)
    if row_name.isascii() and row_name.isdigit() and int(row_name) < row_count:
        return int(row_name)
    raise unknown_name_error(
        "row",
        row_name,
        words,
        key,
        f"Rows of {table} are numbered from 0 to {row_count - 1}"
        + (f", or called {', '.join(words)}." if words else "."),
    )


def refuse_conflicts(forks: Iterable[Fork]) -> None:
    """Refuse forks of one moment that contradict each other."""
    asked: dict[tuple[str, str], tuple[Any, ...]] = {}
    for fork in forks:
        wishes: list[tuple[str, tuple[Any, ...]]] = [
            (key, ("is set to", value)) for key, value in fork.change
        ]
        wishes += [(one, ("is asked for",)) for one in (*fork.force, *fork.allow)] + [
            (one, ("is forbidden",)) for one in fork.forbid
        ]
        wishes += [("heir", ("is to be", one)) for one in fork.force if one.startswith("heir.")]
        for key, wish in wishes:
            there = asked.setdefault((fork.at, key), wish)
            if there != wish:
                raise BadInput(
                    f"two forks at {fork.at} contradict each other: {key}"
                    f" {' '.join(map(str, there))} and {' '.join(map(str, wish))}; drop one of the"
                    " two."
                )
