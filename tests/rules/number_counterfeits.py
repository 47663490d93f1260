"""Ways to make a number of what is no number: what :mod:`test_no_hidden_number` also refuses.

A term added to itself is a two, a loop over three of anything a three, a kind (the fifth member of
an enumeration) a five, as is the length of a docstring or a constant under a small name from
elsewhere. :mod:`number_literals` counts what is written as a number; here stands what is not.
"""

import ast
from collections import Counter
from collections.abc import Iterator

from named_constants import CELL, COUNT, GUARDS, MEAN, MEASURE, SCALE

SOURCES = (
    *("poruka.engine", "poruka.rules", "poruka.rivals", "poruka.utils.errors"),
    *("collections.abc", "functools", "typing", "math", "numpy", "re"),
)
"""Where the rules may import from: what they find there is counted, or holds no number."""

WRAPPERS = ("abs", "code_of", "float", "int", "max", "min")
MEASURES = ("len", "ord", "hash", "sum")
SCALES = (ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
SMALL = (0, 1)
ONES = ("1", "1.0")

PLACES = {
    # As many clients are sampled of each layer: these are rows and no magnitude.
    "initial_population.py": {"i - first_layer_size < first_layer_size"},
    # One height of a step each for the steps of a cell that two coders gave.
    "instrument_numbers.py": {"len(steps) * share(key)"},
    # Mandates stand one above the other; the popular one is the highest.
    "actors/institution_threats.py": {
        "max(0.0, neighbour_mandate - own_mandate) / code_of(Mandate.POPULAR)"
    },
}
"""File of the rules: what is found there and is no number in disguise, with the reason above it."""

HIDDEN_HALVES = [
    # A floor of one half under a share: at most half of what comes out depends on it.
    ("(1.0 + x) / TWO", MEAN),
    ("(x + 1.0) / TWO", MEAN),
    ("(1 + x) / TWO", MEAN),
    ("k * (1.0 + x.y) / TWO", MEAN),
    ("k * (1.0 + x) / TWO * (1.0 - y)", MEAN),
    ("(1.0 + (1.0 - x)) / TWO", MEAN),
    ("(float(1) + x) / TWO", MEAN),
    ("(x + (1.0 if y else 1.0)) / TWO", MEAN),
    # Half of what is left of one, or of what is above it.
    ("(1.0 - x) / TWO", MEAN),
    ("(x - 1.0) / TWO", MEAN),
    # A threshold at one half, said to be a measure, a scale or a cell.
    ("TWO * economy.reform < 1.0", MEASURE),
    ("TWO * x < 1.0", SCALE),
    ("TWO * x", CELL),
    ("(x.y + HALF) * k", CELL),
    ("len(world.clans) - TWO", COUNT),
    # A share has no scale from -1 to 1.
    ("(1.0 + files) / TWO", SCALE),
    ("k * (1.0 - market * x) / TWO", SCALE),
]
"""What would pass for arithmetic and holds a number: an expression and the reason it might give."""

OWN_NAMES = ("__name__", "__all__")
"""Names of Python itself that modules need: for what they export, and for tables of verbs."""


def counterfeits(source: str) -> list[str]:
    """Return the expressions of a source that make a number out of something else."""
    return [ast.unparse(node) for node in ast.walk(ast.parse(source)) if _is_counterfeit(node)]


def _is_counterfeit(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_number_in_arithmetic(node)
    if isinstance(node, ast.Compare):
        return any(map(_compares_with_rest, (node.left, *node.comparators), node.comparators))
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add | ast.Sub):
        return ast.unparse(node.target) in _parts(node.value, ast.Add, ast.Sub)
    if isinstance(node, ast.For):
        return _is_literal_row(node.iter) or not _uses_row(node)
    if isinstance(node, ast.comprehension):
        return _is_literal_row(node.iter)
    if isinstance(node, ast.Subscript):
        place = node.slice
        of_call = isinstance(node.value, ast.Call) and isinstance(place, ast.Constant)
        return of_call and place.value not in SMALL
    if isinstance(node, ast.ImportFrom):
        return not _is_known(node.module or "")
    if isinstance(node, ast.Import):
        return not all(_is_known(alias.name) for alias in node.names)
    name = getattr(node, "id", getattr(node, "attr", ""))
    if isinstance(node, ast.Name | ast.Attribute) and name.startswith("__"):
        return name.endswith("__") and name not in OWN_NAMES
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MEASURES:
        return any(getattr(argument, "id", "") in OWN_NAMES for argument in node.args)
    return any(_steps_repeated(getattr(node, part, None)) for part in ("body", "orelse"))


def _is_known(module: str) -> bool:
    return any(module == one or module.startswith(f"{one}.") for one in SOURCES)


def _is_literal_row(row: ast.AST) -> bool:
    """Return whether a loop runs over a written row of constants, so that it only counts."""
    if isinstance(row, ast.Constant):
        return True
    rows = isinstance(row, ast.Tuple | ast.List | ast.Set)
    return rows and all(isinstance(item, ast.Constant) for item in getattr(row, "elts", ()))


def _steps_repeated(body: object) -> bool:
    """Return whether one addition stands twice running."""
    steps = body if isinstance(body, list) else []
    pairs = zip(steps, steps[1:], strict=False)
    return any(
        isinstance(first, ast.AugAssign) and ast.unparse(first) == ast.unparse(second)
        for first, second in pairs
    )


def _is_number_in_arithmetic(node: ast.BinOp) -> bool:
    sides = (node.left, node.right)
    if any(isinstance(side, ast.Constant) and isinstance(side.value, bool) for side in sides):
        return True
    if isinstance(node.op, SCALES) and any(_is_kind(side) or _is_code(side) for side in sides):
        return True
    if isinstance(node.op, ast.Add | ast.Sub):
        twice = max(Counter(_parts(node, ast.Add, ast.Sub)).values()) > 1
        return twice or max(map(abs, _terms(node).values())) > 1
    if isinstance(node.op, ast.Div | ast.FloorDiv):
        return ast.unparse(node.right) in _parts(node.left, ast.Mult)
    # A square is a product; a third factor of the kind would be an exponent.
    return max(Counter(_parts(node, ast.Mult)).values()) > 2


def _terms(node: ast.AST, sign: int = 1, opened: bool = False) -> Counter[str]:
    """Return how often each term stands in a sum, as its sign and factors of one leave it.

    What is left of one stays a share and a term by itself, unless it is ``opened``.
    """
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        return _terms(node.operand, -sign if isinstance(node.op, ast.USub) else sign, opened)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        second = sign if isinstance(node.op, ast.Add) else -sign
        is_rest = isinstance(node.right, ast.BinOp) and ast.unparse(node.right.left) in ONES
        total = _terms(node.left, sign, opened)
        added = (
            Counter({ast.unparse(node.right): second})
            if is_rest and not opened
            else _terms(node.right, second, opened)
        )
        for term, count in added.items():
            total[term] += count
        return total
    factors = [part for part in _parts(node, ast.Mult) if part not in ONES]
    return Counter({" * ".join(sorted(factors)) or "1": sign})


def _compares_with_rest(left: ast.AST, right: ast.AST) -> bool:
    """Return whether a thing is compared with what is left of it, which is a threshold of half."""
    terms = _terms(left, 1, True)
    for term, count in _terms(right, -1, True).items():
        terms[term] += count
    return any(abs(count) > 1 for term, count in terms.items() if term != "1")


def _uses_row(loop: ast.For) -> bool:
    """Return whether the body of a loop asks which row it is at; else it only repeats a sum.

    As often as a declared number says it may be repeated.
    """
    if "params." in ast.unparse(loop.iter):
        return True
    rows = {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
    read = {node.id for step in loop.body for node in ast.walk(step) if isinstance(node, ast.Name)}
    return bool(rows & read)


def _is_code(node: ast.AST) -> bool:
    """Return whether an operand is an address, a guard, a code, or the length of what is no table.

    Addresses of draws and guards against division by nought have their own uses: as an argument, in
    a sum or as a bound. A factor they are not.
    """
    name = getattr(node, "id", "")
    if name.startswith("DRAW_") or name in GUARDS:
        return True
    called = getattr(getattr(node, "func", None), "id", "")
    if called == "code_of":
        return True
    given = getattr(node, "args", [])
    return called == "len" and not isinstance(given[0], ast.Attribute)


def is_member(node: ast.AST) -> bool:
    """Return whether an operand is a member of an enumeration, read from its class."""
    holder = getattr(node, "value", None)
    if not isinstance(node, ast.Attribute) or not isinstance(holder, ast.Name):
        return False
    return holder.id[:1].isupper() and node.attr.isupper()


def _is_kind(node: ast.AST) -> bool:
    """Return whether an operand is a member of an enumeration, whatever it is wrapped in."""
    if is_member(node):
        return True
    if isinstance(node, ast.BinOp):
        return _is_kind(node.left) or _is_kind(node.right)
    called = getattr(getattr(node, "func", None), "id", "")
    return called in WRAPPERS and any(map(_is_kind, getattr(node, "args", ())))


def _parts(node: ast.AST, *operations: type[ast.operator]) -> Iterator[str]:
    """Yield the terms of a sum or the factors of a product, in brackets or not, as text."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, operations):
        yield from _parts(node.left, *operations)
        # What is left of one (``1 - x``) is a share, and its one is no number to be counted.
        is_rest = ast.unparse(getattr(node.right, "left", node.right)) in ONES
        right = [*_parts(node.right, *operations)]
        yield from right[1:] if is_rest and len(right) > 1 else right
    else:
        yield ast.unparse(node)
