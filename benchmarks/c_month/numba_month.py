"""The numba month with a clock between its rules, written as the model writes its own months.

Rules and start are called by the address of their machine code, the very code that `simulate` runs.
"""

import hashlib
import importlib.util
import os
import sys
from types import ModuleType

import llvmlite.binding

from . import model

CLOCK_SYMBOL = "poruka_bench_ticks"
_SOURCE = '''"""Written by benchmarks/c_month/numba_month.py; do not edit."""

from numba import types

from {model} import WorldReference, cached_kernel, call, kernel, month_key, rule_stream

ticks = types.ExternalFunction("{clock}", types.int64())


@kernel
def time_month(world, params, rules, key, cells):
    clock = world.clock[0]
    before = ticks()
    now = ticks()
    elapsed = now - before
    if elapsed < cells[{rule_count}]:
        cells[{rule_count}] = elapsed
    before = now
{steps}


@cached_kernel
def time_worlds(
    code, tables, initial_memory, params, start, seed, first_world, world_count, months, cells
):
    world = WorldReference(
{tables}
    )
    for k in range(world_count):
        number = first_world + k
        call(code.start, world, initial_memory, params[0], start[0], seed, number)
        clock = world.clock[0]
        for month in range(months):
            key = month_key(seed, number, month)
            time_month(world, params[0], code.rules, key, cells[k, month])
            clock.month += 1
'''


def timed_month_source(schedule: model.Schedule) -> str:
    """Return the source of the month with a clock between its rules."""
    steps: list[str] = []
    for place, rule in enumerate(schedule.rules):
        switch, indent = model.switch_of(rule), "    "
        if switch:
            steps.append(f"    if params.on.{switch} > 0.5:")
            indent = "        "
        steps += [
            f"{indent}clock.rule = {place}",
            f"{indent}call(rules[{place}], world, params, rule_stream(key, {rule.stream_key}))",
            "    now = ticks()",
            "    elapsed = now - before",
            "    before = now",
            f"    if elapsed < cells[{place}]:",
            f"        cells[{place}] = elapsed",
        ]
    table_names: tuple[str, ...] = model.World._fields
    return _SOURCE.format(
        model=model.__name__,
        clock=CLOCK_SYMBOL,
        rule_count=len(schedule.rules),
        steps="\n".join(steps),
        tables="\n".join(f"        tables.{name}," for name in table_names),
    )


def load_timed_month(schedule: model.Schedule, clock_address: int) -> ModuleType:
    """Return the module whose ``time_worlds`` runs worlds with a clock between the rules.

    The clock is the very function the C month calls, found by its name: so the compiled month can
    be kept in the cache of the model.
    """
    llvmlite.binding.add_symbol(CLOCK_SYMBOL, clock_address)
    source = timed_month_source(schedule)
    key = hashlib.sha256(f"{model.source_fingerprint()} {source}".encode()).hexdigest()[:16]
    path = model.CACHE_FOLDER / f"timed_month_{key}.py"
    if not path.exists() or path.read_text() != source:
        for outdated in model.CACHE_FOLDER.glob("**/timed_month_*"):
            outdated.unlink(missing_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(source)
        os.replace(draft, path)
    spec = importlib.util.spec_from_file_location(f"poruka_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
