"""Random numbers by address: a draw is a function of seed, world, month, rule, draw and row, never
of what was drawn before.

The hash is SplitMix64 (Steele, Lea and Flood 2014); normals come from a ziggurat of 256 layers
(Marsaglia and Tsang 2000) whose rejections draw from sub-addresses of the same key. So one more
agent, another branch taken or another order of the month disturbs nobody else's draws, and two
scenarios with one seed are a paired comparison.
"""

import hashlib
import math

import numpy as np

from poruka.engine.jit import inlined, kernel, word

_MASK = word(0xFFFFFFFFFFFFFFFF)
_GOLD, _MIX_A, _MIX_B = word(0x9E3779B97F4A7C15), word(0xBF58476D1CE4E5B9), word(0x94D049BB133111EB)
_DRAW = word(0xD1342543DE82EF95)
_S30, _S27, _S31, _S11, _S9 = word(30), word(27), word(31), word(11), word(9)
_LAYER, _SIGN, _BITS52 = word(0xFF), word(0x100), word(0xFFFFFFFFFFFFF)
_INV53 = 1.0 / 9007199254740992.0
_EDGE = 3.6541528853610088  # where the base layer of a 256-layer normal ziggurat ends
_AREA = 0.00492867323399  # area of each layer


def _layers() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the ziggurat: right edge of each layer, density there, and the width inside which no
    test is needed.
    """
    density = lambda x: math.exp(-0.5 * x * x)  # noqa: E731
    edges = np.zeros(257)
    edges[0] = _AREA / density(_EDGE)
    edges[1] = _EDGE
    for i in range(2, 256):
        edges[i] = math.sqrt(-2.0 * math.log(_AREA / edges[i - 1] + density(edges[i - 1])))
    heights = np.array([density(x) for x in edges])
    inner = np.array([edges[i + 1] / edges[i] for i in range(256)])
    return edges, heights, inner


_EDGES, _HEIGHTS, _INNER = _layers()


@inlined
def _mix(z):
    z = (z ^ (z >> _S30)) * _MIX_A & _MASK
    z = (z ^ (z >> _S27)) * _MIX_B & _MASK
    return z ^ (z >> _S31)


@kernel
def month_key(seed, world, month):
    """Return the key of one month of one world; all rules of that month derive theirs from it."""
    key = _mix((word(seed) + _GOLD) & _MASK)
    key = _mix((key + word(world) * _DRAW) & _MASK)
    return _mix((key + word(month) * _GOLD) & _MASK)


@kernel
def rule_stream(key, rule):
    """Return the stream of one rule in one month; ``rule`` is the rule's own constant, not its
    place in a list.
    """
    return _mix((key + word(rule)) & _MASK)


@inlined
def _address(stream, draw, row):
    return _mix((stream + word(draw) * _DRAW + word(row) * _GOLD) & _MASK)


@inlined
def _unit(z):
    return (float(z >> _S11) + 0.5) * _INV53


@kernel
def uniform(stream, draw, row):
    """Return a number in (0, 1): draw ``draw`` of row ``row`` in this stream."""
    return _unit(_address(stream, draw, row))


@kernel
def _tail(z):
    key = z
    while True:
        key = _mix((key + _GOLD) & _MASK)
        x = -math.log(_unit(key)) / _EDGE
        key = _mix((key + _GOLD) & _MASK)
        y = -math.log(_unit(key))
        if y + y > x * x:
            return _EDGE + x


@kernel
def normal(stream, draw, row):
    """Return a standard normal number: draw ``draw`` of row ``row`` in this stream."""
    z = _address(stream, draw, row)
    while True:
        layer = int(z & _LAYER)
        share = (float((z >> _S9) & _BITS52) + 0.5) / 4503599627370496.0
        x = share * _EDGES[layer]
        inside = share < _INNER[layer]
        if not inside:
            if layer == 0:
                x = _tail(z)
                inside = True
            else:
                height = _HEIGHTS[layer] + _unit(_mix((z + _DRAW) & _MASK)) * (
                    _HEIGHTS[layer + 1] - _HEIGHTS[layer]
                )
                inside = height < math.exp(-0.5 * x * x)
        if inside:
            return -x if (z & _SIGN) != word(0) else x
        z = _mix((z + _GOLD) & _MASK)


def rule_constant(name: str) -> int:
    """Return the constant that addresses a rule's stream: a hash of its id, so moving a rule keeps
    its draws.

    Examples
    --------
    >>> rule_constant("oligarchs.defect") == rule_constant("oligarchs.defect")
    True
    """
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") >> 1
