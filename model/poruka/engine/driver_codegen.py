"""The source of the driver, written from a list of rules: month, and what is copied by fields."""

from collections.abc import Sequence

from poruka.engine import codes, jit, machine_code, random_streams, state
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.engine.rule import Rule
from poruka.engine.state import World, tables
from poruka.engine.step_codegen import step_source

_DRIVER_TEMPLATE = '''"""The driver of a month, written by {here} from its rules; do not edit."""

from {jit} import cached_kernel, kernel
from {machine_code} import call
from {state} import WorldReference
from {streams} import month_key, rule_stream


{step}

@cached_kernel
def run_worlds(code, tables, request, results):
    """Run a chunk of worlds on one buffer, as a request asks.

    Returns -1, the number of the first world that left its bounds, or -2 - k when world k of the
    chunk found no room for its events. With ``request.fresh`` false the one world in the buffer
    goes on from where it is: so a world is stepped.
    """
    world = WorldReference(
{parts}
    )
    params, start = request.params[0], request.start[0]
    seed, fresh = request.seed, request.fresh
    series, outcomes, events = results.series, results.outcomes, results.events
    filled = 0
    for k in range(request.count):
        number = request.first + k
        if fresh:
            call(code.start, world, request.template, params, start, seed, number)
        clock = world.clock[0]
        index = world.index[0]
        outcome = outcomes[k]
        row = k if results.keep_series else 0
        for month in range(clock.month, request.months):
            step(world, params, code.rules, month_key(seed, number, month))
            clock.month += 1

            # the indices of the month; one that is not a number fails the world
            finite = True
{store}
            if month == 0:
{zeros}
            if month == 0 or index.control > outcome.apogee:
                outcome.apogee = index.control
                outcome.apogee_month = month
{sums}
            if not finite:
                return number
        if clock.told > len(world.events):
            return number

        # the books of the world
        outcome.world = number
{finals}

        # the events it told
        defections, first_defection, waves, largest = 0, -1, 0, 0.0
        for e in range(clock.told):
            event = world.events[e]
            if event.kind == {defection}:  # a defection
                defections += 1
                if first_defection < 0:
                    first_defection = event.month
            elif event.kind == {wave}:  # a wave of defections
                waves += 1
                largest = max(largest, event.value)
        outcome.defections, outcome.first_defection = defections, first_defection
        outcome.defection_waves, outcome.largest_wave = waves, largest
        results.told[k] = clock.told
        if results.keep_events:
            if filled + clock.told > len(events):
                return -2 - k
            for e in range(clock.told):
                events[filled + e] = world.events[e]
            filled += clock.told
    return -1
'''


def _wrapped(words: list[str], indent: int) -> str:
    """Return words as comma-separated lines of at most 100 columns."""
    lines, line = [], " " * indent
    for word in words:
        if len(line) + len(word) + 2 > 100:
            lines.append(line.rstrip())
            line = " " * indent
        line += f"{word}, "
    return "\n".join([*lines, line.rstrip()])


def driver_source(rules: Sequence[Rule]) -> str:
    """Return the source of the month and the driver of some rules, as it is compiled.

    Examples
    --------
    >>> from poruka.rules.schedule import SCHEDULE
    >>> "def run_worlds(code, tables, request, results):" in driver_source(SCHEDULE.rules)
    True
    """
    store: list[str] = [
        line
        for i, name in enumerate(INDEX_DESCRIPTIONS)
        for line in (
            f"series[row, month, {i}] = index.{name}",
            f"finite = finite and index.{name} == index.{name}",
        )
    ]
    finals = [f"outcome.{name}_end = index.{name}" for name in INDEX_DESCRIPTIONS]
    finals += [f"outcome.{f.name} = world.history[0].{f.name}" for f in tables()["history"].fields]
    finals += [
        "outcome.instruments_used = 0",
        "for i in range(len(world.instruments)):",
        "    outcome.instruments_used += 1 if world.instruments[i].uses > 0 else 0",
        "outcome.defensive_share = world.tally[0].defensive",
        "outcome.registration_barrier = world.constitution[0].registration_barrier",
    ]
    words: tuple[str, ...] = World._fields
    return _DRIVER_TEMPLATE.format(
        here=__name__,
        jit=jit.__name__,
        machine_code=machine_code.__name__,
        state=state.__name__,
        streams=random_streams.__name__,
        step=step_source(rules),
        parts=_wrapped([f"tables.{word}" for word in words], 8),
        store=_lines(store, 12),
        zeros=_lines([f"outcome.{name}_sum = 0.0" for name in INDEX_DESCRIPTIONS], 16),
        sums=_lines([f"outcome.{name}_sum += index.{name}" for name in INDEX_DESCRIPTIONS], 12),
        finals=_lines(finals, 8),
        defection=codes.EVENT_DEFECTION,
        wave=codes.EVENT_DEFECTION_WAVE,
    )


def _lines(lines: list[str], indent: int) -> str:
    return "\n".join(" " * indent + line for line in lines)
