"""What an experimenter can make happen in a world, in words: ``president.dies``, ``heir.unknown``,
an act by its id.
"""

from collections.abc import Iterable, Sequence

from poruka.engine import codes
from poruka.utils.errors import BadInput, nearest

FORCED = {
    "president.dies": codes.INTERVENTIONS.index("dies"),
    "president.falls_ill": codes.INTERVENTIONS.index("ill"),
}
HEIRS = tuple(word for word in codes.CONTENDERS if word not in ("ruler", "decoy"))


def words(acts: Sequence[str]) -> list[str]:
    """Return everything that can be forced."""
    return [*FORCED, *(f"heir.{who}" for who in HEIRS), *acts]


def parse(
    month: int,
    force: Iterable[str],
    forbid: Iterable[str],
    allow: Iterable[str],
    acts: Sequence[str],
) -> list[tuple[int, int, int]]:
    """Return interventions as a world stores them: month, what, contender or instrument meant.

    Raises
    ------
    BadInput
        For an unknown word, with the nearest ones, or for wishes that contradict each other.

    Examples
    --------
    >>> parse(12, ["president.dies", "heir.unknown"], ["I02"], [], ["I01", "I02"])
    [(12, 1, -1), (12, 3, 13), (12, 4, 1)]
    """
    force, forbid, allow = (
        ([one] if isinstance(one, str) else list(one)) for one in (force, forbid, allow)
    )
    for one in (*force, *forbid, *allow):
        if not isinstance(one, str):
            raise BadInput(
                f"{one!r} is no word for something that happens; write such as"
                f" {', '.join(words(acts)[:4])}."
            )
    both = (set(force) & set(forbid)) | (set(forbid) & set(allow))
    if both:
        raise BadInput(
            f"{', '.join(sorted(both))} is both forbidden and asked for in the same month; drop one"
            " of the two."
        )
    if len({one for one in force if one.startswith("heir.")}) > 1:
        raise BadInput("two heirs are named in the same month; name one.")
    found = []
    for one in force:
        if one in FORCED:
            found.append((month, FORCED[one], -1))
        elif one.startswith("heir.") and one[5:] in HEIRS:
            found.append((month, codes.INTERVENTION_NAMED, codes.CONTENDERS.index(one[5:])))
        else:
            found.append((month, codes.INTERVENTION_FORCED, _act(one, acts, words(acts))))
    found += [(month, codes.INTERVENTION_FORBIDDEN, _act(one, acts, acts)) for one in forbid]
    return found + [(month, codes.INTERVENTION_ALLOWED, _act(one, acts, acts)) for one in allow]


def _act(word: str, acts: Sequence[str], known: Sequence[str]) -> int:
    if word not in acts:
        near = nearest(word, known) or list(known)[:6]
        raise BadInput(
            f"nothing is called {word!r}; near it are {', '.join(near)}. `poruka explain I19` says"
            " what an act is."
        )
    return list(acts).index(word)
