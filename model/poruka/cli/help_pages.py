"""The help of the command line: commands in groups, an example in each, and an option for all."""

import functools
import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import typer

from poruka.cli.options import ThreadsOption, WorkersOption
from poruka.utils.resources import limit_processors
from poruka.utils.worker_pool import request_workers, stop_workers


class HelpPage(NamedTuple):
    """The group of a command in the list of commands, and an example of its use."""

    group: str
    example: str
    plays: bool = False


_RUN, _ASK, _TEST, _LOOK, _KEEP = (
    "Play worlds",
    "Compare and ask why",
    "Test the theory",
    "Look things up",
    "Files and folders",
)
HELP_PAGES = {
    "run": HelpPage(_RUN, "poruka run kazakhstan -n 200 --out runs/first"),
    "sweep": HelpPage(
        _RUN,
        "poruka sweep russia --vary start.president.age=40,55,70 --vary M3.predation=on,off -n 50",
        True,
    ),
    "fork": HelpPage(_RUN, "poruka fork kazakhstan --at 1998-10 --force president.dies", True),
    "experiment": HelpPage(_RUN, "poruka experiment run 03_solidarity", True),
    "paths": HelpPage(_RUN, "poruka paths run C11", True),
    "app": HelpPage(_RUN, "poruka app kazakhstan"),
    "show": HelpPage(_ASK, "poruka show runs/first"),
    "chronicle": HelpPage(_ASK, "poruka chronicle kazakhstan --world 3", True),
    "why": HelpPage(_ASK, "poruka why kazakhstan --world 3 --event 40", True),
    "compare": HelpPage(_ASK, "poruka compare kazakhstan russia", True),
    "crossing": HelpPage(_ASK, "poruka crossing kazakhstan russia", True),
    "swap": HelpPage(_ASK, "poruka swap kazakhstan russia", True),
    "groups": HelpPage(_ASK, "poruka groups estonia belarus", True),
    "sql": HelpPage(
        _ASK, 'poruka sql runs/first "select outcome, count(*) from outcomes group by 1"'
    ),
    "score": HelpPage(_TEST, "poruka score kazakhstan -n 100", True),
    "theses": HelpPage(_TEST, "poruka theses run T041", True),
    "knockout": HelpPage(_TEST, "poruka knockout M3", True),
    "channels": HelpPage(_TEST, "poruka channels kazakhstan", True),
    "ledger": HelpPage(_TEST, "poruka ledger kazakhstan", True),
    "list": HelpPage(_LOOK, "poruka list"),
    "keys": HelpPage(_LOOK, "poruka keys kazakhstan oligarchs"),
    "explain": HelpPage(_LOOK, "poruka explain oligarchs.inertia"),
    "rules": HelpPage(_LOOK, "poruka rules --numbers"),
    "instruments": HelpPage(_LOOK, "poruka instruments russia", True),
    "check": HelpPage(_KEEP, "poruka check kazakhstan"),
    "new": HelpPage(_KEEP, "poruka new georgia"),
    "notebooks": HelpPage(_KEEP, "poruka notebooks"),
    "resume": HelpPage(_KEEP, "poruka resume runs/first -n 2000"),
    "verify": HelpPage(_KEEP, "poruka verify runs/first"),
    "merge": HelpPage(_KEEP, "poruka merge runs/big"),
}
"""Help of each command, in the order in which they are listed."""


def arrange_help(app: typer.Typer) -> None:
    """Put the commands into groups and give each an example; tests see to it that all have one."""
    registered: list[Any] = [*app.registered_commands, *app.registered_groups]
    for entry in registered:
        page = HELP_PAGES.get(str(entry.name))
        if page is None:
            continue
        entry.rich_help_panel = page.group
        entry.epilog = f"Example: {page.example}"
        inside = getattr(entry, "typer_instance", None)
        for played in inside.registered_commands if inside else [entry]:
            if page.plays and played.callback is not None:
                played.callback = _with_processors(played.callback)
    order = {name: place for place, name in enumerate(HELP_PAGES)}
    app.registered_commands.sort(key=lambda entry: order.get(str(entry.name), len(order)))


def _with_processors(callback: Callable[..., Any]) -> Callable[..., Any]:
    """Return a command that also takes --threads and --processes, and plays worlds on no more."""
    signature = inspect.signature(callback, eval_str=True)
    if "threads" in signature.parameters:
        return callback

    @functools.wraps(callback)
    def command(
        *arguments: Any, threads: int | None = None, processes: int | None = None, **options: Any
    ) -> Any:
        limit_processors(threads)
        request_workers(processes)
        try:
            return callback(*arguments, **options)
        finally:
            stop_workers()

    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
        for name, annotation in (("threads", ThreadsOption), ("processes", WorkersOption))
    ]
    parameters = [*signature.parameters.values(), *added]
    command.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in parameters}
    return command
