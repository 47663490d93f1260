"""The rules of a user's own in a stored run: where their code is, and how it is found again.

A run stores no code. It records module, name and a hash of each rule of one's own, and only for a
folder that is trusted are these modules imported, from where Python finds the user's modules and
never from the folder itself.
"""

import ast
import contextlib
import hashlib
import importlib
import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from poruka.engine.kernel_source import read_kernel_source
from poruka.engine.rule import Rule, Schedule, is_same_rule, validate_own_rules
from poruka.engine.rule_source import source_with_dependencies
from poruka.rivals import rules_of_package
from poruka.rules.schedule import SCHEDULE
from poruka.utils.errors import BadInput

OWN_RULES_KEY = "own_rule_code"
"""Entry of a manifest: id, module, name and hash of every rule that is not of the package."""
_MODULE_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
_MAX_SOURCE_BYTES = 2**24


def own_rules(schedule: Schedule) -> tuple[Rule, ...]:
    """Return the rules of a schedule that are not of the package.

    A rule of the package that was given another id, mechanism or kernel is none of it any more.

    Examples
    --------
    >>> from dataclasses import replace
    >>> first, second = SCHEDULE.rules[:2]
    >>> [one.id for one in own_rules(SCHEDULE.replace(first.id, second))] == [first.id]
    True
    """
    known = rules_of_package()
    return tuple(
        rule
        for rule in schedule.rules
        if not is_same_rule(rule, known.get(getattr(rule, "id", "")))
    )


def validate_schedule(rules: Any) -> Schedule:
    """Return a schedule if a scenario can run it.

    Raises
    ------
    BadInput
        For what is no schedule, one that does not begin as the package's, and a rule of one's own
        that cannot be read or run.
    """
    if type(rules) is not Schedule:
        raise BadInput(
            f"{rules!r} is not a schedule of rules; give a Schedule, such as"
            " scenario.rules.replace('oligarchs.defect', my_rule)."
        )
    if rules.start is not SCHEDULE.start:
        first = getattr(rules.start, "__name__", rules.start)
        raise BadInput(
            f"the schedule begins with {first}, which is not"
            " how worlds of the package begin; take the schedule of a scenario and change its rules"
            " by replace or add, and what a world begins with by scenario.change({'start.…': …})."
        )
    validate_own_rules(rules)
    return rules


def own_code(schedule: Schedule) -> list[str]:
    """Return what a schedule holds that is not of the package, as texts: nothing for the package's.

    Examples
    --------
    >>> own_code(SCHEDULE)
    []
    """
    texts = [f"{rule.id} {rule.mechanism}\n{rule.source_text}" for rule in own_rules(schedule)]
    if schedule.start is not SCHEDULE.start:
        texts.append(f"start\n{source_with_dependencies(schedule.start)}")
    return texts


def _hash_of_definition(definition: ast.stmt) -> str:
    return hashlib.sha256(ast.unparse(definition).encode()).hexdigest()[:16]


def describe_own_rules(rules: Schedule) -> list[dict[str, str]]:
    """Return id, module, name and a hash of the code of every rule that is not of the package.

    Examples
    --------
    >>> describe_own_rules(SCHEDULE)
    []
    """
    return [
        {
            "id": rule.id,
            "module": rule.function.__module__,
            "name": rule.function.__qualname__,
            "digest": _hash_of_definition(ast.parse(read_kernel_source(rule.function)).body[0]),
        }
        for rule in own_rules(rules)
    ]


def _refusal(row: Mapping[str, Any], run_folder: Path, reason: str) -> BadInput:
    return BadInput(
        f"the rule {str(row.get('id'))[:60]} of {run_folder} is not loaded: {reason}. Give the"
        " scenario with its rules instead: simulate(scenario, out=…) continues such a run, and"
        " open_run(folder, scenario) opens it."
    )


def _find_source(module: str, row: Mapping[str, Any], run_folder: Path) -> Path:
    """Return the source file of a module without importing anything, also no package above it."""
    places: Any = None
    spec: ModuleSpec | None
    parts = module.split(".")
    for count in range(1, len(parts) + 1):
        spec = None
        name = ".".join(parts[:count])
        with contextlib.suppress(ImportError, ValueError):
            # Only for the first part: of others it would import the packages above.
            if count == 1:
                spec = find_spec(name)
            elif places is not None:
                spec = PathFinder.find_spec(name, places)
        if spec is None:
            raise _refusal(
                row,
                run_folder,
                f"there is no module {module[:60]} where Python looks for modules; put the folder"
                " of its file into PYTHONPATH",
            )
        places = spec.submodule_search_locations
        for place in (spec.origin, *(places or ())):
            if place and Path(place).resolve().is_relative_to(run_folder.resolve()):
                raise _refusal(
                    row,
                    run_folder,
                    f"its module {module[:60]} lies in the folder of the run, from which nothing"
                    " is ever carried out",
                )
    if spec is None or not spec.origin or not spec.origin.endswith(".py"):
        raise _refusal(row, run_folder, f"{module[:60]} is no module with a source file")
    return Path(spec.origin)


def _require_recorded_code(source: Path, row: Mapping[str, Any], run_folder: Path) -> None:
    """Refuse a file that does not define the rule as it was when the run began."""
    try:
        with open(source, "rb") as file:
            tree = ast.parse(file.read(_MAX_SOURCE_BYTES))
    except (OSError, SyntaxError, ValueError) as error:
        raise _refusal(row, run_folder, f"{source} cannot be read ({error})") from None
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == row["name"]:
            if _hash_of_definition(statement) == row.get("digest"):
                return
            raise _refusal(
                row, run_folder, f"{row['name']} in {source} was changed since the run began"
            )
    raise _refusal(row, run_folder, f"{source} defines no rule {str(row['name'])[:60]}")


def _load_rule(row: Mapping[str, Any], run_folder: Path) -> Rule:
    module, name = row.get("module"), row.get("name")
    if not isinstance(module, str) or not isinstance(name, str) or not name.isidentifier():
        raise _refusal(row, run_folder, "it was defined inside a function, and has no place")
    if module == "__main__" or not _MODULE_NAME.fullmatch(module):
        raise _refusal(row, run_folder, "it was defined in a notebook or at a prompt")
    _require_recorded_code(_find_source(module, row, run_folder), row, run_folder)
    try:
        found = getattr(sys.modules.get(module) or importlib.import_module(module), name, None)
    except Exception as error:  # noqa: BLE001 - whatever the user's module raises
        raise _refusal(row, run_folder, f"{module} cannot be imported ({error!r})") from error
    if not isinstance(found, Rule):
        raise _refusal(row, run_folder, f"{module}.{name} is no rule")
    return replace(found, id=str(row["id"]))


def load_package_schedule(data: Mapping[str, Any]) -> Schedule:
    """Return the rules of a run that has none of its own, in its order.

    Where the package has not all of them any more, these are the rules of today; how the run
    differs from them is said where runs are compared.
    """
    ids = [str(id) for id in data["resolved"].get("rules") or ()]
    known = rules_of_package()
    if not ids or not set(ids) <= set(known):
        return SCHEDULE
    return replace(SCHEDULE, rules=tuple(known[id] for id in ids))


def load_own_schedule(data: Mapping[str, Any], run_folder: Path) -> Schedule:
    """Return the rules of a trusted run in their order, its own ones imported by module and name.

    Parameters
    ----------
    data : mapping
        The manifest of the run.
    run_folder : Path
        Its folder, from which nothing is imported.

    Raises
    ------
    BadInput
        When a rule cannot be found again as it was; the message says why and what to do.
    """
    rows = data.get(OWN_RULES_KEY)
    rows = rows if isinstance(rows, list) else []
    recorded = {str(row["id"]): row for row in rows if isinstance(row, dict) and "id" in row}
    usual = rules_of_package()
    rules = []
    for id in map(str, data["resolved"].get("rules") or ()):
        if id in recorded:
            rules.append(_load_rule(recorded[id], run_folder))
        elif id in usual and id not in data["own_rules"]:
            rules.append(usual[id])
        else:
            raise _refusal({"id": id}, run_folder, "the run does not record in which module it is")
    return replace(SCHEDULE, rules=tuple(rules))
