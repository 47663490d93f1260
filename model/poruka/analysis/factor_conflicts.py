"""Conflicts between factors: of what two of them set, the later would win without a word."""

from collections.abc import Iterable

from poruka.analysis.arm import FactorLevel
from poruka.analysis.factors import Factor
from poruka.utils.errors import BadInput


def validate_factor_keys(factors: Iterable[Factor]) -> None:
    """Raise an error if two factors set the same key, or the country.

    Parameters
    ----------
    factors : iterable of Factor
        Those of one experiment, each already valid by itself.

    Raises
    ------
    BadInput
        If a factor names a key twice, or if two factors, or a factor and a level of another, set
        the same key: the later would win at every point, and the effect of the earlier would be 0
        without a word.

    Examples
    --------
    >>> validate_factor_keys([Factor(name="pace", key="economy.reform_pace")])
    """
    set_by: dict[str, tuple[int, str, str]] = {}
    for number, factor in enumerate(factors):
        for what, place in _what_factor_sets(factor):
            # Levels of one factor never meet at a point and may set the same keys.
            first, name, other_place = set_by.setdefault(what, (number, factor.label, place))
            if first != number:
                raise BadInput(_conflict(factor.label, place, name, other_place, what))
        for key in factor.scenario_keys:
            if factor.scenario_keys.count(key) > 1:
                raise BadInput(f"the factor {factor.label!r} names {key} twice; name it once.")


def _what_factor_sets(factor: Factor) -> list[tuple[str, str]]:
    """Return every key that a factor sets, with the level that does it; "the country" as well."""
    if not factor.levels:
        return [(key, "") for key in factor.scenario_keys]
    return [
        (what, f", level {level.label!r}")
        for level in factor.levels
        for what in _what_level_sets(level)
    ]


def _what_level_sets(level: FactorLevel) -> list[str]:
    forked = [key for fork in level.fork for key in fork.get("change") or {}]
    return [*level.change, *forked, *(["the country"] if level.scenario else [])]


def _conflict(name: str, place: str, other_name: str, other_place: str, what: str) -> str:
    if not place and not other_place:
        pair = f"the factors {other_name!r} and {name!r} both set {what}"
    else:
        pair = f"the factor {other_name!r}{other_place} and the factor {name!r}{place} both set"
        pair += f" {what}"
    return (
        f"{pair}, so that only the later would act; set it in one of them, or make one factor with"
        " a level for each combination that is of interest."
    )
