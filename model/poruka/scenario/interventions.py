"""What an experimenter can make happen in a world, in words: ``president.dies``, ``heir.unknown``,
an act by its id.
"""

from collections.abc import Iterable, Sequence

from poruka.engine import codes
from poruka.utils.errors import BadInput, nearest_names

FORCED_EVENT_CODES = {
    "president.dies": codes.INTERVENTIONS.index("dies"),
    "president.falls_ill": codes.INTERVENTIONS.index("ill"),
}
HEIR_ROLES = tuple(word for word in codes.CONTENDERS if word not in ("ruler", "decoy"))


def list_forcible_ids(instrument_ids: Sequence[str]) -> list[str]:
    """Return everything that can be forced."""
    return [*FORCED_EVENT_CODES, *(f"heir.{who}" for who in HEIR_ROLES), *instrument_ids]


def parse_interventions(
    month: int,
    force: Iterable[str],
    forbid: Iterable[str],
    allow: Iterable[str],
    instrument_ids: Sequence[str],
) -> list[tuple[int, int, int]]:
    """Return interventions as a world stores them: month, what, contender or instrument meant.

    Raises
    ------
    BadInput
        For an unknown word, with the nearest ones, or for wishes that contradict each other.

    Examples
    --------
    >>> parse_interventions(12, ["president.dies", "heir.unknown"], ["I02"], [], ["I01", "I02"])
    [(12, 1, -1), (12, 3, 13), (12, 4, 1)]
    """
    force, forbid, allow = (
        ([one] if isinstance(one, str) else list(one)) for one in (force, forbid, allow)
    )
    for one in (*force, *forbid, *allow):
        if not isinstance(one, str):
            raise BadInput(
                f"{one!r} is no word for something that happens; write such as"
                f" {', '.join(list_forcible_ids(instrument_ids)[:4])}."
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
        if one in FORCED_EVENT_CODES:
            found.append((month, FORCED_EVENT_CODES[one], -1))
        elif one.startswith("heir.") and one[5:] in HEIR_ROLES:
            found.append((month, codes.INTERVENTION_NAMED, codes.CONTENDERS.index(one[5:])))
        else:
            found.append(
                (
                    month,
                    codes.INTERVENTION_FORCED,
                    _instrument_index(one, instrument_ids, list_forcible_ids(instrument_ids)),
                )
            )
    found += [
        (
            month,
            codes.INTERVENTION_FORBIDDEN,
            _instrument_index(one, instrument_ids, instrument_ids),
        )
        for one in forbid
    ]
    return found + [
        (month, codes.INTERVENTION_ALLOWED, _instrument_index(one, instrument_ids, instrument_ids))
        for one in allow
    ]


def _instrument_index(
    instrument_id: str, instrument_ids: Sequence[str], known_names: Sequence[str]
) -> int:
    if instrument_id not in instrument_ids:
        near = nearest_names(instrument_id, known_names) or list(known_names)[:6]
        raise BadInput(
            f"nothing is called {instrument_id!r}; near it are {', '.join(near)}. `poruka explain"
            " I19` says what an act is."
        )
    return list(instrument_ids).index(instrument_id)
