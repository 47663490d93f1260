"""A rule is a page a political scientist can read: claim, theses, place in the text, standing, and
the kernel that does it.

What a rule reads, writes and depends on is not declared a second time: it is read off its source,
since by the custom of this house a row is called by its table's word (``oligarch.wealth``,
``rival_clan.posts``).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from poruka.engine.jit import inner_kernel
from poruka.engine.parameters import mechanisms
from poruka.engine.random_streams import rule_stream_key
from poruka.engine.rule_source import (
    _find_field_usage,
    find_source_errors,
    has_rule_signature,
    is_rule_id,
    source_with_dependencies,
)
from poruka.utils.errors import BadInput, unknown_name_error

STANDINGS = ("stated", "operationalised", "assumption")


@dataclass(frozen=True)
class Rule:
    """One rule of the model.

    Attributes
    ----------
    id : str
        ``page.verb``.
    claim : str
        What it says about the world, one sentence in our own words.
    theses : tuple of str
        The theses it encodes, such as ``("T041",)``; empty only for an assumption.
    locator : str
        Section title or note number of the chapter.
    standing : {"stated", "operationalised", "assumption"}
        ``stated``: the text gives the relation; ``operationalised``: it gives the direction and we
        chose the form; ``assumption``: it is silent and the world needs it.
    mechanism : str
        The part of a mechanism that switches it off, such as ``M3.defection``.
    run : callable
        The kernel ``run(world, params, stream)``.
    source : callable
        The function before compilation.
    """

    id: str
    claim: str
    theses: tuple[str, ...]
    locator: str
    standing: str
    mechanism: str
    run: Callable = field(repr=False, compare=False)
    function: Callable = field(repr=False, compare=False)

    @property
    def stream_key(self) -> int:
        """The number that addresses this rule's random stream."""
        return rule_stream_key(self.id)

    @cached_property
    def _usage(self) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        return _find_field_usage(self.function)

    @property
    def reads(self) -> frozenset[str]:
        """Fields whose values the rule looks at."""
        return self._usage[0]

    @property
    def writes(self) -> frozenset[str]:
        """Fields the rule may change."""
        return self._usage[1]

    @property
    def parameters(self) -> frozenset[str]:
        """Parameters and start values the rule depends on."""
        return self._usage[2]

    @property
    def source_text(self) -> str:
        """The source of the kernel; for a rule of one's own also the helpers and constants it rests
        on.
        """
        return source_with_dependencies(self.function)


RULE_REGISTRY: dict[str, Rule] = {}


def rule(
    id: str,
    claim: str,
    theses: Iterable[str] = (),
    locator: str = "",
    standing: str = "operationalised",
    mechanism: str = "",
    register: bool = True,
) -> Callable[[Callable], Rule]:
    """Turn a kernel into a rule and register it; ``register=False`` keeps a rule of one's own out
    of the registry.

    Raises
    ------
    BadInput
        When the standing is unknown, or a rule that is no assumption names no thesis or no place.
    """
    theses = tuple(theses)
    if standing not in STANDINGS:
        raise unknown_name_error(
            "standing", standing, STANDINGS, f"rule {id}", f"allowed are {', '.join(STANDINGS)}."
        )
    if standing != "assumption" and not (theses and locator):
        raise BadInput(
            f"rule {id}: a rule that is {standing} names its theses and its place in the text; "
            "give both, or call it an assumption."
        )

    def wrap(function: Callable) -> Rule:
        made = Rule(
            id, claim, theses, locator, standing, mechanism, inner_kernel(function), function
        )
        if register:
            if id in RULE_REGISTRY and RULE_REGISTRY[id].function.__module__ != function.__module__:
                raise BadInput(
                    f"two rules are called {id}: {RULE_REGISTRY[id].function.__module__} and"
                    f" {function.__module__}."
                )
            RULE_REGISTRY[id] = made
        return made

    return wrap


def validate_rule(candidate: Rule) -> Rule:
    """Return a rule of one's own if a month can play it and a reader can see what it writes, or say
    what is wrong with it.

    Raises
    ------
    BadInput
        For what is no rule, an id, mechanism, table, field or number nobody knows, or a write that
        its source does not show.
    """
    if not isinstance(candidate, Rule):
        raise BadInput(
            f"{getattr(candidate, '__name__', repr(candidate))} is no rule; put"
            ' @rule(id="page.verb", claim=…, standing=…) over its kernel.'
        )
    if not is_rule_id(candidate.id):
        raise BadInput(
            f"the rule id {candidate.id!r} cannot be used; write page.verb in small letters, such"
            " as 'oligarchs.defect'."
        )
    if candidate.mechanism and candidate.mechanism not in mechanisms():
        raise unknown_name_error(
            "mechanism",
            candidate.mechanism,
            mechanisms(),
            f"rule {candidate.id}",
            "A rule no switch turns off names none.",
        )
    if not has_rule_signature(candidate.function):
        raise BadInput(
            f"rule {candidate.id}: a kernel takes (world, params, stream), in this order and by"
            " these names."
        )
    if found := find_source_errors(candidate.function):
        raise BadInput(f"rule {candidate.id}: " + "; ".join(found) + ".")
    return candidate


@dataclass(frozen=True)
class Schedule:
    """The rules of a world in the order of the month.

    Examples
    --------
    >>> from poruka.rules.schedule import SCHEDULE
    >>> left = tuple(i for i in SCHEDULE.ids if i != "citizens.emigrate")
    >>> SCHEDULE.without_rule("citizens.emigrate").ids == left
    True
    """

    rules: tuple[Rule, ...]
    start: Callable = field(repr=False, compare=False)
    """The kernel that sets up a world before its first month."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the rules, in order."""
        return tuple(one.id for one in self.rules)

    def _position(self, id: str) -> int:
        if id not in self.ids:
            raise unknown_name_error("rule", id, self.ids)
        return self.ids.index(id)

    def replace(self, id: str, new_rule: Rule) -> "Schedule":
        """Put a rule in another's place; it keeps the replaced rule's id, and so its
        random stream.
        """
        place = self._position(id)
        return replace(
            self,
            rules=self.rules[:place]
            + (replace(validate_rule(new_rule), id=id),)
            + self.rules[place + 1 :],
        )

    def add(self, new_rule: Rule, after: str) -> "Schedule":
        """Add a rule behind another."""
        place = self._position(after) + 1
        if validate_rule(new_rule).id in self.ids:
            raise BadInput(
                f"the month already has a rule {new_rule.id}; use replace, or give yours"
                " another id."
            )
        return replace(self, rules=self.rules[:place] + (new_rule,) + self.rules[place:])

    def without_rule(self, id: str) -> "Schedule":
        """Leave a rule out."""
        place = self._position(id)
        return replace(self, rules=self.rules[:place] + self.rules[place + 1 :])

    def reorder(self, ids: Iterable[str]) -> "Schedule":
        """Play the same rules in another order."""
        ids = list(ids)
        if sorted(ids) != sorted(self.ids):
            missing, extra = sorted(set(self.ids) - set(ids)), sorted(set(ids) - set(self.ids))
            raise BadInput(
                f"an order names every rule of the month once; missing: {missing}, not in it:"
                f" {extra}."
            )
        return replace(self, rules=tuple(self.rules[self._position(id)] for id in ids))
