"""What reads a number: the rules of a month, and what makes a world before its first month."""

import ast
from functools import cache

from poruka.engine.kernel_reader import read_usage
from poruka.engine.kernel_source import read_kernel_source
from poruka.engine.kernel_values import START_ARGUMENTS
from poruka.engine.rule_source import (
    argument_names,
    called_kernels,
    find_field_usage,
    unwrap_kernel,
)
from poruka.rivals import rules_of_package
from poruka.rules.schedule import SCHEDULE

_BEFORE_THE_START = {
    "start.scale": "read where the tables of a world get their sizes (scenario/tables.py)",
    "steps": "read where the steps of instruments become numbers (scenario/definition.py)",
}
"""Section of numbers to what reads them as a world is made, before any kernel runs."""


def describe_readers(key: str) -> str:
    """Return in words what reads a number of the rules, or a start value under ``start.``.

    Examples
    --------
    >>> describe_readers("courts.climate")
    'read by courts.obey'
    >>> describe_readers("population.young_age")
    'read as a world begins (rules/initial_population.py:draw_citizens)'
    """
    readers = []
    if rules := rules_reading(key):
        readers.append(f"read by {', '.join(rules)}")
    if key in _start_readers():
        places = ", ".join(_start_readers()[key])
        readers.append(f"read as a world begins{f' ({places})' if places else ''}")
    if what := _BEFORE_THE_START.get(key.rpartition(".")[0]):
        readers.append(what)
    return "; ".join(readers) or "read by no rule"


def rules_reading(key: str) -> list[str]:
    """Return the ids of the rules that read a number, those of rival accounts included.

    Examples
    --------
    >>> rules_reading("courts.climate")
    ['courts.obey']
    """
    return _readers().get(key, [])


@cache
def _readers() -> dict[str, list[str]]:
    readers: dict[str, list[str]] = {}
    for id, rule in rules_of_package().items():
        for parameter in rule.parameters:
            readers.setdefault(parameter.removeprefix("params."), []).append(id)
    return {key: sorted(ids) for key, ids in readers.items()}


@cache
def _start_readers() -> dict[str, list[str]]:
    """Return the kernels that read each number as a world begins.

    They are those that the initialisation of a world calls; where it hands on a part of the
    numbers only, which of them reads one is not told, and the list is empty.
    """
    start = unwrap_kernel(SCHEDULE.start)
    readers: dict[str, list[str]] = {}
    for kernel in called_kernels(ast.parse(read_kernel_source(start)), start):
        if not {*argument_names(kernel)} <= {*START_ARGUMENTS, "stream"}:
            continue
        page = kernel.__module__.removeprefix("poruka.").replace(".", "/")
        for parameter in read_usage(kernel, START_ARGUMENTS, is_start=True).parameters:
            key = parameter.removeprefix("params.")
            readers.setdefault(key, []).append(f"{page}.py:{kernel.__name__}")
    for parameter in find_field_usage(start).parameters:
        readers.setdefault(parameter.removeprefix("params."), [])
    return {key: sorted(places) for key, places in readers.items()}
