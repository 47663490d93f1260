"""Golden distributions of the shipped scenarios, and how surely other worlds differ from them.

    python benchmarks/golden.py --write          # after a change that is meant to move results
    python benchmarks/golden.py --show russia    # what worlds of other seeds differ in

A table in ``tests/golden`` holds one scenario: a line with the number of worlds, their seed and the
hashes of rules and start, then one row a quantity. ``cuts`` are the quantity's deciles, each once
(of outcomes: their names); ``worlds`` has one character a world, the cell in which it lies: 0 below
the first cut, 1 at it, 2 between it and the second, and so on (of outcomes: which of the names).
So shares, deciles and ties can be read off, and the worlds can be drawn again.

Every scenario is played at the declared numbers: where numbers are held, worlds differ by chance
only, and a shift of a rule shows more sharply. Kazakhstan and Russia are also played as they are by
default, each world with a draw of the numbers from the record (``kazakhstan_drawn``), so that a
shift that the declared values hide is seen as well.
"""

import argparse
import csv
import hashlib
import io
import string
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from state_digests import COUNTRIES

import poruka as pk
from poruka.engine.jit import DECLARATION_FILES, KERNEL_SOURCES

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests" / "golden"
DRAWN = "_drawn"
SCENARIOS = (*COUNTRIES, "soviet_republic", f"kazakhstan{DRAWN}", f"russia{DRAWN}")
WORLDS, SEED = 1000, 19_900_300
CELLS = string.digits + string.ascii_lowercase
OF_A_WORLD = (
    "exit_month",
    "first_dissolution",
    "first_defection",
    "first_election_month",
    "second_election_month",
    "half_reformed_month",
    "apogee_month",
    "dissolutions",
    "defections",
    "defection_waves",
    "instruments_used",
    "elections",
    "wars",
    "largest_crowd",
    "kin_wealth_share",
)
INDICES = (
    "control",
    "monolith",
    "approval",
    "belief_in_alternative",
    "strongest_threat",
    "parliament_autonomy",
    "repression",
    "gdp",
)
MONTHS = (48, 108, -1)  # of the run; -1 is its last
LEAST_EXPECTED = 5.0  # worlds in a cell, below which it is taken together with the next


class GoldenTable(NamedTuple):
    """One scenario: what it was made from, and the cells of its worlds, one column a quantity."""

    head: dict[str, str]
    cuts: dict[str, list[str]]
    cells: pd.DataFrame


def golden_values(ensemble) -> pd.DataFrame:
    """Return outcome, main dates, counts and indices, one row a world.

    The date of what did not happen is the length of the run. Numbers keep six digits after the
    point, so that the last bits of a processor do not matter.
    """
    outcomes = ensemble.outcomes
    values = {"outcome": outcomes["outcome"].astype(str)}
    for name in OF_A_WORLD:
        values[name] = outcomes[name].astype(float).fillna(ensemble.months).round(6)
    for name in INDICES:
        for month in MONTHS:
            at = month % ensemble.months
            values[f"{name}@{at}"] = ensemble.series[name].isel(month=at).to_numpy().round(6)
    return pd.DataFrame(values)


def scenario_of(name: str) -> pk.Scenario:
    """Return the scenario of a table: with the declared numbers, or with those of the record."""
    numbers = "record" if name.endswith(DRAWN) else "declared"
    return pk.load(name.removesuffix(DRAWN), numbers=numbers)


def play_worlds(name: str, worlds: int, seed: int, changes: dict | None = None) -> pd.DataFrame:
    """Play worlds of a scenario, changed or not, and return their values."""
    scenario = scenario_of(name).change(changes or {})
    return golden_values(pk.simulate(scenario, worlds=worlds, seed=seed, progress=False))


def cuts_of(values: pd.DataFrame) -> dict[str, list[str]]:
    """Return the deciles of each quantity, each once, and the names of all outcomes."""
    cuts = {}
    for name in values:
        if name == "outcome":
            cuts[name] = list(values[name].value_counts().index)
        else:
            deciles = np.quantile(values[name], np.arange(1, 10) / 10, method="lower")
            cuts[name] = [f"{cut:g}" if cut == round(cut) else f"{cut:.6f}" for cut in deciles]
            cuts[name] = list(dict.fromkeys(cuts[name]))
    return cuts


def cells_of(values: pd.DataFrame, cuts: dict[str, list[str]]) -> pd.DataFrame:
    """Return the cells in which worlds lie; an outcome without a name gets the next number."""
    cells = {}
    for name, edges in cuts.items():
        if name == "outcome":
            numbers = {edge: number for number, edge in enumerate(edges)}
            cells[name] = values[name].map(numbers).fillna(len(edges)).astype(int)
        else:
            points = np.array(edges, dtype=float)
            below = np.searchsorted(points, values[name], side="left")
            cells[name] = below + np.searchsorted(points, values[name], side="right")
    return pd.DataFrame(cells)


def rules_hash() -> str:
    """Return a short hash of rules, engine and declared numbers."""
    package = Path(pk.__file__).parent
    paths = {path for each in (*KERNEL_SOURCES, *DECLARATION_FILES) for path in package.glob(each)}
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def start_hash(name: str) -> str:
    """Return a short hash of a scenario: its numbers, start values and shocks."""
    return scenario_of(name).digest[:16]


def write_table(name: str, worlds: int = WORLDS, seed: int = SEED) -> None:
    """Play a scenario and write its table."""
    values = play_worlds(name, worlds, seed)
    cuts = cuts_of(values)
    cells = cells_of(values, cuts)
    text = io.StringIO()
    text.write(f"# worlds={worlds} seed={seed} rules={rules_hash()} start={start_hash(name)}\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("quantity", "cuts", "worlds"))
    for quantity, edges in cuts.items():
        line = "".join(CELLS[cell] for cell in cells[quantity])
        writer.writerow((quantity, " ".join(edges), line))
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.csv").write_text(text.getvalue(), encoding="utf-8")


def read_table(name: str) -> GoldenTable:
    """Read the table of a scenario."""
    head, *lines = (FOLDER / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(lines))
    return GoldenTable(
        dict(part.split("=") for part in head.removeprefix("# ").split()),
        {row["quantity"]: row["cuts"].split() for row in rows},
        pd.DataFrame({row["quantity"]: [CELLS.index(c) for c in row["worlds"]] for row in rows}),
    )


def tables_hash() -> str:
    """Return the hash of all tables, which the top section of CHANGELOG.md names."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.glob("*.csv")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def chance_of_cells(golden: np.ndarray, other: np.ndarray) -> float:
    """Return the p-value of a chi-squared test that two samples fall alike into cells.

    Neighbouring cells are taken together until the smaller sample expects five worlds in each.
    """
    size = max(golden.max(), other.max()) + 1
    counts = np.array([np.bincount(golden, minlength=size), np.bincount(other, minlength=size)])
    share = counts.sum(axis=1).min() / counts.sum()
    groups: list[np.ndarray] = []
    held = np.zeros(2)
    for column in counts.T:
        held = held + column
        if held.sum() * share >= LEAST_EXPECTED:
            groups.append(held)
            held = np.zeros(2)
    if groups:
        groups[-1] = groups[-1] + held
    if len(groups) < 2:
        return 1.0
    return float(stats.chi2_contingency(np.array(groups).T, correction=False).pvalue)


def chances(golden: pd.DataFrame, other: pd.DataFrame) -> pd.Series:
    """Return the p-values of all comparisons of two samples of worlds.

    Every quantity is compared in its cells (chi-squared: any shape), and every one but the outcome
    also in its rank (Mann and Whitney: higher or lower), which finds a shift with fewer worlds.
    """
    names = [name for name in golden if name != "outcome"]
    ranks = stats.mannwhitneyu(golden[names], other[names], axis=0, method="asymptotic").pvalue
    found = {(name, "rank"): chance for name, chance in zip(names, ranks, strict=True)}
    for name in golden:
        found[name, "cells"] = chance_of_cells(golden[name].to_numpy(), other[name].to_numpy())
    return pd.Series(found).fillna(1.0)  # where all worlds of both samples are in one cell


def main() -> int:
    """Write the tables, or show in what other worlds differ from them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", action="store_true", help="play all scenarios and write tables")
    what.add_argument("--show", metavar="SCENARIO", help="the ten least likely differences")
    parser.add_argument("--worlds", type=int, default=250, help="worlds that are shown")
    parser.add_argument("--seed", type=int, default=1, help="their seed")
    asked = parser.parse_args()
    if asked.write:
        for name in SCENARIOS:
            write_table(name)
            print(f"{name}: {WORLDS} worlds", file=sys.stderr, flush=True)
        print("Put into the top section of CHANGELOG.md, with what moved and why:")
        print(f"- **Golden tables** `{tables_hash()}`.")
        return 0
    table = read_table(asked.show)
    cells = cells_of(play_worlds(asked.show, asked.worlds, asked.seed), table.cuts)
    for (name, how), chance in chances(table.cells, cells).nsmallest(10).items():
        print(f"{name} ({how}): {chance:.2g}; mean cell {table.cells[name].mean():.2f} in the")
        print(f"    table, {cells[name].mean():.2f} in these worlds")
    return 0


if __name__ == "__main__":
    sys.exit(main())
