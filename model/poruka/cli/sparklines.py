"""Sparklines: small charts of an index for a terminal, one character for each few months."""

from typing import Any

import numpy as np

from poruka.engine.index_series import INDEX_DESCRIPTIONS
from poruka.utils.labels import format_label

BAR_CHARACTERS = "▁▂▃▄▅▆▇█"
"""From the bottom of the scale to the top."""
MAIN_INDICES = (
    "control",
    "monolith",
    "approval",
    "belief_in_alternative",
    "strongest_threat",
    "parliament_autonomy",
    "media_control",
    "defected_share",
    "gdp",
)
"""Indices that a summary shows, in their order."""
SPARKLINE_WIDTH = 36
"""Characters."""


def format_sparkline(values: Any, low: float, high: float, width: int = SPARKLINE_WIDTH) -> str:
    """Return values as a line of bars, each the mean of equally many values.

    ``low`` and ``high`` are the bottom and the top of the scale.

    Examples
    --------
    >>> format_sparkline([0.0, 0.5, 1.0], 0.0, 1.0, 3)
    '▁▅█'
    """
    values = np.asarray(values, dtype=float)
    means = [float(part.mean()) for part in np.array_split(values, min(width, len(values)))]
    scale = max(high - low, 1e-12)
    return "".join(
        BAR_CHARACTERS[round(min(max((value - low) / scale, 0.0), 1.0) * (len(BAR_CHARACTERS) - 1))]
        for value in means
    )


def format_index_rows(
    series: Any, width: int = SPARKLINE_WIDTH
) -> list[tuple[str, str, str, str, str]]:
    """Return for each main index its label, first value, sparkline, last value and 90 % band.

    Over several worlds the values are medians; for one world the band is empty. The scale of a
    share runs from 0 to 1, that of another unit from 0 to the greatest value.
    """
    rows = []
    for name in (name for name in MAIN_INDICES if name in series):
        values = series[name].transpose("world", "month").to_numpy()
        median = np.median(values, axis=0)
        top = 1.0 if "(0-1)" in INDEX_DESCRIPTIONS[name] else max(float(median.max()), 1e-9)
        low, high = (float(np.quantile(values[:, -1], q)) for q in (0.05, 0.95))
        band = f"{low:.2f} – {high:.2f}" if len(values) > 1 else ""
        rows.append(
            (
                format_label(name) + (" (start = 1)" if name == "gdp" else ""),
                f"{median[0]:.2f}",
                format_sparkline(median, 0.0, top, width),
                f"{median[-1]:.2f}",
                band,
            )
        )
    return rows


def format_index_lines(series: Any, width: int = SPARKLINE_WIDTH) -> list[str]:
    """Return the main indices of one world as aligned lines, above their first and last month."""
    rows = format_index_rows(series, width)
    months = series["month"].to_numpy().astype("datetime64[M]").astype(str)
    columns = len(rows[0][2]) if rows else 0
    label_width = max((len(label) for label, *_ in rows), default=0) + 1
    lines = [
        f"  {label:<{label_width}} {first:>5} {sparkline} {last:>5}"
        for label, first, sparkline, last, _ in rows
    ]
    dates = f"{months[0]}{months[-1]:>{max(columns - len(months[0]), 0)}}"
    return [*lines, f"  {'':<{label_width}} {'':>5} {dates}"]
