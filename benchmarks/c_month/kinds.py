"""What a value of a kernel is, and how C writes it."""

from dataclasses import dataclass

import numpy as np


class Untranslatable(Exception):
    """A kernel uses something the translator does not know."""


@dataclass(frozen=True)
class Scalar:
    """A number: its C type and the letter that names it in the names of structures."""

    c: str
    letter: str


BOOL = Scalar("bool", "b")
INT64 = Scalar("int64_t", "i")
FLOAT64 = Scalar("double", "d")
UINT64 = Scalar("uint64_t", "u")
_WIDENING = (BOOL, INT64, FLOAT64)  # a uint64 mixes with nothing: numba would make it a float


@dataclass(frozen=True)
class World:
    """A world: all its tables."""

    c: str = "struct world *"


@dataclass(frozen=True)
class Bytes:
    """A block of raw memory."""

    c: str = "uint8_t *"


@dataclass(frozen=True)
class Table:
    """A table of a world, with its length."""

    name: str

    @property
    def c(self) -> str:
        return f"struct table_{self.name} *"


@dataclass(frozen=True)
class Row:
    """One row of a table."""

    name: str

    @property
    def c(self) -> str:
        return f"struct row_{self.name} *"


@dataclass(frozen=True)
class Record:
    """Numbers by name that a kernel only reads, such as ``params`` or a page of it."""

    name: str

    @property
    def c(self) -> str:
        return f"const struct record_{self.name} *"


@dataclass(frozen=True)
class Array:
    """A tuple of like numbers that is read by place."""

    item: Scalar
    length: int

    @property
    def c(self) -> str:
        return f"const {self.item.c} *"


@dataclass(frozen=True)
class ScalarTuple:
    """What a kernel returns when it returns several numbers."""

    parts: tuple[Scalar, ...]

    @property
    def c(self) -> str:
        return "struct values_" + "".join(part.letter for part in self.parts)


@dataclass(frozen=True)
class Void:
    """What a kernel returns that returns nothing."""

    c: str = "void"


Kind = Scalar | World | Bytes | Table | Row | Record | Array | ScalarTuple | Void


def common_kind(left: Kind | None, right: Kind | None) -> Kind:
    """Return the kind that holds values of both, as numba joins them."""
    if left is None or right is None or left == right:
        kind = right if left is None else left
        if kind is None:
            raise Untranslatable("a value of no kind")
        return kind
    if left in _WIDENING and right in _WIDENING:
        return _WIDENING[max(_WIDENING.index(left), _WIDENING.index(right))]  # type: ignore[arg-type]
    if (
        isinstance(left, ScalarTuple)
        and isinstance(right, ScalarTuple)
        and len(left.parts) == len(right.parts)
    ):
        pairs = zip(left.parts, right.parts, strict=True)
        return ScalarTuple(tuple(scalar(common_kind(a, b)) for a, b in pairs))
    if isinstance(left, Array) and isinstance(right, Array) and left.length == right.length:
        return Array(scalar(common_kind(left.item, right.item)), left.length)
    raise Untranslatable(f"one name holds {left} and {right}")


def scalar(kind: Kind) -> Scalar:
    """Return a kind that is a number, or untranslatable it."""
    if not isinstance(kind, Scalar):
        raise Untranslatable(f"{kind} where a number is expected")
    return kind


def cast(text: str, kind: Kind, target: Kind) -> str:
    """Return an expression converted to another kind of number."""
    if kind == target:
        return text
    scalar(kind)
    return f"(({scalar(target).c})({text}))"


def scalar_of(dtype: np.dtype) -> Scalar:
    """Return the kind of a numpy number."""
    kinds = {"b1": BOOL, "i8": INT64, "f8": FLOAT64, "u8": UINT64}
    try:
        return kinds[f"{dtype.kind}{dtype.itemsize}"]
    except KeyError:
        raise Untranslatable(f"numbers of type {dtype}") from None


def constant(value: object) -> tuple[str, Scalar]:
    """Return a number as C writes it, to the bit, and its kind."""
    if isinstance(value, (bool, np.bool_)):
        return ("true" if value else "false"), BOOL
    if isinstance(value, np.uint64):
        return f"{int(value)}ULL", UINT64
    if isinstance(value, (int, np.integer)):
        return (f"{int(value)}LL" if value >= 0 else f"({int(value)}LL)"), INT64
    if isinstance(value, (float, np.floating)) and np.isfinite(value):
        return (repr(float(value)) if value >= 0 else f"({float(value)!r})"), FLOAT64
    raise Untranslatable(f"the constant {value!r}")
