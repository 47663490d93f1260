"""How to reproduce a run: its command, changes the command cannot repeat, and versions."""

import importlib.metadata
import platform
import shlex
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from poruka.figures.base.ensemble_access import last_month

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


def python_only_changes_html(ensemble: Any) -> str:
    """Return a note on changes made in Python that the command cannot repeat, or nothing."""
    scenario = ensemble.scenario
    file = getattr(scenario, "file", None)
    counts = {
        "branching": len(getattr(scenario, "forks", ())) - len(getattr(file, "fork", ())),
        "intervention": len(getattr(scenario, "interventions", ())),
        "custom instrument": len(getattr(scenario, "custom_instruments", ())),
    }
    changes = ", ".join(
        f"{count} {name}{'s' if count > 1 else ''}" for name, count in counts.items() if count > 0
    )
    if not changes:
        return ""
    return f"<p>Changes made in Python, which the command does not repeat: {escape(changes)}.</p>"


def version_table() -> pd.DataFrame:
    """Return the versions of Python and of the libraries."""
    rows = [("Python", platform.python_version())]
    for name in LIBRARIES:
        try:
            rows.append((name, importlib.metadata.version(name)))
        except importlib.metadata.PackageNotFoundError:
            rows.append((name, "from source" if name == "poruka" else "not installed"))
    return pd.DataFrame(rows, columns=["part", "version"])
