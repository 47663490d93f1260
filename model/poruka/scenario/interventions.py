"""Interventions of an experimenter in a world: events to force, instruments to forbid or allow."""

from collections.abc import Iterable, Sequence

from poruka.engine import codes
from poruka.engine.record_kinds import Intervention
from poruka.utils.errors import BadInput, nearest_names

FORCED_EVENT_CODES = {
    "president.dies": codes.INTERVENTIONS.index("dies"),
    "president.falls_ill": codes.INTERVENTIONS.index("ill"),
}
HEIR_ROLES = tuple(role for role in codes.CONTENDERS if role not in ("ruler", "decoy"))


def list_forcible_ids(instrument_ids: Sequence[str]) -> list[str]:
    """Return the ids of everything that can be forced."""
    return [*FORCED_EVENT_CODES, *(f"heir.{role}" for role in HEIR_ROLES), *instrument_ids]


def parse_interventions(
    month: int,
    force: Iterable[str],
    forbid: Iterable[str],
    allow: Iterable[str],
    instrument_ids: Sequence[str],
) -> list[tuple[int, int, int]]:
    """Return interventions as a world stores them: month, kind, contender or instrument.

    Raises
    ------
    BadInput
        For an unknown id, with the nearest ones, or for interventions that contradict each other.

    Examples
    --------
    >>> parsed = parse_interventions(
    ...     12, ["president.dies", "heir.unknown"], ["I02"], [], ["I01", "I02"]
    ... )
    >>> [(month, int(kind), subject) for month, kind, subject in parsed]
    [(12, 1, -1), (12, 3, 13), (12, 4, 1)]
    """
    force, forbid, allow = (
        ([ids] if isinstance(ids, str) else list(ids)) for ids in (force, forbid, allow)
    )
    for id in (*force, *forbid, *allow):
        if not isinstance(id, str):
            raise BadInput(
                f"{id!r} is not the id of an intervention; write one such as"
                f" {', '.join(list_forcible_ids(instrument_ids)[:4])}."
            )
    conflicting = (set(force) & set(forbid)) | (set(forbid) & set(allow))
    if conflicting:
        raise BadInput(
            f"{', '.join(sorted(conflicting))} is both forbidden and requested in the same month;"
            " drop one of the two."
        )
    if len({id for id in force if id.startswith("heir.")}) > 1:
        raise BadInput("two heirs are named in the same month; name one.")
    forcible_ids = list_forcible_ids(instrument_ids)
    interventions = []
    for id in force:
        if id in FORCED_EVENT_CODES:
            kind, subject = FORCED_EVENT_CODES[id], codes.NOBODY
        elif id.startswith("heir.") and id[5:] in HEIR_ROLES:
            kind, subject = Intervention.NAMED, codes.CONTENDERS.index(id[5:])
        else:
            kind = Intervention.FORCED
            subject = _instrument_index(id, instrument_ids, forcible_ids)
        interventions.append((month, kind, subject))
    for kind, ids in ((Intervention.FORBIDDEN, forbid), (Intervention.ALLOWED, allow)):
        interventions += [
            (month, kind, _instrument_index(id, instrument_ids, instrument_ids)) for id in ids
        ]
    return interventions


def _instrument_index(
    instrument_id: str, instrument_ids: Sequence[str], known_names: Sequence[str]
) -> int:
    if instrument_id not in instrument_ids:
        near = nearest_names(instrument_id, known_names) or list(known_names)[:6]
        raise BadInput(
            f"unknown intervention {instrument_id!r}; the nearest are {', '.join(near)}. `poruka"
            " explain I19` describes an instrument."
        )
    return list(instrument_ids).index(instrument_id)
