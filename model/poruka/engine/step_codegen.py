"""The compiled month is written from a list of rules: one kernel that calls each of
them in order.
"""

import hashlib
import importlib.util
import os
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from poruka.engine.jit import CACHE, COMPILED, key_type, record_type
from poruka.engine.parameters import mechanisms
from poruka.engine.rule import Rule, RuleBook
from poruka.engine.state import WorldReference

_HEAD = '''"""Written by poruka.engine.step_codegen from the order of a month; do not edit."""

from poruka.engine.jit import kernel
from poruka.engine.step_codegen import kernels_of
from poruka.engine.random_streams import rule_stream

_rules = kernels_of("{key}")
'''
_BOOKS: dict[str, RuleBook] = {}
_MODULES: dict[str, ModuleType] = {}


def kernels_of(key: str) -> tuple[Callable, ...]:
    """Return the kernels of a month that is being written; the generated module asks
    for its own.
    """
    return tuple(one.run for one in _BOOKS[key].rules)


def _switch(one: Rule) -> str:
    if not one.mechanism:
        return ""
    return mechanisms()[one.mechanism].switch


def _source(book: RuleBook, key: str) -> str:
    lines = [_HEAD.format(key=key)]
    for place in range(len(book.rules)):
        lines.append(f"_rule_{place} = _rules[{place}]")
    lines += [
        "",
        "",
        "@kernel",
        "def step(world, params, key):",
        '    """Play one month."""',
        "    clock = world.clock[0]",
    ]
    for place, one in enumerate(book.rules):
        call = f"_rule_{place}(world, params, rule_stream(key, {one.constant}))"
        lines.append(f"    # {one.id}")
        switch, indent = _switch(one), "    "
        if switch:
            lines.append(f"    if params.on.{switch} > 0.5:")
            indent = "        "
        lines += [f"{indent}clock.rule = {place}", f"{indent}{call}"]
    return "\n".join(lines) + "\n"


def book_key(book: RuleBook) -> str:
    """Return the key of a month: its rules, their order and, for rules from outside the package,
    their sources.
    """
    digest = hashlib.sha256()
    for one in book.rules:
        digest.update(
            f"{one.id}:{one.mechanism}:{one.source.__module__}.{one.source.__qualname__};".encode()
        )
        if not one.source.__module__.startswith("poruka."):
            digest.update(one.text.encode())
    return digest.hexdigest()[:16]


def write_month(book: RuleBook) -> ModuleType:
    """Write the month of a rule book into the cache folder and return the module that plays it."""
    key = book_key(book)
    if key in _MODULES:
        return _MODULES[key]
    _BOOKS[key] = book
    path = CACHE / f"month_{key}.py"
    source = _source(book, key)
    if not path.exists() or path.read_text() != source:
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(source)
        os.replace(draft, path)
    name = f"poruka_month_{key}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    _MODULES[key] = module
    return module


def compile_rules(
    book: RuleBook, world: Any, params: Any, tell: Callable[[int, int, str], None]
) -> None:
    """Compile every rule of a month, telling how far it is: ``tell(done, total, id)``; nothing to
    do when interpreted.
    """
    if not COMPILED:
        return
    types = (WorldReference.type_of(world), record_type(params), key_type())
    for done, one in enumerate(book.rules):
        tell(done, len(book.rules), one.id)
        one.run.compile(types)
    tell(len(book.rules), len(book.rules), "")
