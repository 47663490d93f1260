"""The page: one visitor's session, its tabs and what each of them shows."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import solara

from poruka.app import panels
from poruka.app.panel_data.change_options import CHANGE_GROUPS, list_change_options
from poruka.app.session import Session
from poruka.app.tabs import chronicle_tab, network_tab, now_tab, parliament_tab, side_panels
from poruka.scenario.catalogue import list_scenarios
from poruka.utils.errors import PorukaError

TABS = ["Now", "Network", "Parliament", "Chronicle", "Change", "Scenario"]
INITIAL_SESSION: dict[str, Any] = {
    "scenario": "kazakhstan",
    "seed": 1,
    "world": 0,
    "folder": Path("."),
}
"""Arguments of a new visitor's :class:`Session`; `poruka app` sets them."""


@solara.component
def Page() -> None:
    """Draw the page again after every action of the visitor; only the open tab is computed."""
    session = solara.use_memo(lambda: Session(**INITIAL_SESSION), [])
    _, redraw = solara.use_state(0)
    running, set_running = solara.use_state(False)
    pace, set_pace = solara.use_state("0.4")
    tab, set_tab = solara.use_state(TABS[0])
    group, set_group = solara.use_state(next(iter(CHANGE_GROUPS)))
    note, set_note = solara.use_state("")
    saved_path, set_saved_path = solara.use_state("")
    scenarios = solara.use_memo(
        lambda: [
            {"name": scenario.name, "title": scenario.title}
            for scenario in list_scenarios().itertuples()
            if scenario.months > 0
        ],
        [],
    )

    def handler(action: Callable[..., Any]) -> Callable[..., None]:
        """Return an event handler: the action, a redrawn page, and a note where it is refused."""

        def handle(*arguments: Any) -> None:
            try:
                action(*arguments)
                set_note("")
            except PorukaError as error:
                set_note(str(error))
            redraw(lambda count: count + 1)

        return handle

    def run_while_playing() -> Callable[[], None] | None:
        if not running:
            return None
        stop = threading.Event()

        def run() -> None:
            while not stop.wait(float(pace)):
                try:
                    continues = session.step()
                except PorukaError as error:
                    set_note(str(error))
                    continues = False
                redraw(lambda count: count + 1)
                if not continues or session.ended:
                    set_running(False)
                    return

        threading.Thread(target=run, daemon=True).start()
        return stop.set

    solara.use_effect(run_while_playing, [running, pace])
    with session.lock, solara.Column(gap="0px", classes=["pk-page"]):
        panels.PageSetup()
        panels.TimeBar(
            title=session.scenario.title,
            seed=session.seed,
            world=session.world,
            date=session.date,
            month=session.month,
            months=session.months,
            first_month=session.scenario.start_date,
            last_month=session.scenario.file.end_date,
            ended=session.ended,
            running=running,
            pace=pace,
            tabs=TABS,
            tab=tab,
            change_count=len(session.pending_changes.changes),
            event_step=handler(lambda _: session.step()),
            event_set_running=set_running,
            event_go_to=handler(session.go_to),
            event_go_to_date=handler(
                lambda date: session.go_to(session.scenario.month_of(date) + 1)
            ),
            event_set_pace=set_pace,
            event_show_tab=set_tab,
        )
        panels.ErrorNote(text=note, event_close=lambda _: set_note(""))
        is_selected = session.selected_agent is not None or session.selected_event is not None
        with solara.Div(classes=["pk-main"] if is_selected else ["pk-main", "one-column"]):
            with solara.Div(
                attributes={
                    "role": "tabpanel",
                    "id": "pk-panel",
                    "aria-labelledby": f"pk-tab-{tab}",
                }
            ):
                if tab == "Change":
                    _change_tab(session, group, set_group, handler)
                elif tab == "Scenario":
                    _scenario_tab(session, scenarios, saved_path, set_saved_path, handler)
                else:
                    {
                        "Now": now_tab,
                        "Network": network_tab,
                        "Parliament": parliament_tab,
                        "Chronicle": chronicle_tab,
                    }[tab](session, handler)
            if is_selected:
                with solara.Div():
                    side_panels(session, handler)


def _branch_rows(session: Session) -> list[dict[str, Any]]:
    return [
        {"name": branch.name, "title": branch.title, "difference": branch.difference}
        for branch in session.branches
    ]


def _change_tab(session: Session, group: str, set_group: Callable, handler: Callable) -> None:
    options = list_change_options(group, session.branches[-1].regime)
    panels.ChangePanel(
        groups=[list(pair) for pair in CHANGE_GROUPS.items()],
        group=group,
        options=[option._asdict() for option in options],
        changes=[
            {"key": change.key, "text": str(change)} for change in session.pending_changes.changes
        ],
        branches=_branch_rows(session),
        ended=session.ended,
        event_select_group=set_group,
        event_add_change=handler(lambda change: session.add_change(*change)),
        event_remove_change=handler(session.remove_change),
        event_fork=handler(session.fork),
        event_restart=handler(lambda _: session.restart()),
        event_close_branch=handler(session.close_branch),
    )


def _scenario_tab(
    session: Session,
    scenarios: list[dict[str, str]],
    saved_path: str,
    set_saved_path: Callable,
    handler: Callable,
) -> None:
    own_scenarios = [
        {"name": scenario.name, "title": scenario.title}
        for scenario in session.own_scenarios.values()
    ]
    other_scenarios = [
        scenario for scenario in scenarios if scenario["name"] not in session.own_scenarios
    ]
    panels.ScenarioPanel(
        scenarios=own_scenarios + other_scenarios,
        scenario_name=session.scenario.name,
        seed=session.seed,
        world=session.world,
        description=session.scenario.file.description,
        branches=_branch_rows(session),
        folder=str(session.folder.resolve()),
        saved_path=saved_path,
        event_open=handler(
            lambda choice: session.open_scenario(choice["name"], choice["seed"], choice["world"])
        ),
        event_save=handler(lambda form: set_saved_path(str(session.save(**form)))),
    )
