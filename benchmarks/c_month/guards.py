"""The guards on speed: the ratios and the month of a measurement against the committed ones."""

from typing import Any, NamedTuple

MONTH = "month"
HOTTEST_RULES = 5
RATIO_TOLERANCE = 1.2  # a ratio may be this many times the committed one
MONTH_BUDGET = 1.5  # a month may cost this many times the first guarded month
SHORTEST_COMMITTED = 100.0  # rules that take fewer nanoseconds have no ratio worth keeping
HOW_TO_RENEW = "if that is meant, renew it by python benchmarks/against_c.py --write"


class Line(NamedTuple):
    """The month or one rule: nanoseconds in numba and in C, and the committed ratio, 0 if none."""

    name: str
    numba: float
    c: float
    committed: float

    @property
    def ratio(self) -> float:
        return self.numba / self.c if self.c > 0.0 else float("inf")

    @property
    def limit(self) -> float:
        return RATIO_TOLERANCE * self.committed

    @property
    def is_broken(self) -> bool:
        return self.committed > 0.0 and self.ratio > self.limit


class GuardReport(NamedTuple):
    """The lines of the table, the month in yardsticks and in first months, and broken guards."""

    lines: list[Line]
    hottest_share: float
    yardsticks: float
    first_months: float
    broken: list[str]


def _lines(numba: dict[str, float], c: dict[str, float], ratios: dict[str, float]) -> list[Line]:
    hottest = sorted(numba, key=lambda id: -numba[id])
    month = Line(MONTH, sum(numba.values()), sum(c.values()), ratios.get(MONTH, 0.0))
    return [month, *(Line(id, numba[id], c[id], ratios.get(id, 0.0)) for id in hottest)]


def check_guards(
    numba: dict[str, float], c: dict[str, float], yardstick: float, committed: dict[str, Any]
) -> GuardReport:
    """Compare a measurement with what is committed.

    Parameters
    ----------
    numba, c : dict
        Nanoseconds of every rule by id.
    yardstick : float
        Nanoseconds of the yardstick.
    committed : dict
        The committed file, or nothing.
    """
    lines = _lines(numba, c, committed.get("ratios", {}))[: HOTTEST_RULES + 1]
    broken = []
    for line in lines:
        if line.is_broken:
            broken.append(
                f"{line.name}: {line.ratio:.2f} times C, more than 20 % above the committed "
                f"{line.committed:.2f}; {HOW_TO_RENEW}"
            )
        elif not line.committed:
            broken.append(f"{line.name} has no committed ratio; {HOW_TO_RENEW}")
    yardsticks = lines[0].numba / yardstick
    first_month = committed.get("first_month_in_yardsticks", 0.0)
    first_months = yardsticks / first_month if first_month else 0.0
    if first_months > MONTH_BUDGET:
        broken.append(
            f"a month costs {first_months:.2f} times the first guarded one, more than "
            f"{MONTH_BUDGET:g}"
        )
    hottest_share = sum(line.numba for line in lines[1:]) / lines[0].numba
    return GuardReport(lines, hottest_share, yardsticks, first_months, broken)


def renew_ratios(
    committed: dict[str, Any],
    numba: dict[str, float],
    c: dict[str, float],
    yardstick: float,
    compiler: str,
    replace_first_month: bool,
) -> dict[str, Any]:
    """Return the committed file with the ratios of a measurement.

    The first guarded month stays, unless it is to be replaced or there is none yet.
    """
    lines = _lines(numba, c, {})
    month = lines[0].numba / yardstick
    first_month = (
        month if replace_first_month else committed.get("first_month_in_yardsticks", month)
    )
    return {
        "compiler": compiler,
        "first_month_in_yardsticks": round(first_month, 3),
        "ratios": {
            line.name: round(line.ratio, 3) for line in lines if line.numba >= SHORTEST_COMMITTED
        },
    }
