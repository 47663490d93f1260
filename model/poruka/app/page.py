"""The page: one visitor's session, its tabs and what each of them shows."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import solara

from poruka.app import panels
from poruka.app.panel_data.agent import person, who_there_is
from poruka.app.panel_data.change_options import GROUPS, choices
from poruka.app.panel_data.chronicle import histories, why
from poruka.app.panel_data.indices import WIDTH, indices
from poruka.app.panel_data.instruments import bar, taken, weighed
from poruka.app.panel_data.network import legend, network, places, tell_network
from poruka.app.panel_data.parliament import house
from poruka.app.panel_data.threats import contenders, spheres
from poruka.app.session import Session
from poruka.scenario.catalogue import list_scenarios
from poruka.utils.errors import PorukaError

TABS = ["Now", "Network", "Parliament", "Chronicle", "Change", "Scenario"]
STARTING: dict[str, Any] = {"scenario": "kazakhstan", "seed": 1, "world": 0, "folder": Path(".")}
"""What a new visitor finds on the table; `poruka app` sets it."""


@solara.component
def Page() -> None:
    """Draw the whole page anew after everything that a visitor does; only the open tab is worked
    out.
    """
    table = solara.use_memo(lambda: Session(**STARTING), [])
    _, redraw = solara.use_state(0)
    playing, set_playing = solara.use_state(False)
    pace, set_pace = solara.use_state("0.4")
    tab, set_tab = solara.use_state(TABS[0])
    group, set_group = solara.use_state(next(iter(GROUPS)))
    note, set_note = solara.use_state("")
    saved, set_saved = solara.use_state("")
    known = solara.use_memo(
        lambda: [
            {"name": one.name, "title": one.title}
            for one in list_scenarios().itertuples()
            if one.months > 0
        ],
        [],
    )

    def do(what: Callable[..., Any]) -> Callable[..., None]:
        """Return what answers an event: the deed, a redrawn page, and a note where it
        is refused.
        """

        def answer(*given: Any) -> None:
            try:
                what(*given)
                set_note("")
            except PorukaError as error:
                set_note(str(error))
            redraw(lambda count: count + 1)

        return answer

    def play() -> Callable[[], None] | None:
        if not playing:
            return None
        stop = threading.Event()

        def run() -> None:
            while not stop.wait(float(pace)):
                try:
                    going = table.step()
                except PorukaError as error:
                    set_note(str(error))
                    going = False
                redraw(lambda count: count + 1)
                if not going or table.ended:
                    set_playing(False)
                    return

        threading.Thread(target=run, daemon=True).start()
        return stop.set

    solara.use_effect(play, [playing, pace])
    with table.lock, solara.Column(gap="0px", classes=["pk-page"]):
        panels.Frame()
        panels.Bar(
            title=table.scenario.title,
            seed=table.seed,
            world=table.world,
            date=table.date,
            month=table.month,
            months=table.months,
            first=table.scenario.start_date,
            last=table.scenario.file.end_date,
            ended=table.ended,
            playing=playing,
            pace=pace,
            tabs=TABS,
            tab=tab,
            wishes=len(table.wishes.all),
            event_step=do(lambda _: table.step()),
            event_play=set_playing,
            event_go=do(table.go_to),
            event_go_date=do(lambda date: table.go_to(table.scenario.month_of(date) + 1)),
            event_set_pace=set_pace,
            event_show=set_tab,
        )
        panels.Note(text=note, event_close=lambda _: set_note(""))
        beside = table.chosen is not None or table.event is not None
        with solara.Div(classes=["pk-main"] if beside else ["pk-main", "alone"]):
            with solara.Div(
                attributes={
                    "role": "tabpanel",
                    "id": "pk-panel",
                    "aria-labelledby": f"pk-tab-{tab}",
                }
            ):
                if tab == "Change":
                    _change(table, group, set_group, do)
                elif tab == "Scenario":
                    _scenario(table, known, saved, set_saved, do)
                else:
                    {
                        "Now": _now,
                        "Network": _network,
                        "Parliament": _parliament,
                        "Chronicle": _chronicle,
                    }[tab](table, do)
            if beside:
                with solara.Div():
                    _beside(table, do)


def _look(table: Session, do: Callable) -> Callable:
    return do(lambda where: table.look_at(str(where[0]), int(where[1])))


def _ask(table: Session, do: Callable) -> Callable:
    return do(lambda what: table.ask_why(str(what[0]), int(what[1])))


def _now(table: Session, do: Callable) -> None:
    many = len(table.branches) > 1
    opened = max(one.opened for one in table.branches)
    with solara.Div(classes=[] if many else ["pk-two"]):
        panels.Indices(
            rows=indices(table.branches, table.months),
            opened=opened * WIDTH / (table.months - 1) if many else -1.0,
            narrow=not many,
        )
        with solara.Div(classes=["pk-two"] if many else []):
            for one in table.branches:
                with solara.Div():
                    world = one.regime
                    panels.Threats(
                        branch=one.name,
                        many=many,
                        month=world.month,
                        spheres=spheres(world),
                        rivals=contenders(world),
                        event_look=_look(table, do),
                    )
                    panels.Acts(
                        branch=one.name,
                        many=many,
                        month=world.month,
                        date=world.date,
                        bar=bar(world),
                        taken=taken(world),
                        weighed=weighed(world),
                    )


def _network(table: Session, do: Callable) -> None:
    with solara.Div():
        for one in table.branches:
            panels.Network(
                branch=one.name,
                many=len(table.branches) > 1,
                net=network(one.regime, table.places(places)),
                says=tell_network(one.regime),
                legend=legend(),
                picked=list(table.chosen or ("", -1)),
                event_look=_look(table, do),
            )
        panels.Pick(kinds=who_there_is(table.branches[0]), event_look=_look(table, do))


def _parliament(table: Session, do: Callable) -> None:
    with solara.Div(classes=["pk-two"] if len(table.branches) > 1 else []):
        for one in table.branches:
            panels.House(
                branch=one.name,
                many=len(table.branches) > 1,
                house=house(one.regime),
                picked=list(table.chosen or ("", -1)),
                event_look=_look(table, do),
            )


def _chronicle(table: Session, do: Callable) -> None:
    with solara.Div(classes=["pk-two"] if len(table.branches) > 1 else []):
        for told in histories(table.branches):
            panels.History(told=told, many=len(table.branches) > 1, event_why=_ask(table, do))


def _beside(table: Session, do: Callable) -> None:
    many = len(table.branches) > 1
    if table.event is not None:
        panels.Why(
            told=why(table.branch(table.event[0]), table.event[1]),
            many=many,
            event_close=do(lambda _: table.look_away("event")),
        )
    if table.chosen is not None:
        panels.Person(
            who=person(table.branches, *table.chosen),
            event_look=_look(table, do),
            event_why=_ask(table, do),
            event_close=do(lambda _: table.look_away("chosen")),
        )


def _branches(table: Session) -> list[dict[str, Any]]:
    return [
        {"name": one.name, "title": one.title, "differs": one.differs} for one in table.branches
    ]


def _change(table: Session, group: str, set_group: Callable, do: Callable) -> None:
    panels.Change(
        groups=[list(pair) for pair in GROUPS.items()],
        group=group,
        choices=[one._asdict() for one in choices(group, table.branches[-1].regime)],
        wishes=[{"key": one.key, "text": str(one)} for one in table.wishes.all],
        branches=_branches(table),
        ended=table.ended,
        event_pick_group=set_group,
        event_wish=do(lambda wish: table.wish(*wish)),
        event_forget=do(table.forget),
        event_fork=do(table.fork),
        event_restart=do(lambda _: table.restart()),
        event_close_branch=do(table.close),
    )


def _scenario(
    table: Session, known: list[dict[str, str]], saved: str, set_saved: Callable, do: Callable
) -> None:
    mine = [{"name": one.name, "title": one.title} for one in table.own.values()]
    known = mine + [one for one in known if one["name"] not in table.own]
    panels.Choose(
        known=known,
        here=table.scenario.name,
        seed=table.seed,
        world=table.world,
        description=table.scenario.file.description,
        branches=_branches(table),
        folder=str(table.folder.resolve()),
        saved=saved,
        event_open=do(lambda wish: table.choose(wish["name"], wish["seed"], wish["world"])),
        event_save=do(lambda wish: set_saved(str(table.save(**wish)))),
    )
