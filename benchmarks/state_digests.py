"""Show that a change moves no result: a SHA-256 of the whole state of worlds, taken after every
month.

    python benchmarks/state_digests.py --write digests.csv   # before the change
    python benchmarks/state_digests.py --check digests.csv   # after it; exits with 1 if not equal

A world's digest runs over the raw bytes of all its tables, in the order in which they and their
fields are declared, as they stand after each month of the country's whole length. Renaming a field
therefore changes nothing, and moving one does. The digests hold for one processor family and one
set of library versions; they are compared, not shipped.
"""

import argparse
import csv
import hashlib
import sys
from collections.abc import Iterator

import poruka as pk

COUNTRIES = (
    "kazakhstan",
    "russia",
    "azerbaijan",
    "belarus",
    "estonia",
    "kyrgyzstan",
    "moldova",
    "ukraine",
)
"""The shipped countries: benchmarks and tests that play all of them have them from here."""
NOT_STATE = ("memory", "events", "reasons", "channels", "signals")
# The tables again as one block, what a world reports, and what a test switches.


def digest_of(country: str, seed: int, number: int) -> tuple[int, str]:
    """Return the months of one world and the digest of its states."""
    regime = pk.Regime(pk.load(country, numbers="declared"), seed=seed, world=number)
    digest = hashlib.sha256()
    while True:
        try:
            regime.step()
        except StopIteration:
            return regime.month, digest.hexdigest()
        for table in regime.world._fields:
            if table not in NOT_STATE:
                digest.update(getattr(regime.world, table).tobytes())


def digests(
    countries: list[str], worlds: int, seed: int
) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield country, seed, world, months and digest, one row a world."""
    for country in countries:
        for number in range(worlds):
            months, digest = digest_of(country, seed, number)
            yield country, str(seed), str(number), str(months), digest
        print(f"{country}: {worlds} worlds of {months} months", file=sys.stderr, flush=True)


def main() -> int:
    """Write digests to a file, or compare them with one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", metavar="FILE")
    what.add_argument("--check", metavar="FILE")
    parser.add_argument("--worlds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("countries", nargs="*", default=COUNTRIES)
    asked = parser.parse_args()
    rows = list(digests(list(asked.countries), asked.worlds, asked.seed))
    if asked.write:
        with open(asked.write, "w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(
                [("country", "seed", "world", "months", "sha256"), *rows]
            )
        return 0
    with open(asked.check, newline="", encoding="utf-8") as file:
        before = {tuple(row[:3]): tuple(row) for row in csv.reader(file)}
    moved = [row for row in rows if before.get(row[:3]) != row]
    for row in moved:
        print(f"differs: {row[0]}, seed {row[1]}, world {row[2]}")
    print(f"{len(rows) - len(moved)} of {len(rows)} worlds are the same after every month")
    return 1 if moved else 0


if __name__ == "__main__":
    sys.exit(main())
