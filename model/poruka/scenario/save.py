"""Saving a scenario: its changes as a file that `load` reads back to the same scenario."""

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from poruka.engine import codes
from poruka.engine.record_kinds import Intervention
from poruka.rules.schedule import SCHEDULE
from poruka.scenario.interventions import FORCED_EVENT_CODES
from poruka.scenario.parameter_draws import ParameterDraws
from poruka.scenario.scenario import Scenario, load
from poruka.scenario.scenario_text import format_scenario_file
from poruka.utils.errors import BadInput, PorukaError
from poruka.utils.paths import absolute_path

_DEFAULT_REASON = "set by hand; no source is given"
_LABEL_KEYS = ("name", "title")  # these do not affect the simulation


def save(
    scenario: Scenario, path: str | Path, title: str = "", why: str = "", overwrite: bool = False
) -> Path:
    """Write a scenario with all its changes to a file that can be loaded again.

    What came from a scenario that is found by name is not repeated (``extends``); otherwise the
    file is complete. Changes of instruments and interventions become forks, which produce the same
    history.

    Parameters
    ----------
    scenario : Scenario
    path : str or Path
        A new file that ends in ``.toml``.
    title : str, optional
        Title of the new scenario; by default that of the old one.
    why : str, optional
        The reason given for every changed value.
    overwrite : bool
        Whether a file that exists is replaced.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    BadInput
        When the file exists already or cannot be written, or when the scenario contains custom
        rules or instruments, which are code.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> older = load("kazakhstan").change({"start.president.age": 62.0}).without("M3.predation")
    >>> loaded = load(save(older, f"{folder.name}/older.toml"))
    >>> loaded.start().president.age, sorted(loaded.disabled_mechanisms)
    (62.0, ['M3.predation'])
    >>> values_without_labels(loaded) == values_without_labels(older)
    True
    """
    path = absolute_path(path, "path", "a file")
    if path.suffix != ".toml":
        raise BadInput(
            f"{path} does not end in .toml; a scenario is a TOML file, choose such a name."
        )
    if scenario.custom_instruments or scenario.rules.rules != SCHEDULE.rules:
        raise BadInput(
            "this scenario has custom rules or instruments; they are code and cannot be saved in a"
            " file. Keep them in a notebook or a module, save the scenario without them, and add"
            " them after loading."
        )
    if overwrite:
        return _save_over(scenario, path, title, why)
    scenario, why = convert_to_forks(scenario), why.strip() or _DEFAULT_REASON
    base = _find_base_scenario(scenario, path)
    draws_path = path.with_suffix(".posterior.csv")
    own_draws = (
        scenario.parameter_draws
        if base is None or base.parameter_draws != scenario.parameter_draws
        else None
    )
    for all_shocks in (False, True):
        text = format_scenario_file(scenario, base, title, why, all_shocks, draws_path.name)
        table = own_draws.to_csv() if isinstance(own_draws, ParameterDraws) else ""
        file_texts = {draws_path: table, path: text}
        if _write_and_verify(scenario, file_texts):
            return path
    raise PorukaError(
        f"{path} was removed again: it would be read as another scenario; please report this with"
        " the changes you made."
    )


def _save_over(scenario: Scenario, path: Path, title: str, why: str) -> Path:
    """Write a scenario beside a file, and put it in the file's place only when it is whole."""
    with tempfile.TemporaryDirectory(dir=path.parent if path.parent.is_dir() else None) as folder:
        written = save(scenario, Path(folder) / path.name, title, why)
        for part in sorted(written.parent.iterdir()):
            os.replace(part, path.parent / part.name)
    return path


def _write_and_verify(scenario: Scenario, file_texts: dict[Path, str]) -> bool:
    """Write files, the scenario's last; remove them unless they read as the same scenario."""
    written, is_same = [], False
    try:
        for path, text in file_texts.items():
            if text:
                _write_new_file(path, text)
                written.append(path)
        is_same = values_without_labels(load(written[-1])) == values_without_labels(scenario)
    finally:
        for path in () if is_same else written:
            path.unlink()
    return is_same


def values_without_labels(scenario: Scenario) -> dict[str, Any]:
    """Return everything a run depends on, without name and title of the scenario."""
    return {
        key: value for key, value in scenario.resolved_values().items() if key not in _LABEL_KEYS
    }


def convert_to_forks(scenario: Scenario) -> Scenario:
    """Return the same scenario with changed instruments and interventions expressed as forks.

    A scenario file can hold them only in this form.
    """
    instrument_ids = [instrument.id for instrument in scenario.instruments]
    forced_events = {code: event for event, code in FORCED_EVENT_CODES.items()}
    list_names: dict[int, str] = {Intervention.FORBIDDEN: "forbid", Intervention.ALLOWED: "allow"}
    fork_lists: dict[int, dict[str, Any]] = {}
    for month, kind, subject in scenario.interventions:
        lists = fork_lists.setdefault(month, {"force": [], "forbid": [], "allow": []})
        if kind in forced_events:
            lists["force"].append(forced_events[kind])
        elif kind == Intervention.NAMED:
            lists["force"].append(f"heir.{codes.CONTENDERS[subject]}")
        else:
            lists[list_names.get(kind, "force")].append(instrument_ids[subject])
    numbers = {key: value for key, value in scenario.overrides if key.startswith("instruments.")}
    bare = replace(
        scenario,
        interventions=(),
        forks=(),
        overrides=tuple(pair for pair in scenario.overrides if pair[0] not in numbers),
    )
    if numbers:
        bare = bare.fork(scenario.start_date, numbers)
    for month in sorted(fork_lists):
        bare = bare.fork(scenario.date_of(month), **fork_lists[month])
    # The forks of the file itself come first, as they will when it is read again.
    count = len(scenario.file.fork)
    return replace(bare, forks=(*scenario.forks[:count], *bare.forks, *scenario.forks[count:]))


def _find_base_scenario(scenario: Scenario, path: Path) -> Scenario | None:
    """Return the scenario that this one was made from, unless the new file would hide it."""
    if path.stem == scenario.name:
        return None
    try:
        base = load(scenario.name)
    except BadInput:
        return None
    return base if base.file == scenario.file else None


def _write_new_file(path: Path, text: str) -> None:
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise BadInput(
            f"{path} exists already and is not overwritten; choose another name, or say"
            " overwrite=True."
        ) from None
    except (OSError, ValueError) as error:
        raise BadInput(
            f"{path} cannot be written ({getattr(error, 'strerror', error)}); choose another path"
            " or name."
        ) from None
