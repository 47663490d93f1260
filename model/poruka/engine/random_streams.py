"""Random numbers by address: a draw depends on seed, world, month, rule, draw and row, never on
earlier draws.

The hash is SplitMix64 (Steele, Lea and Flood 2014); normals come from a ziggurat of 256 layers
(Marsaglia and Tsang 2000) whose rejections draw from sub-addresses of the same key. So one more
agent, another branch taken or another order of the rules changes no other draw, and two scenarios
with one seed are a paired comparison.
"""

import hashlib
import math

import numpy as np

from poruka.engine.jit import inlined_kernel, kernel, uint64

# Key of the initial state among the random streams; rules derive theirs from their ids.
INITIAL_STATE_STREAM = 7_310_441_973
_MASK = uint64(0xFFFFFFFFFFFFFFFF)
_GOLDEN_GAMMA = uint64(0x9E3779B97F4A7C15)
_MIX_MULTIPLIER_1 = uint64(0xBF58476D1CE4E5B9)
_MIX_MULTIPLIER_2 = uint64(0x94D049BB133111EB)
_DRAW_MULTIPLIER = uint64(0xD1342543DE82EF95)
_SHIFT_30, _SHIFT_27, _SHIFT_31 = uint64(30), uint64(27), uint64(31)
_SHIFT_11, _SHIFT_9 = uint64(11), uint64(9)
_LAYER_MASK, _SIGN_BIT, _FRACTION_MASK = uint64(0xFF), uint64(0x100), uint64(0xFFFFFFFFFFFFF)
_TWO_TO_MINUS_53 = 1.0 / 9007199254740992.0
_BLOCK = 1_000  # addresses of a block: more than the draws that any rule names
_BASE_EDGE = 3.6541528853610088  # where the base layer of a 256-layer normal ziggurat ends
_LAYER_AREA = 0.00492867323399  # area of each layer


def _ziggurat_layers() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the ziggurat: each layer's right edge, density there, width that needs no test."""

    def density(x: float) -> float:
        return math.exp(-0.5 * x * x)

    edges = np.zeros(257)
    edges[0] = _LAYER_AREA / density(_BASE_EDGE)
    edges[1] = _BASE_EDGE
    for i in range(2, 256):
        edges[i] = math.sqrt(-2.0 * math.log(_LAYER_AREA / edges[i - 1] + density(edges[i - 1])))
    heights = np.array([density(x) for x in edges])
    inner_ratios = np.array([edges[i + 1] / edges[i] for i in range(256)])
    return edges, heights, inner_ratios


_LAYER_EDGES, _LAYER_HEIGHTS, _INNER_RATIOS = _ziggurat_layers()


@inlined_kernel
def _mix_bits(z):
    z = (z ^ (z >> _SHIFT_30)) * _MIX_MULTIPLIER_1 & _MASK
    z = (z ^ (z >> _SHIFT_27)) * _MIX_MULTIPLIER_2 & _MASK
    return z ^ (z >> _SHIFT_31)


@kernel
def month_key(seed, world, month):
    """Return the key of one month of one world, from which the streams of all rules derive."""
    key = _mix_bits((uint64(seed) + _GOLDEN_GAMMA) & _MASK)
    key = _mix_bits((key + uint64(world) * _DRAW_MULTIPLIER) & _MASK)
    return _mix_bits((key + uint64(month) * _GOLDEN_GAMMA) & _MASK)


@kernel
def rule_stream(key, rule_key):
    """Return the random stream of one rule in one month.

    ``rule_key`` belongs to the rule's id (:func:`rule_stream_key`), not to its place in a list.
    """
    return _mix_bits((key + uint64(rule_key)) & _MASK)


@kernel
def draw_of_round(draw, room, step):
    """Return the address of a draw in one of several rounds of a month, each with its own.

    The first rounds take the addresses from ``draw`` on, as far as the page has ``room``. Later
    ones take as many in a block of addresses further up, where no page names a draw.

    >>> [draw_of_round(20, 10, step) for step in (0, 9, 10, 11)]
    [20, 29, 1020, 1021]
    """
    return draw + step % room + _BLOCK * (step // room)


@inlined_kernel
def _draw_hash(stream, draw, row):
    return _mix_bits(
        (stream + uint64(draw) * _DRAW_MULTIPLIER + uint64(row) * _GOLDEN_GAMMA) & _MASK
    )


@inlined_kernel
def _to_unit_interval(z):
    return (float(z >> _SHIFT_11) + 0.5) * _TWO_TO_MINUS_53


@kernel
def uniform(stream, draw, row):
    """Return a number in (0, 1): draw ``draw`` of row ``row`` in this stream."""
    return _to_unit_interval(_draw_hash(stream, draw, row))


@kernel
def _normal_tail(z):
    key = z
    while True:
        key = _mix_bits((key + _GOLDEN_GAMMA) & _MASK)
        x = -math.log(_to_unit_interval(key)) / _BASE_EDGE
        key = _mix_bits((key + _GOLDEN_GAMMA) & _MASK)
        y = -math.log(_to_unit_interval(key))
        if y + y > x * x:
            return _BASE_EDGE + x


@kernel
def normal(stream, draw, row):
    """Return a standard normal number: draw ``draw`` of row ``row`` in this stream."""
    z = _draw_hash(stream, draw, row)
    while True:
        layer = int(z & _LAYER_MASK)
        share = (float((z >> _SHIFT_9) & _FRACTION_MASK) + 0.5) / 4503599627370496.0
        x = share * _LAYER_EDGES[layer]
        inside = share < _INNER_RATIOS[layer]
        if not inside:
            if layer == 0:
                x = _normal_tail(z)
                inside = True
            else:
                layer_height = _LAYER_HEIGHTS[layer + 1] - _LAYER_HEIGHTS[layer]
                part = _to_unit_interval(_mix_bits((z + _DRAW_MULTIPLIER) & _MASK))
                inside = _LAYER_HEIGHTS[layer] + part * layer_height < math.exp(-0.5 * x * x)
        if inside:
            return -x if (z & _SIGN_BIT) != uint64(0) else x
        z = _mix_bits((z + _GOLDEN_GAMMA) & _MASK)


def rule_stream_key(rule_id: str) -> int:
    """Return the key of a rule's random stream: a hash of its id, so moving it changes no draw.

    Examples
    --------
    >>> rule_stream_key("oligarchs.defect") == rule_stream_key("oligarchs.defect")
    True
    """
    return int.from_bytes(hashlib.sha256(rule_id.encode()).digest()[:8], "big") >> 1
