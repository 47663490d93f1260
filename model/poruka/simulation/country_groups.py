"""The groups of countries, by how power changed hands."""

from enum import IntEnum


class CountryGroup(IntEnum):
    """Furman's groups of countries, by the numbers that he gives them."""

    ROTATION = 1
    TRANSITIONAL = 2
    NO_ALTERNATIVE = 3
