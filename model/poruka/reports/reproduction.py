"""How to reproduce a run: its command, changes the command cannot repeat, and versions."""

import importlib.metadata
import platform
import shlex
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from poruka.figures.base.ensemble_access import last_month
from poruka.scenario.number_draws import names_file_of_numbers
from poruka.scenario.parameter_draws import ParameterDraws
from poruka.simulation.number_design import NO_DRAWS, NumberDesign, own_design
from poruka.utils.coverage import coverage_of
from poruka.utils.html_templates import fill_html

LIBRARIES = ("poruka", "mesa", "numpy", "numba", "pandas", "xarray", "networkx", "matplotlib")


def scenario_argument(ensemble: Any) -> str:
    """Return the name of an ensemble's scenario on the command line."""
    name = getattr(ensemble.scenario, "name", None) or str(
        ensemble.scenario.country
    ).lower().replace(" ", "-")
    return Path(str(name)).stem


def reproduction_command(ensemble: Any) -> str:
    """Return the command that reproduces an ensemble, overrides of the scenario included."""
    scenario = ensemble.scenario
    parts = [
        "poruka",
        "run",
        scenario_argument(ensemble),
        "-n",
        str(ensemble.worlds),
        "--seed",
        str(ensemble.seed),
    ]
    if getattr(ensemble, "months", scenario.months) < scenario.months:
        parts += ["--until", f"{last_month(ensemble):%Y-%m}"]
    if getattr(ensemble, "record_level", "events") != "events":
        parts += ["--record", ensemble.record_level]
    if (drawn := getattr(ensemble, "over_numbers", None)) is not None:
        draws = drawn.scenario.parameter_draws
        count = -(-coverage_of(drawn).requested // draws.worlds_each)
        design = NumberDesign(count, draws.worlds_each, draws.source)
        if design != own_design(scenario, ensemble.worlds):
            usual = NumberDesign(source=draws.source)
            parts += ["--draws", draws.source if design == usual else design.to_text()]
    elif own_design(scenario, ensemble.worlds) is not None:
        parts += ["--draws", NO_DRAWS]
    if not isinstance(getattr(scenario, "parameter_draws", None), ParameterDraws):
        # By its version: the newest file of draws may be another when it is repeated.
        parts += ["--numbers", scenario.numbers]
    return shlex.join([*parts, *override_arguments(ensemble)])


def override_arguments(ensemble: Any) -> list[str]:
    """Return the overrides of a scenario as arguments of the command line."""
    scenario = ensemble.scenario
    switched_off_in_file = set(getattr(getattr(scenario, "file", None), "without", ()))
    switched_off = (
        getattr(scenario, "disabled_mechanisms", frozenset())
        | getattr(scenario, "removed_ids", frozenset())
    ) - switched_off_in_file
    arguments: list[str] = []
    for key, value in getattr(scenario, "overrides", ()):
        arguments += ["--set", f"{key}={value}"]
    for id in sorted(switched_off):
        arguments += ["--without", id]
    return arguments


def describe_other_changes(ensemble: Any) -> str:
    """Return the changes of a scenario that are no override, or an empty text.

    Examples
    --------
    >>> from poruka.scenario.parameter_draws import ParameterDraws
    >>> from poruka.scenario.scenario import load
    >>> from poruka.simulation.run_spec import RunSpec
    >>> from poruka.simulation.ensemble import simulate_in_memory
    >>> draws = ParameterDraws.from_table({"oligarchs.inertia": [0.2, 0.4]}, [1, 3])
    >>> spec = RunSpec.build(load("russia").with_draws(draws), worlds=1, until="1990-07")
    >>> describe_other_changes(simulate_in_memory(spec, progress=False))
    'oligarchs.inertia drawn from 2 particles'
    """
    scenario = ensemble.scenario
    file = getattr(scenario, "file", None)
    counts = {
        "branching": len(getattr(scenario, "forks", ())) - len(getattr(file, "fork", ())),
        "intervention": len(getattr(scenario, "interventions", ())),
        "custom instrument": len(getattr(scenario, "custom_instruments", ())),
    }
    changes = [
        f"{count} {name}{'s' if count > 1 else ''}" for name, count in counts.items() if count > 0
    ]
    draws = getattr(scenario, "parameter_draws", None)
    if isinstance(draws, ParameterDraws) and not names_file_of_numbers(
        getattr(file, "numbers", "")
    ):
        changes.append(draws.describe())
    return ", ".join(changes)


def list_scenario_changes(ensemble: Any) -> str:
    """Return everything by which the scenario of an ensemble differs from its file, or nothing."""
    overrides = " ".join(override_arguments(ensemble))
    return ", ".join(filter(None, (overrides, describe_other_changes(ensemble))))


def other_changes_html(ensemble: Any) -> Markup:
    """Return a note on the changes that the command does not repeat, or nothing."""
    changes = describe_other_changes(ensemble)
    note = fill_html("<p>The command does not repeat: {}.</p>", changes)
    return note if changes else Markup()


def version_table() -> pd.DataFrame:
    """Return the versions of Python and of the libraries."""
    rows = [("Python", platform.python_version())]
    for name in LIBRARIES:
        try:
            rows.append((name, importlib.metadata.version(name)))
        except importlib.metadata.PackageNotFoundError:
            rows.append((name, "from source" if name == "poruka" else "not installed"))
    return pd.DataFrame(rows, columns=["part", "version"])
