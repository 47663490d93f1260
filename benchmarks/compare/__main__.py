"""Print the laboratory's estimates beside those of other libraries; `make compare` runs it.

Exits with 1 where two that must agree do not.
"""

import sys
from itertools import chain

from compare import intervals_and_searches, point_estimates
from compare.table import format_table

PAGES = (point_estimates, intervals_and_searches)


def main() -> int:
    """Print the table."""
    lines = list(chain.from_iterable(part() for page in PAGES for part in page.COMPARISONS))
    print(format_table(lines))
    different = [line for line in lines if not line.agrees]
    print(f"\n{len(lines)} estimates; {len(different)} differ by more than they may.")
    return int(bool(different))


if __name__ == "__main__":
    sys.exit(main())
