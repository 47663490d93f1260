"""The template of a country file: `poruka new` writes every start value with its coding rules."""

import json
import os
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
    """Return the template of a country file, to be filled in.

    It lists every start value by page, with its unit, range, neutral value, meaning and anchors.

    Parameters
    ----------
    name : str
        Name of the country in lower case, such as ``latvia``.
    extends : str
        The scenario that provides what is not specific to the country.
    start : str, optional
        First month; by default that of the extended scenario.

    Raises
    ------
    BadInput
        For a name that cannot be a file name, a base that cannot be read, or a start that is not a
        month or lies outside the base.

    Examples
    --------
    >>> print(format_country_template("latvia", start="1990-06").splitlines()[4])
    title = "Latvia 1990-2004"
    """
    if not isinstance(name, str) or not _NAME_PATTERN.fullmatch(name):
        raise BadInput(
            f"{str(name)[:60]!r} cannot be a scenario's name; use at most 40 lower-case letters a"
            " to z, digits, _ and -, beginning with a letter, such as latvia."
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
            f"# {country} from {first} on: its start and its external shocks. scenarios/README.md"
            " explains how to fill this in;"
        ),
        (
            "# remove the # before a value when you give it its value, fact and source. Lines that"
            " keep the # leave the value of the base or the neutral one."
        ),
        (
            f"# Judged values take one of the steps {_format_steps(SCALE_STEPS['share'])}, unless"
            f" other steps are given; only facts from before {first} count."
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
            "# Shocks of the base that this country caused itself are not external to it: list"
            " them here."
        ),
        '#without = ["shocks.rouble_exit"]',
        "",
        "[sources]",
        *(f'{key} = "{text}"' for key, text in SUGGESTED_SOURCES),
    ]
    for page in dict.fromkeys(key.split(".")[0] for key in start_values()):
        entries = [
            read_codebook()[key]
            for key in start_values()
            if key.startswith(f"{page}.") and key in read_codebook()
        ]
        lines += (
            [
                "",
                "",
                f"[start.{page}]",
                *(
                    line
                    for entry in entries
                    for line in ("", *_start_value_lines(entry, base, month))
                ),
            ]
            if entries
            else []
        )
    return "\n".join([*lines, "", "", *_shock_section_lines(base, month)]) + "\n"


def _comment_lines(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, 140, initial_indent=f"# {indent}", subsequent_indent=f"# {indent}")


def _format_steps(steps: tuple[float, ...]) -> str:
    return " ".join(f"{step:g}" for step in steps)


def _start_value_lines(entry: CodebookEntry, base: Scenario, month: int) -> list[str]:
    """Return the lines of one start value: how it is coded, and the value itself.

    The value is commented out unless a shock of the base has changed it before the start.
    """
    page, name = entry.key.split(".")
    declared, base_entry = start_values()[entry.key], base.file.start.get(page, {}).get(name)
    heading = (
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
            *_comment_lines(f"{heading}: {entry.definition}"),
            *_comment_lines(
                "judged: " + "; ".join(f"{step:g} {text}" for step, text in anchors if text), "  "
            ),
        ]
        lines += (
            [] if entry.scale == "share" else _comment_lines(f"steps: {_format_steps(steps)}", "  ")
        )
    else:
        lines = [
            *_comment_lines(f"{heading}: {declared.meaning}"),
            *_comment_lines(f"counted: {entry.definition}", "  "),
        ]
    lines += [
        *_comment_lines(entry.coding_rule, "  "),
        *_comment_lines(f"look: {entry.where_to_look}", "  "),
    ]
    past_shocks = [
        shock
        for shock in base.file.shocks
        if page == "outside"
        and shock.variable == name
        and parse_month(shock.date, shock.id) < month
    ]
    if base_entry and past_shocks and past_shocks[-1].set is not None:
        shock = past_shocks[-1]
        return [
            *lines,
            (
                f"{name} = {{ value = {shock.set:g}, fact = {json.dumps(shock.fact)},"
                f" source = {json.dumps(shock.source)} }}"
            ),
        ]
    if base_entry:
        lines += _comment_lines(
            f"value of the base: {base_entry.value:g}, {base_entry.fact}; give another only where"
            " that is wrong",
            "  ",
        )
    value = (base_entry or declared).value
    return [*lines, f'#{name} = {{ value = {value:g}, fact = "", source = "" }}']


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
    """Return the shocks of the base, one comment line each, and candidates that are commented out.

    The candidates are events that were external shocks for some countries only.
    """
    base_shocks = [
        shock for shock in base.file.shocks if parse_month(shock.date, shock.id) >= month
    ]
    lines = [
        "# Shocks. The base declares these; declare one again by its id to change it, or list it in"
        " `without` above to remove it:"
    ]
    for shock in base_shocks:
        value = f"set {shock.set:g}" if shock.set is not None else f"add {shock.add:g}"
        lines.append(
            f"#   {shock.id:<22} {shock.date} {shock.variable:<20} {value:<9} {shock.fact}"
        )
    lines += [
        "#",
        (
            "# These reached some countries and not others. Remove the # of those that were"
            " external to this country, and add its own neighbours' events:"
        ),
    ]
    for candidate in read_data_file("foreign")["shock"]:
        id, date = candidate["id"], candidate["date"]
        if parse_month(date, id) >= month:
            operation = "set" if "set" in candidate else "add"
            lines += [
                "",
                *_comment_lines(f"for {candidate['for']}"),
                *_shock_lines(
                    id,
                    date,
                    candidate["variable"],
                    operation,
                    candidate[operation],
                    candidate["fact"],
                ),
            ]
    return lines


def choose_output_path(name: str, out: Path | None) -> Path:
    """Return the path of a new country file, or raise an error; no file is overwritten."""
    if out is None:
        existing = [
            folder / f"{name}.toml"
            for folder in scenario_folders()
            if (folder / f"{name}.toml").exists()
        ]
        if existing:
            raise BadInput(
                f"a scenario {name} exists already ({existing[0]}); choose another name, or another"
                " path with --out."
            )
        out = (
            Path("scenarios") / f"{name}.toml"
            if Path("scenarios").is_dir()
            else Path(f"{name}.toml")
        )
    out = Path(os.path.expanduser(out))
    if out.suffix != ".toml":
        raise BadInput(
            f"--out is {out}; a scenario is a TOML file, give a name that ends in .toml."
        )
    if out.exists():
        raise BadInput(
            f"{out} exists already and is not overwritten; move it away, or choose another path"
            " with --out."
        )
    if not out.parent.is_dir():
        raise BadInput(
            f"there is no folder {out.parent}; create it first, or choose another path with --out."
        )
    return out
