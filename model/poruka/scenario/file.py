"""Scenario files: where they lie, what they hold, and what they extend."""

import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from poruka.scenario.schema import Extension, ScenarioFile
from poruka.scenario.validation import check
from poruka.utils.errors import BadInput, unknown


def folders() -> list[Path]:
    """Return where scenarios are looked for by name: here, the source checkout, the installed
    package.
    """
    package = Path(str(resources.files("poruka")))
    return [Path("scenarios"), package.parent.parent / "scenarios", package / "data" / "scenarios"]


def scenario_files(folder: Path) -> list[Path]:
    """Return the scenario files of a folder and of the folders in it, such as ``paths``."""
    return sorted([*folder.glob("*.toml"), *folder.glob("*/*.toml")]) if folder.is_dir() else []


def find(name: str | Path) -> Path:
    """Return the file a name or a path stands for."""
    text = str(name)
    if not text.strip():
        raise BadInput(
            "unknown scenario '': the name is empty; give a name that `poruka list` shows, or the"
            " path of a file."
        )
    try:
        return _find(text)
    except (OSError, ValueError) as error:
        raise BadInput(
            f"{text[:60]!r} cannot be looked up ({getattr(error, 'strerror', error)}); give a name"
            " that `poruka list` shows, or the path of a file."
        ) from None


def _find(text: str) -> Path:
    if text.endswith(".toml") or "/" in text or "\\" in text:
        path = Path(text)
        if path.is_dir():
            raise BadInput(
                f"{text} is a folder; give a scenario file in it, such as"
                f" {text.rstrip('/')}/kazakhstan.toml."
            )
        if not path.is_file():
            raise BadInput(
                f"there is no file {text}; give the path of a scenario file, or a name that `poruka"
                " list` shows."
            )
        return path
    for folder in folders():
        if (folder / f"{text}.toml").is_file():
            return folder / f"{text}.toml"
        below = sorted(folder.glob(f"*/{text}.toml")) if re.fullmatch(r"[\w.-]+", text) else []
        if below:
            return below[0]
    known = sorted({path.stem for folder in folders() for path in scenario_files(folder)})
    if Path(text).is_dir():
        raise BadInput(
            f"{text} is a folder; give a scenario file in it, or one of the names"
            f" {', '.join(known)}."
        )
    raise unknown(
        "scenario", text, known, todo=f"There are: {', '.join(known)}; or give the path of a file."
    )


def _read_raw(path: Path) -> dict[str, Any]:
    try:
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
        raise BadInput(f"{path} is not valid TOML: {error}; mend that place.") from None
    except RecursionError:
        raise BadInput(
            f"{path} nests its values too deeply; a scenario has tables of numbers and texts, at"
            " most three deep."
        ) from None


def _merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Return the lower file overlaid by the one that extends it, both of sound shape; shocks are
    matched by id.
    """
    merged = {**below, **above}
    merged["sources"] = {**below.get("sources", {}), **above.get("sources", {})}
    merged["parameters"] = {**below.get("parameters", {}), **above.get("parameters", {})}
    pages = {**below.get("start", {})}
    for page, entries in above.get("start", {}).items():
        pages[page] = {**pages.get(page, {}), **entries}
    merged["start"] = pages
    mine = above.get("shocks", [])
    theirs = {shock["id"] for shock in mine}
    # What struck before a later start is history there and belongs into its start values.
    kept = [
        shock
        for shock in below.get("shocks", [])
        if shock["id"] not in theirs and shock["date"] >= above.get("start_date", "")
    ]
    merged["shocks"] = [*kept, *mine]
    merged["fork"] = [*below.get("fork", []), *above.get("fork", [])]
    merged["without"] = [*below.get("without", []), *above.get("without", [])]
    merged["path"] = above.get("path")
    if "record" not in above:
        merged["record"] = below.get("record")
    return merged


def read(path: Path, chain: tuple[Path, ...] = ()) -> tuple[ScenarioFile, Path]:
    """Return the checked contents of a scenario file with what it extends, and the folder its
    record lies in.
    """
    path = path.resolve()
    if path in chain:
        ring = " → ".join(one.name for one in [*chain, path])
        raise BadInput(
            f"{chain[0].name} extends itself: {ring}; remove one `extends` from this ring."
        )
    raw = _read_raw(path)
    if isinstance(raw.get("posterior"), str) and raw["posterior"]:
        raw["posterior"] = str(
            path.parent / raw["posterior"]
        )  # beside the file that names it, whoever extends that
    record_folder = path.parent
    target = raw.get("extends")
    if isinstance(target, str):
        own = check(raw, path.name, Extension).model_dump(exclude_unset=True)
        base, base_folder = read(_beside(path, target), (*chain, path))
        if "record" not in raw:
            record_folder = base_folder
        raw = _merge(base.model_dump(exclude_none=True, exclude_defaults=True), own)
    file = check(raw, path.name, ScenarioFile)
    if file.record and (
        Path(file.record).name != file.record or not (record_folder / file.record).is_file()
    ):
        raise BadInput(
            f"{path.name}: record {file.record!r} is no file beside it in {record_folder}; put it"
            " there, or remove the line."
        )
    return file, record_folder


def _beside(path: Path, target: str) -> Path:
    """Return the file that ``extends`` means: one beside it, else what the name stands for
    anywhere.
    """
    found = path.parent / (target if target.endswith(".toml") else f"{target}.toml")
    try:
        return found if target and found.is_file() else find(target)
    except (OSError, BadInput) as error:
        raise BadInput(
            f"{path.name}: extends {target[:60]!r}: {getattr(error, 'strerror', error)}"
        ) from None
