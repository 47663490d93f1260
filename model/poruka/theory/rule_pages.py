"""The page of a rule: the equations and symbols that its module opens with, its numbers.

A module of rules opens with a section ``Equations`` that has an entry for every rule of the page,
headed by its id, and for the kernels that other pages use, headed by their names; a section
``Symbols`` explains what is neither a number nor a field.
"""

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from textwrap import dedent
from typing import NamedTuple

from poruka.engine.kernel_source import read_kernel_source
from poruka.engine.rule import Rule
from poruka.engine.rule_source import called_kernels, unwrap_kernel

RULE_PACKAGES = ("poruka.rules.", "poruka.rivals.")
"""Packages whose modules are pages of rules."""
_HEADING = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)


class RulePage(NamedTuple):
    """What a module of rules says of itself.

    Attributes
    ----------
    equations : dict
        The equations by the id of the rule, or the name of the kernel, that they belong to.
    symbols : str
        What the symbols mean that are neither numbers nor fields; empty if there are none.
    """

    equations: dict[str, str]
    symbols: str


def read_page(docstring: str) -> RulePage:
    """Return the equations and symbols that a docstring of a module holds.

    Examples
    --------
    >>> page = read_page('''Growth.
    ...
    ... Equations
    ... ---------
    ... economy.grow
    ...     growth = pace (1 - chaos)
    ...
    ... Symbols
    ... -------
    ... pace : of reform
    ... ''')
    >>> page.equations
    {'economy.grow': 'growth = pace (1 - chaos)'}
    >>> page.symbols
    'pace : of reform'
    """
    pieces = _HEADING.split(inspect.cleandoc(docstring))
    sections = dict(zip(pieces[1::2], (text.strip("\n") for text in pieces[2::2]), strict=True))
    equations: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in sections.get("Equations", "").splitlines():
        if line and not line.startswith(" "):
            lines = []  # of one heading, which may name several kernels
            equations |= dict.fromkeys(line.strip().split(", "), lines)
        else:
            lines.append(line)
    return RulePage(
        {name: dedent("\n".join(text)).strip("\n") for name, text in equations.items()},
        sections.get("Symbols", "").strip("\n"),
    )


@cache
def page_of_module(name: str) -> RulePage:
    """Return the page of a module by its name."""
    return read_page(sys.modules[name].__doc__ or "")


def _kernels_called(function: Callable, seen: dict[Callable, None]) -> Iterator[Callable]:
    seen[function] = None
    yield function
    for kernel in called_kernels(ast.parse(read_kernel_source(function)), function):
        if kernel not in seen and kernel.__module__.startswith(RULE_PACKAGES):
            yield from _kernels_called(kernel, seen)


def equations_of_rule(rule: Rule) -> RulePage:
    """Return the equations of a rule, those of the kernels it calls included, and their symbols.

    Examples
    --------
    >>> from poruka.rules.schedule import SCHEDULE
    >>> rules = {rule.id: rule for rule in SCHEDULE.rules}
    >>> list(equations_of_rule(rules["economy.produce"]).equations)
    ['economy.produce']
    """
    equations: dict[str, str] = {}
    symbols: dict[str, None] = {}
    pages: dict[str, RulePage] = {}
    for function in _kernels_called(unwrap_kernel(rule.run), {}):
        page = page_of_module(function.__module__)
        name = rule.id if rule.id in page.equations and not equations else function.__name__
        if name in page.equations:
            equations[name] = page.equations[name]
            pages[function.__module__] = page
    shown = set(re.findall(r"\w+", " ".join(equations.values())))
    for page in pages.values():
        symbols |= dict.fromkeys(_symbols_in(page.symbols, shown))
    return RulePage(equations, "\n".join(symbols))


def _symbols_in(text: str, shown: set[str]) -> Iterator[str]:
    """Yield the entries of symbols that stand in the equations shown.

    Examples
    --------
    >>> list(_symbols_in("a, b : ability;\\n    boldness\\nc : custom", {"b"}))
    ['a, b : ability;\\n    boldness']
    """
    for entry in re.split(r"\n(?=\S)", text):
        if shown & set(re.findall(r"\w+", entry.partition(" : ")[0])):
            yield entry
