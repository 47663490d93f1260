"""The month of numba with a clock between its rules, written as the model writes its own months."""

import importlib.util
import os
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import llvmlite.binding

from . import model

TICKS = "poruka_bench_ticks"
_KERNELS: dict[str, tuple[Callable, ...]] = {}
_SOURCE = '''"""Written by benchmarks/c_month/numba_month.py; do not edit."""

from numba import types

from {here} import kernels_of
from {model} import WorldReference, driver, kernel, make_world, month_key, rule_stream

ticks = types.ExternalFunction("{ticks}", types.int64())
_rules = kernels_of("{key}")
{rules}


@kernel
def time_month(world, params, key, cells):
    clock = world.clock[0]
    before = ticks()
    now = ticks()
    took = now - before
    if took < cells[{count}]:
        cells[{count}] = took
    before = now
{steps}


@driver
def time_worlds(tables, template, params, start, seed, first, worlds, months, cells):
    world = WorldReference({parts})
    for k in range(worlds):
        make_world(world, template, params[0], start[0], seed, first + k)
        clock = world.clock[0]
        for month in range(months):
            time_month(world, params[0], month_key(seed, first + k, month), cells[k, month])
            clock.month += 1
'''


def kernels_of(key: str) -> tuple[Callable, ...]:
    """Return the kernels of a month; the generated module asks for its own."""
    return _KERNELS[key]


def _source(book: Any, key: str) -> str:
    steps: list[str] = []
    tables: tuple[str, ...] = model.World._fields
    for place, one in enumerate(book.rules):
        switch, indent = model.switch_of(one), "    "
        if switch:
            steps.append(f"    if params.on.{switch} > 0.5:")
            indent = "        "
        steps += [
            f"{indent}clock.rule = {place}",
            f"{indent}_rule_{place}(world, params, rule_stream(key, {one.constant}))",
            "    now = ticks()",
            "    took = now - before",
            "    before = now",
            f"    if took < cells[{place}]:",
            f"        cells[{place}] = took",
        ]
    return _SOURCE.format(
        here=__name__, model=model.__name__, key=key, ticks=TICKS, count=len(book.rules),
        rules="\n".join(f"_rule_{place} = _rules[{place}]" for place in range(len(book.rules))),
        steps="\n".join(steps), parts=", ".join(f"tables.{name}" for name in tables),
    )  # fmt: skip


def load(book: Any, clock_address: int) -> ModuleType:
    """Return the module whose ``time_worlds`` plays worlds with a clock between the rules.

    The clock is the very function the C month calls, found by its name: so the compiled month can
    be kept in the cache of the model.
    """
    llvmlite.binding.add_symbol(TICKS, clock_address)
    key = model.book_key(book)
    _KERNELS[key] = tuple(one.run for one in book.rules)
    path = model.CACHE / f"timed_month_{key}.py"
    source = _source(book, key)
    if not path.exists() or path.read_text() != source:
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(source)
        os.replace(draft, path)
    spec = importlib.util.spec_from_file_location(f"poruka_timed_month_{key}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
