"""What Python does in a source, whatever its form: for hashes that comments leave alone."""

import ast
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def statements_of(source: str) -> str:
    """Return what Python does in a source: neither comments nor docstrings nor form.

    The text is the same under every version of Python that reads the source alike.

    Examples
    --------
    >>> bare, commented = statements_of("a = 2"), statements_of("a  = 2  # always two")
    >>> bare == commented, bare == statements_of("a = 3")
    (True, False)
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [one for one in body if not _is_text(one)]  # type: ignore[attr-defined]
    return repr(_content(tree))


def hash_sources(named_files: Iterable[tuple[str, Path]]) -> str:
    """Return a hash of what Python does in sources, and of the tables among them, by their names.

    Comments and docstrings do not count, and the hash is the same on every machine.

    Examples
    --------
    >>> page = Path(__file__)
    >>> hash_sources([("a", page)]) == hash_sources([("b", page)])
    False
    """
    digest = hashlib.sha256()
    for name, path in named_files:
        text = path.read_text(encoding="utf-8")
        digest.update(name.encode())
        digest.update((statements_of(text) if path.suffix == ".py" else text).encode())
    return digest.hexdigest()[:16]


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _content(value: Any) -> Any:
    """Return a node as nested tuples, without fields that are empty: versions differ in these."""
    if isinstance(value, list):
        return tuple(map(_content, value))
    if not isinstance(value, ast.AST):
        return value
    fields = tuple(
        (name, _content(field)) for name, field in ast.iter_fields(value) if field not in (None, [])
    )
    return (type(value).__name__, *fields)
