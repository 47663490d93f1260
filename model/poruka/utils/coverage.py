"""How many of the worlds asked for a number rests on, in the same words everywhere."""

from typing import Any, NamedTuple


class Coverage(NamedTuple):
    """How many worlds were asked for, how many are there, and what became of the others.

    Attributes
    ----------
    available : int
        Worlds that were simulated to their end and are counted.
    requested : int
        Worlds that were asked for.
    failed, missing : int
        Worlds that failed, and worlds that have not been simulated yet or whose files are gone.
    left_out : int
        Worlds that were simulated but are not used here, as where a figure takes a selection.
    """

    available: int
    requested: int
    failed: int = 0
    missing: int = 0
    left_out: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether every world that was asked for is counted."""
        return self.available == self.requested

    def __str__(self) -> str:
        return format_coverage(*self)


class DesignCoverage(NamedTuple):
    """How many worlds the points of a design were asked for, and how many of them all failed.

    Examples
    --------
    >>> str(DesignCoverage(64, 10, 3)), str(DesignCoverage(4, 10))
    ('64 points of 10 worlds each (3 of 640 worlds failed)', '4 points of 10 worlds each')
    """

    points: int
    worlds: int
    failed: int = 0

    def __str__(self) -> str:
        lost = (
            f" ({self.failed:,} of {self.points * self.worlds:,} worlds failed)"
            if self.failed
            else ""
        )
        points = f"{self.points:,} point{'' if self.points == 1 else 's'}"
        return f"{points} of {format_coverage(self.worlds, self.worlds)} each{lost}"


def format_coverage(
    available: int,
    requested: int,
    failed: int = 0,
    missing: int = 0,
    left_out: int = 0,
    noun: str = "world",
    nouns: str = "",
) -> str:
    """Return how many of the worlds asked for are counted, and why the others are not.

    Parameters
    ----------
    available, requested, failed, missing, left_out
        See :class:`Coverage`.
    noun, nouns
        What is counted, in the singular and in the plural (by default with an s).

    Examples
    --------
    >>> format_coverage(20, 24, failed=3, missing=1)
    '20 of 24 worlds (3 failed, 1 missing)'
    >>> format_coverage(24, 24), format_coverage(1, 1)
    ('24 worlds', '1 world')
    >>> format_coverage(7, 12, failed=5, noun="pair of worlds", nouns="pairs of worlds")
    '7 of 12 pairs of worlds (5 failed)'
    >>> format_coverage(5000, 80000, left_out=75000)
    '5,000 of 80,000 worlds (75,000 not drawn)'
    """
    word = noun if requested == 1 else nouns or f"{noun}s"
    if available == requested:
        return f"{requested:,} {word}"
    reasons = [
        f"{count:,} {reason}"
        for count, reason in ((failed, "failed"), (missing, "missing"), (left_out, "not drawn"))
        if count
    ]
    return f"{available:,} of {requested:,} {word}" + (
        f" ({', '.join(reasons)})" if reasons else ""
    )


def coverage_of(run: Any) -> Coverage:
    """Return the coverage of an ensemble, a run on disk, a comparison or a single world.

    A selection of a run (attribute ``selected_from``) is measured against the whole run.
    """
    whole = getattr(run, "selected_from", None)
    if whole is not None:
        complete, available = coverage_of(whole), _available_worlds(run)
        return complete._replace(available=available, left_out=complete.available - available)
    available = _available_worlds(run)
    requested = getattr(run, "requested_worlds", None)
    if requested is None:
        failed = len(getattr(run, "failures", ()))
        requested = max(int(getattr(run, "worlds", available)), available + failed)
        return Coverage(available, requested, failed, requested - available - failed)
    return Coverage(available, int(requested), int(run.failed_worlds), int(run.missing_worlds))


def _available_worlds(run: Any) -> int:
    available = getattr(run, "available_worlds", None)
    return len(run.outcomes) if available is None else int(available)


def table_coverage(table: Any, completed: str = "worlds", requested: str = "requested") -> Coverage:
    """Return the coverage of a table whose rows count their worlds: that of its poorest row.

    Parameters
    ----------
    table : pandas.DataFrame
    completed, requested : str
        Columns with the worlds counted, where they are known, and with those requested; without
        the latter every row counts as complete.

    Examples
    --------
    >>> import pandas as pd
    >>> str(table_coverage(pd.DataFrame({"worlds": [60, 57], "requested": [60, 60]})))
    '57 of 60 worlds (3 failed)'
    """
    if requested not in table or table[completed].isna().all():
        count = int(table[requested if requested in table else completed].max())
        return Coverage(count, count)
    rows = table.dropna(subset=[completed])
    poorest = rows.iloc[(rows[requested] - rows[completed]).astype(int).to_numpy().argmax()]
    available, asked = int(poorest[completed]), int(poorest[requested])
    return Coverage(available, asked, asked - available)
