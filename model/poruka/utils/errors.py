"""Errors; a message has four parts: what is wrong, where, what is allowed, what to do."""

import difflib
import re
from collections.abc import Iterable

from poruka.utils.renamed_names import replaced_number


class PorukaError(Exception):
    """Any error of this package; the message is meant for the user.

    Attributes
    ----------
    exit_code : int
        What the command line answers with.
    """

    exit_code = 1


class BadInput(PorukaError):
    """A value, key or file that cannot be used; the command line answers with exit code 2."""

    exit_code = 2


class DamagedRun(BadInput):
    """Stored worlds that are missing or were changed; the command line answers with exit code 1."""

    exit_code = 1


class WorldFailed(PorukaError):
    """A world that could not be simulated to its end; the message gives its seed and number."""


class RunStopped(PorukaError):
    """A run that could not continue; finished worlds are kept, the message says what to do."""


def nearest_names(mistyped: str, known_names: Iterable[str], limit: int = 3) -> list[str]:
    """Return the known names closest to a mistyped one, or else those that have it as a part.

    Examples
    --------
    >>> nearest_names("clans.solidarty", ["clans.solidarity", "president.age"])
    ['clans.solidarity']
    >>> nearest_names("oil", ["shocks.oil_1998", "oligarchs.spoils"])
    ['shocks.oil_1998']
    """
    known_names = list(known_names)
    close = difflib.get_close_matches(mistyped, known_names, n=limit, cutoff=0.6)
    if not close:
        tail = mistyped.rsplit(".", 1)[-1]
        close = [name for name in known_names if name.rsplit(".", 1)[-1] == tail][:limit]
    if not close and mistyped:
        parts = (re.split(r"[\W_]+", name.lower()) for name in known_names)
        wanted = mistyped.lower()
        close = [name for name, words in zip(known_names, parts, strict=True) if wanted in words]
    return close[:limit]


_KEYS_HINT = "`poruka.load(NAME).keys()` lists everything that can be changed."
_LISTING_HINTS = {
    "key": _KEYS_HINT,
    "start value": _KEYS_HINT,
    "start value or page": _KEYS_HINT,
    "scenario": "`poruka list` shows them.",
}
"""Where all names of a kind are listed."""


def unknown_name_error(
    kind: str, given: str, known_names: Iterable[str], location: str = "", advice: str = ""
) -> BadInput:
    """Return the error for a name that does not exist, with the names closest to it.

    Examples
    --------
    >>> print(unknown_name_error("key", "clans.solidarty", ["clans.solidarity"]))
    unknown key 'clans.solidarty': did you mean 'clans.solidarity'?
    >>> print(unknown_name_error("end", "x", ["pact", "heir"]))
    unknown end 'x': allowed are heir, pact.

    A number of version 0.1 is called by its new name:

    >>> print(unknown_name_error("key", "abroad.forgetting", ["abroad.west_fear"]))
    unknown key 'abroad.forgetting': number abroad.forgetting is now memory.term.
    """
    if replacement := replaced_number(given):
        place = f" in {location}" if location else ""
        return BadInput(f"unknown {kind} {given!r}{place}: {replacement}.")
    known_names = sorted({str(name) for name in known_names})
    close = nearest_names(given, known_names)
    place = f" in {location}" if location else ""
    suggestion = f"did you mean {' or '.join(map(repr, close))}?" if close else ""
    hint = " ".join(part for part in (suggestion, advice) if part) or _LISTING_HINTS.get(kind)
    if not hint and len(known_names) <= 20:
        hint = f"allowed are {', '.join(known_names)}."
    elif not hint:
        hint = f"{len(known_names)} are known; `poruka explain` describes each."
    return BadInput(f"unknown {kind} {given!r}{place}: {hint}")


MAX_ERRORS_SHOWN = 12
"""Errors of one file that are listed; of the others only the number is given."""


def join_errors(errors: Iterable[str]) -> str:
    """Return several errors of a file as one message, the first of them in full.

    Examples
    --------
    >>> join_errors(["a.csv, line 2: no.", "a.csv, line 3: no."])
    'a.csv, line 2: no.\\na.csv, line 3: no.'
    """
    errors = list(errors)
    shown = errors[:MAX_ERRORS_SHOWN]
    if left := len(errors) - len(shown):
        shown.append(f"… and {left} more; correct these first.")
    return "\n".join(shown)
