"""Names as a reader sees them."""


def words(name: str) -> str:
    """Return a name as a reader sees it.

    Examples
    --------
    >>> words("belief_in_alternative")
    'belief in alternative'
    """
    return "GDP" if name == "gdp" else name.replace("_", " ")
