"""Saving a scenario: what was changed in it, as a file over the one it came from, that `load` reads
back to the same scenario.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from poruka.engine import codes
from poruka.engine.parameters import mechanism_groups
from poruka.rules.schedule import SCHEDULE
from poruka.scenario.fork import Fork
from poruka.scenario.interventions import FORCED_EVENT_CODES
from poruka.scenario.scenario import Scenario, load
from poruka.utils.errors import BadInput, PorukaError

_DEFAULT_REASON = "set by hand; no source is given"
_LABEL_KEYS = ("name", "title")  # what a file is called says nothing about what is played


def save(scenario: Scenario, path: str | Path, title: str = "", why: str = "") -> Path:
    """Write a scenario, with everything that was changed or switched off in it, to a file that can
    be loaded and played again.

    What came from a scenario that is found by name is not repeated (``extends``); otherwise the
    file stands on its own. Changes of instruments and interventions become forks, which play to the
    same history.

    Parameters
    ----------
    scenario : Scenario
    path : str or Path
        A new file that ends in ``.toml``.
    title : str, optional
        What the new scenario is called; without it the old title stays.
    why : str, optional
        The reason that stands beside every changed value.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    BadInput
        When the file is there already or cannot be written, or when the scenario holds rules or
        instruments of one's own, which are code.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> older = load("kazakhstan").change({"start.president.age": 62.0}).without("M3.predation")
    >>> again = load(save(older, f"{folder.name}/older.toml"))
    >>> again.start().president.age, sorted(again.disabled_mechanisms), values_without_labels(again) == values_without_labels(older)
    (62.0, ['M3.predation'], True)
    """
    path = Path(path)
    if path.suffix != ".toml":
        raise BadInput(
            f"{path} does not end in .toml; a scenario is a TOML file, choose such a name."
        )
    if scenario.custom_instruments or scenario.rules.rules != SCHEDULE.rules:
        raise BadInput(
            "this scenario has rules or instruments of its own; they are code and do not go into a"
            " file. Keep them in a notebook or a module, save the scenario without them, and add"
            " them after loading."
        )
    scenario, why = convert_to_forks(scenario), why.strip() or _DEFAULT_REASON
    base = _find_base_scenario(scenario, path)
    drawn = path.with_suffix(".posterior.csv")
    own = (
        scenario.parameter_draws
        if base is None or base.parameter_draws != scenario.parameter_draws
        else None
    )
    for every_shock in (False, True):
        if _write_and_verify(
            scenario,
            {
                drawn: own.to_csv() if own else "",
                path: _format_file(scenario, base, title, why, every_shock, drawn.name),
            },
        ):
            return path
    raise PorukaError(
        f"{path} was not kept: read back, it is another scenario; please report this with the"
        " changes you made."
    )


def _write_and_verify(scenario: Scenario, file_texts: dict[Path, str]) -> bool:
    """Write files, the scenario's last, and take them back unless they are the same scenario when
    they are read.
    """
    made, same = [], False
    try:
        for place, text in file_texts.items():
            if text:
                _write_new_file(place, text)
                made.append(place)
        same = values_without_labels(load(made[-1])) == values_without_labels(scenario)
    finally:
        for place in () if same else made:
            place.unlink()
    return same


def values_without_labels(scenario: Scenario) -> dict[str, Any]:
    """Return everything a run depends on, but not what the scenario is called."""
    return {
        key: value for key, value in scenario.resolved_values().items() if key not in _LABEL_KEYS
    }


def convert_to_forks(scenario: Scenario) -> Scenario:
    """Return the same scenario with changed instruments and interventions told as forks, which is
    how a file can hold them.
    """
    acts = [one.id for one in scenario.instruments]
    forced = {code: word for word, code in FORCED_EVENT_CODES.items()}
    wishes: dict[int, dict[str, Any]] = {}
    for month, what, subject in scenario.interventions:
        wish = wishes.setdefault(month, {"force": [], "forbid": [], "allow": []})
        if what in forced:
            wish["force"].append(forced[what])
        elif what == codes.INTERVENTION_NAMED:
            wish["force"].append(f"heir.{codes.CONTENDERS[subject]}")
        else:
            word = {
                codes.INTERVENTION_FORBIDDEN: "forbid",
                codes.INTERVENTION_ALLOWED: "allow",
            }.get(what, "force")
            wish[word].append(acts[subject])
    numbers = {key: value for key, value in scenario.overrides if key.startswith("instruments.")}
    bare = replace(
        scenario,
        interventions=(),
        forks=(),
        overrides=tuple(pair for pair in scenario.overrides if pair[0] not in numbers),
    )
    if numbers:
        bare = bare.fork(scenario.start_date, numbers)
    for month in sorted(wishes):
        bare = bare.fork(scenario.date_of(month), **wishes[month])
    known = len(
        scenario.file.fork
    )  # the forks of the file itself stand first, as they will when it is read again
    return replace(bare, forks=(*scenario.forks[:known], *bare.forks, *scenario.forks[known:]))


def _find_base_scenario(scenario: Scenario, path: Path) -> Scenario | None:
    """Return the scenario of this name if it is the one this scenario was made from, and not a file
    that the new one would hide.
    """
    if path.stem == scenario.name:
        return None
    try:
        base = load(scenario.name)
    except BadInput:
        return None
    return base if base.file == scenario.file else None


def _format_file(
    scenario: Scenario,
    base: Scenario | None,
    title: str,
    why: str,
    all_shocks: bool,
    draws_file: str,
) -> str:
    """Return the file: over its base what differs, without one everything."""
    file = scenario.file
    head: dict[str, Any] = {"title": title.strip() or scenario.title}
    if base is not None:
        head["extends"] = scenario.name
    else:
        head |= {
            "country": file.country,
            "start_date": file.start_date,
            "end_date": file.end_date,
            "description": file.description,
        }
    gone = set() if base is None else {*base.disabled_mechanisms, *base.removed_ids}
    off = (
        {part for id in file.mechanisms.off for part in mechanism_groups().get(id, (id,))}
        if base is None
        else set()
    )
    head["without"] = sorted(({*scenario.disabled_mechanisms, *scenario.removed_ids} | off) - gone)
    lines = [f"{key} = {_format_value(value)}" for key, value in head.items() if value]
    if scenario.parameter_draws != (base and base.parameter_draws):
        lines.append(f"posterior = {_format_value(draws_file if scenario.parameter_draws else '')}")
    if base is None and file.sources:
        lines += [
            "",
            "[sources]",
            *(f"{_format_key(key)} = {_format_value(text)}" for key, text in file.sources.items()),
        ]
    moved = dict(scenario.overrides)
    lines += _format_start(scenario, moved, base is None, why)
    told = {
        key: {"value": float(value), "why": why}
        for key, value in moved.items()
        if not key.startswith(("start.", "shocks."))
    }
    kept = {key: one.model_dump() for key, one in file.parameters.items()} if base is None else {}
    if kept | told:
        lines += [
            "",
            "[parameters]",
            *(
                f"{_format_key(key)} = {_format_value(entry)}"
                for key, entry in (kept | told).items()
            ),
        ]
    lines += _format_shocks(scenario, moved, base is None or all_shocks)
    new = scenario.forks if base is None else scenario.forks[len(file.fork) :]
    reasons = [entry.why for entry in file.fork] if base is None else []
    for place, fork in enumerate(new):
        lines += ["", *_format_fork(fork, reasons[place] if place < len(reasons) else why)]
    return "\n".join(lines) + "\n"


def _format_start(
    scenario: Scenario, overrides: dict[str, Any], include_unchanged: bool, why: str
) -> list[str]:
    pages: dict[str, dict[str, Any]] = {}
    if include_unchanged:
        pages = {
            page: {key: entry.model_dump() for key, entry in entries.items()}
            for page, entries in scenario.file.start.items()
        }
    for key, value in overrides.items():
        if key.startswith("start."):
            _, page, name = key.split(".")
            pages.setdefault(page, {})[name] = {
                "value": float(value),
                "fact": why,
                "source": "assumption",
            }
    return [
        line
        for page, entries in pages.items()
        if entries
        for line in (
            "",
            f"[start.{page}]",
            *(f"{name} = {_format_value(entry)}" for name, entry in entries.items()),
        )
    ]


def _format_shocks(
    scenario: Scenario, overrides: dict[str, Any], include_unchanged: bool
) -> list[str]:
    """Return the shocks that were moved, or all of them: read back, a moved shock stands behind
    those it leaves as they were.
    """
    lines: list[str] = []
    for shock in scenario.file.shocks:
        if (
            include_unchanged
            or f"shocks.{shock.id}.date" in overrides
            or f"shocks.{shock.id}.value" in overrides
        ):
            date, value = scenario.resolve_shock(shock)
            entry = shock.model_dump(exclude_none=True) | {
                "date": date,
                "set" if shock.set is not None else "add": value,
            }
            lines += [
                "",
                "[[shocks]]",
                *(f"{key} = {_format_value(part)}" for key, part in entry.items()),
            ]
    return lines


def _format_fork(fork: Fork, why: str) -> list[str]:
    entry = {
        "at": fork.at,
        "why": why,
        "change": dict(fork.change),
        "without": list(fork.without),
        "force": list(fork.force),
        "forbid": list(fork.forbid),
        "allow": list(fork.allow),
        "shocks": [shock.model_dump(exclude_none=True) for shock in fork.shocks],
    }
    return [
        "[[fork]]",
        *(f"{key} = {_format_value(value)}" for key, value in entry.items() if value),
    ]


def _format_key(key: str) -> str:
    return key if key.replace("_", "").isalnum() and key.isascii() else _format_value(key)


def _format_value(value: Any) -> str:
    """Return a value as TOML; a text as JSON is one, but for the one character that JSON leaves as
    it is.
    """
    if isinstance(value, dict):
        return (
            "{ "
            + ", ".join(
                f"{_format_key(key)} = {_format_value(part)}" for key, part in value.items()
            )
            + " }"
        )
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_format_value(part) for part in value) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)


def _write_new_file(path: Path, text: str) -> None:
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise BadInput(
            f"{path} is there already and is not overwritten; choose another name, or remove it"
            " first."
        ) from None
    except (OSError, ValueError) as error:
        raise BadInput(
            f"{path} cannot be written ({getattr(error, 'strerror', error)}); choose another place"
            " or name."
        ) from None
