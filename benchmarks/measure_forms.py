"""Play worlds under other forms of the rules, where the text states only a direction.

    python benchmarks/measure_forms.py                  # all forms; writes docs/forms.md
    python benchmarks/measure_forms.py plot --worlds 200

`forms.toml` lists what stands in a page, what could stand there instead, and the reason. Each form
is exchanged in a copy of the package, and both countries are played with the draws from the record
and the same seeds as the rules as they are. What is written is how far shares of outcomes move, in
percent, with the interval of paired worlds. Compiling each copy takes one to two minutes.
"""

import argparse
import math
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import NamedTuple

import pandas as pd

ROOT = Path(__file__).parent.parent
RULES = Path("poruka", "rules")
PAGE = ROOT / "docs" / "forms.md"
COUNTRIES = ("kazakhstan", "russia")
OUTCOMES = {
    "incumbent": "the incumbent stays",
    "palace_coup": "a palace coup",
    "revolution": "crowds",
}
WORLDS, SEED = 600, 1
NORMAL_95 = 1.96
PLAY = """
import sys
import poruka as pk
for country in sys.argv[3:]:
    run = pk.simulate(pk.load(country), worlds=int(sys.argv[1]), seed=int(sys.argv[2]),
                      progress=False)
    for world, outcome in zip(run.outcomes["world"], run.outcomes["outcome"]):
        print(country, world, outcome, sep=",")
"""
HEAD = """# Forms of the rules

Where the text states only a direction, the form of an equation is a choice of ours. The forms
below were exchanged one at a time for another that keeps the direction; each line says how many
more worlds in a hundred, under the same seeds, then end in an outcome ({worlds} worlds of a
country with the numbers drawn from the record; 95 % interval of the paired difference).
`python benchmarks/measure_forms.py` writes this page from `benchmarks/forms.toml`. A form whose
interval holds 0 in every column could as well be the other one. Where no world ends otherwise
(0.0 to 0.0), up to three in {worlds} still could. The draws were fitted with the
forms as they are: what another fit would make of the other forms is not shown.

"""


class Form(NamedTuple):
    """An equation's form: where it stands, what could stand there instead, and why it does not."""

    file: str
    form: str
    instead: str
    reason: str
    theses: str


def read_forms() -> dict[str, Form]:
    """Return the forms by name."""
    text = Path(__file__).with_name("forms.toml").read_text(encoding="utf-8")
    return {name: Form(**entry) for name, entry in tomllib.loads(text).items()}


def exchange(form: Form, package: Path) -> None:
    """Put the other form in the place of the one that stands in a copy of the package."""
    page = package / RULES / form.file
    text = page.read_text(encoding="utf-8")
    if text.count(form.form) != 1:
        raise SystemExit(f"{form.form} stands {text.count(form.form)} times in {form.file}.")
    page.write_text(text.replace(form.form, form.instead), encoding="utf-8")


def play(package: Path, worlds: int) -> pd.Series:
    """Return the outcome of each world of both countries under a copy of the package."""
    done = subprocess.run(
        [sys.executable, "-c", PLAY, str(worlds), str(SEED), *COUNTRIES],
        env={**os.environ, "PYTHONPATH": str(package), "XDG_CACHE_HOME": str(package / "cache")},
        cwd=package,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    rows = [line.split(",") for line in done.stdout.splitlines()]
    table = pd.DataFrame(rows, columns=["country", "world", "outcome"])
    return table.set_index(["country", "world"])["outcome"]


def paired_difference(as_is: pd.Series, instead: pd.Series) -> tuple[float, float]:
    """Return the mean difference of truth values of worlds, in percent, and its half interval.

    >>> paired_difference(pd.Series([True, False]), pd.Series([True, False]))
    (0.0, 0.0)
    """
    moved = 100.0 * (instead.astype(float) - as_is.astype(float))
    return float(moved.mean()), NORMAL_95 * float(moved.std(ddof=1)) / math.sqrt(len(moved))


def row_of(form: Form, as_is: pd.Series, instead: pd.Series) -> str:
    """Return the line of the page for one form."""
    cells = []
    for country in COUNTRIES:
        before, after = as_is[country].align(instead[country], join="inner")
        for outcome in OUTCOMES:
            mean, half = paired_difference(before == outcome, after == outcome)
            cells.append(f"{mean:+.1f} ({mean - half:+.1f} to {mean + half:+.1f})")
    what = f"`{form.form}`<br>instead `{form.instead}`<br>{form.reason} ({form.theses})"
    return "| " + " | ".join((f"`{form.file}`", what, *cells)) + " |"


def copied(form: Form | None, folder: str) -> Path:
    """Return a copy of the package and of the scenarios, with another form or as it is."""
    package = Path(folder) / "model"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "model", package, ignore=ignored)
    shutil.copytree(ROOT / "scenarios", Path(folder) / "scenarios", ignore=ignored)
    if form is not None:
        exchange(form, package)
    return package


def main() -> int:
    """Play the forms asked for, print their lines, and write the page if all were."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    forms = read_forms()
    parser.add_argument("names", nargs="*", help=f"of {', '.join(forms)}; default all")
    parser.add_argument("--worlds", type=int, default=WORLDS)
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(forms):
        parser.error(f"there is no form {', '.join(sorted(unknown))}; there are {', '.join(forms)}")
    wanted = {name: forms[name] for name in asked.names or forms}
    played = {}
    for name, form in {"": None, **wanted}.items():
        with tempfile.TemporaryDirectory() as folder:
            played[name] = play(copied(form, folder), asked.worlds)
        if form is not None:
            print(name, row_of(form, played[""], played[name]), flush=True)
    if not asked.names:
        heads = [f"{country}: {label}" for country in COUNTRIES for label in OUTCOMES.values()]
        lines = ["| page | form | " + " | ".join(heads) + " |", "|---" * (2 + len(heads)) + "|"]
        lines += [row_of(forms[name], played[""], played[name]) for name in wanted]
        PAGE.write_text(HEAD.format(worlds=asked.worlds) + "\n".join(lines) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
