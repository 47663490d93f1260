"""Break one link of the theory after another, and say what notices: patterns, theses, tests.

    python benchmarks/break_channels.py --out broken.csv                 # patterns and theses
    python benchmarks/break_channels.py --out broken.csv --tests         # tests of the theory too
    python benchmarks/break_channels.py --out broken.csv --patterns      # patterns only
    python benchmarks/break_channels.py --out broken.csv other_camp      # some channels only

A broken channel is held at its mean in every world. Patterns are those of the records of both
histories; theses are the sides on which the stored results of the bench show one among all theses;
tests are those of the theory that pass as long as nothing is broken and that name a thesis of the
channel, themselves or in their proposition (--every-test: all). Rows are appended as they come, so
that the command can be stopped and taken up again; what was found under other rules or tests is
looked at again. Channels that nothing notices are listed at the end, and apart those that no test
looks at.
"""

import argparse
import ast
import csv
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from poruka.engine.channels import channels
from poruka.theory.broken_channels import break_channels, shown_sides
from poruka.theory.hypotheses.results import (
    hash_request,
    read_hypothesis_results,
    shipped_results_folder,
)

ROOT = Path(__file__).parent.parent
THEORY_TESTS = tuple(
    f"tests/argument/{path.name}" for path in sorted((ROOT / "tests/argument").glob("test_*.py"))
)
COLUMNS = ("channel", "patterns", "theses", "tests", "looked", "seconds", "request")
NOTICING = COLUMNS[1:4]


def looking_tests(channel: str, tests: Sequence[str] = THEORY_TESTS) -> list[str]:
    """Return the tests that name a thesis of a channel, or whose proposition does."""
    named = set(channels()[channel].theses)
    return [one for test in tests for one, theses in named_theses(test).items() if named & theses]


@cache
def named_theses(path: str) -> dict[str, set[str]]:
    """Return the theses that each test of a module names, or its propositions at the head of it."""
    source = (ROOT / path).read_text(encoding="utf-8")
    module = ast.parse(source)
    numbered = re.split(r"^(\d+)\. ", ast.get_docstring(module) or "", flags=re.MULTILINE)
    propositions = dict(zip(numbered[1::2], map(_theses_in, numbered[2::2]), strict=True))
    # What stands before the first proposition is what the whole module is about.
    about, found = _theses_in(numbered[0]), {}
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            said = re.findall(r"Propositions? ([\d, and]+)", ast.get_docstring(node) or "")
            numbers = re.findall(r"\d+", " ".join(said))
            theses = _theses_in(ast.get_source_segment(source, node) or "")
            theses.update(about, *(propositions.get(number, set()) for number in numbers))
            found[f"{path}::{node.name}"] = theses
    return found


def _theses_in(text: str) -> set[str]:
    return set(re.findall(r"\bT\d{3}\b", text))


def failing_tests(channel: str = "", tests: Sequence[str] = THEORY_TESTS) -> list[str]:
    """Return the tests that fail, or pass against expectation, with a channel held.

    Parameters
    ----------
    channel : str
        A channel; with none the tests are run as they are.
    tests : sequence of str
        Files of tests, or single tests in them, from the root of the repository.

    Raises
    ------
    RuntimeError
        When the tests could not be run, which says nothing about the channel.
    """
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-rfE", "-p", "broken_channel"]
    command += [f"--rootdir={ROOT}", f"--break-channel={channel}"]
    command += ["-m", "not slow and not interpreted", *tests]
    path = os.pathsep.join([str(ROOT / "model"), str(ROOT / "tests" / "support")])
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        said = "\n".join((done.stdout + done.stderr).splitlines()[-20:])
        raise RuntimeError(
            f"the tests could not be run with {channel or 'nothing'} held (pytest ended with"
            f" {done.returncode}):\n{said}"
        )
    lines = [line for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    places = [line.partition(" - ")[0].split(" ", 1)[1].partition("::") for line in lines]
    return [f"{Path(file).stem}::{test}".removeprefix("::") for file, _, test in places]


def noticing_tests(
    channel: str, failing_anyway: Sequence[str], tests: Sequence[str] = THEORY_TESTS
) -> list[str]:
    """Return the tests that fail with a channel held, and pass without."""
    return [test for test in failing_tests(channel, tests) if test not in failing_anyway]


def read_rows(path: Path, request: str) -> dict[str, dict[str, str]]:
    """Return what was found before under the same rules, tests and numbers of worlds, by channel.

    The file is left with these rows alone.
    """
    if not path.exists():
        return {}
    with open(path, newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row.get("request") == request]
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return {row["channel"]: row for row in rows}


def describe_rows(rows: Sequence[dict[str, str]], with_tests: bool) -> str:
    """Return in sentences which channels nothing notices, and which no test looks at."""
    unnoticed = [row["channel"] for row in rows if not any(row[name] for name in NOTICING)]
    lines = [
        f"{len(unnoticed)} of {len(rows)} channels are noticed by nothing: {', '.join(unnoticed)}"
    ]
    alone = [row["channel"] for row in rows if not row["looked"]]
    if with_tests and alone:
        lines.append(
            f"{len(alone)} channels have no test of the theory that names one of their theses:"
            f" {', '.join(alone)}"
        )
    return "\n".join(lines)


def main() -> int:
    """Break the channels asked for, those done already left out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="table, appended to")
    parser.add_argument("--worlds", type=int, default=60)
    parser.add_argument("--tests", action="store_true", help="also run the tests of the theory")
    parser.add_argument("--every-test", action="store_true", help="whatever thesis they name")
    parser.add_argument("--patterns", action="store_true", help="look at patterns only")
    parser.add_argument("channels", nargs="*", help="names; default all")
    asked = parser.parse_args()
    with_tests = asked.tests or asked.every_test
    sides = [] if asked.patterns else shown_sides(read_hypothesis_results(shipped_results_folder()))
    texts = [(ROOT / test).read_text(encoding="utf-8") for test in THEORY_TESTS if with_tests]
    names = [side.name for side in sides]
    request = hash_request([asked.worlds, names, asked.every_test, texts])
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    done = read_rows(asked.out, request)
    wanted = [name for name in (asked.channels or channels()) if name not in done]
    looking = {
        name: list(THEORY_TESTS) if asked.every_test else looking_tests(name) for name in wanted
    }
    asking = sorted({test for tests in looking.values() for test in tests})
    failing_anyway = failing_tests("", asking) if with_tests and asking else []
    with open(asked.out, "a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if file.tell() == 0:
            writer.writeheader()
        began = time.monotonic()
        for broken in break_channels(wanted, sides, asked.worlds) if wanted else ():
            looked = looking[broken.channel] if with_tests else []
            tests = noticing_tests(broken.channel, failing_anyway, looked) if looked else []
            found = (broken.channel, *map("; ".join, (broken.patterns, broken.theses, tests)))
            told = ["; ".join(looked), f"{time.monotonic() - began:.0f}", request]
            began = time.monotonic()
            done[broken.channel] = dict(zip(COLUMNS, (*found, *told), strict=True))
            writer.writerow(done[broken.channel])
            file.flush()
            print(f"{len(done)}: {' | '.join(found)} | {told[1]} s", flush=True)
    print(describe_rows(list(done.values()), with_tests))
    return 0


if __name__ == "__main__":
    sys.exit(main())
