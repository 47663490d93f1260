"""What a run of the benchmark means: its ratios and its month against those that are committed."""

from typing import Any, NamedTuple

MONTH = "month"
HOTTEST = 5
TOLERANCE = 1.2  # a ratio may be this many times the committed one
BUDGET = 1.5  # a month may cost this many times the first guarded month
KEPT = 100.0  # rules that take fewer nanoseconds have no ratio worth keeping
RENEW = "if that is meant, renew it by python benchmarks/against_c.py --write"


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
        return TOLERANCE * self.committed

    @property
    def broken(self) -> bool:
        return self.committed > 0.0 and self.ratio > self.limit


class Verdict(NamedTuple):
    """The lines of the table, the month in yardsticks and in first months, and what is wrong."""

    lines: list[Line]
    hot_share: float
    yardsticks: float
    multiple: float
    budget: float
    faults: list[str]


def _lines(numba: dict[str, float], c: dict[str, float], ratios: dict[str, float]) -> list[Line]:
    hottest = sorted(numba, key=lambda id: -numba[id])
    whole = Line(MONTH, sum(numba.values()), sum(c.values()), ratios.get(MONTH, 0.0))
    return [whole, *(Line(id, numba[id], c[id], ratios.get(id, 0.0)) for id in hottest)]


def judge(
    numba: dict[str, float], c: dict[str, float], yardstick: float, committed: dict[str, Any]
) -> Verdict:
    """Judge a run.

    Parameters
    ----------
    numba, c : dict
        Nanoseconds of every rule by id.
    yardstick : float
        Nanoseconds of the yardstick.
    committed : dict
        The committed file, or nothing.
    """
    lines = _lines(numba, c, committed.get("ratios", {}))[: HOTTEST + 1]
    faults = []
    for line in lines:
        if line.broken:
            faults.append(
                f"{line.name}: {line.ratio:.2f} times C, more than 20 % above the committed "
                f"{line.committed:.2f}; {RENEW}"
            )
        elif not line.committed:
            faults.append(f"{line.name} has no committed ratio; {RENEW}")
    yardsticks = lines[0].numba / yardstick
    first = committed.get("first_month_in_yardsticks", 0.0)
    multiple = yardsticks / first if first else 0.0
    if multiple > BUDGET:
        faults.append(
            f"a month costs {multiple:.2f} times the first guarded one, more than {BUDGET:g}"
        )
    share = sum(line.numba for line in lines[1:]) / lines[0].numba
    return Verdict(lines, share, yardsticks, multiple, BUDGET, faults)


def renewed(
    committed: dict[str, Any], numba: dict[str, float], c: dict[str, float], yardstick: float,
    compiler: str, first_month: bool,
) -> dict[str, Any]:  # fmt: skip
    """Return the committed file with the ratios of a run.

    The first guarded month stays, unless it is asked for or there is none yet.
    """
    lines = _lines(numba, c, {})
    month = lines[0].numba / yardstick
    kept = committed.get("first_month_in_yardsticks", month)
    return {
        "compiler": compiler,
        "first_month_in_yardsticks": round(month if first_month else kept, 3),
        "ratios": {line.name: round(line.ratio, 3) for line in lines if line.numba >= KEPT},
    }
