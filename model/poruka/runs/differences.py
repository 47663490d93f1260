"""What differs between the run in a folder and the run that is requested, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from poruka.scenario.own_rules import OWN_RULES_KEY

MAX_DIFFERENCES = 8
"""Most differences that a message lists; it says how many more there are."""
_MAX_VALUE_LENGTH = 60
_RECIPE_LABELS = {
    "without": "switched off",
    "interventions": "interventions",
    "forks": "branchings",
    "own": "custom instruments",
}


def _shorten(value: Any) -> str:
    """Return a value as text of bounded length; a manifest may hold anything, of any length."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(sign if sign.isprintable() else "?" for sign in text)
    return text if len(text) <= _MAX_VALUE_LENGTH else f"{text[: _MAX_VALUE_LENGTH - 1]}…"


def _both(label: str, stored: Any, requested: Any) -> str:
    return f"{label}: {_shorten(stored)} stored, {_shorten(requested)} requested"


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _items(value: Any) -> list[str]:
    """Return the parts of a list, such as of mechanisms that are off, as short texts."""
    if isinstance(value, dict):
        value = [f"{key} = {part!r}" for key, part in value.items()]
    return [_shorten(part) for part in value] if isinstance(value, (list, tuple)) else []


def _list_difference(label: str, stored: Any, requested: Any) -> str:
    """Return which parts only one of two lists has."""
    old, new = _items(stored), _items(requested)
    only_old = [part for part in old if part not in new]
    only_new = [part for part in new if part not in old]
    if not only_old and not only_new:
        return f"{label}: the same ones in another order"
    sides = ((only_old, "only stored"), (only_new, "only requested"))
    return f"{label}: " + ", ".join(
        f"{', '.join(parts[:3])}{f' and {len(parts) - 3} more' if len(parts) > 3 else ''} {side}"
        for parts, side in sides
        if parts
    )


def _last_month(manifest: Mapping[str, Any]) -> str:
    """Return the last month that a run simulates, or how many it has."""
    try:
        year, month = map(int, str(_mapping(manifest["resolved"])["start_date"]).split("-")[:2])
        last = 12 * year + month - 1 + int(manifest["months"]) - 1
        return f"{last // 12:04d}-{last % 12 + 1:02d}"
    except (KeyError, TypeError, ValueError, OverflowError):
        return f"{manifest.get('months')!r} months"


def _part(manifest: Mapping[str, Any]) -> str:
    part = manifest.get("part")
    return f"{part[0]} of {part[1]}" if isinstance(part, list) and len(part) == 2 else "the whole"


def _recipe_differences(stored: Any, requested: Any) -> Iterator[str]:
    old, new = _mapping(stored), _mapping(requested)
    changed, asked = _mapping(old.get("changes")), _mapping(new.get("changes"))
    for key in dict.fromkeys([*changed, *asked]):
        if changed.get(key) != asked.get(key):
            yield _both(_shorten(key), changed.get(key, "unchanged"), asked.get(key, "unchanged"))
    for key, label in _RECIPE_LABELS.items():
        if (old.get(key) or []) != (new.get(key) or []):
            yield _list_difference(label, old.get(key), new.get(key))
    if old.get("posterior") != new.get("posterior"):
        described = ["without" if not one.get("posterior") else "with" for one in (old, new)]
        yield (
            "parameter draws: others are stored than requested"
            if described[0] == described[1]
            else _both("parameter draws", *described)
        )


def _rule_differences(stored: Mapping[str, Any], requested: Mapping[str, Any]) -> Iterator[str]:
    old, new = (
        [*_items(_mapping(one.get("resolved")).get("rules"))] for one in (stored, requested)
    )
    if old != new:
        yield _list_difference("rules", old, new)
    codes = []
    for manifest in (stored, requested):
        listed = manifest.get(OWN_RULES_KEY)
        rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
        codes.append({_shorten(row.get("id")): row for row in rows})
    for id in dict.fromkeys([*codes[0], *codes[1]]):
        one, other = (code.get(id) for code in codes)
        if one == other:
            continue
        places = [
            f"{row.get('module')}.{row.get('name')}" if row else "that of the package"
            for row in (one, other)
        ]
        yield (
            f"rule {id}: the code of {_shorten(places[0])} is another than when the run began"
            if places[0] == places[1]
            else _both(f"rule {id}", *places)
        )


def request_differences(stored: Mapping[str, Any], requested: Mapping[str, Any]) -> list[str]:
    """Return what differs between the requests of two manifests, each with both values.

    Parameters
    ----------
    stored : mapping
        The manifest of a folder, which may hold anything.
    requested : mapping
        The manifest of the run that is asked for.

    Examples
    --------
    >>> request_differences({"worlds": 7, "seed": 1}, {"worlds": 8, "seed": 1})
    ['worlds: 7 stored, 8 requested']
    """
    simple = [
        ("scenario", stored.get("scenario"), requested.get("scenario")),
        ("worlds", stored.get("worlds"), requested.get("worlds")),
        ("seed", stored.get("seed"), requested.get("seed")),
        ("record", stored.get("record"), requested.get("record")),
        ("part", _part(stored), _part(requested)),
    ]
    found = [_both(*row) for row in simple if row[1] != row[2]]
    if stored.get("months") != requested.get("months"):
        found.append(_both("until", _last_month(stored), _last_month(requested)))
    found += _recipe_differences(stored.get("recipe"), requested.get("recipe"))
    found += _rule_differences(stored, requested)
    return found


def join_differences(differences: list[str]) -> str:
    """Return differences as one text of bounded length."""
    more = len(differences) - MAX_DIFFERENCES
    return "; ".join(differences[:MAX_DIFFERENCES]) + (f"; and {more} more" if more > 0 else "")
