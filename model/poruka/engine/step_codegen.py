"""The source of a month, written from a list of rules, and the rules as what is compiled alone."""

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from poruka.engine.code_keys import code_key
from poruka.engine.jit import record_type, stream_type
from poruka.engine.kernel_cache import Unit, sample_world
from poruka.engine.machine_code import KNOWN_CALLS
from poruka.engine.parameters import as_record, build_parameters, mechanisms
from poruka.engine.rule import Rule, Schedule
from poruka.engine.state import WorldReference


def _mechanism_switch(rule: Rule) -> str:
    if not rule.mechanism:
        return ""
    return mechanisms()[rule.mechanism].switch


def step_source(rules: Sequence[Rule]) -> str:
    """Return the source of a month: each rule by its place, where its mechanism is on."""
    lines = [
        "@kernel",
        "def step(world, params, rules, key):",
        '    """Play one month: every rule whose mechanism is on, in order.',
        "",
        "    ``rules`` holds the compiled rules by their place, ``key`` addresses the random",
        "    numbers of this world and month; the number in each call is the rule's own.",
        '    """',
        "    clock = world.clock[0]",
    ]
    for place, one in enumerate(rules):
        lines += ["", f"    # {one.id}"]
        switch, indent = _mechanism_switch(one), "    "
        if switch:
            lines.append(f"    if params.on.{switch} > 0.5:")
            indent = "        "
        lines += [
            f"{indent}clock.rule = {place}",
            f"{indent}call(rules[{place}], world, params, rule_stream(key, {one.stream_key}))",
        ]
    return "\n".join(lines) + "\n"


def schedule_key(schedule: Schedule) -> str:
    """Return the key of a month: its rules, their order and mechanisms, and all their code."""
    digest = hashlib.sha256()
    for one in schedule.rules:
        digest.update(f"{one.id}:{one.mechanism}:{code_key(one.run).key};".encode())
    return digest.hexdigest()[:16]


@cache
def rule_types() -> tuple[Any, ...]:
    """Return the compiled types of what a rule is handed: a world, the parameters, its stream."""
    types = (
        WorldReference.type_of(sample_world()),
        record_type(as_record(build_parameters({}, frozenset()))),
        stream_type(),
    )
    KNOWN_CALLS.add(types)
    return types


def units(book: Schedule) -> list[Unit]:
    """Return the rules of a month as what is compiled alone, in order."""
    return [Unit(one.id, one.run, rule_types) for one in book.rules]


def compile_schedule(rules: Sequence[Unit], progress: Callable[[int, int, str], None]) -> None:
    """Compile those rules that are not kept yet, telling how far it is: ``tell(done, total, id)``.

    Only what is really compiled is counted.
    """
    missing = [one for one in rules if not one.is_ready()]
    for done, one in enumerate(missing):
        progress(done, len(missing), one.id)
        one.address()
