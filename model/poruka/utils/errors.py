"""What goes wrong, said in four parts: what, where, what is allowed, what to do."""

import difflib
from collections.abc import Iterable


class PorukaError(Exception):
    """Anything this package refuses to do, with a message meant for people."""


class BadInput(PorukaError):
    """A value, key or file that cannot be used; the command line answers with exit code 2."""


class WorldFailed(PorukaError):
    """A world that could not be played to its end; its seed and number are in the message."""


class RunStopped(PorukaError):
    """A run that could not go on; what was finished is kept, and the message says what to do."""


def nearest_names(mistyped: str, known_names: Iterable[str], limit: int = 3) -> list[str]:
    """Return the known words that look most like a mistyped one.

    Examples
    --------
    >>> nearest_names("clans.solidarty", ["clans.solidarity", "president.age"])
    ['clans.solidarity']
    """
    known_names = list(known_names)
    close = difflib.get_close_matches(mistyped, known_names, n=limit, cutoff=0.6)
    if not close:
        tail = mistyped.rsplit(".", 1)[-1]
        close = [name for name in known_names if name.rsplit(".", 1)[-1] == tail][:limit]
    return close


_KEYS_HINT = "`poruka.load(NAME).keys()` lists everything that can be changed."
_LISTING_HINTS = {
    "key": _KEYS_HINT,
    "start value": _KEYS_HINT,
    "start value or page": _KEYS_HINT,
    "scenario": "`poruka list` shows them.",
}
"""Where all names of a kind stand."""


def unknown_name_error(
    kind: str, given: str, known_names: Iterable[str], location: str = "", advice: str = ""
) -> BadInput:
    """Build the error for a name that does not exist, with the names closest to it.

    Examples
    --------
    >>> print(unknown_name_error("key", "clans.solidarty", ["clans.solidarity"]))
    unknown key 'clans.solidarty': did you mean 'clans.solidarity'?
    >>> print(unknown_name_error("end", "x", ["pact", "heir"]))
    unknown end 'x': allowed are heir, pact.
    """
    known_names = sorted({str(one) for one in known_names})
    close = nearest_names(given, known_names)
    place = f" in {location}" if location else ""
    hint = "did you mean " + " or ".join(repr(name) for name in close) + "?" if close else ""
    rest = (
        " ".join(part for part in (hint, advice) if part)
        or _LISTING_HINTS.get(kind)
        or (
            f"allowed are {', '.join(known_names)}."
            if len(known_names) <= 20
            else f"{len(known_names)} are known; `poruka explain` tells of each."
        )
    )
    return BadInput(f"unknown {kind} {given!r}{place}: {rest}")
