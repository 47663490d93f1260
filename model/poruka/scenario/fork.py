"""Forks: when the history of a world branches and what is changed there, validated beforehand."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, NamedTuple

from pydantic import ValidationError

from poruka.engine import codes
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.scenario.schema import Shock, parse_month
from poruka.utils.errors import BadInput, unknown_name_error
from poruka.utils.plain_values import plain_value

# Events that can trigger a fork; the two kinds of election have names of their own.
TRIGGER_EVENTS = (
    *(kind for kind in codes.EVENT_KINDS if kind not in ("instrument", "shock", "election")),
    "presidential_election",
    "house_election",
)
_EVENT_PATTERN = re.compile(r"(before|after) ([A-Za-z][A-Za-z0-9_]*)(?: ([1-9][0-9]{0,3}))?")
_THRESHOLD_PATTERN = re.compile(r"([a-z_]+) ([<>]) (-?[0-9]*\.?[0-9]+)")


class Trigger(NamedTuple):
    """When a fork occurs: at a date, before or after an event, or at a threshold of an index."""

    kind: str
    subject: str
    number: float


@dataclass(frozen=True)
class Fork:
    """One fork: its moment and what is changed from then on.

    Attributes
    ----------
    at : str
        ``1998-10``; ``before dissolution``, ``after presidential_election 2``, ``before I19`` (the
        month in which it would happen is simulated anew, or the month after it begins the branch);
        ``strongest_threat > 0.4`` (the month after it was first so).
    change : tuple of (key, value)
        Keys of ``scenario.keys()`` other than start values, and ``state.table.field`` or
        ``state.table.row.field``.
    without, force, forbid, allow : tuple of str
        Mechanisms and shocks removed; forced events; instruments forbidden or allowed again.
    shocks : tuple of Shock
        Additional external shocks.
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
        """When the fork occurs."""
        return parse_trigger(self.at)

    @property
    def intervention_count(self) -> int:
        """Number of rows it needs in a world's table of interventions."""
        return len(self.force) + len(self.forbid) + len(self.allow)

    def scenario_changes(self) -> dict[str, Any]:
        """Return the changes that are parameters, shocks or instruments."""
        return {key: value for key, value in self.change if not key.startswith("state.")}

    def to_dict(self) -> dict[str, Any]:
        """Return the fork as plain values for a manifest."""
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
    """Return a fork from the values of a caller or a file; only its structure is validated here.

    Examples
    --------
    >>> build_fork("1998-10", force="president.dies").force
    ('president.dies',)
    """
    at = plain_value(at)
    parse_trigger(at)
    if change is not None and not isinstance(change, Mapping):
        raise BadInput(
            f"the changes of the fork at {at} are {change!r}; give a mapping of keys to values,"
            " such as {'oligarchs.inertia': 0.5}."
        )
    id_lists = {}
    for name, value in (
        ("without", without),
        ("force", force),
        ("forbid", forbid),
        ("allow", allow),
    ):
        ids = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
        id_lists[name] = tuple(sorted(ids) if isinstance(ids, (set, frozenset)) else ids)
        for id in id_lists[name]:
            if not isinstance(id, str):
                raise BadInput(
                    f"the fork at {at}: {id!r} in {name} is not a name; write it in quotes."
                )
    return Fork(
        at,
        tuple((change or {}).items()),
        shocks=tuple(_parse_shock(shock, at) for shock in shocks),
        **id_lists,
    )


def _parse_shock(shock: Any, fork_at: Any) -> Shock:
    if isinstance(shock, Shock):
        return shock
    try:
        return Shock.model_validate(shock)
    except ValidationError as error:
        locations = ", ".join(
            ".".join(map(str, details["loc"])) or "the shock"
            for details in error.errors(include_url=False)
        )
        raise BadInput(
            f"the fork at {fork_at}: a shock is {shock!r}; correct {locations}: a shock has id,"
            " date, variable, set or add, fact and source."
        ) from None


def parse_trigger(text: Any) -> Trigger:
    """Return when a fork occurs, or raise an error that shows how to write it.

    Examples
    --------
    >>> parse_trigger("before dissolution 2"), parse_trigger("strongest_threat > 0.4").subject
    (Trigger(kind='before', subject='dissolution', number=2.0), 'strongest_threat')
    """
    advice = (
        "write a date such as '1998-10', 'before dissolution', 'after presidential_election 2',"
        " 'before I19', or an index and a threshold such as 'strongest_threat > 0.4'."
    )
    if not isinstance(text, str):
        raise BadInput(f"a fork occurs at {text!r}; {advice}")
    event, threshold = _EVENT_PATTERN.fullmatch(text), _THRESHOLD_PATTERN.fullmatch(text)
    if event:
        kind, subject, number = event.groups()
        if subject not in TRIGGER_EVENTS and not re.fullmatch(r"[A-Z][A-Za-z0-9_]*", subject):
            raise unknown_name_error(
                "event",
                subject,
                TRIGGER_EVENTS,
                f"the fork at {text!r}",
                f"Known are {', '.join(TRIGGER_EVENTS)} and instruments by their id.",
            )
        return Trigger(kind, subject, float(number or 1))
    if threshold:
        index, sign, number = threshold.groups()
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
        raise BadInput(f"a fork occurs at {text!r}; {advice}") from None
    return Trigger("date", text, 0.0)


def refuse_conflicts(forks: Iterable[Fork]) -> None:
    """Refuse forks of one moment that contradict each other."""
    effects_by_key: dict[tuple[str, str], tuple[Any, ...]] = {}
    for fork in forks:
        effects: list[tuple[str, tuple[Any, ...]]] = [
            (key, ("is set to", value)) for key, value in fork.change
        ]
        effects += [(id, ("is requested",)) for id in (*fork.force, *fork.allow)]
        effects += [(id, ("is forbidden",)) for id in fork.forbid]
        effects += [("heir", ("is to be", id)) for id in fork.force if id.startswith("heir.")]
        for key, effect in effects:
            earlier = effects_by_key.setdefault((fork.at, key), effect)
            if earlier != effect:
                raise BadInput(
                    f"two forks at {fork.at} contradict each other: {key}"
                    f" {' '.join(map(str, earlier))} and {' '.join(map(str, effect))}; drop one of"
                    " the two."
                )
