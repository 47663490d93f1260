"""Where the files lie that come with poruka but are no code: scenarios, experiments, tables."""

from importlib import resources
from pathlib import Path


def shipped_places(relative: str, packaged: str | None = None) -> list[Path]:
    """Return where a shipped file or folder may lie: in the checkout or the installed package.

    Parameters
    ----------
    relative : str
        Its place in a source checkout.
    packaged : str, optional
        Its place among the data of the installed package; the same by default.

    Examples
    --------
    >>> [place.name for place in shipped_places("scenarios")]
    ['scenarios', 'scenarios']
    """
    package = Path(str(resources.files("poruka")))
    return [package.parent.parent / relative, package / "data" / (packaged or relative)]
