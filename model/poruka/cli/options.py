"""Arguments and options that several commands share."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from poruka.scenario.scenario import Scenario, load
from poruka.utils.errors import BadInput

ScenarioArgument = Annotated[
    str, typer.Argument(help="A name that `poruka list` shows, or a scenario file.")
]
RunArgument = Annotated[Path, typer.Argument(help="Folder of a run.")]
RunOrScenarioArgument = Annotated[str, typer.Argument(help="Folder of a run, or a scenario.")]
FirstScenarioArgument = Annotated[str, typer.Argument(help="The first scenario.")]
SecondScenarioArgument = Annotated[str, typer.Argument(help="The second scenario.")]
WorldsOption = Annotated[int, typer.Option("-n", "--worlds", help="Number of worlds to simulate.")]
SeedOption = Annotated[
    int, typer.Option("--seed", min=0, help="Seed; world k of a seed is always the same.")
]
WorldNumberOption = Annotated[int, typer.Option("--world", help="Number of the world.")]
PartialOption = Annotated[
    bool,
    typer.Option("--partial", help="Read what is intact of a run with missing or changed files."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DrawsOption = Annotated[
    str,
    typer.Option(
        "--draws",
        help="Worlds that are also played, several a draw, for the interval over the numbers beside"
        " that of chance. own: from where the scenario draws its numbers, as many worlds as the run"
        " has. record:40x5: 40 draws of 5 worlds from what the record leaves of the ranges"
        " (experiment 09); prior: from the ranges; none: left out.",
    ),
]
NumbersOption = Annotated[
    str | None,
    typer.Option(
        "--numbers",
        help="Where the numbers of every world come from, in place of what the scenario says:"
        " record (what the record leaves of their ranges), prior (their ranges), declared (one"
        " point, for illustration), or a posterior (CSV: weight and one column per key).",
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", help="KEY=VALUE, as scenario.keys() lists them; may be repeated."),
]
WithoutOption = Annotated[
    list[str] | None,
    typer.Option(
        "--without", help="A mechanism, a part of one, or shocks.ID to switch off; may be repeated."
    ),
]
RulesOption = Annotated[
    str | None,
    typer.Option(
        "--rules",
        help="Rules of a rival account instead of the main ones: proximity-voting, age-clock,"
        " resource-rents or diffusion.",
    ),
]
ThreadsOption = Annotated[
    int | None, typer.Option("--threads", min=1, help="Processors to use; all by default.")
]
ProcessesOption = Annotated[
    int | None,
    typer.Option(
        "--processes",
        min=0,
        help="Worker processes, 0 for threads only; by default as many as suit the machine.",
    ),
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--processes",
        min=0,
        help="Worker processes that play the worlds instead of threads; by default none.",
    ),
]
ClusterOption = Annotated[
    str | None,
    typer.Option("--cluster", help="Address of a dask scheduler, or its scheduler file."),
]
TrustedOption = Annotated[
    bool,
    typer.Option(
        "--trusted",
        help="Import the modules of the run's own rules; only if you know who made the folder.",
    ),
]


def is_run_folder(name: str) -> bool:
    """Return whether a name is that of a folder with a run, be it a damaged one."""
    from poruka.runs.manifest import JOB_DATABASE_FILE, MANIFEST_FILE

    return any(os.path.lexists(Path(name) / file) for file in (MANIFEST_FILE, JOB_DATABASE_FILE))


def open_run_to_read(run: str | Path, partial: bool, trusted: bool = False) -> Any:
    """Return a run on disk that a command reads, and say on standard error if it is not whole.

    Parameters
    ----------
    run : str or Path
    partial, trusted : bool
        Whether ``--partial`` and ``--trusted`` were given.
    """
    from poruka.runs.open_run import open_run

    stored = open_run(run, partial=partial, trusted=trusted)
    # Of a run with all its worlds the record may be gone, without which they are not scored.
    if stored.available_worlds < stored.requested_worlds or stored.damage:
        print(f"{run}: {stored.status}", file=sys.stderr)
    return stored


def parse_value(text: str) -> float | str:
    """Return a number where a text is one, otherwise the text.

    Examples
    --------
    >>> parse_value("0.5"), parse_value("1994-06")
    (0.5, '1994-06')
    """
    try:
        return float(text)
    except ValueError:
        return text


def parse_key_values(
    option: str,
    assignments: list[str] | None,
    example: str,
    parse: Callable[[str], Any] = parse_value,
) -> dict[str, Any]:
    """Return the KEY=VALUE texts of an option as keys and values.

    Parameters
    ----------
    option : str
        Name of the option, for the error message.
    assignments : list of str or None
        The texts; None for none.
    example : str
        A valid text, for the error message.
    parse : callable, optional
        Reads a value; :func:`parse_value` by default.

    Raises
    ------
    BadInput
        When a text has no value.
    """
    values = {}
    for assignment in assignments or []:
        key, equals, value = assignment.partition("=")
        if not equals or not key.strip():
            raise BadInput(
                f"{option} {assignment!r} has no value; write it as KEY=VALUE, such as {example}."
            )
        values[key.strip()] = parse(value.strip())
    return values


def apply_overrides(
    scenario: Scenario, changes: list[str] | None, without: list[str] | None
) -> Scenario:
    """Return a scenario with the changes that --set and --without request."""
    overrides = parse_key_values("--set", changes, "oligarchs.inertia=0.5")
    return scenario.change(overrides).without(*(without or []))


def load_changed_scenario(
    name: str, changes: list[str] | None, without: list[str] | None
) -> Scenario:
    """Return the scenario of a name or file with the changes that --set and --without request."""
    return apply_overrides(load(name), changes, without)
