"""A guard on speed: the month of the model against the same rules in C, measured in one run.

    python benchmarks/against_c.py             # print the table; exit with 1 if a guard is broken
    python benchmarks/against_c.py --write     # renew the committed ratios

The rules, what they call and the start of a world are translated to C by `c_month` and compiled
with the system's compiler. First both play worlds of all countries: unless every table, event and
reason is the same to the bit, nothing is timed. Then two guards are read off one run:

* the ratio numba / C of the month and of its five hottest rules; 20 % above the committed ratio
  fails. A ratio hardly depends on the machine, only on the compilers;
* the month in yardsticks, a fixed piece of C (`c_month/yardstick.c`), as a multiple of the month on
  the day the guard was made; above 1.5 fails. `--write` keeps that day's month; only
  `--write-first-month` replaces it.

How it is timed. Rules take from 10 nanoseconds to 20 microseconds and cost what they cost only in
the playing month, with the caches and the branch history that the rules before left behind. So
both months carry a clock between their rules: one function in a third library, reading the time
stamp counter (elsewhere than on x86: the monotonic clock), which both call by its address and
neither can inline. Numba and C play the same worlds by turns on the same memory; each cell (world,
month, rule) keeps its least time over the rounds, because whatever disturbs a deterministic piece
of work makes it longer; the cells are averaged. What reading the clock costs is measured as one
more cell of every month, between two readings with nothing between them, and taken off. The counter
of some machines moves in steps of 10 nanoseconds, so a rule is told up to that much too short, in
both languages alike: nothing for the hot ones, and for a month at most 10 nanoseconds a rule. The
month is the sum of its rules.
"""

import argparse
import json
import sys
from pathlib import Path

from c_month import bench, model
from c_month.build import NoCompiler
from c_month.kinds import Untranslatable
from c_month.verdict import HOTTEST, Verdict, judge, renewed

COMMITTED = Path(__file__).with_name("committed_ratios.json")
SEED = 1


def show(times: bench.Times, verdict: Verdict) -> None:
    """Print the month and its hottest rules."""
    print(f"{'':<26}{'numba':>11}{'C':>11}{'ratio':>8}{'committed':>11}   limit")
    for line in verdict.lines:
        known = f"{line.committed:11.2f}   {line.limit:5.2f}" if line.committed else f"{'none':>11}"
        worse = "  WORSE" if line.broken else ""
        print(f"{line.name:<26}{line.numba:8.0f} ns{line.c:8.0f} ns{line.ratio:8.2f}{known}{worse}")
    print(
        f"the {HOTTEST} hottest rules are {100 * verdict.hot_share:.0f} % of the month; reading "
        f"the clock ({times.clock[0]:.1f} ns in numba, {times.clock[1]:.1f} in C) is taken off"
    )
    told = f"yardstick {times.yardstick:.0f} ns; a month is {verdict.yardsticks:.2f} of them"
    if verdict.multiple:
        told += f", {verdict.multiple:.2f} x the first guarded month (at most {verdict.budget:g})"
    print(told)


def main() -> int:
    """Compare, time, print and judge; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="renew the committed ratios")
    parser.add_argument(
        "--write-first-month", action="store_true", help="also the month that 1.5 is a multiple of"
    )
    parser.add_argument("--worlds", type=int, default=8, help="worlds that are timed")
    parser.add_argument("--rounds", type=int, default=60, help="times each is played")
    parser.add_argument("--compared", type=int, default=2, help="worlds compared in each country")
    asked = parser.parse_args()

    def tell(text: str) -> None:
        if sys.stderr.isatty():
            print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)

    if not model.COMPILED:
        print("NUMBA_DISABLE_JIT is set; there is no compiled month to time", file=sys.stderr)
        return 2
    one = model.country()
    try:
        tell("translating and compiling the month in C")
        c = bench.tools(one)
    except NoCompiler as error:
        tell("")
        print(error, file=sys.stderr)
        return 2
    except Untranslatable as error:
        tell("")
        print(
            f"a rule cannot be translated to C: {error}; write it in the words other rules use, "
            "or teach them to benchmarks/c_month", file=sys.stderr,
        )  # fmt: skip
        return 1
    tell("comparing worlds to the bit")
    if different := bench.check_bits(c, model.COUNTRIES, asked.compared, SEED):
        tell("")
        print("C and numba differ, so nothing is timed:", *different[:20], sep="\n  ")
        return 1
    times = bench.measure(c, one, asked.worlds, asked.rounds, SEED, tell)
    tell("")
    committed = json.loads(COMMITTED.read_text()) if COMMITTED.exists() else {}
    if asked.write or asked.write_first_month:
        committed = renewed(committed, times.numba, times.c, times.yardstick, c.compiler,
                            asked.write_first_month)  # fmt: skip
        COMMITTED.write_text(json.dumps(committed, indent=2) + "\n")
    verdict = judge(times.numba, times.c, times.yardstick, committed)
    print(
        f"{one.name}, {len(one.book.rules)} rules: {asked.compared} worlds of each of "
        f"{len(model.COUNTRIES)} countries are the same in C to the bit; {asked.worlds} worlds of "
        f"{one.months} months timed, least of {asked.rounds} rounds"
    )
    show(times, verdict)
    if committed and committed["compiler"] != c.compiler:
        print(f"compiled by {c.compiler}; the committed ratios by {committed['compiler']}")
    for fault in verdict.faults:
        print(fault, file=sys.stderr)
    return 1 if verdict.faults else 0


if __name__ == "__main__":
    sys.exit(main())
