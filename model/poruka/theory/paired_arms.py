"""Arms of a comparison, paired over the worlds that were completed in every one of them."""

from collections.abc import Mapping
from functools import reduce

import pandas as pd

from poruka.utils.errors import WorldFailed


def shared_worlds(arms: Mapping[str, pd.Series | pd.DataFrame], comparison: str) -> pd.Index:
    """Return the worlds that were completed in every arm; one that failed in any has no pair.

    Parameters
    ----------
    arms : mapping of str to pandas.Series or pandas.DataFrame
        Values by world, by name of the arm.
    comparison : str
        What is compared, for the message.

    Raises
    ------
    WorldFailed
        When fewer than two such worlds are left.
    """
    shared: pd.Index = reduce(
        lambda left, right: left.intersection(right), (values.index for values in arms.values())
    )
    if len(shared) < 2:
        counts = ", ".join(f"{len(values)} in {name}" for name, values in arms.items())
        raise WorldFailed(
            f"too many worlds failed for {comparison}: {len(shared)} were completed in every arm"
            f" ({counts}), and it needs at least 2. Simulate an arm by itself with `poruka run` to"
            " see what fails in it, or ask for more worlds."
        )
    return shared
