"""Values as people have them: scalars of numpy and pandas, and dates of every kind, made plain."""

import datetime
from typing import Any

import numpy as np
import pandas as pd


def plain_value(value: Any) -> Any:
    """Return a scalar of numpy or pandas as a plain value of Python, and a date as its month.

    Anything else is returned as it is, so that an error can show what was given.

    Parameters
    ----------
    value : object
        A number, text, truth value or date of any library; an array of one value counts as it.

    Examples
    --------
    >>> plain_value(np.float32(0.5)), plain_value(np.int64(3)), plain_value(np.bool_(True))
    (0.5, 3, True)
    >>> plain_value(np.datetime64("1996-03-31")), plain_value(pd.Timestamp("1991-08-19"))
    ('1996-03', '1991-08')
    >>> plain_value(pd.Period("1996-03")), plain_value("1996-03"), plain_value([1])
    ('1996-03', '1996-03', [1])
    >>> plain_value(np.float32(0.2)), plain_value(pd.NA), plain_value(np.datetime64("NaT"))
    (0.2, None, None)
    """
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, pd.Period):
        value = value.to_timestamp()
    if isinstance(value, datetime.date):  # datetimes and pandas' timestamps are dates too
        return f"{value.year:04d}-{value.month:02d}"
    if isinstance(value, np.floating) and not isinstance(value, float):
        return float(str(value))  # as it is written: 0.2 in 32 bits is 0.2
    return value.item() if isinstance(value, np.generic) else value


def plain_values(values: Any) -> list[Any]:
    """Return the values of a list, array, range, column or categorical as plain values.

    A text and a single value are a list of one.

    Examples
    --------
    >>> plain_values(np.arange(3)), plain_values(pd.Categorical(["a", "b"])), plain_values(0.5)
    ([0, 1, 2], ['a', 'b'], [0.5])
    """
    if isinstance(values, str | bytes) or getattr(values, "ndim", 1) == 0:
        return [plain_value(values)]
    if not hasattr(values, "__iter__"):
        return [plain_value(values)]
    if isinstance(values, pd.Series) and values.dtype.kind == "f":
        values = values.to_numpy()  # which keeps the number of bits
    return [plain_value(value) for value in values]
