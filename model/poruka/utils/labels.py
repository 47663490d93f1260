"""Names as a reader sees them."""


def format_label(name: str) -> str:
    """Return a name as a reader sees it.

    Examples
    --------
    >>> format_label("belief_in_alternative")
    'belief in alternative'
    """
    return "GDP" if name == "gdp" else name.replace("_", " ")
