"""The numbers that stand in code by name: arithmetic, calendars and guards of divisions.

Everything else that a rule holds is declared in ``data/parameters/``. The list has at most twenty
entries, and a test counts them.
"""

MONTHS_PER_YEAR = 12
TWO = 2
"""The two of a mean of two, and of a square written as a product."""

MIXTURE_SCALE = 4
"""``share * (1 - share)`` is a quarter at most: four times that runs from 0 to 1."""

TINY = 1e-9
"""Guard of a divisor that could be zero."""

FIELDS_OF_CONTROL = 5
"""The five of a mean of five: bills, orders, media, verdicts, lists of candidates."""

HALF = 0.5
"""The middle of a cell in a sample, and between no (0) and yes (1)."""

NEVER = 100_000
"""A month that no world reaches."""
