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


FLAG = Scalar("bool", "b")
COUNT = Scalar("int64_t", "i")
REAL = Scalar("double", "d")
WORD = Scalar("uint64_t", "u")
_WIDER = (FLAG, COUNT, REAL)  # a word mixes with nothing: numba would make it a real number


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
class Values:
    """What a kernel returns when it returns several numbers."""

    parts: tuple[Scalar, ...]

    @property
    def c(self) -> str:
        return "struct values_" + "".join(part.letter for part in self.parts)


@dataclass(frozen=True)
class Nothing:
    """What a kernel returns that returns nothing."""

    c: str = "void"


Kind = Scalar | World | Bytes | Table | Row | Record | Array | Values | Nothing


def joined(one: Kind | None, other: Kind | None) -> Kind:
    """Return the kind that holds values of both, as numba joins them."""
    if one is None or other is None or one == other:
        kind = other if one is None else one
        if kind is None:
            raise Untranslatable("a value of no kind")
        return kind
    if one in _WIDER and other in _WIDER:
        return _WIDER[max(_WIDER.index(one), _WIDER.index(other))]  # type: ignore[arg-type]
    if isinstance(one, Values) and isinstance(other, Values) and len(one.parts) == len(other.parts):
        pairs = zip(one.parts, other.parts, strict=True)
        return Values(tuple(scalar(joined(a, b)) for a, b in pairs))
    if isinstance(one, Array) and isinstance(other, Array) and one.length == other.length:
        return Array(scalar(joined(one.item, other.item)), one.length)
    raise Untranslatable(f"one name holds {one} and {other}")


def scalar(kind: Kind) -> Scalar:
    """Return a kind that is a number, or refuse it."""
    if not isinstance(kind, Scalar):
        raise Untranslatable(f"{kind} where a number is expected")
    return kind


def cast(text: str, kind: Kind, wanted: Kind) -> str:
    """Return an expression converted to another kind of number."""
    if kind == wanted:
        return text
    scalar(kind)
    return f"(({scalar(wanted).c})({text}))"


def scalar_of(dtype: np.dtype) -> Scalar:
    """Return the kind of a numpy number."""
    kinds = {"b1": FLAG, "i8": COUNT, "f8": REAL, "u8": WORD}
    try:
        return kinds[f"{dtype.kind}{dtype.itemsize}"]
    except KeyError:
        raise Untranslatable(f"numbers of type {dtype}") from None


def constant(value: object) -> tuple[str, Scalar]:
    """Return a number as C writes it, to the bit, and its kind."""
    if isinstance(value, (bool, np.bool_)):
        return ("true" if value else "false"), FLAG
    if isinstance(value, np.uint64):
        return f"{int(value)}ULL", WORD
    if isinstance(value, (int, np.integer)):
        return (f"{int(value)}LL" if value >= 0 else f"({int(value)}LL)"), COUNT
    if isinstance(value, (float, np.floating)) and np.isfinite(value):
        return (repr(float(value)) if value >= 0 else f"({float(value)!r})"), REAL
    raise Untranslatable(f"the constant {value!r}")
