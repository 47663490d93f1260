"""The panels: each a template beside this file, drawn in the browser, with the values it shows and
the events it sends.
"""

from collections.abc import Callable
from typing import Any

import solara


@solara.component_vue("page_setup.vue")
def PageSetup() -> None:
    """The common styles, and the language and zoom of the page."""


@solara.component_vue("time_bar.vue")
def TimeBar(
    title: str,
    seed: int,
    world: int,
    date: str,
    month: int,
    months: int,
    first_month: str,
    last_month: str,
    ended: bool,
    running: bool,
    pace: str,
    tabs: list[str],
    tab: str,
    change_count: int,
    event_step: Callable,
    event_set_running: Callable,
    event_go_to: Callable,
    event_go_to_date: Callable,
    event_set_pace: Callable,
    event_show_tab: Callable,
) -> None:
    """The month shown, the time controls and the tabs."""


@solara.component_vue("error_note.vue")
def ErrorNote(text: str, event_close: Callable) -> None:
    """What was refused, and why."""


@solara.component_vue("indices.vue")
def IndicesPanel(rows: list[dict[str, Any]], fork_x: float, one_column: bool) -> None:
    """The monthly indices."""


@solara.component_vue("threats.vue")
def ThreatsPanel(
    branch: str,
    show_letter: bool,
    month: int,
    spheres: list[dict[str, Any]],
    contenders: list[dict[str, Any]],
    event_select_agent: Callable,
) -> None:
    """What the president perceives as a threat."""


@solara.component_vue("movements.vue")
def MovementsPanel(
    branch: str,
    show_letter: bool,
    month: int,
    movements: list[dict[str, Any]],
    summary: str,
    event_select_agent: Callable,
) -> None:
    """The movements and blocs of the present month."""


@solara.component_vue("instruments.vue")
def InstrumentsPanel(
    branch: str,
    show_letter: bool,
    month: int,
    date: str,
    threshold: float,
    used: list[dict[str, Any]],
    considered: list[dict[str, Any]],
) -> None:
    """The instruments the ruler used, and those he considered."""


@solara.component_vue("network.vue")
def NetworkPanel(
    branch: str,
    show_letter: bool,
    drawings: list[dict[str, Any]],
    selected: list[Any],
    event_select_agent: Callable,
) -> None:
    """The patronage network, or the graph of ties."""


@solara.component_vue("parliament.vue")
def ParliamentPanel(
    branch: str,
    show_letter: bool,
    parliament: dict[str, Any],
    selected: list[Any],
    event_select_agent: Callable,
) -> None:
    """Parliament, seat by seat."""


@solara.component_vue("chronicle.vue")
def ChroniclePanel(chronicle: dict[str, Any], show_letter: bool, event_explain: Callable) -> None:
    """The chronicle of one branch."""


@solara.component_vue("agent.vue")
def AgentPanel(
    agent: dict[str, Any],
    event_select_agent: Callable,
    event_explain: Callable,
    event_close: Callable,
) -> None:
    """The selected agent."""


@solara.component_vue("reasons.vue")
def ReasonsPanel(explanation: dict[str, Any], show_letter: bool, event_close: Callable) -> None:
    """Why an event occurred."""


@solara.component_vue("agent_picker.vue")
def AgentPicker(kinds: list[dict[str, Any]], event_select_agent: Callable) -> None:
    """A form to select any agent by kind and number."""


@solara.component_vue("change.vue")
def ChangePanel(
    groups: list[list[str]],
    group: str,
    options: list[dict[str, Any]],
    changes: list[dict[str, str]],
    branches: list[dict[str, Any]],
    ended: bool,
    event_select_group: Callable,
    event_add_change: Callable,
    event_remove_change: Callable,
    event_fork: Callable,
    event_restart: Callable,
    event_close_branch: Callable,
) -> None:
    """What to change, and the branches."""


@solara.component_vue("scenario.vue")
def ScenarioPanel(
    scenarios: list[dict[str, Any]],
    scenario_name: str,
    seed: int,
    world: int,
    description: str,
    branches: list[dict[str, Any]],
    folder: str,
    saved_path: str,
    event_open: Callable,
    event_save: Callable,
) -> None:
    """The choice of a scenario, and a form to save it."""
