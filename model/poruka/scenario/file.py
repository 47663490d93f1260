"""Scenario files: finding, reading and merging them with the files they extend."""

import os
import re
import tomllib
from pathlib import Path
from typing import Any

from poruka.scenario.number_draws import names_file_of_numbers
from poruka.scenario.schema import PartialScenarioFile, ScenarioFile
from poruka.scenario.validation import validate_scenario_data
from poruka.utils.errors import BadInput, unknown_name_error
from poruka.utils.shipped_files import shipped_places

MAX_SCENARIO_BYTES = 4 * 2**20
"""Largest size of a scenario file."""
_NEVER = "9999-12"


def scenario_folders() -> list[Path]:
    """Return the folders in which scenarios are looked up by name.

    They belong to the current folder, the source checkout and the installed package.
    """
    return [Path("scenarios"), *shipped_places("scenarios")]


def list_scenario_files(folder: Path) -> list[Path]:
    """Return the scenario files of a folder and of its subfolders, such as ``paths``."""
    return sorted([*folder.glob("*.toml"), *folder.glob("*/*.toml")]) if folder.is_dir() else []


def find_scenario_file(name_or_path: str | Path) -> Path:
    """Return the scenario file that a name or a path refers to."""
    text = os.path.expanduser(str(name_or_path))
    if not text.strip():
        raise BadInput(
            "unknown scenario '': the name is empty; give a name that `poruka list` shows, or the"
            " path of a file."
        )
    try:
        return _resolve_name_or_path(text)
    except (OSError, ValueError) as error:
        raise BadInput(
            f"{text[:60]!r} cannot be looked up ({getattr(error, 'strerror', error)}); give a name"
            " that `poruka list` shows, or the path of a file."
        ) from None


def _resolve_name_or_path(name_or_path: str) -> Path:
    if name_or_path.endswith(".toml") or "/" in name_or_path or "\\" in name_or_path:
        path = Path(name_or_path)
        if path.is_dir():
            raise BadInput(
                f"{name_or_path} is a folder; give a scenario file in it, such as"
                f" {name_or_path.rstrip('/')}/kazakhstan.toml."
            )
        if not path.is_file():
            raise BadInput(
                f"there is no file {name_or_path}; give the path of a scenario file, or a name that"
                " `poruka list` shows."
            )
        return path
    for folder in scenario_folders():
        if (folder / f"{name_or_path}.toml").is_file():
            return folder / f"{name_or_path}.toml"
        below = (
            sorted(folder.glob(f"*/{name_or_path}.toml"))
            if re.fullmatch(r"[\w.-]+", name_or_path)
            else []
        )
        if below:
            return below[0]
    by_small_letters = {
        path.stem.lower(): path
        for folder in reversed(scenario_folders())
        for path in list_scenario_files(folder)
    }
    if name_or_path.lower() in by_small_letters:
        return by_small_letters[name_or_path.lower()]
    known = sorted(
        {path.stem for folder in scenario_folders() for path in list_scenario_files(folder)}
    )
    if Path(name_or_path).is_dir():
        raise BadInput(
            f"{name_or_path} is a folder; give a scenario file in it, or one of the names"
            f" {', '.join(known)}."
        )
    raise unknown_name_error(
        "scenario",
        name_or_path,
        known,
        advice=f"There are: {', '.join(known)}; or give the path of a file.",
    )


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MAX_SCENARIO_BYTES:
            raise BadInput(
                f"{path} has {path.stat().st_size:,} bytes; at most {MAX_SCENARIO_BYTES:,} are read"
                " of a scenario, which has some hundred lines."
            )
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(
            f"{path} cannot be read ({error.strerror}); check the path and its permissions."
        ) from None
    if not data.strip():
        raise BadInput(
            f"{path} is empty; a scenario needs at least title, country, start_date and end_date."
        )
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput(f"{path} is not a text file in UTF-8; a scenario is a TOML file.") from None
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{path} is not valid TOML: {error}; correct that place.") from None
    except RecursionError:
        raise BadInput(
            f"{path} nests its values too deeply; a scenario has tables of numbers and texts, at"
            " most three deep."
        ) from None


def _merge_extension(base: dict[str, Any], extension: dict[str, Any]) -> dict[str, Any]:
    """Return the base file overlaid by its extension, both validated; shocks are matched by id."""
    merged = {**base, **extension}
    if "record" in extension:
        merged["record_until"] = extension.get("record_until")
    merged["sources"] = {**base.get("sources", {}), **extension.get("sources", {})}
    merged["parameters"] = {**base.get("parameters", {}), **extension.get("parameters", {})}
    pages = {**base.get("start", {})}
    for page, entries in extension.get("start", {}).items():
        pages[page] = {**pages.get(page, {}), **entries}
    merged["start"] = pages
    own_shocks = extension.get("shocks", [])
    own_shock_ids = {shock["id"] for shock in own_shocks}
    # Shocks before a later start are part of its history and belong in its start values; those
    # after the month to which it follows the base abroad are left out.
    first, last = extension.get("start_date", ""), extension.get("abroad_until", _NEVER)
    later = {shock["id"] for shock in base.get("shocks", []) if shock["date"] > last}
    inherited_shocks = [
        shock
        for shock in base.get("shocks", [])
        if shock["id"] not in own_shock_ids | later and shock["date"] >= first
    ]
    merged["shocks"] = [*inherited_shocks, *own_shocks]
    merged["fork"] = [*base.get("fork", []), *extension.get("fork", [])]
    merged["without"] = [
        *(id for id in base.get("without", []) if id.removeprefix("shocks.") not in later),
        *extension.get("without", []),
    ]
    merged["path"] = extension.get("path")
    if "record" not in extension:
        merged["record"] = base.get("record")
        merged.setdefault("record_until", base.get("record_until"))
    return merged


def read_scenario_file(
    path: Path, extends_chain: tuple[Path, ...] = ()
) -> tuple[ScenarioFile, Path]:
    """Return the validated contents of a scenario file and the folder of its observed record.

    The contents include those of the files it extends.
    """
    path = path.resolve()
    if path in extends_chain:
        cycle = " → ".join(file.name for file in [*extends_chain, path])
        raise BadInput(
            f"{extends_chain[0].name} extends itself: {cycle}; remove one `extends` of this cycle."
        )
    raw = _read_toml(path)
    named = raw.get("numbers")
    if isinstance(named, str) and names_file_of_numbers(named):
        # Relative to the file that names it, also where another file extends that one.
        raw["numbers"] = str(path.parent / named)
    record_folder = path.parent
    target = raw.get("extends")
    if isinstance(target, str):
        extension = validate_scenario_data(raw, path.name, PartialScenarioFile)
        base, base_folder = read_scenario_file(
            _resolve_extends(path, target), (*extends_chain, path)
        )
        if "record" not in raw:
            record_folder = base_folder
        raw = _merge_extension(
            base.model_dump(exclude_none=True, exclude_defaults=True),
            extension.model_dump(exclude_unset=True),
        )
    file = validate_scenario_data(raw, path.name, ScenarioFile)
    if file.record and (
        Path(file.record).name != file.record or not (record_folder / file.record).is_file()
    ):
        raise BadInput(
            f"{path.name}: record {file.record!r} is not a file beside it in {record_folder}; put"
            " it there, or remove the line."
        )
    return file, record_folder


def _resolve_extends(path: Path, extends: str) -> Path:
    """Return the file that ``extends`` names: beside the file, else found by name."""
    sibling = path.parent / (extends if extends.endswith(".toml") else f"{extends}.toml")
    try:
        return sibling if extends and sibling.is_file() else find_scenario_file(extends)
    except (OSError, BadInput) as error:
        raise BadInput(
            f"{path.name}: extends {extends[:60]!r}: {getattr(error, 'strerror', error)}"
        ) from None
