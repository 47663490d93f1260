"""Arms of a comparison, paired over the worlds that were completed in every one of them."""

from collections.abc import Mapping
from functools import reduce

import numpy as np
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


def pair_worlds(arms: Mapping[str, pd.Series], comparison: str) -> dict[str, np.ndarray]:
    """Return the values of several arms over the worlds that were completed in every one of them.

    Examples
    --------
    >>> arms = {"low": pd.Series([1.0, 2.0, 3.0]), "high": pd.Series([5.0, 7.0], index=[0, 2])}
    >>> pair_worlds(arms, "a test")["low"].tolist()
    [1.0, 3.0]
    """
    shared = shared_worlds(arms, comparison)
    return {name: values.loc[shared].to_numpy() for name, values in arms.items()}
