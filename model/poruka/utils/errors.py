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


def nearest(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Return the known words that look most like a mistyped one.

    Examples
    --------
    >>> nearest("clans.solidarty", ["clans.solidarity", "president.age"])
    ['clans.solidarity']
    """
    known = list(known)
    close = difflib.get_close_matches(word, known, n=most, cutoff=0.6)
    if not close:
        tail = word.rsplit(".", 1)[-1]
        close = [name for name in known if name.rsplit(".", 1)[-1] == tail][:most]
    return close


_KEYS = "`poruka.load(NAME).keys()` lists everything that can be changed."
_LISTED = {
    "key": _KEYS,
    "start value": _KEYS,
    "start value or page": _KEYS,
    "scenario": "`poruka list` shows them.",
}
"""Where all names of a kind stand."""


def unknown(
    what: str, word: str, known: Iterable[str], where: str = "", todo: str = ""
) -> BadInput:
    """Build the error for a name that does not exist, with the names closest to it.

    Examples
    --------
    >>> print(unknown("key", "clans.solidarty", ["clans.solidarity"]))
    unknown key 'clans.solidarty': did you mean 'clans.solidarity'?
    >>> print(unknown("end", "x", ["pact", "heir"]))
    unknown end 'x': allowed are heir, pact.
    """
    known = sorted({str(one) for one in known})
    close = nearest(word, known)
    place = f" in {where}" if where else ""
    hint = "did you mean " + " or ".join(repr(name) for name in close) + "?" if close else ""
    rest = (
        " ".join(part for part in (hint, todo) if part)
        or _LISTED.get(what)
        or (
            f"allowed are {', '.join(known)}."
            if len(known) <= 20
            else f"{len(known)} are known; `poruka explain` tells of each."
        )
    )
    return BadInput(f"unknown {what} {word!r}{place}: {rest}")
