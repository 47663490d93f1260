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
from poruka.engine.random_streams import rule_constant
from poruka.engine.rule_source import _uses, faults, is_id, takes_three, whole_text
from poruka.utils.errors import BadInput, unknown

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
    source: Callable = field(repr=False, compare=False)

    @property
    def constant(self) -> int:
        """The number that addresses this rule's random stream."""
        return rule_constant(self.id)

    @cached_property
    def _use(self) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        return _uses(self.source)

    @property
    def reads(self) -> frozenset[str]:
        """Fields whose values the rule looks at."""
        return self._use[0]

    @property
    def writes(self) -> frozenset[str]:
        """Fields the rule may change."""
        return self._use[1]

    @property
    def parameters(self) -> frozenset[str]:
        """Parameters and start values the rule depends on."""
        return self._use[2]

    @property
    def text(self) -> str:
        """The source of the kernel; for a rule of one's own also the helpers and constants it rests
        on.
        """
        return whole_text(self.source)


REGISTRY: dict[str, Rule] = {}


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
        raise unknown(
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
            if id in REGISTRY and REGISTRY[id].source.__module__ != function.__module__:
                raise BadInput(
                    f"two rules are called {id}: {REGISTRY[id].source.__module__} and"
                    f" {function.__module__}."
                )
            REGISTRY[id] = made
        return made

    return wrap


def checked(mine: Rule) -> Rule:
    """Return a rule of one's own if a month can play it and a reader can see what it writes, or say
    what is wrong with it.

    Raises
    ------
    BadInput
        For what is no rule, an id, mechanism, table, field or number nobody knows, or a write that
        its source does not show.
    """
    if not isinstance(mine, Rule):
        raise BadInput(
            f'{getattr(mine, "__name__", repr(mine))} is no rule; put @rule(id="page.verb",'
            " claim=…, standing=…) over its kernel."
        )
    if not is_id(mine.id):
        raise BadInput(
            f"the rule id {mine.id!r} cannot be used; write page.verb in small letters, such as"
            " 'oligarchs.defect'."
        )
    if mine.mechanism and mine.mechanism not in mechanisms():
        raise unknown(
            "mechanism",
            mine.mechanism,
            mechanisms(),
            f"rule {mine.id}",
            "A rule no switch turns off names none.",
        )
    if not takes_three(mine.source):
        raise BadInput(
            f"rule {mine.id}: a kernel takes (world, params, stream), in this order and by these"
            " names."
        )
    if found := faults(mine.source):
        raise BadInput(f"rule {mine.id}: " + "; ".join(found) + ".")
    return mine


@dataclass(frozen=True)
class RuleBook:
    """The rules of a world in the order of the month.

    Examples
    --------
    >>> from poruka.rules.schedule import MONTH
    >>> left = tuple(i for i in MONTH.ids if i != "citizens.emigrate")
    >>> MONTH.without_rule("citizens.emigrate").ids == left
    True
    """

    rules: tuple[Rule, ...]
    start: Callable = field(repr=False, compare=False)
    """The kernel that sets up a world before its first month."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the rules, in order."""
        return tuple(one.id for one in self.rules)

    def _place(self, id: str) -> int:
        if id not in self.ids:
            raise unknown("rule", id, self.ids)
        return self.ids.index(id)

    def replace(self, id: str, mine: Rule) -> "RuleBook":
        """Put a rule in another's place; it keeps the replaced rule's id, and so its
        random stream.
        """
        place = self._place(id)
        return replace(
            self,
            rules=self.rules[:place] + (replace(checked(mine), id=id),) + self.rules[place + 1 :],
        )

    def add(self, mine: Rule, after: str) -> "RuleBook":
        """Add a rule behind another."""
        place = self._place(after) + 1
        if checked(mine).id in self.ids:
            raise BadInput(
                f"the month already has a rule {mine.id}; use replace, or give yours another id."
            )
        return replace(self, rules=self.rules[:place] + (mine,) + self.rules[place:])

    def without_rule(self, id: str) -> "RuleBook":
        """Leave a rule out."""
        place = self._place(id)
        return replace(self, rules=self.rules[:place] + self.rules[place + 1 :])

    def order(self, ids: Iterable[str]) -> "RuleBook":
        """Play the same rules in another order."""
        ids = list(ids)
        if sorted(ids) != sorted(self.ids):
            missing, extra = sorted(set(self.ids) - set(ids)), sorted(set(ids) - set(self.ids))
            raise BadInput(
                f"an order names every rule of the month once; missing: {missing}, not in it:"
                f" {extra}."
            )
        return replace(self, rules=tuple(self.rules[self._place(id)] for id in ids))
