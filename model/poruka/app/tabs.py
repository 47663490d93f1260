"""The tabs that show a world, and the panels beside them."""

from collections.abc import Callable

import solara

from poruka.app import panels
from poruka.app.panel_data.agent import build_agent, list_agent_kinds
from poruka.app.panel_data.chronicle import build_chronicles, explain_event
from poruka.app.panel_data.indices import CHART_WIDTH, build_index_charts
from poruka.app.panel_data.instruments import (
    action_threshold,
    build_considered_instruments,
    build_used_instruments,
)
from poruka.app.panel_data.movements import build_movements, summarize_opposition
from poruka.app.panel_data.network import layout_network, show_patronage
from poruka.app.panel_data.parliament import build_parliament
from poruka.app.panel_data.threats import build_contenders, build_spheres
from poruka.app.panel_data.tie_network import layout_ties, show_ties
from poruka.app.session import Session


def _select_agent(session: Session, handler: Callable) -> Callable:
    return handler(lambda agent: session.select_agent(str(agent[0]), int(agent[1])))


def _select_event(session: Session, handler: Callable) -> Callable:
    return handler(lambda event: session.select_event(str(event[0]), int(event[1])))


def now_tab(session: Session, handler: Callable) -> None:
    """Draw the indices, and for each branch threats, movements and instruments."""
    show_letter = len(session.branches) > 1
    fork_month = max(branch.fork_month for branch in session.branches)
    with solara.Div(classes=[] if show_letter else ["pk-two"]):
        panels.IndicesPanel(
            rows=build_index_charts(session.branches, session.months),
            fork_x=fork_month * CHART_WIDTH / (session.months - 1) if show_letter else -1.0,
            one_column=not show_letter,
        )
        with solara.Div(classes=["pk-two"] if show_letter else []):
            for branch in session.branches:
                with solara.Div():
                    regime = branch.regime
                    panels.ThreatsPanel(
                        branch=branch.name,
                        show_letter=show_letter,
                        month=regime.month,
                        spheres=build_spheres(regime),
                        contenders=build_contenders(regime),
                        event_select_agent=_select_agent(session, handler),
                    )
                    panels.MovementsPanel(
                        branch=branch.name,
                        show_letter=show_letter,
                        month=regime.month,
                        movements=build_movements(branch),
                        summary=summarize_opposition(branch),
                        event_select_agent=_select_agent(session, handler),
                    )
                    panels.InstrumentsPanel(
                        branch=branch.name,
                        show_letter=show_letter,
                        month=regime.month,
                        date=regime.date,
                        threshold=action_threshold(regime),
                        used=build_used_instruments(regime),
                        considered=build_considered_instruments(regime),
                    )


def network_tab(session: Session, handler: Callable) -> None:
    """Draw the networks of each branch, and a form to select any agent."""
    with solara.Div():
        for branch in session.branches:
            panels.NetworkPanel(
                branch=branch.name,
                show_letter=len(session.branches) > 1,
                drawings=[
                    show_patronage(branch.regime, session.network_positions(layout_network)),
                    show_ties(branch.regime, session.network_positions(layout_ties, "ties")),
                ],
                selected=list(session.selected_agent or ("", -1)),
                event_select_agent=_select_agent(session, handler),
            )
        panels.AgentPicker(
            kinds=list_agent_kinds(session.branches[0]),
            event_select_agent=_select_agent(session, handler),
        )


def parliament_tab(session: Session, handler: Callable) -> None:
    """Draw the parliament of each branch."""
    with solara.Div(classes=["pk-two"] if len(session.branches) > 1 else []):
        for branch in session.branches:
            panels.ParliamentPanel(
                branch=branch.name,
                show_letter=len(session.branches) > 1,
                parliament=build_parliament(branch.regime),
                selected=list(session.selected_agent or ("", -1)),
                event_select_agent=_select_agent(session, handler),
            )


def chronicle_tab(session: Session, handler: Callable) -> None:
    """Draw the chronicle of each branch."""
    with solara.Div(classes=["pk-two"] if len(session.branches) > 1 else []):
        for chronicle in build_chronicles(session.branches):
            panels.ChroniclePanel(
                chronicle=chronicle,
                show_letter=len(session.branches) > 1,
                event_explain=_select_event(session, handler),
            )


def side_panels(session: Session, handler: Callable) -> None:
    """Draw what is selected: an event with its reasons, an agent with his state."""
    if session.selected_event is not None:
        name, number = session.selected_event
        panels.ReasonsPanel(
            explanation=explain_event(session.branch(name), number),
            show_letter=len(session.branches) > 1,
            event_close=handler(lambda _: session.clear_selection("selected_event")),
        )
    if session.selected_agent is not None:
        panels.AgentPanel(
            agent=build_agent(session.branches, *session.selected_agent),
            event_select_agent=_select_agent(session, handler),
            event_explain=_select_event(session, handler),
            event_close=handler(lambda _: session.clear_selection("selected_agent")),
        )
