"""Options that several commands share."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from poruka.scenario.scenario import Scenario, load
from poruka.utils.errors import BadInput

Worlds = Annotated[int, typer.Option("-n", "--worlds", help="How many worlds.")]


Seed = Annotated[int, typer.Option("--seed", help="Seed; world k of a seed is always the same.")]


Json = Annotated[bool, typer.Option("--json", help="For machines.")]


Set = Annotated[
    list[str] | None,
    typer.Option("--set", help="KEY=VALUE, as scenario.keys() lists them; may be repeated."),
]


Without = Annotated[
    list[str] | None,
    typer.Option("--without", help="A mechanism, a part of one, or shocks.ID; may be repeated."),
]


def _value(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def pairs(
    option: str, words: list[str] | None, example: str, read: Callable[[str], Any] = _value
) -> dict[str, Any]:
    """Return what an option was given as KEY=VALUE, each value read as a number where it is one."""
    given = {}
    for word in words or []:
        key, equals, value = word.partition("=")
        if not equals or not key.strip():
            raise BadInput(
                f"{option} {word!r} has no value; write it as KEY=VALUE, such as {example}."
            )
        given[key.strip()] = read(value.strip())
    return given


def changed(scenario: Scenario, changes: list[str] | None, without: list[str] | None) -> Scenario:
    """Return a scenario with what the options --set and --without ask for."""
    return scenario.change(pairs("--set", changes, "oligarchs.inertia=0.5")).without(
        *(without or [])
    )


def _scenario(name: str, changes: list[str] | None, without: list[str] | None) -> Scenario:
    return changed(load(name), changes, without)
