"""A start file for a country nobody has coded yet: `poruka new` writes every start value with how
it is decided, to be filled in.
"""

import json
import re
import textwrap
from pathlib import Path

from poruka.engine.parameters import start_values
from poruka.engine.state import read_data_file
from poruka.scenario.codebook import SCALE_STEPS, CodebookEntry, read_codebook
from poruka.scenario.file import scenario_folders
from poruka.scenario.scenario import Scenario, load
from poruka.scenario.schema import parse_month
from poruka.utils.errors import BadInput

_NAME_PATTERN = re.compile(r"[a-z][a-z0-9_-]{0,39}")
SUGGESTED_SOURCES = (
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


def format_country_template(
    name: str, extends: str = "soviet_republic", start: str | None = None
) -> str:
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
    >>> print(format_country_template("latvia", start="1990-06").splitlines()[4])
    title = "Latvia 1990-2004"
    """
    if not isinstance(name, str) or not _NAME_PATTERN.fullmatch(name):
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
            "# Judged values take a step:"
            f" {' '.join(f'{step:g}' for step in SCALE_STEPS['share'])}, unless another row is"
            f" given; only facts from before {first} count."
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
        *(f'{key} = "{text}"' for key, text in SUGGESTED_SOURCES),
    ]
    for page in dict.fromkeys(key.split(".")[0] for key in start_values()):
        mine = [
            read_codebook()[key]
            for key in start_values()
            if key.startswith(f"{page}.") and key in read_codebook()
        ]
        lines += (
            [
                "",
                "",
                f"[start.{page}]",
                *(line for one in mine for line in ("", *_start_value_lines(one, base, month))),
            ]
            if mine
            else []
        )
    return "\n".join([*lines, "", "", *_shock_section_lines(base, month)]) + "\n"


def _comment_lines(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, 140, initial_indent=f"# {indent}", subsequent_indent=f"# {indent}")


def _start_value_lines(entry: CodebookEntry, base: Scenario, month: int) -> list[str]:
    """Return the lines of one start value: how it is decided, and the value itself, behind a #
    unless the base has moved it by then.
    """
    page, name = entry.key.split(".")
    declared, held = start_values()[entry.key], base.file.start.get(page, {}).get(name)
    said = (
        f"{name} ({declared.unit}, {declared.low:g} to {declared.high:g}, neutral"
        f" {declared.value:g})"
    )
    if entry.scale:
        steps = SCALE_STEPS[entry.scale]
        anchors = (
            (steps[0], entry.low),
            (steps[len(steps) // 2], entry.middle),
            (steps[-1], entry.high),
        )
        lines = [
            *_comment_lines(f"{said}: {entry.definition}"),
            *_comment_lines(
                "judged: " + "; ".join(f"{step:g} {text}" for step, text in anchors if text), "  "
            ),
        ]
        lines += (
            []
            if entry.scale == "share"
            else _comment_lines("steps: " + " ".join(f"{step:g}" for step in steps), "  ")
        )
    else:
        lines = [
            *_comment_lines(f"{said}: {declared.meaning}"),
            *_comment_lines(f"counted: {entry.definition}", "  "),
        ]
    lines += [
        *_comment_lines(entry.coding_rule, "  "),
        *_comment_lines(f"look: {entry.where_to_look}", "  "),
    ]
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
        lines += _comment_lines(
            f"held by the base: {held.value:g}, {held.fact}; give it only where that is wrong", "  "
        )
    return [*lines, f'#{name} = {{ value = {(held or declared).value:g}, fact = "", source = "" }}']


def _shock_lines(
    id: str, date: str, variable: str, operation: str, value: float, fact: str
) -> list[str]:
    return [
        "#[[shocks]]",
        f'#id = "{id}"',
        f'#date = "{date}"',
        f'#variable = "{variable}"',
        f"#{operation} = {value:g}",
        f'#fact = "{fact}"',
        '#source = "press"',
    ]


def _shock_section_lines(base: Scenario, month: int) -> list[str]:
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
    for one in read_data_file("foreign")["shock"]:
        if parse_month(one["date"], one["id"]) >= month:
            how = "set" if "set" in one else "add"
            lines += [
                "",
                *_comment_lines(f"for {one['for']}"),
                *_shock_lines(one["id"], one["date"], one["variable"], how, one[how], one["fact"]),
            ]
    return lines


def choose_output_path(name: str, out: Path | None) -> Path:
    """Return where a new country's file goes, or say why it cannot go there; nothing is
    overwritten.
    """
    if out is None:
        known = [
            folder / f"{name}.toml"
            for folder in scenario_folders()
            if (folder / f"{name}.toml").exists()
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
