"""What a month costs here, as a ratio to another version of the package, measured in one run.

    git worktree add --detach ../older 2f3681b
    python benchmarks/month_cost.py ../older

Both versions play the same countries in turn, each in a process of its own with one thread, warm;
what counts is processor time, so that other work on the machine matters little. The ratio is that
of the medians. Histories that end early are shorter, so that a month is what is divided by.
"""

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent.parent
PLAY = """
import sys, time
import poruka as pk
scenario = pk.load(sys.argv[1])
pk.simulate(scenario, worlds=2, seed=9, threads=1, progress=False)
worlds, began = int(sys.argv[2]), time.process_time()
pk.simulate(scenario, worlds=worlds, seed=1, threads=1, record="outcomes", progress=False)
print((time.process_time() - began) / worlds / scenario.months)
"""


def seconds_a_month(checkout: Path, country: str, worlds: int) -> float:
    """Return the processor time of a month of one world under a checkout's own rules."""
    environment = {**os.environ, "PYTHONPATH": str(checkout / "model")}
    command = [sys.executable, "-c", PLAY, country, str(worlds)]
    # In its own folder, so that it finds its own scenarios.
    told = subprocess.run(
        command, cwd=checkout, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return float(told.stdout.split()[-1])


def main() -> None:
    """Print the ratio for each country."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("older", type=Path, help="a checkout of the version to compare with")
    parser.add_argument("countries", nargs="*", default=["kazakhstan", "russia"])
    parser.add_argument("--worlds", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    if not (asked.older / "model" / "poruka").is_dir():
        parser.error(f"{asked.older} holds no model/poruka; give a checkout of the repository")
    for country in asked.countries:
        here, there = [], []
        for _ in range(asked.rounds):
            here.append(seconds_a_month(HERE, country, asked.worlds))
            there.append(seconds_a_month(asked.older.resolve(), country, asked.worlds))
        ratio = statistics.median(here) / statistics.median(there)
        low, high = min(here) / max(there), max(here) / min(there)
        print(f"{country:<12} {ratio:5.2f} times the older month ({low:.2f} to {high:.2f})")


if __name__ == "__main__":
    sys.exit(main())
