"""The source of a simulated month, generated from a list of rules; the rules as cached kernels."""

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from poruka.engine.code_keys import code_key
from poruka.engine.jit import record_type, stream_type
from poruka.engine.kernel_cache import CachedKernel, sample_world
from poruka.engine.machine_code import KNOWN_SIGNATURES
from poruka.engine.parameters import as_record, build_parameters, mechanisms
from poruka.engine.rule import Rule, Schedule
from poruka.engine.state import WorldReference


def _mechanism_switch(rule: Rule) -> str:
    if not rule.mechanism:
        return ""
    return mechanisms()[rule.mechanism].switch


def step_source(rules: Sequence[Rule]) -> str:
    """Return the source of a month: every rule in order, if its mechanism is on."""
    lines = [
        "@kernel",
        "def step(world, params, rules, key):",
        '    """Simulate one month: run every rule whose mechanism is on, in order.',
        "",
        "    ``rules`` holds the compiled rules in this order, ``key`` addresses the random",
        "    numbers of this month; the number in each call is the key of the rule's stream.",
        '    """',
        "    clock = world.clock[0]",
    ]
    for position, rule in enumerate(rules):
        lines += ["", f"    # {rule.id}"]
        switch, indent = _mechanism_switch(rule), "    "
        if switch:
            lines.append(f"    if params.on.{switch} > 0.5:")
            indent = "        "
        stream = f"rule_stream(key, {rule.stream_key})"
        lines += [
            f"{indent}clock.rule = {position}",
            f"{indent}call(rules[{position}], world, params, {stream})",
        ]
    return "\n".join(lines) + "\n"


def schedule_key(schedule: Schedule) -> str:
    """Return the key of a schedule: its rules, their order and mechanisms, and all their code."""
    digest = hashlib.sha256()
    for rule in schedule.rules:
        digest.update(f"{rule.id}:{rule.mechanism}:{code_key(rule.run).key};".encode())
    return digest.hexdigest()[:16]


@cache
def rule_types() -> tuple[Any, ...]:
    """Return the compiled types of a rule's arguments: a world, the parameters, its stream."""
    types = (
        WorldReference.type_of(sample_world()),
        record_type(as_record(build_parameters({}, frozenset()))),
        stream_type(),
    )
    KNOWN_SIGNATURES.add(types)
    return types


def rule_kernels(schedule: Schedule) -> list[CachedKernel]:
    """Return the rules of a schedule in order, each as a kernel that is compiled alone."""
    return [CachedKernel(rule.id, rule.run, rule_types) for rule in schedule.rules]


def compile_schedule(
    rules: Sequence[CachedKernel], progress: Callable[[int, int, str], None]
) -> None:
    """Compile the rules that are not in the cache yet.

    Parameters
    ----------
    rules : sequence of CachedKernel
    progress : callable
        Called with ``(done, total, id)`` before each compilation; only kernels that have to be
        compiled count.
    """
    missing = [rule for rule in rules if not rule.is_ready()]
    for done, rule in enumerate(missing):
        progress(done, len(missing), rule.id)
        rule.address()
