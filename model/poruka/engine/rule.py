"""The rule: claim, theses, place in the text, standing, and the kernel that carries it out.

What a rule reads, writes and depends on is not declared a second time. It is read off its source,
with all kernels that it calls; a rule in which some of it cannot be followed is refused.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from types import FunctionType
from typing import Any

from poruka.engine.jit import inner_kernel
from poruka.engine.kernel_reader import Usage
from poruka.engine.kernel_source import is_in_package
from poruka.engine.kernel_values import kernel_function
from poruka.engine.parameters import mechanisms
from poruka.engine.random_streams import rule_stream_key
from poruka.engine.rule_pickling import (
    Described,
    describe_function,
    restore_function,
    restore_kernel,
)
from poruka.engine.rule_source import (
    find_field_usage,
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
        ``topic.verb``.
    claim : str
        What it says about the world, one sentence in our own words.
    theses : tuple of str
        The theses it encodes, such as ``("T041",)``; empty only for an assumption.
    locator : str
        Section title or note number of the chapter.
    standing : {"stated", "operationalised", "assumption"}
        ``stated``: the text gives the relation; ``operationalised``: it gives the direction and we
        chose the form; ``assumption``: it is silent and the model needs it.
    mechanism : str
        The part of a mechanism that switches it off, such as ``M3.defection``.
    run : callable
        The kernel ``run(world, params, stream)``.
    function : callable
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

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel between processes by name; a rule of one's own by its source."""
        texts = (self.id, self.claim, self.theses, self.locator, self.standing, self.mechanism)
        return _restore_rule, (texts, describe_function(self.function))

    @property
    def stream_key(self) -> int:
        """The number that addresses this rule's random stream."""
        return rule_stream_key(self.id)

    @property
    def _usage(self) -> Usage:
        # Read anew each time: in a notebook a helper of the same name may have been written since.
        return find_field_usage(self.function)

    @property
    def reads(self) -> frozenset[str]:
        """Fields the rule reads."""
        return self._usage.reads

    @property
    def writes(self) -> frozenset[str]:
        """Fields the rule may change."""
        return self._usage.writes

    @property
    def parameters(self) -> frozenset[str]:
        """Parameters and start values the rule depends on."""
        return self._usage.parameters

    @property
    def source_text(self) -> str:
        """The source of the kernel; for a user's rule also the helpers and constants it uses."""
        return source_with_dependencies(self.function)


def _restore_rule(texts: tuple[Any, ...], described: Described) -> Rule:
    id, claim, theses, locator, standing, mechanism = texts
    function = restore_function(described)
    run = restore_kernel(described, function)
    return Rule(id, claim, theses, locator, standing, mechanism, run, function)


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
    """Turn a kernel into a rule, and register it unless ``register`` is false.

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
        new_rule = Rule(
            id, claim, theses, locator, standing, mechanism, inner_kernel(function), function
        )
        if register:
            registered = RULE_REGISTRY.get(id, new_rule).function.__module__
            if registered != function.__module__:
                raise BadInput(
                    f"two rules have the id {id}, one in {registered} and one in"
                    f" {function.__module__}; give one of them another id."
                )
            RULE_REGISTRY[id] = new_rule
        return new_rule

    return wrap


def validate_rule(candidate: Rule) -> Rule:
    """Return a user's own rule if it can be run and its source shows what it writes.

    Raises
    ------
    BadInput
        For what is no rule; an unknown id, mechanism, table, field or number; or a write that its
        source does not show.
    """
    if type(candidate) is not Rule:
        raise BadInput(
            f"{getattr(candidate, '__name__', repr(candidate))} is no rule; put"
            ' @rule(id="topic.verb", claim=…, standing=…) over its kernel.'
        )
    if not is_rule_id(candidate.id):
        raise BadInput(
            f"the rule id {candidate.id!r} cannot be used; write topic.verb in small letters, such"
            " as 'oligarchs.defect'."
        )
    if candidate.mechanism and candidate.mechanism not in mechanisms():
        raise unknown_name_error(
            "mechanism",
            candidate.mechanism,
            mechanisms(),
            f"rule {candidate.id}",
            "A rule that no switch turns off names none.",
        )
    if (
        type(candidate.function) is not FunctionType
        or (kernel_function(candidate.run) or candidate.run) is not candidate.function
    ):
        raise BadInput(
            f"rule {candidate.id}: the kernel that runs is not the one whose source is read; make"
            " the rule anew with @rule over that kernel."
        )
    if not has_rule_signature(candidate.function):
        raise BadInput(
            f"rule {candidate.id}: a kernel takes (world, params, stream), in this order and by"
            " these names."
        )
    if errors := find_source_errors(candidate.function):
        raise BadInput(f"rule {candidate.id}: " + "; ".join(errors) + ".")
    return candidate


@dataclass(frozen=True)
class Schedule:
    """The rules of a world in the order in which they run every month.

    Examples
    --------
    >>> from poruka.rules.schedule import SCHEDULE
    >>> remaining = tuple(id for id in SCHEDULE.ids if id != "citizens.emigrate")
    >>> SCHEDULE.without_rule("citizens.emigrate").ids == remaining
    True
    """

    rules: tuple[Rule, ...]
    start: Callable = field(repr=False, compare=False)
    """The kernel that initialises a world before its first month."""

    def __post_init__(self) -> None:
        # What was checked cannot be changed afterwards, as a list could.
        object.__setattr__(self, "rules", tuple(self.rules))

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel between processes by the names of the rules."""
        return _restore_schedule, (self.rules, describe_function(self.start))

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the rules, in order."""
        return tuple(rule.id for rule in self.rules)

    def _position(self, id: str) -> int:
        if id not in self.ids:
            raise unknown_name_error("rule", id, self.ids)
        return self.ids.index(id)

    def replace(self, id: str, new_rule: Rule) -> "Schedule":
        """Replace a rule; the new one takes over the id, and so the random stream."""
        position = self._position(id)
        new_rule = replace(validate_rule(new_rule), id=id)
        rules = (*self.rules[:position], new_rule, *self.rules[position + 1 :])
        return replace(self, rules=rules)

    def add(self, new_rule: Rule, after: str) -> "Schedule":
        """Add a rule that runs after another."""
        position = self._position(after) + 1
        if validate_rule(new_rule).id in self.ids:
            raise BadInput(
                f"the schedule already has a rule {new_rule.id}; use replace, or give yours"
                " another id."
            )
        rules = (*self.rules[:position], new_rule, *self.rules[position:])
        return replace(self, rules=rules)

    def without_rule(self, id: str) -> "Schedule":
        """Remove a rule."""
        position = self._position(id)
        return replace(self, rules=self.rules[:position] + self.rules[position + 1 :])

    def reorder(self, ids: Iterable[str]) -> "Schedule":
        """Run the same rules in another order."""
        ids = list(ids)
        if sorted(ids) != sorted(self.ids):
            missing, unknown = sorted(set(self.ids) - set(ids)), sorted(set(ids) - set(self.ids))
            raise BadInput(
                f"an order names every rule of the schedule once; missing: {missing}, unknown:"
                f" {unknown}."
            )
        return replace(self, rules=tuple(self.rules[self._position(id)] for id in ids))


def _restore_schedule(rules: tuple[Rule, ...], described: Described) -> Schedule:
    return Schedule(rules, restore_kernel(described))


def is_same_rule(one: Any, other: Any) -> bool:
    """Return whether two rules say and do the same: in every word, and by the same kernel."""
    if type(one) is not Rule or type(other) is not Rule:
        return False
    if one is not other and one != other:
        return False
    return one.run is other.run and one.function is other.function


def validate_own_rules(schedule: Schedule) -> None:
    """Check every rule of a schedule that does not come with the package, as they are now.

    A rule comes with the package if it is the one that is registered under its id, and no other
    rule of the package that was given this id.
    """
    for one in schedule.rules:
        registered = RULE_REGISTRY.get(getattr(one, "id", ""))
        if not is_same_rule(one, registered) or not is_in_package(one.function):
            validate_rule(one)
