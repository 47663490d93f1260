"""Small charts in letters, for a terminal: how an index moves, a column for each few months."""

from typing import Any

import numpy as np

from poruka.engine.index_series import INDEX_DESCRIPTIONS

BAR_CHARACTERS = "▁▂▃▄▅▆▇█"
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
SPARKLINE_WIDTH = 36


def format_sparkline(values: Any, low: float, high: float, width: int = SPARKLINE_WIDTH) -> str:
    """Return values as a line of bars, each the mean of equally many of them; ``low`` and ``high``
    are the bottom and the top of the scale.

    Examples
    --------
    >>> format_sparkline([0.0, 0.5, 1.0], 0.0, 1.0, 3)
    '▁▅█'
    """
    values = np.asarray(values, dtype=float)
    means = [float(part.mean()) for part in np.array_split(values, min(width, len(values)))]
    room = max(high - low, 1e-12)
    return "".join(
        BAR_CHARACTERS[round(min(max((value - low) / room, 0.0), 1.0) * (len(BAR_CHARACTERS) - 1))]
        for value in means
    )


def format_index_rows(
    series: Any, width: int = SPARKLINE_WIDTH
) -> list[tuple[str, str, str, str, str]]:
    """Return for each main index its name, first value, line, last value and, over several worlds,
    the 90 % band of the last; medians where there are many.

    Shares stand on a scale from 0 to 1, what has another unit on one from 0 to its greatest value.
    """
    rows = []
    for name in (name for name in MAIN_INDICES if name in series):
        values = series[name].transpose("world", "month").to_numpy()
        middle = np.median(values, axis=0)
        top = 1.0 if "(0-1)" in INDEX_DESCRIPTIONS[name] else max(float(middle.max()), 1e-9)
        low, high = (float(np.quantile(values[:, -1], q)) for q in (0.05, 0.95))
        band = f"{low:.2f} – {high:.2f}" if len(values) > 1 else ""
        rows.append(
            (
                name.replace("_", " ").replace("gdp", "GDP (start = 1)"),
                f"{middle[0]:.2f}",
                format_sparkline(middle, 0.0, top, width),
                f"{middle[-1]:.2f}",
                band,
            )
        )
    return rows


def format_index_lines(series: Any, width: int = SPARKLINE_WIDTH) -> list[str]:
    """Return the main indices of one world as aligned lines, below them the years they begin and
    end in.
    """
    rows = format_index_rows(series, width)
    months = series["month"].to_numpy().astype("datetime64[M]").astype(str)
    across = len(rows[0][2]) if rows else 0
    lines = [f"  {name:<22} {first:>5} {line} {last:>5}" for name, first, line, last, _ in rows]
    return [
        *lines,
        f"  {'':<22} {'':>5} {months[0]}{months[-1]:>{max(across - len(months[0]), 0)}}",
    ]
