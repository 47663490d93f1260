"""Scenario files: read, check and extend them, and say everything that is wrong with one in a single message."""

import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from . import names
from .errors import BadInput, nearest, unknown
from .parameters import check_parameter, check_start, mechanism_groups, mechanisms, parameters, start_values

LONGEST_MONTHS = 600
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class StartValue(_Strict):
    """A start value with the fact it rests on."""

    value: float | int
    fact: str = Field(min_length=3)
    source: str = Field(min_length=2)


class Shock(_Strict):
    """Something that happens abroad at a date; it changes one outside variable."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    date: str
    variable: str
    set: float | int | None = None
    add: float | int | None = None
    fact: str = Field(min_length=3)
    source: str = Field(min_length=2)


class Override(_Strict):
    """A parameter that differs from its default, and why."""

    value: float | int
    why: str = Field(min_length=3)


class Mechanisms(_Strict):
    """Mechanisms, or parts of them, switched off."""

    off: list[str] = []


class ScenarioFile(_Strict):
    """The contents of a scenario file."""

    title: str = Field(min_length=1)
    country: str = Field(min_length=1)
    start_date: str
    end_date: str
    record: str | None = None
    description: str = ""
    extends: str | None = None
    sources: dict[str, str] = {}
    start: dict[str, dict[str, StartValue]] = {}
    shocks: list[Shock] = []
    parameters: dict[str, Override] = {}
    mechanisms: Mechanisms = Mechanisms()


def parse_month(text: Any, where: str) -> int:
    """Return a month as a running number, or say what a date looks like.

    Examples
    --------
    >>> parse_month("1990-03", "here") - parse_month("1989-12", "here")
    3
    """
    found = _MONTH.fullmatch(text) if isinstance(text, str) else None
    if not found:
        raise BadInput(f"{where} is {text!r}; a date is a year and a month such as '1991-08'.")
    return int(found.group(1)) * 12 + int(found.group(2)) - 1


def folders() -> list[Path]:
    """Return where scenarios are looked for by name: here, the source checkout, the installed package."""
    package = Path(str(resources.files("poruka")))
    return [Path("scenarios"), package.parent.parent / "scenarios", package / "scenarios"]


def find(name: str | Path) -> Path:
    """Return the file a name or a path stands for."""
    text = str(name)
    if text.endswith(".toml") or "/" in text or "\\" in text:
        path = Path(text)
        if path.is_dir():
            raise BadInput(f"{text} is a folder; give a scenario file in it, such as {text.rstrip('/')}/kazakhstan.toml.")
        if not path.exists():
            raise BadInput(f"there is no file {text}; give the path of a scenario file, or a name that `poruka list` shows.")
        return path
    for folder in folders():
        if (folder / f"{text}.toml").is_file():
            return folder / f"{text}.toml"
    known = sorted({path.stem for folder in folders() if folder.is_dir() for path in folder.glob("*.toml")})
    if Path(text).is_dir():
        raise BadInput(f"{text} is a folder; give a scenario file in it, or one of the names {', '.join(known)}.")
    raise unknown("scenario", text, known, todo=f"There are: {', '.join(known)}; or give the path of a file.")


def _read_raw(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror}); check the path and its permissions.") from None
    if not data.strip():
        raise BadInput(f"{path} is empty; a scenario needs at least title, country, start_date and end_date.")
    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadInput(f"{path} is not a text file in UTF-8; a scenario is a TOML file.") from None
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{path} is not valid TOML: {error}; mend that place.") from None


def _merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Return the lower file overlaid by the one that extends it; shocks are matched by id."""
    merged = {**below, **above}
    merged["sources"] = {**below.get("sources", {}), **above.get("sources", {})}
    merged["parameters"] = {**below.get("parameters", {}), **above.get("parameters", {})}
    pages = {**below.get("start", {})}
    for page, entries in above.get("start", {}).items():
        pages[page] = {**pages.get(page, {}), **entries} if isinstance(entries, dict) else entries
    merged["start"] = pages
    shocks = {shock["id"]: shock for shock in below.get("shocks", [])}
    extra = [shock for shock in above.get("shocks", []) if not (isinstance(shock, dict) and shock.get("id") in shocks)]
    shocks |= {shock["id"]: shock for shock in above.get("shocks", []) if isinstance(shock, dict) and shock.get("id") in shocks}
    merged["shocks"] = [*shocks.values(), *extra]
    if "record" not in above:
        merged["record"] = below.get("record")
    return merged


def read(path: Path, chain: tuple[Path, ...] = ()) -> tuple[ScenarioFile, Path]:
    """Return the checked contents of a scenario file with what it extends, and the folder its record lies in."""
    path = path.resolve()
    if path in chain:
        ring = " → ".join(one.name for one in [*chain, path])
        raise BadInput(f"{chain[0].name} extends itself: {ring}; remove one `extends` from this ring.")
    raw = _read_raw(path)
    record_folder = path.parent
    if isinstance(raw.get("extends"), str):
        target = raw["extends"]
        beside = path.parent / (target if target.endswith(".toml") else f"{target}.toml")
        base, base_folder = read(beside if beside.is_file() else find(target), (*chain, path))
        if "record" not in raw:
            record_folder = base_folder
        raw = _merge(base.model_dump(exclude_none=True, exclude_defaults=True), raw)
    return _check(raw, path), record_folder


def _check(raw: dict[str, Any], path: Path) -> ScenarioFile:
    """Check shape and contents; every problem is collected into one message."""
    problems: list[str] = []
    try:
        found = ScenarioFile.model_validate(raw)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            problems.append(_say(one, path.name))
        raise BadInput("\n".join(problems)) from None

    def attempt(check: Any, *arguments: Any) -> Any:
        try:
            return check(*arguments)
        except BadInput as error:
            problems.append(str(error))
            return None

    first = attempt(parse_month, found.start_date, f"{path.name}: start_date")
    last = attempt(parse_month, found.end_date, f"{path.name}: end_date")
    if first is not None and last is not None:
        if last < first:
            problems.append(f"{path.name}: end_date {found.end_date} lies before start_date {found.start_date}; exchange them.")
        elif last - first + 1 > LONGEST_MONTHS:
            problems.append(f"{path.name}: the run lasts {last - first + 1} months; at most {LONGEST_MONTHS} are allowed.")
    for page, entries in found.start.items():
        for key, entry in entries.items():
            attempt(check_start, f"{page}.{key}", entry.value, f"{path.name} [start.{page}]")
    for key, override in found.parameters.items():
        attempt(check_parameter, key, override.value, f"{path.name} [parameters]")
    for id in found.mechanisms.off:
        if id not in mechanisms() and id not in mechanism_groups():
            problems.append(str(unknown("mechanism", id, [*mechanisms(), *mechanism_groups()], f"{path.name} [mechanisms]")))
    seen: set[str] = set()
    for shock in found.shocks:
        where = f"{path.name}: shock {shock.id!r}"
        if shock.id in seen:
            problems.append(f"{where} stands there twice; ids are unique, rename one.")
        seen.add(shock.id)
        month = attempt(parse_month, shock.date, f"{where} date")
        if month is not None and first is not None and month < first:
            problems.append(f"{where} is dated {shock.date}, before the start {found.start_date}; put what holds at the start into [start.outside].")
        if shock.variable not in names.OUTSIDE:
            problems.append(f"{where} writes {shock.variable!r}; shocks come from outside and write only outside variables: "
                            f"{', '.join(nearest(shock.variable, names.OUTSIDE) or names.OUTSIDE)}.")
        if (shock.set is None) == (shock.add is None):
            problems.append(f"{where} needs exactly one of `set` (a level) and `add` (a change).")
        value = shock.set if shock.set is not None else shock.add
        if value is not None and not abs(value) <= 1000.0:
            problems.append(f"{where} has the value {value!r}; give a finite number between -1000 and 1000.")
    if problems:
        raise BadInput("\n".join(problems))
    return found


def _say(one: Any, file: str) -> str:
    """Turn one finding of the checker into a sentence with the nearest known names."""
    place = ".".join(str(part) for part in one["loc"])
    last = str(one["loc"][-1]) if one["loc"] else ""
    if one["type"] == "extra_forbidden":
        known = {*ScenarioFile.model_fields, *Shock.model_fields, *StartValue.model_fields, *parameters(), *start_values()}
        close = nearest(last, known)
        return f"{file}: unknown key {place!r}" + (f": did you mean {' or '.join(map(repr, close))}?" if close else "; remove it.")
    if one["type"] == "missing":
        return f"{file}: {place!r} is missing; every scenario, start value and shock must give it."
    return f"{file}: {place!r} is {one.get('input')!r}: {one['msg'][0].lower()}{one['msg'][1:]}."
