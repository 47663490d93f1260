"""A hash by which stored results know the rules that they were computed under."""

from functools import cache
from pathlib import Path

from poruka.runs.manifest import rule_sources, table_sources
from poruka.utils.source_statements import hash_sources


@cache
def rules_digest() -> str:
    """Return a hash of the rules and of the code that turns worlds into tables.

    Comments and docstrings do not count. Unlike the key of the cache of compiled rules, the hash is
    the same on every machine.

    Examples
    --------
    >>> len(rules_digest())
    16
    """
    root = Path(__file__).parent.parent
    files = (*rule_sources(), *table_sources())
    return hash_sources((path.relative_to(root).as_posix(), path) for path in files)
