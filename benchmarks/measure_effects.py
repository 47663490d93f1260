"""Measure what each declared number of the rules moves, and write it into the declarations.

    python benchmarks/measure_effects.py --out effects.csv            # measure what is not measured
    python benchmarks/measure_effects.py --out effects.csv --fill     # and write the effects down

Each number is played near the lower and near the upper bound of its range under the same seeds. The
quantity that moves furthest, in standard errors of the paired difference, is the candidate; it
counts if it reaches FOUND standard errors, and CONFIRMED with the same sign on other seeds. Few
worlds are tried first, which is enough for most. What no country shows is "none detected": with
WORLDS pairs, an effect of 0.6 standard deviations of a paired difference is missed with a chance
below 0.01 (see `missed`). A column of the table of instruments, as `instruments.cost.west`, is
played with all its cells half-way to either end; a start value, as `start.president.age`, is given
near either end of its range. Rows are appended as they come, so that a
measurement can be stopped and taken up again.
"""

import argparse
import csv
import math
import re
import sys
import time
from pathlib import Path

import pandas as pd

import poruka as pk
from poruka.analysis.effect_contexts import EFFECT_CONTEXTS, scenario_in_context
from poruka.analysis.parameter_effects import (
    measure_column_effect,
    measure_parameter_effect,
    t_statistics,
)
from poruka.engine.declarations import NONE_DETECTED, NOT_MEASURED
from poruka.engine.instrument_columns import COLUMNS_FILE, instrument_columns
from poruka.engine.parameters import parameters, start_values
from poruka.engine.state import DATA_FOLDER
from poruka.rivals import RIVALS
from poruka.scenario.scenario import Scenario

FEW_WORLDS, WORLDS = 40, 160
FOUND, CONFIRMED = 5.0, 5.0
SEARCH_SEED, CONFIRM_SEED = 900_001, 910_001
COLUMN, START = "instruments.", "start."
COLUMNS = ("key", "quantity", "direction", "context", "found", "confirmed", "worlds")
# A reader understands a mean over the months or a share of worlds sooner than a last value.
PREFERRED = ("mean_", "share_", "first_", "count_", "wars", "coalition", "defections")


def missed(effect: float, worlds: int) -> float:
    """Return the chance that an effect, in standard deviations of a pair, does not reach FOUND.

    >>> missed(0.6, WORLDS) < 0.01
    True
    """
    distance = FOUND - effect * math.sqrt(worlds)
    return 0.5 * (1.0 + math.erf(distance / math.sqrt(2.0)))


def candidate(strengths: pd.Series) -> str:
    """Return the quantity to declare: the strongest, or one easier to read that is nearly so.

    >>> candidate(pd.Series({"end_gdp": 9.0, "mean_gdp": -8.0, "mean_approval": 2.0}))
    'mean_gdp'
    """
    size = strengths.abs().sort_values(ascending=False)
    near = [name for name, value in size.items() if value >= 0.75 * size.iloc[0]]
    readable = [str(name) for name in near if str(name).startswith(PREFERRED)]
    return readable[0] if readable else str(near[0])


def declared_effects() -> dict[str, str]:
    """Return the declared effect of each number, start value and column of instruments."""
    numbers = {key: one.effect for key, one in parameters().items()}
    numbers |= {START + key: one.effect for key, one in start_values().items()}
    return numbers | {COLUMN + name: one.effect for name, one in instrument_columns().items()}


def measure_effect(country: Scenario, key: str, worlds: int, seed: int) -> pd.DataFrame:
    """Return what all quantities gain when a number or a column is raised, world by world."""
    if key.startswith(COLUMN):
        return measure_column_effect(country, key.removeprefix(COLUMN), worlds, seed)
    return measure_parameter_effect(country, key, worlds, seed)


def measure(key: str, contexts: list[str], worlds: int) -> dict[str, object]:
    """Return the row of one number: the first context in which something moves."""
    tries = [(context, pairs) for context in contexts for pairs in (FEW_WORLDS, worlds)]
    for context, pairs in tries:
        if key in EFFECT_CONTEXTS.get(context, ()):
            continue
        country = scenario_in_context(pk.load("kazakhstan", numbers="declared"), context)
        strengths = t_statistics(measure_effect(country, key, pairs, SEARCH_SEED))
        quantity = candidate(strengths)
        found = float(strengths[quantity])
        if abs(found) < FOUND:
            continue
        again = t_statistics(measure_effect(country, key, pairs, CONFIRM_SEED))
        confirmed = float(again.get(quantity, 0.0))
        if confirmed * math.copysign(1.0, found) >= CONFIRMED:
            direction = "+" if found > 0.0 else "-"
            values = (key, quantity, direction, context, f"{found:.1f}", f"{confirmed:.1f}", pairs)
            return dict(zip(COLUMNS, values, strict=True))
    return dict(zip(COLUMNS, (key, "", "", "", "", "", worlds), strict=True))


def effect_text(row: dict[str, str]) -> str:
    """Return a row as a declaration says it.

    >>> effect_text({"quantity": "wars", "direction": "+", "context": "lawful"})
    'wars + | lawful'
    >>> effect_text({"quantity": "", "direction": "", "context": ""})
    'none detected'
    """
    if not row["quantity"]:
        return NONE_DETECTED
    context = "" if row["context"] == "usual" else f" | {row['context']}"
    return f"{row['quantity']} {row['direction']}{context}"


def fill(rows: dict[str, dict[str, str]]) -> int:
    """Write effects into the declarations that are not measured yet; return how many."""
    filled = 0
    columns, starts = DATA_FOLDER / COLUMNS_FILE, DATA_FOLDER / "start.toml"
    for path in (*sorted((DATA_FOLDER / "parameters").rglob("*.toml")), columns, starts):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        section, key = path.stem, ""
        for number, line in enumerate(lines):
            if heading := re.match(r"\[([a-z._]+)\]", line):
                section = (START if path == starts else COLUMN) + heading[1]
            name = re.match(r"([a-z0-9_]+) = \{", line)
            if path == columns:
                key = section
            else:
                key = f"{section}.{name[1]}" if name else ""
            row = rows.get(key)
            if row and f'effect = "{NOT_MEASURED}"' in line:
                effect = f'effect = "{effect_text(row)}"'
                lines[number] = line.replace(f'effect = "{NOT_MEASURED}"', effect)
                filled += 1
        path.write_text("".join(lines), encoding="utf-8")
    return filled


def main() -> int:
    """Measure the numbers asked for, those done already left out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="table of effects, appended to")
    parser.add_argument("--worlds", type=int, default=WORLDS)
    parser.add_argument(
        "--contexts", nargs="*", default=["usual"], choices=[*EFFECT_CONTEXTS, *RIVALS]
    )
    parser.add_argument("--all", action="store_true", help="also what is measured already")
    parser.add_argument("--part", default="0/1", help="i/n: every n-th number, from the i-th")
    parser.add_argument("--fill", action="store_true", help="write effects into the declarations")
    parser.add_argument("keys", nargs="*", help="keys or sections; default all")
    asked = parser.parse_args()
    rows: dict[str, dict[str, str]] = {}
    if asked.out.exists():
        with open(asked.out, newline="", encoding="utf-8") as file:
            rows = {row["key"]: row for row in csv.DictReader(file)}
    part, parts = map(int, asked.part.split("/"))
    wanted = [
        key
        for key, effect in declared_effects().items()
        if (asked.all or effect == NOT_MEASURED)
        and (not asked.keys or key in asked.keys or key.split(".")[0] in asked.keys)
        and key not in rows
    ][part::parts]
    began = time.perf_counter()
    with open(asked.out, "a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if file.tell() == 0:
            writer.writeheader()
        for done, key in enumerate(wanted, start=1):
            row = measure(key, asked.contexts, asked.worlds)
            rows[key] = {name: str(value) for name, value in row.items()}
            writer.writerow(row)
            file.flush()
            seconds = time.perf_counter() - began
            print(
                f"{done}/{len(wanted)} {key}: {effect_text(rows[key])} ({seconds:.0f} s)",
                file=sys.stderr,
                flush=True,
            )
    if asked.fill:
        print(f"{fill(rows)} effects written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
