"""The panels: each a template beside this file, drawn in the browser, with the values it shows and
the events it answers with.
"""

from collections.abc import Callable
from typing import Any

import solara


@solara.component_vue("frame.vue")
def Frame() -> None:
    """The common look, and what the page around it lacks for readers."""


@solara.component_vue("bar.vue")
def Bar(
    title: str,
    seed: int,
    world: int,
    date: str,
    month: int,
    months: int,
    first: str,
    last: str,
    ended: bool,
    playing: bool,
    pace: str,
    tabs: list[str],
    tab: str,
    wishes: int,
    event_step: Callable,
    event_play: Callable,
    event_go: Callable,
    event_go_date: Callable,
    event_set_pace: Callable,
    event_show: Callable,
) -> None:
    """Where the visitor is in time, how he moves, and what he looks at."""


@solara.component_vue("note.vue")
def Note(text: str, event_close: Callable) -> None:
    """What could not be done, and why."""


@solara.component_vue("indices.vue")
def Indices(rows: list[dict[str, Any]], opened: float, narrow: bool) -> None:
    """The monthly indices."""


@solara.component_vue("threats.vue")
def Threats(
    branch: str,
    many: bool,
    month: int,
    spheres: list[dict[str, Any]],
    rivals: list[dict[str, Any]],
    event_look: Callable,
) -> None:
    """What the president sees as a threat."""


@solara.component_vue("acts.vue")
def Acts(
    branch: str,
    many: bool,
    month: int,
    date: str,
    bar: float,
    taken: list[dict[str, Any]],
    weighed: list[dict[str, Any]],
) -> None:
    """What he did and what he weighed."""


@solara.component_vue("network.vue")
def Network(
    branch: str,
    many: bool,
    net: dict[str, Any],
    says: str,
    legend: list[dict[str, str]],
    picked: list[Any],
    event_look: Callable,
) -> None:
    """The patronage network."""


@solara.component_vue("house.vue")
def House(
    branch: str, many: bool, house: dict[str, Any], picked: list[Any], event_look: Callable
) -> None:
    """Parliament, seat by seat."""


@solara.component_vue("history.vue")
def History(told: dict[str, Any], many: bool, event_why: Callable) -> None:
    """The chronicle of one branch."""


@solara.component_vue("person.vue")
def Person(
    who: dict[str, Any], event_look: Callable, event_why: Callable, event_close: Callable
) -> None:
    """The agent looked at."""


@solara.component_vue("why.vue")
def Why(told: dict[str, Any], many: bool, event_close: Callable) -> None:
    """Why an event came about."""


@solara.component_vue("pick.vue")
def Pick(kinds: list[dict[str, Any]], event_look: Callable) -> None:
    """Any agent by kind and number."""


@solara.component_vue("change.vue")
def Change(
    groups: list[list[str]],
    group: str,
    choices: list[dict[str, Any]],
    wishes: list[dict[str, str]],
    branches: list[dict[str, Any]],
    ended: bool,
    event_pick_group: Callable,
    event_wish: Callable,
    event_forget: Callable,
    event_fork: Callable,
    event_restart: Callable,
    event_close_branch: Callable,
) -> None:
    """What is to be otherwise, and the branches."""


@solara.component_vue("scenario.vue")
def Choose(
    known: list[dict[str, Any]],
    here: str,
    seed: int,
    world: int,
    description: str,
    branches: list[dict[str, Any]],
    folder: str,
    saved: str,
    event_open: Callable,
    event_save: Callable,
) -> None:
    """Which scenario, and saving it."""
