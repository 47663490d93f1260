"""The links of the rules that a hypothesis can switch off, and a scenario with some of them off."""

from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec

from poruka.scenario.scenario import Scenario
from poruka.utils.errors import unknown_name_error

OFF_STATES = ("held", "donor")
"""How a link is switched off: its contribution held at its mean over base worlds, or taken from
another base world of the same month.
"""


@cache
def known_links() -> tuple[str, ...] | None:
    """Return the names of all links, or None where the engine declares none yet."""
    if find_spec("poruka.engine.channels") is None:
        return None
    from poruka.engine.channels import channels

    return tuple(channels())


def check_links(names: Iterable[str], place: str) -> None:
    """Raise an error for a link that does not exist, with the nearest names."""
    known = known_links()
    for name in names:
        if known is not None and name not in known:
            raise unknown_name_error("link", name, known, place, "`poruka channels` lists them.")


def with_links_off(
    scenario: Scenario, names: Iterable[str], off_state: str, base: Scenario
) -> Scenario:
    """Return a scenario with links off, as in worlds of the base scenario."""
    return scenario.with_channels(dict.fromkeys(names, off_state), base=base)  # type: ignore[attr-defined]
