"""Break one link of the theory after another, and say what notices: patterns, theses, tests.

    python benchmarks/break_channels.py --out broken.csv                 # patterns and theses
    python benchmarks/break_channels.py --out broken.csv --tests         # tests of the theory too
    python benchmarks/break_channels.py --out broken.csv --patterns      # patterns only
    python benchmarks/break_channels.py --out broken.csv other_camp      # some channels only

A broken channel is held at its mean in every world. Patterns are those of the records of both
histories; theses are the sides on which the stored results of the bench show one among all theses;
tests are those of the theory that pass as long as nothing is broken. Rows are appended as they
come, so that the command can be stopped and taken up again; channels that nothing notices are
listed at the end.
"""

import argparse
import csv
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from poruka.engine.channels import channels
from poruka.theory.broken_channels import break_channels, shown_sides
from poruka.theory.hypotheses.results import read_hypothesis_results, shipped_results_folder

ROOT = Path(__file__).parent.parent
THEORY_TESTS = tuple(
    f"tests/test_{name}.py" for name in "kazakhstan russia mechanisms republics crossing".split()
)
COLUMNS = ("channel", "patterns", "theses", "tests")


def failing_tests(channel: str = "", tests: Sequence[str] = THEORY_TESTS) -> list[str]:
    """Return the tests that fail, or pass against expectation, with a channel held.

    Parameters
    ----------
    channel : str
        A channel; with none the tests are run as they are.
    tests : sequence of str
        Files of tests, from the root of the repository.

    Raises
    ------
    RuntimeError
        When the tests could not be run, which says nothing about the channel.
    """
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-rfE", "-p", "broken_channel"]
    command += [f"--rootdir={ROOT}", f"--break-channel={channel}"]
    command += ["-m", "not slow and not interpreted", *tests]
    path = os.pathsep.join([str(ROOT / "model"), str(ROOT / "tests")])
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


def main() -> int:
    """Break the channels asked for, those done already left out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="table, appended to")
    parser.add_argument("--worlds", type=int, default=60)
    parser.add_argument("--tests", action="store_true", help="also run the tests of the theory")
    parser.add_argument("--patterns", action="store_true", help="look at patterns only")
    parser.add_argument("channels", nargs="*", help="names; default all")
    asked = parser.parse_args()
    done: dict[str, dict[str, str]] = {}
    if asked.out.exists():
        with open(asked.out, newline="", encoding="utf-8") as file:
            done = {row["channel"]: row for row in csv.DictReader(file)}
    wanted = [name for name in (asked.channels or channels()) if name not in done]
    stored = {} if asked.patterns else read_hypothesis_results(shipped_results_folder())
    sides = shown_sides(stored)
    failing_anyway = failing_tests() if asked.tests and wanted else []
    with open(asked.out, "a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if file.tell() == 0:
            writer.writeheader()
        for broken in break_channels(wanted, sides, asked.worlds) if wanted else ():
            tests = noticing_tests(broken.channel, failing_anyway) if asked.tests else []
            found = (broken.channel, *map("; ".join, (broken.patterns, broken.theses, tests)))
            done[broken.channel] = dict(zip(COLUMNS, found, strict=True))
            writer.writerow(done[broken.channel])
            file.flush()
            print(f"{len(done)}: {' | '.join(found)}", flush=True)
    unnoticed = [name for name, row in done.items() if not any(list(row.values())[1:])]
    print(f"{len(unnoticed)} of {len(done)} channels are noticed by nothing: {unnoticed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
