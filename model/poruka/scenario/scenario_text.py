"""The text of a scenario file: header, start values, parameters, shocks and forks as TOML."""

import json
from typing import Any

from poruka.engine.parameters import mechanism_groups
from poruka.scenario.fork import Fork
from poruka.scenario.number_draws import DECLARED
from poruka.scenario.parameter_draws import ParameterDraws
from poruka.scenario.scenario import Scenario


def format_scenario_file(
    scenario: Scenario,
    base: Scenario | None,
    title: str,
    why: str,
    all_shocks: bool,
    draws_file: str,
) -> str:
    """Return the text of a file: the differences from its base, or everything without one."""
    file = scenario.file
    head: dict[str, Any] = {"title": title.strip() or scenario.title}
    if base is not None:
        head["extends"] = scenario.name
        if file.end_date != base.file.end_date:
            head["end_date"] = file.end_date
    else:
        head |= {
            "country": file.country,
            "start_date": file.start_date,
            "end_date": file.end_date,
            "abroad_until": file.abroad_until,
            "description": file.description,
        }
    inherited = set() if base is None else {*base.disabled_mechanisms, *base.removed_ids}
    disabled = (
        {part for id in file.mechanisms.off for part in mechanism_groups().get(id, (id,))}
        if base is None
        else set()
    )
    head["without"] = sorted(
        ({*scenario.disabled_mechanisms, *scenario.removed_ids} | disabled) - inherited
    )
    lines = [f"{key} = {_format_value(value)}" for key, value in head.items() if value]
    draws = scenario.parameter_draws
    if base is None or draws != base.parameter_draws:
        # The numbers of one world are written out as they were drawn.
        plain = DECLARED if scenario.one_draw is not None else scenario.numbers
        named = draws_file if isinstance(draws, ParameterDraws) else plain
        lines.append(f"numbers = {_format_value(named)}")
    if base is None and file.sources:
        lines += [
            "",
            "[sources]",
            *(f"{_format_key(key)} = {_format_value(text)}" for key, text in file.sources.items()),
        ]
    overrides = dict(scenario.overrides)
    lines += _format_start(scenario, overrides, base is None, why)
    entries = {}
    if base is None:
        entries = {key: override.model_dump() for key, override in file.parameters.items()}
    entries |= {
        key: {"value": value if isinstance(value, str) else float(value), "why": why}
        for key, value in overrides.items()
        if not key.startswith(("start.", "shocks."))
    }
    if entries:
        lines += [
            "",
            "[parameters]",
            *(f"{_format_key(key)} = {_format_value(entry)}" for key, entry in entries.items()),
        ]
    lines += _format_shocks(scenario, overrides, base is None or all_shocks)
    forks = scenario.forks if base is None else scenario.forks[len(file.fork) :]
    reasons = [entry.why for entry in file.fork] if base is None else []
    for index, fork in enumerate(forks):
        lines += ["", *_format_fork(fork, reasons[index] if index < len(reasons) else why)]
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
    """Return the lines of the changed shocks, or of all of them.

    When the file is read, a changed shock comes after those that are unchanged.
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
    """Return a value as TOML; JSON text is valid TOML except for the character U+007F."""
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
