"""One line of the comparison, and the table of all."""

from collections.abc import Callable, Iterator
from typing import NamedTuple


class Line(NamedTuple):
    """One estimate made twice.

    Attributes
    ----------
    method, quantity : str
        What was estimated, and of what.
    ours, theirs : float
        The two estimates.
    library : str
        Who made the second.
    tolerance : float
        Largest difference that counts as the same.
    note : str
        Why they may differ, or what is exact.
    one_sided : bool
        Whether ours may be larger by any amount.
    """

    method: str
    quantity: str
    ours: float
    theirs: float
    library: str
    tolerance: float
    note: str = ""
    one_sided: bool = False

    @property
    def agrees(self) -> bool:
        """Whether the two differ by no more than they may."""
        difference = self.theirs - self.ours if self.one_sided else abs(self.ours - self.theirs)
        return difference <= self.tolerance


Comparison = Callable[[], Iterator[Line]]


def format_table(lines: list[Line]) -> str:
    """Return the lines as a text table with one verdict a line."""
    head = ("method", "quantity", "ours", "theirs", "difference", "allowed", "library", "")
    rows = [
        (
            line.method,
            line.quantity,
            f"{line.ours:.6g}",
            f"{line.theirs:.6g}",
            f"{line.ours - line.theirs:+.1e}",
            f"{line.tolerance:.0e}",
            line.library,
            ("" if line.agrees else "DIFFERS ") + line.note,
        )
        for line in lines
    ]
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [head, *rows]
    )
