"""Explains the names that a reader meets in tables, chronicles and figures."""

import tomllib
from functools import cache
from pathlib import Path

from poruka.engine.codes import OUTCOMES
from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.engine.state import fields
from poruka.utils.labels import LABELS, format_label

_PREFIXES = {"mean_": "mean over all months of", "end_": "value in the last month of"}


@cache
def reader_names() -> dict[str, dict[str, str]]:
    """Return the names by kind (outcome, group, event …), each with its meaning."""
    path = Path(__file__).parent.parent / "data" / "reader_names.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def group_names() -> dict[int, str]:
    """Return the short name of each group in which the chapter sorts countries.

    Examples
    --------
    >>> group_names()
    {1: 'power rotates', 2: 'transitional', 3: 'no alternative'}
    """
    return {int(group): meaning.split(":")[0] for group, meaning in reader_names()["group"].items()}


def explain_reader_name(name: str) -> str | None:
    """Return the explanation of a name or of its label; a word of several kinds has several lines.

    Examples
    --------
    >>> print(explain_reader_name("ethnic war"))
    outcome civil_conflict (ethnic war): the first ruler fell in a war between peoples or regions
    event war (ethnic war): war between peoples or regions breaks out
    >>> explain_reader_name("group 3")[:24]
    'group 3: no alternative:'
    """
    wanted = name.strip().lower()
    lines = []
    for kind, meanings in reader_names().items():
        for code, meaning in meanings.items():
            label = format_label(code, kind if kind in LABELS else "")
            if wanted in (code, label, f"{kind} {code}", f"{kind} {label}"):
                also = f" ({label})" if label != code and kind != "group" else ""
                lines.append(f"{kind.replace('_', ' ')} {code}{also}: {meaning}")
    if not lines:
        lines = _explain_quantity(wanted)
    return "\n".join(lines) or None


def _explain_quantity(wanted: str) -> list[str]:
    """Return what a derived column or quantity is, such as mean_control or share_heir."""
    for prefix, words in _PREFIXES.items():
        index = wanted.removeprefix(prefix)
        if index != wanted and index in INDEX_DESCRIPTIONS:
            return [f"column {wanted}: {words} {index} ({INDEX_DESCRIPTIONS[index]})"]
    if f"history.{wanted}" in fields():
        return [f"column {wanted}: {fields()[f'history.{wanted}'].meaning}"]
    outcome = wanted.removeprefix("share_")
    if outcome != wanted and outcome in OUTCOMES:
        meaning = reader_names()["outcome"][outcome]
        return [f"quantity {wanted}: share of worlds in which {meaning}"]
    return []


def known_reader_names() -> list[str]:
    """Return all names and labels that can be explained, for the nearest to a mistyped one."""
    codes = [code for meanings in reader_names().values() for code in meanings]
    labels = [
        format_label(code, kind if kind in LABELS else "")
        for kind, meanings in reader_names().items()
        for code in meanings
    ]
    return list(dict.fromkeys([*codes, *labels]))
