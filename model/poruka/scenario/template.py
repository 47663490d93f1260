"""A start file for a country nobody has coded yet: `poruka new` writes every start value with how
it is decided, to be filled in.
"""

import json
import re
import textwrap
from pathlib import Path

from poruka.engine.parameters import start_values
from poruka.engine.state import read_data
from poruka.scenario.codebook import STEPS, Entry, entries
from poruka.scenario.file import folders
from poruka.scenario.scenario import Scenario, load
from poruka.scenario.schema import parse_month
from poruka.utils.errors import BadInput

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
SOURCES = (
    ("census", "Census of the USSR, 1989"),
    (
        "csce",
        (
            "Commission on Security and Cooperation in Europe, Elections in the Baltic States and"
            " Soviet Republics, December 1990"
        ),
    ),
    ("study", "a country study: author, title, year"),
    ("life", "biographies of the ruler, as far as they reach to the start"),
    ("history", "a history of the country to 1940"),
    ("press", "Public chronology of events, dated by month"),
    ("codebook", "Judgement on evidence from before the start, by codebook.md"),
)


def country_file(name: str, extends: str = "soviet_republic", start: str | None = None) -> str:
    """Return a start file to be filled in: every start value by page, with its unit, range, neutral
    value, meaning and anchors.

    Parameters
    ----------
    name : str
        Name of the country in small letters, such as ``latvia``.
    extends : str
        The scenario that holds what is not the country's own.
    start : str, optional
        First month; that of the extended scenario if it is not given.

    Raises
    ------
    BadInput
        For a name that cannot be a file's, a base that cannot be read, or a month that is none or
        lies outside the base.

    Examples
    --------
    >>> print(country_file("latvia", start="1990-06").splitlines()[4])
    title = "Latvia 1990-2004"
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise BadInput(
            f"{str(name)[:60]!r} cannot be a scenario's name; use at most 40 small letters of a to"
            " z, digits, _ and -, beginning with a letter, such as latvia."
        )
    base = load(extends)
    first = start or base.start_date
    month = parse_month(first, "--start")
    if (
        not parse_month(base.start_date, "start_date")
        <= month
        <= parse_month(base.file.end_date, "end_date")
    ):
        raise BadInput(
            f"--start is {first}, outside {extends}, which lasts from {base.start_date} to"
            f" {base.file.end_date}; choose a month within it."
        )
    country = name.replace("_", " ").replace("-", " ").title()
    lines = [
        (
            f"# {country} from {first} on: where the country starts and what hits it from outside."
            " scenarios/README.md says how to fill this in;"
        ),
        (
            "# take away the # before a value when you give it its value, fact and source. What"
            " stays behind # keeps the value of the base or the neutral one."
        ),
        (
            f"# Judged values take a step: {' '.join(f'{step:g}' for step in STEPS['share'])},"
            f" unless another row is given; only facts from before {first} count."
        ),
        "",
        f'title = "{country} {first[:4]}-{base.file.end_date[:4]}"',
        f'country = "{country}"',
        f"extends = {json.dumps(extends)}",
        f'start_date = "{first}"',
        f'end_date = "{base.file.end_date}"',
        'description = ""',
        "",
        (
            "# Shocks of the base that were this country's own doing are no shocks from outside:"
            " name them here."
        ),
        '#without = ["shocks.rouble_exit"]',
        "",
        "[sources]",
        *(f'{key} = "{text}"' for key, text in SOURCES),
    ]
    for page in dict.fromkeys(key.split(".")[0] for key in start_values()):
        mine = [
            entries()[key]
            for key in start_values()
            if key.startswith(f"{page}.") and key in entries()
        ]
        lines += (
            [
                "",
                "",
                f"[start.{page}]",
                *(line for one in mine for line in ("", *_value(one, base, month))),
            ]
            if mine
            else []
        )
    return "\n".join([*lines, "", "", *_shocks(base, month)]) + "\n"


def _comment(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, 140, initial_indent=f"# {indent}", subsequent_indent=f"# {indent}")


def _value(one: Entry, base: Scenario, month: int) -> list[str]:
    """Return the lines of one start value: how it is decided, and the value itself, behind a #
    unless the base has moved it by then.
    """
    page, name = one.key.split(".")
    declared, held = start_values()[one.key], base.file.start.get(page, {}).get(name)
    said = (
        f"{name} ({declared.unit}, {declared.low:g} to {declared.high:g}, neutral"
        f" {declared.value:g})"
    )
    if one.steps:
        steps = STEPS[one.steps]
        anchors = ((steps[0], one.low), (steps[len(steps) // 2], one.middle), (steps[-1], one.high))
        lines = [
            *_comment(f"{said}: {one.what}"),
            *_comment(
                "judged: " + "; ".join(f"{step:g} {text}" for step, text in anchors if text), "  "
            ),
        ]
        lines += (
            []
            if one.steps == "share"
            else _comment("steps: " + " ".join(f"{step:g}" for step in steps), "  ")
        )
    else:
        lines = [*_comment(f"{said}: {declared.meaning}"), *_comment(f"counted: {one.what}", "  ")]
    lines += [*_comment(one.rule, "  "), *_comment(f"look: {one.find}", "  ")]
    moved = [
        shock
        for shock in base.file.shocks
        if page == "outside"
        and shock.variable == name
        and parse_month(shock.date, shock.id) < month
    ]
    if held and moved and moved[-1].set is not None:
        return [
            *lines,
            (
                f"{name} = {{ value = {moved[-1].set:g}, fact = {json.dumps(moved[-1].fact)},"
                f" source = {json.dumps(moved[-1].source)} }}"
            ),
        ]
    if held:
        lines += _comment(
            f"held by the base: {held.value:g}, {held.fact}; give it only where that is wrong", "  "
        )
    return [*lines, f'#{name} = {{ value = {(held or declared).value:g}, fact = "", source = "" }}']


def _shock(id: str, date: str, variable: str, how: str, value: float, fact: str) -> list[str]:
    return [
        "#[[shocks]]",
        f'#id = "{id}"',
        f'#date = "{date}"',
        f'#variable = "{variable}"',
        f"#{how} = {value:g}",
        f'#fact = "{fact}"',
        '#source = "press"',
    ]


def _shocks(base: Scenario, month: int) -> list[str]:
    """Return what the base holds of shocks, in one line each, and those that reach some countries
    only, behind a #.
    """
    held = [shock for shock in base.file.shocks if parse_month(shock.date, shock.id) >= month]
    lines = [
        "# Shocks. The base holds these; declare one again by its id to change it, or name it in"
        " `without` above to leave it out:"
    ]
    for shock in held:
        value = f"set {shock.set:g}" if shock.set is not None else f"add {shock.add:g}"
        lines.append(
            f"#   {shock.id:<22} {shock.date} {shock.variable:<20} {value:<9} {shock.fact}"
        )
    lines += [
        "#",
        (
            "# These reached some countries and not others. Take away the # of those that are"
            " foreign to this one, and put its own neighbours' beside them:"
        ),
    ]
    for one in read_data("foreign")["shock"]:
        if parse_month(one["date"], one["id"]) >= month:
            how = "set" if "set" in one else "add"
            lines += [
                "",
                *_comment(f"for {one['for']}"),
                *_shock(one["id"], one["date"], one["variable"], how, one[how], one["fact"]),
            ]
    return lines


def place_for(name: str, out: Path | None) -> Path:
    """Return where a new country's file goes, or say why it cannot go there; nothing is
    overwritten.
    """
    if out is None:
        known = [
            folder / f"{name}.toml" for folder in folders() if (folder / f"{name}.toml").exists()
        ]
        if known:
            raise BadInput(
                f"there is a scenario {name} already ({known[0]}); choose another name, or another"
                " place with --out."
            )
        out = (
            Path("scenarios") / f"{name}.toml"
            if Path("scenarios").is_dir()
            else Path(f"{name}.toml")
        )
    if out.suffix != ".toml":
        raise BadInput(
            f"--out is {out}; a scenario is a TOML file, give a name that ends in .toml."
        )
    if out.exists():
        raise BadInput(
            f"{out} is there already and is not overwritten; move it away, or choose another place"
            " with --out."
        )
    if not out.parent.is_dir():
        raise BadInput(
            f"there is no folder {out.parent}; make it first, or choose another place with --out."
        )
    return out
