"""Passing a link's contribution on, or what a test puts in its place.

A rule writes ``through(world, Channel.WORTH_OF_RULES, i, contribution)`` where a thesis names a
link. In an ordinary world that is the contribution itself, so that a world is the same to the bit
with and without the switch.
"""

from poruka.engine.channel_kinds import ChannelMode
from poruka.engine.constants import HALF
from poruka.engine.jit import kernel
from poruka.engine.world_types import World


@kernel
def through(world: World, channel, row, contribution):
    """Return the contribution of a link to a rule, or what stands in its place while it is off.

    Held, it is the mean over base worlds; from a donor, what the same agent of another base world
    had in the same month (the mean, where that world had nothing to say).
    """
    switch = world.channels[channel]
    if switch.mode == ChannelMode.ON:
        return contribution
    return _put_in_place(world, switch, row, contribution)


@kernel
def _put_in_place(world: World, switch, row, contribution):
    """Return what a switched channel gives, or write the contribution down."""
    if switch.mode == ChannelMode.HELD:
        return switch.held
    signal = world.signals[switch.first_signal + world.clock[0].month * switch.rows + row]
    if switch.mode == ChannelMode.RECORDED:
        signal.value += contribution
        signal.calls += 1
        return contribution
    if signal.calls < 1:
        return switch.held
    return signal.value / signal.calls


@kernel
def through_as_flag(world: World, channel, row, is_so):
    """Return a yes or no that a link passes on; what stands in its place is yes from a half on."""
    return through(world, channel, row, 1.0 if is_so else 0.0) > HALF
