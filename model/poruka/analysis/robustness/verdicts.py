"""Which headline results stand under which arms, and which do not."""

from typing import NamedTuple

import pandas as pd

from poruka.analysis.robustness.effects import is_between


class Verdict(NamedTuple):
    """What becomes of one headline result in one country, or in the difference of two.

    Attributes
    ----------
    country, quantity : str
    base, low, high : float
        Mean as it is, with its 95 % interval.
    told : bool
        Of a difference of two countries: whether it has a sign at all as they are.
    lost : pandas.DataFrame
        Rows of the effects under which the result does not stand: moved far, or of a difference,
        its sign lost or turned.
    moved : pandas.DataFrame
        Rows under which it moves, but stands.
    open : pandas.DataFrame
        Rows under which it is not shown to fall, but within the 95 % interval it might have.
    tried : pandas.Series
        Arms of each group.
    """

    country: str
    quantity: str
    base: float
    low: float
    high: float
    told: bool
    lost: pd.DataFrame
    moved: pd.DataFrame
    open: pd.DataFrame
    tried: "pd.Series[int]"

    @property
    def is_difference(self) -> bool:
        """Whether this is the difference of two countries."""
        return is_between(self.country)


def judge_headlines(effects: pd.DataFrame, base: pd.DataFrame, large: float) -> list[Verdict]:
    """Return a verdict on every headline result in every country, and in the difference of two.

    A level does not stand where an effect is found and large. A difference of two countries does
    not stand where its change is found and the 95 % interval of what is left of it no longer lies
    on its side of 0; one that has no sign as the countries are cannot be lost.

    Parameters
    ----------
    effects : pandas.DataFrame
        As :func:`poruka.analysis.robustness.effects.measure_effects` gives them.
    base : pandas.DataFrame
        Columns country, quantity, mean, low, high: as they are.
    large : float
        An effect of this many standard deviations of worlds is large.
    """
    verdicts = []
    groups = effects.groupby(["country", "quantity"], sort=False)
    for row in base.itertuples():
        key = (row.country, row.quantity)
        if key not in groups.groups:
            continue
        part = groups.get_group(key)
        is_difference = is_between(str(row.country))
        side = (row.low > 0.0) * 1.0 - (row.high < 0.0) * 1.0
        if is_difference:
            nearest = part["mean_low"] if side > 0.0 else -part["mean_high"]
            could = (nearest <= 0.0) & (side != 0.0)
            lost = part["found"] & could
        else:
            lost = part["large"]
            could = part[["low", "high"]].abs().max(axis=1) >= large * part["sd"]
        order = part["size"].abs().sort_values(ascending=False, kind="stable").index
        verdicts.append(
            Verdict(
                *key,
                float(row.mean),
                float(row.low),
                float(row.high),
                bool(side) if is_difference else True,
                part[lost].reindex([index for index in order if lost[index]]),
                part[part["found"] & ~lost],
                part[could & ~lost],
                part.groupby("group", sort=False).size(),
            )
        )
    return verdicts
