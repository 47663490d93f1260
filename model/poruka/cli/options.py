"""Options that several commands share."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from poruka.scenario.scenario import Scenario, load
from poruka.utils.errors import BadInput

WorldsOption = Annotated[int, typer.Option("-n", "--worlds", help="How many worlds.")]


SeedOption = Annotated[
    int, typer.Option("--seed", help="Seed; world k of a seed is always the same.")
]


JsonOption = Annotated[bool, typer.Option("--json", help="For machines.")]


SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", help="KEY=VALUE, as scenario.keys() lists them; may be repeated."),
]


WithoutOption = Annotated[
    list[str] | None,
    typer.Option("--without", help="A mechanism, a part of one, or shocks.ID; may be repeated."),
]


def _parse_value(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def parse_key_values(
    option: str,
    assignments: list[str] | None,
    example: str,
    parse_value: Callable[[str], Any] = _parse_value,
) -> dict[str, Any]:
    """Return what an option was given as KEY=VALUE, each value read as a number where it is one."""
    given = {}
    for word in assignments or []:
        key, equals, value = word.partition("=")
        if not equals or not key.strip():
            raise BadInput(
                f"{option} {word!r} has no value; write it as KEY=VALUE, such as {example}."
            )
        given[key.strip()] = parse_value(value.strip())
    return given


def changed(scenario: Scenario, changes: list[str] | None, without: list[str] | None) -> Scenario:
    """Return a scenario with what the options --set and --without ask for."""
    return scenario.change(parse_key_values("--set", changes, "oligarchs.inertia=0.5")).without(
        *(without or [])
    )


def _load_scenario(name: str, overrides: list[str] | None, without: list[str] | None) -> Scenario:
    return changed(load(name), overrides, without)
