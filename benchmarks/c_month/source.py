"""One C file with the start, the rules of a month and a clock between them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from .expressions import Typed, python_function
from .kinds import INT64, UINT64, Array, Bytes, Kind, Record, ScalarTuple, Untranslatable, World
from .layout import Layout, constant_array
from .statements import Function

_HEAD = """/* Written by benchmarks/c_month/source.py from the rules in Python; do not edit. */

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static inline double max_double(double a, double b) { return b > a ? b : a; }
static inline double min_double(double a, double b) { return b < a ? b : a; }
static inline int64_t max_int64_t(int64_t a, int64_t b) { return b > a ? b : a; }
static inline int64_t min_int64_t(int64_t a, int64_t b) { return b < a ? b : a; }
static inline int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}
static inline int64_t floor_mod(int64_t a, int64_t b) { return a - floor_div(a, b) * b; }
"""

_TAIL = """
static void run_month(struct world *world, const struct record_params *params, uint64_t key)
{
%(untimed)s
}

static void time_month(struct world *world, const struct record_params *params, uint64_t key,
                       int64_t (*ticks)(void), int64_t *cells)
{
    int64_t before = ticks(), now = ticks(), elapsed = now - before;
    if (elapsed < cells[%(count)d])
        cells[%(count)d] = elapsed;
    before = now;
%(timed)s
}

void run_worlds(struct world *world, uint8_t *template, const struct record_params *params,
                 const struct record_start *start, int64_t seed, int64_t first, int64_t worlds,
                 int64_t months)
{
    for (int64_t k = 0; k < worlds; k++) {
        %(initialise_world)s(world, template, params, start, seed, first + k);
        for (int64_t month = 0; month < months; month++) {
            run_month(world, params, %(month_key)s(seed, first + k, month));
            world->clock_.rows->month_ += 1;
        }
    }
}

void time_worlds(struct world *world, uint8_t *template, const struct record_params *params,
                 const struct record_start *start, int64_t seed, int64_t first, int64_t worlds,
                 int64_t months, int64_t (*ticks)(void), int64_t *cells)
{
    for (int64_t k = 0; k < worlds; k++) {
        %(initialise_world)s(world, template, params, start, seed, first + k);
        for (int64_t month = 0; month < months; month++) {
            time_month(world, params, %(month_key)s(seed, first + k, month), ticks,
                       cells + (k * months + month) * %(cells)d);
            world->clock_.rows->month_ += 1;
        }
    }
}
"""


class Step(NamedTuple):
    """One rule of a month: its kernel, the key of its random stream, and its switch."""

    kernel: Callable
    stream_key: int
    switch: str


class SetupKernels(NamedTuple):
    """The kernels round the rules: the start of a world, and the keys of months and rules."""

    initialise_world: Callable
    month_key: Callable
    rule_stream: Callable


class Program:
    """The functions, arrays and structures of one C file; each kernel once for each use."""

    def __init__(self, layout: Layout):
        self.layout = layout
        self._translated: dict[tuple[Callable, tuple[Kind, ...]], Typed | None] = {}
        self._texts: list[str] = []
        self._tuples: set[ScalarTuple] = set()
        self._arrays: dict[int, tuple[np.ndarray, str, str, Array]] = {}

    def call(self, function: Callable, kinds: tuple[Kind, ...]) -> Typed:
        """Translate a kernel for arguments of some kinds, unless that is done already."""
        plain_function = python_function(function)
        if plain_function is None:
            raise Untranslatable(f"{function!r} is no kernel")
        key = (plain_function, kinds)
        if key not in self._translated:
            self._translated[key] = None
            module = plain_function.__module__.rpartition(".")[2]
            name = f"{module}_{plain_function.__name__}_{len(self._translated)}"
            text, returns = Function(self, plain_function, name, kinds).translate()
            self._texts.append(text)
            if isinstance(returns, ScalarTuple):
                self._tuples.add(returns)
            self._translated[key] = (name, returns)
        translated = self._translated[key]
        if translated is None:
            raise Untranslatable(f"{plain_function.__qualname__} calls itself")
        return translated

    def array(self, name: str, values: np.ndarray) -> Typed:
        """Keep a global array of numbers and return its name in C."""
        if id(values) not in self._arrays:
            text, kind = constant_array(values)
            self._arrays[id(values)] = (values, f"array{len(self._arrays)}_{name}", text, kind)
        _, c_name, _, kind = self._arrays[id(values)]
        return c_name, kind

    def text(self) -> str:
        """Return everything translated so far as one C text."""
        parts = [_HEAD, self.layout.declarations()]
        for tuple_kind in sorted(self._tuples, key=lambda kind: kind.c):
            fields = " ".join(
                f"{part.c} part{place};" for place, part in enumerate(tuple_kind.parts)
            )
            parts.append(f"{tuple_kind.c} {{ {fields} }};\n")
        for _, name, text, kind in self._arrays.values():
            parts.append(f"static const {kind.item.c} {name}[{kind.length}] = {{{text}}};\n")
        return "\n".join([*parts, *self._texts])


def month_in_c(
    steps: Sequence[Step], setup: SetupKernels, world: Any, records: Mapping[str, np.ndarray]
) -> str:
    """Return the C source of a month and of the start of a world.

    Parameters
    ----------
    steps : sequence of Step
        The rules of the month in their order.
    setup : SetupKernels
        The kernels round them.
    world : NamedTuple
        An allocated world, for the layout of its tables.
    records : dict
        The record arrays ``params`` and ``start``.
    """
    program = Program(Layout(world, records))
    params, start = Record("params"), Record("start")
    stream, _ = program.call(setup.rule_stream, (UINT64, INT64))
    key, _ = program.call(setup.month_key, (INT64, INT64, INT64))
    start_function, _ = program.call(
        setup.initialise_world, (World(), Bytes(), params, start, INT64, INT64)
    )
    untimed, timed = [], []
    for place, step in enumerate(steps):
        function, _ = program.call(step.kernel, (World(), params, UINT64))
        call = f"{function}(world, params, {stream}(key, {step.stream_key}LL));"
        line = f"world->clock_.rows->rule_ = {place}; {call}"
        if step.switch:
            line = f"if (params->on_.{step.switch}_ > 0.5) {{ {line} }}"
        untimed.append(f"    {line}")
        timed.append(
            f"    {line}\n    now = ticks(); elapsed = now - before; before = now;\n"
            f"    if (elapsed < cells[{place}]) cells[{place}] = elapsed;"
        )
    parts = {
        "untimed": "\n".join(untimed),
        "timed": "\n".join(timed),
        "count": len(steps),
        "cells": len(steps) + 1,
        "initialise_world": start_function,
        "month_key": key,
    }
    return program.text() + _TAIL % parts
