"""A guard on speed: the month of the model against the same rules in C, measured in one run.

    python benchmarks/against_c.py             # print the table; exit with 1 if a guard is broken
    python benchmarks/against_c.py --write     # renew the committed ratios

The rules, what they call and the start of a world are translated to C by `c_month` and compiled
with the system's compiler. First both run worlds of all countries: unless every table, event and
reason is the same to the bit, nothing is timed. Then two guards are read off one run:

* the ratio numba / C of the month and of its five hottest rules; 20 % above the committed ratio
  fails. A ratio hardly depends on the machine, only on the compilers;
* the month in yardsticks, a fixed piece of C (`c_month/yardstick.c`), as a multiple of the month on
  the day the guard was made; above 1.5 fails. `--write` keeps that day's month; only
  `--write-first-month` replaces it.

How it is timed. Rules take from 10 nanoseconds to 20 microseconds and cost what they cost only in
the running month, with the caches and the branch history that the rules before left behind. So
both months carry a clock between their rules: one function in a third library, reading the time
stamp counter (elsewhere than on x86: the monotonic clock), which both call by its address and
neither can inline. Numba and C run the same worlds by turns on the same memory; each cell (world,
month, rule) keeps its least time over the rounds, because whatever disturbs a deterministic piece
of work makes it longer; the cells are averaged. What reading the clock costs is measured as one
more cell of every month, between two readings with nothing between them, and taken off. The counter
of some machines moves in steps of 10 nanoseconds, so a rule is measured up to that much too short,
in both languages alike: nothing for the hot ones, and for a month at most 10 nanoseconds a rule.
The month is the sum of its rules.
"""

import argparse
import json
import sys
from pathlib import Path

from c_month import bench, model
from c_month.build import NoCompiler
from c_month.guards import HOTTEST_RULES, MONTH_BUDGET, GuardReport, check_guards, renew_ratios
from c_month.kinds import Untranslatable

COMMITTED_FILE = Path(__file__).with_name("committed_ratios.json")
SEED = 1


def print_report(times: bench.Times, report: GuardReport) -> None:
    """Print the month and its hottest rules."""
    print(f"{'':<26}{'numba':>11}{'C':>11}{'ratio':>8}{'committed':>11}   limit")
    for line in report.lines:
        committed = f"{'none':>11}"
        if line.committed:
            committed = f"{line.committed:11.2f}   {line.limit:5.2f}"
        mark = "  WORSE" if line.is_broken else ""
        print(
            f"{line.name:<26}{line.numba:8.0f} ns{line.c:8.0f} ns{line.ratio:8.2f}{committed}{mark}"
        )
    print(
        f"the {HOTTEST_RULES} hottest rules are {100 * report.hottest_share:.0f} % of the month; "
        f"reading the clock ({times.clock[0]:.1f} ns in numba, {times.clock[1]:.1f} in C) is taken "
        "off"
    )
    yardsticks = f"yardstick {times.yardstick:.0f} ns; a month is {report.yardsticks:.2f} of them"
    if report.first_months:
        yardsticks += (
            f", {report.first_months:.2f} x the first guarded month (at most {MONTH_BUDGET:g})"
        )
    print(yardsticks)


def parse_arguments() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="renew the committed ratios")
    parser.add_argument(
        "--write-first-month", action="store_true", help="also the month that 1.5 is a multiple of"
    )
    parser.add_argument("--worlds", type=int, default=8, help="worlds that are timed")
    parser.add_argument("--rounds", type=int, default=60, help="times each is run")
    parser.add_argument("--compared", type=int, default=2, help="worlds compared in each country")
    return parser.parse_args()


def print_progress(text: str) -> None:
    """Show on a terminal what is being done; an empty text clears the line."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def main() -> int:
    """Compare, time, print and check the guards; return the exit status."""
    options = parse_arguments()
    if not model.JIT_ENABLED:
        print("NUMBA_DISABLE_JIT is set; there is no compiled month to time", file=sys.stderr)
        return 2
    country = model.load_country()
    try:
        print_progress("translating and compiling the month in C")
        c = bench.build_c_libraries(country)
    except NoCompiler as error:
        print_progress("")
        print(error, file=sys.stderr)
        return 2
    except Untranslatable as error:
        print_progress("")
        print(
            f"a rule cannot be translated to C: {error}; write it in the words other rules use, "
            "or teach them to benchmarks/c_month",
            file=sys.stderr,
        )
        return 1
    print_progress("comparing worlds to the bit")
    if differences := bench.find_differences(c, model.COUNTRIES, options.compared, SEED):
        print_progress("")
        print("C and numba differ, so nothing is timed:", *differences[:20], sep="\n  ")
        return 1
    times = bench.measure(c, country, options.worlds, options.rounds, SEED, print_progress)
    print_progress("")
    committed = json.loads(COMMITTED_FILE.read_text()) if COMMITTED_FILE.exists() else {}
    if options.write or options.write_first_month:
        committed = renew_ratios(
            committed, times.numba, times.c, times.yardstick, c.compiler, options.write_first_month
        )
        COMMITTED_FILE.write_text(json.dumps(committed, indent=2) + "\n")
    report = check_guards(times.numba, times.c, times.yardstick, committed)
    print(
        f"{country.name}, {len(country.schedule.rules)} rules: {options.compared} worlds of each "
        f"of {len(model.COUNTRIES)} countries are the same in C to the bit; {options.worlds} "
        f"worlds of {country.months} months timed, least of {options.rounds} rounds"
    )
    print_report(times, report)
    if committed and committed["compiler"] != c.compiler:
        print(f"compiled by {c.compiler}; the committed ratios by {committed['compiler']}")
    for message in report.broken:
        print(message, file=sys.stderr)
    return 1 if report.broken else 0


if __name__ == "__main__":
    sys.exit(main())
